"""The debt itself."""

import datetime as dt
from typing import ClassVar

from django.db import models

from credira.core import clock
from credira.core.fields import CurrencyField, MoneyField
from credira.tenancy.db import TenantKey, TenantModel, tenant_rules
from creditors.models import CollectorRole


class Account(TenantModel):
    """One placed debt: the only receivable of the house.

    Its amounts live in the ledger; ``current_balance`` is their cached sum, written in the same transaction. The
    itemization's amounts are as asserted at placement (null: not asserted) and never change afterwards: they are what
    a validation notice prints (12 CFR 1006.34(b)(3), (c)(2)).
    """

    PREFIX: ClassVar[str] = "acct"

    class Status(models.TextChoices):
        PLACED = "placed", "Placed"
        NOTICE_SENT = "notice_sent", "Notice sent"
        CONTACTED = "contacted", "Contacted"
        PROMISED = "promised", "Promised"
        IN_SETTLEMENT = "in_settlement", "In settlement"
        PAID_IN_FULL = "paid_in_full", "Paid in full"
        SETTLED = "settled", "Settled"
        CURED = "cured", "Cured"
        CLOSED = "closed", "Closed"

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        "placed": {"notice_sent", "contacted", "promised", "in_settlement", "paid_in_full", "cured", "closed"},
        "notice_sent": {"placed", "contacted", "promised", "in_settlement", "paid_in_full", "cured", "closed"},
        "contacted": {"promised", "in_settlement", "paid_in_full", "cured", "closed"},
        "promised": {"contacted", "in_settlement", "paid_in_full", "cured", "closed"},
        "in_settlement": {"contacted", "settled", "paid_in_full", "cured", "closed"},
        "paid_in_full": {"contacted"},
        "settled": {"in_settlement"},
        "cured": {"contacted"},
        "closed": {"placed"},
    }
    # Work goes on for these; the others are over.
    OPEN: ClassVar[frozenset[str]] = frozenset({"placed", "notice_sent", "contacted", "promised", "in_settlement"})
    # Over by what happened to the debt; a closed one was ended by hand, and may be taken up again by hand.
    OVER: ClassVar[frozenset[str]] = frozenset({"paid_in_full", "settled", "cured"})

    class Phase(models.TextChoices):
        PERFORMING = "performing", "Performing"
        INTERCEPT = "intercept", "Before charge-off"
        RECOVERY = "recovery", "After charge-off"

    class Type(models.TextChoices):
        CREDIT_CARD = "credit_card", "Credit card"
        AUTO_LOAN = "auto_loan", "Auto loan"
        PERSONAL_LOAN = "personal_loan", "Personal loan"
        LINE_OF_CREDIT = "line_of_credit", "Line of credit"
        MORTGAGE = "mortgage", "Mortgage"
        MEDICAL = "medical", "Medical bill"
        STUDENT_LOAN = "student_loan", "Student loan"
        UTILITY = "utility", "Utility bill"
        RETAIL = "retail_installment", "Retail installment"
        OTHER = "other", "Other debt"

    class Purpose(models.TextChoices):
        CONSUMER = "consumer", "Personal, family or household"
        COMMERCIAL = "commercial", "Commercial"
        UNKNOWN = "unknown", "Not known"

    class Obligor(models.TextChoices):
        NATURAL = "natural_person", "Natural person"
        ORGANIZATION = "organization", "Organization"
        UNKNOWN = "unknown", "Not known"

    class ItemizationKind(models.TextChoices):
        LAST_STATEMENT = "last_statement", "Last statement"
        CHARGE_OFF = "charge_off", "Charge-off"
        LAST_PAYMENT = "last_payment", "Last payment"
        TRANSACTION = "transaction", "Transaction"
        JUDGMENT = "judgment", "Judgment"

    person = TenantKey("accounts.Person")
    entity = TenantKey("creditors.OperatingEntity")
    creditor_reference = models.CharField(max_length=100, blank=True)
    content_hash = models.BinaryField()
    original_creditor = models.CharField(max_length=200, blank=True)
    current_creditor = models.CharField(max_length=200, blank=True)
    account_type = models.CharField(max_length=18, choices=Type, default=Type.OTHER)
    phase = models.CharField(max_length=10, choices=Phase, default=Phase.RECOVERY)
    collector_role = models.CharField(max_length=11, choices=CollectorRole)
    status = models.CharField(max_length=13, choices=Status, default=Status.PLACED)
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.UNKNOWN)
    obligor = models.CharField(max_length=14, choices=Obligor, default=Obligor.UNKNOWN)
    in_default_when_placed = models.BooleanField(default=True)

    currency = CurrencyField()
    current_balance = MoneyField()
    original_balance = MoneyField(null=True)
    principal_balance = MoneyField(null=True)
    interest_since = MoneyField(null=True)
    fees_since = MoneyField(null=True)
    payments_since = MoneyField(null=True)
    itemized_balance = MoneyField(null=True)
    itemization_date_kind = models.CharField(max_length=14, choices=ItemizationKind, blank=True)
    itemization_date = models.DateField(null=True)

    dpd = models.PositiveIntegerField(null=True)
    dpd_as_of = models.DateField(null=True)
    charge_off_date = models.DateField(null=True)
    first_delinquency_on = models.DateField(null=True)
    time_barred_on = models.DateField(null=True, help_text="Asserted by the creditor; else compliance computes it.")
    entered_on = models.DateField(null=True)
    last_payment_date = models.DateField(null=True)
    last_payment_amount = MoneyField(null=True)
    minimum_payment = MoneyField(null=True)
    placement_date = models.DateField()
    frequency_group = models.CharField(max_length=64, blank=True)

    placement = TenantKey("accounts.Placement", null=True, blank=True)
    placement_row = models.PositiveIntegerField(null=True)
    # Set at enrolment by the room above; no foreign key reaches upwards.
    campaign_id = models.UUIDField(null=True)
    enrolled_at = models.DateTimeField(null=True)
    tag = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.wall)

    class Meta:
        constraints = [
            *tenant_rules(
                "accounts_account",
                refs={
                    "person_id": "accounts_person",
                    "entity_id": "creditors_operatingentity",
                    "placement_id": "accounts_placement",
                },
            ),
            models.UniqueConstraint(
                fields=["workspace", "creditor_reference"],
                condition=~models.Q(creditor_reference=""),
                name="account_reference_once",
            ),
            models.UniqueConstraint(
                fields=["workspace", "content_hash"],
                condition=models.Q(creditor_reference=""),
                name="account_content_once",
            ),
            models.CheckConstraint(condition=models.Q(current_balance__gte=0), name="account_balance_not_negative"),
            models.CheckConstraint(
                condition=models.Q(principal_balance__lte=models.F("original_balance"))
                | models.Q(principal_balance=None)
                | models.Q(original_balance=None),
                name="account_principal_within_original",
            ),
            models.CheckConstraint(
                condition=models.Q(phase__in=["performing", "intercept", "recovery"]), name="account_phase"
            ),
            models.CheckConstraint(
                condition=models.Q(collector_role__in=["first_party", "third_party", "debt_buyer"]), name="account_role"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "person"], name="account_of_person"),
            models.Index(fields=["workspace", "status", "id"], name="account_by_status"),
            models.Index(
                fields=["workspace", "placement", "placement_row"],
                name="account_of_placement",
                condition=models.Q(placement__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.creditor_reference or self.public_id

    @property
    def is_open(self) -> bool:
        """Whether anything is still collected on it."""
        return self.status in self.OPEN

    @property
    def charged_off(self) -> bool:
        """Whether the charge-off date has come."""
        return self.charge_off_date is not None and self.charge_off_date <= clock.now().date()

    def dpd_on(self, day: dt.date) -> int | None:
        """Days past due on a day: as told, plus the days since (credit.md 1.6). None when nobody told."""
        if self.dpd is None or self.dpd_as_of is None:
            return None
        return max(0, self.dpd + (day - self.dpd_as_of).days) if self.dpd else 0


class Party(TenantModel):
    """Somebody beside the consumer on an account: co-debtor, spouse, attorney, …; ``relation`` is gate-facts' word."""

    PREFIX: ClassVar[str] = "party"

    account = TenantKey(Account)
    person = TenantKey("accounts.Person")
    relation = models.CharField(max_length=24)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            *tenant_rules("accounts_party", refs={"account_id": "accounts_account", "person_id": "accounts_person"}),
            models.UniqueConstraint(fields=["workspace", "account", "person", "relation"], name="party_once"),
        ]

    def __str__(self) -> str:
        return self.relation


class Note(TenantModel):
    """What a member, a program or an import wrote about an account. Append-only."""

    PREFIX: ClassVar[str] = "note"
    MAX_LENGTH: ClassVar[int] = 5_000

    account = TenantKey(Account)
    body = models.TextField(max_length=5_000)
    author_kind = models.CharField(max_length=10)
    author_id = models.CharField(max_length=40, blank=True)
    author_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            *tenant_rules("accounts_note", refs={"account_id": "accounts_account"}, append_only=True),
            models.CheckConstraint(condition=~models.Q(body=""), name="note_says_something"),
        ]
        indexes = [models.Index(fields=["workspace", "account", "id"], name="note_of_account")]

    def __str__(self) -> str:
        return self.public_id
