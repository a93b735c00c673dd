"""The golden notice (VN09): what Model Form B-1 says, read back from the PDF."""

import io

import pypdf

from credira.documents.pdf import html_to_pdf
from messaging.notices import as_mail, as_page, statement, subject

PRINTED = {
    "role": "third_party",
    "reference": "ACME-53-004417",
    "collector": {
        "name": "Northgate Account Services LLC",
        "lines": ["PO Box 5500", "Nashville, TN 37203"],
        "phone": "+16155550123",
        "email": "help@northgate.example",
    },
    "consumer": {"name": "Renee A. Calloway", "lines": ["1412 Maple Street", "Springfield, IL 62704"]},
    "current_creditor": "Acme Federal Credit Union",
    "creditor_then": "Acme Bank",
    "product": "credit card",
    "account_number": "ending in 4417",
    "itemization_date": "2026-06-30",
    "currency": "USD",
    "amount": "2234.56",
    "interest": "75.00",
    "fees": "25.00",
    "credits": "50.00",
    "total": "2284.56",
    "end": "2026-12-30",
    "front_texts": [],
    "back_texts": [],
}
IN_ORDER = (
    "Northgate Account Services LLC",
    "PO Box 5500",
    "Nashville, TN 37203",
    "To: Renee A. Calloway",
    "1412 Maple Street",
    "Springfield, IL 62704",
    "Reference: ACME-53-004417",
    "Northgate Account Services LLC is a debt collector. We are trying to collect a debt that you owe to Acme Federal "
    "Credit Union. We will use any information you give us to help collect the debt.",
    "Our information shows:",
    "You had a credit card from Acme Bank with account number ending in 4417.",
    "As of June 30, 2026, you owed: $2,234.56",
    "Between June 30, 2026 and today:",
    "You were charged this amount in interest: + $75.00",
    "You were charged this amount in fees: + $25.00",
    "You paid or were credited this amount toward the debt: - $50.00",
    "Total amount of the debt now: $2,284.56",
    "How can you dispute the debt?",
    "Call or write to us by December 30, 2026, to dispute all or part of the debt.",
    "If you do not, we will assume that our information is correct.",
    "If you write to us by December 30, 2026, we must stop collection on any amount you dispute until we send you "
    "information that shows you owe the debt.",
    "You may use the form below or write to us without the form. You may also include supporting documents.",
    "What else can you do?",
    "Write to ask for the name and address of the original creditor, if different from the current creditor. If you "
    "write by December 30, 2026, we must stop collection until we send you that information.",
    "Go to www.cfpb.gov/debt-collection to learn more about your rights under federal law. For instance, you have the "
    "right to stop or limit how we contact you.",
    "Contact us about your payment options.",
    "How do you want to respond?",
    "Check all that apply:",
    "I want to dispute the debt because I think:",
    "This is not my debt.",
    "The amount is wrong.",
    "Other (please describe on reverse or attach additional information).",
    "I want you to send me the name and address of the original creditor.",
)


def pages_of(html: str) -> list[str]:
    reader = pypdf.PdfReader(io.BytesIO(html_to_pdf(html)))
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def assert_in_order(text: str, parts: tuple[str, ...]) -> None:
    place = 0
    for part in parts:
        found = text.find(part, place)
        assert found >= 0, f"missing, or out of order: {part}"
        place = found + len(part)


def test_the_page_says_everything_in_the_forms_order() -> None:
    [page] = pages_of(as_page(PRINTED))

    assert_in_order(page, (*IN_ORDER, "I enclosed this amount: $", "Mail this form to:", "Renee A. Calloway"))


def test_the_end_date_stands_three_times_and_is_the_same() -> None:
    [page] = pages_of(as_page(PRINTED))

    assert page.count("December 30, 2026") == 3


def test_the_mails_text_says_everything_in_the_forms_order() -> None:
    text = " ".join(as_mail(PRINTED, "https://credira.example/c/abc").text.split())
    headings = ("Our information shows:", "How can you dispute the debt?", "What else can you do?")
    parts = tuple(part.upper() if part in (*headings, "How do you want to respond?") else part for part in IN_ORDER)

    assert_in_order(text, parts)
    assert text.count("https://credira.example/c/abc") == 2


def test_electronically_it_says_where_disputes_are_accepted_and_on_paper_not() -> None:
    [electronic] = pages_of(as_page(PRINTED, "https://credira.example/c/abc"))
    [paper] = pages_of(as_page(PRINTED))

    assert electronic.count("We accept disputes electronically at our response form.") == 1
    assert electronic.count("We accept such requests electronically at our response form.") == 1
    assert "electronically" not in paper


def test_zero_is_printed_as_zero() -> None:
    zeros = dict.fromkeys(("interest", "fees", "credits"), "0")

    [page] = pages_of(as_page({**PRINTED, **zeros}))

    assert page.count("+ $0.00") == 2
    assert page.count("- $0.00") == 1


def test_the_longest_names_still_fit_one_page() -> None:
    long = {
        "current_creditor": "The Northwestern Educational and Agricultural Employees Federal Credit Union of Minnesota",
        "creditor_then": "The Northwestern Educational and Agricultural Employees Federal Credit Union of Minnesota",
        "consumer": {
            "name": "Maximiliana Bartholomew-Featherstonehaugh Okonkwo-Łaski Jr.",
            "lines": ["12345 Northwest Martin Luther King Junior Boulevard, Apartment 1204", "Winston-Salem, NC 27101"],
        },
    }

    assert len(pages_of(as_page({**PRINTED, **long}, "https://credira.example/c/abc"))) == 1


def test_what_law_prescribes_stands_on_the_front_or_on_the_reverse() -> None:
    pages = pages_of(as_page({**PRINTED, "front_texts": ["The law limits how long."], "back_texts": ["Rights here."]}))

    assert_in_order(pages[0], ("Total amount of the debt now:", "The law limits how long.", "See reverse side"))
    assert pages[1] == "Rights here."


def test_a_sandbox_says_so() -> None:
    [page] = pages_of(as_page(PRINTED, sandbox=True))

    assert page.startswith("Sandbox: nobody real is contacted by this notice")


def test_the_subject_names_the_creditor_and_the_account_and_no_amount() -> None:
    assert subject(PRINTED) == "Acme Federal Credit Union: your account ending in 4417"


def test_names_are_escaped() -> None:
    page = as_page({**PRINTED, "current_creditor": "A & B <Bank>"})

    assert "A &amp; B &lt;Bank&gt;" in page
    assert statement({**PRINTED, "current_creditor": "A & B"}).startswith("Northgate Account Services LLC is a debt")


def test_long_names_and_addresses_lose_no_line() -> None:
    """12 CFR 1006.34(c)(4): both mailing addresses stand in the response section, on a second page if they must."""
    street = "12345 West Old Meadow Lane Complex Building North 1234, The Very Long Named Residential Community"
    consumer = {
        "name": "Maximiliana-Alexandrina von und zu Hohenlohe-Schillingsfürst-Waldenburg III",
        "lines": [street, f"Second Entrance, {street}", "Columbus, OH 43215"],
    }
    creditor = "The First National Cooperative Savings and Loan Association of Greater Northern Appalachia"
    collector = {**PRINTED["collector"], "lines": [street, street, "Nashville, TN 37203"]}  # type: ignore[dict-item]
    long = {
        **PRINTED,
        "consumer": consumer,
        "collector": collector,
        "current_creditor": creditor,
        "creditor_then": creditor,
    }

    text = " ".join(pages_of(as_page(long)))

    assert_in_order(text, ("Check all that apply:", "Mail this form to:"))
    assert text.count("Columbus, OH 43215") == text.count("Nashville, TN 37203") == 2
    assert text.count("Second Entrance,") == 2
