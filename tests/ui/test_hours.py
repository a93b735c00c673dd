"""The calendar of open hours: the gate's own answers, half hour by half hour."""

import datetime as dt

import pytest

from accounts.models import Account
from compliance.services import record_window
from credira.tenancy.scope import bind
from credira.web.charts import CalendarRow
from credira.web.hours import merged, open_hours, sentence
from tests.house import House, sign_in


def test_half_hours_side_by_side_become_one_span() -> None:
    assert merged([8, 8.5, 9.5]) == [(8, 9.0), (9.5, 10.0)]
    assert merged([]) == []


def test_the_sentence_says_what_the_drawing_shows() -> None:
    rows = [CalendarRow("Calls", [[(8, 21)], []]), CalendarRow("Text", [[], []])]

    assert (
        sentence(rows, [dt.date(2026, 3, 10), dt.date(2026, 3, 11)]) == "Calls are open on 1 of 2 days. Text is closed."
    )


def test_calls_are_open_from_eight_to_nine_where_the_consumer_is(house: House, account: Account) -> None:
    with bind(house.sandbox) as workspace:
        hours = open_hours(workspace, account.id)

    calls = hours.rows[0]
    assert (calls.label, hours.zone, hours.days[0]) == ("Calls", "ET", dt.date(2026, 3, 10))
    assert calls.open[0] == [(11.0, 21.0)], "today from now on"
    assert calls.open[1] == [(8.0, 21.0)]


def test_hours_that_a_consumer_named_are_closed(house: House, account: Account) -> None:
    with bind(house.sandbox) as workspace:
        record_window(
            workspace=workspace, person_id=account.person_id, kind="block", weekdays=["wed"], start="08:00", end="12:00"
        )
        hours = open_hours(workspace, account.id)

    assert hours.rows[0].open[1] == [(12.0, 21.0)]


@pytest.mark.parametrize("user", ["alice", "carol"])
def test_the_part_of_the_page_is_drawn_for_whoever_may_read(house: House, account: Account, user: str) -> None:
    part = sign_in(getattr(house, user)).get(f"/w/acme-sandbox/accounts/{account.public_id}/hours").content.decode()

    assert "Calls are open on 14 of 14 days." in part
    assert "6 AM to midnight, ET" in part
