"""What a written reply means for us. Pure.

Words that the law gives an effect take it at once, before a person has read them (CEASE-01, MEDIUM-01, ATTY-01, BK-01,
DEC-01, DISP-01). Read generously: a stop too many costs a contact, one too few is a violation. What is ambiguous and
grave is held until a member has read it.
"""

import re
import unicodedata
from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum


class Meaning(StrEnum):
    STOP_ADDRESS = "stop_address"
    STOP_CALLS = "stop_calls"
    CEASE = "cease"
    ATTORNEY = "attorney"
    BANKRUPTCY = "bankruptcy"
    DEATH = "death"
    NOT_MINE = "not_my_debt"
    WRONG_AMOUNT = "wrong_amount"
    DISPUTE = "dispute"
    IDENTITY_THEFT = "identity_theft"
    WRONG_PERSON = "wrong_person"
    HUMAN = "human"
    GRAVE = "grave"


DISPUTES = frozenset({Meaning.DISPUTE, Meaning.NOT_MINE, Meaning.WRONG_AMOUNT, Meaning.IDENTITY_THEFT})
# "End of the month I can pay" stops nothing: such words count alone, the clear ones also before others.
_STOP_WORD = re.compile(
    r"(?:stop|stopall|unsubscribe|opt ?out|no mas|remove me)\b"
    r"|(?:please )?(?:quit|end|revoke|cancel|pare|alto|baja|remove)(?: please)?$"
)
_QUOTE = re.compile(r"^\s*(>|-{2,} ?original message|on .{5,120} wrote:|from: )", re.IGNORECASE | re.MULTILINE)

# Words that, right before an expression, take its meaning away.
_NOT = r"(?:no|not|dont|do not|does not|doesnt|wont|never|without|cant afford|cannot afford)"
_NOT_YET = r"(?:need|needing|find|get|hire|hiring|want|avoid|avoiding|consider|considering|thinking about|may|might|if)"
_KIN = r"(?:mother|father|mom|dad|wife|husband|son|daughter|brother|sister|parents?|uncle|aunt|friend|grand\w+)"


@dataclass(frozen=True)
class _Sign:
    """An expression, what it means, and what voids it when it stands up to two words before."""

    meaning: Meaning
    words: re.Pattern[str]
    voided: re.Pattern[str] | None = None


def _sign(meaning: Meaning, words: str, voided: str = "", between: int = 2) -> _Sign:
    before = re.compile(rf"\b{voided}(?: \w+){{0,{between}}} $") if voided else None
    return _Sign(meaning, re.compile(rf"\b(?:{words})\b"), before)


_SIGNS = (
    _sign(
        Meaning.CEASE,
        r"(?:stop|quit) (?:contacting|bothering|harassing|hounding)|leave me alone|no (?:more|further) contact"
        r"|(?:do not|dont|never) (?:ever )?contact (?:me|us)|cease (?:and desist|all|any|contact|communicat\w+)"
        r"|refuse to pay|(?:not|never) (?:going to )?(?:pay|paying) (?:you|this|that|it|a|any|anything)"
        r"|wont (?:be )?pay(?:ing)? (?:you|this|that|it|any|anything)|dejenme en paz|no me contacten",
        r"(?:is|was|are) ",
        0,
    ),
    _sign(Meaning.STOP_CALLS, r"(?:stop|quit) calling|(?:do not|dont|never) (?:ever )?call|no more calls"),
    _sign(
        Meaning.STOP_ADDRESS,
        r"(?:stop|quit) (?:e ?mail\w*|sending|writing|messag\w+|these|this)|unsubscribe|take me off|remove me"
        r"|(?:do not|dont) (?:e ?mail|write|send)|no more (?:e ?mails?|messages|letters)",
    ),
    _sign(
        Meaning.ATTORNEY,
        r"attorneys?(?! general)|lawyers?|law firm|legal counsel|represented by|abogad[oa]s?",
        rf"(?:{_NOT}|{_NOT_YET}|your)",
    ),
    _sign(
        Meaning.BANKRUPTCY,
        r"bankrupt(?:cy)?|chapter (?:7|11|12|13|seven|eleven|twelve|thirteen)|bancarrota",
        rf"(?:{_NOT}|{_NOT_YET})",
    ),
    _sign(Meaning.DEATH, r"passed away|deceased|died|fallecio|murio", rf"(?:{_NOT}|(?:my|our)(?: \w+)? {_KIN})"),
    _sign(Meaning.DISPUTE, r"dispute|disputes|disputing", rf"{_NOT}", 0),
    _sign(
        Meaning.DISPUTE,
        r"(?:do not|dont|never) owe|already paid|paid (?:this |it |that )?(?:off|in full)|(?:prove|verify|validate) "
        r"(?:it|this|that|the debt|this debt)|no debo",
        r"(?:account|balance) is",
        0,
    ),
    _sign(
        Meaning.NOT_MINE,
        r"not my (?:debt|account|loan|card|bill)|(?:isnt|is not|not) mine|isnt my (?:debt|account|loan|card|bill)"
        r"|never (?:had|opened|signed)|did(?:nt| not) (?:open|sign)|no es mi deuda",
    ),
    _sign(
        Meaning.WRONG_AMOUNT,
        r"wrong amount|(?:amount|balance|figure|number) (?:is|isnt|is not) (?:wrong|incorrect|right)",
    ),
    _sign(
        Meaning.IDENTITY_THEFT,
        r"identity theft|stol(?:e|en) (?:my )?identity|identity was stolen|us(?:ed|ing) my name|fraudulent\w*",
    ),
    _sign(
        Meaning.WRONG_PERSON,
        r"wrong (?:person|e ?mail|address|mailbox)|no(?:body| one)(?: here)? (?:by|with|of) that name"
        r"|not the (?:right )?person|(?:do not|dont) know (?:this person|any(?:one|body) (?:by|with|of|named|called))",
    ),
    _sign(Meaning.GRAVE, rf"my (?:\w+ )?{_KIN} (?:\w+ )?(?:died|passed away|is deceased)"),
    _sign(Meaning.GRAVE, r"kill myself|suicid\w+|sue you|cfpb|attorney general|better business bureau"),
    _sign(
        Meaning.HUMAN, r"(?:real|actual|live) (?:person|human)|(?:speak|talk) (?:to|with) (?:a|some)(?:body|one| human)"
    ),
)


def read(subject: str, text: str) -> frozenset[Meaning]:
    """What a reply says that binds us; empty when nothing does. What it quotes of our own mail is left out."""
    own = plain(own_words(text))
    meanings = {sign.meaning for sign in _SIGNS if _says(sign, own)}
    if is_stop(subject) or (is_stop(own_words(text)) and Meaning.STOP_CALLS not in meanings):
        meanings.add(Meaning.STOP_ADDRESS)
    return frozenset(meanings)


def is_stop(text: str) -> bool:
    """Whether a subject or a reply is a stop word (MEDIUM-01), or begins with one, however it is punctuated."""
    words = re.sub(r"[ .]+", " ", plain(text.lower().removeprefix("re:"))).strip()
    return _STOP_WORD.match(words) is not None


def own_words(text: str) -> str:
    """A reply without the mail that it quotes: our own opt-out line must not stop anything."""
    quoted = _QUOTE.search(text)
    return text[: quoted.start()] if quoted else text


def plain(text: str) -> str:
    """Lower case without accents and apostrophes; a full stop wherever a clause ends."""
    letters = unicodedata.normalize("NFKD", text.lower())
    kept = "".join(each for each in letters if not unicodedata.combining(each) and each not in "'’`")
    return re.sub(r" +", " ", re.sub(r"[^\w.]", " ", re.sub(r"[.,;:!?\n]+", " . ", kept)))


def disputed_reasons(meanings: Set[Meaning]) -> list[str]:
    """The reasons of a dispute as the notice's form names them."""
    named = [each.value for each in (Meaning.NOT_MINE, Meaning.WRONG_AMOUNT) if each in meanings]
    return named or ["other"]


def _says(sign: _Sign, text: str) -> bool:
    return any(
        sign.voided is None or not sign.voided.search(text[: found.start()]) for found in sign.words.finditer(text)
    )
