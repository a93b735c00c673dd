"""What a call learns is recorded before the next word, and binds the gate from then on."""

import datetime as dt

import pytest

from accounts.models import Endpoint
from campaigns.dialogue.turn import Fact
from campaigns.services.facts import apply
from compliance import gate
from compliance.gate import ContactIntent
from compliance.models import PersonMark, Window
from credira.tenancy.scope import bind
from tests.campaigns.dialing import plan
from tests.campaigns.town import TEN_AM, place_people

pytestmark = pytest.mark.django_db

TUESDAY, THURSDAY = dt.date(2026, 11, 24), dt.date(2026, 11, 26)
EIGHT_IN_MINNEAPOLIS = dt.datetime(2026, 11, 27, 14, 0, tzinfo=dt.UTC)


def test_who_is_at_work_and_names_a_day_is_left_alone_until_then_and_at_work() -> None:
    town = place_people(1)
    call = plan(town)
    found = [Fact("at_work"), Fact("call_later", {"first_day": TUESDAY, "last_day": THURSDAY})]

    with bind(town.workspace) as bound:
        recorded = apply(call, found, words="I'm at work, call me back on Friday")

        assert [each["text"] for each in recorded] == [
            "Recorded: work is an inconvenient place.",
            "Recorded: no contact until Thursday, November 26.",
        ]
        mark = PersonMark.objects.get(workspace=bound, person_id=call.person_id)
        assert (mark.kind, mark.place, mark.evidence) == ("inconvenient_place", "work", call.public_id)
        window = Window.objects.get(workspace=bound, person_id=call.person_id)
        assert (window.kind, window.first_day, window.last_day, window.media) == ("block", TUESDAY, THURSDAY, None)

        intent = ContactIntent(account_ids=(call.account_id,), channel="call", voice_mode="ai")
        today, friday = (
            gate.decide(bound, [intent], at=at)[0] for at in (TEN_AM + dt.timedelta(hours=3), EIGHT_IN_MINNEAPOLIS)
        )
        assert (today.outcome, today.next_allowed_at) == ("DEFER", EIGHT_IN_MINNEAPOLIS)
        assert [reason.code for reason in today.reasons] == ["TIME_DESIGNATED"]
        assert friday.outcome == "ALLOW"

        Endpoint.objects.filter(workspace=bound, person_id=call.person_id, kind="phone").update(place="work")
        at_work = gate.decide(bound, [intent], at=EIGHT_IN_MINNEAPOLIS)[0]
        assert at_work.outcome == "DENY"
        assert "PLACE_INCONVENIENT" in [reason.code for reason in at_work.reasons]


def test_who_asks_for_tomorrow_afternoon_is_not_called_in_the_morning() -> None:
    """12 CFR 1006.6(b)(1): a time known to be inconvenient."""
    town = place_people(1)
    call = plan(town)
    found = [Fact("call_later", {"first_day": TUESDAY, "last_day": TUESDAY, "from_time": "12:00"})]

    with bind(town.workspace) as bound:
        [recorded] = apply(call, found, words="can you call back tomorrow afternoon")
        intent = ContactIntent(account_ids=(call.account_id,), channel="call", voice_mode="ai")
        decision = gate.decide(bound, [intent], at=TEN_AM + dt.timedelta(hours=1))[0]

    assert recorded["text"] == (
        "Recorded: no contact on Tuesday, November 24, nor before 12:00 on Wednesday, November 25."
    )
    noon_in_minneapolis = dt.datetime(2026, 11, 25, 18, 0, tzinfo=dt.UTC)
    assert (decision.outcome, decision.next_allowed_at) == ("DEFER", noon_in_minneapolis)
