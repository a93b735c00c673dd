"""Bars, funnels, stacked days and calendars as SVG: sized by presentation attributes and coloured by classes alone,
so that they pass a strict content security policy, print, and work without script. Each takes numbers and gives markup.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from credira.core.formats import thousands

# What is planned is hatched; the pattern is drawn once a page (partials/hatch.html, which portal.html includes).
STEPS = (1, 2, 3, 4, 5, 6, 8)


@dataclass(frozen=True)
class Part:
    """One segment of a bar. `fill`: ok, wait, stop, look, base, hatch, 1 to 5, or a1 to a4."""

    label: str
    value: float
    fill: str = "1"
    url: str = ""


@dataclass(frozen=True)
class Step:
    """One step of a funnel: `shown` is its figure where that isn't simply the value, `note` the line below it."""

    label: str
    value: int
    note: str = ""
    url: str = ""
    shown: str = ""


@dataclass(frozen=True)
class Day:
    """One column of stacked days: values in the order of the series, and what is planned on top (hatched)."""

    label: str
    values: Sequence[int]
    planned: int = 0


@dataclass(frozen=True)
class CalendarRow:
    """One channel: for each day its open spans (start, end) in hours of the day, and the planned (day index, hour)."""

    label: str
    open: Sequence[Sequence[tuple[float, float]]]
    planned: Sequence[tuple[int, float]] = ()


def bar(parts: Sequence[Part], total: float | None = None, label: str = "", large: bool = False) -> SafeString:
    """One horizontal bar of the parts, of `total` (their sum when None). The label is read instead of the drawing."""
    whole = total if total is not None else sum(part.value for part in parts)
    rects, x = ['<rect class="fbase" width="100" height="8"/>'], 0.0
    for part in parts:
        width = 100 * part.value / whole if whole else 0.0
        if width:
            rects.append(f'<rect class="f{escape(part.fill)}" x="{x:.2f}" y="0" width="{width:.2f}" height="8"/>')
        x += width
    spoken = label or ", ".join(f"{thousands_of(part.value)} {part.label.lower()}" for part in parts)
    return format_html(
        '<svg class="c-bar{}" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        " c-bar-lg" if large else "",
        spoken,
        mark_safe("".join(rects)),  # noqa: S308 -- built above from numbers and an escaped class
    )


def key(parts: Sequence[Part], numbers: bool = True) -> SafeString:
    """The legend of a bar or chart: a swatch, the label, and its number."""
    entries = [
        format_html(
            '<span><svg viewBox="0 0 14 8" aria-hidden="true"><rect class="f{}" width="14" height="8" rx="2"/></svg>'
            "{}{}</span>",
            part.fill,
            part.label,
            format_html(' <b class="c-b c-tnum">{}</b>', thousands_of(part.value)) if numbers else "",
        )
        for part in parts
    ]
    return format_html('<span class="c-key">{}</span>', mark_safe("".join(entries)))  # noqa: S308 -- each was escaped


def thousands_of(value: float) -> str:
    """A count with separators; a fraction with one decimal."""
    return thousands(int(value)) if value == int(value) else f"{value:,.1f}"


def funnel(steps: Sequence[Step]) -> SafeString:
    """A row of figures with the slope from each to the next below them."""
    top = max((step.value for step in steps), default=0) or 1
    heights = [60 * step.value / top for step in steps]
    cells = []
    for index, step in enumerate(steps):
        left = 64 - heights[index]
        right = 64 - (heights[index + 1] if index + 1 < len(steps) else heights[index] * 0.9)
        cells.append(
            format_html(
                '<{} class="c-funnel-step"{}><span class="c-fig-l">{}</span><span class="c-fig-v">{}</span>'
                '<span class="c-fig-s">{}</span>'
                '<svg viewBox="0 0 100 64" preserveAspectRatio="none" aria-hidden="true">'
                '<path class="fa2" d="M0 {}L100 {}V64H0Z"/></svg></{}>',
                "a" if step.url else "div",
                format_html(' href="{}"', step.url) if step.url else "",
                step.label,
                step.shown or thousands(step.value),
                step.note,
                f"{left:.1f}",
                f"{right:.1f}",
                "a" if step.url else "div",
            )
        )
    return format_html('<div class="c-funnel">{}</div>', mark_safe("".join(cells)))  # noqa: S308 -- each was escaped


def ceiling(value: float) -> int:
    """The least top of an axis that holds `value` and whose four grid lines are round numbers: 212 → 240."""
    power = 1
    while True:
        for step in STEPS:
            if 4 * step * power >= value:
                return 4 * step * power
        power *= 10


def stackdays(days: Sequence[Day], fills: Sequence[str], label: str) -> SafeString:
    """Columns of days, stacked by series from the bottom up; `fills` names each series' colour."""
    width, height, left, bottom = 640, 190, 34, 166
    top = ceiling(max((sum(day.values) + day.planned for day in days), default=0))
    pitch = (width - left) / max(len(days), 1)
    shapes = [f'<line class="axis" x1="{left}" x2="{width}" y1="{bottom}" y2="{bottom}"/>']
    for tick in range(5):
        y = bottom - 156 * tick / 4
        if tick:
            shapes.append(f'<line class="grid" x1="{left}" x2="{width}" y1="{y:.1f}" y2="{y:.1f}"/>')
        shapes.append(f'<text x="{left - 7}" y="{y + 4:.1f}" text-anchor="end">{thousands(top * tick // 4)}</text>')
    every = max(1, round(len(days) / 20))
    for index, day in enumerate(days):
        column, y = min(pitch * 0.6, 36.0), float(bottom)
        x = left + pitch * index + (pitch - column) / 2
        for value, fill in [*zip(day.values, fills, strict=True), (day.planned, "hatch")]:
            if value:
                tall = 156 * value / top
                y -= tall
                shapes.append(
                    f'<rect class="f{escape(fill)}" x="{x:.1f}" y="{y:.1f}" width="{column:.1f}" '
                    f'height="{max(tall - 1, 0.5):.1f}" rx="1.5"/>'
                )
        if index % every == 0:
            shapes.append(
                f'<text x="{x + column / 2:.1f}" y="{bottom + 16}" text-anchor="middle">{escape(day.label)}</text>'
            )
    return format_html(
        '<svg class="c-chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        width,
        height,
        label,
        mark_safe("".join(shapes)),  # noqa: S308 -- numbers and escaped labels
    )


def calendar(
    days: Sequence[date], rows: Sequence[CalendarRow], label: str, first_hour: int = 6, last_hour: int = 24
) -> SafeString:
    """A strip of days with each channel's open hours filled in and planned contacts as circles; day 0 is today."""
    left, pitch, width, hours = 68.0, 532 / max(len(days), 1), 532 / max(len(days), 1) - 4, last_hour - first_hour
    shapes = []
    for index, day in enumerate(days):
        x, today = left + pitch * index + width / 2, ' class="today"' if index == 0 else ""
        shapes.append(f'<text x="{x:.1f}" y="12" text-anchor="middle"{today}>{day:%a}</text>')
        shapes.append(f'<text x="{x:.1f}" y="27" text-anchor="middle"{today}>{day.day}</text>')
    for line, row in enumerate(rows):
        y = 36 + 24 * line
        shapes.append(f'<text x="0" y="{y + 14}">{escape(row.label)}</text>')
        for index, spans in enumerate(row.open):
            x = left + pitch * index
            shapes.append(f'<rect class="bg" x="{x:.1f}" y="{y}" width="{width:.1f}" height="18" rx="3"/>')
            for start, end in spans:
                begin = max(start, first_hour)
                if end > begin:
                    at, long = x + width * (begin - first_hour) / hours, width * (min(end, last_hour) - begin) / hours
                    shapes.append(f'<rect class="open" x="{at:.1f}" y="{y}" width="{long:.1f}" height="18" rx="3"/>')
        for index, hour in row.planned:
            share = (min(max(hour, first_hour), last_hour) - first_hour) / hours
            shapes.append(
                f'<circle class="mark" cx="{left + pitch * index + width * share:.1f}" cy="{y + 9}" r="4.5"/>'
            )
    return format_html(
        '<svg class="c-cal" viewBox="0 0 600 {}" role="img" aria-label="{}">{}</svg>',
        40 + 24 * len(rows),
        label,
        mark_safe("".join(shapes)),  # noqa: S308 -- numbers and escaped labels
    )
