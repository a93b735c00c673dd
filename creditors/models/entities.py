"""The names that contact people, and where they may."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from credira.core import clock
from credira.tenancy.db import TenantKey, TenantModel, tenant_rules
from creditors import places


class CollectorRole(models.TextChoices):
    """Who the law sees (SCOPE-01); never derived from an account's phase."""

    FIRST_PARTY = "first_party", "First party"
    THIRD_PARTY = "third_party", "Third party"
    DEBT_BUYER = "debt_buyer", "Debt buyer"


class CreditorProfile(TenantModel):
    """The creditor as this workspace's consumers know it: true names (ID-01), state, own stricter policy."""

    PREFIX: ClassVar[str] = "crp"

    name = models.CharField(max_length=200)
    own_names = models.JSONField(default=list, help_text="Every name of the creditor itself, `name` included.")
    state = models.CharField(max_length=2, blank=True)
    policy = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        constraints = [
            *tenant_rules("creditors_creditorprofile"),
            models.UniqueConstraint(fields=["workspace"], name="creditorprofile_one_per_workspace"),
        ]

    def __str__(self) -> str:
        return self.name


class OperatingEntity(TenantModel):
    """The legal name that contacts people; its address takes disputes (VN-02)."""

    PREFIX: ClassVar[str] = "ent"

    name = models.CharField(max_length=200)
    names = models.JSONField(default=list, help_text="Licensed and assumed names, `name` included.")
    name_reveals_collection = models.BooleanField(default=False)
    is_default_first_party = models.BooleanField(default=False)
    is_default_third_party = models.BooleanField(default=False)
    street = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=2, blank=True)
    postal_code = models.CharField(max_length=10, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    website = models.URLField(blank=True)
    created_at = models.DateTimeField(default=clock.wall, editable=False)

    class Meta:
        constraints = [
            *tenant_rules("creditors_operatingentity"),
            models.UniqueConstraint(fields=["workspace", "name"], name="operatingentity_name"),
            models.UniqueConstraint(
                fields=["workspace"],
                condition=models.Q(is_default_first_party=True),
                name="operatingentity_first_party_default",
            ),
            models.UniqueConstraint(
                fields=["workspace"],
                condition=models.Q(is_default_third_party=True),
                name="operatingentity_third_party_default",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address_lines(self) -> list[str]:
        """The postal address as printed on a letter, without empty lines."""
        region = " ".join(part for part in (self.state, self.postal_code) if part)
        return [line for line in (self.street, ", ".join(part for part in (self.city, region) if part)) if line]


class StateAuthorization(TenantModel):
    """One entity may act in one role at one place from a date on (SCOPE-04). Append-only.

    A correction or an end is a second row that names the first in `replaces` and holds from its `recorded_at` on, so
    that what was known at any past moment can be asked.
    """

    PREFIX: ClassVar[str] = "auth"

    class Basis(models.TextChoices):
        LICENSE = "LICENSE", "License"
        REGISTRATION = "REGISTRATION", "Registration"
        BOND = "BOND", "Bond"
        EXEMPT = "EXEMPT", "Exempt"
        NOT_REQUIRED = "NOT_REQUIRED", "Not required"

    entity = TenantKey("creditors.OperatingEntity")
    place = models.CharField(max_length=6)
    role = models.CharField(max_length=11, choices=CollectorRole)
    basis = models.CharField(max_length=12, choices=Basis)
    number = models.CharField(max_length=100, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    replaces = TenantKey("creditors.StateAuthorization", null=True, blank=True)
    recorded_by = models.CharField(max_length=40, blank=True, help_text="Public id of the member or key.")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    written_at = models.DateTimeField(default=clock.wall, editable=False)

    class Meta:
        constraints = [
            *tenant_rules(
                "creditors_stateauthorization",
                refs={"entity_id": "creditors_operatingentity", "replaces_id": "creditors_stateauthorization"},
                append_only=True,
            ),
            models.UniqueConstraint(fields=["workspace", "replaces"], name="stateauthorization_replaced_once"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="stateauthorization_period",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "entity", "role"], name="stateauthorization_lookup")]

    def __str__(self) -> str:
        return f"{self.place} {self.role} {self.basis}"

    @property
    def place_name(self) -> str:
        """`"Minnesota"`, `"New York City"`."""
        return places.PLACES[self.place]
