"""Signing in: two factors, one answer for wrong and unknown, a limit of tries."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from pytest_django.live_server_helper import LiveServer
from redis.exceptions import ConnectionError as ValkeyDown

from credira import settings as product_settings
from credira.core import valkey
from credira.core.crypto import decrypt
from creditors import second_factor
from creditors.models import User
from creditors.services import NewCreditor
from tests.portal import PASSWORD, code, give_password, make_member, sign_in


@pytest.fixture
def alice(acme: NewCreditor) -> User:
    return make_member(acme, "owner", "alice@acme.example").user


def test_password_and_code_open_the_workspaces(alice: User) -> None:
    client = Client()

    first = client.post("/login", {"email": "Alice@Acme.example", "password": PASSWORD})
    second = client.post("/login/code", {"code": code()})

    assert (first.status_code, first["Location"]) == (302, "/login/code")
    assert (second.status_code, second["Location"]) == (302, "/workspaces")
    page = client.get("/workspaces").content.decode()
    assert "/w/acme/" in page
    assert "/w/acme-sandbox/" in page


def test_a_password_is_kept_as_an_argon2_hash_alone(acme: NewCreditor) -> None:
    with override_settings(PASSWORD_HASHERS=product_settings.PASSWORD_HASHERS):  # the tests' own is a quick one
        kept = make_member(acme, "owner", "alice@acme.example").user.password

    assert kept.startswith("argon2$argon2id$")
    assert PASSWORD not in kept


def test_password_alone_opens_nothing(alice: User) -> None:
    client = Client()
    give_password(client, alice.email)

    assert client.get("/workspaces")["Location"].startswith("/login")
    assert client.get("/w/acme/keys")["Location"] == "/login?next=/w/acme/keys"


def test_wrong_and_unknown_accounts_get_the_same_answer(alice: User) -> None:
    wrong = Client().post("/login", {"email": alice.email, "password": "wrong"})
    unknown = Client().post("/login", {"email": "nobody@acme.example", "password": "wrong"})

    def words(answer: object) -> str:
        text = answer.content.decode()  # type: ignore[attr-defined]
        return text[text.index("<form") :].split("csrfmiddlewaretoken")[1].split(">", 1)[1].split("<label")[0]

    assert wrong.status_code == unknown.status_code == 200
    assert "E-mail or password is wrong." in wrong.content.decode()
    assert words(wrong) == words(unknown)


def test_a_code_is_good_once(alice: User) -> None:
    spent = code()
    first = Client()
    give_password(first, alice.email)
    first.post("/login/code", {"code": spent})
    second = Client()
    give_password(second, alice.email)

    answer = second.post("/login/code", {"code": spent})

    assert answer.status_code == 200
    assert "it was used before" in answer.content.decode()
    assert second.get("/workspaces").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_five_equal_codes_at_once_one_is_good(alice: User) -> None:
    spent = code()

    def verify(_: int) -> bool:
        try:
            return second_factor.verify(alice, spent) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        good = list(pool.map(verify, range(5)))

    assert sorted(good) == [False, False, False, False, True]


def test_a_wrong_code_signs_nobody_in(alice: User) -> None:
    client = Client()
    give_password(client, alice.email)

    answer = client.post("/login/code", {"code": "000000" if code() != "000000" else "111111"})

    assert answer.status_code == 200
    assert client.get("/workspaces").status_code == 302


def test_the_sixth_try_in_a_window_is_refused_even_with_the_right_password(alice: User) -> None:
    client = Client()
    for _ in range(5):
        assert client.post("/login", {"email": alice.email, "password": "wrong"}).status_code == 200

    locked = client.post("/login", {"email": alice.email, "password": PASSWORD})
    elsewhere = Client(REMOTE_ADDR="192.0.2.7").post("/login", {"email": alice.email, "password": PASSWORD})

    assert locked.status_code == 429
    assert "Too many tries" in locked.content.decode()
    assert elsewhere.status_code == 302


def test_signing_in_clears_the_tries(alice: User) -> None:
    client = Client()
    for _ in range(4):
        client.post("/login", {"email": alice.email, "password": "wrong"})
    give_password(client, alice.email)
    client.post("/login/code", {"code": code()})

    again = Client().post("/login", {"email": alice.email, "password": "wrong"})

    assert again.status_code == 200


@pytest.fixture
def valkey_down(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    dead = valkey.client().__class__.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=0.2)
    monkeypatch.setattr(valkey, "client", lambda: dead)
    with pytest.raises(ValkeyDown):
        dead.ping()
    yield
    dead.close()


def test_without_the_counter_nobody_may_try(alice: User, valkey_down: None) -> None:
    answer = Client().post("/login", {"email": alice.email, "password": PASSWORD})

    assert answer.status_code == 503
    assert "possible at the moment" in answer.content.decode()


def test_the_session_changes_at_both_steps_and_ends_at_sign_out(alice: User) -> None:
    client = Client()
    client.get("/login")
    give_password(client, alice.email)
    pending = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post("/login/code", {"code": code()})
    signed_in = client.cookies[settings.SESSION_COOKIE_NAME].value

    client.post("/logout")

    assert pending != signed_in
    stolen = Client()
    stolen.cookies[settings.SESSION_COOKIE_NAME] = signed_in
    assert stolen.get("/workspaces").status_code == 302
    stolen.cookies[settings.SESSION_COOKIE_NAME] = pending
    assert stolen.get("/login/code")["Location"] == "/login"


def test_a_new_member_sets_up_an_authenticator_first(acme: NewCreditor) -> None:
    from django_otp.plugins.otp_totp.models import TOTPDevice

    member = make_member(acme, "collector")
    TOTPDevice.objects.filter(user=member.user).delete()
    client = Client()

    first = client.post("/login", {"email": member.user.email, "password": PASSWORD})
    page = client.get("/login/enroll")
    secret = bytes.fromhex(decrypt(client.session["sign_in"]["secret"]))
    wrong = client.post("/login/enroll", {"code": "123456" if code(secret=secret) != "123456" else "654321"})
    right = client.post("/login/enroll", {"code": code(secret=secret)})

    assert first["Location"] == "/login/enroll"
    assert "<svg" in page.content.decode()
    assert wrong.status_code == 200
    assert right["Location"] == "/workspaces"
    assert TOTPDevice.objects.get(user=member.user).bin_key == secret


def test_where_to_go_next_is_an_address_of_our_own(alice: User) -> None:
    good, bad = Client(), Client()
    good.post("/login?next=/w/acme/keys", {"email": alice.email, "password": PASSWORD})
    bad.post("/login?next=https://evil.example/", {"email": alice.email, "password": PASSWORD})

    assert good.post("/login/code", {"code": code()})["Location"] == "/w/acme/keys"
    assert bad.post("/login/code", {"code": code(1)})["Location"] == "/workspaces"


def test_colors_follow_the_member_to_the_next_browser(acme: NewCreditor) -> None:
    browser = sign_in(acme)

    browser.client.post("/workspaces", {"theme": "dark"})

    assert browser.client.cookies["theme"].value == "dark"
    elsewhere = Client()
    give_password(elsewhere, browser.user.email)
    elsewhere.post("/login/code", {"code": code(1)})
    assert elsewhere.cookies["theme"].value == "dark"


@pytest.mark.django_db(transaction=True)
def test_over_http_the_session_is_hidden_from_scripts_and_a_form_needs_its_token(
    alice: User, live_server: LiveServer
) -> None:
    address = f"{live_server.url}/login"
    entered = {"email": alice.email, "password": PASSWORD}
    with requests.Session() as browser:
        page = browser.get(address, timeout=10)
        refused = browser.post(address, data=entered, timeout=10)
        token = page.cookies["csrftoken"]
        taken = browser.post(address, data={**entered, "csrfmiddlewaretoken": token}, timeout=10, allow_redirects=False)

    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert refused.status_code == 403
    assert (taken.status_code, taken.headers["Location"]) == (302, "/login/code")
    assert "HttpOnly" in taken.headers["Set-Cookie"]
    assert "SameSite=Lax" in taken.headers["Set-Cookie"]
