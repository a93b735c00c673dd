"""API keys: who uses them, minting one, revoking one. Every step asks for a fresh second factor."""

from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from credira.core import clock, ids
from creditors import selectors, services
from creditors.forms import KeyForm
from creditors.models import ApiKey
from creditors.permissions import Access
from creditors.portal import FreshSecondFactorMixin, PortalView


class KeysView(PortalView):
    """Which keys exist, and who uses them?"""

    permission: ClassVar[tuple[str, Access]] = ("keys", "read")
    template_name = "creditors/keys.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(keys=selectors.list_keys(self.workspace), **kwargs)


class MintKeyView(FreshSecondFactorMixin, PortalView):
    """A new key, and the one page that shows it."""

    permission: ClassVar[tuple[str, Access]] = ("keys", "write")
    template_name = "creditors/mint_key.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=KeyForm()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = KeyForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        lifetime = form.cleaned_data["days"]
        minted = services.mint_key(
            workspace=self.workspace,
            name=form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"],
            expires_at=clock.wall() + lifetime if lifetime else None,
        )
        context = self.get_context_data(minted=minted, api_url=request.build_absolute_uri("/v1/me"))
        response = self.response_class(request, ["creditors/key_shown.html"], context, using=self.template_engine)
        response["Cache-Control"] = "no-store"
        return response


class RevokeKeyView(FreshSecondFactorMixin, PortalView):
    """The question before a key ends, and its end."""

    permission: ClassVar[tuple[str, Access]] = ("keys", "write")
    template_name = "creditors/revoke_key.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(key=selectors.get_key(self.workspace, self._key_id), **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = services.revoke_key(workspace=self.workspace, key_id=self._key_id)
        messages.success(request, f"“{key.name}” is revoked. Requests with it are refused from now on.")
        return HttpResponseRedirect(f"/w/{self.workspace.slug}/keys")

    @property
    def _key_id(self) -> Any:
        return ids.parse_id(ApiKey.PREFIX, self.kwargs["key_id"])
