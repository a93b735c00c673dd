"""The one table of who may do what in the portal: a row an area, a column a role."""

from typing import Literal

Access = Literal["read", "write"]

OWNER, ADMIN, COLLECTOR, COMPLIANCE, READ_ONLY = "owner", "admin", "collector", "compliance", "read_only"
ROLES = (OWNER, ADMIN, COLLECTOR, COMPLIANCE, READ_ONLY)
ROLE_NAMES = {
    OWNER: "Owner",
    ADMIN: "Admin",
    COLLECTOR: "Collector",
    COMPLIANCE: "Compliance officer",
    READ_ONLY: "Read only",
}

# W may change, r may see, - may not open; in the order of ROLES.
TABLE = {
    "dashboard": "rrrrr",
    "accounts": "WWWWr",
    "campaigns": "WWrrr",
    "calls": "WWWrr",
    "emails": "WWWrr",
    "templates": "WWrWr",
    "payments": "WWWrr",
    "settlements": "WWWrr",
    "matrix": "WWrWr",
    "placements": "WWrrr",
    "compliance": "WrrWr",
    "rules": "WrrWr",
    "audit": "WW-Wr",
    "exports": "Wr-Wr",
    "recovery": "rrrrr",
    "keys": "WW---",
    "webhooks": "WW-rr",
    "requests": "WW-rr",
    "clock": "WW-rr",
    "settings": "WW-r-",
    "members": "WW-r-",
    "status": "rrrrr",
}


def allows(role: str, area: str, access: Access) -> bool:
    """Whether `role` may read or write `area`. An unknown role or area is a bug: KeyError, ValueError."""
    cell = TABLE[area][ROLES.index(role)]
    return cell == "W" or (cell == "r" and access == "read")


def roles_that_may(area: str, access: Access) -> list[str]:
    """The names of the roles that may, for a page that refuses: `["Owner", "Admin"]`."""
    return [ROLE_NAMES[role] for role in ROLES if allows(role, area, access)]
