"""API keys: minted, shown once, found, ended at once."""

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from redis import Redis

from audit.models import Event
from credira.core import clock, valkey
from credira.core.errors import Conflict, InvalidRequest
from credira.tenancy.scope import bind
from creditors import credentials, plans, services, tokens
from creditors.models import ApiKey
from creditors.services import MintedKey, NewCreditor
from tests.portal import age_second_factor, code, sign_in

LATER = dt.timedelta(days=1)


def mint(creditor: NewCreditor, **fields: Any) -> MintedKey:
    with bind(creditor.sandbox) as workspace:
        return services.mint_key(workspace=workspace, **{"name": "Sync", "scopes": ["accounts:read"], **fields})


def ask(token: str, path: str = "/v1/me") -> Any:
    return Client().get(path, headers={"Authorization": f"Bearer {token}"})


def test_a_minted_key_is_found_by_its_text_and_stored_as_prefix_and_digest(acme: NewCreditor) -> None:
    minted = mint(acme, scopes=["accounts:read", "write:accounts"])

    found = credentials.find_credential(minted.token)

    assert minted.token.startswith("sk_test_")
    assert len(minted.token) == 46
    assert found is not None
    assert (found.id, found.workspace, found.plan, found.dialect) == (
        minted.key.id,
        acme.sandbox.id,
        "professional",
        "credira",
    )
    assert found.scopes == {"accounts:read", "accounts:write"}
    with bind(acme.sandbox):
        [row] = ApiKey.objects.values()
    assert row["prefix"] == minted.token[:16]
    assert minted.token[16:] not in str(row)


@pytest.mark.promise("C-18", "D-50")
def test_me_tells_creditor_workspace_and_key_but_never_the_key(acme: NewCreditor) -> None:
    minted = mint(acme, expires_at=dt.datetime(2030, 1, 1, tzinfo=dt.UTC))

    answer = ask(minted.token)

    assert answer.status_code == 200
    data = answer.json()["data"]
    assert data["creditor"] == {
        "id": acme.creditor.public_id,
        "name": "Acme Federal Credit Union",
        "workspace_id": acme.sandbox.public_id,
        "workspace": "acme-sandbox",
        "livemode": False,
        "time_zone": "America/New_York",
        "currency": "USD",
    }
    assert data["key"]["id"] == minted.key.public_id
    assert data["key"]["prefix"] == minted.token[:16]
    assert data["key"]["expires_at"] == "2030-01-01T00:00:00Z"
    assert data["key"]["last_used_at"] is not None
    assert (data["key"]["name"], data["key"]["created_at"][-1]) == (minted.key.name, "Z")
    assert minted.token not in answer.content.decode()


@pytest.mark.promise("C-36")
def test_wrong_expired_and_revoked_keys_get_the_same_401(
    acme: NewCreditor, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    revoked, expiring = mint(acme), mint(acme, expires_at=clock.wall() + LATER)
    with django_capture_on_commit_callbacks(execute=True), bind(acme.sandbox) as workspace:
        services.revoke_key(workspace=workspace, key_id=revoked.key.id)
    later = clock.wall() + LATER
    monkeypatch.setattr(clock, "wall", lambda: later)

    answers = [
        ask("nonsense"),
        ask(tokens.generate(livemode=False)),
        ask(revoked.token),
        ask(expiring.token),
        Client().get("/v1/me"),
    ]

    assert [answer.status_code for answer in answers] == [401] * 5
    assert {answer.json()["error"]["code"] for answer in answers} == {"UNAUTHENTICATED"}
    assert len({answer.json()["error"]["message"] for answer in answers}) == 1
    assert all(answer.headers["WWW-Authenticate"].startswith("Bearer") for answer in answers)


@pytest.mark.promise("D-43")
def test_a_portal_session_opens_nothing_of_the_api(acme: NewCreditor) -> None:
    alice = sign_in(acme)

    page, answer = alice.client.get("/w/acme-sandbox/"), alice.client.get("/v1/me")

    assert (page.status_code, answer.status_code) == (200, 401)
    assert answer.json()["error"]["code"] == "UNAUTHENTICATED"


def test_a_cached_key_ends_with_its_revocation(acme: NewCreditor, django_capture_on_commit_callbacks: Any) -> None:
    minted = mint(acme)
    assert credentials.find_credential(minted.token) is not None

    with django_capture_on_commit_callbacks(execute=True), bind(acme.sandbox) as workspace:
        services.revoke_key(workspace=workspace, key_id=minted.key.id)

    assert credentials.find_credential(minted.token) is None
    # A lookup that read the row before remembers it for 30 s at most, and not over this mark.
    assert valkey.client().ttl(f"key:{bytes(minted.key.digest).hex()}") > 30


def test_a_lookup_that_read_the_row_before_the_revocation_cant_bring_the_key_back(
    acme: NewCreditor, django_capture_on_commit_callbacks: Any
) -> None:
    minted = mint(acme)
    read_before = credentials._read(bytes(minted.key.digest))
    with django_capture_on_commit_callbacks(execute=True), bind(acme.sandbox) as workspace:
        services.revoke_key(workspace=workspace, key_id=minted.key.id)

    assert read_before is not None
    credentials._remember(bytes(minted.key.digest), read_before)

    assert credentials.find_credential(minted.token) is None


def test_a_rolled_back_revocation_ends_nothing(acme: NewCreditor, django_capture_on_commit_callbacks: Any) -> None:
    minted = mint(acme)

    with django_capture_on_commit_callbacks(execute=True), bind(acme.sandbox) as workspace:
        services.revoke_key(workspace=workspace, key_id=minted.key.id)
        transaction.set_rollback(True)

    assert credentials.find_credential(minted.token) is not None


def test_a_mistyped_key_is_refused_without_a_query(acme: NewCreditor, django_assert_num_queries: Any) -> None:
    token = mint(acme).token
    typo = token[:20] + ("a" if token[20] != "a" else "b") + token[21:]

    with django_assert_num_queries(0):
        assert credentials.find_credential(typo) is None
        assert credentials.find_credential(token[:-1]) is None
        assert credentials.find_credential(token + "0") is None
        assert credentials.find_credential("sk_test_" + "é" * 38) is None


def test_a_known_key_is_found_without_a_query_for_half_a_minute(
    acme: NewCreditor, django_assert_num_queries: Any
) -> None:
    minted = mint(acme)
    credentials.find_credential(minted.token)

    with django_assert_num_queries(0):
        assert credentials.find_credential(minted.token) is not None
    assert 0 < valkey.client().ttl(f"key:{bytes(minted.key.digest).hex()}") <= 30


def test_keys_are_found_in_postgresql_while_valkey_is_down(
    acme: NewCreditor, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    minted = mint(acme)
    dead = Redis.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=0.2)
    monkeypatch.setattr(valkey, "client", lambda: dead)

    found = credentials.find_credential(minted.token)
    with django_capture_on_commit_callbacks(execute=True), bind(acme.sandbox) as workspace:
        services.revoke_key(workspace=workspace, key_id=minted.key.id)

    assert found is not None
    assert credentials.find_credential(minted.token) is None
    dead.close()


def test_use_is_noted_at_most_once_a_minute(acme: NewCreditor, monkeypatch: pytest.MonkeyPatch) -> None:
    minted, start = mint(acme), clock.wall()
    noted = []
    for seconds in (0, 40, 61):
        moment = start + dt.timedelta(seconds=seconds)
        monkeypatch.setattr(clock, "wall", lambda moment=moment: moment)
        valkey.client().flushdb()
        credentials.find_credential(minted.token)
        with bind(acme.sandbox):
            noted.append(ApiKey.objects.get().last_used_at)

    assert noted == [start, start, start + dt.timedelta(seconds=61)]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["accounts:delete"]}, "scopes"),
        ({"name": "  "}, "name"),
        ({"plan": "gold"}, "plan"),
        ({"expires_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, "expires_at"),
    ],
)
def test_a_key_that_makes_no_sense_isnt_minted(acme: NewCreditor, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        mint(acme, **fields)

    assert [detail["field"] for detail in refused.value.details] == [field]
    with bind(acme.sandbox):
        assert not ApiKey.objects.exists()


def test_a_key_is_revoked_once(acme: NewCreditor) -> None:
    minted = mint(acme)

    with bind(acme.sandbox) as workspace:
        services.revoke_key(workspace=workspace, key_id=minted.key.id)
        with pytest.raises(Conflict):
            services.revoke_key(workspace=workspace, key_id=minted.key.id)


def test_each_plan_has_its_limits() -> None:
    from credira.api.limits import PLANS

    assert set(PLANS) == set(plans.PLANS)
    assert [PLANS[name][0].limit for name in plans.PLANS] == [1_000, 10_000, 100_000]


@pytest.mark.promise("C-19", "D-45", "D-47")
def test_the_page_shows_a_new_key_once_with_a_curl_line_that_works(acme: NewCreditor) -> None:
    alice = sign_in(acme)

    shown = alice.client.post(
        "/w/acme-sandbox/keys/new", {"name": "Sync", "lifetime": "90", "accounts:read": "on", "audit:read": "on"}
    )
    page = shown.content.decode()
    token = page.split('id="new-key">')[1].split("<")[0]

    assert shown.headers["Cache-Control"] == "no-store"
    assert f"Authorization: Bearer {token}" in page
    assert "Keep it in an environment variable or a secret store, never in a browser" in page
    assert ask(token).json()["data"]["key"]["scopes"] == ["accounts:read", "audit:read"]
    listed = alice.client.get("/w/acme-sandbox/keys").content.decode()
    assert token[:16] in listed
    assert token not in listed
    assert token[16:] not in listed
    with bind(acme.sandbox):
        key, event = ApiKey.objects.get(), Event.objects.get(type="key.minted")
    assert key.expires_at is not None
    assert (key.expires_at - clock.wall()).days == 89
    assert (event.actor_kind, event.actor_id, event.object_id) == ("member", alice.member.public_id, key.id)


def test_a_form_without_scopes_keeps_what_was_entered(acme: NewCreditor) -> None:
    page = sign_in(acme).client.post("/w/acme-sandbox/keys/new", {"name": "Sync", "lifetime": "30"}).content.decode()

    assert "Choose at least one scope." in page
    assert 'value="Sync"' in page


def test_the_page_revokes_a_key(acme: NewCreditor, django_capture_on_commit_callbacks: Any) -> None:
    minted, alice = mint(acme), sign_in(acme)
    assert ask(minted.token).status_code == 200

    with django_capture_on_commit_callbacks(execute=True):
        answer = alice.client.post(f"/w/acme-sandbox/keys/{minted.key.public_id}/revoke")

    assert answer["Location"] == "/w/acme-sandbox/keys"
    assert ask(minted.token).status_code == 401
    with bind(acme.sandbox):
        assert Event.objects.filter(type="key.revoked", object_id=minted.key.id).count() == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_minting_asks_again_for_a_second_factor_older_than_ten_minutes(acme: NewCreditor, method: str) -> None:
    alice = sign_in(acme)
    age_second_factor(alice.client, 601)

    answer = getattr(alice.client, method)("/w/acme-sandbox/keys/new", {"name": "Sync", "accounts:read": "on"})

    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/confirm?next=%2Fw%2Facme-sandbox%2Fkeys%2Fnew")
    with bind(acme.sandbox):
        assert not ApiKey.objects.exists()


def test_the_code_given_again_opens_the_page_for_ten_minutes(acme: NewCreditor) -> None:
    alice = sign_in(acme)
    age_second_factor(alice.client, 601)

    right = alice.client.post("/login/confirm?next=/w/acme-sandbox/keys/new", {"code": code(1)})

    assert right["Location"] == "/w/acme-sandbox/keys/new"
    assert alice.client.get("/w/acme-sandbox/keys/new").status_code == 200


@pytest.mark.promise("A-8", "A-9")
def test_a_live_key_and_a_sandbox_key_reach_their_own_half(acme: NewCreditor) -> None:
    with bind(acme.live) as live:
        token = services.mint_key(workspace=live, name="Live", scopes=["audit:read"]).token

    assert token.startswith("sk_live_")
    assert ask(token).json()["data"]["creditor"]["livemode"] is True
    assert ask(mint(acme).token).json()["data"]["creditor"]["livemode"] is False
