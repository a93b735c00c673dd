"""The notices of accounts that were just placed: the rule is asked once for each kind of case, the database makes the
rows.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from compliance.models import ValidationNotice
from compliance.notice_rules import NYC, PLACES, requirement
from compliance.notices.contents import HOMES
from compliance.packs import load as load_pack
from credira.core import clock
from credira.core.json import dumps
from credira.tenancy.bulk import insert_from
from credira.tenancy.models import Workspace

Status = ValidationNotice.Status
# What the rule asks, of the amount only its sign; an account's kind of case is these six.
CASE = ("collector_role", "purpose", "natural_person", "in_default_when_placed", "balance", "places")
PLACED = """
WITH placed AS (
  SELECT account.id AS account_id, account.person_id, account.entity_id, account.currency, account.collector_role,
    account.purpose, account.obligor <> 'organization' AS natural_person, account.in_default_when_placed,
    sign(account.current_balance) AS balance,
    ARRAY(
      SELECT DISTINCT asks::text FROM accounts_endpoint home CROSS JOIN LATERAL (VALUES (home.state),
        (CASE WHEN left(home.zip, 3) = ANY(%(nyc_prefixes)s) OR home.zip = ANY(%(nyc_zips)s) THEN %(nyc)s END)
      ) named (asks)
      WHERE home.workspace_id = account.workspace_id AND home.person_id = account.person_id
        AND home.address_type = ANY(%(homes)s) AND asks = ANY(%(places)s)
      ORDER BY 1
    ) AS places
  FROM accounts_account account WHERE account.workspace_id = %(workspace)s AND account.id = ANY(%(accounts)s)
)
"""
CASES = f"""{PLACED}
SELECT DISTINCT collector_role, purpose, natural_person, in_default_when_placed, balance, places FROM placed
"""  # noqa: S608 - constants of this module; what a caller gives is a parameter
NOTICES = f"""{PLACED}
SELECT account_id, person_id, entity_id, currency, status, reason FROM placed
JOIN jsonb_to_recordset(%(answers)s::jsonb) answer (collector_role text, purpose text, natural_person boolean,
  in_default_when_placed boolean, balance numeric, places text[], status text, reason text)
USING (collector_role, purpose, natural_person, in_default_when_placed, balance, places)
"""  # noqa: S608 - constants of this module; what a caller gives is a parameter


def create(workspace: Workspace, account_ids: Sequence[UUID]) -> list[UUID]:
    """One notice an account, in the transaction of the placement: pending, or not required and why. Returns the pending
    ones. The same two statements, however many accounts.
    """
    pack = load_pack()
    accounts: dict[str, Any] = {
        "workspace": workspace.pk,
        "accounts": list(account_ids),
        "homes": list(HOMES),
        "places": list(PLACES),
        "nyc": NYC,
        "nyc_prefixes": list(pack.nyc_prefixes),
        "nyc_zips": list(pack.nyc_zips),
    }
    with connection.cursor() as cursor:
        cursor.execute(CASES, accounts)
        cases = [dict(zip(CASE, case, strict=True)) for case in cursor.fetchall()]
    made = insert_from(
        ValidationNotice,
        ("account_id", "person_id", "entity_id", "currency", "status", "reason"),
        NOTICES,
        {**accounts, "answers": dumps([_answered(case) for case in cases]).decode()},
        returning=("id", "status"),
        recorded_at=clock.now(),
    )
    return [key for key, status in made if status == Status.PENDING]


def _answered(case: dict[str, Any]) -> dict[str, Any]:
    owed = requirement(
        role=case["collector_role"],
        purpose=case["purpose"],
        natural_person=case["natural_person"],
        in_default_when_placed=case["in_default_when_placed"],
        balance=case["balance"],
        places=set(case["places"]),
    )
    return {**case, "status": Status.PENDING if owed.required else Status.NOT_REQUIRED, "reason": owed.reason}
