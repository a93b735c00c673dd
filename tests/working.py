"""The scheduler and a worker inside the test's own process, for tests that only need the work to get done."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dramatiq
from django.db import connections
from dramatiq import Worker

from credira.work.sweep import sweep

EVERY_S = 0.1


@contextmanager
def working() -> Iterator[None]:
    """Within the block, what falls due is swept and done; at its end what was begun is finished."""
    worker = Worker(dramatiq.get_broker(), worker_timeout=50, worker_threads=2)
    stop = threading.Event()

    def keep_sweeping() -> None:
        while not stop.wait(EVERY_S):
            sweep()
        connections.close_all()

    sweeper = threading.Thread(target=keep_sweeping, name="sweeper")
    worker.start()
    sweeper.start()
    try:
        yield
    finally:
        stop.set()
        sweeper.join(timeout=10)
        worker.stop()
