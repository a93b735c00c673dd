"""TCPA-01 to TCPA-06 and AI-01: artificial and prerecorded voices (47 USC 227(b); 47 CFR 64.1200)."""

from __future__ import annotations

from collections.abc import Iterator

from compliance.rules.counting import in_window
from compliance.rules.decision import Reason, Severity
from compliance.rules.facts import Consent, OptOut
from compliance.rules.registry import rule
from compliance.rules.view import View
from compliance.rules.vocabulary import ARTIFICIAL, CALLS, PHONE

_GUESSED_SOURCES = frozenset({"skip_trace", "enriched"})
_RND_RANK = {"no": 0, "no_data": 1, "yes": 2}


def tcpa_consents(view: View, *, even_revoked: bool = False) -> list[Consent]:
    """Return the consents to an artificial voice that count for the number used.

    A consent appended from elsewhere never counts; for a number that was traced or bought, only the consumer's own.
    """
    guessed = view.phone is not None and view.phone.source in _GUESSED_SOURCES
    return [
        consent
        for consent in view.consents("tcpa", even_revoked=even_revoked)
        if consent.source == "consumer_direct" or (consent.source != "appended" and not guessed)
    ]


@rule("TCPA-03", who="all", channels=CALLS)
def name_reveals_collection(view: View) -> Iterator[Reason]:
    """47 CFR 64.1200(b): the voice must state the legal name, which must not tell a stranger of a debt."""
    if not view.artificial or view.phone is None:
        return
    reveals = view.facts.entity.name_reveals_collection
    if reveals is None:
        yield view.reason(
            "TCPA-03",
            "FACT_MISSING:entity.name_reveals_collection",
            f"It is not known whether the name {view.facts.entity.name} reveals debt collection.",
            severity=Severity.LAW,
        )
    elif reveals and not view.facts.approvals.ai_name_script:
        yield view.reason(
            "TCPA-03",
            "TCPA_NAME_CONFLICT",
            f"The voice must say {view.facts.entity.name}, which reveals debt collection, and no script is approved.",
            severity=Severity.LAW,
        )


@rule("TCPA-04", who="all", channels=CALLS)
def consent_revoked(view: View) -> Iterator[Reason]:
    """47 CFR 64.1200(a)(10): revoked consents, and opt-outs since the last consent.

    An opt-out of another medium or number revokes for all robocalls from 2027-01-31; before that it is policy.
    """
    if not view.artificial or view.phone is None:
        return
    given = tcpa_consents(view, even_revoked=True)
    alive = [one for one in given if one.revoked_at is None or one.revoked_at > view.now]
    if given and not alive:
        yield view.reason(
            "TCPA-04",
            "TCPA_REVOKED",
            "Every consent to an artificial voice at this number was revoked.",
            severity=Severity.LAW,
        )
    newest = max((one.at for one in alive), default=None)
    for optout in view.optouts:
        if newest is not None and optout.at <= newest:
            continue
        severity = _revocation(view, optout)
        if severity is not None:
            yield view.reason(
                "TCPA-04",
                "TCPA_REVOKED",
                f"The person opted out on {view.day(optout.at)}, after the last consent to an artificial voice.",
                severity=severity,
            )


def _revocation(view: View, optout: OptOut) -> Severity | None:
    """Return how an opt-out of calls or texts revokes consent for this call; None if it does not."""
    media = view.stopped_media(optout)
    if media.isdisjoint({"calls", "sms"}):
        return None
    if "calls" in media and (optout.scope != "endpoint" or optout.endpoint_id == view.intent.endpoint_id):
        return Severity.LAW
    if view.today >= view.figures.revoke_all_from:
        return Severity.LAW
    return Severity.POLICY if view.policy.tcpa_revoke_all else None


@rule("TCPA-01", who="all", channels=CALLS)
def consent_to_artificial_voice(view: View) -> Iterator[Reason]:
    """47 USC 227(b)(1)(A)(iii): consent for any number that is not known to be a landline; written if it sells."""
    if not view.artificial or view.phone is None:
        return
    consents = tcpa_consents(view)
    view.rely_on(consent.id for consent in consents)
    if view.intent.marketing and not any(consent.written for consent in consents):
        yield view.reason(
            "TCPA-05",
            "TCPA_NO_CONSENT",
            "The call sells something, and there is no written consent to an artificial voice at this number.",
            severity=Severity.LAW,
        )
    if view.phone.number_type != "landline" and not consents:
        yield view.reason(
            "TCPA-01",
            "TCPA_NO_CONSENT",
            f"There is no consent to an artificial voice at this number ({view.phone.number_type}).",
            severity=Severity.LAW,
        )


@rule("TCPA-02", who="all", channels=CALLS)
def residential_landline(view: View) -> Iterator[Reason]:
    """47 CFR 64.1200(a)(3)(iii): without consent at most three calls in thirty days, and only if enabled."""
    phone = view.phone
    if not view.artificial or phone is None or phone.number_type != "landline":
        return
    if phone.place in {"business", "work"} or tcpa_consents(view):
        return
    if not view.policy.tcpa_residential_no_consent:
        yield view.reason(
            "TCPA-02",
            "TCPA_NO_CONSENT",
            "There is no consent to an artificial voice at this residential number.",
            severity=Severity.POLICY,
        )
        return
    length = view.figures.landline_window_days
    days = sorted(
        view.attempt_day(attempt)
        for attempt in view.attempts
        if attempt.channel in CALLS
        and attempt.direction == "outbound"
        and attempt.voice_mode in ARTIFICIAL
        and attempt.endpoint_id == phone.id
        and view.reached(attempt)
    )
    used = in_window(days, view.today, length)
    if used >= view.figures.landline_calls:
        yield view.reason(
            "TCPA-02",
            "TCPA_3_IN_30",
            f"{used} calls by an artificial voice to this line in the {length} days ending {view.today}; at most "
            f"{view.figures.landline_calls}.",
            severity=Severity.LAW,
        )


@rule("TCPA-06", who="all", channels=PHONE)
def reassigned_number(view: View) -> Iterator[Reason]:
    """47 CFR 64.1200(m): the newest answer of the Reassigned Numbers Database; on one day the worst answer counts."""
    phone = view.phone
    if phone is None:
        return
    answers = [answer for answer in phone.rnd if answer.on <= view.today]
    if not answers:
        return
    newest = max(answers, key=lambda answer: (answer.on, _RND_RANK[answer.result]))
    if newest.result == "yes":
        yield view.reason(
            "TCPA-06",
            "RND_REASSIGNED",
            f"The number was reassigned, according to the database on {newest.on}.",
            severity=Severity.LAW,
        )
    elif newest.result == "no_data" and (view.artificial or view.channel == "sms"):
        texted_on = phone.last_inbound_text_on
        texted = texted_on is not None and newest.on < texted_on <= view.today
        consented = (*tcpa_consents(view), *view.consents("sms"))
        if not texted and not any(view.day(consent.at) > newest.on for consent in consented):
            yield view.reason(
                "TCPA-06",
                "RND_REASSIGNED",
                f"The database could not tell on {newest.on} whether the number was reassigned, and nothing since "
                "shows that it is the person's.",
                severity=Severity.POLICY,
            )


@rule("AI-01", who="all", channels=CALLS)
def state_announcing_devices(view: View) -> Iterator[Reason]:
    """State laws on automatic dialing-announcing devices: California, Indiana, Minnesota."""
    if not view.artificial:
        return
    places = view.law_states - view.facts.approvals.adad
    for place in sorted(places & view.pack.adad_approval):
        yield _adad(view, place, "counsel has recorded no basis for an artificial voice there")
    known = bool(view.facts.consumer.creditor_relationship) or bool(tcpa_consents(view))
    if not known:
        for place in sorted(places & view.pack.adad_relationship):
            yield _adad(view, place, "there is neither consent nor a current relationship with the creditor")


def _adad(view: View, place: str, why: str) -> Reason:
    return view.reason(
        "AI-01",
        "STATE_ADAD",
        f"{place} limits calls by an artificial voice, and {why}.",
        severity=Severity.STATE,
    )
