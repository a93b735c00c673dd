"""What a person promised on the agent's behalf must do: call back, and ask for a lawyer's address.

Both are read off facts that stand: a hold that keeps artificial voices away until a person has called (HOLD), and a
lawyer whom nobody can write to (ATTY-01). They are done by ending the fact, with the member's note.
"""

from uuid import UUID

from django.db import transaction

from accounts.services import add_note
from compliance.models import AttorneyRep, Fact, Hold
from compliance.selectors import get_call_back, get_unknown_attorney
from compliance.services.people import end_attorney, record_attorney
from compliance.services.recording import end_fact
from compliance.services.stops import release_hold
from credira.tenancy.models import Workspace


@transaction.atomic
def finish_call_back(*, workspace: Workspace, hold_id: UUID, account_id: UUID, note: str) -> Hold:
    """A person called: AI calls are allowed again as far as this goes, and ``note`` is kept with the account.

    Raises ``NotFound`` for what is no call-back, or one that is done.
    """
    hold = get_call_back(workspace, hold_id)
    add_note(workspace=workspace, account_id=account_id, body=f"Called back. {note}")
    return release_hold(workspace=workspace, hold_id=hold.id, evidence=f"A person called: {note}"[:400])


@transaction.atomic
def name_attorney(
    *, workspace: Workspace, representation_id: UUID, account_id: UUID, name: str, contact: str
) -> AttorneyRep:
    """The lawyer is known by name and address from now on. Raises ``NotFound`` as above."""
    told = get_unknown_attorney(workspace, representation_id)
    end_fact(told, reason=Fact.End.SUPERSEDED, account_id=account_id)
    return record_attorney(
        workspace=workspace,
        person_id=told.person_id,
        identity=AttorneyRep.Identity.KNOWN,
        debts=told.debts,
        attorney_name=name,
        attorney_contact=contact,
        account_id=account_id,
    )


@transaction.atomic
def end_unknown_attorney(*, workspace: Workspace, representation_id: UUID, account_id: UUID, note: str) -> AttorneyRep:
    """No lawyer represents the person (any more), as ``note`` says. Raises ``NotFound`` as above."""
    told = get_unknown_attorney(workspace, representation_id)
    add_note(workspace=workspace, account_id=account_id, body=f"No lawyer. {note}")
    return end_attorney(workspace=workspace, representation_id=told.id, evidence=note[:400])
