"""The pages of the person who owes: no login, no script, no cookie. The signed link is the credential.

A GET only shows; a POST acts, at once. The forms need no CSRF token: nothing here relies on a cookie, and who can post
knows the link.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from accounts.models import Account, Endpoint, Person
from accounts.selectors import get_account, get_endpoint, get_person
from compliance import selectors as compliance_selectors
from compliance.holding import held_until
from compliance.models import Dispute, ValidationNotice
from compliance.vocabulary import Channel
from credira.core import clock
from credira.core.context import acting_as
from credira.core.errors import InvalidRequest, NotFound
from credira.core.money import parse_amount
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from creditors.models import OperatingEntity
from creditors.selectors import get_entity
from messaging import responses
from messaging.links import ConsumerLink, read_consumer_link
from messaging.wording import account_number, masked_email, phone_text, product, reference

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@dataclass(frozen=True)
class Choice:
    """One box of the page "stop"."""

    key: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Visit:
    """One consumer at one page, read inside `bind`."""

    token: str
    link: ConsumerLink
    workspace: Workspace
    person: Person
    account: Account
    entity: OperatingEntity
    endpoint: Endpoint | None
    notice: ValidationNotice | None

    @property
    def _speaks_for_itself(self) -> bool:
        """Whether the creditor writes in its own name, so that "for" itself would say nothing."""
        return self.account.collector_role == "first_party"

    @property
    def in_period(self) -> bool:
        """Whether a written dispute of today still stops collection until it is answered (12 CFR 1006.38(d))."""
        end = self.notice.period_end if self.notice else None
        today = clock.now().astimezone(ZoneInfo(self.workspace.creditor.time_zone)).date()
        return end is not None and today <= end

    @property
    def context(self) -> dict[str, Any]:
        """What every consumer page shows."""
        return {
            "token": self.token,
            "speaker": self.entity.name,
            "speaker_for": "" if self._speaks_for_itself else f"for {self.account.current_creditor}",
            "sandbox": not self.workspace.livemode,
            "account": self.account,
            "account_number": account_number(self.account),
            "product": product(self.account),
            "entity": self.entity,
            "collector": self.account.collector_role != "first_party",
            "notice": self.notice,
            "in_period": self.in_period,
            "phone": phone_text(self.entity.phone),
            "reference": reference(self.account),
            "zone": self.workspace.creditor.time_zone,
        }


class RespondForm(forms.Form):
    """The notice's own choices, in the notice's own order (12 CFR 1006.34(c)(4))."""

    dispute = forms.BooleanField(required=False)
    not_my_debt = forms.BooleanField(required=False)
    wrong_amount = forms.BooleanField(required=False)
    other = forms.BooleanField(required=False)
    original_creditor = forms.BooleanField(required=False)
    scope = forms.ChoiceField(choices=[("all", "All of it"), ("part", "A part")], required=False)
    amount = forms.CharField(required=False, max_length=20)
    statement = forms.CharField(required=False, max_length=5_000)

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        reasons = [reason for reason in Dispute.Reason.values if values.get(reason)]
        # Who ticks a reason, or names a part, disputes: the box above it is for the eye.
        values["dispute"] = bool(values.get("dispute") or reasons or values.get("scope") == "part")
        values["reasons"] = reasons
        if not (values["dispute"] or values.get("original_creditor")):
            raise forms.ValidationError("Choose at least one answer.")
        values["part"] = self._part(values) if values.get("scope") == "part" else None
        return values

    def _part(self, values: dict[str, Any]) -> Decimal | None:
        text = str(values.get("amount") or "").strip().removeprefix("$").replace(",", "")
        try:
            part = parse_amount(text, self.account.currency)
        except InvalidRequest:
            self.add_error("amount", "Enter the part that you dispute as an amount, for example 420.00.")
            return None
        if part <= 0:
            self.add_error("amount", "The part must be more than 0.")
        # A part as large as the debt is the whole debt.
        return part if part < self.account.current_balance else None


@dataclass(frozen=True)
class Received:
    """One answer of the form and what it does: ``held`` as the gate holds, ``until`` a day or until answered."""

    dispute: Dispute
    status: str
    held: bool
    until: dt.date | None

    @property
    def what(self) -> str:
        """What is held. A question for the original creditor holds the whole debt (12 CFR 1006.38(c))."""
        part = self.dispute.amount and self.dispute.kind == Dispute.Kind.DISPUTE
        return "the part that you dispute" if part else "this debt"


class StopForm(forms.Form):
    """What should stop. Several may be chosen."""

    what = forms.MultipleChoiceField(
        choices=list(responses.STOPS.items()), error_messages={"required": "Choose what should stop."}
    )


@method_decorator(csrf_exempt, name="dispatch")
class ConsumerView(View):
    """Resolves the link, binds its workspace for the whole request, and acts in the consumer's name."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        token = str(kwargs["token"])
        try:
            link = read_consumer_link(token)
            with bind(link.workspace_id) as workspace:
                self.visit = _visit(workspace, link, token)
                with acting_as("consumer", self.visit.person.public_id):
                    response = super().dispatch(request, *args, **kwargs)
        except NotFound:
            response = render(request, "consumer/not_found.html", status=404)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"  # the address is the credential
        return response

    def _note(self) -> None:
        """They reached us by this page: kept as a contact that they began."""
        responses.note_contact(
            workspace=self.visit.workspace,
            person_id=self.visit.person.id,
            account_id=self.visit.account.id,
            channel=Channel.PORTAL,
        )

    def page(self, request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
        return render(request, f"consumer/{template}.html", {**self.visit.context, **context}, status=status)


class Respond(ConsumerView):
    """The electronic form of the notice's response section (VN-07). What is sent is a written dispute."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.page(request, "respond", form=RespondForm(account=self.visit.account, initial={"scope": "all"}))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        form = RespondForm(request.POST, account=self.visit.account)
        if not form.is_valid():
            return self.page(request, "respond", status=400, form=form)
        values = form.cleaned_data
        self._note()
        filed = responses.respond(
            workspace=self.visit.workspace,
            account_id=self.visit.account.id,
            dispute=values["dispute"],
            reasons=values["reasons"],
            part=values["part"],
            original_creditor=values["original_creditor"],
            statement=values["statement"],
        )
        return redirect("consumer-receipt", token=token, dispute_id=filed[0].public_id)


class Receipt(ConsumerView):
    """What arrived, with its number and time: for the consumer to keep."""

    def get(self, request: HttpRequest, token: str, dispute_id: str) -> HttpResponse:
        filed = compliance_selectors.list_disputes(self.visit.workspace).filter(account_id=self.visit.account.id)
        dispute = next((row for row in filed if row.public_id == dispute_id), None)
        if dispute is None:
            raise NotFound
        same_time = [row for row in filed if row.valid_from == dispute.valid_from]
        return self.page(request, "receipt", receipts=_receipts(self.visit.workspace, same_time))


class Stop(ConsumerView):
    """Stop contact, by channel or all. The mail's one-click button (RFC 8058) posts to the same address."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.page(request, "stop", form=StopForm(), choices=self._choices(["this_address"]))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        if request.POST.get("List-Unsubscribe") == ONE_CLICK["List-Unsubscribe"]:
            self._stop(["this_address"])
            return HttpResponse("Stopped.", content_type="text/plain; charset=utf-8")
        form = StopForm(request.POST)
        if not form.is_valid():
            return self.page(request, "stop", status=400, form=form, choices=self._choices([]))
        chosen = form.cleaned_data["what"]
        self._stop(chosen)
        return self.page(request, "stopped", choices=self._choices(chosen))

    def _stop(self, what: list[str]) -> None:
        self._note()
        responses.stop(
            workspace=self.visit.workspace,
            person_id=self.visit.person.id,
            account_id=self.visit.account.id,
            endpoint_id=self.visit.link.endpoint_id,
            what=what,
        )

    def _choices(self, chosen: list[str]) -> list[Choice]:
        """ "This address" is named, masked, and left out where the link knows none."""
        endpoint = self.visit.endpoint
        labels = {**responses.STOPS}
        if endpoint is None:
            del labels["this_address"]
        else:
            labels["this_address"] = f"E-mails to {masked_email(endpoint.value)}"
        return [Choice(key, label, key in chosen) for key, label in labels.items()]


def _receipts(workspace: Workspace, disputes: list[Dispute]) -> list[Received]:
    held = held_until(workspace, disputes)
    return [
        Received(each, compliance_selectors.dispute_status(each), each.id in held, held.get(each.id))
        for each in disputes
    ]


def _visit(workspace: Workspace, link: ConsumerLink, token: str) -> Visit:
    account = get_account(workspace, link.account_id)
    endpoint = get_endpoint(workspace, link.endpoint_id) if link.endpoint_id else None
    return Visit(
        token=token,
        link=link,
        workspace=workspace,
        person=get_person(workspace, link.person_id),
        account=account,
        entity=get_entity(workspace, account.entity_id),
        endpoint=endpoint,
        notice=_notice(workspace, account.id),
    )


def _notice(workspace: Workspace, account_id: UUID) -> ValidationNotice | None:
    """The newest notice that was sent: one that came back began no period (VN-05)."""
    notices = ValidationNotice.objects.filter(
        workspace=workspace, account_id=account_id, status=ValidationNotice.Status.SENT
    )
    return notices.order_by("-id").first()
