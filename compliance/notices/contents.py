"""What a validation notice says: the rows behind it, whether they are complete, and the words and figures it prints."""

import datetime as dt
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Account, Endpoint, Person
from accounts.selectors import get_account, get_person
from compliance.gate import Judgement, local_date
from compliance.models import EndpointMark, StateText, ValidationNotice
from compliance.notice_rules import Itemization, Problem, itemization_of, itemization_problems, missing
from compliance.selectors import get_notice
from compliance.sheets.reading import CLASS_OF, delinquent_since, time_barred_on
from credira.core import clock
from credira.core.errors import Detail, Unprocessable
from credira.core.ids import public_id
from credira.core.money import quantize
from credira.tenancy.models import Workspace
from creditors import selectors as creditors
from creditors.models import OperatingEntity

OWING_NOTHING = ("closed", "paid_in_full", "settled", "cured")
HOMES = ("residence", "mailing")
PRODUCTS = {
    "credit_card": "credit card",
    "line_of_credit": "line of credit",
    "personal_loan": "personal loan",
    "auto_loan": "auto loan",
    "invoice": "invoice",
    "mortgage": "mortgage",
    "medical": "medical account",
    "student_loan": "student loan",
}
ADDRESS_BAD: Problem = {
    "code": "ADDRESS_BAD",
    "field": "address_street",
    "message": "Mail to the consumer's address came back: a new address is needed (12 CFR 1006.42(a)).",
}
FIRST_PARTY_FORM: Problem = {
    "code": "TEXT_MISSING",
    "field": "collector_role",
    "message": (
        "A creditor may not send Model Form B-1, which says that a debt collector writes; the state's own notice text "
        "isn't approved by counsel yet (12 CFR 1006.34, 940 CMR 7.08)."
    ),
}


class NoticeIncomplete(Unprocessable):
    """The notice can't be printed; the details name what is missing or doesn't add up."""

    code = "VN_DATA_INCOMPLETE"


class NothingOwed(NoticeIncomplete):
    """The debt was paid, or its account closed, before the notice went out (VN-01)."""

    code = "NOTHING_OWED"


class ItemizationMismatch(NoticeIncomplete):
    """The lines of the table don't come to the current amount."""

    code = "VN_ITEMIZATION_MISMATCH"


@dataclass(frozen=True)
class Contents:
    """Everything that one notice prints, as the rows say it now."""

    workspace: Workspace
    notice: ValidationNotice
    account: Account
    person: Person
    entity: OperatingEntity
    address: Endpoint | None
    address_is_bad: bool  # there is one, and mail to it came back
    lines: Itemization
    front_texts: tuple[str, ...]
    back_texts: tuple[str, ...]

    @property
    def nothing_owed(self) -> bool:
        return owes_nothing(self.account)

    @property
    def street(self) -> str:
        """The first line of the mailing address, or nothing."""
        return self.address.street if self.address else ""

    @property
    def problems(self) -> list[Problem]:
        """What keeps it from being printed (VN-02, VN-04), each with its field and a sentence."""
        account = self.account
        found = missing(
            (
                ("entity.name", self.entity.name, "The collector's name"),
                ("entity.street", self.entity.street, "The collector's mailing address"),
                ("entity.postal_code", self.entity.postal_code, "The ZIP code of the collector's mailing address"),
                ("first_name", known_name(self.person), "The consumer's name"),
                (
                    "address_street",
                    self.address_is_bad or self.street,
                    "The consumer's mailing address",
                ),
                ("original_creditor", account.original_creditor, "The creditor on the itemization date"),
                ("current_creditor", account.current_creditor, "The current creditor"),
                ("creditor_reference", account.creditor_reference, "The account number"),
                ("itemization_date_kind", account.itemization_date_kind, "The kind of itemization date"),
                ("itemization_date", account.itemization_date, "The itemization date"),
            )
        )
        if self.address_is_bad:
            found.append(ADDRESS_BAD)
        found += itemization_problems(self.lines, account.currency)
        if account.collector_role == "first_party":
            found.append(FIRST_PARTY_FORM)
        return found

    def require_complete(self) -> None:
        """Raise ``NothingOwed``, ``NoticeIncomplete`` or ``ItemizationMismatch`` naming what is wrong."""
        if self.nothing_owed:
            raise NothingOwed("Nothing is owed any more, or the account was closed.")
        found = self.problems
        if not found:
            return
        details: list[Detail] = [{"field": each["field"], "message": each["message"]} for each in found]
        mismatch = all(each["code"] == ItemizationMismatch.code for each in found)
        raise (ItemizationMismatch if mismatch else NoticeIncomplete)(found[0]["message"], details=details)

    def frozen_columns(self) -> dict[str, Any]:
        """The figures as the notice's own columns."""
        return {
            "currency": self.account.currency,
            "itemization_kind": self.account.itemization_date_kind,
            "itemization_date": self.account.itemization_date,
            "amount": self.lines.amount,
            "interest": self.lines.interest,
            "fees": self.lines.fees,
            "credits": self.lines.credits,
            "total": self.lines.total,
        }

    def printed(self, *, end: dt.date | None) -> dict[str, Any]:
        """Every fact that Model Form B-1 prints (VN-02, VN-09): exact amounts and ISO dates as text, null when unknown.

        ``end`` is the validation period's last day.
        """
        account = self.account
        return {
            "reference": self.notice.public_id,
            "role": account.collector_role,
            "collector": {
                "name": self.entity.name,
                "lines": self.entity.address_lines,
                "phone": self.entity.phone,
                "email": self.entity.email,
            },
            "consumer": {"name": self.person.name, "lines": _lines(self.address)},
            "current_creditor": account.current_creditor,
            "creditor_then": account.original_creditor,
            "product": PRODUCTS.get(account.account_type, "account"),
            "account_number": recognizable(account.creditor_reference),
            "itemization_date_kind": account.itemization_date_kind,
            "itemization_date": _text(account.itemization_date),
            "currency": account.currency,
            **{name: _amount(value, account.currency) for name, value in asdict(self.lines).items()},
            "end": _text(end),
            "front_texts": list(self.front_texts),
            "back_texts": list(self.back_texts),
        }


def load(workspace: Workspace, notice: ValidationNotice) -> Contents:
    """Read what the notice prints."""
    account = get_account(workspace, notice.account_id)
    address = current_address(workspace, notice.person_id)
    front, back = _state_texts(workspace, account, address)
    return Contents(
        workspace=workspace,
        notice=notice,
        account=account,
        person=get_person(workspace, notice.person_id),
        entity=creditors.get_entity(workspace, notice.entity_id),
        address=address,
        address_is_bad=address is None and _homes(workspace, notice.person_id).exists(),
        lines=itemization_of(account),
        front_texts=front,
        back_texts=back,
    )


def notice_context(workspace: Workspace, notice_id: UUID) -> dict[str, Any]:
    """What the notice prints: as frozen when it was claimed, else as it would read now (``end`` null).

    The shape is that of ``Contents.printed``. Raises ``NotFound``; ``NoticeIncomplete`` when it can't be printed.
    """
    notice = get_notice(workspace, notice_id)
    if notice.content:
        return dict(notice.content)
    content = load(workspace, notice)
    content.require_complete()
    return content.printed(end=None)


def current_address(workspace: Workspace, person_id: UUID) -> Endpoint | None:
    """The mailing address, else the residence, that no mail came back from; the newest of several."""
    homes = list(_homes(workspace, person_id))
    ended = EndpointMark.objects.filter(workspace=workspace, ends__isnull=False).values("ends_id")
    bad = set(
        EndpointMark.objects.filter(
            workspace=workspace, person_id=person_id, kind=EndpointMark.Kind.BAD, ends__isnull=True
        )
        .exclude(id__in=ended)
        .values_list("endpoint_id", flat=True)
    )
    usable = [home for home in homes if home.id not in bad]
    return max(usable, key=lambda home: (home.address_type == "mailing", home.id), default=None)


def _homes(workspace: Workspace, person_id: UUID) -> QuerySet[Endpoint]:
    return Endpoint.objects.filter(workspace=workspace, person_id=person_id, address_type__in=HOMES, valid_to=None)


def owes_nothing(account: Account) -> bool:
    """Whether the account is over, or its asserted balance came down to nothing."""
    paid = account.itemized_balance is not None and account.current_balance <= 0
    return account.status in OWING_NOTHING or paid


def known_name(person: Person) -> str:
    """The person's name, or an empty string: Person.name says "Name not known" then."""
    return person.name if person.first_name or person.last_name or person.company_name else ""


def account_name(account_id: UUID) -> str:
    """The account's public id."""
    return public_id("acct", account_id)


def local_day(judgement: Judgement, at: dt.datetime) -> dt.date:
    """The consumer's day at ``at``."""
    return local_date(judgement.sheet, at)


def recognizable(reference: str) -> str:
    """The account number, shortened but recognizable (VN-02, item 5): ``ending in 4417``."""
    digits = "".join(character for character in reference if character.isalnum())
    return f"ending in {digits[-4:]}" if len(digits) > 4 else reference


def _amount(value: Decimal | None, currency: str) -> str | None:
    """An exact amount in the currency's decimals; zero is ``0.00``, never blank (VN-04)."""
    return None if value is None else str(quantize(value, currency))


def _text(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _lines(address: Endpoint | None) -> list[str]:
    if address is None:
        return []
    region = " ".join(part for part in (address.state, address.postal_code or address.zip) if part)
    return [line for line in (address.street, ", ".join(part for part in (address.city, region) if part)) if line]


def _is_time_barred(account: Account, state: str) -> bool:
    klass = CLASS_OF.get(account.account_type, "other")
    on = account.time_barred_on or time_barred_on(delinquent_since(account), klass, {state})
    return on is not None and on <= clock.now().date()


def _state_texts(
    workspace: Workspace, account: Account, address: Endpoint | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Approved texts of the consumer's state: a time-barred one under the amount, blocks on the reverse."""
    state = (address.state or "") if address else ""
    rows = StateText.objects.filter(workspace=workspace, place=state, approved=True, ends__isnull=True)
    texts = [(row.code, row.text) for row in rows if row.text]
    barred = _is_time_barred(account, state)
    front = tuple(text for code, text in texts if code == StateText.Code.TIME_BARRED and barred)
    back = tuple(text for code, text in texts if code == StateText.Code.BLOCK)
    return front, back
