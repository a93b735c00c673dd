"""EMAIL-01: which address may be used (12 CFR 1006.6(d)(3), (4))."""

from __future__ import annotations

from collections.abc import Iterator

from compliance.rules.decision import Reason
from compliance.rules.registry import rule
from compliance.rules.view import View

_EMAIL = frozenset({"email"})


@rule("EMAIL-01", who="all", channels=_EMAIL)
def leaked_address(view: View) -> Iterator[Reason]:
    """Once anybody told us that others read the mailbox, it is never used again."""
    if view.endpoint is not None and view.endpoint.leak_reported:
        yield view.reason("EMAIL-01", "EMAIL_LEAK", "Somebody told us that other people read this mailbox.")


@rule("EMAIL-01", who="covered", channels=_EMAIL)
def recorded_basis(view: View) -> Iterator[Reason]:
    """One basis of 12 CFR 1006.6(d)(4) must hold; a creditor in its own name needs none."""
    endpoint = view.endpoint
    if endpoint is None or view.first_party or view.to_professional or view.answers_consumer:
        return
    bases = view.holding_bases(endpoint)
    if bases:
        view.rely_on(basis.evidence_id for basis in bases)
    else:
        yield view.reason(
            "EMAIL-01",
            "EMAIL_BASIS",
            "No basis to use this e-mail address holds: the person neither used it with us, nor consented, "
            "nor did a notice of the creditor or an earlier collector's use open it.",
        )
