"""Filters that many lists share."""

from typing import Any

import django_filters
from django import forms

from credira.core.errors import DomainError
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
