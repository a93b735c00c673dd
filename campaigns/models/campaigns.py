"""Campaigns: the longer sequence of contacts, and each account's way through it."""

from decimal import Decimal
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from credira.core import clock
from credira.core.fields import CurrencyField, MoneyField
from credira.tenancy.db import TenantKey, TenantModel, tenant_rules


class Campaign(TenantModel):
    """A sequence of contacts over a fixed list of accounts.

    ``strategy`` is the sequence as it was at the start (``campaigns.strategy.Strategy.dump``). ``total_amount`` is what
    the accounts owed when enrolled; ``summary`` the figures at the end.
    """

    PREFIX: ClassVar[str] = "cmp"

    class Status(models.TextChoices):
        RUNNING = "running"
        PAUSED = "paused"
        COMPLETED = "completed"
        CANCELED = "canceled"

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        Status.RUNNING: {Status.PAUSED, Status.COMPLETED, Status.CANCELED},
        Status.PAUSED: {Status.RUNNING, Status.COMPLETED, Status.CANCELED},
        Status.COMPLETED: set(),
        Status.CANCELED: set(),
    }

    OPEN: ClassVar[list[str]] = [Status.RUNNING, Status.PAUSED]

    name = models.CharField(max_length=120)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RUNNING)
    strategy = models.JSONField()
    selection = models.JSONField(default=dict)
    agent = TenantKey("campaigns.VoiceAgent")
    accounts_enrolled = models.PositiveIntegerField(default=0)
    total_amount = MoneyField(default=Decimal(0))
    currency = CurrencyField()
    first_contact_at = models.DateTimeField(null=True)
    created_by_kind = models.CharField(max_length=10, default="system")
    created_by_id = models.CharField(max_length=40, blank=True)
    created_by_name = models.CharField(max_length=120, blank=True)
    started_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    summary = models.JSONField(default=dict)
    updated_at = models.DateTimeField(default=clock.wall)

    class Meta:
        constraints = [
            *tenant_rules("campaigns_campaign", refs={"agent_id": "campaigns_voiceagent"}),
            models.CheckConstraint(name="campaign_ends_after_start", condition=Q(ends_at__gt=F("started_at"))),
        ]
        indexes = [models.Index(fields=["workspace", "status"], name="campaign_status")]

    def __str__(self) -> str:
        return self.name

    @property
    def open(self) -> bool:
        return self.status in self.OPEN


class Enrollment(TenantModel):
    """One account's way through a campaign.

    ``done`` and ``skipped`` are numbers of the strategy's steps: done was carried out, skipped was refused and is asked
    for again when a fact changes. The next step is the first that is in neither. ``ready_at`` is when it may be made at
    the earliest. Its planned contact is the queued Call of this enrolment or ``message``; ``planned_at`` says when.
    ``reasons`` holds why the last asked step waits or was refused.
    """

    PREFIX: ClassVar[str] = "enr"

    class Status(models.TextChoices):
        ACTIVE = "active"
        ENDED = "ended"

    class Waiting(models.TextChoices):
        """What an active enrolment without a planned contact waits for."""

        NOTHING = ""
        NOTICE = "notice"
        PROMISE = "promise"
        FACT = "fact"
        PAUSE = "pause"

    class End(models.TextChoices):
        PAID = "paid"
        STOPPED = "stopped"
        DISPUTED = "disputed"
        CLOSED = "closed"
        STEPS_DONE = "steps_done"
        CAMPAIGN = "campaign_ended"

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {Status.ACTIVE: {Status.ENDED}, Status.ENDED: set()}

    campaign = TenantKey("campaigns.Campaign")
    account = TenantKey("accounts.Account")
    person = TenantKey("accounts.Person")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ACTIVE)
    ended_as = models.CharField(max_length=16, choices=End.choices, blank=True)
    ended_at = models.DateTimeField(null=True)
    enrolled_at = models.DateTimeField(default=clock.now)
    amount = MoneyField()
    currency = CurrencyField()
    collected = MoneyField(default=Decimal(0))
    done = ArrayField(models.PositiveSmallIntegerField(), default=list)
    skipped = ArrayField(models.PositiveSmallIntegerField(), default=list)
    ready_at = models.DateTimeField()
    planned_step = models.PositiveSmallIntegerField(null=True)
    planned_at = models.DateTimeField(null=True)
    message = TenantKey("messaging.Message", null=True)
    waiting_for = models.CharField(max_length=8, choices=Waiting.choices, blank=True)
    promised_until = models.DateField(null=True)
    reasons = models.JSONField(default=list)
    reached = models.BooleanField(default=False)
    promised = models.BooleanField(default=False)
    updated_at = models.DateTimeField(default=clock.wall)

    class Meta:
        constraints = [
            *tenant_rules(
                "campaigns_enrollment",
                refs={
                    "campaign_id": "campaigns_campaign",
                    "account_id": "accounts_account",
                    "person_id": "accounts_person",
                    "message_id": "messaging_message",
                },
            ),
            models.UniqueConstraint(fields=["workspace", "campaign", "account"], name="enrollment_once"),
            models.UniqueConstraint(
                fields=["workspace", "account"], condition=Q(status="active"), name="enrollment_one_active"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "person"], condition=Q(status="active"), name="enrollment_active_person"),
        ]

    @property
    def active(self) -> bool:
        return self.status == self.Status.ACTIVE
