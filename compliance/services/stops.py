"""What stops or narrows contact at a person's word or at ours: opt-outs, windows, cease, holds."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from accounts.selectors import get_person
from compliance import events
from compliance.models import Cease, Fact, Hold, OptOut, Window
from compliance.services.consents import own_endpoint
from compliance.services.recording import (
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
from credira.core.ids import public_id
from credira.tenancy.models import Workspace


def record_opt_out(
    *,
    workspace: Workspace,
    person_id: UUID,
    scope: OptOut.Scope | str,
    endpoint_id: UUID | None = None,
    medium: str = "",
    at: dt.datetime | None = None,
    evidence: str = "",
    account_id: UUID | None = None,
) -> OptOut:
    """Stop a number or address, a medium, or everything electronic (MEDIUM-01), effective on receipt.

    ``at`` is when it was received; a time ahead of the clock is now, for this and every other stop. Raises
    ``InvalidRequest`` when the scope lacks its endpoint or medium, and ``NotFound``.
    """
    if scope == OptOut.Scope.ENDPOINT and endpoint_id is None:
        raise InvalidRequest("An opt-out of one endpoint must name it.")
    if scope == OptOut.Scope.MEDIUM and not medium:
        raise InvalidRequest("An opt-out of a medium must name it.")
    get_person(workspace, person_id)
    own_endpoint(workspace, person_id, endpoint_id)
    opt_out = OptOut(
        workspace=workspace,
        person_id=person_id,
        scope=scope,
        endpoint_id=endpoint_id,
        medium=medium,
        valid_from=effective(at),
        evidence=evidence,
    )
    told = {
        "opt_out_id": opt_out.public_id,
        "account_id": public_id("acct", account_id) if account_id is not None else None,
    }
    return record_fact(opt_out, events.OPTED_OUT, account_id=account_id, data=told)


def end_opt_out(*, workspace: Workspace, opt_out_id: UUID, at: dt.datetime | None = None, evidence: str = "") -> OptOut:
    """The person opted in again, for what this opt-out stopped."""
    return end_fact(get_fact(OptOut, workspace, opt_out_id), reason=Fact.End.ENDED, at=at, evidence=evidence)


def record_window(
    *,
    workspace: Workspace,
    person_id: UUID,
    kind: Window.Kind | str,
    weekdays: Iterable[str] | None = None,
    start: str = "00:00",
    end: str = "24:00",
    first_day: dt.date | None = None,
    last_day: dt.date | None = None,
    zone: str = "",
    media: Iterable[str] | None = None,
    direct_consent: bool = False,
    consent_id: UUID | None = None,
    at: dt.datetime | None = None,
    evidence: str = "",
    account_id: UUID | None = None,
) -> Window:
    """Record times that a person named (TIME-02): ``block`` never then, ``only`` at no other, ``open`` besides 8 to 21.

    Times are local, ``HH:MM``, start before end, 24:00 allowed. Raises ``InvalidRequest`` and ``NotFound``.
    """
    if not start < end:
        raise InvalidRequest("A window's start must be before its end.")
    get_person(workspace, person_id)
    window = Window(
        workspace=workspace,
        person_id=person_id,
        kind=kind,
        weekdays=None if weekdays is None else list(weekdays),
        start=start,
        end=end,
        first_day=first_day,
        last_day=last_day,
        zone=zone,
        media=None if media is None else list(media),
        direct_consent=direct_consent,
        consent_id=consent_id,
        valid_from=effective(at) if kind != Window.Kind.OPEN else at or clock.now(),
        evidence=evidence,
    )
    return record_fact(window, events.WINDOW_RECORDED, account_id=account_id)


def end_window(*, workspace: Workspace, window_id: UUID, at: dt.datetime | None = None, evidence: str = "") -> Window:
    """The person withdrew a window."""
    return end_fact(get_fact(Window, workspace, window_id), reason=Fact.End.WITHDRAWN, at=at, evidence=evidence)


def record_cease(
    *,
    workspace: Workspace,
    person_id: UUID,
    written: bool,
    kind: Cease.Kind | str = Cease.Kind.STOP,
    debts: Iterable[UUID] | None = None,
    at: dt.datetime | None = None,
    evidence: str = "",
    account_id: UUID | None = None,
) -> Cease:
    """Record a request to stop, or a refusal to pay (CEASE-01), effective on receipt and never cleared by itself.

    ``written``: a letter, or electronic through a medium that we accept.
    """
    get_person(workspace, person_id)
    cease = Cease(
        workspace=workspace,
        person_id=person_id,
        kind=kind,
        written=written,
        debts=known_debts(workspace, debts),
        valid_from=effective(at),
        evidence=evidence,
    )
    return record_fact(cease, events.CEASE_RECORDED, account_id=account_id)


def withdraw_cease(*, workspace: Workspace, cease_id: UUID, at: dt.datetime | None = None, evidence: str = "") -> Cease:
    """The person withdrew the request in writing."""
    return end_fact(get_fact(Cease, workspace, cease_id), reason=Fact.End.WITHDRAWN, at=at, evidence=evidence)


@transaction.atomic
def place_hold(
    *,
    workspace: Workspace,
    kind: Hold.Kind | str = Hold.Kind.MANUAL,
    person_id: UUID | None = None,
    debts: Iterable[UUID] | None = None,
    at: dt.datetime | None = None,
    until: dt.datetime | None = None,
    reason: str = "",
    evidence: str = "",
    account_id: UUID | None = None,
) -> Hold:
    """Stop contacts from ``at`` on, until ``until`` (exclusive) or until released.

    A kill switch without a person stops the whole workspace; every other hold names its person. The same hold placed
    twice, be it at once, is one: what stands already is returned.
    """
    if person_id is None and kind != Hold.Kind.KILL_SWITCH:
        raise InvalidRequest("A hold must name its person; only a kill switch may stop the whole workspace.")
    if person_id is not None:
        get_person(workspace, person_id)
    wait_for_equals(workspace, Hold, person_id)
    start = at or clock.now()
    if until is not None and until <= start:
        raise InvalidRequest("A hold must end after it begins.")
    hold = Hold(
        workspace=workspace,
        person_id=person_id,
        kind=kind,
        debts=known_debts(workspace, debts),
        valid_from=start,
        until=until,
        reason=reason,
        evidence=evidence,
    )
    return find_equal(hold, evidence=evidence) or record_fact(hold, events.HOLD_PLACED, account_id=account_id)


def release_hold(*, workspace: Workspace, hold_id: UUID, at: dt.datetime | None = None, evidence: str = "") -> Hold:
    """Let a hold go. Raises ``Conflict`` if it was released before."""
    hold = get_fact(Hold, workspace, hold_id)
    return end_fact(hold, reason=Fact.End.RELEASED, event=events.HOLD_RELEASED, at=at, evidence=evidence)
