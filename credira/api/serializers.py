"""Serializers that refuse what they don't know."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from credira.core.clock import FIRST_YEAR
from credira.core.digits import is_plain
from credira.core.errors import DomainError
from credira.core.ids import parse_id, public_id
from credira.core.json import utc_text
from credira.core.money import MAX_AMOUNT

_WRITTEN_IN_DIGITS = (serializers.DateField, serializers.DateTimeField, serializers.IntegerField)


class StrictSerializer(serializers.Serializer[Any]):
    """Unknown fields are faults, never ignored; numbers and dates are written with the digits 0 to 9."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                raise serializers.ValidationError({str(name): "Unknown field." for name in unknown})
            foreign = [name for name, value in data.items() if self._is_foreign(self.fields[name], value)]
            if foreign:
                raise serializers.ValidationError(dict.fromkeys(foreign, "Write it with the digits 0 to 9."))
        return super().to_internal_value(data)

    @staticmethod
    def _is_foreign(field: serializers.Field[Any, Any, Any, Any], value: Any) -> bool:
        return isinstance(field, _WRITTEN_IN_DIGITS) and isinstance(value, str) and not is_plain(value)


@extend_schema_field(OpenApiTypes.STR)
class PublicIdField(serializers.Field[Any, Any, Any, Any]):
    """A public id outside, a uuid inside."""

    default_error_messages = {"invalid": "Not an id of this kind ({prefix}_…)."}

    def __init__(self, prefix: str, **options: Any) -> None:
        self.prefix = prefix
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> Any:
        try:
            return parse_id(self.prefix, data if isinstance(data, str) else "")
        except DomainError:
            self.fail("invalid", prefix=self.prefix)

    def to_representation(self, value: Any) -> str:
        return public_id(self.prefix, value)


@extend_schema_field(OpenApiTypes.NUMBER)
class AmountField(serializers.Field[Any, Any, Any, Any]):
    """An amount in major units: a JSON number, exact both ways. The service checks the currency's decimals."""

    default_error_messages = {
        "invalid": "A number is needed.",
        "out_of_range": "The amount is out of range.",
        "negative": "The amount must not be negative.",
    }

    def __init__(self, *, allow_negative: bool = False, **options: Any) -> None:
        self.allow_negative = allow_negative
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, int | Decimal):
            self.fail("invalid")
        amount = Decimal(data)
        if not amount.is_finite() or abs(amount) > MAX_AMOUNT:
            self.fail("out_of_range")
        if amount < 0 and not self.allow_negative:
            self.fail("negative")
        return amount

    def to_representation(self, value: Decimal) -> Decimal:
        return value


class DayField(serializers.DateField):
    """A day that we are told, from the year 1900 on."""

    def to_internal_value(self, value: Any) -> Any:
        day = super().to_internal_value(value)
        if day.year < FIRST_YEAR:
            raise serializers.ValidationError("This date is before 1900.")
        return day


class UtcDateTimeField(serializers.DateTimeField):
    """ISO 8601 with a zone in, from the year 1900 on; UTC, ``Z``, seconds out."""

    def to_internal_value(self, value: Any) -> Any:
        moment = super().to_internal_value(value)
        if isinstance(value, str) and not (value.endswith(("Z", "z")) or "+" in value[10:] or "-" in value[10:]):
            raise serializers.ValidationError("A time needs its zone, as in 2026-11-24T15:05:00Z.")
        if moment.year < FIRST_YEAR:
            raise serializers.ValidationError("This time is before 1900.")
        return moment

    def to_representation(self, value: Any) -> Any:
        return utc_text(value) if isinstance(value, dt.datetime) else value
