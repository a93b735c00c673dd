"""What is done at its time, and what the advancing clock waits for."""

from uuid import UUID

from campaigns.services import campaigns, dialing, steering
from campaigns.services.calls import DIAL
from campaigns.services.campaigns import END, FOLLOW
from campaigns.services.dialing import RECONCILE
from compliance.brakes import register_brake
from credira.tenancy.models import Workspace
from credira.work.due import on_due
from credira.work.flight import register_in_flight


@on_due(DIAL, queue="calls")
def dial(workspace: Workspace, call_id: UUID) -> None:
    """A planned call's time has come."""
    dialing.dial(workspace, call_id)


@on_due(RECONCILE, queue="calls")
def reconcile(workspace: Workspace, call_id: UUID) -> None:
    """An open call whose carrier said nothing for too long."""
    dialing.reconcile(workspace, call_id)


@on_due(END)
def end(workspace: Workspace, campaign_id: UUID) -> None:
    """A campaign's last day is over."""
    campaigns.end_at_its_time(workspace, campaign_id)


@on_due(FOLLOW)
def follow(workspace: Workspace, campaign_id: UUID) -> None:
    """A campaign was paused, resumed, cancelled, or is over: its accounts follow."""
    steering.follow(workspace, campaign_id)


register_in_flight("calls", count=dialing.count_open, unsure=dialing.count_unsure, reconcile=dialing.reconcile_all)
register_brake(steering.why_stopped)
