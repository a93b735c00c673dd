"""What this room does when it is due, and what of it is in flight."""

from uuid import UUID

from compliance import dispatch, notices
from compliance.models import ContactAttempt, ValidationNotice
from credira.core import clock
from credira.providers.errors import LookupFailed
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.work.due import on_due
from credira.work.flight import register_in_flight

UNSURE = (ContactAttempt.Status.CLAIMED, ContactAttempt.Status.UNKNOWN)


@on_due(notices.KIND)
def notice(workspace: Workspace, notice_id: UUID) -> None:
    """Prepare a validation notice; one that is on its way is called back when nothing is owed any more."""
    with bind(workspace) as bound:
        found = notices.prepare(bound, notice_id)
    if found.status == ValidationNotice.Status.CLAIMED:
        with bind(workspace) as bound:
            notices.call_back_if_needless(workspace=bound, notice_id=notice_id)


@on_due(notices.RECHECK)
def look_again(workspace: Workspace, workspace_id: UUID) -> None:
    """Facts changed: the blocked notices of the workspace are looked at again."""
    with bind(workspace) as bound:
        notices.recheck_all(bound)


@on_due(dispatch.KIND)
def reconcile(workspace: Workspace, attempt_id: UUID) -> None:
    """Ask the vendor about an attempt that was claimed and not heard of since; again until it is known."""
    attempt = dispatch.reconcile(workspace, attempt_id)
    if attempt.status in UNSURE:
        with bind(workspace) as bound:
            dispatch.watch(bound, attempt)


def in_flight(workspace: Workspace) -> int:
    """Attempts at a provider whose answer isn't recorded."""
    return ContactAttempt.objects.filter(workspace=workspace, status__in=UNSURE).count()


def reconcile_all(workspace: Workspace) -> None:
    """Ask about all of them now. One that can't be asked about stays for its due row."""
    with bind(workspace) as bound:
        found = ContactAttempt.objects.filter(workspace=bound, status__in=UNSURE)
        ids = list(found.exclude(lease_until__gt=clock.wall()).values_list("id", flat=True))
    for attempt_id in ids:
        try:
            dispatch.reconcile(workspace, attempt_id)
        except LookupFailed:
            continue


register_in_flight("contacts", count=in_flight, unsure=in_flight, reconcile=reconcile_all)
