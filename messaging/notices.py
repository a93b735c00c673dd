"""The words of a validation notice: Model Form B-1 (12 CFR 1006, Appendix B) as a page, and as the body of a mail.

`printed` is what `compliance.notices` froze: every figure and date already in words, so that what is printed is what
was hashed. A creditor's own notice has no form here: compliance blocks it (FIRST_PARTY_FORM).
"""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string

from messaging.liquid import Rendered
from messaging.wording import phone_text

LINES = (
    ("amount", "As of {date}, you owed:", "", False),
    ("", "Between {date} and today:", "", False),
    ("interest", "You were charged this amount in interest:", "+ ", True),
    ("fees", "You were charged this amount in fees:", "+ ", True),
    ("credits", "You paid or were credited this amount toward the debt:", "- ", True),
    ("total", "Total amount of the debt now:", "", False),
)


def statement(printed: Mapping[str, Any]) -> str:
    """The debt collector's statement of the form, which is the mini-Miranda in full (VN-02, item 1)."""
    return (
        f"{printed['collector']['name']} is a debt collector. We are trying to collect a debt that you owe to "
        f"{printed['current_creditor']}. We will use any information you give us to help collect the debt."
    )


def subject(printed: Mapping[str, Any]) -> str:
    """The creditor's name and one more identifier that isn't the amount (VN-06)."""
    return f"{printed['current_creditor']}: your account {printed['account_number']}"


def context(printed: Mapping[str, Any], respond_url: str = "") -> dict[str, Any]:
    """What the templates print. On paper the electronic way is left out: nobody types a signed address."""
    collector = printed["collector"]
    return {
        **printed,
        "collector": {**collector, "phone": phone_text(collector["phone"])},
        "statement": statement(printed),
        "rows": [
            {
                "label": label.format(date=printed["itemization_date"]),
                "amount": sign + printed[name] if name else "",
                "indented": indented,
                "total": name == "total",
            }
            for name, label, sign, indented in LINES
        ],
        "respond_url": respond_url,
        "respond_label": "our response form",
    }


def as_mail(printed: Mapping[str, Any], respond_url: str) -> Rendered:
    """The whole notice as the body of a mail: text and HTML say the same, in the form's order."""
    values = {"notice": context(printed, respond_url)}
    return Rendered(
        subject=subject(printed),
        text=render_to_string("notices/validation_email.txt", values),
        html=render_to_string("notices/validation_email.html", values),
    )


def as_page(printed: Mapping[str, Any], respond_url: str = "") -> str:
    """The form as HTML that sets to one page."""
    return render_to_string("notices/validation.html", {"notice": context(printed, respond_url)})
