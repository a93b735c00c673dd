"""What the browser loads: pinned, whole, and within the content security policy."""

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
VENDOR, TEMPLATES = ROOT / "static" / "vendor", ROOT / "templates"
NOT_PAGES = ("emails/", "notices/", "messaging/email.html")  # letters and mails are not shown under the portal's policy
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=\"|hx-on|javascript:")
TAG = re.compile(r"{%.*?%}|{{.*?}}")
ICON = re.compile(r"{% icon \"([^\"]+)\"")


def pages() -> list[Path]:
    found = sorted(TEMPLATES.rglob("*.html"))
    return [path for path in found if not path.relative_to(TEMPLATES).as_posix().startswith(NOT_PAGES)]


def test_vendored_files_are_those_of_the_list() -> None:
    listed = {
        name: digest
        for package in json.loads((VENDOR / "vendor.json").read_text())
        for name, digest in package["files"].items()
    }
    present = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.iterdir()
        if path.name != "vendor.json"
    }

    assert present == listed


def test_nothing_vendored_points_to_a_source_map() -> None:
    assert [path.name for path in VENDOR.iterdir() if b"sourceMappingURL" in path.read_bytes()] == []


def test_no_page_has_inline_script_or_style() -> None:
    assert [path.name for path in pages() if INLINE.search(TAG.sub("", path.read_text()))] == []


@pytest.mark.parametrize("path", pages(), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_every_icon_of_a_page_exists(path: Path) -> None:
    missing = {name for name in ICON.findall(path.read_text()) if not (TEMPLATES / "icons" / f"{name}.svg").exists()}

    assert missing == set()
