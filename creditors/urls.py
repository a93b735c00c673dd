"""Routes of this app: the public API, the portal and the pages without a login."""

from django.urls import URLPattern, URLResolver, path

from creditors import api
from creditors.views import keys, settings, sign_in

api_urlpatterns: list[URLPattern | URLResolver] = [
    path("me", api.MeView.as_view(), name="me"),
    path("state-authorizations", api.StateAuthorizationsView.as_view(), name="state-authorizations"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("keys", keys.KeysView.as_view(), name="keys"),
    path("keys/new", keys.MintKeyView.as_view(), name="mint-key"),
    path("keys/<str:key_id>/revoke", keys.RevokeKeyView.as_view(), name="revoke-key"),
    path("settings/members", settings.MembersView.as_view(), name="members"),
    path("compliance/states", settings.StatesView.as_view(), name="states"),
    path("compliance/states/new", settings.AddStateView.as_view(), name="add-state"),
]
public_urlpatterns: list[URLPattern | URLResolver] = [
    path("login", sign_in.SignInView.as_view(), name="login"),
    path("login/code", sign_in.CodeView.as_view(), name="login-code"),
    path("login/enroll", sign_in.EnrollView.as_view(), name="login-enroll"),
    path("login/confirm", sign_in.ConfirmView.as_view(), name="login-confirm"),
    path("logout", sign_in.sign_out, name="logout"),
    path("workspaces", sign_in.choose_workspace, name="workspaces"),
]
