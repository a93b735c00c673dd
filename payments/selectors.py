"""Reading payments and promises."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet, Sum

from credira.core.errors import NotFound
from credira.core.ids import parse_id
from credira.tenancy.models import Workspace
from payments.models import Payment, Promise


def list_payments(workspace: Workspace) -> QuerySet[Payment]:
    """All payments of the workspace, newest first."""
    return Payment.objects.filter(workspace=workspace).order_by("-id")


def get_payment(workspace: Workspace, payment_id: str | UUID) -> Payment:
    """By public id or uuid. Raises ``NotFound``."""
    key = parse_id("pmt", payment_id) if isinstance(payment_id, str) else payment_id
    try:
        return Payment.objects.get(workspace=workspace, pk=key)
    except Payment.DoesNotExist:
        raise NotFound from None


def list_promises(workspace: Workspace) -> QuerySet[Promise]:
    """All promises of the workspace, newest first."""
    return Promise.objects.filter(workspace=workspace).order_by("-id")


def open_promises(workspace: Workspace, account_ids: Iterable[UUID]) -> QuerySet[Promise]:
    """The open promises of these accounts, the soonest first."""
    return Promise.objects.filter(
        workspace=workspace, account_id__in=list(account_ids), status=Promise.Status.OPEN
    ).order_by("due_on")


def received_between(workspace: Workspace, account_id: UUID, since: dt.datetime, last: dt.date) -> Decimal:
    """What came in on an account from the instant ``since`` to the end of the day ``last`` and wasn't returned."""
    total = Payment.objects.filter(
        workspace=workspace,
        account_id=account_id,
        status=Payment.Status.SUCCEEDED,
        received_at__gte=since,
        paid_on__lte=last,
    ).aggregate(total=Sum("amount"))["total"]
    return total or Decimal(0)


def collected_by_campaigns(workspace: Workspace, campaign_ids: Sequence[UUID]) -> dict[UUID, Decimal]:
    """What each of these campaigns brought in, without what was returned: its payments, as their list shows them."""
    rows = Payment.objects.filter(
        workspace=workspace, campaign_id__in=list(campaign_ids), status=Payment.Status.SUCCEEDED
    )
    found = dict(rows.order_by().values_list("campaign_id").annotate(Sum("amount")))
    return {each: found.get(each) or Decimal(0) for each in campaign_ids}
