"""Deliveries lease rows of their own; the scheduler wakes a lane when any is due and no message did."""

from credira.work.enqueue import enqueue
from credira.work.sweepers import on_sweep
from webhooks.lanes import is_due


@on_sweep
def wake_lane() -> None:
    """Retries, and what a lost message or a dead lane left behind."""
    if is_due():
        enqueue("webhooks.deliver")
