"""Reading an uploaded file: its text, its delimiter, its rows, in parts of a transaction's size. Pure."""

import codecs
import csv
import hashlib
import io
import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from accounts.importer.fields import CONTROL
from credira.core.cells import unguarded

ROWS_PER_PART = 5_000
MAX_ROWS = 100_000
MAX_CELL = 10_000

# A row as kept: its number as a spreadsheet counts (1 is the header), then its cells.
Row = tuple[int, list[str]]


class Unreadable(ValueError):
    """The file isn't one of rows and columns; the message says what is wrong."""


class Hashed(io.RawIOBase):
    """A binary file that is hashed as it is read."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.digest, self.size = file, hashlib.sha256(), 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        data = self.file.read(len(view))
        view[: len(data)] = data
        self.digest.update(data)
        self.size += len(data)
        return len(data)


def read(file: Hashed) -> tuple[list[str], Iterator[Row]]:
    """The header and the rows; empty rows are left out. UTF-8 with or without a mark, UTF-16 with one; comma,
    semicolon or tab.

    Bytes that aren't UTF-8 become lone surrogates, which the field table refuses by row and column. Raises
    ``Unreadable``, also while the rows are read.
    """
    text = _text(io.BufferedReader(file))
    try:
        first = text.readline(1_000_000)
    except UnicodeDecodeError as error:
        raise Unreadable("The file isn't text. Save it as CSV in UTF-8.") from error
    if not first.strip():
        raise Unreadable("The file is empty.")
    if CONTROL.search(first):
        raise Unreadable("The first row holds characters that aren't text. Save the file as CSV in UTF-8.")
    delimiter = max(",;\t", key=first.count)
    rows = csv.reader(_lines(first, text), delimiter=delimiter, strict=True)
    header = next(_guarded(rows))
    if len(header) > 200:
        raise Unreadable("The first row has more than 200 columns.")
    return [heading.strip() for heading in header], _numbered(rows)


def _text(file: io.BufferedReader) -> io.TextIOWrapper:
    """UTF-8, or UTF-16 where its mark says so (what a spreadsheet calls "Unicode text")."""
    if file.peek(2)[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return io.TextIOWrapper(file, encoding="utf-16", newline="")
    return io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")


def _lines(first: str, rest: Iterable[str]) -> Iterator[str]:
    yield first
    yield from rest


def _numbered(rows: Iterator[list[str]]) -> Iterator[Row]:
    for number, cells in enumerate(_guarded(rows), 2):
        if any(cells):
            yield number, [unguarded(cell) if cell.startswith("'") else cell for cell in cells]


def _guarded(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_CELL)
    while True:
        try:
            yield next(rows)
        except StopIteration:
            return
        except UnicodeDecodeError:
            raise Unreadable("The file isn't text to its end. Save it as CSV in UTF-8.") from None
        except csv.Error as error:
            raise Unreadable(f"The file can't be read as rows and columns: {error}.") from None


def pack(rows: list[Row]) -> str:
    """A part as it is stored."""
    return b64encode(zlib.compress(json.dumps(rows).encode(), 1)).decode()


def unpack(body: str) -> list[Row]:
    """What ``pack`` stored."""
    rows: list[Row] = [(number, cells) for number, cells in json.loads(zlib.decompress(b64decode(body)))]
    return rows
