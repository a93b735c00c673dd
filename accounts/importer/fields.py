"""The one table of what a placed debt may say: column, synonyms, how its text is read, and what is wrong with it.

The CSV validator is made from it, ``place_account`` reads its values through it, and a test holds the API's serializer
against it. A parser takes the cell's text without surrounding space and returns the value, or a ``Bad``; it is called
for cells that aren't empty. Pure.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.normalise import email_norm
from accounts.places import POSTAL_STATES
from credira.core.clock import FIRST_YEAR
from credira.core.money import is_currency


@dataclass(frozen=True, slots=True)
class Bad:
    """What is wrong with a cell, and how to mend it."""

    code: str
    message: str


Parser = Callable[[str], Any]

MISSING = Bad("MISSING_VALUE", "This must not be empty.")
EMPTY_AMOUNT = Bad("MISSING_VALUE", "An amount must not be empty. Write 0.00 if there is none.")


@dataclass(frozen=True, slots=True)
class Field:
    """A column. ``empty`` is what an empty cell is: None, or a ``Bad``. ``varied``: too many values to remember."""

    name: str
    parse: Parser
    synonyms: tuple[str, ...] = ()
    empty: Any = None
    varied: bool = False
    hashed: bool = True


_EMAIL = re.compile(
    r"(?!\.)(?!.*\.\.)[^\s@\"(),:;<>\[\]\\]{1,64}(?<!\.)@(?:[^\W_](?:[^\W_]|-){0,61}(?<!-)\.)+[^\W\d_]{2,63}",
    re.UNICODE,
)
_NANP = re.compile(r"\+1[2-9]\d\d[2-9]\d{6}", re.ASCII)
_E164 = re.compile(r"\+(?!1)[1-9]\d{6,14}", re.ASCII)
_AMOUNT = re.compile(r"(\d{1,15})(?:\.(\d{1,4}))?", re.ASCII)
_NEGATIVE = re.compile(r"[-−(]\s*\d", re.ASCII)
_ZIP = re.compile(r"\d{5}(?:-?\d{4})?", re.ASCII)
_FOREIGN_POSTAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{1,9}")
_INTEGER = re.compile(r"\d{1,5}", re.ASCII)
_LAST4 = re.compile(r"\d{4}", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")  # no text, or no UTF-8
_BREAKS = re.compile(r"\s*[\t\n\x0b-\r\x85\u2028\u2029]\s*")


def text(limit: int) -> Parser:
    """One line of at most ``limit`` characters, without control characters; a line break becomes a space."""
    too_long = Bad("TOO_LONG", f"This is longer than {limit} characters. Shorten it.")
    control = Bad("INVALID_TEXT", "This holds characters that aren't text, or isn't UTF-8. Save the file as UTF-8.")

    def parse(value: str) -> str | Bad:
        if CONTROL.search(value):
            return control
        value = _BREAKS.sub(" ", value)
        return value if len(value) <= limit else too_long

    return parse


def one_of(words: dict[str, str], code: str, message: str) -> Parser:
    """A word of a list, in any case; ``words`` maps what may be written to what is stored."""
    bad = Bad(code, message)

    def parse(value: str) -> str | Bad:
        return words.get(value.lower().replace(" ", "_").replace("-", "_"), bad)

    return parse


def email(value: str) -> str | Bad:
    if len(value) <= 254 and _EMAIL.fullmatch(value):
        return email_norm(value)
    return Bad("INVALID_EMAIL", "This is not an e-mail address. Correct it.")


def phone(value: str) -> str | Bad:
    """E.164; separators are forgiven, a missing country code isn't guessed."""
    compact = value.translate(_PHONE_NOISE)
    if _NANP.fullmatch(compact) or _E164.fullmatch(compact):
        return compact
    return Bad("INVALID_PHONE", "This is not a phone number. Write it with the country code, such as +12125550100.")


_PHONE_NOISE = str.maketrans("", "", " ().-\u00a0")


def amount(value: str) -> Decimal | Bad:
    """Digits with a point; at least two decimals are kept, so that 100 and 100.00 are one value."""
    match = _AMOUNT.fullmatch(value)
    if match is None:
        if _NEGATIVE.match(value):
            return Bad("INVALID_AMOUNT", "An amount can't be negative. Payments and credits go in payments_since.")
        return Bad("INVALID_AMOUNT", "Not an amount. Write it as 12.50, with a point and no thousands separator.")
    return Decimal(f"{match[1]}.{(match[2] or '').rstrip('0'):0<2}")


def date(value: str) -> dt.date | Bad:
    match = _DATE.fullmatch(value)
    if match is None:
        return Bad("INVALID_DATE", "Not a date. Write dates as YYYY-MM-DD.")
    year, month, day = map(int, match.groups())
    if not 1 <= month <= 12:
        return Bad("INVALID_DATE", f"There is no month {month}. Write dates as YYYY-MM-DD.")
    try:
        found = dt.date(year, month, day)
    except ValueError:
        return Bad("INVALID_DATE", f"{value[:7]} has no day {day}.")
    return found if year >= FIRST_YEAR else Bad("INVALID_DATE", "This date is before 1900.")


def past_dates(today: dt.date) -> Parser:
    """A date that has come."""

    def parse(value: str) -> dt.date | Bad:
        found = date(value)
        if isinstance(found, dt.date) and found > today:
            return Bad("DATE_IN_FUTURE", "This date is in the future. Correct it.")
        return found

    return parse


def days(value: str) -> int | Bad:
    """Days past due, 0 to 365 (what the upload page documents)."""
    if not _INTEGER.fullmatch(value):
        return Bad("INVALID_NUMBER", "Not a number of days. Write a whole number from 0 to 365.")
    found = int(value)
    return found if found <= 365 else Bad("INVALID_NUMBER", "Days past due go from 0 to 365.")


def state(value: str) -> str | Bad:
    upper = value.upper()
    if upper in POSTAL_STATES:
        return upper
    return Bad("UNKNOWN_STATE", "Not a US state or territory. Use the two-letter postal code.")


def postal_code(value: str) -> str | Bad:
    """A ZIP or ZIP+4; whether it may be a foreign code depends on the row's country."""
    if _ZIP.fullmatch(value):
        return value if len(value) != 9 else f"{value[:5]}-{value[5:]}"
    if any(c.isdigit() for c in value) and not value.isdigit() and _FOREIGN_POSTAL.fullmatch(value):
        return value.upper()
    return Bad("INVALID_ZIP", "Not a ZIP code. Write five digits, or nine with a hyphen.")


def last4(value: str) -> str | Bad:
    if _LAST4.fullmatch(value):
        return value
    return Bad("INVALID_LAST4", "Write exactly the last four digits.")


def currency(value: str) -> str | Bad:
    upper = value.upper()
    return upper if is_currency(upper) else Bad("UNKNOWN_CURRENCY", "Not a currency code. Write USD.")


def country(value: str) -> str | Bad:
    upper = {"USA": "US"}.get(value.upper(), value.upper())
    if len(upper) == 2 and upper.isascii() and upper.isalpha():
        return upper
    return Bad("INVALID_COUNTRY", "Not a country. Use its two-letter code, such as US.")


def language(value: str) -> str | Bad:
    lower = value.lower()
    if re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,4})?", lower):
        return lower
    return Bad("UNKNOWN_VALUE", "Not a language code. Write en or es.")


def _same(*words: str) -> dict[str, str]:
    return {word: word for word in words}


ACCOUNT_TYPES = _same(
    "credit_card", "auto_loan", "personal_loan", "line_of_credit", "mortgage", "medical", "student_loan", "utility",
    "retail_installment", "other",
) | {"card": "credit_card", "auto": "auto_loan", "heloc": "line_of_credit"}  # fmt: skip
PHASES = _same("performing", "intercept", "recovery") | {"phase0": "intercept", "phase1": "recovery"}
ROLES = _same("first_party", "third_party", "debt_buyer")
KINDS = _same("last_statement", "charge_off", "last_payment", "transaction", "judgment")
PURPOSES = _same("consumer", "commercial", "unknown")
OBLIGORS = _same("natural_person", "organization", "unknown")
YES_NO = {"true": "true", "yes": "true", "1": "true", "false": "false", "no": "false", "0": "false"}

ITEMIZED = ("original_balance", "interest_since", "fees_since", "payments_since", "current_balance")
AMOUNTS = (*ITEMIZED, "principal_balance", "last_payment_amount", "minimum_payment")
IGNORED = frozenset({"reason"})


def table(today: dt.date) -> tuple[Field, ...]:
    """All columns, in the sample file's order. ``today`` is the business date: no past event lies after it."""
    past = past_dates(today)
    return (
        Field("consumer_email", email, ("email", "email_address"), empty=MISSING, varied=True),
        Field("first_name", text(100), ("given_name",), varied=True),
        Field("middle_name", text(100)),
        Field("last_name", text(100), ("family_name", "surname"), varied=True),
        Field("suffix", text(20)),
        Field("company_name", text(200), ("company", "business_name"), varied=True),
        Field("phone", phone, ("phone_number", "mobile"), varied=True),
        Field("address_street", text(200), ("street", "address", "address_line1"), varied=True),
        Field("address_city", text(100), ("city",)),
        Field("address_state", state, ("state",)),
        Field("address_zip", postal_code, ("zip", "zip_code", "postal_code", "address_postal_code")),
        Field("address_country", country, ("country",)),
        Field("date_of_birth", past, ("dob", "birth_date")),
        Field("language", language, ("preferred_language",)),
        Field("last4ssn", last4, ("last4", "last_4_ssn", "ssn_last4", "last4_ssn")),
        Field("creditor_reference", text(100), ("reference", "account_number", "external_id"), varied=True),
        Field("original_creditor", text(200), ("creditor",)),
        Field("current_creditor", text(200)),
        Field(
            "account_type",
            one_of(ACCOUNT_TYPES, "UNKNOWN_VALUE", "Not one of the account types, such as credit_card or auto_loan."),
            ("type",),
            empty=MISSING,
        ),
        Field(
            "account_phase",
            one_of(PHASES, "UNKNOWN_VALUE", "Not a phase. Write performing, intercept or recovery."),
            ("phase",),
            empty=MISSING,
        ),
        Field(
            "collector_role",
            one_of(ROLES, "UNKNOWN_VALUE", "Not a role. Write first_party, third_party or debt_buyer."),
        ),
        Field("original_balance", amount, ("original_amount",), empty=EMPTY_AMOUNT, varied=True),
        Field("principal_balance", amount, ("principal",), empty=EMPTY_AMOUNT, varied=True),
        Field("current_balance", amount, ("balance", "amount_due"), empty=EMPTY_AMOUNT, varied=True),
        Field("interest_since", amount, ("interest",), empty=EMPTY_AMOUNT, varied=True),
        Field("fees_since", amount, ("fees",), empty=EMPTY_AMOUNT),
        Field("payments_since", amount, ("payments",), empty=EMPTY_AMOUNT, varied=True),
        Field(
            "itemization_date_kind",
            one_of(KINDS, "UNKNOWN_VALUE", "Not a kind of itemization date, such as last_statement or charge_off."),
        ),
        Field("itemization_date", past),
        Field("dpd", days, ("days_past_due",), empty=MISSING),
        Field("charge_off_date", past, ("chargeoff_date",)),
        Field("last_payment_date", past),
        Field("last_payment_amount", amount, varied=True),
        Field("minimum_payment", amount, varied=True),
        Field("placement_date", past, hashed=False),
        Field("currency", currency, ("currency_code",)),
        Field("first_delinquency_on", past, ("date_of_first_delinquency", "dofd")),
        Field("time_barred_on", date),
        Field("entered_on", past, ("opened_on", "open_date")),
        Field("purpose", one_of(PURPOSES, "UNKNOWN_VALUE", "Write consumer or commercial."), ("debt_purpose",)),
        Field(
            "obligor",
            one_of(OBLIGORS, "UNKNOWN_VALUE", "Write natural_person or organization."),
            ("obligor_type",),
        ),
        Field("in_default_when_placed", one_of(YES_NO, "UNKNOWN_VALUE", "Write true or false.")),
        Field("frequency_group", text(64)),
        Field("tag", text(60), hashed=False),
    )


NAMES = tuple(field.name for field in table(dt.date.max))
HASHED = tuple(field.name for field in table(dt.date.max) if field.hashed)
