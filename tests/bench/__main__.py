"""``python -m tests.bench [list] [import] [gate]``: each beside its floor, in turns, as the machine stands.

``--rounds`` and ``--rows`` make a run shorter; the figures that count are those of the defaults.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ["TEST_DATABASE_NAME"] = "bench_credira"

ROUNDS = 5
ROWS = 100_000


def _list(rounds: int, rows: int) -> str:
    from tests.bench import list_

    return list_.report(rounds)


def _import(rounds: int, rows: int) -> str:
    from tests.bench import import_

    return import_.report(rows, rounds)


def _gate(rounds: int, rows: int) -> str:
    from tests.bench import gate

    return gate.report(rounds)


BENCHES: dict[str, Callable[[int, int], str]] = {"list": _list, "import": _import, "gate": _gate}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="bench", help=f"of {', '.join(BENCHES)}; all if none is named")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--rows", type=int, default=ROWS, help="of the imported file")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(BENCHES):
        parser.error(f"no bench is called {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")

    import django

    django.setup()
    from tests.bench.database import database

    for name in asked.names or BENCHES:
        with database():
            print(BENCHES[name](asked.rounds, asked.rows), flush=True)


if __name__ == "__main__":
    main()
