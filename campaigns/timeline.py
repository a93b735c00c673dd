"""What happened to a campaign's accounts, newest first, in the words of the portal."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from accounts.models import Account, Person
from audit.models import Event
from audit.selectors import list_events, with_data
from campaigns.models import Campaign
from campaigns.selectors import enrollments_of
from credira.core.formats import money
from credira.core.ids import public_id
from credira.tenancy.models import Workspace

ENDED_TEXTS = {
    "paid": "Paid",
    "stopped": "Stopped",
    "disputed": "Disputed",
    "closed": "Closed",
    "steps_done": "Ended without result",
    "campaign_ended": "Campaign ended",
}
# What a timeline says of each event: icon, kind, text. "{name}" is the consumer, other slots are the event's data.
MOMENTS = {
    "call.started": ("phone", "", "Call to {name}"),
    "call.completed": ("phone", "ok", "Call with {name} ended"),
    "call.failed": ("phone-off", "stop", "Call to {name} could not be placed"),
    "call.blocked": ("phone-off", "stop", "Call to {name} not allowed"),
    "call.deferred": ("clock", "wait", "Call to {name} moved"),
    "email.sent": ("mail", "", "E-mail sent to {name}"),
    "email.opened": ("mail-opened", "", "E-mail opened by {name}"),
    "email.bounced": ("mail-off", "stop", "E-mail to {name} bounced"),
    "email.blocked": ("mail-off", "stop", "E-mail to {name} not allowed"),
    "notice.sent": ("file-text", "", "Validation notice sent to {name}"),
    "promise.made": ("heart-handshake", "ok", "{name} promised {amount}"),
    "promise.kept": ("circle-check", "ok", "{name} kept a promise"),
    "promise.broken": ("circle-x", "stop", "{name} broke a promise"),
    "payment.received": ("cash", "ok", "{amount_collected} received from {name}"),
    "dispute.filed": ("message-report", "stop", "{name} disputes the debt"),
    "consumer.opted_out": ("ban", "stop", "{name} asked not to be contacted this way"),
    "cease.recorded": ("ban", "stop", "{name} asked us to stop"),
    "attorney.recorded": ("scale", "stop", "{name} is represented by a lawyer"),
    "bankruptcy.recorded": ("scale", "stop", "{name} spoke of a bankruptcy"),
    "death.recorded": ("user", "stop", "We were told that {name} died"),
    "campaign.step_skipped": ("player-skip-forward", "wait", "A step for {name} was skipped"),
    "enrollment.ended": ("flag", "", "{name} left the campaign"),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A line of a timeline: icon, kind (ok, stop, wait, or empty), text, where it leads, a second line."""

    icon: str
    kind: str
    text: str
    at: dt.datetime
    url: str = ""
    note: str = ""


def timeline_of(campaign: Campaign, size: int) -> list[Moment]:
    """The newest moments of a campaign's accounts since it began."""
    found = with_data(campaign.workspace, timeline_events(campaign, size))
    names = _names(campaign.workspace, [event.account_id for event in found if event.account_id])
    return [_moment(campaign.workspace, event, names) for event in found]


def timeline_events(campaign: Campaign, size: int) -> list[Event]:
    """The events behind those moments."""
    accounts = enrollments_of(campaign).values("account_id")
    events = list_events(campaign.workspace).filter(
        account_id__in=accounts, type__in=list(MOMENTS), recorded_at__gte=campaign.started_at
    )
    if campaign.ended_at is not None:
        events = events.filter(recorded_at__lte=campaign.ended_at)
    return list(events[:size])


def _names(workspace: Workspace, accounts: Iterable[UUID]) -> dict[UUID, str]:
    people = dict(Account.objects.filter(workspace=workspace, id__in=set(accounts)).values_list("id", "person_id"))
    names = {person.id: person.name for person in Person.objects.filter(workspace=workspace, id__in=people.values())}
    return {account: names.get(person, "") for account, person in people.items()}


def _moment(workspace: Workspace, event: Event, names: Mapping[UUID, str]) -> Moment:
    icon, kind, text = MOMENTS[event.type]
    data = event.data
    slots = {"name": names.get(event.account_id, "a consumer") if event.account_id else "a consumer"}
    for key in ("amount", "amount_collected"):
        if data.get(key) is not None:
            slots[key] = money(Decimal(data[key]), data.get("currency") or "USD")
    base = f"/w/{workspace.slug}"
    url = ""
    if event.object_prefix == "call" and event.object_id:
        url = f"{base}/calls/{public_id('call', event.object_id)}"
    elif event.account_id:
        url = f"{base}/accounts/{public_id('acct', event.account_id)}"
    return Moment(icon, kind, text.format_map(_Gaps(slots)), event.recorded_at, url, _note(event))


def _note(event: Event) -> str:
    data = event.data
    if event.type == "call.completed":
        return str(data.get("summary") or "")
    if event.type in ("call.blocked", "email.blocked"):
        reasons = data.get("reasons") or []
        return str(reasons[0]["message"]) if reasons else ""
    if event.type == "campaign.step_skipped":
        return ", ".join(data.get("codes", ()))
    if event.type == "enrollment.ended":
        return ENDED_TEXTS.get(str(data.get("ended_as")), "")
    return ""


class _Gaps(dict[str, str]):
    """A slot that an event doesn't fill is left out, not an error."""

    def __missing__(self, key: str) -> str:
        return ""
