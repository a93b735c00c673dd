"""Counting calls and conversations per particular debt (FREQ-01 to FREQ-03; gate-facts.md 5).

Built once per view by the frequency rules: which past calls count toward which debt, when it was last talked about,
and when the person asked to be called back.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from compliance.rules.facts import Attempt
from compliance.rules.view import View
from compliance.rules.vocabulary import CALLS

_UNANSWERED = frozenset({"in_flight", "ring_no_answer", "voicemail_reached"})


@dataclass(frozen=True, slots=True)
class CallBack:
    """A window of FREQ-03: the person asked to be called about the debt on these local days."""

    consent_id: str
    endpoint_id: str | None
    asked_at: datetime
    first_day: date
    last_day: date
    ended_at: datetime | None

    def holds(self, instant: datetime, day: date, endpoint_id: str | None) -> bool:
        """Return whether a call at `instant` is inside; the call that becomes the ending conversation still is."""
        return (
            self.asked_at <= instant
            and self.first_day <= day <= self.last_day
            and (self.ended_at is None or instant <= self.ended_at)
            and (self.endpoint_id is None or self.endpoint_id == endpoint_id)
        )

    def open_on(self, day: date, endpoint_id: str | None) -> bool:
        """Return whether it is open, as known now, on this or a later day."""
        return (
            self.ended_at is None
            and self.first_day <= day <= self.last_day
            and (self.endpoint_id is None or self.endpoint_id == endpoint_id)
        )


class Calls:
    """Past calls of the person contacted, seen from one particular debt (`group` of Debt)."""

    def __init__(self, view: View, group: str) -> None:
        self._view = view
        self._group = group
        debts = view.facts.debts.values()
        self._members = frozenset(debt.id for debt in debts if debt.group == group)
        talks = sorted(attempt.at for attempt in view.attempts if self._is_conversation(attempt))
        self.windows = tuple(self._call_backs(talks))
        self.last_conversation = max(
            (view.attempt_day(one) for one in view.attempts if self._is_conversation(one)), default=None
        )
        self.counted_days = sorted(view.attempt_day(one) for one in view.to_person if self._counts(one))

    def _is_conversation(self, attempt: Attempt) -> bool:
        """A telephone talk with the person, whoever called; a right-party call that names no debt was about any."""
        if attempt.channel != "call" or attempt.person_id != self._view.intent.person_id:
            return False
        if attempt.discussed:
            return not attempt.discussed.isdisjoint(self._members)
        if attempt.connect_status != "answered_rpc":
            return False
        return not attempt.debts or not attempt.debts.isdisjoint(self._members)

    def _call_backs(self, talks: list[datetime]) -> Iterator[CallBack]:
        view = self._view
        for consent in view.facts.consents:
            if consent.kind != "call_back" or consent.given_to != "us" or consent.at > view.now:
                continue
            if consent.person_id != view.intent.person_id:
                continue
            if consent.debts is not None and consent.debts.isdisjoint(self._members):
                continue
            asked_on = view.day(consent.at)
            week_end = asked_on + timedelta(days=6)
            ends = [talk for talk in talks if talk > consent.at][:1]
            if consent.revoked_at is not None and consent.revoked_at <= view.now:
                ends.append(consent.revoked_at)
            yield CallBack(
                consent.id,
                consent.endpoint_id,
                consent.at,
                max(asked_on, consent.since) if consent.since is not None else asked_on,
                min(week_end, consent.until) if consent.until is not None else week_end,
                min(ends, default=None),
            )

    def _counts(self, attempt: Attempt) -> bool:
        if attempt.channel not in CALLS:
            return False
        if attempt.counts_toward is not None:
            return not attempt.counts_toward.isdisjoint(self._members)
        view = self._view
        if not view.reached(attempt) or view.wrong(attempt):
            return False
        day = view.attempt_day(attempt)
        if any(window.holds(attempt.at, day, attempt.endpoint_id) for window in self.windows):
            return False
        named = attempt.debts | attempt.discussed
        everywhere = view.policy.freq.count_unanswered_toward == "all_active_debts"
        if not named or (everywhere and attempt.connect_status in _UNANSWERED):
            return True
        return not named.isdisjoint(self._members)

    def open_call_backs(self) -> list[CallBack]:
        """Return the call-back windows that are open now."""
        today, endpoint_id = self._view.today, self._view.intent.endpoint_id
        return [window for window in self.windows if window.open_on(today, endpoint_id)]

    def next_free_day(self, first: date) -> date:
        """Return the first day, today excluded, that is `first` or later or has a call-back window open."""
        endpoint_id = self._view.intent.endpoint_id
        tomorrow = self._view.today + timedelta(days=1)
        begins = [
            max(window.first_day, tomorrow)
            for window in self.windows
            if window.open_on(max(window.first_day, tomorrow), endpoint_id)
        ]
        return min([first, *begins])


def in_window(days: list[date], today: date, length: int) -> int:
    """Return how many of the sorted days lie in the `length` days that end today."""
    return len(days) - bisect_left(days, today - timedelta(days=length - 1))


def first_free_day(days: list[date], limit: int, length: int) -> date:
    """Return the first day on which fewer than `limit` of the sorted days lie in the `length` days ending there."""
    return days[len(days) - limit] + timedelta(days=length)
