"""Planned calls: made, moved, refused, taken back. Dialling is in `dialing`."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Account
from accounts.selectors import endpoints_of, get_account
from audit.services import record
from campaigns import events
from campaigns.dialogue.obligations import SATISFIES
from campaigns.errors import ContactBlocked
from campaigns.models import Call, Campaign, Enrollment, VoiceAgent
from campaigns.selectors import get_agent
from campaigns.services.agents import default_agent
from compliance import gate
from compliance.gate import ContactIntent, Denial
from credira.core import clock
from credira.core.errors import InvalidRequest
from credira.core.ids import public_id
from credira.core.state import move
from credira.providers.ports import require_vendors
from credira.tenancy.models import Workspace
from credira.work.due import schedule, unschedule

DIAL = "campaigns.dial"
PURPOSES = ("collect", "reminder", "settlement_offer")


def call_intent(
    account_id: UUID,
    agent: VoiceAgent,
    *,
    purpose: str = "collect",
    endpoint_id: UUID | None = None,
    campaign_id: UUID | None = None,
) -> ContactIntent:
    """What the gate is asked for one AI call. The number is the gate's choice unless it is named."""
    return ContactIntent(
        account_ids=(account_id,),
        channel="call",
        purpose=purpose,
        voice_mode="ai",
        endpoint_id=endpoint_id,
        campaign_id=campaign_id,
        content={"satisfies": list(SATISFIES), "reveals_debt": False},
        agent_version=agent.label,
    )


@transaction.atomic
def schedule_call(
    *,
    workspace: Workspace,
    account_id: UUID,
    phone_number: str = "",
    agent_id: UUID | None = None,
    purpose: str = "collect",
    at: dt.datetime | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> Call:
    """Plan one call, at ``at`` or now; when the gate says "not yet", at the gate's time. Nothing is reserved.

    Raises ``NotFound``, ``InvalidRequest`` for a number that isn't this consumer's or a time in the past, and
    ``ContactBlocked`` (its decision is stored and stays), ``VendorMissing`` where no carrier is configured.
    """
    require_vendors(workspace, {"call"})
    account = get_account(workspace, account_id)
    agent = get_agent(workspace, agent_id) if agent_id else default_agent(workspace)
    now = clock.now()
    if at is not None and at < now:
        raise InvalidRequest("scheduled_time lies in the past.", details=[_fault("scheduled_time")])
    endpoint_id = _own_number(workspace, account, phone_number) if phone_number else None
    intent = call_intent(account.id, agent, purpose=purpose, endpoint_id=endpoint_id)
    denial = gate.refuse(workspace=workspace, intent=intent, at=at or now)
    if denial is not None and (denial.outcome != "DEFER" or denial.next_allowed_at is None):
        raise blocked_error(denial)
    due_at = denial.next_allowed_at if denial else None
    call = Call(
        workspace=workspace,
        account=account,
        person_id=account.person_id,
        agent=agent,
        agent_label=agent.label,
        purpose=purpose,
        endpoint_id=endpoint_id,
        due_at=due_at or at or now,
        reasons=denial.reasons if denial else [],
        metadata=dict(metadata or {}),
    )
    queue(call)
    return call


def plan_call(
    enrollment: Enrollment, campaign: Campaign, step: int, due_at: dt.datetime, reasons: Sequence[Mapping[str, Any]]
) -> Call:
    """The planned contact of an enrolment's step. The gate was asked by the planner and is asked again at the dial."""
    call = Call(
        workspace=enrollment.workspace,
        account_id=enrollment.account_id,
        person_id=enrollment.person_id,
        campaign=campaign,
        enrollment=enrollment,
        step=step,
        agent=campaign.agent,
        agent_label=campaign.agent.label,
        due_at=due_at,
        reasons=list(reasons),
    )
    queue(call)
    return call


def queue(call: Call) -> None:
    """Insert a planned call with its due row and its fact."""
    call.save(force_insert=True)
    schedule(call.workspace, DIAL, call.id, call.due_at)
    record(
        call.workspace,
        type=events.CALL_QUEUED,
        object=call,
        account_id=call.account_id,
        data={**subject(call), "status": "queued", "scheduled_time": call.due_at},
    )


def defer(call: Call, due_at: dt.datetime, reasons: Sequence[Mapping[str, Any]] = ()) -> None:
    """Move a planned call. The caller holds its row."""
    call.due_at, call.reasons, call.deferrals = due_at, list(reasons), call.deferrals + 1
    call.save(update_fields=["due_at", "reasons", "deferrals"])
    schedule(call.workspace, DIAL, call.id, due_at)
    record(
        call.workspace,
        type=events.CALL_DEFERRED,
        object=call,
        account_id=call.account_id,
        data={**subject(call), "scheduled_time": due_at, "codes": sorted({str(r["code"]) for r in reasons})},
    )


def block(call: Call, denial: Denial) -> None:
    """The gate refused a planned call: it ends here, with the reasons."""
    move(call, Call.Status.BLOCKED, reasons=denial.reasons, ended_at=clock.now(), outcome="blocked")
    unschedule(call.workspace, DIAL, call.id)
    record(
        call.workspace,
        type=events.CALL_BLOCKED,
        object=call,
        account_id=call.account_id,
        data={
            **subject(call),
            "status": "blocked",
            "reasons": denial.reasons,
            "next_allowed_at": denial.next_allowed_at,
            "decision_id": public_id("dec", denial.decision_id),
        },
    )


def fail(call: Call, error: str) -> None:
    """The carrier has certainly not placed it, and won't."""
    move(call, Call.Status.FAILED, error=error[:200], ended_at=clock.now(), outcome="failed")
    unschedule(call.workspace, DIAL, call.id)
    record(
        call.workspace,
        type=events.CALL_FAILED,
        object=call,
        account_id=call.account_id,
        data={**subject(call), "status": "failed", "error": call.error},
    )


def cancel(call: Call, why: str) -> None:
    """Take back a planned call. The caller holds its row; an open call isn't touched."""
    move(call, Call.Status.CANCELED, error=why[:200], ended_at=clock.now(), outcome="canceled")
    unschedule(call.workspace, DIAL, call.id)
    record(
        call.workspace,
        type=events.CALL_CANCELED,
        object=call,
        account_id=call.account_id,
        data={**subject(call), "why": why},
    )


def cancel_planned(workspace: Workspace, person_id: UUID, why: str) -> int:
    """Take back the calls to a person that stand alone (not a campaign's); returns how many."""
    planned = Call.objects.select_for_update(no_key=True).filter(
        workspace=workspace, person_id=person_id, status=Call.Status.QUEUED, enrollment=None
    )
    for call in (found := list(planned)):
        cancel(call, why)
    return len(found)


def subject(call: Call) -> dict[str, Any]:
    """What every fact about a call names."""
    return {
        "call_id": call.public_id,
        "account_id": public_id("acct", call.account_id),
        "campaign_id": public_id("cmp", call.campaign_id) if call.campaign_id else None,
        "call_purpose": call.purpose,
        "metadata": call.metadata,
    }


def blocked_error(denial: Denial) -> ContactBlocked:
    """422 CONTACT_BLOCKED with everything that the gate said."""
    first = denial.reasons[0]["message"] if denial.reasons else "The gate doesn't allow it."
    return ContactBlocked(
        f"The call isn't allowed: {first}",
        reasons=denial.reasons,
        next_allowed_at=denial.next_allowed_at,
        outcome=denial.outcome,
        decision_id=public_id("dec", denial.decision_id),
    )


def _own_number(workspace: Workspace, account: Account, number: str) -> UUID:
    wanted = "".join(char for char in number if char.isdigit() or char == "+")
    for endpoint in endpoints_of(workspace, [account.person_id]):
        if endpoint.kind == "phone" and wanted in (endpoint.value, endpoint.value_norm):
            return endpoint.id
    raise InvalidRequest("This number isn't one of the consumer's.", details=[_fault("phone_number")])


def _fault(field: str) -> Any:
    return {"field": field, "message": "Not valid."}
