"""The search field of every page: an exact id goes straight to its page, everything else to the list of accounts."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect

from creditors.permissions import Access
from creditors.portal import PortalView

# The page of a thing, by the prefix of its public id. A request's page is what it changed.
PAGES = {
    "acct": "accounts/{id}",
    "cmp": "campaigns/{id}",
    "call": "calls/{id}",
    "plc": "placements/{id}",
    "wh": "webhooks/{id}",
    "evt": "audit?id={id}",
    "req": "audit?request_id={id}",
}


class SearchView(PortalView):
    """`/w/<slug>/search?q=`."""

    permission: ClassVar[tuple[str, Access]] = ("accounts", "read")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseRedirect:
        term = request.GET.get("q", "").strip()
        return HttpResponseRedirect(f"/w/{self.workspace.slug}/{destination(term)}")


def destination(term: str) -> str:
    """The path under the workspace for what was typed: `accounts/acct_01…`, or `accounts?q=miller`."""
    prefix, _, rest = term.partition("_")
    if prefix in PAGES and len(rest) == 26 and rest.isalnum():
        return PAGES[prefix].format(id=term)
    return f"accounts?{urlencode({'q': term})}" if term else "accounts"
