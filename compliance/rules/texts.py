"""Pure checks of what a text says: opt-out line, role claims, limited-content messages, pressure in the dispute period.

They judge rendered templates before anything is sent. Each returns None if the text passes, else the code of
compliance.md 11.2. English and Spanish.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

_NUMBER = r"\+?1?[-. ]?\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}"
_ELECTRONIC_OPT_OUT = re.compile(
    r"reply\s+(with\s+)?[\"“']?stop|unsubscribe|opt[\s-]?out|stop\s+(receiving\s+)?(these|further|e-?mails|texts|messages)"
    r"|responda\s+[\"“']?(stop|alto|baja)|darse\s+de\s+baja|cancelar\s+la\s+suscripci[oó]n",
    re.IGNORECASE,
)
_BY_VOICE_OR_POST = re.compile(r"opt[\s-]?out[^.]*\b(call|phone|write|mail|visit)\b|\bcall\b[^.]*opt[\s-]?out", re.I)
_DEBT_COLLECTOR = re.compile(r"debt\s+collector|collection\s+agency|cobrador(a)?\s+de\s+deudas", re.IGNORECASE)
_PRESSURE = re.compile(
    r"\b(pay|act|respond|call)\b[^.]*\b(today|now|immediately|at once|within \d+ (hours|days))\b"
    r"|\bfinal\s+(notice|demand|warning)\b|\b(lawsuit|sue you|legal action|wage garnishment)\b"
    r"|\b(pague|actúe)\b[^.]*\b(hoy|ahora|de inmediato)\b",
    re.IGNORECASE,
)
_ALLOWED_OPT_OUT_FIELDS = frozenset({"email", "phone", "address", "preference"})
_AI = re.compile(r"\b(ai|artificial intelligence|automated|virtual|inteligencia artificial|automatizad[oa])\b", re.I)


def electronic_opt_out(text: str, *, link_form_fields: Iterable[str] | None = None) -> str | None:
    """EOPT-01, 12 CFR 1006.6(e): a simple way to stop such messages, by the same medium and for free.

    `link_form_fields` are what the linked form asks for: nothing but the preference and the address may be.
    """
    way_out = _ELECTRONIC_OPT_OUT.search(text) is not None and _BY_VOICE_OR_POST.search(text) is None
    asks_too_much = not _ALLOWED_OPT_OUT_FIELDS.issuperset(link_form_fields or ())
    return "CONTENT_NO_OPTOUT" if not way_out or asks_too_much else None


def role_claim(text: str, *, role: str) -> str | None:
    """MM-01: a creditor in its own name does not call itself a debt collector."""
    return "CONTENT_FALSE_ROLE" if role == "first_party" and _DEBT_COLLECTOR.search(text) else None


def overshadowing(text: str) -> str | None:
    """VN-10, 12 CFR 1006.38(b): no pressure during the validation period."""
    return "OVERSHADOW" if _PRESSURE.search(text) else None


def ai_first_sentence(text: str) -> str | None:
    """AI-01: the first sentence of an AI voice says that it is one."""
    first = re.split(r"(?<=[.!?])\s", text.strip(), maxsplit=1)[0]
    return None if _AI.search(first) else "AI_DISCLOSURE"


def mini_miranda_languages(languages_of_call: Iterable[str]) -> tuple[str, ...]:
    """MM-01: the statement is given in every language of the communication, once each, in the order they came up."""
    return tuple(dict.fromkeys(languages_of_call))


def undisputed_balance(balance: Decimal, disputed: Decimal) -> Decimal:
    """DISP-01: what may be stated as due while a part is disputed; never below zero."""
    return max(balance - disputed, Decimal(0))


def limited_content_message(
    text: str, *, business_name: str, persons: Iterable[str], name_reveals_collection: bool, channel: str = "voicemail"
) -> str | None:
    """LCM-01, 12 CFR 1006.2(j): a voicemail of the closed list and nothing more.

    Must hold the business name (one that does not reveal collection), a request to reply, a natural person's name and
    a number. May hold a salutation, the date or time, times to reply, and that any representative may be spoken to.
    """
    names = [name for name in persons if name in text]
    required = (business_name in text, bool(names), re.search(_NUMBER, text), _REPLY.search(text))
    if channel != "voicemail" or name_reveals_collection or not all(required):
        return "LCM_INVALID"
    rest = text.replace(business_name, " ")
    for name in names:
        rest = rest.replace(name, " ")
    for allowed in _LIMITED_CONTENT:
        rest = allowed.sub(" ", rest)
    return "LCM_INVALID" if re.search(r"\w", rest) else None


_REPLY = re.compile(r"\b(call|contact|reach)\b", re.IGNORECASE)
# The closed list, longest phrases first: what is left of a message after removing it must be empty.
_LIMITED_CONTENT = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"you (may|can) speak (to|with) any of our (representatives|associates)",
        rf"at {_NUMBER}|{_NUMBER}",
        r"(the )?(best times? to (call|reach) (me|us)|our hours) (is|are)",
        r"(between|from)? ?\d{1,2}(:\d{2})? ?[ap]\.?m\.?( (and|to))?",
        r"\b(mon|tues|wednes|thurs|fri|satur|sun)days?\b( (and|to|through))?",
        r"please (call|contact|reach)( (me|us|back))*|(call|contact|reach) (me|us)( back)?",
        r"\b(this is|my name is|calling from|from|with|of|or|and|at|for|to|is|me|us|please|thank you)\b",
        r"\b(hello|hi|good (morning|afternoon|evening)|mr|mrs|ms|today)\b\.?",
    )
)
