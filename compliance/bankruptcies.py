"""Portal: bankruptcies that were told, to be looked up, confirmed or dismissed by a person (BK-01)."""

from typing import Any, ClassVar

from django import forms

from accounts.models import Account
from accounts.selectors import people_of
from compliance import selectors, services
from compliance.forms import ConfirmBankruptcyForm, DismissBankruptcyForm, ReportBankruptcyForm
from compliance.models import Bankruptcy
from compliance.services.recording import business_date
from compliance.views import PAGE, AccountFormPage, FormPage
from credira.api.pagination import page_of
from credira.core.ids import parse_id
from creditors.permissions import Access
from creditors.portal import PortalView


class BankruptciesPage(PortalView):
    """Cases, known and told, newest first; `?show=to_check` narrows them to what waits for a decision."""

    permission: ClassVar[tuple[str, Access]] = ("compliance", "read")
    template_name = "compliance/bankruptcies.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cases = selectors.list_bankruptcies(self.workspace)
        narrowed = self.request.GET.get("show") == "to_check"
        if narrowed:
            cases = selectors.unended(cases).filter(provisional=True)
        found, cursor = page_of(cases, self.request.GET.get("cursor"), PAGE)
        show = "show=to_check&" if narrowed else ""
        return super().get_context_data(
            rows=self.rows(found),
            older=f"?{show}cursor={cursor}" if cursor else "",
            newer=f"?{show.rstrip('&')}" if self.request.GET.get("cursor") else "",
            chips=[
                {"label": "All", "url": "?", "on": not narrowed},
                {"label": "To look up", "url": "?show=to_check", "on": narrowed},
            ],
            may_write=self.may("compliance", "write"),
            **kwargs,
        )

    def rows(self, found: list[Bankruptcy]) -> list[dict[str, Any]]:
        """Each case with its person, one of the person's accounts, and until when it holds while it is only told."""
        ids = {case.person_id for case in found}
        people = people_of(self.workspace, list(ids))
        owned = Account.objects.filter(workspace=self.workspace, person_id__in=ids).order_by("-id")
        accounts = {account.person_id: account for account in owned}
        today = business_date(self.workspace)
        return [
            {
                "case": case,
                "person": people[case.person_id],
                "account": accounts.get(case.person_id),
                "status": selectors.bankruptcy_status(case),
                "check_by": (by := selectors.check_by(case)),
                "lapsed": by is not None and by <= today,
            }
            for case in found
        ]


class ReportView(AccountFormPage):
    """Record what was told of a bankruptcy."""

    title, verb = "Record a bankruptcy", "Record"
    done = "The bankruptcy is recorded, and holds from now on."
    form_class = ReportBankruptcyForm

    def record(self, given: dict[str, Any]) -> None:
        account = self.account
        services.report_bankruptcy(
            workspace=self.workspace, person_id=account.person_id, account_id=account.id, **given
        )


class DecisionPage(FormPage):
    """A person's decision about one bankruptcy."""

    permission: ClassVar[tuple[str, Access]] = ("compliance", "write")
    form_class: ClassVar[type[forms.Form]]

    @property
    def case(self) -> Bankruptcy:
        """The one of the path. Raises NotFound."""
        return selectors.get_bankruptcy(self.workspace, parse_id(Bankruptcy.PREFIX, self.kwargs["bankruptcy_id"]))

    @property
    def back(self) -> str:
        return f"/w/{self.workspace.slug}/bankruptcies"

    @property
    def about(self) -> str:
        return people_of(self.workspace, [self.case.person_id])[self.case.person_id].name

    def make_form(self, data: Any) -> forms.Form:
        return self.form_class(data)


class ConfirmView(DecisionPage):
    """The case was found in the court's register."""

    title, verb = "Confirm the bankruptcy", "Confirm"
    done = "Confirmed: every contact stays on hold until the case is released."
    form_class = ConfirmBankruptcyForm

    def record(self, given: dict[str, Any]) -> None:
        services.confirm_bankruptcy(workspace=self.workspace, bankruptcy_id=self.case.id, **given)


class DismissView(DecisionPage):
    """No case was found, or it is over."""

    title, verb, done = "Dismiss the bankruptcy", "Dismiss", "Dismissed: it holds no contact from now on."
    form_class = DismissBankruptcyForm
    danger = True

    def record(self, given: dict[str, Any]) -> None:
        services.dismiss_bankruptcy(workspace=self.workspace, bankruptcy_id=self.case.id, reason=given["reason"])
