"""Every command of docs/api.md, typed in order against a real server, answers what the page shows."""

import json
from typing import Any

import pytest

from tests.docs.conftest import Served, blocks

pytestmark = pytest.mark.processes


def test_every_command_answers_as_shown(served: Served) -> None:
    found = blocks("docs/api.md", "sh", "json", "text")
    commands, answers = found[::2], found[1::2]

    assert {language for language, _ in commands} == {"sh"}
    assert len(commands) == len(answers) == 11
    for (_, command), (language, shown) in zip(commands, answers, strict=True):
        if language == "json":
            assert differs(json.loads(shown), served.ask(command), command) == []
        else:
            assert (
                differs(shown.splitlines(), [line.strip() for line in served.run(command).splitlines()], command) == []
            )


def differs(shown: Any, answered: Any, at: str) -> list[str]:
    """What the page shows and the answer doesn't have; the page may leave keys and later rows out."""
    if isinstance(shown, dict) and isinstance(answered, dict):
        return [line for key in shown for line in differs(shown[key], answered.get(key), f"{at} {key}")]
    if isinstance(shown, list) and isinstance(answered, list) and (shown or not answered):
        pairs = zip(shown, answered[: len(shown)], strict=len(shown) <= len(answered))
        return [line for number, (want, got) in enumerate(pairs) for line in differs(want, got, f"{at} {number}")]
    if isinstance(shown, str) and shown.endswith("…") and isinstance(answered, str):
        return [] if answered.startswith(shown[:-1]) else [f"{at}: {answered!r}"]
    return [] if shown == answered else [f"{at}: {answered!r} instead of {shown!r}"]
