"""Processes made of the stages of files that are imported."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Run
from funnelcli.actions.importing.new_process import _merged

DEALS = (
    "Deal ID,Title,Value,Stage,Probability,Created,Closed\n"
    "1,Roof,100,Negotiation,70,2026-01-02,\n"
    "2,Door,200,Prospecting,10,2026-01-02,\n"
    "3,Wall,300,Closed Won,100,2026-01-02,2026-03-01\n"
    "4,Hall,300,Closed Lost,0,2026-01-02,2026-03-01\n"
    "5,Yard,300,Demo booked,30,2026-01-02,\n"
    "6,Shed,300,Archive,,2026-01-02,\n"
)
HISTORY = (
    "Deal ID,From Stage,To Stage,Changed at\n"
    "1,Prospecting,Demo booked,2026-01-05\n"
    "1,Demo booked,Waiting room,2026-01-09\n"
    "1,Waiting room,Negotiation,2026-01-12\n"
)
ENTERED = (
    "Record ID,Deal Name,Amount,Deal Stage,Create Date,Close Date,Date entered Mike (Solar),"
    "Date entered Zulu (Solar),Date entered Alpha (Solar)\n"
    "1,Roof,100,Mike,2026-01-02,,2026-01-08,2026-01-02,2026-01-04\n"
    "2,Door,100,Alpha,2026-01-02,,,2026-01-02,2026-01-03\n"
    "3,Wall,100,Beauftragt,2026-01-02,2026-02-02,2026-01-08,2026-01-02,2026-01-03\n"
    "4,Hall,100,Verloren,2026-01-02,2026-02-02,,2026-01-02,\n"
)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def stages(funnel: Run, key: str) -> list[tuple[str, str]]:
    """(key, kind) of the stages of a process."""
    found = funnel("process", "show", key, "--json").json["stages"]
    return [(one["key"], one["kind"]) for one in found]


def test_a_process_is_made_of_the_stages_of_deals(funnel: Run) -> None:
    Path("d.csv").write_text(DEALS)
    words = ("import", "deals", "d.csv", "--new-process", "Solar roofs")
    skip = ("--map-stage", "Archive=skip")
    tried = funnel(*words, *skip, "-n")
    said = "New process Solar roofs (solar_roofs): Prospecting, Demo booked, Negotiation"
    assert f"{said}; won: Closed Won; lost: Closed Lost" in tried.stderr
    assert "solar_roofs" not in funnel("process", "list")
    done = funnel(*words, *skip, "--save-map", "map.toml", "--json").json
    assert (done["added"], done["skipped"], done["new_process"]) == (5, 1, "solar_roofs")
    assert stages(funnel, "solar_roofs") == [
        *(("prospecting", "open"), ("demo_booked", "open"), ("negotiation", "open")),
        ("won", "won"),
    ]
    found = {d["title"]: d for d in funnel("deal", "list", "--json").json}
    assert {d["process"] for d in found.values()} == {"solar_roofs"}
    assert [found[one]["status"] for one in ("Roof", "Wall", "Hall")] == ["open", "won", "lost"]
    assert found["Yard"]["probability"] == 30
    # The saved map takes the process that there is now; making it once more is refused.
    again = funnel("import", "deals", "d.csv", "--map-file", "map.toml", "--json").json
    assert (again["added"], again["unchanged"]) == (0, 5)
    assert "--process solar_roofs" in funnel(*words, exit=2).stderr
    funnel("undo")
    assert "solar_roofs" not in funnel("process", "list")
    assert funnel("deal", "list", "--json").json == []


def test_several_files_make_one_process(funnel: Run) -> None:
    Path("d.csv").write_text(DEALS.replace("Archive,,2026-01-02", "Archive,,"))
    Path("h.csv").write_text(HISTORY)
    words = ("import", "d.csv", "h.csv", "--new-process", "Solar", "-y")
    tried = funnel(*words, "-n")
    assert "Prospecting, Demo booked, Archive, Waiting room, Negotiation" in tried.stderr
    assert "stage: waiting_room" in tried.stderr
    whole = "funnel import d.csv h.csv --new-process Solar -y"
    # What is done again is the whole, and makes the process again.
    assert f"{whole} -n --opened-default DATE" in tried.stderr
    assert f"import again: {whole} --opened-default DATE" in funnel(*words).stderr
    assert "Import into it: --process solar" in funnel(*words, exit=2).stderr
    again = funnel("import", "d.csv", "--process", "solar", "-y", "--json").json["files"][0]
    assert again["unchanged"] == 6
    funnel("undo")
    assert "--opened-default" not in funnel(*words, "-n", "--opened-default", "2026-01-01").stderr
    funnel(*words, "-n", "--save-map", "m.toml")
    assert "solar" not in Path("m.toml").read_text()
    Path("b.csv").write_text("Title,Stage,Close Date\nA,Zulu,01/02/2026\nB,Zulu,03/04/2026\n")
    refused = funnel("import", "b.csv", "--new-process", "Solar", "-y", exit=2).stderr
    assert "funnel import deals b.csv --new-process Solar --date-format" in refused
    done = funnel(*words, "--json").json
    assert done["new_process"] == "solar"
    assert [one["rejected"] for one in done["files"]] == [0, 0]
    log = funnel("deal", "log", "Roof", "--json").json["entries"]
    assert [one["stage"] for one in log] == [
        *("prospecting", "demo_booked", "waiting_room", "negotiation"),
    ]
    funnel("undo")
    assert "solar" not in funnel("process", "list")
    assert "has deals" in funnel("import", "h.csv", "--new-process", "X", "-y", exit=2).stderr


def test_days_of_entering_say_the_order(funnel: Run) -> None:
    Path("e.csv").write_text(ENTERED)
    done = funnel("import", "e.csv", "--new-process", "HS", "-y")
    assert "HS (hs): Zulu, Alpha, Mike; won: Beauftragt; lost: Verloren" in done.stderr
    log = funnel("deal", "log", "Roof", "--json").json["entries"]
    assert [one["stage"] for one in log] == ["zulu", "alpha", "mike"]


@pytest.mark.parametrize(
    ("head", "rows", "order"),
    [
        ("Stage,Stage Order", ("B,2", "A,1", "C,3"), "A, B, C"),
        ("Stage", ("3. Close", "1. Lead", "2. Talk"), "1. Lead, 2. Talk, 3. Close"),
        ("Stage", ("Zeta", "Alpha", "Zeta"), "Zeta, Alpha"),
        # What the usual programs call stages are stages of their own here.
        ("Stage", ("Proposal", "appointmentscheduled"), "Proposal, appointmentscheduled"),
        ("Stage", ("In Progress", "New"), "In Progress, New"),
        ("Phase", ("Ärger", "Über"), "Ärger, Über"),
    ],
)
def test_the_order_of_stages(funnel: Run, head: str, rows: tuple[str, ...], order: str) -> None:
    lines = [f"{n},Deal {n},{n},{row}" for n, row in enumerate(rows, 1)]
    Path("d.csv").write_text("\n".join([f"ID,Title,Value,{head}", *lines, ""]))
    done = funnel("import", "deals", "d.csv", "--new-process", "Own", "--json")
    assert f"(own): {order}\n" in done.stderr
    assert (done.json["added"], done.json["rejected"]) == (len(rows), 0)
    assert len({d["stage"] for d in funnel("deal", "list", "--json").json}) == len(set(rows))


def test_what_makes_no_process_is_refused(funnel: Run) -> None:
    Path("none.csv").write_text("Title,Value\nRoof,1\n")
    Path("closed.csv").write_text("Title,Value,Stage,Closed\nRoof,1,Won,2026-01-01\n")
    rows = [f"Deal {n},{n},Stage {n}" for n in range(60)]
    Path("many.csv").write_text("\n".join(["Title,Value,Stage", *rows, ""]))
    words = ("import", "deals")
    assert "--map stage=" in funnel(*words, "none.csv", "--new-process", "X", exit=2).stderr
    assert "of an open deal" in funnel(*words, "closed.csv", "--new-process", "X", exit=2).stderr
    assert "are no stages" in funnel(*words, "many.csv", "--new-process", "X", exit=2).stderr
    assert "already" in funnel(*words, "closed.csv", "--new-process", "Sales cycle", exit=2).stderr
    both = funnel(*words, "closed.csv", "--new-process", "X", "--process", "cycle", exit=2)
    assert "cannot both be" in both.stderr


@given(st.permutations("abcdef"), st.sets(st.sampled_from("abcdef")))
def test_a_surer_order_keeps_its_own_and_loses_none(order: list[str], sure: set[str]) -> None:
    first = sorted(sure)
    found = _merged(first, order)
    assert sorted(found) == sorted(order)
    assert [one for one in found if one in sure] == first
