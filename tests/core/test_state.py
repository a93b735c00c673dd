"""A status changes by its model's table, and only for the first who changes it."""

import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from credira.core import clock
from credira.core.errors import InvalidTransition
from credira.core.state import move
from credira.tenancy.scope import bind
from credira.work.models import Job
from tests.workspaces import make_workspace

MOVED: list[type[models.Model]] = [model for model in apps.get_models() if hasattr(model, "TRANSITIONS")]


@pytest.mark.parametrize("model", MOVED, ids=lambda model: model.__name__)
def test_a_table_of_moves_names_every_status_and_no_other(model: Any) -> None:
    statuses = {value for value, _ in model._meta.get_field("status").choices}

    assert set(model.TRANSITIONS) == statuses
    assert set().union(*model.TRANSITIONS.values()) <= statuses
    assert all(status not in targets for status, targets in model.TRANSITIONS.items())


@pytest.fixture
def job(db: None) -> Any:
    with bind(make_workspace()) as workspace:
        long_ago = clock.wall() - dt.timedelta(days=1)
        yield Job.objects.create(workspace=workspace, kind="test", updated_at=long_ago)


def test_a_move_sets_the_status_and_what_comes_with_it_in_the_row_and_on_the_instance(job: Job) -> None:
    before = job.updated_at

    move(job, "running", message="half")

    stored = Job.objects.get(pk=job.pk)
    assert (job.status, job.message) == (stored.status, stored.message) == ("running", "half")
    assert job.updated_at == stored.updated_at > before


def test_a_move_that_the_table_lacks_changes_nothing(job: Job) -> None:
    move(job, "completed")

    with pytest.raises(InvalidTransition, match=f"{job.public_id} is completed; it can't become running"):
        move(job, "running", message="again")

    stored = Job.objects.get(pk=job.pk)
    assert (job.status, stored.status, stored.message) == ("completed", "completed", "")


def test_of_two_who_read_the_same_row_the_first_moves_it(job: Job) -> None:
    other = Job.objects.get(pk=job.pk)
    move(job, "failed", message="first")

    with pytest.raises(InvalidTransition, match="changed while this request ran"):
        move(other, "completed", message="second")

    stored = Job.objects.get(pk=job.pk)
    assert (stored.status, stored.message, other.status) == ("failed", "first", "queued")
