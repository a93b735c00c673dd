"""The rows of this room. Facts and decisions are append-only; attempts and notices move by their tables."""

from compliance.models.attempts import AttemptCorrection, AttemptDebt, ContactAttempt, GateDecision
from compliance.models.disputes import Dispute, DisputeAnswer
from compliance.models.facts import (
    Approval,
    AttorneyRep,
    Bankruptcy,
    Cease,
    Consent,
    Death,
    DebtMark,
    EmailBasis,
    EndpointMark,
    Fact,
    Hold,
    IdentityTheft,
    OptOut,
    PersonFact,
    PersonMark,
    StateText,
    Window,
)
from compliance.models.notices import ValidationNotice

__all__ = [
    "Approval",
    "AttemptCorrection",
    "AttemptDebt",
    "AttorneyRep",
    "Bankruptcy",
    "Cease",
    "Consent",
    "ContactAttempt",
    "Death",
    "DebtMark",
    "Dispute",
    "DisputeAnswer",
    "EmailBasis",
    "EndpointMark",
    "Fact",
    "GateDecision",
    "Hold",
    "IdentityTheft",
    "OptOut",
    "PersonFact",
    "PersonMark",
    "StateText",
    "ValidationNotice",
    "Window",
]
