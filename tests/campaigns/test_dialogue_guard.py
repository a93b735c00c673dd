"""The last look at each sentence: what it refuses, whatever the rest of the agent thinks."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from campaigns.dialogue.acts import ACTS, BEFORE_VERIFICATION, Act, Sentence, fill
from campaigns.dialogue.guard import Permits, check

TODAY = dt.date(2026, 11, 24)
PERMITS = Permits(
    verified=True,
    disclosed=True,
    collector=True,
    names=("Debt & Loan Collections LLC", "Renee Calloway"),
    figures=frozenset({Decimal("100.00")}),
    today=TODAY,
    latest=TODAY + dt.timedelta(days=30),
)


def said(text: str) -> Sentence:
    return Sentence(Act("ad_hoc", text), text)


def test_a_clean_sentence_passes() -> None:
    assert check([said("Could you pay $100 today?")], PERMITS) == ()


@pytest.mark.parametrize(
    "text",
    [
        "We will sue you.",
        "Your wages may be garnished.",
        "You must pay now.",
        "This is your last chance.",
        "We guarantee it is erased.",
        "This will damage your credit.",
        "The police will come.",
    ],
)
def test_threats_and_false_promises_are_refused(text: str) -> None:
    assert check([said(text)], PERMITS)


def test_before_verification_no_word_about_a_debt_passes() -> None:
    permits = replace(PERMITS, verified=False, disclosed=False)

    assert check([said("You owe a balance.")], permits)
    assert check([fill("debt", "USD", {"creditor": "A", "ending": "", "balance": Decimal("100.00")})], permits)


def test_a_name_that_sounds_like_a_debt_is_a_name() -> None:
    permits = replace(PERMITS, verified=False, disclosed=False)
    greeting = fill("greet", "USD", {"agent": "Riley", "entity": "Debt & Loan Collections LLC"})

    assert check([greeting], permits) == ()


def test_no_amount_passes_before_the_collector_notice_and_all_after_it() -> None:
    permits = replace(PERMITS, disclosed=False)
    debt = said("The balance is $100.")

    assert check([debt], permits) == ("ad_hoc before the collector notice",)
    assert check([fill("miranda_full", "USD", {}), debt], permits) == ()


def test_an_amount_of_its_own_is_refused() -> None:
    assert check([said("We take $99.")], PERMITS) == ("ad_hoc names an amount of its own",)


def test_a_date_outside_the_window_is_refused() -> None:
    late = fill("read_back", "USD", {"amount": Decimal("100.00"), "on": TODAY + dt.timedelta(days=31)})

    assert check([late], PERMITS) == ("read_back names a date outside the window",)


def test_a_commitment_needs_the_read_back_that_was_affirmed() -> None:
    on = TODAY + dt.timedelta(days=3)
    noted = fill("promise_noted", "USD", {"first_name": "Renee", "amount": Decimal("100.00"), "on": on})

    assert check([noted], PERMITS) == ("promise_noted without an affirmed read-back",)
    assert check([noted], replace(PERMITS, affirmed=(Decimal("50.00"), on)))
    assert check([noted], replace(PERMITS, affirmed=(Decimal("100.00"), on))) == ()


def test_the_creditor_itself_may_not_claim_to_be_a_debt_collector() -> None:
    notice = fill("miranda_short", "USD", {})

    assert check([notice], replace(PERMITS, collector=False)) == ("claims to be a debt collector",)


def test_every_text_that_may_come_before_verification_is_clean() -> None:
    permits = replace(PERMITS, verified=False, disclosed=False, names=())
    filled = [replace_slots(ACTS[act_id]) for act_id in sorted(BEFORE_VERIFICATION)]

    assert check(filled, permits) == ()


def replace_slots(act: Act) -> Sentence:
    return Sentence(act, act.text.format(**dict.fromkeys(act.slots, "Name")))
