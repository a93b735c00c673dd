"""Where the agent says that a person will act, somebody is told and can say that it was done."""

import datetime as dt
from typing import Any

import pytest

from accounts.models import Account, Note
from campaigns.dialogue.turn import Fact
from campaigns.services.facts import CALL_BACK_WHY, apply
from compliance import gate
from compliance.gate import ContactIntent
from compliance.models import AttorneyRep
from compliance.selectors import list_attorneys, list_call_backs, list_unknown_attorneys
from credira.tenancy.scope import bind
from credira.web.attention import matters
from tests.campaigns.dialing import plan
from tests.campaigns.town import TEN_AM, Town, place_people
from tests.placing import make_collector
from tests.portal import Browser, sign_in

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 24)


@pytest.fixture
def collector() -> Any:
    return make_collector()


@pytest.fixture
def town(collector: Any) -> Town:
    return place_people(1, creditor=collector)


@pytest.fixture
def bob(collector: Any) -> Browser:
    return sign_in(collector, "collector", "bob@a.example")


def hear(town: Town, *facts: Fact) -> None:
    call = plan(town)
    with bind(town.workspace):
        apply(call, facts, words="")


def waiting(town: Town) -> list[str]:
    with bind(town.workspace) as bound:
        return [each.title for each in matters(bound, TODAY) if each.path == "follow-ups"]


def ai_call(town: Town) -> frozenset[str]:
    with bind(town.workspace) as bound:
        intent = ContactIntent(account_ids=(town.accounts[0],), channel="call", voice_mode="ai")
        return gate.decide(bound, [intent], at=TEN_AM)[0].codes


def account_page(town: Town, browser: Browser) -> str:
    with bind(town.workspace) as bound:
        account = Account.objects.get(workspace=bound, id=town.accounts[0])
    return str(browser.client.get(f"/w/{town.workspace.slug}/accounts/{account.public_id}").content.decode())


@pytest.mark.parametrize("why", sorted(CALL_BACK_WHY))
def test_a_promised_call_back_waits_for_a_member_and_is_done_with_a_note(town: Town, bob: Browser, why: str) -> None:
    hear(town, Fact("human_requested", {"words": why}))
    base = f"/w/{town.workspace.slug}"
    with bind(town.workspace) as bound:
        [hold] = list_call_backs(bound)

    assert waiting(town) == ["1 person to call back"]
    assert ai_call(town) == {"HUMAN_REQUESTED"}
    assert CALL_BACK_WHY[why] in bob.client.get(f"{base}/follow-ups").content.decode()
    assert "A person must call back." in account_page(town, bob)
    assert "1 person to call back" in bob.client.get(f"{base}/").content.decode()

    done = f"{base}/follow-ups/{hold.public_id}/called"
    assert bob.client.post(done, {"note": " "}).status_code == 200
    assert waiting(town) == ["1 person to call back"]
    assert bob.client.post(done, {"note": "Will pay on Friday."}).headers["Location"] == f"{base}/follow-ups"

    assert waiting(town) == []
    assert ai_call(town) == frozenset()
    assert bob.client.post(done, {"note": "Again."}).status_code == 404
    with bind(town.workspace) as bound:
        assert [note.body for note in Note.objects.filter(workspace=bound)] == ["Called back. Will pay on Friday."]


def test_a_lawyer_without_an_address_is_asked_for_until_one_is_named(town: Town, bob: Browser) -> None:
    hear(town, Fact("attorney"))
    base = f"/w/{town.workspace.slug}"
    with bind(town.workspace) as bound:
        [told] = list_unknown_attorneys(bound)
    name = f"{base}/follow-ups/{told.public_id}/lawyer"

    assert waiting(town) == ["1 lawyer to ask for"]
    assert "The name and address are not known: ask for them." in account_page(town, bob)
    assert bob.client.post(name, {"name": "Ann Rowe", "note": "She wrote."}).status_code == 200
    given = {"name": "Ann Rowe", "contact": "1 Court St, Austin", "note": "She wrote."}
    assert bob.client.post(name, given).headers["Location"] == f"{base}/follow-ups"

    assert waiting(town) == []
    assert "Ann Rowe 1 Court St, Austin" in account_page(town, bob)
    assert ai_call(town) == {"ATTORNEY"}
    with bind(town.workspace) as bound:
        [known] = list_attorneys(bound)
        assert known.identity == AttorneyRep.Identity.KNOWN


def test_no_lawyer_after_all_ends_it(town: Town, bob: Browser) -> None:
    hear(town, Fact("attorney"))
    with bind(town.workspace) as bound:
        [told] = list_unknown_attorneys(bound)

    name = f"/w/{town.workspace.slug}/follow-ups/{told.public_id}/lawyer"
    assert bob.client.post(name, {"nobody": "on", "note": "Told by the consumer."}).status_code == 302

    assert waiting(town) == []
    assert ai_call(town) == frozenset()


def test_another_hold_is_no_call_back(town: Town, bob: Browser) -> None:
    with bind(town.workspace):
        hold = town.hold_first()

    answer = bob.client.post(f"/w/{town.workspace.slug}/follow-ups/{hold.public_id}/called", {"note": "Done."})

    assert answer.status_code == 404
    assert ai_call(town) == {"HOLD"}
