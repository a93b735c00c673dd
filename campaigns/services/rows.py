"""The rows of a call under their locks, and what a dial that was given up may not do."""

from uuid import UUID

from campaigns.models import Call, CallEvent, Enrollment
from compliance.models import ContactAttempt
from credira.tenancy.models import Workspace
from credira.work.incidents import record_incident

STALE = -1  # a sequence that no carrier uses


def lock_call(workspace: Workspace, call_id: UUID) -> Call | None:
    """The call's row, held until the transaction ends; its enrolment's before it, in the order that everybody keeps."""
    known = Call.objects.filter(workspace=workspace, id=call_id).only("enrollment_id").first()
    if known is None:
        return None
    if known.enrollment_id is not None:
        lock_enrollments(workspace, [known.enrollment_id])
    return Call.objects.select_for_update(no_key=True).filter(workspace=workspace, id=call_id).first()


def lock_enrollments(workspace: Workspace, ids: list[UUID]) -> list[Enrollment]:
    """Enrolments by id, held until the transaction ends, locked in one order."""
    rows = Enrollment.objects.select_for_update(no_key=True).filter(workspace=workspace, id__in=ids)
    return list(rows.order_by("id"))


def take_reference(call: Call, reference: str) -> None:
    """Fill the carrier's reference where it is null: the answer, a callback or a lookup, whichever came first."""
    if call.reference == "" and reference:
        call.reference = reference
        call.save(update_fields=["reference"])


def is_stale(call: Call | None, attempt: ContactAttempt, reference: str) -> bool:
    """Whether this dial was given up while its worker slept, or placed a second call for one attempt."""
    if call is None or call.attempt_id != attempt.id or attempt.status == ContactAttempt.Status.GIVEN_UP:
        return True
    return call.reference not in ("", reference)


def keep_stale(workspace: Workspace, call_id: UUID, reference: str) -> None:
    """Keep, once per reference, that a dial reached the carrier after it was given up. The caller cancels it."""
    _, new = CallEvent.objects.get_or_create(
        workspace=workspace, reference=reference, sequence=STALE, defaults={"call_id": call_id, "state": "stale"}
    )
    if new:
        record_incident(
            workspace,
            "campaigns.stale_call",
            f"The carrier got a call ({reference}) after its dial was given up; it was canceled at once.",
            call_id,
        )
