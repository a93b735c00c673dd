"""`/`: where a visitor goes who typed nothing but the host."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from credira.tenancy.scope import across_workspaces
from creditors.portal import is_signed_in, workspaces_of


def landing(request: HttpRequest) -> HttpResponse:
    """To the dashboard of the only workspace, else to the choice of workspaces, else to sign-in."""
    if not is_signed_in(request):
        return redirect("/login")
    with across_workspaces():
        workspaces = workspaces_of(request.user.pk)
    if len(workspaces) == 1:
        return redirect(reverse("portal:dashboard", args=[workspaces[0].slug]))
    return redirect("/workspaces")
