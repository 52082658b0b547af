"""Charts: on a terminal exact and never too wide, as SVG and in pages whole and on their own."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Clock, Run
from funnelcli.render.charts import median, spans, svg, terminal
from funnelcli.render.layout import cells
from funnelcli.reports.model import ChartSpec, Point, Series

LABELS = st.text(min_size=1, max_size=30)
VALUES = st.one_of(st.none(), st.integers(0, 10**9))


def plain(spec: ChartSpec, width: int, *, blocks: bool = True) -> list[str]:
    """The lines of a chart as text."""
    lines = terminal.draw(spec, width, "en_US", blocks=blocks)
    return ["".join(text for text, _style in line).rstrip() for line in lines]


@given(
    kind=st.sampled_from(["bars", "funnel", "line", "waterfall", "survival", "histogram"]),
    marks=st.lists(st.tuples(LABELS, VALUES), max_size=12),
    width=st.integers(20, 200),
    blocks=st.booleans(),
)
def test_no_line_is_wider_than_the_terminal_and_no_svg_is_broken(
    kind: str, marks: list[tuple[str, int | None]], width: int, blocks: bool
) -> None:
    points = [
        Point(
            label,
            note=label,
            value=value if kind != "survival" else (value or 0) / 10**9,
            x=float(place),
        )
        for place, (label, value) in enumerate(marks)
    ]
    spec = ChartSpec(kind, "<Chart> & more", [Series("S", points)])  # type: ignore[arg-type]
    for line in plain(spec, width, blocks=blocks):
        assert cells(line) <= width
    ET.fromstring(svg.draw(spec, "en_US"))  # noqa: S314 - it is our own


def test_bars_are_as_long_as_their_values_say() -> None:
    points = [Point("all", 40), Point("half", 20), Point("none", 0)]
    spec = ChartSpec("bars", "t", [Series("", points)])
    lines = plain(spec, 60)
    assert [line.count("█") for line in lines] == [50, 25, 0]
    assert [line.split()[-1] for line in lines] == ["40", "20", "0"]
    assert plain(spec, 60, blocks=False)[0].count("#") == 50


def test_a_waterfall_says_its_signs_and_its_steps_meet() -> None:
    points = [
        Point("Start", 100, role="total"),
        Point("Created", 50, role="up"),
        Point("Won", -30, role="down"),
        Point("End", 120, role="total"),
    ]
    assert spans(points) == [(0, 100), (100, 150), (120, 150), (0, 120)]
    lines = plain(ChartSpec("waterfall", "t", [Series("", points)], unit="int"), 80)
    assert [line.split()[-1] for line in lines] == ["100", "+50", "−30", "120"]


def test_a_survival_curve_marks_its_median() -> None:
    curve = Series("Offer", [Point("", 0.75, x=2), Point("", 0.5, x=9), Point("", 0.25, x=12)])
    assert median(curve) == 9
    spec = ChartSpec("survival", "t", [curve], unit="share")
    assert "median 9 d" in plain(spec, 60)[-1]
    assert "median 9 d" in svg.draw(spec, "en_US")
    never = Series("Care", [Point("", 0.9, x=5)])
    assert median(never) is None
    assert "not reached" in plain(ChartSpec("survival", "t", [never], unit="share"), 60)[-1]


class Checker(HTMLParser):
    """Counts open elements, so that a page that is not well-formed shows."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Every element but the void ones must be closed."""
        if tag not in ("meta", "rect", "line", "path", "circle", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """In the order in which they were opened."""
        if tag not in ("rect", "line", "path", "circle"):
            assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_page_is_whole_and_asks_for_nothing(funnel: Run, clock: Clock, language: str) -> None:
    funnel("contact", "add", "<script>alert(1)</script>")
    for number in range(6):
        funnel("deal", "add", f"<b>Roof {number}</b> & co", "--value", 100 * (number + 1), "-c", 1)
        funnel("advance", number + 1, "--to", "offer")
    clock.advance(days=3)
    funnel("win", 1)
    funnel("lose", 2, "--reason", "price", "--competitor", "</svg>")
    env = {"FUNNEL_LANGUAGE": language}
    for command in (
        ["report", "all"],
        ["report", "conversion"],
        ["show"],
        ["deal", "show", "1"],
        ["today"],
        ["deal", "list"],
    ):
        page = funnel(*command, "--html", env=env)
        assert f'<html lang="{language}">' in page
        assert set(re.findall(r'https?://[^"\s<]*', page)) <= {"http://www.w3.org/2000/svg"}
        assert "<script>alert" not in page
        checker = Checker()
        checker.feed(page)
        assert checker.open == []
    assert "<svg" in funnel("report", "conversion", "--html")


def test_one_chart_for_a_slide(funnel: Run) -> None:
    for _deal in range(6):
        funnel("deal", "add", "Roof")
    drawn = funnel("report", "conversion", "--svg")
    root = ET.fromstring(drawn)  # noqa: S314 - it is our own
    assert root.tag.endswith("svg")
    assert "Qualification" in drawn
    assert "█" in funnel("report", "conversion", tty=True)
    assert "█" not in funnel("report", "conversion")
