"""How today is going, and what needs attention: every figure leads to the rows behind it."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from credira.core import formats
from credira.web import figures
from credira.web.attention import Matter, matters
from credira.web.charts import Part, Step
from credira.web.figures import Sums
from creditors.permissions import Access
from creditors.portal import PortalView

WEEK = dt.timedelta(days=7)
FUNNEL_DAYS = 7
KEPT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell of the strip on top."""

    label: str
    value: str
    note: str
    url: str


class DashboardView(PortalView):
    """`/w/<slug>/`."""

    permission: ClassVar[tuple[str, Access]] = ("dashboard", "read")
    template_name = "web/dashboard.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.today = figures.today_of(self.workspace)
        shelves = figures.inventory(self.workspace)
        asked = figures.gate(self.workspace, self._days(self.today, self.today))
        return super().get_context_data(
            today=self.today,
            has_accounts=bool(shelves),
            strip=self.strip(),
            receipts=self.receipts(),
            matters=self.attention(),
            funnel=self.funnel(),
            shelves=shelves,
            whole=Sums.of(totals(shelves)),
            gate=asked,
            gate_parts=[
                Part("Allowed", asked.allowed, "ok"),
                Part("Wait", asked.deferred, "wait"),
                Part("Not allowed", asked.denied, "stop"),
                Part("Needs a person", asked.reviewed, "look"),
            ],
            may_place=self.may("placements", "write"),
            may_start=self.may("campaigns", "write"),
            **kwargs,
        )

    def strip(self) -> list[Figure]:
        """Receipts and promises; each leads to its list."""
        today, yesterday = self.today, self.today - dt.timedelta(days=1)
        month = self._days(today.replace(day=1), today)
        now, before = (figures.received(self.workspace, self._days(day, day)) for day in (today, today - WEEK))
        in_month = figures.received(self.workspace, month)
        due_today = figures.promises_due(self.workspace, self._days(today, today))
        broken = figures.promises_decided(self.workspace, self._days(yesterday, yesterday), "broken")
        kept = self.kept()
        payments, promises = self.link("payments", "payments"), self.link("payments", "payments?show=promises")
        return [
            Figure("Received today", str(now), compared(now, before, f"{today - WEEK:%A}"), payments),
            Figure(f"Received in {today:%B}", str(in_month), counted(in_month.count, "payment"), payments),
            Figure("Promises due today", formats.thousands(due_today.count), f"{due_today} promised", promises),
            Figure("Promises broken yesterday", formats.thousands(broken.count), f"{broken}; {kept.note}", promises),
        ]

    def receipts(self) -> dict[str, Any]:
        """Receipts of the month, added up day by day, in the currency that has most of them."""
        first = self.today.replace(day=1)
        month = self._days(first, self.today)
        sums = figures.received(self.workspace, month)
        currency = next(iter(sums.amounts), "USD")
        by_day = figures.received_by_day(self.workspace, month, currency)
        days = [first + dt.timedelta(days=index) for index in range(self.today.day)]
        total, points = Decimal(0), []
        for day in days:
            total += by_day.get(day, Decimal(0))
            points.append(float(total))
        return {
            "currency": currency,
            "total": total,
            "days": [(day, by_day[day]) for day in days if day in by_day],
            "chart": {
                "labels": [day.day for day in days],
                "unit": "$" if currency == "USD" else "",
                "series": [{"label": "Received", "values": points, "colour": 1, "fill": True}],
            },
        }

    def funnel(self) -> list[Step]:
        """From attempt to kept promise within the last seven days."""
        week = self._days(self.today - dt.timedelta(days=FUNNEL_DAYS - 1), self.today)
        reached = figures.contacts(self.workspace, week)
        made = figures.promises_made(self.workspace, week)
        kept = figures.promises_decided(self.workspace, week, "kept").count
        fell_due = kept + figures.promises_decided(self.workspace, week, "broken").count
        calls, promises = self.link("calls", "calls"), self.link("payments", "payments?show=promises")
        return [
            Step("Attempts", reached.attempts, self._by_channel(reached), calls),
            Step("Contacts", reached.reached, f"{formats.percent(reached.reached, reached.calls)} of calls", calls),
            Step(
                "Right party",
                reached.right_party,
                f"{formats.percent(reached.right_party, reached.reached)} of contacts",
                calls,
            ),
            Step("Promises", made, f"{formats.percent(made, reached.right_party)} of right-party contacts", promises),
            Step(
                "Kept",
                kept,
                f"{formats.percent(kept, fell_due)} of those decided" if fell_due else "None decided yet",
                promises,
                f"{formats.thousands(kept)} of {formats.thousands(fell_due)}",
            ),
        ]

    def kept(self) -> "Kept":
        """How many of the promises that fell due lately were kept."""
        lately = self._days(self.today - dt.timedelta(days=KEPT_DAYS), self.today)
        kept = figures.promises_decided(self.workspace, lately, "kept").count
        broken = figures.promises_decided(self.workspace, lately, "broken").count
        return Kept(kept, kept + broken)

    def attention(self) -> list[Matter]:
        """What somebody should look at, as far as the member may see it."""
        return [matter for matter in matters(self.workspace, self.today) if self.may(matter.area, "read")]

    def link(self, area: str, path: str) -> str:
        """The address of a list, or nothing where the role may not see it."""
        return f"/w/{self.workspace.slug}/{path}" if self.may(area, "read") else ""

    def _days(self, first: dt.date, last: dt.date) -> figures.Period:
        return figures.period(self.workspace, first, last)

    @staticmethod
    def _by_channel(reached: figures.Contacts) -> str:
        parts = [counted(reached.calls, "call"), counted(reached.emails, "e-mail")]
        return ", ".join(parts + ([counted(reached.letters, "letter")] if reached.letters else []))


@dataclass(frozen=True, slots=True)
class Kept:
    """Promises kept of those that fell due."""

    kept: int
    due: int

    @property
    def note(self) -> str:
        """42.1% kept over 30 days, or that none fell due."""
        if not self.due:
            return f"none decided in {KEPT_DAYS} days"
        return f"{formats.percent(self.kept, self.due)} kept over {KEPT_DAYS} days"


def compared(now: Sums, before: Sums, weekday: str) -> str:
    """How today's receipts stand against those of the same weekday a week ago, in one currency."""
    currency = next(iter(before.amounts), "")
    if not currency:
        return f"Nothing came in last {weekday}"
    ratio = now.amounts.get(currency, Decimal(0)) - before.amounts[currency]
    word = "over" if ratio >= 0 else "below"
    return f"{formats.percent(abs(ratio), before.amounts[currency])} {word} all of last {weekday}"


def counted(number: int, noun: str) -> str:
    """1 payment, 12 payments."""
    return f"{formats.thousands(number)} {noun}{'' if number == 1 else 's'}"


def totals(shelves: list[figures.Shelf]) -> list[tuple[str, int, Decimal]]:
    """(currency, accounts, balance) of the whole inventory."""
    found: dict[str, tuple[int, Decimal]] = {}
    for shelf in shelves:
        count, balance = found.get(shelf.currency, (0, Decimal(0)))
        found[shelf.currency] = (count + shelf.count, balance + shelf.balance)
    return [(currency, count, balance) for currency, (count, balance) in found.items()]
