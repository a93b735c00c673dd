"""All routes: the public API under /v1, the portal under /w/<workspace>, the pages without a login at /."""

from importlib import import_module

from django.urls import URLPattern, URLResolver, include, path, re_path

from credira.api.views import UnknownRoute

APPS = ("creditors", "accounts", "compliance", "messaging", "payments", "campaigns", "webhooks", "credira.web")

_Patterns = list[URLPattern | URLResolver]


def _collect(name: str) -> _Patterns:
    found: _Patterns = []
    for app in APPS:
        found += getattr(import_module(f"{app}.urls"), name)
    return found


urlpatterns: _Patterns = [
    path("v1/", include((_collect("api_urlpatterns"), "v1"))),
    re_path("^v1(/.*)?$", UnknownRoute.as_view()),
    path("w/<slug:slug>/", include((_collect("urlpatterns"), "portal"))),
    *_collect("public_urlpatterns"),
]
handler404 = "credira.api.handler.not_found"
handler500 = "credira.api.handler.server_error"
handler403 = "credira.api.handler.forbidden"
handler400 = "credira.api.handler.bad_request"
