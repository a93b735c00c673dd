"""What a person should look at today: one line a matter, the gravest first; nothing is listed that has no rows."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from compliance import corrections
from compliance.holding import held_until
from compliance.models import Dispute, ValidationNotice
from compliance.selectors import (
    check_by,
    dispute_status,
    list_bankruptcies,
    list_call_backs,
    list_disputes,
    list_unknown_attorneys,
    standing_holds_for,
    unended,
)
from credira.core import clock
from credira.core.ids import public_id
from credira.providers.ports import missing_vendors
from credira.tenancy.models import Workspace
from credira.work.models import Incident
from creditors.selectors import list_authorizations
from webhooks.models import Delivery, WebhookEndpoint

LATELY = dt.timedelta(days=7)
ENDING_WITHIN = dt.timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Matter:
    """One line: `area` is the permission that its list needs, `path` the list under the workspace."""

    title: str
    note: str
    icon: str
    color: str
    area: str
    path: str


def matters(workspace: Workspace, today: dt.date) -> list[Matter]:
    """Everything that waits for somebody in this workspace."""
    found = [
        *_vendors(workspace),
        _incidents(workspace),
        _call_backs(workspace),
        _attorneys(workspace),
        _bankruptcies(workspace, today),
        _disputes(workspace),
        _raised(workspace),
        _notices(workspace),
        _deliveries(workspace),
        _authorizations(workspace, today),
    ]
    return [matter for matter in found if matter is not None]


def _vendors(workspace: Workspace) -> list[Matter]:
    icons = {"call": "phone-off", "email": "mail-off"}
    return [
        Matter("A vendor is missing", reason, icons[channel], "t-stop", "campaigns", "campaigns")
        for channel, reason in missing_vendors(workspace).items()
    ]


def _incidents(workspace: Workspace) -> Matter | None:
    recent = Incident.objects.filter(workspace=workspace, written_at__gte=clock.wall() - LATELY).order_by("-id")
    if not (count := recent.count()):
        return None
    return Matter(_counted(count, "incident"), recent[0].message, "alert-triangle", "t-stop", "compliance", "audit")


def _call_backs(workspace: Workspace) -> Matter | None:
    """Who was told that a person would call."""
    waiting = list_call_backs(workspace)
    if not (count := waiting.count()):
        return None
    title = f"{_counted(count, 'person', 'people')} to call back"
    return Matter(title, _waited(waiting[0].valid_from), "phone", "t-stop", "accounts", "follow-ups")


def _attorneys(workspace: Workspace) -> Matter | None:
    """Lawyers whom we said that we'd contact, and can't."""
    unknown = list_unknown_attorneys(workspace)
    if not (count := unknown.count()):
        return None
    title = f"{_counted(count, 'lawyer')} to ask for"
    return Matter(title, _waited(unknown[0].valid_from), "scale", "t-wait", "accounts", "follow-ups")


def _bankruptcies(workspace: Workspace, today: dt.date) -> Matter | None:
    """Told, and looked up by nobody: listed from the first minute until a person decides, lapsed or not (BK-01)."""
    told = unended(list_bankruptcies(workspace)).filter(provisional=True)
    deadlines: dict[UUID, dt.date] = {}  # by person: told on several days, they are held until the last deadline
    for case in told:
        if (by := check_by(case)) is not None:
            deadlines[case.person_id] = max(by, deadlines.get(case.person_id, by))
    if not deadlines:
        return None
    lapsed = sum(by <= today for by in deadlines.values())
    first = f"The first hold ends on {min(deadlines.values()):%b %-d}"
    note = f"The hold of {lapsed:,} has ended: contact is allowed again" if lapsed else first
    title = f"{_counted(len(deadlines), 'bankruptcy', 'bankruptcies')} to look up"
    return Matter(title, note, "scale", "t-stop", "compliance", "bankruptcies?show=to_check")


def _disputes(workspace: Workspace) -> Matter | None:
    filed = unended(list_disputes(workspace))
    standing = [dispute for dispute in filed if dispute_status(dispute) == "open"]
    if not standing:
        return None
    oldest = min(dispute.valid_from for dispute in standing)
    note = f"The oldest was received {(clock.now() - oldest).days} days ago; {_holding(workspace, standing)}"
    return Matter(
        _counted(len(standing), "open dispute"),
        note,
        "message-report",
        "t-stop",
        "compliance",
        "accounts?status=disputed",
    )


def _holding(workspace: Workspace, standing: list[Dispute]) -> str:
    """What the open disputes do: a late one holds for a while, and is still to be answered when it doesn't any more."""
    held = len(held_until(workspace, standing))
    if held == len(standing):
        return "collection is on hold"
    return f"collection is on hold for {held:,} of them" if held else "none holds collection any more"


def _raised(workspace: Workspace) -> Matter | None:
    held = standing_holds_for(workspace, corrections.EVIDENCE)
    if not (count := held.count()):
        return None
    return Matter(
        f"{_counted(count, 'balance')} raised after the notice",
        "Check what was added, then release the hold. Nobody is contacted about it meanwhile",
        "scale",
        "t-stop",
        "compliance",
        f"accounts/{public_id('acct', (held[0].debts or [])[0])}" if count == 1 else "accounts?status=paused",
    )


def _notices(workspace: Workspace) -> Matter | None:
    blocked = ValidationNotice.objects.filter(workspace=workspace, status="blocked").values_list("problems", flat=True)
    if not blocked:
        return None
    reasons = Counter(problem["message"] for problems in blocked for problem in problems[:1])
    reason = next((message for message, _ in reasons.most_common(1)), "Something that it must say is missing.")
    return Matter(
        f"{_counted(len(blocked), 'validation notice')} can't be made",
        f"{reason} Nobody is contacted meanwhile",
        "file-alert",
        "t-stop",
        "compliance",
        "accounts?notice=blocked",
    )


def _deliveries(workspace: Workspace) -> Matter | None:
    since = clock.wall() - LATELY
    there = WebhookEndpoint.objects.filter(workspace=workspace).exclude(status=WebhookEndpoint.Status.DELETED)
    failed = Delivery.objects.filter(
        workspace=workspace, status="failed", finished_at__gte=since, endpoint_id__in=there.values("id")
    ).order_by("-id")
    if not (count := failed.count()):
        return None
    return Matter(
        f"{_counted(count, 'webhook delivery', 'webhook deliveries')} failed",
        f"Last answer: {failed[0].last_answer}",
        "webhook",
        "t-wait",
        "webhooks",
        "webhooks",
    )


def _authorizations(workspace: Workspace, today: dt.date) -> Matter | None:
    ending = list_authorizations(workspace).filter(valid_to__range=(today, today + ENDING_WITHIN)).order_by("valid_to")
    if not (count := ending.count()):
        return None
    places = ", ".join(ending.values_list("place", flat=True)[:5])
    return Matter(
        f"{_counted(count, 'authorization')} within 60 days of the end",
        f"{places}; first on {ending[0].valid_to:%b %-d}",
        "certificate",
        "t-wait",
        "rules",
        "compliance/states",
    )


def _waited(since: dt.datetime) -> str:
    return f"Waiting for {_counted((clock.now() - since).days, 'day')}"


def _counted(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
