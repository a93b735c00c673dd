"""The event types of the house, each registered by the app that records it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EventType:
    """``name`` is ``noun.past``; public types go to webhooks and are documented in docs/webhooks.md."""

    name: str
    description: str
    public: bool


_types: dict[str, EventType] = {}


def event_type(name: str, description: str, *, public: bool = False) -> EventType:
    """Register an event type and return it. Raises ``RuntimeError`` for a name taken."""
    if name in _types:
        raise RuntimeError(f"the event type {name} is registered already")
    _types[name] = EventType(name, description, public)
    return _types[name]


def event_types() -> list[EventType]:
    """All registered types by name."""
    return sorted(_types.values(), key=lambda known: known.name)


def find_event_type(name: str) -> EventType | None:
    """The type of that name, or None."""
    return _types.get(name)
