"""The sheet's ids are UUIDs; what the gate says of them is told in public ids."""

import re
from dataclasses import replace
from functools import cached_property
from typing import Any
from uuid import UUID

from compliance.rules import Decision
from credira.core.ids import public_id

UUID_LENGTH = 36
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Naming:
    """The prefixes of the ids of one sheet."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self._facts = facts

    def told(self, decision: Decision) -> Decision:
        """The decision with public ids in reasons, obligations and evidence."""
        return replace(
            decision,
            reasons=tuple(
                replace(reason, code=self.text(reason.code), message=self.text(reason.message))
                for reason in decision.reasons
            ),
            obligations=tuple(self.text(each) for each in decision.obligations),
            relied_on=tuple(self.text(each) for each in decision.relied_on),
        )

    def text(self, text: str) -> str:
        """Every known UUID in ``text`` by its public id."""
        return _UUID.sub(self._public, text) if len(text) >= UUID_LENGTH else text

    def _public(self, match: re.Match[str]) -> str:
        prefix = self._prefixes.get(match.group())
        return public_id(prefix, UUID(match.group())) if prefix else match.group()

    @cached_property
    def _prefixes(self) -> dict[str, str]:
        facts = self._facts
        windows = (each["consent_id"] for each in facts["windows"] if each.get("consent_id"))
        bases = (basis for each in facts["endpoints"] for basis in each.get("bases", ()))
        return {
            **dict.fromkeys(windows, "win"),
            **{each["id"]: "acct" for each in facts["debts"]},
            **{each["id"]: "ep" for each in facts["endpoints"]},
            **{each["id"]: "cons" for each in facts["persons"]},
            **{basis["evidence_id"]: "ebs" for basis in bases},
            **{each["id"]: "cst" for each in facts["consents"]},
        }
