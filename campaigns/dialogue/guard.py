"""The last look at every sentence before it is spoken. It shares no decision with `states`: it re-reads the words.

A violation is never repaired by guessing: the caller drops the whole turn, speaks `safe_close` and hangs up, and staff
see the call. With the shipped texts this cannot happen; it is the lock behind a changed text, a hostile name or a bug.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .acts import BEFORE_VERIFICATION, MIRANDA_FULL, MIRANDA_SHORT, Sentence

# 15 U.S.C. 1692e, 1692d, 12 CFR 1006.18: no threats, no false urgency, no false promises about credit records.
_FORBIDDEN = re.compile(
    r"\b(?:sue|suing|lawsuit|garnish\w*|arrest\w*|jail|prison|warrant|seize|levy|police|must pay"
    r"|final (?:notice|chance)|last chance|immediately|guarantee\w*|(?:ruin|damage|erase|repair|fix) your credit)\b",
    re.IGNORECASE,
)
_DEBT_WORDS = re.compile(
    r"\b(?:debts?|balance|owe[sd]?|collect\w*|past due|overdue|payments?|pay|settle\w*|creditor|loan|account)\b"
    r"|[$€£]\s?\d",
    re.IGNORECASE,
)
_COLLECTOR_CLAIM = re.compile(r"\bdebt collector\b", re.IGNORECASE)
_FIGURE = re.compile(r"[$€£]\s?([\d,]+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Permits:
    """What this turn may say, as `states` knows it before the turn is spoken.

    verified: the listener is the consumer. disclosed: the collector notice was spoken, or none is owed.
    collector: the speaker is a debt collector. names: proper names, not read as debt words. figures: the amounts that
    may be named. affirmed: (amount, date) that the consumer has just affirmed, or None.
    """

    verified: bool
    disclosed: bool
    collector: bool
    names: tuple[str, ...]
    figures: frozenset[Decimal]
    today: date
    latest: date
    affirmed: tuple[Decimal, date] | None = None


def check(sentences: Iterable[Sentence], permits: Permits) -> tuple[str, ...]:
    """What is wrong with this turn, in order of speaking; empty if it may be spoken."""
    disclosed = permits.disclosed
    found: list[str] = []
    for sentence in sentences:
        disclosed = disclosed or sentence.act.disclosure in (MIRANDA_FULL, MIRANDA_SHORT)
        found += _violations(sentence, permits, disclosed=disclosed)
    return tuple(found)


def _violations(sentence: Sentence, permits: Permits, *, disclosed: bool) -> list[str]:
    words = _without_names(sentence.text, permits.names)
    found = []
    if forbidden := _FORBIDDEN.search(words):
        found.append(f"forbidden words: {forbidden[0]}")
    if not permits.verified and (sentence.act.id not in BEFORE_VERIFICATION or _DEBT_WORDS.search(words)):
        found.append(f"{sentence.act.id} before verification")
    if _DEBT_WORDS.search(words) and permits.verified and not disclosed:
        found.append(f"{sentence.act.id} before the collector notice")
    if not permits.collector and _COLLECTOR_CLAIM.search(words):
        found.append("claims to be a debt collector")
    if any(figure not in permits.figures for figure in _figures(sentence)):
        found.append(f"{sentence.act.id} names an amount of its own")
    if any(not permits.today <= on <= permits.latest for on in sentence.dates):
        found.append(f"{sentence.act.id} names a date outside the window")
    if sentence.act.commits and (sentence.figures, sentence.dates) != _affirmed(permits):
        found.append(f"{sentence.act.id} without an affirmed read-back")
    return found


def _figures(sentence: Sentence) -> set[Decimal]:
    """The amounts in the words themselves, so that a figure hidden in a text or a name is seen too."""
    spoken = {Decimal(match.replace(",", "")) for match in _FIGURE.findall(sentence.text)}
    return spoken | set(sentence.figures)


def _affirmed(permits: Permits) -> tuple[tuple[Decimal, ...], tuple[date, ...]] | None:
    return ((permits.affirmed[0],), (permits.affirmed[1],)) if permits.affirmed else None


def _without_names(text: str, names: Iterable[str]) -> str:
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = text.replace(name, "")
    return text
