"""When a promise is kept. Pure."""

import datetime as dt
from decimal import Decimal

# A matured promise: due + 3 days < today; kept: receipts between made and due + 3 days reach 95 % of the amount.
GRACE_DAYS = 3
KEPT_SHARE = Decimal("0.95")


def last_day(due_on: dt.date) -> dt.date:
    """The last day on which money still counts for the promise."""
    return due_on + dt.timedelta(days=GRACE_DAYS)


def is_kept(promised: Decimal, received: Decimal) -> bool:
    """Whether what came in keeps the promise."""
    return received >= promised * KEPT_SHARE
