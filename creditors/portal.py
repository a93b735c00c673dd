"""The one way into a page of the portal: slug → membership → permission → bind, for the whole request.

A page that a stranger asks for, one of another creditor and one that doesn't exist are the same 404.
"""

import datetime as dt
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import SimpleTemplateResponse
from django.urls import Resolver404, resolve
from django.views.generic import TemplateView
from django_htmx.http import HttpResponseClientRedirect

from credira.core import clock
from credira.core.context import acting_as
from credira.core.errors import DomainError, Forbidden, InvalidRequest, NotFound
from credira.tenancy.models import Workspace
from credira.tenancy.scope import across_workspaces, bind
from creditors.models import Member
from creditors.permissions import Access, allows, roles_that_may

FRESH_FOR = dt.timedelta(minutes=10)
SECOND_FACTOR_AT = "second_factor_at"
_SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Portal:
    """Where a request is, for the templates of every page it may end in: no query is left to make."""

    workspace: Workspace
    workspaces: Sequence[Workspace]
    member: Member
    now: dt.datetime


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `workspace`, `workspaces`, `member`, `navigation`, `clock_now` on pages under a workspace."""
    portal: Portal | None = getattr(request, "portal", None)
    if portal is None:
        return {}
    return {
        "workspace": portal.workspace,
        "workspaces": portal.workspaces,
        "member": portal.member,
        "clock_now": portal.now,
        "navigation": navigation(portal.member, portal.workspace, current=request.path),
    }


class RoleRefused(Forbidden):
    """The member's role doesn't open this page; `roles` are those that do."""

    def __init__(self, area: str, access: Access) -> None:
        self.roles = roles_that_may(area, access)
        super().__init__(f"This page is open to: {', '.join(self.roles)}.")


class PortalView(TemplateView):
    """A page under `/w/<slug>/`. Subclasses set `permission` and `template_name`, and write `get`, `post`, ….

    Within them the workspace is bound (one transaction, rendering included) and facts are recorded in the member's
    name. Safe methods need the permission as given, others "write" on its area (`write_permission` says otherwise).
    A DomainError undoes what the request did and becomes a page.
    """

    permission: ClassVar[tuple[str, Access]]
    write_permission: ClassVar[tuple[str, Access] | None] = None

    request: HttpRequest
    workspace: Workspace
    member: Member
    workspaces: Sequence[Workspace]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_signed_in(request):
            return to_login(request)
        try:
            with self._entered(kwargs.pop("slug")):
                self.check_permission()
                _refuse_nul(request)
                return self._rendered(super().dispatch(request, *args, **kwargs))
        except NotFound as error:
            raise Http404 from error
        except DomainError as error:
            return self.refused(error)

    def check_permission(self) -> None:
        """Raises RoleRefused when the member's role may not do what is asked."""
        area, access = self.permission if self.request.method in _SAFE else self._permission_to_write()
        if not allows(self.member.role, area, access):
            raise RoleRefused(area, access)

    def may(self, area: str, access: Access) -> bool:
        """Whether the member may; for buttons that a page leaves out."""
        return allows(self.member.role, area, access)

    def refused(self, error: DomainError) -> HttpResponse:
        """The page of a failure that the view didn't handle in its form."""
        template = "403.html" if error.status == 403 else "creditors/refused.html"
        return render(self.request, template, {"error": error, "reason": error.message}, status=error.status)

    def _permission_to_write(self) -> tuple[str, Access]:
        return self.write_permission or (self.permission[0], "write")

    @contextmanager
    def _entered(self, slug: str) -> Any:
        user_id = self.request.user.pk
        with across_workspaces():
            self.workspaces = workspaces_of(user_id)
        known = next((workspace for workspace in self.workspaces if workspace.slug == slug), None)
        if known is None:
            raise NotFound
        with bind(known) as self.workspace:
            self.workspace.creditor = known.creditor
            self.member = Member.objects.select_related("user").get(creditor=known.creditor_id, user=user_id)
            self.request.portal = Portal(self.workspace, self.workspaces, self.member, clock.now())  # type: ignore[attr-defined]
            with acting_as("member", self.member.public_id, str(self.member.user)):
                yield

    @staticmethod
    def _rendered(response: HttpResponseBase) -> HttpResponseBase:
        # Lazily rendered templates query the database: they must do it while the workspace is bound.
        return response.render() if isinstance(response, SimpleTemplateResponse) else response


class FreshSecondFactorMixin:
    """Before `PortalView`: the page is refused to a session whose second factor is older than ten minutes.

    The member is asked the code again and sent back to this page.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_signed_in(request) and not has_fresh_second_factor(request):
            return HttpResponseRedirect(f"/login/confirm?{urlencode({'next': request.get_full_path()})}")
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response


def to_login(request: HttpRequest) -> HttpResponseBase:
    """Sign in and come back here; a part of a page sends the whole page there."""
    htmx: Any = getattr(request, "htmx", None)
    if htmx:
        goal = htmx.current_url_abs_path or request.get_full_path()
        return HttpResponseClientRedirect(f"/login?{urlencode({'next': goal}, safe='/')}")
    return redirect_to_login(request.get_full_path(), "/login")


def _refuse_nul(request: HttpRequest) -> None:
    """PostgreSQL keeps no NUL, so that no filter may ask for one. Raises InvalidRequest."""
    if any("\0" in value for _, values in request.GET.lists() for value in values):
        raise InvalidRequest("The address holds a character that isn't text.")


def is_signed_in(request: HttpRequest) -> bool:
    """Whether password and second factor were both given."""
    user: Any = request.user
    return bool(user.is_authenticated and user.is_verified())


def has_fresh_second_factor(request: HttpRequest) -> bool:
    """Whether the second factor was given within the last ten minutes."""
    given_at = request.session.get(SECOND_FACTOR_AT)
    return given_at is not None and clock.wall().timestamp() - given_at < FRESH_FOR.total_seconds()


def workspaces_of(user_id: Any) -> list[Workspace]:
    """Every workspace that the user may enter, live ones first. Call inside `across_workspaces`."""
    creditors = Member.objects.filter(user_id=user_id).values("creditor_id")
    found = Workspace.objects.filter(creditor_id__in=creditors).select_related("creditor")
    return list(found.order_by("creditor__name", "-livemode", "slug"))


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the sidebar."""

    label: str
    icon: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of the sidebar under one title; the first group has none."""

    title: str
    items: list[Entry]


# group, label, icon, area of the permission table, path under the workspace
_NAVIGATION: tuple[tuple[str, str, str, str, str], ...] = (
    ("", "Dashboard", "home", "dashboard", ""),
    ("Collect", "Accounts", "users", "accounts", "accounts"),
    ("Collect", "Campaigns", "speakerphone", "campaigns", "campaigns"),
    ("Collect", "Calls", "phone", "calls", "calls"),
    ("Collect", "E-mails", "mail", "emails", "emails"),
    ("Collect", "Letters", "mailbox", "emails", "letters"),
    ("Collect", "Payments", "cash", "payments", "payments"),
    ("Collect", "Settlements", "scale", "settlements", "settlements"),
    ("Collect", "Placements", "file-import", "placements", "placements"),
    ("Comply", "Overview", "shield-check", "compliance", "compliance"),
    ("Comply", "Disputes and holds", "message-report", "compliance", "disputes"),
    ("Comply", "Follow-ups", "user-question", "accounts", "follow-ups"),
    ("Comply", "Bankruptcies", "scale", "compliance", "bankruptcies"),
    ("Comply", "Notices", "files", "compliance", "notices"),
    ("Comply", "Rules and states", "book-2", "rules", "compliance/states"),
    ("Comply", "Audit log", "list-details", "audit", "audit"),
    ("Measure", "Recovery", "chart-line", "recovery", "recovery"),
    ("Build", "API keys", "key", "keys", "keys"),
    ("Build", "Webhooks", "webhook", "webhooks", "webhooks"),
    ("Build", "Request log", "terminal-2", "requests", "requests"),
    ("Build", "Test clock", "clock-play", "clock", "clock"),
    ("Settings", "Members", "users", "members", "settings/members"),
)


def navigation(member: Member, workspace: Workspace, current: str = "") -> list[Group]:
    """The pages that exist and that the member may see, by group; `current` is the path being shown."""
    base = f"/w/{workspace.slug}/"
    shown = [
        line
        for line in _NAVIGATION
        if allows(member.role, line[3], "read") and _exists(line[4]) and not (line[4] == "clock" and workspace.livemode)
    ]
    here = max((path for *_, path in shown if _is_within(current, base, path)), key=len, default=None)
    groups: dict[str, list[Entry]] = {}
    for group, label, icon, _area, path in shown:
        groups.setdefault(group, []).append(Entry(label, icon, base + path, path == here))
    return [Group(title, items) for title, items in groups.items()]


def _is_within(current: str, base: str, path: str) -> bool:
    return current == base if path == "" else f"{current}/".startswith(f"{base}{path}/")


@lru_cache(maxsize=64)
def _exists(path: str) -> bool:
    # Pages come with their rooms: an entry appears as soon as its address leads somewhere.
    try:
        resolve(f"/w/x/{path}")
    except Resolver404:
        return False
    return True
