"""Money received and money promised."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from credira.core import clock
from credira.core.fields import CurrencyField, MoneyField
from credira.tenancy.db import TenantKey, TenantModel, tenant_rules


class Payment(TenantModel):
    """One payment on one account, with the split that the ledger made of it."""

    PREFIX: ClassVar[str] = "pmt"

    class Status(models.TextChoices):
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        RETURNED = "returned"

    class Method(models.TextChoices):
        BANK_TRANSFER = "bank_transfer"
        CARD = "card"
        ACH = "ach"
        CHECK = "check"
        CASH = "cash"
        OTHER = "other"

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {"succeeded": {"returned"}, "failed": set(), "returned": set()}

    account = TenantKey("accounts.Account")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.SUCCEEDED)
    amount = MoneyField()
    currency = CurrencyField()
    method = models.CharField(max_length=15, choices=Method.choices)
    reference = models.CharField(max_length=100, blank=True)
    source = models.CharField(max_length=12)
    paid_on = models.DateField()
    principal = MoneyField(default=0)
    interest = MoneyField(default=0)
    fees = MoneyField(default=0)
    penalties = MoneyField(default=0)
    unapplied = MoneyField(default=0)
    entry_id = models.UUIDField(null=True, blank=True)
    campaign_id = models.UUIDField(null=True, blank=True)
    enrolled_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(default=clock.now)
    returned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *tenant_rules("payments_payment", refs={"account_id": "accounts_account"}),
            models.CheckConstraint(name="payment_is_positive", condition=Q(amount__gt=0)),
            models.UniqueConstraint(
                name="payment_reference_once", fields=["workspace", "reference"], condition=~Q(reference="")
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "account", "received_at"], name="payment_of_account"),
            models.Index(fields=["workspace", "received_at"], name="payment_received"),
            models.Index(fields=["workspace", "campaign_id"], name="payment_of_campaign"),
        ]


class Promise(TenantModel):
    """A consumer's word to pay an amount by a date. Kept or broken is decided three days after it."""

    PREFIX: ClassVar[str] = "prm"

    class Status(models.TextChoices):
        OPEN = "open"
        KEPT = "kept"
        BROKEN = "broken"

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {"open": {"kept", "broken"}, "kept": set(), "broken": set()}

    account = TenantKey("accounts.Account")
    status = models.CharField(max_length=6, choices=Status.choices, default=Status.OPEN)
    amount = MoneyField()
    currency = CurrencyField()
    due_on = models.DateField()
    channel = models.CharField(max_length=10)
    source_id = models.UUIDField(null=True, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *tenant_rules("payments_promise", refs={"account_id": "accounts_account"}),
            models.CheckConstraint(name="promise_is_positive", condition=Q(amount__gt=0)),
        ]
        indexes = [
            models.Index(fields=["workspace", "account", "status"], name="promise_of_account"),
            models.Index(fields=["workspace", "status", "due_on"], name="promise_due"),
        ]
