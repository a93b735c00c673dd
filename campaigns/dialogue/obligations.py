"""What the gate asks a call to carry, and the sentences by which a call of this agent carries it (gate-facts.md 8).

An obligation that is not in these tables ends the call before a word about a debt: it is never skipped.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from . import acts

# Obligation, without what follows its colon -> the disclosures of which any one carries it.
CARRIED_BY: Mapping[str, frozenset[str]] = {
    "AI_DISCLOSURE": frozenset({acts.AI_IDENTITY.code}),
    "TCPA_IDENTITY": frozenset({acts.AI_IDENTITY.code}),
    "RECORDING_NOTICE": frozenset({acts.RECORDING.code}),
    "TCPA_VOICE_OPTOUT": frozenset({acts.OPT_OUT.code}),
    "MINI_MIRANDA_FULL": frozenset({acts.MIRANDA_FULL.code}),
    "FROM_DEBT_COLLECTOR": frozenset({acts.MIRANDA_FULL.code, acts.MIRANDA_SHORT.code}),
    "SAY_DISPUTED": frozenset({acts.DISPUTED.code}),
    "DISPUTED_AMOUNT": frozenset({acts.DISPUTED_PART.code}),
    "ASK_COUNSEL_SCOPE": frozenset({acts.COUNSEL_SCOPE.code}),
}
# Kept by the notice that is planned with the debt; no word of a call depends on it.
KEPT_ELSEWHERE = frozenset({"VALIDATION_NOTICE_DUE"})
# What a call of this agent satisfies, as the gate is told when it is asked for one.
SATISFIES = tuple(CARRIED_BY)


def kind_of(obligation: str) -> str:
    """ "DISPUTED_AMOUNT:acct_1:400.00" is a DISPUTED_AMOUNT."""
    return obligation.partition(":")[0]


def asks(obligations: Iterable[str], kind: str) -> bool:
    """Whether one of them is of this kind."""
    return any(kind_of(each) == kind for each in obligations)


def unspeakable(obligations: Iterable[str]) -> tuple[str, ...]:
    """The obligations that no sentence of this agent carries, sorted; with one of them the call may not go on."""
    return tuple(sorted(each for each in obligations if kind_of(each) not in CARRIED_BY.keys() | KEPT_ELSEWHERE))


def unmet(obligations: Iterable[str], spoken: Iterable[str]) -> tuple[str, ...]:
    """The obligations that a call left open, sorted; ``spoken`` are the codes of the disclosures that were said."""
    codes = frozenset(spoken)
    to_say = (each for each in obligations if kind_of(each) not in KEPT_ELSEWHERE)
    return tuple(sorted(each for each in to_say if not CARRIED_BY.get(kind_of(each), frozenset()) & codes))


def disputed_part(obligations: Iterable[str]) -> Decimal:
    """The sum of the parts that are disputed and held, in major units (DISP-01): nothing may be asked for them."""
    parts = (each.rpartition(":")[2] for each in obligations if kind_of(each) == "DISPUTED_AMOUNT")
    return sum((Decimal(part) for part in parts), Decimal(0))
