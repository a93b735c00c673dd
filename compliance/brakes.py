"""Brakes at the last door: who started contacts in bulk may stop them between their reservation and the provider."""

from collections.abc import Callable
from uuid import UUID

from credira.tenancy.models import Workspace

Brake = Callable[[Workspace, UUID], str]

_brakes: list[Brake] = []


def register_brake(brake: Brake) -> None:
    """Ask ``brake(workspace, campaign_id)`` before each contact of a campaign leaves: why it may not, or "".

    It is called bound, in the transaction that claims the attempt and before that takes any row's lock; a lock that the
    brake takes is held until the claim is committed.
    """
    _brakes.append(brake)


def why_stopped(workspace: Workspace, campaign_id: UUID) -> str:
    """The first brake's answer that isn't empty, or ""."""
    return next((why for brake in _brakes if (why := brake(workspace, campaign_id))), "")
