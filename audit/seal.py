"""The hash chain over a workspace's events: made after commit, in batches, by one sealer at a time.

hash = SHA-256(prev ‖ leaf), the first prev is 32 zero bytes. The leaf covers the event's id, workspace, type and times
and the payload's salted hash, so a payload can be erased and the chain still verifies.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef

from audit.models import Event, Payload, Seal
from credira.core import clock
from credira.tenancy.models import Workspace

GENESIS = bytes(32)
BATCH = 10_000
LOOK_BACK = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at one link: ``missing_seal``, ``missing_event``, ``broken_link``, ``changed``."""

    seq: int
    event_id: UUID
    kind: str


@dataclass(slots=True)
class Report:
    """What a verification found. ``unsealed`` events are the tail that the next seal takes."""

    sealed: int = 0
    unsealed: int = 0
    head: str = GENESIS.hex()
    faults: list[Fault] = field(default_factory=list)


def leaf(
    event_id: UUID, workspace_id: UUID, type: str, recorded: dt.datetime, written: dt.datetime, payload: bytes
) -> bytes:
    """SHA-256 over the event's own columns and the payload's salted digest; times in microseconds since the epoch."""
    text = f"{event_id}|{workspace_id}|{type}|{_micros(recorded)}|{_micros(written)}|{payload.hex()}"
    return hashlib.sha256(text.encode()).digest()


def link(prev: bytes, one: bytes) -> bytes:
    """The next hash of the chain."""
    return hashlib.sha256(prev + one).digest()


def seal(workspace: Workspace, *, since: dt.datetime | None = None) -> int:
    """Chain what isn't yet, at most one batch. Call it bound. Returns how many, -1 when another sealer is at work.

    ``since`` bounds the search by the machine's time; the nightly run has none.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"seal:{workspace.pk}"])
        row = cursor.fetchone()
    if not row or not row[0]:
        return -1
    events = _unsealed(workspace, since)
    head = Seal.objects.filter(workspace=workspace).order_by("-seq").first()
    seq, prev = (head.seq, bytes(head.hash)) if head else (0, GENESIS)
    digests = _digests([event.pk for event in events])
    seals: list[Seal] = []
    for event in events:
        seq += 1
        now = link(prev, _leaf_of(event, digests[event.pk]))
        seals.append(Seal(id=event.pk, workspace=workspace, seq=seq, prev=prev, hash=now))
        prev = now
    Seal.objects.bulk_create(seals, batch_size=2_000)
    return len(seals)


def verify(workspace: Workspace) -> Report:
    """Walk the whole chain. Call it bound."""
    report = Report()
    prev = GENESIS
    for expected, batch in _links(workspace):
        events = {event.pk: event for event in Event.objects.filter(workspace=workspace, pk__in=[s.pk for s in batch])}
        digests = _digests(list(events))
        for offset, one in enumerate(batch):
            fault = _fault(one, expected + offset, prev, events.get(one.pk), digests)
            if fault:
                report.faults.append(Fault(one.seq, one.pk, fault))
            prev = bytes(one.hash)
            report.sealed += 1
    report.head = prev.hex()
    report.unsealed = len(_unsealed(workspace, None))
    return report


def _fault(one: Seal, expected: int, prev: bytes, event: Event | None, digests: dict[UUID, bytes]) -> str | None:
    if one.seq != expected:
        return "missing_seal"
    if event is None or event.pk not in digests:
        return "missing_event"
    if bytes(one.prev) != prev:
        return "broken_link"
    if bytes(one.hash) != link(prev, _leaf_of(event, digests[event.pk])):
        return "changed"
    return None


def _links(workspace: Workspace) -> "list[tuple[int, list[Seal]]]":
    seals = list(Seal.objects.filter(workspace=workspace).order_by("seq"))
    return [(start + 1, seals[start : start + BATCH]) for start in range(0, len(seals), BATCH)]


def _unsealed(workspace: Workspace, since: dt.datetime | None) -> list[Event]:
    found = Event.objects.filter(workspace=workspace).exclude(
        Exists(Seal.objects.filter(workspace=workspace, pk=OuterRef("pk")))
    )
    if since is not None:
        found = found.filter(written_at__gt=since)
    return list(found.order_by("written_at", "id")[:BATCH])


def _digests(ids: list[UUID]) -> dict[UUID, bytes]:
    """The payloads' digests, computed anew from their bytes; an erased payload answers with the stored one."""
    found: dict[UUID, bytes] = {}
    for pk, salt, canonical, digest in Payload.objects.filter(pk__in=ids).values_list(
        "pk", "salt", "canonical", "digest"
    ):
        erased = not bytes(salt)
        found[pk] = bytes(digest) if erased else hashlib.sha256(bytes(salt) + bytes(canonical)).digest()
    return found


def _leaf_of(event: Event, payload: bytes) -> bytes:
    return leaf(event.pk, event.workspace_id, event.type, event.recorded_at, event.written_at, payload)


def _micros(moment: dt.datetime) -> int:
    return int((moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) / dt.timedelta(microseconds=1))


def recent() -> dt.datetime:
    """How far back the ordinary run looks: beyond it only the nightly one does."""
    return clock.wall() - LOOK_BACK
