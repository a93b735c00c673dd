"""Members and their rights; where contact is authorized."""

from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django_otp.plugins.otp_totp.models import TOTPDevice

from credira.core import clock
from creditors import selectors, services
from creditors.forms import AuthorizationForm
from creditors.permissions import ROLE_NAMES, TABLE, Access
from creditors.portal import PortalView


class MembersView(PortalView):
    """Who can do what?"""

    permission: ClassVar[tuple[str, Access]] = ("members", "read")
    template_name = "creditors/members.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        members = list(selectors.list_members(self.workspace))
        guarded = TOTPDevice.objects.filter(user__in=[member.user_id for member in members], confirmed=True)
        return super().get_context_data(
            members=members,
            with_second_factor=set(guarded.values_list("user_id", flat=True)),
            roles=list(ROLE_NAMES.values()),
            table=list(TABLE.items()),
            **kwargs,
        )


class StatesView(PortalView):
    """Where is contact authorized?"""

    permission: ClassVar[tuple[str, Access]] = ("rules", "read")
    template_name = "creditors/states.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entities = {entity.id: entity for entity in selectors.list_entities(self.workspace)}
        rows = list(selectors.list_authorizations(self.workspace))
        today = clock.now().date()
        for row in rows:
            row.entity = entities[row.entity_id]
        return super().get_context_data(
            rows=rows,
            over={row.id for row in rows if row.valid_to and row.valid_to < today},
            entities=entities.values(),
            may_write=self.may("rules", "write"),
            **kwargs,
        )


class AddStateView(PortalView):
    """One authorization more."""

    permission: ClassVar[tuple[str, Access]] = ("rules", "write")
    template_name = "creditors/add_state.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=self._form(None)))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self._form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        [row] = services.put_state_authorizations(
            workspace=self.workspace, rows=[services.AuthorizationRow(**form.cleaned_data)]
        )
        messages.success(request, f"{row.place_name} is recorded.")
        return HttpResponseRedirect(f"/w/{self.workspace.slug}/compliance/states")

    def _form(self, data: Any) -> AuthorizationForm:
        return AuthorizationForm(data, entities=selectors.list_entities(self.workspace))
