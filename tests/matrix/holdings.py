"""One of everything that a route can name: what a workspace holds, by the names that routes and bodies use."""

import datetime as dt
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from accounts.models import Account, Endpoint, Person
from accounts.services import start_placement
from audit.models import Event
from campaigns.services.agents import default_agent
from campaigns.services.calls import schedule_call
from campaigns.services.campaigns import Selection, create_campaign
from compliance import notices
from compliance.models import ValidationNotice
from compliance.services import (
    file_dispute,
    mark_endpoint,
    place_hold,
    record_attorney,
    record_consent,
    record_email_basis,
    report_bankruptcy,
)
from credira.core import clock
from credira.core.ids import public_id, uuid7
from credira.documents import storage
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.work.jobs import create_job
from creditors.models import OperatingEntity
from creditors.services import mint_key
from messaging import services as messaging
from messaging.models import Message
from payments.services import make_promise, record_payment
from tests.bench.database import tenant_tables
from tests.placing import place
from webhooks.services import create_endpoint, send_test

TEN_AM = dt.datetime(2026, 11, 24, 15, 5, tzinfo=dt.UTC)  # Tuesday, 10:05 in New York
FILE = b"consumer_email,original_balance\nnobody,1\n"


@dataclass(frozen=True)
class Holdings:
    """``ids`` by the name that a path or a body uses; ``words`` are texts of its people that nobody else has."""

    workspace: Workspace
    ids: dict[str, str]
    words: tuple[str, ...]

    def secrets(self) -> Iterator[str]:
        """What must not stand in a stranger's answer."""
        yield from self.ids.values()
        yield from self.words
        yield self.workspace.slug
        yield self.workspace.public_id

    def digest(self) -> dict[str, tuple[int, str]]:
        """Rows and a hash of each tenant table, as the workspace sees them. The key that asks isn't looked at."""
        found = {}
        with bind(self.workspace), connection.cursor() as cursor:
            for table in tenant_tables(connection):
                if table != "creditors_apikey":  # notes when it was used last
                    cursor.execute(f"SELECT count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) "
                                   f'FROM "{table}" t')  # fmt: skip
                    found[table] = cursor.fetchone()
        return found


def nowhere(known: str) -> str:
    """An id of the same kind that nobody holds."""
    return public_id(known.partition("_")[0], uuid7())


@contextmanager
def undone() -> Iterator[None]:
    """Nothing that happens within stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def hold_everything(workspace: Workspace, word: str) -> Holdings:
    """Fill an authorized workspace. Call it unbound; ``word`` makes its people unlike those of another one.

    The account is first-party and may be called; the third-party one has the notice, the dispute and the hold.
    """
    if not workspace.livemode:
        with bind(workspace) as bound:
            Workspace.objects.filter(pk=bound.pk).update(clock_frozen_at=TEN_AM)
    account = _placed(workspace, word, "called", phase="intercept")
    other = _placed(workspace, word, "noticed")
    with bind(workspace) as bound:
        found = {
            **_people(bound, account),
            **_facts(bound, other),
            **_outreach(bound, account),
            **_rest(bound, account),
        }
    ids = {"account_id": account.public_id, "noticed_id": other.public_id} | {
        name: row if isinstance(row, str) else row.public_id for name, row in found.items()
    }
    words = (word, f"{word}-called", f"called@{word.lower()}.example", str(account.pk), str(other.pk))
    return Holdings(workspace, ids, words)


def _placed(workspace: Workspace, word: str, name: str, **changes: Any) -> Account:
    return place(
        workspace,
        creditor_reference=f"{word}-{name}",
        consumer_email=f"{name}@{word.lower()}.example",
        last_name=word,
        first_name=name.title(),
        **changes,
    ).account


def _people(workspace: Workspace, account: Account) -> dict[str, Any]:
    endpoints = {row.kind: row for row in Endpoint.objects.filter(workspace=workspace, person_id=account.person_id)}
    phone, email = endpoints["phone"], endpoints["email"]
    since = clock.now() - dt.timedelta(days=100)
    consent = record_consent(
        workspace=workspace,
        person_id=account.person_id,
        kind="tcpa",
        endpoint_id=phone.id,
        source="consumer_direct",
        written=True,
        at=since,
    )
    basis = record_email_basis(workspace=workspace, endpoint_id=email.id, basis="i_B", since=since.date())
    mark_endpoint(workspace=workspace, endpoint_id=phone.id, kind="rnd_no", on=clock.now().date())
    return {
        "person_id": Person.objects.get(workspace=workspace, pk=account.person_id),
        "endpoint_id": phone,
        "email_endpoint_id": email,
        "basis_id": basis,
        "consent_id": consent,
        "entity_id": OperatingEntity.objects.filter(workspace=workspace, is_default_first_party=True).get(),
    }


def _facts(workspace: Workspace, account: Account) -> dict[str, Any]:
    notice = ValidationNotice.objects.get(workspace=workspace, account_id=account.id)
    pdf = storage.store(workspace.id, folder="notices", content=b"%PDF-1.7 notice", suffix=".pdf")
    notices.attach_document(workspace=workspace, notice_id=notice.id, document_key=pdf.key, document_sha256=pdf.sha256)
    hold = place_hold(
        workspace=workspace,
        person_id=account.person_id,
        debts=[account.id],
        account_id=account.id,
        reason="Under review.",
    )
    dispute = file_dispute(workspace=workspace, account_id=account.id, channel="mail", written=True)
    bankruptcy = report_bankruptcy(workspace=workspace, person_id=account.person_id, account_id=account.id)
    about = {"workspace": workspace, "person_id": account.person_id, "account_id": account.id}
    call_back = place_hold(**about, kind="human_requested", reason="Asked for a person.")
    attorney = record_attorney(**about, identity="unknown")
    letter = messaging.queue_notice(
        workspace=workspace,
        notice_id=notice.id,
        account_id=account.id,
        person_id=account.person_id,
        channel="letter",
        due_at=clock.now(),
    )
    Message.objects.filter(workspace=workspace, pk=letter.pk).update(document_key=pdf.key)
    return {
        "notice_id": notice,
        "hold_id": hold,
        "dispute_id": dispute,
        "bankruptcy_id": bankruptcy,
        "call_back_id": call_back,
        "attorney_id": attorney,
        "letter_id": letter,
    }


def _outreach(workspace: Workspace, account: Account) -> dict[str, Any]:
    call = schedule_call(workspace=workspace, account_id=account.id)
    messaging.take_in_shipped(workspace=workspace)
    email = messaging.queue_email(workspace=workspace, account_id=account.id, template_key="first_reminder")
    campaign = create_campaign(workspace=workspace, selection=Selection(accounts=[account.id]), name="Ours")
    return {
        "call_id": call,
        "email_id": email,
        "template_id": email.template,
        "campaign_id": campaign,
        "agent_id": default_agent(workspace),
    }


def _rest(workspace: Workspace, account: Account) -> dict[str, Any]:
    hook = create_endpoint(workspace=workspace, url="http://127.0.0.1:9/sink").endpoint
    delivery = send_test(workspace=workspace, endpoint_id=hook.id)
    tomorrow = clock.now().date() + dt.timedelta(days=1)
    payment = record_payment(workspace=workspace, account_id=account.id, amount=Decimal(25), method="check")
    make_promise(workspace=workspace, account_id=account.id, amount=Decimal(50), due_on=tomorrow)
    return {
        "webhook_id": hook,
        "delivery_id": delivery,
        "key_id": mint_key(workspace=workspace, name="Ours", scopes=["accounts:read"]).key,
        "event_id": Event.objects.filter(workspace=workspace, type="payment.received").get(),
        "payment_id": payment,
        "placement_id": start_placement(workspace=workspace, file=io.BytesIO(FILE), filename="ours.csv"),
        "job_id": create_job(workspace, "test.job"),
    }
