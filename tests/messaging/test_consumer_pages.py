"""The consumer's pages behind a signed link: no login, no script, no cookie; a GET shows, a POST acts at once."""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client

from audit.models import Event
from compliance import gate
from compliance.gate import ContactIntent
from compliance.models import Cease, Dispute, OptOut
from compliance.notices import create_for_placed
from compliance.services import resolve_dispute
from credira.core import clock
from credira.providers.world import World
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.web.attention import matters
from messaging.links import consumer_url
from tests.messaging.conftest import Debt, a_debt, set_clock, work


def path_of(debt: Debt, page: str = "respond", *, with_address: bool = True) -> str:
    endpoint = debt.email_id if with_address else None
    return urlsplit(consumer_url(debt.workspace, debt.person_id, debt.account_id, page, endpoint)).path


def browser() -> Client:
    """A browser that checks CSRF as a real one's requests are checked."""
    return Client(enforce_csrf_checks=True)


def disputes(debt: Debt) -> list[Dispute]:
    with bind(debt.workspace):
        return list(Dispute.objects.filter(account_id=debt.account_id).order_by("id"))


def codes(debt: Debt, channel: str = "email") -> set[str]:
    """Why the gate holds this contact back now."""
    with bind(debt.workspace) as bound:
        [decision] = gate.decide(bound, [ContactIntent(account_ids=(debt.account_id,), channel=channel)])
        return {reason.code for reason in decision.reasons}


def test_the_form_offers_the_notices_choices_in_the_notices_order(debt: Debt) -> None:
    answer = browser().get(path_of(debt))

    page = answer.content.decode()
    assert answer.status_code == 200
    places = [
        page.index(words)
        for words in (
            "I want to dispute the debt because I think:",
            "This is not my debt.",
            "The amount is wrong.",
            "Other.",
            "I want you to send me the name and address of the original creditor.",
        )
    ]
    assert places == sorted(places)
    assert "This communication is from a debt collector." in page
    assert "account ending in 4417" in page
    assert "004417" not in page.replace("LCU-53-004417", "")


@pytest.mark.parametrize(("role", "shown"), [("third_party", True), ("first_party", False)])
def test_the_head_says_for_whom_a_collector_writes(sandbox: Workspace, role: str, shown: bool) -> None:
    debt = a_debt(sandbox, collector_role=role)

    for page in ("respond", "stop"):
        assert ("for Lakeshore Credit Union" in browser().get(path_of(debt, page)).content.decode()) is shown


def test_pages_are_not_indexed_not_kept_and_send_no_referrer(debt: Debt) -> None:
    for page in ("respond", "stop"):
        answer = browser().get(path_of(debt, page))
        assert '<meta name="robots" content="noindex">' in answer.content.decode()
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "<script" not in answer.content.decode()
        assert not answer.cookies


def test_looking_changes_nothing(debt: Debt) -> None:
    browser().get(path_of(debt))
    browser().get(path_of(debt, "stop"))

    with bind(debt.workspace):
        assert not Dispute.objects.exists()
        assert not OptOut.objects.exists()


def test_a_dispute_holds_at_once_and_gives_a_receipt(debt: Debt) -> None:
    answer = browser().post(
        path_of(debt), {"dispute": "on", "wrong_amount": "on", "scope": "all", "statement": "Paid."}
    )

    [dispute] = disputes(debt)
    assert (dispute.kind, dispute.channel, dispute.written, dispute.amount) == ("dispute", "portal", True, None)
    assert (dispute.reasons, dispute.statement) == (["wrong_amount"], "Paid.")
    assert codes(debt) == {"DISPUTE_HOLD"}
    assert answer.status_code == 302
    receipt = browser().get(answer.headers["Location"]).content.decode()
    assert dispute.public_id in receipt
    assert "All of the debt" in receipt
    with bind(debt.workspace):
        [event] = Event.objects.filter(type="dispute.filed")
        assert event.actor_kind == "consumer"


def test_a_part_is_disputed_to_the_cent(debt: Debt) -> None:
    browser().post(path_of(debt), {"dispute": "on", "scope": "part", "amount": "$1,420.50"})

    [dispute] = disputes(debt)
    assert (dispute.amount, dispute.currency) == (Decimal("1420.50"), "USD")


def test_a_part_as_large_as_the_debt_is_the_whole(debt: Debt) -> None:
    browser().post(path_of(debt), {"scope": "part", "amount": "2284.56"})

    assert [dispute.amount for dispute in disputes(debt)] == [None]


@pytest.mark.parametrize("amount", ["", "abc", "-5", "0", "12.345", "NaN", "1e40", "٤٢٠"])
def test_a_part_that_is_no_amount_is_asked_for_again_and_nothing_is_filed(debt: Debt, amount: str) -> None:
    answer = browser().post(path_of(debt), {"dispute": "on", "scope": "part", "amount": amount, "statement": "Kept."})

    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert "Kept." in answer.content.decode()
    assert disputes(debt) == []


def test_asking_for_the_original_creditor_holds_at_once(debt: Debt) -> None:
    browser().post(path_of(debt), {"original_creditor": "on", "scope": "all"})

    assert [dispute.kind for dispute in disputes(debt)] == ["original_creditor"]
    assert codes(debt) == {"ORIGINAL_CREDITOR_HOLD"}


def test_both_may_be_asked_in_one_form(debt: Debt) -> None:
    answer = browser().post(path_of(debt), {"dispute": "on", "original_creditor": "on", "scope": "all"})

    assert [dispute.kind for dispute in disputes(debt)] == ["dispute", "original_creditor"]
    receipt = browser().get(answer.headers["Location"]).content.decode()
    assert all(dispute.public_id in receipt for dispute in disputes(debt))


def test_the_same_answer_sent_twice_is_one(debt: Debt) -> None:
    form = {"dispute": "on", "not_my_debt": "on", "scope": "all"}

    first, second = browser().post(path_of(debt), form), browser().post(path_of(debt), form)

    assert len(disputes(debt)) == 1
    assert first.headers["Location"].rsplit("/", 1)[1] == second.headers["Location"].rsplit("/", 1)[1]


@pytest.mark.django_db(transaction=True)
def test_the_same_answer_sent_four_times_at_once_is_one(sandbox: Workspace) -> None:
    debt = a_debt(sandbox)
    path, together = path_of(debt), Barrier(4)
    form = {"dispute": "on", "wrong_amount": "on", "original_creditor": "on", "scope": "all", "statement": "Paid."}

    def press(_: int) -> str:
        together.wait()
        try:
            return browser().post(path, form).headers["Location"].rsplit("/", 1)[1]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        receipts = set(pool.map(press, range(4)))

    filed = disputes(debt)
    assert [dispute.kind for dispute in filed] == ["dispute", "original_creditor"]
    assert receipts == {filed[0].public_id}


def test_an_answer_with_other_words_is_another_one(debt: Debt) -> None:
    for statement in ("Paid in May.", "Paid in June."):
        browser().post(path_of(debt), {"dispute": "on", "scope": "all", "statement": statement})

    assert [dispute.statement for dispute in disputes(debt)] == ["Paid in May.", "Paid in June."]


def test_what_was_answered_may_be_disputed_anew(debt: Debt) -> None:
    form = {"dispute": "on", "scope": "all"}
    browser().post(path_of(debt), form)
    with bind(debt.workspace) as bound:
        resolve_dispute(workspace=bound, dispute_id=disputes(debt)[0].id, resolution="verification")

    browser().post(path_of(debt), form)

    assert len(disputes(debt)) == 2
    assert codes(debt) == {"DISPUTE_HOLD"}


def test_an_empty_form_is_asked_again(debt: Debt) -> None:
    answer = browser().post(path_of(debt), {"scope": "all"})

    assert answer.status_code == 400
    assert "Choose at least one answer." in answer.content.decode()


def test_one_click_stops_the_address_at_once(debt: Debt, outside: World) -> None:
    debt.queue()
    work(debt.workspace)
    [kept] = outside.ledger()["messages"]
    path = urlsplit(kept["headers"]["List-Unsubscribe"].strip("<>")).path

    answer = browser().post(path, {"List-Unsubscribe": "One-Click"})

    assert (answer.status_code, answer.content) == (200, b"Stopped.")
    with bind(debt.workspace):
        [opt_out] = OptOut.objects.all()
        assert (opt_out.scope, opt_out.endpoint_id) == ("endpoint", debt.email_id)
        assert Event.objects.filter(type="consumer.opted_out").count() == 1
    assert codes(debt) == {"ENDPOINT_OPTOUT"}
    assert browser().get(path).status_code == 200


def test_the_stop_page_names_the_address_masked(debt: Debt) -> None:
    page = browser().get(path_of(debt, "stop")).content.decode()

    assert "E-mails to r•••@example.com" in page
    assert "renee@example.com" not in page


@pytest.mark.parametrize(
    ("page", "form"),
    [("respond", {"dispute": "on", "wrong_amount": "on", "scope": "all"}), ("stop", {"what": ["calls"]})],
)
def test_what_is_sent_by_a_page_is_a_contact_that_they_began(debt: Debt, page: str, form: dict[str, Any]) -> None:
    browser().get(path_of(debt, page))
    assert debt.inbound() == []

    answer = browser().post(path_of(debt, page), form)

    assert answer.status_code in (200, 302)
    assert debt.inbound() == [("portal", "them", None, "answered_rpc")]


def test_channels_stop_by_choice(debt: Debt) -> None:
    answer = browser().post(path_of(debt, "stop"), {"what": ["calls", "mail"]})

    assert answer.status_code == 200
    stopped = re.findall(r"<li>(.*?)</li>", answer.content.decode())
    assert stopped == ["Phone calls", "Letters"]
    with bind(debt.workspace):
        assert sorted(OptOut.objects.values_list("scope", "medium")) == [("medium", "calls"), ("medium", "mail")]
    assert codes(debt) == set()


def test_everything_is_a_written_request_to_cease(debt: Debt) -> None:
    browser().post(path_of(debt, "stop"), {"what": ["everything"]})

    with bind(debt.workspace):
        [cease] = Cease.objects.all()
        assert (cease.written, cease.person_id) == (True, debt.person_id)
    assert {"CEASE", "MEDIUM_OPTOUT"} <= codes(debt)
    assert {"CEASE", "MEDIUM_OPTOUT"} <= codes(debt, "letter")


def test_nothing_chosen_stops_nothing(debt: Debt) -> None:
    answer = browser().post(path_of(debt, "stop"), {})

    assert answer.status_code == 400
    assert "Choose what should stop." in answer.content.decode()


def test_a_link_without_an_address_offers_all_emails(debt: Debt) -> None:
    page = browser().get(path_of(debt, "stop", with_address=False)).content.decode()

    assert "this_address" not in page
    assert "All e-mails" in page


@pytest.mark.parametrize("token", ["x", "eyJpIjoiQUJDIn0:1abc:forged", "a:b:c:d"])
def test_a_forged_link_is_not_found(db: None, token: str) -> None:
    answer = browser().get(f"/c/{token}")
    page = answer.content.decode()
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
    assert "This link doesn't work" in page
    assert "dashboard" not in page
    assert browser().post(f"/c/{token}/stop", {"what": "everything"}).status_code == 404


def test_a_receipt_of_another_account_is_not_found(debt: Debt) -> None:
    other = a_debt(debt.workspace, creditor_reference="LCU-53-009999")
    location = browser().post(path_of(other), {"dispute": "on", "scope": "all"}).headers["Location"]

    assert browser().get(f"{path_of(debt)}/receipt/{location.rsplit('/', 1)[1]}").status_code == 404


def test_a_first_partys_page_does_not_speak_of_a_debt_collector(sandbox: Workspace) -> None:
    debt = a_debt(sandbox, collector_role="first_party")

    assert "debt collector" not in browser().get(path_of(debt)).content.decode()


JANUARY_8 = dt.datetime(2027, 1, 8, 15, 5, tzinfo=dt.UTC)  # a week after the period's last day


def in_words(answer: Any) -> str:
    """The page's text on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def responded(debt: Debt, form: dict[str, str]) -> str:
    """Send the form; the path of its receipt."""
    return str(browser().post(path_of(debt), {"scope": "all", **form}).headers["Location"])


def standing_line(debt: Debt) -> str:
    """What the dashboard says of the open disputes."""
    with bind(debt.workspace) as bound:
        [line] = [each.note for each in matters(bound, clock.now().date()) if "dispute" in each.title]
        return line


def test_an_answer_within_the_period_holds_until_it_is_answered_as_the_receipt_says(debt: Debt, outside: World) -> None:
    notified(debt)
    form = in_words(browser().get(path_of(debt)))

    receipt = responded(debt, {"dispute": "on"})
    set_clock(debt.workspace, JANUARY_8 + dt.timedelta(days=90))

    assert "If you write to us by January 1, 2027 , we must stop collection" in form
    promised = "We will not try to collect this debt until we have answered you in writing."
    assert promised in in_words(browser().get(receipt))
    assert codes(debt, "letter") == {"DISPUTE_HOLD"}
    assert "collection is on hold" in standing_line(debt)
    with bind(debt.workspace) as bound:
        resolve_dispute(workspace=bound, dispute_id=disputes(debt)[0].id, resolution="verification")
    assert "We have answered you in writing." in in_words(browser().get(receipt))


def test_an_answer_after_the_period_holds_as_long_as_the_receipt_says(debt: Debt, outside: World) -> None:
    """DISP-01: a late dispute is held 30 days by policy, then said to be disputed."""
    notified(debt)
    set_clock(debt.workspace, JANUARY_8)

    form = in_words(browser().get(path_of(debt)))
    receipt = responded(debt, {"dispute": "on"})

    assert "must stop" not in form
    assert "ended on January 1, 2027. You can still tell us what is wrong." in form
    said = in_words(browser().get(receipt))
    assert "We will not try to collect this debt before February 7, 2027, and will answer you in writing." in said
    set_clock(debt.workspace, dt.datetime(2027, 2, 6, 15, 5, tzinfo=dt.UTC))
    assert codes(debt, "letter") == {"DISPUTE_HOLD"}
    assert "collection is on hold" in standing_line(debt)
    set_clock(debt.workspace, dt.datetime(2027, 2, 7, 15, 5, tzinfo=dt.UTC))
    assert codes(debt, "letter") == set()
    assert "It no longer keeps us from asking you to pay." in in_words(browser().get(receipt))
    assert "none holds collection any more" in standing_line(debt)


def test_a_late_question_for_the_original_creditor_is_promised_no_hold(debt: Debt, outside: World) -> None:
    notified(debt)
    set_clock(debt.workspace, JANUARY_8)

    receipt = responded(debt, {"original_creditor": "on"})

    assert codes(debt, "letter") == set()
    assert "so we may go on asking you to pay before we answer it." in in_words(browser().get(receipt))


def notified(debt: Debt) -> None:
    """The validation notice is sent: its period ends on January 1, 2027."""
    with bind(debt.workspace) as bound:
        create_for_placed(bound, [debt.account_id])
    work(debt.workspace)
