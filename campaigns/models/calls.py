"""Calls: what was planned, what the carrier told, and what was said turn by turn."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q

from credira.core import clock
from credira.core.fields import CurrencyField, EncryptedTextField
from credira.tenancy.db import TenantKey, TenantModel, tenant_rules

OPEN = ["dialing", "ringing", "in_progress"]


class Call(TenantModel):
    """One outbound call about one account.

    queued: planned for ``due_at``, nothing reserved. dialing: a worker is, or was, at the carrier with it. ringing and
    in_progress: as the carrier's callbacks told. ``number_key`` is a blind index of the number dialled: at most one
    open call per number, so that a lost answer can be looked up without doubt. ``state`` is the dialogue's between two
    turns. Offsets and ``duration_s`` count from the answer; ``cost`` is an estimate by our own tariff.
    """

    PREFIX: ClassVar[str] = "call"

    class Status(models.TextChoices):
        QUEUED = "queued"
        DIALING = "dialing"
        RINGING = "ringing"
        IN_PROGRESS = "in_progress"
        COMPLETED = "completed"
        FAILED = "failed"
        BLOCKED = "blocked"
        CANCELED = "canceled"

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        Status.QUEUED: {Status.DIALING, Status.BLOCKED, Status.CANCELED, Status.FAILED},
        Status.DIALING: {
            Status.QUEUED,
            Status.RINGING,
            Status.IN_PROGRESS,
            Status.COMPLETED,
            Status.FAILED,
            Status.BLOCKED,
        },
        Status.RINGING: {Status.IN_PROGRESS, Status.COMPLETED, Status.FAILED},
        Status.IN_PROGRESS: {Status.COMPLETED, Status.FAILED},
        Status.COMPLETED: set(),
        Status.FAILED: set(),
        Status.BLOCKED: set(),
        Status.CANCELED: set(),
    }

    account = TenantKey("accounts.Account")
    person = TenantKey("accounts.Person")
    campaign = TenantKey("campaigns.Campaign", null=True)
    enrollment = TenantKey("campaigns.Enrollment", null=True)
    step = models.PositiveSmallIntegerField(null=True)
    agent = TenantKey("campaigns.VoiceAgent")
    agent_label = models.CharField(max_length=80)
    purpose = models.CharField(max_length=28, default="collect")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.QUEUED)
    updated_at = models.DateTimeField(default=clock.wall)
    metadata = models.JSONField(default=dict)

    # planned
    endpoint = TenantKey("accounts.Endpoint", null=True)
    number = EncryptedTextField(default="", blank=True)
    number_key = models.BinaryField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField()
    deferrals = models.PositiveSmallIntegerField(default=0)
    reasons = models.JSONField(default=list)

    # dialled
    attempt = TenantKey("compliance.ContactAttempt", null=True)
    fence = models.IntegerField(default=0)
    dials = models.PositiveSmallIntegerField(default=0)
    reference = models.CharField(max_length=64, blank=True)
    dialed_at = models.DateTimeField(null=True)
    dialed_wall = models.DateTimeField(null=True)

    # held
    obligations = models.JSONField(default=list)
    state = models.JSONField(default=dict)
    answered_by = models.CharField(max_length=10, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_wall = models.DateTimeField(null=True)

    # ended
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=10, blank=True)
    outcome = models.CharField(max_length=24, blank=True)
    connect_status = models.CharField(max_length=22, blank=True)
    duration_s = models.PositiveIntegerField(null=True)
    cost = models.DecimalField(max_digits=10, decimal_places=4, default=Decimal(0))
    currency = CurrencyField(default="USD")
    summary = models.CharField(max_length=300, blank=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            *tenant_rules(
                "campaigns_call",
                refs={
                    "account_id": "accounts_account",
                    "person_id": "accounts_person",
                    "campaign_id": "campaigns_campaign",
                    "enrollment_id": "campaigns_enrollment",
                    "agent_id": "campaigns_voiceagent",
                    "endpoint_id": "accounts_endpoint",
                    "attempt_id": "compliance_contactattempt",
                },
            ),
            models.UniqueConstraint(
                fields=["workspace", "number_key"], condition=Q(status__in=OPEN), name="call_one_open_per_number"
            ),
            models.UniqueConstraint(
                fields=["workspace", "enrollment"], condition=Q(status="queued"), name="call_one_planned"
            ),
            models.CheckConstraint(
                name="call_open_has_attempt",
                condition=~Q(status__in=OPEN) | Q(attempt__isnull=False, number_key__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "account"], name="call_account"),
            models.Index(fields=["workspace", "campaign"], name="call_campaign"),
            models.Index(
                fields=["workspace", "status"], condition=Q(status__in=[*OPEN, "queued"]), name="call_unended"
            ),
        ]

    @property
    def open(self) -> bool:
        return self.status in OPEN


class CallTurn(TenantModel):
    """One side's turn: what the agent said or the consumer answered. Verification digits are masked before they come
    here.

    ``exchange`` numbers question and answer together: 0 is the opening. An agent's turn keeps the markup that it
    answered the carrier with, so that a repeated callback gets the same words and never runs the dialogue twice.
    ``disclosures``: [{code, version, at_ms}]; ``sentences``: [{act, text, disclosure}]; ``facts``: [{kind, text}]
    recorded in this turn.
    """

    PREFIX: ClassVar[str] = "turn"

    class Speaker(models.TextChoices):
        AGENT = "agent"
        CONSUMER = "consumer"

    call = TenantKey("campaigns.Call")
    exchange = models.PositiveSmallIntegerField()
    speaker = models.CharField(max_length=8, choices=Speaker.choices)
    text = EncryptedTextField(default="", blank=True)
    offset_ms = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=clock.now)
    intents = models.JSONField(default=list)
    confidence = models.FloatField(null=True)
    keyed = models.BooleanField(default=False)
    sentences = models.JSONField(default=list)
    disclosures = models.JSONField(default=list)
    facts = models.JSONField(default=list)
    violations = models.JSONField(default=list)
    standing = models.CharField(max_length=10, blank=True)
    markup = models.TextField(blank=True)

    class Meta:
        constraints = [
            *tenant_rules("campaigns_callturn", refs={"call_id": "campaigns_call"}),
            models.UniqueConstraint(fields=["workspace", "call", "exchange", "speaker"], name="callturn_once"),
        ]


class CallEvent(TenantModel):
    """One status callback of the carrier, stored once by the carrier's id of the call and its sequence."""

    PREFIX: ClassVar[str] = "cev"

    call = TenantKey("campaigns.Call")
    reference = models.CharField(max_length=64)
    sequence = models.SmallIntegerField()
    state = models.CharField(max_length=12)
    at = models.DateTimeField(default=clock.now)
    received_at = models.DateTimeField(default=clock.wall)
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [
            *tenant_rules("campaigns_callevent", refs={"call_id": "campaigns_call"}, append_only=True),
            models.UniqueConstraint(fields=["workspace", "reference", "sequence"], name="callevent_once"),
        ]
        indexes = [models.Index(fields=["workspace", "call"], name="callevent_call")]
