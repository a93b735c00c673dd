"""How often somebody may try to sign in: five tries in fifteen minutes for one address and one account.

Counted in Valkey before the password is looked at, so that parallel guesses count too. When Valkey can't be asked,
nobody may try: a limit that guards passwords fails closed.
"""

import datetime as dt

from redis.exceptions import RedisError

from credira.core import clock, valkey
from credira.core.crypto import digest
from credira.core.errors import RateLimited, Unavailable

TRIES = 5
WINDOW = dt.timedelta(minutes=15)


class SignInLocked(RateLimited):
    """Too many tries; `until` is when the window ends."""

    def __init__(self, until: dt.datetime) -> None:
        self.until = until
        super().__init__("Too many tries to sign in.")


def count_try(ip: str, account: str) -> None:
    """Count one try. Raises SignInLocked when the window has none left, Unavailable when it can't be counted."""
    name = _name(ip, account)
    try:
        with valkey.client().pipeline(transaction=True) as pipe:
            pipe.incr(name)
            pipe.expire(name, WINDOW, nx=True)
            pipe.pttl(name)
            tries, _, left_ms = pipe.execute()
    except RedisError as error:
        raise Unavailable("Signing in isn't possible at the moment.") from error
    if tries > TRIES:
        raise SignInLocked(clock.wall() + dt.timedelta(milliseconds=left_ms))


def clear(ip: str, account: str) -> None:
    """Forget the tries after a complete sign-in."""
    try:
        valkey.client().delete(_name(ip, account))
    except RedisError:
        return  # the window ends by itself


def _name(ip: str, account: str) -> str:
    # A digest: addresses of people don't belong in a cache's key list.
    return f"sign-in:{digest(f'{ip}|{account.strip().lower()}').hex()}"
