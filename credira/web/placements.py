"""Placing accounts from a file: upload, progress, and the rows that were refused with how to mend them."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from accounts.importer.validator import unread
from accounts.models import Account, Placement
from accounts.selectors import get_placement, list_placements, list_refusals
from accounts.services import refused_csv, start_placement
from compliance.models import ValidationNotice
from credira.api.pagination import page_of
from credira.core import clock, formats
from credira.core.errors import DomainError
from credira.tenancy.models import Workspace
from credira.web.charts import Part
from credira.web.figures import Sums
from creditors.permissions import Access
from creditors.portal import PortalView

PAGE_SIZE = 25
REFUSALS_SHOWN = 100


class UploadForm(forms.Form):
    """A file of accounts."""

    file = forms.FileField(label="CSV file", widget=forms.FileInput({"accept": ".csv,text/csv"}))

    def clean_file(self) -> "UploadedFile[Any]":
        """Not larger than an upload may be."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > settings.UPLOAD_MAX_BYTES:
            raise forms.ValidationError(f"The file is larger than {settings.UPLOAD_MAX_BYTES // 1_048_576} MB.")
        return file


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a file has come: `left` in seconds once there is a rate to tell it by."""

    parts: list[Part]
    label: str
    rate: int | None
    left: int | None


class PlacementsView(PortalView):
    """`/w/<slug>/placements`: the files so far; POST takes another one."""

    permission: ClassVar[tuple[str, Access]] = ("placements", "read")
    template_name = "web/placements.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cursor = self.request.GET.get("cursor")
        page, older = page_of(list_placements(self.workspace), cursor, PAGE_SIZE)
        return super().get_context_data(
            **{
                "placements": page,
                "form": UploadForm(),
                "may_place": self.may("placements", "write"),
                "newer": "?" if cursor else "",
                "older": f"?cursor={older}" if older else "",
                "limit_mb": settings.UPLOAD_MAX_BYTES // 1_048_576,
            }
            | kwargs
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                placement = start_placement(workspace=self.workspace, file=file, filename=file.name)
            except DomainError as refused:
                form.add_error("file", refused.message)
            else:
                return self.go_to(placement)
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def go_to(self, placement: Placement) -> HttpResponse:
        """To its progress; a script that uploads in the background is told where to go."""
        address = f"/w/{self.workspace.slug}/placements/{placement.public_id}"
        return HttpResponseClientRedirect(address) if self.request.htmx else HttpResponseRedirect(address)  # type: ignore[attr-defined]


class PlacementView(PortalView):
    """`/w/<slug>/placements/<placement>`; `?code=` narrows the refused rows."""

    permission: ClassVar[tuple[str, Access]] = ("placements", "read")
    template_name = "web/placement.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        placement = get_placement(self.workspace, str(kwargs["placement_id"]))
        if request.htmx:  # type: ignore[attr-defined]
            return self.progress(placement)
        refusals = list_refusals(self.workspace, placement.id)
        codes = Counter(refusals.order_by().values_list("code", flat=True))
        code = request.GET.get("code", "")
        shown = refusals.filter(code=code) if code in codes else refusals
        return self.render_to_response(
            self.get_context_data(
                placement=placement,
                progress=progress_of(placement),
                is_moving=is_moving(placement),
                amounts=amounts_of(placement),
                unread=unread(placement.header),
                warnings=[(name.replace("_", " "), count) for name, count in sorted(placement.warnings.items())],
                notices=notices_of(self.workspace, placement),
                refusals=shown[:REFUSALS_SHOWN],
                shown=min(REFUSALS_SHOWN, codes[code] if code in codes else sum(codes.values())),
                faults=sum(codes.values()),
                chips=chips(codes, code),
            )
        )

    def progress(self, placement: Placement) -> HttpResponse:
        """The part that a page in progress asks for again and again; at the end the whole page is read once more."""
        if not is_moving(placement):
            return HttpResponseClientRefresh()
        self.template_name = "web/placement_progress.html"
        return self.render_to_response(self.get_context_data(placement=placement, progress=progress_of(placement)))


class RefusedView(PortalView):
    """`…/refused.csv`: the refused rows as they came, with what is wrong, to mend and upload again."""

    permission: ClassVar[tuple[str, Access]] = ("placements", "read")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        placement = get_placement(self.workspace, str(kwargs["placement_id"]))
        name = f"{placement.public_id}-refused.csv"
        return HttpResponse(
            refused_csv(self.workspace, placement),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def is_moving(placement: Placement) -> bool:
    """Whether the file still waits or is being worked."""
    return placement.status in (Placement.Status.QUEUED, Placement.Status.RUNNING)


def progress_of(placement: Placement) -> Progress:
    """Parts of the bar, and rate and time left from the machine's clock."""
    parts = [
        Part("Placed", placement.placed - placement.warned, "1"),
        Part("Placed with a warning", placement.warned, "wait"),
        Part("Unchanged", placement.unchanged, "5"),
        Part("Refused", placement.refused, "stop"),
    ]
    said = ", ".join(f"{formats.thousands(int(part.value))} {part.label.lower()}" for part in parts)
    label = f"{formats.percent(placement.done, placement.total)} checked: {said}"
    since = (clock.wall() - placement.started_at) if placement.started_at else dt.timedelta()
    rate = int(placement.done / since.total_seconds()) if since.total_seconds() > 0 and placement.done else None
    left = -(-(placement.total - placement.done) // rate) if rate else None
    return Progress(parts, label, rate, left)


def amounts_of(placement: Placement) -> Sums:
    """The placed amounts by currency."""
    return Sums(placement.placed, {currency: Decimal(text) for currency, text in placement.amounts.items()})


def notices_of(workspace: Workspace, placement: Placement) -> int:
    """How many validation notices the file's accounts have."""
    accounts = Account.objects.filter(workspace=workspace, placement=placement).values("id")
    notices = ValidationNotice.objects.filter(workspace=workspace, account_id__in=accounts)
    return notices.exclude(status=ValidationNotice.Status.NOT_REQUIRED).count()


def chips(codes: Counter[str], code: str) -> list[dict[str, Any]]:
    """All, then one chip a code, the most frequent first."""
    found: list[dict[str, Any]] = [
        {"label": "All", "url": "?#refused", "on": code not in codes, "count": sum(codes.values())}
    ]
    for name, count in codes.most_common():
        label = name.replace("_", " ").capitalize()
        found.append({"label": label, "url": f"?code={name}#refused", "on": name == code, "count": count})
    return found
