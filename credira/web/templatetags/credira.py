"""The portal's own template tags, built into every template (settings list this module under `builtins`).

They draw with classes and presentation attributes only: the content security policy allows no inline style or script.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from django import forms, template
from django.template.context import Context
from django.template.loader import get_template, render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from audit.registry import find_event_type
from credira.core import clock, formats
from credira.core.context import request_id
from credira.core.ids import public_id
from credira.web import charts, statuses

register = template.Library()

ICON_NAME = re.compile(r"[a-z0-9-]+")
MESSAGE_KINDS = {"success": "ok", "warning": "wait", "error": "stop", "info": "note", "debug": "note"}
MESSAGE_ICONS = {"ok": "circle-check", "wait": "alert-triangle", "stop": "circle-x", "note": "info-circle"}
THEMES = ("light", "dark")


# Shell


@register.simple_tag(takes_context=True)
def theme_attributes(context: Context) -> SafeString:
    """Attributes of <html>: the theme of the visitor's cookie, else the system's, which js/theme.js then applies."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "") if request else ""
    if chosen in THEMES:
        return format_html('data-bs-theme="{}"', chosen)
    return mark_safe('data-bs-theme="light" data-theme="system"')


@register.simple_tag
def request_reference() -> str | SafeString:
    """A line with the request's id, for pages that somebody may have to report."""
    reference = request_id()
    return format_html('Request <span class="c-code">{}</span>', reference) if reference else ""


@register.simple_tag
def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """The outline icon templates/icons/<name>.svg; hidden from screen readers unless it has a label."""
    svg = _drawing(name)
    if css:
        svg = svg.replace('class="icon"', f'class="icon {format_html("{}", css)}"', 1)
    if label:
        svg = svg.replace('aria-hidden="true"', format_html('role="img" aria-label="{}"', label), 1)
    return mark_safe(svg)  # noqa: S308 -- our own file


@lru_cache
def _drawing(name: str) -> str:
    if not ICON_NAME.fullmatch(name):
        raise template.TemplateSyntaxError(f"{name!r} is no icon name")
    return get_template(f"icons/{name}.svg").render().strip()


@register.filter
def message_kind(level: str) -> str:
    """The class of an alert for a message's level tag."""
    return MESSAGE_KINDS.get(level, "note")


@register.simple_tag
def message_icon(level: str) -> SafeString:
    """The icon of an alert for a message's level tag."""
    return icon(MESSAGE_ICONS[message_kind(level)])


# Words


@register.simple_tag
def badge(kind: str, text: str, plain: bool = False, live: bool = False) -> SafeString:
    """A status mark: kind ok, wait, stop, look, note or idle, and a word beside the colour."""
    extra = " plain" if plain else ""
    return format_html('<span class="c-st {}{}{}">{}</span>', kind, extra, " live" if live else "", text)


@register.simple_tag
def status(value: str, thing: str, text: str = "", plain: bool = False) -> SafeString:
    """The mark of a stored status: {% status call.status "call" %}; `text` replaces the word ("Promise Nov 27")."""
    kind, word = statuses.describe(thing, str(value))
    return badge(kind, text or word, plain=plain, live=str(value) in statuses.LIVE)


@register.simple_tag
def severity(level: str, citation: str = "", code: str = "", url: str = "") -> SafeString:
    """How binding a reason is (LAW, STATE, POLICY), its citation beside it, and its stable code where staff need it."""
    level = str(level).upper()
    source = format_html('<a href="{}">{}</a>', url, citation) if url else citation
    return format_html(
        '<span class="c-meta"><span class="c-sev {}">{}</span> <span class="c-cite">{}</span>{}</span>',
        level.lower(),
        level,
        source,
        format_html(' <span class="c-code c-3">{}</span>', code) if code else "",
    )


@register.filter
def initials(name: str) -> str:
    """Alice Moreno → AM."""
    return formats.initials(str(name))


@register.filter
def short_id(public_id: str) -> str:
    """acct_01m9x2k7e4… of a public id: enough to tell two apart in a list."""
    text = str(public_id)
    return f"{text[:16]}…" if len(text) > 17 else text


@register.filter
def as_public_id(value: UUID, prefix: str) -> str:
    """{{ event.account_id|as_public_id:"acct" }} → acct_01…"""
    return public_id(prefix, value)


@register.filter
def event_words(name: str) -> str:
    """The sentence that an event type was registered with: "A debt was placed."; the name where there is none."""
    known = find_event_type(name)
    return known.description if known else name


@register.filter
def of_this_debt(sentence: str) -> str:
    """A reason of the gate on the page of one account."""
    return formats.of_this_debt(sentence)


@register.filter
def contact_words(attempt: Any) -> str:
    """What came of a contact attempt: "Talked", "Voicemail", "E-mail sent"."""
    return statuses.contact_words(attempt.channel, attempt.connect_status)


# Numbers


@register.simple_tag(name="money")
def money_tag(amount: Decimal | None, currency: str = "USD", signed: bool = False, none: str = "not known") -> str:
    """$5,312.63: {% money account.current_balance account.currency %}; signed for itemizations."""
    return none if amount is None else formats.money(Decimal(amount), currency or "USD", signed=signed)


@register.filter(name="money")
def money_filter(amount: Decimal | None, currency: str = "USD") -> str:
    """The same as a filter, for attributes and sentences: {{ amount|money:account.currency }}."""
    return money_tag(amount, currency)


@register.filter
def thousands(number: int | None) -> str:
    """12480 → 12,480."""
    return "not known" if number is None else formats.thousands(number)


@register.filter
def percent_of(part: int | Decimal, base: int | Decimal) -> str:
    """{{ contacts|percent_of:attempts }} → 25.0%, or n/a."""
    return formats.percent(part, base)


@register.filter
def duration(span: Any) -> str:
    """108 → 1 min 48 s."""
    return "n/a" if span is None else formats.duration(span)


# Times


@register.simple_tag(takes_context=True)
def when(
    context: Context, value: datetime | date | None, style: str = "full", zone: str = "", none: str = "not known"
) -> str | SafeString:
    """A moment as <time>: in `zone` where it is given (the consumer's, for contacts), else in the reader's.

    Styles as in formats.moment_text. The exact value in UTC is the title. A plain date is a day and has no zone.
    """
    if not value:
        return none
    now = context.get("clock_now") or clock.wall()
    if not isinstance(value, datetime):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), formats.day(value, now.date()))
    reader = formats.zone_of(zone or _reader_zone(context))
    exact = value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = formats.moment_text(value, style, now, reader)
    return format_html('<time datetime="{}" title="{}">{}</time>', exact, exact, text)


def _reader_zone(context: Context) -> str:
    if named := context.get("zone"):
        return str(named)
    workspace = context.get("workspace")
    return str(workspace.creditor.time_zone) if workspace else ""


# Drawings


@register.simple_tag
def bar(
    parts: Sequence[charts.Part] | float,
    total: float | None = None,
    label: str = "",
    fill: str = "1",
    large: bool = False,
) -> SafeString:
    """A bar of charts.Part, or of one number of a total: {% bar row.balance total=sum label="14.5 percent" %}."""
    if isinstance(parts, int | float | Decimal):
        parts = [charts.Part(label, float(parts), fill)]
    return charts.bar(parts, None if total is None else float(total), label, large)


@register.simple_tag
def barkey(parts: Sequence[charts.Part], numbers: bool = True) -> SafeString:
    """The legend of a bar or of stacked days."""
    return charts.key(parts, numbers)


@register.simple_tag
def funnel(steps: Sequence[charts.Step]) -> SafeString:
    """Figures with the slope between them; wrap it in a card."""
    return charts.funnel(steps)


@register.simple_tag
def stackdays(days: Sequence[charts.Day], fills: Sequence[str], label: str) -> SafeString:
    """Stacked columns by day; `fills` is the list of the series' colours, the label a sentence."""
    return charts.stackdays(days, fills, label)


@register.simple_tag
def calendar(
    days: Sequence[date], rows: Sequence[charts.CalendarRow], label: str, first_hour: int = 6, last_hour: int = 24
) -> SafeString:
    """Open hours of the next days by channel, with planned contacts; the label says the same in a sentence."""
    return charts.calendar(days, rows, label, first_hour, last_hour)


# Forms


@register.simple_tag
def field(bound: forms.BoundField, **attributes: str) -> SafeString:
    """A form field as the portal shows it: label above, control, what is wrong, hint. Attributes go to the control."""
    widget = bound.field.widget
    is_check = isinstance(widget, forms.CheckboxInput)
    is_group = isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
    invalid = " is-invalid" if bound.errors else ""
    css = f"{_control_class(widget)} {widget.attrs.get('class', '')}".strip()
    widget.attrs |= {name.replace("_", "-"): value for name, value in attributes.items()} | {"class": css + invalid}
    context = {
        "field": bound,
        "control": "" if is_group else bound.as_widget(),
        "is_check": is_check,
        "is_group": is_group,
        "described": f"{bound.auto_id}_helptext" if bound.help_text else "",
    }
    return render_to_string("partials/field.html", context)


def _control_class(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


@register.inclusion_tag("partials/form_errors.html")
def form_errors(form: forms.BaseForm) -> dict[str, object]:
    """What is wrong with a form, on top of it, each with a link to its field."""
    return {"form": form}
