"""The words that a contact must carry, and the proof that it does. Pure.

The gate says which obligations a contact has (MM-01, EOPT-01, state texts); here each becomes a line, and the rendered
mail is read back before it may leave. An obligation that has no line here refuses the mail: it is never skipped.
"""

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from messaging.errors import ContentRefused, ObligationUnsatisfied

MINI_MIRANDA = (
    "This is an attempt to collect a debt by a debt collector. Any information obtained will be used for that purpose."
)
FROM_DEBT_COLLECTOR = "This communication is from a debt collector."
OPT_OUT = "To stop e-mails to this address, open the link below, or reply with the word stop."
# Answered by the gate for whoever plans or calls; no mail's words depend on them.
NOT_OF_CONTENT = ("VALIDATION_NOTICE_DUE:", "ASK_COUNSEL_SCOPE:", "DISPUTE_FLAG:")
LIST_UNSUBSCRIBE = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


@dataclass(frozen=True)
class Words:
    """What the lines are made of. `state_texts`: approved by counsel, by obligation (`TIME_BARRED:CA`)."""

    stop_url: str
    state_texts: Mapping[str, str] = field(default_factory=dict)
    statement: str = ""


def lines(obligations: Iterable[str], words: Words) -> dict[str, str]:
    """The line for each obligation that is a matter of content, in a fixed order, the opt-out last.

    Raises ObligationUnsatisfied for one that a mail can't carry or whose text is missing.
    """
    found: dict[str, str] = {}
    for obligation in sorted(set(obligations), key=_order):
        if not obligation.startswith(NOT_OF_CONTENT):
            found[obligation] = _line(obligation, words)
    return found


def verify(
    found: Mapping[str, str],
    *,
    text: str,
    html_part: str,
    headers: Mapping[str, str],
    stop_url: str,
    respond_url: str = "",
) -> list[str]:
    """Read the finished mail back: every line stands in both parts, and so do the way out and the response form.

    Returns the obligations that are satisfied, sorted. Raises ObligationUnsatisfied for the first that isn't.
    """
    readable = _flat(visible(html_part))
    plain = _flat(text)
    for obligation, line in found.items():
        if _flat(line) not in plain or _flat(line) not in readable:
            raise ObligationUnsatisfied(f"The mail lacks the words for {obligation}.", obligation=obligation)
    if "E_OPT_OUT" in found:
        _verify_way_out(text=text, html_part=html_part, headers=headers, stop_url=stop_url)
    if not (respond_url in text and html.escape(respond_url) in html_part):
        raise ObligationUnsatisfied("The mail lacks the link of its response form.", obligation="RESPONSE_FORM")
    return sorted(found)


def refuse_false_role(role: str, text: str) -> None:
    """A creditor collecting in its own name may not call itself a debt collector (MM-01). Raises ContentRefused."""
    if role == "first_party" and "debt collector" in text.lower():
        raise ContentRefused("A first party may not say that it is a debt collector.", reason="CONTENT_FALSE_ROLE")


def _line(obligation: str, words: Words) -> str:
    if obligation == "MINI_MIRANDA_FULL":
        return words.statement or MINI_MIRANDA
    if obligation == "FROM_DEBT_COLLECTOR":
        return words.statement or FROM_DEBT_COLLECTOR
    if obligation == "E_OPT_OUT":
        return OPT_OUT
    if obligation.startswith("SAY_DISPUTED:"):
        return "You have disputed this debt."
    if obligation.startswith("DISPUTED_AMOUNT:"):
        return f"You have disputed ${obligation.rsplit(':', 1)[1]} of this debt. We do not ask for that part."
    text = words.state_texts.get(obligation, "")
    if text:
        return text
    raise ObligationUnsatisfied(f"No approved words exist for {obligation}.", obligation=obligation)


def _verify_way_out(*, text: str, html_part: str, headers: Mapping[str, str], stop_url: str) -> None:
    listed = f"<{stop_url}" in headers.get("List-Unsubscribe", "")
    one_click = headers.get("List-Unsubscribe-Post") == LIST_UNSUBSCRIBE["List-Unsubscribe-Post"]
    linked = stop_url in text and html.escape(stop_url) in html_part
    if not (listed and one_click and linked):
        raise ObligationUnsatisfied("The mail lacks its opt-out link or header.", obligation="E_OPT_OUT")


def _order(obligation: str) -> tuple[int, str]:
    return (obligation == "E_OPT_OUT", obligation)


def visible(markup: str) -> str:
    """The words of HTML as a reader sees them, without tags, styles and title."""
    return html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<(style|script|title)\b.*?</\1>", " ", markup, flags=re.S)))


def _flat(text: str) -> str:
    return " ".join(text.split())
