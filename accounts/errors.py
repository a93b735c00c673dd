"""Refusals of this app."""

from credira.core.errors import Conflict, Forbidden, InvalidRequest, Unprocessable


class StateNotAuthorized(Forbidden):
    """No authorization for where the consumer lives (SCOPE-04)."""

    code = "STATE_NOT_AUTHORIZED"


class ReferenceExists(Conflict):
    """Another account carries the creditor's reference."""

    code = "REFERENCE_EXISTS"


class EntityMissing(Unprocessable):
    """No operating entity speaks in the account's role."""

    code = "ENTITY_MISSING"


class StatusGated(InvalidRequest):
    """A status that only the workflow sets."""

    code = "STATUS_GATED"


class AccountOver(Conflict):
    """A correction of an account on which nothing is collected any more."""

    code = "ACCOUNT_OVER"


class PrincipalAboveOriginal(Unprocessable):
    """More principal than the account was placed with."""

    code = "PRINCIPAL_ABOVE_ORIGINAL"


class FileRefused(InvalidRequest):
    """A file that isn't rows of accounts; the message says why."""

    code = "FILE_REFUSED"
