"""The contact gate: asked about an account of ours, or about facts that the caller brings."""

import datetime as dt
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.selectors import get_endpoint, get_person
from compliance import facts_schema, packs, rules
from compliance.api.base import require_past
from compliance.gate import ContactIntent, Judgement, judge_one
from compliance.serializers import gate as shapes
from compliance.vocabulary import PURPOSE_OF_CHANNEL, Purpose
from credira.api.renderers import Page
from credira.api.views import CreditorAPIView, parse
from credira.core import clock
from credira.core.errors import InvalidRequest
from credira.core.ids import public_id
from credira.tenancy.models import Workspace


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
        require_past("reply_to.received_at", received_at, at or clock.now(), message)
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


def _answer(judgement: Judgement) -> dict[str, Any]:
    decision = judgement.decision
    return {
        "channel": judgement.intent.channel,
        "endpoint_id": judgement.intent.endpoint_id and public_id("ep", judgement.intent.endpoint_id),
        "evaluated_at": decision.evaluated_at,
        **decision.as_dict(),
        "budgets": [budget.as_dict() for budget in decision.budgets],
    }


def _require_known(workspace: Workspace, body: dict[str, Any]) -> None:
    """The people and the endpoint that a question names are this workspace's. Raises ``NotFound``."""
    for person_id in {*filter(None, [body.get("person_id")]), *body.get("copy_to", ())}:
        get_person(workspace, person_id)
    if "endpoint_id" in body:
        get_endpoint(workspace, body["endpoint_id"])
