"""What this app does later."""

from uuid import UUID

from accounts.importer.run import run_placement
from accounts.services.placements import IMPORT, fail_placement
from credira.tenancy.models import Workspace
from credira.work.due import on_due


@on_due(IMPORT, given_up=fail_placement)
def import_file(workspace: Workspace, placement_id: UUID) -> None:
    """A file waits to be placed."""
    run_placement(workspace, placement_id)
