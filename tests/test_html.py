"""Pages of HTML: whole, safe, in both languages, and on their own."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from conftest import Clock, Run
from funnelcli.render.webstyle import SORT, style

VOID = {"meta", "rect", "line", "path"}
SVG_NAMESPACE = "http://www.w3.org/2000/svg"
NASTY = '<script>alert("1")</script> & "Söhne" \u202e'


class Reader(HTMLParser):
    """Reads a page strictly: every element closed in order, every id once, and what it names."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.path: list[str] = []
        self.ids: list[str] = []
        self.named: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(page)
        self.close()
        assert not self.path
        assert len(self.ids) == len(set(self.ids))
        assert set(self.named) <= set(self.ids)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        closed = str(self.get_starttag_text()).endswith("/>")
        if tag != "meta" and not (closed and tag in VOID):
            self.path.append(tag)
        for name, text in attrs:
            self.attributes.append((tag, name, text or ""))
            assert not name.startswith("on")
            if name == "id":
                self.ids.append(text or "")
            elif name == "aria-labelledby":
                self.named += (text or "").split()
            elif name == "href":
                assert (text or "").startswith("#")
                self.named.append((text or "")[1:])
            else:
                assert name != "src"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.path.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.path:
            self.texts.setdefault(self.path[-1], []).append(data)


@pytest.fixture
def filled(funnel: Run, clock: Clock) -> Run:
    """Deals with names that no page may obey."""
    funnel("contact", "add", NASTY)
    for number in range(6):
        funnel("deal", "add", f"{NASTY} {number}", "--value", 100 * (number + 1), "-c", 1)
        funnel("advance", number + 1, "--to", "offer")
    clock.advance(days=3)
    funnel("win", 1)
    funnel("lose 2 --reason price --competitor '</svg></style>'")
    return funnel


PAGES = (
    ("report", "all"),
    ("report", "conversion", "--explain"),
    ("report", "losses"),
    ("report", "time-in-stage"),
    ("report", "movement", "--compare"),
    ("show",),
    ("today",),
    ("deal", "show", "2"),
    ("contact", "show", "1"),
    ("deal", "list"),
    ("deal", "list", "tag:nothing"),
)


@pytest.mark.parametrize(("language", "locale"), [("en", "en_US"), ("de", "de_DE")])
def test_pages_are_whole_and_ask_no_host(filled: Run, language: str, locale: str) -> None:
    env = {"FUNNEL_LANGUAGE": language, "FUNNEL_LOCALE": locale}
    for command in PAGES:
        page = filled(*command, "--html", env=env)
        reader = Reader(page)
        assert ("html", "lang", language) in reader.attributes
        assert reader.texts["title"][0].strip()
        assert set(re.findall(r"https?:[^\s\"'<>)]*", page)) <= {SVG_NAMESPACE}
        for asking in ("url(", "@import", "<link", "<img", "<iframe", "fetch(", "<base"):
            assert asking not in page, command
        assert len(reader.texts.get("script", [])) <= 1
        assert set(reader.texts.get("script", [])) <= {"\n" + SORT, SORT}
        assert "\u202e" not in page


def test_what_people_wrote_is_text(filled: Run) -> None:
    page = filled("deal", "list", "--html")
    assert "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &quot;Söhne&quot;" in page
    assert page.count("<script>") == 1


def test_numbers_stand_right_and_sort_by_their_value(filled: Run) -> None:
    page = filled("deal", "list", "--html", env={"FUNNEL_LOCALE": "de_DE"})
    assert re.search(r'<td data-v="500.00" class="number[^"]*">500,00\s€</td>', page)
    assert "tabular-nums" in page
    conversion = filled("report", "conversion", "--html")
    assert re.search(r'data-v="1\.0" class="number[^"]*">100%<', conversion)


def test_a_page_of_reports_says_how_each_was_computed(filled: Run) -> None:
    page = filled("report", "all", "--html")
    headings = re.findall(r'<h2 id="part-\d+">(.*?)</h2>', page)
    contents = re.findall(r'<a href="#part-\d+">([^<]*)</a>', page)
    assert len(headings) == len(contents) > 10
    assert page.count("<h1") == 1
    assert page.count("time zone Europe/Berlin") >= 10
    assert page.count("How: ") >= 10
    assert page.count("<figure>") >= 4


def test_days_months_and_titles_are_not_broken_within(filled: Run) -> None:
    page = filled("report", "velocity", "--html")
    assert (
        '<h1 id="part-1"><span class="part">Sales velocity ·</span> <span class="part">'
        '<span class="nb">Nov 28, 2025 – Nov 27, 2026</span></span></h1>'
    ) in page
    filled("deal add Roof --value 10 --close 2026-12-24")
    assert '<td><span class="nb">12/2026</span></td>' in filled("report", "forecast", "--html")
    german = filled("report", "cycle", "--html", env={"FUNNEL_LANGUAGE": "de"})
    assert '<th scope="col" class="number"><span class="nb">25 %</span></th>' in german


def test_a_phone_shows_stage_and_figures_before_key_and_phase(filled: Run) -> None:
    page = filled("report", "snapshot", "--html")
    titles = re.findall(r'<th scope="col"(?: class="([^"]*)")?>([^<]*)</th>', page)
    minor = {title for classes, title in titles if "minor" in classes}
    assert minor == {"No", "Phase"}
    assert "Key" not in {title for _classes, title in titles}


def test_a_chart_is_drawn_for_wide_and_narrow_windows_and_is_told_in_words(filled: Run) -> None:
    page = filled("report", "conversion", "--html")
    assert page.count('<svg class="chart"') == 2
    assert page.index("<h1") < page.index("<figure>") < page.index("<table>")
    reader = Reader(page)
    assert any("Qualification 6 (100%)" in text for text in reader.texts["desc"])
    assert reader.attributes.count(("svg", "role", "img")) == 2


def test_the_funnel_is_a_chart_with_its_table_below(filled: Run) -> None:
    page = filled("show", "--html")
    assert page.index("<figure>") < page.index("<table>")
    assert "█" not in page


def test_a_page_is_light_dark_and_light_again_on_paper() -> None:
    sheet = style(charts=True)
    assert "@media screen and (prefers-color-scheme: dark)" in sheet
    assert "@media print" in sheet
    assert "break-inside: avoid" in sheet
    assert sheet.count("{") == sheet.count("}")
    used = set(re.findall(r"var\((--\w+)\)", sheet))
    assert used <= set(re.findall(r"(--\w+):", sheet))


def test_a_page_goes_to_a_file(filled: Run, tmp_path: Path) -> None:
    path = tmp_path / "monday.html"
    filled("report", "all", "-o", str(path))
    Reader(path.read_text(encoding="utf-8"))
