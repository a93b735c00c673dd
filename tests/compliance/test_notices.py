"""The validation notice: owed or not, complete or blocked, frozen, sent, come back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from accounts.models import Account, Endpoint
from accounts.services import place_account, set_status
from audit.models import Event
from audit.selectors import with_data
from compliance import gate, notices, services
from compliance.models import ValidationNotice
from compliance.notice_rules import Itemization, itemization_problems, requirement
from compliance.selectors import list_notices
from credira.core.errors import InvalidTransition
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.work.models import Due
from creditors.models import OperatingEntity
from creditors.services import AuthorizationRow, create_entity, put_state_authorizations
from messaging.models import Message
from tests.compliance.conftest import freeze
from tests.compliance.gate_data import base
from tests.compliance.rows import Recorded
from tests.compliance.test_reserve import NOW, world_at
from tests.placing import make_collector, place

GOLDEN = {"amount": 2234.56, "interest": 75, "fees": 25, "credits": 50, "total": 2284.56}


def fresh(workspace: Workspace, sheet: str = "tp_oh", lines: dict[str, Any] | None = None, **debt: Any) -> Recorded:
    """An account with nothing said about it yet, placed with the golden itemization of VN-09."""
    first = {
        name: value
        for name, value in base(sheet)["debts"][0].items()
        if name not in ("initial_communication", "full_mm_written_on", "notice")
    }
    pending = {"status": "pending", "itemization": lines or GOLDEN}
    return world_at(workspace, sheet, debts=[{**first, "notice": pending, **debt}])


def the_notice(account_id: UUID) -> ValidationNotice:
    return ValidationNotice.objects.get(account_id=account_id)


def data_of(workspace: Workspace, event_type: str) -> list[dict[str, Any]]:
    found = with_data(workspace, list(Event.objects.filter(type=event_type).order_by("id")))
    return [event.data for event in found]


OWED: dict[str, Any] = {
    "role": "third_party",
    "purpose": "consumer",
    "natural_person": True,
    "in_default_when_placed": True,
    "balance": Decimal("100"),
    "places": {"OH"},
}


@pytest.mark.parametrize(
    ("changes", "required"),
    [
        ({}, True),
        ({"role": "debt_buyer"}, True),
        ({"role": "first_party"}, False),
        ({"role": "first_party", "places": {"MA"}}, True),
        ({"role": "first_party", "places": {"NY", "NY-NYC"}}, True),
        ({"purpose": "commercial", "natural_person": False}, False),
        ({"purpose": "commercial", "places": {"CA"}}, True),
        ({"purpose": "unknown"}, True),
        ({"in_default_when_placed": False}, False),
        ({"balance": Decimal("0")}, False),
        ({"balance": None}, True),
    ],
)
def test_who_owes_a_notice(changes: dict[str, Any], required: bool) -> None:
    owed = requirement(**{**OWED, **changes})

    assert owed.required is required
    assert owed.reason


def test_a_line_that_nobody_asserted_is_missing_and_zero_is_not() -> None:
    lines = Itemization(Decimal("2234.56"), None, Decimal(0), Decimal(0), Decimal("2234.56"))

    [problem] = itemization_problems(lines, "USD")

    assert (problem["code"], problem["field"]) == ("VN_DATA_INCOMPLETE", "interest_since")


def test_lines_that_do_not_add_up_name_the_difference() -> None:
    lines = Itemization(*(Decimal(each) for each in ("2234.56", "75.00", "25.00", "50.00", "2384.56")))

    [problem] = itemization_problems(lines, "USD")

    assert problem["code"] == "VN_ITEMIZATION_MISMATCH"
    assert problem["message"] == (
        "The lines come to 2284.56 USD and the current amount is 2384.56 USD: they differ by 100.00 USD."
    )


def test_a_placement_makes_the_notice_and_its_due_row(sandbox: Workspace) -> None:
    rows = fresh(sandbox)

    with bind(sandbox):
        notice = the_notice(rows.ids["A"])
        [due] = Due.objects.filter(kind=notices.KIND, object_id=notice.id)

    assert (notice.status, notice.reason) == ("pending", "12 CFR 1006.34(a)(1)")
    assert (due.due_at, due.clock) == (NOW, "business")


def test_a_creditor_in_its_own_name_owes_none_and_the_gate_knows(sandbox: Workspace) -> None:
    rows = world_at(sandbox, "fp_oh")

    with bind(sandbox) as bound:
        notices.create_for_placed(bound, [rows.ids["A"]])
        notice = list_notices(bound, rows.ids["A"]).get()
        [decision] = gate.decide(
            bound,
            [
                gate.ContactIntent(
                    account_ids=(rows.ids["A"],), channel="call", voice_mode="human", endpoint_id=rows.ids["mobile"]
                )
            ],
        )

    assert notice.status == "not_required"
    assert "1006.2(i)(1)" in notice.reason
    assert decision.outcome == "ALLOW"
    with bind(sandbox):
        assert not Due.objects.filter(kind=notices.KIND).exists()


def test_a_hundred_placements_cost_no_more_queries_than_one(sandbox: Workspace, django_assert_num_queries: Any) -> None:
    rows = fresh(sandbox)
    with bind(sandbox) as bound:
        template = Account.objects.values().get(id=rows.ids["A"])
        shared = {name: value for name, value in template.items() if name not in ("id", "creditor_reference")}
        many = [Account(**shared, creditor_reference=f"REF-{number}") for number in range(100)]
        Account.objects.bulk_create(many)

        with django_assert_num_queries(3):
            notices.create_for_placed(bound, [account.id for account in many])

        assert ValidationNotice.objects.filter(account_id__in=[account.id for account in many]).count() == 100


def test_a_complete_notice_goes_by_mail_when_the_gate_lets_it(sandbox: Workspace) -> None:
    rows = fresh(sandbox)

    with bind(sandbox) as bound:
        notice = notices.prepare(bound, the_notice(rows.ids["A"]).id)
        [ready] = data_of(bound, "notice.ready")

    assert (notice.status, notice.delivery, notice.endpoint_id) == ("pending", "email", rows.ids["email"])
    assert ready == {
        "notice_id": notice.public_id,
        "account_id": rows.names["A"],
        "channel": "email",
        "send_on": "2026-11-24",
        "not_before": None,
    }


def test_without_a_lawful_address_it_is_printed_for_the_next_business_day(sandbox: Workspace) -> None:
    rows = fresh(sandbox)

    with bind(sandbox) as bound:
        services.record_opt_out(workspace=bound, person_id=rows.ids["consumer"], scope="medium", medium="email")
        notice = notices.prepare(bound, the_notice(rows.ids["A"]).id)
        [ready] = data_of(bound, "notice.ready")

    assert (notice.delivery, notice.send_on) == ("mail", dt.date(2026, 11, 25))
    assert (ready["channel"], ready["send_on"]) == ("letter", "2026-11-25")


def test_the_day_before_thanksgiving_a_letter_waits_for_friday(sandbox: Workspace) -> None:
    rows = fresh(sandbox)
    with bind(sandbox) as bound:
        services.record_opt_out(workspace=bound, person_id=rows.ids["consumer"], scope="medium", medium="email")
    freeze(sandbox, dt.datetime(2026, 11, 25, 15, tzinfo=dt.UTC))
    with bind(sandbox) as bound:
        notice = notices.prepare(bound, the_notice(rows.ids["A"]).id)

    assert notice.send_on == dt.date(2026, 11, 27)


def test_an_incomplete_notice_is_blocked_and_says_what_is_missing(sandbox: Workspace) -> None:
    rows = fresh(sandbox, lines={**GOLDEN, "interest": None})

    with bind(sandbox) as bound:
        notice = notices.prepare(bound, the_notice(rows.ids["A"]).id)
        [blocked] = data_of(bound, "notice.blocked")

        assert notice.status == "blocked"
        assert [(each["code"], each["field"]) for each in notice.problems] == [("VN_DATA_INCOMPLETE", "interest_since")]
        assert blocked["problems"] == notice.problems
        [decision] = gate.decide(
            bound,
            [
                gate.ContactIntent(
                    account_ids=(rows.ids["A"],), channel="call", voice_mode="human", endpoint_id=rows.ids["mobile"]
                )
            ],
        )
        assert "VN_DATA_INCOMPLETE" in decision.codes


def test_a_blocked_notice_goes_on_once_the_data_is_there(sandbox: Workspace) -> None:
    rows = fresh(sandbox, lines={**GOLDEN, "interest": None})
    with bind(sandbox) as bound:
        notices.prepare(bound, the_notice(rows.ids["A"]).id)
        Account.objects.filter(id=rows.ids["A"]).update(interest_since=Decimal(75))

        notices.recheck(bound, rows.ids["A"])
        notice = notices.prepare(bound, the_notice(rows.ids["A"]).id)

    assert (notice.status, notice.problems) == ("pending", [])


def test_freezing_fixes_figures_end_date_and_hash(sandbox: Workspace) -> None:
    rows = fresh(sandbox)
    with bind(sandbox) as bound:
        notice = notices.prepare(bound, the_notice(rows.ids["A"]).id)

        frozen = notices.freeze(workspace=bound, notice_id=notice.id, sent_on=dt.date(2026, 11, 24))

        frozen.refresh_from_db()
        assert frozen.status == "claimed"
        assert (frozen.assumed_receipt_on, frozen.period_end) == (dt.date(2026, 12, 2), dt.date(2027, 1, 1))
        assert (frozen.amount, frozen.interest, frozen.fees, frozen.credits, frozen.total) == (
            Decimal("2234.56"),
            Decimal("75.00"),
            Decimal("25.00"),
            Decimal("50.00"),
            Decimal("2284.56"),
        )
        assert len(frozen.content_sha256) == 64
        Account.objects.filter(id=rows.ids["A"]).update(current_balance=Decimal("1"))
        context = notices.notice_context(bound, notice.id)

    assert context["end"] == "2027-01-01"
    assert (context["amount"], context["credits"], context["total"]) == ("2234.56", "50.00", "2284.56")
    assert context["account_number"] == "REF-A"
    assert context["collector"]["lines"] == ["1 Depot Way", "Columbus, OH 43215"]
    assert context["consumer"]["lines"] == ["5 Elm St", "Springfield, OH 43215"]


def test_a_notice_is_frozen_once(sandbox: Workspace) -> None:
    rows = fresh(sandbox)
    with bind(sandbox) as bound:
        notice = notices.prepare(bound, the_notice(rows.ids["A"]).id)
        notices.freeze(workspace=bound, notice_id=notice.id, sent_on=dt.date(2026, 11, 24))

        with pytest.raises(InvalidTransition):
            notices.freeze(workspace=bound, notice_id=notice.id, sent_on=dt.date(2026, 11, 25))


def test_freezing_refuses_figures_that_no_longer_add_up(sandbox: Workspace) -> None:
    rows = fresh(sandbox)
    with bind(sandbox) as bound:
        notice = notices.prepare(bound, the_notice(rows.ids["A"]).id)
        Account.objects.filter(id=rows.ids["A"]).update(current_balance=Decimal("2384.56"))  # a fee nobody itemized

        with pytest.raises(notices.ItemizationMismatch) as caught:
            notices.freeze(workspace=bound, notice_id=notice.id, sent_on=dt.date(2026, 11, 24))

    assert "differ by 100.00 USD" in str(caught.value)
    assert caught.value.code == "VN_ITEMIZATION_MISMATCH"


def test_a_sent_notice_opens_calls_and_is_told(sandbox: Workspace) -> None:
    rows = fresh(sandbox)
    intent = gate.ContactIntent(
        account_ids=(rows.ids["A"],), channel="call", voice_mode="human", endpoint_id=rows.ids["mobile"]
    )
    with bind(sandbox) as bound:
        notice = notices.prepare(bound, the_notice(rows.ids["A"]).id)
        notices.freeze(workspace=bound, notice_id=notice.id, sent_on=dt.date(2026, 11, 24))
        [before] = gate.decide(bound, [intent])

        notices.mark_sent(workspace=bound, notice_id=notice.id)

        [after] = gate.decide(bound, [intent])
        [sent] = data_of(bound, "notice.sent")
        assert (before.codes, after.outcome) == ({"VN_NOT_SENT"}, "ALLOW")
        assert (sent["sent_on"], sent["period_end"], sent["channel"]) == ("2026-11-24", "2027-01-01", "email")
        assert Account.objects.get(id=rows.ids["A"]).status == "notice_sent"


def test_a_bounced_notice_is_replaced_by_a_letter_with_a_new_end(sandbox: Workspace) -> None:
    """VN05-8: sent 2026-11-02, returned 11-12, new notice sent 11-23: end 2026-12-31."""
    rows = fresh(sandbox)
    with bind(sandbox) as bound:
        notice = notices.prepare(bound, the_notice(rows.ids["A"]).id)
        notices.freeze(workspace=bound, notice_id=notice.id, sent_on=dt.date(2026, 11, 2))
        notices.mark_sent(workspace=bound, notice_id=notice.id)
    freeze(sandbox, dt.datetime(2026, 11, 25, 15, 5, tzinfo=dt.UTC))
    with bind(sandbox) as bound:
        fresh_one = notices.mark_undeliverable(
            workspace=bound, notice_id=notice.id, reason="hard bounce", on=dt.date(2026, 11, 12)
        )
        twice = notices.mark_undeliverable(workspace=bound, notice_id=notice.id, reason="hard bounce")
        [decision] = gate.decide(
            bound,
            [
                gate.ContactIntent(
                    account_ids=(rows.ids["A"],), channel="call", voice_mode="human", endpoint_id=rows.ids["mobile"]
                )
            ],
        )
        prepared = notices.prepare(bound, fresh_one.id)
        frozen = notices.freeze(workspace=bound, notice_id=fresh_one.id, sent_on=dt.date(2026, 11, 23))
        notice.refresh_from_db()

    assert twice.id == fresh_one.id
    assert (notice.status, notice.undelivered_on, notice.period_end) == (
        "undelivered",
        dt.date(2026, 11, 12),
        dt.date(2026, 12, 9),
    )
    assert prepared.delivery == "mail"
    assert frozen.period_end == dt.date(2026, 12, 31)
    assert "VN_NOT_SENT" in decision.codes


def test_what_was_known_of_a_notice_can_be_asked_for_a_past_moment(sandbox: Workspace) -> None:
    rows = fresh(sandbox)
    intent = gate.ContactIntent(
        account_ids=(rows.ids["A"],), channel="call", voice_mode="human", endpoint_id=rows.ids["mobile"]
    )
    later = NOW + dt.timedelta(hours=2)
    freeze(sandbox, later)
    with bind(sandbox) as bound:
        notice = notices.prepare(bound, the_notice(rows.ids["A"]).id)
        notices.freeze(workspace=bound, notice_id=notice.id, sent_on=dt.date(2026, 11, 24))
        notices.mark_sent(workspace=bound, notice_id=notice.id)

        [then] = gate.decide(bound, [intent], NOW)
        [now] = gate.decide(bound, [intent])

    assert (then.codes, now.outcome) == ({"VN_NOT_SENT"}, "ALLOW")


def test_a_denied_channel_at_sending_falls_back_to_a_letter_then_blocks(sandbox: Workspace) -> None:
    rows = fresh(sandbox)
    reasons = [{"code": "EMAIL_BASIS", "message": "No basis holds.", "cite": "12 CFR 1006.6(d)(4)"}]
    with bind(sandbox) as bound:
        notice = notices.prepare(bound, the_notice(rows.ids["A"]).id)
        notices.freeze(workspace=bound, notice_id=notice.id, sent_on=dt.date(2026, 11, 24))

        by_letter = notices.cannot_send(workspace=bound, notice_id=notice.id, reasons=reasons)
        states = [(by_letter.status, by_letter.delivery, by_letter.period_end)]
        blocked = notices.cannot_send(workspace=bound, notice_id=notice.id, reasons=reasons)
        states.append((blocked.status, blocked.problems[0]["code"], blocked.period_end))

    assert states == [("pending", "mail", None), ("blocked", "EMAIL_BASIS", None)]


def test_a_letter_that_came_back_marks_its_address(sandbox: Workspace) -> None:
    rows = fresh(sandbox)
    with bind(sandbox) as bound:
        services.record_opt_out(workspace=bound, person_id=rows.ids["consumer"], scope="medium", medium="email")
        notice = notices.prepare(bound, the_notice(rows.ids["A"]).id)
        notices.freeze(workspace=bound, notice_id=notice.id, sent_on=dt.date(2026, 11, 25))
        notices.mark_sent(workspace=bound, notice_id=notice.id)

        anew = notices.mark_undeliverable(workspace=bound, notice_id=notice.id, reason="No such number")
        blocked = notices.prepare(bound, anew.id)

    assert blocked.status == "blocked"
    assert [each["field"] for each in blocked.problems] == ["address_street"]


def test_a_licence_that_came_lets_a_blocked_notice_go(sandbox: Workspace) -> None:
    rows = world_at(sandbox, entity={"authorizations": []})
    with bind(sandbox) as bound:
        account = Account.objects.get(id=rows.ids["A"])
        ValidationNotice.objects.create(
            workspace=bound,
            account_id=account.id,
            person_id=account.person_id,
            entity_id=account.entity_id,
            status="pending",
        )
        pending = ValidationNotice.objects.get(status="pending")
        blocked = notices.prepare(bound, pending.id)
        before = Due.objects.filter(object_id=pending.id).count()
        licence = AuthorizationRow(
            entity=OperatingEntity.objects.get(id=account.entity_id),
            place="OH",
            role="third_party",
            basis="LICENSE",
            valid_from=dt.date(2024, 1, 1),
        )

        put_state_authorizations(workspace=bound, rows=[licence])

        assert (blocked.status, blocked.problems[0]["code"], before) == ("blocked", "STATE_NOT_AUTHORIZED", 0)
        assert Due.objects.get(object_id=bound.pk).due_at == NOW  # the workspace is looked at once, later
        notices.recheck_all(bound)
        assert Due.objects.get(object_id=pending.id).due_at == NOW
        assert notices.prepare(bound, pending.id).delivery == "mail"


def test_an_account_placed_by_the_service_has_its_notice_in_the_same_transaction(sandbox: Workspace) -> None:
    freeze(sandbox, NOW)
    with bind(sandbox) as bound:
        create_entity(
            workspace=bound,
            name="Northgate Services LLC",
            is_default_third_party=True,
            street="1 Depot Way",
            city="Columbus",
            state="OH",
            postal_code="43215",
        )
        placed = place_account(
            workspace=bound,
            placement={
                "first_name": "Ann",
                "last_name": "Ohio",
                "consumer_email": "ann@example.com",
                "address_street": "5 Elm St",
                "address_city": "Columbus",
                "address_state": "OH",
                "address_zip": "43215",
                "creditor_reference": "SFCU-1",
                "original_creditor": "Lakeshore Credit Union",
                "original_balance": Decimal("2234.56"),
                "current_balance": Decimal("2284.56"),
                "interest_since": Decimal(75),
                "fees_since": Decimal(25),
                "payments_since": Decimal(50),
                "itemization_date_kind": "charge_off",
                "itemization_date": dt.date(2026, 6, 30),
                "dpd": 200,
            },
        )
        notice = the_notice(placed.account.id)
        unlicensed = notices.prepare(bound, notice.id)

    assert "STATE_NOT_AUTHORIZED" in {warning.code for warning in placed.warnings}
    assert (unlicensed.status, unlicensed.problems[0]["code"]) == ("blocked", "STATE_NOT_AUTHORIZED")


@pytest.mark.django_db
def test_a_letter_that_is_not_printed_yet_goes_by_email_once_that_is_lawful() -> None:
    workspace = make_collector().sandbox
    freeze(workspace, NOW)
    placed = place(workspace)
    with bind(workspace) as bound:
        notice = notices.prepare(bound, the_notice(placed.account.pk).id)
        assert (notice.delivery, Message.objects.get().channel) == ("mail", "letter")
        Due.objects.filter(object_id=notice.id).update(done_at=NOW)

        services.record_email_basis(
            workspace=bound,
            endpoint_id=Endpoint.objects.get(person=placed.person, kind="email").pk,
            basis="i_B",
            since=dt.date(2026, 10, 1),
            evidence="The consumer wrote from it about the debt.",
        )

        assert Due.objects.get(kind=notices.KIND, object_id=notice.id).done_at is None
        notice = notices.prepare(bound, notice.id)
        message = Message.objects.get()
        assert (notice.delivery, message.channel, message.due_at) == ("email", "email", NOW)


@pytest.mark.django_db
def test_an_account_that_is_taken_up_again_gets_a_notice_unless_it_had_one() -> None:
    workspace = make_collector().sandbox
    placed = place(workspace)
    with bind(workspace) as bound:
        set_status(workspace=bound, account_id=placed.account.pk, to="closed")
        notices.prepare(bound, the_notice(placed.account.pk).id)

        set_status(workspace=bound, account_id=placed.account.pk, to="placed")
        set_status(workspace=bound, account_id=placed.account.pk, to="closed")
        set_status(workspace=bound, account_id=placed.account.pk, to="placed")

        found = list_notices(bound, placed.account.pk).values_list("status", flat=True)
        assert list(found) == ["pending", "cancelled"]
