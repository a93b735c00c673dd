"""The actor that wakes a lane."""

from credira.work.actors import actor
from webhooks.lanes import LANE


@actor("webhooks.deliver", queue="webhooks", max_retries=0)
def deliver() -> None:
    """Something may be due. A message that is lost costs a second: the scheduler looks as well."""
    LANE.run()
