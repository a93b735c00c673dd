"""Writes of this app."""

from accounts.services.endpoints import add_endpoint, end_endpoint
from accounts.services.money import ADDED, Allocation, adjust_balance, apply_payment, reverse_payment
from accounts.services.placements import refused_csv, start_placement
from accounts.services.placing import PlacedAccount, place_account
from accounts.services.status import add_note, attribute, move_status, set_status

__all__ = [
    "ADDED",
    "Allocation",
    "PlacedAccount",
    "add_endpoint",
    "add_note",
    "adjust_balance",
    "apply_payment",
    "attribute",
    "end_endpoint",
    "move_status",
    "place_account",
    "refused_csv",
    "reverse_payment",
    "set_status",
    "start_placement",
]
