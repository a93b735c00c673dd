"""Nightly work runs once a night, and once when a scheduler begins."""

import datetime as dt

import time_machine

from credira.work.periodic import Nightly, Periodic


def test_nightly_work_runs_once_a_night_from_seven_utc_on() -> None:
    nightly = Nightly(lambda: None)

    runs = []
    for hours in range(0, 60, 3):
        with time_machine.travel(dt.datetime(2026, 11, 24, 1, tzinfo=dt.UTC) + dt.timedelta(hours=hours)):
            if nightly.is_due():
                runs.append(hours)

    assert runs == [0, 6, 30, 54]  # at the start (01:00), then 07:00 of each day


def test_periodic_work_rests_between_its_runs() -> None:
    periodic = Periodic(3600.0, lambda: None)

    assert [periodic.is_due(), periodic.is_due()] == [True, False]
