"""Log lines carry a request's id, and neither a person's data nor a secret."""

import io
import json
import logging
from collections.abc import Iterator
from logging.config import dictConfig
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from accounts.importer import run
from credira.core import context
from credira.core.ids import parse_id
from credira.core.logs import get_logger, redact
from tests.api.client import Caller, make_caller
from tests.placing import debt, make_collector

EMAIL, PHONE, SSN = "francois.private@example.com", "+16125550188", "987-65-4321"
PRIVATE = (EMAIL, "francois.private", PHONE, "6125550188", SSN, "987654321", "Quixote-Thomas", "5936 Elm St")


class Log:
    """What the product would have written, every level of it, one JSON object a line."""

    def __init__(self, stream: io.StringIO) -> None:
        self._stream = stream

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def log() -> Iterator[Log]:
    """The formatter of the settings with its JSON renderer, on everything from DEBUG up."""
    stream = io.StringIO()
    house = {**django_settings.LOGGING["formatters"]["house"], "processors": "ext://credira.core.logs.JSON"}
    handler = {"class": "logging.StreamHandler", "formatter": "house", "stream": stream}
    dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"house": house},
            "handlers": {"memory": handler},
            "root": {"handlers": ["memory"], "level": "DEBUG"},
        }
    )
    yield Log(stream)
    dictConfig(django_settings.LOGGING)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mail to ann.lee+x@mail.example.co.uk bounced", "mail to <email> bounced"),
        ("called +16125550188", "called <number>"),
        ("called (612) 555-0188 twice", "called (<number> twice"),
        ("called 612.555.0188", "called <number>"),
        ("SSN 987-65-4321.", "SSN <number>."),
        ("card 4111 1111 1111 1111", "card <number>"),
        ("key sk_live_abc123DEF and sk_test_9", "key sk_live_… and sk_test_…"),
        ("secret whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "secret whsec_…"),
        ("req_01m80edhsnexh8t44s6pz6em06 took 12 ms", "req_01m80edhsnexh8t44s6pz6em06 took 12 ms"),
        ("2026-11-24T10:05:00Z", "2026-11-24T10:05:00Z"),
    ],
)
def test_personal_data_and_secrets_are_replaced_and_ids_are_not(text: str, shown: str) -> None:
    assert redact(text) == shown


def test_a_line_carries_the_request_and_who_acts(log: Log) -> None:
    with context.handling("req_1"), context.acting_as("member", "mbr_1", "Alice Moreno"):
        get_logger("credira.test").info("noted", count=2)

    [line] = log.lines
    assert (line["event"], line["count"], line["level"]) == ("noted", 2, "info")
    assert (line["request_id"], line["actor"]) == ("req_1", "mbr_1")
    assert "Alice" not in log.text


def test_fields_that_are_a_persons_are_never_written_however_deep(log: Log) -> None:
    private = {"email": EMAIL, "phone": PHONE, "ssn": SSN, "name": "Quixote-Thomas", "address": "5936 Elm St"}

    get_logger("credira.test").info("noted", **private)
    get_logger("credira.test").info(
        "noted", data={"consumer": private, "list": [f"call {PHONE}"]}, error=ValueError(SSN)
    )

    assert len(log.lines) == 2
    assert [word for word in PRIVATE if word in log.text] == []


def test_a_trace_is_redacted_as_well(log: Log) -> None:
    try:
        raise ValueError(f"cannot reach {EMAIL} at {PHONE}")
    except ValueError:
        logging.getLogger("some.library").exception("failed for %s", SSN)

    [line] = log.lines
    assert "cannot reach <email> at <number>" in line["exception"]
    assert [word for word in PRIVATE if word in log.text] == []


@pytest.fixture
def caller(transactional_db: None) -> Caller:
    return make_caller(make_collector())


def personal(**changes: Any) -> dict[str, Any]:
    wanted = {"consumer_email": EMAIL, "phone": PHONE, "last_name": "Quixote-Thomas", "last4ssn": "4321"}
    return debt(**wanted, **changes)


def test_requests_with_a_persons_data_leave_none_of_it_in_the_log(log: Log, caller: Caller) -> None:
    placed = caller.post("/v1/accounts", personal(), idempotency_key="place-1")
    refused = caller.post("/v1/accounts", personal(last_payment_date=SSN, currency=EMAIL))
    noted = caller.post(f"/v1/accounts/{placed.data['id']}/notes", {"body": f"Call {PHONE}, SSN {SSN}, {EMAIL}"})
    found = caller.get(f"/v1/accounts?search={EMAIL}")
    twice = caller.post("/v1/accounts", personal(first_name="Frank"))

    assert [answer.status for answer in (placed, refused, noted, found, twice)] == [201, 400, 201, 200, 409]
    assert {placed.body["meta"]["request_id"], refused.body["meta"]["request_id"]} <= {
        line.get("request_id") for line in log.lines
    }
    assert [word for word in (*PRIVATE, str(caller.token)) if word in log.text] == []


@pytest.mark.promise("A-40", "C-39")
def test_a_crash_in_the_middle_of_a_placement_leaves_none_of_it_in_the_log(
    log: Log, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::int", [f"{EMAIL} {PHONE} {SSN}"])

    monkeypatch.setattr("credira.web.accounts_api.place_account", fail)

    answer = caller.post("/v1/accounts", personal())

    assert (answer.status, answer.error["code"]) == (500, "INTERNAL")
    assert answer.error["message"] == "Something failed on our side. It was recorded."
    [crash] = [line for line in log.lines if "exception" in line and line["level"] == "error"]
    assert crash["request_id"] == answer.body["meta"]["request_id"]
    assert [word for word in PRIVATE if word in log.text] == []
    assert [word for word in PRIVATE if word in str(answer.body)] == []


def test_an_import_leaves_nobody_in_the_log(log: Log, caller: Caller) -> None:
    row = {"consumer_email": EMAIL, "last_name": "Quixote-Thomas", "phone": PHONE, "original_balance": SSN}
    content = ",".join(row) + "\n" + ",".join(row.values()) + "\n"
    answer = Client().post(
        "/v1/placements",
        {"file": SimpleUploadedFile("accounts.csv", content.encode(), "text/csv")},
        headers={"Authorization": f"Bearer {caller.token}"},
    )

    assert caller.workspace is not None
    assert answer.status_code == 202, answer.content
    run.run_placement(caller.workspace, parse_id("plc", answer.json()["data"]["id"]))

    assert log.lines != []
    assert [word for word in PRIVATE if word in log.text] == []
