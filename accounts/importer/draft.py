"""From a row's values to the rows of the database: who, how to reach them, what is owed, with which warnings. Pure."""

import datetime as dt
import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounts.importer.fields import HASHED
from accounts.importer.validator import owed
from accounts.matching import Identity
from accounts.normalise import names
from accounts.places import AddressPlace, PhonePlace, address_place, licence_places, phone_place
from credira.core.ids import uuid7

ZERO = Decimal("0.00")
OPEN_END = frozenset({"credit_card", "line_of_credit"})
ITEMIZATION = {
    "interest_since": "Interest since the itemization date isn't asserted.",
    "fees_since": "Fees since the itemization date aren't asserted.",
    "payments_since": "Payments and credits since the itemization date aren't asserted.",
    "itemization_date": "The itemization date isn't known.",
    "itemization_date_kind": "The kind of the itemization date isn't known.",
}


@dataclass(frozen=True, slots=True)
class Warned:
    """Something that doesn't keep a row from being placed, but will keep something later from being done."""

    code: str
    message: str
    field: str = ""


@dataclass(slots=True)
class Draft:
    """One debt, ready but for what only the database knows (who is known already)."""

    values: Mapping[str, Any]
    number: int
    account_id: UUID
    content_hash: bytes
    identity: Identity
    names: tuple[str, str]
    phone: PhonePlace | None
    address: AddressPlace | None
    state: str
    phase: str
    role: str
    balance: Decimal
    components: tuple[Decimal, Decimal, Decimal]
    charge_off_date: dt.date | None
    delinquent_since: dt.date | None
    placed_on: dt.date
    warnings: list[Warned] = field(default_factory=list)
    held: bool = False

    @property
    def reference(self) -> str:
        return self.values.get("creditor_reference") or ""

    @property
    def places(self) -> frozenset[str]:
        """Where an authorization is needed; of the number's area code if no address is known."""
        if self.address is not None:
            # Where state and ZIP tell two states, an authorization is needed in both.
            by_zip = _address_place("", self.address.zip5).state if self.address.zip5 else None
            return licence_places(self.state, self.address.zip5) | licence_places(by_zip, "")
        return licence_places(self.phone.state if self.phone else None, "")


_address_place = functools.lru_cache(maxsize=20_000)(address_place)
_phone_place = functools.lru_cache(maxsize=20_000)(phone_place)


def draft(values: Mapping[str, Any], number: int, today: dt.date, blind: "Blind") -> Draft:
    """The draft of one valid row."""
    get = values.get
    zip_code, country = get("address_zip") or "", get("address_country") or "US"
    located = bool(zip_code or get("address_state") or get("address_street") or country != "US")
    address = _address_place(get("address_state") or "", zip_code, country) if located else None
    phone = _phone_place(get("phone")) if get("phone") else None
    phase = get("account_phase") or "recovery"
    name_norm, sort_name = names(get("first_name") or "", get("last_name") or "", get("company_name") or "")
    balance = owed(values)
    placed_on = get("placement_date") or today
    new = Draft(
        values=values,
        number=number,
        account_id=uuid7(),
        content_hash=content_hash(values),
        identity=Identity(
            get("consumer_email") or "", name_norm, address.zip5 if address else "", blind(get("last4ssn"))
        ),
        names=(name_norm, sort_name),
        phone=phone,
        address=address,
        state=(address.state if address else None) or "",
        phase=phase,
        role=get("collector_role") or ("third_party" if phase == "recovery" else "first_party"),
        balance=balance,
        components=split(values, balance),
        charge_off_date=get("charge_off_date"),
        delinquent_since=get("first_delinquency_on"),
        placed_on=placed_on,
    )
    _warn(new)
    return new


class Blind:
    """The blind index of a workspace's last-4s: ten thousand values at most, so each is computed once."""

    def __init__(self, workspace_id: UUID, index: Any) -> None:
        self.workspace_id, self.index = workspace_id, index
        self.known: dict[str, bytes] = {}

    def __call__(self, last4: str | None) -> bytes | None:
        if not last4:
            return None
        if last4 not in self.known:
            self.known[last4] = self.index(self.workspace_id, last4)
        return self.known[last4]


def content_hash(values: Mapping[str, Any]) -> bytes:
    """What tells a row that was placed already from one that has changed since."""
    return hashlib.sha256("\x1f".join([str(values.get(name) or "") for name in HASHED]).encode()).digest()


def split(values: Mapping[str, Any], balance: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """``(principal, interest, fees)`` that sum to the balance; what isn't explained counts as interest.

    Without a stated principal, it is what interest and fees leave.
    """
    interest, fees = values.get("interest_since") or ZERO, values.get("fees_since") or ZERO
    stated = values.get("principal_balance")
    principal = min(balance, stated if stated is not None else max(ZERO, balance - interest - fees))
    rest = balance - principal
    fees = min(fees, rest)
    return principal, rest - fees, fees


def _warn(new: Draft) -> None:
    values, warn = new.values, new.warnings.append
    for name, message in ITEMIZATION.items():
        if values.get(name) is None:
            warn(Warned("NOT_ASSERTED", message, name))
    if not new.identity.name:
        warn(Warned("NO_NAME", "No name: a notice can't be addressed, and a call can't ask for anybody.", "last_name"))
    if new.phone is None:
        warn(Warned("NO_PHONE", "No number to call.", "phone"))
    if new.address is None:
        warn(Warned("NO_ADDRESS", "No address: the state whose law applies isn't known.", "address_state"))
    elif not new.state or new.address.military:
        warn(
            Warned("NO_PLACE", "No state follows from the address: the law that applies isn't known.", "address_state")
        )
    elif _zip_unknown(values):
        warn(Warned("ZIP_UNKNOWN", "No such ZIP code is in use. Correct it, or leave it out.", "address_zip"))
    elif values.get("address_state") and new.address.zones and _zip_elsewhere(values):
        warn(
            Warned(
                "ZIP_OUTSIDE_STATE",
                "The ZIP code lies in another state. Correct one: the law of the state that is named is applied.",
                "address_zip",
            )
        )
    if values.get("dpd") is None:
        warn(Warned("NO_DPD", "Days past due aren't known.", "dpd"))
    if new.phase == "recovery" and new.charge_off_date is None:
        _estimate_charge_off(new)
    if new.delinquent_since is None:
        _estimate_delinquency(new)


def _zip_unknown(values: Mapping[str, Any]) -> bool:
    code = values.get("address_zip")
    return bool(code) and (values.get("address_country") or "US") == "US" and _address_place("", code).state is None


def _zip_elsewhere(values: Mapping[str, Any]) -> bool:
    code = values.get("address_zip")
    return bool(code) and _address_place("", code).state not in (None, values["address_state"])


def _estimate_charge_off(new: Draft) -> None:
    """S-21: "computed from dpd if omitted", by the uniform boundary of 180 days (open-end) or 120."""
    dpd, boundary = new.values.get("dpd"), _boundary(new)
    if dpd is None or dpd < boundary:
        return
    new.charge_off_date = new.placed_on - dt.timedelta(days=dpd - boundary)
    message = f"No charge-off date was given; {new.charge_off_date} follows from the days past due."
    new.warnings.append(Warned("CHARGE_OFF_ESTIMATED", message, "charge_off_date"))


def _estimate_delinquency(new: Draft) -> None:
    """The first delinquency, from which a limitation period counts (TB-01): the earliest that the data allows.

    Days past due are told up to 365, so those of an old debt say nothing of its age, and a debt is charged off only
    when it has long been delinquent.
    """
    dpd, charged_off = new.values.get("dpd"), _charged_off(new)
    by_days = new.placed_on - dt.timedelta(days=dpd) if dpd else None
    by_charge_off = charged_off - dt.timedelta(days=_boundary(new)) if charged_off else None
    new.delinquent_since = min((day for day in (by_days, by_charge_off) if day), default=None)
    if by_days and charged_off and charged_off < by_days:
        message = f"Charged off on {charged_off}, before {dpd} days past due began. Delinquent since about "
        message += f"{new.delinquent_since}; send first_delinquency_on if it was another day."
        new.warnings.append(Warned("DELINQUENCY_ESTIMATED", message, "dpd"))


def _charged_off(new: Draft) -> dt.date | None:
    """The earlier of the two days that may be told: the charge-off's own, and the itemization's where it is of that."""
    itemized = new.values.get("itemization_date") if new.values.get("itemization_date_kind") == "charge_off" else None
    return min((day for day in (new.charge_off_date, itemized) if day), default=None)


def _boundary(new: Draft) -> int:
    """Days past due at which debts are charged off by the uniform classification."""
    return 180 if new.values.get("account_type") in OPEN_END else 120
