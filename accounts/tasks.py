"""Looking over the ledger at night."""

from accounts.ledger.check import differences
from credira.core.ids import public_id
from credira.tenancy.scope import bind
from credira.work.actors import actor
from credira.work.incidents import record_incident
from credira.work.periodic import enqueue_everywhere, nightly

LEDGER_DIFFERS = "ledger.differs"


@nightly
def look_over_the_ledgers() -> None:
    """Compare each workspace's cached balances with its lines."""
    enqueue_everywhere("accounts.check_ledger")


@actor("accounts.check_ledger", max_retries=0, time_limit_ms=3_600_000)
def check_ledger(workspace_id: str) -> None:
    """One incident for all that differs in a workspace, naming the first account; nothing is corrected by itself."""
    with bind(workspace_id) as workspace:
        found = differences(workspace)
        if not found:
            return
        first = found[0]
        account, many = public_id("acct", first.account_id), "account" if len(found) == 1 else "accounts"
        record_incident(
            workspace,
            LEDGER_DIFFERS,
            f"Balances of {len(found)} {many} aren't the sums of their ledger lines; the first is {account}: "
            f"{first.shown:.2f} is shown, {first.posted:.2f} was posted.",
            first.account_id,
        )
