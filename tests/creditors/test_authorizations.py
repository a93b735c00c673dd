"""Where an entity may act, and since when that is known (SCOPE-04)."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.db.utils import ProgrammingError
from django.test import Client

from credira.core.errors import Conflict, InvalidRequest
from credira.tenancy.scope import bind
from creditors import selectors, services
from creditors.models import OperatingEntity, StateAuthorization
from creditors.services import AuthorizationRow, NewCreditor
from tests.portal import sign_in

JAN, DEC = dt.date(2026, 1, 1), dt.date(2026, 12, 31)


def make_entity(creditor: NewCreditor, **fields: Any) -> OperatingEntity:
    with bind(creditor.sandbox) as workspace:
        return services.create_entity(
            workspace=workspace, **{"name": "Northgate Services", "is_default_third_party": True, **fields}
        )


def put(creditor: NewCreditor, entity: OperatingEntity, **terms: Any) -> StateAuthorization:
    row = AuthorizationRow(
        **{"entity": entity, "place": "MN", "role": "third_party", "basis": "LICENSE", "valid_from": JAN, **terms}
    )
    with bind(creditor.sandbox) as workspace:
        [found] = services.put_state_authorizations(workspace=workspace, rows=[row])
    return found


def is_authorized(creditor: NewCreditor, entity: OperatingEntity, place: str, role: str, on: dt.date) -> bool:
    with bind(creditor.sandbox) as workspace:
        return selectors.is_authorized(workspace, entity, place, role, on)


def test_a_license_counts_on_its_days_for_its_role_and_place_alone(acme: NewCreditor) -> None:
    entity = make_entity(acme)
    put(acme, entity, valid_to=DEC)

    assert is_authorized(acme, entity, "MN", "third_party", dt.date(2026, 11, 23))
    assert is_authorized(acme, entity, "MN", "third_party", JAN)
    assert is_authorized(acme, entity, "MN", "third_party", DEC)
    assert not is_authorized(acme, entity, "MN", "third_party", dt.date(2027, 1, 4))
    assert not is_authorized(acme, entity, "MN", "third_party", dt.date(2025, 12, 31))
    assert not is_authorized(acme, entity, "MN", "first_party", dt.date(2026, 11, 23))
    assert not is_authorized(acme, entity, "WI", "third_party", dt.date(2026, 11, 23))


def test_new_york_city_is_a_row_of_its_own(acme: NewCreditor) -> None:
    entity = make_entity(acme)
    put(acme, entity, place="NY")

    with bind(acme.sandbox) as workspace:
        assert selectors.authorized_places(workspace, entity, "third_party", DEC) == {"NY"}
    put(acme, entity, place="NY-NYC", basis="NOT_REQUIRED")
    with bind(acme.sandbox) as workspace:
        assert selectors.authorized_places(workspace, entity, "third_party", DEC) == {"NY", "NY-NYC"}


def test_putting_the_same_row_again_writes_nothing(acme: NewCreditor) -> None:
    entity = make_entity(acme)

    first, again = put(acme, entity, number="L-1"), put(acme, entity, number="L-1")

    assert first.id == again.id
    with bind(acme.sandbox):
        assert StateAuthorization.objects.count() == 1


def test_an_end_is_a_second_row_and_the_past_can_still_be_asked(acme: NewCreditor) -> None:
    entity = make_entity(acme)
    first = put(acme, entity)
    ended = put(acme, entity, valid_to=dt.date(2026, 6, 30))

    assert ended.replaces_id == first.id
    assert not is_authorized(acme, entity, "MN", "third_party", dt.date(2026, 7, 1))
    with bind(acme.sandbox) as workspace:
        assert [row.id for row in selectors.list_authorizations(workspace)] == [ended.id]
        before = selectors.list_authorizations(workspace, as_known_at=first.recorded_at)
        assert [row.id for row in before] == [first.id]


def test_rows_are_never_changed_or_removed(acme: NewCreditor) -> None:
    put(acme, make_entity(acme))

    for change in ("UPDATE creditors_stateauthorization SET number = 'x'", "DELETE FROM creditors_stateauthorization"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            bind(acme.sandbox),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)


def test_every_faulty_row_is_named_and_none_is_written(acme: NewCreditor) -> None:
    entity = make_entity(acme)
    good = AuthorizationRow(entity, "MN", "third_party", "LICENSE", JAN)
    bad = AuthorizationRow(entity, "ZZ", "pirate", "LETTER", DEC, valid_to=JAN)

    with bind(acme.sandbox) as workspace, pytest.raises(InvalidRequest) as refused:
        services.put_state_authorizations(workspace=workspace, rows=[good, bad])

    assert [detail["field"] for detail in refused.value.details] == [
        f"authorizations.1.{name}" for name in ("place", "role", "basis", "valid_to")
    ]
    with bind(acme.sandbox):
        assert not StateAuthorization.objects.exists()


def test_a_workspace_has_one_default_entity_a_role(acme: NewCreditor) -> None:
    first = make_entity(acme)

    with pytest.raises(Conflict):
        make_entity(acme, name="Southgate Services")
    with bind(acme.sandbox) as workspace:
        assert selectors.default_entity(workspace, "third_party") == first
        assert selectors.default_entity(workspace, "first_party") is None
        assert selectors.default_entity(workspace, "debt_buyer") is None


def test_the_api_puts_and_lists_authorizations(acme: NewCreditor) -> None:
    entity = make_entity(acme)
    with bind(acme.sandbox) as workspace:
        token = services.mint_key(workspace=workspace, name="K", scopes=["compliance:write"]).token
    client = Client(headers={"Authorization": f"Bearer {token}"})
    row = {"place": "MN", "role": "third_party", "basis": "LICENSE", "number": "L-1", "valid_from": "2026-01-01"}

    answer = client.put("/v1/state-authorizations", {"authorizations": [row]}, content_type="application/json")
    listed = client.get("/v1/state-authorizations")
    nowhere = client.put(
        "/v1/state-authorizations",
        {"authorizations": [{**row, "entity_id": "ent_01m80edhsnexh8t44s6pz6em06"}]},
        content_type="application/json",
    )

    assert answer.status_code == 200
    [put] = answer.json()["data"]
    assert put["entity_id"] == entity.public_id
    assert {name: put[name] for name in row} == row
    assert listed.json()["data"] == [put]
    assert nowhere.status_code == 404


def test_a_compliance_officer_records_one_on_the_page(acme: NewCreditor) -> None:
    entity, dana = make_entity(acme), sign_in(acme, "compliance")
    entered = {
        "entity": str(entity.id),
        "place": "MN",
        "role": "third_party",
        "basis": "LICENSE",
        "number": "L-1",
        "valid_from": "2026-01-01",
        "valid_to": "",
    }

    refused = dana.client.post("/w/acme-sandbox/compliance/states/new", {**entered, "valid_to": "2025-01-01"})
    saved = dana.client.post("/w/acme-sandbox/compliance/states/new", entered)
    page = dana.client.get("/w/acme-sandbox/compliance/states").content.decode()

    assert "Must not be before the first day." in refused.content.decode()
    assert saved["Location"] == "/w/acme-sandbox/compliance/states"
    assert "Minnesota" in page
    assert "L-1" in page
    with bind(acme.sandbox):
        assert StateAuthorization.objects.get().recorded_by == dana.member.public_id
