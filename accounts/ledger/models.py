"""The double-entry ledger. Entries are never changed or deleted: a correction is a new entry that ``reverses`` one.

A statement trigger (migration 0002) refuses lines that don't sum to zero by entry and currency, an entry of one line,
and lines added to an entry later. So an entry's lines come in one statement.
"""

from decimal import Decimal
from typing import ClassVar

from django.db import models

from credira.core import clock
from credira.core.fields import CurrencyField, MoneyField
from credira.tenancy.db import TenantKey, TenantModel, tenant_rules


class Gl(models.TextChoices):
    """The accounts of the general ledger (credit.md 1.8). ``claim.*`` is what the consumer owes."""

    OPENING = "equity.opening", "Opening"
    ADJUSTMENT = "adjustment.creditor", "Creditor's adjustment"
    TRUST = "cash.trust", "Trust account"
    OPERATING = "cash.operating", "Operating account"
    PRINCIPAL = "claim.principal", "Principal"
    INTEREST = "claim.interest", "Interest"
    FEES = "claim.fees", "Fees"
    PENALTIES = "claim.penalties", "Penalties"
    UNAPPLIED = "liability.unapplied", "Unapplied"
    PROCESSOR = "clearing.processor", "Processor clearing"


class Entry(TenantModel):
    """One posting, with its reason. ``effective_on`` is the consumer's date, ``posted_at`` business time."""

    PREFIX: ClassVar[str] = "entry"

    class Kind(models.TextChoices):
        PLACEMENT = "placement", "Placement"
        ADJUSTMENT = "adjustment", "Adjustment"
        PAYMENT = "payment", "Payment"
        REVERSAL = "reversal", "Reversal"

    account = TenantKey("accounts.Account")
    kind = models.CharField(max_length=12, choices=Kind)
    effective_on = models.DateField()
    posted_at = models.DateTimeField(default=clock.now)
    reason = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=200, blank=True)
    reverses = TenantKey("accounts.Entry", null=True, blank=True)
    idempotency_key = models.CharField(max_length=255, null=True, blank=True)

    class Meta:
        constraints = [
            *tenant_rules(
                "accounts_entry",
                refs={"account_id": "accounts_account", "reverses_id": "accounts_entry"},
                append_only=True,
            ),
            models.UniqueConstraint(fields=["workspace", "reverses"], name="entry_reversed_once"),
            models.UniqueConstraint(fields=["workspace", "idempotency_key"], name="entry_key_once"),
        ]
        indexes = [models.Index(fields=["workspace", "account", "id"], name="entry_of_account")]

    def __str__(self) -> str:
        return self.public_id


class Line(TenantModel):
    """One side of an entry: debits positive, credits negative. ``instalment`` numbers a schedule's lines."""

    PREFIX: ClassVar[str] = "line"

    entry = TenantKey(Entry)
    gl = models.CharField(max_length=30, choices=Gl)
    amount = MoneyField()
    currency = CurrencyField()
    instalment = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            *tenant_rules("accounts_line", refs={"entry_id": "accounts_entry"}, append_only=True),
            models.CheckConstraint(condition=~models.Q(amount=0), name="line_moves_something"),
        ]
        indexes = [models.Index(fields=["workspace", "entry"], name="line_of_entry")]

    def __str__(self) -> str:
        return f"{self.gl} {self.amount}"


class Balance(TenantModel):
    """What is open by component: a cache of the lines, written in their transaction. The id is the account's."""

    PREFIX: ClassVar[str] = "acct"

    currency = CurrencyField()
    principal = MoneyField(default=Decimal(0))
    interest = MoneyField(default=Decimal(0))
    fees = MoneyField(default=Decimal(0))
    penalties = MoneyField(default=Decimal(0))
    costs = MoneyField(default=Decimal(0))
    unapplied = MoneyField(default=Decimal(0))
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            *tenant_rules("accounts_balance", refs={"id": "accounts_account"}),
            models.CheckConstraint(
                condition=models.Q(principal__gte=0, interest__gte=0, fees__gte=0, penalties__gte=0, unapplied__gte=0),
                name="balance_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return str(self.total)

    @property
    def total(self) -> Decimal:
        """What the consumer owes; unapplied money isn't taken off before it is applied."""
        total: Decimal = self.principal + self.interest + self.fees + self.penalties + self.costs
        return total
