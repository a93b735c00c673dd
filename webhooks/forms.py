"""Forms of the room `webhooks`."""

from typing import Any

from django import forms


class EndpointForm(forms.Form):
    """A new endpoint. Choosing no event means all of them."""

    url = forms.URLField(
        label="Address",
        max_length=2000,
        assume_scheme="https",
        help_text="It must answer with 2xx within 15 seconds. Redirects aren't followed.",
        widget=forms.URLInput(attrs={"placeholder": "https://hooks.example.com/credira"}),
    )
    events = forms.MultipleChoiceField(
        label="Events",
        required=False,
        help_text="Choose none to receive all of them, those added later too.",
        widget=forms.CheckboxSelectMultiple,
    )
    secret = forms.CharField(
        label="Your own signing secret",
        required=False,
        min_length=16,
        max_length=200,
        help_text="Leave it empty and one is made for you.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, types: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["events"].choices = [(name, name) for name in types]  # type: ignore[attr-defined]


class SignatureForm(forms.Form):
    """What a receiver got, pasted by somebody whose check fails."""

    message_id = forms.CharField(label="webhook-id", max_length=80)
    timestamp = forms.CharField(label="webhook-timestamp", max_length=20)
    signature = forms.CharField(label="webhook-signature", max_length=300)
    body = forms.CharField(label="Raw body", strip=False, widget=forms.Textarea(attrs={"rows": 4}))
