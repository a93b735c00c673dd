"""What every tenant's model is built from."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Func

from credira.core.ids import public_id, uuid7
from credira.tenancy.rules import SameWorkspace, TenantPolicy, tenant_rules

__all__ = ["SameWorkspace", "TenantKey", "TenantModel", "TenantPolicy", "UuidModel", "tenant_rules"]


class UuidV7(Func):
    """PostgreSQL's own generator, for rows that SQL inserts (imports)."""

    function = "uuidv7"
    output_field = models.UUIDField()


class UuidModel(models.Model):
    """A row with a UUIDv7 key, made in Python (so that ``bulk_create`` knows it) and by the database alike."""

    PREFIX: ClassVar[str]

    id = models.UUIDField(primary_key=True, default=uuid7, db_default=UuidV7(), editable=False)

    class Meta:
        abstract = True

    @property
    def public_id(self) -> str:
        """The TypeID that callers see: ``acct_01m80e…``."""
        return public_id(self.PREFIX, self.id)


class TenantModel(UuidModel):
    """A row of one workspace. Its ``Meta.constraints`` begin with ``*tenant_rules(…)``."""

    workspace = models.ForeignKey("tenancy.Workspace", on_delete=models.PROTECT, related_name="+", db_index=False)
    workspace_id: UUID

    class Meta:
        abstract = True


class TenantKey(models.ForeignKey):  # type: ignore[type-arg]
    """A reference to another row of the same workspace.

    The database's foreign key is ``SameWorkspace`` on both columns, so the single-column one is left out. No reverse
    accessor unless named: rows are reached through selectors.
    """

    def __init__(self, to: Any, **options: Any) -> None:
        options.setdefault("on_delete", models.PROTECT)
        options.setdefault("related_name", "+")
        options["db_constraint"] = False
        super().__init__(to, **options)
