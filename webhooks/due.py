"""Deliveries lease rows of their own; the scheduler wakes a lane when any is due and no message did."""

from credira.work.enqueue import enqueue
from credira.work.periodic import every
from webhooks.lanes import fail_stranded, is_due


@every(60.0)
def clear_up() -> None:
    """Nothing waits for an endpoint that is off."""
    fail_stranded()


@every(1.0)
def wake_lane() -> None:
    """Retries, and what a lost message or a dead lane left behind."""
    if is_due():
        enqueue("webhooks.deliver")
