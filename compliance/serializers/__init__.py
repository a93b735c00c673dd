"""The shapes of this room's API, a module a subject."""
