"""What the conventions keep: one row an idempotent write."""

from typing import ClassVar

from django.db import models

from credira.core import clock
from credira.core.fields import EncryptedTextField
from credira.tenancy.db import TenantModel, tenant_rules


class IdempotencyRecord(TenantModel):
    """The answer to a write under an ``Idempotency-Key``, made in the transaction of the write itself.

    The answer is encrypted, since it may hold a secret that is shown once.
    """

    PREFIX: ClassVar[str] = "idem"

    key = models.CharField(max_length=255)
    fingerprint = models.BinaryField()
    status = models.IntegerField(default=0)
    answer = EncryptedTextField(blank=True)
    location = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=clock.wall)

    class Meta:
        constraints = [
            *tenant_rules("api_idempotencyrecord"),
            models.UniqueConstraint(fields=["workspace", "key"], name="idempotency_key_once"),
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_age")]
