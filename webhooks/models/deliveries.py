"""One event on its way to one endpoint."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from credira.core import clock
from credira.tenancy.db import TenantKey, TenantModel, tenant_rules
from webhooks.rules import FAILURES

# What a lane may see and do before it is bound: enough to lease rows, nothing of what they carry.
LEASED_BY_SYSTEM = (
    "SELECT (id, workspace_id, endpoint_id, status, next_at, lease_until, fence), UPDATE (lease_until, fence)"
)


class Delivery(TenantModel):
    """Written in the transaction of the fact, so that nothing is lost; times are the machine's.

    While `lease_until` lasts, one lane has the row; `fence` tells a late lane that the row went on without it.
    """

    PREFIX: ClassVar[str] = "dlv"

    class Status(models.TextChoices):
        PENDING = "pending", "Sending"
        DELIVERED = "delivered", "Delivered"
        FAILED = "failed", "Failed"

    endpoint = TenantKey("webhooks.WebhookEndpoint")
    event = TenantKey("audit.Event")
    event_type = models.CharField(max_length=60)
    status = models.CharField(max_length=9, choices=Status, default=Status.PENDING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=clock.wall)
    lease_until = models.DateTimeField(null=True, blank=True)
    fence = models.IntegerField(default=0)
    last_status = models.PositiveSmallIntegerField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=clock.wall, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *tenant_rules(
                "webhooks_delivery",
                refs={"endpoint_id": "webhooks_webhookendpoint", "event_id": "audit_event"},
                system=LEASED_BY_SYSTEM,
            ),
        ]
        indexes = [
            models.Index(fields=["endpoint", "next_at"], condition=Q(status="pending"), name="delivery_pending"),
            models.Index(fields=["workspace", "endpoint", "-id"], name="delivery_of_endpoint"),
            models.Index(fields=["workspace", "event"], name="delivery_of_event"),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.status}"

    @property
    def shown_status(self) -> str:
        """The status, or `retrying` after a first failure."""
        return "retrying" if self.status == self.Status.PENDING and self.tries else str(self.status)

    @property
    def last_answer(self) -> str:
        """`"500"`, `"No answer in time"`, or empty before the first try."""
        return str(self.last_status) if self.last_status else self.last_error


class DeliveryAttempt(TenantModel):
    """One try, as it was sent and answered. Append-only."""

    PREFIX: ClassVar[str] = "dat"

    delivery = TenantKey("webhooks.Delivery", related_name="attempts")
    number = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField(null=True, blank=True)
    request_headers = models.JSONField()
    status_code = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=20, blank=True, help_text="timeout, connect, tls, protocol, refused.")
    detail = models.CharField(max_length=300, blank=True)
    answer = models.CharField(max_length=500, blank=True, help_text="First characters of what came back.")

    class Meta:
        constraints = [
            *tenant_rules("webhooks_deliveryattempt", refs={"delivery_id": "webhooks_delivery"}, append_only=True),
            models.UniqueConstraint(fields=["workspace", "delivery", "number"], name="deliveryattempt_number"),
        ]

    def __str__(self) -> str:
        return f"try {self.number}"

    @property
    def shown_answer(self) -> str:
        """`"500"`, or why there was none."""
        return str(self.status_code) if self.status_code else FAILURES[self.error]

    @property
    def shown_headers(self) -> list[tuple[str, str]]:
        """What was sent, the signature's headers first."""
        headers: dict[str, str] = self.request_headers
        return sorted(headers.items(), key=lambda header: (not header[0].startswith("webhook-"), header[0]))
