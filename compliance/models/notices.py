"""The validation notice of one debt (VN-01 to VN-09): 12 CFR 1006.34."""

from typing import ClassVar

from django.db import models

from credira.core import clock
from credira.core.fields import CurrencyField, MoneyField
from credira.tenancy.db import TenantKey, TenantModel, tenant_rules


class ValidationNotice(TenantModel):
    """One notice to one consumer about one debt. An undelivered one is replaced by a new row with a new end date.

    The figures are frozen when the notice is claimed, with the period's end and the hash of the content, so that what
    was sent can be proved; each moment is set once, so that the state at any past instant can be told.
    """

    PREFIX: ClassVar[str] = "vn"

    class Status(models.TextChoices):
        PENDING = "pending"
        BLOCKED = "blocked"
        CLAIMED = "claimed"
        SENT = "sent"
        UNDELIVERED = "undelivered"
        NOT_REQUIRED = "not_required"
        CANCELLED = "cancelled"

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        Status.PENDING: {Status.CLAIMED, Status.BLOCKED, Status.CANCELLED},
        Status.BLOCKED: {Status.PENDING, Status.CANCELLED},
        Status.CLAIMED: {Status.SENT, Status.PENDING, Status.UNDELIVERED},
        Status.SENT: {Status.UNDELIVERED},
        Status.UNDELIVERED: set(),
        Status.NOT_REQUIRED: set(),
        Status.CANCELLED: set(),
    }

    class Delivery(models.TextChoices):
        EMAIL = "email"
        MAIL = "mail"

    account = TenantKey("accounts.Account")
    person = TenantKey("accounts.Person")
    entity = TenantKey("creditors.OperatingEntity")
    replaces = TenantKey("self", null=True)
    status = models.CharField(max_length=12, choices=Status.choices)
    reason = models.TextField(default="", blank=True)
    problems = models.JSONField(default=list)
    updated_at = models.DateTimeField(default=clock.wall)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    due_on = models.DateField(null=True)

    # how it goes out
    delivery = models.CharField(max_length=5, choices=Delivery.choices, default="", blank=True)
    endpoint = TenantKey("accounts.Endpoint", null=True)
    attempt = TenantKey("compliance.ContactAttempt", null=True)
    send_on = models.DateField(null=True)

    # frozen when claimed
    claimed_at = models.DateTimeField(null=True)
    sent_on = models.DateField(null=True)
    assumed_receipt_on = models.DateField(null=True)
    period_end = models.DateField(null=True)
    currency = CurrencyField(default="USD")
    itemization_kind = models.CharField(max_length=16, default="", blank=True)
    itemization_date = models.DateField(null=True)
    amount = MoneyField(null=True)
    interest = MoneyField(null=True)
    fees = MoneyField(null=True)
    credits = MoneyField(null=True)
    total = MoneyField(null=True)
    content = models.JSONField(default=dict)
    content_sha256 = models.CharField(max_length=64, default="", blank=True)
    language = models.CharField(max_length=8, default="en")

    # what became of it
    sent_at = models.DateTimeField(null=True)
    undelivered_at = models.DateTimeField(null=True)
    undelivered_on = models.DateField(null=True)
    document_key = models.CharField(max_length=200, default="", blank=True)
    document_sha256 = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        constraints = [
            *tenant_rules(
                "compliance_validationnotice",
                refs={
                    "account_id": "accounts_account",
                    "person_id": "accounts_person",
                    "entity_id": "creditors_operatingentity",
                    "replaces_id": "compliance_validationnotice",
                    "endpoint_id": "accounts_endpoint",
                    "attempt_id": "compliance_contactattempt",
                },
            ),
            models.UniqueConstraint(fields=["workspace", "replaces"], name="compliance_notice_replaced_once"),
            models.UniqueConstraint(
                fields=["workspace", "account"],
                condition=models.Q(status__in=["pending", "blocked", "claimed"]),
                name="compliance_notice_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["pending", "blocked", "not_required", "cancelled"])
                | models.Q(period_end__isnull=False),
                name="compliance_notice_end_frozen",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "account"], name="compliance_notice_account")]
