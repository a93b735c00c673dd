"""What one utterance means: rules for the statements that bind us, and for the ordinary turns of a payment call.

Rules favour hearing a stop, a lawyer or a dispute over missing one: a needless hold costs a call, a missed one breaks
the law. What only smells like such a statement is returned as `hint`, and the agent asks back instead of going on
(12 CFR 1006.6, 1006.14(h), 1006.38; 47 CFR 64.1200(a)(10): any words that a reasonable person understands).
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .figures import Figures, read_digits, read_figures, read_hour
from .phrases import Intent, compile_phrases

DISPUTES = (
    Intent.DISPUTE_FRAUD,
    Intent.DISPUTE_PAID,
    Intent.DISPUTE_GOODS,
    Intent.DISPUTE_AMOUNT,
    Intent.DISPUTE_NOT_MINE,
)
STOPS = (Intent.STOP_ALL, Intent.STOP_CALLS)


@dataclass(frozen=True, slots=True)
class Reading:
    """`intents` recognised; `hint`: a binding statement suspected, not recognised; `digits` said or keyed.

    `hour`: the local time that was named, ``HH:MM``, or empty.
    """

    intents: frozenset[Intent]
    hint: Intent | None
    figures: Figures
    digits: tuple[str, ...]
    hour: str = ""

    def has(self, *intents: Intent) -> bool:
        return any(intent in self.intents for intent in intents)

    def first(self, intents: Iterable[Intent]) -> Intent | None:
        return next((intent for intent in intents if intent in self.intents), None)

    @property
    def understood(self) -> bool:
        return bool(self.intents or self.figures or self.digits)


def understand(text: str, *, keyed: str, today: date) -> Reading:
    """Read `text` (a transcript) and `keyed` (DTMF digits) of one turn; `today` dates "Friday" and "the fifteenth"."""
    plain = normalise(text)
    found = {intent for intent, pattern in _RULES.items() if pattern.search(plain)}
    found -= _overruled(found, plain, today)
    if keyed == "9":
        found.add(Intent.STOP_CALLS)
    return Reading(
        frozenset(found),
        _hint(found, plain),
        read_figures(plain, today),
        read_digits(plain) + ((keyed,) if keyed else ()),
        read_hour(plain),
    )


def normalise(text: str) -> str:
    """Lower case without accents, contractions spelled out, punctuation but figures' removed: "Don't!" is "do not"."""
    text = unicodedata.normalize("NFKD", text.lower()).replace("’", "'")
    text = "".join(char for char in text if not unicodedata.combining(char))
    for pattern, full in _CONTRACTIONS:
        text = pattern.sub(full, text)
    text = re.sub(r"(?<!\d)[.,](?!\d)|(?<=\d)[.,](?!\d)|[^\w\s.,$/%'-]", " ", text)
    return re.sub(r"\s+", " ", text).strip()


_CONTRACTIONS = tuple(
    (re.compile(pattern), full)
    for pattern, full in (
        (r"\bwon'?t\b", "will not"),
        (r"\b(?:can'?t|cannot)\b", "can not"),
        (r"\bain'?t\b", "is not"),
        (r"\bshan'?t\b", "shall not"),
        (r"\b(do|does|did|is|are|was|were|have|has|had|would|should|could|must|need)n'?t\b", r"\1 not"),
        (r"\bi'?m\b", "i am"),
        (r"\b(they|you|we)'re\b", r"\1 are"),
        (r"\b(i|they|you|we)'ve\b", r"\1 have"),
        (r"\b(i|they|you|we|he|she|it|that)'ll\b", r"\1 will"),
        (r"\b(i|they|you|we|he|she)'d\b", r"\1 would"),
        (r"\b(it|that|he|she|there|who|what|this|here|where|name|nobody|somebody|someone)'s\b", r"\1 is"),
        (r"\bgonna\b", "going to"),
        (r"\bwanna\b", "want to"),
        (r"\bgotta\b", "got to"),
        (r"\bgimme\b", "give me"),
        (r"\blemme\b", "let me"),
        (r"\by'?all\b", "you"),
    )
)


_RULES = compile_phrases()

_STEMS: tuple[tuple[Intent, re.Pattern[str]], ...] = (
    (
        Intent.STOP_CALLS,
        re.compile(r"\b(?:stop\w*|quit|cease|harass\w*|alone|consent|list|enough (?:of|already)|sick of)\b"),
    ),
    (Intent.ATTORNEY, re.compile(r"\b(?:lawyer|attorney|counsel|legal)\w*\b")),
    (Intent.DISPUTE_NOT_MINE, re.compile(r"\b(?:mistake|wrong|owe|error|never|challeng\w+|contest\w*)\b")),
)


_WORK_PLACE = re.compile(r"\b(?:work|workplace|job|office|employer|boss|supervisor)\b")
_REFUSED_THERE = re.compile(r"\b(?:do not|does not|never|can not|stop|not allowed?|will fire|gets mad|quit)\b")
_SPEAKS_OF_CALLS = re.compile(r"\b(?:call\w*|phone\w*|talk\w*)\b")
_STILL_TALKS = re.compile(
    r"\b(?:can|able to|free to|okay to|happy to) (?:talk|speak)\b(?! (?:later|after|tomorrow|tonight|then|when))"
    r"|\bgo ahead\b|\b(?:be|make it) (?:quick|fast|brief|short)\b"
)
_ABSOLUTE = re.compile(r"\b(?:again|ever|any ?more|at all|stop|quit|list|consent)\b")
_LIMITS_TIME = re.compile(
    r"\b(?:not|never|only|bad|better|best|inconvenient|rather|prefer|too (?:early|late)|at this hour|no calls"
    r"|use my|contact me)\b"
)
_NO_LAWYER = re.compile(r"\b(?:not|no|without|need|afford) (?:have |to have |need |an? |my )*(?:lawyer|attorney)\b")
_LAWYER_TALK = re.compile(r"\b(?:told|said|says|tell) (?:\w+ ){0,3}not\b|\b(?:talk|speak) to my\b")
_NOT_BANKRUPT = re.compile(r"\b(?:not|never) (?:\w+ )?(?:filed?|filing|in|declared?) (?:for )?bankruptcy\b")


def _overruled(found: set[Intent], plain: str, today: date) -> set[Intent]:
    """Readings that a negation or another reading takes back."""
    out: set[Intent] = set()
    about_work = bool(_WORK_PLACE.search(plain) and _REFUSED_THERE.search(plain) and _SPEAKS_OF_CALLS.search(plain))
    limits_time = Intent.BAD_TIME in found and bool(_LIMITS_TIME.search(plain))
    if not about_work:
        out.add(Intent.NOT_AT_WORK)
    if Intent.NOT_AT_WORK in found - out or _STILL_TALKS.search(plain) or found & {Intent.PROMISE, Intent.PAY_NOW}:
        # Whoever goes on talking, or makes an offer, from the desk hasn't called the place inconvenient.
        out.add(Intent.AT_WORK)
    if not limits_time:
        out.add(Intent.BAD_TIME)
    if (about_work or limits_time) and not _ABSOLUTE.search(plain):
        # "don't call me before ten" narrows; "don't call me again before I call you" stops.
        out |= {*STOPS}
    if (_NO_LAWYER.search(plain) and not _LAWYER_TALK.search(plain)) or "power of attorney for" in plain:
        out.add(Intent.ATTORNEY)
    if _NOT_BANKRUPT.search(plain):
        out.add(Intent.BANKRUPTCY)
    if found & {Intent.INJECTION}:
        out |= {Intent.YES, Intent.PROMISE, Intent.PAY_NOW, Intent.LESS, *DISPUTES}
    if found & {Intent.NOT_ME, Intent.WRONG_NUMBER, Intent.THIRD_PARTY}:
        out.add(Intent.ITS_ME)
    if found & {Intent.REFUSE, Intent.HARDSHIP, Intent.NO}:
        out.add(Intent.YES)
    if Intent.NO in found:
        out.add(Intent.PAY_NOW)
    if read_figures(plain, today):
        # "…and we're done" after an offer ends the haggling, not the call.
        out.add(Intent.GOODBYE)
    return out


_NEEDS_NO_HINT = {
    *STOPS,
    *DISPUTES,
    Intent.ATTORNEY,
    Intent.PROOF,
    Intent.NO_RECORDING,
    Intent.WRONG_NUMBER,
    Intent.INJECTION,
}


def _hint(found: set[Intent], plain: str) -> Intent | None:
    if found & _NEEDS_NO_HINT:
        return None
    return next((intent for intent, stem in _STEMS if stem.search(plain)), None)
