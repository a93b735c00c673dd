"""From a placement to the mailbox and back: our receivers, workers and clock, the simulator, and its callbacks."""

import datetime as dt
import io
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pypdf
import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import Account, Endpoint
from audit.models import Event
from compliance.models import Dispute, OptOut, ValidationNotice
from compliance.services import record_email_basis
from credira.core import clock
from credira.documents.storage import load
from credira.providers.world import world
from credira.running.people import residents
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.work.advance import set_clock, start_advance
from credira.work.models import Job
from messaging.models import Message
from messaging.selectors import get_message
from messaging.services import connect_world, queue_email
from tests.placing import make_collector, place
from tests.working import working

NOW = dt.datetime(2026, 11, 24, 15, 5, tzinfo=dt.UTC)
PATIENCE_S = 60.0
MOST_MAILS = 15

pytestmark = [pytest.mark.processes, pytest.mark.pdf]


class Stage:
    """One sandbox, its world, and a clock that only moves when told to."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.world = world(workspace)

    def place(self, persona: str, *, email: bool = True, address: str = "francois.thomas@example.com") -> UUID:
        """Place a debt of somebody with this persona, who may be written to by e-mail or not."""
        placed = place(self.workspace, consumer_email=address)
        with bind(self.workspace) as bound:
            account = Account.objects.get(id=placed.account.id)
            if email:
                mailbox = Endpoint.objects.get(person_id=account.person_id, kind="email")
                record_email_basis(
                    workspace=bound, endpoint_id=mailbox.id, basis="i_B", since=dt.date(2026, 11, 1), evidence="form"
                )
            [person] = residents(bound, [account])
        self.world.settle([{**person, "persona": persona}])
        return account.id

    def queue(self, account_id: UUID) -> Message:
        with bind(self.workspace) as bound:
            return queue_email(workspace=bound, account_id=account_id, template_key="first_reminder")

    def write_until(self, account_id: UUID, happens: type[OptOut] | type[Dispute]) -> None:
        """Write a reminder every three days until the person, who answers by chance, has done it."""
        for _ in range(MOST_MAILS):
            self.advance(days=3)
            with bind(self.workspace):
                if happens.objects.exists():
                    return
            self.queue(account_id)
        pytest.fail("The person never answered.")

    def read(self, message: Message) -> Message:
        with bind(self.workspace) as bound:
            return get_message(bound, message.id)

    def notice(self, account_id: UUID) -> tuple[ValidationNotice, Message]:
        """The account's newest notice and the message that carried it last."""
        with bind(self.workspace):
            notice = ValidationNotice.objects.filter(account_id=account_id).order_by("-id")[0]
            return notice, Message.objects.filter(notice_id=notice.id).order_by("-id")[0]

    def events(self, account_id: UUID) -> list[str]:
        """What was recorded about the account, in order."""
        with bind(self.workspace):
            return list(Event.objects.filter(account_id=account_id).order_by("id").values_list("type", flat=True))

    def advance(self, **span: float) -> None:
        with bind(self.workspace) as bound:
            job = start_advance(workspace=bound, to=clock.now() + dt.timedelta(**span))
        deadline = time.monotonic() + PATIENCE_S
        while job.status not in (Job.Status.COMPLETED, Job.Status.FAILED):
            assert time.monotonic() < deadline, job.message
            time.sleep(0.1)
            with bind(self.workspace):
                job.refresh_from_db()
        assert job.status == Job.Status.COMPLETED


@pytest.fixture
def stage(
    transactional_db: None, live_server: LiveServer, simulator_url: str, settings: Settings, tmp_path: Path
) -> Iterator[Stage]:
    settings.MEDIA_ROOT, settings.BASE_URL, settings.SIMULATOR_URL = tmp_path, live_server.url, simulator_url
    sandbox = make_collector().sandbox
    connect_world(sandbox, label="Whole path", product_url=live_server.url)
    with bind(sandbox) as bound:
        set_clock(workspace=bound, now=NOW, frozen=True)
    with working():
        yield Stage(sandbox)


def test_a_placed_debt_is_notified_by_mail_and_the_mailbox_answers(stage: Stage) -> None:
    account_id = stage.place("cooperative")

    stage.advance(hours=20)

    notice, message = stage.notice(account_id)
    assert (notice.status, message.channel, message.status) == ("sent", "email", "delivered")
    page = pypdf.PdfReader(io.BytesIO(load(stage.workspace.id, message.document_key))).pages[0].extract_text()
    assert "Total amount of the debt now: $3,255.82" in " ".join(page.split())
    [kept] = stage.world.ledger()["messages"]
    assert kept["attachments"] == ["validation-notice.pdf"]
    assert kept["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    happened = stage.events(account_id)
    wanted = ["account.placed", "notice.ready", "notice.sent", "email.sent", "email.delivered"]
    assert [each for each in happened if each in wanted] == wanted


def test_without_an_address_to_mail_to_it_is_printed_and_counts_from_the_post(stage: Stage) -> None:
    account_id = stage.place("cooperative", email=False)

    stage.advance(days=9)

    notice, message = stage.notice(account_id)
    assert (notice.status, message.channel, message.status) == ("sent", "letter", "delivered")
    [kept] = stage.world.ledger()["letters"]
    assert (kept["posts"], kept["sha256"]) == (1, message.document_sha256)
    assert notice.sent_at is not None
    assert notice.sent_at.date() == notice.sent_on == dt.date(2026, 11, 25)
    wanted = ["notice.ready", "letter.printed", "letter.mailed", "notice.sent"]
    assert [each for each in stage.events(account_id) if each in wanted] == wanted


@pytest.mark.promise("C-2")
def test_a_reminder_is_sent_once_and_its_delivery_told_back(stage: Stage) -> None:
    account_id = stage.place("cooperative")
    stage.advance(days=1)
    message = stage.queue(account_id)

    stage.advance(days=1)

    sent = stage.read(message)
    assert (sent.status, sent.sent_at) == ("delivered", message.due_at)
    assert sent.delivered_at == message.due_at + dt.timedelta(seconds=30)
    assert stage.world.ledger()["twice"]["any"] is False


def test_who_says_stop_in_the_mail_is_not_written_to_again(stage: Stage) -> None:
    account_id = stage.place("stopper")

    stage.write_until(account_id, OptOut)
    late = stage.queue(account_id)
    stage.advance(days=7)

    assert stage.read(late).status == "blocked"
    assert stage.world.ledger()["after_stop"] == []
    assert "email.opened" in stage.events(account_id)


def test_who_disputes_by_the_notices_form_is_left_alone(stage: Stage) -> None:
    account_id = stage.place("disputer")

    stage.write_until(account_id, Dispute)
    late = stage.queue(account_id)
    stage.advance(days=1)

    assert stage.read(late).status == "blocked"
    with bind(stage.workspace):
        dispute = Dispute.objects.get()
    assert (dispute.kind, dispute.written, dispute.channel) == ("dispute", True, "portal")
