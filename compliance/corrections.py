"""What a creditor's correction of a balance means for contact."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from accounts.selectors import get_account
from compliance.models import Hold, ValidationNotice
from compliance.selectors import find_notice
from compliance.services import place_hold
from credira.tenancy.models import Workspace

EVIDENCE = "balance raised after the notice"
# From the claim on, the figures are printed.
PRINTED = (ValidationNotice.Status.CLAIMED, ValidationNotice.Status.SENT)


def hold_if_raised(workspace: Workspace, account_id: UUID, correction: Mapping[str, Any]) -> None:
    """Hold a debt that was raised after its validation notice was printed, until a member has decided.

    The notice told the consumer another amount (12 CFR 1006.34(c)(2)), and demanding one that isn't owed is unlawful
    (12 CFR 1006.22(b)): nobody is asked for the new one before somebody looked. ``correction`` is the event's data.
    """
    before, after = correction["before"], correction["after"]
    notice = find_notice(workspace, account_id)
    if after <= before or notice is None or notice.status not in PRINTED:
        return
    account = get_account(workspace, account_id)
    place_hold(
        workspace=workspace,
        kind=Hold.Kind.MANUAL,
        person_id=account.person_id,
        debts=[account_id],
        account_id=account_id,
        reason=(
            f"The balance was raised from {before:,.2f} to {after:,.2f} {account.currency} after the validation notice "
            f"({correction['added_as']}: {correction['reason']}). Check what was added, then release."
        )[:400],
        evidence=EVIDENCE,
    )
