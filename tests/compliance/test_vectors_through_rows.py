"""The gate's vectors a second time: their facts recorded as rows by the services, their question asked of /check.

What `/check` adds to the pure gate is here: as-of loading, ids, which rows are read. The same vectors on bare sheets
are in test_gate_vectors.py.
"""

from __future__ import annotations

import pytest

from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from tests.compliance.conftest import Api, freeze
from tests.compliance.gate_data import VECTORS, at_of, facts_of
from tests.compliance.rows import body_of, record_sheet

# Rules that are not built yet answer RULE_PENDING where they could speak; test_gate_vectors.py shows that they do.
PENDING = {name for name in VECTORS if name.startswith(("ST-", "CR-"))}
ASKED = sorted(VECTORS.keys() - PENDING)


@pytest.mark.parametrize("vector_id", ASKED)
def test_check_answers_a_vector_from_rows(vector_id: str, sandbox: Workspace, api: Api) -> None:
    vector = VECTORS[vector_id]
    freeze(sandbox, at_of(vector_id))
    with bind(sandbox) as bound:
        world = record_sheet(bound, facts_of(vector_id), at_of(vector_id))

    answer = api.check(body_of(world, vector["intent"]))

    expected = vector["expect"]
    codes = {reason["code"] for reason in answer["reasons"]}
    assert (answer["outcome"], codes) == (expected["outcome"], codes | set(expected.get("codes_include", ())))
    assert not codes & set(expected.get("codes_exclude", ()))
    if "next_allowed_at" in expected:
        assert answer["next_allowed_at"] == expected["next_allowed_at"]
    obligations = {told(world.names, each) for each in expected.get("obligations_include", ())}
    assert obligations <= set(answer["obligations"])
    assert not set(expected.get("obligations_exclude", ())) & set(answer["obligations"])
    relied_on = {world.names[each] for each in expected.get("relied_on_include", ())}
    assert relied_on <= set(answer["relied_on"])
    severities = {(reason["code"], reason["severity"]) for reason in answer["reasons"]}
    assert expected.get("severities", {}).items() <= severities


def told(names: dict[str, str], obligation: str) -> str:
    """An obligation that names a debt of the sheet, with the account's public id instead."""
    kind, *rest = obligation.split(":")
    return ":".join([kind, *(names.get(each, each) for each in rest)])
