"""How numbers, money and times read in the portal: pure functions, US English, cents always, zones named."""

import re
from datetime import date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from credira.core.money import exponent

MINUS = "\u2212"
_NAMED_DEBT = re.compile(r"\bdebt acct_[0-9a-z]{26}\b")
NO_BREAK = "\u00a0"

# US zones are named without saying standard or daylight time: consumers read "ET", not "EDT".
_ZONE_WORDS = {
    "EST": "ET", "EDT": "ET", "CST": "CT", "CDT": "CT", "MST": "MT", "MDT": "MT", "PST": "PT", "PDT": "PT",
    "AKST": "AKT", "AKDT": "AKT", "HST": "HT", "HDT": "HT", "AST": "AT", "ChST": "ChT", "SST": "ST",
}  # fmt: skip


def thousands(number: int | Decimal) -> str:
    """12480 → "12,480"."""
    return f"{number:,}".replace("-", MINUS)


def money(amount: Decimal, currency: str = "USD", *, signed: bool = False) -> str:
    """$5,312.63; other currencies with their code (CAD 1,250.00); `signed` for itemizations (+ $0.00); a true minus."""
    digits = f"{abs(amount):,.{exponent(currency)}f}"
    text = f"${digits}" if currency == "USD" else f"{currency}{NO_BREAK}{digits}"
    if signed:
        return f"{MINUS if amount < 0 else '+'} {text}"
    return f"{MINUS}{text}" if amount < 0 else text


def percent(part: int | Decimal, base: int | Decimal, places: int = 1) -> str:
    """25.0%, or "n/a" where the base is nothing."""
    if not base:
        return "n/a"
    share = Decimal(part) * 100 / Decimal(base)
    return f"{share.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)}%"


def duration(span: int | float | timedelta) -> str:
    """Seconds or a timedelta as "48 s", "1 min 48 s", "2 h 23 min", "3 d 4 h": the two largest units."""
    seconds = int(span.total_seconds() if isinstance(span, timedelta) else span)
    days, rest = divmod(max(seconds, 0), 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, seconds = divmod(rest, 60)
    units = [(days, "d"), (hours, "h"), (minutes, "min"), (seconds, "s")]
    first = next((index for index, (count, _) in enumerate(units) if count), 3)
    shown = [f"{count} {unit}" for count, unit in units[first : first + 2] if count]
    return " ".join(shown) or "0 s"


def zone_word(moment: datetime) -> str:
    """ET, CT, … of an aware moment in its own zone; UTC or an offset elsewhere."""
    name = moment.tzname() or ""
    if name[:1] in "+-":
        return f"UTC{name.replace('-', MINUS)}"
    return _ZONE_WORDS.get(name, name)


def day(value: date, today: date) -> str:
    """Fri, Nov 20; with the year where it isn't this one."""
    year = "" if value.year == today.year else f", {value.year}"
    return f"{value:%a, %b} {value.day}{year}"


def time_of_day(moment: datetime, *, seconds: bool = False) -> str:
    """5:20 PM, or 10:41:52 AM."""
    hour = moment.hour % 12 or 12
    return f"{hour}:{moment:%M:%S}{moment: %p}" if seconds else f"{hour}:{moment:%M %p}"


def near_day(value: date, today: date) -> str:
    """Today, Yesterday, Tomorrow, else the day."""
    words = {0: "Today", -1: "Yesterday", 1: "Tomorrow"}
    return words.get((value - today).days) or day(value, today)


def moment_text(moment: datetime, style: str, now: datetime, zone: tzinfo) -> str:
    """The aware `moment` as people of `zone` read it.

    Styles: full "Fri, Nov 20, 5:20 PM ET" · near "Today 2:05 PM ET" · long "Tue, Nov 24, 2026, 10:42 AM ET" ·
    date "Fri, Nov 20" · time "5:20 PM ET" · short "5:20 PM" · clock "10:41:52 AM".
    """
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    clock, word = time_of_day(local), zone_word(local)
    match style:
        case "full":
            return f"{day(local.date(), today)}, {clock} {word}"
        case "near":
            return f"{near_day(local.date(), today)} {clock} {word}"
        case "long":
            return f"{local:%a, %b} {local.day}, {local.year}, {clock} {word}"
        case "date":
            return day(local.date(), today)
        case "time":
            return f"{clock} {word}"
        case "short":
            return clock
        case "clock":
            return time_of_day(local, seconds=True)
    raise ValueError(f"unknown style {style!r}")


def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name; UTC for an empty one."""
    return ZoneInfo(name or "UTC")


def initials(name: str) -> str:
    """Alice Moreno → AM."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def masked_email(address: str) -> str:
    """r•••@example.com: enough to recognize, not enough to use."""
    name, at, domain = address.partition("@")
    return f"{name[:1]}•••{at}{domain}"


def phone(number: str) -> str:
    """+14235550147 → (423) 555-0147; other countries as they are."""
    digits = number.removeprefix("+1")
    if len(digits) == 10 and digits.isdigit():
        return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
    return number


def of_this_debt(sentence: str) -> str:
    """A reason of the gate where only one debt can be meant: "debt acct_01…" reads "this debt"."""
    return _NAMED_DEBT.sub("this debt", sentence)
