"""Credentials of programs."""

import datetime as dt
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from credira.core import clock
from credira.tenancy.db import TenantModel, tenant_rules
from creditors import plans
from creditors.scopes import ALL

# What authentication reads before the workspace is known; nothing else of a key is visible then.
READ_BY_SYSTEM = "id, workspace_id, digest, scopes, plan, dialect, expires_at, revoked_at, last_used_at"


class ApiKey(TenantModel):
    """A key is shown once; what stays is its first characters and its SHA-256 (high entropy needs no slow hash)."""

    PREFIX: ClassVar[str] = "key"

    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16)
    digest = models.BinaryField(max_length=32, unique=True)
    scopes = ArrayField(models.CharField(max_length=40))
    plan = models.CharField(max_length=20, choices=plans.CHOICES)
    dialect = models.CharField(max_length=20, default="credira")
    created_by = models.CharField(max_length=40, blank=True, help_text="Public id of the member or key that minted it.")
    created_at = models.DateTimeField(default=clock.wall, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *tenant_rules("creditors_apikey", system=f"SELECT ({READ_BY_SYSTEM}), UPDATE (last_used_at)"),
            models.CheckConstraint(condition=~models.Q(scopes=[]), name="apikey_has_scopes"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def state(self) -> str:
        """`active`, `expired` or `revoked`."""
        if self.revoked_at:
            return "revoked"
        return "expired" if is_over(self.expires_at) else "active"

    @property
    def scope_summary(self) -> str:
        """`"Everything"`, or `"accounts: read, write; audit: read"`."""
        if set(self.scopes) >= set(ALL):
            return "Everything"
        rights: dict[str, list[str]] = {}
        for scope in self.scopes:
            resource, access = scope.split(":")
            rights.setdefault(resource, []).append(access)
        return "; ".join(f"{resource}: {', '.join(accesses)}" for resource, accesses in rights.items())


def is_over(expires_at: dt.datetime | None) -> bool:
    """Whether a moment of the machine's clock has come; None never comes."""
    return expires_at is not None and expires_at <= clock.wall()
