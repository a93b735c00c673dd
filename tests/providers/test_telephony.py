"""Twilio's API and TwiML, spoken by the official client to the simulator as it would be to Twilio."""

from datetime import timedelta

import pytest
from twilio.request_validator import RequestValidator

from credira.providers.credentials import credentials
from credira.providers.errors import NotPlaced, OutcomeUnknown
from credira.providers.ports import telephony
from credira.providers.telephony.base import (
    AnsweredBy,
    CallbackKind,
    CallRequest,
    CallState,
    Listen,
    Reply,
    Spoken,
)
from credira.providers.telephony.twilio import RebasedHttpClient
from credira.providers.world import world
from credira.tenancy.models import Workspace
from tests.providers.conftest import NOW

NOBODY = "+13305550111"  # the documented number of "no_answer"


def a_call(**changes: object) -> CallRequest:
    values = {
        "to": NOBODY,
        "from_": "+12125550199",
        "answer_url": "http://127.0.0.1:9/answer?call=call_1",
        "status_url": "http://127.0.0.1:9/status?call=call_1",
    }
    return CallRequest(**{**values, **changes})  # type: ignore[arg-type]


def test_a_call_is_placed_once_and_found_by_its_number(sandbox: Workspace) -> None:
    carrier = telephony(sandbox)

    placed = carrier.place_call(a_call())

    assert placed.reference.startswith("CA")
    assert [call.reference for call in carrier.find_calls(NOBODY, NOW)] == [placed.reference]
    assert carrier.find_calls(NOBODY, NOW + timedelta(minutes=1)) == []
    assert carrier.find_calls("+12125550100", NOW) == []
    assert world(sandbox).ledger()["counts"]["calls"] == 1


def test_a_call_is_fetched_by_its_reference_and_an_unknown_one_is_none(sandbox: Workspace) -> None:
    carrier = telephony(sandbox)
    placed = carrier.place_call(a_call())

    fetched = carrier.fetch_call(placed.reference)

    assert fetched is not None
    assert fetched.to == NOBODY
    assert carrier.fetch_call("CA" + "0" * 32) is None


def test_cancelling_twice_is_safe(sandbox: Workspace) -> None:
    carrier = telephony(sandbox)
    placed = carrier.place_call(a_call())

    carrier.cancel_call(placed.reference)
    carrier.cancel_call(placed.reference)

    ended = carrier.fetch_call(placed.reference)
    assert ended is not None
    assert ended.state.ended


def test_a_refused_number_is_not_placed_for_good(sandbox: Workspace) -> None:
    with pytest.raises(NotPlaced) as caught:
        telephony(sandbox).place_call(a_call(to="12"))

    assert caught.value.retry is False
    assert world(sandbox).ledger()["counts"]["calls"] == 0


@pytest.mark.parametrize("fault", ["lose_answer", "error_after"])
def test_a_call_whose_answer_is_lost_is_unknown_and_can_be_found(sandbox: Workspace, fault: str) -> None:
    world(sandbox).misbehave({"kind": fault, "count": 1, "target": "calls"})

    with pytest.raises(OutcomeUnknown):
        telephony(sandbox).place_call(a_call())

    assert len(telephony(sandbox).find_calls(NOBODY, NOW)) == 1


def test_the_client_speaks_to_no_other_address() -> None:
    with pytest.raises(NotPlaced):
        RebasedHttpClient("http://127.0.0.1:8100").request("GET", "https://lookups.twilio.com/v2/PhoneNumbers/+1")


def test_a_callback_is_verified_against_the_address_that_the_carrier_was_given(sandbox: Workspace) -> None:
    url, params = "https://credira.example/hooks/telephony?turn=2", {"CallSid": "CA1", "CallStatus": "in-progress"}
    signature = RequestValidator(credentials(sandbox).auth_token).compute_signature(url, params)

    assert telephony(sandbox).verify(url, params, signature) is True
    assert telephony(sandbox).verify(url + "&x=1", params, signature) is False
    assert telephony(sandbox).verify(url, {**params, "Digits": "1"}, signature) is False


def test_callbacks_are_translated(sandbox: Workspace) -> None:
    parse = telephony(sandbox).parse

    answered = parse({"CallSid": "CA1", "CallStatus": "in-progress", "AnsweredBy": "machine_start"})
    assert (answered.kind, answered.answered_by) == (CallbackKind.ANSWERED, AnsweredBy.MACHINE)
    spoken = parse({"CallSid": "CA1", "SpeechResult": "yes", "Confidence": "0.93"})
    assert (spoken.kind, spoken.speech, spoken.confidence) == (CallbackKind.SPEECH, "yes", 0.93)
    assert parse({"CallSid": "CA1", "Digits": "9"}).kind is CallbackKind.DIGITS
    assert parse({"CallSid": "CA1", "SpeechResult": ""}).kind is CallbackKind.SILENCE
    ended = parse({"CallSid": "CA1", "CallStatus": "no-answer", "SequenceNumber": "3", "CallDuration": "0"})
    assert (ended.kind, ended.state, ended.sequence, ended.duration_s) == (
        CallbackKind.STATUS,
        CallState.NO_ANSWER,
        3,
        0,
    )
    assert parse({"CallSid": "CA1", "CallStatus": "teleported", "SequenceNumber": "4"}).state is CallState.UNKNOWN


def test_disclosures_are_said_before_listening_and_words_are_escaped(sandbox: Workspace) -> None:
    markup = telephony(sandbox).render(
        Reply((Spoken("I am an AI & this call is recorded."),), Listen("https://c.example/t?n=1&x=2", digits=4))
    )

    assert markup == (
        '<?xml version="1.0" encoding="UTF-8"?><Response>'
        '<Say language="en-US">I am an AI &amp; this call is recorded.</Say>'
        '<Gather action="https://c.example/t?n=1&amp;x=2" actionOnEmptyResult="true" hints="" input="speech dtmf" '
        'language="en-US" method="POST" numDigits="4" speechTimeout="auto" timeout="5" /></Response>'
    )


def test_a_reply_without_listening_ends_the_call(sandbox: Workspace) -> None:
    assert telephony(sandbox).render(Reply((Spoken("Goodbye."),))).endswith("<Hangup /></Response>")
