"""Facts are append-only, end once, and answer for any past moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sized
from contextlib import AbstractContextManager
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection

from accounts.ledger.models import Entry, Gl, Line
from accounts.models import Account, Endpoint
from audit.models import Event
from compliance import attempts, gate, services
from compliance.gate import ContactIntent
from compliance.models import Consent, Dispute, Fact, Hold
from compliance.selectors import dispute_status, list_disputes, open_disputes, standing
from compliance.sheets import load_sheets
from credira.core.errors import Conflict, InvalidRequest, NotFound
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from creditors.models import StateAuthorization
from creditors.services import create_creditor
from tests.compliance.conftest import Api, freeze
from tests.compliance.crowd import crowd
from tests.compliance.test_reserve import NOW, call, world_at
from tests.placing import make_collector, place

HOUR = dt.timedelta(hours=1)


def codes(workspace: Workspace, intent: ContactIntent, at: dt.datetime | None = None) -> frozenset[str]:
    with bind(workspace) as bound:
        return gate.decide(bound, [intent], at)[0].codes


def test_an_end_is_a_second_row_and_comes_once(sandbox: Workspace) -> None:
    rows = world_at(sandbox)

    with bind(sandbox) as bound:
        end = services.revoke_consent(workspace=bound, consent_id=rows.ids["con_tcpa_mobile"], evidence="said so")
        with pytest.raises(Conflict):
            services.revoke_consent(workspace=bound, consent_id=rows.ids["con_tcpa_mobile"])

        given = Consent.objects.get(id=rows.ids["con_tcpa_mobile"])
        assert (given.ends_id, given.end_reason) == (None, "")
        assert (end.ends_id, end.end_reason, end.valid_from, end.kind) == (given.id, "revoked", NOW, "tcpa")
        [event] = Event.objects.filter(type="fact.ended")
        assert event.object_id == given.id


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (services.record_cease, "CEASE"),
        (services.record_attorney, "ATTORNEY"),
        (services.record_bankruptcy, "BANKRUPTCY"),
        (services.record_death, "DECEASED"),
        (services.record_identity_theft, "IDENTITY_THEFT"),
        (services.record_window, "TIME_DESIGNATED"),
    ],
)
def test_a_stop_told_for_later_than_the_clock_holds_at_once(
    sandbox: Workspace, record: Callable[..., Fact], code: str
) -> None:
    rows = world_at(sandbox)
    shapes: dict[str, dict[str, object]] = {
        "CEASE": {"written": True},
        "BANKRUPTCY": {"filed_on": NOW.date()},
        "IDENTITY_THEFT": {"kind": "report"},
        "TIME_DESIGNATED": {"kind": "block"},
    }

    with bind(sandbox) as bound:
        fact = record(workspace=bound, person_id=rows.ids["consumer"], at=NOW + HOUR, **shapes.get(code, {}))

    assert fact.valid_from == NOW
    assert code in codes(sandbox, call(rows))


@pytest.mark.parametrize("statement", ["UPDATE compliance_consent SET kind = 'sms'", "DELETE FROM compliance_consent"])
def test_the_database_refuses_to_change_a_fact(sandbox: Workspace, statement: str) -> None:
    world_at(sandbox)

    with pytest.raises(DatabaseError, match="permission denied"), bind(sandbox), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_fact_of_another_workspace_is_not_found(sandbox: Workspace) -> None:
    rows = world_at(sandbox)
    stranger = create_creditor(name="Other Federal CU", slug="other").sandbox

    with bind(stranger) as bound:
        with pytest.raises(NotFound):
            services.revoke_consent(workspace=bound, consent_id=rows.ids["con_tcpa_mobile"])
        with pytest.raises(NotFound):
            services.record_opt_out(workspace=bound, person_id=rows.ids["consumer"], scope="medium", medium="email")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"scope": "endpoint"}, "must name it"),
        ({"scope": "medium"}, "must name it"),
    ],
)
def test_an_opt_out_that_names_too_little_is_refused(sandbox: Workspace, fields: dict[str, str], message: str) -> None:
    rows = world_at(sandbox)

    with bind(sandbox) as bound, pytest.raises(InvalidRequest, match=message):
        services.record_opt_out(workspace=bound, person_id=rows.ids["consumer"], **fields)  # type: ignore[arg-type]


def test_a_hold_needs_a_person_unless_it_stops_everything(sandbox: Workspace) -> None:
    rows = world_at(sandbox)
    before = codes(sandbox, call(rows))
    with bind(sandbox) as bound:
        with pytest.raises(InvalidRequest):
            services.place_hold(workspace=bound, kind="manual")
        hold = services.place_hold(workspace=bound, kind="kill_switch", reason="Phones are down")

    stopped = codes(sandbox, call(rows))
    with bind(sandbox) as bound:
        services.release_hold(workspace=bound, hold_id=hold.id)

    assert (before, stopped, codes(sandbox, call(rows))) == (frozenset(), {"KILL_SWITCH"}, frozenset())


def test_a_past_moment_is_answered_with_what_was_known_then(sandbox: Workspace) -> None:
    rows = world_at(sandbox)
    freeze(sandbox, NOW + HOUR)
    with bind(sandbox) as bound:
        services.record_cease(workspace=bound, person_id=rows.ids["consumer"], written=True, at=NOW - HOUR)

    assert codes(sandbox, call(rows), NOW) == frozenset()  # received before, but recorded after
    assert codes(sandbox, call(rows)) == {"CEASE"}


def test_a_fact_that_begins_later_is_not_read_yet(sandbox: Workspace) -> None:
    rows = world_at(sandbox)
    with bind(sandbox) as bound:
        services.place_hold(
            workspace=bound, person_id=rows.ids["consumer"], at=NOW + HOUR, until=NOW + 2 * HOUR, reason="Court"
        )

    assert codes(sandbox, call(rows)) == frozenset()
    assert codes(sandbox, call(rows), NOW + HOUR) == {"HOLD"}
    assert codes(sandbox, call(rows), NOW + 2 * HOUR) == frozenset()


def test_an_attempt_in_flight_then_is_in_flight_when_asked_about_then(sandbox: Workspace) -> None:
    rows = world_at(sandbox, "tp_oh")
    with bind(sandbox) as bound:
        attempt = gate.reserve(workspace=bound, intent=call(rows))
        assert not isinstance(attempt, gate.Denial)
    freeze(sandbox, NOW + HOUR)
    with bind(sandbox):
        attempts.give_up(attempt, "busy")

    assert codes(sandbox, call(rows), NOW + HOUR / 2) == {"FREQ_BURST"}
    assert codes(sandbox, call(rows)) == frozenset()


@pytest.mark.promise("D-74")
def test_without_a_licence_nobody_is_called_until_the_row_is_there(sandbox: Workspace) -> None:
    rows = world_at(sandbox, entity={"authorizations": []})
    before = codes(sandbox, call(rows))
    freeze(sandbox, NOW + HOUR)
    with bind(sandbox) as bound:
        sheet = load_sheets(bound, [call(rows)])[0]
        StateAuthorization.objects.create(
            workspace=bound,
            entity_id=sheet.entity_id,
            place="OH",
            role="third_party",
            basis="LICENSE",
            valid_from=dt.date(2024, 1, 1),
        )

    assert before == {"STATE_NOT_AUTHORIZED"}
    assert codes(sandbox, call(rows)) == frozenset()
    assert codes(sandbox, call(rows), NOW) == {"STATE_NOT_AUTHORIZED"}


def test_unknown_zones_fail_closed(sandbox: Workspace) -> None:
    home = {"id": "home", "kind": "address", "address_type": "residence", "state": "OH", "zip": "43215"}
    mobile = {"id": "mobile", "kind": "phone", "source": "consumer_provided", "state": "OH"}
    rows = world_at(sandbox, endpoints=[home, mobile])

    assert "FACT_MISSING:zones" in codes(sandbox, call(rows))


def test_a_partial_dispute_is_open_until_its_answer_was_sent_and_stayed(sandbox: Workspace) -> None:
    rows = world_at(sandbox)
    with bind(sandbox) as bound:
        dispute = services.file_dispute(
            workspace=bound, account_id=rows.ids["A"], channel="portal", written=True, amount=Decimal("200.00")
        )
        assert open_disputes(bound, [rows.ids["A"]]) == {rows.ids["A"]: Decimal("200.0000")}

        services.resolve_dispute(
            workspace=bound, dispute_id=dispute.id, resolution="verification", on=dt.date(2026, 11, 24)
        )
        answered = list_disputes(bound).get(id=dispute.id)
        services.return_answer(workspace=bound, answer_id=answered.answers.all()[0].id, on=dt.date(2026, 11, 30))
        returned = list_disputes(bound).get(id=dispute.id)

    assert (dispute_status(answered), dispute_status(returned)) == ("answered", "open")


def test_a_dispute_of_nothing_is_refused(sandbox: Workspace) -> None:
    rows = world_at(sandbox)

    with bind(sandbox) as bound, pytest.raises(InvalidRequest):
        services.file_dispute(
            workspace=bound, account_id=rows.ids["A"], channel="portal", written=True, amount=Decimal(0)
        )


@pytest.mark.parametrize("amount", ["0.001", "12.345", "1000000"])
def test_a_disputed_part_is_in_the_debts_currency_and_at_most_the_debt(sandbox: Workspace, amount: str) -> None:
    rows = world_at(sandbox)

    with bind(sandbox) as bound, pytest.raises(InvalidRequest) as refused:
        services.file_dispute(
            workspace=bound, account_id=rows.ids["A"], channel="portal", written=True, amount=Decimal(amount)
        )

    assert [detail["field"] for detail in refused.value.details] == ["amount"]


def test_a_part_as_large_as_the_debt_is_the_whole(sandbox: Workspace) -> None:
    rows = world_at(sandbox)

    with bind(sandbox) as bound:
        owed = Account.objects.get(workspace=bound, id=rows.ids["A"]).current_balance
        dispute = services.file_dispute(
            workspace=bound, account_id=rows.ids["A"], channel="portal", written=True, amount=owed
        )

    assert (dispute.amount, dispute.currency) == (None, "")


def test_a_new_status_of_a_bankruptcy_takes_the_place_of_the_old(sandbox: Workspace) -> None:
    rows = world_at(sandbox)
    with bind(sandbox) as bound:
        filed = services.record_bankruptcy(
            workspace=bound, person_id=rows.ids["consumer"], filed_on=dt.date(2026, 11, 2), chapter="7"
        )
        services.record_bankruptcy(
            workspace=bound,
            person_id=rows.ids["consumer"],
            filed_on=dt.date(2026, 11, 2),
            chapter="7",
            status="discharged",
            status_on=dt.date(2026, 11, 20),
            supersedes_id=filed.id,
        )
        sheet = load_sheets(bound, [call(rows)])[0]

    assert [each["status"] for each in sheet.facts["bankruptcies"]] == ["discharged"]


def test_sheets_for_many_people_cost_as_many_queries_as_for_one(
    sandbox: Workspace, django_assert_max_num_queries: Callable[[int], AbstractContextManager[Sized]]
) -> None:
    rows = world_at(sandbox)
    with bind(sandbox) as bound:
        intents = [
            ContactIntent(account_ids=(each,), channel=channel)
            for each in crowd(rows, 20)
            for channel in ("call", "email", "letter")
        ]
        with django_assert_max_num_queries(15) as one:
            load_sheets(bound, intents[:1])
        with django_assert_max_num_queries(15) as many:
            sheets = load_sheets(bound, intents)

    assert len(one) == len(many)
    assert len(sheets) == 60
    assert {len(sheet.facts["attempts"]) for sheet in sheets} == {3}


def test_accounts_that_do_not_go_together_are_refused(sandbox: Workspace) -> None:
    rows = world_at(sandbox)

    with bind(sandbox) as bound, pytest.raises(NotFound):
        load_sheets(bound, [ContactIntent(account_ids=(rows.ids["A"], uuid4()), channel="email")])


def test_a_stop_by_phone_and_a_kill_switch_are_told_as_events(sandbox: Workspace) -> None:
    rows = world_at(sandbox)

    with bind(sandbox) as bound:
        services.record_opt_out(
            workspace=bound, person_id=rows.ids["consumer"], scope="medium", medium="calls", account_id=rows.ids["A"]
        )
        services.file_dispute(workspace=bound, account_id=rows.ids["A"], channel="phone", written=False)
        services.place_hold(workspace=bound, person_id=rows.ids["consumer"], reason="Asked by phone")

        told = list(
            Event.objects.filter(type__in=["consumer.opted_out", "dispute.filed", "hold.placed"])
            .order_by("id")
            .values_list("type", "public", "account_id")
        )
    assert told == [
        ("consumer.opted_out", True, rows.ids["A"]),
        ("dispute.filed", True, rows.ids["A"]),
        ("hold.placed", False, None),
    ]
    with bind(sandbox):
        assert (Dispute.objects.count(), Hold.objects.count()) == (1, 1)


def test_the_api_asks_about_a_past_moment(sandbox: Workspace, api: Api) -> None:
    rows = world_at(sandbox)
    freeze(sandbox, NOW + HOUR)
    with bind(sandbox) as bound:
        services.record_cease(workspace=bound, person_id=rows.ids["consumer"], written=True)
    body = {"account_id": rows.names["A"], "channel": "email"}

    then = api.check({**body, "at": "2026-11-24T15:05:00Z"})
    now = api.check(body)

    assert (then["outcome"], now["outcome"]) == ("ALLOW", "DENY")
    assert [reason["code"] for reason in now["reasons"]] == ["CEASE"]


def test_what_is_shown_instead_of_the_status_is_derived(
    sandbox: Workspace, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    rows = world_at(sandbox)
    seen = []
    with bind(sandbox) as bound:
        account = Account.objects.get(id=rows.ids["A"])

        def look() -> None:
            with django_assert_num_queries(1):
                seen.append(standing(bound, [account]).get(account.id))

        look()
        hold = services.place_hold(workspace=bound, person_id=rows.ids["consumer"], reason="Review")
        look()
        services.file_dispute(workspace=bound, account_id=account.id, channel="mail", written=True)
        look()
        services.release_hold(workspace=bound, hold_id=hold.id)
        [dispute] = list_disputes(bound)
        services.resolve_dispute(workspace=bound, dispute_id=dispute.id, resolution="withdrawn")
        look()
        services.record_cease(workspace=bound, person_id=rows.ids["consumer"], written=False)
        look()

    assert seen == [None, "paused", "disputed", None, "paused"]


def test_a_debt_that_was_paid_since_was_owed_then(sandbox: Workspace) -> None:
    rows = world_at(sandbox)
    later = NOW + HOUR
    freeze(sandbox, later)
    with bind(sandbox) as bound:
        entry = Entry.objects.create(
            workspace=bound, account_id=rows.ids["A"], kind="payment", effective_on=later.date(), posted_at=later
        )
        Line.objects.bulk_create(
            Line(workspace=bound, entry=entry, gl=gl, amount=amount, currency="USD")
            for gl, amount in ((Gl.TRUST, Decimal(1000)), (Gl.PRINCIPAL, Decimal(-1000)))
        )
        Account.objects.filter(id=rows.ids["A"]).update(current_balance=0, status="paid_in_full")

    assert codes(sandbox, call(rows), NOW) == frozenset()
    assert codes(sandbox, call(rows)) == {"NOTHING_OWED"}


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "channel"), [("phone", "call"), ("email", "email")])
def test_a_stop_of_a_number_or_address_binds_whoever_else_has_it(kind: str, channel: str) -> None:
    """MEDIUM-01: it is said of the number, not of our record of a person."""
    workspace = make_collector().sandbox
    ann = place(workspace, first_name="Ann", last_name="Shared", last4ssn="1111", creditor_reference="A")
    bert = place(workspace, first_name="Bert", last_name="Shared", last4ssn="2222", creditor_reference="B")
    with bind(workspace) as bound:
        stopped = Endpoint.objects.get(person=ann.person, kind=kind)
        same = Endpoint.objects.get(person=bert.person, kind=kind)
        opt_out = services.record_opt_out(
            workspace=bound, person_id=ann.person.pk, scope="endpoint", endpoint_id=stopped.pk
        )
        intent = ContactIntent(account_ids=(bert.account.pk,), channel=channel, voice_mode="human", endpoint_id=same.pk)

        [held] = gate.decide(bound, [intent])
        services.end_opt_out(workspace=bound, opt_out_id=opt_out.pk)
        [released] = gate.decide(bound, [intent])

    assert ann.person.pk != bert.person.pk
    assert "ENDPOINT_OPTOUT" in held.codes
    assert "ENDPOINT_OPTOUT" not in released.codes
