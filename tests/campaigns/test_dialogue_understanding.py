"""How utterances are read: the statements that bind us in many wordings, and what must not be mistaken for them."""

import datetime as dt
from decimal import Decimal

import pytest

from campaigns.dialogue.figures import read_digits, read_figures
from campaigns.dialogue.phrases import Intent
from campaigns.dialogue.understanding import DISPUTES, STOPS, normalise, understand

TODAY = dt.date(2026, 11, 24)  # a Tuesday


def read(text: str) -> frozenset[Intent]:
    return understand(text, keyed="", today=TODAY).intents


@pytest.mark.parametrize(
    "words",
    [
        "stop",
        "Stop.",
        "STOP CALLING ME!",
        "please stop calling this number",
        "quit calling me",
        "don't call me again",
        "dont ever call here again",
        "do not call me anymore",
        "never call this phone again",
        "no more calls please",
        "take me off your list",
        "remove my number from your system",
        "lose my number",
        "put me on the do not call list",
        "I don't want any more calls from you",
        "I do not want to be called",
        "you need to stop calling",
        "I've asked you not to call",
        "I told you to stop calling me",
        "these calls have to stop",
        "I revoke my consent to be called",
        "I withdraw my consent",
        "opt me out",
        "unsubscribe",
        "would you please stop phoning us",
        "stop with the calls already",
        "cease and desist",
        "leave me alone",
        "stop contacting me",
        "I don't want you to contact me",
        "quit harassing me",
        "no more contact",
        "I never want to hear from you again",
        "cease all communication",
        "stop texting and calling me",
        "don't you ever call me again",
        "stop it with these calls",
        "I said stop",
        "okay stop now",
    ],
)
def test_stop_is_heard_in_many_wordings(words: str) -> None:
    assert read(words) & {*STOPS}


def test_key_nine_is_a_stop() -> None:
    assert Intent.STOP_CALLS in understand("", keyed="9", today=TODAY).intents


@pytest.mark.parametrize(
    "words",
    [
        "I have a lawyer",
        "talk to my attorney",
        "my lawyer told me not to talk to you",
        "I'm represented by counsel",
        "contact my lawyer's office",
        "a law firm represents me on this",
        "I've retained an attorney",
        "legal aid is helping me",
    ],
)
def test_a_lawyer_is_heard(words: str) -> None:
    assert Intent.ATTORNEY in read(words)


@pytest.mark.parametrize("words", ["I don't have a lawyer", "I can't afford a lawyer", "do I need a lawyer for this"])
def test_no_lawyer_is_no_lawyer(words: str) -> None:
    assert Intent.ATTORNEY not in read(words)


@pytest.mark.parametrize(
    "words",
    [
        "I filed for bankruptcy",
        "this was discharged in my chapter seven",
        "there's an automatic stay",
        "I'm in the middle of a chapter 13 plan",
        "my trustee handles my payments",
        "I declared bankruptcy last year",
    ],
)
def test_a_bankruptcy_is_heard(words: str) -> None:
    assert Intent.BANKRUPTCY in read(words)


def test_no_bankruptcy_is_no_bankruptcy() -> None:
    assert Intent.BANKRUPTCY not in read("I never filed bankruptcy")


@pytest.mark.parametrize(
    "words",
    [
        "he passed away",
        "my mother died in June",
        "she's dead",
        "the account holder is deceased",
        "I'm his executor, he died",
        "Pat died last spring. This is the family.",
        "Mr Calloway died in March",
    ],
)
def test_a_death_is_heard(words: str) -> None:
    assert Intent.DECEASED in read(words)


@pytest.mark.parametrize(
    "words", ["my phone died", "my phone died last night", "the line went dead", "my battery was dead"]
)
def test_a_dead_phone_is_no_death(words: str) -> None:
    assert Intent.DECEASED not in read(words)


@pytest.mark.parametrize(
    "words",
    [
        "you have the wrong number",
        "there is nobody here by that name",
        "I just got this number last month",
        "no one named Maria lives here",
        "you misdialed",
        "this number belongs to someone else now",
    ],
)
def test_a_wrong_number_is_heard(words: str) -> None:
    assert Intent.WRONG_NUMBER in read(words)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("I dispute this debt", Intent.DISPUTE_NOT_MINE),
        ("I don't owe this", Intent.DISPUTE_NOT_MINE),
        ("that isn't my account", Intent.DISPUTE_NOT_MINE),
        ("I never had an account with them", Intent.DISPUTE_NOT_MINE),
        ("I paid this off last year", Intent.DISPUTE_PAID),
        ("it's already been taken care of", Intent.DISPUTE_PAID),
        ("that balance is too high", Intent.DISPUTE_AMOUNT),
        ("where did the extra fees come from", Intent.DISPUTE_AMOUNT),
        ("they never delivered the product, it was defective", Intent.DISPUTE_GOODS),
        ("I was a victim of identity theft", Intent.DISPUTE_FRAUD),
        ("somebody opened that account in my name", Intent.DISPUTE_FRAUD),
    ],
)
def test_disputes_are_heard_with_their_reason(words: str, reason: Intent) -> None:
    assert reason in read(words)


@pytest.mark.parametrize(
    "words",
    [
        "yes this is Renee",
        "I can pay fifty dollars on Friday",
        "I lost my job",
        "how much do I owe",
        "what is this about",
        "okay that works for me",
        "can you call me back tomorrow",
        "I get paid on the first",
        "put me down for seventy five dollars",
        "no I can't do that",
        "let me get my wallet",
        "I want to get this paid off",
    ],
)
def test_ordinary_talk_binds_nothing(words: str) -> None:
    binding = {
        *STOPS,
        *DISPUTES,
        Intent.ATTORNEY,
        Intent.BANKRUPTCY,
        Intent.DECEASED,
        Intent.WRONG_NUMBER,
        Intent.CRISIS,
    }

    assert not read(words) & binding


def test_narrower_wishes_are_not_read_as_a_stop() -> None:
    assert Intent.NOT_AT_WORK in read("don't call me at work")
    assert not read("don't call me at work") & {*STOPS}
    assert Intent.BAD_TIME in read("only call me after five")
    assert not read("don't call me before ten") & {*STOPS}


def test_a_stop_with_a_place_is_still_a_stop() -> None:
    assert read("stop calling me at work, don't ever call me again") & {*STOPS}


def test_what_smells_like_a_binding_statement_is_a_hint() -> None:
    assert understand("this is some kind of legal thing", keyed="", today=TODAY).hint == Intent.ATTORNEY
    assert understand("just quit it already would you", keyed="", today=TODAY).hint == Intent.STOP_CALLS
    assert understand("I can pay on friday", keyed="", today=TODAY).hint is None


@pytest.mark.parametrize("words", ["hola, ¿quién es?", "no hablo inglés", "número equivocado", "Spanish please"])
def test_spanish_is_noticed(words: str) -> None:
    assert Intent.SPANISH in read(words)


def test_words_are_normalised() -> None:
    assert normalise("I’m sorry, I can’t — DON'T!") == "i am sorry i can not do not"
    assert normalise("It's $1,250.50, okay?") == "it is $1,250.50 okay"


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("$150", "150"),
        ("one fifty", "150"),
        ("a hundred dollars", "100"),
        ("two hundred and fifty dollars", "250"),
        ("twelve hundred", "1200"),
        ("forty bucks", "40"),
        ("five dollars", "5"),
        ("1,250.50", "1250.50"),
        ("two thousand five hundred", "2500"),
        ("six fifty", "650"),
        ("fifty no make that sixty dollars", "60"),
        ("i can pay 150 on the 20th", "150"),
        ("thirty five on the first of the month", "35"),
    ],
)
def test_amounts_are_read(words: str, amount: str) -> None:
    assert read_figures(normalise(words), TODAY).amount == Decimal(amount)


@pytest.mark.parametrize(
    "words", ["one moment", "in two weeks", "for three months", "i have 3 kids", "fifty percent", "on the fifteenth"]
)
def test_other_numbers_are_no_amounts(words: str) -> None:
    assert read_figures(normalise(words), TODAY).amount is None


@pytest.mark.parametrize(
    ("words", "on"),
    [
        ("today", "2026-11-24"),
        ("tomorrow", "2026-11-25"),
        ("the day after tomorrow", "2026-11-26"),
        ("friday", "2026-11-27"),
        ("this friday", "2026-11-27"),
        ("next friday", "2026-12-04"),
        ("tuesday", "2026-12-01"),
        ("a week from friday", "2026-12-04"),
        ("on the fifteenth", "2026-12-15"),
        ("the 30th", "2026-11-30"),
        ("the first", "2026-12-01"),
        ("december fifth", "2026-12-05"),
        ("dec 5", "2026-12-05"),
        ("the third of january", "2027-01-03"),
        ("in two weeks", "2026-12-08"),
        ("in 3 days", "2026-11-27"),
        ("end of the month", "2026-11-30"),
        ("end of next month", "2026-12-31"),
        ("next week", "2026-12-01"),
        ("this weekend", "2026-11-28"),
        ("12/5", "2026-12-05"),
        ("the fifteenth of next month", "2026-12-15"),
        ("not tomorrow but friday", "2026-11-27"),
    ],
)
def test_dates_are_read(words: str, on: str) -> None:
    assert read_figures(normalise(words), TODAY).on == dt.date.fromisoformat(on)


def test_the_whole_and_the_half_are_read() -> None:
    assert read_figures("i will pay all of it friday", TODAY).whole
    assert read_figures("i can do half on friday", TODAY).half


def test_digits_are_read_spoken_and_mixed() -> None:
    assert read_digits("four four oh seven") == ("4407",)
    assert read_digits("it is 6 0 6 one six") == ("60616",)
    assert read_digits("the last four are 6530") == ("4", "6530")
