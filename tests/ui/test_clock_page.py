"""The test clock's page: what is due, and going forward."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from audit.registry import find_event_type
from audit.services import Fact, record_many
from credira.core import clock
from credira.core.ids import uuid7
from credira.tenancy.scope import bind
from credira.web.clock import due_lines, happened, target
from credira.work.jobs import finish
from credira.work.models import Due, Job
from tests.house import House, sign_in

CHICAGO = ZoneInfo("America/Chicago")
NOW = dt.datetime(2026, 10, 31, 15, 0, tzinfo=dt.UTC)  # 10:00 AM in Chicago, a day before daylight time ends


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("day", dt.datetime(2026, 11, 1, 16, 0, tzinfo=dt.UTC)),
        ("week", dt.datetime(2026, 11, 7, 16, 0, tzinfo=dt.UTC)),
        ("next", dt.datetime(2026, 10, 31, 19, 30, tzinfo=dt.UTC)),
        ("date", dt.datetime(2026, 12, 1, 14, 0, tzinfo=dt.UTC)),
    ],
)
def test_a_step_keeps_the_time_of_day_where_the_creditor_is(step: str, expected: dt.datetime) -> None:
    next_due = dt.datetime(2026, 10, 31, 19, 30, tzinfo=dt.UTC)
    chosen = dt.datetime(2026, 12, 1, 8, 0, tzinfo=dt.UTC)  # what a datetime field makes of "2026-12-01T08:00"

    assert target(step, chosen, NOW, next_due, CHICAGO) == expected


def test_the_next_event_with_nothing_due_is_tomorrow() -> None:
    assert target("next", None, NOW, None, CHICAGO) == dt.datetime(2026, 11, 1, 16, 0, tzinfo=dt.UTC)


def test_what_falls_due_is_counted_by_day_and_kind(house: House) -> None:
    with bind(house.sandbox) as sandbox:
        today = clock.now().astimezone(CHICAGO).date()
        for days in (1, 1, 2, 20):
            due_at = clock.now() + dt.timedelta(days=days)
            Due.objects.create(workspace=sandbox, kind="compliance.notice", object_id=uuid7(), due_at=due_at)
        Due.objects.create(workspace=sandbox, kind="work.advance", object_id=uuid7(), due_at=clock.now(), clock="wall")

        lines = due_lines(sandbox, CHICAGO)

    assert [((line.day - today).days, line.kind, line.count) for line in lines] == [
        (1, "Validation notice to prepare", 2),
        (2, "Validation notice to prepare", 1),
    ]


def test_a_run_of_facts_of_one_type_is_one_line(house: House) -> None:
    added, webhook = find_event_type("member.added"), find_event_type("webhook.created")
    assert added
    assert webhook
    with bind(house.sandbox) as sandbox:
        record_many(sandbox, [Fact(each) for each in (added, added, webhook, added)])

        lines = happened(sandbox)

    assert [(line.type, line.count) for line in lines] == [
        ("member.added", 1), ("webhook.created", 1), ("member.added", 2),
    ]  # fmt: skip


def test_advancing_starts_a_job_and_shows_its_progress(house: House) -> None:
    alice = sign_in(house.alice)

    answer = alice.post("/w/acme-sandbox/clock", {"step": "day"})

    assert answer.headers["Location"] == "/w/acme-sandbox/clock"
    with bind(house.sandbox) as sandbox:
        job = Job.objects.get(workspace=sandbox)
        assert (job.kind, job.status) == ("work.advance", "queued")
        assert sandbox.clock_frozen_at is not None
    page = alice.get("/w/acme-sandbox/clock").content.decode()
    assert f'hx-get="/w/acme-sandbox/clock/{job.public_id}"' in page
    assert alice.get(f"/w/acme-sandbox/clock/{job.public_id}").status_code == 200


def test_the_page_is_read_again_when_the_clock_has_arrived(house: House) -> None:
    alice = sign_in(house.alice)
    alice.post("/w/acme-sandbox/clock", {"step": "day"})
    with bind(house.sandbox) as sandbox:
        job = Job.objects.get(workspace=sandbox)
        finish(job, "reached")

    assert alice.get(f"/w/acme-sandbox/clock/{job.public_id}").headers["HX-Refresh"] == "true"


def test_a_second_advance_is_refused_with_its_reason(house: House) -> None:
    alice = sign_in(house.alice)
    alice.post("/w/acme-sandbox/clock", {"step": "day"})

    answer = alice.post("/w/acme-sandbox/clock", {"step": "week"})

    assert answer.status_code == 409
    assert "The clock is being advanced already." in answer.content.decode()


def test_a_date_is_needed_where_one_is_asked_for(house: House) -> None:
    answer = sign_in(house.alice).post("/w/acme-sandbox/clock", {"step": "date", "to": ""})

    assert answer.status_code == 422
    assert "This field is required." in answer.content.decode()


def test_a_live_workspace_has_no_test_clock(house: House) -> None:
    alice = sign_in(house.alice)

    assert alice.get("/w/acme/clock").status_code == 404
    assert alice.post("/w/acme/clock", {"step": "day"}).status_code == 404


def test_a_reader_sees_the_clock_and_may_not_move_it(house: House) -> None:
    carol = sign_in(house.carol)

    page = carol.get("/w/acme-sandbox/clock")

    assert page.status_code == 200
    assert "Owners and admins can advance the clock." in page.content.decode()
    assert carol.post("/w/acme-sandbox/clock", {"step": "day"}).status_code == 403
    with bind(house.sandbox) as sandbox:
        assert not Job.objects.filter(workspace=sandbox).exists()
