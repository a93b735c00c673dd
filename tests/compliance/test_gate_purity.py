"""The rules are pure: standard library only, no clock, no database, no network."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted([*(ROOT / "compliance/rules").glob("*.py"), *(ROOT / "compliance/packs").glob("*.py")])
IMPURE = {"now", "today", "utcnow", "localtime", "urandom", "random"}


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_rule_module_imports_the_standard_library_and_rules_alone(path: Path) -> None:
    for name in imported(ast.parse(path.read_text(encoding="utf-8"))):
        ours = name == "compliance" or name.startswith(("compliance.rules", "compliance.packs"))
        assert ours or name.split(".")[0] in sys.stdlib_module_names, f"{path.name} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_rule_module_reads_no_clock(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            is_class = isinstance(owner, ast.Name) and owner.id in {"datetime", "date", "time"}
            assert not (is_class and node.func.attr in IMPURE), f"{path.name}:{node.lineno}"


def test_evaluating_loads_no_framework() -> None:
    code = (
        "import sys; from compliance import packs; from compliance.rules import evaluate; packs.load(); "
        "print([m for m in sys.modules if m.split('.')[0] in ('django', 'credira', 'psycopg', 'redis', 'jsonschema')])"
    )

    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert shown.stdout.strip() == "[]"
