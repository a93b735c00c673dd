"""The rows of gate-facts.md 7 to 9 that the vectors leave open, one case a line: exactly these codes, and no other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from compliance.rules import MalformedFacts, Outcome, Severity, parse_facts, parse_shared
from tests.compliance.gate_data import base, decide, merged

NOON = "2026-11-23T17:00:00Z"  # Monday 12:00 in New York
CALL = {"channel": "call", "purpose": "collect", "debts": ["A"], "voice_mode": "human", "endpoint_id": "mobile"}
AI = {**CALL, "voice_mode": "ai"}
SMS = {"channel": "sms", "purpose": "collect", "debts": ["A"], "endpoint_id": "mobile"}
MAIL = {"channel": "email", "purpose": "collect", "debts": ["A"], "endpoint_id": "email"}
LETTER = {"channel": "letter", "purpose": "collect", "debts": ["A"], "endpoint_id": "home"}
VOICEMAIL = {**CALL, "channel": "voicemail"}
LEGAL = {"channel": "legal", "purpose": "legal_action", "debts": ["A"]}
FURNISH = {"channel": "furnish", "purpose": "furnish", "debts": ["A"]}
SALE = {"channel": "sale", "purpose": "transfer", "debts": ["A"]}
PENDING_FURNISH = {"RULE_PENDING:CR-01", "RULE_PENDING:CR-02"}


def debt(**changes: Any) -> dict[str, Any]:
    """The debt of the base sheet with changes; None removes a field."""
    return merged(base("tp_oh")["debts"][0], changes)


def endpoints(name: str = "tp_oh", **changes: dict[str, Any]) -> list[dict[str, Any]]:
    """The endpoints of a base with changes by id; an unknown id is added."""
    every = {one["id"]: one for one in base(name)["endpoints"]}
    for key, change in changes.items():
        every[key] = merged(every.get(key, {"id": key}), change)
    return list(every.values())


def sheet(name: str = "tp_oh", **changes: Any) -> dict[str, Any]:
    return {**base(name), **changes}


def call_at(at: str, status: str = "ring_no_answer", **changes: Any) -> dict[str, Any]:
    call = {"channel": "call", "at": at, "debts": ["A"], "endpoint_id": "mobile", "connect_status": status}
    return {**call, **changes}


def codes(intent: dict[str, Any], facts: dict[str, Any], at: str = NOON) -> set[str]:
    return set(decide(intent, facts, at).codes)


def severity(intent: dict[str, Any], facts: dict[str, Any], code: str, at: str = NOON) -> Severity:
    (found,) = {reason.severity for reason in decide(intent, facts, at).reasons if reason.code == code}
    return found


BARRED = [debt(time_barred_on="2026-01-01")]
NOT_NOTICED = [
    debt(initial_communication=None, full_mm_written_on=None, notice={"status": "pending", "data_complete": None})
]
DIED = [{"notice_at": "2026-10-12T15:00:00Z"}]
EXECUTOR = [{"id": "executor", "relation": "estate_representative"}]
VOICE_TEXT = {"place": "US", "code": "TIME_BARRED", "approved": True, "media": ["voice"]}

CASES: dict[str, tuple[dict[str, Any], dict[str, Any], set[str]]] = {
    # SCOPE-03, SCOPE-04
    "unknown debt": ({**CALL, "debts": ["Z"]}, sheet(), {"FACT_MISSING:debts.Z"}),
    "unknown person": ({**CALL, "person_id": "nobody"}, sheet(), {"FACT_MISSING:persons.nobody"}),
    "unknown copy": ({**LETTER, "copy_to": ["nobody"]}, sheet(), {"FACT_MISSING:persons.nobody"}),
    "unknown endpoint": ({**LETTER, "endpoint_id": "away"}, sheet(), {"FACT_MISSING:endpoint"}),
    "endpoint of another kind": ({**LETTER, "endpoint_id": "email"}, sheet(), {"FACT_MISSING:endpoint"}),
    "foreign address": (LETTER, sheet(endpoints=endpoints(home={"country": "CA"})), {"JURISDICTION_UNSUPPORTED"}),
    "New York City by its ZIP alone": (
        MAIL,
        sheet(
            "tp_nyc",
            endpoints=endpoints("tp_nyc", home={"state": "NJ"}, mobile={"state": "NJ"}, landline={"state": "NJ"}),
            entity=merged(
                base("tp_nyc")["entity"],
                {
                    "authorizations": [
                        *base("tp_nyc")["entity"]["authorizations"],
                        {"place": "NJ", "role": "third_party", "basis": "LICENSE", "valid_from": "2024-01-01"},
                    ]
                },
            ),
        ),
        {"RULE_PENDING:ST-NYC-1"},
    ),
    "territory": (
        LETTER,
        sheet(
            endpoints=endpoints(home={"country": "PR", "state": None}),
            entity=merged(
                base("tp_oh")["entity"],
                {
                    "authorizations": [
                        {"place": "PR", "role": "third_party", "basis": "LICENSE", "valid_from": "2024-01-01"}
                    ]
                },
            ),
        ),
        set(),
    ),
    "state unknown": (
        MAIL,
        sheet(endpoints=endpoints(home={"state": None})),
        {"FACT_MISSING:state"},
    ),
    "zones unknown": (MAIL, sheet(endpoints=endpoints(home={"zones": None})), {"FACT_MISSING:zones"}),
    "a letter needs no zones": (LETTER, sheet(endpoints=endpoints(home={"zones": None})), set()),
    "a zone of no such name": (MAIL, sheet(endpoints=endpoints(home={"zones": ["No/Where"]})), {"FACT_MISSING:zones"}),
    "an address that ended": (
        MAIL,
        sheet(
            endpoints=endpoints(
                old={"kind": "address", "address_type": "residence", "state": "GA", "valid_to": "2026-11-22"}
            )
        ),
        set(),
    ),
    "an address that ends today": (
        LETTER,
        sheet(
            endpoints=endpoints(
                old={"kind": "address", "address_type": "residence", "state": "GA", "valid_to": "2026-11-23"}
            )
        ),
        {"STATE_NOT_AUTHORIZED"},
    ),
    # HOLD
    "kill switch": (LETTER, sheet(holds=[{"kind": "kill_switch", "from": "2026-11-20T15:00:00Z"}]), {"KILL_SWITCH"}),
    "hold of another debt": (
        LETTER,
        sheet(holds=[{"kind": "manual", "from": "2026-11-20T15:00:00Z", "debts": ["B"]}]),
        set(),
    ),
    "hold that begins later": (LETTER, sheet(holds=[{"kind": "manual", "from": "2026-11-23T17:00:01Z"}]), set()),
    "hold that ended": (
        LETTER,
        sheet(holds=[{"kind": "manual", "from": "2026-11-20T15:00:00Z", "to": NOON}]),
        set(),
    ),
    "a manual hold lets answers pass": (
        {**LETTER, "purpose": "verification_response"},
        sheet(holds=[{"kind": "manual", "from": "2026-11-20T15:00:00Z"}]),
        set(),
    ),
    # FREQ
    "voicemail a day": (
        VOICEMAIL,
        sheet(attempts=[call_at("2026-11-23T14:00:00Z", channel="voicemail", connect_status="voicemail_left")]),
        {"FREQ_BURST"},
    ),
    "text a day": (SMS, sheet(attempts=[call_at("2026-11-23T14:00:00Z", channel="sms")]), {"FREQ_BURST"}),
    "a gap of four hours": (CALL, sheet(attempts=[call_at("2026-11-23T13:00:00Z")]), set()),
    "one minute short of four hours": (CALL, sheet(attempts=[call_at("2026-11-23T13:01:00Z")]), {"FREQ_BURST"}),
    "a notice is no campaign contact": (
        {**MAIL, "purpose": "validation_notice"},
        sheet(debts=NOT_NOTICED, attempts=[call_at(f"2026-11-2{n}T14:00:00Z", channel="email") for n in (0, 1, 2)]),
        {"FACT_MISSING:debt.notice.data_complete"},
    ),
    "calls inside a right-party talk without debts count for every debt": (
        CALL,
        sheet(attempts=[call_at("2026-11-20T14:00:00Z", "answered_rpc", debts=[])]),
        {"FREQ_AFTER_CONVERSATION"},
    ),
    "location asked once": (
        {**CALL, "purpose": "location_info", "person_id": "mate"},
        sheet(
            persons=[{"id": "mate", "relation": "household_member"}],
            attempts=[
                call_at("2026-06-01T14:00:00Z", "answered_third_party", purpose="location_info", person_id="mate")
            ],
        ),
        {"FREQ_LOCATION_ONCE"},
    ),
    "location again if the person may be asked again": (
        {**CALL, "purpose": "location_info", "person_id": "mate"},
        sheet(
            persons=[{"id": "mate", "relation": "household_member", "may_recontact": True}],
            attempts=[
                call_at("2026-06-01T14:00:00Z", "answered_third_party", purpose="location_info", person_id="mate")
            ],
        ),
        set(),
    ),
    "no location call by an AI": (
        {**AI, "purpose": "location_info", "person_id": "mate"},
        sheet(persons=[{"id": "mate", "relation": "household_member"}]),
        {"THIRD_PARTY", "TCPA_NO_CONSENT"},
    ),
    # TIME-02, PLACE-01, WORK-01
    "unusual place": (
        MAIL,
        sheet(consumer={"unusual_place": {"place": "hospital", "learned_at": "2026-11-23T16:00:00Z"}}),
        {"PLACE_UNUSUAL"},
    ),
    "letter to the home called inconvenient": (
        LETTER,
        sheet(consumer={"inconvenient_places": [{"place": "home", "at": "2026-11-02T15:00:00Z"}]}),
        {"PLACE_INCONVENIENT"},
    ),
    "a mobile is at no place": (
        CALL,
        sheet(consumer={"inconvenient_places": [{"place": "home", "at": "2026-11-02T15:00:00Z"}]}),
        set(),
    ),
    "work phone without consent": (
        CALL,
        sheet(endpoints=endpoints(mobile={"place": "work"})),
        {"WORK_PROHIBITED"},
    ),
    "work phone with consent": (
        CALL,
        sheet(
            endpoints=endpoints(mobile={"place": "work"}),
            consents=[*base("tp_oh")["consents"], {"id": "con_work", "kind": "work", "at": "2026-11-01T15:00:00Z"}],
        ),
        set(),
    ),
    # ATTY-01, CEASE-01
    "attorney unknown, first inquiry": (
        {**LETTER, "purpose": "attorney_inquiry"},
        sheet(attorneys=[{"from": "2026-11-01T15:00:00Z", "identity": "unknown"}]),
        set(),
    ),
    "attorney unknown, second inquiry": (
        {**LETTER, "purpose": "attorney_inquiry"},
        sheet(
            attorneys=[{"from": "2026-11-01T15:00:00Z", "identity": "unknown"}],
            attempts=[call_at("2026-11-05T15:00:00Z", channel="letter", purpose="attorney_inquiry")],
        ),
        {"ATTORNEY"},
    ),
    "the attorney may be written to": (
        {**LETTER, "person_id": "lawyer"},
        sheet(
            attorneys=[{"from": "2026-11-01T15:00:00Z"}],
            persons=[{"id": "lawyer", "relation": "consumer_attorney"}],
        ),
        set(),
    ),
    "a cease exception needs approval": (
        {**LETTER, "purpose": "cease_exception", "cease_exception_kind": "ends_efforts"},
        sheet(cease=[{"received_at": "2026-11-20T18:00:00Z", "written": True}]),
        {"CEASE"},
    ),
    "an approved cease exception": (
        {**LETTER, "purpose": "cease_exception", "cease_exception_kind": "ends_efforts", "human_approved": True},
        sheet(cease=[{"received_at": "2026-11-20T18:00:00Z", "written": True}]),
        set(),
    ),
    "the law's own messages pass a cease": (
        {**LETTER, "purpose": "legally_required"},
        sheet(cease=[{"received_at": "2026-11-20T18:00:00Z", "written": True}]),
        set(),
    ),
    "a withdrawn cease": (
        CALL,
        sheet(cease=[{"received_at": "2026-11-20T18:00:00Z", "written": True, "withdrawn_at": "2026-11-21T15:00:00Z"}]),
        set(),
    ),
    # MEDIUM-01
    "all electronic": (
        MAIL,
        sheet(optouts=[{"scope": "all_electronic", "at": "2026-11-20T15:00:00Z"}]),
        {"MEDIUM_OPTOUT"},
    ),
    "all electronic leaves mail": (
        LETTER,
        sheet(optouts=[{"scope": "all_electronic", "at": "2026-11-20T15:00:00Z"}]),
        set(),
    ),
    "another endpoint": (
        CALL,
        sheet(optouts=[{"scope": "endpoint", "endpoint_id": "landline", "at": "2026-11-20T15:00:00Z"}]),
        set(),
    ),
    "an endpoint without medium stops its media": (
        SMS,
        sheet(optouts=[{"scope": "endpoint", "endpoint_id": "mobile", "at": "2026-11-20T15:00:00Z"}]),
        {"ENDPOINT_OPTOUT"},
    ),
    "opted in again": (
        MAIL,
        sheet(
            optouts=[
                {"scope": "medium", "medium": "email", "at": "2026-11-01T15:00:00Z", "ended_at": "2026-11-02T15:00:00Z"}
            ]
        ),
        set(),
    ),
    "the law requires this medium": (
        {**MAIL, "purpose": "legally_required", "required_medium": True},
        sheet(optouts=[{"scope": "medium", "medium": "email", "at": "2026-11-01T15:00:00Z"}]),
        set(),
    ),
    # E3P-01
    "a copy to a relative": (
        {**LETTER, "copy_to": ["son"]},
        sheet(persons=[{"id": "son", "relation": "relative"}]),
        {"THIRD_PARTY"},
    ),
    "verification failed": ({**CALL, "right_party": "failed"}, sheet(), {"RPC_REQUIRED"}),
    "content reveals the debt too early": (
        {**CALL, "content": {"reveals_debt": True, "satisfies": ["FROM_DEBT_COLLECTOR", "RECORDING_NOTICE"]}},
        sheet(),
        {"RPC_REQUIRED"},
    ),
    "a verified person may hear it": (
        {
            **CALL,
            "right_party": "verified",
            "content": {"reveals_debt": True, "satisfies": ["MINI_MIRANDA_FULL", "RECORDING_NOTICE"]},
        },
        sheet(),
        set(),
    ),
    "voicemail by an AI": ({**VOICEMAIL, "voice_mode": "ai"}, sheet(), {"LCM_INVALID"}),
    # EMAIL-01, SMS-01
    "leaked mailbox": (MAIL, sheet(endpoints=endpoints(email={"leak_reported": True})), {"EMAIL_LEAK"}),
    "a reply from a leaked mailbox": (
        {
            **MAIL,
            "purpose": "reply_to_consumer",
            "reply_to": {"medium": "email", "received_at": "2026-11-23T16:00:00Z"},
        },
        sheet(endpoints=endpoints(email={"leak_reported": True})),
        {"EMAIL_LEAK"},
    ),
    "prior collector": (
        MAIL,
        sheet(
            endpoints=endpoints(
                email={"bases": [{"basis": "iii", "prior_basis_valid": True, "immediately_prior_used": True}]}
            )
        ),
        set(),
    ),
    "opted out under the only basis": (
        MAIL,
        sheet(endpoints=endpoints(email={"bases": [{"basis": "i_B", "opted_out": True}]})),
        {"EMAIL_BASIS"},
    ),
    "stale text consent": (
        SMS,
        sheet(consents=[{"id": "c", "kind": "sms", "at": "2026-09-23T15:00:00Z", "endpoint_id": "mobile"}]),
        {"SMS_STALE"},
    ),
    "text consent of the sixtieth day": (
        SMS,
        sheet(consents=[{"id": "c", "kind": "sms", "at": "2026-09-24T15:00:00Z", "endpoint_id": "mobile"}]),
        set(),
    ),
    "a text of the person is a basis": (
        SMS,
        sheet(consents=[], endpoints=endpoints(mobile={"last_inbound_text_on": "2026-11-01"})),
        set(),
    ),
    # ID-01
    "a name of nobody": ({**CALL, "from_name": "Friendly Bank"}, sheet(), {"IDENTITY_NAME_MISMATCH"}),
    "the creditor's name": ({**CALL, "from_name": "lakeshore credit UNION"}, sheet(), {"IDENTITY_WHITE_LABEL"}),
    "a creditor in a name not its own": (
        {**CALL, "from_name": "Northgate"},
        sheet("fp_oh"),
        {"IDENTITY_NAME_MISMATCH"},
    ),
    # VN
    "bad address": (LETTER, sheet(endpoints=endpoints(home={"bad": True})), {"ADDRESS_BAD"}),
    "an e-mail address that bounced": (MAIL, sheet(endpoints=endpoints(email={"bad": True})), {"ADDRESS_BAD"}),
    "no notice yet": (CALL, sheet(debts=NOT_NOTICED), {"VN_NOT_SENT"}),
    "no notice possible": (
        CALL,
        sheet(debts=[debt(initial_communication=None, notice={"status": "none", "data_complete": False})]),
        {"VN_DATA_INCOMPLETE"},
    ),
    "notice data unknown": (
        {**LETTER, "purpose": "validation_notice"},
        sheet(debts=NOT_NOTICED),
        {"FACT_MISSING:debt.notice.data_complete"},
    ),
    "an undelivered notice is not sent": (
        LETTER,
        sheet(debts=[debt(notice={"status": "undelivered"})]),
        {"VN_OVERDUE"},
    ),
    "an electronic answer needs E-SIGN consent": (
        {**MAIL, "purpose": "verification_response"},
        sheet(),
        {"VN_ESIGN_REQUIRED"},
    ),
    "an electronic first notice needs none": (
        {**MAIL, "purpose": "validation_notice"},
        sheet(debts=[debt(initial_communication=None, notice={"status": "pending", "data_complete": True})]),
        set(),
    ),
    "a subject that names nothing": (
        {
            **MAIL,
            "purpose": "validation_notice",
            "content": {"subject_ok": False, "satisfies": ["MINI_MIRANDA_FULL", "E_OPT_OUT"]},
        },
        sheet(debts=[debt(initial_communication=None, notice={"status": "pending", "data_complete": True})]),
        {"CONTENT_SUBJECT"},
    ),
    "a deadline within the period": (
        {**LETTER, "content": {"deadline_on": "2026-12-20", "satisfies": ["FROM_DEBT_COLLECTOR"]}},
        sheet(debts=[debt(notice={"status": "sent", "sent_on": "2026-11-20", "period_end": "2026-12-30"})]),
        {"OVERSHADOW"},
    ),
    # TB-01, TEXT
    "legal step, period unknown": (
        LEGAL,
        sheet(debts=[debt(time_barred_on=None)], scra={"checked_on": "2026-11-23"}),
        {"FACT_MISSING:debt.time_barred_on"},
    ),
    "legal step, counsel released": (
        LEGAL,
        sheet(debts=[debt(time_barred_on="2026-12-01", counsel_release=True)], scra={"checked_on": "2026-11-23"}),
        set(),
    ),
    "91 days left": (LEGAL, sheet(debts=[debt(time_barred_on="2027-02-22")], scra={"checked_on": "2026-11-23"}), set()),
    "90 days left": (
        LEGAL,
        sheet(debts=[debt(time_barred_on="2027-02-21")], scra={"checked_on": "2026-11-23"}),
        {"TIME_BARRED"},
    ),
    "call about a barred debt": (CALL, sheet(debts=BARRED), {"TIME_BARRED"}),
    "call with an approved script": (CALL, sheet(debts=BARRED, state_texts=[VOICE_TEXT]), set()),
    "letter about a barred debt where no text is prescribed": (LETTER, sheet(debts=BARRED), set()),
    "a block of the place not approved": (
        LETTER,
        sheet(state_texts=[{"place": "OH", "code": "BLOCK", "approved": False}]),
        {"TEXT_MISSING"},
    ),
    # DEC-01, BK-01, SCRA-01, IDT-01
    "notice to an unnamed executor": (
        {**LETTER, "purpose": "validation_notice", "person_id": "executor"},
        sheet(deaths=DIED, persons=EXECUTOR),
        {"DECEASED"},
    ),
    "AI to the executor": (
        {**AI, "person_id": "executor"},
        sheet(deaths=DIED, persons=EXECUTOR),
        {"DECEASED", "TCPA_NO_CONSENT"},
    ),
    "the spouse may be told after a death": (
        {**LETTER, "person_id": "spouse"},
        sheet(deaths=DIED, persons=[{"id": "spouse", "relation": "spouse"}]),
        set(),
    ),
    "a discharge holds for good": (
        LETTER,
        sheet(bankruptcies=[{"filed_on": "2025-01-02", "status": "discharged", "released_at": "2026-01-02T15:00:00Z"}]),
        {"BANKRUPTCY"},
    ),
    "provisional bankruptcy after 14 days": (
        LETTER,
        sheet(bankruptcies=[{"filed_on": "2026-11-09", "provisional": True}]),
        set(),
    ),
    "the debtor's attorney may be written to": (
        {**LETTER, "person_id": "lawyer"},
        sheet(
            bankruptcies=[{"filed_on": "2026-11-09", "chapter": "7"}],
            persons=[{"id": "lawyer", "relation": "consumer_attorney"}],
        ),
        set(),
    ),
    "bankruptcy stops furnishing": (
        FURNISH,
        sheet(bankruptcies=[{"filed_on": "2026-11-09", "chapter": "7"}]),
        {"BANKRUPTCY", *PENDING_FURNISH},
    ),
    "legal step without a military check": (LEGAL, sheet(), {"SCRA_CHECK_STALE"}),
    "legal step with a check of three days": (LEGAL, sheet(scra={"checked_on": "2026-11-20"}), {"SCRA_CHECK_STALE"}),
    "military address, check of 31 days": (
        LETTER,
        sheet(endpoints=endpoints(home={"military": True}), scra={"checked_on": "2026-10-23"}),
        {"SCRA_CHECK_STALE"},
    ),
    "identity theft": (
        LETTER,
        sheet(identity_theft=[{"at": "2026-11-01T15:00:00Z", "kind": "claim"}]),
        {"IDENTITY_THEFT"},
    ),
    "identity theft bars a sale": (
        SALE,
        sheet(identity_theft=[{"at": "2026-11-01T15:00:00Z", "kind": "report"}]),
        {"SALE_BLOCKED", "RULE_PENDING:SALE-01"},
    ),
    # TCPA, AI-01
    "a name that reveals collection": (
        AI,
        sheet(entity={**base("tp_oh")["entity"], "name_reveals_collection": True}),
        {"TCPA_NAME_CONFLICT"},
    ),
    "name unknown": (
        AI,
        sheet(entity=merged(base("tp_oh")["entity"], {"name_reveals_collection": None})),
        {"FACT_MISSING:entity.name_reveals_collection"},
    ),
    "a traced number needs the consumer's own consent": (
        AI,
        sheet(
            endpoints=endpoints(mobile={"source": "skip_trace"}),
            consents=[{"id": "c", "kind": "tcpa", "at": "2026-01-05T15:00:00Z", "endpoint_id": "mobile"}],
        ),
        {"TCPA_NO_CONSENT"},
    ),
    "an appended consent never counts": (
        AI,
        sheet(consents=[{"id": "c", "kind": "tcpa", "at": "2026-01-05T15:00:00Z", "source": "appended"}]),
        {"TCPA_NO_CONSENT"},
    ),
    "a consent for another debt": (
        AI,
        sheet(consents=[{"id": "c", "kind": "tcpa", "at": "2026-01-05T15:00:00Z", "debts": ["B"]}]),
        {"TCPA_NO_CONSENT"},
    ),
    "every consent revoked": (
        AI,
        sheet(
            consents=[{"id": "c", "kind": "tcpa", "at": "2026-01-05T15:00:00Z", "revoked_at": "2026-11-01T15:00:00Z"}]
        ),
        {"TCPA_REVOKED", "TCPA_NO_CONSENT"},
    ),
    "marketing needs written consent": ({**AI, "marketing": True}, sheet(), {"TCPA_NO_CONSENT"}),
    "landline without consent, not enabled": (
        {**AI, "endpoint_id": "landline"},
        sheet(consents=[]),
        {"TCPA_NO_CONSENT"},
    ),
    "third landline call in thirty days": (
        {**AI, "endpoint_id": "landline"},
        sheet(
            consents=[],
            policy=merged(base("tp_oh")["policy"], {"tcpa": {"residential_no_consent": True}}),
            attempts=[
                call_at(f"2026-11-{day:02d}T15:00:00Z", endpoint_id="landline", voice_mode="ai") for day in (1, 8, 15)
            ],
        ),
        {"TCPA_3_IN_30"},
    ),
    "the newest database answer counts": (
        CALL,
        sheet(
            endpoints=endpoints(
                mobile={"rnd": [{"on": "2026-11-01", "result": "yes"}, {"on": "2026-11-10", "result": "no"}]}
            )
        ),
        set(),
    ),
    # content
    "a creditor that claims to collect for others": (
        {**LETTER, "content": {"claims_debt_collector": True}},
        sheet("fp_oh"),
        {"CONTENT_FALSE_ROLE"},
    ),
    "a threat not intended": (
        {**LETTER, "content": {"threat": "not_intended", "satisfies": ["FROM_DEBT_COLLECTOR"]}},
        sheet(),
        {"CONTENT_THREAT_NOT_INTENDED"},
    ),
    "an e-mail that carries nothing": ({**MAIL, "content": {}}, sheet(), {"CONTENT_MM_MISSING", "CONTENT_NO_OPTOUT"}),
    "furnishing waits for its rules": (FURNISH, sheet(), PENDING_FURNISH),
}


@pytest.mark.parametrize("case", list(CASES))
def test_case(case: str) -> None:
    intent, facts, expected = CASES[case]

    assert codes(intent, facts) == expected


def test_a_disputed_debt_is_flagged_when_furnished_not_held() -> None:
    facts = sheet(disputes=[{"debt_id": "A", "received_at": "2026-01-20T15:00:00Z", "written": True}])

    decision = decide(FURNISH, facts, NOON)

    assert decision.codes == PENDING_FURNISH
    assert decision.obligations == ("DISPUTE_FLAG:A",)


@pytest.mark.parametrize(
    ("name", "severity_expected"),
    [("fp_oh", Severity.POLICY), ("tp_oh", Severity.LAW)],
)
def test_hours_are_policy_for_a_creditor_and_law_for_a_collector(name: str, severity_expected: Severity) -> None:
    assert severity(CALL, sheet(name), "TIME_WINDOW", "2026-11-24T03:00:00Z") is severity_expected


def test_a_state_that_binds_creditors_makes_the_reason_state() -> None:
    massachusetts = sheet("fp_ma")

    assert severity(CALL, massachusetts, "TIME_WINDOW", "2026-11-24T03:00:00Z") is Severity.STATE
    assert severity(MAIL, massachusetts, "TIME_WINDOW", "2026-11-24T03:00:00Z") is Severity.POLICY


def test_what_only_a_tightened_figure_blocks_is_policy() -> None:
    tight = sheet(
        policy={"time": {"start": "09:00", "end": "20:00", "call_tail_guard_min": 0}, "freq": {"calls_per_7d": 2}}
    )
    calls = [call_at(f"2026-11-{day}T15:00:00Z") for day in (20, 21)]

    assert severity(MAIL, tight, "TIME_WINDOW", "2026-11-24T01:30:00Z") is Severity.POLICY
    assert severity(CALL, {**tight, "attempts": calls}, "FREQ_7_IN_7") is Severity.POLICY


def test_the_guard_blocks_from_ten_minutes_before_nine() -> None:
    facts = merged(base("tp_oh"), {"policy": {"time": {"call_tail_guard_min": 10}}})

    assert codes(CALL, facts, "2026-11-24T01:49:59Z") == set()
    assert codes(CALL, facts, "2026-11-24T01:50:00Z") == {"TIME_WINDOW"}
    assert severity(CALL, facts, "TIME_WINDOW", "2026-11-24T01:50:00Z") is Severity.POLICY
    assert codes(MAIL, facts, "2026-11-24T01:50:00Z") == set()


def test_policy_reasons_can_be_switched_off_law_cannot() -> None:
    policy = {"off": ["TIME-01", "FREQ-04"], "time": {"call_tail_guard_min": 0}}

    assert codes(CALL, sheet("fp_oh", policy=policy), "2026-11-24T03:00:00Z") == set()
    assert codes(CALL, sheet("tp_oh", policy=policy), "2026-11-24T03:00:00Z") == {"TIME_WINDOW"}


def test_a_creditor_without_the_gate_keeps_its_holds() -> None:
    facts = sheet("fp_oh", policy={"first_party_uses_gate": False}, holds=[{"kind": "manual", "from": NOON}])

    assert codes(CALL, facts, "2026-11-24T03:00:00Z") == {"HOLD"}


def test_a_stop_said_again_and_again_is_one_reason() -> None:
    """Stops of calls and texts, four times a day: each revokes the robocalls (TCPA-04) and stops its medium."""
    said = [
        {"scope": "medium", "medium": medium, "at": f"2026-11-20T1{hour}:00:00Z"}
        for hour in range(4)
        for medium in ("calls", "sms")
    ]

    reasons = decide(AI, sheet(optouts=said), NOON).reasons

    told = [(reason.code, reason.severity) for reason in reasons]
    assert sorted(told) == [("MEDIUM_OPTOUT", Severity.LAW), ("TCPA_REVOKED", Severity.LAW)]


def test_hold_with_an_end_defers_until_then() -> None:
    end = "2026-11-23T19:30:00Z"

    decision = decide(LETTER, sheet(holds=[{"kind": "manual", "from": "2026-11-20T15:00:00Z", "to": end}]), NOON)

    assert (decision.outcome, decision.next_allowed_at) == (Outcome.DEFER, datetime.fromisoformat(end))


def test_a_wait_that_runs_into_a_refusal_is_that_refusal() -> None:
    licence = {
        "place": "OH",
        "role": "third_party",
        "basis": "LICENSE",
        "valid_from": "2024-01-01",
        "valid_to": "2026-11-23",
    }

    decision = decide(
        CALL, sheet(entity={**base("tp_oh")["entity"], "authorizations": [licence]}), "2026-11-24T02:30:00Z"
    )

    assert decision.outcome is Outcome.DENY
    assert decision.codes == {"TIME_WINDOW", "STATE_NOT_AUTHORIZED"}
    assert decision.next_allowed_at is None


def test_wishes_that_never_meet_the_hours_are_for_a_person() -> None:
    night = {"kind": "only", "start": "21:00", "end": "24:00"}

    decision = decide(MAIL, sheet(windows=[night]), NOON)

    assert decision.outcome is Outcome.REVIEW


def test_zones_that_share_no_hour_are_for_a_person() -> None:
    apart = endpoints(home={"zones": ["America/New_York", "Europe/London", "Pacific/Guam"]})

    decision = decide(MAIL, sheet(endpoints=apart), NOON)

    assert (decision.outcome, decision.codes) == (Outcome.REVIEW, {"TIME_WINDOW"})


def test_a_call_over_the_cap_that_the_law_requires_is_for_a_person() -> None:
    calls = [call_at(f"2026-11-{day}T15:00:00Z") for day in range(17, 24)]

    decision = decide({**CALL, "purpose": "legally_required"}, sheet(attempts=calls), NOON)

    assert (decision.outcome, decision.codes) == (Outcome.REVIEW, {"FREQ_7_IN_7"})


def test_a_stated_location_replaces_other_zones_for_90_days() -> None:
    entity = merged(
        base("tp_oh")["entity"],
        {
            "authorizations": [
                {"place": place, "role": "third_party", "basis": "LICENSE", "valid_from": "2024-01-01"}
                for place in ("OH", "CA")
            ]
        },
    )
    stated = {"zone": "America/Los_Angeles", "state": "CA", "stated_on": "2026-08-25"}

    facts = sheet(consumer={"stated_location": stated}, entity=entity)

    assert decide(MAIL, facts, "2026-11-23T17:00:00Z").zones == ("America/Los_Angeles",)
    assert decide(MAIL, facts, "2026-11-24T17:00:00Z").zones == ("America/New_York",)


def test_budgets_say_what_is_used_and_when_it_resets() -> None:
    calls = [call_at("2026-11-20T15:00:00Z"), call_at("2026-11-21T15:00:00Z", "not_connected")]

    decision = decide(CALL, sheet(attempts=calls), NOON)

    assert [one.as_dict() for one in decision.budgets] == [
        {"rule_id": "FREQ-01", "used": 1, "limit": 7, "resets_at": "2026-11-27T05:00:00Z"},
        {"rule_id": "FREQ-04", "used": 0, "limit": 2, "resets_at": None},
        {"rule_id": "FREQ-04", "used": 1, "limit": 10, "resets_at": "2026-11-27T05:00:00Z"},
    ]


def test_an_answer_has_the_shape_of_the_api() -> None:
    answer = decide(CALL, sheet(holds=[{"kind": "kill_switch", "from": "2026-11-20T15:00:00Z"}]), NOON).as_dict()

    assert answer == {
        "outcome": "DENY",
        "reasons": [
            {
                "rule_id": "HOLD",
                "code": "KILL_SWITCH",
                "severity": "POLICY",
                "cite": "product policy",
                "message": "All contact is stopped, until it is released.",
                "retry_at": None,
            }
        ],
        "obligations": ["FROM_DEBT_COLLECTOR", "RECORDING_NOTICE"],
        "relied_on": [],
        "next_allowed_at": None,
        "rule_pack": "us-2026.11",
        "zones": ["America/New_York"],
    }


def test_business_debts_alone_leave_the_rules_for_all_debts() -> None:
    facts = sheet(
        debts=[debt(purpose="commercial", obligor="organization")],
        cease=[{"received_at": "2026-11-20T18:00:00Z", "written": True}],
    )

    assert codes(CALL, facts) == set()
    assert severity(CALL, facts, "TIME_WINDOW", "2026-11-24T03:00:00Z") is Severity.POLICY


@pytest.mark.parametrize(("balance", "covered"), [(500000, True), (500000.01, False)])
def test_small_commercial_debts_of_people_are_covered_in_california(balance: float, covered: bool) -> None:
    facts = sheet(
        "tp_ca",
        debts=[debt(purpose="commercial", balance=balance)],
        cease=[{"received_at": "2026-11-20T18:00:00Z", "written": True}],
    )

    assert ("CEASE" in codes(LETTER, facts)) is covered


@pytest.mark.parametrize(
    "broken",
    [
        {"role": "third_party"},
        {**base("tp_oh"), "unknown": 1},
        {**base("tp_oh"), "attempts": [{"channel": "call", "at": "2026-11-20T15:00:00"}]},
        {**base("tp_oh"), "debts": [{"id": "A", "balance": "much"}]},
    ],
)
def test_a_sheet_of_another_shape_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(MalformedFacts):
        parse_facts(broken)


def test_parts_that_sheets_share_are_parsed_once() -> None:
    whole = base("tp_oh")
    shared = parse_shared({name: whole[name] for name in ("entity", "creditor", "policy")})
    own = {name: value for name, value in whole.items() if name not in shared}

    facts = parse_facts({**shared, **own})

    assert facts == parse_facts(whole)
    assert facts.entity is shared["entity"]
