"""AMT-02: nothing owed, nothing asked (15 USC 1692f(1); 12 CFR 1006.22(b)(1))."""

from __future__ import annotations

from collections.abc import Iterator

from compliance.rules.decision import Reason
from compliance.rules.registry import rule
from compliance.rules.view import View
from compliance.rules.vocabulary import CONTACTS


@rule("AMT-02", who="all", channels=CONTACTS)
def something_is_owed(view: View) -> Iterator[Reason]:
    """A balance that nobody asserted is not zero; receipts, answers and required notices pass."""
    if not view.collecting:
        return
    for debt in view.debts:
        if debt.status != "open":
            yield view.reason("AMT-02", "NOTHING_OWED", f"Debt {debt.id} is {debt.status}.")
        elif debt.balance is not None and debt.balance <= 0:
            yield view.reason("AMT-02", "NOTHING_OWED", f"The balance of debt {debt.id} is {debt.balance:.2f}.")
