"""TIME-01 and TIME-02: at what hour (12 CFR 1006.6(b)(1))."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from compliance.rules.decision import Effect, Reason, Severity
from compliance.rules.facts import Window
from compliance.rules.hours import first_instant, in_force, inside, minute_of
from compliance.rules.registry import rule
from compliance.rules.view import View
from compliance.rules.vocabulary import CALLS, CONTACTS, TIMED

_SEARCH_DAYS = 7
_DESIGNATED_SEARCH_DAYS = 366


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _applies(view: View, window: Window) -> bool:
    """Return whether the window was said by now and is about this medium (by default every one but mail)."""
    if window.said_at is not None and window.said_at > view.now:
        return False
    return view.medium != "mail" if window.media is None else view.medium in window.media


def _holds(view: View, window: Window, instant: datetime) -> bool:
    return inside(window, instant.astimezone(window.zone or view.home))


def _consented(view: View) -> list[Window]:
    """Windows by which the person agreed to hours outside 8:00 to 21:00, 12 CFR 1006.6(b)(4)(i)."""
    revoked = {one.id for one in view.facts.consents if one.revoked_at is not None and one.revoked_at <= view.now}
    return [
        window
        for window in view.facts.windows
        if (window.kind == "open" or (window.kind == "only" and window.direct_consent))
        and window.consent_id not in revoked
        and _applies(view, window)
    ]


def _within(view: View, instant: datetime, start: int, end: int) -> bool:
    return all(start <= minute_of(instant.astimezone(zone)) < end for zone in view.zones)


def _severity(view: View) -> Severity:
    return view.severity("TIME-01") if view.covered else Severity.POLICY


@rule("TIME-01", who="all", channels=TIMED)
def contact_hours(view: View) -> Iterator[Reason]:
    """12 CFR 1006.6(b)(1)(i): from 8:00:00 until before 21:00:00 in every zone that the person may be in.

    The creditor may tighten the hours; calls stop some minutes earlier, so that none runs past the end (guard).
    """
    if view.answers_consumer:
        return
    if view.zones_unknown:
        yield view.reason(
            "TIME-01",
            "FACT_MISSING:zones",
            f"The time zones of {', '.join(view.zones_unknown)} are not known.",
            severity=_severity(view),
        )
    if not view.zones:
        if not view.zones_unknown:
            yield view.reason(
                "TIME-01",
                "LOCATION_UNKNOWN",
                "No time zone of the person is known, so no hour can be checked.",
                severity=_severity(view),
            )
        return
    legal_start, legal_end = view.figures.hours_start, view.figures.hours_end
    start = max(view.policy.time.start, legal_start)
    end = min(view.policy.time.end, legal_end)
    if view.channel in CALLS:
        end -= view.policy.time.call_tail_guard_min
    if _within(view, view.now, start, end):
        return
    agreed = _consented(view)
    relied = [window for window in agreed if _holds(view, window, view.now)]
    if relied:
        view.rely_on(window.consent_id for window in relied)
        return
    legal = _within(view, view.now, legal_start, legal_end)
    edges: list[tuple[ZoneInfo, tuple[int, ...]]] = [(zone, (start,)) for zone in view.zones]
    edges += [(window.zone or view.home, tuple(span[0] for span in window.spans)) for window in agreed]
    retry_at = first_instant(
        view.now,
        _SEARCH_DAYS,
        edges,
        lambda instant: _within(view, instant, start, end) or any(_holds(view, one, instant) for one in agreed),
    )
    local = ", ".join(f"{view.now.astimezone(zone):%H:%M} in {zone.key}" for zone in view.zones)
    none = "" if retry_at is not None else "; no hour of the next 7 days lies inside in every zone"
    yield view.reason(
        "TIME-01",
        "TIME_WINDOW",
        f"It is {local}; contact is made from {clock(start)} to {clock(end)}{none}.",
        severity=Severity.POLICY if legal else _severity(view),
        effect=Effect.REVIEW,
        retry_at=retry_at,
    )


@rule("TIME-02", who="covered", channels=CONTACTS)
def designated_times(view: View) -> Iterator[Reason]:
    """12 CFR 1006.6(b)(1), comment 6(b)(1)-1: never at a time that the person called inconvenient."""
    if view.answers_consumer:
        return
    windows = [one for one in view.facts.windows if one.kind != "open" and _applies(view, one)]
    if not windows or _is_convenient(view, windows, view.now):
        return
    edges = [
        (window.zone or view.home, tuple(minute % 1440 for span in window.spans for minute in span))
        for window in windows
    ]
    retry_at = first_instant(
        view.now, _DESIGNATED_SEARCH_DAYS, edges, lambda instant: _is_convenient(view, windows, instant)
    )
    none = "" if retry_at is not None else "; no time of the next 366 days is left"
    yield view.reason(
        "TIME-02",
        "TIME_DESIGNATED",
        f"{view.now.astimezone(view.home):%A %H:%M} ({view.home.key}) is a time the person called inconvenient{none}.",
        retry_at=retry_at,
    )


def _is_convenient(view: View, windows: list[Window], instant: datetime) -> bool:
    """Outside every block and, if any only-window is in force that day, inside one of them."""
    only_in_force = False
    inside_only = False
    for window in windows:
        local = instant.astimezone(window.zone or view.home)
        if window.kind == "block":
            if inside(window, local):
                return False
        elif in_force(window, local.date()):
            only_in_force = True
            inside_only = inside_only or inside(window, local)
    return inside_only or not only_in_force
