"""Placing a file in the portal: upload, progress, refused rows, and who may."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Placement, PlacementRefusal
from credira.core import clock
from credira.tenancy.scope import bind
from credira.web.placements import progress_of
from tests.house import House, sign_in

CSV = (
    b"consumer_email,account_type,account_phase,original_balance,dpd\n"
    b"renee@example.com,personal_loan,recovery,12.50,90\n"
)


def upload(client: Client, content: bytes = CSV, **headers: str) -> Any:
    file = SimpleUploadedFile("november.csv", content, content_type="text/csv")
    return client.post("/w/acme-sandbox/placements", {"file": file}, headers=headers)


@pytest.fixture
def placement(house: House) -> Placement:
    """A file half-way: 6 of 10 rows, one placed with a warning, two refused for three faults."""
    with bind(house.sandbox) as workspace:
        made = Placement.objects.create(
            workspace=workspace, status="running", filename="november.csv", size=4_100, sha256="", header=["email"],
            total=10, done=6, placed=4, refused=2, warned=1, warnings={"no_phone": 1}, amounts={"USD": "1200.00"},
            started_at=clock.wall() - dt.timedelta(seconds=2),
        )  # fmt: skip
        for row, code in ((3, "INVALID_EMAIL"), (3, "INVALID_AMOUNT"), (7, "INVALID_AMOUNT")):
            PlacementRefusal.objects.create(
                workspace=workspace,
                placement=made,
                row=row,
                column="email",
                code=code,
                message=f"Mend {code}.",
                value="x",
            )
        return made


def test_an_uploaded_file_waits_for_a_worker_and_shows_its_progress(house: House) -> None:
    alice = sign_in(house.alice)

    answer = upload(alice)

    with bind(house.sandbox) as workspace:
        placement = Placement.objects.get(workspace=workspace)
    assert answer.headers["Location"] == f"/w/acme-sandbox/placements/{placement.public_id}"
    assert (placement.status, placement.total, placement.actor_name) == ("queued", 1, "Alice Moreno")
    page = alice.get(answer.headers["Location"]).content.decode()
    assert "0 of 1 rows checked" in page
    assert "Waiting for a worker" in page


def test_an_upload_in_the_background_is_told_where_to_go(house: House) -> None:
    answer = upload(sign_in(house.alice), **{"HX-Request": "true"})

    assert answer.headers["HX-Redirect"].startswith("/w/acme-sandbox/placements/plc_")


def test_a_file_that_cannot_be_read_says_why_and_places_nothing(house: House) -> None:
    answer = upload(sign_in(house.alice), b"colour,size\nred,3\n")

    assert answer.status_code == 422
    assert "The column original_balance is missing." in answer.content.decode()
    with bind(house.sandbox) as workspace:
        assert not Placement.objects.filter(workspace=workspace).exists()


def test_a_collector_sees_placements_and_places_none(house: House, placement: Placement) -> None:
    bob = sign_in(house.bob)

    page = bob.get("/w/acme-sandbox/placements").content.decode()

    assert "november.csv" in page
    assert "Upload and place" not in page
    assert upload(bob).status_code == 403


def test_progress_tells_parts_rate_and_time_left(placement: Placement) -> None:
    progress = progress_of(placement)

    assert [(part.label, part.value) for part in progress.parts] == [
        ("Placed", 3), ("Placed with a warning", 1), ("Unchanged", 0), ("Refused", 2),
    ]  # fmt: skip
    assert progress.label == "60.0% checked: 3 placed, 1 placed with a warning, 0 unchanged, 2 refused"
    assert (progress.rate, progress.left) in {(3, 2), (2, 2)}


def test_a_page_in_progress_is_asked_again_and_read_anew_at_the_end(house: House, placement: Placement) -> None:
    alice, here = sign_in(house.alice), f"/w/acme-sandbox/placements/{placement.public_id}"

    moving = alice.get(here, headers={"HX-Request": "true"})
    with bind(house.sandbox):
        Placement.objects.filter(pk=placement.pk).update(status="completed")
    ended = alice.get(here, headers={"HX-Request": "true"})

    assert "6 of 10 rows checked" in moving.content.decode()
    assert "<html" not in moving.content.decode()
    assert ended.headers["HX-Refresh"] == "true"


def test_faults_are_grouped_by_code(house: House, placement: Placement) -> None:
    alice, here = sign_in(house.alice), f"/w/acme-sandbox/placements/{placement.public_id}"

    every, one = alice.get(here).content.decode(), alice.get(here, {"code": "INVALID_EMAIL"}).content.decode()

    assert "Showing 3 of 3 faults" in every
    assert "Invalid amount <b>2</b>" in every
    assert "Showing 1 of 3 faults" in one
    assert "Mend INVALID_AMOUNT." not in one


def test_refused_rows_can_be_downloaded_with_their_reasons(house: House) -> None:
    alice = sign_in(house.alice)
    upload(alice)
    with bind(house.sandbox) as workspace:
        placement = Placement.objects.get(workspace=workspace)
        PlacementRefusal.objects.create(
            workspace=workspace, placement=placement, row=2, column="dpd", code="INVALID_NUMBER", message="Too many."
        )

    answer = alice.get(f"/w/acme-sandbox/placements/{placement.public_id}/refused.csv")

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.decode().splitlines() == [
        "consumer_email,account_type,account_phase,original_balance,dpd,reason",
        "renee@example.com,personal_loan,recovery,12.50,90,dpd: Too many. [INVALID_NUMBER]",
    ]


def test_a_stranger_finds_no_placement(house: House, placement: Placement) -> None:
    charlie = sign_in(house.charlie)

    assert charlie.get(f"/w/acme-sandbox/placements/{placement.public_id}").status_code == 404
    assert charlie.get(f"/w/acme-sandbox/placements/{placement.public_id}/refused.csv").status_code == 404


def test_a_heading_that_nobody_reads_is_named(house: House) -> None:
    alice = sign_in(house.alice)

    sent = upload(alice, b"consumer_email,original_balance,intrest_since,reason\na@example.com,10.00,1.00,x\n")

    shown = alice.get(sent.headers["Location"]).content.decode()
    assert "1 column of the file is not read" in shown
    assert "<code>intrest_since</code>" in shown
