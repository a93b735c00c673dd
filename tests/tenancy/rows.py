"""One row of any tenant's table, valid by itself: what its columns need, and references that lead nowhere yet.

References are DEFERRABLE INITIALLY DEFERRED: in a transaction that is rolled back they are checked only when asked for.
"""

import datetime as dt
import itertools
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models

from credira.core.ids import uuid7
from credira.tenancy.rules import TenantPolicy

_number = itertools.count(1)

# What a table's CHECK asks for beyond the type of a column.
NEEDED: Mapping[str, Mapping[str, Any]] = {
    "accounts_account": {"phase": "recovery", "collector_role": "third_party"},
    "accounts_line": {"amount": Decimal(1), "currency": "USD"},
    "accounts_note": {"body": "A note."},
    "accounts_placement": {"header": []},
    "compliance_gatedecision": {"debts": []},
    "compliance_optout": {"scope": "all"},
    "creditors_apikey": {"scopes": ["accounts:read"]},
    "messaging_message": {"template_id": uuid7()},
    "payments_payment": {"amount": Decimal(1)},
    "payments_promise": {"amount": Decimal(1)},
    "webhooks_webhookendpoint": {"events": ["call.completed"]},
}


def tenant_models() -> list[type[models.Model]]:
    """Every model whose table is one tenant's, by the policy in its ``Meta.constraints``."""
    return [model for model in apps.get_models() if policy_of(model) is not None]


def policy_of(model: type[models.Model]) -> TenantPolicy | None:
    """The row-level security of a model's table."""
    return next((rule for rule in model._meta.constraints if isinstance(rule, TenantPolicy)), None)


def make_row(model: type[models.Model], **fixed: Any) -> Any:
    """An unsaved row with a value in every column that needs one."""
    values = {**NEEDED.get(model._meta.db_table, {}), **fixed}
    for field in model._meta.concrete_fields:
        given = {field.name, field.attname} & values.keys()
        if not given and not field.has_default() and not field.null:
            values[field.attname] = _value(field)
    return model(**values)


def insert(row: Any) -> None:
    """Insert it as it is, past its ``save`` and ``clean``; a ledger's line with its counterpart."""
    rows = [row]
    if row._meta.db_table == "accounts_line":
        rows.append(make_row(type(row), workspace_id=row.workspace_id, entry_id=row.entry_id, amount=-row.amount))
    type(row)._default_manager.bulk_create(rows)


def _value(field: "models.Field[Any, Any]") -> Any:
    if isinstance(field, models.ForeignKey):
        return field.target_field.get_default() or next(_number)
    if field.choices:
        return next(iter(field.flatchoices))[0]
    for kind, value in (
        (models.UUIDField, uuid7()),
        (models.CharField, str(next(_number))[-(field.max_length or 99) :]),
        (models.TextField, "text"),
        (models.BinaryField, str(next(_number)).encode()),
        (models.BooleanField, False),
        (models.DateTimeField, dt.datetime(2126, 11, 24, 15, tzinfo=dt.UTC)),  # after every default of now
        (models.DateField, dt.date(2026, 11, 24)),
        (models.DecimalField, Decimal(0)),
        (models.IntegerField, next(_number)),
        (models.JSONField, {}),
    ):
        if isinstance(field, kind):
            return value
    raise NotImplementedError(f"{field} needs a value here")
