"""Routes of this app: the public API, the portal and the pages without a login."""

from django.urls import URLPattern, URLResolver

api_urlpatterns: list[URLPattern | URLResolver] = []
urlpatterns: list[URLPattern | URLResolver] = []
public_urlpatterns: list[URLPattern | URLResolver] = []
