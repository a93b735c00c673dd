"""Form fields for what people type."""

from typing import Any

from django import forms

from credira.core.digits import is_plain


class PlainDigits(forms.Field):
    """Before a field of Django's: refuses what isn't written with the digits 0 to 9."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and not is_plain(value.strip()):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class DecimalField(PlainDigits, forms.DecimalField):
    """A number."""


class DateField(PlainDigits, forms.DateField):
    """A day."""


class DateTimeField(PlainDigits, forms.DateTimeField):
    """A day and time."""
