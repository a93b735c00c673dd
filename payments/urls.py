"""Routes of this app: the public API and the portal."""

from django.urls import URLPattern, URLResolver, path

from payments import api

api_urlpatterns: list[URLPattern | URLResolver] = [
    path("payments", api.PaymentsView.as_view(), name="payments"),
    path("payments/<str:payment_id>", api.PaymentView.as_view(), name="payment"),
    path("promises", api.PromisesView.as_view(), name="promises"),
    path("sandbox/payments", api.SandboxPaymentsView.as_view(), name="sandbox-payments"),
]
urlpatterns: list[URLPattern | URLResolver] = []
public_urlpatterns: list[URLPattern | URLResolver] = []
