"""What the demo begins with: two creditors, who may do what where, and facts for most people but not all."""

import csv
import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from accounts.models import Account, Endpoint
from compliance.models import Consent, EmailBasis
from credira.core import clock
from credira.running import seed
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from creditors.models import CollectorRole
from creditors.selectors import authorized_places, default_entity, profile
from tests.simulated import simulator_process

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def outside(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """The simulated world, whose clock is set as well."""
    with simulator_process(tmp_path) as url:
        settings.SIMULATOR_URL = url
        yield


@pytest.fixture
def sandbox(outside: None) -> Workspace:
    seed.creditors()
    return seed.sandbox_of(seed.SAMPLE)


def test_two_creditors_with_their_people_and_the_clock_of_a_tuesday_morning(outside: None) -> None:
    shown = {
        made.name: [(each.email.partition("@")[0], each.role) for each in made.members] for made in seed.creditors()
    }

    assert shown == {
        "Sample Federal Credit Union": [("alice", "owner"), ("bob", "collector"), ("dana", "compliance")],
        "Other Federal CU": [("charlie", "owner")],
    }
    with bind(seed.sandbox_of(seed.SAMPLE)) as bound:
        assert profile(bound).own_names == ["Sample Federal Credit Union", "Sample Federal CU"]
        assert clock.now() == dt.datetime(2026, 11, 24, 15, 5, tzinfo=dt.UTC)


def test_both_roles_may_act_in_every_state_of_the_file_and_in_new_york_city(sandbox: Workspace) -> None:
    with seed.ACCOUNTS.open(encoding="utf-8", newline="") as file:
        states = {row["address_state"] for row in csv.DictReader(file)} - {""}

    with bind(sandbox) as bound:
        for role in (CollectorRole.FIRST_PARTY, CollectorRole.THIRD_PARTY):
            entity = default_entity(bound, role)
            assert entity is not None
            assert states | {"NY-NYC"} <= authorized_places(bound, entity, role, clock.now().date())


def test_most_people_but_not_all_have_a_documented_consent_and_an_e_mail_basis(sandbox: Workspace) -> None:
    seed.place(sandbox, seed.ACCOUNTS, lambda line: None)
    seed.document_facts(sandbox)

    with bind(sandbox):
        ways = Counter(Endpoint.objects.values_list("kind", flat=True))
        consents = Counter(Consent.objects.values_list("kind", "written"))
        bases = Counter(EmailBasis.objects.values_list("basis", flat=True))
        assert Account.objects.count() == 1_000
    assert consents == {("tcpa", True): ways["phone"] - ways["phone"] // seed.NO_CONSENT_EVERY}
    assert bases == {"i_B": ways["email"] - ways["email"] // seed.NO_BASIS_EVERY}
    assert ways["phone"] > consents["tcpa", True] > ways["phone"] / 2
    assert ways["email"] > bases["i_B"] > ways["email"] / 2
