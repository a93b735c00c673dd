"""Rate limits: all windows of a caller in one round trip to Valkey; a refused request counts towards nothing."""

import functools
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import redis

from credira.core.errors import RateLimited, Unavailable
from credira.core.valkey import client


@dataclass(frozen=True, slots=True)
class Window:
    """At most ``limit`` requests in each span of ``seconds``, counted from the epoch."""

    limit: int
    seconds: int


PLANS: dict[str, tuple[Window, ...]] = {
    "standard": (Window(1_000, 3_600), Window(1_000, 60)),
    "professional": (Window(10_000, 3_600), Window(1_000, 60)),
    "enterprise": (Window(100_000, 3_600), Window(1_000, 60)),
}
ANONYMOUS = (Window(60, 60),)
AUTHENTICATION = (Window(5, 60),)


@dataclass(frozen=True, slots=True)
class Budget:
    """The tightest window of a caller: what the headers say. ``reset`` is in epoch seconds."""

    limit: int
    remaining: int
    reset: int

    def headers(self) -> dict[str, str]:
        """The three headers of every answer."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.reset),
        }


# KEYS: one counter a window. ARGV: limit and seconds to live of each. Counts only when every window has room.
_SCRIPT = """
local counts, full = {}, false
for i, key in ipairs(KEYS) do
  counts[i] = tonumber(redis.call('GET', key) or '0')
  if counts[i] >= tonumber(ARGV[2 * i - 1]) then full = true end
end
if not full then
  for i, key in ipairs(KEYS) do
    counts[i] = redis.call('INCR', key)
    if counts[i] == 1 then redis.call('EXPIRE', key, ARGV[2 * i]) end
  end
end
return {full and 1 or 0, unpack(counts)}
"""


@functools.lru_cache(maxsize=1)
def _script() -> Any:
    return client().register_script(_SCRIPT)


def spend(caller: str, windows: Sequence[Window], *, fail_open: bool = True) -> Budget:
    """Count one request of ``caller`` (a key's id, an address).

    Raises ``RateLimited`` with ``Retry-After`` when a window is full. When Valkey doesn't answer, the request passes,
    or, on authentication paths (``fail_open=False``), ``Unavailable`` is raised.
    """
    now = int(time.time())
    keys = [f"rl:{caller}:{w.seconds}:{now // w.seconds}" for w in windows]
    try:
        full, *counts = _script()(keys=keys, args=[value for w in windows for value in (w.limit, w.seconds + 5)])
    except redis.RedisError as error:
        if not fail_open:
            raise Unavailable("Sign-in is not possible for a moment. Try again.") from error
        full, counts = 0, [1] * len(windows)
    budgets = [
        Budget(w.limit, max(0, w.limit - int(count)), (now // w.seconds + 1) * w.seconds)
        for w, count in zip(windows, counts, strict=True)
    ]
    tightest = min(budgets, key=lambda b: (b.remaining / b.limit, -b.reset))
    if full:
        wait = str(max(1, tightest.reset - now))
        raise RateLimited(headers={"Retry-After": wait, **tightest.headers()})
    return tightest
