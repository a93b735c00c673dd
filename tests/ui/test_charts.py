"""Charts are SVG by attributes and classes, and say in words what they draw."""

import datetime as dt
from xml.etree import ElementTree

import pytest

from credira.web import charts
from credira.web.charts import CalendarRow, Day, Part, Step

SVG_ATTRIBUTES = {
    "class", "viewBox", "preserveAspectRatio", "role", "aria-label", "aria-hidden", "href", "d",
    "width", "height", "x", "y", "x1", "x2", "y1", "y2", "rx", "r", "cx", "cy", "text-anchor",
}  # fmt: skip
GATE = [Part("Allowed", 1102, "ok"), Part("Wait", 241, "wait"), Part("Not allowed", 69, "stop")]


def parse(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<div>{markup}</div>")


def test_a_bar_draws_each_part_by_its_share_and_reads_as_a_sentence() -> None:
    svg = parse(charts.bar(GATE, total=2824)).find("svg")

    assert svg.get("role") == "img"
    assert svg.get("aria-label") == "1,102 allowed, 241 wait, 69 not allowed"
    assert [(rect.get("class"), rect.get("x"), rect.get("width")) for rect in svg.findall("rect")] == [
        ("fbase", None, "100"),
        ("fok", "0.00", "39.02"),
        ("fwait", "39.02", "8.53"),
        ("fstop", "47.56", "2.44"),
    ]


def test_a_bar_of_nothing_is_an_empty_track() -> None:
    svg = parse(charts.bar([Part("Allowed", 0, "ok")])).find("svg")

    assert [rect.get("class") for rect in svg.findall("rect")] == ["fbase"]


def test_a_funnel_links_each_figure_to_its_rows() -> None:
    root = parse(charts.funnel([Step("Attempts", 200, "calls", "/calls"), Step("Kept", 50, shown="5 of 9")]))
    first, second = root.find("div")

    assert (first.tag, first.get("href")) == ("a", "/calls")
    assert [span.text for span in first.findall("span")] == ["Attempts", "200", "calls"]
    assert second.tag == "div"
    assert second.findall("span")[1].text == "5 of 9"
    assert first.find("svg/path").get("d") == "M0 4.0L100 49.0V64H0Z"


@pytest.mark.parametrize(("value", "top"), [(0, 4), (4, 4), (5, 8), (100, 120), (212, 240), (1000, 1200)])
def test_an_axis_ends_at_the_next_round_number(value: int, top: int) -> None:
    assert charts.ceiling(value) == top


def test_stacked_days_stack_upwards_with_what_is_planned_on_top() -> None:
    svg = parse(charts.stackdays([Day("9", [100, 20], planned=40), Day("10", [0, 0])], ["2", "1"], "Attempts")).find(
        "svg"
    )
    rects = svg.findall("rect")

    assert [rect.get("class") for rect in rects] == ["f2", "f1", "fhatch"]
    assert [rect.get("y") for rect in rects] == ["68.5", "49.0", "10.0"]
    assert [text.text for text in svg.findall("text")] == ["0", "40", "80", "120", "160", "9", "10"]


def test_a_calendar_fills_open_hours_and_marks_planned_contacts() -> None:
    days = [dt.date(2026, 11, 24), dt.date(2026, 11, 25)]
    svg = parse(charts.calendar(days, [CalendarRow("Calls", [[], [(6, 15)]], [(1, 15.0)])], "Calls on Wednesday")).find(
        "svg"
    )

    assert [text.text for text in svg.findall("text")] == ["Tue", "24", "Wed", "25", "Calls"]
    assert [(r.get("x"), r.get("width")) for r in svg.findall("rect[@class='open']")] == [("334.0", "131.0")]
    assert [c.get("cx") for c in svg.findall("circle")] == ["465.0"]


def test_no_chart_has_an_inline_style_and_labels_are_escaped() -> None:
    bad = 'x"><script>'
    drawn = (
        charts.bar([Part(bad, 1, bad)]) + charts.key([Part(bad, 1, bad)]) + charts.funnel([Step(bad, 1, bad, bad, bad)])
        + charts.stackdays([Day(bad, [1])], [bad], bad)
        + charts.calendar([dt.date(2026, 11, 24)], [CalendarRow(bad, [[(6, 24)]])], bad)
    )  # fmt: skip
    used = {name for element in parse(drawn).iter() for name in element.attrib}

    assert "<script" not in drawn
    assert used <= SVG_ATTRIBUTES
