"""What docs/webhooks.md says of each event type, to hold against what is recorded."""

import re
from functools import lru_cache
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "webhooks.md"
# Types that tests make up.
MADE_UP = ("example.", "test.")


@lru_cache
def documented_keys() -> dict[str, frozenset[str]]:
    """The keys of `data` by event type."""
    events = PAGE.read_text().split("\n## Events\n", 1)[1]
    sections = re.split(r"^### ", events, flags=re.MULTILINE)[1:]
    return {
        section.split("\n", 1)[0].strip(): frozenset(re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE))
        for section in sections
    }


def undocumented(event_type: str, data: dict[str, object]) -> list[str]:
    """The keys that the page doesn't name."""
    if event_type.startswith(MADE_UP):
        return []
    return sorted(set(data) - documented_keys().get(event_type, frozenset()))
