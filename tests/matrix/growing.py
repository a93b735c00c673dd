"""How one more row of each list of the API comes about, by its path."""

import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

from accounts.models import Account
from accounts.services import add_endpoint, add_note, place_account, start_placement
from campaigns.models import VoiceAgent
from campaigns.services.calls import schedule_call
from campaigns.services.campaigns import Selection, create_campaign
from compliance.models import ValidationNotice
from compliance.services import (
    answer_dispute,
    file_dispute,
    place_hold,
    record_consent,
    record_contact,
    record_email_basis,
    report_bankruptcy,
)
from credira.core import clock
from credira.core.ids import parse_id
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from creditors.models import OperatingEntity
from creditors.services import AuthorizationRow, put_state_authorizations
from messaging.liquid import Source
from messaging.services import queue_email, save_template
from payments.services import make_promise, record_payment
from tests.matrix.holdings import FILE, Holdings
from tests.placing import debt
from webhooks.services import create_endpoint, send_test

PLACES = "AK AL AR AZ CO CT DC DE FL HI IA ID IL IN KS KY LA MA MD ME MI MO MS MT NC ND NE NH NJ NM".split()


class Grower:
    """Adds rows to one workspace's lists. Use it bound."""

    def __init__(self, workspace: Workspace, ids: dict[str, str]) -> None:
        self.workspace = workspace
        self.ids = ids
        self.account = Account.objects.get(workspace=workspace, pk=self.id("account_id"))
        self.noticed = Account.objects.get(workspace=workspace, pk=self.id("noticed_id"))

    def id(self, name: str) -> UUID:
        """The uuid of one of the holdings."""
        return parse_id(self.ids[name].partition("_")[0], self.ids[name])

    def accounts(self, number: int) -> None:
        changes = {"creditor_reference": f"More-{number}", "consumer_email": f"more{number}@example.com"}
        place_account(workspace=self.workspace, placement=debt(**changes))

    def notes(self, number: int) -> None:
        add_note(workspace=self.workspace, account_id=self.account.id, body=f"Note {number}")

    def contacts(self, number: int) -> None:
        record_contact(workspace=self.workspace, account_ids=[self.account.id], channel="email", voice_mode="none")

    def holds(self, number: int) -> None:
        account = self.noticed
        place_hold(workspace=self.workspace, person_id=account.person_id, debts=[account.id], reason=f"{number}")

    def notices(self, number: int) -> None:
        ValidationNotice.objects.create(
            workspace=self.workspace,
            account=self.noticed,
            person_id=self.noticed.person_id,
            entity_id=self.noticed.entity_id,
            status=ValidationNotice.Status.CANCELLED,
        )

    def placements(self, number: int) -> None:
        start_placement(workspace=self.workspace, file=io.BytesIO(FILE), filename=f"{number}.csv")

    def consents(self, number: int) -> None:
        record_consent(workspace=self.workspace, person_id=self.account.person_id, kind="sms")

    def endpoints(self, number: int) -> None:
        told = {"value": f"more{number}@example.com"}
        add_endpoint(
            workspace=self.workspace,
            account_id=self.account.id,
            kind="email",
            told=told,
            source="consumer_provided",
        )

    def email_bases(self, number: int) -> None:
        email_id = self.id("email_endpoint_id")
        record_email_basis(workspace=self.workspace, endpoint_id=email_id, basis="i_A", evidence=f"msg_{number}")

    def disputes(self, number: int) -> None:
        filed = file_dispute(workspace=self.workspace, account_id=self.noticed.id, channel="mail", written=True)
        today = clock.now().date()
        answer_dispute(workspace=self.workspace, dispute_id=filed.id, kind="verification", medium="mail", on=today)

    def bankruptcies(self, number: int) -> None:
        report_bankruptcy(
            workspace=self.workspace,
            person_id=self.noticed.person_id,
            account_id=self.noticed.id,
            case_number=f"20-{number}",
            chapter="7",
            filed_on=dt.date(2020, 1, 2),
        )

    def authorizations(self, number: int) -> None:
        entity = OperatingEntity.objects.get(workspace=self.workspace, pk=self.id("entity_id"))
        row = AuthorizationRow(
            entity=entity,
            place=PLACES[number],
            role="third_party",
            basis="LICENSE",
            number=f"{number}",
            valid_from=clock.now().date(),
        )
        put_state_authorizations(workspace=self.workspace, rows=[row])

    def campaigns(self, number: int) -> None:
        account = Account.objects.get(workspace=self.workspace, creditor_reference=f"More-{number}")
        create_campaign(workspace=self.workspace, selection=Selection(accounts=[account.id]), name=f"{number}")

    def calls(self, number: int) -> None:
        schedule_call(workspace=self.workspace, account_id=self.account.id)

    def agents(self, number: int) -> None:
        VoiceAgent.objects.create(workspace=self.workspace, name="Sam", version=number + 1)

    def emails(self, number: int) -> None:
        queue_email(workspace=self.workspace, account_id=self.account.id, template_key="follow_up")

    def templates(self, number: int) -> None:
        source = Source(subject="Hello", text="Hello.", html="<p>Hello.</p>")
        save_template(workspace=self.workspace, key=f"more_{number}", name="More", purpose="collect", source=source)

    def payments(self, number: int) -> None:
        record_payment(workspace=self.workspace, account_id=self.account.id, amount=Decimal(1), method="check")

    def promises(self, number: int) -> None:
        today = clock.now().date()
        make_promise(workspace=self.workspace, account_id=self.account.id, amount=Decimal(1), due_on=today)

    def deliveries(self, number: int) -> None:
        send_test(workspace=self.workspace, endpoint_id=self.id("webhook_id"))

    def webhooks(self, number: int) -> None:
        create_endpoint(workspace=self.workspace, url=f"http://127.0.0.1:9/{number}", events=["audit.checkpoint"])


MORE: dict[str, Callable[[Grower, int], None]] = {
    "accounts": Grower.accounts,
    "accounts/{account_id}/notes": Grower.notes,
    "accounts/{account_id}/contacts": Grower.contacts,
    "accounts/{account_id}/holds": Grower.holds,
    "accounts/{account_id}/notices": Grower.notices,
    "placements": Grower.placements,
    "consents": Grower.consents,
    "bankruptcies": Grower.bankruptcies,
    "accounts/{account_id}/endpoints": Grower.endpoints,
    "email-bases": Grower.email_bases,
    "disputes": Grower.disputes,
    "state-authorizations": Grower.authorizations,
    "campaigns": Grower.campaigns,
    "calls": Grower.calls,
    "voice-agents": Grower.agents,
    "emails": Grower.emails,
    "email-templates": Grower.templates,
    "payments": Grower.payments,
    "promises": Grower.promises,
    "webhooks/{webhook_id}/deliveries": Grower.deliveries,
    "webhooks": Grower.webhooks,
}
# Lists of what was recorded: they grow with the others.
RECORDED = frozenset({"audit", "events", "accounts/{account_id}/timeline"})
# Lists that come with the code: no row is added, and they cost no more as the others grow.
SHIPPED = frozenset({"rule-packs"})


def grow(ours: Holdings, numbers: range) -> None:
    """So many rows more in each list. Call it unbound."""
    with bind(ours.workspace) as bound:
        grower = Grower(bound, ours.ids)
        for more in MORE.values():
            for number in numbers:
                more(grower, number)
