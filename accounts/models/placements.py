"""How accounts come in by the thousand."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from credira.core import clock
from credira.core.fields import EncryptedTextField
from credira.tenancy.db import TenantKey, TenantModel, tenant_rules


class Placement(TenantModel):
    """One file and how far it has come. ``done`` counts data rows dealt with and moves in the transaction that placed
    them, so a worker killed between two chunks goes on where the last one ended.
    """

    PREFIX: ClassVar[str] = "plc"

    class Status(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        COMPLETED = "completed", "Completed"
        FAILED = "failed", "Failed"

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        "queued": {"running", "failed"},
        "running": {"completed", "failed"},
        "completed": set(),
        "failed": set(),
    }

    status = models.CharField(max_length=9, choices=Status, default=Status.QUEUED)
    filename = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    header = ArrayField(models.CharField(max_length=200))
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    placed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    warned = models.PositiveIntegerField(default=0)
    warnings = models.JSONField(default=dict, help_text="How many placed rows carry each warning.")
    amounts = models.JSONField(default=dict, help_text="Placed amount by currency, as text.")
    error = models.CharField(max_length=300, blank=True)
    actor_kind = models.CharField(max_length=10, blank=True)
    actor_id = models.CharField(max_length=40, blank=True)
    actor_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    started_at = models.DateTimeField(null=True, help_text="The machine's clock, for rate and time left.")
    finished_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(default=clock.wall)

    class Meta:
        constraints = [
            *tenant_rules("accounts_placement"),
            models.CheckConstraint(
                condition=models.Q(done=models.F("placed") + models.F("unchanged") + models.F("refused")),
                name="placement_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return self.filename


class PlacementPart(TenantModel):
    """A slice of the file as uploaded, compressed and encrypted: rows like all else, so no disk needs to be shared."""

    PREFIX: ClassVar[str] = "part"

    placement = TenantKey(Placement)
    number = models.PositiveIntegerField()
    body = EncryptedTextField()

    class Meta:
        constraints = [
            *tenant_rules("accounts_placementpart", refs={"placement_id": "accounts_placement"}),
            models.UniqueConstraint(fields=["workspace", "placement", "number"], name="placementpart_once"),
        ]

    def __str__(self) -> str:
        return str(self.number)


class PlacementRefusal(TenantModel):
    """One fault of one row. ``row`` counts as a spreadsheet does: 1 is the header."""

    PREFIX: ClassVar[str] = "refusal"

    placement = TenantKey(Placement)
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=40)
    message = models.CharField(max_length=300)
    value = EncryptedTextField(blank=True)
    reference = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            *tenant_rules("accounts_placementrefusal", refs={"placement_id": "accounts_placement"}, append_only=True)
        ]
        indexes = [models.Index(fields=["workspace", "placement", "row"], name="refusal_of_placement")]

    def __str__(self) -> str:
        return f"{self.row} {self.code}"
