"""Tenants for tests that need no people."""

import itertools

from credira.tenancy.models import Creditor, Workspace
from credira.tenancy.scope import across_workspaces

_number = itertools.count(1)


def make_workspace(*, livemode: bool = False, creditor: Creditor | None = None) -> Workspace:
    """A workspace of a creditor of its own, or of the one given."""
    number = next(_number)
    with across_workspaces():
        if creditor is None:
            creditor = Creditor(name=f"Creditor {number}", slug=f"creditor-{number}")
            creditor.save(force_insert=True)
        workspace = Workspace(creditor=creditor, slug=f"workspace-{number}", name="Workspace", livemode=livemode)
        workspace.save(force_insert=True)
    return workspace
