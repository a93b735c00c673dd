"""What the composition root plugs together, in the order that matters.

The project has one signal, ``audit.signals.events_recorded``. Its receivers run in this order, inside the transaction
that records the events; a test reads the list.
"""

from importlib import import_module

RECEIVERS = ("compliance.receivers", "messaging.receivers", "campaigns.receivers", "webhooks.receivers")
DUE_MODULES = (
    "credira.work.advance",
    "accounts.due",
    "compliance.due",
    "messaging.due",
    "payments.due",
    "campaigns.due",
    "webhooks.due",
)
ACTOR_MODULES = (
    "credira.work.tasks",
    "audit.tasks",
    "accounts.tasks",
    "compliance.tasks",
    "messaging.tasks",
    "payments.tasks",
    "campaigns.tasks",
    "webhooks.tasks",
)
EVENT_MODULES = (
    "audit.events",
    "creditors.events",
    "accounts.events",
    "compliance.events",
    "messaging.events",
    "payments.events",
    "campaigns.events",
    "webhooks.events",
)


def connect() -> None:
    """Import each app's events, actors and due handlers, then connect the receivers in their fixed order.

    Each app's models are loaded by now: Django calls ``ready`` after the whole registry is filled.
    """
    from audit.signals import events_recorded
    from credira.providers.world import SandboxWorlds
    from credira.work.world import set_world

    set_world(SandboxWorlds())
    for name in (*EVENT_MODULES, *ACTOR_MODULES, *DUE_MODULES):
        _import(name)
    for name in RECEIVERS:
        module = _import(name)
        if module is not None:
            events_recorded.connect(module.on_events, dispatch_uid=name)


def _import(name: str):  # type: ignore[no-untyped-def]
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return None
