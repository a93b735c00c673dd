"""One account as a caller reads it: its notes, its contacts with their decisions, and what may come next."""

import datetime as dt

import pytest

from accounts.services import add_note
from compliance import gate
from compliance.models import AttemptCorrection, ContactAttempt
from compliance.services import record_contact
from credira.core.ids import public_id
from credira.tenancy.scope import bind
from creditors.services import NewCreditor
from tests.api.client import Caller
from tests.campaigns.town import TEN_AM, Town, place_people
from tests.placing import make_collector

pytestmark = pytest.mark.django_db


@pytest.fixture
def creditor() -> NewCreditor:
    return make_collector()


@pytest.fixture
def town(creditor: NewCreditor) -> Town:
    return place_people(1, creditor=creditor)


@pytest.fixture
def path(town: Town) -> str:
    return f"/v1/accounts/{public_id('acct', town.accounts[0])}"


def reserve_call(town: Town) -> ContactAttempt:
    """An attempt that the gate allowed and that nobody has placed yet."""
    with bind(town.workspace) as bound:
        attempt = gate.reserve(
            workspace=bound,
            intent=gate.ContactIntent(account_ids=town.accounts, channel="call", voice_mode="ai"),
        )
    assert isinstance(attempt, ContactAttempt)
    return attempt


def record(town: Town, hours_ago: int, **said: str) -> ContactAttempt:
    """A contact of before."""
    with bind(town.workspace) as bound:
        at = TEN_AM - dt.timedelta(hours=hours_ago)
        return record_contact(workspace=bound, account_ids=town.accounts, at=at, **said)


def test_an_untouched_account_says_what_may_come_next(caller: Caller, path: str) -> None:
    shown = caller.get(path).data

    assert shown["notes"] == []
    assert shown["contact_summary"] == {
        "outbound": 0,
        "inbound": 0,
        "by_channel": {},
        "right_party": 0,
        "last": None,
    }
    assert shown["next_contact"] == caller.get(f"{path}/next-contact").data
    assert (shown["next_contact"]["channel"], shown["next_contact"]["at"]) == ("call", "2026-11-24T15:05:00Z")


@pytest.mark.promise("D-53")
def test_notes_are_shown_newest_first_and_listed_page_by_page(caller: Caller, town: Town, path: str) -> None:
    with bind(town.workspace) as bound:
        for number in range(22):
            add_note(workspace=bound, account_id=town.accounts[0], body=f"Note {number}")

    newest = [f"Note {number}" for number in range(21, 1, -1)]
    assert [note["body"] for note in caller.get(path).data["notes"]] == newest
    first = caller.get(f"{path}/notes")
    assert [note["body"] for note in first.data] == newest
    rest = caller.get(f"{path}/notes?cursor={first.body['meta']['next_cursor']}")
    assert ([note["body"] for note in rest.data], rest.body["meta"]["has_more"]) == (["Note 1", "Note 0"], False)


def test_the_summary_counts_what_was_placed_by_channel_and_side(caller: Caller, town: Town, path: str) -> None:
    reserve_call(town)
    record(town, 50, channel="letter", direction="outbound", connect_status="in_flight", voice_mode="none")
    record(town, 30, channel="call", direction="outbound", connect_status="voicemail_left")
    last = record(town, 1, channel="call", connect_status="answered_rpc")

    assert caller.get(path).data["contact_summary"] == {
        "outbound": 2,
        "inbound": 1,
        "by_channel": {"letter": 1, "call": 2},
        "right_party": 0,
        "last": {
            "id": last.public_id,
            "channel": "call",
            "direction": "inbound",
            "at": "2026-11-24T14:05:00Z",
            "connect_status": "answered_rpc",
        },
    }


def test_contacts_are_listed_with_their_decisions_and_corrections(caller: Caller, town: Town, path: str) -> None:
    attempt = reserve_call(town)
    inbound = record(town, 1, channel="call", connect_status="answered_rpc")
    with bind(town.workspace) as bound:
        AttemptCorrection.objects.create(
            workspace=bound, attempt_id=inbound.id, kind="connect_status", connect_status="wrong_number"
        )

    newest, oldest = caller.get(f"{path}/contacts").data

    account = public_id("acct", town.accounts[0])
    assert (oldest["id"], oldest["direction"], oldest["status"]) == (attempt.public_id, "outbound", "reserved")
    assert (oldest["account_ids"], oldest["discussed_account_ids"]) == ([account], [])
    assert oldest["decision"]["id"] == public_id("dec", attempt.decision_id)
    assert (oldest["decision"]["outcome"], oldest["decision"]["rule_pack"]) == ("ALLOW", "us-2026.11")
    assert oldest["corrections"] == []
    assert (newest["id"], newest["direction"], newest["decision"]) == (inbound.public_id, "inbound", None)
    assert [each["connect_status"] for each in newest["corrections"]] == ["wrong_number"]
