"""Derived facts (gate-facts.md 5): one act, one fact sheet, one instant.

A `View` is made for every instant that is judged and never outlives the decision. What rules share is computed at most
once, on first use. Facts dated after `now` are not read; dates are local dates of the home zone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from compliance.packs import Pack
from compliance.rules.decision import Effect, Reason, Severity
from compliance.rules.facts import (
    CONSUMER,
    Attempt,
    Consent,
    Debt,
    EmailBasis,
    Endpoint,
    FactSheet,
    Intent,
    OptOut,
    Person,
    StatedLocation,
)
from compliance.rules.lazy import lazy
from compliance.rules.vocabulary import (
    ARTIFICIAL,
    CALLS,
    CAMPAIGN,
    COLLECTING,
    CONTACTS,
    E_MEDIA,
    ELECTRONIC,
    ENDPOINT_MEDIA,
    EVERY_MEDIUM,
    MEDIUM,
    PHONE,
    PROFESSIONALS,
    WRITTEN,
)

if TYPE_CHECKING:
    from compliance.rules.counting import Calls

NYC = "NY-NYC"


def started(instant: datetime | None, ended: datetime | None, now: datetime) -> bool:
    """Return whether a fact that began at `instant` (None: before everything) and ends at `ended` is in force."""
    return (instant is None or instant <= now) and (ended is None or ended > now)


class View:
    """What the rules see. Rules add to nothing but `relied_on` and the frequency rules' own `calls`."""

    def __init__(self, intent: Intent, facts: FactSheet, pack: Pack, now: datetime) -> None:
        self.intent = intent
        self.facts = facts
        self.pack = pack
        self.figures = pack.figures
        self.policy = facts.policy
        self.now = now.astimezone(UTC)
        self.channel = intent.channel
        self.outbound = intent.initiator == "us"
        self.is_contact = intent.channel in CONTACTS
        self.written = intent.channel in WRITTEN
        self.first_party = facts.role == "first_party"
        self.relied_on: set[str] = set()
        self._days: dict[datetime, date] = {}
        self.calls: dict[str, Calls] | None = None

    # --- the act ---------------------------------------------------------------------------------------------------

    @lazy
    def medium(self) -> str:
        return MEDIUM.get(self.channel, "")

    @lazy
    def artificial(self) -> bool:
        return self.channel in CALLS and self.intent.voice_mode in ARTIFICIAL

    @lazy
    def endpoint(self) -> Endpoint | None:
        return self.facts.endpoints.get(self.intent.endpoint_id or "")

    @lazy
    def phone(self) -> Endpoint | None:
        """The number used, for call, voicemail and sms."""
        used = self.endpoint
        return used if used is not None and used.kind == "phone" and self.channel in PHONE else None

    @lazy
    def person(self) -> Person | None:
        return self.facts.persons.get(self.intent.person_id)

    @lazy
    def relation(self) -> str:
        if self.intent.person_id == CONSUMER:
            return CONSUMER
        return self.person.relation if self.person is not None else "unknown"

    @lazy
    def to_professional(self) -> bool:
        return self.relation in PROFESSIONALS

    @lazy
    def debts(self) -> tuple[Debt, ...]:
        known = self.facts.debts
        return tuple(known[debt_id] for debt_id in self.intent.debts if debt_id in known)

    @lazy
    def covered(self) -> tuple[Debt, ...]:
        """Debts of the intent that the conduct rules cover (SCOPE-02)."""
        return tuple(debt for debt in self.debts if debt.purpose != "commercial" or self._california_covers(debt))

    def _california_covers(self, debt: Debt) -> bool:
        """Cal. Civ. Code 1788.2: small commercial debts of natural persons, entered since 2025-07-01."""
        if debt.obligor == "organization" or "CA" not in self.law_states:
            return False
        recent = debt.entered_on is None or debt.entered_on >= self.figures.california_commercial_from
        owed = sum(one.balance or 0 for one in self.facts.debts.values() if one.purpose == "commercial")
        return recent and owed <= self.figures.california_commercial_max

    @lazy
    def collector_debts(self) -> tuple[Debt, ...]:
        if self.first_party:
            return ()
        return tuple(debt for debt in self.covered if debt.in_default_when_placed)

    @lazy
    def collector(self) -> bool:
        """Whether the law sees a debt collector here (12 CFR 1006.2(i))."""
        return bool(self.collector_debts)

    @lazy
    def notice_debts(self) -> tuple[Debt, ...]:
        """Debts for which a validation notice is owed: a collector's, and a creditor's in Massachusetts (ST-MA-2)."""
        if self.first_party and "MA" in self.law_states:
            return self.covered
        return self.collector_debts

    @lazy
    def valid_reply(self) -> bool:
        token = self.intent.reply_to
        return (
            self.intent.purpose == "reply_to_consumer"
            and token is not None
            and not token.used
            and token.medium == self.medium
            and token.received_at <= self.now
        )

    @lazy
    def purpose(self) -> str:
        """The purpose as judged: a reply without a valid token is collecting."""
        if self.intent.purpose == "reply_to_consumer" and not self.valid_reply:
            return "collect"
        return self.intent.purpose

    @lazy
    def collecting(self) -> bool:
        return self.purpose in COLLECTING

    @lazy
    def campaign(self) -> bool:
        return self.purpose in CAMPAIGN

    @lazy
    def valid_confirmation(self) -> bool:
        """One confirmation within five minutes of the opt-out it confirms, 47 CFR 64.1200(a)(12)."""
        if self.intent.purpose != "optout_confirmation" or self.channel not in ELECTRONIC:
            return False
        longest = timedelta(seconds=self.figures.confirmation_max_seconds)
        return any(
            self.now - optout.at <= longest and self.stops(optout) and not self._confirmed_since(optout.at)
            for optout in self.optouts
        )

    def _confirmed_since(self, instant: datetime) -> bool:
        return any(
            attempt.purpose == "optout_confirmation" and attempt.channel == self.channel and attempt.at >= instant
            for attempt in self.to_person
        )

    @lazy
    def answers_consumer(self) -> bool:
        """A valid reply or confirmation: what the person's own message just asked for."""
        return self.valid_reply or self.valid_confirmation

    # --- places ----------------------------------------------------------------------------------------------------

    @lazy
    def _addresses(self) -> tuple[Endpoint, ...]:
        """Current residence and mailing addresses of the person; somebody without any has the consumer's."""
        every = [one for one in self.facts.endpoints.values() if one.kind == "address" and self._is_current(one)]
        homes = [one for one in every if one.address_type in {"residence", "mailing"}]
        own = tuple(one for one in homes if one.person_id == self.intent.person_id)
        return own or tuple(one for one in homes if one.person_id == CONSUMER)

    def _is_current(self, address: Endpoint) -> bool:
        if address.valid_from is None and address.valid_to is None:
            return True
        today = self.now.astimezone(address.zones[0] if address.zones else UTC).date()
        began = address.valid_from is None or address.valid_from <= today
        return began and (address.valid_to is None or today <= address.valid_to)

    @lazy
    def _shares_consumer_location(self) -> bool:
        if self.intent.person_id == CONSUMER:
            return True
        return all(address.person_id == CONSUMER for address in self._addresses)

    @lazy
    def stated(self) -> StatedLocation | None:
        """The unexpired stated location; it replaces every other sign of where the person is (TIME-01)."""
        stated = self.facts.consumer.stated_location
        if stated is None or not self._shares_consumer_location:
            return None
        days = min(self.policy.time.stated_location_ttl_days, self.figures.stated_location_ttl_days)
        today = self.now.astimezone(stated.zone or UTC).date()
        return stated if stated.stated_on <= today <= stated.stated_on + timedelta(days=days) else None

    @lazy
    def _device_zone(self) -> ZoneInfo | None:
        device = self.facts.consumer.device
        if device is None or device.zone is None or not self._shares_consumer_location:
            return None
        today = self.now.astimezone(device.zone).date()
        fresh = device.seen_on <= today <= device.seen_on + timedelta(days=self.figures.device_days)
        return device.zone if fresh else None

    @lazy
    def foreign(self) -> tuple[str, ...]:
        """Countries without a rule pack among the person's addresses and stated location (SCOPE-03)."""
        countries = {address.country for address in self._addresses}
        if self.endpoint is not None and self.endpoint.kind == "address":
            countries.add(self.endpoint.country)
        if self.stated is not None:
            countries.add(self.stated.country)
        return tuple(sorted(countries - self.pack.supported_countries))

    @lazy
    def _located_states(self) -> frozenset[str]:
        """States of addresses and of the stated location; a country's code where a territory has no state."""
        places: set[tuple[str | None, str]] = {(address.state, address.country) for address in self._addresses}
        if self.stated is not None:
            places.add((self.stated.state, self.stated.country))
        found = set()
        for state, country in places:
            if country in self.pack.supported_countries:
                found.add(state if state is not None or country == "US" else country)
        return frozenset(state for state in found if state is not None) - self.pack.no_states

    @lazy
    def _number_state(self) -> frozenset[str]:
        state = self.phone.state if self.phone is not None else None
        return frozenset() if state is None else frozenset({state}) - self.pack.no_states

    @lazy
    def law_states(self) -> frozenset[str]:
        return self._located_states | self._number_state

    @lazy
    def licence_states(self) -> frozenset[str]:
        return self._located_states or self._number_state

    @lazy
    def nyc(self) -> bool:
        return any(
            address.zip is not None and address.country == "US" and self.pack.is_nyc(address.zip)
            for address in self._addresses
        )

    @lazy
    def law_places(self) -> frozenset[str]:
        return self.law_states | {NYC} if self.nyc else self.law_states

    # --- time ------------------------------------------------------------------------------------------------------

    @lazy
    def zones_unknown(self) -> tuple[str, ...]:
        """Endpoints (and facts) whose time zone is needed and unknown (FACT_MISSING:zones)."""
        if self.stated is not None:
            return () if self.stated.zone is not None else ("the stated location",)
        used = [*self._addresses, *([self.phone] if self.phone is not None else [])]
        return tuple(sorted({endpoint.id for endpoint in used if endpoint.zones is None}))

    @lazy
    def zones(self) -> tuple[ZoneInfo, ...]:
        """Every zone that the person may be in, sorted by name (TIME-01)."""
        if self.stated is not None:
            return () if self.stated.zone is None else (self.stated.zone,)
        found: set[ZoneInfo] = set()
        for address in self._addresses:
            found.update(address.zones or ())
        if self.phone is not None:
            found.update(self.phone.zones or ())
        if self._device_zone is not None:
            found.add(self._device_zone)
        return tuple(sorted(found, key=str))

    @lazy
    def home(self) -> ZoneInfo:
        """The zone of local dates: stated location, residence, mailing address, phone used, device, UTC."""
        if self.stated is not None and self.stated.zone is not None:
            return self.stated.zone
        ranked = sorted(self._addresses, key=lambda address: address.address_type != "residence")
        for endpoint in (*ranked, *([self.phone] if self.phone is not None else [])):
            if endpoint.zones:
                return endpoint.zones[0]
        return self._device_zone or ZoneInfo("UTC")

    @lazy
    def today(self) -> date:
        return self.now.astimezone(self.home).date()

    def day(self, instant: datetime) -> date:
        known = self._days.get(instant)
        if known is None:
            known = self._days[instant] = instant.astimezone(self.home).date()
        return known

    def midnight(self, day: date) -> datetime:
        """Return the instant at which the local day begins."""
        return datetime.combine(day, time(), self.home).astimezone(UTC)

    def begun(self, day: date | None) -> bool:
        """Return whether a fact with this local date is read today."""
        return day is not None and day <= self.today

    # --- contacts so far -------------------------------------------------------------------------------------------

    @lazy
    def attempts(self) -> tuple[Attempt, ...]:
        return tuple(attempt for attempt in self.facts.attempts if attempt.at <= self.now)

    @lazy
    def to_person(self) -> tuple[Attempt, ...]:
        """Outbound attempts to the person contacted."""
        person_id = self.intent.person_id
        return tuple(one for one in self.attempts if one.person_id == person_id and one.direction == "outbound")

    @lazy
    def touches(self) -> tuple[Attempt, ...]:
        """Attempts to the person that FREQ-04 counts together: campaign purposes, reached, not a stranger's."""
        return tuple(
            one for one in self.to_person if one.purpose in CAMPAIGN and self.reached(one) and not self.wrong(one)
        )

    def attempt_day(self, attempt: Attempt) -> date:
        return attempt.local_date or self.day(attempt.at)

    @staticmethod
    def reached(attempt: Attempt) -> bool:
        return not (attempt.channel in CALLS and attempt.connect_status == "not_connected")

    def wrong(self, attempt: Attempt) -> bool:
        """Return whether it went to a stranger, as known now."""
        if attempt.connect_status == "answered_wrong_party":
            return True
        endpoint = self.facts.endpoints.get(attempt.endpoint_id or "")
        return endpoint is not None and endpoint.wrong_party

    def about(self, attempt: Attempt, debt: Debt) -> bool:
        """Return whether it was about the debt; one that names no debt may have been about any."""
        named = attempt.debts | attempt.discussed
        return not named or debt.id in named

    # --- consents, opt-outs, texts ---------------------------------------------------------------------------------

    def consents(self, kind: str, *, even_revoked: bool = False) -> list[Consent]:
        """Return the consents of a kind that count for this act (gate-facts.md 5, "Consent")."""
        wanted = frozenset(self.intent.debts)
        endpoint_id = self.intent.endpoint_id
        return [
            consent
            for consent in self.facts.consents
            if consent.kind == kind
            and consent.person_id == self.intent.person_id
            and consent.at <= self.now
            and (consent.endpoint_id is None or consent.endpoint_id == endpoint_id)
            and (consent.debts is None or wanted <= consent.debts)
            and (even_revoked or consent.revoked_at is None or consent.revoked_at > self.now)
        ]

    @lazy
    def optouts(self) -> tuple[OptOut, ...]:
        """Opt-outs of the person contacted that are in force."""
        person_id = self.intent.person_id
        return tuple(
            optout
            for optout in self.facts.optouts
            if optout.person_id == person_id and started(optout.at, optout.ended_at, self.now)
        )

    def stopped_media(self, optout: OptOut) -> frozenset[str]:
        """Return what the opt-out stops; one that says neither medium nor a known endpoint may mean any."""
        if optout.scope == "all_electronic":
            return E_MEDIA
        if optout.medium is not None:
            return frozenset({optout.medium})
        endpoint = self.facts.endpoints.get(optout.endpoint_id or "")
        return ENDPOINT_MEDIA[endpoint.kind] if endpoint is not None else EVERY_MEDIUM

    def stops(self, optout: OptOut) -> bool:
        """Return whether the opt-out stops this medium, and this endpoint when it names one."""
        if self.medium not in self.stopped_media(optout):
            return False
        return optout.scope != "endpoint" or optout.endpoint_id in {None, self.intent.endpoint_id}

    def holding_bases(self, endpoint: Endpoint) -> list[EmailBasis]:
        """Return the bases of 12 CFR 1006.6(d)(4) that hold for the address today."""
        return [basis for basis in endpoint.bases if self._basis_holds(endpoint, basis)]

    def _basis_holds(self, endpoint: Endpoint, basis: EmailBasis) -> bool:
        if basis.opted_out or (basis.on is not None and basis.on > self.today):
            return False
        if basis.basis == "iii":
            return basis.prior_basis_valid and basis.immediately_prior_used
        if basis.basis != "ii":
            return True
        if basis.notice_sent_on is None or basis.optout_by is None:
            return False
        shortest = timedelta(days=self.figures.creditor_notice_min_days)
        return (
            basis.creditor_got_from_consumer
            and basis.creditor_used_about_account
            and basis.notice_names_collector
            and endpoint.domain_public
            and not endpoint.employer
            and basis.optout_by >= basis.notice_sent_on + shortest
            and self.today > basis.optout_by
        )

    def rely_on(self, ids: Iterable[str | None]) -> None:
        self.relied_on.update(one for one in ids if one is not None)

    def in_scope(self, debts: frozenset[str] | None, among: Iterable[Debt]) -> list[str]:
        """Return the ids of `among` that a fact limited to `debts` (None: all) reaches."""
        return [debt.id for debt in among if debts is None or debt.id in debts]

    # --- reasons ---------------------------------------------------------------------------------------------------

    def severity(self, rule_id: str) -> Severity:
        """Resolve R of gate-facts.md 9: LAW for a collector, STATE where a state binds creditors too, else POLICY."""
        if self.collector:
            return Severity.LAW
        for duty in self.pack.duties.get(rule_id, ()):
            if self.covered and duty.place in self.law_states and duty.covers(self.channel):
                return Severity.STATE
        return Severity.POLICY

    def reason(
        self,
        rule_id: str,
        code: str,
        message: str,
        *,
        severity: Severity | None = None,
        effect: Effect = Effect.DENY,
        retry_at: datetime | None = None,
    ) -> Reason:
        """Build a reason; severity defaults to R, and a `retry_at` makes it one that only defers."""
        if retry_at is not None:
            effect = Effect.DEFER
        resolved = severity if severity is not None else self.severity(rule_id)
        return Reason(rule_id, code, resolved, self._cite(rule_id, resolved), message, effect, retry_at)

    def _cite(self, rule_id: str, severity: Severity) -> str:
        cite = self.pack.cite(rule_id)
        if severity is Severity.STATE:
            for duty in self.pack.duties.get(rule_id, ()):
                if duty.place in self.law_states and duty.covers(self.channel):
                    return f"{duty.cite}; {cite}"
        return cite
