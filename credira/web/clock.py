"""The test clock of a sandbox: what time it is there, what falls due next, and going forward."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRefresh

from audit.selectors import list_events
from credira.core import clock
from credira.core.errors import DomainError, NotFound
from credira.core.forms import DateTimeField
from credira.tenancy.models import Workspace
from credira.work.advance import KIND, start_advance
from credira.work.jobs import get_job
from credira.work.models import Due, Job
from creditors.permissions import Access
from creditors.portal import PortalView

DAYS_SHOWN = 14
FACTS_READ, LINES_SHOWN = 500, 12
LOCAL_INPUT = "%Y-%m-%dT%H:%M"

# What a due row is, in the words of the page; an unlisted kind is shown by its own name.
KINDS = {
    "compliance.notice": "Validation notice to prepare",
    "messaging.send": "E-mail to send",
    "messaging.letter": "Letter to mail",
    "campaigns.step": "Campaign step to plan",
    "campaigns.dial": "Call to place",
    "campaigns.end": "Campaign to end",
    "payments.promise": "Promise to check",
}


@dataclass(frozen=True, slots=True)
class DueLine:
    """So many things of a kind fall due on a day."""

    day: dt.date
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Happened:
    """So many facts of a type, one after the other, the last of them at `at`."""

    type: str
    count: int
    at: dt.datetime


class AdvanceForm(forms.Form):
    """Which way to go forward; the moment itself is computed by `target`, in the creditor's zone."""

    step = forms.ChoiceField(choices=[(step, step) for step in ("date", "day", "week", "next")], initial="date")
    to = DateTimeField(
        label="Date and time",
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=LOCAL_INPUT),
        input_formats=[LOCAL_INPUT],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].required = self.data.get("step", "date") == "date"


class ClockView(PortalView):
    """`/w/<slug>/clock`. A live workspace has no such page."""

    permission: ClassVar[tuple[str, Access]] = ("clock", "read")
    template_name = "web/clock.html"

    def check_permission(self) -> None:
        super().check_permission()
        if self.workspace.livemode:
            raise NotFound

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        job = Job.objects.filter(workspace=self.workspace, kind=KIND).order_by("-id").first()
        zone = ZoneInfo(self.workspace.creditor.time_zone)
        local_now = clock.now().astimezone(zone)
        return super().get_context_data(
            **{
                "form": AdvanceForm(initial={"to": local_now.replace(tzinfo=None) + dt.timedelta(days=1)}),
                "job": job,
                "arriving_at": arriving_at(job) if job else None,
                "is_advancing": job is not None and job.status in (Job.Status.QUEUED, Job.Status.RUNNING),
                "next_due_at": next_due_at(self.workspace),
                "due_lines": due_lines(self.workspace, zone),
                "happened": happened(self.workspace),
                "may_advance": self.may("clock", "write"),
            }
            | kwargs
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = AdvanceForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        try:
            start_advance(workspace=self.workspace, to=self._target(form))
        except DomainError as refused:
            form.add_error(None, str(refused))
            return self.render_to_response(self.get_context_data(form=form), status=refused.status)
        return HttpResponseRedirect(reverse("portal:clock", args=[self.workspace.slug]))

    def _target(self, form: AdvanceForm) -> dt.datetime:
        chosen = form.cleaned_data["to"] if form.cleaned_data["step"] == "date" else None
        zone = ZoneInfo(self.workspace.creditor.time_zone)
        return target(form.cleaned_data["step"], chosen, clock.now(), next_due_at(self.workspace), zone)


class ClockProgressView(PortalView):
    """The part of the page that shows how far the clock has come; the whole page is read again when it has arrived."""

    permission: ClassVar[tuple[str, Access]] = ("clock", "read")
    template_name = "web/clock_progress.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        job = get_job(self.workspace, str(kwargs["job_id"]))
        if job.kind != KIND:
            raise NotFound
        if job.status == Job.Status.FAILED:
            messages.error(request, f"The clock stopped: {job.message}")
        if job.status in (Job.Status.COMPLETED, Job.Status.FAILED):
            return HttpResponseClientRefresh()
        return self.render_to_response(self.get_context_data(job=job, arriving_at=arriving_at(job)))


def target(
    step: str, chosen: dt.datetime | None, now: dt.datetime, next_due: dt.datetime | None, zone: ZoneInfo
) -> dt.datetime:
    """Where the clock goes. A day or week keeps the time of day there, across a change of daylight time.

    "next" with nothing due goes on by a day, since simulated people may act without a due row.
    """
    local = now.astimezone(zone)
    if step == "date" and chosen is not None:
        return chosen.replace(tzinfo=zone)
    if step == "next" and next_due is not None:
        return max(next_due, now + dt.timedelta(seconds=1))
    days = 7 if step == "week" else 1
    return (local + dt.timedelta(days=days)).replace(fold=0)


def arriving_at(job: Job) -> dt.datetime:
    """Where an advance is going."""
    return dt.datetime.fromisoformat(job.data["to"])


def next_due_at(workspace: Workspace) -> dt.datetime | None:
    """The next instant at which something falls due by the workspace's clock."""
    return _pending(workspace).order_by("due_at").values_list("due_at", flat=True).first()


def due_lines(workspace: Workspace, zone: ZoneInfo) -> list[DueLine]:
    """What falls due within the next two weeks, by day and kind."""
    until = clock.now() + dt.timedelta(days=DAYS_SHOWN)
    rows = _pending(workspace).filter(due_at__lte=until).values_list("due_at", "kind")
    counts = Counter((due_at.astimezone(zone).date(), kind) for due_at, kind in rows)
    return [DueLine(day, KINDS.get(kind, kind), count) for (day, kind), count in sorted(counts.items())]


def happened(workspace: Workspace) -> list[Happened]:
    """What was recorded last, newest first; a run of facts of one type is one line."""
    facts = list_events(workspace).values_list("type", "recorded_at")[:FACTS_READ]
    runs = [(name, [at for _, at in run]) for name, run in groupby(facts, key=itemgetter(0))]
    return [Happened(name, len(times), times[0]) for name, times in runs[:LINES_SHOWN]]


def _pending(workspace: Workspace) -> QuerySet[Due]:
    return Due.objects.filter(workspace=workspace, clock=Due.Clock.BUSINESS, done_at=None, failed_at=None)
