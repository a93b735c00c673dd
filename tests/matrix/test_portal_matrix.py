"""Each page of the portal, asked by someone signed out, a stranger, the other workspace's address and every role.

The pages are those of the URL resolver; each id in an address is one that the sandbox holds.
"""

import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from credira.tenancy.scope import bind
from credira.work.advance import KIND as ADVANCE
from credira.work.jobs import create_job
from creditors.permissions import ROLES, allows
from creditors.portal import PortalView
from creditors.services import NewCreditor
from tests.matrix.holdings import Holdings, nowhere, undone
from tests.placing import make_collector
from tests.portal import sign_in

pytestmark = pytest.mark.django_db
READ, WRITE = "GET", "POST"


@dataclass(frozen=True)
class Page:
    """A page's path under the workspace, with the names of its ids, and its view."""

    path: str
    view: type[PortalView]

    def __str__(self) -> str:
        return self.path or "(dashboard)"

    @property
    def names_ids(self) -> bool:
        """Whether its address names something of the workspace."""
        return "_id}" in self.path

    def url(self, slug: str, ids: dict[str, str]) -> str:
        """Its address with these ids in it; a hold stands below the account that it is about."""
        named = {**ids, "account_id": ids["noticed_id"]} if "{hold_id}" in self.path else ids
        return f"/w/{slug}/{self.path.format(**named, action='pause')}"

    def needs(self, method: str) -> tuple[str, Any]:
        """The area and the access of the one permission table."""
        if method == READ:
            return self.view.permission
        return self.view.write_permission or (self.view.permission[0], "write")

    def has(self, method: str) -> bool:
        """Whether it answers this method."""
        return method.lower() in self.view.http_method_names and hasattr(self.view, method.lower())


def pages() -> list[Page]:
    """All of them."""
    [portal] = [found for found in get_resolver().url_patterns if getattr(found, "namespace", "") == "portal"]
    found = []
    for pattern in portal.url_patterns:
        assert isinstance(pattern, URLPattern), f"{pattern.pattern} is nested: this can't see into it"
        view: Any = getattr(pattern.callback, "view_class", None)
        found.append(Page(re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern)), view))
    return found


@pytest.fixture
def ours(creditor: NewCreditor, ours: Holdings) -> Holdings:
    """Their job is an advance of the clock, the only kind that has a page."""
    with bind(creditor.sandbox) as bound:
        job = create_job(bound, ADVANCE, data={"to": "2026-12-01T15:05:00+00:00"})
    return replace(ours, ids={**ours.ids, "job_id": job.public_id})


def leaked(answer: Any, ours: Holdings) -> list[str]:
    """Texts of our people in an answer; its address may stand there, for whoever asked named it."""
    text = answer.getvalue().decode(errors="replace").lower()
    return [word for word in ours.words if word.lower() in text]


def test_signed_out_each_page_leads_to_the_login_and_back(ours: Holdings) -> None:
    before, wrong = ours.digest(), {}
    for page in pages():
        for method in (READ, WRITE):
            url = page.url(ours.workspace.slug, ours.ids)
            answer = Client().generic(method, url)
            if (answer.status_code, answer.headers.get("Location")) != (302, f"/login?next={quote(url)}"):
                wrong[f"{method} {page}"] = answer.status_code

    assert wrong == {}
    assert ours.digest() == before


def test_a_member_of_another_creditor_finds_no_page_of_ours(ours: Holdings) -> None:
    stranger = make_collector(slug="other")
    client = sign_in(stranger, "owner").client
    page_of_nobody = without_request_id(client.get("/w/nobody/accounts"))
    before, wrong = ours.digest(), {}
    for page in pages():
        for method in (READ, WRITE):
            answer = client.generic(method, page.url(ours.workspace.slug, ours.ids))
            if answer.status_code != 404 or leaked(answer, ours):
                wrong[f"{method} {page}"] = answer.status_code

    assert wrong == {}
    assert ours.digest() == before
    assert without_request_id(client.get(f"/w/{ours.workspace.slug}/accounts")) == page_of_nobody


@pytest.mark.parametrize("whose", ["another creditor", "the same creditor's live side"])
def test_our_ids_under_another_workspace_are_404(creditor: NewCreditor, ours: Holdings, whose: str) -> None:
    theirs = creditor if whose.startswith("the same") else make_collector(slug="other")
    client, slug = sign_in(theirs, "owner").client, theirs.live.slug
    before, wrong = ours.digest(), {}
    for page in pages():
        for method in (READ, WRITE):
            if page.names_ids and page.has(method):
                foreign = client.generic(method, page.url(slug, ours.ids))
                missing = client.generic(method, page.url(slug, {n: nowhere(i) for n, i in ours.ids.items()}))
                if (foreign.status_code, missing.status_code) != (404, 404) or leaked(foreign, ours):
                    wrong[f"{method} {page}"] = (foreign.status_code, missing.status_code)

    assert wrong == {}
    assert ours.digest() == before


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_permission_table_says(creditor: NewCreditor, ours: Holdings, role: str) -> None:
    client, wrong = sign_in(creditor, role).client, {}
    for page in pages():
        for method in (READ, WRITE):
            with undone():
                answer = client.generic(method, page.url(ours.workspace.slug, ours.ids))
            may = allows(role, *page.needs(method))
            if not may:
                expected = {403}
            elif not page.has(method):
                expected = {405}
            else:
                expected = {200} if method == READ and page.path != "search" else {200, 302, 400, 409, 422}
            if answer.status_code not in expected:
                wrong[f"{method} {page}"] = (answer.status_code, expected)

    assert wrong == {}


def without_request_id(answer: Any) -> bytes:
    """An answer's page; the ids of two requests differ."""
    content: bytes = answer.getvalue()
    return re.sub(rb"req_\w+", b"", content)
