"""A person reads an e-mail, and sometimes does something about it: pays, stops, disputes, replies, complains.

Only addresses under the product's own base URL are ever fetched: nothing simulated reaches a real site.
"""

import html
import json
import random
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
from yarl import URL

from simulator import delivery
from simulator.people import directory, forms
from simulator.people.directory import Person
from simulator.people.utterances import TELLS, UTTERANCES
from simulator.store import Row
from simulator.world import Workspace, World

LINK_WORDS = {
    "stop": re.compile(r"stop|unsubscribe|opt.?out", re.IGNORECASE),
    "dispute": re.compile(r"dispute|respond|response|tell us|not (my|your) debt|something is wrong", re.IGNORECASE),
}
BARE_URL = re.compile(r"https?://[^\s<>\"')\]]+")
MOST_PAGES = 4


async def read(world: World, workspace: Workspace, data: dict[str, Any]) -> None:
    """The act ``read_mail``."""
    row = delivery.find(world, workspace, data["message"])
    if row is None:
        return
    person = directory.get(world, workspace, row["person"])
    if person is None:
        return
    habits = directory.mail_habits(person, row["recipient"])
    chance = random.Random(f"{workspace.config.seed}|mail|{person.ref}|{_nth(world, row)}")
    if chance.random() >= habits.opens:
        return
    await delivery.opened(world, workspace, row)
    if chance.random() >= habits.chance:
        return
    match habits.does:
        case "pay":
            _pay_later(world, workspace, person, row, chance)
        case "stop" if not directory.has_told(world, workspace, person.ref, "stop", "stop_email"):
            await _stop(world, workspace, person, row, chance)
        case "unsubscribe":
            directory.tell(world, workspace, person.ref, "stop_email", "email", workspace.now())
            await delivery.unsubscribe(world, workspace, row)
        case "dispute" if not directory.has_told(world, workspace, person.ref, "dispute"):
            if await _use_page(world, workspace, person, row, "dispute"):
                directory.tell(world, workspace, person.ref, "dispute", "web", workspace.now())
        case "reply":
            await _reply(world, workspace, person, row, habits.says, chance)
        case "complain":
            directory.tell(world, workspace, person.ref, "stop_email", "email", workspace.now())
            await delivery.complain(world, workspace, row)


def links(body: dict[str, Any]) -> list[tuple[str, str]]:
    """The addresses in a mail with the words they stand under; of a text, with the line they stand in."""
    found = forms.read(str(body.get("HtmlBody") or "")).links
    text = str(body.get("TextBody") or "")
    previous = ""
    for line in text.splitlines():
        found += [(html.unescape(url).rstrip(".,;"), f"{previous} {line}") for url in BARE_URL.findall(line)]
        previous = line if line.strip() else ""
    return found


def choose_link(body: dict[str, Any], want: str, usable: Callable[[str], bool]) -> str | None:
    """The address that speaks of what is wanted: by itself, else by the words around it."""
    offered = [(url, words) for url, words in links(body) if usable(url)]
    if want != "stop":
        offered = [(url, words) for url, words in offered if not LINK_WORDS["stop"].search(url)]
    by_address = [url for url, _ in offered if LINK_WORDS[want].search(urlsplit(url).path)]
    by_words = [url for url, words in offered if LINK_WORDS[want].search(words)]
    return next(iter(by_address + by_words), None)


def one_click_address(body: dict[str, Any]) -> str | None:
    """The https address of List-Unsubscribe where one-click is offered (RFC 8058)."""
    headers = {one["Name"].lower(): one["Value"] for one in body.get("Headers") or []}
    if "list-unsubscribe-post" not in headers:
        return None
    found = re.search(r"<(https?://[^>]+)>", headers.get("list-unsubscribe", ""))
    return found.group(1) if found else None


def _pay_later(world: World, workspace: Workspace, person: Person, row: Row, chance: random.Random) -> None:
    account = next((one for one in person.accounts if one.balance > 0), None)
    if account is None:
        return
    amount = account.balance if chance.random() < 0.6 else min(account.balance, Decimal(100))
    world.schedule(
        workspace,
        "pay",
        workspace.after(chance.choice((900.0, 3600.0, 86_400.0))),
        subject=person.ref,
        person=person.ref,
        account=account.id,
        amount=str(amount),
        key=f"mail-{row['n']}",
    )


async def _stop(world: World, workspace: Workspace, person: Person, row: Row, chance: random.Random) -> None:
    """By the mail program's unsubscribe button, or by the page behind the link."""
    one_click = one_click_address(json.loads(row["body"]))
    if one_click and chance.random() < 0.5:
        form = [("List-Unsubscribe", "One-Click")]
        async with _browser() as browser:
            status, _, _ = await _visit(world, workspace, person, browser, "stop", "POST", one_click, form)
        if _good(status):
            directory.tell(world, workspace, person.ref, "stop_email", "email", workspace.now())
            return
    if await _use_page(world, workspace, person, row, "stop"):
        directory.tell(world, workspace, person.ref, "stop", "web", workspace.now())


async def _use_page(world: World, workspace: Workspace, person: Person, row: Row, want: str) -> bool:
    """Follow the link that speaks of what is wanted, fill in the form behind it, until no form is left to send."""
    address = choose_link(json.loads(row["body"]), want, lambda url: _is_ours(workspace, url))
    if address is None:
        return False
    await delivery.clicked(world, workspace, row, address)
    reason = _reason(workspace, person) if want == "dispute" else None
    async with _browser() as browser:
        status, where, page = await _visit(world, workspace, person, browser, want, "GET", address)
        sent = False
        for _ in range(MOST_PAGES):
            form = forms.choose(forms.read(page), want) if _good(status) else None
            if form is None or (sent and "confirm" not in form.text.lower()):
                break
            values = forms.fill(form, want, reason)
            target = urljoin(where, form.action) if form.action else where
            status, where, page = await _visit(world, workspace, person, browser, want, "POST", target, values)
            sent = _good(status)
        return sent


async def _reply(
    world: World, workspace: Workspace, person: Person, row: Row, line: str, chance: random.Random
) -> None:
    wording = chance.choice(UTTERANCES[line]).format(
        first=person.first_name or "I",
        last=person.last_name,
        name=person.name,
        amount="something",
        on="soon",
        On="Soon",
        When="Soon",
        spouse="wife",
        last4=person.last4,
        zip=person.zip,
        dob="",
    )
    if line in TELLS:
        directory.tell(world, workspace, person.ref, TELLS[line], "email", workspace.now())
    await delivery.reply(world, workspace, row, wording)


def _browser() -> aiohttp.ClientSession:
    # unsafe: the product of a sandbox is often reached by its IP address
    return aiohttp.ClientSession(
        cookie_jar=aiohttp.CookieJar(unsafe=True), timeout=aiohttp.ClientTimeout(total=15), trust_env=False
    )


async def _visit(
    world: World,
    workspace: Workspace,
    person: Person,
    browser: aiohttp.ClientSession,
    what: str,
    method: str,
    url: str,
    values: list[tuple[str, str]] | None = None,
) -> tuple[int | None, str, str]:
    """One page: status, where it ended, its text. Redirects that leave the product are not followed."""
    if not _is_ours(workspace, url):
        return None, url, ""
    origin = _origin(url)
    headers = {"Referer": url, "Origin": origin, "User-Agent": "Mozilla/5.0 (simulated person)"}
    error = None
    status: int | None = None
    where, text = url, ""
    try:
        async with browser.request(
            method, URL(url, encoded=True), data=values, headers=headers, max_redirects=4
        ) as response:
            status, where, text = response.status, str(response.url), await response.text()
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as problem:
        error = type(problem).__name__
    world.store.insert(
        "requests",
        sid=workspace.sid,
        person=person.ref,
        what=what,
        method=method,
        url=url,
        at=workspace.now(),
        status=status,
        error=error,
    )
    return status, where, text


def _reason(workspace: Workspace, person: Person) -> forms.Reason:
    """Why this person disputes: always the same."""
    return random.Random(f"{workspace.config.seed}|disputes|{person.ref}").choice(forms.REASONS)


def _is_ours(workspace: Workspace, url: str) -> bool:
    base = str(workspace.config.product.get("base_url", ""))
    return bool(base) and _origin(url) == _origin(base)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _good(status: int | None) -> bool:
    return status is not None and 200 <= status < 300


def _nth(world: World, row: Row) -> int:
    sql = "SELECT count(*) AS n FROM messages WHERE sid = ? AND recipient = ? AND n <= ?"
    found = world.store.one(sql, row["sid"], row["recipient"], row["n"])
    return found["n"] if found else 0
