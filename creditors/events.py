"""What this room records. People's events are in the live workspace's chain, a key's in its own workspace's."""

from audit.registry import event_type

MEMBER_ADDED = event_type("member.added", "A person was given a role.", public=False)
KEY_MINTED = event_type("key.minted", "An API key was made.", public=False)
KEY_REVOKED = event_type("key.revoked", "An API key was revoked.", public=False)
ENTITY_CREATED = event_type("entity.created", "An operating entity was added.", public=False)
AUTHORIZATION_RECORDED = event_type(
    "authorization.recorded", "An entity's authorization at a place was recorded, corrected or ended.", public=False
)
