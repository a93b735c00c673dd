"""What somebody told of a bankruptcy holds, waits for a person, and ends by a person's word alone (BK-01)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from accounts.models import Account
from compliance import gate
from compliance.gate import ContactIntent
from compliance.models import Bankruptcy
from compliance.selectors import list_bankruptcies, standing
from compliance.services import record_bankruptcy, report_bankruptcy
from credira.tenancy.scope import bind
from credira.web.attention import matters
from tests.api.client import make_caller
from tests.campaigns.town import TEN_AM, Town, place_people
from tests.placing import make_collector
from tests.portal import sign_in

pytestmark = pytest.mark.django_db

NOV_24, DEC_8 = dt.date(2026, 11, 24), dt.date(2026, 12, 8)
DAY, TWO_WEEKS = dt.timedelta(days=1), dt.timedelta(days=14)
CASE = {"case_number": "26-41234", "chapter": "13", "filed_on": "2026-11-20"}


@pytest.fixture
def collector() -> Any:
    return make_collector()


@pytest.fixture
def town(collector: Any) -> Town:
    return place_people(1, creditor=collector)


def tell(town: Town, **told: Any) -> Bankruptcy:
    with bind(town.workspace) as bound:
        account = account_of(town)
        return report_bankruptcy(workspace=bound, person_id=account.person_id, account_id=account.id, **told)


def account_of(town: Town) -> Any:
    return Account.objects.get(workspace=town.workspace, id=town.accounts[0])


def move_clock(town: Town, to: dt.datetime) -> None:
    with bind(town.workspace) as bound:
        type(bound).objects.filter(pk=bound.pk).update(clock_frozen_at=to)


def outcome(town: Town, at: dt.datetime) -> tuple[str, frozenset[str]]:
    with bind(town.workspace) as bound:
        intent = ContactIntent(account_ids=(town.accounts[0],), channel="call", voice_mode="ai")
        decision = gate.decide(bound, [intent], at=at)[0]
        return str(decision.outcome), decision.codes


def attention(town: Town, today: dt.date) -> list[tuple[str, str, str]]:
    with bind(town.workspace) as bound:
        return [(each.title, each.note, each.path) for each in matters(bound, today)]


def shown_status(town: Town) -> str | None:
    with bind(town.workspace) as bound:
        return standing(bound, [account_of(town)]).get(town.accounts[0])


def test_what_was_told_waits_for_a_person_from_the_first_minute_and_after_its_hold(town: Town) -> None:
    told = tell(town, evidence="call_1")

    assert (told.provisional, told.filed_on) == (True, NOV_24)
    assert outcome(town, TEN_AM) == ("DEFER", frozenset({"BANKRUPTCY"}))
    waiting = ("1 bankruptcy to look up", "The first hold ends on Dec 8", "bankruptcies?show=to_check")
    assert attention(town, NOV_24) == [waiting]

    over = ("1 bankruptcy to look up", "The hold of 1 has ended: contact is allowed again", waiting[2])
    assert attention(town, DEC_8) == [over]
    assert outcome(town, TEN_AM + TWO_WEEKS) == ("ALLOW", frozenset())


def test_an_account_is_shown_as_held_no_longer_than_it_is(town: Town) -> None:
    tell(town)
    assert shown_status(town) == "paused"

    move_clock(town, TEN_AM + TWO_WEEKS)

    assert shown_status(town) is None


def test_a_confirmed_case_holds_for_good_and_its_release_needs_a_reason(collector: Any, town: Town) -> None:
    told = tell(town)
    move_clock(town, TEN_AM + DAY)
    again = tell(town)
    caller = make_caller(collector)

    confirmed = caller.post(f"/v1/bankruptcies/{told.public_id}/confirm", CASE)

    assert (confirmed.status, confirmed.data["status"], confirmed.data["check_by"]) == (200, "confirmed", None)
    assert [confirmed.data[name] for name in CASE] == list(CASE.values())
    assert outcome(town, TEN_AM + TWO_WEEKS * 10) == ("DENY", frozenset({"BANKRUPTCY"}))
    assert attention(town, NOV_24) == []
    assert [case["id"] for case in caller.get("/v1/bankruptcies").data] == [confirmed.data["id"]]
    for gone in (told, again):
        assert caller.post(f"/v1/bankruptcies/{gone.public_id}/confirm", CASE).status == 404
    case = f"/v1/bankruptcies/{confirmed.data['id']}"
    assert caller.post(f"{case}/confirm", CASE).status == 409
    assert caller.post(f"{case}/dismiss", {}).status == 400

    released = caller.post(f"{case}/dismiss", {"reason": "Dismissed by order of 1 Feb 2027."})

    assert (released.status, released.data["status"]) == (200, "released")
    assert outcome(town, TEN_AM + DAY) == ("ALLOW", frozenset())
    assert caller.post(f"{case}/dismiss", {"reason": "Again."}).status == 409


def test_a_word_without_a_case_is_dismissed_and_with_it_what_was_said_again(collector: Any, town: Town) -> None:
    told = tell(town)
    move_clock(town, TEN_AM + DAY)
    tell(town)
    assert attention(town, NOV_24)[0][:2] == ("1 bankruptcy to look up", "The first hold ends on Dec 9")
    caller = make_caller(collector)

    answer = caller.post(f"/v1/bankruptcies/{told.public_id}/dismiss", {"reason": "No case in PACER."})

    assert (answer.status, answer.data["status"]) == (200, "released")
    assert attention(town, NOV_24) == []
    assert outcome(town, TEN_AM + DAY) == ("ALLOW", frozenset())
    with bind(town.workspace) as bound:
        assert {each.ended_at for each in list_bankruptcies(bound)} == {TEN_AM + DAY}  # type: ignore[attr-defined]


def test_a_case_is_recorded_whole_or_as_a_word(collector: Any, town: Town) -> None:
    caller, path = make_caller(collector), f"/v1/accounts/{public(town)}/bankruptcies"

    half = caller.post(path, {"case_number": "26-41234"})
    ahead = caller.post(path, {**CASE, "filed_on": "2026-11-25"})
    ancient = caller.post(path, {**CASE, "filed_on": "0001-01-01"})
    whole = caller.post(path, CASE)

    assert [detail["field"] for detail in half.error["details"]] == ["chapter", "filed_on"]
    assert [detail["field"] for detail in ahead.error["details"]] == ["filed_on"]
    assert [detail["message"] for detail in ancient.error["details"]] == ["This date is before 1900."]
    assert (whole.status, whole.data["status"]) == (201, "confirmed")
    assert whole.headers["Location"] == f"/v1/bankruptcies/{whole.data['id']}"
    assert attention(town, NOV_24) == []


def test_a_discharge_is_released_by_nobody(collector: Any, town: Town) -> None:
    """11 USC 524(a)(2)."""
    with bind(town.workspace) as bound:
        person = account_of(town).person_id
        case = record_bankruptcy(workspace=bound, person_id=person, filed_on=NOV_24, status="discharged")

    answer = make_caller(collector).post(f"/v1/bankruptcies/{case.public_id}/dismiss", {"reason": "Asked to."})

    assert (answer.status, answer.error["message"]) == (409, "A discharge holds for good.")


def test_the_compliance_officer_decides_in_the_portal_and_the_collector_records(collector: Any, town: Town) -> None:
    base = f"/w/{town.workspace.slug}"
    bob, dana = sign_in(collector, "collector", "bob@a.example"), sign_in(collector, "compliance", "dana@a.example")
    here = f"{base}/accounts/{public(town)}"

    assert bob.client.post(f"{here}/bankruptcy", {"evidence": "Said on the phone"}).headers["Location"] == here
    with bind(town.workspace) as bound:
        [told] = list_bankruptcies(bound)
    decide = f"{base}/bankruptcies/{told.public_id}"
    account_page = dana.client.get(here).content.decode()
    listed = dana.client.get(f"{base}/bankruptcies?show=to_check").content.decode()

    assert "Bankruptcy, not looked up." in account_page
    assert "the hold ends on" in account_page
    assert "No holds" not in account_page
    assert f"{decide}/confirm" in account_page
    assert f"{decide}/dismiss" in listed
    assert "1 bankruptcy to look up" in dana.client.get(f"{base}/").content.decode()
    assert bob.client.post(f"{decide}/confirm", CASE).status_code == 403
    assert dana.client.post(f"{decide}/confirm", CASE).headers["Location"] == f"{base}/bankruptcies"
    assert "Bankruptcy, chapter 13." in dana.client.get(here).content.decode()
    assert "26-41234" in dana.client.get(f"{base}/bankruptcies").content.decode()


def public(town: Town) -> str:
    with bind(town.workspace):
        return str(account_of(town).public_id)
