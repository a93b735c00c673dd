"""Telling a sandbox's world where its callbacks go, and how its people reach the product."""

from typing import Any

from credira.providers.world import world
from credira.tenancy.models import Workspace
from messaging.links import hook_url


def connect_world(workspace: Workspace, *, label: str = "", product_url: str = "", api_key: str = "") -> None:
    """Give the simulated mail service and print vendor this sandbox's callback addresses. Unbound; safe to repeat.

    Args:
        workspace: The sandbox.
        label: How the world's own pages call it.
        product_url: Where the product answers. People follow a mail's links only under it; without it, none.
        api_key: The sandbox key with which people pay (`POST /v1/sandbox/payments`); without it, nobody pays.

    Raises:
        Conflict: A live workspace has no simulated world.
        NotPlaced, OutcomeUnknown: The world isn't there.
    """
    mail = {"url": hook_url(workspace, "mail")}
    known: dict[str, Any] = {
        "mail": {**mail, "track_opens": True},
        "inbound": mail,
        "print": {"url": hook_url(workspace, "print")},
    }
    if label:
        known["label"] = label
    if product_url:
        known["product"] = {"base_url": product_url, "api_key": api_key}
    world(workspace).configure(known)
