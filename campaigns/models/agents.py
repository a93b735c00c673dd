"""Who speaks on our calls."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q

from credira.core import clock
from credira.core.fields import MoneyField
from credira.tenancy.db import TenantModel, tenant_rules


class VoiceAgent(TenantModel):
    """A voice with its limits. A changed agent is a new version, so that a call can name the one that spoke.

    ``from_number`` empty: the operating entity's own. ``voicemail_contact``: the natural person whom a limited-content
    message names (12 CFR 1006.2(j)); empty: never leave one. ``promise_days``: how far ahead a promise may lie.
    """

    PREFIX: ClassVar[str] = "agent"

    name = models.CharField(max_length=60)
    version = models.PositiveIntegerField(default=1)
    language = models.CharField(max_length=10, default="en-US")
    from_number = models.CharField(max_length=20, blank=True)
    voicemail_contact = models.CharField(max_length=80, blank=True)
    promise_days = models.PositiveSmallIntegerField(default=30)
    minimum_promise = MoneyField(default=Decimal(10))
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            *tenant_rules("campaigns_voiceagent"),
            models.UniqueConstraint(fields=["workspace", "name", "version"], name="voiceagent_version"),
            models.UniqueConstraint(fields=["workspace"], condition=Q(is_default=True), name="voiceagent_one_default"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """ "Riley v1": what a call and its attempt keep."""
        return f"{self.name} v{self.version}"
