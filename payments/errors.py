"""Refusals of this app."""

from credira.core.errors import Conflict, Forbidden, InvalidRequest, Unprocessable


class ReferenceUsed(Conflict):
    """The payment reference stands on another payment."""

    code = "PAYMENT_REFERENCE_EXISTS"


class CurrencyMismatch(InvalidRequest):
    """The payment's currency isn't the account's."""

    code = "CURRENCY_MISMATCH"


class PaymentDateRefused(Unprocessable):
    """A payment dated ahead, or before the account was placed."""

    code = "PAYMENT_DATE_REFUSED"


class NothingOwed(Unprocessable):
    """No amount was given and nothing is owed."""

    code = "NOTHING_OWED"


class SandboxOnly(Forbidden):
    """A simulated payment in a live workspace."""

    code = "SANDBOX_ONLY"
