"""Who is told, what is on its way, and each try."""

from webhooks.models.deliveries import Delivery, DeliveryAttempt
from webhooks.models.endpoints import WebhookEndpoint

__all__ = ["Delivery", "DeliveryAttempt", "WebhookEndpoint"]
