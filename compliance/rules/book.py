"""The rule book: importing every rule module registers its rules; `RULES` runs them."""

from __future__ import annotations

from compliance.rules import (  # noqa: F401  (each import registers rules)
    attorney,
    bankruptcy,
    cease,
    content,
    deceased,
    disputes,
    email,
    frequency,
    holds,
    identity,
    identity_theft,
    notice,
    optouts,
    owed,
    pending,
    place,
    scope,
    servicemember,
    sms,
    tcpa,
    time,
    time_barred,
)
from compliance.rules.registry import RuleBook, registered

RULES = RuleBook(registered())
