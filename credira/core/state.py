"""A status changes in one way: a table of allowed moves and a compare-and-swap."""

from typing import Any

from django.db.models import Model

from credira.core import clock
from credira.core.errors import InvalidTransition


def move(instance: Model, to: str, **changes: Any) -> None:
    """Move ``instance.status`` to ``to`` and set ``changes`` with it, in one UPDATE that only the first caller wins.

    The model holds ``TRANSITIONS: dict[str, set[str]]``. Raises ``InvalidTransition`` for a move that the table lacks,
    and for a row whose status changed since it was read; then nothing has changed.
    """
    model: Any = type(instance)
    row: Any = instance
    if to not in model.TRANSITIONS[row.status]:
        raise InvalidTransition(f"{_name(row)} is {row.status}; it can't become {to}.")
    if any(field.name == "updated_at" for field in model._meta.fields):
        changes.setdefault("updated_at", clock.wall())
    moved = model.objects.filter(pk=row.pk, status=row.status).update(status=to, **changes)
    if not moved:
        raise InvalidTransition(f"{_name(row)} changed while this request ran.")
    for name, value in {"status": to, **changes}.items():
        setattr(row, name, value)


def _name(row: Any) -> str:
    return str(getattr(row, "public_id", row.pk))
