"""What a contact means for an account's status: it goes forward from the first two, and back when the notice did."""

from collections.abc import Iterable
from uuid import UUID

from accounts.models import Account
from accounts.services import move_status
from credira.core.errors import InvalidTransition
from credira.tenancy.models import Workspace

Status = Account.Status
BEFORE = {
    Status.NOTICE_SENT: (Status.PLACED,),
    Status.CONTACTED: (Status.PLACED, Status.NOTICE_SENT),
}


def advance(workspace: Workspace, account_ids: Iterable[UUID], to: Account.Status, reason: str) -> None:
    """Move those accounts to ``to`` that haven't come as far; one that somebody moved meanwhile is left as it is."""
    behind = Account.objects.filter(workspace=workspace, id__in=list(account_ids), status__in=BEFORE[to])
    for account_id in behind.values_list("id", flat=True):
        try:
            move_status(workspace=workspace, account_id=account_id, to=to, reason=reason)
        except InvalidTransition:
            continue


def fall_back(workspace: Workspace, account_id: UUID, reason: str) -> None:
    """The notice didn't arrive: an account that had come no further is placed, and nothing more."""
    if Account.objects.filter(workspace=workspace, id=account_id, status=Status.NOTICE_SENT).exists():
        move_status(workspace=workspace, account_id=account_id, to=Status.PLACED, reason=reason)
