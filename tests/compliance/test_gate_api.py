"""The gate's routes and those by which facts come in."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from accounts.models import Account, Person
from audit.models import Event
from compliance import notices
from compliance.models import ContactAttempt, GateDecision, Hold
from compliance.services import place_hold
from credira.documents import storage
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from creditors.services import mint_key
from tests.compliance.conftest import Api, freeze
from tests.compliance.gate_data import VECTORS, base, facts_of
from tests.compliance.test_notices import fresh, the_notice
from tests.compliance.test_reserve import world_at
from tests.placing import make_collector, place

EVALUATE = "/v1/contact-gate/evaluate"


def body(vector_id: str = "FREQ01-1", **changes: Any) -> dict[str, Any]:
    vector = VECTORS[vector_id]
    return {"intent": vector["intent"], "facts": facts_of(vector_id), "at": vector["at"], **changes}


def details(answer: Any) -> dict[str, str]:
    return {each["field"]: each["message"] for each in answer.json()["error"]["details"]}


def test_evaluate_answers_on_the_callers_facts_and_stores_nothing(sandbox: Workspace, api: Api) -> None:
    answer = api.post(EVALUATE, body())

    assert answer.status_code == 200
    data = answer.json()["data"]
    assert data["outcome"] == "DEFER"
    assert [reason["code"] for reason in data["reasons"]] == ["FREQ_7_IN_7"]
    [reason] = data["reasons"]
    assert reason.keys() == {"rule_id", "code", "severity", "cite", "message", "retry_at"}
    assert data["next_allowed_at"] == VECTORS["FREQ01-1"]["expect"]["next_allowed_at"]
    assert data["rule_pack"] == "us-2026.11"
    with bind(sandbox):
        assert not GateDecision.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"at": "2026-04-07T18:00:00"}, "at"),
        ({"at": "2026-99-07T18:00:00Z"}, "at"),
        ({"colour": "red"}, "colour"),
        ({"intent": {**VECTORS["FREQ01-1"]["intent"], "channel": "pigeon"}}, "intent.channel"),
        ({"intent": {"channel": "email", "purpose": "collect", "debts": ["A"]}}, "intent.endpoint_id"),
        ({"facts": {**base("tp_oh"), "debts": [{"balance": 5}]}}, "facts.debts.0.id"),
        ({"facts": {**base("tp_oh"), "debts": [{"id": "A", "dpd": -1}]}}, "facts.debts.0.dpd"),
        ({"facts": {**base("tp_oh"), "debts": [{"id": "A", "dofd": "2026-02-30"}]}}, "facts.debts.0.dofd"),
        ({"facts": {name: value for name, value in base("tp_oh").items() if name != "role"}}, "facts.role"),
    ],
)
def test_evaluate_names_the_field_that_the_schema_refuses(api: Api, changes: dict[str, Any], field: str) -> None:
    answer = api.post(EVALUATE, body(**changes))

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "INVALID_REQUEST"
    assert field in details(answer)


def test_check_chooses_the_endpoint_and_shows_the_budgets(sandbox: Workspace, api: Api) -> None:
    rows = world_at(sandbox)

    data = api.check({"account_id": rows.names["A"], "channel": "call", "voice_mode": "human"})

    assert (data["outcome"], data["endpoint_id"], data["reasons"]) == ("ALLOW", rows.names["mobile"], [])
    freq = next(each for each in data["budgets"] if each["rule_id"] == "FREQ-01")
    assert (freq["used"], freq["limit"]) == (0, 7)
    assert data["zones"] == ["America/New_York"]
    with bind(sandbox):
        assert not GateDecision.objects.exists()
        assert not ContactAttempt.objects.exists()


def test_a_call_without_a_voice_mode_is_asked_for_an_ai(sandbox: Workspace, api: Api) -> None:
    rows = world_at(sandbox, consents=[])

    data = api.check({"account_id": rows.names["A"], "channel": "call"})

    assert "TCPA_NO_CONSENT" in {reason["code"] for reason in data["reasons"]}
    assert "AI_DISCLOSURE" in data["obligations"]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"account_id": "acct_01m80edhsnexh8t44s6pz6em06"}, 404),
        ({"account_id": "nobody"}, 400),
        ({"channel": "pigeon"}, 400),
        ({"colour": "red"}, 400),
        ({"content": {"colour": "red"}}, 400),
    ],
)
def test_check_refuses_what_it_does_not_know(
    sandbox: Workspace, api: Api, changes: dict[str, Any], status: int
) -> None:
    rows = world_at(sandbox)

    answer = api.post("/v1/contact-gate/check", {"account_id": rows.names["A"], "channel": "email", **changes})

    assert answer.status_code == status


IMPOSSIBLE = [
    ({"channel": "call", "voice_mode": "human", "purpose": "furnish"}, "purpose"),
    ({"channel": "email", "purpose": "legal_action"}, "purpose"),
    ({"channel": "letter", "purpose": "proof_of_claim"}, "purpose"),
    ({"channel": "portal", "purpose": "transfer"}, "purpose"),
    ({"channel": "legal", "purpose": "collect"}, "purpose"),
    ({"channel": "legal", "purpose": "furnish"}, "purpose"),
    ({"channel": "legal", "purpose": "transfer"}, "purpose"),
    ({"channel": "furnish", "purpose": "collect"}, "purpose"),
    ({"channel": "sale", "purpose": "legal_action"}, "purpose"),
    ({"channel": "call", "voice_mode": "none"}, "voice_mode"),
    ({"channel": "voicemail", "voice_mode": "none"}, "voice_mode"),
    ({"channel": "letter", "purpose": "cease_exception"}, "cease_exception_kind"),
]


@pytest.mark.parametrize(("intent", "field"), IMPOSSIBLE)
def test_check_answers_no_intent_that_makes_no_sense(
    sandbox: Workspace, api: Api, intent: dict[str, Any], field: str
) -> None:
    rows = world_at(sandbox)

    answer = api.post("/v1/contact-gate/check", {"account_id": rows.names["A"], **intent})

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "INVALID_REQUEST")
    assert list(details(answer)) == [field]


@pytest.mark.parametrize(
    ("channel", "code"),
    [("legal", "SCRA_CHECK_STALE"), ("furnish", "RULE_PENDING:CR-01"), ("sale", "RULE_PENDING:SALE-01")],
)
def test_an_act_that_is_no_contact_is_asked_for_its_own_purpose(
    sandbox: Workspace, api: Api, channel: str, code: str
) -> None:
    rows = world_at(sandbox)

    data = api.check({"account_id": rows.names["A"], "channel": channel})

    assert code in {reason["code"] for reason in data["reasons"]}


def test_evaluate_tells_each_missing_field_once(api: Api) -> None:
    answer = api.post(EVALUATE, {})

    assert [each["field"] for each in answer.json()["error"]["details"]] == ["at", "facts", "intent"]


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "1899-12-31T23:59:59Z"])
def test_check_refuses_a_time_before_1900(sandbox: Workspace, api: Api, at: str) -> None:
    rows = world_at(sandbox)

    answer = api.post("/v1/contact-gate/check", {"account_id": rows.names["A"], "channel": "email", "at": at})

    assert (answer.status_code, details(answer)) == (400, {"at": "This time is before 1900."})


@pytest.mark.parametrize("at", ["1900-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_check_answers_at_the_ends_of_time(sandbox: Workspace, api: Api, at: str) -> None:
    rows = world_at(sandbox)

    assert api.check({"account_id": rows.names["A"], "channel": "email", "at": at})["outcome"] in (
        "ALLOW",
        "DENY",
        "DEFER",
    )


def test_a_consent_is_recorded_listed_and_revoked(sandbox: Workspace, api: Api) -> None:
    rows = world_at(sandbox, consents=[])
    ask = {"account_id": rows.names["A"], "channel": "call", "endpoint_id": rows.names["mobile"]}
    before = api.check(ask)["outcome"]

    created = api.post(
        "/v1/consents",
        {
            "account_id": rows.names["A"],
            "kind": "tcpa",
            "source": "consumer_direct",
            "endpoint_id": rows.names["mobile"],
            "wording": "Yes, you may call this number.",
            "given_at": "2026-11-20T15:00:00Z",
        },
    )
    given = api.check(ask)
    consent = created.json()["data"]
    revoked = api.post(f"/v1/consents/{consent['id']}/revoke", {"evidence": "said on the phone"})
    after = api.check(ask)

    assert (before, given["outcome"], after["outcome"]) == ("DENY", "ALLOW", "DENY")
    assert given["relied_on"] == [consent["id"]]
    assert created.status_code == 201
    assert created["Location"] == f"/v1/consents/{consent['id']}"
    assert (consent["given_at"], consent["revoked_at"]) == ("2026-11-20T15:00:00Z", None)
    assert revoked.json()["data"]["revoked_at"] == "2026-11-24T15:05:00Z"
    [listed] = api.get("/v1/consents").json()["data"]
    assert listed == revoked.json()["data"] == api.get(f"/v1/consents/{consent['id']}").json()["data"]
    assert api.post(f"/v1/consents/{consent['id']}/revoke", {}).status_code == 409


def test_a_consent_names_only_debts_of_its_person(sandbox: Workspace, api: Api) -> None:
    rows = world_at(sandbox)
    with bind(sandbox) as bound:
        stranger = Person.objects.create(workspace=bound, first_name="Bert")

    answer = api.post(
        "/v1/consents", {"person_id": stranger.public_id, "kind": "sms", "account_ids": [rows.names["A"]]}
    )

    assert (answer.status_code, details(answer)) == (400, {"account_ids": "Not this person's."})


def test_a_call_back_ends_after_it_begins(sandbox: Workspace, api: Api) -> None:
    days = {"from_date": "2026-11-26", "to_date": "2026-11-25"}

    answer = api.post("/v1/consents", {"account_id": world_at(sandbox).names["A"], "kind": "call_back", **days})

    assert (answer.status_code, details(answer)) == (400, {"to_date": "Before from_date."})


def test_an_opt_out_stops_at_once(sandbox: Workspace, api: Api) -> None:
    rows = world_at(sandbox)
    opted = api.post(
        "/v1/opt-outs", {"account_id": rows.names["A"], "scope": "medium", "medium": "email", "evidence": "reply"}
    )

    checked = api.check({"account_id": rows.names["A"], "channel": "email"})

    assert opted.status_code == 201
    assert opted.json()["data"]["received_at"] == "2026-11-24T15:05:00Z"
    assert [reason["code"] for reason in checked["reasons"]] == ["MEDIUM_OPTOUT"]


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/v1/opt-outs", {"scope": "medium", "medium": "email"}, "MEDIUM_OPTOUT"),
        ("/v1/opt-outs", {"scope": "all_electronic"}, "MEDIUM_OPTOUT"),
        ("/v1/accounts/{account_id}/disputes", {"channel": "mail"}, "DISPUTE_HOLD"),
    ],
)
@pytest.mark.parametrize("ahead", ["2026-11-24T15:05:01Z", "2099-01-01T00:00:00Z"])
def test_a_stop_told_for_later_than_the_clock_holds_at_once(
    sandbox: Workspace, api: Api, path: str, body: dict[str, Any], code: str, ahead: str
) -> None:
    account_id = world_at(sandbox).names["A"]
    who = {} if "{" in path else {"account_id": account_id}

    told = api.post(path.format(account_id=account_id), {**body, **who, "received_at": ahead})

    assert (told.status_code, told.json()["data"]["received_at"]) == (201, "2026-11-24T15:05:00Z")
    checked = api.check({"account_id": account_id, "channel": "email"})
    assert [reason["code"] for reason in checked["reasons"]] == [code]


def test_a_consent_revoked_for_later_than_the_clock_is_revoked_now(sandbox: Workspace, api: Api) -> None:
    rows = world_at(sandbox)
    ask = {"account_id": rows.names["A"], "channel": "call", "endpoint_id": rows.names["mobile"]}

    revoked = api.post(f"/v1/consents/{rows.names['con_tcpa_mobile']}/revoke", {"revoked_at": "2099-01-01T00:00:00Z"})

    assert revoked.json()["data"]["revoked_at"] == "2026-11-24T15:05:00Z"
    assert [reason["code"] for reason in api.check(ask)["reasons"]] == ["TCPA_REVOKED", "TCPA_NO_CONSENT"]


def test_nothing_was_postmarked_or_consented_to_after_the_workspaces_today(sandbox: Workspace, api: Api) -> None:
    # 23:30 of the 24th in New York, where the creditor is: 04:30 of the 25th in UTC.
    rows = world_at(sandbox)
    freeze(sandbox, dt.datetime(2026, 11, 25, 4, 30, tzinfo=dt.UTC))
    dispute = {"channel": "mail", "kind": "dispute"}
    consent = {"account_id": rows.names["A"], "kind": "tcpa"}
    disputes = f"/v1/accounts/{rows.names['A']}/disputes"

    ahead = api.post(disputes, {**dispute, "postmarked_on": "2026-11-25"})
    early = api.post("/v1/consents", {**consent, "given_at": "2026-11-25T04:30:01Z"})

    assert (ahead.status_code, ahead.json()["error"]["details"]) == (
        400,
        [{"field": "postmarked_on", "message": "This day is after today, 2026-11-24."}],
    )
    assert (early.status_code, early.json()["error"]["details"]) == (
        400,
        [{"field": "given_at", "message": "This is after 2026-11-25T04:30:00Z."}],
    )
    assert api.post(disputes, {**dispute, "postmarked_on": "2026-11-24"}).status_code == 201
    assert api.post("/v1/consents", {**consent, "given_at": "2026-11-25T04:30:00Z"}).status_code == 201


def test_a_message_that_is_still_to_come_is_not_answered(sandbox: Workspace, api: Api) -> None:
    rows = world_at(sandbox)
    reply = {"medium": "email", "received_at": "2026-11-24T15:05:01Z"}
    question = {"account_id": rows.names["A"], "channel": "email", "reply_to": reply}

    now = api.post("/v1/contact-gate/check", question)
    later = api.post("/v1/contact-gate/check", {**question, "at": "2026-11-24T15:05:01Z"})

    assert (now.status_code, now.json()["error"]["details"][0]["field"]) == (400, "reply_to.received_at")
    assert later.status_code == 200


def test_a_person_and_an_account_that_do_not_belong_together_are_refused(sandbox: Workspace, api: Api) -> None:
    rows = world_at(sandbox)
    with bind(sandbox) as bound:
        stranger = Person.objects.create(workspace=bound, kind="natural", name_norm="sam lee").public_id
    who = {"account_id": rows.names["A"], "person_id": stranger}

    for path, fact in (
        ("/v1/opt-outs", {"scope": "medium", "medium": "email"}),
        ("/v1/consents", {"kind": "tcpa"}),
    ):
        answer = api.post(path, {**fact, **who})
        assert (answer.status_code, details(answer)) == (
            400,
            {"person_id": "This person is no party to the account."},
        )
        with bind(sandbox) as bound:
            consumer = Account.objects.get(workspace=bound, id=rows.ids["A"]).person.public_id
        assert api.post(path, {**fact, **who, "person_id": consumer}).status_code == 201


def test_the_same_hold_placed_at_once_is_one(transactional_db: None) -> None:
    creditor = make_collector()
    account = place(creditor.sandbox).account
    barrier = Barrier(4)

    def hold(_: int) -> Hold:
        try:
            barrier.wait(timeout=20)
            with bind(creditor.sandbox) as bound:
                return place_hold(workspace=bound, person_id=account.person_id, debts=[account.id], reason="Asked.")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        placed = {each.id for each in pool.map(hold, range(4))}

    assert len(placed) == 1


def test_a_body_without_a_person_says_which_parameter_is_missing(api: Api) -> None:
    answer = api.post("/v1/opt-outs", {"scope": "medium", "medium": "email"})

    assert answer.status_code == 400
    assert "Missing required parameter: account_id or person_id" in str(answer.json()["error"])


def test_a_hold_is_placed_and_released(sandbox: Workspace, api: Api) -> None:
    rows = world_at(sandbox)
    path = f"/v1/accounts/{rows.names['A']}/holds"
    placed = api.post(path, {"reason": "Under review"})
    hold = placed.json()["data"]
    held = api.check({"account_id": rows.names["A"], "channel": "email"})

    released = api.post(f"{path}/{hold['id']}/release", {})

    after = api.check({"account_id": rows.names["A"], "channel": "email"})
    assert placed.status_code == 201
    assert (hold["kind"], hold["account_ids"], hold["released_at"]) == ("manual", [rows.names["A"]], None)
    assert ([reason["code"] for reason in held["reasons"]], after["outcome"]) == (["HOLD"], "ALLOW")
    assert released.json()["data"]["released_at"] == "2026-11-24T15:05:00Z"
    assert api.get(path).json()["data"] == [released.json()["data"]]


@pytest.mark.promise("D-91")
def test_a_dispute_is_filed_held_and_resolved(sandbox: Workspace, api: Api) -> None:
    rows = world_at(sandbox)
    filed = api.post(
        f"/v1/accounts/{rows.names['A']}/disputes",
        {"channel": "portal", "reasons": ["not_my_debt"], "statement": "I never had this card."},
    )
    dispute = filed.json()["data"]
    held = api.check({"account_id": rows.names["A"], "channel": "email"})

    resolved = api.post(
        f"/v1/disputes/{dispute['id']}/resolve", {"resolution": "verification", "sent_on": "2026-11-24"}
    )

    after = api.check({"account_id": rows.names["A"], "channel": "email"})
    assert filed.status_code == 201
    assert (dispute["status"], dispute["written"], dispute["amount"]) == ("open", True, None)
    assert dispute["statement"] == "I never had this card."
    assert [reason["code"] for reason in held["reasons"]] == ["DISPUTE_HOLD"]
    assert resolved.json()["data"]["status"] == "answered"
    assert resolved.json()["data"]["answers"] == [
        {"kind": "verification", "medium": "mail", "sent_on": "2026-11-24", "returned_on": None}
    ]
    assert after["outcome"] == "ALLOW"
    assert [each["id"] for each in api.get("/v1/disputes").json()["data"]] == [dispute["id"]]


@pytest.mark.parametrize("sent_on", ["1990-01-01", "2026-11-23", "2026-11-25", "2099-01-01"])
def test_an_answer_sent_before_the_dispute_or_in_the_future_releases_nothing(
    sandbox: Workspace, api: Api, sent_on: str
) -> None:
    account_id = world_at(sandbox).names["A"]
    dispute = api.post(f"/v1/accounts/{account_id}/disputes", {"channel": "mail"}).json()["data"]

    answer = api.post(f"/v1/disputes/{dispute['id']}/resolve", {"resolution": "verification", "sent_on": sent_on})

    assert (answer.status_code, list(details(answer))) == (400, ["sent_on"])
    assert api.get(f"/v1/disputes/{dispute['id']}").json()["data"]["status"] == "open"
    checked = api.check({"account_id": account_id, "channel": "letter"})
    assert [reason["code"] for reason in checked["reasons"]] == ["DISPUTE_HOLD"]


@pytest.mark.django_db(transaction=True)
def test_the_same_answer_told_four_times_at_once_is_one(sandbox: Workspace, api: Api) -> None:
    account_id = world_at(sandbox).names["A"]
    dispute = api.post(f"/v1/accounts/{account_id}/disputes", {"channel": "mail"}).json()["data"]
    together = Barrier(4)

    def resolve(_: int) -> int:
        together.wait()
        try:
            path = f"/v1/disputes/{dispute['id']}/resolve"
            return int(api.post(path, {"resolution": "verification"}).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(resolve, range(4))) == [200] * 4
    answers = api.get(f"/v1/disputes/{dispute['id']}").json()["data"]["answers"]
    assert [(each["kind"], each["sent_on"]) for each in answers] == [("verification", "2026-11-24")]
    with bind(sandbox):
        assert Event.objects.filter(type="dispute.resolved").count() == 1


def test_an_electronic_answer_without_esign_consent_releases_nothing(sandbox: Workspace, api: Api) -> None:
    rows = world_at(
        sandbox,
        disputes=[{"debt_id": "A", "received_at": "2026-01-20T15:00:00Z", "written": True}],
    )
    [dispute] = api.get("/v1/disputes").json()["data"]

    api.post(f"/v1/disputes/{dispute['id']}/resolve", {"resolution": "verification", "medium": "email"})

    checked = api.check({"account_id": rows.names["A"], "channel": "call", "voice_mode": "human"})
    assert [reason["code"] for reason in checked["reasons"]] == ["DISPUTE_HOLD"]


def test_notices_are_listed_and_their_pdf_is_what_was_stored(sandbox: Workspace, api: Api) -> None:
    rows = fresh(sandbox)
    path = f"/v1/accounts/{rows.names['A']}/notices"
    with bind(sandbox) as bound:
        notice = notices.prepare(bound, the_notice(rows.ids["A"]).id)
    missing = api.get(f"{path}/{notice.public_id}/pdf").status_code
    with bind(sandbox) as bound:
        stored = storage.store(bound.id, folder="notices", content=b"%PDF-1.7 notice")
        notices.freeze(workspace=bound, notice_id=notice.id, sent_on=dt.date(2026, 11, 24))
        notices.mark_sent(workspace=bound, notice_id=notice.id, document_key=stored.key, document_sha256=stored.sha256)

    [listed] = api.get(path).json()["data"]
    pdf = api.get(f"{path}/{notice.public_id}/pdf")

    assert missing == 404
    assert (listed["status"], listed["sent_on"], listed["period_end"]) == ("sent", "2026-11-24", "2027-01-01")
    assert (listed["amount"], listed["total"], listed["currency"], listed["pdf"]) == (2234.56, 2284.56, "USD", True)
    assert (pdf["Content-Type"], pdf.content) == ("application/pdf", b"%PDF-1.7 notice")


def test_next_contact_says_when_how_and_why_not(sandbox: Workspace, api: Api) -> None:
    rows = world_at(sandbox, consents=[])

    data = api.get(f"/v1/accounts/{rows.names['A']}/next-contact").json()["data"]

    by_channel = {each["channel"]: each for each in data["channels"]}
    assert (data["channel"], data["at"], data["local_time"]) == ("email", "2026-11-24T15:05:00Z", "Tue 24 Nov 10:05")
    assert by_channel["call"]["outcome"] == "DENY"
    assert {reason["code"] for reason in by_channel["call"]["reasons"]} == {"TCPA_NO_CONSENT"}
    assert all(reason["cite"] for reason in by_channel["call"]["reasons"])
    assert data["summary"].startswith("Next contact: Tue 24 Nov 10:05 by e-mail; not called because ")
    assert "47 CFR 64.1200" in data["summary"]


def test_rule_packs_tell_every_rule_with_its_citation(api: Api) -> None:
    [pack] = api.get("/v1/rule-packs").json()["data"]

    texts = {each["rule_id"]: each["cite"] for each in pack["rules"]}
    assert (pack["id"], pack["current"]) == ("us-2026.11", True)
    assert "1006.14" in texts["FREQ-01"]


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("post", "/v1/consents", "compliance:read"),
        ("post", "/v1/opt-outs", "compliance:read"),
        ("get", "/v1/disputes", "accounts:read"),
    ],
)
def test_a_key_without_the_scope_is_refused(sandbox: Workspace, method: str, path: str, scope: str) -> None:
    with bind(sandbox) as bound:
        key = Api(mint_key(workspace=bound, name="Narrow", scopes=[scope]).token)

    answer = key.ask(method, path, {} if method == "post" else None)

    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "FORBIDDEN")
