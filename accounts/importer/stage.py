"""Writing many debts at once: one temporary table filled by COPY, then one INSERT … SELECT a table.

COPY straight into a table with row-level security is refused by PostgreSQL; a temporary table has none. Ids are made by
the client, so nothing is read back. The same statements place one account or five thousand.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

COLUMNS = {
    "new_person": "boolean", "person": "uuid", "entity": "uuid",
    "kind": "text", "first_name": "text", "middle_name": "text",
    "last_name": "text", "suffix": "text", "company_name": "text", "name_norm": "text", "sort_name": "text",
    "email": "text", "domain_public": "boolean", "state": "text", "zip": "text", "date_of_birth": "text",
    "last4": "text", "last4_index": "bytea", "language": "text", "review": "text",
    "phone": "text", "phone_type": "text", "phone_state": "text", "phone_zones": "text[]",
    "address": "text", "address_norm": "text", "address_state": "text", "address_zones": "text[]", "street": "text",
    "city": "text", "postal_code": "text", "country": "text", "military": "boolean",
    "account": "uuid", "reference": "text", "content_hash": "bytea", "original_creditor": "text",
    "current_creditor": "text", "account_type": "text", "phase": "text", "role": "text", "purpose": "text",
    "obligor": "text", "in_default": "boolean", "currency": "text", "balance": "numeric", "original": "numeric",
    "principal_told": "numeric", "interest_told": "numeric", "fees_told": "numeric", "payments_told": "numeric",
    "balance_told": "numeric", "itemization_kind": "text", "itemization_date": "date", "dpd": "integer",
    "dpd_as_of": "date", "charge_off_date": "date", "first_delinquency_on": "date", "time_barred_on": "date",
    "entered_on": "date", "last_payment_date": "date", "last_payment_amount": "numeric", "minimum_payment": "numeric",
    "placement_date": "date", "frequency_group": "text", "row_number": "integer", "tag": "text",
    "entry": "uuid", "principal": "numeric", "interest": "numeric", "fees": "numeric",
}  # fmt: skip

# Emptied by the commit: a temporary table has no policy, and its connection goes back to the pool.
CREATE = (
    f"CREATE TEMP TABLE IF NOT EXISTS accounts_stage ({', '.join(f'{n} {t}' for n, t in COLUMNS.items())}) "
    "ON COMMIT DELETE ROWS"
)
COPY = f"COPY accounts_stage ({', '.join(COLUMNS)}) FROM STDIN"

PEOPLE = """
INSERT INTO accounts_person (id, workspace_id, kind, first_name, middle_name, last_name, suffix, company_name,
  name_norm, sort_name, email_norm, state, zip, date_of_birth, last4_ssn, last4_index, language, review_reason, created_at)
SELECT person, %(workspace)s, kind, first_name, middle_name, last_name, suffix, company_name, name_norm, sort_name,
  email, state, zip, date_of_birth, last4, last4_index, language, review, %(now)s FROM accounts_stage WHERE new_person
"""
MOVED = """
UPDATE accounts_person p SET state = s.state, zip = s.zip FROM accounts_stage s
WHERE p.workspace_id = %(workspace)s AND p.id = s.person AND NOT s.new_person AND s.state <> ''
  AND (p.state, p.zip) IS DISTINCT FROM (s.state, s.zip)
"""
_ENDPOINTS = """
INSERT INTO accounts_endpoint (workspace_id, person_id, kind, value, value_norm, source, place, number_type, state,
  zones, address_type, street, city, zip, postal_code, country, military, domain_public, created_at)
SELECT %(workspace)s, person, 'phone', phone, phone, 'creditor_provided', 'none', phone_type, phone_state, phone_zones,
  '', '', '', '', '', 'US', false, false, %(now)s::timestamptz FROM accounts_stage WHERE {whose} AND phone <> ''
UNION ALL
SELECT %(workspace)s, person, 'email', email, email, 'creditor_provided', 'none', 'unknown', NULL, NULL,
  '', '', '', '', '', 'US', false, domain_public, %(now)s::timestamptz FROM accounts_stage WHERE {whose} AND email <> ''
UNION ALL
SELECT %(workspace)s, person, 'address', address, address_norm, 'creditor_provided', 'home', 'unknown', address_state,
  address_zones, 'residence', street, city, zip, postal_code, country, military, false, %(now)s::timestamptz
FROM accounts_stage WHERE {whose} AND address <> ''
"""
# A new person has no endpoint yet, and looking for a conflict at each costs.
FIRST_ENDPOINTS = _ENDPOINTS.format(whose="new_person")
MORE_ENDPOINTS = _ENDPOINTS.format(whose="NOT new_person") + (
    "ON CONFLICT (workspace_id, person_id, kind, value_norm) DO NOTHING"
)
ACCOUNTS = """
INSERT INTO accounts_account (id, workspace_id, person_id, entity_id, creditor_reference, content_hash,
  original_creditor, current_creditor, account_type, phase, collector_role, status, purpose, obligor, in_default_when_placed, currency,
  current_balance, original_balance, principal_balance, interest_since, fees_since, payments_since, itemized_balance,
  itemization_date_kind, itemization_date, dpd, dpd_as_of, charge_off_date, first_delinquency_on, time_barred_on,
  entered_on, last_payment_date, last_payment_amount, minimum_payment, placement_date, frequency_group, placement_id,
  placement_row, tag, created_at, updated_at)
SELECT account, %(workspace)s, person, entity, reference, content_hash, original_creditor,
  coalesce(nullif(current_creditor, ''), %(creditor)s),
  account_type, phase, role, 'placed', purpose, obligor, in_default, currency, balance, original, principal_told, interest_told,
  fees_told, payments_told, balance_told, itemization_kind, itemization_date, dpd, dpd_as_of, charge_off_date,
  first_delinquency_on, time_barred_on, entered_on, last_payment_date, last_payment_amount, minimum_payment,
  placement_date, frequency_group, %(placement)s, row_number, tag, %(now)s, %(wall)s FROM accounts_stage
"""
ENTRIES = """
INSERT INTO accounts_entry (id, workspace_id, account_id, kind, effective_on, posted_at, reason, reference)
SELECT entry, %(workspace)s, account, 'placement', placement_date, %(now)s, '', reference FROM accounts_stage
"""
LINES = """
INSERT INTO accounts_line (workspace_id, entry_id, gl, amount, currency)
SELECT %(workspace)s, entry, side.gl, side.amount, currency
FROM accounts_stage CROSS JOIN LATERAL (VALUES ('claim.principal', principal), ('claim.interest', interest),
  ('claim.fees', fees), ('equity.opening', -balance)) side (gl, amount) WHERE side.amount <> 0
"""
BALANCES = """
INSERT INTO accounts_balance
  (id, workspace_id, currency, principal, interest, fees, penalties, costs, unapplied, version)
SELECT account, %(workspace)s, currency, principal, interest, fees, 0, 0, 0, 1 FROM accounts_stage
"""


def write(rows: Iterable[Sequence[Any]], **constants: Any) -> None:
    """Insert staged rows, each in the order of ``COLUMNS``. ``constants``: workspace, placement, creditor, now, wall."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL client_min_messages = warning")
        cursor.execute(CREATE)
        cursor.execute("TRUNCATE accounts_stage")
        with cursor.copy(COPY) as copy:
            for row in rows:
                copy.write_row(row)
        for statement in (PEOPLE, MOVED, FIRST_ENDPOINTS, MORE_ENDPOINTS, ACCOUNTS, ENTRIES, LINES, BALANCES):
            cursor.execute(statement, constants)


def lock(workspace_id: Any) -> None:
    """One placing at a time in a workspace: who is known already must not change between the look and the insert."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('placing:' || %s::text, 0))", [str(workspace_id)])
