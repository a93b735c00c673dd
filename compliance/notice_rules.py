"""Whether the law asks for a validation notice, and what it must contain. Pure (VN-01, VN-02, VN-04)."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, TypedDict

FIRST_PARTY = "first_party"
# 940 CMR 7.08 (Massachusetts) and 6 RCNY 5-77 (New York City) put the notice on creditors too.
NYC = "NY-NYC"
CREDITOR_PLACES = ("MA", NYC)
# The places that the rule asks for: where a creditor owes one, and where a natural person's business debt is covered.
PLACES = (*CREDITOR_PLACES, "CA")
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Requirement:
    """Whether a notice is owed, and the sentence that says why."""

    required: bool
    reason: str


class Problem(TypedDict):
    """Why a notice can't be printed: a stable code, the field at fault, a sentence."""

    code: str
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Itemization:
    """The five lines of VN-04; None is what nobody asserted, which is not zero."""

    amount: Decimal | None
    interest: Decimal | None
    fees: Decimal | None
    credits: Decimal | None
    total: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """What the lines miss of the total (amount + interest + fees - credits - total); None while one is missing."""
        if self.amount is None or self.interest is None or self.fees is None:
            return None
        if self.credits is None or self.total is None:
            return None
        return self.amount + self.interest + self.fees - self.credits - self.total


class Itemized(Protocol):
    """An account's itemization facts; a line that the creditor didn't assert is None."""

    original_balance: Decimal | None
    interest_since: Decimal | None
    fees_since: Decimal | None
    payments_since: Decimal | None
    itemized_balance: Decimal | None
    current_balance: Decimal


def itemization_of(account: Itemized) -> Itemization:
    """The table of VN-04: as asserted at placement, brought up to the current amount.

    What was paid or credited since the placement joins the credits. What was added since then has no line that anybody
    asserted, so that the table no longer adds up and says so.
    """
    credited = account.payments_since
    if credited is not None and account.itemized_balance is not None:
        credited += max(ZERO, account.itemized_balance - account.current_balance)
    return Itemization(
        amount=account.original_balance,
        interest=account.interest_since,
        fees=account.fees_since,
        credits=credited,
        total=None if account.itemized_balance is None else account.current_balance,
    )


def requirement(
    *,
    role: str,
    purpose: str,
    natural_person: bool,
    in_default_when_placed: bool,
    balance: Decimal | None,
    places: Set[str],
) -> Requirement:
    """Whether the notice of 12 CFR 1006.34 is owed. ``places`` are the consumer's states, ``NY-NYC`` among them."""
    if balance is not None and balance <= ZERO:
        return Requirement(False, "Nothing is owed on this debt.")
    if purpose == "commercial" and not (natural_person and "CA" in places):
        return Requirement(False, "A business debt is outside Regulation F (12 CFR 1006.2(e), (h)).")
    if role == FIRST_PARTY:
        asking = sorted(set(places) & set(CREDITOR_PLACES))
        if asking:
            return Requirement(True, f"{', '.join(asking)} asks creditors for a validation notice too.")
        return Requirement(False, "A creditor that collects in its own name owes no notice (12 CFR 1006.2(i)(1)).")
    if not in_default_when_placed:
        return Requirement(False, "Serviced since before default: outside Regulation F (12 CFR 1006.2(i)(2)(vi)(C)).")
    return Requirement(True, "12 CFR 1006.34(a)(1)")


def missing(values: Iterable[tuple[str, object, str]]) -> list[Problem]:
    """A problem for each ``(field, value, what it is)`` whose value is unknown. An asserted zero is known."""
    return [
        {"code": "VN_DATA_INCOMPLETE", "field": field, "message": f"{what} is missing (12 CFR 1006.34(c))."}
        for field, value, what in values
        if value is None or value == ""
    ]


def itemization_problems(lines: Itemization, currency: str) -> list[Problem]:
    """What keeps the table from being printed: a line that nobody asserted, or a sum that isn't the total."""
    found = missing(
        (
            ("original_balance", lines.amount, "The amount on the itemization date"),
            ("interest_since", lines.interest, "The interest since the itemization date (0 must be asserted)"),
            ("fees_since", lines.fees, "The fees since the itemization date (0 must be asserted)"),
            (
                "payments_since",
                lines.credits,
                "The payments and credits since the itemization date (0 must be asserted)",
            ),
            ("current_balance", lines.total, "The current amount"),
        )
    )
    difference = lines.difference
    if lines.total is not None and difference is not None and difference != ZERO:
        found.append(
            {
                "code": "VN_ITEMIZATION_MISMATCH",
                "field": "current_balance",
                "message": (
                    f"The lines come to {lines.total + difference:.2f} {currency} and the current amount is "
                    f"{lines.total:.2f} {currency}: they differ by {abs(difference):.2f} {currency}."
                ),
            }
        )
    return found
