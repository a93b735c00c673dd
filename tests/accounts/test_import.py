"""A file of accounts: every fault named, nothing twice, resumed after a death."""

import csv
import io
import json
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from accounts.errors import FileRefused
from accounts.importer.run import run_placement
from accounts.models import Account, Person, Placement, PlacementRefusal
from accounts.places import STATE_NAMES
from accounts.services import refused_csv, start_placement
from accounts.services.placements import fail_placement
from audit.models import Event
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from tests.placing import make_collector

pytestmark = pytest.mark.django_db(transaction=True)
DATA = Path(__file__).parent.parent / "data"
SAMPLE = settings.BASE_DIR / "demo" / "accounts.csv"
EVERYWHERE = (*STATE_NAMES, "NY-NYC")


@pytest.fixture
def workspace() -> Workspace:
    return make_collector(places=EVERYWHERE).sandbox


def start(workspace: Workspace, content: bytes, filename: str = "accounts.csv") -> Placement:
    with bind(workspace) as bound:
        return start_placement(workspace=bound, file=io.BytesIO(content), filename=filename)


def upload(workspace: Workspace, content: bytes) -> Placement:
    placement = start(workspace, content)
    run_placement(workspace, placement.pk)
    with bind(workspace):
        placement.refresh_from_db()
    return placement


def mailboxes() -> set[str]:
    with SAMPLE.open(encoding="utf-8") as file:
        return {row["consumer_email"] for row in csv.DictReader(file)}


def rows(*changes: dict[str, str]) -> bytes:
    with SAMPLE.open(encoding="utf-8") as file:
        reader = csv.DictReader(file)
        base = next(reader)
        header = list(base)
    out = io.StringIO()
    writer = csv.DictWriter(out, header)
    writer.writeheader()
    for change in changes:
        writer.writerow(base | change)
    return out.getvalue().encode()


@pytest.mark.promise("S-21")
def test_the_sample_file_is_placed_whole(workspace: Workspace) -> None:
    placement = upload(workspace, SAMPLE.read_bytes())

    assert (placement.status, placement.total, placement.placed, placement.refused) == ("completed", 1000, 1000, 0)
    with bind(workspace):
        assert Account.objects.count() == 1000
        assert Event.objects.filter(type="account.placed").count() == 1000
        assert Event.objects.filter(type="placement.completed").count() == 1


def test_every_fault_of_the_dirty_file_is_found_and_no_other(workspace: Workspace) -> None:
    placement = upload(workspace, (DATA / "accounts_dirty.csv").read_bytes())

    expected = json.loads((DATA / "accounts_dirty.expected.json").read_text())
    with bind(workspace):
        found = [
            {"row": refusal.row, "column": refusal.column, "value": refusal.value}
            for refusal in PlacementRefusal.objects.order_by("row", "id")
        ]
        assert all(refusal.code and refusal.message for refusal in PlacementRefusal.objects.all())
    assert found == [{**fault, "value": fault["value"][:500]} for fault in expected]
    assert placement.refused == len({fault["row"] for fault in expected})
    assert placement.placed == placement.total - placement.refused


def test_refused_rows_come_back_to_mend_and_are_placed_when_mended(workspace: Workspace) -> None:
    placement = upload(workspace, rows({"dpd": "abc"}, {"creditor_reference": "SFCU-2", "phone": "=1+1"}))
    with bind(workspace) as bound:
        text = "".join(refused_csv(bound, placement))
    refused = list(csv.DictReader(io.StringIO(text)))

    assert [row["reason"].rsplit("[")[-1] for row in refused] == ["INVALID_NUMBER]", "INVALID_PHONE]"]
    assert refused[1]["phone"] == "'=1+1"  # no spreadsheet takes it for a formula
    mended = text.replace("abc", "90").replace("'=1+1", "+16125550101").encode()
    assert upload(workspace, mended).placed == 2


def test_the_same_file_twice_places_nothing_twice(workspace: Workspace) -> None:
    upload(workspace, SAMPLE.read_bytes())

    again = upload(workspace, SAMPLE.read_bytes())

    assert (again.placed, again.unchanged, again.refused) == (0, 1000, 0)
    with bind(workspace):
        assert Account.objects.count() == 1000


def test_a_changed_row_with_a_known_reference_is_refused(workspace: Workspace) -> None:
    upload(workspace, rows({}))

    again = upload(workspace, rows({"dpd": "300"}))

    with bind(workspace):
        assert PlacementRefusal.objects.get().code == "REFERENCE_EXISTS"
    assert (again.unchanged, again.refused) == (0, 1)


def test_without_a_reference_the_content_tells_a_row_apart(workspace: Workspace) -> None:
    upload(workspace, rows({"creditor_reference": ""}))

    again = upload(workspace, rows({"creditor_reference": ""}, {"creditor_reference": "", "dpd": "300"}))

    assert (again.unchanged, again.placed) == (1, 1)


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        ({"original_balance": ""}, "original_balance", "MISSING_VALUE"),
        ({"current_balance": "0.00", "original_balance": "0", "principal_balance": "0", "interest_since": "0",
          "fees_since": "0", "payments_since": "0"}, "current_balance", "NOTHING_OWED"),
        ({"address_state": "Minnesota"}, "address_state", "UNKNOWN_STATE"),
        ({"last4ssn": "653"}, "last4ssn", "INVALID_LAST4"),
        ({"charge_off_date": "2026-02-30"}, "charge_off_date", "INVALID_DATE"),
        ({"first_name": "a" * 101}, "first_name", "TOO_LONG"),
        ({"first_name": "a\x07b"}, "first_name", "INVALID_TEXT"),
    ],
)  # fmt: skip
def test_further_faults_are_named(workspace: Workspace, change: dict[str, str], column: str, code: str) -> None:
    upload(workspace, rows(change))

    with bind(workspace):
        refusal = PlacementRefusal.objects.get()
    assert (refusal.row, refusal.column, refusal.code) == (2, column, code)


def test_an_absent_column_is_placed_with_a_warning(workspace: Workspace) -> None:
    header, *lines = rows({}).decode().splitlines()
    index = header.split(",").index("interest_since")
    cut = "\n".join(",".join(c for i, c in enumerate(line.split(",")) if i != index) for line in [header, *lines])

    placement = upload(workspace, cut.encode())

    assert (placement.placed, placement.refused) == (1, 0)
    assert placement.warnings["NOT_ASSERTED:interest_since"] == 1


def test_synonyms_semicolons_and_a_byte_order_mark_are_understood(workspace: Workspace) -> None:
    text = rows({}).decode().replace("consumer_email", "Email Address").replace("address_zip", "ZIP").replace(",", ";")

    assert upload(workspace, b"\xef\xbb\xbf" + text.encode()).placed == 1


def test_a_fault_is_told_by_the_files_own_heading(workspace: Workspace) -> None:
    content = rows({}, {"dpd": "abc", "creditor_reference": "2"}, {"dpd": "99"})
    renamed = content.replace(b"creditor_reference", b"Account Number").replace(b",dpd,", b",Days Past Due,")

    upload(workspace, renamed)

    with bind(workspace):
        found = list(PlacementRefusal.objects.order_by("row").values_list("column", "code"))
    assert found == [("Days Past Due", "INVALID_NUMBER"), ("Account Number", "DUPLICATE_REFERENCE")]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"a,b\n1,2\n", "original_balance"),
        (b"consumer_email,original_balance\n", "no rows"),
        (b"consumer_email,original_balance,original_balance\nx,1,1\n", "Two columns"),
        (b'consumer_email,original_balance\n"x,1\n', "rows and columns"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "aren't text"),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused_at_once(workspace: Workspace, content: bytes, why: str) -> None:
    with pytest.raises(FileRefused, match=why):
        start(workspace, content)

    with bind(workspace):
        assert Placement.objects.count() == 0


def test_an_intercept_row_where_nobody_is_authorized_is_refused() -> None:
    workspace = make_collector(slug="narrow", places=("TN",)).sandbox

    placement = upload(
        workspace, rows({"account_phase": "intercept"}, {"creditor_reference": "2", "account_phase": "recovery"})
    )

    with bind(workspace):
        assert PlacementRefusal.objects.get().code == "STATE_NOT_AUTHORIZED"
    assert (placement.placed, placement.warnings["STATE_NOT_AUTHORIZED"]) == (1, 1)


def test_two_files_at_once_make_each_person_once(workspace: Workspace) -> None:
    first = start(workspace, SAMPLE.read_bytes())
    second = start(workspace, SAMPLE.read_bytes())

    def work(placement: Placement) -> None:
        try:
            run_placement(workspace, placement.pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(placement,)) for placement in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    with bind(workspace):
        assert Account.objects.count() == 1000
        assert Person.objects.count() == len(mailboxes())
        done = Placement.objects.order_by("id")
        assert sorted((p.placed, p.unchanged) for p in done) == [(0, 1000), (1000, 0)]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8"])
def test_a_spreadsheets_unicode_text_is_read(workspace: Workspace, encoding: str) -> None:
    header = "consumer_email\tfirst_name\toriginal_balance\tphase\tstate\tzip"
    text = f"\ufeff{header}\naoife@example.com\tAoife\t10.00\trecovery\tMN\t55401\n"

    placement = upload(workspace, text.encode(encoding))

    assert (placement.placed, placement.refused) == (1, 0)


@pytest.mark.parametrize(
    "data",
    [
        "consumer_email,original_balance\na@example.com,1.00\n".encode("utf-16-le"),  # no mark
        b"\xff\xfec\x00o",  # broken off
        b"consumer_email,original_balance,\xff\xfe\na@example.com,1.00,x\n",
    ],
)
def test_a_file_that_is_not_text_is_refused_whole(workspace: Workspace, data: bytes) -> None:
    with pytest.raises(FileRefused), bind(workspace) as bound:
        start_placement(workspace=bound, file=io.BytesIO(data), filename="x.csv")

    with bind(workspace):
        assert Placement.objects.count() == 0


def test_refused_rows_come_back_as_they_were_sent(workspace: Workspace) -> None:
    """The guard against formulas is for the eye of a spreadsheet; mended and sent again, the name is the first one."""
    header = "consumer_email,first_name,last_name,original_balance,phase,state,zip,dpd\n"
    sent = upload(workspace, (header + "jo@example.com,-Jo,=Roe,10.00,recovery,MN,55401,abc\n").encode())
    with bind(workspace) as bound:
        back = "".join(refused_csv(bound, sent))

    upload(workspace, back.replace("abc", "20").encode())

    with bind(workspace):
        assert [(person.first_name, person.last_name) for person in Person.objects.all()] == [("-Jo", "=Roe")]


@pytest.mark.parametrize("zip_code", ["٥٥٤٠١", "５５４０１"])
def test_digits_of_other_scripts_are_not_digits(workspace: Workspace, zip_code: str) -> None:
    text = f"consumer_email,original_balance,zip,last4ssn\na@example.com,١٠.٠٠,{zip_code},١٢٣٤\n"

    placement = upload(workspace, text.encode())

    with bind(workspace):
        faults = {row.column: row.code for row in PlacementRefusal.objects.filter(placement=placement)}
    assert faults == {"original_balance": "INVALID_AMOUNT", "zip": "INVALID_ZIP", "last4ssn": "INVALID_LAST4"}


def test_a_line_break_in_a_cell_becomes_a_space(workspace: Workspace) -> None:
    header = "consumer_email,first_name,original_balance,phase,state,zip"

    upload(workspace, f'{header}\na@example.com,"Ann\nBcc: evil@example.org",1.00,recovery,MN,55401\n'.encode())

    with bind(workspace):
        assert Person.objects.get().first_name == "Ann Bcc: evil@example.org"


def test_a_file_that_fails_for_good_says_so_and_can_be_placed_again(workspace: Workspace) -> None:
    placement = start(workspace, rows({"creditor_reference": "A"}))

    with bind(workspace) as bound:
        fail_placement(bound, placement.pk)
        fail_placement(bound, placement.pk)

        placement.refresh_from_db()
        assert (placement.status, placement.error[:27]) == ("failed", "0 of 1 rows were dealt with")
        assert Event.objects.filter(type="placement.failed").count() == 1
    assert upload(workspace, rows({"creditor_reference": "A"})).placed == 1
