"""The set-ups in ``examples``: each comes in by one command, and a week of its own runs on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Dump, Result, Run, rows

FOLDER = Path(__file__).parent.parent / "examples"
SETUPS = ("recruiter", "roofer", "reseller")
pytestmark = [
    pytest.mark.skipif(not FOLDER.exists(), reason="the examples are not beside the tests"),
    pytest.mark.long,
]
# Of each: its process, the stage it was won in, what was lost for which reason, the kind of the
# objection that was heard, the type of the visit and the kind of the effort, in German.
WEEKS = {
    "recruiter": (
        *("search", "placed", {"filled_internally": 1, "hiring_freeze": 1}, "fee"),
        *("Kandidatenvorstellung", "Direktansprache"),
    ),
    "roofer": ("roof", "order", {"moved_away": 1}, "dirt", "Aufmaß", "Drohnenflug"),
    "reseller": (
        *("licence", "order", {"bought_direct": 1, "double_registration": 1}, "cloud"),
        *("Vorführung", "Machbarkeitsnachweis"),
    ),
}


def done(result: Result) -> None:
    """That every line of a batch was carried out."""
    assert '"ok": false' not in result, result


@pytest.mark.parametrize("name", SETUPS)
def test_a_week(
    funnel: Run, state: Callable[[], Dump], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    process, won, lost, objection, visited, effort = WEEKS[name]
    monkeypatch.chdir(FOLDER / name)
    funnel("deal list")
    before = state()
    done(funnel("batch setup.txt --atomic"))
    after = state()
    funnel("undo")
    assert state() == before
    funnel("redo")
    assert state() == after
    assert "sound" in funnel("process check process.toml")
    assert "sound" in funnel("catalogue check catalogue.toml")
    done(funnel("batch week.txt"))
    deals = funnel("deal", "list", f"process:{process}", "is:won", "--json").json
    assert [deal["stage"] for deal in deals] == [won]
    losses = [tuple(row.values()) for row in rows(funnel, "losses") if "reason" in row.values()]
    assert {row[1]: row[3] for row in losses} == lost
    german = {"FUNNEL_LANGUAGE": "de", "NO_COLOR": "1"}
    assert [one["kind"] for one in funnel("objection list --json").json] == [objection]
    assert funnel("objection", "suggest", objection, "--json").json
    assert visited in funnel("visit show 1", tty=True, env=german) + funnel(
        "visit show 2", tty=True, env=german, exit=None
    )
    assert effort in funnel("effort list", tty=True, width=160, env=german)
    for saved in funnel("filter list --json").json:
        funnel("deal", "list", f"@{saved['name']}")
    funnel("doctor")


def test_a_filter_by_a_field_of_ones_own_has_a_name_at_once(funnel: Run, tmp_path: Path) -> None:
    lines = (
        "field add deal area --type number",
        "deal add Roof --area 9",
        "deal add Shed --area 2",
        "filter save big 'area:>5'",
    )
    (tmp_path / "lines.txt").write_text("\n".join(lines))
    done(funnel("batch", tmp_path / "lines.txt"))
    assert funnel("deal list @big --ids").lines == ["1"]
