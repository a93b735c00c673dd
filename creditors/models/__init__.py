"""Who may do what: people, their roles, the names that contact people, and the keys of programs."""

from creditors.models.entities import CollectorRole, CreditorProfile, OperatingEntity, StateAuthorization
from creditors.models.keys import ApiKey
from creditors.models.people import Member, User

__all__ = ["ApiKey", "CollectorRole", "CreditorProfile", "Member", "OperatingEntity", "StateAuthorization", "User"]
