"""Recording facts: beside the change, once told, gone with a rollback."""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from audit.models import Event, Payload
from audit.registry import event_type
from audit.selectors import body_of, get_event, list_events, timeline, with_data
from audit.services import Fact, record, record_many
from audit.signals import events_recorded
from credira.core import context
from credira.core.errors import NotFound
from credira.core.ids import uuid7
from credira.core.json import loads
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.work.models import Job
from tests.workspaces import make_workspace

pytestmark = pytest.mark.django_db
HAPPENED = event_type("test.happened", "Something happened in a test.")
TOLD = event_type("test.told", "Something that endpoints may hear of happened in a test.", public=True)
ACCOUNT = UUID("01900000-0000-7000-8000-000000000001")


class Listener:
    """What the signal told."""

    def __init__(self) -> None:
        self.calls: list[list[Event]] = []

    def __call__(self, sender: Any, *, events: list[Event], **kwargs: Any) -> None:
        self.calls.append(events)


@pytest.fixture
def listener() -> Any:
    found = Listener()
    events_recorded.connect(found)
    yield found
    events_recorded.disconnect(found)


@pytest.fixture
def workspace() -> Any:
    with bind(make_workspace()) as bound:
        yield bound


def test_a_fact_says_who_did_what_to_which_object_for_which_request(workspace: Workspace) -> None:
    job = Job.objects.create(workspace=workspace, kind="test")

    with context.handling("req_1"), context.acting_as("member", "mbr_1", "Alice Moreno"):
        event = record(workspace, HAPPENED, object=job, account_id=ACCOUNT, data={"n": 1})

    stored = get_event(workspace, event.public_id)
    assert (stored.type, stored.object_prefix, stored.object_id, stored.account_id) == (
        "test.happened",
        Job.PREFIX,
        job.pk,
        ACCOUNT,
    )
    assert (stored.actor_kind, stored.actor_id, stored.actor_name) == ("member", "mbr_1", "Alice Moreno")
    assert stored.request_id == "req_1"
    assert with_data(workspace, [stored])[0].data == {"n": 1}


def test_without_an_actor_the_system_did_it(workspace: Workspace) -> None:
    event = record(workspace, HAPPENED)

    assert (event.actor_kind, event.actor_id, event.request_id) == ("system", "", "")


def test_many_facts_are_kept_in_their_order_and_told_in_one_signal(workspace: Workspace, listener: Listener) -> None:
    events = record_many(workspace, [Fact(HAPPENED, {"n": number}, account_id=ACCOUNT) for number in range(25)])

    assert len(listener.calls) == 1
    assert [event.data["n"] for event in listener.calls[0]] == list(range(25))
    assert sorted(event.pk for event in events) == [event.pk for event in events]
    assert [event.data["n"] for event in timeline(workspace, ACCOUNT)] == list(reversed(range(25)))
    assert list_events(workspace).count() == 25


def test_no_facts_are_told_to_nobody(workspace: Workspace, listener: Listener) -> None:
    assert record_many(workspace, []) == []
    assert listener.calls == []


def test_a_hundred_facts_cost_no_more_statements_than_two(workspace: Workspace) -> None:
    counts = []
    for number in (2, 100):
        with CaptureQueriesContext(connection) as statements:
            record_many(workspace, [Fact(HAPPENED, {"n": n}) for n in range(number)])
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_a_rollback_leaves_neither_the_fact_nor_the_change() -> None:
    workspace = make_workspace()

    def change_and_fail() -> None:
        with bind(workspace) as bound:
            record(bound, TOLD, object=Job.objects.create(workspace=bound, kind="test"))
            raise RuntimeError("it failed afterwards")

    with pytest.raises(RuntimeError, match="it failed afterwards"):
        change_and_fail()

    with bind(workspace):
        assert (Event.objects.count(), Payload.objects.count(), Job.objects.count()) == (0, 0, 0)


def test_what_a_receiver_writes_stands_or_falls_with_the_fact() -> None:
    workspace = make_workspace()

    def write(sender: Any, *, workspace: Workspace, **kwargs: Any) -> None:
        Job.objects.create(workspace=workspace, kind="consequence")

    def fail(sender: Any, **kwargs: Any) -> None:
        raise RuntimeError("a receiver failed")

    events_recorded.connect(write)
    events_recorded.connect(fail)
    try:
        with pytest.raises(RuntimeError, match="a receiver failed"), bind(workspace) as bound:
            record(bound, HAPPENED)
    finally:
        events_recorded.disconnect(write)
        events_recorded.disconnect(fail)

    with bind(workspace):
        assert (Event.objects.count(), Job.objects.count()) == (0, 0)


def test_a_fact_needs_a_bound_workspace() -> None:
    workspace = make_workspace()

    with pytest.raises(DatabaseError):
        record(workspace, HAPPENED)


def test_the_canonical_bytes_have_sorted_keys_and_amounts_as_shortest_text(workspace: Workspace) -> None:
    data = {
        "when": dt.datetime(2026, 11, 24, 15, 5, tzinfo=dt.UTC),
        "day": dt.date(2026, 11, 24),
        "amount": Decimal("10.50"),
        "id": ACCOUNT,
        "list": [Decimal("1.00"), True, None],
        "count": 2,
    }

    event = record(workspace, HAPPENED, data=data)

    assert bytes(Payload.objects.get(pk=event.pk).canonical) == (
        b'{"amount":"10.5","count":2,"day":"2026-11-24","id":"01900000-0000-7000-8000-000000000001",'
        b'"list":["1",true,null],"when":"2026-11-24T15:05:00Z"}'
    )


def test_a_public_fact_keeps_the_bytes_that_endpoints_receive_and_an_internal_one_none(workspace: Workspace) -> None:
    told = record(workspace, TOLD, data={})
    internal = record(workspace, HAPPENED)

    body = loads(body_of(workspace, told))
    assert body == {
        "id": told.public_id,
        "event": "test.told",
        "created_at": body["timestamp"],
        "timestamp": f"{told.recorded_at:%Y-%m-%dT%H:%M:%SZ}",
        "livemode": False,
        "data": {},
    }
    with pytest.raises(NotFound):
        body_of(workspace, internal)


def test_a_fact_of_a_sandbox_has_its_time_and_the_machines() -> None:
    workspace = make_workspace()
    frozen = dt.datetime(2027, 3, 1, 15, tzinfo=dt.UTC)
    with bind(workspace) as bound:
        Workspace.objects.filter(pk=bound.pk).update(clock_frozen_at=frozen)

    with bind(workspace) as bound:
        event = record(bound, HAPPENED)

    assert event.recorded_at == frozen
    assert abs(event.written_at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)


def test_another_workspaces_fact_is_not_found(workspace: Workspace) -> None:
    for strange in (f"evt_{'0' * 26}", "acct_1", record(workspace, HAPPENED).public_id.replace("evt", "acct")):
        with pytest.raises(NotFound):
            get_event(workspace, strange)
    with pytest.raises(NotFound):
        body_of(workspace, Event(id=uuid7()))


def test_a_type_is_registered_once() -> None:
    with pytest.raises(RuntimeError, match=r"test\.happened is registered already"):
        event_type("test.happened", "Again.")
