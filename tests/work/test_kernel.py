import pytest
from django.db import connection
from audit.registry import event_type
from audit.services import record
from credira.tenancy.models import Creditor, Workspace
from credira.tenancy.scope import across_workspaces, bind, bind_creditor
from credira.work.due import on_due, schedule
from credira.work import sweep
from credira.core import clock
SEEN = []
T = event_type("test.happened", "A test.", public=True)
@on_due("test.kind")
def handle(workspace, object_id):
    with bind(workspace) as w:
        SEEN.append((w.slug, object_id))

@pytest.mark.django_db(transaction=True)
def test_it():
    with across_workspaces():
        c = Creditor(name="A", slug="a"); c.save(force_insert=True)
        w = Workspace(creditor=c, slug="a-live", name="Live", livemode=True); w.save(force_insert=True)
    with bind(w) as b:
        e = record(b, T, data={"x": 1})
        schedule(b, "test.kind", e.id, clock.now())
    claims = sweep.claim()
    assert len(claims) == 1
    assert sweep.run(claims[0].workspace_id, claims[0].due_id, claims[0].fence)
    assert SEEN == [("a-live", e.id)]
    assert sweep.claim() == []
