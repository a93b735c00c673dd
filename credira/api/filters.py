"""Filters that many lists share."""

from typing import Any

import django_filters
from django import forms
from django_filters.fields import IsoDateTimeField

from credira.core.errors import DomainError
from credira.core.forms import DateField, DecimalField, PlainDigits
from credira.core.ids import parse_id


class _PublicIdFormField(forms.CharField):
    def __init__(self, *, prefix: str, **options: Any) -> None:
        self.prefix = prefix
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_id(self.prefix, text)
        except DomainError:
            raise forms.ValidationError(f"Not an id of this kind ({self.prefix}_…).") from None


class PublicIdFilter(django_filters.Filter):
    """Filters a uuid column by a public id."""

    field_class = _PublicIdFormField

    def __init__(self, *, prefix: str, **options: Any) -> None:
        super().__init__(prefix=prefix, **options)


class NumberFilter(django_filters.NumberFilter):
    """A number in the digits 0 to 9."""

    field_class = DecimalField


class DateFilter(django_filters.DateFilter):
    """A day in the digits 0 to 9."""

    field_class = DateField


class _InstantFormField(PlainDigits, IsoDateTimeField):
    """The form field of an instant."""


class InstantFilter(django_filters.IsoDateTimeFilter):
    """An ISO 8601 instant in the digits 0 to 9."""

    field_class = _InstantFormField
