"""Failures have a status, a code that stays, a sentence, and the fields at fault."""

import pytest

from credira.api.handler import error_body
from credira.core import errors


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (errors.InvalidRequest, 400, "INVALID_REQUEST"),
        (errors.Unauthenticated, 401, "UNAUTHENTICATED"),
        (errors.Forbidden, 403, "FORBIDDEN"),
        (errors.NotFound, 404, "NOT_FOUND"),
        (errors.Conflict, 409, "CONFLICT"),
        (errors.InvalidTransition, 409, "CONFLICT"),
        (errors.Gone, 410, "GONE"),
        (errors.TooLarge, 413, "PAYLOAD_TOO_LARGE"),
        (errors.Unprocessable, 422, "UNPROCESSABLE"),
        (errors.RateLimited, 429, "RATE_LIMITED"),
        (errors.Unavailable, 503, "SERVICE_UNAVAILABLE"),
    ],
)
def test_each_failure_has_its_status_and_its_code(error: type[errors.DomainError], status: int, code: str) -> None:
    assert (error.status, error.code, error().message) == (status, code, error.default_message)


def test_an_error_is_written_with_its_fields_and_what_it_adds() -> None:
    error = errors.Conflict(
        "It runs already.", details=[{"field": "status", "message": "Running."}], next_allowed_at="2026-11-24"
    )

    assert error_body(error) == {
        "code": "CONFLICT",
        "message": "It runs already.",
        "details": [{"field": "status", "message": "Running."}],
        "next_allowed_at": "2026-11-24",
    }


def test_an_error_without_fields_has_no_details() -> None:
    assert error_body(errors.NotFound()) == {"code": "NOT_FOUND", "message": "There is no such object."}
