"""The scheduler: a one-second loop under an advisory lock, so that any number may run and one works."""

import logging
import signal
import time
from typing import Any

import psycopg
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection

from credira.core import clock
from credira.work import periodic
from credira.work.models import Heartbeat
from credira.work.sweep import sweep

logger = logging.getLogger("credira.scheduler")
_LOCK = 7262
_FULL = 200


class Command(BaseCommand):
    help = "Sweep what is due, once a second. Safe to run more than one: an advisory lock lets one work."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stopping = False
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        while not self.stopping:
            started = time.monotonic()
            try:
                busy = self._leads() and self._beat_and_sweep() >= _FULL
            except (DatabaseError, psycopg.Error) as error:
                logger.warning("database unreachable, trying again: %s", error)
                connection.close()
                busy = False
            if not busy:
                time.sleep(max(0.05, 1.0 - (time.monotonic() - started)))

    def _stop(self, *args: Any) -> None:
        self.stopping = True

    def _leads(self) -> bool:
        """A session lock; with the pool the session is this process's one connection, kept while it leads."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
            row = cursor.fetchone()
        return bool(row and row[0])

    def _beat_and_sweep(self) -> int:
        Heartbeat.objects.update_or_create(name="scheduler", defaults={"beat_at": clock.wall()})
        periodic.run_due()
        return sweep()
