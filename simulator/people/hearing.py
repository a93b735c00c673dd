"""What a person understands of what the caller says: which question was asked, which figures and dates were named."""

import calendar
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Ask(StrEnum):
    """The question a person hears, named for what they would have to answer."""

    IDENTITY = "identity"
    VERIFY = "verify"
    PAY = "pay"
    OFFER = "offer"
    AMOUNT = "amount"
    WHEN = "when"
    CONFIRM = "confirm"
    CONFIRM_STOP = "confirm_stop"
    CONFIRM_DISPUTE = "confirm_dispute"
    REASON = "reason"
    ATTORNEY = "attorney"
    CALLBACK = "callback"
    MENU = "menu"
    PRESENT = "present"
    UNCLEAR = "unclear"
    NOTHING = "nothing"


# The first that fits the question's sentence wins; specific before general.
QUESTIONS: tuple[tuple[Ask, re.Pattern[str]], ...] = tuple(
    (ask, re.compile(pattern, re.IGNORECASE))
    for ask, pattern in (
        (
            Ask.VERIFY,
            r"last (four|4)|final four|(four|4) digits|zip ?code|postal code|\bzip\b|of birth|birth ?da(te|y)|\bborn\b",
        ),
        (
            Ask.CONFIRM,
            r"is that (right|correct)|just to confirm|have that right|shall i (note|record)|did i (get|hear)|correct\?",
        ),
        (Ask.CONFIRM_STOP, r"(like|want) us to stop|stop (contacting|calling)"),
        (Ask.CONFIRM_DISPUTE, r"you dispute|disputing|file a dispute"),
        (Ask.REASON, r"\b(why|reason|what (is|seems|looks) wrong|tell me (more|what))"),
        (Ask.ATTORNEY, r"attorney|lawyer"),
        (Ask.CALLBACK, r"(better|good|best) time|call (you )?back"),
        (Ask.AMOUNT, r"how much|what amount|which amount"),
        (Ask.WHEN, r"wh(at|ich) (date|day)|by when|^\W*(and )?when\b|when (can|could|would|will|do|should|are)"),
        (Ask.OFFER, r"would that work|does that work|could you manage|would (a smaller|smaller|\d)"),
        (
            Ask.IDENTITY,
            r"speak(ing)? (with|to)|is this\b|may i ask who|(your|full) name|looking for|trying to reach"
            r"|are you (?!able|still|there|saying|disput)",
        ),
        (Ask.PRESENT, r"hear me|still there|are you there"),
        (Ask.PAY, r"\bpay\b|payment|take care of|resolve|settle|able to"),
        (Ask.MENU, r"would you (like|prefer|rather)"),
        (Ask.UNCLEAR, r"(catch|understand|hear) (that|you)|repeat|say that again|once more"),
    )
)
SENTENCE = re.compile(r"(?<=[.?!])\s+")
REQUEST = re.compile(r"\?|\bplease (give|confirm|provide)|\b(say|enter|key in|press|tell me)\b", re.IGNORECASE)
MONEY = re.compile(r"\$\s?(\d[\d,]*(?:\.\d{1,2})?)")
UNCLEAR = re.compile(r"didn.t (quite )?(catch|hear|get|understand)|sorry, (could|can) you repeat", re.IGNORECASE)
MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}
DAY = re.compile(rf"\b({'|'.join(MONTHS)}) (\d{{1,2}})\b")
READ_BACK = re.compile(r"to confirm|read (that|it) back", re.IGNORECASE)
RECORDED = re.compile(r"\b(noted|recorded|set up|scheduled|look forward)\b", re.IGNORECASE)
PRESS_NINE = re.compile(r"press (9|nine)", re.IGNORECASE)


@dataclass(frozen=True)
class Heard:
    """One turn of the caller, as a person takes it."""

    ask: Ask
    text: str
    amounts: tuple[Decimal, ...]
    days: tuple[tuple[int, int], ...]  # month and day
    wants: frozenset[str]
    unclear: bool
    promise_recorded: bool
    nine_stops: bool


def understand(text: str) -> Heard:
    """The last question of a turn is the one that people answer."""
    sentences = SENTENCE.split(text)
    asked = [sentence for sentence in sentences if REQUEST.search(sentence)]
    question = asked[-1] if asked else ""
    ask = _question(question)
    # "Just to confirm: $200 on Friday. Is that correct?" and "… on Friday. Yes or no?"
    if question and ask in (Ask.NOTHING, Ask.MENU) and READ_BACK.search(text):
        ask = Ask.CONFIRM
    return Heard(
        ask=ask,
        text=text,
        amounts=tuple(Decimal(figure.replace(",", "")) for figure in MONEY.findall(text)),
        days=tuple((MONTHS[month], int(day)) for month, day in DAY.findall(text)),
        wants=_wanted(question),
        unclear=bool(UNCLEAR.search(text)),
        promise_recorded=bool(RECORDED.search(text)),
        nine_stops=bool(PRESS_NINE.search(text)),
    )


def _question(sentence: str) -> Ask:
    if not sentence:
        return Ask.NOTHING
    return next((ask for ask, pattern in QUESTIONS if pattern.search(sentence)), Ask.NOTHING)


def _wanted(question: str) -> frozenset[str]:
    """Which facts a verification question takes."""
    tests = {
        "last4": r"last (four|4)|final four|(four|4) digits|social",
        "zip": r"zip|postal",
        "dob": r"birth|born",
        "name": r"full name|your name",
    }
    return frozenset(fact for fact, pattern in tests.items() if re.search(pattern, question, re.IGNORECASE))
