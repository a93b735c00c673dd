"""How numbers, money and times read on pages."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from credira.core import formats

NOW = dt.datetime(2026, 11, 24, 15, 5, tzinfo=dt.UTC)
EASTERN = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("5312.63", "USD", "$5,312.63"),
        ("5312.6300", "USD", "$5,312.63"),
        ("0", "USD", "$0.00"),
        ("-100", "USD", "−$100.00"),
        ("1250", "CAD", "CAD\u00a01,250.00"),
        ("1250", "JPY", "JPY\u00a01,250"),
        ("1.5", "KWD", "KWD\u00a01.500"),
    ],
)
def test_money_has_the_decimals_of_its_currency(amount: str, currency: str, text: str) -> None:
    assert formats.money(Decimal(amount), currency) == text


def test_itemized_money_has_a_sign() -> None:
    assert formats.money(Decimal("0"), "USD", signed=True) == "+ $0.00"
    assert formats.money(Decimal("-100"), "USD", signed=True) == "− $100.00"


def test_percent_of_nothing_is_not_applicable() -> None:
    assert formats.percent(1, 0) == "n/a"
    assert formats.percent(1, 3) == "33.3%"
    assert formats.percent(Decimal("0.5"), 1000) == "0.1%"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"), (48, "48 s"), (60, "1 min"), (108, "1 min 48 s"),
        (8580, "2 h 23 min"), (90_000, "1 d 1 h"), (3_605, "1 h"),
    ],
)  # fmt: skip
def test_duration_shows_its_two_largest_units(seconds: int, text: str) -> None:
    assert formats.duration(seconds) == text


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("full", "Tue, Nov 24, 10:05 AM ET"),
        ("near", "Today 10:05 AM ET"),
        ("long", "Tue, Nov 24, 2026, 10:05 AM ET"),
        ("date", "Tue, Nov 24"),
        ("time", "10:05 AM ET"),
        ("short", "10:05 AM"),
        ("clock", "10:05:00 AM"),
    ],
)
def test_a_moment_names_its_zone(style: str, text: str) -> None:
    assert formats.moment_text(NOW, style, NOW, EASTERN) == text


def test_near_days_have_words_and_other_years_their_number() -> None:
    def near(days: int) -> str:
        return formats.moment_text(NOW + dt.timedelta(days=days), "near", NOW, EASTERN)

    assert near(-1) == "Yesterday 10:05 AM ET"
    assert near(1) == "Tomorrow 10:05 AM ET"
    assert near(3) == "Fri, Nov 27 10:05 AM ET"
    assert near(60) == "Sat, Jan 23, 2027 10:05 AM ET"


def test_today_is_the_readers_day_not_utcs() -> None:
    late = dt.datetime(2026, 11, 25, 3, 0, tzinfo=dt.UTC)

    assert formats.moment_text(late, "near", NOW, EASTERN) == "Today 10:00 PM ET"


@pytest.mark.parametrize(
    ("zone", "word"),
    [
        ("America/Chicago", "CT"), ("America/Phoenix", "MT"), ("Pacific/Honolulu", "HT"), ("America/Anchorage", "AKT"),
        ("UTC", "UTC"), ("America/Sao_Paulo", "UTC−03"),
    ],
)  # fmt: skip
def test_zones_read_without_daylight_time(zone: str, word: str) -> None:
    july = dt.datetime(2026, 7, 1, 12, 0, tzinfo=dt.UTC)

    assert formats.zone_word(july.astimezone(ZoneInfo(zone))) == word


def test_initials_are_of_the_first_and_last_name() -> None:
    assert formats.initials("Alice Ann Moreno") == "AM"
    assert formats.initials("alice") == "A"
    assert formats.initials("") == ""
