"""docs/settings.md and the code name the same variables, with the same defaults."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from credira.production import REQUIRED

ROOT = Path(__file__).resolve().parents[2]
NAME = re.compile(r"[A-Z][A-Z_]{3,}")
# Whose variables these are: not ours to document.
FOREIGN = {"DJANGO_SETTINGS_MODULE", "PATH", "XDG_RUNTIME_DIR"}


class Row(NamedTuple):
    """One variable of the document."""

    default: str
    example: str
    needed: str


def documented() -> dict[str, Row]:
    found = {}
    for line in (ROOT / "docs" / "settings.md").read_text().splitlines():
        if line.startswith("| `"):
            name, meaning, default, example, needed = (cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|")))
            assert meaning, name
            found[name.strip("`")] = Row(default.strip("`"), example, needed)
    return found


def sources() -> Iterator[ast.AST]:
    for path in (ROOT / "manage.py", *(p for d in ("credira", "simulator", "tools") for p in (ROOT / d).rglob("*.py"))):
        yield from ast.walk(ast.parse(path.read_text()))


def read() -> dict[str, str | None]:
    """Every variable that the code reads, with its default where that is a constant."""
    found: dict[str, str | None] = {}
    for node in sources():
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name("env" | "environment")), args=[ast.Constant(name), *_]):
                pass
            case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="environ")), args=[ast.Constant(name), *_]):
                pass
            case ast.Call(func=ast.Name("_secret"), args=[ast.Constant(name)]):
                pass
            case ast.Subscript(value=ast.Attribute(attr="environ"), slice=ast.Constant(name)):
                pass
            case _:
                continue
        if not NAME.fullmatch(str(name)) or name in FOREIGN:
            continue
        default = next((k.value for k in getattr(node, "keywords", []) if k.arg == "default"), None)
        constant = default.value if isinstance(default, ast.Constant) else None
        found[str(name)] = found.get(str(name)) or shown(constant)
    return found


def shown(default: object) -> str | None:
    if isinstance(default, bool):
        return "on" if default else "off"
    return str(default) if default else None


def test_every_variable_that_is_read_is_documented_and_no_other() -> None:
    assert sorted(documented()) == sorted(read())


def test_the_documented_defaults_are_the_codes() -> None:
    rows = documented()

    assert {name: rows[name].default for name, default in read().items() if default} == {
        name: default for name, default in read().items() if default
    }


def test_production_needs_what_is_marked_so() -> None:
    marked = {name for name, row in documented().items() if row.needed == "yes"}

    assert marked == {"CREDIRA_ENVIRONMENT", *REQUIRED}


def test_the_example_file_holds_what_production_needs() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    named = {line.partition("=")[0] for line in lines if line and not line.startswith("#")}

    assert named == {"CREDIRA_ENVIRONMENT", *REQUIRED}
