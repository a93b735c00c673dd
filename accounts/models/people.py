"""People and the ways to reach them."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from credira.core import clock
from credira.core.fields import EncryptedTextField
from credira.tenancy.db import TenantKey, TenantModel, tenant_rules


class Person(TenantModel):
    """Anyone we hold: a consumer, or somebody beside one. What is compared stands in normalised columns.

    ``state`` and ``zip`` are those of the newest residence address; ``last4_index`` finds the encrypted digits.
    """

    PREFIX: ClassVar[str] = "cons"

    class Kind(models.TextChoices):
        NATURAL = "natural", "Person"
        FIRM = "firm", "Firm"

    kind = models.CharField(max_length=7, choices=Kind, default=Kind.NATURAL)
    first_name = models.CharField(max_length=100, blank=True)
    middle_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    suffix = models.CharField(max_length=20, blank=True)
    company_name = models.CharField(max_length=200, blank=True)
    # "siobhan chen" and "chen siobhan": collation C, so that a prefix is a range and RLS lets an index answer it.
    name_norm = models.CharField(max_length=330, blank=True, db_collation="C")
    sort_name = models.CharField(max_length=330, blank=True, db_collation="C")
    email_norm = models.CharField(max_length=254, blank=True)
    state = models.CharField(max_length=2, blank=True)
    zip = models.CharField(max_length=5, blank=True)
    date_of_birth = EncryptedTextField(blank=True)
    last4_ssn = EncryptedTextField(blank=True)
    last4_index = models.BinaryField(null=True, blank=True)
    language = models.CharField(max_length=8, default="en")
    review_reason = models.CharField(max_length=40, blank=True, help_text="Why a member should look; empty: no need.")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            *tenant_rules("accounts_person"),
            models.CheckConstraint(condition=models.Q(kind__in=["natural", "firm"]), name="person_kind"),
        ]
        indexes = [
            models.Index(fields=["workspace", "email_norm"], name="person_email", condition=~models.Q(email_norm="")),
            models.Index(fields=["workspace", "name_norm"], name="person_name"),
            models.Index(fields=["workspace", "sort_name"], name="person_sort_name"),
            models.Index(
                fields=["workspace", "last4_index"], name="person_last4", condition=models.Q(last4_index__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """``"Renee Calloway"``, or the firm's name; without both, ``"Name not known"``."""
        parts = (self.first_name, self.middle_name, self.last_name, self.suffix)
        return " ".join(part for part in parts if part) or self.company_name or "Name not known"

    @property
    def initials(self) -> str:
        """``"RC"``, for the round mark beside a name."""
        parts = [self.first_name, self.last_name] if self.first_name or self.last_name else [self.company_name]
        return "".join(part[0] for part in parts if part).upper() or "?"


class Endpoint(TenantModel):
    """A number, e-mail address or postal address of a person. What becomes known of it later are facts of compliance.

    ``zones``: every IANA zone that it may mean; null is "not known", empty is "says nothing of a place".
    """

    PREFIX: ClassVar[str] = "ep"

    class Kind(models.TextChoices):
        PHONE = "phone", "Phone"
        EMAIL = "email", "E-mail"
        ADDRESS = "address", "Address"

    class Source(models.TextChoices):
        CONSUMER = "consumer_provided", "from the consumer"
        CREDITOR = "creditor_provided", "from the creditor"
        SKIP_TRACE = "skip_trace", "from a skip trace"
        ENRICHED = "enriched", "appended"
        UNKNOWN = "unknown", "source not known"

    class Place(models.TextChoices):
        HOME = "home", "Home"
        WORK = "work", "Work"
        BUSINESS = "business", "Business"
        NONE = "none", "Not tied to a place"

    person = TenantKey(Person)
    kind = models.CharField(max_length=7, choices=Kind)
    value = models.CharField(max_length=400)
    value_norm = models.CharField(max_length=400)
    source = models.CharField(max_length=17, choices=Source, default=Source.CREDITOR)
    place = models.CharField(max_length=8, choices=Place, default=Place.NONE)
    number_type = models.CharField(max_length=9, default="unknown")
    state = models.CharField(max_length=2, null=True, blank=True)
    zones = ArrayField(models.CharField(max_length=40), null=True, blank=True)
    address_type = models.CharField(max_length=9, blank=True)
    street = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    zip = models.CharField(max_length=5, blank=True)
    postal_code = models.CharField(max_length=10, blank=True)
    country = models.CharField(max_length=2, default="US")
    military = models.BooleanField(default=False)
    domain_public = models.BooleanField(default=False)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            *tenant_rules("accounts_endpoint", refs={"person_id": "accounts_person"}),
            models.UniqueConstraint(fields=["workspace", "person", "kind", "value_norm"], name="endpoint_once"),
            models.CheckConstraint(condition=models.Q(kind__in=["phone", "email", "address"]), name="endpoint_kind"),
        ]
        indexes = [models.Index(fields=["workspace", "value_norm"], name="endpoint_value")]

    def __str__(self) -> str:
        return self.public_id
