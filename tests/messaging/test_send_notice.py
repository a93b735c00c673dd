"""The validation notice from placement to the mailbox, or to the printer: figures to the cent, the end date frozen."""

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pypdf
import pytest

from accounts.ledger.models import Balance
from accounts.models import Endpoint
from accounts.services import adjust_balance, move_status
from compliance import dispatch, notices
from compliance.gate import ContactIntent, Decision, decide
from compliance.models import ContactAttempt, EmailBasis, Hold, ValidationNotice
from compliance.services import end_email_basis, record_opt_out, release_hold
from credira.documents.storage import load
from credira.providers.world import World
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.web.attention import matters
from messaging.models import Message
from messaging.obligations import OPT_OUT
from messaging.services.notices import draft_notice, send_notice
from messaging.services.sending import claim, hand_over, mail_of
from tests.messaging.conftest import NOW, Debt, a_debt, set_clock, work


def place(debt: Debt) -> None:
    """What compliance does in the transaction of a placement."""
    with bind(debt.workspace) as bound:
        notices.create_for_placed(bound, [debt.account_id])


def notice_of(debt: Debt) -> ValidationNotice:
    with bind(debt.workspace):
        return ValidationNotice.objects.filter(account_id=debt.account_id).order_by("-id")[0]


def message_of(debt: Debt) -> Message:
    with bind(debt.workspace):
        return Message.objects.filter(account_id=debt.account_id).order_by("-id")[0]


def pdf_text(debt: Debt, message: Message) -> str:
    reader = pypdf.PdfReader(io.BytesIO(load(debt.workspace.id, message.document_key)))
    assert len(reader.pages) == 1
    return " ".join(reader.pages[0].extract_text().split())


def without_email(debt: Debt) -> None:
    with bind(debt.workspace) as bound:
        for basis in EmailBasis.objects.filter(ends__isnull=True):
            end_email_basis(workspace=bound, basis_id=basis.id)


def test_the_notice_goes_by_mail_with_its_whole_text_and_the_page(debt: Debt, outside: World) -> None:
    place(debt)

    work(debt.workspace)

    [kept] = outside.ledger()["messages"]
    message, notice = message_of(debt), notice_of(debt)
    assert (message.status, message.channel, notice.status) == ("sent", "email", "sent")
    assert kept["subject"] == "Lakeshore Credit Union: your account ending in 4417"
    assert kept["attachments"] == ["validation-notice.pdf"]
    assert message.satisfies == ["E_OPT_OUT", "MINI_MIRANDA_FULL"]
    assert OPT_OUT in message.body_text
    for words in ("As of June 30, 2026, you owed: $2,234.56", "Total amount of the debt now: $2,284.56"):
        assert words in " ".join(message.body_text.split())
    assert (notice.sent_at, notice.attempt_id, notice.document_sha256) == (
        NOW,
        message.attempt_id,
        message.document_sha256,
    )


def test_the_end_date_is_frozen_and_the_same_everywhere(debt: Debt, outside: World) -> None:
    place(debt)
    work(debt.workspace)

    message, notice = message_of(debt), notice_of(debt)
    # sent Tue Nov 24; Thanksgiving is no business day: received Wed Dec 2; 30 days on
    assert (notice.sent_on, notice.period_end) == (dt.date(2026, 11, 24), dt.date(2027, 1, 1))
    assert pdf_text(debt, message).count("January 1, 2027") == 3
    assert message.body_text.count("January 1, 2027") == 3
    assert message.body_html.count("January 1, 2027") == 3


def test_the_itemization_on_the_page_adds_up_to_the_cent(debt: Debt, outside: World) -> None:
    place(debt)
    work(debt.workspace)

    page = pdf_text(debt, message_of(debt))
    for words in ("you owed: $2,234.56", "+ $75.00", "+ $25.00", "- $50.00", "debt now: $2,284.56"):
        assert words in page


def test_lines_that_do_not_add_up_are_refused(sandbox: Workspace, outside: World) -> None:
    debt = a_debt(sandbox, current_balance=Decimal("2384.56"), itemized_balance=Decimal("2384.56"))
    place(debt)

    work(sandbox)

    assert notice_of(debt).status == "blocked"
    assert notice_of(debt).problems[0]["code"] == "VN_ITEMIZATION_MISMATCH"
    assert outside.ledger()["counts"]["messages"] == 0


def test_without_a_usable_address_it_is_printed_in_the_batch_of_its_day(debt: Debt, outside: World) -> None:
    without_email(debt)
    place(debt)
    work(debt.workspace)

    planned = message_of(debt)
    assert (planned.channel, planned.status) == ("letter", "queued")
    assert planned.due_at == dt.datetime(2026, 11, 25, 14, 0, tzinfo=dt.UTC)  # 9:00 in New York

    set_clock(debt.workspace, planned.due_at)
    outside.set_clock(planned.due_at, frozen=True)
    work(debt.workspace)

    [kept] = outside.ledger()["letters"]
    printed = debt.read(planned)
    assert (printed.status, printed.reference) == ("printing", kept["id"])
    assert kept["sha256"] == printed.document_sha256
    assert kept["to"]["line1"] == "1412 Maple Street"
    assert notice_of(debt).status == "claimed"
    page = pdf_text(debt, printed)
    assert "electronically" not in page
    assert page.count("January 2, 2027") == 3


def test_it_is_handed_over_once_however_often_the_row_is_done(debt: Debt, outside: World) -> None:
    place(debt)
    work(debt.workspace)

    send_notice(debt.workspace, message_of(debt).id)

    assert outside.ledger()["counts"]["messages"] == 1


def test_what_was_frozen_too_long_ago_is_made_anew(debt: Debt, outside: World) -> None:
    place(debt)
    with bind(debt.workspace) as bound:
        notices.prepare(bound, notice_of(debt).id)
    message = message_of(debt)
    assert claim(debt.workspace, message.id, draft_notice) is not None  # and the worker dies
    tomorrow = NOW + dt.timedelta(days=1)
    set_clock(debt.workspace, tomorrow)
    outside.set_clock(tomorrow, frozen=True)

    work(debt.workspace)
    set_clock(debt.workspace, tomorrow + dt.timedelta(minutes=5))
    work(debt.workspace)

    assert notice_of(debt).sent_on == dt.date(2026, 11, 25)
    assert message_of(debt).status == "sent"
    assert outside.ledger()["counts"]["messages"] == 1
    with bind(debt.workspace):
        statuses = ContactAttempt.objects.order_by("id").values_list("status", flat=True)
        assert list(statuses) == ["given_up", "concluded"]


def pay_off(debt: Debt) -> None:
    with bind(debt.workspace) as bound:
        move_status(workspace=bound, account_id=debt.account_id, to="paid_in_full", reason="paid")


@pytest.mark.parametrize("channel", ["email", "letter"])
def test_a_debt_that_is_paid_before_its_notice_goes_gets_none(debt: Debt, outside: World, channel: str) -> None:
    if channel == "letter":
        without_email(debt)
    place(debt)
    with bind(debt.workspace) as bound:
        notices.prepare(bound, notice_of(debt).id)
    planned = message_of(debt)
    assert (planned.channel, planned.status) == (channel, "queued")

    pay_off(debt)
    set_clock(debt.workspace, planned.due_at)
    work(debt.workspace)

    notice = notice_of(debt)
    assert (notice.status, notice.reason) == ("cancelled", "Nothing is owed any more, or the account was closed.")
    assert debt.read(planned).status == "cancelled"
    assert (outside.ledger()["messages"], outside.ledger()["letters"]) == ([], [])


def test_a_debt_that_is_paid_as_its_notice_is_claimed_gets_none(debt: Debt, outside: World) -> None:
    place(debt)
    with bind(debt.workspace) as bound:
        notices.prepare(bound, notice_of(debt).id)
    message = message_of(debt)
    claimed = claim(debt.workspace, message.id, draft_notice)
    assert claimed is not None

    pay_off(debt)
    hand_over(
        debt.workspace,
        claimed,
        lambda: dispatch.send_email(debt.workspace, claimed.attempt_id, mail_of(claimed.message)),
    )
    work(debt.workspace)
    set_clock(debt.workspace, NOW + dt.timedelta(minutes=5))
    work(debt.workspace)

    assert (notice_of(debt).status, debt.read(message).status) == ("cancelled", "cancelled")
    assert outside.ledger()["messages"] == []
    with bind(debt.workspace):
        [attempt] = ContactAttempt.objects.all()
        assert (attempt.status, attempt.connect_status) == ("given_up", "not_connected")


def test_a_claimed_notice_is_called_back_when_its_debt_is_paid(debt: Debt, outside: World) -> None:
    place(debt)
    with bind(debt.workspace) as bound:
        notices.prepare(bound, notice_of(debt).id)
    message = message_of(debt)
    assert claim(debt.workspace, message.id, draft_notice) is not None  # and the worker dies

    pay_off(debt)
    work(debt.workspace)

    assert (notice_of(debt).status, debt.read(message).status) == ("cancelled", "queued")
    set_clock(debt.workspace, NOW + dt.timedelta(minutes=5))
    work(debt.workspace)
    assert debt.read(message).status == "cancelled"
    assert outside.ledger()["messages"] == []


def test_a_debt_that_is_owed_again_gets_its_notice_anew(debt: Debt, outside: World) -> None:
    place(debt)
    pay_off(debt)
    work(debt.workspace)
    assert notice_of(debt).status == "cancelled"

    with bind(debt.workspace) as bound:
        move_status(workspace=bound, account_id=debt.account_id, to="contacted", reason="payment reversed")
    work(debt.workspace)

    assert notice_of(debt).status == "sent"
    assert outside.ledger()["counts"]["messages"] == 1


def test_an_opt_out_before_sending_turns_it_into_a_letter(debt: Debt, outside: World) -> None:
    place(debt)
    with bind(debt.workspace) as bound:
        notices.prepare(bound, notice_of(debt).id)
        record_opt_out(workspace=bound, person_id=debt.person_id, scope="medium", medium="email")

    work(debt.workspace)

    with bind(debt.workspace):
        *refused, planned = Message.objects.order_by("id").values_list("channel", "status")
    # Whichever row is done first: the mail is refused, or compliance has asked for a letter before.
    assert refused in ([], [("email", "blocked")])
    assert planned == ("letter", "queued")
    assert outside.ledger()["counts"]["messages"] == 0


@pytest.mark.parametrize("channel", ["email"])
def test_a_bounced_notice_is_replaced_by_a_letter_with_a_new_end(debt: Debt, outside: World, channel: str) -> None:
    from tests.messaging.test_mail_events import LATER, about, told

    place(debt)
    work(debt.workspace)
    first = message_of(debt)

    told(debt.workspace, about(first, "Bounce", ID=7, Type="HardBounce", BouncedAt=LATER, Description="No such box."))
    work(debt.workspace)

    with bind(debt.workspace):
        old, new = ValidationNotice.objects.order_by("id")
    assert (old.status, new.replaces_id, new.period_end) == ("undelivered", old.id, None)
    assert (message_of(debt).channel, message_of(debt).notice_id) == ("letter", new.id)


def gate_says(debt: Debt, channel: str, **options: Any) -> Decision:
    with bind(debt.workspace) as bound:
        [decision] = decide(bound, [ContactIntent(account_ids=(debt.account_id,), channel=channel, **options)])
        return decision


def test_a_bounced_notice_was_no_initial_communication(debt: Debt, outside: World) -> None:
    """12 CFR 1006.42(a), 15 USC 1692e(11): nobody is called before the replacement went out, nor told half of it."""
    from tests.messaging.test_mail_events import LATER, about, told

    with bind(debt.workspace) as bound:
        Endpoint.objects.create(
            workspace=bound,
            person_id=debt.person_id,
            kind="phone",
            value="+16145550147",
            value_norm="+16145550147",
            number_type="landline",
            source="consumer_provided",
            state="OH",
            zones=["America/New_York"],
        )
    place(debt)
    work(debt.workspace)
    notified = gate_says(debt, "call", voice_mode="human")
    told(
        debt.workspace,
        about(message_of(debt), "Bounce", ID=7, Type="HardBounce", BouncedAt=LATER, Description="No such box."),
    )

    bounced = gate_says(debt, "call", voice_mode="human")
    by_mail = gate_says(debt, "email")

    assert (notified.codes, "FROM_DEBT_COLLECTOR" in notified.obligations) == (set(), True)
    assert bounced.codes == {"VN_NOT_SENT"}
    assert "MINI_MIRANDA_FULL" in bounced.obligations
    assert by_mail.codes == {"ADDRESS_BAD"}
    assert "MINI_MIRANDA_FULL" in by_mail.obligations


def test_a_balance_raised_after_the_notice_is_held_until_a_member_decides(debt: Debt, outside: World) -> None:
    """12 CFR 1006.22(b), 1006.34(c)(2): nobody is asked for more than the notice said before somebody looked."""
    with bind(debt.workspace) as bound:
        Balance.objects.create(workspace=bound, id=debt.account_id, principal=Decimal("2284.56"))
    place(debt)
    work(debt.workspace)

    def correct(balance: str, **why: str) -> None:
        with bind(debt.workspace) as bound:
            adjust_balance(workspace=bound, account_id=debt.account_id, balance=Decimal(balance), **why)

    correct("2200.00")
    lowered = gate_says(debt, "email")
    correct("22000.00", reason="Contract interest", added_as="interest")
    raised = gate_says(debt, "email")
    with bind(debt.workspace) as bound:
        hold = Hold.objects.get()
        waiting = [each.title for each in matters(bound, NOW.date())]
        release_hold(workspace=bound, hold_id=hold.id)
        assert (waiting, matters(bound, NOW.date())) == (["1 balance raised after the notice"], [])
    decided = gate_says(debt, "email")

    assert (lowered.codes, raised.codes, decided.codes) == (set(), {"HOLD"}, set())
    assert hold.reason.startswith("The balance was raised from 2,200.00 to 22,000.00 USD after the validation notice")


def test_a_balance_raised_before_the_notice_is_on_it(debt: Debt, outside: World) -> None:
    with bind(debt.workspace) as bound:
        Balance.objects.create(workspace=bound, id=debt.account_id, principal=Decimal("2284.56"))
        adjust_balance(
            workspace=bound,
            account_id=debt.account_id,
            balance=Decimal("2300.56"),
            reason="Contract interest",
            added_as="interest",
        )
    place(debt)
    work(debt.workspace)

    assert notice_of(debt).status == "sent"
    assert "Total amount of the debt now: $2,300.56" in " ".join(message_of(debt).body_text.split())
    with bind(debt.workspace):
        assert not Hold.objects.exists()
