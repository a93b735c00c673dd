"""Who may do what: people, their roles, the names that contact people, and the keys of programs."""

from creditors.models.people import User

__all__ = ["User"]
