"""Obligations that content must carry, and the rules that judge content (gate-facts.md 8)."""

from __future__ import annotations

from collections.abc import Iterator

from compliance.rules.attorney import active_attorneys
from compliance.rules.decision import Reason, Severity
from compliance.rules.disputes import dispute_obligations
from compliance.rules.facts import CONSUMER
from compliance.rules.notice import due_on, initial_on, is_settled
from compliance.rules.registry import rule
from compliance.rules.time_barred import barred_text_places, letter_blocks
from compliance.rules.view import View
from compliance.rules.vocabulary import CALLS, CONTACTS, ELECTRONIC, OBLIGATIONS

FULL = "MINI_MIRANDA_FULL"
SHORT = "FROM_DEBT_COLLECTOR"


def obligations(view: View) -> tuple[str, ...]:
    """Return what the content must carry or do, sorted."""
    found = {name for name, *_ in _content_obligations(view)}
    found.update(_notice_due(view))
    found.update(dispute_obligations(view))
    found.update(_counsel_scope(view))
    assert {name.partition(":")[0] for name in found} <= OBLIGATIONS, "nobody knows how to carry another one"
    return tuple(sorted(found))


def _mini_miranda(view: View) -> str | None:
    """15 USC 1692e(11): the full statement once in writing (and once orally, if the first contact is oral)."""
    if not view.collector or view.channel == "voicemail":
        return None
    if view.purpose in {"location_info", "optout_confirmation"}:
        return None
    if view.to_professional and view.relation != "consumer_attorney":
        return None
    for debt in view.collector_debts:
        given_orally = view.begun(debt.full_mm_oral_on)
        if not view.begun(debt.full_mm_written_on) and (view.written or not given_orally):
            return FULL
    return SHORT


def _content_obligations(view: View) -> Iterator[tuple[str, str, str, Severity]]:
    """Yield (obligation, rule id, code if the content lacks it, severity of that)."""
    if not view.is_contact:
        return
    statement = _mini_miranda(view)
    if statement is not None:
        yield statement, "MM-01", "CONTENT_MM_MISSING", view.severity("MM-01")
    if view.outbound and view.channel in ELECTRONIC and view.intent.purpose != "optout_confirmation":
        yield "E_OPT_OUT", "EOPT-01", "CONTENT_NO_OPTOUT", view.severity("EOPT-01")
    if view.intent.voice_mode == "ai" and view.channel in CALLS:
        yield "AI_DISCLOSURE", "AI-01", "AI_DISCLOSURE", Severity.POLICY
    if view.channel == "call" and (view.intent.voice_mode == "ai" or view.intent.recording):
        yield "RECORDING_NOTICE", "REC-01", "REC_NOTICE", Severity.STATE
    if view.outbound and view.artificial:
        yield "TCPA_IDENTITY", "TCPA-03", "IDENTITY_NAME_MISMATCH", Severity.LAW
        yield "TCPA_VOICE_OPTOUT", "TCPA-03", "CONTENT_NO_OPTOUT", Severity.LAW
    if view.outbound and view.channel == "voicemail" and view.covered:
        yield "LIMITED_CONTENT", "LCM-01", "LCM_INVALID", view.severity("LCM-01")
    for place in barred_text_places(view):
        yield f"TIME_BARRED:{place}", "TEXT", "TEXT_MISSING", Severity.STATE
    for place in _state_blocks(view):
        yield f"STATE_BLOCK:{place}", "TEXT", "TEXT_MISSING", Severity.STATE


def _state_blocks(view: View) -> list[str]:
    """Letters carry approved blocks; in D.C. every written contact does, in Oregon calls of a campaign (30 seconds)."""
    places = set(letter_blocks(view)) if view.channel == "letter" else set()
    if view.covered and view.written and "DC" in view.law_states and view.intent.purpose != "optout_confirmation":
        places.add("DC")
    if view.covered and view.outbound and view.channel == "call" and "OR" in view.law_states and view.campaign:
        places.add("OR")
    return sorted(places)


def _notice_due(view: View) -> Iterator[str]:
    """Yield the last day to send each notice that is owed, or that this contact makes owed."""
    if not view.is_contact:
        return
    opens = (
        (view.collecting or view.purpose == "consent_request")
        and view.intent.person_id == CONSUMER
        and view.channel != "voicemail"
    )
    for debt in view.notice_debts:
        if is_settled(view, debt):
            continue
        initial = initial_on(view, debt)
        if initial is None and opens:
            initial = view.today
        if initial is not None:
            yield f"VALIDATION_NOTICE_DUE:{due_on(view, initial)}"


def _counsel_scope(view: View) -> Iterator[str]:
    """Yield the debts that counsel, who represents the person on others, is not known to cover (ATTY-01)."""
    if not view.is_contact or view.to_professional:
        return
    active = active_attorneys(view)
    if not active:
        return
    for debt in view.covered:
        if not any(one.debts is None or debt.id in one.debts for one in active):
            yield f"ASK_COUNSEL_SCOPE:{debt.id}"


@rule("CONTENT", who="all", channels=CONTACTS, inbound=True)
def carries_obligations(view: View) -> Iterator[Reason]:
    """Content that is rendered already must carry every obligation; the full statement includes the short one."""
    content = view.intent.content
    if content is None:
        return
    satisfied = content.satisfies | {SHORT} if FULL in content.satisfies else content.satisfies
    for name, rule_id, code, severity in _content_obligations(view):
        if name not in satisfied:
            yield view.reason(rule_id, code, f"The content lacks {name}.", severity=severity)


@rule("CONTENT", who="all", channels=CONTACTS, inbound=True)
def claims_and_threats(view: View) -> Iterator[Reason]:
    """A creditor is no debt collector and may not say so; nobody threatens what is not intended."""
    content = view.intent.content
    if content is None:
        return
    if view.first_party and content.claims_debt_collector:
        yield view.reason(
            "MM-01",
            "CONTENT_FALSE_ROLE",
            "The content calls the creditor a debt collector or third party.",
            severity=Severity.LAW,
        )
    if content.threat == "not_intended":
        yield view.reason(
            "CONTENT",
            "CONTENT_THREAT_NOT_INTENDED",
            "The content announces a remedy that is not intended.",
            severity=Severity.LAW if view.collector else Severity.POLICY,
        )


@rule("LCM-01", who="covered", channels=frozenset({"voicemail"}))
def ai_voicemail(view: View) -> Iterator[Reason]:
    """An AI voice must say more than 12 CFR 1006.2(j) allows a voicemail, so it leaves none without counsel's leave."""
    if view.intent.voice_mode == "ai" and not view.facts.approvals.ai_voicemail:
        yield view.reason(
            "LCM-01",
            "LCM_INVALID",
            "Counsel has not approved voicemails by an AI voice.",
            severity=Severity.POLICY,
        )
