"""Shapes of jobs and of the test clock."""

from typing import Any

from rest_framework import serializers

from credira.work.models import Job


class JobSerializer(serializers.ModelSerializer[Job]):
    """Progress of a 202."""

    id = serializers.CharField(source="public_id")

    class Meta:
        model = Job
        fields = ["id", "kind", "status", "done", "total", "message", "created_at", "updated_at"]


class TestClockSerializer(serializers.Serializer[Any]):
    """The workspace's business time."""

    now = serializers.DateTimeField()
    frozen = serializers.BooleanField()
    advancing = serializers.BooleanField()
    job_id = serializers.CharField(allow_null=True)
