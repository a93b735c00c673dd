"""The portal's pages of campaigns and calls."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django_htmx.http import HTMX_STOP_POLLING

from accounts.filters import AccountFilter
from campaigns import pages
from campaigns.api import filtered
from campaigns.call_page import call_figures
from campaigns.filters import CallFilter
from campaigns.models import Call, Campaign, Enrollment
from campaigns.selectors import enrollments_of, get_call, get_campaign, list_calls, list_campaigns
from campaigns.services import campaigns, steering
from campaigns.services.agents import default_agent
from campaigns.services.briefs import speaker
from campaigns.services.campaigns import choose
from campaigns.services.preview import Preview, preview
from campaigns.strategy import STANDARD
from campaigns.timeline import ENDED_TEXTS
from credira.api.pagination import page_of
from credira.core import clock
from credira.core.errors import DomainError
from credira.core.ids import parse_id
from credira.tenancy.models import Workspace
from creditors.portal import PortalView

PAGE = 50
OUTCOMES = ("promise", "dispute", "stopped", "human_wanted", "voicemail", "no_answer", "third_party", "wrong_number")
PREVIEW_MAX = 1_000


class CampaignsPage(PortalView):
    """What runs, and does it work?"""

    permission = ("campaigns", "read")
    template_name = "campaigns/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows, cursor = page_of(list_campaigns(self.workspace), self.request.GET.get("cursor"), PAGE)
        shown = pages.campaign_rows(rows)
        running = [row for row in shown if row.campaign.open]
        ended = [row for row in shown if not row.campaign.open]
        return super().get_context_data(
            **kwargs, rows=[*running, *ended], may_write=self.may("campaigns", "write"), **_pager(self.request, cursor)
        )


class NewCampaignPage(PortalView):
    """What will happen when it starts? Nothing is sent before "Start"."""

    permission = ("campaigns", "write")
    template_name = "campaigns/new.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wanted = _filter_of(self.request.GET.dict())
        asked = "preview" in self.request.GET
        form = AccountFilter(wanted or None, queryset=None).form
        return super().get_context_data(
            **kwargs,
            form=form,
            wanted=wanted,
            asked=asked,
            strategy=STANDARD,
            agent=default_agent(self.workspace),
            name=self.request.GET.get("name", ""),
            **(_previewed(self.workspace, wanted) if asked else {}),
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = _filter_of(request.POST.dict())
        try:
            campaign = campaigns.create_campaign(
                workspace=self.workspace,
                selection=filtered(self.workspace, wanted),
                name=request.POST.get("name", "").strip()[:120],
            )
        except DomainError as error:
            messages.error(request, error.message)
            return HttpResponseRedirect(request.get_full_path())
        messages.success(request, f"{campaign.name} runs with {campaign.accounts_enrolled} accounts.")
        return HttpResponseRedirect(f"/w/{self.workspace.slug}/campaigns/{campaign.public_id}")


class CampaignPage(PortalView):
    """Does it work, and what holds it up? Its live part is polled while it runs."""

    permission = ("campaigns", "read")
    template_name = "campaigns/detail.html"

    def get_template_names(self) -> list[str]:
        return ["campaigns/_live.html"] if self.request.GET.get("part") == "live" else [self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        campaign = _campaign(self.workspace, kwargs["campaign_id"])
        return super().get_context_data(
            **kwargs,
            campaign=campaign,
            shown=pages.figures_of(campaign),
            fills=pages.FILLS,
            now=clock.now(),
            may_write=self.may("campaigns", "write"),
        )

    def render_to_response(self, context: dict[str, Any], **options: Any) -> Any:
        response = super().render_to_response(context, **options)
        if self.request.GET.get("part") == "live" and not context["campaign"].open:
            response.status_code = HTMX_STOP_POLLING
        return response


class CampaignAccountsPage(PortalView):
    """Each account's next contact, or why there is none."""

    permission = ("campaigns", "read")
    template_name = "campaigns/accounts.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        campaign = _campaign(self.workspace, kwargs["campaign_id"])
        rows = enrollments_of(campaign)
        state = self.request.GET.get("state", "")
        if state == "held":
            rows = rows.filter(status=Enrollment.Status.ACTIVE, waiting_for=Enrollment.Waiting.FACT)
        elif state == "active":
            rows = rows.filter(status=Enrollment.Status.ACTIVE)
        elif state:
            rows = rows.filter(ended_as=state)
        found, cursor = page_of(rows, self.request.GET.get("cursor"), PAGE)
        return super().get_context_data(
            **kwargs,
            campaign=campaign,
            rows=pages.account_rows(campaign, found),
            chips=_state_chips(campaign, state),
            **_pager(self.request, cursor),
        )


class CampaignAction(PortalView):
    """Pause, resume, cancel."""

    permission = ("campaigns", "write")
    http_method_names = ["post"]
    actions = {"pause": steering.pause, "resume": steering.resume, "cancel": steering.cancel}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        action = self.actions.get(kwargs["action"])
        if action is None:
            raise Http404
        campaign = _campaign(self.workspace, kwargs["campaign_id"])
        action(workspace=self.workspace, campaign=campaign)
        return HttpResponseRedirect(f"/w/{self.workspace.slug}/campaigns/{campaign.public_id}")


class CallsPage(PortalView):
    """What was said today?"""

    permission = ("calls", "read")
    template_name = "calls/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wanted = {key: value for key, value in self.request.GET.dict().items() if key in CallFilter.base_filters}
        rows = CallFilter(wanted, queryset=list_calls(self.workspace)).qs
        found, cursor = page_of(rows.prefetch_related("account", "person"), self.request.GET.get("cursor"), PAGE)
        planned = list_calls(self.workspace).filter(status=Call.Status.QUEUED).order_by("due_at").first()
        return super().get_context_data(
            **kwargs,
            calls=found,
            chips=_outcome_chips(wanted),
            filtered=bool(wanted),
            planned=planned,
            **_pager(self.request, cursor),
        )


class CallPage(PortalView):
    """Was this call right?"""

    permission = ("calls", "read")
    template_name = "calls/detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        try:
            call = get_call(self.workspace, parse_id("call", kwargs["call_id"]))
        except DomainError as error:
            raise Http404 from error
        return super().get_context_data(
            **kwargs, call=call, shown=call_figures(call), entity=speaker(self.workspace, call.account)
        )


def _campaign(workspace: Workspace, campaign_id: str) -> Campaign:
    try:
        return get_campaign(workspace, parse_id("cmp", campaign_id))
    except DomainError as error:
        raise Http404 from error


def _filter_of(params: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in params.items() if key in AccountFilter.base_filters and value}


def _previewed(workspace: Workspace, wanted: dict[str, str]) -> dict[str, Any]:
    try:
        accounts = choose(workspace, filtered(workspace, wanted))
    except DomainError as error:
        return {"problem": error.message}
    asked = accounts[:PREVIEW_MAX]
    result = preview(workspace, asked, default_agent(workspace))
    return {
        "accounts": len(accounts),
        "preview": result,
        "sampled": len(asked) < len(accounts),
        "parts": _group_parts(result),
        "days": _preview_days(result),
        "fills": pages.FILLS,
        "asked_at": clock.now(),
        "held": result.accounts - result.groups["soon"].count,
        "ends_at": clock.now() + dt.timedelta(days=STANDARD.ends_after_days),
    }


def _group_parts(result: Preview) -> list[pages.Part]:
    fills = {"soon": ("Within 7 days", "ok"), "later": ("Later", "wait"), "person": ("Needs a person", "look")}
    fills["never"] = ("Cannot be contacted", "stop")
    return [pages.Part(label, result.groups[kind].count, fill) for kind, (label, fill) in fills.items()]


def _preview_days(result: Preview) -> list[pages.Day]:
    return [
        pages.Day(f"{day:%a} {day.day}", [found["email"], found["call"], found["letter"]])
        for day, found in sorted(result.days.items())
    ]


def _state_chips(campaign: Campaign, state: str) -> list[dict[str, Any]]:
    base = f"/w/{campaign.workspace.slug}/campaigns/{campaign.public_id}/accounts"
    labels = {"": "All", "active": "Being worked", "held": "Not allowed now", **ENDED_TEXTS}
    return [
        {"label": label, "url": f"{base}?{urlencode({'state': key})}" if key else base, "on": key == state}
        for key, label in labels.items()
    ]


def _outcome_chips(wanted: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"label": "All", "url": "?", "on": not wanted},
        *(
            {
                "label": outcome.replace("_", " ").capitalize(),
                "url": f"?{urlencode({'outcome': outcome})}",
                "on": wanted.get("outcome") == outcome,
            }
            for outcome in OUTCOMES
        ),
    ]


def _pager(request: HttpRequest, cursor: str | None) -> dict[str, str]:
    kept = {key: value for key, value in request.GET.items() if key != "cursor"}
    older = f"?{urlencode({**kept, 'cursor': cursor})}" if cursor else ""
    newer = f"?{urlencode(kept)}" if request.GET.get("cursor") else ""
    return {"older": older, "newer": newer}
