"""docs/sandbox.md says what the simulator does; the simulator stands alone."""

import ast
import sys
from datetime import date

from simulator import faults
from simulator.people.conversation import spoken_date
from simulator.people.hearing import Ask
from simulator.people.personas import PERSONAS, TEMPERAMENTS, TEST_NUMBERS
from simulator.people.utterances import TELLS, UTTERANCES
from tests.simulator.process import ROOT

DOCUMENT = (ROOT / "docs" / "sandbox.md").read_text()


def test_every_persona_number_temperament_and_fault_is_documented() -> None:
    for number, persona in TEST_NUMBERS.items():
        assert f"`{number}`" in DOCUMENT
        assert f"`{persona}`" in DOCUMENT
    for name in (*TEMPERAMENTS, *faults.CREATE_KINDS, *faults.CALLBACK_KINDS):
        assert f"`{name}`" in DOCUMENT


def test_every_line_of_every_script_has_words() -> None:
    for persona in PERSONAS.values():
        for lines in persona.script.values():
            for line in "/".join(lines).split("/"):
                assert line.startswith("@") or line in UTTERANCES
        assert not persona.mail.says or persona.mail.says in UTTERANCES
    assert set(TELLS) <= set(UTTERANCES)


def test_whoever_picks_up_has_an_answer_to_every_question() -> None:
    for persona in PERSONAS.values():
        if persona.line == "answers":
            assert set(persona.script) == set(Ask)


def test_the_simulator_imports_nothing_of_the_product() -> None:
    allowed = {"simulator", "aiohttp", "yarl", *sys.stdlib_module_names}

    for path in (ROOT / "simulator").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert {name.split(".")[0] for name in names} <= allowed, path


def test_days_are_named_as_people_name_them() -> None:
    today = date(2026, 11, 24)

    days = [
        spoken_date(date(2026, month, day), today) for month, day in ((11, 24), (11, 25), (11, 27), (12, 1), (12, 12))
    ]

    assert days == ["today", "tomorrow", "Friday", "December 1st", "December 12th"]
