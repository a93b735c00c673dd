"""Receivers."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from credira.core import clock
from credira.core.fields import EncryptedTextField
from credira.tenancy.db import TenantModel, tenant_rules


class WebhookEndpoint(TenantModel):
    """An address that is told of events. A deleted one stays as a row, since its deliveries name it."""

    PREFIX: ClassVar[str] = "wh"

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        DISABLED = "disabled", "Off"
        DELETED = "deleted", "Deleted"

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        "active": {"disabled", "deleted"},
        "disabled": {"active", "deleted"},
        "deleted": set(),
    }

    url = models.CharField(max_length=2000)
    events = ArrayField(models.CharField(max_length=60), help_text="Types and patterns: *, payment.*, call.completed.")
    secret = EncryptedTextField()
    status = models.CharField(max_length=8, choices=Status, default=Status.ACTIVE)
    disabled_reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=clock.wall, editable=False)
    updated_at = models.DateTimeField(default=clock.wall)

    class Meta:
        constraints = [
            *tenant_rules("webhooks_webhookendpoint", system="SELECT (id, workspace_id, status)"),
            models.CheckConstraint(condition=~models.Q(events=[]), name="webhookendpoint_has_events"),
        ]

    def __str__(self) -> str:
        return self.url
