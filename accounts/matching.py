"""Who is the same consumer (architecture.md, Consumer matching). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Identity:
    """What people are told apart by; empty and None mean "not known"."""

    email: str
    name: str
    zip: str
    last4: bytes | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person held already, or met earlier in the same file."""

    id: UUID
    identity: Identity


@dataclass(frozen=True, slots=True)
class Match:
    """``person`` is None for a new one; ``doubtful`` are those who share its e-mail yet seem to be somebody else."""

    person: UUID | None
    doubtful: tuple[UUID, ...] = ()


def match(identity: Identity, candidates: Iterable[Candidate]) -> Match:
    """The person among the candidates whom a placement means."""
    same_email = [c for c in candidates if identity.email and c.identity.email == identity.email]
    for candidate in same_email:
        if _agrees(identity, candidate.identity):
            return Match(candidate.id)
    if identity.email:
        return Match(None, tuple(candidate.id for candidate in same_email))
    if not (identity.name and identity.zip and identity.last4):
        return Match(None)
    for candidate in candidates:
        known = candidate.identity
        if (known.last4, known.name, known.zip) == (identity.last4, identity.name, identity.zip):
            return Match(candidate.id)
    return Match(None)


def _agrees(new: Identity, known: Identity) -> bool:
    """The same last-4 under a name that may be one person's, or the same name and ZIP.

    What one side doesn't know contradicts nothing.
    """
    if new.last4 and known.last4:
        return new.last4 == known.last4 and _may_be_one(new.name, known.name)
    names_differ = new.name and known.name and new.name != known.name
    zips_differ = new.zip and known.zip and new.zip != known.zip
    return not (names_differ or zips_differ)


def _may_be_one(name: str, other: str) -> bool:
    """Whether two normalised names may be one person's: another last name may be a marriage, an initial a short form.

    Another first name is somebody else: spouses share mailboxes, and of ten thousand last-4s two are soon the same or
    mistyped. A nickname that begins otherwise (Bob, Robert) is taken for two people, whom a member can tell to be one;
    taken for one, two strangers would read of each other's debts.
    """
    words, others = name.split(), other.split()
    if not words or not others:
        return True
    given, given_other = words[0], others[0]
    within = set(words) <= set(others) or set(others) <= set(words)
    return within or given.startswith(given_other) or given_other.startswith(given)
