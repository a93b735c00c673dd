"""The public API of campaigns, calls and voice agents."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.filters import AccountFilter
from accounts.selectors import list_accounts
from campaigns.filters import CallFilter, CampaignFilter
from campaigns.models import Call, Campaign
from campaigns.selectors import (
    collected_by,
    get_agent,
    get_call,
    get_campaign,
    list_agents,
    list_calls,
    list_campaigns,
)
from campaigns.serializers import (
    PURPOSES,
    CallDetailSerializer,
    CallSerializer,
    CampaignDetailSerializer,
    CampaignSerializer,
    CreateCallSerializer,
    CreateCampaignSerializer,
    VoiceAgentSerializer,
)
from campaigns.services import campaigns, steering
from campaigns.services.agents import default_agent
from campaigns.services.calls import schedule_call
from campaigns.services.campaigns import Selection
from credira.api.views import CreditorAPIView, parse
from credira.core.errors import InvalidRequest
from credira.core.ids import parse_id
from credira.tenancy.models import Workspace


class CampaignsView(CreditorAPIView):
    scopes = {"GET": "campaigns:read", "POST": "campaigns:write"}
    filterset_class = CampaignFilter

    @extend_schema(
        operation_id="campaigns.list",
        tags=["campaigns"],
        summary="List campaigns",
        responses=CampaignSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        return self.list(list_campaigns(self.workspace), CampaignSerializer, beside=collected_by)

    @extend_schema(
        operation_id="campaigns.create",
        tags=["campaigns"],
        summary="Enrol accounts and start a campaign",
        request=CreateCampaignSerializer,
        responses={201: CampaignDetailSerializer},
    )
    def post(self, request: Request) -> Response:
        body = parse(CreateCampaignSerializer, request)
        campaign = campaigns.create_campaign(
            workspace=self.workspace,
            selection=selection_of(self.workspace, body),
            name=body["name"],
            strategy_key=body["strategy"],
            agent_id=body.get("voice_agent_id"),
        )
        return self.created(_shown(self.workspace, campaign), f"/v1/campaigns/{campaign.public_id}")


class CampaignView(CreditorAPIView):
    scopes = {"GET": "campaigns:read"}

    @extend_schema(
        operation_id="campaigns.get", tags=["campaigns"], summary="Get a campaign", responses=CampaignDetailSerializer
    )
    def get(self, request: Request, campaign_id: str) -> Response:
        campaign = get_campaign(self.workspace, parse_id("cmp", campaign_id))
        return Response(_shown(self.workspace, campaign))


class CampaignActionView(CreditorAPIView):
    """Base of pause, resume and cancel."""

    scopes = {"POST": "campaigns:write"}
    change: ClassVar[Callable[..., Campaign]]

    def act(self, campaign_id: str) -> Response:
        campaign = get_campaign(self.workspace, parse_id("cmp", campaign_id))
        type(self).change(workspace=self.workspace, campaign=campaign)
        return Response(_shown(self.workspace, campaign))


class PauseCampaignView(CampaignActionView):
    change = staticmethod(steering.pause)

    @extend_schema(
        operation_id="campaigns.pause",
        tags=["campaigns"],
        summary="Pause a campaign",
        request=None,
        responses=CampaignDetailSerializer,
    )
    def post(self, request: Request, campaign_id: str) -> Response:
        return self.act(campaign_id)


class ResumeCampaignView(CampaignActionView):
    change = staticmethod(steering.resume)

    @extend_schema(
        operation_id="campaigns.resume",
        tags=["campaigns"],
        summary="Resume a paused campaign",
        request=None,
        responses=CampaignDetailSerializer,
    )
    def post(self, request: Request, campaign_id: str) -> Response:
        return self.act(campaign_id)


class CancelCampaignView(CampaignActionView):
    change = staticmethod(steering.cancel)

    @extend_schema(
        operation_id="campaigns.cancel",
        tags=["campaigns"],
        summary="Cancel a campaign",
        request=None,
        responses=CampaignDetailSerializer,
    )
    def post(self, request: Request, campaign_id: str) -> Response:
        return self.act(campaign_id)


class CallsView(CreditorAPIView):
    scopes = {"GET": "calls:read", "POST": "calls:write"}
    filterset_class = CallFilter

    @extend_schema(operation_id="calls.list", tags=["calls"], summary="List calls", responses=CallSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.list(list_calls(self.workspace), CallSerializer)

    @extend_schema(
        operation_id="calls.create",
        tags=["calls"],
        summary="Plan an AI call",
        request=CreateCallSerializer,
        responses={202: CallSerializer},
    )
    def post(self, request: Request) -> Response:
        body = parse(CreateCallSerializer, request)
        call = schedule_call(
            workspace=self.workspace,
            account_id=body["account_id"],
            phone_number=body["phone_number"],
            agent_id=body.get("voice_agent_id"),
            purpose=PURPOSES[body["call_purpose"]],
            at=body.get("scheduled_time"),
            metadata=body["metadata"],
        )
        headers = {"Location": f"/v1/calls/{call.public_id}"}
        return Response(CallSerializer(call).data, status=202, headers=headers)


class CallView(CreditorAPIView):
    scopes = {"GET": "calls:read"}

    @extend_schema(
        operation_id="calls.get",
        tags=["calls"],
        summary="Get a call with its transcript",
        responses=CallDetailSerializer,
    )
    def get(self, request: Request, call_id: str) -> Response:
        call: Call = get_call(self.workspace, parse_id("call", call_id))
        return Response(CallDetailSerializer(call).data)


class VoiceAgentsView(CreditorAPIView):
    scopes = {"GET": "calls:read"}

    @extend_schema(
        operation_id="voiceAgents.list",
        tags=["calls"],
        summary="List voice agents",
        responses=VoiceAgentSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        default_agent(self.workspace)
        return self.list(list_agents(self.workspace), VoiceAgentSerializer)


class VoiceAgentView(CreditorAPIView):
    scopes = {"GET": "calls:read"}

    @extend_schema(
        operation_id="voiceAgents.get", tags=["calls"], summary="Get a voice agent", responses=VoiceAgentSerializer
    )
    def get(self, request: Request, agent_id: str) -> Response:
        return Response(VoiceAgentSerializer(get_agent(self.workspace, parse_id("agent", agent_id))).data)


def _shown(workspace: Workspace, campaign: Campaign) -> dict[str, Any]:
    context = {"beside": collected_by(workspace, [campaign])}
    return dict(CampaignDetailSerializer(campaign, context=context).data)


def selection_of(workspace: Workspace, body: dict[str, Any]) -> Selection:
    """The selection that a body or a form names. Raises ``InvalidRequest`` for an unknown filter."""
    if "account_ids" in body:
        return Selection(accounts=body["account_ids"], told={"accounts": len(body["account_ids"])})
    return filtered(workspace, body["filter"])


def filtered(workspace: Workspace, wanted: dict[str, str]) -> Selection:
    """All accounts that the list's own filters find. Raises ``InvalidRequest`` for an unknown or bad one."""
    unknown = sorted(set(wanted) - set(AccountFilter.base_filters))
    if unknown:
        raise InvalidRequest(
            f"Unknown filter: {unknown[0]}",
            details=[{"field": f"filter.{name}", "message": "Unknown filter."} for name in unknown],
        )
    params = QueryDict(mutable=True)
    params.update(wanted)
    found = AccountFilter(params, queryset=list_accounts(workspace))
    if not found.is_valid():
        raise InvalidRequest(
            "A filter isn't valid.",
            details=[{"field": f"filter.{name}", "message": str(texts[0])} for name, texts in found.errors.items()],
        )
    return Selection(rows=found.qs, told={"filter": dict(wanted)})
