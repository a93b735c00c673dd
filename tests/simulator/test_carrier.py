"""The carrier, reached with the official client."""

from datetime import UTC, datetime

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.simulator.product import say, twiml
from tests.simulator.sandbox import CALLER, EVENTS, Sandbox, ToSimulator, transcript

MOMENT = datetime(2026, 11, 24, 15, 5, tzinfo=UTC)


def test_a_cooperative_person_is_called_identified_and_promises(sandbox: Sandbox) -> None:
    sandbox.person("cooperative")

    sid = sandbox.dial()
    sandbox.tick()

    product = sandbox.product
    assert all(one["valid"] for one in product.calls)
    assert product.statuses() == ["initiated", "ringing", "in-progress", "completed"]
    first = next(one for one in product.calls if one["path"] == "/voice")
    assert (first["params"]["AnsweredBy"], first["params"]["CallStatus"]) == ("human", "in-progress")
    shown = sandbox.call(sid)
    speakers = [speaker for speaker, _ in transcript(shown)]
    assert speakers == ["agent", "agent", "person", "agent", "person", "agent", "person", "agent", "person", "agent"]
    promises = sandbox.control("GET", "people")["people"][0]["promises"]
    assert [(one["account"], one["state"]) for one in promises] == [("acct_1", "open")]


def test_the_call_resource_is_what_the_official_client_reads(sandbox: Sandbox) -> None:
    sandbox.person("cooperative")
    sid = sandbox.dial()
    sandbox.tick()

    call = sandbox.twilio.calls(sid).fetch()

    assert (call.sid, call.status, call.answered_by) == (sid, "completed", "human")
    assert (call.to, call._from, call.direction) == ("+16125550100", CALLER, "outbound-api")
    assert call.date_created == MOMENT
    assert call.start_time is not None
    assert call.end_time is not None
    assert call.duration == str(round((call.end_time - call.start_time).total_seconds()))


def test_the_final_callback_carries_duration_sequence_and_the_offsets_of_a_frozen_clock(sandbox: Sandbox) -> None:
    sandbox.person("cooperative")
    sandbox.dial()
    sandbox.tick()

    told = [one["params"] for one in sandbox.product.calls if one["path"].startswith("/status")]

    assert [one["SequenceNumber"] for one in told] == ["0", "1", "2", "3"]
    assert told[0]["Timestamp"] == "Tue, 24 Nov 2026 15:05:00 +0000"
    assert told[0]["Timestamp"] < told[2]["Timestamp"] < told[3]["Timestamp"]
    assert 20 < int(told[3]["CallDuration"]) < 240
    assert told[3]["AnsweredBy"] == "human"
    assert told[3]["CallbackSource"] == "call-progress-events"


@pytest.mark.parametrize(
    ("persona", "statuses", "code"),
    [
        ("busy", ["initiated", "ringing", "busy"], "486"),
        ("no_answer", ["initiated", "ringing", "no-answer"], "480"),
        ("disconnected", ["initiated", "failed"], "404"),
    ],
)
def test_lines_that_nobody_answers(sandbox: Sandbox, persona: str, statuses: list[str], code: str) -> None:
    sandbox.person(persona)

    sid = sandbox.dial()
    sandbox.tick()

    assert sandbox.product.statuses() == statuses
    last = sandbox.product.calls[-1]["params"]
    assert (last["SipResponseCode"], last["CallDuration"]) == (code, "0")
    assert sandbox.twilio.calls(sid).fetch().status == statuses[-1]
    assert not [one for one in sandbox.product.calls if one["path"] == "/voice"]


def test_a_failed_call_names_its_error(sandbox: Sandbox) -> None:
    sandbox.person("disconnected")
    sandbox.dial()
    sandbox.tick()

    assert sandbox.product.calls[-1]["params"]["ErrorCode"] == "32009"


def test_a_machine_is_told_before_the_first_word(sandbox: Sandbox) -> None:
    sandbox.person("voicemail")

    sid = sandbox.dial()
    sandbox.tick()

    first = next(one for one in sandbox.product.calls if one["path"] == "/voice")
    assert first["params"]["AnsweredBy"] == "machine_end_beep"
    assert transcript(sandbox.call(sid)) == [("agent", "This is Sam. Please call us back.")]


def test_an_undetected_machine_greets_like_a_person(sandbox: Sandbox) -> None:
    sandbox.person("voicemail")

    sid = sandbox.dial(machine_detection="")
    sandbox.tick()

    assert "AnsweredBy" not in next(one for one in sandbox.product.calls if one["path"] == "/voice")["params"]
    person = [text for speaker, text in transcript(sandbox.call(sid)) if speaker == "person"]
    assert len(person) == 1
    assert "message" in person[0]


def test_calls_are_listed_by_number_and_start_and_paged_as_the_client_expects(sandbox: Sandbox) -> None:
    sandbox.person("busy")
    sids = [sandbox.dial(call=f"call_{number}") for number in range(5)]
    other = sandbox.dial(to="+12025550111", call="call_other")
    sandbox.tick()
    client = sandbox.twilio

    assert [call.sid for call in client.calls.list(to="+16125550100", page_size=2)] == sids[::-1]
    assert [call.sid for call in client.calls.list(page_size=4, limit=1)] == [other]
    assert len(client.calls.list(to="+16125550100", start_time_after=MOMENT)) == 5
    assert client.calls.list(start_time_after=MOMENT.replace(minute=6)) == []
    assert [call.sid for call in client.calls.list(status="completed")] == [other]
    assert len(client.calls.list(start_time=MOMENT)) == 6
    assert client.calls.list(start_time=MOMENT.replace(day=23)) == []


def test_a_call_cancelled_before_it_rings_never_rings(sandbox: Sandbox) -> None:
    sandbox.person("cooperative")
    sandbox.configure(pace="stepwise")
    sid = sandbox.dial()
    sandbox.tick()

    cancelled = sandbox.twilio.calls(sid).update(status="canceled")
    sandbox.run_until("2026-11-24T16:00:00Z")

    assert cancelled.status == "canceled"
    assert sandbox.product.statuses() == ["initiated", "canceled"]


def test_a_call_is_hung_up_in_the_middle(sandbox: Sandbox) -> None:
    sandbox.person("cooperative")
    sandbox.configure(pace="stepwise")
    sid = sandbox.dial()
    while "in-progress" not in sandbox.product.statuses():
        sandbox.set_clock(sandbox.tick()["next_at"])

    hung_up = sandbox.twilio.calls(sid).update(status="completed")
    sandbox.run_until("2026-11-24T16:00:00Z")

    assert hung_up.status == "completed"
    assert sandbox.product.statuses()[-1] == "completed"
    assert len(transcript(sandbox.call(sid))) <= 1


def test_stepwise_time_tells_when_the_call_goes_on(sandbox: Sandbox) -> None:
    sandbox.person("cooperative")
    sandbox.configure(pace="stepwise")
    sid = sandbox.dial()

    answer = sandbox.tick()

    assert (answer["idle"], answer["next_at"]) == (True, "2026-11-24T15:05:01Z")
    sandbox.run_until("2026-11-24T16:00:00Z")
    assert sandbox.call(sid)["status"] == "completed"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": ""}, 21201),
        ({"to": "12345"}, 21211),
        ({"to": "+15005550003"}, 21215),
        ({"from_": "nobody"}, 21212),
        ({"url": "not a url"}, 21205),
    ],
)
def test_requests_that_the_carrier_refuses(sandbox: Sandbox, changes: dict[str, str], code: int) -> None:
    with pytest.raises(TwilioRestException) as refused:
        sandbox.dial(**changes)

    assert (refused.value.status, refused.value.code) == (400, code)
    assert sandbox.ledger()["counts"]["calls"] == 0


def test_a_wrong_token_is_refused_and_another_sandbox_sees_nothing(sandbox: Sandbox, simulator: str) -> None:
    sandbox.person("busy")
    sid = sandbox.dial()
    other = Sandbox(simulator, sandbox.product)

    with pytest.raises(TwilioRestException) as refused:
        Client(sandbox.sid, other.token, http_client=ToSimulator(simulator)).calls(sid).fetch()
    with pytest.raises(TwilioRestException) as missing:
        other.twilio.calls(sid).fetch()

    assert (refused.value.status, refused.value.code) == (401, 20003)
    assert (missing.value.status, missing.value.code) == (404, 20404)


def test_documents_redirect_pause_and_fall_through_to_the_end(sandbox: Sandbox) -> None:
    sandbox.person("silent")
    target = sandbox.product.voice_url("call_1", 1).replace("&", "&amp;")
    documents = [
        twiml(say("One."), '<Pause length="30"/>', f"<Redirect>{target}</Redirect>", say("Never said.")),
        twiml('<Gather timeout="7"><Say>Two?</Say></Gather>', say("Nobody there.")),
    ]
    sandbox.product.dialogue = lambda params, step: documents[step]

    sid = sandbox.dial()
    sandbox.tick()

    shown = sandbox.call(sid)
    assert transcript(shown) == [("agent", "One."), ("agent", "Two?"), ("agent", "Nobody there.")]
    assert [turn["offset"] for turn in shown["transcript"]][1] - shown["transcript"][0]["offset"] == pytest.approx(31)
    assert shown["status"] == "completed"


def test_a_message_is_recorded_and_a_call_is_put_through(sandbox: Sandbox) -> None:
    sandbox.person("cooperative")
    documents = [
        twiml(say("May I speak with Jane Doe?"), "<Record maxLength='20' action='?call=call_1&amp;step=1'/>"),
        twiml("<Dial action='?call=call_1&amp;step=2'>+18005550100</Dial>"),
        twiml("<Hangup/>"),
    ]
    sandbox.product.dialogue = lambda params, step: documents[step]

    sid = sandbox.dial()
    sandbox.tick()

    voice = [one["params"] for one in sandbox.product.calls if one["path"] == "/voice"]
    assert int(voice[1]["RecordingDuration"]) <= 20
    assert voice[2]["DialCallStatus"] == "completed"
    assert ("agent", "[connects to +18005550100]") in transcript(sandbox.call(sid))


def test_detection_beside_the_call_is_told_by_a_callback_of_its_own(sandbox: Sandbox) -> None:
    sandbox.person("voicemail")
    amd = sandbox.product.status_url("amd")

    sandbox.dial(async_amd="true", async_amd_status_callback=amd)
    sandbox.tick()

    told = [one["params"] for one in sandbox.product.calls if one["path"] == "/status/amd"]
    assert [one["AnsweredBy"] for one in told] == ["machine_end_beep"]
    assert "AnsweredBy" not in next(one for one in sandbox.product.calls if one["path"] == "/voice")["params"]


def test_the_fallback_answers_where_the_first_address_cannot(sandbox: Sandbox) -> None:
    sandbox.person("cooperative")

    sid = sandbox.dial(url=f"{sandbox.product.base}/nothing", fallback_url=sandbox.product.voice_url("call_1"))
    sandbox.tick()

    shown = sandbox.call(sid)
    assert (shown["status"], shown["error_code"]) == ("completed", None)
    fallback = next(one for one in sandbox.product.calls if one["path"] == "/voice")
    assert fallback["params"]["ErrorUrl"] == f"{sandbox.product.base}/nothing"


def test_only_the_events_that_were_asked_for_are_told(sandbox: Sandbox) -> None:
    sandbox.person("busy")

    sandbox.dial(status_callback_event=[])
    sandbox.tick()

    assert sandbox.product.statuses() == ["busy"]


def test_the_time_limit_ends_a_call(sandbox: Sandbox) -> None:
    sandbox.person("silent")
    sandbox.product.dialogue = lambda params, step: twiml('<Pause length="100"/>', say("Still there."), "<Redirect/>")

    sid = sandbox.dial(time_limit=120)
    sandbox.tick()

    assert [text for _, text in transcript(sandbox.call(sid))] == ["Still there."]
    assert sandbox.product.statuses()[-1] == "completed"


def test_a_document_that_is_not_twiml_ends_the_call_with_its_error(sandbox: Sandbox) -> None:
    sandbox.person("cooperative")
    sandbox.product.dialogue = lambda params, step: "<html>oops"

    sid = sandbox.dial()
    sandbox.tick()

    shown = sandbox.call(sid)
    assert (shown["status"], shown["error_code"]) == ("completed", 12100)
    assert sandbox.product.calls[-1]["params"]["ErrorCode"] == "12100"


def test_recording_starts_and_stops_during_the_call(sandbox: Sandbox) -> None:
    sandbox.person("cooperative")
    sandbox.configure(pace="stepwise")
    sid = sandbox.dial()
    while "in-progress" not in sandbox.product.statuses():
        sandbox.set_clock(sandbox.tick()["next_at"])

    recording = sandbox.twilio.calls(sid).recordings.create()
    stopped = sandbox.twilio.calls(sid).recordings(recording.sid).update(status="stopped")

    assert (recording.call_sid, recording.status, stopped.status) == (sid, "in-progress", "stopped")


def test_in_a_running_sandbox_a_call_takes_seconds(sandbox: Sandbox) -> None:
    sandbox.person("cooperative")
    sandbox.configure(speed=60)
    sandbox.set_clock("2026-11-24T15:05:00Z", frozen=False)

    sid = sandbox.dial()
    answer = sandbox.tick()

    assert answer["idle"]
    call = sandbox.call(sid)
    assert call["status"] == "completed"
    assert call["duration"] > 20
    assert EVENTS[0] in [one["event"] for one in call["callbacks"]]


def test_the_documented_number_chooses_its_persona(sandbox: Sandbox) -> None:
    sids = {number: sandbox.dial(to=number, call=f"call_{number[-3:]}") for number in ("+1234567890", "+13305550105")}
    sandbox.tick()

    assert sandbox.call(sids["+1234567890"])["persona"] == "cooperative"
    assert sandbox.call(sids["+13305550105"])["persona"] == "wrong_number"


def test_the_same_seed_gives_the_same_words(sandbox: Sandbox, simulator: str) -> None:
    other = Sandbox(simulator, sandbox.product)
    other.configure()
    other.set_clock("2026-11-24T15:05:00Z")
    heard = []
    for one in (sandbox, other):
        one.product.token = one.token
        one.person("hardship")
        sid = one.dial()
        one.tick()
        heard.append(one.call(sid)["transcript"])

    assert heard[0] == heard[1]
    assert len(heard[0]) > 6
    other.control("DELETE", "workspace")
