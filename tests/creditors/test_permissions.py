"""The one table of roles, and every page of the portal held against it."""

from uuid import uuid4

import pytest
from django.urls import URLPattern, get_resolver

from creditors.permissions import ROLES, TABLE, allows, roles_that_may
from creditors.portal import PortalView
from creditors.services import NewCreditor
from tests.portal import Browser, sign_in

# As the product's design lists it: owner, admin, collector, compliance, read only.
DESIGNED = """
dashboard r r r r r
accounts W W W W r
campaigns W W r r r
calls W W W r r
emails W W W r r
templates W W r W r
payments W W W r r
settlements W W W r r
matrix W W r W r
placements W W r r r
compliance W r r W r
rules W r r W r
audit W W - W r
exports W r - W r
recovery r r r r r
keys W W - - -
webhooks W W - r r
requests W W - r r
clock W W - r r
settings W W - r -
members W W - r -
status r r r r r
"""
CELLS = [
    (area, role, cell)
    for area, *cells in (line.split() for line in DESIGNED.strip().splitlines())
    for role, cell in zip(ROLES, cells, strict=True)
]


@pytest.mark.parametrize(("area", "role", "cell"), CELLS)
def test_cell(area: str, role: str, cell: str) -> None:
    assert allows(role, area, "read") is (cell in "rW")
    assert allows(role, area, "write") is (cell == "W")


def test_the_table_has_no_other_rows() -> None:
    assert set(TABLE) == {area for area, _, _ in CELLS}


@pytest.mark.promise("D-46")
def test_keys_are_the_owners_and_admins_alone() -> None:
    assert [role for role in ROLES if allows(role, "keys", "write")] == ["owner", "admin"]


def test_a_refusal_names_the_roles_that_may() -> None:
    assert roles_that_may("keys", "read") == ["Owner", "Admin"]
    assert roles_that_may("rules", "write") == ["Owner", "Compliance officer"]


def portal_routes() -> list[tuple[str, type[PortalView]]]:
    """Path under the workspace and view class of every page."""
    [portal] = [found for found in get_resolver().url_patterns if getattr(found, "namespace", "") == "portal"]
    routes = []
    for found in portal.url_patterns:
        assert isinstance(found, URLPattern)
        path = str(found.pattern)
        for converter in found.pattern.converters:
            kind = type(found.pattern.converters[converter]).__name__
            value = str(uuid4()) if kind == "UUIDConverter" else "1" if kind == "IntConverter" else "unknown"
            path = path.replace(
                f"<{kind.removesuffix('Converter').lower().replace('string', 'str')}:{converter}>", value
            )
        routes.append((path, getattr(found.callback, "view_class", type(None))))
    return routes


def test_every_page_under_a_workspace_goes_through_the_one_way_in() -> None:
    assert [path for path, view in portal_routes() if not issubclass(view, PortalView)] == []


@pytest.fixture
def browsers(acme: NewCreditor) -> dict[str, Browser]:
    return {role: sign_in(acme, role) for role in ROLES}


def test_each_page_opens_to_the_roles_of_its_cell_and_to_no_others(browsers: dict[str, Browser]) -> None:
    wrong = []
    for path, view in portal_routes():
        area, access = view.permission
        for role in ROLES:
            answer = browsers[role].client.get(f"/w/acme-sandbox/{path}")
            refused = answer.status_code == 403
            if refused is allows(role, area, access):
                wrong.append((path, role, answer.status_code))

    assert wrong == []


def test_each_change_is_refused_to_the_roles_that_may_only_see(browsers: dict[str, Browser]) -> None:
    wrong = []
    for path, view in portal_routes():
        area, access = view.write_permission or (view.permission[0], "write")
        for role in ROLES:
            if not allows(role, area, access):
                answer = browsers[role].client.post(f"/w/acme-sandbox/{path}", {})
                if answer.status_code != 403:
                    wrong.append((path, role, answer.status_code))

    assert wrong == []


def test_the_refusal_page_names_the_roles(browsers: dict[str, Browser]) -> None:
    page = browsers["collector"].client.get("/w/acme-sandbox/keys").content.decode()

    assert "This page is open to: Owner, Admin." in page


def test_the_sidebar_shows_what_the_role_may_see(browsers: dict[str, Browser]) -> None:
    owner = browsers["owner"].client.get("/w/acme-sandbox/settings/members").content.decode()
    reader = browsers["read_only"].client.get("/w/acme-sandbox/compliance/states").content.decode()

    assert 'href="/w/acme-sandbox/keys"' in owner
    assert 'href="/w/acme-sandbox/settings/members" aria-current="page"' in owner
    assert 'href="/w/acme-sandbox/keys"' not in reader
    assert 'href="/w/acme-sandbox/compliance/states" aria-current="page"' in reader
