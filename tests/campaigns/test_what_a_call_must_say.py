"""What a call must say is said to a real answer, and what wasn't is told to somebody."""

from decimal import Decimal

import pytest

from accounts.models import Account
from campaigns.call_page import call_figures
from campaigns.dialogue.turn import State
from campaigns.models import Call, CallTurn
from campaigns.services.calls import call_intent, schedule_call
from campaigns.services.conversation import Ended, complete
from compliance.gate import reserve
from compliance.models import ContactAttempt
from compliance.services import file_dispute
from credira.providers.telephony.base import AnsweredBy, CallState
from credira.tenancy.scope import bind
from credira.work.models import Incident
from payments.models import Promise
from tests.campaigns.dialing import plan, read, work
from tests.campaigns.town import Town, build_town, place_people


def partly_disputed(town: Town) -> Call:
    """$400 of the debt is disputed by letter, and a call is planned."""
    with bind(town.workspace) as bound:
        account = town.accounts[0]
        file_dispute(workspace=bound, account_id=account, channel="mail", written=True, amount=Decimal(400))
        return schedule_call(workspace=bound, account_id=account)


@pytest.mark.processes
def test_a_call_about_a_debt_disputed_in_part_asks_for_the_rest(product: None) -> None:
    """12 CFR 1006.38(d): collection of the disputed part stops."""
    town = build_town(["cooperative"], notice=False)
    call = partly_disputed(town)

    while not (ended := read(town, call)).ended_at:
        work(town)

    with bind(town.workspace) as bound:
        balance = Account.objects.get(workspace=bound, id=town.accounts[0]).current_balance
        rest = balance - 400
        turns = CallTurn.objects.filter(workspace=bound, call_id=call.id, speaker="agent").order_by("exchange")
        said = " ".join(turn.text for turn in turns)
        codes = [each["code"] for turn in turns for each in turn.disclosures]
        assert f"DISPUTED_AMOUNT:{ended.account.public_id}:400.00" in ended.obligations
        assert f"You have disputed $400 of it, and we do not ask for that part. The rest is ${rest:,.2f}." in said
        assert f"${balance:,.2f}" not in said
        assert "DISPUTED_AMOUNT" in codes
        assert {duty.standing for duty in call_figures(ended).duties} == {"said"}
        assert [promise.amount for promise in Promise.objects.filter(workspace=bound) if promise.amount > rest] == []
        assert not Incident.objects.filter(workspace=bound).exists()


def talking(town: Town, state: State, *obligations: str) -> Call:
    """A call in progress, without a carrier that would tell of it. Call it bound."""
    call = plan(town)
    reserved = reserve(workspace=town.workspace, intent=call_intent(call.account_id, call.agent))
    assert isinstance(reserved, ContactAttempt)
    ContactAttempt.objects.filter(pk=reserved.pk).update(status="dispatched")
    changes = {"attempt": reserved, "number_key": b"1", "state": state.dump(), "obligations": list(obligations)}
    Call.objects.filter(pk=call.pk).update(status="in_progress", **changes)
    return Call.objects.get(pk=call.pk)


@pytest.mark.django_db
def test_a_call_that_left_out_what_it_had_to_say_is_an_incident() -> None:
    town = place_people(1)
    with bind(town.workspace) as bound:
        call = talking(town, State(at="talk", verified=True), "AI_DISCLOSURE", "SAY_DISPUTED:acct_1")
        complete(call, Ended(CallState.COMPLETED, AnsweredBy.HUMAN, 60))
        [incident] = Incident.objects.filter(workspace=bound)
        shown = [(duty.obligation, duty.standing) for duty in call_figures(call).duties]

    assert shown == [("AI_DISCLOSURE", "unsaid"), ("SAY_DISPUTED:acct_1", "unsaid")]
    assert (incident.kind, incident.object_id) == ("campaigns.obligation_unmet", call.id)
    assert incident.message == (
        "A call with the consumer ended without what it had to say: AI_DISCLOSURE, SAY_DISPUTED:acct_1."
    )


@pytest.mark.django_db
def test_a_sentence_that_the_guard_stopped_is_an_incident() -> None:
    town = place_people(1)
    with bind(town.workspace) as bound:
        call = talking(town, State(at="closed", outcome="guard"))
        complete(call, Ended(CallState.COMPLETED, AnsweredBy.HUMAN, 60))
        [incident] = Incident.objects.filter(workspace=bound)

    assert (incident.kind, incident.object_id) == ("campaigns.guard", call.id)
