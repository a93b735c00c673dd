"""In a live workspace members print and mail the notices, and say so."""

import datetime as dt
import io
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdf
import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from accounts.services import move_status
from audit.models import Event
from compliance import notices
from compliance.models import ContactAttempt, EmailBasis, ValidationNotice
from compliance.services import end_email_basis, record_bankruptcy
from credira.tenancy.scope import bind
from creditors.models import User
from messaging.models import Message
from messaging.services.notices import send_notice
from tests.house import House, build_house, sign_in
from tests.messaging.conftest import Debt, a_debt, work

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Office:
    """A live workspace with one letter that was made today and waits for Alice."""

    house: House
    debt: Debt

    @property
    def today(self) -> dt.date:
        return dt.datetime.now(ZoneInfo("America/Chicago")).date()

    def letters(self) -> list[Message]:
        with bind(self.debt.workspace):
            return list(Message.objects.filter(account_id=self.debt.account_id).order_by("id"))

    @property
    def letter(self) -> Message:
        return self.letters()[0]

    @property
    def notice(self) -> ValidationNotice:
        with bind(self.debt.workspace):
            return ValidationNotice.objects.filter(account_id=self.debt.account_id).order_by("id")[0]

    def browser(self, user: User | None = None) -> Client:
        return sign_in(user or self.house.alice)

    def confirm(self, mailed_on: dt.date) -> HttpResponse:
        form = {"letters": [self.letter.public_id], "mailed_on": mailed_on.isoformat()}
        return self.browser().post("/w/acme/letters", form, follow=True)  # type: ignore[return-value]


@pytest.fixture
def office(db: None, settings: Settings, tmp_path: Path) -> Office:
    settings.MEDIA_ROOT = tmp_path
    house = build_house()
    debt = a_debt(house.live)
    with bind(debt.workspace) as bound:
        for basis in EmailBasis.objects.filter(ends__isnull=True):
            end_email_basis(workspace=bound, basis_id=basis.id)
        notices.create_for_placed(bound, [debt.account_id])
    work(debt.workspace)
    built = Office(house, debt)
    send_notice(debt.workspace, built.letter.id)
    return built


def page(office: Office, user: User | None = None) -> str:
    return office.browser(user).get("/w/acme/letters").content.decode()


def test_a_letter_that_waits_is_listed_with_its_page(office: Office) -> None:
    assert (office.letter.status, office.notice.status) == ("printing", "claimed")

    shown = page(office)

    assert "1 waiting" in shown
    for words in ("Renee Calloway", "Springfield, OH 45501", "LCU-53-004417", "Confirm as mailed"):
        assert words in shown


def test_the_page_and_the_batch_can_be_printed(office: Office) -> None:
    browser = office.browser()

    one = browser.get(f"/w/acme/letters/{office.letter.public_id}/pdf")
    batch = browser.get("/w/acme/letters?as=pdf")

    assert (one.headers["Content-Type"], batch.headers["Content-Type"]) == ("application/pdf", "application/pdf")
    texts = [pypdf.PdfReader(io.BytesIO(answer.content)).pages[0].extract_text() for answer in (one, batch)]
    assert "Renee Calloway" in texts[0]
    assert texts[0] == texts[1]


def test_confirmed_on_its_day_the_notice_is_sent(office: Office) -> None:
    shown = office.confirm(office.today).content.decode()

    assert "1 letter confirmed as mailed." in shown
    assert "No letter waits to be mailed." in shown
    assert (office.letter.status, office.notice.status) == ("sent", "sent")
    with bind(office.debt.workspace):
        told = Event.objects.get(type="letter.mailed")
        assert (told.actor_kind, told.actor_name) == ("member", "Alice Moreno")
        assert ContactAttempt.objects.get(direction="outbound").provider == "member"
        assert Event.objects.filter(type="notice.sent").count() == 1


@pytest.mark.parametrize("days", [-1, 1])
def test_a_day_before_it_was_made_or_in_the_future_is_refused(office: Office, days: int) -> None:
    answer = office.confirm(office.today + days * DAY)

    assert answer.status_code == 400
    assert "mailed on the day that it was made or later" in answer.content.decode()
    assert office.letter.status == "printing"


def test_mailed_after_its_day_it_does_not_count_and_a_new_one_is_made(office: Office) -> None:
    made_yesterday(office)

    office.confirm(office.today)
    work(office.debt.workspace)

    assert office.notice.status == "undelivered"
    assert [each.status for each in office.letters()] == ["sent", "queued"]


def test_one_that_was_not_mailed_is_made_anew(office: Office) -> None:
    made_yesterday(office)
    assert "The day is over" in page(office)

    office.browser().post("/w/acme/letters", {"anew": office.letter.public_id})
    work(office.debt.workspace)

    assert [(each.status, each.failure) for each in office.letters()] == [("failed", "NOT_MAILED"), ("queued", "")]
    assert office.notice.status == "pending"
    with bind(office.debt.workspace):
        assert ContactAttempt.objects.get().status == "given_up"


def test_what_the_gate_forbids_meanwhile_must_not_be_mailed(office: Office) -> None:
    with bind(office.debt.workspace) as bound:
        record_bankruptcy(workspace=bound, person_id=office.debt.person_id, filed_on=office.today, chapter="7")

    shown = office.confirm(office.today).content.decode()

    assert "LCU-53-004417 must not be mailed any more" in shown
    assert (office.letter.status, office.letter.failure, office.notice.status) == ("failed", "BANKRUPTCY", "blocked")


@pytest.mark.parametrize("heard", [True, False], ids=["called back", "before anybody heard"])
def test_a_letter_about_a_debt_that_was_paid_must_not_be_mailed(office: Office, heard: bool) -> None:
    with bind(office.debt.workspace) as bound:
        move_status(workspace=bound, account_id=office.debt.account_id, to="paid_in_full", reason="paid")
    if heard:
        work(office.debt.workspace)
        assert "No letter waits to be mailed." in page(office)
    else:
        assert "LCU-53-004417 must not be mailed any more" in office.confirm(office.today).content.decode()
        work(office.debt.workspace)

    assert (office.letter.status, office.letter.failure) == ("failed", "NOTHING_OWED")
    assert office.notice.status == "cancelled"


def test_who_may_only_read_sees_no_buttons_and_can_confirm_nothing(office: Office) -> None:
    shown = page(office, office.house.carol)
    assert "Renee Calloway" in shown
    assert "Confirm as mailed" not in shown

    answer = office.browser(office.house.carol).post("/w/acme/letters", {"anew": office.letter.public_id})

    assert answer.status_code == 403
    assert office.letter.status == "printing"


def test_a_stranger_gets_neither_the_page_nor_a_letter(office: Office) -> None:
    browser = office.browser(office.house.charlie)

    paths = ("letters", "letters?as=pdf", f"letters/{office.letter.public_id}/pdf")
    assert [browser.get(f"/w/acme/{path}").status_code for path in paths] == [404, 404, 404]


def test_a_sandbox_has_a_vendor_and_nothing_to_confirm(office: Office) -> None:
    shown = office.browser().get("/w/acme-sandbox/letters").content.decode()

    assert "printed by the simulated vendor" in shown
    assert "To print and mail" not in shown


def made_yesterday(office: Office) -> None:
    with bind(office.debt.workspace):
        Message.objects.filter(id=office.letter.id).update(claimed_at=office.letter.claimed_at - DAY)  # type: ignore[operator]
        ValidationNotice.objects.filter(id=office.notice.id).update(sent_on=office.today - DAY)
