"""What this room does in the transaction of other rooms' facts."""

from collections.abc import Sequence
from typing import Any

from audit.models import Event
from compliance import notices
from credira.tenancy.models import Workspace

PLACED = "account.placed"
# After these an account's figures may add up where they didn't before.
CHANGED = ("account.corrected", "account.adjusted", "account.updated")


def on_events(sender: Any, workspace: Workspace, events: Sequence[Event], **kwargs: Any) -> None:
    """Placed accounts get their validation notice, set-wise; a blocked notice is looked at again when data changes."""
    placed = [event.account_id for event in events if event.type == PLACED and event.account_id]
    if placed:
        notices.create_for_placed(workspace, placed)
    for event in events:
        if event.type in CHANGED and event.account_id:
            notices.recheck(workspace, event.account_id)
