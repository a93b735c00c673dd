"""How today is going, and what needs attention: every figure leads to the rows behind it."""

from typing import ClassVar

from creditors.permissions import Access
from creditors.portal import PortalView


class DashboardView(PortalView):
    """`/w/<slug>/`."""

    permission: ClassVar[tuple[str, Access]] = ("dashboard", "read")
    template_name = "web/dashboard.html"
