"""The checker finds each violation in a world that has one, and none in a lawful day."""

from __future__ import annotations

import ast
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.checker import check, places

MOBILE = "+16145550100"
EMAIL = "jane@example.com"
MM = "This is an attempt to collect a debt by a debt collector. Any information obtained will be used for that purpose."
STOP_LINE = "Click here to stop receiving e-mails at this address: https://example.com/c/1/stop"

LAWFUL: dict[str, Any] = {
    "authorizations": [
        {"place": "OH", "role": "third_party", "from": "2024-01-01", "to": None},
        {"place": "CA", "role": "third_party", "from": "2024-01-01", "to": None},
    ],
    "consumers": [
        {
            "ref": "c1",
            "addresses": [{"zip": "43215", "state": "OH"}],
            "phones": [{"number": MOBILE, "type": "mobile"}],
            "emails": [EMAIL],
        }
    ],
    "debts": [{"ref": "d1", "consumer": "c1", "role": "third_party"}],
    "attempts": [
        {
            "ref": "notice",
            "consumer": "c1",
            "debts": ["d1"],
            "channel": "email",
            "to": EMAIL,
            "at": "2026-11-24T15:05:00Z",
            "purpose": "notice",
            "text": f"{MM} You owe $100.00. {STOP_LINE}",
        },
        {
            "ref": "call",
            "consumer": "c1",
            "debts": ["d1"],
            "channel": "call",
            "to": MOBILE,
            "at": "2026-11-25T16:00:00Z",
            "voice": "ai",
            "outcome": "talked",
            "turns": [
                {"who": "agent", "text": "Hello, this is an AI assistant on a recorded line. Is this Jane Doe?"},
                {"who": "person", "text": "Yes, ZIP 43215."},
                {"who": "agent", "text": f"{MM} The balance is $100.00."},
            ],
        },
    ],
    "facts": [
        {"kind": "consent", "what": "artificial_voice", "consumer": "c1", "to": MOBILE, "at": "2026-01-05T15:00:00Z"},
        {"kind": "consent", "what": "email", "consumer": "c1", "to": EMAIL, "at": "2026-01-05T15:00:00Z"},
        {"kind": "notice", "consumer": "c1", "debts": ["d1"], "at": "2026-11-24T15:05:00Z"},
    ],
}


def world(**changes: Any) -> dict[str, Any]:
    return {**deepcopy(LAWFUL), **changes}


def call(ref: str, at: str, **changes: Any) -> dict[str, Any]:
    return {
        "ref": ref,
        "consumer": "c1",
        "debts": ["d1"],
        "channel": "call",
        "to": MOBILE,
        "at": at,
        "outcome": "no_answer",
        **changes,
    }


def with_attempt(attempt: dict[str, Any]) -> dict[str, Any]:
    return world(attempts=[*LAWFUL["attempts"], attempt])


def with_fact(fact: dict[str, Any]) -> dict[str, Any]:
    return world(facts=[*LAWFUL["facts"], {"consumer": "c1", "at": "2026-11-24T20:00:00Z", **fact}])


def found(history: dict[str, Any]) -> set[tuple[str, str]]:
    return {(one.rule, one.attempt) for one in check(history)}


def test_a_lawful_day_has_no_violation() -> None:
    assert check(world()) == []


@pytest.mark.parametrize("at", ["2026-12-08T12:59:59Z", "2026-12-09T02:00:00Z"])
def test_a_call_outside_8_to_21_is_found(at: str) -> None:
    assert found(with_attempt(call("late", at))) == {("hours", "late")}


@pytest.mark.parametrize("at", ["2026-12-08T13:00:00Z", "2026-12-09T01:59:59Z"])
def test_the_first_and_the_last_lawful_second_are_no_violation(at: str) -> None:
    assert found(with_attempt(call("edge", at))) == set()


def test_every_zone_counts_the_numbers_and_the_address() -> None:
    history = with_attempt(call("early", "2026-12-08T15:00:00Z"))
    history["consumers"][0]["addresses"] = [{"zip": "90012", "state": "CA"}]

    assert ("hours", "early") in found(history)


def test_an_email_at_night_is_found_and_a_letter_is_not() -> None:
    night = "2026-12-08T04:00:00Z"
    mail = call("mail", night, channel="email", to=EMAIL, text=f"{MM} {STOP_LINE}")
    letter = call("letter", night, channel="letter", to="43215")

    assert found(with_attempt(mail)) == {("hours", "mail")}
    assert found(with_attempt(letter)) == set()


def test_the_eighth_call_in_seven_days_is_found() -> None:
    calls = [call(f"c{day}", f"2026-12-{day:02d}T16:00:00Z") for day in range(7, 14)]
    eighth = call("c8", "2026-12-13T18:00:00Z")
    next_day = call("c9", "2026-12-14T16:00:00Z")

    assert found(world(attempts=[*LAWFUL["attempts"], *calls, eighth])) == {("seven_in_seven", "c8")}
    assert found(world(attempts=[*LAWFUL["attempts"], *calls, next_day])) == set()


def test_calls_that_never_connected_do_not_count() -> None:
    calls = [call(f"c{day}", f"2026-12-{day:02d}T16:00:00Z", outcome="not_connected") for day in range(7, 14)]

    assert found(world(attempts=[*LAWFUL["attempts"], *calls, call("c8", "2026-12-13T18:00:00Z")])) == set()


def test_a_call_in_the_week_after_a_conversation_is_found() -> None:
    assert found(with_attempt(call("again", "2026-12-01T16:00:00Z"))) == {("quiet_week", "again")}
    assert found(with_attempt(call("later", "2026-12-02T16:00:00Z"))) == set()


def test_a_call_that_the_person_asked_for_is_lawful_in_the_quiet_week() -> None:
    history = with_attempt(call("again", "2026-11-27T16:00:00Z"))
    history["facts"].append({"kind": "consent", "what": "call_back", "consumer": "c1", "at": "2026-11-25T16:05:00Z"})

    assert found(history) == set()


@pytest.mark.parametrize("what", ["everything", "calls"])
def test_contact_after_a_stop_is_found(what: str) -> None:
    violations = found(with_fact({"kind": "stop", "what": what}))

    assert violations == {("stop", "call"), ("artificial_voice", "call")}


def test_a_stop_of_another_medium_leaves_human_calls_open() -> None:
    history = with_fact({"kind": "stop", "what": "email"})

    assert found(history) == set()


def test_one_confirmation_within_five_minutes_is_lawful() -> None:
    history = with_fact({"kind": "stop", "what": "email", "at": "2026-12-08T16:00:00Z"})
    confirmation = call("yes", "2026-12-08T16:04:00Z", channel="email", to=EMAIL, purpose="confirmation", text="Done.")
    late = {**confirmation, "ref": "late", "at": "2026-12-08T16:06:00Z"}

    assert found({**history, "attempts": [*history["attempts"], confirmation]}) == set()
    assert found({**history, "attempts": [*history["attempts"], late]}) == {("stop", "late")}


@pytest.mark.parametrize("kind", ["attorney", "bankruptcy", "death", "hold", "dispute", "settled"])
def test_contact_while_the_person_or_debt_is_protected_is_found(kind: str) -> None:
    assert found(with_fact({"kind": kind, "debts": ["d1"]})) == {(kind, "call")}
    assert found(with_fact({"kind": kind, "debts": ["other"]})) == set()
    assert found(with_fact({"kind": kind, "debts": None, "until": "2026-11-25T00:00:00Z"})) == set()


def test_a_call_to_a_strangers_number_is_found() -> None:
    assert found(with_fact({"kind": "wrong_number", "to": MOBILE})) == {("wrong_number", "call")}


def test_an_ai_call_to_a_mobile_without_consent_is_found() -> None:
    history = world(facts=[one for one in LAWFUL["facts"] if one.get("what") != "artificial_voice"])

    assert found(history) == {("artificial_voice", "call")}

    history["consumers"][0]["phones"][0]["type"] = "landline"
    assert found(history) == set()


def test_an_email_without_basis_or_to_somebody_else_is_found() -> None:
    history = world(facts=[one for one in LAWFUL["facts"] if one.get("what") != "email"])
    stranger = call("mail", "2026-12-08T16:00:00Z", channel="email", to="other@example.com", text=f"{MM} {STOP_LINE}")

    assert found(history) == {("email_basis", "notice")}
    assert found(with_attempt(stranger)) == {("email_basis", "mail")}


def test_an_email_without_opt_out_line_is_found() -> None:
    mail = call("mail", "2026-12-08T16:00:00Z", channel="email", to=EMAIL, text=MM)

    assert found(with_attempt(mail)) == {("opt_out_line", "mail")}


def test_a_text_without_consent_is_found() -> None:
    text = call("sms", "2026-12-08T16:00:00Z", channel="sms", text=f"{MM} Reply STOP to stop texts.")

    assert found(with_attempt(text)) == {("sms_basis", "sms")}


def test_a_call_before_the_notice_is_found() -> None:
    history = world(facts=[one for one in LAWFUL["facts"] if one["kind"] != "notice"])

    assert found(history) == {("notice", "call")}


def test_going_on_without_a_notice_beyond_five_days_is_found() -> None:
    first = call("m1", "2026-12-08T16:00:00Z", channel="letter", to="43215")
    sixth_day = call("m2", "2026-12-14T16:00:00Z", channel="letter", to="43215")
    facts = [one for one in LAWFUL["facts"] if one["kind"] != "notice"]

    assert found(world(attempts=[first, sixth_day], facts=facts)) == {("notice", "m2")}


def test_a_state_without_authorization_is_found() -> None:
    history = world(authorizations=[{"place": "OH", "role": "first_party", "from": "2024-01-01", "to": None}])

    assert found(history) == {("licence", "notice"), ("licence", "call")}


def test_new_york_city_needs_its_own_authorization() -> None:
    history = world(authorizations=[{"place": "NY", "role": "third_party", "from": "2024-01-01", "to": "2030-01-01"}])
    history["consumers"][0]["addresses"] = [{"zip": "11201", "state": "NY"}]

    assert found(history) == {("licence", "notice"), ("licence", "call")}


def test_a_state_cap_is_found() -> None:
    history = world(authorizations=[{"place": "MA", "role": "third_party", "from": "2024-01-01", "to": None}])
    history["consumers"][0]["addresses"] = [{"zip": "02110", "state": "MA"}]
    history["attempts"] = [call(f"c{day}", f"2026-12-{day:02d}T16:00:00Z") for day in (7, 8, 9)]

    assert found(history) == {("state_cap", "c9")}


def test_an_ai_that_does_not_say_so_first_is_found() -> None:
    history = world()
    history["attempts"][1]["turns"][0]["text"] = "Hello, is this Jane Doe?"

    assert found(history) == {("ai_disclosure", "call")}


def test_a_missing_or_late_mini_miranda_is_found() -> None:
    missing, late = world(), world()
    missing["attempts"][1]["turns"][2]["text"] = "The balance is $100.00."
    late["attempts"][1]["turns"].insert(2, {"who": "agent", "text": "You owe $100.00."})

    assert found(missing) == {("mini_miranda", "call")}
    assert found(late) == {("mini_miranda", "call")}


def test_a_creditor_that_calls_itself_a_collector_is_found() -> None:
    history = world(authorizations=[{"place": "OH", "role": "first_party", "from": "2024-01-01", "to": None}])
    history["debts"][0]["role"] = "first_party"

    assert found(history) == {("false_role", "notice"), ("false_role", "call")}


def test_places_are_derived_from_raw_numbers_and_zip_codes() -> None:
    assert places.number_zones("+16145550100") == {"America/New_York"}
    assert places.number_zones("+18505550100") >= {"America/New_York", "America/Chicago"}
    assert places.number_zones("+18005550100") == frozenset()
    assert places.number_state("+18085550100") == "HI"
    assert places.address_zones({"zip": "96813", "state": "HI"}) == {"Pacific/Honolulu"}
    assert places.address_state({"zip": "43215", "state": "XX"}) == "OH"
    assert places.address_zones({"zip": "00000", "state": "HI"}) == {"Pacific/Honolulu"}


def test_the_checker_shares_no_code_with_the_product() -> None:
    allowed = {"tests.checker", "tests.checker.checker", "tests.checker.places"}
    ours = {"accounts", "audit", "campaigns", "compliance", "credira", "creditors", "messaging", "payments", "webhooks"}
    for path in Path(__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                assert name.split(".")[0] not in ours, f"{path.name} imports {name}"
                assert not name.startswith("tests.") or name in allowed, f"{path.name} imports {name}"


def test_importing_the_checker_loads_nothing_of_the_product() -> None:
    code = (
        "import sys; import tests.checker; "
        "print([m for m in sys.modules if m.split('.')[0] in ('compliance', 'credira', 'accounts', 'django')])"
    )
    root = Path(__file__).parents[2]

    shown = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)

    assert shown.stdout.strip() == "[]"
