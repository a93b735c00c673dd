"""The tenant and its halves."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import Q

from credira.core import clock
from credira.tenancy.db import UuidModel
from credira.tenancy.rules import TenantPolicy


class Creditor(UuidModel):
    """Who places accounts with us: the tenant."""

    PREFIX: ClassVar[str] = "crd"

    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=60, unique=True)
    time_zone = models.CharField(max_length=60, default="America/New_York")
    currency = models.CharField(max_length=3, default="USD")
    plan = models.CharField(max_length=30, default="professional")
    created_at = models.DateTimeField(default=clock.wall)

    class Meta:
        constraints = [
            TenantPolicy(
                name="tenancy_creditor_tenant",
                mine="id::text = (SELECT current_setting('app.creditor'))",
                app="SELECT, UPDATE",
                system="SELECT, INSERT",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Workspace(UuidModel):
    """A creditor's live half or one of its sandboxes, with its own clock, keys, accounts and facts."""

    PREFIX: ClassVar[str] = "wks"

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="workspaces")
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=100)
    livemode = models.BooleanField(default=False)
    clock_offset = models.DurationField(default=dt.timedelta(0))
    clock_frozen_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.wall)

    class Meta:
        constraints = [
            TenantPolicy(
                name="tenancy_workspace_tenant",
                column="creditor_id",
                mine=(
                    "creditor_id::text = (SELECT current_setting('app.creditor')) "
                    "OR id::text = (SELECT current_setting('app.workspace'))"
                ),
                app="SELECT, INSERT, UPDATE",
                system="SELECT, INSERT",
            ),
            models.CheckConstraint(
                name="workspace_live_clock_is_real",
                condition=Q(livemode=False) | Q(clock_offset=dt.timedelta(0), clock_frozen_at=None),
            ),
            models.UniqueConstraint(name="workspace_one_live", fields=["creditor"], condition=Q(livemode=True)),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def clock(self) -> clock.Clock:
        """The business clock: real, shifted, or frozen."""
        return clock.Clock(self.clock_offset, self.clock_frozen_at)
