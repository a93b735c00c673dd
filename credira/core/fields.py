"""Model fields of the house."""

from typing import Any

from django.db import models

from credira.core import crypto


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that is ciphertext in the database. It can't be searched: keep a blind index beside it."""

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return crypto.encrypt(text) if text else text

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return crypto.decrypt(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name not in ("isnull",):
            raise TypeError(f"{self.name} is encrypted and can't be filtered by {lookup_name}")
        return super().get_lookup(lookup_name)


class MoneyField(models.DecimalField):  # type: ignore[type-arg]
    """numeric(19, 4): an amount in major units; its currency stands in a column beside it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "max_digits": 19, "decimal_places": 4})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        return name, path, args, kwargs


class CurrencyField(models.CharField):  # type: ignore[type-arg]
    """An ISO 4217 code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "max_length": 3})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs
