"""What a provider's failure means for the caller, and nothing about why.

A caller that placed a call or a mail has one question: may I do it again? `NotPlaced` says yes or never,
`OutcomeUnknown` says ask first.
"""

from typing import NoReturn

import requests
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from credira.core.errors import Unavailable

RETRY_LATER = frozenset({425, 429})
# The server, or a proxy before it, gave up waiting for itself: the request may have been carried out.
UNKNOWN_CLIENT_STATUSES = frozenset({408})


class ProviderError(Exception):
    """Anything that a provider's client may raise."""


class NotPlaced(ProviderError):
    """The vendor has certainly not carried it out. `retry`: the same request may succeed later."""

    def __init__(self, message: str, *, retry: bool) -> None:
        super().__init__(message)
        self.retry = retry


class OutcomeUnknown(ProviderError):
    """The vendor may or may not have carried it out: never repeat it, reconcile it."""


class VendorMissing(Unavailable):
    """A live workspace has no vendor for a channel: nothing may be planned that can't be done."""

    code = "VENDOR_NOT_CONFIGURED"


class LookupFailed(ProviderError):
    """A read that changed nothing got no answer; ask again later."""


def raise_for_status(status: int, message: str) -> NoReturn:
    """Sort a vendor's refusal of a write. 4xx is a refusal; 5xx may come after the deed."""
    if 400 <= status < 500 and status not in UNKNOWN_CLIENT_STATUSES:
        raise NotPlaced(message, retry=status in RETRY_LATER)
    raise OutcomeUnknown(message)


def raise_for_network(error: requests.RequestException) -> NoReturn:
    """Sort a write that got no answer. Only a connection that was never made is certainly not placed."""
    if never_connected(error):
        raise NotPlaced(f"The provider could not be reached: {type(error).__name__}.", retry=True) from error
    raise OutcomeUnknown(f"The provider's answer was lost: {type(error).__name__}.") from error


def never_connected(error: requests.RequestException) -> bool:
    """Whether the TCP connection failed before a byte was sent. A reset of an open connection isn't that."""
    cause: object = error.args[0] if error.args else None
    if isinstance(cause, MaxRetryError):
        cause = cause.reason
    return isinstance(cause, NewConnectionError | ConnectTimeoutError)
