"""What this app does later."""

from uuid import UUID

from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.work.due import on_due
from payments.services import decide_promise
from payments.services.promises import DUE


@on_due(DUE)
def promise_matured(workspace: Workspace, promise_id: UUID) -> None:
    """The last day of a promise has passed."""
    with bind(workspace) as bound:
        decide_promise(workspace=bound, promise_id=promise_id)
