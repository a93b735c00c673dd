"""The list of accounts and the page of one: what is shown, from where, and who may stop contacts."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import pytest

from accounts.models import Account, Person
from accounts.selectors import endpoints_of
from audit.models import Event
from compliance.models import Hold
from compliance.services import file_dispute
from credira.core.ids import uuid7
from credira.tenancy.scope import bind
from credira.web.timeline import line_of, tab_of
from tests.house import House, sign_in
from tests.ui.conftest import MORNING


def page(house: House, path: str, user: str = "alice", **query: str) -> str:
    answer = sign_in(getattr(house, user)).get(f"/w/acme-sandbox/{path}", query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_when_the_consumer_may_next_be_contacted_and_why_not_otherwise(
    house: House, account: Account
) -> None:
    shown = page(house, f"accounts/{account.public_id}")

    assert "<h1>Renee Calloway</h1>" in shown
    assert "SSN …6530" in shown
    assert "AI call today 11:00 AM ET" in shown
    assert "Every rule passed." in shown
    assert "$1,000.00" in shown


def test_each_reason_carries_severity_citation_and_code(house: House, account: Account) -> None:
    with bind(house.sandbox) as workspace:
        workspace.clock_frozen_at = MORNING + dt.timedelta(hours=12)
        workspace.save()

    shown = page(house, f"accounts/{account.public_id}")

    assert '<span class="c-sev law">LAW</span> <span class="c-cite">12 CFR 1006.6(b)(1)(i)</span>' in shown
    assert "TIME_WINDOW" in shown
    assert ">Tomorrow 8:00 AM ET</time>" in shown


def test_a_dispute_is_shown_instead_of_the_stored_status(house: House, account: Account) -> None:
    with bind(house.sandbox) as workspace:
        file_dispute(workspace=workspace, account_id=account.id, channel="mail", written=True)

    assert '<span class="c-st stop">Disputed</span>' in page(house, f"accounts/{account.public_id}")
    assert '<span class="c-st stop">Disputed</span>' in page(house, "accounts", status="disputed")


def test_holding_stops_contacts_and_releasing_needs_another_role(house: House, account: Account) -> None:
    bob, here = sign_in(house.bob), f"/w/acme-sandbox/accounts/{account.public_id}"

    assert bob.post(f"{here}/hold", {"reason": "Talks with her bank"}).headers["Location"] == here
    with bind(house.sandbox) as workspace:
        hold = Hold.objects.get(workspace=workspace)
    assert (hold.kind, hold.reason, hold.debts) == ("manual", "Talks with her bank", [account.id])
    assert "Talks with her bank" in page(house, f"accounts/{account.public_id}")
    assert "No contact is allowed now" in page(house, f"accounts/{account.public_id}")
    release = f"{here}/holds/{hold.public_id}/release"
    assert bob.post(release).status_code == 403
    assert sign_in(house.alice).post(release).headers["Location"] == here
    assert "Talks with her bank" not in page(house, f"accounts/{account.public_id}")


def test_a_hold_submitted_twice_is_one_and_one_placed_after_its_release_is_another(
    house: House, account: Account
) -> None:
    alice, here = sign_in(house.alice), f"/w/acme-sandbox/accounts/{account.public_id}"
    placed = Hold.objects.filter(ends__isnull=True).order_by("id")

    for _ in range(2):
        assert alice.post(f"{here}/hold", {"reason": "Talks with her bank"}).headers["Location"] == here
    with bind(house.sandbox):
        [hold] = placed.all()
        assert Event.objects.filter(type="hold.placed").count() == 1
    alice.post(f"{here}/hold", {"reason": "Is in hospital"})
    alice.post(f"{here}/holds/{hold.public_id}/release")
    alice.post(f"{here}/hold", {"reason": "Talks with her bank"})

    with bind(house.sandbox):
        assert [each.reason for each in placed] == ["Talks with her bank", "Is in hospital", "Talks with her bank"]


def test_a_hold_is_released_by_its_own_accounts_address_alone(house: House, account: Account) -> None:
    alice = sign_in(house.alice)
    with bind(house.sandbox) as workspace:
        other = Account.objects.get(pk=account.pk)
        other.pk, other.creditor_reference = uuid7(), "REF-B"
        other.person = Person.objects.create(workspace=workspace, kind="natural", name_norm="sam lee")
        other.save(force_insert=True)
    alice.post(f"/w/acme-sandbox/accounts/{account.public_id}/hold", {"reason": "Talks with her bank"})
    with bind(house.sandbox):
        hold = Hold.objects.get()

    answer = alice.post(f"/w/acme-sandbox/accounts/{other.public_id}/holds/{hold.public_id}/release")

    assert answer.status_code == 404
    assert "Talks with her bank" in page(house, f"accounts/{account.public_id}")


def test_a_hold_needs_a_reason_and_a_reader_places_none(house: House, account: Account) -> None:
    here = f"/w/acme-sandbox/accounts/{account.public_id}/hold"

    sign_in(house.bob).post(here, {"reason": " "})
    assert sign_in(house.carol).post(here, {"reason": "I want to"}).status_code == 403

    with bind(house.sandbox) as workspace:
        assert not Hold.objects.filter(workspace=workspace).exists()


def test_a_note_is_written_in_the_members_name(house: House, account: Account) -> None:
    here = f"/w/acme-sandbox/accounts/{account.public_id}"

    answer = sign_in(house.bob).post(f"{here}/notes", {"body": "Hours cut at work since October."})

    assert answer.headers["Location"] == here
    shown = page(house, f"accounts/{account.public_id}")
    assert "Hours cut at work since October." in shown
    assert "Bob Tran, " in shown
    assert sign_in(house.carol).post(f"{here}/notes", {"body": "x"}).status_code == 403


def test_a_payment_is_recorded_and_split(house: House, account: Account) -> None:
    here = f"/w/acme-sandbox/accounts/{account.public_id}"

    form = {"amount": "40.50", "method": "check", "paid_on": "", "token": str(uuid4())}
    bob = sign_in(house.bob)

    for _ in range(2):  # a double click
        bob.post(f"{here}/payments", form)

    assert 'type="hidden" name="token" value="' in page(house, f"accounts/{account.public_id}")
    shown = page(house, f"accounts/{account.public_id}")
    assert "<dt>Paid here</dt><dd>− $40.50</dd>" in shown
    assert '<dt class="sum">Owed now</dt><dd class="sum">$959.50</dd>' in shown
    assert "$40.50 received" in shown
    assert sign_in(house.carol).post(f"{here}/payments", {"amount": "1", "method": "check"}).status_code == 403


@pytest.mark.parametrize(("paid_on", "why"), [("1999-01-01", "was placed on"), ("2099-01-01", "dated ahead")])
def test_a_payment_of_an_impossible_day_is_refused_with_a_sentence(
    house: House, account: Account, paid_on: str, why: str
) -> None:
    here = f"/w/acme-sandbox/accounts/{account.public_id}"
    form = {"amount": "40.50", "method": "check", "paid_on": paid_on, "token": str(uuid4())}

    shown = sign_in(house.bob).post(f"{here}/payments", form, follow=True).content.decode()

    assert "The payment was not recorded." in shown
    assert why in shown
    assert '<dt class="sum">Owed now</dt><dd class="sum">$1,000.00</dd>' in shown


def test_a_payment_form_says_which_field_is_wrong(house: House, account: Account) -> None:
    here = f"/w/acme-sandbox/accounts/{account.public_id}"
    form = {"amount": "40.50", "method": "shells", "token": str(uuid4())}

    shown = sign_in(house.bob).post(f"{here}/payments", form, follow=True).content.decode()

    assert "The payment was not recorded. Method: Select a valid choice." in shown


@pytest.mark.parametrize("page", ["accounts?q=%00", "accounts?status=%00", "accounts?state=%00", "search?q=%00"])
def test_an_address_with_a_nul_is_refused(house: House, account: Account, page: str) -> None:
    answer = sign_in(house.alice).get(f"/w/acme-sandbox/{page}")

    assert answer.status_code == 400
    assert "The address holds a character that isn" in answer.content.decode()


def test_a_member_replaces_a_number_and_the_page_says_so(house: House, account: Account) -> None:
    here = f"/w/acme-sandbox/accounts/{account.public_id}"
    with bind(house.sandbox) as sandbox:
        old = next(each for each in endpoints_of(sandbox, [account.person_id]) if each.kind == "phone")
    bob = sign_in(house.bob)
    form = {"kind": "phone", "source": "consumer_provided", "replaces": old.public_id}

    asked_again = bob.post(f"{here}/endpoints", {**form, "value": "555"})
    bob.post(f"{here}/endpoints", {**form, "value": "+1 612 555 0199"})
    shown = page(house, f"accounts/{account.public_id}")

    assert "This is not a phone number." in asked_again.content.decode()
    assert "(612) 555-0199" in shown
    assert shown.count("Used no more") == 1
    assert "Number added" in shown
    assert sign_in(house.carol).post(f"{here}/endpoints", form).status_code == 403


def test_a_stranger_finds_no_account(house: House, account: Account) -> None:
    assert sign_in(house.charlie).get(f"/w/acme-sandbox/accounts/{account.public_id}").status_code == 404
    assert sign_in(house.alice).get(f"/w/acme/accounts/{account.public_id}").status_code == 404


@pytest.mark.parametrize("term", ["Renee", "calloway, ren", "REF-A", "6530"])
def test_the_list_finds_by_name_reference_and_last_four(house: House, account: Account, term: str) -> None:
    assert "Renee Calloway" in page(house, "accounts", q=term)


@pytest.mark.parametrize("query", [{"q": "Miller"}, {"q": "6531"}, {"state": "TX"}, {"status": "closed"}])
def test_the_list_leaves_out_what_does_not_match(house: House, account: Account, query: dict[str, str]) -> None:
    shown = page(house, "accounts", **query)

    assert "Renee Calloway" not in shown
    assert "No accounts match these filters." in shown


def test_the_list_tells_the_next_contact_in_the_consumers_time(house: House, account: Account) -> None:
    assert '<span class="t-ok c-b c-nowrap">' in page(house, "accounts", state="oh")


def event(event_type: str, **data: Any) -> Event:
    made = Event(type=event_type, actor_kind="system", recorded_at=MORNING, object_id=UUID(int=7))
    made.data = data
    return made


@pytest.mark.parametrize(
    ("recorded", "text", "note"),
    [
        (event("payment.received", amount_collected="164.20", currency="USD", method="bank_transfer"),
         "$164.20 received", "By bank transfer"),
        (event("promise.made", amount="150", currency="USD", due_on="2026-11-27", channel="call"),
         "Promise: $150.00 by Fri, Nov 27, 2026", "Made by call"),
        (event("promise.broken", amount="150", due_on="2026-11-27"),
         "Promise of $150.00 broken", "It was due Fri, Nov 27, 2026"),
        (event("attempt.refused", channel="call", outcome="DEFER", codes=["FREQ_7_IN_7"]),
         "Call not placed", "FREQ_7_IN_7"),
        (event("call.completed", duration=108, outcome="promise_to_pay", summary="She pays Friday."),
         "AI call, 1 min 48 s: promise made", "She pays Friday."),
        (event("notice.sent", channel="email", period_end="2026-12-31"),
         "Validation notice sent by e-mail", "The validation period ends Thu, Dec 31, 2026"),
        (event("email.bounced", template="first_reminder", subject="Your account"),
         "E-mail came back: first reminder", "Your account"),
        (event("payment.received", amount_collected="nonsense"), "an amount not known received", "By other"),
    ],
)  # fmt: skip
def test_facts_read_as_sentences(recorded: Event, text: str, note: str) -> None:
    line = line_of(recorded, "/w/acme/")

    assert (line.text, line.note) == (text, note)


def test_a_refused_contact_carries_the_gates_answer_and_a_call_its_page() -> None:
    assert line_of(event("attempt.refused", outcome="DENY", codes=[]), "/w/acme/").status == ("stop", "Not allowed")
    assert line_of(event("call.completed"), "/w/acme/").url.startswith("/w/acme/calls/call_")


def test_facts_lie_under_contacts_money_or_changes() -> None:
    assert [tab_of(name) for name in ("call.completed", "notice.sent", "payment.received", "hold.placed")] == [
        "contacts", "contacts", "money", "changes",
    ]  # fmt: skip
