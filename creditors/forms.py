"""Forms of the room `creditors`."""

import datetime as dt
from typing import Any

from django import forms

from credira.core.forms import DateField
from creditors.models import CollectorRole, OperatingEntity, StateAuthorization, User
from creditors.places import PLACES
from creditors.scopes import RESOURCES

_PLACES_BY_NAME = sorted(PLACES.items(), key=lambda place: place[1])
LIFETIMES = [("30", "30 days"), ("90", "90 days"), ("365", "1 year"), ("0", "No end")]


class SignInForm(forms.Form):
    """First factor."""

    email = forms.EmailField(
        label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label="Password", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class CodeForm(forms.Form):
    """Second factor: six digits, with or without spaces."""

    code = forms.CharField(
        label="6-digit code",
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
    )

    def clean_code(self) -> str:
        """The digits alone."""
        code = "".join(self.cleaned_data["code"].split())
        if not (code.isascii() and code.isdigit() and len(code) == 6):
            raise forms.ValidationError("Enter the six digits that your app shows.")
        return code


class ThemeForm(forms.Form):
    """How the portal looks to this user."""

    theme = forms.ChoiceField(label="Colors", choices=User.Theme, widget=forms.RadioSelect)


class KeyForm(forms.Form):
    """A new API key: a name, a lifetime, and for each resource nothing, read, or read and write."""

    name = forms.CharField(
        label="Name", max_length=100, help_text="What uses the key, for example “Core banking sync”."
    )
    lifetime = forms.ChoiceField(label="Valid for", choices=LIFETIMES, initial="90")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for resource in RESOURCES:
            for access in ("read", "write"):
                self.fields[f"{resource}:{access}"] = forms.BooleanField(
                    label=f"{access.capitalize()} {resource}", required=False
                )

    @property
    def grid(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """The scope table's rows: resource, its read box, its write box."""
        return [(resource, self[f"{resource}:read"], self[f"{resource}:write"]) for resource in RESOURCES]

    def clean(self) -> dict[str, Any]:
        """Adds `scopes` and `days` (None for no end)."""
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["scopes"] = [name for name, chosen in cleaned.items() if ":" in name and chosen]
        cleaned["days"] = dt.timedelta(days=int(cleaned.get("lifetime") or 0)) or None
        if not cleaned["scopes"]:
            raise forms.ValidationError("Choose at least one scope.")
        return cleaned


class AuthorizationForm(forms.Form):
    """One row of the table of authorizations."""

    entity = forms.ModelChoiceField(queryset=OperatingEntity.objects.none(), label="Entity", empty_label=None)
    place = forms.ChoiceField(label="Place", choices=_PLACES_BY_NAME)
    role = forms.ChoiceField(label="Role", choices=CollectorRole)
    basis = forms.ChoiceField(label="Basis", choices=StateAuthorization.Basis)
    number = forms.CharField(label="License or registration number", max_length=100, required=False)
    valid_from = DateField(label="Valid from", widget=forms.DateInput(attrs={"type": "date"}))
    valid_to = DateField(label="Valid to", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, entities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entity"].queryset = entities  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The period must not end before it begins."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("valid_from"), cleaned.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", "Must not be before the first day.")
        return cleaned
