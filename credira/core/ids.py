"""Public ids: a TypeID outside (``acct_01m80e…``), a UUIDv7 in a uuid column inside. Both sort by wall time."""

from uuid import UUID

import uuid_utils
from typeid import TypeID
from typeid.errors import TypeIDException

from credira.core.errors import NotFound


def uuid7() -> UUID:
    """A new UUIDv7, as the standard library's ``UUID``."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


def public_id(prefix: str, value: UUID) -> str:
    """``public_id("acct", uuid)`` → ``"acct_01m80edhsnexh8t44s6pz6em06"``."""
    return str(TypeID.from_uuid(uuid_utils.UUID(bytes=value.bytes), prefix))


def parse_id(prefix: str, text: str) -> UUID:
    """The uuid behind a public id.

    Raises ``NotFound`` for another prefix or a malformed id: to a caller, an id that can't exist is one that doesn't.
    """
    try:
        parsed = TypeID.from_string(text)
    except (TypeIDException, ValueError) as error:
        raise NotFound from error
    if parsed.prefix != prefix:
        raise NotFound
    return UUID(bytes=parsed.uuid.bytes)
