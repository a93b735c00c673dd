"""From a header and rows of text to values and faults: the hand loop that the field table generates. Pure."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from accounts.importer.fields import AMOUNTS, IGNORED, ITEMIZED, Bad, Field, Parser, table
from credira.core.money import exponent

REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of one row; ``column`` is the file's own heading, empty where the whole row is at fault."""

    column: str
    code: str
    message: str
    value: str = ""


@dataclass(slots=True)
class Checked:
    """A row as read: values by field name, and what is wrong. ``number`` counts as a spreadsheet does."""

    number: int
    values: dict[str, Any]
    faults: list[Fault] = field(default_factory=list)


# Who owes is told by any one of these.
WHO = ("consumer_email", "last_name", "company_name")


class HeaderFault(ValueError):
    """The file can't be read at all; the message says what its first row lacks, ``columns`` which, any one of them."""

    def __init__(self, message: str, *columns: str) -> None:
        self.columns = columns
        super().__init__(message)


class Known(dict[str, Any]):
    """A column's cells seen so far: most columns hold few different texts, and a hit costs no call."""

    def __init__(self, column: Field) -> None:
        super().__init__()
        self.parse: Parser = column.parse
        self[""] = column.empty

    def __missing__(self, cell: str) -> Any:
        if len(self) > REMEMBERED:
            empty = self[""]
            self.clear()
            self[""] = empty
        text = cell.strip()
        self[cell] = value = self.parse(text) if text else self[""]
        return value


class Varied:
    """A column whose texts hardly repeat."""

    __slots__ = ("empty", "parse")

    def __init__(self, column: Field) -> None:
        self.parse, self.empty = column.parse, column.empty

    def __getitem__(self, cell: str) -> Any:
        text = cell.strip()
        return self.parse(text) if text else self.empty


class Nothing:
    """A column that we don't read."""

    def __getitem__(self, cell: str) -> None:
        return None


class Validator:
    """Reads rows of one header. ``unknown`` are headings that nobody knows; ``absent`` fields that it lacks."""

    def __init__(self, header: Sequence[str], today: dt.date, default_currency: str) -> None:
        columns = table(today)
        by_heading = {heading: column for column in columns for heading in _headings(column)}
        found = [by_heading.get(_plain(heading)) for heading in header]
        self.header = list(header)
        self.unknown = [h for h, c in zip(header, found, strict=True) if c is None and _plain(h) not in IGNORED]
        self.absent = {column.name for column in columns} - {column.name for column in found if column}
        self.names = [column.name if column else "" for column in found]
        self.heading_of = {name: heading for name, heading in zip(self.names, header, strict=True) if name}
        self.default_currency = default_currency
        self._cells: list[Any] = [_reader(column) for column in found]
        _refuse_header(found, self.absent)

    def check(self, number: int, cells: Sequence[str]) -> Checked:
        """One row's values and every fault of it."""
        if len(cells) != len(self.names):
            return Checked(number, {}, [_wrong_width(len(cells), len(self.names))])
        found = [reader[cell] for reader, cell in zip(self._cells, cells, strict=True)]
        values = dict(zip(self.names, found, strict=True))
        values.pop("", None)
        faults = [
            Fault(heading, value.code, value.message, cell)
            for heading, value, cell in zip(self.header, found, cells, strict=True)
            if value.__class__ is Bad
        ]
        if not faults:
            values["currency"] = values.get("currency") or self.default_currency
            faults = [
                Fault(self.heading_of.get(name, name), bad.code, bad.message, self._cell(name, cells))
                for name, bad in faults_between(values)
            ]
        return Checked(number, values, faults)

    def _cell(self, name: str, cells: Sequence[str]) -> str:
        return cells[self.names.index(name)] if name in self.names else ""


def unread(header: Sequence[str]) -> list[str]:
    """The headings that are no column of ours, in the file's order."""
    known = {heading for column in table(dt.date.max) for heading in _headings(column)}
    return [heading for heading in header if _plain(heading) not in known | IGNORED]


def check_mapping(values: Mapping[str, Any], today: dt.date, default_currency: str) -> Checked:
    """The same checks for one debt given by field names, as the API has it: texts, numbers, dates; None is absent."""
    given = {name: _as_text(value) for name, value in values.items() if value not in (None, "")}
    validator = Validator(list(given), today, default_currency)
    return validator.check(0, list(given.values()))


def faults_between(row: Mapping[str, Any]) -> Iterator[tuple[str, Bad]]:
    """What can only be seen by comparing cells that are each right in themselves."""
    currency = row["currency"]
    places = exponent(currency)
    for name in AMOUNTS:
        value = row.get(name)
        if value and (-value.as_tuple().exponent > max(places, 2) or (places < 2 and value % 1)):
            yield (
                name,
                Bad("INVALID_AMOUNT", f"{currency} has {_count(places)} decimals; this has more. Round it there."),
            )
            return
    original, principal = row.get("original_balance"), row.get("principal_balance")
    if original is not None and principal is not None and principal > original:
        yield "principal_balance", Bad("PRINCIPAL_ABOVE_ORIGINAL", "The principal is above the original balance.")
        return
    if bad := _itemization_fault(row):
        yield "current_balance", bad
        return
    if _owed(row) == 0:
        yield "current_balance", Bad("NOTHING_OWED", "Nothing is owed on this account.")
    if not (row.get("consumer_email") or row.get("last_name") or row.get("company_name")):
        yield "consumer_email", Bad("MISSING_VALUE", "Say who owes: an e-mail address or a name.")
    code = row.get("address_zip")
    if code and not code[:5].isdigit() and (row.get("address_country") or "US") == "US":
        yield "address_zip", Bad("INVALID_ZIP", "Not a ZIP code. Write five digits, or nine with a hyphen.")


def owed(row: Mapping[str, Any]) -> Decimal:
    """What is owed now: as told, else what the other amounts come to."""
    return _owed(row)


def _owed(row: Mapping[str, Any]) -> Decimal:
    current: Decimal | None = row.get("current_balance")
    if current is not None:
        return current
    zero = Decimal("0.00")
    since = (row.get("interest_since") or zero) + (row.get("fees_since") or zero)
    principal: Decimal | None = row.get("principal_balance")
    if principal is not None:
        owing: Decimal = principal + since
        return owing
    original: Decimal = row["original_balance"]
    return max(zero, original + since - (row.get("payments_since") or zero))


def _itemization_fault(row: Mapping[str, Any]) -> Bad | None:
    """A notice must add up to the cent (VN-04); what isn't told isn't checked."""
    amounts = [row.get(name) for name in ITEMIZED]
    if None in amounts:
        return None
    original, interest, fees, payments, current = (a for a in amounts if a is not None)
    total = original + interest + fees - payments
    if total == current:
        return None
    told = f"{original:,} + {interest:,} + {fees:,} − {payments:,} = {total:,}, but the balance is {current:,}."
    return Bad("VN_ITEMIZATION_MISMATCH", f"{told} Correct one of the five amounts.")


def _refuse_header(found: Sequence[Field | None], absent: set[str]) -> None:
    seen: set[str] = set()
    for column in found:
        if column and column.name in seen:
            raise HeaderFault(f"Two columns say {column.name}. Keep one of them.", column.name)
        seen.add(column.name if column else "")
    if "original_balance" in absent:
        raise HeaderFault("The column original_balance is missing.", "original_balance")
    if absent.issuperset(WHO):
        raise HeaderFault(f"No column says who owes: {', '.join(WHO[:-1])} or {WHO[-1]}.", *WHO)


def _reader(column: Field | None) -> Any:
    if column is None:
        return Nothing()
    return Varied(column) if column.varied else Known(column)


def _wrong_width(got: int, wanted: int) -> Fault:
    return Fault("", "WRONG_NUMBER_OF_CELLS", f"This row has {got} cells, the header {wanted}. Look for a stray comma.")


def _headings(column: Field) -> Iterator[str]:
    yield _plain(column.name)
    for synonym in column.synonyms:
        yield _plain(synonym)


def _plain(heading: str) -> str:
    """``Consumer E-Mail``, ``consumer_email`` and ``consumerEmail`` are one heading."""
    return re.sub(r"[^a-z0-9]", "", heading.lower())


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)


def _count(places: int) -> str:
    return {0: "no", 2: "two", 3: "three", 4: "four"}[places]
