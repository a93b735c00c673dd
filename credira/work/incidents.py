"""Incidents: what must not have happened, shown until a person has looked."""

import logging
from uuid import UUID

from credira.tenancy.models import Workspace
from credira.work.models import Incident

logger = logging.getLogger("credira.incident")


def record_incident(workspace: Workspace, kind: str, message: str, object_id: UUID | None = None) -> Incident:
    """Keep an incident and log it as an error. Call it bound."""
    logger.error("incident %s %s: %s", kind, object_id or "", message)
    return Incident.objects.create(workspace=workspace, kind=kind, message=message[:500], object_id=object_id)
