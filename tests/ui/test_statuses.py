"""Every status that a row can have has a word and a meaning on the page: none is shown as it is stored."""

from typing import Any

import pytest

from accounts.models import Account, Placement
from compliance.models import ValidationNotice
from compliance.vocabulary import ConnectStatus, Outcome
from credira.web.statuses import CONNECT_WORDS, STATUSES, contact_words, describe
from credira.work.models import Job
from payments.models import Payment, Promise
from webhooks.models import Delivery

MEANINGS = {"ok", "note", "wait", "stop", "look", "idle"}


@pytest.mark.parametrize(
    ("thing", "statuses"),
    [
        ("account", Account.Status),
        ("delivery", Delivery.Status),
        ("gate", Outcome),
        ("job", Job.Status),
        ("notice", ValidationNotice.Status),
        ("payment", Payment.Status),
        ("placement", Placement.Status),
        ("promise", Promise.Status),
    ],
)
def test_every_stored_status_is_listed(thing: str, statuses: Any) -> None:
    assert {value.lower() for value in statuses.values} <= set(STATUSES[thing])


def test_every_outcome_of_a_connection_has_words() -> None:
    assert set(CONNECT_WORDS) == set(ConnectStatus.values)
    assert contact_words("call", "answered_rpc") == "Talked"
    assert contact_words("email", "in_flight") == "E-mail sent"


def test_meanings_are_the_six_of_the_design() -> None:
    assert {meaning for words in STATUSES.values() for meaning, _ in words.values()} <= MEANINGS


def test_case_does_not_matter_and_a_stranger_is_spelled_out() -> None:
    assert describe("gate", "DEFER") == ("wait", "Wait")
    assert describe("gate", "on_leave") == ("idle", "On leave")


def test_a_letter_comes_back_and_does_not_bounce() -> None:
    assert describe("message", "bounced") == ("stop", "Bounced")
    assert describe("letter", "bounced") == ("stop", "Returned")
    assert describe("letter", "delivered") == describe("message", "delivered")
