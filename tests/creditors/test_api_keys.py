"""API keys: minted, found, ended."""

from credira.tenancy.scope import bind
from creditors import credentials, services
from creditors.models import ApiKey
from creditors.services import NewCreditor


def test_a_minted_key_is_found_by_its_text_and_stored_as_prefix_and_digest(acme: NewCreditor) -> None:
    with bind(acme.sandbox) as workspace:
        minted = services.mint_key(workspace=workspace, name="Sync", scopes=["accounts:read", "write:accounts"])

    found = credentials.find_credential(minted.token)

    assert minted.token.startswith("sk_test_")
    assert len(minted.token) == 46
    assert found is not None
    assert (found.id, found.workspace, found.plan, found.dialect) == (
        minted.key.id,
        acme.sandbox.id,
        "professional",
        "credira",
    )
    assert found.scopes == {"accounts:read", "accounts:write"}
    with bind(acme.sandbox):
        stored = ApiKey.objects.values_list("prefix", "digest").get()
    assert stored[0] == minted.token[:16]
    assert minted.token.encode() not in bytes(stored[1])
