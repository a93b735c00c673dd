"""One person on the phone, without the phone."""

import random
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from simulator.people.conversation import Conversation, Listening, Promise
from simulator.people.directory import Account, Person
from simulator.people.hearing import Ask, understand
from simulator.people.personas import PERSONAS

MOMENT = datetime(2026, 11, 24, 15, 5, tzinfo=UTC).timestamp()
SPEECH = Listening(frozenset({"speech", "dtmf"}), None)


def talk(persona: str = "cooperative", balance: str = "800.00", moment: float = MOMENT) -> Conversation:
    jane = Person(
        "cons_1",
        PERSONAS[persona],
        name="Jane Doe",
        first_name="Jane",
        last_name="Doe",
        zip="55401",
        last4="6530",
        date_of_birth="1984-03-09",
        accounts=(Account("acct_1", "SFCU-1", Decimal(balance)),),
    )
    conversation = Conversation.begin(jane, moment, random.Random("x"), machine=False)
    conversation.amount, conversation.due_on = Decimal("200.00"), date(2026, 11, 27)
    return conversation


@pytest.mark.parametrize(
    ("said", "ask"),
    [
        ("May I speak with Jane Doe?", Ask.IDENTITY),
        ("This call may be recorded. Am I speaking with Jane Doe?", Ask.IDENTITY),
        ("Please say or key in your ZIP code.", Ask.VERIFY),
        ("Could you tell me the year you were born?", Ask.VERIFY),
        ("The balance is $3,255.82. Are you able to take care of that today?", Ask.PAY),
        ("How much are you able to pay?", Ask.AMOUNT),
        ("What date would you like to make the payment?", Ask.WHEN),
        ("When are you able to pay?", Ask.WHEN),
        ("Just to confirm: $200 on Friday, November 27. Is that right?", Ask.CONFIRM),
        ("Would you like us to stop contacting you about this?", Ask.CONFIRM_STOP),
        ("Are you saying you dispute this debt?", Ask.CONFIRM_DISPUTE),
        ("I'm still here. Can you hear me?", Ask.PRESENT),
        ("Would you like to hear that again, or stop here?", Ask.MENU),
        ("Thank you. Goodbye.", Ask.NOTHING),
    ],
)
def test_questions_are_understood(said: str, ask: Ask) -> None:
    assert understand(said).ask is ask


def test_what_is_read_back_rightly_is_affirmed_and_promised() -> None:
    conversation = talk()
    conversation.hear("The balance is $800. Are you able to pay today?", SPEECH)
    assert conversation.promise is None

    conversation.hear("Just to confirm: $200 on Friday, November 27. Is that right?", SPEECH)

    assert conversation.promise == Promise("acct_1", Decimal("200.00"), date(2026, 11, 27))


@pytest.mark.parametrize("read_back", ["$300 on Friday, November 27", "$200 on Friday, December 4"])
def test_what_is_read_back_wrongly_is_corrected(read_back: str) -> None:
    conversation = talk()
    conversation.hear("Are you able to pay today?", SPEECH)

    reply = conversation.hear(f"Just to confirm: {read_back}. Is that right?", SPEECH)

    assert "$200 on Friday" in reply.said
    assert conversation.promise is None


def test_the_day_that_was_read_back_is_the_day_that_is_kept() -> None:
    conversation = talk()
    conversation.hear("Are you able to pay today?", SPEECH)

    conversation.hear("Just to confirm: $200 on Saturday, November 28. Is that right?", SPEECH)

    assert conversation.promise == Promise("acct_1", Decimal("200.00"), date(2026, 11, 28))


def test_a_promise_is_dated_by_the_persons_own_evening() -> None:
    evening = datetime(2026, 11, 25, 1, 30, tzinfo=UTC).timestamp()

    assert talk(moment=evening).today == date(2026, 11, 24)


def test_without_a_read_back_nothing_is_promised() -> None:
    conversation = talk()
    conversation.hear("Are you able to pay today?", SPEECH)

    conversation.overhear("Thank you. Goodbye.")

    assert conversation.promise is None


def test_who_owes_nothing_says_so() -> None:
    reply = talk(balance="0").hear("Your balance is $800. Are you able to pay that today?", SPEECH)

    assert "paid" in reply.said


def test_keys_answer_where_only_keys_are_taken() -> None:
    keys = Listening(frozenset({"dtmf"}), 4)

    assert talk().hear("Please key in the last four digits of your Social Security number.", keys).digits == "6530"


def test_patience_ends() -> None:
    conversation = talk("silent")

    replies = [conversation.hear("Are you there?", SPEECH) for _ in range(15)]

    assert [reply.hangs_up for reply in replies] == [False] * 14 + [True]
