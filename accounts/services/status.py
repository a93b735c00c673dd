"""An account's status, its notes and its campaign."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from accounts import events
from accounts.errors import StatusGated
from accounts.models import Account, Note
from accounts.selectors import get_account
from audit.services import record
from credira.core import context
from credira.core.errors import InvalidRequest, InvalidTransition
from credira.core.state import move
from credira.tenancy.models import Workspace

# What a creditor may set by hand (placed: a closed account is taken up again); every other follows from what happened.
BY_HAND = frozenset({Account.Status.PLACED, Account.Status.CONTACTED, Account.Status.CLOSED})


@transaction.atomic
def move_status(*, workspace: Workspace, account_id: UUID, to: str, reason: str) -> Account:
    """Move an account; nothing happens when it is there already. Raises ``InvalidTransition`` and ``NotFound``."""
    account = get_account(workspace, account_id)
    before = account.status
    if before == to:
        return account
    move(account, to)
    record(
        workspace,
        events.ACCOUNT_STATUS_CHANGED,
        object=account,
        account_id=account.pk,
        data={"account_id": account.public_id, "before": before, "after": to, "reason": reason},
    )
    return account


def set_status(*, workspace: Workspace, account_id: UUID, to: str, reason: str = "by hand") -> Account:
    """Set ``contacted``, ``closed`` or (a closed one is taken up again) ``placed`` by hand.

    An account that was paid, settled or cured is over: only a returned payment opens it again. Raises ``StatusGated``
    for any other status, and ``InvalidTransition``.
    """
    if to not in BY_HAND:
        raise StatusGated(
            "Only contacted, closed and placed can be set; the others follow from what happens.",
            details=[{"field": "status", "message": "Set by the workflow."}],
        )
    account = get_account(workspace, account_id, lock=True)
    if account.status in Account.OVER and account.status != to:
        raise InvalidTransition(
            f"An account that is {account.get_status_display().lower()} stays so: a returned payment opens it again."
        )
    if to == Account.Status.PLACED and account.status == Account.Status.NOTICE_SENT:
        raise InvalidTransition("Its validation notice was sent: only a notice that comes back undoes that.")
    return move_status(workspace=workspace, account_id=account_id, to=to, reason=reason)


@transaction.atomic
def add_note(*, workspace: Workspace, account_id: UUID, body: str) -> Note:
    """Write a note in the actor's name. Raises ``InvalidRequest`` for an empty one or one above 5,000 characters."""
    text = body.strip()
    if not 0 < len(text) <= Note.MAX_LENGTH:
        raise InvalidRequest(
            "A note has 1 to 5,000 characters.", details=[{"field": "body", "message": "1 to 5,000 characters."}]
        )
    account = get_account(workspace, account_id)
    author = context.actor()
    note = Note.objects.create(
        workspace=workspace,
        account=account,
        body=text,
        author_kind=author.kind,
        author_id=author.id,
        author_name=author.name,
    )
    record(
        workspace,
        events.NOTE_ADDED,
        object=note,
        account_id=account.pk,
        data={"account_id": account.public_id, "note_id": note.public_id},
    )
    return note


def attribute(*, workspace: Workspace, account_id: UUID, campaign_id: UUID, enrolled_at: dt.datetime) -> None:
    """From now on payments on the account are a campaign's."""
    Account.objects.filter(workspace=workspace, pk=account_id).update(campaign_id=campaign_id, enrolled_at=enrolled_at)
