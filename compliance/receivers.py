"""What this room does in the transaction of other rooms' facts."""

from collections.abc import Sequence
from typing import Any

from accounts.selectors import people_with
from audit.models import Event
from compliance import corrections, notices
from compliance.models import EmailBasis
from credira.tenancy.models import Workspace

PLACED = "account.placed"
ADJUSTED = "account.adjusted"
ENDPOINTS = frozenset({"endpoint.added", "endpoint.ended"})
MOVED = "account.status_changed"
# After these a notice that was blocked may go out: its figures add up, or the gate lets it through.
CHANGED = frozenset(
    {
        "account.adjusted",
        "account.corrected",
        "account.updated",
        "authorization.recorded",
        "consent.recorded",
        "counsel.recorded",
        "email_basis.recorded",
        "fact.ended",
        "hold.released",
    }
)


def on_events(sender: Any, workspace: Workspace, events: Sequence[Event], **kwargs: Any) -> None:
    """Placed accounts get their validation notice, set-wise. One that waits is looked at again when its debt is paid, a
    blocked one when data changes. A debt raised after its notice is held.
    """
    placed = [event.account_id for event in events if event.type == PLACED and event.account_id]
    if placed:
        notices.create_for_placed(workspace, placed)
    for event in events:
        if event.type == MOVED and event.account_id:
            notices.account_moved(workspace, event.account_id, before=event.data["before"], after=event.data["after"])
        elif event.type == ADJUSTED and event.account_id:
            corrections.hold_if_raised(workspace, event.account_id, event.data)
    moved = [event.object_id for event in events if event.type in ENDPOINTS and event.object_id]
    if moved:
        notices.recheck_people(workspace, people_with(workspace, moved))
    bases = [event.object_id for event in events if event.type == "email_basis.recorded" and event.object_id]
    if bases:
        people = EmailBasis.objects.filter(workspace=workspace, pk__in=bases).values_list("person_id", flat=True)
        notices.choose_again(workspace, people)
    changed = {event.account_id for event in events if event.type in CHANGED}
    for account_id in {None} if None in changed else changed:
        notices.recheck(workspace, account_id)
