"""Sending: claimed once, asked once more, called outside a transaction, recorded; a lost answer is asked about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

import pytest
from pytest_django import Settings

from accounts.models import Account
from audit.models import Event
from compliance import dispatch, gate, services
from compliance.due import in_flight, reconcile_all
from compliance.gate import ContactIntent, Denial
from compliance.models import ContactAttempt, DebtMark, GateDecision
from credira.core.errors import NotFound
from credira.providers.email.base import Mail, SentMail
from credira.providers.errors import NotPlaced, OutcomeUnknown
from credira.providers.print.base import LetterRequest, PostalAddress
from credira.providers.telephony.base import CallRequest, CallSnapshot
from credira.providers.world import World, world
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.work.models import Due
from creditors.services import create_creditor
from tests.compliance.conftest import freeze
from tests.compliance.gate_data import base
from tests.compliance.rows import Recorded
from tests.compliance.test_reserve import NOW, call, world_at
from tests.placing import make_collector, place
from tests.simulated import simulator_process

ADDRESS = PostalAddress(name="Jane Doe", line1="5 Elm St", city="Minneapolis", state="MN", postal_code="55401")
NUMBER = "+13305550111"  # the documented number of "no_answer"


@pytest.fixture(scope="module")
def simulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with simulator_process(tmp_path_factory.mktemp("world")) as url:
        yield url


@pytest.fixture
def outside(sandbox: Workspace, simulator_url: str, settings: Settings) -> World:
    """The simulated world of the sandbox, at the same instant."""
    settings.SIMULATOR_URL = simulator_url
    found = world(sandbox)
    found.configure({"seed": "dispatch"})
    found.set_clock(NOW, frozen=True)
    return found


def reserved(workspace: Workspace, intent: ContactIntent) -> ContactAttempt:
    with bind(workspace) as bound:
        attempt = gate.reserve(workspace=bound, intent=intent)
    assert isinstance(attempt, ContactAttempt)
    return attempt


def email(rows: Recorded, *satisfies: str) -> ContactIntent:
    carried = ["FROM_DEBT_COLLECTOR", "E_OPT_OUT", *satisfies]
    return ContactIntent(
        account_ids=(rows.ids["A"],),
        channel="email",
        endpoint_id=rows.ids["email"],
        content={"satisfies": carried},
    )


def a_mail(attempt: ContactAttempt) -> Mail:
    return Mail(
        to="jane@example.com",
        from_name="Northgate Services LLC",
        from_email="help@northgate.example",
        subject="Lakeshore: account ending in 4417",
        text="Hello",
        html="<p>Hello</p>",
        metadata={"message_id": f"msg_{attempt.id.hex}"},
    )


def a_call(attempt: ContactAttempt) -> CallRequest:
    urls = f"http://127.0.0.1:9/{{}}?attempt={attempt.public_id}&fence={attempt.fence}"
    return CallRequest(
        to=NUMBER, from_="+12125550199", answer_url=urls.format("answer"), status_url=urls.format("status")
    )


def read(workspace: Workspace, attempt_id: UUID) -> ContactAttempt:
    with bind(workspace):
        return ContactAttempt.objects.get(id=attempt_id)


def test_a_mail_is_sent_and_recorded(sandbox: Workspace, outside: World) -> None:
    rows = world_at(sandbox)
    attempt = reserved(sandbox, email(rows))

    sent = dispatch.send_email(sandbox, attempt.id, a_mail(attempt))

    assert isinstance(sent, SentMail)
    [kept] = outside.ledger()["messages"]
    found = read(sandbox, attempt.id)
    assert (found.status, found.provider, found.provider_reference) == ("concluded", "postmark", kept["id"])
    assert (found.dispatched_at, found.fence, found.lease_until) == (NOW, 1, None)
    with bind(sandbox) as bound:
        assert in_flight(bound) == 0
        assert not Due.objects.filter(kind=dispatch.KIND).exists()
        assert Event.objects.filter(type="attempt.dispatched", object_id=attempt.id).count() == 1


def test_the_first_written_contact_is_remembered_as_initial_communication(sandbox: Workspace, outside: World) -> None:
    debt = {"initial_communication": None, "full_mm_written_on": None}
    rows = world_at(sandbox, "tp_oh_free", debts=[{**_debt(), **debt}])
    attempt = reserved(sandbox, email(rows, "MINI_MIRANDA_FULL"))

    dispatch.send_email(sandbox, attempt.id, a_mail(attempt))

    with bind(sandbox):
        marks = DebtMark.objects.filter(account_id=rows.ids["A"]).values_list("kind", "on", "evidence")
        assert set(marks) == {
            ("initial_written", dt.date(2026, 11, 24), attempt.public_id),
            ("full_mm_written", dt.date(2026, 11, 24), attempt.public_id),
        }


def test_a_returned_first_contact_leaves_its_place_to_the_next_that_arrived(sandbox: Workspace, outside: World) -> None:
    debt = {"initial_communication": None, "full_mm_written_on": None}
    rows = world_at(sandbox, "tp_oh_free", debts=[{**_debt(), **debt}])
    first = reserved(sandbox, email(rows, "MINI_MIRANDA_FULL"))
    dispatch.send_email(sandbox, first.id, a_mail(first))
    freeze(sandbox, NOW + dt.timedelta(days=2))
    outside.set_clock(NOW + dt.timedelta(days=2), frozen=True)
    second = reserved(sandbox, email(rows))
    dispatch.send_email(sandbox, second.id, a_mail(second))

    with bind(sandbox) as bound:
        services.correct_attempt(workspace=bound, attempt_id=first.id, kind="returned")
        one_left = in_force(rows.ids["A"])
        [told] = gate.decide(bound, [call(rows)])
        services.correct_attempt(workspace=bound, attempt_id=second.id, kind="returned")
        none_left = in_force(rows.ids["A"])

    assert one_left == {("initial_written", dt.date(2026, 11, 26), second.public_id)}
    assert "MINI_MIRANDA_FULL" in told.obligations  # the second carried the short one
    assert none_left == set()


def in_force(account_id: UUID) -> set[tuple[str, dt.date, str]]:
    """The marks of a debt that no later row ended: kind, day and the attempt that they came of."""
    marks = DebtMark.objects.filter(account_id=account_id)
    ended = marks.filter(ends__isnull=False).values("ends_id")
    return set(marks.filter(ends__isnull=True).exclude(id__in=ended).values_list("kind", "on", "evidence"))


def test_a_consent_revoked_between_reserve_and_dispatch_stops_the_call(sandbox: Workspace, outside: World) -> None:
    rows = world_at(sandbox)
    attempt = reserved(sandbox, call(rows, voice_mode="ai"))
    with bind(sandbox) as bound:
        services.revoke_consent(workspace=bound, consent_id=rows.ids["con_tcpa_mobile"])

    answer = dispatch.place_call(sandbox, attempt.id, a_call)

    assert isinstance(answer, Denial)
    assert "TCPA_REVOKED" in answer.codes
    assert outside.ledger()["counts"]["calls"] == 0
    assert read(sandbox, attempt.id).status == "given_up"
    with bind(sandbox):
        stages = GateDecision.objects.order_by("id").values_list("stage", "outcome")
        assert list(stages) == [("reserve", "ALLOW"), ("dispatch", "DENY")]
        assert Event.objects.filter(type="attempt.given_up", object_id=attempt.id).count() == 1


def test_a_stop_between_reserve_and_dispatch_stops_the_mail(sandbox: Workspace, outside: World) -> None:
    rows = world_at(sandbox)
    attempt = reserved(sandbox, email(rows))
    with bind(sandbox) as bound:
        services.record_opt_out(workspace=bound, person_id=rows.ids["consumer"], scope="medium", medium="email")

    answer = dispatch.send_email(sandbox, attempt.id, a_mail(attempt))

    assert isinstance(answer, Denial)
    assert answer.codes == {"MEDIUM_OPTOUT"}
    assert outside.ledger()["counts"]["messages"] == 0


def test_its_own_attempt_does_not_block_the_call(sandbox: Workspace, outside: World) -> None:
    rows = world_at(sandbox, "tp_oh")  # two calls a day, four hours apart
    attempt = reserved(sandbox, call(rows))

    placed = dispatch.place_call(sandbox, attempt.id, a_call)

    assert isinstance(placed, CallSnapshot)
    found = read(sandbox, attempt.id)
    assert (found.status, found.provider_reference) == ("dispatched", placed.reference)


def test_without_a_vendor_the_attempt_is_given_up(db: None) -> None:
    live = make_collector().live
    account = place(live, phase="intercept", charge_off_date=None).account
    attempt = reserved(live, ContactIntent(account_ids=(account.id,), channel="letter"))
    letter = LetterRequest(letter_id="let_1", to=ADDRESS, sender=ADDRESS, pdf=b"%PDF-1.7")

    with pytest.raises(NotPlaced) as caught:
        dispatch.send_letter(live, attempt.id, letter)

    assert caught.value.retry is False
    with bind(live):
        attempt.refresh_from_db()
        assert (attempt.status, attempt.connect_status) == ("given_up", "not_connected")
        assert not Due.objects.filter(object_id=attempt.id).exists()


def test_a_lost_answer_is_never_sent_again_and_found_by_asking(sandbox: Workspace, outside: World) -> None:
    rows = world_at(sandbox)
    attempt = reserved(sandbox, email(rows))
    outside.misbehave({"kind": "lose_answer", "count": 1, "target": "mail"})

    with pytest.raises(OutcomeUnknown):
        dispatch.send_email(sandbox, attempt.id, a_mail(attempt))
    with pytest.raises(OutcomeUnknown):
        dispatch.send_email(sandbox, attempt.id, a_mail(attempt))

    assert read(sandbox, attempt.id).status == "unknown"
    with bind(sandbox) as bound:
        assert in_flight(bound) == 1
    reconcile_all(sandbox)
    found = read(sandbox, attempt.id)
    [kept] = outside.ledger()["messages"]
    assert (found.status, found.provider_reference) == ("concluded", kept["id"])


def test_what_the_vendor_does_not_know_twice_is_given_up(sandbox: Workspace, outside: World) -> None:
    rows = world_at(sandbox)
    attempt = reserved(sandbox, call(rows))
    outside.misbehave({"kind": "error_before", "count": 1, "target": "calls"})
    with pytest.raises(OutcomeUnknown):
        dispatch.place_call(sandbox, attempt.id, a_call)

    first = dispatch.reconcile(sandbox, attempt.id)
    second = dispatch.reconcile(sandbox, attempt.id)

    assert (first.status, second.status) == ("unknown", "given_up")
    assert read(sandbox, attempt.id).connect_status == "not_connected"
    assert isinstance(reserved(sandbox, call(rows)), ContactAttempt)


def test_a_claimed_attempt_is_left_to_its_worker_while_the_lease_lasts(
    sandbox: Workspace, outside: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = world_at(sandbox)
    attempt = reserved(sandbox, call(rows))

    class Killed(BaseException):
        """The worker dies between its claim and the provider's answer."""

    def die(claimed: ContactAttempt) -> CallRequest:
        if claimed.status == "claimed":
            raise Killed
        return a_call(claimed)

    with pytest.raises(Killed):
        dispatch.place_call(sandbox, attempt.id, die)

    assert dispatch.reconcile(sandbox, attempt.id).status == "claimed"
    with bind(sandbox):
        [due] = Due.objects.filter(kind=dispatch.KIND, object_id=attempt.id)
        assert due.clock == "wall"
        ContactAttempt.objects.update(lease_until=due.due_at - dt.timedelta(days=1))
    assert dispatch.reconcile(sandbox, attempt.id).status == "claimed"
    assert dispatch.reconcile(sandbox, attempt.id).status == "given_up"


def test_too_short_a_lease_sends_nothing(sandbox: Workspace, outside: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = world_at(sandbox)
    attempt = reserved(sandbox, email(rows))
    monkeypatch.setattr(dispatch, "LEASE", dt.timedelta(seconds=1))

    with pytest.raises(NotPlaced) as caught:
        dispatch.send_email(sandbox, attempt.id, a_mail(attempt))

    assert caught.value.retry is True
    assert outside.ledger()["counts"]["messages"] == 0
    assert read(sandbox, attempt.id).status == "given_up"


def test_a_conversation_is_remembered_for_the_quiet_week(sandbox: Workspace, outside: World) -> None:
    rows = world_at(sandbox, "tp_oh_free", debts=[{**_debt(), "full_mm_written_on": None}])
    attempt = reserved(sandbox, call(rows))
    dispatch.place_call(sandbox, attempt.id, a_call)

    with bind(sandbox) as bound:
        concluded = services.conclude(
            workspace=bound,
            attempt_id=attempt.id,
            connect_status="answered_rpc",
            right_party="verified",
            right_party_how="name and ZIP",
            disclosures=[{"code": "MINI_MIRANDA_FULL", "text_version": "en-1", "at_ms": 9100}],
        )
        again = services.conclude(workspace=bound, attempt_id=attempt.id, connect_status="ring_no_answer")
        [decision] = gate.decide(bound, [call(rows)])

        assert (concluded.status, again.connect_status) == ("concluded", "answered_rpc")
        assert "FREQ_AFTER_CONVERSATION" in decision.codes
        assert decision.next_allowed_at == dt.datetime(2026, 12, 1, 13, 0, tzinfo=dt.UTC)
        assert Account.objects.get(id=rows.ids["A"]).status == "contacted"
        kinds = set(DebtMark.objects.filter(evidence=attempt.public_id).values_list("kind", flat=True))
        assert kinds == {"full_mm_oral"}  # the initial communication was in writing, long ago


def test_a_wrong_number_learned_later_stops_counting(sandbox: Workspace, outside: World) -> None:
    rows = world_at(sandbox, "tp_oh")
    attempt = reserved(sandbox, call(rows))
    dispatch.place_call(sandbox, attempt.id, a_call)
    with bind(sandbox) as bound:
        services.conclude(workspace=bound, attempt_id=attempt.id, connect_status="ring_no_answer")
        [before] = gate.decide(bound, [call(rows)])

        services.correct_attempt(
            workspace=bound, attempt_id=attempt.id, kind="connect_status", connect_status="answered_wrong_party"
        )

        [after] = gate.decide(bound, [call(rows)])
        freq = {budget.rule_id: budget.used for budget in after.budgets}
        assert before.budgets != after.budgets
        assert freq["FREQ-01"] == 0
        assert ContactAttempt.objects.get(id=attempt.id).connect_status == "ring_no_answer"


def test_an_attempt_of_another_workspace_is_not_found(sandbox: Workspace, outside: World) -> None:
    rows = world_at(sandbox)
    attempt = reserved(sandbox, email(rows))
    stranger = create_creditor(name="Other Federal CU", slug="other").sandbox

    with pytest.raises(NotFound):
        dispatch.send_email(stranger, attempt.id, a_mail(attempt))


def _debt() -> dict[str, object]:
    found: dict[str, object] = base("tp_oh")["debts"][0]
    return found
