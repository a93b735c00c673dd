"""Intent and fact sheet: what the gate reads, as frozen values (gate-facts.md 3 and 4).

Names and defaults are those of `compliance/packs/gate_facts.schema.json`, but `class` is `klass`, `from` is `since` and
`to` is `until`. An omitted list is an empty tuple. `parsing` makes them of dicts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

CONSUMER = "consumer"


@dataclass(frozen=True, slots=True)
class ReplyTo:
    medium: str
    received_at: datetime
    message_id: str | None = None
    used: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    satisfies: frozenset[str] = frozenset()
    reveals_debt: bool = False
    subject_ok: bool = True
    claims_debt_collector: bool = False
    legal_wording: bool = False
    threat: str = "none"
    deadline_on: date | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """One act towards one person (gate-facts.md 3)."""

    channel: str
    purpose: str
    debts: tuple[str, ...]
    initiator: str = "us"
    voice_mode: str = "none"
    person_id: str = CONSUMER
    copy_to: tuple[str, ...] = ()
    endpoint_id: str | None = None
    from_name: str | None = None
    recording: bool = True
    right_party: str = "unverified"
    marketing: bool = False
    required_medium: bool = False
    cease_exception_kind: str | None = None
    human_approved: bool = False
    transfer_exception: str = "none"
    reply_to: ReplyTo | None = None
    content: Content | None = None


@dataclass(frozen=True, slots=True)
class Authorization:
    place: str
    role: str
    basis: str
    valid_from: date
    valid_to: date | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    name: str
    authorizations: tuple[Authorization, ...]
    names: tuple[str, ...] = ()
    name_reveals_collection: bool | None = None


@dataclass(frozen=True, slots=True)
class Creditor:
    name: str
    own_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatedLocation:
    zone: ZoneInfo | None
    stated_on: date
    state: str | None = None
    country: str = "US"


@dataclass(frozen=True, slots=True)
class Device:
    zone: ZoneInfo | None
    seen_on: date


@dataclass(frozen=True, slots=True)
class InconvenientPlace:
    place: str
    at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class UnusualPlace:
    place: str
    learned_at: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Consumer:
    stated_location: StatedLocation | None = None
    device: Device | None = None
    creditor_relationship: bool | None = None
    unreachable_elsewhere: bool = False
    inconvenient_places: tuple[InconvenientPlace, ...] = ()
    unusual_place: UnusualPlace | None = None


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    relation: str
    named: bool = False
    asked_unprompted: bool = False
    may_recontact: bool = False


@dataclass(frozen=True, slots=True)
class InitialCommunication:
    on: date
    medium: str


@dataclass(frozen=True, slots=True)
class Itemization:
    amount: Decimal | None
    interest: Decimal | None
    fees: Decimal | None
    credits: Decimal | None
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class Notice:
    status: str = "none"
    sent_on: date | None = None
    period_end: date | None = None
    data_complete: bool | None = None
    itemization: Itemization | None = None


NO_NOTICE = Notice()


@dataclass(frozen=True, slots=True)
class Debt:
    """`time_barred_on` is None when no period is known and `time_barred_known` False when the fact is omitted."""

    id: str
    klass: str = "other"
    purpose: str = "unknown"
    obligor: str = "unknown"
    balance: Decimal | None = None
    status: str = "open"
    entered_on: date | None = None
    in_default_when_placed: bool = True
    in_collections: bool = True
    frequency_group: str | None = None
    dpd: int | None = None
    charged_off: bool | None = None
    dofd: date | None = None
    time_barred_on: date | None = None
    time_barred_known: bool = False
    counsel_release: bool = False
    initial_communication: InitialCommunication | None = None
    full_mm_oral_on: date | None = None
    full_mm_written_on: date | None = None
    notice: Notice = NO_NOTICE
    dc_notice_mailed_on: date | None = None
    documents_in_possession: bool | None = None

    @property
    def group(self) -> str:
        """The particular debt of 12 CFR 1006.14(b)(4): student loans under one account number share it."""
        return self.frequency_group or self.id


@dataclass(frozen=True, slots=True)
class RndResult:
    on: date
    result: str


@dataclass(frozen=True, slots=True)
class EmailBasis:
    basis: str
    evidence_id: str | None = None
    on: date | None = None
    creditor_got_from_consumer: bool = False
    creditor_used_about_account: bool = False
    notice_names_collector: bool = False
    notice_sent_on: date | None = None
    optout_by: date | None = None
    prior_basis_valid: bool = False
    immediately_prior_used: bool = False
    opted_out: bool = False


@dataclass(frozen=True, slots=True)
class Endpoint:
    id: str
    kind: str
    person_id: str = CONSUMER
    place: str = "none"
    source: str = "unknown"
    wrong_party: bool = False
    number_type: str = "unknown"
    state: str | None = None
    zones: tuple[ZoneInfo, ...] | None = None
    work_prohibited: bool = False
    rnd: tuple[RndResult, ...] = ()
    last_inbound_text_on: date | None = None
    domain_public: bool = False
    employer: bool = False
    leak_reported: bool = False
    bases: tuple[EmailBasis, ...] = ()
    address_type: str | None = None
    zip: str | None = None
    country: str = "US"
    bad: bool = False
    military: bool = False
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    channel: str
    at: datetime
    id: str | None = None
    local_date: date | None = None
    direction: str = "outbound"
    person_id: str = CONSUMER
    endpoint_id: str | None = None
    debts: frozenset[str] = frozenset()
    purpose: str = "collect"
    cease_exception_kind: str | None = None
    voice_mode: str = "human"
    connect_status: str = "in_flight"
    message_possible: bool | None = None
    counts_toward: frozenset[str] | None = None
    discussed: frozenset[str] = frozenset()
    returned_on: date | None = None
    monitored: bool = True


@dataclass(frozen=True, slots=True)
class Consent:
    id: str
    kind: str
    at: datetime
    person_id: str = CONSUMER
    endpoint_id: str | None = None
    medium: str | None = None
    debts: frozenset[str] | None = None
    given_to: str = "us"
    source: str = "creditor_record"
    since: date | None = None
    until: date | None = None
    written: bool = False
    affirmed_personal: bool = False
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OptOut:
    scope: str
    at: datetime
    endpoint_id: str | None = None
    medium: str | None = None
    person_id: str = CONSUMER
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """`spans` are minutes of the local day, half-open. A block given end before start covers both ends of the day."""

    kind: str
    weekdays: frozenset[int]
    spans: tuple[tuple[int, int], ...]
    since: date | None = None
    until: date | None = None
    zone: ZoneInfo | None = None
    media: frozenset[str] | None = None
    said_at: datetime | None = None
    direct_consent: bool = False
    consent_id: str | None = None


@dataclass(frozen=True, slots=True)
class Cease:
    received_at: datetime
    written: bool
    kind: str | None = None
    debts: frozenset[str] | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attorney:
    since: datetime
    debts: frozenset[str] | None = None
    identity: str = "known"
    ended_at: datetime | None = None
    released_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    sent_on: date
    medium: str
    returned_on: date | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    debt_id: str
    received_at: datetime
    written: bool
    kind: str = "dispute"
    postmarked_on: date | None = None
    amount: Decimal | None = None
    answers: tuple[Answer, ...] = ()
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Bankruptcy:
    filed_on: date
    filer: str = CONSUMER
    chapter: str | None = None
    provisional: bool = False
    status: str = "filed"
    status_on: date | None = None
    debts: frozenset[str] | None = None
    released_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Death:
    notice_at: datetime
    person_id: str = CONSUMER


@dataclass(frozen=True, slots=True)
class IdentityTheft:
    at: datetime
    kind: str
    debts: frozenset[str] | None = None
    released_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Scra:
    checked_on: date | None = None
    active_duty: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    kind: str
    since: datetime
    until: datetime | None = None
    debts: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class StateText:
    place: str
    code: str
    approved: bool
    media: frozenset[str] = frozenset({"written"})


@dataclass(frozen=True, slots=True)
class Approvals:
    adad: frozenset[str] = frozenset()
    ai_name_script: bool = False
    ai_voicemail: bool = False


@dataclass(frozen=True, slots=True)
class FrequencyPolicy:
    calls_per_7d: int = 7
    quiet_after_conversation_days: int = 7
    max_calls_per_day: int = 2
    min_gap_minutes: int = 240
    max_voicemail_per_day: int = 1
    max_sms_per_day: int = 1
    max_electronic_per_7d: int = 3
    max_touches_per_7d: int = 10
    count_unanswered_toward: str = "placed_debt"


@dataclass(frozen=True, slots=True)
class TimePolicy:
    """`start` and `end` are minutes of the local day."""

    start: int = 8 * 60
    end: int = 21 * 60
    call_tail_guard_min: int = 10
    stated_location_ttl_days: int = 90


@dataclass(frozen=True, slots=True)
class Policy:
    """The creditor's own parameters, flattened; legal figures can only be tightened (gate-facts.md 9)."""

    off: frozenset[str] = frozenset()
    first_party_uses_gate: bool = True
    freq: FrequencyPolicy = FrequencyPolicy()
    time: TimePolicy = TimePolicy()
    vn_send_before_first_call: bool = True
    vn_grace_days: int = 3
    vn_postmark_rule: bool = True
    sms_freshness_days: int = 60
    work_allow_without_consent: bool = False
    e3p_spouse: bool = False
    tcpa_revoke_all: bool = True
    tcpa_residential_no_consent: bool = False
    parking_wait_days: int = 14
    deceased_quiet_days: int = 30


@dataclass(frozen=True, slots=True)
class FactSheet:
    """Everything the gate knows about one act (gate-facts.md 4). `debts`, `endpoints` and `persons` are by id."""

    role: str
    entity: Entity
    creditor: Creditor
    consumer: Consumer
    debts: Mapping[str, Debt]
    endpoints: Mapping[str, Endpoint]
    persons: Mapping[str, Person] = field(default_factory=dict)
    attempts: tuple[Attempt, ...] = ()
    consents: tuple[Consent, ...] = ()
    optouts: tuple[OptOut, ...] = ()
    windows: tuple[Window, ...] = ()
    cease: tuple[Cease, ...] = ()
    attorneys: tuple[Attorney, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    bankruptcies: tuple[Bankruptcy, ...] = ()
    deaths: tuple[Death, ...] = ()
    identity_theft: tuple[IdentityTheft, ...] = ()
    scra: Scra = Scra()
    holds: tuple[Hold, ...] = ()
    state_texts: tuple[StateText, ...] = ()
    approvals: Approvals = Approvals()
    policy: Policy = Policy()
