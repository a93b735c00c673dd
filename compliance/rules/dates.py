"""Pure date arithmetic of the rule book: federal holidays, business days, validation period, limitation periods.

All functions work on local dates; none reads a clock. Holidays are computed by rule, so no year is missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

MONDAY, THURSDAY, SATURDAY, SUNDAY = 0, 3, 5, 6

# Days further away than anything the rules add or subtract from the calendar's ends: nearer ones are read as these.
EARLIEST, LATEST = date(1800, 1, 1), date(2900, 1, 1)
_OPEN_ACCOUNTS = frozenset({"card", "line"})
_SIGNED_NOTES = frozenset({"closed_end_loan", "mortgage", "auto_direct", "auto_indirect", "student"})

# 5 U.S.C. 6103(a). Fixed: (month, day, first year it was one). Weekday rules: (month, weekday, which; -1 is the last).
_FIXED = ((1, 1, 1870), (6, 19, 2021), (7, 4, 1870), (11, 11, 1938), (12, 25, 1870))
_NTH_WEEKDAY = (
    (1, MONDAY, 3),  # Martin Luther King, Jr.
    (2, MONDAY, 3),  # Washington's Birthday
    (5, MONDAY, -1),  # Memorial Day
    (9, MONDAY, 1),  # Labor Day
    (10, MONDAY, 2),  # Columbus Day
    (11, THURSDAY, 4),  # Thanksgiving Day
)


def _nth_weekday(year: int, month: int, weekday: int, which: int) -> date:
    if which < 0:
        last = date(year, month + 1, 1) - timedelta(days=1)
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (which - 1))


def within_calendar(day: date) -> date:
    """Return the day, or the nearest one with which the rules can reckon: no lawful fact lies beyond."""
    return min(max(day, EARLIEST), LATEST)


def instant_within_calendar(instant: datetime) -> datetime:
    """Return the instant, or the nearest one with which the rules can reckon, in UTC where it is moved."""
    if EARLIEST < instant.date() < LATEST:
        return instant
    return datetime.combine(within_calendar(instant.date()), time(), UTC)


@cache
def federal_holidays(year: int) -> frozenset[date]:
    """Return the legal public holidays of 5 U.S.C. 6103(a) that fall in `year`, on their own dates."""
    fixed = {date(year, month, day) for month, day, since in _FIXED if year >= since}
    return frozenset(fixed | {_nth_weekday(year, *rule) for rule in _NTH_WEEKDAY})


@cache
def observed_holidays(year: int) -> frozenset[date]:
    """Return the weekdays of `year` on which a weekend holiday is observed, 5 U.S.C. 6103(b).

    A Saturday holiday is observed on the Friday before, which for New Year's Day lies in the year before.
    """
    days = set()
    for holiday in federal_holidays(year) | federal_holidays(year + 1):
        if holiday.weekday() == SATURDAY:
            days.add(holiday - timedelta(days=1))
        elif holiday.weekday() == SUNDAY:
            days.add(holiday + timedelta(days=1))
    return frozenset(day for day in days if day.year == year)


def is_business_day(day: date, *, observed: bool = True) -> bool:
    """Return whether `day` is no Saturday, Sunday or federal holiday (with `observed`, nor a day it is observed on)."""
    if day.weekday() >= SATURDAY or day in federal_holidays(day.year):
        return False
    return not (observed and day in observed_holidays(day.year))


def add_business_days(day: date, count: int, *, observed: bool = True) -> date:
    """Return the `count`th business day after `day`; the day after `day` may be the first."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_business_day(day, observed=observed)
    return day


def assumed_receipt(sent_on: date, *, mail_days: int = 5, observed: bool = True) -> date:
    """Return the day on which a notice sent on `sent_on` is assumed received, 12 CFR 1006.34(b)(5).

    At least five business days; excluding observed days too is product policy and can only lengthen the period.
    """
    return add_business_days(sent_on, max(mail_days, 5), observed=observed)


def validation_period_end(sent_on: date, *, mail_days: int = 5, observed: bool = True) -> date:
    """Return the last day, inclusive, of the validation period of a notice sent on `sent_on` (VN-05)."""
    return assumed_receipt(sent_on, mail_days=mail_days, observed=observed) + timedelta(days=30)


def notice_due(initial_on: date) -> date:
    """Return the last day to send a validation notice after the initial communication, 12 CFR 1006.34(a)(1)(i)(B)."""
    return initial_on + timedelta(days=5)


def massachusetts_notice_due(initial_on: date) -> date:
    """Return the last day to send it for a creditor in Massachusetts, 940 CMR 7.08: five business days."""
    return add_business_days(initial_on, 5)


def revocation_deadline(received_on: date) -> date:
    """Return the last lawful day to honour a revocation of consent, 47 CFR 64.1200(a)(10): ten business days."""
    return add_business_days(received_on, 10)


def payment_change_notice_by(debit_on: date) -> date:
    """Return the last day to announce a changed preauthorized debit, 12 CFR 1005.10(d)(1): ten days before it."""
    return debit_on - timedelta(days=10)


def add_years(day: date, years: int) -> date:
    """Return the same day `years` later; 29 February becomes 1 March where the year has none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def limitation_years(periods: Iterable[tuple[int | None, int | None]], klass: str) -> int | None:
    """Return the shortest limitation period (TB-01), or None if no place has a known one.

    `periods` are the (written, open) years of the consumer's state, of the contract's choice of law and of the state
    where it was signed. Cards and lines use the open column, signed closed-end notes the written one, everything else
    the smaller of the two.
    """
    found = []
    for written, open_account in periods:
        if klass in _OPEN_ACCOUNTS:
            read = [open_account]
        elif klass in _SIGNED_NOTES:
            read = [written]
        else:
            read = [written, open_account]
        found += [years for years in read if years is not None]
    return min(found, default=None)


def time_barred_on(first_delinquency_on: date, years: int) -> date:
    """Return the first day on which the limitation period has run (TB-01)."""
    return add_years(first_delinquency_on, years)


def time_barred_state(barred_on: date, as_of: date, *, warning_days: int = 90) -> str:
    """Return `ok`, `warning` (at most `warning_days` left) or `possibly_time_barred` (TB-01)."""
    if as_of >= barred_on:
        return "possibly_time_barred"
    return "warning" if as_of >= barred_on - timedelta(days=warning_days) else "ok"


def last_reportable_day(dofd: date) -> date:
    """Return the last day on which a charge-off may be reported, 15 USC 1681c(c): DOFD, 180 days and seven years."""
    return add_years(dofd + timedelta(days=180), 7)
