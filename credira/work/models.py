"""What happens later, and what goes on: one table of due rows, one of jobs."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from credira.core import clock
from credira.tenancy.db import TenantModel, tenant_rules


class Due(TenantModel):
    """One thing to do at a time. The row is the truth; a message in the broker is only a nudge.

    ``due_at`` is read by the business clock or by the machine's. ``lease_until`` is wall time: while it lasts, one
    worker has the row; ``fence`` tells a late worker that the row went on without it.
    """

    PREFIX: ClassVar[str] = "due"

    class Clock(models.TextChoices):
        BUSINESS = "business"
        WALL = "wall"

    kind = models.CharField(max_length=60)
    object_id = models.UUIDField()
    clock = models.CharField(max_length=8, choices=Clock.choices, default=Clock.BUSINESS)
    queue = models.CharField(max_length=20, default="default")
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    fence = models.IntegerField(default=0)
    attempts = models.IntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            *tenant_rules("work_due", system="SELECT, UPDATE"),
            models.UniqueConstraint(fields=["workspace", "kind", "object_id"], name="due_once"),
        ]
        indexes = [
            models.Index(fields=["workspace", "due_at"], name="due_pending", condition=Q(done_at=None, failed_at=None)),
        ]


class Job(TenantModel):
    """Progress of work that goes on after a 202."""

    PREFIX: ClassVar[str] = "job"

    class Status(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        COMPLETED = "completed"
        FAILED = "failed"

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        "queued": {"running", "completed", "failed"},
        "running": {"completed", "failed"},
        "completed": set(),
        "failed": set(),
    }

    kind = models.CharField(max_length=60)
    object_id = models.UUIDField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    done = models.IntegerField(default=0)
    total = models.IntegerField(null=True, blank=True)
    message = models.CharField(max_length=300, blank=True)
    data: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.wall)
    updated_at = models.DateTimeField(default=clock.wall)

    class Meta:
        constraints = [
            *tenant_rules("work_job"),
            models.CheckConstraint(name="job_done_within_total", condition=Q(total=None) | Q(done__lte=F("total"))),
        ]


class Incident(TenantModel):
    """Something that must not have happened, kept until a person has looked (a stale call, a sum that differs)."""

    PREFIX: ClassVar[str] = "inc"

    kind = models.CharField(max_length=60)
    object_id = models.UUIDField(null=True, blank=True)
    message = models.CharField(max_length=500)
    recorded_at = models.DateTimeField(default=clock.now)
    written_at = models.DateTimeField(default=clock.wall)

    class Meta:
        constraints = [*tenant_rules("work_incident", append_only=True)]


class Heartbeat(models.Model):
    """When each kind of process was last alive (no tenant)."""

    name = models.CharField(max_length=40, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
