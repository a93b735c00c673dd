"""The open hours of the next two weeks: the gate asked for every half hour, with the facts of now."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from accounts.selectors import get_account
from compliance import gate, packs, rules
from compliance.intents import ContactIntent
from compliance.vocabulary import Channel
from credira.core import clock, formats
from credira.tenancy.models import Workspace
from credira.web.charts import CalendarRow
from creditors.permissions import Access
from creditors.portal import PortalView

DAYS = 14
FIRST_HOUR, LAST_HOUR = 6, 24
STEP_HOURS = 0.5
ROWS = {Channel.CALL: "Calls", Channel.EMAIL: "E-mail", Channel.SMS: "Text", Channel.LETTER: "Letter"}

Spans = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Hours:
    """The calendar's rows and its sentence; `zone` is where the consumer is (UTC when nobody knows)."""

    days: list[dt.date]
    rows: list[CalendarRow]
    zone: str
    sentence: str


class HoursView(PortalView):
    """`/w/<slug>/accounts/<account>/hours`: the part of the account's page that takes a moment to compute."""

    permission: ClassVar[tuple[str, Access]] = ("accounts", "read")
    template_name = "web/account_hours.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        account = get_account(self.workspace, str(kwargs.pop("account_id")))
        return super().get_context_data(hours=open_hours(self.workspace, account.id), **kwargs)


def open_hours(workspace: Workspace, account_id: Any) -> Hours:
    """When each channel is open within the next days, if nothing else happens meanwhile."""
    now = clock.now()
    intents = [ContactIntent(account_ids=(account_id,), channel=channel) for channel in ROWS]
    judged = gate.judge(workspace, intents, now)
    zone_name = next((each.decision.zones[0] for each in judged if each.decision.zones), "UTC")
    zone = ZoneInfo(zone_name)
    first = now.astimezone(zone).date()
    days = [first + dt.timedelta(days=index) for index in range(DAYS)]
    rows = [CalendarRow(ROWS[Channel(each.intent.channel)], spans_of(each, days, zone, now)) for each in judged]
    return Hours(days, rows, formats.zone_word(now.astimezone(zone)), sentence(rows, days))


def spans_of(judgement: gate.Judgement, days: Sequence[dt.date], zone: ZoneInfo, now: dt.datetime) -> list[Spans]:
    """For each day the hours that are open, from now on."""
    intent, facts = rules.parse_intent(judgement.sheet.intent), rules.parse_facts(judgement.sheet.facts)
    pack = packs.load()
    steps = int((LAST_HOUR - FIRST_HOUR) / STEP_HOURS)

    def is_open(day: dt.date, hour: float) -> bool:
        at = dt.datetime.combine(day, dt.time(int(hour), int(hour % 1 * 60)), zone)
        return at + dt.timedelta(hours=STEP_HOURS) > now and (
            rules.evaluate(intent, facts, pack, max(at, now)).outcome == rules.Outcome.ALLOW
        )

    hours = [FIRST_HOUR + index * STEP_HOURS for index in range(steps)]
    return [merged([hour for hour in hours if is_open(day, hour)]) for day in days]


def merged(hours: Sequence[float]) -> Spans:
    """Half hours side by side become one span: 8, 8.5, 9.5 → (8, 9), (9.5, 10)."""
    spans: Spans = []
    for hour in hours:
        if spans and spans[-1][1] == hour:
            spans[-1] = (spans[-1][0], hour + STEP_HOURS)
        else:
            spans.append((hour, hour + STEP_HOURS))
    return spans


def sentence(rows: Sequence[CalendarRow], days: Sequence[dt.date]) -> str:
    """What the drawing says: "Calls are open on 12 of 14 days. Text is closed."""
    told = []
    for row in rows:
        count = sum(1 for spans in row.open if spans)
        verb = "are" if row.label == "Calls" else "is"
        told.append(
            f"{row.label} {verb} open on {count} of {len(days)} days." if count else f"{row.label} {verb} closed."
        )
    return " ".join(told)
