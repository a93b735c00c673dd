"""Amounts and dates in spoken English: "one fifty", "twelve hundred dollars", "the fifteenth", "a week from Friday".

Dates are read first and cut out, so that "one hundred on December first" is $100 and December 1, not two amounts.
A misheard figure is harmless by design: nothing is noted before it was read back and affirmed.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

UNITS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS = {"twenty": 2, "thirty": 3, "forty": 4, "fifty": 5, "sixty": 6, "seventy": 7, "eighty": 8, "ninety": 9}
SPOKEN_DIGITS = {word: str(value) for word, value in UNITS.items() if value < 10} | {"oh": "0", "o": "0"}

WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name} | {
    name.lower(): number for number, name in enumerate(calendar.month_abbr) if name
}
_ORDINAL_UNITS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
}  # fmt: skip
ORDINALS = _ORDINAL_UNITS | {
    f"{tens}{joint}{word}": base + value
    for tens, base in (("twenty", 20), ("thirty", 30))
    for word, value in _ORDINAL_UNITS.items()
    if value < 10 and base + value <= 31
    for joint in (" ", "-")
}

_ORDINAL = "|".join(sorted(ORDINALS, key=len, reverse=True)) + r"|\d{1,2}(?:st|nd|rd|th)"
_SMALL = "|".join([*UNITS, *TENS, "a", "an", "a couple of", r"\d{1,3}"])
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_DAY = "|".join(WEEKDAYS)
_NUMBER_WORD = "|".join([*UNITS, *TENS, "hundred", "thousand", "grand", "and"])

_NOT_MONEY = (
    r"(?:\s*%|\s+(?:percent|days?|weeks?|months?|years?|hours?|minutes?|kids?|children|times?|times|o.?clock|am|pm|"
    r"payments?|installments?|people|jobs?)\b)"
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What was named: `amount` in major units, `whole` if the whole balance was meant, `half` of it, `on` a date."""

    amount: Decimal | None = None
    whole: bool = False
    half: bool = False
    on: date | None = None

    def __bool__(self) -> bool:
        return self.amount is not None or self.whole or self.half or self.on is not None


def read_figures(text: str, today: date) -> Figures:
    """Read the last amount and the last date of `text` (normalised, lower case): a speaker corrects himself forward."""
    on, rest = _cut_dates(text, today)
    amount = _last_amount(rest)
    whole = amount is None and bool(
        re.search(r"\b(?:in full|full (?:amount|balance)|whole (?:thing|amount|balance)|all of it|it all)\b", rest)
    )
    half = amount is None and not whole and bool(re.search(r"\bhalf\b", rest))
    return Figures(amount, whole, half, on)


def read_hour(text: str) -> str:
    """The local time from which to call again, ``HH:MM``, or empty: "afternoon" is 12:00, "after five" 17:00.

    A bare hour from one to seven is one of the afternoon. A morning asks for nothing: calls begin at eight anyway.
    """
    spoken = _HOUR.search(text)
    if spoken is not None:
        hour = _small(spoken["hour"]) % 12
        if spoken["half"] == "pm" or (not spoken["half"] and 1 <= hour <= 7) or hour == 0:
            hour += 12
        return f"{hour:02d}:{spoken['minute'] or '00'}"
    return next((hour for pattern, hour in _PARTS_OF_THE_DAY if pattern.search(text)), "")


def read_digits(text: str) -> tuple[str, ...]:
    """The spoken or keyed codes: "the last four are four four oh seven" is ("4", "4407")."""
    words = re.findall(r"[a-z]+|\d+", text.lower())
    marks = "".join(word if word.isdigit() else SPOKEN_DIGITS.get(word, " ") for word in words)
    return tuple(marks.split())


def _last_amount(text: str) -> Decimal | None:
    found: list[tuple[int, Decimal]] = []
    for match in re.finditer(
        rf"\$?\s?(\d{{1,3}}(?:,\d{{3}})+|\d+)(\.\d{{1,2}})?(?!\d)(?!{_NOT_MONEY})(\s*(?:k|grand)\b)?", text
    ):
        value = Decimal(match[1].replace(",", "") + (match[2] or ""))
        found.append((match.start(), value * 1000 if match[3] else value))
    for match in re.finditer(rf"\b(?:{_NUMBER_WORD})(?:[\s-]+(?:{_NUMBER_WORD}))*\b(?!{_NOT_MONEY})", text):
        spoken = _number(match[0])
        explicit = re.match(r"\s+(?:dollars?|bucks?)\b", text[match.end() :])
        # "one" is a pronoun more often than a sum; a bare small number is no offer.
        if spoken is not None and (spoken >= 10 or explicit):
            found.append((match.start(), spoken))
    positive = [(at, value) for at, value in found if value > 0]
    return max(positive)[1] if positive else None


def _number(phrase: str) -> Decimal | None:
    """Read number words; "one fifty" is 150 and "twelve hundred" is 1,200, as money is spoken."""
    total = 0
    group = 0
    seen = False
    for word in re.split(r"[\s-]+", phrase):
        if word in UNITS or word in TENS:
            value = UNITS.get(word, TENS.get(word, 0) * 10)
            starts_second_half = seen and 0 < group < 20 and value >= 20
            group = group * 100 + value if starts_second_half else group + value
            seen = True
        elif word == "hundred":
            group = (group or 1) * 100
            seen = True
        elif word in ("thousand", "grand"):
            total += (group or 1) * 1000
            group = 0
            seen = True
    return Decimal(total + group) if seen else None


def _cut_dates(text: str, today: date) -> tuple[date | None, str]:
    """Find the last date; return it and the text without any date."""
    found: list[tuple[int, date]] = []
    rest = text
    for pattern, read in _PATTERNS:
        for match in pattern.finditer(rest):
            when = read(match, today)
            if when is not None:
                found.append((match.start(), when))
        rest = pattern.sub(lambda match: " " * len(match[0]), rest)
    return (max(found)[1] if found else None), rest


def _day_of_month(day: int, today: date, *, months_ahead: int = 0) -> date | None:
    """The next such day of the month, today included; None where the month is too short."""
    year, month = today.year, today.month
    if not months_ahead and day < today.day:
        months_ahead = 1
    month += months_ahead
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, day) if 1 <= day <= calendar.monthrange(year, month)[1] else None


def _ordinal(word: str) -> int:
    return int(re.sub(r"\D", "", word)) if word[0].isdigit() else ORDINALS[word]


def _small(word: str) -> int:
    if word.isdigit():
        return int(word)
    if word.startswith("a"):
        return 2 if "couple" in word else 1
    return UNITS.get(word, TENS.get(word, 0) * 10)


def _in_year(month: int, day: int, today: date) -> date | None:
    year = today.year if (month, day) >= (today.month, today.day) else today.year + 1
    return date(year, month, day) if 1 <= day <= calendar.monthrange(year, month)[1] else None


def _weekday(match: re.Match[str], today: date) -> date:
    """ "Friday" and "this Friday" are the next one; "next Friday" is the one of the week after this."""
    wanted = WEEKDAYS[match["day"]]
    if match["which"] == "next":
        monday = today - timedelta(days=today.weekday())
        return monday + timedelta(days=7 + wanted)
    ahead = (wanted - today.weekday()) % 7 or 7
    return today + timedelta(days=ahead)


def _month_day(match: re.Match[str], today: date) -> date | None:
    word = match["ordinal"] or match["number"]
    day = _ordinal(word) if match["ordinal"] else _small(word)
    return _in_year(MONTHS[match["month"]], day, today)


def _span(match: re.Match[str], today: date) -> date:
    count = _small(match["count"])
    days = {"day": 1, "week": 7, "month": 30}[match["unit"]]
    return today + timedelta(days=count * days)


def _end_of_month(match: re.Match[str], today: date) -> date:
    first = today.replace(day=1)
    if match["next"]:
        first = (first + timedelta(days=32)).replace(day=1)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def _slashed(match: re.Match[str], today: date) -> date | None:
    month, day = int(match["m"]), int(match["d"])
    return _in_year(month, day, today) if 1 <= month <= 12 else None


_HOUR = re.compile(
    rf"\b(?:after|at|around|about|from) (?P<hour>{'|'.join(word for word, value in UNITS.items() if 1 <= value <= 12)}"
    r"|1[0-2]|[1-9])(?: (?P<minute>[0-5]\d))? ?(?P<half>am|pm)?(?: o.?clock)?(?! ?(?:\d|/|percent|%|days?|weeks?))\b"
)
_PARTS_OF_THE_DAY = (
    (re.compile(r"\b(?:evening|after (?:work|dinner))\b"), "17:00"),
    (re.compile(r"\b(?:afternoon|after (?:noon|lunch))\b"), "12:00"),
)

_PATTERNS = (
    (re.compile(r"\bday after tomorrow\b"), lambda _, today: today + timedelta(days=2)),
    (re.compile(r"\btomorrow\b"), lambda _, today: today + timedelta(days=1)),
    (
        re.compile(r"\b(?:today|tonight|right now|right away|this (?:morning|afternoon|evening))\b"),
        lambda _, today: today,
    ),
    (
        re.compile(r"\bend of (?:the|this|(?P<next>next)) month\b"),
        _end_of_month,
    ),
    (
        re.compile(rf"\b(?:the )?(?P<ordinal>{_ORDINAL}) (?:day )?of (?P<month>{_MONTH})\b(?P<number>)"),
        _month_day,
    ),
    (
        re.compile(rf"\b(?:the )?(?P<ordinal>{_ORDINAL}) of next month\b"),
        lambda match, today: _day_of_month(_ordinal(match["ordinal"]), today, months_ahead=1),
    ),
    (
        re.compile(
            rf"\b(?P<month>{_MONTH})\.? (?:the )?(?:(?P<ordinal>{_ORDINAL})|"
            rf"(?P<number>\d{{1,2}}(?!\d)|(?:twenty|thirty)[\s-](?:{'|'.join(UNITS)})|{'|'.join([*UNITS, *TENS])}))\b"
        ),
        _month_day,
    ),
    (re.compile(r"\b(?P<m>\d{1,2})/(?P<d>\d{1,2})(?:/\d{2,4})?\b"), _slashed),
    (
        re.compile(rf"\bweek from (?P<day>{_DAY})\b(?P<which>)"),
        lambda match, today: _weekday(match, today) + timedelta(days=7),
    ),
    (re.compile(rf"\b(?:(?P<which>next|this|coming) )?(?P<day>{_DAY})s?\b"), _weekday),
    (re.compile(rf"\b(?:in|within) (?P<count>{_SMALL}) (?P<unit>day|week|month)s?\b"), _span),
    (re.compile(r"\bnext week\b"), lambda _, today: today + timedelta(days=7)),
    (re.compile(r"\b(?:this )?weekend\b"), lambda _, today: today + timedelta(days=(5 - today.weekday()) % 7 or 7)),
    (
        re.compile(rf"\b(?:on |by |until )?the (?P<ordinal>{_ORDINAL})(?: of (?:the|this) month)?\b"),
        lambda match, today: _day_of_month(_ordinal(match["ordinal"]), today),
    ),
    (
        re.compile(r"\b(?P<ordinal>\d{1,2}(?:st|nd|rd|th))\b"),
        lambda match, today: _day_of_month(_ordinal(match["ordinal"]), today),
    ),
)
