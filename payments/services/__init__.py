"""Writes of this app."""

from payments.services.payments import record_payment, return_payment, simulate_payment
from payments.services.promises import decide_promise, make_promise

__all__ = ["decide_promise", "make_promise", "record_payment", "return_payment", "simulate_payment"]
