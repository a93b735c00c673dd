"""Whether the cached balances are still the sums of the ledger's lines."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import connection

from credira.tenancy.models import Workspace

# Sums by component as accounts.ledger.posting carries them: unapplied money is a liability, so its sign turns.
# Entries and balances are joined on both columns of their keys, or row-level security scans the whole tenant.
_DIFFERENT = """
WITH posted AS (
  SELECT entry.account_id,
    sum(line.amount) FILTER (WHERE line.gl = 'claim.principal') AS principal,
    sum(line.amount) FILTER (WHERE line.gl = 'claim.interest') AS interest,
    sum(line.amount) FILTER (WHERE line.gl = 'claim.fees') AS fees,
    sum(line.amount) FILTER (WHERE line.gl = 'claim.penalties') AS penalties,
    -sum(line.amount) FILTER (WHERE line.gl = 'liability.unapplied') AS unapplied
  FROM accounts_line line JOIN accounts_entry entry
    ON (entry.workspace_id, entry.id) = (line.workspace_id, line.entry_id)
  WHERE line.workspace_id = %(workspace)s GROUP BY entry.account_id
), sums AS (
  SELECT account.id, account.current_balance AS shown, coalesce(posted.unapplied, 0) AS unapplied,
    coalesce(posted.principal, 0) AS principal, coalesce(posted.interest, 0) AS interest,
    coalesce(posted.fees, 0) AS fees, coalesce(posted.penalties, 0) AS penalties
  FROM accounts_account account LEFT JOIN posted ON posted.account_id = account.id
  WHERE account.workspace_id = %(workspace)s
)
SELECT sums.id, sums.shown, sums.principal + sums.interest + sums.fees + sums.penalties
FROM sums LEFT JOIN (SELECT * FROM accounts_balance WHERE workspace_id = %(workspace)s) cached ON cached.id = sums.id
WHERE sums.shown <> sums.principal + sums.interest + sums.fees + sums.penalties OR cached.id IS NULL
  OR (cached.principal, cached.interest, cached.fees, cached.penalties, cached.unapplied, cached.costs)
    <> (sums.principal, sums.interest, sums.fees, sums.penalties, sums.unapplied, 0)
ORDER BY sums.id
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """An account whose cache isn't what was posted; equal totals differ in a component."""

    account_id: UUID
    shown: Decimal
    posted: Decimal


def differences(workspace: Workspace) -> list[Difference]:
    """The accounts whose balance, or a component of it, isn't the sum of their lines. Call it bound."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENT, {"workspace": workspace.pk})
        return [Difference(*row) for row in cursor.fetchall()]
