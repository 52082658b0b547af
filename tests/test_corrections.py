"""Putting the log right: afterwards everything is as if the right thing had been said at once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Dump, Run, dump
from funnelcli.actions import closing as ending
from funnelcli.actions import (
    corrections,
    deals,
    effort,
    health,
    log_entries,
    objections,
    standing,
    steps,
    visits,
)
from funnelcli.cli.tree import TREE
from funnelcli.db import journal
from funnelcli.db.connection import connect
from funnelcli.db.transaction import command
from funnelcli.errors import FunnelError, Refused
from funnelcli.reports.question import Question
from funnelcli.reports.run import make
from funnelcli.values import dates

REPORTS = [name for name in TREE["report"].verbs if name != "all"]


def state(db: str) -> Dump:
    with closing(connect(db)) as conn:
        return dump(conn)


@pytest.fixture
def roof(funnel: Run) -> Run:
    """A deal of the B2C funnel with a long story, in the days of November."""
    funnel("contact add Ada")
    funnel("contact add Ben")
    funnel(
        "deal add Roof -c Ada --process funnel --stage visit --value 900 --at '2026-10-01 10:00'"
    )
    funnel("advance Roof --at '2026-10-05 10:00'")
    funnel("advance Roof --at '2026-10-10 10:00'")
    funnel("deal edit Roof --value 1200 --at '2026-10-12 10:00'")
    funnel("back Roof --reason 'asked again' --at '2026-10-15 10:00'")
    funnel("visit add Ada --deal Roof --at '2026-10-08 10:00' --said hello --duration 30m")
    funnel("effort add Roof --duration 2h --at 2026-10-13")
    return funnel


def log_of(funnel: Run, deal: str = "Roof") -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = funnel("deal", "log", deal, "--json").json["entries"]
    return entries


def test_what_a_script_does_within_a_second_is_told_in_its_order(funnel: Run) -> None:
    """The clock of the tests stands still."""
    funnel("deal add A --value 1")
    funnel("lose A --reason price")
    funnel("reopen A")
    funnel("advance A --to offer")
    funnel("deal edit A --value 5")
    funnel("win A")
    funnel("reopen A")
    funnel("lose A --reason timing")
    told = [(entry["what"], entry["status"]) for entry in log_of(funnel, "A")]
    assert [what for what, _status in told if what != "value"] == [
        "created",
        "lost",
        "reopened",
        "skipped",
        "won",
        "reopened",
        "lost",
    ]
    assert dict(told[-3:]) == {"won": "won", "reopened": "open", "lost": "lost"}
    story = [event["what"] for event in funnel("deal show A --json").json["story"]]
    assert story.index("lost") < story.index("reopened")
    assert story[-2:] == ["reopened", "lost"]


def test_the_log_lists_its_entries_with_ids(roof: Run) -> None:
    entries = log_of(roof)
    assert [(entry["id"], entry["what"], entry["stage"]) for entry in entries] == [
        (1, "created", "visit"),
        (2, "advanced", "conversation"),
        (3, "advanced", "in_depth"),
        (4, "value", "in_depth"),
        (5, "moved_back", "conversation"),
    ]
    assert entries[4]["reason"] == "asked again"
    roof("win Roof --at '2026-10-20 10:00'")
    assert [entry["what"] for entry in log_of(roof)][5:] == ["won"]
    screen = roof("deal log Roof", tty=True, width=140)
    assert "asked again" in screen
    assert "moved back" in screen
    assert "zurückgestuft" in roof(
        "deal log Roof", tty=True, width=140, env={"FUNNEL_LANGUAGE": "de"}
    )


def test_a_move_and_its_reason_are_put_right_and_stay_on_record(roof: Run, db: str) -> None:
    before = state(db)
    said = roof("deal correct Roof 5 --at '2026-10-11 09:00' --reason 'a new demand'", tty=True)
    assert "corrected" in said
    assert "undo" in said
    entries = log_of(roof)
    moved = next(entry for entry in entries if entry["what"] == "moved_back")
    assert (moved["happened_at"], moved["reason"]) == ("2026-10-11T07:00:00Z", "a new demand")
    recorded = [row[9] for row in before["stay"]]
    assert [row[9] for row in state(db)["stay"]] == recorded, "the time of recording is kept"
    corrected = roof("deal log Roof --json").json["corrections"]
    assert [(one["field"], one["was"], one["became"]) for one in corrected] == [
        ("reason", "asked again", "a new demand"),
        ("at", "2026-10-15 10:00", "2026-10-11 09:00"),
    ]
    roof("undo")
    assert state(db) == before
    roof("redo")
    assert log_of(roof) == entries


def test_what_does_not_differ_leaves_no_trace(roof: Run, db: str) -> None:
    before = state(db)
    said = roof("deal correct Roof 5 --at '2026-10-15 10:00' --reason 'asked again'", tty=True)
    assert "nothing changed" in said
    assert "undo" not in said
    assert state(db) == before


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("3 --at '2026-10-04 10:00'", "entry 2: advanced, 2026-10-05 10:00:00"),
        ("2 --at '2026-10-11 10:00'", "entry 3: advanced, 2026-10-10 10:00:00"),
        ("1 --at '2026-10-06 10:00'", "entry 2: advanced, 2026-10-05 10:00:00"),
        ("4 --at 2026-09-01", "entry 1: opened, 2026-10-01 10:00:00"),
    ],
)
def test_a_contradiction_is_refused_and_named(roof: Run, db: str, line: str, named: str) -> None:
    before = state(db)
    assert named in roof(f"deal correct Roof {line}", exit=3).stderr
    assert state(db) == before


def test_what_cannot_be_meant_is_said(roof: Run) -> None:
    assert "no entry 9" in roof("deal correct Roof 9 --at 2026-10-11", exit=4).stderr
    assert "not come yet" in roof("deal correct Roof --at 2199-01-01", exit=2).stderr
    assert "Nothing to change" in roof("deal correct Roof 2", exit=2).stderr
    assert "needs a reason" in roof("deal correct Roof 5 --reason ''", exit=2).stderr
    assert "has no reason" in roof("deal correct Roof 4 --reason x", exit=2).stderr
    assert "Only a loss" in roof("deal correct Roof 2 --note x", exit=2).stderr


def test_a_loss_gets_another_reason_note_and_day(roof: Run, db: str) -> None:
    roof("next Roof 'call back' --due +3d")
    roof("lose Roof --reason price --at '2026-10-20 10:00'")
    needs = roof("deal correct Roof --reason other", exit=2).stderr
    assert "needs a note" in needs
    roof(
        "deal correct Roof --reason competitor --competitor 'Sun & Roof' --note cheaper"
        " --at '2026-10-18 10:00'"
    )
    deal = roof("deal show Roof --json").json
    assert (deal["lost_reason"], deal["lost_note"], deal["competitor"], deal["closed_on"]) == (
        "competitor",
        "cheaper",
        "Sun & Roof",
        "2026-10-18",
    )
    (step,) = state(db)["step"]
    assert dates.now() > 1760781600
    with closing(connect(db)) as conn:
        assert conn.execute(
            "SELECT ended_at = (SELECT closed_at FROM deal) FROM step WHERE id = ?", step[:1]
        ).fetchone() == (1,)
    losses = roof("report losses --json -p 2026-10").json["rows"]
    assert any("competitor" in json.dumps(row) for row in losses)


def test_the_stage_of_what_happened_follows_the_move(roof: Run, db: str) -> None:
    """The visit of 8 October was at the second stage; with the move after it, at the first."""

    def stages() -> list[str]:
        with closing(connect(db)) as conn:
            rows = conn.execute("SELECT s.key FROM visit JOIN stage AS s ON s.id = visit.stage_id")
            return [key for (key,) in rows]

    assert stages() == ["conversation"]
    roof("deal correct Roof 2 --at '2026-10-09 10:00'")
    assert stages() == ["visit"]
    roof("undo")
    assert stages() == ["conversation"]


def test_a_visit_gets_another_contact_and_day(roof: Run, db: str) -> None:
    roof("deal add Shed -c Ben --process funnel --stage visit --value 5 --at 2026-10-01")
    roof("visit add Ada --deal Roof --at '2026-10-16 10:00' --said 'hi' --next call --due +9d")
    before = state(db)
    roof("visit edit 2 --contact Ben --at '2026-10-14 09:00'")
    visit = roof("visit show 2 --json").json
    assert (visit["contact"], visit["deal"], visit["happened_on"]) == ("Ben", "Shed", "2026-10-14")
    assert [step["deal"] for step in roof("step list --json").json] == ["Shed"]
    with closing(connect(db)) as conn:
        fields = conn.execute("SELECT field FROM correction WHERE visit_id = 2").fetchall()
    assert sorted(field for (field,) in fields) == ["contact_id", "deal_id", "happened_at"]
    roof("undo")
    assert state(db) == before


def test_as_of_a_day_before_the_correction_sees_what_is_right(roof: Run) -> None:
    def stage(day: str) -> str:
        shown = roof(f"report snapshot --as-of {day} --json", env={"FUNNEL_PROCESS": "funnel"})
        rows = shown.json["rows"]
        return next(row["stage"] for row in rows if row["open"])

    assert stage("2026-10-06") == "conversation"
    roof("deal correct Roof 2 --at '2026-10-07 10:00'")
    assert stage("2026-10-06") == "visit"
    assert stage("2026-10-08") == "conversation"


def test_a_win_moves_with_its_milestones_and_its_withdrawal(funnel: Run, db: str) -> None:
    funnel("contact add Ada")
    funnel("deal add Roof -c Ada --process funnel --value 900 --at 2026-11-01")
    funnel("win Roof --at '2026-11-10 10:00'")
    late = state(db)["deal"]
    funnel("deal correct Roof --at '2026-11-05 10:00'")
    deal = funnel("deal show Roof --json").json
    assert (deal["won_on"], deal["closed_on"]) == ("2026-11-05", "2026-11-05")
    funnel("deal add Other -c Ada --process funnel --value 900 --at 2026-11-01")
    funnel("win Other --at '2026-11-05 10:00'")
    other = funnel("deal show Other --json").json
    assert deal["revocable_until"] == other["revocable_until"]
    assert late != state(db)["deal"]
    milestones = funnel("milestone list --json=deal,due").json
    days = {
        name: [one["due"] for one in milestones if one["deal"] == name]
        for name in ("Roof", "Other")
    }
    assert days["Roof"] == days["Other"]


# As if it had been said at once -------------------------------------------------------------------

DAY = 86_400
START = 1_790_000_000
ASIDE = ("visit", "effort", "objection")
VERBS = st.sampled_from(("advance", "skip", "back", "edit", "win", "lose", "reopen", "likely"))


def play(conn: sqlite3.Connection, story: list[tuple[str, int, int]]) -> None:
    """Let the events of a deal happen in the order of time; what is refused does not happen."""
    ids = [
        row[0]
        for row in conn.execute(
            "SELECT s.id FROM stage AS s JOIN process AS p ON p.id = s.process_id"
            " WHERE p.key = 'funnel' ORDER BY s.position"
        )
    ]
    (process,) = conn.execute("SELECT id FROM process WHERE key = 'funnel'").fetchone()
    for verb, number, at in sorted(story, key=lambda event: (event[0] in ASIDE, event[2])):
        do: dict[str, Callable[[], object]] = {
            "open": lambda at=at: deals.add(
                conn, "Roof", process_id=process, currency="EUR", value=100, at=at
            ),
            "advance": lambda at=at: deals.advance(conn, 1, at),
            "skip": lambda at=at, number=number: deals.advance(conn, 1, at, ids[number % len(ids)]),
            "back": lambda at=at: deals.back(conn, 1, at, "why"),
            "edit": lambda at=at, number=number: deals.edit(conn, 1, at, {"value": number * 100}),
            "likely": lambda at=at, number=number: deals.edit(
                conn, 1, at, {"probability": number * 10}
            ),
            "win": lambda at=at: ending.win(conn, 1, at),
            "lose": lambda at=at: ending.lose(conn, 1, at, "price"),
            "reopen": lambda at=at: ending.reopen(conn, 1, at, "again"),
            "visit": lambda at=at: visits.add(conn, contact_id=None, deal_id=1, at=at),
            "effort": lambda at=at: effort.add(conn, deal_id=1, contact_id=None, at=at, minutes=30),
            "objection": lambda at=at: objections.add(conn, 1, "price", at),
            "next": lambda at=at: steps.add(conn, "call", due="2026-12-01", deal_id=1, at=at),
        }
        do[verb]()


def possible(story: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """The events that are not refused."""
    kept: list[tuple[str, int, int]] = []
    with closing(connect(":memory:")) as conn:
        for event in sorted(story, key=lambda event: event[2]):
            entries = len(health_rows(conn))
            try:
                with command(conn, event[0]):
                    play(conn, [event])
            except FunnelError:
                continue
            if len(health_rows(conn)) != entries:
                kept.append(event)
    return kept


def health_rows(conn: sqlite3.Connection) -> list[tuple[Any, ...]]:
    """Every row but the journal's, in which a no-op shows."""
    return [(table, *row) for table, rows in dump(conn).items() for row in rows]


IGNORED = ("id", "public_id", "recorded_at", "late")


def content(conn: sqlite3.Connection) -> dict[str, list[str]]:
    """What every figure is made of, whenever it was recorded."""
    found = {}
    for table in ("deal", "stay", "terms", "visit", "effort", "objection", "step", "milestone"):
        names = [row[1] for row in conn.execute(f"PRAGMA table_info({table})")]
        kept = [name for name in names if name not in IGNORED]
        order = {"stay": "entered_at, id", "terms": "valid_from, id"}.get(table, "id")
        rows = conn.execute(f"SELECT {', '.join(kept)} FROM {table} ORDER BY {order}")
        found[table] = [repr(dict(zip(kept, row, strict=True))) for row in rows]
    return found


@pytest.mark.long
@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    verbs=st.lists(st.tuples(VERBS, st.integers(1, 8), st.integers(1, 99)), min_size=1, max_size=9),
    aside=st.lists(
        st.tuples(st.sampled_from(ASIDE), st.just(0), st.integers(1, 99)),
        max_size=3,
    ),
    which=st.integers(0, 9),
    to=st.integers(1, 99),
)
def test_a_correction_makes_the_log_that_was_right_at_once(
    verbs: list[tuple[str, int, int]],
    aside: list[tuple[str, int, int]],
    which: int,
    to: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dates, "now", lambda: START + 200 * DAY)
    times: set[int] = set()
    story = [("open", 0, START)]
    for verb, number, day in [*verbs, *aside]:
        if day not in times:
            times.add(day)
            story.append((verb, number, START + day * DAY))
    story = possible(story)
    main = [event for event in story if event[0] not in ASIDE]
    wrong = main[which % len(main)]
    at = START + to * DAY + 7
    with closing(connect(":memory:")) as conn, closing(connect(":memory:")) as right:
        with command(conn, "play"):
            play(conn, story)
        before = content(conn)
        (meant,) = [
            entry
            for entry in log_entries.entries_of(conn, standing.state(conn, 1))
            if entry.at == wrong[2]
        ]
        try:
            with command(conn, "correct"):
                corrections.correct(conn, 1, meant.number, at=at)
        except Refused:
            assert content(conn) == before
            return
        assert health.check(conn) == []
        with command(right, "play"):
            play(right, [(*event[:2], at) if event == wrong else event for event in story])
        assert content(conn) == content(right)
        journal.undo(conn)
        assert content(conn) == before


@pytest.mark.long
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    verbs=st.lists(st.tuples(VERBS, st.integers(1, 8), st.integers(1, 99)), max_size=8),
    aside=st.lists(
        st.tuples(st.sampled_from(ASIDE), st.just(0), st.integers(1, 99), st.integers(0, 9)),
        min_size=1,
        max_size=5,
    ),
)
def test_the_same_acts_give_the_same_figures_in_whatever_order_they_are_recorded(
    verbs: list[tuple[str, int, int]],
    aside: list[tuple[str, int, int, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Moves are recorded one after the other; a visit, effort or an objection before moves that
    came before it, or long after."""
    monkeypatch.setattr(dates, "now", lambda: START + 200 * DAY)
    moves = {day: (verb, number, START + day * DAY) for verb, number, day in verbs}
    main = possible([("open", 0, START), *moves.values()])
    mixed = list(main)
    for verb, number, day, place in aside:
        mixed.insert(1 + place % len(mixed), (verb, number, START + day * DAY))
    found = []
    for story in (mixed, sorted(mixed, key=lambda event: (event[0] in ASIDE, event[2]))):
        with closing(connect(":memory:")) as conn:
            for event in story:
                before = content(conn)
                with command(conn, event[0]):
                    play(conn, [event])
                assert health.check(conn) == []
            after = content(conn)
            if len(health_rows(conn)):
                journal.undo(conn)
                assert content(conn) == before
                journal.redo(conn)
            assert content(conn) == after
            found.append({table: sorted(rows) for table, rows in after.items()})
            cost = make(conn, "cost", Question(process="funnel"))
            found[-1]["cost"] = [repr(row) for row in cost.rows]
    assert found[0] == found[1]


def test_a_move_that_is_told_late_takes_along_what_happened_since(roof: Run, db: str) -> None:
    """Visits, effort and objections that were recorded at the stage before it."""
    roof("visit add Ada --deal Roof --at '2026-11-10 10:00' --said there")
    roof("effort add Roof --duration 1h --at '2026-11-11 10:00'")
    roof("objection add Roof price --at '2026-11-12 10:00'")

    def stages() -> list[str]:
        day = "date:2026-11-10.."
        shown = [roof(f"{noun} list {day} --json=stage").json for noun in ("visit", "effort")]
        shown.append(roof("objection list --json=stage").json)
        return [row["stage"] for rows in shown for row in rows]

    before, db_before = stages(), state(db)
    assert set(before) == {"conversation"}
    for move, stage in (
        ("advance Roof --to offer --at '2026-11-09 10:00'", "offer"),
        ("back Roof --to visit --reason no --at '2026-11-09 10:00'", "visit"),
        ("win Roof --at '2026-11-09 10:00'", "close"),
    ):
        roof(move)
        assert set(stages()) == {stage}
        assert roof("doctor").exit_code == 0
        roof("undo")
        assert (stages(), state(db)) == (before, db_before)


def test_an_import_of_what_was_earlier_takes_along_what_happened_since(
    funnel: Run, tmp_path: Any
) -> None:
    path = tmp_path / "deals.csv"
    path.write_text("Id,Title,Contact,Status,Opened\n7,Hall,Acme,open,2026-10-01\n")
    funnel("import", "deals", path, "--key", "Id")
    funnel("visit add Acme --deal Hall --at '2026-11-10 10:00' --said there")
    path.write_text(
        "Id,Title,Contact,Value,Status,Opened,Closed\n7,Hall,Acme,9,won,2026-10-01,2026-11-02\n"
    )
    funnel("import", "deals", path, "--key", "Id")
    assert funnel("visit list --json=stage").json == [{"stage": "decision"}]
    assert funnel("doctor").exit_code == 0


def test_the_doctor_mends_what_stands_at_another_stage(roof: Run, db: str) -> None:
    before = state(db)
    with closing(connect(db)) as conn, conn:
        conn.execute("UPDATE effort SET stage_id = NULL")
    assert "at another stage" in roof("doctor", exit=None)
    roof("doctor --repair")
    assert state(db) == before


def test_every_report_is_that_of_a_file_in_which_it_was_right_at_once(
    funnel: Run, tmp_path: Any
) -> None:
    wrong, right = str(tmp_path / "wrong.db"), str(tmp_path / "right.db")
    lines = [
        "contact add Ada",
        "contact add Ben",
        "deal add Roof -c Ada --process funnel --stage visit --value 900 --at '{opened}'",
        "deal add Shed -c Ben --process funnel --stage visit --value 500 --at '2026-09-02 10:00'",
        "advance Roof --to offer --at '{moved}'",
        "deal edit Roof --value 1200 --at '2026-10-12 10:00'",
        "visit add {whom} --at '{visited}' --said hello --duration 45m",
        "win Roof --at '{won}'",
        "lose Shed --reason {reason} --at '{lost}'",
        "effort add Roof --duration 2h --at '2026-10-08 10:00'",
        "rate set hour 60 --from 2026-01-01",
    ]
    was = {
        "opened": "2026-09-05 10:00",
        "moved": "2026-10-02 10:00",
        "whom": "Ben",
        "visited": "2026-10-05 10:00",
        "won": "2026-10-20 10:00",
        "reason": "price",
        "lost": "2026-10-22 10:00",
    }
    is_ = {
        "opened": "2026-09-01 10:00",
        "moved": "2026-10-10 10:00",
        "whom": "Ada",
        "visited": "2026-09-20 10:00",
        "won": "2026-09-30 11:00",
        "reason": "competitor",
        "lost": "2026-09-25 10:00",
    }
    is_["moved"] = "2026-09-29 10:00"
    for line in lines:
        funnel(f"{line.format(**was)} --db {wrong}")
        funnel(f"{line.format(**is_)} --db {right}")
    for line in (
        "deal correct Roof 1 --at '2026-09-01 10:00'",
        "deal correct Roof 2 --at '2026-09-29 10:00'",
        "visit edit 1 --contact Ada --at '2026-09-20 10:00'",
        "deal correct Roof --at '2026-09-30 11:00'",
        "deal correct Shed --reason competitor --at '2026-09-25 10:00'",
    ):
        funnel(f"{line} --db {wrong}")
    usual = {"FUNNEL_PROCESS": "funnel"}
    for report in REPORTS:
        for more in ("-p 2026-09", "-p 2026-10", "--as-of 2026-10-01", "--as-of 2026-11-01"):
            line = f"report {report} {more} --json"
            there = funnel(f"{line} --db {right}", env=usual, exit=None)
            assert there.exit_code == 0 or "--as-of" in there.stderr
            assert funnel(f"{line} --db {wrong}", env=usual, exit=None) == there, line
    for table in ("deal", "visit", "contact"):
        there = funnel(f"{table} list --db {right}")
        assert funnel(f"{table} list --db {wrong}") == there
