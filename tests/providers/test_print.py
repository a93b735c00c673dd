import time

import pytest

from credira.core.crypto import hmac_hex
from credira.providers.credentials import credentials
from credira.providers.errors import OutcomeUnknown
from credira.providers.ports import print_service
from credira.providers.print.base import LetterEventKind, LetterRequest, PostalAddress
from credira.providers.world import world
from credira.tenancy.models import Workspace

JANE = PostalAddress(name="Jane Doe", line1="5936 Elm St", city="Springfield", state="MN", postal_code="55401")
US = PostalAddress(name="Northgate", line1="PO Box 5500", city="Nashville", state="TN", postal_code="37203")
PDF = b"%PDF-1.7\n1 0 obj<</Type/Page>>endobj\n%%EOF"


def test_a_letter_of_one_id_is_printed_once(sandbox: Workspace) -> None:
    vendor = print_service(sandbox)
    letter = LetterRequest("msg_1", JANE, US, PDF)

    first, again = vendor.submit(letter), vendor.submit(letter)

    assert first == again
    assert [found.reference for found in vendor.find("msg_1")] == [first]
    assert world(sandbox).ledger()["counts"]["letters"] == 1


def test_a_lost_answer_is_unknown_and_the_letter_is_found(sandbox: Workspace) -> None:
    world(sandbox).misbehave({"kind": "lose_answer", "count": 1, "target": "print"})

    with pytest.raises(OutcomeUnknown):
        print_service(sandbox).submit(LetterRequest("msg_2", JANE, US, PDF))

    assert len(print_service(sandbox).find("msg_2")) == 1


def test_a_callback_is_verified_and_translated(sandbox: Workspace) -> None:
    vendor = print_service(sandbox)
    body = b'{"id": "evt_1", "type": "letter.mailed"}'
    stamp = str(int(time.time()))
    signature = f"t={stamp},v1={hmac_hex(credentials(sandbox).auth_token, stamp.encode() + b'.' + body)}"

    assert vendor.verify(body, signature) is True
    assert vendor.verify(body + b" ", signature) is False
    assert vendor.verify(body, "") is False
    event = vendor.parse(
        {"id": "evt_1", "type": "letter.returned_to_sender", "data": {"id": "ltr_1", "reference": "msg_1"}}
    )
    assert (event.key, event.kind, event.reference, event.letter_id) == (
        "evt_1",
        LetterEventKind.RETURNED,
        "ltr_1",
        "msg_1",
    )
