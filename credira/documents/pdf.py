"""HTML to PDF by WeasyPrint, the same everywhere: own fonts, no network.

WeasyPrint loads Pango from the system at import, so it is imported when a document is made and not before: without
Pango everything else works. pypdf too is imported when it is needed: every process would start a seventh slower.
"""

import functools
import io
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from credira.core.errors import Unavailable

FONTS = Path(__file__).parent / "fonts"
CURE = (
    "PDF letters are off: WeasyPrint needs Pango. Debian/Ubuntu: apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 "
    "libharfbuzz-subset0. Fedora: dnf install pango. macOS: brew install pango."
)
FONT_FACES = "\n".join(
    f"@font-face {{ font-family: '{family}'; font-weight: {weight}; "
    f"src: url('file://{FONTS}/inter-{subset}-{weight}-normal.woff2'); }}"
    for subset, family in (("latin", "Credira Sans"), ("latin-ext", "Credira Sans Ext"))
    for weight in (400, 600)
)


# Pango and fontconfig are not safe in several threads: two documents at once corrupted the heap of a worker.
_ONE_AT_A_TIME = threading.Lock()


class RendererMissing(Unavailable):
    """This machine can't make PDFs; the message holds the line that mends it."""

    code = "RENDERER_MISSING"


class FetchRefused(Exception):  # a fault of ours: no caller can act on it
    """A document asked for a network address or a file that is none of our fonts."""


def html_to_pdf(html: str) -> bytes:
    """Set a document. PDF/UA-1 (tagged, so that a screen reader can read it); the same HTML gives the same page.

    Args:
        html: A whole document. It may use the font families "Credira Sans" and "Credira Sans Ext" and `data:` images;
            nothing is fetched from a network or from other files.

    Raises:
        RendererMissing: Pango isn't installed.
        FetchRefused: The document asks for something that it may not fetch.
    """
    with _ONE_AT_A_TIME:
        return _render(html)


def _render(html: str) -> bytes:
    weasyprint, fonts, sheet = _renderer()
    document = weasyprint.HTML(string=html, url_fetcher=_fetcher(weasyprint))
    try:
        pdf: bytes = document.write_pdf(stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1")
    except weasyprint.urls.FatalURLFetchingError as error:  # a BaseException: WeasyPrint swallows all others
        raise FetchRefused(str(error)) from error
    return pdf


def joined(documents: Iterable[bytes]) -> bytes:
    """Several PDFs as one, in their order: what is printed in one go."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    for document in documents:
        writer.append(io.BytesIO(document))
    whole = io.BytesIO()
    writer.write(whole)
    return whole.getvalue()


def renderer_problem() -> str:
    """Why PDFs can't be made here, with the line that mends it; empty when they can."""
    try:
        _renderer()
    except RendererMissing as error:
        return str(error)
    return ""


def asked_in_vain() -> int:
    """How often this process wanted a renderer and there was none."""
    found = _renderer.cache_info()
    return found.misses - found.currsize


@functools.lru_cache(maxsize=1)
def _renderer() -> tuple[Any, Any, Any]:
    try:
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
    except OSError as error:
        raise RendererMissing(CURE) from error
    fonts = FontConfiguration()
    sheet = weasyprint.CSS(string=FONT_FACES, font_config=fonts, url_fetcher=_fetcher(weasyprint))
    return weasyprint, fonts, sheet


def _fetcher(weasyprint: Any) -> Any:
    """A fetcher that reads our fonts and inline data; anything else in a document is a fault that stops it."""

    class OwnFilesOnly(weasyprint.URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith(("data:", f"file://{FONTS}/")):
                raise weasyprint.urls.FatalURLFetchingError(f"A document may not fetch {url}.")
            return super().fetch(url, headers)

    return OwnFilesOnly(allowed_protocols=["data", "file"])
