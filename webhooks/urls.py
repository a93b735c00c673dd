"""Routes of this app: the public API, the portal and the pages without a login."""

from django.urls import URLPattern, URLResolver, path

from webhooks import api, views

api_urlpatterns: list[URLPattern | URLResolver] = [
    path("webhooks", api.WebhooksView.as_view(), name="webhooks"),
    path("webhooks/<str:webhook_id>", api.WebhookView.as_view(), name="webhook"),
    path("webhooks/<str:webhook_id>/test", api.TestWebhookView.as_view(), name="webhook-test"),
    path("webhooks/<str:webhook_id>/deliveries", api.DeliveriesView.as_view(), name="webhook-deliveries"),
    path("events", api.EventsView.as_view(), name="events"),
    path("events/<str:event_id>", api.EventView.as_view(), name="event"),
    path("events/<str:event_id>/replay", api.ReplayEventView.as_view(), name="event-replay"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("webhooks", views.EndpointsView.as_view(), name="webhooks"),
    path("webhooks/new", views.AddEndpointView.as_view(), name="add-webhook"),
    path("webhooks/deliveries/<str:delivery_id>", views.DeliveryView.as_view(), name="delivery"),
    path("webhooks/deliveries/<str:delivery_id>/replay", views.ReplayView.as_view(), name="replay-delivery"),
    path("webhooks/<str:webhook_id>", views.EndpointView.as_view(), name="webhook"),
    path("webhooks/<str:webhook_id>/test", views.TestEndpointView.as_view(), name="test-webhook"),
    path("webhooks/<str:webhook_id>/switch", views.SwitchEndpointView.as_view(), name="switch-webhook"),
    path("webhooks/<str:webhook_id>/delete", views.DeleteEndpointView.as_view(), name="delete-webhook"),
]
public_urlpatterns: list[URLPattern | URLResolver] = []
