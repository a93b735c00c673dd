"""Sending: lease due deliveries, POST them outside any transaction, record what came back.

A lane is one loop with a pool of senders. It takes at most four deliveries of an endpoint at a time, so a slow receiver
keeps four senders busy and delays nobody else. A lane that dies leaves leases that end by themselves: another one then
sends again, and a receiver that saw the event knows it by its id.
"""

import datetime as dt
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import structlog
from django.db import connection

from audit.models import Payload
from credira.core import clock, http
from credira.core.ids import public_id
from credira.tenancy.models import Workspace
from credira.tenancy.scope import across_workspaces, bind
from webhooks import rules, signing
from webhooks.models import Delivery, DeliveryAttempt, WebhookEndpoint
from webhooks.services import disable_endpoint, stop_deliveries

log = structlog.get_logger(__name__)
T = TypeVar("T")

SENDERS = 16
PER_ENDPOINT = 4
TIMEOUT_SECONDS = 15.0
LEASE = dt.timedelta(seconds=60)
ANSWER_BYTES = 10_000
LONGEST_RUN_SECONDS = 60.0
POLL_SECONDS = 0.2
GATHER_SECONDS = 0.01
FIRST_RETRY = rules.RETRY_AFTER[0] + dt.timedelta(milliseconds=100)

# LATERAL by endpoint: a long queue of one doesn't hide the others, and what it has in flight counts against its cap.
_CLAIM = """
UPDATE webhooks_delivery SET lease_until = %(lease)s, fence = fence + 1 WHERE id IN (
  SELECT id FROM webhooks_delivery
  WHERE status = 'pending' AND (lease_until IS NULL OR lease_until <= %(now)s) AND id IN (
    SELECT due.id FROM webhooks_webhookendpoint e
    CROSS JOIN LATERAL (
      SELECT count(*) AS n FROM webhooks_delivery
      WHERE endpoint_id = e.id AND status = 'pending' AND lease_until > %(now)s) flying
    CROSS JOIN LATERAL (
      SELECT d.id, d.next_at FROM webhooks_delivery d
      WHERE d.endpoint_id = e.id AND d.status = 'pending' AND d.next_at <= %(now)s
        AND (d.lease_until IS NULL OR d.lease_until <= %(now)s)
      ORDER BY d.next_at, d.id LIMIT greatest(0, %(cap)s - flying.n)) due
    WHERE e.status = 'active' ORDER BY due.next_at LIMIT %(limit)s)
  FOR UPDATE SKIP LOCKED)
RETURNING id, workspace_id, fence
"""
_IS_DUE = """
SELECT EXISTS (
  SELECT 1 FROM webhooks_delivery d JOIN webhooks_webhookendpoint e ON e.id = d.endpoint_id AND e.status = 'active'
  WHERE d.status = 'pending' AND d.next_at <= %s AND (d.lease_until IS NULL OR d.lease_until <= %s))
"""

_STRANDED = """
SELECT DISTINCT d.workspace_id, d.endpoint_id FROM webhooks_delivery d
JOIN webhooks_webhookendpoint e ON e.id = d.endpoint_id AND e.status <> 'active'
WHERE d.status = 'pending' AND d.next_at <= %(now)s AND (d.lease_until IS NULL OR d.lease_until <= %(now)s)
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that this lane leased."""

    delivery_id: UUID
    workspace_id: UUID
    fence: int


@dataclass(frozen=True, slots=True)
class Parcel:
    """All that a sender needs: it touches no database."""

    claim: Claim
    event_id: str
    url: str
    secret: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one try."""

    parcel: Parcel
    sent_at: dt.datetime
    headers: dict[str, str]
    answer: rules.Answer
    duration_ms: int | None = None
    detail: str = ""
    body: str = ""


def is_due() -> bool:
    """Whether any delivery waits for a lane."""
    now = clock.wall()
    with across_workspaces(), connection.cursor() as cursor:
        cursor.execute(_IS_DUE, [now, now])
        return bool(cursor.fetchone()[0])


def fail_stranded() -> None:
    """Fail what waits for an endpoint that is switched off: written by a transaction that still saw it on."""
    with across_workspaces(), connection.cursor() as cursor:
        cursor.execute(_STRANDED, {"now": clock.wall()})
        stranded = cursor.fetchall()
    for workspace_id, endpoint_id in stranded:
        with bind(workspace_id) as workspace:
            endpoint = WebhookEndpoint.objects.get(workspace=workspace, pk=endpoint_id)
            stop_deliveries(workspace, endpoint, endpoint.disabled_reason or "The endpoint was switched off.")


def claim(limit: int) -> list[Claim]:
    """Lease what is due. One claimer at a time, so that an endpoint's cap holds across processes."""
    now = clock.wall()
    with across_workspaces(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('webhooks.claim'))")
        cursor.execute(_CLAIM, {"now": now, "lease": now + LEASE, "cap": PER_ENDPOINT, "limit": limit})
        return [Claim(*row) for row in cursor.fetchall()]


def load(claims: Iterable[Claim]) -> list[Parcel]:
    """What to send for each claim, read bound to its workspace."""
    grouped = _by_workspace(claims, lambda claim: claim)
    return [parcel for workspace_id, mine in grouped.items() for parcel in _load(workspace_id, mine)]


def send(parcel: Parcel) -> Receipt:
    """One try, outside any transaction. Never raises: what went wrong is in the receipt."""
    try:
        return _post(parcel)
    except Exception as error:  # a delivery that we can't even send must not stop the lane for all others
        log.exception("webhook.unsendable", delivery=public_id(Delivery.PREFIX, parcel.claim.delivery_id))
        return Receipt(parcel, clock.wall(), {}, rules.Answer(error="internal"), detail=type(error).__name__)


def _post(parcel: Parcel) -> Receipt:
    sent_at = clock.wall()
    headers = signing.signed_headers(event_id=parcel.event_id, secret=parcel.secret, body=parcel.body, at=sent_at)
    try:
        got = http.send(
            "POST", parcel.url, body=parcel.body, headers=headers, timeout=TIMEOUT_SECONDS, max_bytes=ANSWER_BYTES
        )
    except http.HttpRefused as error:
        return Receipt(parcel, sent_at, headers, rules.Answer(error="refused"), detail=str(error)[:300])
    except http.HttpFailed as error:
        return Receipt(parcel, sent_at, headers, rules.Answer(error=error.kind), detail=error.detail[:300])
    return Receipt(
        parcel,
        sent_at,
        headers,
        rules.Answer(got.status, got.headers),
        duration_ms=got.duration_ms,
        body=_printable(got.body),
    )


def record_receipts(receipts: Iterable[Receipt]) -> None:
    """Write tries down and move their deliveries on, in one transaction a workspace.

    An endpoint is switched off in a transaction of its own, after that: it locks the endpoint and then all that waits
    for it, and another lane may hold some of that and want the endpoint.
    """
    for workspace_id, mine in _by_workspace(receipts, lambda receipt: receipt.parcel.claim).items():
        with bind(workspace_id) as workspace:
            gone = _record(workspace, {receipt.parcel.claim.delivery_id: receipt for receipt in mine})
        for endpoint_id in sorted(gone):
            with bind(workspace_id) as workspace:
                disable_endpoint(workspace=workspace, endpoint_id=endpoint_id, reason="It answered 410 Gone.")


class Lane:
    """The one sending loop of a process. `run` returns when nothing is due or in flight.

    After a failure it stays for `patience`, so that a retry after one second isn't late by the scheduler's second.
    """

    def __init__(self, patience: dt.timedelta = FIRST_RETRY) -> None:
        self._patience = patience
        self._lock = threading.Lock()
        self._busy = False
        self._nudged = False

    def run(self) -> None:
        """Send until nothing is left. While it runs, another call only asks it to look once more."""
        with self._lock:
            self._nudged = True
            if self._busy:
                return
            self._busy = True
        try:
            while self._take_nudge():
                self._drain()
        except BaseException:
            with self._lock:
                self._busy = False
            raise

    def _take_nudge(self) -> bool:
        with self._lock:
            taken, self._nudged = self._nudged, False
            # In one step with the look at the nudge: one that comes later finds the lane free and runs itself.
            self._busy = taken
            return taken

    def _drain(self) -> None:
        end = time.monotonic() + LONGEST_RUN_SECONDS
        flying: set[Future[Receipt]] = set()
        retry_at = clock.wall()
        with ThreadPoolExecutor(SENDERS, thread_name_prefix="webhook") as senders:
            while True:
                found = load(claim(SENDERS - len(flying))) if time.monotonic() < end and len(flying) < SENDERS else []
                flying |= {senders.submit(send, parcel) for parcel in found}
                if flying:
                    flying, failed = _land(flying)
                    retry_at = clock.wall() + self._patience if failed else retry_at
                elif (pause := (retry_at - clock.wall()).total_seconds()) > 0:
                    time.sleep(min(pause, POLL_SECONDS))
                else:
                    return


LANE = Lane()


def _land(flying: set[Future[Receipt]]) -> tuple[set[Future[Receipt]], bool]:
    """Record what came back; what still flies, and whether any of it failed."""
    landed, flying = wait(flying, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
    # What lands in the next moment is written in the same transaction.
    more, flying = wait(flying, timeout=GATHER_SECONDS if landed else 0)
    receipts = [future.result() for future in landed | more]
    record_receipts(receipts)
    return flying, any(not rules.is_success(receipt.answer) for receipt in receipts)


def _load(workspace_id: UUID, claims: list[Claim]) -> list[Parcel]:
    with bind(workspace_id) as workspace:
        rows = {
            row.id: row
            for row in Delivery.objects.filter(workspace=workspace, id__in=[item.delivery_id for item in claims])
        }
        endpoints = WebhookEndpoint.objects.filter(workspace=workspace).in_bulk(
            {row.endpoint_id for row in rows.values()}
        )
        bodies = dict(
            Payload.objects.filter(workspace=workspace, id__in={row.event_id for row in rows.values()}).values_list(
                "id", "body"
            )
        )
        parcels = []
        for item in claims:
            row = rows[item.delivery_id]
            if (body := bodies.get(row.event_id)) is None:
                _give_up(row)
                continue
            endpoint = endpoints[row.endpoint_id]
            parcels.append(Parcel(item, public_id("evt", row.event_id), endpoint.url, endpoint.secret, bytes(body)))
        return parcels


def _record(workspace: Workspace, receipts: dict[UUID, Receipt]) -> set[UUID]:
    """The endpoints that are gone."""
    now = clock.wall()
    rows = Delivery.objects.select_for_update().filter(workspace=workspace, id__in=receipts, status="pending")
    # In one order everywhere, so that two lanes can't wait for each other.
    held = {row.id: row for row in rows.order_by("id") if row.fence == receipts[row.id].parcel.claim.fence}
    for lost in receipts.keys() - held.keys():
        log.warning("webhook.lease_lost", delivery=public_id(Delivery.PREFIX, lost))
    gone = {row.endpoint_id for row in held.values() if _move_on(row, receipts[row.id], now)}
    Delivery.objects.bulk_update(
        held.values(),
        ["tries", "status", "lease_until", "next_at", "finished_at", "last_status", "last_error"],
    )
    DeliveryAttempt.objects.bulk_create([_attempt(row, receipts[row.id]) for row in held.values()])
    return gone


def _move_on(delivery: Delivery, receipt: Receipt, now: dt.datetime) -> bool:
    """Set what follows from the answer; whether the endpoint is gone."""
    delivery.tries += 1
    step = rules.after(receipt.answer, tries=delivery.tries, now=now)
    delivery.status = step.status
    delivery.lease_until = None
    delivery.next_at = step.next_at or delivery.next_at
    delivery.finished_at = None if step.status == "pending" else now
    delivery.last_status = receipt.answer.status
    delivery.last_error = rules.FAILURES.get(receipt.answer.error, "")
    return step.disable


def _attempt(delivery: Delivery, receipt: Receipt) -> DeliveryAttempt:
    return DeliveryAttempt(
        workspace_id=delivery.workspace_id,
        delivery=delivery,
        number=delivery.tries,
        sent_at=receipt.sent_at,
        duration_ms=receipt.duration_ms,
        request_headers=receipt.headers,
        status_code=receipt.answer.status,
        error=receipt.answer.error,
        detail=receipt.detail,
        answer=receipt.body,
    )


def _by_workspace(items: Iterable[T], claim_of: Callable[[T], Claim]) -> dict[UUID, list[T]]:
    grouped: dict[UUID, list[T]] = defaultdict(list)
    for item in items:
        grouped[claim_of(item).workspace_id].append(item)
    return grouped


def _give_up(delivery: Delivery) -> None:
    Delivery.objects.filter(id=delivery.id, status="pending").update(
        status="failed",
        finished_at=clock.wall(),
        lease_until=None,
        last_error="The event's content was erased, as the law asks.",
    )


def _printable(body: bytes) -> str:
    return body.decode("utf-8", "replace").replace("\x00", "")[:500]
