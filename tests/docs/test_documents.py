"""What the documents name exists, and what exists is named."""

import re
import subprocess
from pathlib import Path

import dramatiq
import pytest

from credira import wiring  # noqa: F401 - the apps are ready, and so are the actors
from credira.embedded import ROLES
from credira.work.periodic import Nightly, _registry
from tests.docs.conftest import Served, blocks

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(str(path.relative_to(ROOT)) for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    here = (ROOT / document).parent
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", (ROOT / document).read_text())

    assert [link for link in links if "://" not in link and not (here / link).exists()] == []


def test_the_readmes_first_screen_starts_and_tests() -> None:
    screen = (ROOT / "README.md").read_text().splitlines()[:20]

    assert any(line.startswith("make demo") for line in screen)
    assert any(line.startswith("make test") for line in screen)


def test_every_make_command_of_the_readme_is_a_target() -> None:
    named = set(re.findall(r"\bmake ([a-z]+)", (ROOT / "README.md").read_text()))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))

    assert {"demo", "test", "dev", "lint", "promises", "doctor"} <= named <= targets
    for target in sorted(named):
        done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.mark.processes
def test_the_readmes_curl_lines_answer(served: Served) -> None:
    lines = [line for _, text in blocks("README.md", "sh") for line in text.splitlines() if line.startswith("curl")]

    assert len(lines) == 1
    for line in lines:
        answer = served.ask(line.replace("http://127.0.0.1:8000", served.base).replace("curl", "curl -s", 1))
        assert answer["success"] is True
        assert answer["data"] == []


def test_operations_names_every_queue_and_every_role() -> None:
    text = (ROOT / "docs" / "operations.md").read_text()
    queues = set(dramatiq.get_broker().get_declared_queues())

    assert set(re.findall(r"^\| `([a-z]+)` \|", text, re.M)) == queues
    assert set(re.findall(r"^\| `(credira_[a-z]+)` \|", text, re.M)) == set(re.findall(r"ROLE (credira_\w+)", ROLES))


def test_operations_names_the_work_of_the_night() -> None:
    text = (ROOT / "docs" / "operations.md").read_text()
    named = set(re.findall(r"^\| `([a-z]+\.[a-z_]+)` \|", text, re.M)) - {"ledger.differs"}
    sources = {Path(p.function.__code__.co_filename).read_text() for p in _registry if isinstance(p, Nightly)}

    assert named == {name for text in sources for name in re.findall(r'enqueue_everywhere\("([a-z_.]+)"\)', text)}


def test_decisions_are_numbered_short_and_of_one_form() -> None:
    assert [path.name[:4] for path in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]
    for path in DECISIONS:
        lines = path.read_text().splitlines()
        assert len(lines) <= 25, path.name
        assert lines[0].startswith(f"# {int(path.name[:4])}. ")
        assert re.findall(r"^\*\*(\w+)\.\*\*", path.read_text(), re.M) == ["Context", "Decision", "Consequences"]
