"""What people do: how each persona talks, pays, stops, disputes, reads."""

from decimal import Decimal
from typing import Any

import pytest

from tests.simulator.product import say, twiml
from tests.simulator.sandbox import Sandbox, transcript


def spoken(sandbox: Sandbox, persona: str) -> str:
    """What a person of this persona says in one call to the test's collector."""
    sandbox.person(persona)
    sid = sandbox.dial()
    sandbox.tick()
    return " ".join(text for speaker, text in transcript(sandbox.call(sid)) if speaker == "person").lower()


@pytest.mark.parametrize(
    ("persona", "words"),
    [
        ("disputer", ("dispute", "disputing")),
        ("wrong_number", ("wrong number",)),
        ("third_party", ("not here", "isn't home", "husband", "wife")),
        ("attorney", ("attorney", "lawyer")),
        ("abusive", ("hell", "screw", "scum")),
        ("spanish", ("español", "inglés")),
        ("injector", ("ignore", "system:", "developer mode", "supervisor", "disregard")),
        ("stopper", ("stop",)),
        ("bankruptcy", ("bankruptcy", "chapter")),
        ("deceased", ("passed away", "died", "deceased")),
        ("human_wanted", ("person", "human", "representative", "robot")),
        ("already_paid", ("paid",)),
        ("refuser", ("not paying", "don't think so", "nothing from me")),
        ("callback", ("driving", "bad time", "at work", "call me", "call back")),
        ("negotiator", ("half", "settle", "fifty percent")),
        ("hardship", ("job", "hours", "hospital", "disability")),
    ],
)
def test_each_persona_says_what_it_stands_for(sandbox: Sandbox, persona: str, words: tuple[str, ...]) -> None:
    said = spoken(sandbox, persona)

    assert any(word in said for word in words), said


def test_the_silent_one_says_nothing(sandbox: Sandbox) -> None:
    assert spoken(sandbox, "silent") == "[hangs up]"


def test_wrong_proof_is_never_given_by_who_knows_it(sandbox: Sandbox) -> None:
    sandbox.person("cooperative", last4="", zip="55401")
    sandbox.dial()
    sandbox.tick()

    given = [one["params"] for one in sandbox.product.calls if one["query"].get("step") == "2"]
    assert len(given) == 1
    assert "55401" in given[0].get("SpeechResult", "") + given[0].get("Digits", "")


def test_a_cooperative_person_pays_on_the_promised_day(sandbox: Sandbox) -> None:
    sandbox.person("cooperative")
    sandbox.dial()
    sandbox.tick()
    promise = sandbox.control("GET", "people")["people"][0]["promises"][0]

    sandbox.run_until("2026-12-20T00:00:00Z")

    paid = sandbox.product.payments
    assert len(paid) == 1
    assert paid[0]["json"]["account_id"] == "acct_1"
    assert Decimal(str(paid[0]["json"]["amount"])) == Decimal(promise["amount"])
    assert paid[0]["headers"]["Authorization"] == "Bearer sk_test_people"
    assert paid[0]["headers"]["Idempotency-Key"]
    ledger = sandbox.ledger()
    assert ledger["payments"][0]["at"].startswith(promise["due_on"])
    person = sandbox.control("GET", "people")["people"][0]
    assert person["promises"][0]["state"] == "kept"
    assert Decimal(person["accounts"][0]["balance"]) == Decimal("3255.82") - Decimal(promise["amount"])


def test_promise_breakers_pay_less_or_nothing(sandbox: Sandbox) -> None:
    refs = [f"cons_{number}" for number in range(8)]
    for number, ref in enumerate(refs):
        phone = f"+1612555010{number}"
        account = {"id": f"acct_{number}", "balance": "800.00"}
        sandbox.person("promise_breaker", ref, phones=[phone], emails=[], accounts=[account])
        sandbox.dial(phone, call=f"call_{number}")
    sandbox.tick()

    sandbox.run_until("2026-12-30T00:00:00Z")

    people = sandbox.control("GET", "people")["people"]
    promises = {person["ref"]: person["promises"][0] for person in people}
    assert {promise["intent"] for promise in promises.values()} == {"partly", "broken"}
    paid = {one["person"]: Decimal(one["amount"]) for one in sandbox.ledger()["payments"]}
    assert set(paid) == {ref for ref, promise in promises.items() if promise["intent"] == "partly"}
    assert all(amount < Decimal(promises[ref]["amount"]) for ref, amount in paid.items())


def test_a_stopper_uses_the_page_behind_the_link(sandbox: Sandbox) -> None:
    sandbox.person("stopper")
    for number in range(5):
        sandbox.mail(Metadata={"message_id": f"msg_{number}"})

    sandbox.run_until("2026-11-26T00:00:00Z")

    stops = [visit for visit in sandbox.product.visits if visit["page"] == "stop"]
    assert len(stops) == 1
    assert stops[0] == {"page": "stop", "form": {"csrf": "abc", "scope": "all", "go": "stop"}, "cookie": "abc"}
    told = sandbox.control("GET", "people")["people"][0]["told_us"]
    assert (told[0]["what"], told[0]["channel"]) == ("stop", "web")


def test_a_stopper_may_use_the_one_click_header(sandbox: Sandbox) -> None:
    sandbox.person("stopper")
    headers = [
        {"Name": "List-Unsubscribe", "Value": f"<{sandbox.product.base}/c/stop>, <mailto:u@mail.example>"},
        {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
    ]
    for number in range(8):
        email = f"jane{number}@example.com"
        sandbox.person("stopper", f"cons_{number}", phones=[], emails=[email])
        sandbox.mail(email, Headers=headers, Metadata={"message_id": f"msg_{number}"})

    sandbox.run_until("2026-11-26T00:00:00Z")

    assert {"List-Unsubscribe": "One-Click"} in [visit["form"] for visit in sandbox.product.visits]


def test_a_disputer_fills_in_the_notices_form(sandbox: Sandbox) -> None:
    sandbox.person("disputer")
    for number in range(4):
        sandbox.mail(Metadata={"message_id": f"msg_{number}"})

    sandbox.run_until("2026-11-26T00:00:00Z")

    forms = [visit["form"] for visit in sandbox.product.visits if visit["page"] == "notice"]
    assert len(forms) == 1
    assert forms[0] == {
        "csrf": "abc",
        "dispute": "yes",
        "explanation": "I never had an account with them.",
    }


def test_links_that_leave_the_product_are_not_followed(sandbox: Sandbox) -> None:
    sandbox.person("stopper")
    for number in range(4):
        sandbox.mail(TextBody="Stop: http://127.0.0.1:9/stop", HtmlBody="", Metadata={"message_id": f"msg_{number}"})

    sandbox.run_until("2026-11-26T00:00:00Z")

    assert sandbox.ledger()["requests"] == []


def test_some_stop_by_the_key_that_they_were_told(sandbox: Sandbox) -> None:
    heard = []
    sandbox.product.dialogue = lambda params, step: (
        heard.append(params) or "<Response/>"  # type: ignore[func-returns-value]
        if params.get("Digits") == "9"
        else twiml(say("To stop calls, press 9."), sandbox.product.gather("Could you pay that today?", "call", 1))
    )
    for number in range(12):
        phone = f"+161255501{number:02}"
        sandbox.person("stopper", f"cons_{number}", phones=[phone], emails=[])
        sandbox.dial(phone, call=f"call_{number}")

    sandbox.tick()

    assert 1 <= len(heard) < 12
    told = [one["told_us"][0]["what"] for one in sandbox.control("GET", "people")["people"]]
    assert set(told) == {"stop", "stop_calls"}


def test_a_wrong_number_binds_calls_only(sandbox: Sandbox) -> None:
    sandbox.person("wrong_number")
    sandbox.dial()
    sandbox.tick()
    sandbox.set_clock("2026-11-25T15:05:00Z")

    sandbox.mail()
    sid = sandbox.dial(call="call_2")

    assert [(one["channel"], one["id"]) for one in sandbox.ledger()["after_stop"]] == [("call", sid)]


def test_contact_after_a_stop_is_seen(sandbox: Sandbox) -> None:
    sandbox.person("bankruptcy")
    sandbox.dial()
    sandbox.tick()
    assert sandbox.ledger()["after_stop"] == []
    sandbox.set_clock("2026-11-25T15:05:00Z")

    sandbox.mail()

    seen = sandbox.ledger()["after_stop"]
    assert [(one["person"], one["what"], one["told_by"], one["channel"]) for one in seen] == [
        ("cons_1", "bankruptcy", "call", "email")
    ]


def test_a_persona_is_chosen_by_name_number_address_temperament_or_seed(sandbox: Sandbox) -> None:
    bare: dict[str, Any] = {"phones": [], "emails": []}
    sandbox.person("hardship", "a")
    sandbox.person("", "b", **{**bare, "phones": ["+13305550108"]})
    sandbox.person("", "c", **{**bare, "emails": ["c+disputer@example.com"]})
    sandbox.person("", "d", **bare, temperament="absent")
    sandbox.person("", "e", **bare)

    people = {one["ref"]: one for one in sandbox.control("GET", "people")["people"]}

    assert [(people[ref]["persona"], people[ref]["persona_source"]) for ref in "abc"] == [
        ("hardship", "explicit"),
        ("abusive", "number"),
        ("disputer", "email"),
    ]
    assert people["d"]["persona"] in ("voicemail", "no_answer", "busy", "silent", "third_party")
    assert people["e"]["persona_source"] == "seed"
