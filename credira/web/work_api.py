"""API views of jobs and of the test clock."""

import datetime as dt
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from credira.api.serializers import StrictSerializer, UtcDateTimeField
from credira.api.views import CreditorAPIView, parse
from credira.core.errors import InvalidRequest
from credira.core.ids import public_id
from credira.tenancy.models import Workspace
from credira.work.advance import running_advance, set_clock, start_advance
from credira.work.jobs import get_job
from credira.work.models import Job


class JobSerializer(serializers.ModelSerializer[Job]):
    """Progress of a 202."""

    id = serializers.CharField(source="public_id")
    created_at = UtcDateTimeField()
    updated_at = UtcDateTimeField()

    class Meta:
        model = Job
        fields = ["id", "kind", "status", "done", "total", "message", "created_at", "updated_at"]


class TestClockSerializer(serializers.Serializer[Any]):
    """The workspace's business time."""

    now = UtcDateTimeField()
    frozen = serializers.BooleanField()
    job_id = serializers.CharField(allow_null=True, help_text="The advance that runs.")


class SetClockSerializer(StrictSerializer):
    """``POST /v1/test-clock``."""

    now = UtcDateTimeField()


class AdvanceSerializer(StrictSerializer):
    """``POST /v1/test-clock/advance``: to an instant, or by an ISO 8601 duration of days and hours."""

    to = UtcDateTimeField(required=False)
    by = serializers.RegexField(
        r"^P(?!$)([0-9]{1,3}D)?(T([0-9]{1,4}H)?([0-9]{1,5}M)?)?$", required=False, help_text="P45D, PT6H"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("to" in attrs) == ("by" in attrs):
            raise serializers.ValidationError({"to": "Give either to or by."})
        return attrs


class JobView(CreditorAPIView):
    """Work that goes on after a 202."""

    @extend_schema(operation_id="jobs.get", tags=["jobs"], summary="Get a job's progress", responses=JobSerializer)
    def get(self, request: Any, job_id: str) -> Response:
        return Response(JobSerializer(get_job(self.workspace, job_id)).data)


class TestClockView(CreditorAPIView):
    """The sandbox's clock."""

    scopes = {"GET": "sandbox:read", "POST": "sandbox:write"}

    @extend_schema(
        operation_id="testClock.get", tags=["sandbox"], summary="Read the clock", responses=TestClockSerializer
    )
    def get(self, request: Any) -> Response:
        return Response(_shown(self.workspace))

    @extend_schema(
        operation_id="testClock.set",
        tags=["sandbox"],
        summary="Set the clock of an empty sandbox",
        request=SetClockSerializer,
        responses=TestClockSerializer,
    )
    def post(self, request: Any) -> Response:
        set_clock(workspace=self.workspace, now=parse(SetClockSerializer, request)["now"])
        return Response(_shown(Workspace.objects.get(pk=self.workspace.pk)))


class AdvanceView(CreditorAPIView):
    """Move a sandbox's clock forward; what is due on the way happens."""

    scopes = {"POST": "sandbox:write"}

    @extend_schema(
        operation_id="testClock.advance",
        tags=["sandbox"],
        summary="Advance the clock",
        request=AdvanceSerializer,
        responses={202: JobSerializer},
    )
    def post(self, request: Any) -> Response:
        asked = parse(AdvanceSerializer, request)
        to = asked["to"] if "to" in asked else self.workspace.clock.now() + _span(asked["by"])
        job = start_advance(workspace=self.workspace, to=to)
        return Response(JobSerializer(job).data, status=202, headers={"Location": f"/v1/jobs/{job.public_id}"})


def _shown(workspace: Workspace) -> dict[str, Any]:
    job = running_advance(workspace)
    shown = {
        "now": workspace.clock.now(),
        "frozen": workspace.clock_frozen_at is not None,
        "job_id": public_id("job", job.pk) if job else None,
    }
    return dict(TestClockSerializer(shown).data)


def _span(text: str) -> dt.timedelta:
    """``P45D``, ``PT6H``, ``P1DT30M``. Raises ``InvalidRequest`` for nothing at all."""
    days, _, clock = text.removeprefix("P").partition("T")
    hours, _, minutes = clock.partition("H") if "H" in clock else ("", "", clock)
    span = dt.timedelta(
        days=int(days.removesuffix("D") or 0), hours=int(hours or 0), minutes=int(minutes.removesuffix("M") or 0)
    )
    if not span:
        raise InvalidRequest("Advance by more than nothing.", details=[{"field": "by", "message": "Not more than 0."}])
    return span
