"""A campaign from its start to its end, over people of all kinds, in the simulated world."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

import pytest

from audit.models import Event
from audit.selectors import with_data
from campaigns.models import Call, CallTurn, Campaign, Enrollment
from campaigns.selectors import get_campaign
from credira.tenancy.scope import bind
from credira.work.models import Due, Job
from tests.campaigns.dialing import in_flight
from tests.campaigns.town import Town, build_town

pytestmark = pytest.mark.processes

PERSONAS = (
    *("cooperative", "cooperative", "cooperative", "disputer", "wrong_number", "third_party", "attorney"),
    *("abusive", "spanish", "voicemail", "no_answer", "busy", "injector", "stopper", "bankruptcy", "deceased"),
    *("human_wanted", "promise_breaker", "already_paid"),
)
# Those of them whose word ends it, and how. The others may pay or not, as people do.
ENDS = {
    "disputer": "disputed",
    "attorney": "stopped",
    "stopper": "stopped",
    "bankruptcy": "stopped",
    "deceased": "stopped",
    "already_paid": "disputed",
}


class Told:
    """What came of the one campaign that all tests of this file look at."""

    town: Town
    campaign_id: UUID
    job: Job


@pytest.mark.promise("C-1")
def test_a_whole_campaign(workers: None) -> None:
    """Forty-six days by the sandbox's clock, then every claim about what happened."""
    told = Told()
    told.town = build_town(PERSONAS)
    told.campaign_id = told.town.start(name="Everybody").id

    told.job = told.town.advance(days=46)

    assert told.job.status == "completed"
    for claim in CLAIMS:
        claim(told)


def everybody_left_as_they_should(told: Told) -> None:
    with bind(told.town.workspace) as bound:
        ended = dict(Enrollment.objects.filter(workspace=bound).values_list("account_id", "ended_as"))
    found = dict(zip(PERSONAS, (ended[account] for account in told.town.accounts), strict=True))
    assert {persona: found[persona] for persona in ENDS} == ENDS
    assert "" not in found.values()


def the_campaign_completed_with_its_recovery_rate(told: Told) -> None:
    ledger = told.town.world.ledger()
    with bind(told.town.workspace) as bound:
        campaign = get_campaign(bound, told.campaign_id)
        assert campaign.ended_at is not None
        [event] = with_data(bound, list(Event.objects.filter(workspace=bound, type="campaign.completed")))
    owed = Decimal("3255.82") * len(PERSONAS)
    assert (campaign.status, campaign.total_amount) == (Campaign.Status.COMPLETED, owed)
    in_time = [each for each in ledger["payments"] if dt.datetime.fromisoformat(each["at"]) <= campaign.ended_at]
    paid = sum((Decimal(str(each["amount"])) for each in in_time), Decimal(0))
    assert paid > 0
    assert Decimal(str(event.data["collected_amount"])) == paid
    assert Decimal(str(event.data["recovery_rate"])) == (paid / owed).quantize(Decimal("0.0001"))


def nothing_came_twice_and_nothing_is_left(told: Told) -> None:
    ledger = told.town.world.ledger()
    assert ledger["twice"]["any"] is False
    assert ledger["counts"]["open_calls"] == 0
    assert in_flight(told.town) == 0
    with bind(told.town.workspace) as bound:
        assert list(Due.objects.filter(workspace=bound, failed_at__isnull=False).values_list("kind", "object_id")) == []
        dialled = Call.objects.filter(workspace=bound).exclude(reference="")
        assert sorted(call.reference for call in dialled) == sorted(each["sid"] for each in ledger["calls"])


def nobody_was_called_who_had_said_stop_in_a_call(told: Told) -> None:
    found = told.town.world.ledger()["after_stop"]
    assert [each for each in found if each["told_by"] == "call"] == []


def every_conversation_about_the_debt_disclosed_it_first(told: Told) -> None:
    """The AI at the first words (AI-01, TCPA-03), the debt collector before anything about the debt (MM-01)."""
    spoken_of = 0
    with bind(told.town.workspace) as bound:
        for call in Call.objects.filter(workspace=bound, status="completed"):
            turns = CallTurn.objects.filter(workspace=bound, call=call, speaker="agent").order_by("exchange")
            said: list[str] = []
            for sentence in (each for turn in turns for each in turn.sentences):
                if sentence["act"] in ("debt", "balance"):
                    assert {"MINI_MIRANDA_FULL", "FROM_DEBT_COLLECTOR"} & set(said)
                    spoken_of += 1
                said.append(sentence["disclosure"])
            assert said[:1] in ([], ["AI_DISCLOSURE"])
    assert spoken_of > 0


def promises_were_kept_and_broken(told: Told) -> None:
    with bind(told.town.workspace) as bound:
        kinds = set(Event.objects.filter(workspace=bound, type__startswith="promise.").values_list("type", flat=True))
    assert kinds == {"promise.made", "promise.kept", "promise.broken"}


CLAIMS = (
    everybody_left_as_they_should,
    the_campaign_completed_with_its_recovery_rate,
    nothing_came_twice_and_nothing_is_left,
    nobody_was_called_who_had_said_stop_in_a_call,
    every_conversation_about_the_debt_disclosed_it_first,
    promises_were_kept_and_broken,
)
