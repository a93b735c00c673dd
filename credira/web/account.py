"""One account: where it stands, when its consumer may next be contacted, and what happened so far."""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, ClassVar
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts.models import Account, Endpoint, Note
from accounts.selectors import endpoints_of, get_account, get_balance, list_notes, list_parties
from accounts.services import add_note
from audit.selectors import timeline
from compliance.models import AttorneyRep, EmailBasis, EndpointMark, Hold
from compliance.planning import ChannelPlan, NextContact, next_contact
from compliance.selectors import (
    bankruptcy_status,
    check_by,
    find_notice,
    get_hold,
    list_attorneys,
    list_bankruptcies,
    list_consents,
    list_holds,
    standing,
    unended,
)
from compliance.services import place_hold, release_hold
from credira.core import clock, formats
from credira.core.forms import DateField, DecimalField
from credira.core.ids import parse_id
from credira.tenancy.models import Workspace
from credira.web.timeline import DayOfLines, by_day, lines_of
from creditors.permissions import Access
from creditors.portal import PortalView
from creditors.selectors import list_authorizations
from payments.errors import PaymentDateRefused
from payments.models import Payment
from payments.selectors import list_payments, list_promises
from payments.services import record_payment

CHANNEL_NAMES = {"call": "AI call", "email": "E-mail", "sms": "Text", "letter": "Letter"}
CHANNEL_ICONS = {"call": "phone", "email": "mail", "sms": "device-mobile", "letter": "mailbox"}
ENDPOINT_ICONS = {"phone": "device-mobile", "email": "mail", "address": "home"}
CONSENT_WORDS = {
    "tcpa": "AI voice: consent",
    "sms": "Text: consent",
    "electronic": "Electronic: consent",
    "call_back": "Asked to be called",
    "esign": "E-sign: consent",
    "work": "Work: consent",
    "email_ny": "E-mail in New York: consent",
    "third_party": "May talk with others",
}
MARK_WORDS = {
    "wrong_party": ("stop", "Belongs to someone else"),
    "work_prohibited": ("stop", "Not at work"),
    "employer": ("stop", "Employer's"),
    "leak_reported": ("stop", "Others read it"),
    "bad": ("stop", "Does not work"),
    "rnd_yes": ("stop", "Reassigned"),
    "rnd_no": ("ok", "Not reassigned"),
    "rnd_no_data": ("wait", "Reassignment not known"),
    "inbound_text": ("note", "Texted us"),
}
TABS = ("contacts", "money", "changes")


class NoteForm(forms.Form):
    """What a member knows and others should."""

    body = forms.CharField(label="Note", max_length=Note.MAX_LENGTH, widget=forms.Textarea({"rows": 4}))


class PaymentForm(forms.Form):
    """Money that came in by another way than ours."""

    amount = DecimalField(min_value=Decimal("0.01"), max_digits=15, decimal_places=2)
    method = forms.ChoiceField(choices=[(name, name.replace("_", " ").capitalize()) for name in Payment.Method.values])
    paid_on = DateField(label="Paid on", required=False, widget=forms.DateInput({"type": "date"}))
    # One form, one payment: a second submit of the same page answers the first one's.
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class HoldForm(forms.Form):
    """Why contacts stop."""

    reason = forms.CharField(label="Why", max_length=400)


@dataclass(frozen=True, slots=True)
class Way:
    """A number or address with what is known of it: marks are (kind, word)."""

    endpoint: Endpoint
    shown: str
    icon: str
    marks: list[tuple[str, str]]


class AccountView(PortalView):
    """`/w/<slug>/accounts/<account>`; `?show=` narrows the timeline."""

    permission: ClassVar[tuple[str, Access]] = ("accounts", "read")
    template_name = "web/account.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        account = get_account(self.workspace, str(self.kwargs["account_id"]))
        zone = ZoneInfo(self.workspace.creditor.time_zone)
        today = clock.now().astimezone(zone).date()
        holds = standing_holds(self.workspace, account)
        shown_status = standing(self.workspace, [account]).get(account.id, account.status)
        plan = next_contact(self.workspace, account.id)
        show = self.request.GET.get("show", "")
        balance, paid = get_balance(self.workspace, account.id), paid_since(self.workspace, account)
        return super().get_context_data(
            **{
                "account": account,
                "person": account.person,
                "shown_status": shown_status,
                "holds": holds,
                "on_hold": bool(holds) or shown_status == "paused",
                "attorneys": attorneys_of(self.workspace, account),
                "bankruptcies": bankruptcies_of(self.workspace, account, today),
                "dpd": account.dpd_on(today),
                "balance": balance,
                "paid": paid,
                "other_changes": other_changes(account, paid - balance.unapplied),
                "authorization": authorization(self.workspace, account, today),
                "notice": find_notice(self.workspace, account.id),
                "next": plan,
                "next_icon": CHANNEL_ICONS.get(plan.channel or "", "ban"),
                "next_words": next_words(plan),
                "channels": [(CHANNEL_NAMES[each.channel], each) for each in plan.channels],
                "days": self.days(account, show, zone),
                "tabs": tabs(show),
                "promises": list_promises(self.workspace).filter(account=account)[:5],
                "payments": list_payments(self.workspace).filter(account=account)[:5],
                "ways": ways(self.workspace, account),
                "parties": list_parties(self.workspace, [account.id]),
                "notes": list_notes(self.workspace, account.id)[:10],
                "may_write": self.may("accounts", "write"),
                "note_form": NoteForm(),
                "payment_form": PaymentForm(),
                "hold_form": HoldForm(),
                "may_pay": self.may("payments", "write"),
                "may_release": self.may("compliance", "write"),
            }
            | kwargs
        )

    def days(self, account: Account, show: str, zone: ZoneInfo) -> list[DayOfLines]:
        """The timeline, by date where the reader is."""
        events = timeline(self.workspace, account.id)
        return by_day(lines_of(events, f"/w/{self.workspace.slug}/", show if show in TABS else ""), zone)


class AddNoteView(PortalView):
    """POST `…/notes`."""

    permission: ClassVar[tuple[str, Access]] = ("accounts", "write")
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        account, form = get_account(self.workspace, str(kwargs["account_id"])), NoteForm(request.POST)
        if form.is_valid():
            add_note(workspace=self.workspace, account_id=account.id, body=form.cleaned_data["body"])
        else:
            messages.error(request, "The note was not saved: it is empty or too long.")
        return back_to(self.workspace, account)


class RecordPaymentView(PortalView):
    """POST `…/payments`."""

    permission: ClassVar[tuple[str, Access]] = ("payments", "write")
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        account, form = get_account(self.workspace, str(kwargs["account_id"])), PaymentForm(request.POST)
        if not form.is_valid():
            faults = " ".join(
                f"{form.fields[name].label or name.capitalize()}: {said[0]}" for name, said in form.errors.items()
            )
            messages.error(request, f"The payment was not recorded. {faults}")
            return back_to(self.workspace, account)
        token = form.cleaned_data.pop("token")
        try:
            payment = record_payment(
                workspace=self.workspace,
                account_id=account.id,
                source="portal",
                reference=f"portal-{token}",
                **form.cleaned_data,
            )
        except PaymentDateRefused as error:
            messages.error(request, f"The payment was not recorded. {error.message}")
        else:
            messages.success(request, f"{formats.money(payment.amount, payment.currency)} recorded.")
        return back_to(self.workspace, account)


class HoldView(PortalView):
    """POST `…/hold`: contacts about this account stop until the hold is released."""

    permission: ClassVar[tuple[str, Access]] = ("accounts", "write")
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        account, form = get_account(self.workspace, str(kwargs["account_id"])), HoldForm(request.POST)
        if form.is_valid():
            place_hold(
                workspace=self.workspace,
                kind=Hold.Kind.MANUAL,
                person_id=account.person_id,
                debts=[account.id],
                reason=form.cleaned_data["reason"],
                account_id=account.id,
            )
        else:
            messages.error(request, "The hold was not placed: say why contacts should stop.")
        return back_to(self.workspace, account)


class ReleaseView(PortalView):
    """POST `…/holds/<hold>/release`."""

    permission: ClassVar[tuple[str, Access]] = ("compliance", "write")
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        account = get_account(self.workspace, str(kwargs["account_id"]))
        hold = get_hold(self.workspace, account, parse_id("hold", str(kwargs["hold_id"])))
        release_hold(workspace=self.workspace, hold_id=hold.id)
        return back_to(self.workspace, account)


def back_to(workspace: Workspace, account: Account) -> HttpResponse:
    """To the account's page."""
    return HttpResponseRedirect(f"/w/{workspace.slug}/accounts/{account.public_id}")


def standing_holds(workspace: Workspace, account: Account) -> list[Hold]:
    """The holds that stop contacts about the account now."""
    now = clock.now()
    placed = list_holds(workspace, account.person_id, account.id)
    standing_now = unended(placed).filter(valid_from__lte=now)
    return list(standing_now.exclude(until__lte=now))


def attorneys_of(workspace: Workspace, account: Account) -> list[AttorneyRep]:
    """Who represents the consumer on this account."""
    reaching = Q(debts__isnull=True) | Q(debts__contains=[account.id])
    return list(list_attorneys(workspace).filter(reaching, person_id=account.person_id))


def bankruptcies_of(workspace: Workspace, account: Account, today: dt.date) -> list[dict[str, Any]]:
    """The bankruptcies that reach the account and weren't released, each with how long what was only told holds."""
    reaching = Q(debts__isnull=True) | Q(debts__contains=[account.id])
    cases = unended(list_bankruptcies(workspace, account.person_id)).filter(reaching)
    return [
        {
            "case": case,
            "status": bankruptcy_status(case),
            "check_by": (by := check_by(case)),
            "lapsed": by is not None and by <= today,
        }
        for case in cases
    ]


def paid_since(workspace: Workspace, account: Account) -> Decimal:
    """What came in here since the account was placed."""
    received = list_payments(workspace).filter(account=account, status="succeeded")
    return sum(received.values_list("amount", flat=True), Decimal(0))


def other_changes(account: Account, applied: Decimal) -> Decimal:
    """What moved the balance besides the asserted lines and the payments applied here: the creditor's corrections."""
    lines = (account.original_balance, account.interest_since, account.fees_since)
    asserted = sum((line or Decimal(0) for line in lines), Decimal(0)) - (account.payments_since or Decimal(0))
    return Decimal(0) if account.original_balance is None else account.current_balance - asserted + applied


def authorization(workspace: Workspace, account: Account, today: dt.date) -> Any:
    """The row that lets the entity collect where the consumer lives, or None."""
    rows = list_authorizations(workspace, entity=account.entity)
    here = rows.filter(place=account.person.state, role=account.collector_role, valid_from__lte=today)
    return here.exclude(valid_to__lt=today).first()


def next_words(plan: NextContact) -> str:
    """ "E-mail today at 2:05 PM ET", where the consumer is; or that there is none."""
    if plan.channel is None or plan.at is None:
        return "No contact is allowed now"
    chosen = next(each for each in plan.channels if each.channel == plan.channel)
    return f"{CHANNEL_NAMES[plan.channel]} {when_there(replace(chosen, allowed_at=plan.at))}"


def when_there(plan: ChannelPlan) -> str:
    """Today 10:05 AM ET, where the consumer is."""
    if plan.allowed_at is None:
        return "not known"
    zone = ZoneInfo(plan.zone or "UTC")
    text = formats.moment_text(plan.allowed_at, "near", clock.now(), zone)
    return text[:1].lower() + text[1:] if text.startswith("To") else text


def ways(workspace: Workspace, account: Account) -> list[Way]:
    """The consumer's numbers and addresses, each with consents, bases and marks that hold."""
    person = account.person_id
    marks: dict[Any, list[tuple[str, str]]] = {}
    for consent in unended(list_consents(workspace)).filter(person_id=person):
        marks.setdefault(consent.endpoint_id, []).append(("ok", CONSENT_WORDS[consent.kind]))
    for basis in _holding(EmailBasis, workspace, person):
        marks.setdefault(basis.endpoint_id, []).append(("ok", "E-mail: basis on file"))
    for mark in _holding(EndpointMark, workspace, person):
        marks.setdefault(mark.endpoint_id, []).append(MARK_WORDS[mark.kind])
    return [
        Way(each, shown_value(each), ENDPOINT_ICONS[each.kind], _ended(each) + marks.get(each.id, []))
        for each in endpoints_of(workspace, [person])
    ]


def _ended(endpoint: Endpoint) -> list[tuple[str, str]]:
    return [] if endpoint.valid_to is None else [("stop", "Used no more")]


def _holding(model: Any, workspace: Workspace, person_id: Any) -> Any:
    """Facts of one kind about a person that no later row ends."""
    facts = model.objects.filter(workspace=workspace, person_id=person_id)
    ended = facts.filter(ends__isnull=False).values("ends_id")
    return facts.filter(ends__isnull=True).exclude(id__in=ended).order_by("id")


def shown_value(endpoint: Endpoint) -> str:
    """A number in its usual form, an e-mail address masked, a postal address in one line."""
    if endpoint.kind == Endpoint.Kind.PHONE:
        return formats.phone(endpoint.value_norm)
    if endpoint.kind == Endpoint.Kind.EMAIL:
        return formats.masked_email(endpoint.value)
    place = f"{endpoint.city}, {endpoint.state or ''} {endpoint.postal_code or endpoint.zip}".strip(" ,")
    return ", ".join(part for part in (endpoint.street, place) if part) or endpoint.value


def tabs(show: str) -> list[dict[str, Any]]:
    """The chips above the timeline."""
    chosen = show if show in TABS else ""
    found = [{"label": "All", "url": "?#timeline", "on": not chosen}]
    return found + [{"label": tab.capitalize(), "url": f"?show={tab}#timeline", "on": tab == chosen} for tab in TABS]
