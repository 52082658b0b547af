"""`report all`: a page for somebody else, with one period, one moment and one meaning of before."""

from __future__ import annotations

import re
from typing import Any

import pytest

from conftest import Run

# The reports that show how things stand.
STANDING = ("snapshot", "ageing", "forecast")


@pytest.fixture
def filled(funnel: Run, demo: str) -> Run:
    """The sample of the demo, and a target."""
    funnel("target add 2026-Q4 250k")
    return funnel


def page(funnel: Run, *args: str) -> dict[tuple[str, str | None], dict[str, Any]]:
    """The reports of the page by name and process."""
    found = funnel("report", "all", *args, "--json").json
    made = {(one["report"], one["process"]): one for one in found}
    assert len(made) == len(found)
    return made


def figures(rows: list[dict[str, Any]], *, before: bool = False) -> list[dict[str, Any]]:
    """What rows say now, or of before, under the same names, without those that say nothing."""
    names = (
        [key.removesuffix("_before") for key in rows[0] if key.endswith("_before")] if rows else []
    )
    found = [{key: row[f"{key}_before" if before else key] for key in names} for row in rows]
    return [row for row in found if any(row.values())]


@pytest.mark.parametrize(
    ("period", "day", "old", "old_day"),
    [
        ("2026-10", "2026-10-31", "2026-09", "2026-09-30"),
        ("2026-Q4", None, "2026-Q3", "2026-09-30"),
        ("2026-W45", "2026-11-08", "2026-W44", "2026-11-01"),
    ],
)
def test_all_of_a_page_is_before_in_the_same_sense(
    filled: Run, period: str, day: str | None, old: str, old_day: str
) -> None:
    """What stands beside is the period before, and what stood at its end: the same figures that
    each report has by itself, asked about that."""
    checked = 0
    for (name, process), found in page(filled, "--period", period, "--compare").items():
        of = ("--process", process) if process else ()
        now = ["report", name, *of]
        then = ["report", name, *of]
        if name in STANDING:
            now += ["--as-of", day] if day else []
            then += ["--as-of", old_day]
        else:
            now += ["--period", period]
            then += ["--period", old]
        if name == "coverage":
            now += ["--as-of", day] if day else []
            then += ["--as-of", old_day]
        alone = filled(*now, "--json").json
        assert found["n"] == alone["n"], (name, process)
        assert found["compared_with"]["n"] == filled(*then, "--json").json["n"], (name, process)
        # Rows that there were only before stand among the others.
        for row in alone["rows"]:
            assert row in [{key: one[key] for key in row} for one in found["rows"]], (name, row)
        earlier = figures(found["rows"], before=True)
        names = set(earlier[0]) if earlier else set()
        whole = [{k: row[k] for k in names} for row in filled(*then, "--json").json["rows"]]
        for row in earlier:
            assert {k: row[k] for k in names} in whole, (name, process, row)
            checked += 1
    assert checked > 20


def test_without_a_period_a_page_is_beside_what_it_would_have_been(filled: Run) -> None:
    beside = page(filled, "--compare")
    then = page(filled, "--as-of", "2026-10-24")
    checked = 0
    for key, found in beside.items():
        assert found["compared_with"]["n"] == then[key]["n"], key
        assert found["compared_with"]["period"] == then[key]["period"], key
        for row in figures(found["rows"], before=True):
            whole = [{k: other[k] for k in row} for other in then[key]["rows"]]
            assert row in whole, (key, row)
            checked += 1
    assert checked > 20
    assert beside["movement", None]["compared_with"]["period"] == "2026-10"


def test_every_head_says_of_when_it_is_and_what_is_before(filled: Run) -> None:
    shown = filled("report all --period 2026-10 --compare --md")
    heads = [line for line in shown.lines if line.startswith("## ")]
    assert len(heads) > 12
    for head in heads:
        if "Probabilities" in head or "Cost per lead" in head:
            continue
        assert re.search(r"before: (09/2026|(all time · )?as of Sep 30, 2026)", head), head
    assert "Period: 10/2026. What stands, as it stood on Oct 31, 2026." in shown
    assert "Before: 09/2026; what stands, as it stood on Sep 30, 2026." in shown
    alone = filled("report snapshot --md").lines[0]
    assert alone == "## Funnel snapshot · Sales cycle · as of Nov 24, 2026"


def test_a_snapshot_follows_a_period_that_is_over(filled: Run) -> None:
    for name in ("snapshot", "ageing"):
        followed = filled("report", name, "--period", "2026-09", "--json").json
        assert (
            followed["rows"]
            == filled("report", name, "--as-of", "2026-09-30", "--json").json["rows"]
        )
        assert followed["as_of_at"].startswith("2026-09-30T21:59:59")
        beside = filled("report", name, "--period", "2026-09", "--compare", "--json").json
        assert beside["compared_with"]["as_of_at"].startswith("2026-08-3")


@pytest.mark.parametrize(
    "prepare",
    [
        (),
        ("demo --into {db}",),
        (
            "demo --into {db}",
            "deal add Roof --value 'USD 100' --close 2026-12-01",
            "deal add Wall --process funnel",
        ),
    ],
)
def test_a_page_for_somebody_else_says_nothing_of_the_command_line(
    funnel: Run, db: str, prepare: tuple[str, ...]
) -> None:
    for line in prepare:
        funnel(line.format(db=db))
    for args in ("", "--compare", "--period 2026-10 --compare", "--explain", "nowhere 2026-Q3"):
        for form in ("--html", "--md"):
            shown = funnel(f"report all {args} {form}")
            text = re.sub(r"<style>.*?</style>|<script>.*?</script>|<[^>]*>", "", shown, flags=re.S)
            assert text.strip()
            assert not re.search(r"`|\bfunnel [a-z]+|--[a-z]", text), (args, form)


def test_the_hints_stand_on_a_terminal(filled: Run) -> None:
    shown = filled("report movement", tty=True, width=200)
    assert "--due 2026-Q4" in shown
    assert "--due 2026-Q4" not in filled("report movement --md")
    assert any("--due" in note for note in filled("report movement --json").json["notes"])


def test_html_has_before_under_the_figure_and_no_keys(filled: Run) -> None:
    shown = filled("report snapshot --period 2026-10 --compare --html")
    head = shown[shown.index("<thead>") : shown.index("</thead>")]
    assert head.count("<th") - head.count("<thead") == 9
    assert "Key" not in head
    assert re.search(r">Open<small>Before</small>", head)
    assert re.search(r"€120,000\.00<small>€[\d,.]+</small>", shown)
    assert "<td>offer</td>" not in shown


def test_the_first_table_is_the_key_figures(filled: Run) -> None:
    shown = filled("report all --period 2026-Q4 --html")
    first = shown[shown.index("<h2") :]
    assert first.index("Key figures") < first.index("<table>") < first.index("Funnel snapshot")
    rows = {row["figure"]: row for row in filled("report summary -p 2026-Q4 --json").json["rows"]}
    won = filled("report win-rate -p 2026-Q4 --json").json["rows"][0]
    assert (rows["won"]["deals"], rows["won"]["value"]) == (won["won"], won["won_value"])
    assert rows["win_rate"]["share"] == won["rate"]
    assert rows["average"]["value"] == won["average"]
    forecast = filled("report forecast --json").json["total"]
    assert (rows["open"]["deals"], rows["open"]["value"]) == (forecast["deals"], forecast["value"])
    assert rows["weighted"]["value"] == forecast["weighted"]
    cycle = filled("report cycle -p 2026-Q4 --json").json["rows"][0]
    assert rows["cycle_days"]["days"] == cycle["median"]


def test_the_contents_tell_alike_parts_apart(filled: Run) -> None:
    shown = filled("report all --html")
    contents = shown[shown.index("<nav") : shown.index("</nav>")]
    names = re.findall(r">([^<]+)</a>", contents)
    assert len(names) == len(set(names))
    assert {"Funnel snapshot · Sales cycle", "Funnel snapshot · Sales funnel", "Win rate"} <= set(
        names
    )
