"""Reading campaigns, enrolments, agents and calls."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from campaigns.models import Call, CallTurn, Campaign, Enrollment, VoiceAgent
from credira.core.errors import NotFound
from credira.tenancy.db import TenantModel
from credira.tenancy.models import Workspace
from payments.selectors import collected_by_campaigns

M = TypeVar("M", bound=TenantModel)


def get_campaign(workspace: Workspace, campaign_id: UUID) -> Campaign:
    """Raises ``NotFound``."""
    return _get(Campaign.objects.filter(workspace=workspace), campaign_id)


def list_campaigns(workspace: Workspace) -> QuerySet[Campaign]:
    """Newest first."""
    return Campaign.objects.filter(workspace=workspace).order_by("-id")


def get_agent(workspace: Workspace, agent_id: UUID) -> VoiceAgent:
    """Raises ``NotFound``."""
    return _get(VoiceAgent.objects.filter(workspace=workspace), agent_id)


def list_agents(workspace: Workspace) -> QuerySet[VoiceAgent]:
    """Newest first."""
    return VoiceAgent.objects.filter(workspace=workspace).order_by("-id")


def get_call(workspace: Workspace, call_id: UUID) -> Call:
    """Raises ``NotFound``."""
    return _get(Call.objects.filter(workspace=workspace), call_id)


def list_calls(workspace: Workspace) -> QuerySet[Call]:
    """Newest first."""
    return Call.objects.filter(workspace=workspace).order_by("-id")


def turns_of(call: Call) -> list[CallTurn]:
    """What was said, in order: in one exchange the consumer speaks before the agent answers."""
    return list(
        CallTurn.objects.filter(workspace_id=call.workspace_id, call_id=call.id).order_by("exchange", "-speaker")
    )


def enrollments_of(campaign: Campaign) -> QuerySet[Enrollment]:
    """The campaign's enrolments, in order of enrolment."""
    return Enrollment.objects.filter(workspace_id=campaign.workspace_id, campaign_id=campaign.id).order_by("id")


def collected_of(campaign: Campaign) -> Decimal:
    """What the campaign brought in."""
    return collected_by(campaign.workspace, [campaign])[campaign.id]


def collected_by(workspace: Workspace, campaigns: Sequence[Campaign]) -> dict[UUID, Decimal]:
    """What each of these campaigns brought in, in one query: also what comes after its end, until another campaign
    takes the account.
    """
    return collected_by_campaigns(workspace, [each.id for each in campaigns])


def progress_of(campaign: Campaign) -> dict[str, int]:
    """How many accounts stand where: ended by result, or still worked and what they wait for."""
    rows = (
        enrollments_of(campaign)
        .order_by()
        .values("status", "ended_as", "waiting_for")
        .annotate(count=Count("id"), planned=Count("id", filter=Q(planned_at__isnull=False)))
    )
    found: dict[str, int] = {}
    for row in rows:
        if row["status"] == Enrollment.Status.ENDED:
            found[row["ended_as"]] = found.get(row["ended_as"], 0) + row["count"]
        else:
            key = f"waiting_{row['waiting_for']}" if row["waiting_for"] else "working"
            found[key] = found.get(key, 0) + row["count"]
    return found


def _get(rows: "QuerySet[M]", pk: UUID) -> M:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found
