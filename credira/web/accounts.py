"""The list of accounts: who is next, with the last contact and the earliest next one."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.models import Account, Person
from accounts.selectors import list_accounts, search_accounts
from compliance import gate
from compliance.intents import ContactIntent
from compliance.models import AttemptDebt, ContactAttempt, ValidationNotice
from compliance.selectors import dispute_status, list_disputes, standing, unended
from compliance.vocabulary import Channel
from credira.api.pagination import page_of
from credira.core import clock, formats
from credira.core.ids import parse_id
from credira.tenancy.models import Workspace
from credira.web.account import CHANNEL_ICONS
from credira.web.statuses import describe
from creditors.permissions import Access
from creditors.portal import PortalView

PAGE_SIZE = 25
ASKED = (Channel.CALL, Channel.EMAIL, Channel.LETTER)
Filter = Callable[[Workspace, QuerySet[Account], str], QuerySet[Account]]


@dataclass(frozen=True, slots=True)
class Contact:
    """The earliest next contact: `color` of its line, what and when, and why not sooner."""

    icon: str
    color: str
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class Row:
    """One account of the list."""

    account: Account
    status: str
    dpd: int | None
    last_contact: ContactAttempt | None
    next_contact: Contact | None


class AccountsView(PortalView):
    """`/w/<slug>/accounts` with `?q=`, `?status=`, `?state=`, `?placement=` and `?notice=blocked`."""

    permission: ClassVar[tuple[str, Access]] = ("accounts", "read")
    template_name = "web/accounts.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = {name: request.GET[name].strip() for name in FILTERS if request.GET.get(name, "").strip()}
        accounts = list_accounts(self.workspace)
        for name, value in asked.items():
            accounts = FILTERS[name](self.workspace, accounts, value)
        page, cursor = page_of(accounts.prefetch_related("person"), request.GET.get("cursor"), PAGE_SIZE)
        return self.render_to_response(
            self.get_context_data(
                rows=rows_of(self.workspace, page),
                asked=asked,
                tabs=tabs(self.workspace, asked.get("status", "")),
                chips=[
                    {"label": WORDS[name], "value": value, "url": self.address(asked, name), "on": True, "remove": True}
                    for name, value in asked.items()
                    if name != "status"
                ],
                newer=self.address(asked) if request.GET.get("cursor") else "",
                older=self.address(asked, cursor=cursor) if cursor else "",
                may_place=self.may("placements", "write"),
                may_start=self.may("campaigns", "write"),
            )
        )

    def address(self, asked: dict[str, str], without: str = "", cursor: str | None = None) -> str:
        """The list's own address with the same filters, but one."""
        query = self.request.GET.copy()
        query.clear()
        query.update({name: value for name, value in asked.items() if name != without})
        if cursor:
            query["cursor"] = cursor
        return f"?{query.urlencode()}"


def by_status(workspace: Workspace, accounts: QuerySet[Account], status: str) -> QuerySet[Account]:
    """Of a stored status; `disputed` is derived from the open disputes."""
    if status != "disputed":
        return accounts.filter(status=status)
    filed = unended(list_disputes(workspace))
    return accounts.filter(id__in=[each.account_id for each in filed if dispute_status(each) == "open"])


def by_state(workspace: Workspace, accounts: QuerySet[Account], state: str) -> QuerySet[Account]:
    """Of consumers who live there."""
    people = Person.objects.filter(workspace=workspace, state=state.upper()).values("id")
    return accounts.filter(person_id__in=people)


def by_notice(workspace: Workspace, accounts: QuerySet[Account], status: str) -> QuerySet[Account]:
    """Whose validation notice has this status."""
    notices = ValidationNotice.objects.filter(workspace=workspace, status=status).values("account_id")
    return accounts.filter(id__in=notices)


def by_placement(workspace: Workspace, accounts: QuerySet[Account], placement_id: str) -> QuerySet[Account]:
    """That came in with one file. Raises NotFound for what is no placement's id."""
    return accounts.filter(placement_id=parse_id("plc", placement_id))


FILTERS: dict[str, Filter] = {
    "status": by_status,
    "state": by_state,
    "notice": by_notice,
    "placement": by_placement,
    "q": search_accounts,
}
WORDS = {"q": "Search", "state": "State", "notice": "Notice", "placement": "Placement"}


def rows_of(workspace: Workspace, accounts: Sequence[Account]) -> list[Row]:
    """What the list shows of a page of accounts, in a constant number of queries."""
    today = clock.now().astimezone(ZoneInfo(workspace.creditor.time_zone)).date()
    shown, last, following = (
        standing(workspace, accounts),
        last_contacts(workspace, accounts),
        next_contacts(workspace, accounts),
    )
    return [
        Row(
            account,
            shown.get(account.id, account.status) if account.is_open else account.status,
            account.dpd_on(today),
            last.get(account.id),
            following.get(account.id),
        )
        for account in accounts
    ]


def last_contacts(workspace: Workspace, accounts: Sequence[Account]) -> dict[UUID, ContactAttempt]:
    """The newest attempt that went out about each account."""
    went_out = AttemptDebt.objects.filter(
        workspace=workspace,
        account_id__in=[account.id for account in accounts],
        attempt__workspace=workspace,
        attempt__direction="outbound",
        attempt__dispatched_at__isnull=False,
    )
    newest = went_out.order_by("account_id", "-attempt_id").distinct("account_id").prefetch_related("attempt")
    return {debt.account_id: debt.attempt for debt in newest}


def next_contacts(workspace: Workspace, accounts: Sequence[Account]) -> dict[UUID, Contact]:
    """The gate's answer for each open account: the earliest channel, or why there is none."""
    standing_open = [account for account in accounts if account.is_open]
    now = clock.now()
    intents = [
        ContactIntent(account_ids=(account.id,), channel=channel) for account in standing_open for channel in ASKED
    ]
    answers: dict[UUID, list[gate.Judgement]] = {}
    for judgement in gate.judge(workspace, intents, now) if intents else []:
        answers.setdefault(judgement.intent.account_ids[0], []).append(judgement)
    return {account_id: earliest(found, now) for account_id, found in answers.items()}


def earliest(judgements: Sequence[gate.Judgement], now: dt.datetime) -> Contact:
    """The first lawful contact of those asked about: green now, amber later, red or violet when there is none."""
    possible = [(now if each.allowed else each.decision.next_allowed_at, each) for each in judgements]
    dated = [(at, each) for at, each in possible if at is not None]
    if not dated:
        blocked = judgements[0].decision
        kind, word = describe("gate", blocked.outcome.value)
        return Contact("ban" if kind == "stop" else "user-question", f"t-{kind}", word, first_reason(blocked))
    at, chosen = min(dated, key=lambda pair: pair[0])
    zone = ZoneInfo(chosen.decision.zones[0] if chosen.decision.zones else "UTC")
    text = "Now" if chosen.allowed else formats.moment_text(at, "near", now, zone)
    return Contact(
        CHANNEL_ICONS[str(chosen.intent.channel)],
        "t-ok" if chosen.allowed else "t-wait",
        text,
        "" if chosen.allowed else first_reason(chosen.decision),
    )


def first_reason(decision: Any) -> str:
    """The gravest reason's sentence."""
    return formats.of_this_debt(decision.reasons[0].message) if decision.reasons else ""


def tabs(workspace: Workspace, status: str) -> list[dict[str, Any]]:
    """All, then one tab a status that has accounts."""
    counts = dict(
        Account.objects.filter(workspace=workspace).values_list("status").annotate(number=Count("id")).order_by()
    )
    found = [{"label": "All", "url": "?", "on": not status, "count": sum(counts.values())}]
    for value, label in Account.Status.choices:
        if value in counts:
            found.append({"label": label, "url": f"?status={value}", "on": value == status, "count": counts[value]})
    if status == "disputed":
        found.append({"label": "Disputed", "url": "?status=disputed", "on": True, "count": None})
    return found
