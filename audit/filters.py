"""Filters that lists of events share."""

from typing import Any

import django_filters

from audit.registry import event_types


class EventTypeFilter(django_filters.ChoiceFilter):
    """A registered event type; a name that no event can have is a fault, not an empty list.

    ``public``: only the types that endpoints can be told.
    """

    def __init__(self, *, public: bool = False, **options: Any) -> None:
        def choices() -> list[tuple[str, str]]:
            return [(known.name, known.description) for known in event_types() if known.public or not public]

        super().__init__(choices=choices, **options)
