"""Which rows of the promise checklist have a test that carries their id, and which have none.

The checklist's ids are in tests/data/promises.txt, one a line. A test carries an id by
``@pytest.mark.promise("S-21")``, or by ``S-21`` / ``S21`` in its name or docstring.
"""

import ast
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
IDS = HERE / "tests" / "data" / "promises.txt"
_ID = re.compile(r"\b([A-Z])-?(\d+)\b")


def carried(source: str) -> set[str]:
    """The ids that the tests of one file carry."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or not node.name.startswith("test"):
            continue
        texts = [node.name.replace("_", " "), ast.get_docstring(node) or ""]
        texts += [ast.unparse(decorator) for decorator in node.decorator_list if "promise" in ast.unparse(decorator)]
        found |= {f"{letter}-{number}" for text in texts for letter, number in _ID.findall(text)}
    return found


def main() -> int:
    wanted = IDS.read_text().split()
    shown: set[str] = set()
    for path in sorted((HERE / "tests").rglob("test_*.py")):
        shown |= carried(path.read_text())
    have = [row for row in wanted if row in shown]
    lack = [row for row in wanted if row not in shown]
    print(f"{len(have)} of {len(wanted)} promises have a test that carries their id.")
    print("with:    " + " ".join(have))
    print("without: " + " ".join(lack))
    return 0


if __name__ == "__main__":
    sys.exit(main())
