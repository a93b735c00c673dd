"""The timeline of an account: recorded facts as lines that people read, newest first, by day."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from audit.models import Event
from audit.registry import find_event_type
from credira.core import formats
from credira.core.ids import public_id
from credira.web.statuses import describe

Data = Mapping[str, Any]

# Steps on the way to a contact, which the contact's own line tells.
HIDDEN = frozenset(
    {
        "attempt.concluded",
        "attempt.dispatched",
        "attempt.given_up",
        "attempt.reserved",
        "call.queued",
        "call.started",
        "email.queued",
        "notice.ready",
    }
)
# The first word of a type → the tab that shows it; everything else is a change.
TABS = {
    "contacts": ("call", "email", "letter", "attempt", "notice"),
    "money": ("payment", "promise"),
}
ICONS = {
    "account": "file-import",
    "attorney": "scale",
    "attempt": "phone-off",
    "bankruptcy": "scale",
    "call": "phone",
    "campaign": "speakerphone",
    "cease": "ban",
    "consent": "check",
    "consumer": "bell-off",
    "death": "user",
    "dispute": "message-report",
    "email": "mail",
    "enrollment": "speakerphone",
    "hold": "lock",
    "letter": "mailbox",
    "note": "note",
    "notice": "file-text",
    "payment": "cash",
    "promise": "heart-handshake",
    "window": "clock-off",
}
COLORS = {
    "attempt.refused": "wait",
    "call.completed": "ok",
    "cease.recorded": "stop",
    "consumer.opted_out": "stop",
    "dispute.filed": "stop",
    "email.bounced": "stop",
    "hold.placed": "stop",
    "notice.blocked": "stop",
    "notice.undeliverable": "stop",
    "payment.received": "ok",
    "payment.reversed": "stop",
    "promise.broken": "stop",
    "promise.kept": "ok",
    "promise.made": "ok",
}
CHANNELS = {"call": "Call", "email": "E-mail", "letter": "Letter", "sms": "Text", "voicemail": "Voicemail"}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry; `color` is ok, wait, stop or nothing, `status` a mark beside the text (kind, word)."""

    at: dt.datetime
    text: str
    icon: str
    color: str = ""
    note: str = ""
    url: str = ""
    status: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class DayOfLines:
    """The lines of one date where the reader is."""

    date: dt.date
    lines: list[Line] = field(default_factory=list)


def lines_of(events: Iterable[Event], base: str, tab: str = "") -> list[Line]:
    """The events' lines; `base` is the address of the workspace, `tab` contacts, money or changes."""
    return [
        line_of(event, base) for event in events if event.type not in HIDDEN and (not tab or tab_of(event.type) == tab)
    ]


def by_day(lines: Iterable[Line], zone: ZoneInfo) -> list[DayOfLines]:
    """Lines, newest first, under their dates."""
    ordered = sorted(lines, key=lambda line: line.at, reverse=True)
    groups = groupby(ordered, key=lambda line: line.at.astimezone(zone).date())
    return [DayOfLines(date, list(group)) for date, group in groups]


def tab_of(event_type: str) -> str:
    """contacts, money or changes."""
    noun = event_type.partition(".")[0]
    return next((tab for tab, nouns in TABS.items() if noun in nouns), "changes")


def line_of(event: Event, base: str) -> Line:
    """One event as a line; a type without words of its own reads as it was registered."""
    known = find_event_type(event.type)
    text, note = (known.description if known else event.type), ""
    if write := WRITERS.get(event.type):
        text, note = write(event.data)
    noun = event.type.partition(".")[0]
    return Line(
        at=event.recorded_at,
        text=text,
        note=note or by_whom(event),
        icon=ICONS.get(noun, "activity-heartbeat"),
        color=COLORS.get(event.type, ""),
        url=f"{base}calls/{public_id('call', event.object_id)}" if noun == "call" and event.object_id else "",
        status=describe("gate", str(event.data.get("outcome", ""))) if event.type == "attempt.refused" else None,
    )


def by_whom(event: Event) -> str:
    """Who did it, where that is a person."""
    return f"By {event.actor_name}" if event.actor_kind == "member" and event.actor_name else ""


def amount(data: Data, key: str = "amount") -> str:
    """An amount of the data as money; "an amount not known" where it is none."""
    try:
        return formats.money(Decimal(str(data[key])), str(data.get("currency") or "USD"))
    except (KeyError, InvalidOperation):
        return "an amount not known"


def date(data: Data, key: str) -> str:
    """A date of the data: Nov 27, 2026."""
    try:
        day = dt.date.fromisoformat(str(data[key])[:10])
    except (KeyError, ValueError):
        return "a day not known"
    return f"{day:%a, %b} {day.day}, {day.year}"


def words(value: Any) -> str:
    """`wrong_amount` → "wrong amount"."""
    return str(value).replace("_", " ")


def _placed(data: Data) -> tuple[str, str]:
    owed = next((name for name in ("current_balance", "original_balance") if data.get(name) is not None), None)
    text = f"Placed, {amount(data, owed)}" if owed else "Placed"
    return text, f"Reference {data.get('creditor_reference') or 'not given'}"


def _refused(data: Data) -> tuple[str, str]:
    channel = CHANNELS.get(str(data.get("channel")), "Contact")
    return f"{channel} not placed", ", ".join(str(code) for code in data.get("codes", []))


def _call(data: Data) -> tuple[str, str]:
    seconds = data.get("duration") or data.get("duration_s") or 0
    _, outcome = describe("outcome", str(data.get("outcome", "")))
    text = f"AI call, {formats.duration(int(seconds))}: {outcome[:1].lower()}{outcome[1:]}"
    return text, str(data.get("summary", ""))


def _mail(word: str) -> Callable[[Data], tuple[str, str]]:
    return lambda data: (f"E-mail {word}: {words(data.get('template') or 'message')}", str(data.get("subject") or ""))


def _paid(data: Data) -> tuple[str, str]:
    return f"{amount(data, 'amount_collected')} received", f"By {words(data.get('method', 'other'))}"


def _promised(data: Data) -> tuple[str, str]:
    return f"Promise: {amount(data)} by {date(data, 'due_on')}", f"Made by {words(data.get('channel', 'call'))}"


def _decided(word: str) -> Callable[[Data], tuple[str, str]]:
    return lambda data: (f"Promise of {amount(data)} {word}", f"It was due {date(data, 'due_on')}")


def _disputed(data: Data) -> tuple[str, str]:
    reasons = ", ".join(words(reason) for reason in data.get("reasons") or [])
    part = amount(data) if data.get("amount") else "The whole debt"
    return f"{part} disputed", reasons.capitalize()


def _opted_out(data: Data) -> tuple[str, str]:
    return "Asked us to stop", f"{words(data.get('scope', '')).capitalize()} {words(data.get('medium') or '')}".strip()


def _noticed(data: Data) -> tuple[str, str]:
    channel = "e-mail" if data.get("channel") == "email" else "letter"
    return f"Validation notice sent by {channel}", f"The validation period ends {date(data, 'period_end')}"


def _reached(what: str) -> Callable[[Data], tuple[str, str]]:
    kinds = {"phone": "Number", "email": "E-mail address", "address": "Postal address"}
    return lambda data: (f"{kinds.get(data.get('kind', ''), 'Address')} {what}", "")


WRITERS: dict[str, Callable[[Data], tuple[str, str]]] = {
    "account.placed": _placed,
    "endpoint.added": _reached("added"),
    "endpoint.ended": _reached("used no more"),
    "attempt.refused": _refused,
    "call.completed": _call,
    "consumer.opted_out": _opted_out,
    "dispute.filed": _disputed,
    "email.blocked": _mail("not sent"),
    "email.bounced": _mail("came back"),
    "email.delivered": _mail("delivered"),
    "email.failed": _mail("failed"),
    "email.opened": _mail("opened"),
    "email.sent": _mail("sent"),
    "notice.sent": _noticed,
    "payment.received": _paid,
    "promise.broken": _decided("broken"),
    "promise.kept": _decided("kept"),
    "promise.made": _promised,
}
