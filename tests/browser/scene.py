"""A sandbox with something on every page: an account with money, contacts, a dispute and a hold; a file with faults."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Account, Balance, Person, Placement, PlacementRefusal
from compliance.models import ContactAttempt, GateDecision
from compliance.services import file_dispute, place_hold
from credira.core import clock
from credira.core.ids import uuid7
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.work.models import Due
from payments.models import Payment, Promise
from tests.compliance.gate_data import base
from tests.compliance.rows import record_sheet


@dataclass(frozen=True)
class Scene:
    """Public ids of what was made."""

    account_id: str
    placement_id: str


def build_scene(sandbox: Workspace) -> Scene:
    """Call it unbound."""
    with bind(sandbox) as workspace:
        now = clock.now()
        account = Account.objects.get(pk=record_sheet(workspace, base("tp_oh"), now).ids["A"])
        Person.objects.filter(pk=account.person_id).update(first_name="Renee", last_name="Calloway", state="OH")
        Balance.objects.create(workspace=workspace, pk=account.pk, principal=account.current_balance)
        _money(account, now)
        _contacts(account, now)
        file_dispute(workspace=workspace, account_id=account.id, channel="mail", written=True)
        place_hold(
            workspace=workspace, person_id=account.person_id, debts=[account.id], reason="Asks for time",
            account_id=account.id,
        )  # fmt: skip
        due_at = now + dt.timedelta(days=1)
        Due.objects.create(workspace=workspace, kind="compliance.notice", object_id=uuid7(), due_at=due_at)
        return Scene(account.public_id, _placement(workspace).public_id)


def _money(account: Account, now: dt.datetime) -> None:
    common = {"workspace": account.workspace, "account": account, "currency": "USD"}
    Payment.objects.create(**common, amount=Decimal("40.50"), method="card", source="api", paid_on=now.date())
    Promise.objects.create(**common, amount=Decimal(150), due_on=now.date(), channel="call")


def _contacts(account: Account, now: dt.datetime) -> None:
    for channel, outcome in (("call", "answered_rpc"), ("call", "voicemail_left"), ("email", "in_flight")):
        ContactAttempt.objects.create(
            workspace=account.workspace, entity=account.entity, consumer=account.person, person=account.person,
            channel=channel, purpose="collect", connect_status=outcome, reserved_at=now, dispatched_at=now,
            count_local_date=now.date(),
        )  # fmt: skip
    reason = {
        "code": "TIME_WINDOW",
        "severity": "LAW",
        "cite": "12 CFR 1006.6(b)(1)(i)",
        "message": "It is night there.",
    }
    for outcome in ("ALLOW", "DEFER", "DENY", "REVIEW"):
        GateDecision.objects.create(
            workspace=account.workspace, stage="reserve", person=account.person, debts=[account.id], intent={},
            outcome=outcome, reasons=[reason], rule_pack="us-2026.11", facts_hash="0" * 64,
        )  # fmt: skip


def _placement(workspace: Workspace) -> Placement:
    placement = Placement.objects.create(
        workspace=workspace, status="completed", filename="november.csv", size=4_100, sha256="0" * 64,
        header=["consumer_email", "original_balance"], total=12, done=12, placed=9, unchanged=1, refused=2, warned=1,
        warnings={"no_phone": 1}, amounts={"USD": "1200.00"}, actor_name="Alice Moreno", started_at=clock.wall(),
    )  # fmt: skip
    for row, column, code in ((3, "consumer_email", "INVALID_EMAIL"), (7, "original_balance", "INVALID_AMOUNT")):
        PlacementRefusal.objects.create(
            workspace=workspace,
            placement=placement,
            row=row,
            column=column,
            code=code,
            message="Correct it.",
            value="12,5",
        )
    return placement
