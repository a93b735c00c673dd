"""Portal: what a person must do because the agent said so: call back, ask for a lawyer's address."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms

from accounts.models import Account
from accounts.selectors import people_of
from compliance import selectors, services
from compliance.forms import AttorneyForm, CalledBackForm
from compliance.models import AttorneyRep, Hold
from compliance.views import FormPage
from credira.core.errors import NotFound
from credira.core.ids import parse_id
from credira.tenancy.models import Workspace
from creditors.permissions import Access
from creditors.portal import PortalView

SHOWN = 100


def person_of(asked: Hold | AttorneyRep) -> UUID:
    """Who waits: only a kill switch, which is none of these, names nobody."""
    assert asked.person_id is not None
    return asked.person_id


def account_of(workspace: Workspace, person_id: UUID) -> Account:
    """The newest account of a person, on which a note about it is kept. Raises NotFound."""
    account = Account.objects.filter(workspace=workspace, person_id=person_id).order_by("-id").first()
    if account is None:
        raise NotFound
    return account


class FollowUpsPage(PortalView):
    """Everybody who waits, longest first; done ones leave the list and stay on the account's page."""

    permission: ClassVar[tuple[str, Access]] = ("accounts", "read")
    template_name = "compliance/follow_ups.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            call_backs=self.rows(selectors.list_call_backs(self.workspace)),
            attorneys=self.rows(selectors.list_unknown_attorneys(self.workspace)),
            shown=SHOWN,
            may_write=self.may("accounts", "write"),
            **kwargs,
        )

    def rows(self, waiting: Any) -> list[dict[str, Any]]:
        """The first of them, each with its person and the person's newest account."""
        found: list[Hold | AttorneyRep] = list(waiting[:SHOWN])
        ids = {person_of(each) for each in found}
        people = people_of(self.workspace, list(ids))
        owned = Account.objects.filter(workspace=self.workspace, person_id__in=ids).order_by("id")
        accounts = {account.person_id: account for account in owned}
        return [
            {"asked": each, "person": people[person_of(each)], "account": accounts.get(person_of(each))}
            for each in found
        ]


class FollowUpPage(FormPage):
    """What came of one of them."""

    permission: ClassVar[tuple[str, Access]] = ("accounts", "write")
    form_class: ClassVar[type[forms.Form]]

    @property
    def asked(self) -> Hold | AttorneyRep:
        """What waits. Raises NotFound."""
        raise NotImplementedError

    @property
    def back(self) -> str:
        return f"/w/{self.workspace.slug}/follow-ups"

    @property
    def about(self) -> str:
        person_id = person_of(self.asked)
        return str(people_of(self.workspace, [person_id])[person_id].name)

    def make_form(self, data: Any) -> forms.Form:
        return self.form_class(data)


class CalledBackView(FollowUpPage):
    """A person called."""

    title, verb = "Called back", "Done"
    done = "Noted. AI calls are allowed again, as far as this goes."
    form_class = CalledBackForm

    @property
    def asked(self) -> Hold:
        return selectors.get_call_back(self.workspace, parse_id(Hold.PREFIX, self.kwargs["call_back_id"]))

    def record(self, given: dict[str, Any]) -> None:
        hold = self.asked
        services.finish_call_back(
            workspace=self.workspace,
            hold_id=hold.id,
            account_id=account_of(self.workspace, person_of(hold)).id,
            note=given["note"],
        )


class AttorneyView(FollowUpPage):
    """The lawyer's name and address, or that there is none."""

    title, verb, done = "Name the lawyer", "Save", "Saved."
    form_class = AttorneyForm

    @property
    def asked(self) -> AttorneyRep:
        return selectors.get_unknown_attorney(self.workspace, parse_id(AttorneyRep.PREFIX, self.kwargs["attorney_id"]))

    def record(self, given: dict[str, Any]) -> None:
        told = self.asked
        about: dict[str, Any] = {
            "workspace": self.workspace,
            "representation_id": told.id,
            "account_id": account_of(self.workspace, told.person_id).id,
        }
        if given["nobody"]:
            services.end_unknown_attorney(**about, note=given["note"])
        else:
            services.name_attorney(**about, name=given["name"], contact=given["contact"])
