"""Every try to reach a person, and every decision of the gate about one: what an examiner asks for."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from compliance.vocabulary import Channel, ConnectStatus, Outcome, Purpose, VoiceMode
from credira.core import clock
from credira.core.fields import EncryptedTextField
from credira.tenancy.db import TenantKey, TenantModel, tenant_rules


class GateDecision(TenantModel):
    """One answer of the gate that mattered: asked to reserve, to dispatch, or by a refused request. Never changed."""

    PREFIX: ClassVar[str] = "dec"

    class Stage(models.TextChoices):
        RESERVE = "reserve"
        DISPATCH = "dispatch"
        REQUEST = "request"

    stage = models.CharField(max_length=8, choices=Stage.choices)
    entity = TenantKey("creditors.OperatingEntity", null=True)
    person = TenantKey("accounts.Person")
    debts = ArrayField(models.UUIDField())
    endpoint = TenantKey("accounts.Endpoint", null=True)
    intent = models.JSONField()
    outcome = models.CharField(max_length=6, choices=Outcome.choices)
    reasons = models.JSONField(default=list)
    obligations = models.JSONField(default=list)
    relied_on = models.JSONField(default=list)
    zones = models.JSONField(default=list)
    next_allowed_at = models.DateTimeField(null=True)
    rule_pack = models.CharField(max_length=20)
    facts_hash = models.CharField(max_length=64)
    evaluated_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = tenant_rules(
            "compliance_gatedecision",
            refs={
                "entity_id": "creditors_operatingentity",
                "person_id": "accounts_person",
                "endpoint_id": "accounts_endpoint",
            },
            append_only=True,
        )
        indexes = [models.Index(fields=["workspace", "person"], name="compliance_decision_person")]


class ContactAttempt(TenantModel):
    """One try to reach one person about one or more debts.

    ``lookup_key`` is what a lost answer is looked up by: our id of the message, or the number dialled.
    ``counts_given``: which debts it counts toward was told to us (history of an earlier system), not derived.

    reserved: the gate said yes and the slot is taken. claimed: a worker is at the provider with it, under a lease and
    a fence. dispatched: the provider has it. unknown: nobody knows whether the provider has it. concluded: the
    outcome is known. given_up: it was never placed (not_connected, so it counts toward nothing).
    """

    PREFIX: ClassVar[str] = "att"

    class Status(models.TextChoices):
        RESERVED = "reserved"
        CLAIMED = "claimed"
        DISPATCHED = "dispatched"
        UNKNOWN = "unknown"
        CONCLUDED = "concluded"
        GIVEN_UP = "given_up"

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        Status.RESERVED: {Status.CLAIMED, Status.GIVEN_UP},
        Status.CLAIMED: {Status.DISPATCHED, Status.UNKNOWN, Status.GIVEN_UP, Status.CONCLUDED},
        Status.UNKNOWN: {Status.DISPATCHED, Status.GIVEN_UP, Status.CONCLUDED},
        Status.DISPATCHED: {Status.CONCLUDED, Status.GIVEN_UP},
        Status.CONCLUDED: set(),
        Status.GIVEN_UP: set(),
    }

    class Direction(models.TextChoices):
        OUTBOUND = "outbound"
        INBOUND = "inbound"

    class RightParty(models.TextChoices):
        UNVERIFIED = "unverified"
        VERIFIED = "verified"
        FAILED = "failed"

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RESERVED)
    updated_at = models.DateTimeField(default=clock.wall)

    # who, about what
    entity = TenantKey("creditors.OperatingEntity")
    consumer = TenantKey("accounts.Person")
    person = TenantKey("accounts.Person")
    person_role = models.CharField(max_length=24, default="consumer")
    campaign_id = models.UUIDField(null=True)
    actor_kind = models.CharField(max_length=10, default="system")
    actor_id = models.CharField(max_length=80, default="", blank=True)
    agent_version = models.CharField(max_length=80, default="", blank=True)

    # how
    direction = models.CharField(max_length=8, choices=Direction.choices, default=Direction.OUTBOUND)
    initiator = models.CharField(max_length=4, default="us")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    purpose = models.CharField(max_length=28, choices=Purpose.choices)
    voice_mode = models.CharField(max_length=12, choices=VoiceMode.choices, default=VoiceMode.NONE)
    dialing_mode = models.CharField(max_length=12, default="", blank=True)
    cease_exception_kind = models.CharField(max_length=16, default="", blank=True)
    endpoint = TenantKey("accounts.Endpoint", null=True)
    endpoint_value = EncryptedTextField(default="", blank=True)
    number_type = models.CharField(max_length=10, default="", blank=True)
    endpoint_source = models.CharField(max_length=20, default="", blank=True)
    reply_to_message = models.CharField(max_length=64, default="", blank=True)
    intent = models.JSONField(default=dict)

    # when
    reserved_at = models.DateTimeField()
    dispatched_at = models.DateTimeField(null=True)
    connected_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    concluded_at = models.DateTimeField(null=True)
    zones = models.JSONField(default=list)
    local_times = models.JSONField(default=dict)
    count_local_date = models.DateField()

    # the machine's side: who holds it, and what the provider calls it
    lease_until = models.DateTimeField(null=True)
    fence = models.IntegerField(default=0)
    provider = models.CharField(max_length=20, default="", blank=True)
    lookup_key = EncryptedTextField(default="", blank=True)
    missed_lookups = models.IntegerField(default=0)
    provider_reference = models.CharField(max_length=120, default="", blank=True)
    hangup_cause = models.CharField(max_length=80, default="", blank=True)

    # the outcome
    connect_status = models.CharField(max_length=22, choices=ConnectStatus.choices, default=ConnectStatus.IN_FLIGHT)
    message_possible = models.BooleanField(null=True)
    monitored = models.BooleanField(default=True)
    counts_given = models.BooleanField(default=False)
    right_party = models.CharField(max_length=10, choices=RightParty.choices, default=RightParty.UNVERIFIED)
    right_party_how = models.CharField(max_length=80, default="", blank=True)
    disclosures = models.JSONField(default=list)
    template = models.CharField(max_length=80, default="", blank=True)
    template_version = models.CharField(max_length=40, default="", blank=True)
    content_sha256 = models.CharField(max_length=64, default="", blank=True)
    content_key = models.CharField(max_length=200, default="", blank=True)
    recording_key = models.CharField(max_length=200, default="", blank=True)
    recording_notice_at = models.DateTimeField(null=True)
    transcript_key = models.CharField(max_length=200, default="", blank=True)

    # why it was allowed
    decision = TenantKey("compliance.GateDecision", null=True)
    obligations = models.JSONField(default=list)
    relied_on = models.JSONField(default=list)
    counts_before = models.JSONField(default=dict)

    class Meta:
        constraints = [
            *tenant_rules(
                "compliance_contactattempt",
                refs={
                    "entity_id": "creditors_operatingentity",
                    "consumer_id": "accounts_person",
                    "person_id": "accounts_person",
                    "endpoint_id": "accounts_endpoint",
                    "decision_id": "compliance_gatedecision",
                },
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "entity", "consumer", "count_local_date"], name="compliance_attempt_count"
            ),
            models.Index(
                fields=["workspace", "lease_until"],
                name="compliance_attempt_in_flight",
                condition=models.Q(status__in=["claimed", "unknown"]),
            ),
            models.Index(fields=["workspace", "provider_reference"], name="compliance_attempt_reference"),
        ]


class AttemptDebt(TenantModel):
    """A debt that an attempt was about, counts toward (FREQ-01), or that was talked about (FREQ-02)."""

    PREFIX: ClassVar[str] = "atd"

    attempt = TenantKey("compliance.ContactAttempt")
    account = TenantKey("accounts.Account")
    about = models.BooleanField(default=True)
    counts = models.BooleanField(null=True)
    discussed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            *tenant_rules(
                "compliance_attemptdebt",
                refs={"attempt_id": "compliance_contactattempt", "account_id": "accounts_account"},
            ),
            models.UniqueConstraint(fields=["workspace", "attempt", "account"], name="compliance_attemptdebt_once"),
        ]
        indexes = [models.Index(fields=["workspace", "account"], name="compliance_attemptdebt_account")]


class AttemptCorrection(TenantModel):
    """What was learned later about an attempt: a wrong number, a bounce, returned mail. The attempt stays as it was."""

    PREFIX: ClassVar[str] = "atc"

    class Kind(models.TextChoices):
        CONNECT_STATUS = "connect_status"
        RETURNED = "returned"
        OPTED_OUT = "opted_out"
        MONITORING_GAP = "monitoring_gap"

    attempt = TenantKey("compliance.ContactAttempt")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    connect_status = models.CharField(max_length=22, choices=ConnectStatus.choices, default="", blank=True)
    on = models.DateField(null=True)
    evidence = models.CharField(max_length=400, default="", blank=True)

    class Meta:
        constraints = tenant_rules(
            "compliance_attemptcorrection", refs={"attempt_id": "compliance_contactattempt"}, append_only=True
        )
        indexes = [models.Index(fields=["workspace", "attempt"], name="compliance_correction_attempt")]
