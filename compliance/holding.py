"""Which disputes hold collection back now, as the gate judges them: for receipts and lists that say so."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from compliance import packs
from compliance.intents import ContactIntent
from compliance.models import Dispute
from compliance.rules import parse_facts, parse_intent
from compliance.rules.disputes import holds, reason_of
from compliance.rules.gate import kept
from compliance.rules.view import View
from compliance.sheets import load_sheets
from compliance.vocabulary import Channel
from credira.core import clock
from credira.tenancy.models import Workspace


def held_until(workspace: Workspace, disputes: Sequence[Dispute]) -> dict[UUID, date | None]:
    """Those of the disputes that hold the debt or their part of it now; the value is the first local day on which they
    don't any more, None until they are answered (DISP-01). Set-wise: a constant number of queries.
    """
    now = clock.now()
    accounts = list(dict.fromkeys(dispute.account_id for dispute in disputes))
    intents = [ContactIntent(account_ids=(each,), channel=Channel.LETTER) for each in accounts]
    found = {}
    for sheet in load_sheets(workspace, intents, now) if intents else ():
        view = View(parse_intent(sheet.intent), parse_facts(sheet.facts), packs.load(), now)
        for debt, dispute, hold in holds(view):
            if kept(view, [reason_of(view, debt, dispute, hold)]):
                found[debt.id, dispute.kind, dispute.received_at, dispute.amount] = hold.until
    keys = {each.id: (str(each.account_id), each.kind, each.valid_from, each.amount) for each in disputes}
    return {dispute_id: found[key] for dispute_id, key in keys.items() if key in found}
