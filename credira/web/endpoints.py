"""Portal: a new number or address of a consumer, and the end of an old one."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from accounts.models import Endpoint
from accounts.selectors import endpoints_of, get_account
from accounts.services import add_endpoint, end_endpoint
from compliance.views import AccountFormPage
from credira.core.forms import DateField, offer
from credira.core.ids import parse_id
from credira.web.account import back_to, shown_value
from credira.web.endpoints_api import SOURCES, TOLD
from creditors.permissions import Access
from creditors.portal import PortalView


class EndpointForm(forms.Form):
    """A number, an e-mail or a postal address, and where it comes from."""

    kind = forms.ChoiceField(label="What", choices=Endpoint.Kind.choices, widget=forms.RadioSelect, initial="phone")
    value = forms.CharField(
        label="Number or e-mail address", max_length=254, required=False, help_text="A number as +12125550100."
    )
    street = forms.CharField(label="Street", max_length=200, required=False)
    city = forms.CharField(label="City", max_length=100, required=False)
    state = forms.CharField(label="State", max_length=2, required=False, help_text="Two letters.")
    postal_code = forms.CharField(label="ZIP code", max_length=10, required=False)
    source = forms.ChoiceField(label="How we know it", choices=SOURCES)
    since = DateField(label="Lives there since", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    replaces = forms.ChoiceField(label="In place of", required=False)

    def __init__(self, *args: Any, endpoints: list[Endpoint], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(each.public_id, shown_value(each)) for each in endpoints if each.valid_to is None]
        offer(self, "replaces", [("", "None: it comes beside them"), *known])


class AddEndpointView(AccountFormPage):
    """`…/endpoints`."""

    title, verb, done = "Add a number or address", "Add", "Added. A notice that waited for it is looked at again."

    def make_form(self, data: Any) -> forms.Form:
        return EndpointForm(data, endpoints=list(endpoints_of(self.workspace, [self.account.person_id])))

    def record(self, given: dict[str, Any]) -> None:
        add_endpoint(
            workspace=self.workspace,
            account_id=self.account.id,
            kind=given["kind"],
            told={name: given[name] for name in TOLD},
            source=given["source"],
            since=given["since"],
            replaces=parse_id(Endpoint.PREFIX, given["replaces"]) if given["replaces"] else None,
        )


class EndEndpointView(PortalView):
    """POST `…/endpoints/<endpoint>/end`."""

    permission: ClassVar[tuple[str, Access]] = ("accounts", "write")
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        account = get_account(self.workspace, str(kwargs["account_id"]))
        key = parse_id(Endpoint.PREFIX, str(kwargs["endpoint_id"]))
        ended = end_endpoint(workspace=self.workspace, account_id=account.id, endpoint_id=key)
        messages.success(request, f"{shown_value(ended)} is used no more.")
        return back_to(self.workspace, account)
