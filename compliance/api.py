"""The public API of this room: ask the gate, and tell it facts."""

import datetime as dt
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Account
from accounts.selectors import get_account, get_endpoint, get_person, list_parties
from compliance import facts_schema, packs, planning, rules, selectors, services
from compliance import serializers as shapes
from compliance.gate import ContactIntent, Judgement, judge_one
from compliance.models import Dispute
from compliance.vocabulary import PURPOSE_OF_CHANNEL, Purpose
from credira.api.renderers import Page
from credira.api.views import CreditorAPIView, parse
from credira.core import clock
from credira.core.errors import InvalidRequest, NotFound
from credira.core.ids import parse_id, public_id
from credira.core.json import utc_text
from credira.documents import storage
from credira.tenancy.models import Workspace

M = TypeVar("M", bound=Model)


class AccountAPIView(CreditorAPIView):
    """A route below one account."""

    def account(self, account_id: str) -> Account:
        """The account of the path. Raises ``NotFound``."""
        return get_account(self.workspace, parse_id("acct", account_id))

    def hold(self, account: Account, hold_id: UUID) -> Any:
        """One hold that reaches the account. Raises ``NotFound``."""
        return shapes.HoldSerializer(selectors.get_hold(self.workspace, account, hold_id)).data


class CheckView(CreditorAPIView):
    """The gate on an account of ours."""

    scopes: ClassVar[dict[str, str]] = {"POST": "compliance:read"}
    idempotent = False

    @extend_schema(
        operation_id="contact_gate.check",
        tags=["compliance"],
        summary="May this account be contacted?",
        description=(
            "Answers with every reason, its citation and severity, when it may be asked again, and the counters of the "
            "frequency rules. `at` in the past answers with the facts as they were known then. Without `endpoint_id` "
            "the best endpoint of the channel is chosen. The default `purpose` is collect; legal_action, furnish and "
            "transfer on the channels legal, furnish and sale. Nothing is reserved or stored."
        ),
        request=shapes.CheckSerializer,
        responses=shapes.CheckAnswerSerializer,
    )
    def post(self, request: Request) -> Response:
        body = parse(shapes.CheckSerializer, request)
        _require_known(self.workspace, body)
        account_id = body.pop("account_id")
        at = body.pop("at", None)
        received_at = body.get("reply_to", {}).get("received_at")
        message = "A message that wasn't received yet can't be answered."
        _require_past("reply_to.received_at", received_at, at or clock.now(), message)
        intent = ContactIntent(
            account_ids=tuple(dict.fromkeys([account_id, *body.pop("debts", ())])),
            purpose=body.pop("purpose", PURPOSE_OF_CHANNEL.get(body["channel"], Purpose.COLLECT)),
            copy_to=tuple(body.pop("copy_to", ())),
            **body,
        )
        judgement = judge_one(self.workspace, intent, at)
        return Response({"account_id": public_id("acct", account_id), **_answer(judgement)})


class EvaluateView(CreditorAPIView):
    """The gate on facts that the caller brings."""

    scopes: ClassVar[dict[str, str]] = {"POST": "compliance:read"}
    idempotent = False

    @extend_schema(
        operation_id="contact_gate.evaluate",
        tags=["compliance"],
        summary="Evaluate the rules on your own facts",
        description="Stateless: nothing is stored. A body that the schema accepts is always answered with a decision.",
        request=shapes.EvaluateSerializer,
        responses=shapes.DecisionSerializer,
    )
    def post(self, request: Request) -> Response:
        body: Any = request.data
        facts_schema.require_valid(body)
        try:
            intent, facts = rules.parse_intent(body["intent"]), rules.parse_facts(body["facts"])
        except rules.MalformedFacts as error:
            raise InvalidRequest(str(error), details=[{"field": "facts", "message": str(error)}]) from error
        decision = rules.evaluate(intent, facts, packs.load(), dt.datetime.fromisoformat(body["at"]))
        return Response(decision.as_dict())


class RulePacksView(CreditorAPIView):
    """Which rules decide."""

    scopes: ClassVar[dict[str, str]] = {"GET": "compliance:read"}

    @extend_schema(
        operation_id="rule_packs.list",
        tags=["compliance"],
        summary="List rule packs",
        responses=shapes.RulePackSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        pack = packs.load()
        texts = [
            {"rule_id": rule_id, "cite": text.cite, "says": text.says} for rule_id, text in sorted(pack.rules.items())
        ]
        return Response(Page([{"id": pack.id, "current": True, "rules": texts}], has_more=False, next_cursor=None))


class ConsentsView(CreditorAPIView):
    """Consents as told to us."""

    scopes: ClassVar[dict[str, str]] = {"GET": "compliance:read", "POST": "compliance:write"}

    @extend_schema(
        operation_id="consents.list",
        tags=["compliance"],
        summary="List consents",
        responses=shapes.ConsentSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        return self.list(selectors.list_consents(self.workspace), shapes.ConsentSerializer)

    @extend_schema(
        operation_id="consents.create",
        tags=["compliance"],
        summary="Record a consent",
        request=shapes.RecordConsentSerializer,
        responses={201: shapes.ConsentSerializer},
    )
    def post(self, request: Request) -> Response:
        body = parse(shapes.RecordConsentSerializer, request)
        _require_past("given_at", body.get("given_at"), clock.now(), "A consent can't be given in the future.")
        consent = services.record_consent(
            workspace=self.workspace,
            person_id=_person(self, body),
            account_id=body.pop("account_id", None),
            at=body.pop("given_at", None),
            debts=body.pop("account_ids", None),
            first_day=body.pop("from_date", None),
            last_day=body.pop("to_date", None),
            **body,
        )
        return self.created(_consent(self, consent.id), f"/v1/consents/{consent.public_id}")


class ConsentView(CreditorAPIView):
    """One consent."""

    scopes: ClassVar[dict[str, str]] = {"GET": "compliance:read"}

    @extend_schema(
        operation_id="consents.get",
        tags=["compliance"],
        summary="Get a consent",
        responses=shapes.ConsentSerializer,
    )
    def get(self, request: Request, consent_id: str) -> Response:
        return Response(_consent(self, parse_id("cst", consent_id)))


class RevokeConsentView(CreditorAPIView):
    """The end of a consent."""

    scopes: ClassVar[dict[str, str]] = {"POST": "compliance:write"}

    @extend_schema(
        operation_id="consents.revoke",
        tags=["compliance"],
        summary="Revoke a consent",
        request=shapes.RevokeConsentSerializer,
        responses=shapes.ConsentSerializer,
    )
    def post(self, request: Request, consent_id: str) -> Response:
        body = parse(shapes.RevokeConsentSerializer, request)
        key = parse_id("cst", consent_id)
        services.revoke_consent(
            workspace=self.workspace,
            consent_id=key,
            at=body.get("revoked_at"),
            evidence=body.get("evidence", ""),
        )
        return Response(_consent(self, key))


class EmailBasesView(CreditorAPIView):
    """Why e-mail addresses may be used."""

    scopes: ClassVar[dict[str, str]] = {"GET": "compliance:read", "POST": "compliance:write"}

    @extend_schema(
        operation_id="email_bases.list",
        tags=["compliance"],
        summary="List e-mail bases",
        responses=shapes.EmailBasisSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        return self.list(selectors.list_email_bases(self.workspace), shapes.EmailBasisSerializer)

    @extend_schema(
        operation_id="email_bases.create",
        tags=["compliance"],
        summary="Record an e-mail basis",
        description=(
            "A third party e-mails a consumer only at an address for which one basis of 12 CFR 1006.6(d)(4) is on "
            "file. `GET /v1/accounts/{id}/endpoints` lists the addresses."
        ),
        request=shapes.RecordEmailBasisSerializer,
        responses={201: shapes.EmailBasisSerializer},
    )
    def post(self, request: Request) -> Response:
        body = parse(shapes.RecordEmailBasisSerializer, request)
        basis = services.record_email_basis(workspace=self.workspace, **body)
        return self.created(_email_basis(self, basis.id), "/v1/email-bases")


class EndEmailBasisView(CreditorAPIView):
    """The end of an e-mail basis."""

    scopes: ClassVar[dict[str, str]] = {"POST": "compliance:write"}

    @extend_schema(
        operation_id="email_bases.end",
        tags=["compliance"],
        summary="End an e-mail basis",
        request=shapes.EndEmailBasisSerializer,
        responses=shapes.EmailBasisSerializer,
    )
    def post(self, request: Request, basis_id: str) -> Response:
        body = parse(shapes.EndEmailBasisSerializer, request)
        key = parse_id("ebs", basis_id)
        services.end_email_basis(workspace=self.workspace, basis_id=key, evidence=body.get("evidence", ""))
        return Response(_email_basis(self, key))


class OptOutsView(CreditorAPIView):
    """ "Not by this channel", effective at once."""

    scopes: ClassVar[dict[str, str]] = {"POST": "compliance:write"}

    @extend_schema(
        operation_id="opt_outs.create",
        tags=["compliance"],
        summary="Record an opt-out",
        request=shapes.RecordOptOutSerializer,
        responses={201: shapes.OptOutSerializer},
    )
    def post(self, request: Request) -> Response:
        body = parse(shapes.RecordOptOutSerializer, request)
        opt_out = services.record_opt_out(
            workspace=self.workspace,
            person_id=_person(self, body),
            account_id=body.pop("account_id", None),
            at=body.pop("received_at", None),
            **body,
        )
        return Response(shapes.OptOutSerializer(opt_out).data, status=201)


class HoldsView(AccountAPIView):
    """Holds on one account."""

    scopes: ClassVar[dict[str, str]] = {"GET": "accounts:read", "POST": "accounts:write"}

    @extend_schema(
        operation_id="accounts.holds.list",
        tags=["accounts"],
        summary="List an account's holds",
        responses=shapes.HoldSerializer(many=True),
    )
    def get(self, request: Request, account_id: str) -> Response:
        account = self.account(account_id)
        return self.list(selectors.list_holds(self.workspace, account.person_id, account.id), shapes.HoldSerializer)

    @extend_schema(
        operation_id="accounts.holds.create",
        tags=["accounts"],
        summary="Stop contacts about an account",
        request=shapes.PlaceHoldSerializer,
        responses={201: shapes.HoldSerializer},
    )
    def post(self, request: Request, account_id: str) -> Response:
        body = parse(shapes.PlaceHoldSerializer, request)
        account = self.account(account_id)
        hold = services.place_hold(
            workspace=self.workspace,
            person_id=account.person_id,
            debts=[account.id],
            account_id=account.id,
            at=body.pop("starts_at", None),
            **body,
        )
        return Response(self.hold(account, hold.id), status=201)


class ReleaseHoldView(AccountAPIView):
    """The end of a hold."""

    scopes: ClassVar[dict[str, str]] = {"POST": "accounts:write"}

    @extend_schema(
        operation_id="accounts.holds.release",
        tags=["accounts"],
        summary="Release a hold",
        request=None,
        responses=shapes.HoldSerializer,
    )
    def post(self, request: Request, account_id: str, hold_id: str) -> Response:
        account, key = self.account(account_id), parse_id("hold", hold_id)
        self.hold(account, key)
        services.release_hold(workspace=self.workspace, hold_id=key)
        return Response(self.hold(account, key))


class AccountBankruptciesView(AccountAPIView):
    """What is told of a bankruptcy."""

    scopes: ClassVar[dict[str, str]] = {"POST": "accounts:write"}

    @extend_schema(
        operation_id="accounts.bankruptcies.create",
        tags=["accounts"],
        summary="Record a bankruptcy",
        description=(
            "With its number, chapter and day of filing the case holds every contact with the consumer until it is "
            "released. Without them the consumer's word holds for 14 days, and waits to be confirmed or dismissed."
        ),
        request=shapes.ReportBankruptcySerializer,
        responses={201: shapes.BankruptcySerializer},
    )
    def post(self, request: Request, account_id: str) -> Response:
        body = parse(shapes.ReportBankruptcySerializer, request)
        account = self.account(account_id)
        case = services.report_bankruptcy(
            workspace=self.workspace, person_id=account.person_id, account_id=account.id, **body
        )
        return self.created(_bankruptcy(self, case.id), f"/v1/bankruptcies/{case.public_id}")


class BankruptciesView(CreditorAPIView):
    """All bankruptcies."""

    scopes: ClassVar[dict[str, str]] = {"GET": "compliance:read"}

    @extend_schema(
        operation_id="bankruptcies.list",
        tags=["compliance"],
        summary="List bankruptcies",
        responses=shapes.BankruptcySerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        return self.list(selectors.list_bankruptcies(self.workspace), shapes.BankruptcySerializer)


class BankruptcyView(CreditorAPIView):
    """One bankruptcy."""

    scopes: ClassVar[dict[str, str]] = {"GET": "compliance:read"}

    @extend_schema(
        operation_id="bankruptcies.get",
        tags=["compliance"],
        summary="Get a bankruptcy",
        responses=shapes.BankruptcySerializer,
    )
    def get(self, request: Request, bankruptcy_id: str) -> Response:
        return Response(_bankruptcy(self, parse_id("bkr", bankruptcy_id)))


class ConfirmBankruptcyView(CreditorAPIView):
    """The case was found."""

    scopes: ClassVar[dict[str, str]] = {"POST": "compliance:write"}

    @extend_schema(
        operation_id="bankruptcies.confirm",
        tags=["compliance"],
        summary="Confirm a bankruptcy",
        description="The case takes the place of what was told, under an id of its own, and holds until released.",
        request=shapes.ConfirmBankruptcySerializer,
        responses=shapes.BankruptcySerializer,
    )
    def post(self, request: Request, bankruptcy_id: str) -> Response:
        body = parse(shapes.ConfirmBankruptcySerializer, request)
        told = selectors.get_bankruptcy(self.workspace, parse_id("bkr", bankruptcy_id))
        case = services.confirm_bankruptcy(workspace=self.workspace, bankruptcy_id=told.id, **body)
        return Response(_bankruptcy(self, case.id))


class DismissBankruptcyView(CreditorAPIView):
    """No case was found, or it is over."""

    scopes: ClassVar[dict[str, str]] = {"POST": "compliance:write"}

    @extend_schema(
        operation_id="bankruptcies.dismiss",
        tags=["compliance"],
        summary="Dismiss a bankruptcy",
        description="Ends the hold of one that was told wrongly, or of a case that was dismissed or closed.",
        request=shapes.DismissBankruptcySerializer,
        responses=shapes.BankruptcySerializer,
    )
    def post(self, request: Request, bankruptcy_id: str) -> Response:
        body = parse(shapes.DismissBankruptcySerializer, request)
        key = selectors.get_bankruptcy(self.workspace, parse_id("bkr", bankruptcy_id)).id
        services.dismiss_bankruptcy(workspace=self.workspace, bankruptcy_id=key, **body)
        return Response(_bankruptcy(self, key))


class AccountDisputesView(AccountAPIView):
    """Disputes of one account."""

    scopes: ClassVar[dict[str, str]] = {"POST": "accounts:write"}

    @extend_schema(
        operation_id="accounts.disputes.create",
        tags=["accounts"],
        summary="File a dispute",
        description="The debt, or the disputed part, is held from receipt. By phone or in person it isn't written.",
        request=shapes.FileDisputeSerializer,
        responses={201: shapes.DisputeSerializer},
    )
    def post(self, request: Request, account_id: str) -> Response:
        body = parse(shapes.FileDisputeSerializer, request)
        account = self.account(account_id)
        spoken = body["channel"] in (Dispute.Channel.PHONE, Dispute.Channel.IN_PERSON)
        dispute = services.file_dispute(
            workspace=self.workspace,
            account_id=account.id,
            written=body.pop("written", not spoken),
            at=body.pop("received_at", None),
            **body,
        )
        return self.created(_dispute(self, dispute.id), f"/v1/disputes/{dispute.public_id}")


class DisputesView(CreditorAPIView):
    """All disputes."""

    scopes: ClassVar[dict[str, str]] = {"GET": "compliance:read"}

    @extend_schema(
        operation_id="disputes.list",
        tags=["compliance"],
        summary="List disputes",
        responses=shapes.DisputeSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        return self.list(selectors.list_disputes(self.workspace), shapes.DisputeSerializer)


class DisputeView(CreditorAPIView):
    """One dispute."""

    scopes: ClassVar[dict[str, str]] = {"GET": "compliance:read"}

    @extend_schema(
        operation_id="disputes.get",
        tags=["compliance"],
        summary="Get a dispute",
        responses=shapes.DisputeSerializer,
    )
    def get(self, request: Request, dispute_id: str) -> Response:
        return Response(_dispute(self, parse_id("dsp", dispute_id)))


class ResolveDisputeView(CreditorAPIView):
    """What ends a dispute's hold."""

    scopes: ClassVar[dict[str, str]] = {"POST": "compliance:write"}

    @extend_schema(
        operation_id="disputes.resolve",
        tags=["compliance"],
        summary="Resolve a dispute",
        description=(
            "Verification, judgment, duplicative notice or the original creditor's address, as sent on `sent_on` "
            "(default: today; from the dispute's day to today) by `medium`; or withdrawn by the consumer. An "
            "electronic answer lets the hold go only with E-SIGN consent (12 CFR 1006.42(b))."
        ),
        request=shapes.ResolveDisputeSerializer,
        responses=shapes.DisputeSerializer,
    )
    def post(self, request: Request, dispute_id: str) -> Response:
        body = parse(shapes.ResolveDisputeSerializer, request)
        key = parse_id("dsp", dispute_id)
        services.resolve_dispute(workspace=self.workspace, dispute_id=key, on=body.pop("sent_on", None), **body)
        return Response(_dispute(self, key))


class NoticesView(AccountAPIView):
    """Validation notices of one account."""

    scopes: ClassVar[dict[str, str]] = {"GET": "accounts:read"}

    @extend_schema(
        operation_id="accounts.notices.list",
        tags=["accounts"],
        summary="List an account's validation notices",
        responses=shapes.NoticeSerializer(many=True),
    )
    def get(self, request: Request, account_id: str) -> Response:
        account = self.account(account_id)
        return self.list(selectors.list_notices(self.workspace, account.id), shapes.NoticeSerializer)


class NoticePdfView(AccountAPIView):
    """The notice as it was printed."""

    scopes: ClassVar[dict[str, str]] = {"GET": "accounts:read"}

    @extend_schema(
        operation_id="accounts.notices.pdf",
        tags=["accounts"],
        summary="Get a validation notice as PDF",
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, account_id: str, notice_id: str) -> HttpResponse:
        account = self.account(account_id)
        notice = _one(selectors.list_notices(self.workspace, account.id), parse_id("vn", notice_id))
        if not notice.document_key:
            raise NotFound("This notice has no PDF yet.")
        content = storage.load(self.workspace.id, notice.document_key)
        name = f'inline; filename="validation-notice-{notice.public_id}.pdf"'
        return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": name})


class NextContactView(AccountAPIView):
    """What may come next."""

    scopes: ClassVar[dict[str, str]] = {"GET": "accounts:read"}

    @extend_schema(
        operation_id="accounts.next_contact",
        tags=["accounts"],
        summary="When and how may this account be contacted next?",
        responses=shapes.NextContactSerializer,
    )
    def get(self, request: Request, account_id: str) -> Response:
        plan = planning.next_contact(self.workspace, self.account(account_id).id)
        return Response(shapes.NextContactSerializer(plan).data)


class ContactsView(AccountAPIView):
    """Contacts about one account, with the decisions that allowed them."""

    scopes: ClassVar[dict[str, str]] = {"GET": "accounts:read"}

    @extend_schema(
        operation_id="accounts.contacts.list",
        tags=["accounts"],
        summary="List an account's contacts",
        responses=shapes.ContactSerializer(many=True),
    )
    def get(self, request: Request, account_id: str) -> Response:
        attempts = selectors.list_attempts(self.workspace, self.account(account_id).id)
        return self.list(attempts, shapes.ContactSerializer, beside=selectors.beside_attempts)


def _answer(judgement: Judgement) -> dict[str, Any]:
    decision = judgement.decision
    return {
        "channel": judgement.intent.channel,
        "endpoint_id": judgement.intent.endpoint_id and public_id("ep", judgement.intent.endpoint_id),
        "evaluated_at": decision.evaluated_at,
        **decision.as_dict(),
        "budgets": [budget.as_dict() for budget in decision.budgets],
    }


def _person(view: CreditorAPIView, body: dict[str, Any]) -> UUID:
    """The person that a body names by itself, as an account's consumer, or as both. Raises ``NotFound``.

    Raises ``InvalidRequest`` when it names a person and an account that this person has nothing to do with.
    """
    person_id: UUID | None = body.pop("person_id", None)
    if "account_id" not in body:
        assert person_id is not None, "the shape asks for one of them"
        return person_id
    account = get_account(view.workspace, body["account_id"])
    parties = {account.person_id, *(party.person_id for party in list_parties(view.workspace, [account.id]))}
    if person_id is not None and get_person(view.workspace, person_id).id not in parties:
        message = "This person is no party to the account."
        raise InvalidRequest(message, details=[{"field": "person_id", "message": message}])
    return person_id or account.person_id


def _require_known(workspace: Workspace, body: dict[str, Any]) -> None:
    """The people and the endpoint that a question names are this workspace's. Raises ``NotFound``."""
    for person_id in {*filter(None, [body.get("person_id")]), *body.get("copy_to", ())}:
        get_person(workspace, person_id)
    if "endpoint_id" in body:
        get_endpoint(workspace, body["endpoint_id"])


def _email_basis(view: CreditorAPIView, basis_id: UUID) -> Any:
    return shapes.EmailBasisSerializer(_one(selectors.list_email_bases(view.workspace), basis_id)).data


def _require_past(field: str, told: dt.datetime | None, now: dt.datetime, message: str) -> None:
    """What is told as having happened did so by ``now``. Raises ``InvalidRequest`` that names the field."""
    if told is not None and told > now:
        raise InvalidRequest(message, details=[{"field": field, "message": f"This is after {utc_text(now)}."}])


def _one(rows: "QuerySet[M]", key: UUID) -> M:
    """The row of that id among ``rows``. Raises ``NotFound``."""
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def _consent(view: CreditorAPIView, key: UUID) -> Any:
    return shapes.ConsentSerializer(_one(selectors.list_consents(view.workspace), key)).data


def _dispute(view: CreditorAPIView, key: UUID) -> Any:
    return shapes.DisputeSerializer(selectors.get_dispute(view.workspace, key)).data


def _bankruptcy(view: CreditorAPIView, key: UUID) -> Any:
    return shapes.BankruptcySerializer(selectors.get_bankruptcy(view.workspace, key)).data
