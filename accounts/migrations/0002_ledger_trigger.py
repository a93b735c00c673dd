"""The ledger's own law: an entry's lines come in one statement, at least two, and sum to zero by currency.

Counts are compared instead of NOT EXISTS: plpgsql caches the plan made for the first statement's size, and a plan for
two rows made twenty thousand quadratic. The app's role may not change what is posted (grants); the second trigger is
for a later careless grant. The owner is spared, so that tests can flush.
"""

from django.db import migrations

BALANCED = """
CREATE FUNCTION accounts_line_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
  SELECT * INTO bad FROM (
      SELECT entry_id, sum(n) AS n, bool_and(s = 0) AND sum(n) > 1 AS balanced
      FROM (SELECT entry_id, currency, count(*) AS n, sum(amount) AS s FROM added GROUP BY 1, 2) c GROUP BY 1) a
    WHERE NOT balanced OR n <> (SELECT count(*) FROM accounts_line l WHERE l.entry_id = a.entry_id) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'ledger entry % %', bad.entry_id,
        CASE WHEN bad.balanced THEN 'already has its lines' ELSE 'is not balanced' END
      USING ERRCODE = 'check_violation', TABLE = 'accounts_line',
        CONSTRAINT = CASE WHEN bad.balanced THEN 'line_once' ELSE 'line_balanced' END;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER line_balanced AFTER INSERT ON accounts_line REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION accounts_line_balanced();
CREATE FUNCTION accounts_ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_entry FOR EACH STATEMENT
  WHEN (current_user <> 'credira_owner') EXECUTE FUNCTION accounts_ledger_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_line FOR EACH STATEMENT
  WHEN (current_user <> 'credira_owner') EXECUTE FUNCTION accounts_ledger_append_only();
"""
REVERSE = """
DROP TRIGGER append_only ON accounts_line;
DROP TRIGGER append_only ON accounts_entry;
DROP TRIGGER line_balanced ON accounts_line;
DROP FUNCTION accounts_ledger_append_only();
DROP FUNCTION accounts_line_balanced();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunSQL(BALANCED, REVERSE)]
