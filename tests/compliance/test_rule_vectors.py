"""The rule book's vectors that are no decisions of the gate: dates, amounts and texts of the rules built here."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance import packs
from compliance.rules import dates, texts
from tests.compliance.gate_data import RULE_VECTORS, base, decide

days = st.dates(date(2022, 1, 1), date(2060, 12, 31))


def vector(vector_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    return RULE_VECTORS[vector_id]["input"], RULE_VECTORS[vector_id]["expect"]


@pytest.mark.parametrize("vector_id", ["VN05-2", "VN05-3", "VN05-4", "VN05-5", "VN05-6", "VN05-8"])
def test_validation_period(vector_id: str) -> None:
    given_, expect = vector(vector_id)
    sent_on = date.fromisoformat(given_["sent_on"])

    assert dates.validation_period_end(sent_on, mail_days=given_["mail_days"]) == date.fromisoformat(expect["end"])
    strict = dates.validation_period_end(sent_on, mail_days=given_["mail_days"], observed=False)
    assert strict == date.fromisoformat(expect["end_strict_6103a"])
    if "assumed_receipt" in expect:
        assert dates.assumed_receipt(sent_on) == date.fromisoformat(expect["assumed_receipt"])


def test_vn06_3_notice_due() -> None:
    given_, expect = vector("VN06-3")

    due = dates.notice_due(date.fromisoformat(given_["initial_communication_on"]))

    assert due == date.fromisoformat(expect["notice_due"])


@pytest.mark.parametrize("vector_id", ["TB-2", "TB-4", "TB-5"])
def test_time_barred(vector_id: str) -> None:
    given_, expect = vector(vector_id)
    table = packs.load().limitation_years
    places = [given_[name] for name in ("consumer_state", "choice_of_law") if name in given_]
    started = date.fromisoformat(given_["first_delinquency_on"])

    years = dates.limitation_years((table[place] for place in places), given_["debt_class"])

    assert years is not None
    assert years == expect.get("years_used", years)
    barred_on = dates.time_barred_on(started, years)
    assert barred_on == date.fromisoformat(expect["time_barred_on"])
    assert dates.time_barred_state(barred_on, date.fromisoformat(given_["as_of"])) == expect["state"]


def test_rev_2_revocation_deadline() -> None:
    given_, expect = vector("REV-2")

    deadline = dates.revocation_deadline(date.fromisoformat(given_["received_on"]))

    assert deadline == date.fromisoformat(expect["last_day"])


def test_pay_3_notice_of_a_changed_debit() -> None:
    given_, expect = vector("PAY-3")

    assert dates.payment_change_notice_by(date.fromisoformat(given_["debit_on"])) == date.fromisoformat(
        expect["notice_by"]
    )


def test_the_last_reportable_day_of_the_rule_book() -> None:
    assert dates.last_reportable_day(date(2020, 3, 15)) == date(2027, 9, 11)


def test_a_place_without_a_known_period_gives_none() -> None:
    assert dates.limitation_years([packs.load().limitation_years["GU"]], "card") is None


def test_a_leap_day_is_barred_on_the_first_of_march() -> None:
    assert dates.time_barred_on(date(2024, 2, 29), 3) == date(2027, 3, 1)


@pytest.mark.parametrize(
    ("barred_on", "state"),
    [(date(2026, 11, 22), "possibly_time_barred"), (date(2027, 2, 20), "warning"), (date(2027, 2, 21), "ok")],
)
def test_the_warning_begins_90_days_before(barred_on: date, state: str) -> None:
    assert dates.time_barred_state(barred_on, date(2026, 11, 22)) == state


def test_massachusetts_counts_five_business_days() -> None:
    assert dates.massachusetts_notice_due(date(2026, 11, 20)) == date(2026, 11, 30)


@pytest.mark.parametrize("year", range(2022, 2061))
def test_federal_holidays_are_those_of_the_holidays_package(year: int) -> None:
    theirs = set(holidays.country_holidays("US", years=[year - 1, year, year + 1], observed=True))
    ours = dates.federal_holidays(year) | dates.observed_holidays(year)

    assert ours == {day for day in theirs if day.year == year}


@given(sent_on=days)
def test_the_period_ends_at_least_35_days_after_sending_and_never_earlier_for_a_later_sending(sent_on: date) -> None:
    end = dates.validation_period_end(sent_on)

    assert end >= sent_on + timedelta(days=35)
    assert end >= dates.validation_period_end(sent_on, observed=False)
    assert dates.validation_period_end(sent_on + timedelta(days=1)) >= end


@pytest.mark.parametrize("vector_id", ["EOPT-1", "EOPT-2", "EOPT-3"])
def test_electronic_opt_out(vector_id: str) -> None:
    given_, expect = vector(vector_id)

    assert texts.electronic_opt_out(given_["text"], link_form_fields=given_["link_form_fields"]) == expect["code"]


@pytest.mark.parametrize(
    "text",
    [
        "Reply STOP to stop texts to this telephone number.",
        "Click here to opt out of further emails to this email address.",
        "To stop these e-mails, reply with “stop” in the subject.",
        "Responda ALTO para no recibir más mensajes.",
    ],
)
def test_the_opt_out_lines_of_the_regulation_pass(text: str) -> None:
    assert texts.electronic_opt_out(text) is None


def test_mm_4_the_statement_comes_in_every_language_of_the_call() -> None:
    given_, expect = vector("MM-4")

    assert list(texts.mini_miranda_languages(given_["languages_of_call"])) == expect["disclosure_languages"]


def test_mm_5_a_creditor_is_no_debt_collector() -> None:
    given_, expect = vector("MM-5")

    assert texts.role_claim(given_["text"], role="first_party") == expect["code"]
    assert texts.role_claim(given_["text"], role="third_party") is None
    assert texts.role_claim("This is an attempt to collect a debt.", role="first_party") is None


@pytest.mark.parametrize("vector_id", ["LCM-1", "LCM-3", "LCM-5"])
def test_limited_content_message(vector_id: str) -> None:
    given_, expect = vector(vector_id)

    code = texts.limited_content_message(
        given_["text"],
        business_name=given_["business_name"],
        persons=given_["persons"],
        name_reveals_collection=given_["name_reveals_collection"],
        channel=given_["channel"],
    )

    assert code == expect.get("code")


def test_a_name_that_reveals_collection_is_no_limited_content_message() -> None:
    text = "This is Robin Smith from ABC Debt Recovery. Please call me at 1-800-555-1212."

    code = texts.limited_content_message(
        text, business_name="ABC Debt Recovery", persons=["Robin Smith"], name_reveals_collection=True
    )

    assert code == "LCM_INVALID"


def test_over_3_pressure_in_the_validation_period() -> None:
    given_, expect = vector("OVER-3")

    assert texts.overshadowing(given_["text"]) == expect["code"]
    assert texts.overshadowing("You may dispute this debt until 31 December.") is None


def test_over_2_an_offer_that_outlasts_the_period() -> None:
    given_, expect = vector("OVER-2")
    debt = {**base("tp_oh")["debts"][0], "notice": {"status": "sent", "period_end": given_["period_end"]}}
    content = {"deadline_on": given_["offer_expires_on"], "satisfies": ["FROM_DEBT_COLLECTOR", "E_OPT_OUT"]}
    intent = {
        "channel": "email",
        "purpose": "settlement_offer",
        "debts": ["A"],
        "endpoint_id": "email",
        "content": content,
    }

    decision = decide(intent, {**base("tp_oh"), "debts": [debt]}, "2026-12-07T17:00:00Z")

    assert expect["valid"] is ("OVERSHADOW" not in decision.codes)


@pytest.mark.parametrize("vector_id", ["VN09-1", "VN09-2"])
def test_itemization(vector_id: str) -> None:
    given_, expect = vector(vector_id)
    lines = given_.get("itemization") or {
        name: given_[name] for name in ("amount", "interest", "fees", "credits", "total")
    }
    notice = {"status": "pending", "data_complete": True, "itemization": lines}
    debt = {**base("tp_oh")["debts"][0], "initial_communication": None, "notice": notice}
    intent = {"channel": "letter", "purpose": "validation_notice", "debts": ["A"], "endpoint_id": "home"}

    decision = decide(intent, {**base("tp_oh"), "debts": [debt]}, "2026-11-23T17:00:00Z")

    assert decision.codes == {expect["code"]}
    if "computed_total" in expect:
        assert f"{expect['computed_total']:.2f}" in decision.reasons[0].message


def test_disp_8_only_the_undisputed_part_may_be_stated_as_due() -> None:
    given_, expect = vector("DISP-8")

    due = texts.undisputed_balance(Decimal(str(given_["balance"])), Decimal(str(given_["disputed_amount"])))

    assert due == Decimal(str(expect["may_state_as_due"]))


def test_ai_1_the_first_sentence_says_that_an_ai_speaks() -> None:
    assert texts.ai_first_sentence("Hello, is this Jane? I am an AI assistant.") == vector("AI-1")[1]["code"]
    assert texts.ai_first_sentence("Hello, this is an AI assistant calling for Northgate. Is this Jane?") is None
