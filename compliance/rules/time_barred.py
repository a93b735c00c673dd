"""TB-01 and TEXT: time-barred debts and the texts that states require (12 CFR 1006.26; compliance.md 7.4, 7.5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from compliance.rules.decision import Effect, Reason, Severity
from compliance.rules.facts import Debt
from compliance.rules.registry import rule
from compliance.rules.view import View
from compliance.rules.vocabulary import CALLS, CONTACTS

_SPEAKS_OF_DEBT = frozenset({"consent_request", "attorney_inquiry", "reply_to_consumer"})
_ANYWHERE = "US"


def _missing(view: View, debt: Debt) -> Reason:
    return view.reason(
        "TB-01",
        "FACT_MISSING:debt.time_barred_on",
        f"It is not known when the limitation period of debt {debt.id} ends.",
    )


@rule("TB-01", who="covered", channels=CONTACTS | {"legal"}, inbound=True)
def legal_steps(view: View) -> Iterator[Reason]:
    """No suit, and no mention of one, from 90 days before the period ends, without counsel's release."""
    content = view.intent.content
    mentions = view.is_contact and content is not None and content.legal_wording
    if not (view.purpose == "legal_action" or mentions) or (view.to_professional and view.is_contact):
        return
    for debt in view.covered:
        if not debt.time_barred_known:
            yield _missing(view, debt)
        elif debt.counsel_release:
            continue
        elif debt.time_barred_on is None:
            yield view.reason(
                "TB-01",
                "TIME_BARRED",
                f"No limitation period is known for debt {debt.id}; a person must look at it before a legal step.",
                effect=Effect.REVIEW,
            )
        elif view.today >= debt.time_barred_on - timedelta(days=view.figures.time_bar_warning_days):
            yield view.reason(
                "TB-01",
                "TIME_BARRED",
                f"The limitation period of debt {debt.id} ends on {debt.time_barred_on}, and counsel has not released "
                "legal steps.",
            )


def _runs_on_contact(view: View) -> bool:
    if not view.is_contact or view.to_professional:
        return False
    return view.collecting or view.purpose in _SPEAKS_OF_DEBT


def barred_debts(view: View) -> list[Debt]:
    """Return the covered debts whose limitation period has run, if the contact is one that TB-01 reads."""
    if not _runs_on_contact(view):
        return []
    return [debt for debt in view.covered if debt.time_barred_on is not None and view.today >= debt.time_barred_on]


def _approved(view: View, code: str, medium: str | None) -> set[str]:
    """Return the places with an approved text, in this form if one is given."""
    return {
        text.place
        for text in view.facts.state_texts
        if text.code == code and text.approved and (medium is None or medium in text.media)
    }


def barred_text_places(view: View) -> list[str]:
    """Return the places whose approved text a contact about a barred debt must carry (`TIME_BARRED:<place>`)."""
    if not barred_debts(view):
        return []
    approved = _approved(view, "TIME_BARRED", "voice" if view.channel in CALLS else "written")
    return sorted(approved & (view.law_places | {_ANYWHERE}))


@rule("TB-01", who="covered", channels=CONTACTS, inbound=True)
def barred_contact(view: View) -> Iterator[Reason]:
    """A barred debt: nothing where the debt is extinguished, no call without an approved script, else the text."""
    if not _runs_on_contact(view):
        return
    for debt in view.covered:
        if not debt.time_barred_known:
            yield _missing(view, debt)
    debts = barred_debts(view)
    if not debts:
        return
    names = ", ".join(debt.id for debt in debts)
    extinguished = sorted(view.law_states & view.pack.barred_extinguished)
    for place in extinguished:
        yield view.reason(
            "TB-01",
            "TIME_BARRED",
            f"The limitation period of debt {names} has run, which ends the debt itself in {place}.",
            severity=Severity.STATE,
        )
    if view.channel in CALLS:
        if not barred_text_places(view):
            yield view.reason(
                "TB-01",
                "TIME_BARRED",
                f"The limitation period of debt {names} has run, and no script for calls about it is approved.",
            )
        return
    needed = view.pack.barred_text
    if view.facts.role == "debt_buyer":
        needed = needed | view.pack.barred_text_debt_buyer
    for place in sorted((view.law_places & needed) - set(barred_text_places(view))):
        yield view.reason(
            "TEXT",
            "TEXT_MISSING",
            f"{place} requires a text about the time-barred debt {names}, and none is approved.",
            severity=Severity.STATE,
        )


def letter_blocks(view: View) -> list[str]:
    """Return the law places with an approved text block for letters."""
    return sorted(_approved(view, "BLOCK", None) & view.law_places)


@rule("TEXT", who="all", channels=frozenset({"letter"}))
def letter_texts(view: View) -> Iterator[Reason]:
    """A block that the pack requires on letters to this place must be approved by counsel."""
    listed = {text.place for text in view.facts.state_texts if text.code == "BLOCK"} & view.law_places
    for place in sorted(listed - set(letter_blocks(view))):
        yield view.reason(
            "TEXT",
            "TEXT_MISSING",
            f"{place} requires a text on letters, and none is approved.",
            severity=Severity.STATE,
        )
