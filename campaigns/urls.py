"""Routes of this app: the public API, the portal and the pages without a login."""

from django.urls import URLPattern, URLResolver, path

from campaigns import api, hooks, views
from campaigns.callbacks import PREFIX

HOOK = PREFIX.lstrip("/")

api_urlpatterns: list[URLPattern | URLResolver] = [
    path("campaigns", api.CampaignsView.as_view(), name="campaigns"),
    path("campaigns/<str:campaign_id>", api.CampaignView.as_view(), name="campaign"),
    path("campaigns/<str:campaign_id>/pause", api.PauseCampaignView.as_view(), name="campaign-pause"),
    path("campaigns/<str:campaign_id>/resume", api.ResumeCampaignView.as_view(), name="campaign-resume"),
    path("campaigns/<str:campaign_id>/cancel", api.CancelCampaignView.as_view(), name="campaign-cancel"),
    path("calls", api.CallsView.as_view(), name="calls"),
    path("calls/<str:call_id>", api.CallView.as_view(), name="call"),
    path("voice-agents", api.VoiceAgentsView.as_view(), name="voice-agents"),
    path("voice-agents/<str:agent_id>", api.VoiceAgentView.as_view(), name="voice-agent"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("campaigns", views.CampaignsPage.as_view(), name="campaigns"),
    path("campaigns/new", views.NewCampaignPage.as_view(), name="new-campaign"),
    path("campaigns/<str:campaign_id>", views.CampaignPage.as_view(), name="campaign"),
    path("campaigns/<str:campaign_id>/accounts", views.CampaignAccountsPage.as_view(), name="campaign-accounts"),
    path("campaigns/<str:campaign_id>/<slug:action>", views.CampaignAction.as_view(), name="campaign-action"),
    path("calls", views.CallsPage.as_view(), name="calls"),
    path("calls/<str:call_id>", views.CallPage.as_view(), name="call"),
]
public_urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{HOOK}/<str:token>/voice", hooks.voice, name="telephony-voice"),
    path(f"{HOOK}/<str:token>/turn", hooks.turn, name="telephony-turn"),
    path(f"{HOOK}/<str:token>/status", hooks.status, name="telephony-status"),
]
