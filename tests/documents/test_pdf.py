import hashlib
import io
import os
import re
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pypdf
import pytest
from pytest_django import Settings

from credira.core.errors import NotFound
from credira.documents import pdf
from credira.documents.pdf import FetchRefused, html_to_pdf
from credira.documents.storage import DocumentDamaged, load, store
from credira.tenancy.models import Workspace

ROOT = Path(__file__).parents[2]
ONE, OTHER = Workspace().id, Workspace().id
PAGE = "<!doctype html><html lang=en><head><meta charset=utf-8><title>T</title></head><body>{}</body></html>"


def test_a_page_becomes_a_tagged_pdf_in_our_own_font() -> None:
    made = html_to_pdf(
        PAGE.format("<p style=\"font-family:'Credira Sans','Credira Sans Ext'\">Łaski owes $1,250.00</p>")
    )

    reader = pypdf.PdfReader(io.BytesIO(made))
    assert reader.pages[0].extract_text() == "Łaski owes $1,250.00"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    used = {font["/BaseFont"] for font in reader.pages[0]["/Resources"]["/Font"].values()}
    assert all("Credira-Sans" in font for font in used)


def test_the_same_page_gives_the_same_bytes() -> None:
    assert html_to_pdf(PAGE.format("Same")) == html_to_pdf(PAGE.format("Same"))


def test_two_threads_set_their_documents_in_turn_and_each_gets_its_own() -> None:
    """Two at once corrupted the heap of a worker; both begin at the same moment here, several times over."""
    both_there = threading.Barrier(2)

    def make(name: str) -> list[str]:
        pages = []
        for number in range(4):
            both_there.wait(timeout=60)
            words = f"{name} owes ${number},250.00. Łaski &amp; Núñez. " * 40
            reader = pypdf.PdfReader(io.BytesIO(html_to_pdf(PAGE.format(f"<p>{words}</p>"))))
            pages.append(" ".join(reader.pages[0].extract_text().split()))
        return pages

    with ThreadPoolExecutor(2) as threads:
        found = dict(zip(("Renee", "Jane"), threads.map(make, ("Renee", "Jane")), strict=True))

    for name, pages in found.items():
        assert pages == [" ".join([f"{name} owes ${number},250.00. Łaski & Núñez."] * 40) for number in range(4)]


def test_a_second_document_waits_for_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock is held while WeasyPrint works: another thread can't begin."""
    began, go_on = threading.Event(), threading.Event()
    order: list[str] = []
    render = pdf._render

    def slow(html: str) -> bytes:
        order.append(f"begin {html[-20:-14]}")
        if not began.is_set():
            began.set()
            go_on.wait(60)
        made = render(html)
        order.append(f"end {html[-20:-14]}")
        return made

    monkeypatch.setattr(pdf, "_render", slow)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(html_to_pdf, PAGE.format("first."))
        assert began.wait(60)
        other = threads.submit(html_to_pdf, PAGE.format("other."))
        time.sleep(0.2)
        assert order == ["begin first."]
        go_on.set()
        assert [first.result(60)[:5], other.result(60)[:5]] == [b"%PDF-", b"%PDF-"]

    assert order == ["begin first.", "end first.", "begin other.", "end other."]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x.png", "file:///etc/passwd", "https://example.com/x.png"])
def test_a_document_that_fetches_anything_is_refused(url: str) -> None:
    with pytest.raises(FetchRefused, match="may not fetch"):
        html_to_pdf(PAGE.format(f'<img src="{url}" alt="">'))


def test_without_pango_the_error_says_how_to_mend_it(tmp_path: Path) -> None:
    broken = tmp_path / "weasyprint"
    broken.mkdir()
    (broken / "__init__.py").write_text("raise OSError(\"cannot load library 'libgobject-2.0-0'\")")
    script = "import credira.documents.pdf as pdf; print(pdf.renderer_problem())"

    said = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert said.startswith(
        "PDF letters are off: WeasyPrint needs Pango. Debian/Ubuntu: apt-get install -y libpango-1.0-0"
    )


def test_a_document_is_kept_under_its_hash_once(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path

    first, again = store(ONE, folder="notices", content=b"words"), store(ONE, folder="notices", content=b"words")

    assert first == again
    assert first.sha256 == hashlib.sha256(b"words").hexdigest()
    assert load(ONE, first.key) == b"words"
    assert len(list(tmp_path.rglob("*.pdf"))) == 1


def test_another_workspace_cannot_read_it(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    kept = store(ONE, folder="notices", content=b"words")

    with pytest.raises(NotFound):
        load(OTHER, kept.key)
    with pytest.raises(NotFound):
        load(OTHER, f"../{ONE.hex}/{kept.key}")


def test_a_changed_file_is_noticed(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    kept = store(ONE, folder="notices", content=b"words")
    next(tmp_path.rglob("*.pdf")).write_bytes(b"other words")

    with pytest.raises(DocumentDamaged):
        load(ONE, kept.key)


def test_a_notice_is_set_without_flex_or_grid() -> None:
    """They take WeasyPrint twice as long, and a page of them can't be broken."""
    template = (ROOT / "templates" / "notices" / "validation.html").read_text(encoding="utf-8")

    assert re.search(r"float\s*:", template)
    assert not re.search(r"display\s*:\s*(inline-)?(flex|grid)", template)
