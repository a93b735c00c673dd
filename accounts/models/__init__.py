"""What is owed, by whom, how they can be reached, and how it came to us."""

from accounts.ledger.models import Balance, Entry, Line
from accounts.models.debts import Account, Note, Party
from accounts.models.people import Endpoint, Person
from accounts.models.placements import Placement, PlacementPart, PlacementRefusal

__all__ = [
    "Account",
    "Balance",
    "Endpoint",
    "Entry",
    "Line",
    "Note",
    "Party",
    "Person",
    "Placement",
    "PlacementPart",
    "PlacementRefusal",
]
