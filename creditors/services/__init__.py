"""Writes of the room `creditors`."""

from creditors.services.entities import AuthorizationRow, create_entity, put_state_authorizations
from creditors.services.keys import MintedKey, mint_key, revoke_key
from creditors.services.people import NewCreditor, add_member, create_creditor, enroll_totp, set_theme

__all__ = [
    "AuthorizationRow",
    "MintedKey",
    "NewCreditor",
    "add_member",
    "create_creditor",
    "create_entity",
    "enroll_totp",
    "mint_key",
    "put_state_authorizations",
    "revoke_key",
    "set_theme",
]
