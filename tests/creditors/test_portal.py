"""The way into a workspace: one creditor's member sees nothing of another."""

import pytest
from django.db import connection
from django.db.utils import ProgrammingError
from django.test import Client

from credira.tenancy.scope import ScopeError, bind, bind_creditor
from creditors.models import Member, User
from creditors.services import NewCreditor, add_member
from tests.portal import sign_in


def test_a_foreign_workspace_and_a_missing_one_are_the_same_404(acme: NewCreditor, other: NewCreditor) -> None:
    alice = sign_in(acme)

    foreign = alice.client.get("/w/other/keys")
    missing = alice.client.get("/w/nowhere/keys")

    assert foreign.status_code == missing.status_code == 404
    assert _without_ids(foreign.content) == _without_ids(missing.content)


def test_a_part_of_a_page_sends_the_whole_page_to_sign_in() -> None:
    answer = Client().get(
        "/w/acme/keys",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/w/acme/webhooks?status=failed"},
    )

    assert answer.headers["HX-Redirect"] == "/login?next=/w/acme/webhooks%3Fstatus%3Dfailed"


def test_a_foreign_key_and_a_missing_one_are_the_same_404(acme: NewCreditor, other: NewCreditor) -> None:
    from creditors.services import mint_key

    alice = sign_in(acme)
    with bind(other.sandbox) as workspace:
        foreign_key = mint_key(workspace=workspace, name="Theirs", scopes=["audit:read"]).key

    foreign = alice.client.get(f"/w/acme-sandbox/keys/{foreign_key.public_id}/revoke")
    missing = alice.client.get("/w/acme-sandbox/keys/key_01m80edhsnexh8t44s6pz6em06/revoke")

    assert foreign.status_code == missing.status_code == 404
    assert _without_ids(foreign.content) == _without_ids(missing.content)


def test_members_of_another_creditor_are_out_of_reach_without_any_filter(acme: NewCreditor, other: NewCreditor) -> None:
    with bind(acme.live) as live:
        mine = add_member(workspace=live, email="bob@acme.example", role="collector")
    with bind(other.live) as live:
        add_member(workspace=live, email="charlie@other.example", role="owner")

    with bind_creditor(acme.creditor.id):
        assert list(Member.objects.all()) == [mine]
    with bind(acme.sandbox):
        assert list(Member.objects.all()) == [mine]
        moved = Member.objects.filter(id=mine.id)
        with pytest.raises(ProgrammingError, match="row-level security"):
            moved.update(creditor_id=other.creditor.id)


@pytest.mark.django_db(transaction=True)
def test_unbound_work_on_members_raises(acme: NewCreditor) -> None:
    with bind(acme.live) as live:
        add_member(workspace=live, email="bob@acme.example", role="collector")

    connection.close()
    with pytest.raises(Exception, match=r"unrecognized configuration parameter|invalid input syntax for type uuid"):
        list(Member.objects.all())


def test_one_person_works_for_two_creditors_in_two_roles(acme: NewCreditor, other: NewCreditor) -> None:
    alice = sign_in(acme, "owner", "alice@acme.example")
    with bind(other.live) as live:
        second = add_member(workspace=live, email="Alice@Acme.example", role="read_only")

    choice = alice.client.get("/workspaces").content.decode()

    assert second.user_id == alice.user.id
    assert User.objects.count() == 1
    assert all(f"/w/{slug}/" in choice for slug in ("acme", "acme-sandbox", "other", "other-sandbox"))
    assert alice.client.get("/w/acme/keys").status_code == 200
    assert alice.client.get("/w/other/keys").status_code == 403
    assert alice.client.get("/w/other/compliance/states").status_code == 200


def test_a_member_removed_from_a_creditor_finds_nothing_there(acme: NewCreditor) -> None:
    alice = sign_in(acme)
    with bind(acme.live):
        Member.objects.all().delete()

    assert alice.client.get("/w/acme/keys").status_code == 404


def test_people_are_managed_in_the_live_workspace(acme: NewCreditor) -> None:
    from credira.core.errors import Conflict

    with bind(acme.sandbox) as sandbox, pytest.raises(Conflict):
        add_member(workspace=sandbox, email="bob@acme.example", role="collector")
    with bind(acme.live) as live:
        add_member(workspace=live, email="bob@acme.example", role="collector")
        with pytest.raises(Conflict):
            add_member(workspace=live, email="bob@acme.example", role="admin")


def test_a_workspace_bound_for_one_creditor_never_widens(acme: NewCreditor, other: NewCreditor) -> None:
    with bind(acme.live), pytest.raises(ScopeError), bind(other.live):
        pass


def test_members_page_lists_people_roles_and_second_factors(acme: NewCreditor) -> None:
    alice = sign_in(acme, "owner", "alice@acme.example")
    with bind(acme.live) as live:
        add_member(workspace=live, email="bob@acme.example", role="collector", name="Bob Stone")

    page = alice.client.get("/w/acme/settings/members").content.decode()

    assert "Bob Stone" in page
    assert page.count("Not set up") == 1
    assert page.count("Authenticator") == 1


def _without_ids(content: bytes) -> str:
    """A page without what differs between any two requests."""
    import re

    return re.sub(r"req_\w+|csrf\w*=?\"[^\"]+\"|value=\"\w{64}\"", "", content.decode())
