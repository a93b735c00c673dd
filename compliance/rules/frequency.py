"""FREQ-01, FREQ-02, FREQ-04, FREQ-05 and LOC-01: how often (12 CFR 1006.14(a), (b); 1006.10(c))."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache

from compliance.rules.counting import Calls, first_free_day, in_window
from compliance.rules.decision import Budget, Effect, Reason, Severity
from compliance.rules.facts import Attempt
from compliance.rules.registry import rule
from compliance.rules.view import View
from compliance.rules.vocabulary import CALLS, CONTACTS, ELECTRONIC

WEEK = 7
_ANSWERED = frozenset({"answered_rpc", "answered_third_party", "dropped_after_answer"})


def calls_of(view: View) -> dict[str, Calls]:
    """Return the calls of each particular debt of the intent, counted once per view."""
    if view.calls is None:
        view.calls = {group: Calls(view, group) for group in sorted({debt.group for debt in view.covered})}
    return view.calls


def _is_frequency_bound(view: View) -> bool:
    """Campaign purposes and replies are bound by FREQ-01 and FREQ-02; location calls have a counter of their own."""
    if view.to_professional or view.purpose == "location_info":
        return False
    return view.campaign or view.purpose == "reply_to_consumer"


@rule("FREQ-01", who="covered", channels=CALLS)
def seven_calls_in_seven_days(view: View) -> Iterator[Reason]:
    """12 CFR 1006.14(b)(2)(i)(A). A legally required call over the cap is for a person to review."""
    required = view.purpose == "legally_required"
    if view.to_professional or not (required or _is_frequency_bound(view)):
        return
    legal = view.figures.calls_per_7d
    for group, calls in calls_of(view).items():
        open_now = calls.open_call_backs()
        used = in_window(calls.counted_days, view.today, WEEK)
        if open_now:
            view.rely_on(window.consent_id for window in open_now)
            continue
        for limit, severity in _limits(view, "FREQ-01", legal, min(view.policy.freq.calls_per_7d, legal)):
            if used < limit:
                continue
            free = calls.next_free_day(first_free_day(calls.counted_days, limit, WEEK))
            yield view.reason(
                "FREQ-01",
                "FREQ_7_IN_7",
                f"{used} calls counted about debt {group} in the 7 days ending {view.today}; at most {limit} are "
                f"allowed, and {free} is the next day with room.",
                severity=severity,
                effect=Effect.REVIEW,
                retry_at=None if required else view.midnight(free),
            )


@rule("FREQ-02", who="covered", channels=CALLS)
def quiet_week_after_conversation(view: View) -> Iterator[Reason]:
    """12 CFR 1006.14(b)(2)(i)(B): the conversation's day is the first of seven, whoever placed the call."""
    if not _is_frequency_bound(view):
        return
    legal = view.figures.quiet_days
    for group, calls in calls_of(view).items():
        talked_on = calls.last_conversation
        if talked_on is None:
            continue
        open_now = calls.open_call_backs()
        if open_now:
            view.rely_on(window.consent_id for window in open_now)
            continue
        tightened = max(view.policy.freq.quiet_after_conversation_days, legal)
        for days, severity in _limits(view, "FREQ-02", legal, tightened):
            if view.today >= talked_on + timedelta(days=days):
                continue
            free = calls.next_free_day(talked_on + timedelta(days=days))
            yield view.reason(
                "FREQ-02",
                "FREQ_AFTER_CONVERSATION",
                f"Debt {group} was talked about on {talked_on}; no call before {free}.",
                severity=severity,
                retry_at=view.midnight(free),
            )


def _limits(view: View, rule_id: str, legal: int, tightened: int) -> list[tuple[int, Severity]]:
    """Return the legal figure at the rule's severity and, if the creditor tightened it, its own as POLICY."""
    limits = [(legal, view.severity(rule_id))]
    if tightened != legal:
        limits.append((tightened, Severity.POLICY))
    return limits


def _is_paced(view: View) -> bool:
    """FREQ-04 paces campaign purposes; a confirmation that is not valid has no bypass."""
    if view.to_professional or view.purpose == "location_info":
        return False
    return view.campaign or (view.purpose == "optout_confirmation" and not view.valid_confirmation)


def _days(view: View, attempts: list[Attempt]) -> list[date]:
    return sorted(view.attempt_day(attempt) for attempt in attempts)


def _same_channel(view: View) -> list[Attempt]:
    """Attempts that the daily limit of this channel counts; a call that left a message is a voicemail too."""
    left = "voicemail_left" if view.channel == "voicemail" else ""
    return [one for one in view.to_person if one.channel == view.channel or (left and one.connect_status == left)]


@cache
def _daily(channel: str) -> tuple[str, str] | None:
    """Return the policy field and the noun of the channel's daily limit."""
    return {
        "call": ("max_calls_per_day", "calls"),
        "voicemail": ("max_voicemail_per_day", "voicemails"),
        "sms": ("max_sms_per_day", "text messages"),
    }.get(channel)


@rule("FREQ-04", who="all", channels=CONTACTS)
def burst(view: View) -> Iterator[Reason]:
    """12 CFR 1006.14(a), comment 14(a)-2: not in rapid succession (product figures)."""
    daily = _daily(view.channel)
    if daily is None or not _is_paced(view):
        return
    field, noun = daily
    limit = getattr(view.policy.freq, field)
    earlier = _same_channel(view)
    used = in_window(_days(view, earlier), view.today, 1)
    if used >= limit:
        tomorrow = view.today + timedelta(days=1)
        if limit == 0:
            yield view.reason("FREQ-04", "FREQ_BURST", f"The creditor allows no {noun}.", severity=Severity.POLICY)
        else:
            yield view.reason(
                "FREQ-04",
                "FREQ_BURST",
                f"{used} {noun} to this person on {view.today}; at most {limit} a day.",
                severity=Severity.POLICY,
                retry_at=view.midnight(tomorrow),
            )
    gap = timedelta(minutes=view.policy.freq.min_gap_minutes)
    if view.channel == "call" and earlier and gap:
        last = max(one.at for one in earlier)
        if view.now < last + gap:
            yield view.reason(
                "FREQ-04",
                "FREQ_BURST",
                f"The last call was at {last:%Y-%m-%d %H:%M} UTC; "
                f"{view.policy.freq.min_gap_minutes} minutes must pass between calls.",
                severity=Severity.POLICY,
                retry_at=last + gap,
            )


@rule("FREQ-04", who="all", channels=CONTACTS)
def cumulative(view: View) -> Iterator[Reason]:
    """12 CFR 1006.14(a), comment 14(b)(2)(i)-2: all contacts add up (product figures)."""
    if not _is_paced(view):
        return
    for name, days, limit in _weekly(view):
        used = in_window(days, view.today, WEEK)
        if used < limit:
            continue
        if limit == 0:
            yield view.reason("FREQ-04", "FREQ_CUMULATIVE", f"The creditor allows no {name}.", severity=Severity.POLICY)
            continue
        free = first_free_day(days, limit, WEEK)
        yield view.reason(
            "FREQ-04",
            "FREQ_CUMULATIVE",
            f"{used} {name} in the 7 days ending {view.today}; at most {limit}, next on {free}.",
            severity=Severity.POLICY,
            retry_at=view.midnight(free),
        )


def _weekly(view: View) -> Iterator[tuple[str, list[date], int]]:
    """Yield (name, sorted days, limit) of each weekly counter that the act meets."""
    touches = list(view.touches)
    if view.channel in ELECTRONIC:
        messages = [one for one in touches if one.channel in ELECTRONIC]
        for debt in view.debts:
            days = _days(view, [one for one in messages if view.about(one, debt)])
            yield f"electronic messages about debt {debt.id}", days, view.policy.freq.max_electronic_per_7d
    yield "contacts of any kind", _days(view, touches), view.policy.freq.max_touches_per_7d


@rule("FREQ-05", who="covered", channels=CONTACTS)
def location_once(view: View) -> Iterator[Reason]:
    """15 USC 1692b(3), 12 CFR 1006.10(c): one communication for location information, calls limited as in FREQ-01."""
    if view.purpose != "location_info" or view.to_professional:
        return
    asked = [one for one in view.to_person if one.purpose == "location_info" and not view.wrong(one)]
    answered = [one for one in asked if one.channel not in CALLS or one.connect_status in _ANSWERED]
    may_again = view.person is not None and view.person.may_recontact
    if answered and not may_again:
        day = min(view.attempt_day(one) for one in answered)
        yield view.reason(
            "FREQ-05", "FREQ_LOCATION_ONCE", f"The person was asked for location information on {day} already."
        )
    days = _days(view, [one for one in asked if one.channel in CALLS and view.reached(one)])
    limit = view.figures.calls_per_7d
    used = in_window(days, view.today, WEEK)
    if view.channel in CALLS and used >= limit:
        free = first_free_day(days, limit, WEEK)
        yield view.reason(
            "FREQ-05",
            "FREQ_7_IN_7",
            f"{used} location calls to this person in the 7 days ending {view.today}; at most {limit}.",
            retry_at=view.midnight(free),
        )


@rule("LOC-01", who="covered", channels=CALLS)
def location_by_people(view: View) -> Iterator[Reason]:
    """12 CFR 1006.10 as product policy: an artificial voice never asks third parties where somebody is."""
    if view.purpose == "location_info" and view.artificial:
        yield view.reason(
            "LOC-01",
            "THIRD_PARTY",
            "An artificial voice makes no location calls.",
            severity=Severity.POLICY,
        )


def budgets(view: View) -> list[Budget]:
    """Return what is used and left of each frequency counter that the act draws on."""
    if not (view.is_contact and view.outbound) or view.to_professional:
        return []
    found: list[Budget] = []
    if view.channel in CALLS and _is_frequency_bound(view):
        limit = min(view.policy.freq.calls_per_7d, view.figures.calls_per_7d)
        for group, calls in calls_of(view).items():
            found.append(_budget(view, "FREQ-01", f"calls about debt {group}", calls.counted_days, limit, WEEK))
    if _is_paced(view):
        daily = _daily(view.channel)
        if daily is not None:
            field, noun = daily
            days = _days(view, _same_channel(view))
            found.append(_budget(view, "FREQ-04", f"{noun} today", days, getattr(view.policy.freq, field), 1))
        for name, days, limit in _weekly(view):
            found.append(_budget(view, "FREQ-04", name, days, limit, WEEK))
    return found


def _budget(view: View, rule_id: str, name: str, days: list[date], limit: int, length: int) -> Budget:
    used = in_window(days, view.today, length)
    resets_at: datetime | None = None
    if used:
        resets_at = view.midnight(days[len(days) - used] + timedelta(days=length))
    return Budget(rule_id, name, used, limit, resets_at)
