"""What this room's routes share."""

import datetime as dt
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from accounts.models import Account
from accounts.selectors import get_account
from credira.api.views import CreditorAPIView
from credira.core.errors import InvalidRequest, NotFound
from credira.core.ids import parse_id
from credira.core.json import utc_text

M = TypeVar("M", bound=Model)


class AccountAPIView(CreditorAPIView):
    """A route below one account."""

    def account(self, account_id: str) -> Account:
        """The account of the path. Raises ``NotFound``."""
        return get_account(self.workspace, parse_id("acct", account_id))


def require_past(field: str, told: dt.datetime | None, now: dt.datetime, message: str) -> None:
    """What is told as having happened did so by ``now``. Raises ``InvalidRequest`` that names the field."""
    if told is not None and told > now:
        raise InvalidRequest(message, details=[{"field": field, "message": f"This is after {utc_text(now)}."}])


def find_one(rows: "QuerySet[M]", key: UUID) -> M:
    """The row of that id among ``rows``. Raises ``NotFound``."""
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound
    return found
