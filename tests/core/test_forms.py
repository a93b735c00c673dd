"""What people type is read in the digits 0 to 9."""

import pytest
from django import forms

from credira.core.forms import DateField, DateTimeField, DecimalField


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        (DecimalField(), "٤٢٠"),
        (DecimalField(), "１２.５０"),
        (DecimalField(), "1_000"),
        (DateField(), "２０２６-11-24"),
        (DateTimeField(), "2026-11-24 ١٠:00"),
    ],
)
def test_other_digits_are_asked_for_again(field: forms.Field, typed: str) -> None:
    with pytest.raises(forms.ValidationError, match="Enter a"):
        field.clean(typed)
