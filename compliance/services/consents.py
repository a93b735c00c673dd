"""Consents and the reasons to use an e-mail address."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.models import Account, Endpoint, Party
from accounts.selectors import get_endpoint, get_person
from compliance import events
from compliance.models import Consent, EmailBasis, Fact
from compliance.services.recording import (
    business_date,
    effective,
    end_fact,
    find_equal,
    get_fact,
    known_debts,
    record_fact,
    wait_for_equals,
)
from credira.core import clock
from credira.core.errors import InvalidRequest
from credira.tenancy.models import Workspace


def record_consent(
    *,
    workspace: Workspace,
    person_id: UUID,
    kind: Consent.Kind | str,
    at: dt.datetime | None = None,
    endpoint_id: UUID | None = None,
    debts: Iterable[UUID] | None = None,
    medium: str = "",
    given_to: str = Consent.GivenTo.US,
    source: str = Consent.Source.CREDITOR_RECORD,
    first_day: dt.date | None = None,
    last_day: dt.date | None = None,
    written: bool = False,
    affirmed_personal: bool = False,
    wording: str = "",
    evidence: str = "",
    account_id: UUID | None = None,
) -> Consent:
    """Record that a person consented, given at ``at`` (default: now). ``debts`` None means for every debt.

    Raises ``NotFound`` for an unknown person, endpoint or debt and ``InvalidRequest`` for another person's endpoint or
    debt, and for days that end before they begin.
    """
    get_person(workspace, person_id)
    own_endpoint(workspace, person_id, endpoint_id)
    named = known_debts(workspace, debts)
    _own_debts(workspace, person_id, named)
    if first_day is not None and last_day is not None and last_day < first_day:
        raise InvalidRequest(
            "The last day is before the first.", details=[{"field": "to_date", "message": "Before from_date."}]
        )
    return record_fact(
        Consent(
            workspace=workspace,
            person_id=person_id,
            kind=kind,
            valid_from=at or clock.now(),
            endpoint_id=endpoint_id,
            debts=named,
            medium=medium,
            given_to=given_to,
            source=source,
            first_day=first_day,
            last_day=last_day,
            written=written,
            affirmed_personal=affirmed_personal,
            wording=wording,
            evidence=evidence,
        ),
        events.CONSENT_RECORDED,
        account_id=account_id,
    )


def revoke_consent(
    *, workspace: Workspace, consent_id: UUID, at: dt.datetime | None = None, evidence: str = ""
) -> Consent:
    """Revoke a consent, effective at once (TCPA-04). Raises ``NotFound``, or ``Conflict`` if it was revoked before."""
    consent = get_fact(Consent, workspace, consent_id)
    return end_fact(consent, reason=Fact.End.REVOKED, at=effective(at), evidence=evidence)


@transaction.atomic
def record_email_basis(
    *,
    workspace: Workspace,
    endpoint_id: UUID,
    basis: EmailBasis.Basis | str,
    since: dt.date | None = None,
    at: dt.datetime | None = None,
    evidence: str = "",
    creditor_got_from_consumer: bool | None = None,
    creditor_used_about_account: bool | None = None,
    notice_names_collector: bool | None = None,
    notice_sent_on: dt.date | None = None,
    optout_by: dt.date | None = None,
    prior_basis_valid: bool | None = None,
    immediately_prior_used: bool | None = None,
) -> EmailBasis:
    """Record why an e-mail address may be used (12 CFR 1006.6(d)(4)); ``evidence`` names the message or consent.

    The same basis told twice, be it at once, is one: what stands already is returned.
    Raises ``NotFound``, and ``InvalidRequest`` for an endpoint that is no e-mail address and for a day ahead.
    """
    endpoint = get_endpoint(workspace, endpoint_id)
    if endpoint.kind != Endpoint.Kind.EMAIL:
        message = "This isn't an e-mail address."
        raise InvalidRequest(message, details=[{"field": "endpoint_id", "message": message}])
    if since is not None and since > (today := business_date(workspace)):
        message = f"This is after today, {today}."
        raise InvalidRequest("A basis can't begin in the future.", details=[{"field": "since", "message": message}])
    wait_for_equals(workspace, EmailBasis, endpoint.id)
    known = EmailBasis(
        workspace=workspace,
        person_id=endpoint.person_id,
        endpoint_id=endpoint.id,
        basis=basis,
        valid_from=at or clock.now(),
        since=since,
        evidence=evidence,
        creditor_got_from_consumer=creditor_got_from_consumer,
        creditor_used_about_account=creditor_used_about_account,
        notice_names_collector=notice_names_collector,
        notice_sent_on=notice_sent_on,
        optout_by=optout_by,
        prior_basis_valid=prior_basis_valid,
        immediately_prior_used=immediately_prior_used,
    )
    return find_equal(known, evidence=evidence) or record_fact(known, events.EMAIL_BASIS_RECORDED)


def end_email_basis(
    *, workspace: Workspace, basis_id: UUID, at: dt.datetime | None = None, evidence: str = ""
) -> EmailBasis:
    """An opt-out came in under a basis: it never holds again."""
    basis = get_fact(EmailBasis, workspace, basis_id)
    return end_fact(basis, reason=Fact.End.REVOKED, at=effective(at), evidence=evidence)


def _own_debts(workspace: Workspace, person_id: UUID, debts: list[UUID] | None) -> None:
    """Check that the person owes each of the debts, or is a party to it."""
    if debts is None:
        return
    party_to = Party.objects.filter(workspace=workspace, person_id=person_id).values("account_id")
    own = Q(person_id=person_id) | Q(id__in=party_to)
    if Account.objects.filter(own, workspace=workspace, id__in=debts).count() != len(debts):
        raise InvalidRequest(
            "The debt isn't this person's.", details=[{"field": "account_ids", "message": "Not this person's."}]
        )


def own_endpoint(workspace: Workspace, person_id: UUID, endpoint_id: UUID | None) -> None:
    """Check that an endpoint, if one is named, is the person's."""
    if endpoint_id is not None and get_endpoint(workspace, endpoint_id).person_id != person_id:
        raise InvalidRequest("The endpoint isn't this person's.")
