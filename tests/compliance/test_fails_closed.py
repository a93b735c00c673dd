"""When the facts can't be read, nobody is contacted: no slot is taken, and what was reserved isn't sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError

from compliance import dispatch, gate
from compliance.models import ContactAttempt
from credira.providers.world import World
from credira.tenancy.models import Workspace
from credira.tenancy.roles import as_owner
from credira.tenancy.scope import bind
from tests.compliance.test_dispatch import a_call, a_mail, email, outside, read, reserved, simulator_url
from tests.compliance.test_reserve import call, world_at

__all__ = ["outside", "simulator_url"]  # fixtures
FACTS = ["accounts_endpoint", "compliance_consent", "compliance_optout", "compliance_hold", "compliance_contactattempt"]


@contextmanager
def unreadable(table: str) -> Iterator[None]:
    """Within the block PostgreSQL refuses to read one table of facts."""

    def run(sql: str) -> None:
        with as_owner() as owner, owner.cursor() as cursor:
            cursor.execute(sql)

    run(f"REVOKE SELECT ON {table} FROM credira_app")
    try:
        yield
    finally:
        run(f"GRANT SELECT ON {table} TO credira_app")


@pytest.mark.parametrize("table", FACTS)
def test_without_one_kind_of_facts_no_slot_is_taken(sandbox: Workspace, table: str) -> None:
    rows = world_at(sandbox)

    with unreadable(table), pytest.raises(DatabaseError, match=f"permission denied for table {table}"):
        reserved(sandbox, call(rows))

    with bind(sandbox) as bound:
        assert ContactAttempt.objects.count() == 0
        assert isinstance(gate.reserve(workspace=bound, intent=call(rows)), ContactAttempt), (
            "only the facts were missing"
        )


def test_what_was_reserved_is_not_sent_while_the_facts_cannot_be_read(sandbox: Workspace, outside: World) -> None:
    rows = world_at(sandbox)
    mail, phone = reserved(sandbox, email(rows)), reserved(sandbox, call(rows))

    with unreadable("compliance_optout"):
        with pytest.raises(DatabaseError, match="permission denied"):
            dispatch.send_email(sandbox, mail.id, a_mail(mail))
        with pytest.raises(DatabaseError, match="permission denied"):
            dispatch.place_call(sandbox, phone.id, a_call)

    assert {name: outside.ledger()["counts"][name] for name in ("calls", "messages")} == {"calls": 0, "messages": 0}
    for attempt in (mail, phone):
        found = read(sandbox, attempt.id)
        assert (found.status, found.fence, found.dispatched_at) == ("reserved", 0, None)


def test_once_they_can_be_read_again_it_goes_out(sandbox: Workspace, outside: World) -> None:
    rows = world_at(sandbox)
    mail = reserved(sandbox, email(rows))
    with unreadable("compliance_optout"), pytest.raises(DatabaseError, match="permission denied"):
        dispatch.send_email(sandbox, mail.id, a_mail(mail))

    dispatch.send_email(sandbox, mail.id, a_mail(mail))

    assert outside.ledger()["counts"]["messages"] == 1
