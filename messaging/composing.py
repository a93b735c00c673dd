"""A mail made whole: the template's words, what the law adds, the way out, and the proof that all of it is there."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.template.loader import render_to_string

from accounts.models import Account, Endpoint, Person
from credira.core import json
from credira.providers.print.base import PostalAddress
from credira.tenancy.models import Workspace
from creditors.models import OperatingEntity
from messaging import obligations as duties
from messaging.errors import SenderIncomplete
from messaging.links import consumer_token, page_url
from messaging.liquid import Rendered
from messaging.selectors import approved_text
from messaging.wording import account_number, money_text, phone_text, product, reference

STATE_TEXTS = {"TIME_BARRED": "TIME_BARRED", "STATE_BLOCK": "BLOCK"}


@dataclass(frozen=True)
class Facts:
    """The rows that a message is about."""

    workspace: Workspace
    account: Account
    person: Person
    entity: OperatingEntity
    endpoint: Endpoint

    @property
    def collector(self) -> bool:
        return self.account.collector_role != "first_party"


@dataclass(frozen=True)
class Links:
    """The signed pages of one mail. Made once: a token carries its time, so that two calls give two addresses."""

    respond: str
    stop: str


@dataclass(frozen=True)
class Draft:
    """A finished mail or letter, not sent yet. `page` is the HTML that becomes a notice's PDF."""

    to_name: str
    to_address: str
    from_name: str
    from_address: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    satisfies: Sequence[str]
    content: Mapping[str, Any] = field(default_factory=dict)
    page: str = ""

    @property
    def sha256(self) -> str:
        """The hash of everything that the reader sees."""
        seen = [self.to_address, self.from_name, self.from_address, self.subject, self.text, self.html, self.page]
        return hashlib.sha256(json.dumps(seen)).hexdigest()


def links_of(facts: Facts) -> Links:
    token = consumer_token(facts.workspace, facts.person.id, facts.account.id, facts.endpoint.id)
    return Links(respond=page_url(token, "respond"), stop=page_url(token, "stop"))


def values_of(facts: Facts, links: Links, given: Mapping[str, Any]) -> dict[str, object]:
    """What a template may use: the known groups (messaging.liquid.SAMPLE), and what the caller declared."""
    account, person = facts.account, facts.person
    return {
        **given,
        "consumer": {"name": person.name, "first_name": person.first_name, "last_name": person.last_name},
        "account": {
            "reference": reference(account),
            "number": account_number(account),
            "balance": money_text(account.current_balance, account.currency),
            "product": product(account),
            "original_creditor": account.original_creditor,
            "current_creditor": account.current_creditor,
        },
        "sender": sender_of(facts.entity),
        "links": {"respond": links.respond, "stop": links.stop},
    }


def sender_of(entity: OperatingEntity) -> dict[str, str]:
    """Who writes, as every message must show it. Raises SenderIncomplete naming what the entity lacks."""
    needed = ("street", "city", "state", "postal_code", "phone", "email")
    missing = [name for name in needed if not getattr(entity, name)]
    if missing:
        raise SenderIncomplete(
            f"{entity.name} can't write yet.",
            details=[{"field": name, "message": f"Missing {name} of the operating entity."} for name in missing],
        )
    return {
        "name": entity.name,
        "phone": phone_text(entity.phone),
        "email": entity.email,
        "address": f"{entity.street}, {entity.city}, {entity.state} {entity.postal_code}",
    }


def compose(facts: Facts, links: Links, body: Rendered, obligations: Sequence[str], *, statement: str = "") -> Draft:
    """Put the body into its frame with every obligation's words, then read it back.

    Args:
        facts: To whom, about what, from whom.
        links: The pages that the mail offers.
        body: The rendered template, or a notice's words.
        obligations: What the gate asks of this contact.
        statement: The notice's own debt collector sentence, which stands for the mini-Miranda (VN-02).

    Raises:
        ObligationUnsatisfied: Words are missing for an obligation, or didn't arrive in the mail.
        ContentRefused: A first party calls itself a debt collector.
        SenderIncomplete: The operating entity lacks an address, phone or e-mail.
    """
    words = duties.Words(links.stop, state_texts(facts.workspace, obligations), statement)
    lines = duties.lines(obligations, words)
    shown = [line for line in lines.values() if line != statement]
    frame = {
        "subject": body.subject,
        "language": "en",
        "sandbox": not facts.workspace.livemode,
        "sender": sender_of(facts.entity),
        "reference": reference(facts.account),
        "lines": shown,
        "respond_url": links.respond,
        "stop_url": links.stop,
    }
    text = render_to_string("messaging/email.txt", {**frame, "body": body.text})
    html = render_to_string("messaging/email.html", {**frame, "body": body.html})
    headers = {"List-Unsubscribe": f"<{links.stop}>", **duties.LIST_UNSUBSCRIBE}
    satisfies = duties.verify(
        lines, text=text, html_part=html, headers=headers, stop_url=links.stop, respond_url=links.respond
    )
    duties.refuse_false_role(facts.account.collector_role, f"{body.subject} {text}")
    return Draft(
        to_name=facts.person.name,
        to_address=facts.endpoint.value,
        from_name=facts.entity.name,
        from_address=facts.entity.email,
        subject=body.subject,
        text=text,
        html=html,
        headers=headers,
        satisfies=satisfies,
        content=_content(satisfies, text),
    )


def compose_letter(facts: Facts, subject: str, page: str, obligations: Sequence[str], *, statement: str) -> Draft:
    """A letter whose page carries every obligation's words. Raises as `compose`."""
    sender_of(facts.entity)
    words = duties.Words("", state_texts(facts.workspace, obligations), statement)
    lines = duties.lines(obligations, words)
    satisfies = duties.verify(lines, text=duties.visible(page), html_part=page, headers={}, stop_url="")
    text = duties.visible(page)
    duties.refuse_false_role(facts.account.collector_role, text)
    address = postal_address(facts.person.name, facts.endpoint)
    return Draft(
        to_name=address.name,
        to_address=address.one_line,
        from_name=facts.entity.name,
        from_address=sender_of(facts.entity)["address"],
        subject=subject,
        text="",
        html="",
        headers={},
        satisfies=satisfies,
        content=_content(satisfies, text),
        page=page,
    )


def postal_address(name: str, endpoint: Endpoint) -> PostalAddress:
    """An address endpoint as an envelope shows it."""
    return PostalAddress(
        name=name,
        line1=endpoint.street,
        city=endpoint.city,
        state=endpoint.state or "",
        postal_code=endpoint.postal_code or endpoint.zip,
        country=endpoint.country,
    )


def state_texts(workspace: Workspace, obligations: Sequence[str]) -> dict[str, str]:
    """The approved texts that the obligations name, by obligation; empty where counsel approved none."""
    found = {}
    for obligation in obligations:
        kind, _, place = obligation.partition(":")
        if kind in STATE_TEXTS:
            found[obligation] = approved_text(workspace, STATE_TEXTS[kind], place)
    return found


def _content(satisfies: Sequence[str], text: str) -> dict[str, Any]:
    """What the gate is told of the finished words."""
    return {
        "satisfies": list(satisfies),
        "reveals_debt": True,
        "claims_debt_collector": "debt collector" in text.lower(),
    }
