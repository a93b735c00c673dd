"""Who may call a route."""

from typing import Any

from rest_framework.permissions import BasePermission

from credira.api.credentials import may
from credira.core.errors import Forbidden, Unauthenticated


class HasScope(BasePermission):
    """Signed in, and holding the scope that the view names for the method."""

    def has_permission(self, request: Any, view: Any) -> bool:
        if request.auth is None:
            raise Unauthenticated(headers={"WWW-Authenticate": "Bearer"})
        method = "GET" if request.method == "HEAD" else request.method
        scope = view.scopes.get(method)
        if scope and not may(request.auth, scope):
            raise Forbidden(f"This needs the scope {scope}.", required_scope=scope)
        return True
