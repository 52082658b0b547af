"""Charts on a terminal and as SVG: exact, never too wide, readable without colour."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import Clock, Run
from funnelcli.render import charts
from funnelcli.render.chart import ChartSpec, Point, Series
from funnelcli.render.charts import palette, scale, svg
from funnelcli.render.charts.drawing import text_width
from funnelcli.render.layout import cells

GOLDEN = Path(__file__).parent / "golden" / "charts.txt"
KINDS = ("bars", "funnel", "line", "waterfall", "survival", "histogram")
ENCODINGS = ("utf-8", "cp437", "ascii")


def drawn(spec: ChartSpec, width: int, encoding: str = "utf-8", locale: str = "en_US") -> list[str]:
    """The chart as plain text, as it is without colour."""
    lines = charts.lines(spec, width, locale, encoding)
    return ["".join(text for text, _style in line) for line in lines]


# Samples ----------------------------------------------------------------------------------------

STAGES = ("Qualification", "Needs analysis", "Solution and offer", "Negotiation", "Decision")


def _curve(*steps: tuple[int, float]) -> list[Point]:
    return [Point("0", 1.0, x=0)] + [Point(str(x), share, x=x) for x, share in steps]


SAMPLES: dict[str, ChartSpec] = {
    "bars": ChartSpec(
        "bars",
        "Won value",
        [Series("Won", [Point("Fair", 1_250_000), Point("Referral", 625_000), Point("Web", 0)])],
        unit="money",
        currency="EUR",
    ),
    "groups": ChartSpec(
        "bars",
        "Flow",
        [
            Series("Advanced", [Point("Offer", 8), Point("Decision", 4)]),
            Series("Lost", [Point("Offer", 2), Point("Decision", 0)]),
        ],
    ),
    "rates": ChartSpec(
        "bars",
        "Win rate",
        [Series("Rate", [Point("Fair", 0.5, note="50%"), Point("Web", 0.25, note="1/4")])],
        unit="share",
    ),
    "funnel": ChartSpec(
        "funnel",
        "Conversion",
        [
            Series(
                "Deals",
                [
                    Point(stage, n, note=f"{n}%")
                    for stage, n in zip(STAGES, (100, 80, 55, 20, 10), strict=True)
                ],
            )
        ],
    ),
    "line": ChartSpec(
        "line",
        "Activity",
        [
            Series("Visits", [Point(f"W{n}", v) for n, v in enumerate((3, 5, 4, 8, 6, 9), 40)]),
            Series("Calls", [Point(f"W{n}", v) for n, v in enumerate((2, 2, None, 1, 0, 2), 40)]),
        ],
    ),
    "waterfall": ChartSpec(
        "waterfall",
        "Movement",
        [
            Series(
                "Open value",
                [
                    Point("Start", 1_000_000, role="total"),
                    Point("Created", 500_000, role="up"),
                    Point("Raised", 0, role="up"),
                    Point("Won", -300_000, role="down"),
                    Point("End", 1_200_000, role="total"),
                ],
            )
        ],
        unit="money",
        currency="EUR",
    ),
    "curve": ChartSpec(
        "survival",
        "Time in stage",
        [Series("Offer", _curve((5, 0.8), (12, 0.5), (20, 0.3), (40, 0.1)))],
        unit="share",
        x_title="days",
    ),
    "strips": ChartSpec(
        "survival",
        "Time in stage",
        [
            Series("Offer", _curve((5, 0.8), (12, 0.5), (20, 0.3), (40, 0.1))),
            Series("Negotiation", _curve((3, 0.5), (9, 0))),
            Series("Care", _curve((30, 0.9), (40, 0.9))),
        ],
        unit="share",
        x_title="days",
    ),
    "histogram": ChartSpec(
        "histogram",
        "Sales cycle",
        [Series("Won deals", [Point("0–9", 4), Point("10–19", 9), Point("20–29", 2)])],
        x_title="days",
    ),
}


def screens() -> str:
    """Every sample at three widths, and in ASCII."""
    parts = []
    for name, spec in SAMPLES.items():
        for width, encoding in ((40, "utf-8"), (80, "utf-8"), (160, "utf-8"), (60, "ascii")):
            parts.append(
                f"== {name} {width} {encoding}\n" + "\n".join(drawn(spec, width, encoding))
            )
    return "\n\n".join(parts) + "\n"


def test_screens_are_as_they_were_looked_at() -> None:
    """To look at changed ones: python tests/test_charts.py, then read the file's difference."""
    assert screens() == GOLDEN.read_text(encoding="utf-8")


# Rules ------------------------------------------------------------------------------------------

values = st.one_of(st.none(), st.integers(-(10**12), 10**12), st.integers(0, 20))
# A name may be "NaN" if somebody is called that; the test below looks for numbers that are none.
names = st.text(max_size=25).filter(lambda text: "nan" not in text.casefold())


@st.composite
def specs(draw: Any) -> ChartSpec:
    """Any chart, of any data, sensible or not."""
    kind = draw(st.sampled_from(KINDS))
    unit = draw(st.sampled_from(("int", "money", "share", "percent", "days", "duration")))
    number = st.one_of(st.none(), st.floats(0, 1)) if unit == "share" else values
    series = []
    for _each in range(1 if kind in ("funnel", "waterfall") else draw(st.integers(1, 4))):
        marks = draw(st.lists(st.tuples(names, number, st.sampled_from(("", "3/7"))), max_size=30))
        points = [Point(label, v, x=i * 3, note=note) for i, (label, v, note) in enumerate(marks)]
        if kind == "waterfall":
            for point in points:
                point.role = draw(st.sampled_from(("", "total")))
        series.append(Series(draw(names), points))
    return ChartSpec(kind, draw(names), series, unit=unit, currency="EUR", x_title=draw(names))


@given(specs(), st.integers(20, 200), st.sampled_from(ENCODINGS))
@settings(max_examples=80, deadline=None)
def test_no_line_is_wider_than_the_screen(spec: ChartSpec, width: int, encoding: str) -> None:
    for line in drawn(spec, width, encoding):
        assert cells(line) <= width
        assert line == line.rstrip(" ")
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", line)


@pytest.mark.parametrize("value", [0.0, 2e-16, 1e-13, 1e-10])
def test_a_range_too_small_to_draw_has_an_axis_all_the_same(value: float) -> None:
    points = [Point("a", 0.0, x=0), Point("b", value, x=1)]
    for kind in ("line", "survival"):
        spec = ChartSpec(kind, "t", [Series("s", points)], unit="share")  # type: ignore[arg-type]
        assert all(cells(line) <= 60 for line in drawn(spec, 60, ENCODINGS[0]))
        if charts.drawable(spec):
            ET.fromstring(svg.slide(spec, "en_US"))  # noqa: S314 - it is our own


@pytest.mark.parametrize("kind", ["bars", "waterfall"])
@pytest.mark.parametrize("values", [[5e-324], [-5e-324, 5e-324], [1e-310, 0.0]])
def test_the_smallest_numbers_are_drawn(kind: Any, values: list[float]) -> None:
    spec = ChartSpec(kind, "t", [Series("s", [Point("a", value) for value in values])])
    assert not re.search("nan|inf", svg.slide(spec, "en_US"))
    assert any(bar in "\n".join(drawn(spec, 60)) for bar in "█▓▒░▏")


@given(specs())
@settings(max_examples=60, deadline=None)
def test_any_svg_is_well_formed_and_the_same_twice(spec: ChartSpec) -> None:
    if not charts.drawable(spec):
        return
    first = svg.slide(spec, "de_DE")
    assert first == svg.slide(spec, "de_DE")
    assert "NaN" not in first
    assert "nan" not in re.sub(r">[^<]*<", "><", first)
    root = ET.fromstring(first)  # noqa: S314
    assert root.find("{http://www.w3.org/2000/svg}title") is not None
    for box in root.iter("{http://www.w3.org/2000/svg}rect"):
        assert float(box.get("width", "")) >= 0
        assert float(box.get("height", "")) >= 0


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=12), st.integers(20, 200))
@settings(deadline=None)
def test_bars_are_proportional(sizes: list[int], width: int) -> None:
    top = max(sizes)
    if not top:
        return
    spec = ChartSpec("bars", "", [Series("", [Point("a", size) for size in sizes])])
    lines = drawn(spec, width)
    bars = [re.sub(r"^a +\d[\d,]*", "", line).strip() for line in lines]
    eighths = [
        8 * bar.count("█") + (" ▏▎▍▌▋▊▉".index(bar[-1]) if bar and bar[-1] != "█" else 0)
        for bar in bars
    ]
    full = max(eighths)
    assert full % 8 == 0
    for size, found in zip(sizes, eighths, strict=True):
        assert abs(found - size / top * full) <= 1
        assert (found > 0) == (size > 0)


@given(st.floats(-1e6, 1e6), st.floats(1, 1e9), st.integers(2, 12))
def test_ticks_cover_the_range_in_even_steps(low: float, span: float, most: int) -> None:
    for unit in ("", "days", "duration", "money"):
        marks = scale.ticks(low, low + span, most, unit)
        assert 2 <= len(marks) <= max(3, most)
        assert marks[0] <= low + 1e-6 * span
        assert marks[-1] >= low + span - 1e-6 * span
        if unit:
            assert all(mark == int(mark) for mark in marks)


def test_ticks_are_those_of_the_unit() -> None:
    assert scale.ticks(0, 9, 5) == [0, 5, 10]
    assert scale.ticks(0, 1, 6, "share") == [0, 0.2, 0.4, 0.6, 0.8, 1]
    assert scale.ticks(0, 2, 8, "int") == [0, 1, 2]
    assert scale.ticks(0, 30, 5, "days") == [0, 14, 28, 42]
    assert scale.ticks(0, 100, 5, "duration") == [0, 30, 60, 90, 120]
    assert scale.ticks(-3, 9, 5) == [-5, 0, 5, 10]


def test_amounts_read_as_the_locale_writes_them() -> None:
    assert "€12,500.00" in drawn(SAMPLES["bars"], 80)[0]
    assert "12.500,00\xa0€".replace("\xa0", " ") in drawn(SAMPLES["bars"], 80, locale="de_DE")[0]
    assert "€12.5K" in drawn(SAMPLES["bars"], 34)[0]


def test_a_share_of_few_cases_stays_a_fraction() -> None:
    fair, web = drawn(SAMPLES["rates"], 80)
    assert "50%" in fair
    assert "1/4" in web
    assert "25%" not in web
    assert fair.count("█") == 2 * web.count("█")


def test_a_waterfall_says_its_signs_and_its_steps_meet() -> None:
    spec = SAMPLES["waterfall"]
    start, created, raised, won, end = drawn(spec, 80)
    assert "+€5,000.00" in created
    assert "-€3,000.00" in won
    assert "▓" in created
    assert "░" in won
    assert raised.endswith("€0.00")
    assert created.index("▓") == len(start)
    assert won.rindex("░") == created.rindex("▓")
    assert len(end) == won.index("░")
    assert scale.spans_of(spec.series[0].points) == [
        (0, 1_000_000),
        (1_000_000, 1_500_000),
        (1_500_000, 1_500_000),
        (1_500_000, 1_200_000),
        (0, 1_200_000),
    ]


def test_a_survival_curve_has_its_median_marked() -> None:
    lines = drawn(SAMPLES["curve"], 80)
    assert lines[0] == "● Offer: median 12 days"
    assert sum(line.count("●") for line in lines) == 2
    strips = drawn(SAMPLES["strips"], 80)
    assert [line.count("┃") for line in strips[1:4]] == [1, 1, 0]
    care = next(line for line in strips if line.startswith("Care"))
    assert "–" in care
    assert "median not reached" in svg.slide(SAMPLES["strips"], "en_US")
    assert "median 12 days" in svg.slide(SAMPLES["strips"], "en_US")


def test_the_bold_name_of_a_panel_leaves_room_for_its_median() -> None:
    curve = _curve((5, 0.5), (9, 0.1))
    names = ("Verhandlung & Einwandbehandlung", "Präsentation & Angebot")
    spec = ChartSpec("survival", "Stay", [Series(name, curve) for name in names], x_title="Tage")
    picture = svg.slide(spec, "de_DE")
    (name,) = re.findall(r'font-weight="600">(Verhandlung[^<]*)<', picture)
    panel = (720 - 28) / 2
    # A bold letter is about an eighth wider.
    assert text_width(unescape(name)) * 1.12 + text_width("median 5 Tage") + 8 <= panel
    assert name.endswith("…")


def test_series_are_told_apart_without_colour() -> None:
    lines = drawn(SAMPLES["line"], 80)
    assert lines[0] == "● Visits   ○ Calls"
    assert any("○" in line for line in lines[1:])
    picture = svg.slide(SAMPLES["line"], "en_US")
    assert 'stroke-dasharray="7 4"' in picture
    groups = drawn(SAMPLES["groups"], 80)
    assert [line.split()[0] for line in groups] == [
        "Offer",
        "Advanced",
        "Lost",
        "Decision",
        "Advanced",
    ]


def test_too_many_bars_are_cut_to_the_largest_and_it_says_so() -> None:
    points = [Point(f"c{n}", n) for n in range(100)]
    lines = drawn(ChartSpec("bars", "", [Series("", points)]), 80)
    assert len(lines) == 25
    assert lines[0].startswith("c76")
    assert lines[-1] == "The 24 largest of 100."
    assert "The 24 largest of 100." in svg.slide(ChartSpec("bars", "", [Series("", points)]), "en")


def test_nothing_to_draw_is_no_chart() -> None:
    for kind in KINDS:
        for points in ([], [Point("a", None)], [Point("a", 0)]):
            spec = ChartSpec(kind, "", [Series("", list(points))])
            assert not charts.drawable(spec)
            assert charts.lines(spec, 80, "en_US") == []


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("dark", [False, True])
def test_colours_have_contrast(dark: bool) -> None:
    paper = _luminance(palette.COLOURS["paper"][dark])
    for name, pair in palette.COLOURS.items():
        if name in ("paper", "grid"):
            continue
        high, low = sorted((paper, _luminance(pair[dark])), reverse=True)
        least = 4.5 if name in ("ink", "soft", "good", "bad", "warn") else 3
        assert (high + 0.05) / (low + 0.05) >= least, name


# Through the program ----------------------------------------------------------------------------


@pytest.fixture
def filled(funnel: Run, clock: Clock) -> Run:
    """Six deals, one won, one lost."""
    for number in range(6):
        funnel("deal", "add", f"Roof {number}", "--value", 1000 * (number + 1))
        funnel("advance", number + 1, "--to", "offer")
    clock.advance(days=3)
    funnel("win", 1)
    funnel("lose 2 --reason price")
    return funnel


def test_one_chart_for_a_slide(filled: Run, tmp_path: Path) -> None:
    printed = filled("report", "conversion", "--svg")
    root = ET.fromstring(printed)  # noqa: S314
    words = "".join(root.itertext())
    assert "Conversion" in words
    assert "Qualification" in words
    assert "n = 6 deals; time zone Europe/Berlin." in words
    assert 'fill="#' in printed, "programs without CSS need the colours too"
    filled("report", "conversion", "-o", str(tmp_path / "c.svg"))
    assert (tmp_path / "c.svg").read_text(encoding="utf-8") == printed
    show = filled("show", "--svg")
    assert "<path" in show
    assert "rich-terminal" not in show
    assert "rich-terminal" in filled("report", "velocity", "--svg")


def test_a_report_shows_its_chart_on_a_terminal_only(filled: Run) -> None:
    assert "█" in filled("report", "conversion", tty=True)
    assert "█" not in filled("report", "conversion")
    assert "█" not in filled("report", "conversion", "--md")
    wide = filled("report", "movement", "--no-color", tty=True, width=200)
    assert max(map(cells, wide.lines)) <= 200
    for width in (20, 40, 80):
        for name in ("conversion", "movement", "forecast", "time-in-stage", "flow", "cycle"):
            shown = filled("report", name, "--no-color", tty=True, width=width)
            assert max(map(cells, shown.lines)) <= width


if __name__ == "__main__":
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(screens(), encoding="utf-8")
