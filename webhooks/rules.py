"""What an endpoint wants, and what follows from an answer. Pure: no clock, no database."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Literal

RETRY_AFTER = (dt.timedelta(seconds=1), dt.timedelta(seconds=5), dt.timedelta(seconds=30))
"""The pauses before the second, third and fourth try; then a delivery has failed."""

LONGEST_PAUSE = dt.timedelta(hours=1)
"""What a receiver may ask for with Retry-After."""

FAILURES = {
    "timeout": "No answer in time",
    "connect": "No connection",
    "tls": "No secure connection",
    "protocol": "The answer wasn't HTTP",
    "refused": "The address isn't allowed",
    "internal": "It couldn't be sent",
}
"""What people read where no answer came."""

EVERYTHING = "*"
BULK = frozenset({"account.placed"})
"""Types that an import records once a row: an endpoint gets those only if it named the type itself."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status and lower-case headers, or `error` (`timeout`, `connect`, `tls`, `refused`, …)."""

    status: int | None = None
    headers: Mapping[str, str] | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of a delivery; `next_at` is set when it stays pending, `disable` when its endpoint is gone."""

    status: Literal["delivered", "pending", "failed"]
    next_at: dt.datetime | None = None
    disable: bool = False


def wants(patterns: Iterable[str], event_type: str, *, in_bulk: bool = False) -> bool:
    """Whether an endpoint subscribed to `patterns` (`*`, `payment.*`, `payment.received`) gets this type."""
    chosen = set(patterns)
    if event_type in chosen:
        return True
    if in_bulk and event_type in BULK:
        return False
    return EVERYTHING in chosen or f"{event_type.partition('.')[0]}.*" in chosen


def after(answer: Answer, *, tries: int, now: dt.datetime) -> Step:
    """What follows from the answer to try number `tries` (1 is the first)."""
    if is_success(answer):
        return Step("delivered")
    if answer.status == 410:
        return Step("failed", disable=True)
    # An address that may not be reached won't be allowed a second later.
    if answer.error == "refused" or tries > len(RETRY_AFTER):
        return Step("failed")
    pause = RETRY_AFTER[tries - 1]
    if answer.status in (429, 503):
        pause = max(pause, min(_asked_pause(answer.headers or {}, now), LONGEST_PAUSE))
    return Step("pending", next_at=now + pause)


def is_success(answer: Answer) -> bool:
    """Any 2xx."""
    return answer.status is not None and 200 <= answer.status < 300


def _asked_pause(headers: Mapping[str, str], now: dt.datetime) -> dt.timedelta:
    """Retry-After in either of its forms (RFC 9110 10.2.3); nothing for one that can't be read."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return dt.timedelta(seconds=min(int(text[:9]), 86_400))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return dt.timedelta(0)
    return moment.replace(tzinfo=moment.tzinfo or dt.UTC) - now
