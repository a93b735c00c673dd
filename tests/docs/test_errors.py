"""docs/errors.md lists every code that the API can answer, with its status, and no other."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from credira.core.errors import DomainError

ROOT = Path(__file__).resolve().parents[2]
HOMES = ("credira", "audit", "creditors", "accounts", "compliance", "messaging", "payments", "campaigns", "webhooks")
# Answers that no DomainError stands behind: a fault of ours.
LITERAL = re.compile(r"""(?:body|_answer|_envelope)\((?:request, )?(?:(\d{3}), )?"([A-Z_]+)\"""")


def documented() -> dict[str, int]:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (\d{3}) \| .+ \| .+ \|$", (ROOT / "docs" / "errors.md").read_text(), re.M)
    assert len(rows) == len(dict(rows)), "a code stands twice"
    return {code: int(status) for code, status in rows}


def kinds(error: type[DomainError]) -> Iterator[type[DomainError]]:
    yield error
    for kind in error.__subclasses__():
        yield from kinds(kind)


def raised() -> dict[str, int]:
    """The codes of every error of the project's own modules, all of them imported."""
    for home in HOMES:
        for path in (ROOT / home).rglob("*.py"):
            if "class " in (text := path.read_text()) and 'code = "' in text:
                import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    return {kind.code: kind.status for kind in kinds(DomainError) if kind.__module__.split(".")[0] in HOMES}


def written_out() -> set[str]:
    found = LITERAL.findall((ROOT / "credira" / "api" / "handler.py").read_text())
    return {code for _, code in found}


def test_every_code_is_documented_with_its_status_and_no_other() -> None:
    assert documented() == {**raised(), "INTERNAL": 500}


def test_what_the_handler_answers_by_itself_is_documented() -> None:
    assert written_out() == {"INTERNAL", "NOT_FOUND", "FORBIDDEN", "INVALID_REQUEST"}
