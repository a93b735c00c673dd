"""What the gate asks a call to carry is said, or the call doesn't go on."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from campaigns.dialogue import obligations
from campaigns.dialogue.turn import Brief
from compliance.rules.vocabulary import OBLIGATIONS
from tests.campaigns.conversations import BRIEF, talk, verified
from tests.compliance.gate_data import VECTORS, at_of, decide, facts_of

# 12 CFR 1006.38(d): of a debt of $5,312.63, $400 is disputed.
PART = "DISPUTED_AMOUNT:acct_1:400.00"
REST = "$4,912.63"
# The gate attaches these to other contacts only, or refuses a call for which it would have to (TEXT_MISSING).
NEVER_ON_A_CALL = {"DISPUTE_FLAG", "E_OPT_OUT", "LIMITED_CONTENT", "STATE_BLOCK", "TIME_BARRED"}


def asked(*found: str) -> Brief:
    return replace(BRIEF, obligations=frozenset({"MINI_MIRANDA_FULL", *found}))


def test_every_obligation_of_the_gate_is_known_to_the_dialogue() -> None:
    known = obligations.CARRIED_BY.keys() | obligations.KEPT_ELSEWHERE | NEVER_ON_A_CALL

    assert known == OBLIGATIONS
    for kind in NEVER_ON_A_CALL:
        held = talk("yes this is Renee", brief=asked(f"{kind}:MN"))
        assert (held.acts, held.outcome) == ([["safe_close"]], "guard")
        assert held.last.violations == (f"no words for {kind}:MN",)


def test_the_gate_names_no_other_obligation() -> None:
    """The gate itself refuses to name one that isn't listed; the vectors know all but two of those that are."""
    named = {
        obligations.kind_of(each)
        for vector_id, vector in VECTORS.items()
        for each in decide(vector["intent"], facts_of(vector_id), at_of(vector_id)).obligations
    }

    assert named | {"DISPUTE_FLAG", "LIMITED_CONTENT"} == OBLIGATIONS


@pytest.mark.parametrize("kind", sorted(obligations.CARRIED_BY))
def test_what_a_call_must_say_is_said_once_the_consumer_is_verified(kind: str) -> None:
    parts = {"SAY_DISPUTED": ":acct_1", "ASK_COUNSEL_SCOPE": ":acct_1", "DISPUTED_AMOUNT": ":acct_1:400.00"}
    obligation = kind + parts.get(kind, "")
    brief = replace(BRIEF, obligations=frozenset({obligation}))

    held = verified(brief=brief)

    spoken = [s.act.disclosure.code for step in held.steps for s in step.sentences if s.act.disclosure]
    assert obligations.unmet(brief.obligations, []) == (obligation,)
    assert obligations.unmet(brief.obligations, spoken) == ()


def test_only_the_part_that_is_not_disputed_is_stated_and_asked_for() -> None:
    held = verified(brief=asked(PART))

    assert held.acts[-1] == ["miranda_full", "debt_part", "ask_pay"]
    assert held.words.endswith(
        "It is about your Acme Federal Credit Union account ending in 4417. You have disputed $400 of it, and we do "
        f"not ask for that part. The rest is {REST}. Could you pay that today?"
    )
    assert "$5,312.63" not in held.all_words


@pytest.mark.parametrize(
    "words",
    ["yes", "I'll pay all of it today", "the whole balance today", "I'll pay 5312.63 today", "nine thousand today"],
)
def test_no_promise_reaches_into_the_disputed_part(words: str) -> None:
    held = verified(words, "yes that's right", brief=asked(PART))

    promise = {"amount": Decimal("4912.63"), "due_on": dt.date(2026, 11, 24)}
    assert held.facts[-1] == ("promise", promise)
    assert "$5,312.63" not in held.all_words


def test_half_is_half_of_the_rest_and_a_question_about_the_balance_is_answered_with_the_rest() -> None:
    assert "$2,456.32 on Friday" in verified("half of it on Friday", brief=asked(PART)).words
    answer = verified("what's my balance", brief=asked(PART))
    assert answer.acts[-1] == ["balance_part", "ask_part"]
    assert f"you have disputed $400, and we do not ask for that part. The rest is {REST}." in answer.words


def test_parts_add_up_and_when_nothing_is_left_nothing_is_asked_for() -> None:
    two = verified(brief=asked(PART, "DISPUTED_AMOUNT:acct_1:912.63"))
    all_of_it = verified(brief=asked("DISPUTED_AMOUNT:acct_1:5000.00", "DISPUTED_AMOUNT:acct_1:312.63"))

    assert "You have disputed $1,312.63 of it" in two.words
    assert "The rest is $4,000." in two.words
    assert (all_of_it.acts[-1], all_of_it.outcome) == (["miranda_full", "debt_part", "nothing_due"], "nothing_due")


def test_whether_a_lawyer_covers_this_debt_too_is_asked_before_money_is() -> None:
    """Comment 6(b)(2)-1: represented on another debt; the answer binds."""
    brief = asked("ASK_COUNSEL_SCOPE:acct_1")

    asks = verified(brief=brief)
    covered = verified("yes he does", brief=brief)
    free = verified("no that's another matter", brief=brief)
    unclear = verified("purple", brief=brief)

    assert asks.acts[-1] == ["miranda_full", "debt", "ask_counsel"]
    assert (covered.outcome, covered.facts[-1]) == ("attorney", ("attorney", {}))
    assert (free.acts[-1], free.facts[-1]) == (["ask_pay"], ("counsel_scope", {}))
    assert unclear.acts[-1] == ["ask_counsel"]
