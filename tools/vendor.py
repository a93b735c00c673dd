"""Fetch the portal's third-party assets into static/vendor/ and templates/icons/.

Run it to change a version or to add an icon; npm is needed for that alone, never to run or test Credira:

    python tools/vendor.py                    fetch everything again
    python tools/vendor.py --icon mail-off    add one outline icon of @tabler/icons

Source map comments are stripped, because the maps are not shipped and a manifest storage refuses dangling ones.
vendor.json records what was taken from where, with the hash of each file as it lies here.
"""

import argparse
import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
ICONS = ROOT / "templates" / "icons"
ICONS_PACKAGE = "@tabler/icons@3.51.0"

SOURCE_MAP = re.compile(rb"\s*(//# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ \*/)\s*$")
DRAWING = re.compile(r"<(?:path|circle|rect|line)\b[^>]*?/>")


class Package(NamedTuple):
    """A pinned npm package and which of its files are kept under which name."""

    spec: str
    licence: str
    files: dict[str, str]


PACKAGES = (
    Package(
        "@tabler/core@1.6.1",
        "MIT",
        {"dist/css/tabler.min.css": "tabler.min.css", "dist/js/tabler.min.js": "tabler.min.js"},
    ),
    Package("chart.js@4.6.1", "MIT", {"dist/chart.umd.min.js": "chart.umd.min.js", "LICENSE.md": "chart.LICENSE.md"}),
    Package(
        "@fontsource-variable/inter@5.3.0",
        "OFL-1.1",
        {
            "files/inter-latin-wght-normal.woff2": "inter-latin-wght-normal.woff2",
            "files/inter-latin-ext-wght-normal.woff2": "inter-latin-ext-wght-normal.woff2",
            "LICENSE": "inter.LICENSE.txt",
        },
    ),
)


@contextmanager
def unpacked(spec: str) -> Iterator[Path]:
    """Yield the directory of the npm package `spec` (name@version), unpacked."""
    with tempfile.TemporaryDirectory() as scratch:
        packed = subprocess.run(
            ["npm", "pack", "--silent", spec], cwd=scratch, check=True, capture_output=True, text=True
        )
        with tarfile.open(Path(scratch) / packed.stdout.strip().splitlines()[-1]) as archive:
            archive.extractall(scratch, filter="data")
        yield Path(scratch) / "package"


def fetch(package: Package) -> dict[str, object]:
    """Copy the package's files into static/vendor/ and return its entry for vendor.json."""
    name, _, version = package.spec.rpartition("@")
    hashes = {}
    with unpacked(package.spec) as source:
        for origin, kept in package.files.items():
            content = SOURCE_MAP.sub(b"\n", (source / origin).read_bytes())
            (VENDOR / kept).write_bytes(content)
            hashes[kept] = hashlib.sha256(content).hexdigest()
    return {"name": name, "version": version, "licence": package.licence, "files": hashes}


def write_icons(names: list[str]) -> None:
    """Write the drawings of outline icons to templates/icons/: no size, no colour, hidden from screen readers."""
    with unpacked(ICONS_PACKAGE) as source:
        for name in names:
            svg = (source / "icons" / "outline" / f"{name}.svg").read_text()
            drawing = "".join(
                shape.replace(" />", "/>") for shape in DRAWING.findall(svg) if 'd="M0 0h24v24H0z"' not in shape
            )
            (ICONS / f"{name}.svg").write_text(
                '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
                f'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{drawing}</svg>\n'
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--icon", action="append", default=[], metavar="NAME", help="add this icon and stop")
    wanted = parser.parse_args().icon
    VENDOR.mkdir(parents=True, exist_ok=True)
    ICONS.mkdir(parents=True, exist_ok=True)
    if wanted:
        write_icons(wanted)
        return
    write_icons(sorted(path.stem for path in ICONS.glob("*.svg")))
    entries = [fetch(package) for package in PACKAGES]
    name, _, version = ICONS_PACKAGE.rpartition("@")
    entries.append({"name": name, "version": version, "licence": "MIT", "files": {}, "kept_in": "templates/icons"})
    (VENDOR / "vendor.json").write_text(json.dumps(entries, indent=2) + "\n")


if __name__ == "__main__":
    main()
