"""Forms of this room's pages."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms

from credira.core.forms import DateField
from messaging.models import Message


class MailedForm(forms.Form):
    """Which letters, and the day on which they were posted."""

    letters = forms.MultipleChoiceField(error_messages={"required": "Choose the letters."})
    mailed_on = DateField(
        label="Mailed on",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Say on which day they were mailed."},
    )

    def __init__(self, *args: Any, waiting: Sequence[Message], today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        letters = self.fields["letters"]
        assert isinstance(letters, forms.MultipleChoiceField)
        letters.choices = [(each.public_id, each.public_id) for each in waiting]
        self.fields["mailed_on"].widget.attrs["max"] = today.isoformat()
