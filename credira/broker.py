"""The Dramatiq broker. It must exist before an actor module is imported."""

import dramatiq
from django.conf import settings
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AgeLimit, Callbacks, Pipelines, Retries, ShutdownNotifications, TimeLimit

from credira.work.middleware import Context, DatabaseConnections


def set_up() -> RedisBroker:
    """Make the broker of the settings the global one."""
    broker: RedisBroker = RedisBroker(  # type: ignore[no-untyped-call]
        url=settings.REDIS_URL,
        namespace="credira",
        middleware=[
            AgeLimit(),
            TimeLimit(),
            ShutdownNotifications(),
            Callbacks(),
            Pipelines(),
            Retries(max_retries=3, min_backoff=500, max_backoff=60_000),
            DatabaseConnections(),
            Context(),
        ],
    )
    dramatiq.set_broker(broker)
    return broker
