"""What a demo printed once and needs again: addresses, logins, keys. Kept in ``.local/demo.json``, for this machine."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class DemoMember:
    """A login; ``totp_secret`` is base32, as an authenticator wants it."""

    email: str
    role: str
    password: str
    totp_secret: str


@dataclass
class DemoCreditor:
    """A creditor of the demo with its people and its keys (``sandbox``, ``live``)."""

    name: str
    slug: str
    members: list[DemoMember] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)


@dataclass
class DemoState:
    """The whole file."""

    base_url: str = ""
    simulator_url: str = ""
    sink_url: str = ""
    campaign_url: str = ""
    complete: bool = False
    creditors: list[DemoCreditor] = field(default_factory=list)


def load(path: Path) -> DemoState:
    """The state of an earlier start, or an empty one."""
    if not path.exists():
        return DemoState()
    raw = json.loads(path.read_text())
    creditors = [
        DemoCreditor(**{**creditor, "members": [DemoMember(**member) for member in creditor["members"]]})
        for creditor in raw.pop("creditors")
    ]
    return DemoState(**raw, creditors=creditors)


def save(state: DemoState, path: Path) -> None:
    """Write it readable by its owner alone: it holds logins."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(state), file, indent=2)
