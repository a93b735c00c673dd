"""How amounts, dates, numbers and addresses are written to people."""

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from compliance.notices.contents import recognizable
from credira.core.money import quantize

if TYPE_CHECKING:
    from accounts.models import Account

PRODUCTS = {
    "credit_card": "credit card",
    "auto_loan": "auto loan",
    "personal_loan": "personal loan",
    "line_of_credit": "line of credit",
    "mortgage": "mortgage",
    "medical": "medical account",
    "student_loan": "student loan",
    "utility": "utility account",
    "retail_installment": "retail account",
}
SYMBOLS = {"USD": "$"}


def money_text(amount: Decimal, currency: str) -> str:
    """`$5,312.63`; other currencies with their code: `CAD 1,250.00`."""
    text = f"{quantize(amount, currency):,}"
    return f"{SYMBOLS[currency]}{text}" if currency in SYMBOLS else f"{currency} {text}"


def date_text(day: dt.date) -> str:
    """`December 30, 2026`."""
    return f"{day:%B} {day.day}, {day.year}"


def account_number(account: "Account") -> str:
    """The account's number as the notice shows it, its last four characters alone: `ending in 4417`."""
    return recognizable(reference(account))


def reference(account: "Account") -> str:
    """What a person quotes to us: the creditor's reference, else our own."""
    return account.creditor_reference or account.public_id


def product(account: "Account") -> str:
    """What was bought or borrowed: `personal loan`."""
    return PRODUCTS.get(account.account_type, "account")


def phone_text(number: str) -> str:
    """`(615) 555-0123` for a number of the North American plan, else as it is."""
    digits = number.removeprefix("+1")
    if number.startswith("+1") and len(digits) == 10:
        return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
    return number


def masked_email(address: str) -> str:
    """`j•••@example.com`."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}•••@{domain}"
