"""Form fields for what people type."""

from collections.abc import Iterable
from typing import Any

from django import forms

from credira.core.clock import FIRST_YEAR
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
    """A day, from the year 1900 on."""

    def to_python(self, value: Any) -> Any:
        day = super().to_python(value)
        if day is not None and day.year < FIRST_YEAR:
            raise forms.ValidationError("This date is before 1900.")
        return day


class DateTimeField(PlainDigits, forms.DateTimeField):
    """A day and time."""


def offer(form: forms.Form, name: str, choices: Iterable[tuple[str, str]]) -> None:
    """What a form's field offers to choose from, where that is known only when it is shown."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)
