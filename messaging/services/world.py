"""Telling a sandbox's world where its callbacks go."""

from credira.providers.world import world
from credira.tenancy.models import Workspace
from messaging.links import hook_url


def connect_world(workspace: Workspace) -> None:
    """Give the simulated mail service and print vendor this sandbox's callback addresses.

    Runs unbound, safe to repeat.
    """
    mail = {"url": hook_url(workspace, "mail")}
    world(workspace).configure(
        {"mail": {**mail, "track_opens": True}, "inbound": mail, "print": {"url": hook_url(workspace, "print")}}
    )
