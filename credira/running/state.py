"""What a demo printed once and needs again: addresses, logins, keys. Kept in ``.local/demo.json``, for scripts too.

The file is written when the sample data are whole, so that whoever finds it can use what it says.
"""

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
    members: list[DemoMember] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)


@dataclass
class DemoState:
    """The whole file: where the product, the simulated world and its webhook sink answer, and who may sign in."""

    base_url: str = ""
    simulator_url: str = ""
    sink_url: str = ""
    creditors: list[DemoCreditor] = field(default_factory=list)


def load(path: Path) -> DemoState | None:
    """The state of an earlier start; None where none was finished, or by a version that wrote another shape."""
    try:
        raw = json.loads(path.read_text())
        creditors = [
            DemoCreditor(**{**creditor, "members": [DemoMember(**member) for member in creditor["members"]]})
            for creditor in raw.pop("creditors")
        ]
        return DemoState(**raw, creditors=creditors)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def save(state: DemoState, path: Path) -> None:
    """Write it in one go, readable by its owner alone: it holds logins."""
    half = path.with_suffix(".tmp")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(state), file, indent=2)
    half.replace(path)
