"""A letter's callbacks may be lost: the print vendor is asked."""

import datetime as dt

import pytest

from accounts.selectors import get_account
from accounts.services import add_endpoint
from compliance import notices
from compliance.models import EmailBasis, ValidationNotice
from compliance.services import end_email_basis
from credira.providers.print.base import LetterEvent, LetterEventKind
from credira.providers.world import World
from credira.tenancy.scope import bind
from credira.work.models import Due
from messaging.models import Message
from messaging.services import connect_world
from messaging.services.outcomes import record_letter_event
from tests.messaging.conftest import Debt, set_clock, work

BATCH = dt.datetime(2026, 11, 25, 14, 0, tzinfo=dt.UTC)  # 9:00 in New York
HOURS = dt.timedelta(hours=1)
DAYS = dt.timedelta(days=1)
MOVED = "wrong_number"  # whoever lived there has moved


@pytest.fixture
def unheard(debt: Debt, outside: World) -> World:
    """A world none of whose callbacks arrive."""
    connect_world(debt.workspace)
    outside.misbehave({"kind": "lose_callback", "rate": 1.0, "target": "callbacks"})
    return outside


def printed(debt: Debt, outside: World) -> Message:
    """A notice at the printer."""
    with bind(debt.workspace) as bound:
        for basis in EmailBasis.objects.filter(ends__isnull=True):
            end_email_basis(workspace=bound, basis_id=basis.id)
        notices.create_for_placed(bound, [debt.account_id])
    work(debt.workspace)
    at(debt, outside, BATCH)
    with bind(debt.workspace):
        return Message.objects.get(account_id=debt.account_id)


def at(debt: Debt, outside: World, moment: dt.datetime) -> None:
    """Both clocks stand there, and what is due is done."""
    set_clock(debt.workspace, moment)
    outside.set_clock(moment, frozen=True)
    outside.tick()
    work(debt.workspace)


def notice_of(debt: Debt) -> ValidationNotice:
    with bind(debt.workspace):
        return ValidationNotice.objects.filter(account_id=debt.account_id).order_by("id")[0]


def asks_again_at(message: Message) -> dt.datetime | None:
    with bind(message.workspace_id):
        waiting = Due.objects.filter(kind="messaging.letter", object_id=message.id, done_at=None)
        return waiting.values_list("due_at", flat=True).first()


def test_a_letter_whose_posting_was_not_told_is_asked_about_the_next_day(debt: Debt, unheard: World) -> None:
    letter = printed(debt, unheard)
    mailed_at = BATCH + 4 * HOURS
    at(debt, unheard, mailed_at)
    assert (debt.read(letter).status, notice_of(debt).status) == ("printing", "claimed")

    at(debt, unheard, BATCH + DAYS)

    assert (debt.read(letter).status, debt.read(letter).sent_at) == ("sent", mailed_at)
    assert (notice_of(debt).status, notice_of(debt).sent_at) == ("sent", mailed_at)
    assert debt.events(letter) == ["mailed"]
    assert asks_again_at(letter) == mailed_at + 14 * DAYS


def test_the_last_word_about_a_letter_is_asked_for_too(debt: Debt, unheard: World) -> None:
    letter = printed(debt, unheard)
    for days in (1, 15):
        at(debt, unheard, BATCH + days * DAYS)

    assert debt.read(letter).status == "delivered"
    assert debt.events(letter) == ["mailed", "delivered"]
    assert asks_again_at(letter) is None


def test_a_letter_that_came_back_begins_its_notice_anew(debt: Debt, unheard: World) -> None:
    home = {"zip": "45501", "line1": "1412 Maple Street", "city": "Springfield", "state": "OH"}
    unheard.settle([{"ref": "renee", "name": "Renee Calloway", "address": home, "zip": "45501", "persona": MOVED}])
    letter = printed(debt, unheard)

    for days in (1, 8, 15):
        at(debt, unheard, BATCH + days * DAYS)

    assert (debt.read(letter).status, debt.read(letter).failure) == ("bounced", "RETURNED")
    assert notice_of(debt).status == "undelivered"


def test_a_letter_that_the_printer_still_has_is_asked_about_again(debt: Debt, unheard: World) -> None:
    letter = printed(debt, unheard)
    set_clock(debt.workspace, BATCH + DAYS)  # the printer's own day has not come
    work(debt.workspace)

    assert debt.read(letter).status == "printing"
    assert asks_again_at(letter) == BATCH + 2 * DAYS


def test_a_letter_that_arrived_was_posted(debt: Debt, outside: World) -> None:
    """The posting's callback was lost, the delivery's came."""
    letter = printed(debt, outside)
    arrived = LetterEvent("evt_2", LetterEventKind.DELIVERED, debt.read(letter).reference, letter.public_id, BATCH)
    with bind(debt.workspace) as bound:
        record_letter_event(workspace=bound, event=arrived, message_id=letter.id)

    assert (debt.read(letter).status, notice_of(debt).status) == ("delivered", "sent")


def test_a_returned_letter_waits_for_a_new_address_and_goes_there(debt: Debt, outside: World) -> None:
    """VN-06: the account says that the address is bad, is only placed again, and the notice goes on by itself."""
    letter = printed(debt, outside)
    with bind(debt.workspace) as bound:
        reference = debt.read(letter).reference
        back = LetterEvent("evt_9", LetterEventKind.RETURNED, reference, letter.public_id, BATCH + 2 * DAYS, "Moved.")
        record_letter_event(workspace=bound, event=back, message_id=letter.id)
    work(debt.workspace)
    with bind(debt.workspace) as bound:
        blocked, status = ValidationNotice.objects.latest("id"), get_account(bound, debt.account_id).status
        add_endpoint(
            workspace=bound,
            account_id=debt.account_id,
            kind="address",
            told={"street": "9 Oak Ave", "city": "Dayton", "state": "OH", "postal_code": "45402"},
            source="consumer_provided",
            replaces=debt.address_id,
        )
    work(debt.workspace)

    assert status == "placed"
    assert (blocked.status, [(each["code"], each["field"]) for each in blocked.problems]) == (
        "blocked",
        [("ADDRESS_BAD", "address_street")],
    )
    with bind(debt.workspace) as bound:
        again = ValidationNotice.objects.get(id=blocked.id)
        assert (again.status, again.delivery, again.problems) == ("pending", "mail", [])
        assert again.endpoint is not None
        assert again.endpoint.street == "9 Oak Ave"
        assert Message.objects.filter(notice_id=again.id, channel="letter", status="queued").count() == 1
