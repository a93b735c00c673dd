"""Portal: disputes, and the small pages by which a member records what a consumer said."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts.models import Account
from accounts.selectors import endpoints_of, get_account, people_of
from compliance import selectors, services
from compliance.forms import ConsentForm, DisputeForm, EmailBasisForm, ResolveForm, StopForm
from compliance.models import Dispute, EmailBasis
from credira.api.pagination import page_of
from credira.core.errors import DomainError
from credira.core.ids import parse_id
from creditors.permissions import Access
from creditors.portal import PortalView

PAGE = 25
SPOKEN = (Dispute.Channel.PHONE, Dispute.Channel.IN_PERSON)


class DisputesPage(PortalView):
    """Who disputes what, newest first."""

    permission: ClassVar[tuple[str, Access]] = ("compliance", "read")
    template_name = "compliance/disputes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found, cursor = page_of(selectors.list_disputes(self.workspace), self.request.GET.get("cursor"), PAGE)
        accounts = Account.objects.filter(workspace=self.workspace).in_bulk([each.account_id for each in found])
        people = people_of(self.workspace, [account.person_id for account in accounts.values()])
        rows = [
            {
                "dispute": dispute,
                "account": accounts[dispute.account_id],
                "person": people[accounts[dispute.account_id].person_id],
                "status": selectors.dispute_status(dispute),
            }
            for dispute in found
        ]
        return super().get_context_data(
            rows=rows,
            older=f"?cursor={cursor}" if cursor else "",
            newer="?" if self.request.GET.get("cursor") else "",
            may_write=self.may("compliance", "write"),
            **kwargs,
        )


class FormPage(PortalView):
    """One form; what it records is in force when the next page shows."""

    template_name = "compliance/form.html"
    title: ClassVar[str]
    verb: ClassVar[str]
    done: ClassVar[str]
    danger: ClassVar[bool] = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=self.make_form(None)))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.make_form(request.POST)
        if form.is_valid():
            try:
                self.record(form.cleaned_data)
            except DomainError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, self.done)
                return HttpResponseRedirect(self.back)
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            page_title=self.title, verb=self.verb, danger=self.danger, back=self.back, about=self.about, **kwargs
        )

    @property
    def back(self) -> str:
        """Where the member came from."""
        raise NotImplementedError

    @property
    def about(self) -> str:
        """Whom or what the form is about, below its title."""
        raise NotImplementedError

    def make_form(self, data: Any) -> forms.Form:
        """The form, bound to ``data`` unless it is None."""
        raise NotImplementedError

    def record(self, given: dict[str, Any]) -> None:
        """Do what the valid form says."""
        raise NotImplementedError


class AccountFormPage(FormPage):
    """A form about one account."""

    permission: ClassVar[tuple[str, Access]] = ("accounts", "write")
    form_class: ClassVar[type[forms.Form]]

    @property
    def account(self) -> Account:
        """The account of the path. Raises NotFound."""
        return get_account(self.workspace, parse_id(Account.PREFIX, self.kwargs["account_id"]))

    @property
    def back(self) -> str:
        return f"/w/{self.workspace.slug}/accounts/{self.kwargs['account_id']}"

    @property
    def about(self) -> str:
        account = self.account
        person = people_of(self.workspace, [account.person_id])[account.person_id]
        return " · ".join(part for part in (person.name, account.creditor_reference) if part)

    def make_form(self, data: Any) -> forms.Form:
        return self.form_class(data)


class DisputeFormView(AccountFormPage):
    """Record a dispute or an original-creditor request."""

    title, verb = "Record a dispute", "Record"
    done = "The dispute is recorded, and holds from now on."
    form_class = DisputeForm

    def record(self, given: dict[str, Any]) -> None:
        services.file_dispute(
            workspace=self.workspace,
            account_id=self.account.id,
            kind=given["kind"],
            channel=given["channel"],
            written=given["channel"] not in SPOKEN,
            amount=given["amount"],
            postmarked_on=given["postmarked_on"],
            statement=given["statement"],
        )


class StopView(AccountFormPage):
    """Record that the consumer wants no more of something."""

    title, verb, done = "Stop contact", "Stop", "Stopped, from now on."
    form_class = StopForm
    danger = True

    def record(self, given: dict[str, Any]) -> None:
        account = self.account
        about = {
            "workspace": self.workspace,
            "person_id": account.person_id,
            "account_id": account.id,
            "evidence": given["evidence"],
        }
        for medium in given["what"]:
            if medium == "everything":
                services.record_cease(written=given["written"], **about)
            else:
                services.record_opt_out(scope="medium", medium=medium, **about)


class ConsentView(AccountFormPage):
    """Record a consent."""

    title, verb, done = "Record a consent", "Record", "The consent is recorded."

    def make_form(self, data: Any) -> forms.Form:
        return ConsentForm(data, endpoints=list(endpoints_of(self.workspace, [self.account.person_id])))

    def record(self, given: dict[str, Any]) -> None:
        account = self.account
        services.record_consent(
            workspace=self.workspace,
            person_id=account.person_id,
            account_id=account.id,
            kind=given["kind"],
            endpoint_id=parse_id("ep", given["endpoint"]) if given["endpoint"] else None,
            source="consumer_direct",
            wording=given["wording"],
            written=given["written"],
        )


class EmailBasisView(AccountFormPage):
    """Record why an e-mail address of the consumer may be used."""

    title, verb, done = "Record an e-mail basis", "Record", "The basis is recorded: the address may be used."

    def make_form(self, data: Any) -> forms.Form:
        return EmailBasisForm(data, endpoints=list(endpoints_of(self.workspace, [self.account.person_id])))

    def record(self, given: dict[str, Any]) -> None:
        creditor = given["basis"] == EmailBasis.Basis.II
        earlier = given["basis"] == EmailBasis.Basis.III
        services.record_email_basis(
            workspace=self.workspace,
            endpoint_id=parse_id("ep", given["endpoint"]),
            basis=given["basis"],
            since=given["since"],
            evidence=given["evidence"],
            # The words of the choice say these: who chooses it asserts them.
            creditor_got_from_consumer=creditor or None,
            creditor_used_about_account=creditor or None,
            notice_names_collector=creditor or None,
            notice_sent_on=given["notice_sent_on"] if creditor else None,
            optout_by=given["optout_by"] if creditor else None,
            prior_basis_valid=earlier or None,
            immediately_prior_used=earlier or None,
        )


class ResolveView(FormPage):
    """End a dispute's hold by an answer that was sent, or because it was withdrawn."""

    permission: ClassVar[tuple[str, Access]] = ("compliance", "write")
    title, verb, done = "Resolve the dispute", "Resolve", "The dispute is resolved."

    @property
    def back(self) -> str:
        return f"/w/{self.workspace.slug}/disputes"

    @property
    def about(self) -> str:
        return str(self.kwargs["dispute_id"])

    def make_form(self, data: Any) -> forms.Form:
        selectors.get_dispute(self.workspace, parse_id(Dispute.PREFIX, self.kwargs["dispute_id"]))
        return ResolveForm(data)

    def record(self, given: dict[str, Any]) -> None:
        services.resolve_dispute(
            workspace=self.workspace,
            dispute_id=parse_id(Dispute.PREFIX, self.kwargs["dispute_id"]),
            resolution=given["resolution"],
            medium=given["medium"],
            on=given["sent_on"],
        )
