"""Disputes, original-creditor requests and what answered them (DISP-01, OC-01)."""

from typing import ClassVar

from django.db import models

from compliance.models.facts import Fact, fact_rules
from credira.core.fields import CurrencyField, EncryptedTextField, MoneyField
from credira.tenancy.db import TenantKey

ACCOUNT = {"account_id": "accounts_account"}


class Dispute(Fact):
    """A debt disputed in whole (amount null) or in part; valid_from is the receipt. A withdrawal ends it."""

    PREFIX: ClassVar[str] = "dsp"

    class Kind(models.TextChoices):
        DISPUTE = "dispute"
        ORIGINAL_CREDITOR = "original_creditor"

    class Channel(models.TextChoices):
        MAIL = "mail"
        EMAIL = "email"
        SMS = "sms"
        PORTAL = "portal"
        PHONE = "phone"
        IN_PERSON = "in_person"

    class Reason(models.TextChoices):
        NOT_MINE = "not_my_debt"
        WRONG_AMOUNT = "wrong_amount"
        OTHER = "other"

    account = TenantKey("accounts.Account")
    kind = models.CharField(max_length=18, choices=Kind.choices, default=Kind.DISPUTE)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    written = models.BooleanField()
    postmarked_on = models.DateField(null=True)
    amount = MoneyField(null=True)
    currency = CurrencyField(default="", blank=True)
    reasons = models.JSONField(default=list)
    statement = EncryptedTextField(default="", blank=True)

    class Meta:
        constraints = [
            *fact_rules("compliance_dispute", **ACCOUNT),
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True) | models.Q(amount__gt=0),
                name="compliance_dispute_amount_positive",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "account"], name="compliance_dispute_account")]


class DisputeAnswer(Fact):
    """Verification, judgment, duplicative notice, or the original creditor's name and address, as sent.

    A copy that came back ends it: with a returned answer the debt is held again (VN-06).
    """

    PREFIX: ClassVar[str] = "dan"

    class Kind(models.TextChoices):
        VERIFICATION = "verification"
        JUDGMENT = "judgment"
        DUPLICATIVE_NOTICE = "duplicative_notice"
        ORIGINAL_CREDITOR = "original_creditor"

    class Medium(models.TextChoices):
        MAIL = "mail"
        EMAIL = "email"
        PORTAL = "portal"

    account = TenantKey("accounts.Account")
    dispute = TenantKey("compliance.Dispute", related_name="answers")
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.VERIFICATION)
    medium = models.CharField(max_length=6, choices=Medium.choices)
    on = models.DateField()

    class Meta:
        constraints = fact_rules("compliance_disputeanswer", **ACCOUNT, dispute_id="compliance_dispute")
        indexes = [models.Index(fields=["workspace", "account"], name="compliance_answer_account")]
