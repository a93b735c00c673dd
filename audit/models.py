"""What happened: one append-only row a fact, its canonical bytes, and the chain over them."""

from typing import Any, ClassVar

from django.db import models

from credira.core import clock
from credira.tenancy.db import TenantModel, tenant_rules


class Event(TenantModel):
    """One recorded fact. ``recorded_at`` is business time, ``written_at`` the machine's."""

    PREFIX: ClassVar[str] = "evt"

    type = models.CharField(max_length=60)
    recorded_at = models.DateTimeField(default=clock.now)
    written_at = models.DateTimeField(default=clock.wall)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=40, blank=True)
    actor_name = models.CharField(max_length=120, blank=True)
    request_id = models.CharField(max_length=40, blank=True)
    object_prefix = models.CharField(max_length=10, blank=True)
    object_id = models.UUIDField(null=True, blank=True)
    account_id = models.UUIDField(null=True, blank=True)
    public = models.BooleanField(default=False)

    # Set by ``record`` for the receivers of the signal; read back from Payload otherwise.
    data: dict[str, Any]

    class Meta:
        constraints = [*tenant_rules("audit_event", append_only=True, system="SELECT (workspace_id, written_at)")]
        indexes = [
            models.Index(fields=["workspace", "account_id", "id"], name="event_of_account"),
            models.Index(fields=["workspace", "type", "id"], name="event_of_type"),
            models.Index(fields=["workspace", "written_at"], name="event_written"),
        ]

    def __str__(self) -> str:
        return self.type


class Payload(TenantModel):
    """What the fact says. ``canonical`` is RFC 8785 JSON with amounts as strings: the bytes that the chain covers.

    ``body`` is what endpoints receive and what is signed: the exact bytes, for public events. Both can be erased by law
    and the chain still verifies, since a leaf holds the salted hash.
    """

    PREFIX: ClassVar[str] = "pay"

    salt = models.BinaryField()
    canonical = models.BinaryField()
    digest = models.BinaryField()
    body = models.BinaryField(null=True)

    class Meta:
        constraints = [*tenant_rules("audit_payload", refs={"id": "audit_event"}, append_only=True)]


class Seal(TenantModel):
    """One link of the workspace's hash chain, made after commit: hash = SHA-256(prev ‖ leaf). The id is the event's."""

    PREFIX: ClassVar[str] = "seal"

    seq = models.BigIntegerField()
    prev = models.BinaryField()
    hash = models.BinaryField()
    sealed_at = models.DateTimeField(default=clock.wall)

    class Meta:
        constraints = [
            *tenant_rules("audit_seal", refs={"id": "audit_event"}, append_only=True),
            models.UniqueConstraint(fields=["workspace", "seq"], name="seal_seq"),
        ]
