"""The words of a validation notice: Model Form B-1 (12 CFR 1006, Appendix B) as a page, and as the body of a mail.

`frozen` is what `compliance.notices` froze and hashed: amounts as exact text, dates as ISO, names and address lines as
they stood. A creditor's own notice has no form here: compliance blocks it.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string

from messaging.liquid import Rendered
from messaging.wording import date_text, money_text, phone_text

LINES = (
    ("amount", "As of {date}, you owed:", "", False),
    ("", "Between {date} and today:", "", False),
    ("interest", "You were charged this amount in interest:", "+ ", True),
    ("fees", "You were charged this amount in fees:", "+ ", True),
    ("credits", "You paid or were credited this amount toward the debt:", "- ", True),
    ("total", "Total amount of the debt now:", "", False),
)


def statement(frozen: Mapping[str, Any]) -> str:
    """The debt collector's statement of the form, which is the mini-Miranda in full (VN-02, item 1)."""
    return (
        f"{frozen['collector']['name']} is a debt collector. We are trying to collect a debt that you owe to "
        f"{frozen['current_creditor']}. We will use any information you give us to help collect the debt."
    )


def subject(frozen: Mapping[str, Any]) -> str:
    """The creditor's name and one more identifier that isn't the amount (VN-06)."""
    return f"{frozen['current_creditor']}: your account {frozen['account_number']}"


def context(frozen: Mapping[str, Any], respond_url: str = "") -> dict[str, Any]:
    """What the templates print: figures to the cent, zero as $0.00, the end date in the same words everywhere.

    On paper the electronic way is left out: nobody types a signed address.
    """
    day = date_text(dt.date.fromisoformat(frozen["itemization_date"]))
    figures = {name: money_text(Decimal(frozen[name]), frozen["currency"]) for name, *_ in LINES if name}
    collector = frozen["collector"]
    return {
        **frozen,
        **figures,
        "collector": {**collector, "phone": phone_text(collector["phone"])},
        "statement": statement(frozen),
        "itemization_date": day,
        "end": date_text(dt.date.fromisoformat(frozen["end"])),
        "rows": [
            {
                "label": label.format(date=day),
                "amount": sign + figures[name] if name else "",
                "indented": indented,
                "total": name == "total",
            }
            for name, label, sign, indented in LINES
        ],
        "respond_url": respond_url,
        "respond_label": "our response form",
    }


def as_mail(frozen: Mapping[str, Any], respond_url: str) -> Rendered:
    """The whole notice as the body of a mail: text and HTML say the same, in the form's order."""
    values = {"notice": context(frozen, respond_url)}
    return Rendered(
        subject=subject(frozen),
        text=render_to_string("notices/validation_email.txt", values),
        html=render_to_string("notices/validation_email.html", values),
    )


def as_page(frozen: Mapping[str, Any], respond_url: str = "", *, sandbox: bool = False) -> str:
    """The form as HTML that sets to one page. A sandbox's says so: its sheet must not be mistaken for a real one."""
    values = {"notice": {**context(frozen, respond_url), "sandbox": sandbox}}
    return render_to_string("notices/validation.html", values)
