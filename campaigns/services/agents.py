"""Voice agents."""

from django.db import transaction

from campaigns.models import VoiceAgent
from credira.tenancy.models import Workspace

DEFAULT_NAME = "Riley"


def default_agent(workspace: Workspace) -> VoiceAgent:
    """The workspace's default agent; made at first use."""
    found = VoiceAgent.objects.filter(workspace=workspace, is_default=True).first()
    if found is not None:
        return found
    with transaction.atomic():
        agent, _ = VoiceAgent.objects.get_or_create(
            workspace=workspace, is_default=True, defaults={"name": DEFAULT_NAME}
        )
    return agent
