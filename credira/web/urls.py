"""Routes of this app: the public API, the portal and the pages without a login."""

from django.urls import URLPattern, URLResolver, path

from credira.api.views import OpenApiView
from credira.web import accounts_api, endpoints_api
from credira.web.account import AccountView, AddNoteView, HoldView, RecordPaymentView, ReleaseView
from credira.web.accounts import AccountsView
from credira.web.audit import AuditListView, AuditView
from credira.web.clock import ClockProgressView, ClockView
from credira.web.consumer import Receipt, Respond, Stop
from credira.web.dashboard import DashboardView
from credira.web.endpoints import AddEndpointView, EndEndpointView
from credira.web.hours import HoursView
from credira.web.landing import landing
from credira.web.payments import PaymentsView
from credira.web.placements import PlacementsView, PlacementView, RefusedView
from credira.web.search import SearchView
from credira.web.work_api import AdvanceView, JobView, TestClockView

api_urlpatterns: list[URLPattern | URLResolver] = [
    path("audit", AuditListView.as_view(), name="audit"),
    path("jobs/<str:job_id>", JobView.as_view(), name="job"),
    path("accounts", accounts_api.AccountsView.as_view(), name="accounts"),
    path("accounts/<str:account_id>", accounts_api.AccountView.as_view(), name="account"),
    path("accounts/<str:account_id>/status", accounts_api.AccountStatusView.as_view(), name="account-status"),
    path("accounts/<str:account_id>/notes", accounts_api.AccountNotesView.as_view(), name="account-notes"),
    path("accounts/<str:account_id>/endpoints", endpoints_api.AccountEndpointsView.as_view()),
    path("accounts/<str:account_id>/endpoints/<str:endpoint_id>/end", endpoints_api.EndEndpointView.as_view()),
    path("accounts/<str:account_id>/timeline", accounts_api.AccountTimelineView.as_view(), name="account-timeline"),
    path("placements", accounts_api.PlacementsView.as_view(), name="placements"),
    path("placements/<str:placement_id>", accounts_api.PlacementView.as_view(), name="placement"),
    path("placements/<str:placement_id>/refused.csv", accounts_api.RefusedRowsView.as_view(), name="placement-refused"),
    path("metrics", accounts_api.MetricsView.as_view(), name="metrics"),
    path("test-clock", TestClockView.as_view(), name="test-clock"),
    path("test-clock/advance", AdvanceView.as_view(), name="test-clock-advance"),
    path("openapi.json", OpenApiView.as_view(), name="openapi"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", DashboardView.as_view(), name="dashboard"),
    path("search", SearchView.as_view(), name="search"),
    path("accounts", AccountsView.as_view(), name="accounts"),
    path("accounts/<str:account_id>", AccountView.as_view(), name="account"),
    path("accounts/<str:account_id>/notes", AddNoteView.as_view(), name="account-note"),
    path("accounts/<str:account_id>/payments", RecordPaymentView.as_view(), name="account-payment"),
    path("accounts/<str:account_id>/hours", HoursView.as_view(), name="account-hours"),
    path("accounts/<str:account_id>/hold", HoldView.as_view(), name="account-hold"),
    path("accounts/<str:account_id>/holds/<str:hold_id>/release", ReleaseView.as_view(), name="account-hold-release"),
    path("accounts/<str:account_id>/endpoints", AddEndpointView.as_view(), name="account-endpoint"),
    path(
        "accounts/<str:account_id>/endpoints/<str:endpoint_id>/end",
        EndEndpointView.as_view(),
        name="account-endpoint-end",
    ),
    path("audit", AuditView.as_view(), name="audit"),
    path("payments", PaymentsView.as_view(), name="payments"),
    path("placements", PlacementsView.as_view(), name="placements"),
    path("placements/<str:placement_id>", PlacementView.as_view(), name="placement"),
    path("placements/<str:placement_id>/refused.csv", RefusedView.as_view(), name="placement-refused"),
    path("clock", ClockView.as_view(), name="clock"),
    path("clock/<str:job_id>", ClockProgressView.as_view(), name="clock-progress"),
]
public_urlpatterns: list[URLPattern | URLResolver] = [
    path("", landing, name="landing"),
    path("c/<str:token>", Respond.as_view(), name="consumer-respond"),
    path("c/<str:token>/stop", Stop.as_view(), name="consumer-stop"),
    path("c/<str:token>/receipt/<str:dispute_id>", Receipt.as_view(), name="consumer-receipt"),
]
