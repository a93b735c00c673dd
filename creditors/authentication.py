"""The public API's credentials: `Authorization: Bearer sk_…`."""

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from credira.core.errors import Unauthenticated
from creditors.credentials import Credential, find_credential


class ApiKeyAuthentication(BaseAuthentication):
    """Sets `request.user` and `request.auth` to the key's Credential.

    Raises Unauthenticated with the same words for a wrong, expired and revoked key; no header is nobody, whom the view
    refuses.
    """

    def authenticate(self, request: Request) -> tuple[Credential, Credential] | None:
        scheme, _, token = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        found = find_credential(token.decode("latin-1").strip())
        if found is None:
            raise Unauthenticated(headers={"WWW-Authenticate": "Bearer"})
        return found, found

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="credira"'
