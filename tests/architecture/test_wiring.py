"""What the composition root plugs together, and who may look across workspaces."""

import re
from importlib import import_module
from pathlib import Path

import dramatiq
from django.conf import settings

from audit.signals import events_recorded
from credira import wiring

ROOT = Path(settings.BASE_DIR)
HOMES = ("credira", "audit", "creditors", "accounts", "compliance", "messaging", "payments", "campaigns", "webhooks")
# Before a tenant is known, for sweeps, and for making one. Another caller is a decision to be made here.
ACROSS = {
    "audit/tasks.py",
    "credira/running/seed.py",
    "credira/tenancy/scope.py",
    "credira/web/landing.py",
    "credira/work/periodic.py",
    "credira/work/sweep.py",
    "creditors/credentials.py",
    "creditors/portal.py",
    "creditors/services/people.py",
    "creditors/views/sign_in.py",
    "webhooks/lanes.py",
}


def sources() -> dict[str, str]:
    return {
        str(path.relative_to(ROOT)): path.read_text()
        for home in HOMES
        for path in sorted((ROOT / home).rglob("*.py"))
        if "migrations" not in path.parts
    }


def test_the_signal_has_its_receivers_in_the_written_order() -> None:
    connected = [key[0] for key, *_ in events_recorded.receivers]

    assert [name for name in connected if name in wiring.RECEIVERS] == list(wiring.RECEIVERS)
    assert wiring.RECEIVERS == (
        "compliance.receivers",
        "messaging.receivers",
        "campaigns.receivers",
        "webhooks.receivers",
    )


def test_every_room_with_events_actors_or_due_work_is_plugged_in() -> None:
    """A module that exists and isn't listed would never be loaded."""
    listed = {*wiring.EVENT_MODULES, *wiring.ACTOR_MODULES, *wiring.DUE_MODULES, *wiring.RECEIVERS}
    rooms = [home for home in HOMES if home != "credira"]
    found = {
        f"{room}.{kind}"
        for room in rooms
        for kind in ("events", "tasks", "due", "receivers")
        if (ROOT / room / f"{kind}.py").exists()
    }

    assert found - listed == set()
    for name in listed:
        import_module(name)


def test_every_name_that_is_enqueued_has_an_actor() -> None:
    named = {
        name
        for text in sources().values()
        for name in re.findall(r"\benqueue(?:_once|_everywhere)?\(\s*\"([a-z_.]+)\"", text)
    }

    assert {"accounts.check_ledger", "audit.seal", "audit.seal_all", "webhooks.deliver", "work.nudge"} <= named
    assert named - dramatiq.get_broker().get_declared_actors() == set()


def test_only_the_listed_modules_look_across_workspaces() -> None:
    callers = {path for path, text in sources().items() if re.search(r"\bacross_workspaces\b", text)}

    assert callers == ACROSS
