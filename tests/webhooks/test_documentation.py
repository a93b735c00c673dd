"""docs/webhooks.md tells of every event and its keys."""

import json
import re

from audit.registry import event_types
from tests.documented_events import MADE_UP, PAGE, documented_keys
from webhooks import rules
from webhooks.events import ANNOUNCED


def test_every_public_event_type_is_documented_with_its_keys() -> None:
    public = {known.name for known in event_types() if known.public and not known.name.startswith(MADE_UP)}

    assert public - documented_keys().keys() == set()
    assert [name for name, keys in documented_keys().items() if not keys] == []


def test_only_announced_types_are_public() -> None:
    public = {known.name for known in event_types() if known.public and not known.name.startswith(MADE_UP)}

    assert public - ANNOUNCED == {"webhook.test"}


def test_the_page_tells_the_pauses_and_the_shape() -> None:
    page = PAGE.read_text()
    shape = json.loads(re.findall(r"```json\n(.+?)\n```", page)[0])

    assert "after {:.0f}, {:.0f} and {:.0f} seconds".format(*(p.total_seconds() for p in rules.RETRY_AFTER)) in page
    assert list(shape) == ["id", "event", "created_at", "timestamp", "livemode", "data"]
