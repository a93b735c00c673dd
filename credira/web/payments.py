"""What came in, and what was promised: two lists."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse

from credira.api.pagination import page_of
from credira.web.statuses import STATUSES
from creditors.permissions import Access
from creditors.portal import PortalView
from payments.selectors import list_payments, list_promises

PAGE_SIZE = 50


class PaymentsView(PortalView):
    """`/w/<slug>/payments`; with `?show=promises` the promises, with `&status=` those of one status."""

    permission: ClassVar[tuple[str, Access]] = ("payments", "read")
    template_name = "web/payments.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        show = "promises" if request.GET.get("show") == "promises" else "payments"
        thing = show.removesuffix("s")
        status = request.GET.get("status", "")
        rows: Any = list_promises(self.workspace) if show == "promises" else list_payments(self.workspace)
        counts = {name: rows.filter(status=name).count() for name in rows.model.Status.values}
        if status in counts:
            rows = rows.filter(status=status)
        page, cursor = page_of(rows.prefetch_related("account__person"), request.GET.get("cursor"), PAGE_SIZE)
        here = f"?show={show}&status={status}" if status in counts else f"?show={show}"
        return self.render_to_response(
            self.get_context_data(
                show=show,
                thing=thing,
                rows=page,
                chips=chips(show, thing, status, counts),
                is_filtered=status in counts,
                newer=here if request.GET.get("cursor") else "",
                older=f"{here}&cursor={cursor}" if cursor else "",
            )
        )


def chips(show: str, thing: str, status: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    """All, then one chip a status that has rows."""
    found = [{"label": "All", "url": f"?show={show}", "on": status not in counts, "count": sum(counts.values())}]
    for name, count in counts.items():
        if count:
            label = STATUSES[thing][name][1]
            found.append({"label": label, "url": f"?show={show}&status={name}", "on": name == status, "count": count})
    return found
