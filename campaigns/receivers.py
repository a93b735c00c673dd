"""What other rooms' facts do to campaigns: they take back what waits, end an enrolment, or let it be asked again.

Runs inside the transaction that records the fact, so that no contact planned before it can slip out after it.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from audit.models import Event
from campaigns.models import Campaign, Enrollment
from campaigns.services import calls, planning
from campaigns.services.campaigns import complete_if_done, first_contact_at
from campaigns.services.rows import lock_enrollments
from credira.core import clock
from credira.core.errors import DomainError
from credira.core.ids import parse_id
from credira.tenancy.models import Workspace
from payments.selectors import get_payment

End = Enrollment.End

# Facts about a person that end what we want of them.
STOPS = {
    "cease.recorded": End.STOPPED,
    "attorney.recorded": End.STOPPED,
    "bankruptcy.recorded": End.STOPPED,
    "death.recorded": End.STOPPED,
    "identity_theft.recorded": End.DISPUTED,
}
# Facts that change the gate's answer: what waits is taken back and everything refused is asked for again.
CHANGES = {
    "consumer.opted_out",
    "consent.recorded",
    "window.recorded",
    "hold.placed",
    "hold.released",
    "fact.ended",
    "dispute.resolved",
    "endpoint.marked",
    "person.marked",
    "email_basis.recorded",
}
ACCOUNT_CLOSED = {"paid_in_full": End.PAID, "settled": End.PAID, "closed": End.CLOSED, "cured": End.CLOSED}
SETTLED_DAYS = 1


def on_events(sender: Any, workspace: Workspace, events: Sequence[Event], **kwargs: Any) -> None:
    """The one entry: each event to its handler, completed campaigns after all of them."""
    ended: set[UUID] = set()
    for event in events:
        if event.type in STOPS or event.type in CHANGES:
            _person_changed(workspace, event)
        elif (handler := HANDLERS.get(event.type)) is not None:
            handler(workspace, event)
        elif event.type == "enrollment.ended":
            ended.add(parse_id("cmp", event.data["campaign_id"]))
    for campaign_id in ended:
        complete_if_done(workspace, campaign_id)


def _person_changed(workspace: Workspace, event: Event) -> None:
    for person_id in _people(workspace, event):
        if event.type != "consent.recorded":
            calls.cancel_planned(workspace, person_id, event.type)
        for enrollment in _active(workspace, person_id=person_id):
            if (how := STOPS.get(event.type)) is not None:
                planning.end(enrollment, how)
            else:
                planning.ask_again(enrollment)


def _disputed(workspace: Workspace, event: Event) -> None:
    for enrollment in _active(workspace, account_id=event.account_id):
        planning.end(enrollment, End.DISPUTED)


def _notice_ready(workspace: Workspace, event: Event) -> None:
    """The day of a notice is known or has changed: it may be the campaign's first contact."""
    waiting = {each.campaign_id for each in _active(workspace, account_id=event.account_id)}
    ahead = Q(first_contact_at=None) | Q(first_contact_at__gt=clock.now())
    for campaign in Campaign.objects.filter(ahead, workspace=workspace, id__in=waiting):
        Campaign.objects.filter(workspace=workspace, id=campaign.id).update(first_contact_at=first_contact_at(campaign))


def _notice_settled(workspace: Workspace, event: Event) -> None:
    """The notice is out: the sequence begins."""
    for enrollment in _active(workspace, account_id=event.account_id):
        if enrollment.waiting_for == Enrollment.Waiting.NOTICE:
            planning.plan(enrollment.campaign, [enrollment])


def _paid(workspace: Workspace, event: Event) -> None:
    """Money came in: count it, take back what waits, go on later if something is still owed."""
    _count(workspace, event, Decimal(event.data["amount_collected"]))
    for enrollment in _active(workspace, account_id=event.account_id):
        planning.take_back(enrollment, "a payment came in")
        if enrollment.account.current_balance <= 0:
            planning.end(enrollment, End.PAID)
        else:
            enrollment.ready_at = _settled(enrollment)
            enrollment.save(update_fields=["ready_at"])
            planning.plan(enrollment.campaign, [enrollment])


def _returned(workspace: Workspace, event: Event) -> None:
    """Money went back."""
    _count(workspace, event, -Decimal(event.data["amount"]))


def _count(workspace: Workspace, event: Event, amount: Decimal) -> None:
    """Count money on the account's way through the payment's campaign, also after that way, or the campaign, ended."""
    payment = get_payment(workspace, parse_id("pmt", event.data["payment_id"]))
    if payment.campaign_id is None:
        return
    rows = Enrollment.objects.filter(
        workspace=workspace, account_id=payment.account_id, campaign_id=payment.campaign_id
    )
    rows.update(collected=F("collected") + amount)


def _promised(workspace: Workspace, event: Event) -> None:
    for enrollment in _active(workspace, account_id=event.account_id):
        enrollment.promised = True
        enrollment.promised_until = _day(event.data["due_on"])
        planning.take_back(enrollment, "a promise was made")
        planning.plan(enrollment.campaign, [enrollment])


def _promise_settled(workspace: Workspace, event: Event) -> None:
    """Kept or broken: the sequence goes on, if anything is still owed."""
    for enrollment in _active(workspace, account_id=event.account_id):
        enrollment.promised_until = None
        enrollment.ready_at = _settled(enrollment)
        enrollment.save(update_fields=["promised_until", "ready_at"])
        planning.plan(enrollment.campaign, [enrollment])


def _settled(enrollment: Enrollment) -> dt.datetime:
    """When the sequence may go on after money or a promise's end: never sooner than without it."""
    return max(enrollment.ready_at, clock.now() + dt.timedelta(days=SETTLED_DAYS))


def _account_moved(workspace: Workspace, event: Event) -> None:
    how = ACCOUNT_CLOSED.get(str(event.data.get("to") or event.data.get("status") or ""))
    if how is None:
        return
    for enrollment in _active(workspace, account_id=event.account_id):
        planning.end(enrollment, how)


def _mail_sent(workspace: Workspace, event: Event) -> None:
    for enrollment in _with_message(workspace, event):
        planning.message_done(enrollment)


def _mail_blocked(workspace: Workspace, event: Event) -> None:
    for enrollment in _with_message(workspace, event):
        planning.refused(enrollment, enrollment.planned_step, event.data.get("reasons", ()))


def _mail_deferred(workspace: Workspace, event: Event) -> None:
    for enrollment in _with_message(workspace, event):
        planning.moved_to(enrollment, _moment(event.data["due_at"]), event.data.get("reasons", ()))


HANDLERS: dict[str, Callable[[Workspace, Event], None]] = {
    "dispute.filed": _disputed,
    "notice.ready": _notice_ready,
    "notice.sent": _notice_settled,
    "payment.received": _paid,
    "payment.reversed": _returned,
    "promise.made": _promised,
    "promise.kept": _promise_settled,
    "promise.broken": _promise_settled,
    "account.status_changed": _account_moved,
    "account.closed": _account_moved,
    "email.sent": _mail_sent,
    "email.failed": _mail_sent,
    "email.blocked": _mail_blocked,
    "email.deferred": _mail_deferred,
}


def _active(workspace: Workspace, **which: UUID | None) -> list[Enrollment]:
    rows = Enrollment.objects.filter(workspace=workspace, status=Enrollment.Status.ACTIVE, **which)
    ids = list(rows.values_list("id", flat=True))
    return [each for each in lock_enrollments(workspace, ids) if each.active] if ids else []


def _with_message(workspace: Workspace, event: Event) -> list[Enrollment]:
    return _active(workspace, message_id=parse_id("msg", event.data["message_id"]))


def _people(workspace: Workspace, event: Event) -> Iterable[UUID]:
    """Whom a fact is about; everybody with an active enrolment when it names nobody (a kill switch)."""
    named = event.data.get("person_id")
    if named:
        try:
            return [parse_id("cons", str(named))]
        except DomainError:
            return []
    if event.account_id is not None:
        rows = Enrollment.objects.filter(workspace=workspace, account_id=event.account_id)
        return list(rows.values_list("person_id", flat=True).distinct())
    if event.type in ("hold.placed", "hold.released"):
        rows = Enrollment.objects.filter(workspace=workspace, status=Enrollment.Status.ACTIVE)
        return list(rows.values_list("person_id", flat=True).distinct())
    return []


def _day(value: Any) -> dt.date:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def _moment(value: Any) -> dt.datetime:
    return dt.datetime.fromisoformat(value) if isinstance(value, str) else value
