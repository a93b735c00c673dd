"""What is written to people: every e-mail and letter, the templates they are made of, and what became of them."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from credira.core.fields import EncryptedTextField
from credira.tenancy.db import TenantKey, TenantModel, tenant_rules


class EmailTemplate(TenantModel):
    """One version of a template. A change is a new row; a message keeps the version that it was made of."""

    PREFIX: ClassVar[str] = "tpl"

    key = models.SlugField(max_length=60)
    version = models.CharField(max_length=12)
    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=28)
    language = models.CharField(max_length=8, default="en")
    subject = models.CharField(max_length=500)
    text = models.TextField()
    html = models.TextField()
    declared = ArrayField(models.CharField(max_length=60), default=list)
    variables = ArrayField(models.CharField(max_length=120), default=list)
    shipped = models.BooleanField(default=False)
    current = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints = [
            *tenant_rules("messaging_emailtemplate"),
            models.UniqueConstraint(fields=["workspace", "key", "version"], name="messaging_emailtemplate_version"),
            models.UniqueConstraint(
                fields=["workspace", "key"], condition=Q(current=True), name="messaging_emailtemplate_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"


class Message(TenantModel):
    """One e-mail or letter to one person about one account.

    sending: the gate let it through, its words are frozen, and whether the vendor has it isn't recorded yet.
    printing: the print vendor, or a member, has the letter; it isn't in the post yet. sent: the mail service took it,
    or the letter was mailed. bounced: it came back.
    """

    PREFIX: ClassVar[str] = "msg"

    class Channel(models.TextChoices):
        EMAIL = "email"
        LETTER = "letter"

    class Status(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        PRINTING = "printing"
        SENT = "sent"
        DELIVERED = "delivered"
        BOUNCED = "bounced"
        FAILED = "failed"
        BLOCKED = "blocked"
        CANCELLED = "cancelled"

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        Status.QUEUED: {Status.SENDING, Status.BLOCKED, Status.FAILED, Status.CANCELLED},
        Status.SENDING: {Status.QUEUED, Status.PRINTING, Status.SENT, Status.BLOCKED, Status.FAILED},
        Status.PRINTING: {Status.SENT, Status.BOUNCED, Status.FAILED},
        Status.SENT: {Status.DELIVERED, Status.BOUNCED},
        Status.DELIVERED: {Status.BOUNCED},
        Status.BOUNCED: set(),
        Status.FAILED: set(),
        Status.BLOCKED: set(),
        Status.CANCELLED: set(),
    }
    IN_FLIGHT: ClassVar[frozenset[str]] = frozenset({Status.SENDING})
    ENDED: ClassVar[frozenset[str]] = frozenset({Status.BOUNCED, Status.FAILED, Status.BLOCKED, Status.CANCELLED})

    channel = models.CharField(max_length=6, choices=Channel.choices)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.QUEUED)
    updated_at = models.DateTimeField()
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80, blank=True, default="")

    # to whom, about what
    account = TenantKey("accounts.Account")
    person = TenantKey("accounts.Person")
    endpoint = TenantKey("accounts.Endpoint", null=True)
    campaign_id = models.UUIDField(null=True)
    purpose = models.CharField(max_length=28)
    template = TenantKey("messaging.EmailTemplate", null=True)
    notice = TenantKey("compliance.ValidationNotice", null=True)
    variables = models.JSONField(default=dict)
    key = models.CharField(max_length=120, blank=True, default="")
    due_at = models.DateTimeField()

    # frozen when claimed: what is sent is what is kept
    attempt = TenantKey("compliance.ContactAttempt", null=True)
    decision = TenantKey("compliance.GateDecision", null=True)
    claimed_at = models.DateTimeField(null=True)
    to_name = EncryptedTextField(blank=True, default="")
    to_address = EncryptedTextField(blank=True, default="")
    from_name = models.CharField(max_length=200, blank=True, default="")
    from_address = models.CharField(max_length=400, blank=True, default="")
    subject = models.CharField(max_length=500, blank=True, default="")
    body_text = EncryptedTextField(blank=True, default="")
    body_html = EncryptedTextField(blank=True, default="")
    page = EncryptedTextField(blank=True, default="")
    headers = models.JSONField(default=dict)
    satisfies = ArrayField(models.CharField(max_length=120), default=list)
    content_sha256 = models.CharField(max_length=64, blank=True, default="")
    document_key = models.CharField(max_length=200, blank=True, default="")
    document_sha256 = models.CharField(max_length=64, blank=True, default="")

    # what became of it
    reference = models.CharField(max_length=120, blank=True, default="")
    failure = models.CharField(max_length=60, blank=True, default="")
    failure_detail = models.CharField(max_length=500, blank=True, default="")
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            *tenant_rules(
                "messaging_message",
                refs={
                    "account_id": "accounts_account",
                    "person_id": "accounts_person",
                    "endpoint_id": "accounts_endpoint",
                    "template_id": "messaging_emailtemplate",
                    "notice_id": "compliance_validationnotice",
                    "attempt_id": "compliance_contactattempt",
                    "decision_id": "compliance_gatedecision",
                },
            ),
            models.UniqueConstraint(fields=["workspace", "key"], condition=~Q(key=""), name="messaging_message_key"),
            models.UniqueConstraint(
                fields=["workspace", "notice"],
                condition=Q(status__in=["queued", "sending", "printing", "sent", "delivered"]),
                name="messaging_message_one_per_notice",
            ),
            models.CheckConstraint(
                condition=Q(template__isnull=False) | Q(notice__isnull=False), name="messaging_message_has_words"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["sending", "printing", "sent", "delivered"])
                | (Q(attempt__isnull=False) & ~Q(content_sha256="")),
                name="messaging_message_gated_and_frozen",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "account"], name="messaging_message_account"),
            models.Index(fields=["workspace", "reference"], name="messaging_message_reference"),
            models.Index(
                fields=["workspace", "status"],
                name="messaging_message_open",
                condition=Q(status__in=["queued", "sending", "printing"]),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class MessageEvent(TenantModel):
    """One thing that a vendor told us about a message, once: `key` is the vendor's own id for it, `words` a reply's."""

    PREFIX: ClassVar[str] = "mev"

    message = TenantKey("messaging.Message")
    key = models.CharField(max_length=160)
    kind = models.CharField(max_length=12)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    detail = models.CharField(max_length=500, blank=True, default="")
    words = EncryptedTextField(blank=True, default="")

    class Meta:
        constraints = [
            *tenant_rules("messaging_messageevent", refs={"message_id": "messaging_message"}, append_only=True),
            models.UniqueConstraint(fields=["workspace", "key"], name="messaging_messageevent_once"),
        ]
        indexes = [models.Index(fields=["workspace", "message"], name="messaging_messageevent_message")]

    def __str__(self) -> str:
        return self.key
