"""Two hundred people through a campaign on real processes, judged by a checker that shares no code with the gate."""

import datetime as dt
import time
from collections import Counter
from copy import deepcopy
from typing import Any

import pytest
from django.conf import settings

from accounts.models import Account
from accounts.selectors import get_placement
from accounts.services import start_placement
from audit.models import Event
from campaigns.errors import ContactBlocked
from campaigns.models import Campaign
from campaigns.selectors import get_campaign
from campaigns.services.calls import schedule_call
from compliance.models import ContactAttempt, GateDecision
from credira.providers import transport
from credira.providers.world import world
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.work.advance import set_clock
from credira.work.models import Due
from creditors.scopes import ALL
from creditors.services import (
    AuthorizationRow,
    create_creditor,
    create_entity,
    mint_key,
    put_state_authorizations,
)
from messaging.services import connect_world
from tests.campaigns.county import (
    BEFORE,
    MEANWHILE,
    PLACES,
    UNLICENSED,
    Clerk,
    Known,
    Resident,
    as_file,
    inhabitants,
    residents,
)
from tests.campaigns.dialing import in_flight
from tests.campaigns.town import TEN_AM, Town
from tests.campaigns.witness import Witness, at_three_in_the_night
from tests.checker import Violation, check
from tests.placing import CONTACT
from webhooks.services import create_endpoint

pytestmark = [pytest.mark.processes, pytest.mark.pdf, pytest.mark.django_db(transaction=True)]

SINK = "two-hundred"
# Whom a client of the API wants called again and again: first-party debts, who don't pick up or who talk.
HOUNDED = ("voicemail", "no_answer", "cooperative")
TRIES, EVERY = 14, dt.timedelta(hours=11)
PATIENCE_S = 120.0


class Story:
    """One campaign over everybody, and what the world outside saw of it."""

    def __init__(self) -> None:
        self.people = residents()
        self.known = Known()
        self.workspace = _build()
        _place(self.workspace, self.people)
        self.clerk = self._settle()
        self.campaign = self._start()

    def tell(self, words: dict[int, str]) -> None:
        """People tell the creditor something, all at this moment."""
        with bind(self.workspace) as bound:
            for number, what in words.items():
                self.clerk.tell(self.people[number], bound.clock.now(), what)

    def advance(self, days: int) -> None:
        job = self.town.advance(days=days, timeout_s=580)
        assert job.status == "completed", job.message

    def look(self) -> None:
        """Ask the world for its ledger, once all is over."""
        self.witness = Witness(world(self.workspace), self.people)
        self.history = self.witness.history(self.known)
        self.violations = check(self.history)

    @property
    def town(self) -> Town:
        return Town(self.workspace, tuple(account.id for account in self.clerk.accounts.values()))

    def _settle(self) -> Clerk:
        """The people move into the simulated world; what they agreed to and told before is recorded."""
        with bind(self.workspace) as bound:
            clerk = Clerk(bound, self.known)
            for person in self.people:
                clerk.document(person)
            for number, what in BEFORE.items():
                clerk.tell(self.people[number], TEN_AM - dt.timedelta(days=1), what)
            homes = list(inhabitants(bound, self.people))
        world(self.workspace).settle(homes)
        return clerk

    def _start(self) -> Campaign:
        campaign = self.town.start(name="Everybody")
        with bind(self.workspace) as bound:
            for person in self.people:
                if person.persona in HOUNDED and not person.third_party and person.consented:
                    self._hound(bound, person)
        return campaign

    def _hound(self, workspace: Workspace, person: Resident) -> None:
        """More calls than the law allows are asked for; each is the gate's to hold back."""
        for nth in range(TRIES):
            try:
                schedule_call(
                    workspace=workspace,
                    account_id=self.clerk.accounts[person.reference].id,
                    at=workspace.clock.now() + nth * EVERY,
                )
            except ContactBlocked:
                return


def test_two_hundred_people_through_a_whole_campaign(two_workers: None) -> None:
    story = Story()

    story.advance(days=10)
    story.tell(MEANWHILE)
    story.advance(days=36)
    story.look()

    for claim in CLAIMS:
        claim(story)


def no_rule_was_broken(story: Story) -> None:
    assert story.violations == []


def everybody_who_may_be_reached_was(story: Story) -> None:
    """An empty ledger breaks no rule either."""
    counts = story.witness.ledger["counts"]
    reached = {attempt["consumer"] for attempt in story.history["attempts"]}
    assert counts["calls"] > 150
    assert counts["messages"] > 250
    assert counts["letters"] > 20
    assert len(reached) > 140


def nothing_came_twice_and_nothing_is_left(story: Story) -> None:
    ledger = story.witness.ledger
    assert ledger["twice"] == {"calls": [], "messages": [], "letters": [], "overlapping_calls": [], "any": False}
    assert ledger["counts"]["open_calls"] == 0
    assert in_flight(story.town) == 0
    with bind(story.workspace) as bound:
        failed = Due.objects.filter(workspace=bound, failed_at__isnull=False)
        assert list(failed.values_list("kind", "last_error")) == []
        assert get_campaign(bound, story.campaign.id).status == "completed"


def every_attempt_has_its_stored_permission(story: Story) -> None:
    """Each dial, mail and letter of the ledger was allowed when it was reserved, by the rules and facts of the hour."""
    with bind(story.workspace) as bound:
        attempts = ContactAttempt.objects.filter(workspace=bound, provider_reference__in=story.witness.references())
        decided = dict(attempts.values_list("provider_reference", "decision_id"))
        decisions = GateDecision.objects.filter(workspace=bound).in_bulk(decided.values())
    assert sorted(decided) == sorted(story.witness.references())
    assert {decision.outcome for decision in decisions.values()} == {"ALLOW"}
    assert {bool(each.facts_hash and each.rule_pack) for each in decisions.values()} == {True}


def every_public_event_arrived_once(story: Story) -> None:
    """Told apart by their ids; a file's accounts are told by one event (docs/webhooks.md)."""
    with bind(story.workspace) as bound:
        public = Event.objects.filter(workspace=bound, public=True).exclude(type="account.placed")
        told = sorted(event.public_id for event in public)
    arrived = _arrived(story, at_least=len(told))
    assert sorted(each["webhook_id"] for each in arrived) == told
    assert Counter(each["standard"] for each in arrived) == {"verified": len(told)}


def the_checker_finds_what_is_wrong(story: Story) -> None:
    """The same history with one more dial in it: in the night, the eighth of a week, after a stop."""
    for insert in (_a_call_in_the_night, _an_eighth_call, _a_call_after_the_stop):
        history = deepcopy(story.history)
        rule, call = insert(history)
        history["attempts"].append(call)
        assert rule in {found.rule for found in _against(history, call)}


CLAIMS = (
    no_rule_was_broken,
    everybody_who_may_be_reached_was,
    nothing_came_twice_and_nothing_is_left,
    every_attempt_has_its_stored_permission,
    every_public_event_arrived_once,
    the_checker_finds_what_is_wrong,
)


def _against(history: dict[str, Any], call: dict[str, Any]) -> list[Violation]:
    return [found for found in check(history) if found.attempt == call["ref"]]


def _a_call_in_the_night(history: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    call = next(each for each in history["attempts"] if each["channel"] == "call")
    return "hours", {**call, "ref": "inserted", "at": at_three_in_the_night(call)}


def _an_eighth_call(history: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Right after a seventh of somebody who got seven: the pressure of this test made the gate count so far."""
    calls = [
        each
        for each in history["attempts"]
        if each["channel"] == "call" and each["outcome"] not in ("not_connected", "wrong_party")
    ]
    for call in calls:
        at = dt.datetime.fromisoformat(call["at"])
        week = [
            each
            for each in calls
            if each["consumer"] == call["consumer"]
            and at - dt.timedelta(days=6) <= dt.datetime.fromisoformat(each["at"]) <= at
        ]
        if len(week) == 7:
            return "seven_in_seven", {**call, "ref": "inserted", "at": (at + dt.timedelta(minutes=1)).isoformat()}
    raise AssertionError("Nobody was called seven times within a week.")


def _a_call_after_the_stop(history: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    stop = next(each for each in history["facts"] if each["kind"] == "stop" and each["what"] in ("calls", "everything"))
    later = dt.datetime.fromisoformat(stop["at"]) + dt.timedelta(days=1)
    call = next(each for each in history["attempts"] if each["channel"] == "call")
    return "stop", {
        **call,
        "ref": "inserted",
        "consumer": stop["consumer"],
        "debts": [stop["consumer"]],
        "at": later.isoformat(),
    }


def _arrived(story: Story, at_least: int) -> list[dict[str, Any]]:
    """What the sink has, once it has so much or patience ends."""
    sink = f"{story.witness.url}/sink/{SINK}"
    deadline = time.monotonic() + PATIENCE_S
    while True:
        found: list[dict[str, Any]] = []
        while page := transport.read(sink, params={"after": str(found[-1]["id"] if found else 0)})["events"]:
            found += page
        if len(found) >= at_least or time.monotonic() > deadline:
            return found
        time.sleep(0.5)


def _build() -> Workspace:
    """A creditor and its agency, licensed nearly everywhere, in a sandbox connected to its world."""
    creditor = create_creditor(name="Sample Federal Credit Union", slug="county", own_names=["Sample Federal CU"])
    with bind(creditor.sandbox) as bound:
        set_clock(workspace=bound, now=TEN_AM, frozen=True)
    with bind(creditor.sandbox) as bound:
        for name, role, basis in (
            ("Sample Federal CU", "first_party", "NOT_REQUIRED"),
            ("Ridgeline Recovery LLC", "third_party", "LICENSE"),
        ):
            entity = create_entity(workspace=bound, name=name, **{f"is_default_{role}": True}, **CONTACT)
            put_state_authorizations(
                workspace=bound,
                rows=[
                    AuthorizationRow(
                        entity=entity,
                        place=place,
                        role=role,
                        basis=basis,
                        number="RR-1",
                        valid_from=dt.date(2026, 1, 1),
                    )
                    for place in PLACES
                    if role == "first_party" or place not in UNLICENSED
                ],
            )
        token = mint_key(workspace=bound, name="Simulated people", scopes=list(ALL)).token
        url = f"{world(bound).url.removesuffix('/control')}/sink/{SINK}"
        secret = create_endpoint(workspace=bound, url=url, events=["*"]).secret
        workspace = bound
    connect_world(workspace, product_url=settings.BASE_URL, api_key=token)
    world(workspace).configure({"seed": "county"})
    world(workspace).tell_sink(SINK, [secret])
    return workspace


def _place(workspace: Workspace, people: list[Resident]) -> None:
    """Upload the file and wait for a worker to have placed it."""
    with bind(workspace) as bound:
        placement = start_placement(workspace=bound, file=as_file(people), filename="county.csv")
    deadline = time.monotonic() + PATIENCE_S
    while placement.status not in ("completed", "failed"):
        assert time.monotonic() < deadline
        time.sleep(0.1)
        with bind(workspace) as bound:
            placement = get_placement(bound, placement.pk)
    assert (placement.placed, placement.refused) == (len(people), 0)
    with bind(workspace) as bound:
        assert Account.objects.filter(workspace=bound).count() == len(people)
