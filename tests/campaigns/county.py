"""Two hundred people of every temperament all over the country: the file that places them, and what is known of each.

What is written here is raw: addresses and numbers as a creditor has them, consents and words as they were given.
Nothing in it was derived by the product, so that a checker may judge the product by it.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import cycle
from typing import Any

from accounts.models import Account, Endpoint
from accounts.places import STATE_NAMES
from compliance import services as facts
from compliance.models import Consent
from credira.tenancy.models import Workspace
from simulator.people.personas import PERSONAS
from tests.campaigns.town import TEN_AM

PEOPLE = 200
# The collector has no licence in these; the creditor needs none anywhere.
UNLICENSED = {"NV", "ID", "CT"}
PLACES = (*STATE_NAMES, "NY-NYC")
LONG_AGO = TEN_AM - dt.timedelta(days=100)


@dataclass(frozen=True)
class Home:
    """A place that people live in, and the area code of most of its telephones."""

    state: str
    city: str
    zip: str
    area: str


HOMES = tuple(
    Home(*line.split(","))
    for line in """
AL,Birmingham,35203,205|AK,Anchorage,99501,907|AZ,Phoenix,85004,602|AZ,Window Rock,86515,928|AR,Little Rock,72201,501
CA,Los Angeles,90012,213|CO,Denver,80202,303|CT,Hartford,06103,860|DE,Wilmington,19801,302|DC,Washington,20001,202
FL,Miami,33130,305|FL,Pensacola,32501,850|GA,Atlanta,30303,404|HI,Honolulu,96813,808|ID,Boise,83702,208
IL,Chicago,60601,312|IN,Indianapolis,46204,317|IN,Gary,46402,219|IN,Evansville,47708,812|IA,Des Moines,50309,515
KS,Wichita,67202,316|KY,Louisville,40202,502|LA,New Orleans,70112,504|ME,Portland,04101,207|MD,Baltimore,21202,410
MA,Boston,02108,617|MI,Detroit,48226,313|MN,Minneapolis,55401,612|MS,Jackson,39201,601|MO,Kansas City,64106,816
MT,Billings,59101,406|NE,Omaha,68102,402|NV,Las Vegas,89101,702|NH,Manchester,03101,603|NJ,Newark,07102,973
NM,Albuquerque,87102,505|NY,New York,10001,212|NY,Brooklyn,11201,718|NY,Buffalo,14201,716|NC,Charlotte,28202,704
ND,Fargo,58102,701|OH,Columbus,43215,614|OK,Oklahoma City,73102,405|OR,Portland,97204,503|OR,Ontario,97914,541
PA,Philadelphia,19103,215|PR,San Juan,00901,787|RI,Providence,02903,401|SC,Columbia,29201,803|SD,Rapid City,57701,605
TN,Nashville,37203,615|TN,Chattanooga,37402,423|TX,Austin,78701,512|TX,El Paso,79901,915|UT,Salt Lake City,84101,801
VT,Burlington,05401,802|VA,Richmond,23219,804|WA,Seattle,98101,206|WV,Charleston,25301,304|WI,Milwaukee,53202,414
WY,Cheyenne,82001,307
""".strip()
    .replace("\n", "|")
    .split("|")
)


@dataclass(frozen=True)
class Resident:
    """One person with one debt; ``number`` decides everything about both."""

    number: int
    persona: str
    home: Home
    email: str
    phone: str

    @property
    def reference(self) -> str:
        return f"SFCU-{self.number:04d}"

    @property
    def third_party(self) -> bool:
        """Collected by an agency, after the charge-off; the others' own creditor collects itself."""
        return self.number % 5 < 3

    @property
    def consented(self) -> bool:
        """To AI calls at this number."""
        return bool(self.phone) and self.number % 4 != 3

    @property
    def writable(self) -> bool:
        """There is a basis to use the e-mail address."""
        return self.number % 6 != 5

    @property
    def row(self) -> dict[str, str]:
        """The person's row in the file."""
        return {
            "consumer_email": self.email,
            "first_name": f"Pat{chr(97 + self.number % 26)}",
            "last_name": f"Sample{chr(97 + self.number // 26)}",
            "phone": self.phone,
            "address_street": f"PO Box {100 + self.number}" if self.number % 7 == 3 else f"{100 + self.number} Elm St",
            "address_city": self.home.city,
            "address_state": self.home.state,
            "address_zip": self.home.zip,
            "last4ssn": f"{6000 + self.number}",
            "creditor_reference": self.reference,
            "original_creditor": "Sample Federal CU",
            "account_type": "credit_card",
            "phase": "recovery" if self.third_party else "intercept",
            "original_balance": "1200.00",
            "principal_balance": "1100.00",
            "interest_since": "80.00",
            "fees_since": "20.00",
            "payments_since": "100.00",
            "current_balance": "1200.00",
            "itemization_date_kind": "last_statement",
            "itemization_date": "2026-07-16",
            "dpd": "200" if self.third_party else "90",
            "charge_off_date": "2026-08-01" if self.third_party else "",
            "time_barred_on": "2024-05-01" if self.number % 17 == 5 else "",
            "currency": "USD",
        }


def residents() -> list[Resident]:
    """The two hundred: every persona in turn, every home in turn; each fifth telephone is from elsewhere."""
    people = []
    for number, persona in zip(range(PEOPLE), cycle(PERSONAS), strict=False):
        home = HOMES[number % len(HOMES)]
        area = HOMES[(7 * number + 13) % len(HOMES)].area if number % 5 == 2 else home.area
        people.append(
            Resident(
                number=number,
                persona=persona,
                home=home,
                email=f"person{number}@example.com",
                phone="" if number % 29 == 11 else f"+1{area}555{1000 + number}",
            )
        )
    return people


def as_file(people: list[Resident]) -> io.BytesIO:
    """The CSV file that a creditor would upload."""
    text = io.StringIO()
    writer = csv.DictWriter(text, people[0].row)
    writer.writeheader()
    writer.writerows(person.row for person in people)
    return io.BytesIO(text.getvalue().encode())


@dataclass
class Known:
    """What was recorded about people, in the checker's words, as it was given to us."""

    told: list[dict[str, Any]] = field(default_factory=list)

    def add(self, person: Resident, kind: str, at: dt.datetime, **more: Any) -> None:
        self.told.append({"kind": kind, "consumer": person.reference, "at": at.isoformat(), **more})

    def end(self, person: Resident, at: dt.datetime, **which: Any) -> None:
        """A consent was taken back."""
        for fact in self.told:
            if fact["consumer"] == person.reference and which.items() <= fact.items():
                fact["until"] = at.isoformat()


class Clerk:
    """Records what people of the file told the creditor, in the product and, in raw words, for the checker."""

    def __init__(self, workspace: Workspace, known: Known) -> None:
        self.workspace, self.known = workspace, known
        rows = Account.objects.filter(workspace=workspace)
        self.accounts = {account.creditor_reference: account for account in rows}
        endpoints = Endpoint.objects.filter(workspace=workspace).order_by("id")
        self.endpoints = {(each.person_id, each.kind): each.id for each in endpoints}

    def document(self, person: Resident) -> None:
        """The consents and the basis for e-mail that most of them gave long ago."""
        about = self._about(person)
        if person.consented:
            facts.record_consent(
                workspace=self.workspace,
                person_id=about["person_id"],
                kind="tcpa",
                endpoint_id=self._endpoint(person, "phone"),
                source="consumer_direct",
                written=True,
                at=LONG_AGO,
            )
            self.known.add(person, "consent", LONG_AGO, what="artificial_voice", to=person.phone)
        if person.writable:
            facts.record_email_basis(
                workspace=self.workspace,
                endpoint_id=self._endpoint(person, "email"),
                basis="i_B",
                since=LONG_AGO.date(),
                at=LONG_AGO,
            )
            self.known.add(person, "consent", LONG_AGO, what="email", to=person.email)

    def tell(self, person: Resident, at: dt.datetime, what: str) -> None:
        """One thing that a person, or somebody for them, told us at this moment."""
        getattr(self, f"_{what}")(person, self._about(person), at)

    def _no_mail(self, person: Resident, about: dict[str, Any], at: dt.datetime) -> None:
        facts.record_opt_out(**about, scope="medium", medium="email", at=at)
        self.known.add(person, "stop", at, what="email", to=None)

    def _no_calls(self, person: Resident, about: dict[str, Any], at: dt.datetime) -> None:
        facts.record_opt_out(**about, scope="medium", medium="calls", at=at)
        self.known.add(person, "stop", at, what="calls", to=None)

    def _no_contact(self, person: Resident, about: dict[str, Any], at: dt.datetime) -> None:
        facts.record_cease(**about, written=True, at=at)
        self.known.add(person, "stop", at, what="everything", to=None)

    def _dispute(self, person: Resident, about: dict[str, Any], at: dt.datetime) -> None:
        facts.file_dispute(
            workspace=self.workspace, account_id=about["account_id"], channel="mail", written=True, at=at
        )
        self.known.add(person, "dispute", at, debts=[person.reference])

    def _attorney(self, person: Resident, about: dict[str, Any], at: dt.datetime) -> None:
        facts.record_attorney(**about, attorney_name="Lee & Lee", at=at)
        self.known.add(person, "attorney", at, debts=None)

    def _death(self, person: Resident, about: dict[str, Any], at: dt.datetime) -> None:
        facts.record_death(**about, at=at)
        self.known.add(person, "death", at, debts=None)

    def _bankruptcy(self, person: Resident, about: dict[str, Any], at: dt.datetime) -> None:
        facts.record_bankruptcy(**about, filed_on=at.date(), chapter="7", at=at)
        self.known.add(person, "bankruptcy", at, debts=None)

    def _hold(self, person: Resident, about: dict[str, Any], at: dt.datetime) -> None:
        facts.place_hold(**about, kind="manual", reason="Under review.", at=at)
        self.known.add(person, "hold", at, debts=None)

    def _no_robots(self, person: Resident, about: dict[str, Any], at: dt.datetime) -> None:
        """The consent to AI calls is taken back."""
        for consent in Consent.objects.filter(workspace=self.workspace, person_id=about["person_id"], ends=None):
            facts.revoke_consent(workspace=self.workspace, consent_id=consent.id, at=at)
        self.known.end(person, at, kind="consent", what="artificial_voice")

    def _about(self, person: Resident) -> dict[str, Any]:
        account = self.accounts[person.reference]
        return {"workspace": self.workspace, "person_id": account.person_id, "account_id": account.id}

    def _endpoint(self, person: Resident, kind: str) -> Any:
        return self.endpoints[self.accounts[person.reference].person_id, kind]


# Who tells us what before the campaign, and who in the middle of it: by the number of the person.
WORDS = ("no_mail", "no_calls", "no_contact", "dispute", "attorney", "death", "bankruptcy", "hold", "no_robots")
BEFORE = {number: WORDS[number % len(WORDS)] for number in range(180, PEOPLE)}
MEANWHILE = {number: WORDS[number % len(WORDS)] for number in range(144, 180)}


def inhabitants(workspace: Workspace, people: list[Resident]) -> Iterator[dict[str, Any]]:
    """The people as the simulated world takes them. Call it bound."""
    accounts = {each.creditor_reference: each for each in Account.objects.filter(workspace=workspace)}
    for person in people:
        row, account = person.row, accounts[person.reference]
        yield {
            "ref": person.reference,  # what people do hangs on it: the same town behaves the same each time
            "name": f"{row['first_name']} {row['last_name']}",
            "first_name": row["first_name"],
            "last_name": row["last_name"],
            "zip": person.home.zip,
            "last4": row["last4ssn"],
            "phones": [person.phone] if person.phone else [],
            "emails": [person.email],
            "address": {
                "line1": row["address_street"],
                "city": person.home.city,
                "state": person.home.state,
                "zip": person.home.zip,
            },
            "persona": person.persona,
            "accounts": [
                {
                    "id": account.public_id,
                    "reference": person.reference,
                    "balance": str(Decimal(row["current_balance"])),
                    "currency": "USD",
                }
            ],
        }
