"""How this house declares actors: named ``app.verb``, a few retries for crashes, a time limit."""

from collections.abc import Callable
from typing import Any

import dramatiq


def actor(
    name: str, *, queue: str = "default", max_retries: int = 3, time_limit_ms: int = 120_000
) -> Callable[[Callable[..., None]], Any]:
    """Declare a Dramatiq actor. What is due later is a due row, never a delayed message: retries are for crashes."""

    def declare(function: Callable[..., None]) -> Any:
        declared: Any = dramatiq.actor
        return declared(function, actor_name=name, queue_name=queue, max_retries=max_retries, time_limit=time_limit_ms)

    return declare
