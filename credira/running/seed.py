"""The demo's data: two creditors, their people and keys, a thousand accounts, a campaign over fifty of them."""

import base64
import datetime as dt
import secrets
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.importer.run import run_placement
from accounts.models import Account, Endpoint
from accounts.places import STATE_NAMES
from accounts.selectors import list_accounts
from accounts.services import start_placement
from campaigns.models import Campaign
from campaigns.services.campaigns import Selection, create_campaign
from compliance.services import record_consent, record_email_basis
from credira.core import clock
from credira.core.context import acting_as
from credira.providers.world import world
from credira.running.people import residents
from credira.running.state import DemoCreditor, DemoMember, DemoState
from credira.tenancy.models import Creditor, Workspace
from credira.tenancy.scope import across_workspaces, bind
from credira.work.advance import set_clock, start_advance
from credira.work.models import Job
from creditors.models import CollectorRole
from creditors.scopes import ALL
from creditors.services import (
    AuthorizationRow,
    add_member,
    create_creditor,
    create_entity,
    enroll_totp,
    mint_key,
    put_state_authorizations,
)
from messaging.services import connect_world
from webhooks.models import WebhookEndpoint
from webhooks.services import create_endpoint

ACCOUNTS = settings.BASE_DIR / "demo" / "accounts.csv"
SAMPLE, OTHER = "Sample Federal Credit Union", "Other Federal CU"
START = dt.datetime(2026, 11, 24, 10, 5, tzinfo=ZoneInfo("America/New_York"))
DAYS = 45
CAMPAIGN_SIZE = 50
SINK = "demo"
# Every ninth person has no documented consent and every tenth no basis for e-mail, so that the gate has something to
# refuse.
NO_CONSENT_EVERY = 9
NO_BASIS_EVERY = 10
PEOPLE = {
    SAMPLE: [
        ("alice", "owner", "Alice Moreau"),
        ("bob", "collector", "Bob Lindqvist"),
        ("dana", "compliance", "Dana Whitfield"),
    ],
    OTHER: [("charlie", "owner", "Charlie Osei")],
}
Say = Callable[[str], None]


def creditors() -> list[DemoCreditor]:
    """Make the two creditors with their people and keys."""
    return [_creditor(SAMPLE, "sample", ["Sample Federal CU"]), _creditor(OTHER, "other", [])]


def is_empty() -> bool:
    """Whether no creditor is there yet."""
    with across_workspaces():
        return not Creditor.objects.exists()


def holds(state: DemoState) -> bool:
    """Whether the database is the one that this state was written for: its creditors are there."""
    with across_workspaces():
        names = set(Creditor.objects.values_list("name", flat=True))
    return {creditor.name for creditor in state.creditors} <= names


def sandbox_of(name: str) -> Workspace:
    """The creditor's first sandbox."""
    with across_workspaces():
        return Workspace.objects.filter(creditor__name=name, livemode=False).earliest("id")


def connect(state: DemoState) -> None:
    """Tell the simulated world where this start's product and callbacks are; safe to repeat."""
    for creditor in state.creditors:
        connect_world(
            sandbox_of(creditor.name), label=creditor.name, product_url=state.base_url, api_key=creditor.keys["sandbox"]
        )


def freeze(workspace: Workspace) -> None:
    """The sandbox's clock stands at Tuesday, 2026-11-24 10:05 in New York, whatever the hour."""
    with bind(workspace) as bound:
        set_clock(workspace=bound, now=START.astimezone(dt.UTC), frozen=True)


def follow_sink(state: DemoState, workspace: Workspace) -> None:
    """Where the simulated world moved to another port, its sink is told of events there."""
    with bind(workspace) as bound:
        WebhookEndpoint.objects.filter(workspace=bound, url__endswith=f"/sink/{SINK}").exclude(
            url=state.sink_url
        ).update(url=state.sink_url)


def listen(state: DemoState, workspace: Workspace) -> None:
    """An endpoint for every event at the simulator's sink, which verifies the signatures."""
    with bind(workspace) as bound, acting_as("system", name="Demo"):
        made = create_endpoint(workspace=bound, url=state.sink_url, events=["*"])
    world(workspace).tell_sink(SINK, [made.secret])


def place(workspace: Workspace, file: Path, say: Say) -> None:
    """Place a file of accounts, as a worker does."""
    with bind(workspace) as bound, acting_as("system", name="Demo"), file.open("rb") as content:
        placement = start_placement(workspace=bound, file=content, filename=file.name)
    run_placement(workspace, placement.pk)
    with bind(workspace):
        placement.refresh_from_db()
    say(f"Placed {placement.placed:,} accounts from {file.name}; {placement.refused} rows refused.")


def document_facts(workspace: Workspace) -> None:
    """Consents to AI calls and bases for e-mail, for most people but not all."""
    with bind(workspace) as bound, acting_as("system", name="Demo"):
        since = clock.now() - dt.timedelta(days=200)
        rows = Endpoint.objects.filter(workspace=bound).order_by("id")
        for number, endpoint in enumerate(rows.filter(kind=Endpoint.Kind.PHONE), 1):
            if number % NO_CONSENT_EVERY:
                record_consent(
                    workspace=bound,
                    person_id=endpoint.person_id,
                    kind="tcpa",
                    at=since,
                    endpoint_id=endpoint.pk,
                    source="consumer_direct",
                    written=True,
                    wording="I agree to automated and AI calls about my account at this number.",
                )
        for number, endpoint in enumerate(rows.filter(kind=Endpoint.Kind.EMAIL), 1):
            if number % NO_BASIS_EVERY:
                record_email_basis(
                    workspace=bound,
                    endpoint_id=endpoint.pk,
                    basis="i_B",
                    since=since.date(),
                    evidence="The consumer e-mailed from this address about the account.",
                )


def settle(workspace: Workspace) -> None:
    """Let the consumers of the accounts live in the simulated world."""
    with bind(workspace) as bound:
        people = list(residents(bound, list_accounts(bound).order_by("id")))
    world(workspace).settle(people)


def campaign(workspace: Workspace) -> None:
    """Start a campaign over the file's first fifty open accounts."""
    with bind(workspace) as bound, acting_as("system", name="Demo"):
        chosen = Account.objects.filter(workspace=bound).order_by("id").values_list("id", flat=True)[:CAMPAIGN_SIZE]
        create_campaign(workspace=bound, selection=Selection(accounts=tuple(chosen)), name="First fifty accounts")


def campaign_page(workspace: Workspace) -> str:
    """The path of the campaign's page."""
    with bind(workspace) as bound:
        first = Campaign.objects.filter(workspace=bound).earliest("id")
    return f"/w/{workspace.slug}/campaigns/{first.public_id}"


def let_it_run(workspace: Workspace, days: int) -> Job:
    """Advance the sandbox's clock by so many days, as a job of the workers."""
    with bind(workspace) as bound:
        return start_advance(workspace=bound, to=bound.clock.now() + dt.timedelta(days=days))


def _creditor(name: str, slug: str, own_names: list[str]) -> DemoCreditor:
    made = create_creditor(name=name, slug=slug, own_names=own_names, state="TN")
    # Before anything is recorded: what is written after the frozen instant isn't known at it.
    freeze(made.sandbox)
    for workspace in (made.live, made.sandbox):
        with bind(workspace) as bound, acting_as("system", name="Demo"):
            _entities(bound, own_names[0] if own_names else name)
    shown = DemoCreditor(name=name)
    for mailbox, role, full_name in PEOPLE[name]:
        shown.members.append(_member(made.live, f"{mailbox}@{slug}.example", role, full_name))
    for kind, workspace in (("sandbox", made.sandbox), ("live", made.live)):
        with bind(workspace) as bound, acting_as("system", name="Demo"):
            shown.keys[kind] = mint_key(workspace=bound, name="Demo", scopes=list(ALL)).token
    return shown


def _entities(workspace: Workspace, creditor_name: str) -> None:
    """One entity for each role, authorized wherever the file's people live."""
    address = {"street": "200 Market St", "city": "Chattanooga", "state": "TN", "postal_code": "37402"}
    first = create_entity(
        workspace=workspace,
        name=creditor_name,
        is_default_first_party=True,
        phone="+14235550100",
        email=f"help@{workspace.creditor.slug}.example",
        **address,
    )
    third = create_entity(
        workspace=workspace,
        name="Ridgeline Recovery LLC",
        is_default_third_party=True,
        phone="+14235550101",
        email="help@ridgeline.example",
        **address,
    )
    since = dt.date(2026, 1, 1)
    places = [*STATE_NAMES, "NY-NYC"]
    put_state_authorizations(
        workspace=workspace,
        rows=[
            AuthorizationRow(entity=entity, place=place, role=role, basis=basis, valid_from=since, number=number)
            for entity, role, basis, number in (
                (first, CollectorRole.FIRST_PARTY, "NOT_REQUIRED", ""),
                (third, CollectorRole.THIRD_PARTY, "LICENSE", "RR-2026"),
            )
            for place in places
        ],
    )


def _member(live: Workspace, email: str, role: str, name: str) -> DemoMember:
    password, seed = secrets.token_urlsafe(12), secrets.token_bytes(20)
    with bind(live) as bound, acting_as("system", name="Demo"):
        member = add_member(workspace=bound, email=email, role=role, name=name, password=password)
        enroll_totp(user=member.user, secret=seed)
    return DemoMember(email=email, role=role, password=password, totp_secret=base64.b32encode(seed).decode())
