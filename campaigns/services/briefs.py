"""What the agent may know in one call, read from the rows at each turn."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from accounts.models import Account
from campaigns.dialogue.obligations import SATISFIES
from campaigns.dialogue.turn import Brief
from campaigns.models import Call, VoiceAgent
from compliance import gate
from compliance.gate import ContactIntent
from credira.core import clock
from credira.tenancy.models import Workspace
from creditors.models import OperatingEntity
from creditors.selectors import get_entity, profile

ZIP, LAST4 = "your ZIP code", "the last four digits of your Social Security number"


def brief_for(workspace: Workspace, call: Call, *, voicemail: bool = False) -> Brief:
    """The brief of a call. ``voicemail``: a mailbox answered; whether a message may be left is the gate's decision."""
    account, agent = call.account, call.agent
    entity = speaker(workspace, account)
    return Brief(
        agent=agent.name,
        entity=entity.name,
        creditor=account.current_creditor or profile(workspace).name,
        first_name=account.person.first_name or account.person.name,
        name=account.person.name,
        callback_number=spoken_number(entity.phone or agent.from_number),
        balance=account.current_balance,
        currency=account.currency,
        secrets=secrets_of(account),
        obligations=frozenset(call.obligations),
        ending=account.creditor_reference[-4:],
        collector=account.collector_role != "first_party",
        voicemail_contact=agent.voicemail_contact if voicemail and _may_leave_message(workspace, call) else "",
        promise_days=agent.promise_days,
        minimum=Decimal(agent.minimum_promise),
    )


def speaker(workspace: Workspace, account: Account) -> OperatingEntity:
    """The operating entity whose name is spoken."""
    return get_entity(workspace, account.entity_id)


def caller_number(workspace: Workspace, account: Account, agent: VoiceAgent) -> str:
    """The number that the consumer sees: the agent's own, else the entity's."""
    return agent.from_number or speaker(workspace, account).phone


def spoken_number(number: str) -> str:
    """ "+16145550100" as "614 555 0100": how an American number is read out."""
    digits = number.removeprefix("+1")
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}" if len(digits) == 10 and digits.isdigit() else number


def secrets_of(account: Account) -> dict[str, str]:
    """What verifies the consumer: the ZIP of the residence and the last four of the SSN, as far as they are on file."""
    person = account.person
    return {label: code for label, code in ((ZIP, person.zip), (LAST4, person.last4_ssn)) if code}


def local_today(workspace: Workspace, call: Call) -> dt.date:
    """The consumer's date: by the zone that the gate judged the call in, else the creditor's."""
    zones = call.attempt.zones if call.attempt is not None else []
    zone = zones[0] if zones else workspace.creditor.time_zone
    return clock.now().astimezone(ZoneInfo(zone)).date()


def _may_leave_message(workspace: Workspace, call: Call) -> bool:
    """An AI's message is lawful only with counsel's approval and a natural person to call back (LCM-01)."""
    if call.attempt is None or not call.agent.voicemail_contact:
        return False
    intent = ContactIntent(
        account_ids=(call.account_id,),
        channel="voicemail",
        purpose=call.purpose,
        voice_mode="ai",
        endpoint_id=call.attempt.endpoint_id,
        content={"satisfies": [*SATISFIES, "LIMITED_CONTENT"], "reveals_debt": False},
    )
    return str(gate.decide(workspace, [intent])[0].outcome) == "ALLOW"
