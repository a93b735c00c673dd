"""The templates that come with the product: the files of templates/emails, with what the files don't say."""

import functools
import hashlib
from dataclasses import dataclass
from pathlib import Path

from messaging.liquid import Source

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "emails"


@dataclass(frozen=True)
class Shipped:
    """`declared`: the values that a caller brings. `purpose`: what the gate is asked for (gate-facts, purposes)."""

    key: str
    name: str
    purpose: str
    declared: tuple[str, ...] = ()

    @property
    def source(self) -> Source:
        return _source(self.key)

    @property
    def version(self) -> str:
        """Twelve digits of the hash of its words: another word, another version."""
        return version_of(self.source)


SHIPPED = {
    template.key: template
    for template in (
        Shipped("first_reminder", "First reminder", "collect"),
        Shipped("follow_up", "Follow-up", "collect"),
        Shipped("promise_confirmation", "Promise confirmation", "reminder", ("promise_amount", "promise_due_on")),
        Shipped("promise_reminder", "Promise reminder", "reminder", ("promise_amount", "promise_due_on")),
        Shipped("payment_received", "Payment received", "servicing", ("payment_amount", "payment_date")),
    )
}


def version_of(source: Source) -> str:
    """The version of a template with these words."""
    return hashlib.sha256("\0".join(source.parts().values()).encode()).hexdigest()[:12]


@functools.cache
def _source(key: str) -> Source:
    return Source(
        subject=(FOLDER / f"{key}.subject.txt").read_text().strip(),
        text=(FOLDER / f"{key}.txt").read_text(),
        html=(FOLDER / f"{key}.html").read_text(),
    )
