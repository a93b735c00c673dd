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
    "webhooks.tasks",
)
EVENT_MODULES = (
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
        import_module(name)
    for name in RECEIVERS:
        events_recorded.connect(import_module(name).on_events, dispatch_uid=name)
