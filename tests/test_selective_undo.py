"""An earlier command goes as if it had never been given, or what depends on it is named."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from conftest import Dump, Run, dump
from funnelcli import ids
from funnelcli.actions import health, taking_back
from funnelcli.db import reversing
from funnelcli.db.connection import connect
from funnelcli.db.journal import Wanted
from funnelcli.db.transaction import command
from funnelcli.errors import FunnelError, Refused
from funnelcli.values import dates
from test_journal import VERBS, WORDS, act

Act = tuple[str, str, int]
FIRST: list[Act] = [
    ("contact", "Roof", 1),
    ("contact", "Müller", 2),
    ("deal", "Roof", 1),
    ("deal", "B", 2),
    ("visit", "Roof", 1),
    ("step", "Roof", 1),
    ("step", "call", 2),
]
# Numbers of records that are mostly there.
FEW = st.sampled_from([1, 1, 1, 2, 2, 3])


def cells(conn: sqlite3.Connection) -> dict[tuple[str, int, int], object]:
    """Every value of the database by table, id and column."""
    return {
        (table, row[0], place): value
        for table, rows in dump(conn).items()
        for row in rows
        for place, value in enumerate(row)
    }


def without_ids(dumped: Dump) -> Dump:
    """The rows of a database, those of the log of terms without their ids: it is written anew where
    a command is parted from later ones."""
    terms = sorted(row[1:] for row in dumped["terms"])
    return {**dumped, "terms": terms}


def offered(hint: str) -> list[list[int]]:
    """The commands that a hint offers to take back, in the lines that do so."""
    lines = re.findall(r"funnel undo ([\d ]+)", hint)
    assert lines, hint
    return [[int(number) for number in line.split()] for line in lines]


class Played:
    """A database in which commands were given one after the other, each in its own minute."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.clock = 1_700_000_000
        self.made = count()
        # By the place of each command the cells that it changed: table, id, column.
        self.did: dict[int, frozenset[tuple[str, int, int]]] = {}
        patch.setattr(dates, "now", lambda: self.clock)
        # The ids that are given out follow from the minute, and from how many there were in it.
        random = SimpleNamespace(urandom=lambda size: next(self.made).to_bytes(size, "big"))
        patch.setattr(ids, "os", random)
        patch.setattr(ids, "time", SimpleNamespace(time_ns=lambda: self.clock * 10**9))
        self.conn = connect(":memory:")

    def play(self, commands: list[Act], leave_out: int | None = None) -> dict[int, int]:
        """Give the commands; by the place of each the id that it has. One is left out."""
        found: dict[int, int] = {}
        for place, (verb, word, number) in enumerate(commands):
            self.clock += 60
            self.made = count()
            if place == leave_out:
                continue
            before = cells(self.conn)
            try:
                with command(self.conn, verb) as command_id:
                    act(self.conn, verb, word, number, self.clock)
            except (FunnelError, TypeError, sqlite3.IntegrityError):
                continue
            if self.conn.execute("SELECT 1 FROM command WHERE id = ?", (command_id,)).fetchone():
                found[place] = command_id
                self.did[place] = frozenset(
                    cell
                    for cell, _value in before.items() ^ cells(self.conn).items()
                    if cell[0] != "terms"
                )
        return found

    def inserts(self, command_id: int) -> set[tuple[str, int]]:
        return set(
            self.conn.execute(
                "SELECT table_name, row_id FROM journal WHERE command_id = ? AND op = 'insert'",
                (command_id,),
            )
        )

    def undo(self, *numbers: int) -> None:
        wanted = Wanted([(number, number) for number in numbers])
        taking_back.undo(self.conn, wanted, lambda _id: None, lambda _id: None)

    def undone(self, number: int) -> str | None:
        """Take a command back; what is proposed instead where that is refused."""
        try:
            self.undo(number)
        except Refused as error:
            return error.hint
        return None


@contextmanager
def played(patch: pytest.MonkeyPatch) -> Iterator[Callable[[], Played]]:
    made: list[Played] = []

    def make() -> Played:
        made.append(Played(patch))
        return made[-1]

    try:
        yield make
    finally:
        for one in made:
            one.conn.close()


@pytest.mark.long
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    commands=st.lists(st.tuples(VERBS, WORDS, FEW), min_size=3, max_size=14),
    which=st.integers(0, 30),
    by_entries=st.sampled_from([0, reversing.BY_ENTRIES]),
)
def test_an_earlier_command_goes_as_if_it_had_never_been(
    commands: list[Act], which: int, by_entries: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reversing, "BY_ENTRIES", by_entries)
    monkeypatch.setattr(reversing, "PIECE", 3)
    every = [*FIRST, *commands]
    with played(monkeypatch) as make:
        one = make()
        conn = one.conn
        empty = dump(conn)
        given_ids = one.play(every)
        place = sorted(given_ids)[which % len(given_ids)]
        target = given_ids[place]
        before = dump(conn)
        after = {number for number in given_ids.values() if number > target}
        hint = one.undone(target)
        if hint is not None:
            event("refused")
            assert dump(conn) == before, "what is refused changes nothing"
            (numbers,) = offered(hint)
            assert set(numbers) <= after | {target}
            assert numbers[-1] == target
            one.undo(*numbers)
            assert health.check(conn) == []
            taking_back.redo(conn)
            assert dump(conn) == before
            one.undo(*after, target)
            assert health.check(conn) == []
            taking_back.redo(conn)
            assert dump(conn) == before
            return
        event("last" if not after else "earlier")
        without = dump(conn)
        assert health.check(conn) == []
        made = one.inserts(target)
        later = {row for number in after for row in one.inserts(number)}
        if not ({table for table, _id in made} & {table for table, _id in later}) - {"terms"}:
            other = make()
            other.play(every, leave_out=place)
            # A command that finds a value there as it was to make it leaves no trace of that.
            if other.did == {at: did for at, did in one.did.items() if at != place}:
                event("compared" if after else "compared last")
                assert without_ids(without) == without_ids(dump(other.conn))
            monkeypatch.setattr(dates, "now", lambda: one.clock)
        taking_back.redo(conn)
        assert dump(conn) == before, "what is done again is as it was"
        one.undo(target)
        assert dump(conn) == without
        while conn.execute("SELECT 1 FROM command WHERE kind = 'do' AND state = 'done'").fetchone():
            taking_back.undo(conn, Wanted(), lambda _id: None, lambda _id: None)
            assert health.check(conn) == []
        assert dump(conn) == empty


@pytest.mark.long
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    # A number alone takes back the command that has it.
    commands=st.lists(
        st.one_of(st.tuples(VERBS, WORDS, FEW), st.integers(1, 25)), min_size=5, max_size=25
    ),
    which=st.integers(0, 40),
    of_undos=st.booleans(),
)
def test_what_is_offered_works_among_undos_too(
    commands: list[Act | int], which: int, of_undos: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with played(monkeypatch) as make:
        one = make()
        conn = one.conn
        one.play(FIRST)
        for given_one in commands:
            if isinstance(given_one, int):
                with suppress(FunnelError):
                    one.undo(given_one)
            else:
                one.play([given_one])
        standing = conn.execute(
            "SELECT id FROM command WHERE state = 'done' AND (kind = 'undo' OR NOT ?)"
            " AND kind <> 'redo' ORDER BY id",
            (of_undos,),
        ).fetchall()
        if not standing:
            return
        (target,) = standing[which % len(standing)]
        before = dump(conn)
        hint = one.undone(target)
        if hint is None or "funnel undo" not in hint:
            event("went" if hint is None else "nothing offered")
            return
        assert dump(conn) == before
        lines = offered(hint)
        event(f"lines: {len(lines)}")
        assert target in lines[-1]
        for numbers in lines:
            one.undo(*numbers)
        assert health.check(conn) == []


State = Callable[[], Dump]


def test_what_others_came_after_is_taken_back_alone(funnel: Run, state: State) -> None:
    funnel("contact add 'Anna Berg' --town Bonn")
    before = state()
    funnel("contact edit 1 --town Köln")
    funnel("contact edit 1 --role decider")
    full = state()
    assert "Undone: funnel contact edit 1 --town" in funnel("undo 2")
    assert funnel("contact show 1 --json=town,role").json == {"town": "Bonn", "role": "decider"}
    assert "Done again: funnel contact edit 1 --town" in funnel("redo")
    assert state() == full
    # An undo is a command of the history, which an undo takes back; so is what it did again.
    funnel("undo 2")
    funnel("note add --contact 1 'likes tea'")
    funnel("undo 6")
    assert funnel("contact show 1 --json=town").json == {"town": "Köln"}
    last = funnel("history --json").json[0]
    assert (last["kind"], last["state"], last["undoes"]) == ("redo", "done", 2)
    funnel("undo 8")
    assert funnel("contact show 1 --json=town").json == {"town": "Bonn"}
    funnel("undo 7 3")
    assert state() == before
    funnel("redo")
    assert funnel("contact show 1 --json=town,role").json == {"town": "Bonn", "role": "decider"}


def test_what_depends_on_it_is_named(funnel: Run, state: State) -> None:
    funnel("contact add 'Anna Berg' --town Bonn")
    funnel("contact edit 1 --town Köln")
    funnel("contact edit 1 --town Mainz")
    funnel("deal add Roof --contact 1 --value 500")
    funnel("contact remove 1")
    before = state()
    funnel("undo")
    refused = funnel("undo 2", exit=3).stderr
    assert "2 (funnel contact edit 1 --town 'Köln') cannot be taken back by itself" in refused
    assert "Contact Anna Berg (Town)" in refused
    assert "3 (funnel contact edit 1 --town Mainz)" in refused
    assert "funnel undo 3 2" in refused
    assert "4 (funnel deal add Roof" in funnel("undo 1", exit=3).stderr
    funnel("redo")
    assert state() == before
    assert "5 (funnel contact remove 1)" in funnel("undo 2", exit=3).stderr
    german = funnel("undo 2", exit=3, env={"FUNNEL_LANGUAGE": "de"}).stderr
    assert "lässt sich nicht für sich zurücknehmen" in german
    assert "Kontakt Anna Berg" in german
    assert state() == before


def follow(funnel: Run, refused: str) -> None:
    """Type what the last line of a refusal offers."""
    for numbers in offered(refused.splitlines()[-1]):
        funnel("undo", *numbers)


def test_the_line_that_is_offered_takes_back_all_that_is_in_the_way(
    funnel: Run, state: State
) -> None:
    funnel("contact add Anna")
    before = state()
    funnel("deal add Roof --value 10k")
    added = state()
    for line in ("advance 1", "advance 1 --to offer", "win 1 -y", "reopen 1"):
        funnel(line)
    funnel("lose 1 --reason price")
    funnel("contact add Bea")
    assert "funnel undo 7 6 5 4 3\n" in funnel("undo 3", exit=3).stderr
    # All that was asked for is in it, also what stands in nobody's way.
    assert "funnel undo 8 7 6 5 4\n" in funnel("undo 4 8", exit=3).stderr
    follow(funnel, funnel("undo 3..5", exit=3).stderr)
    funnel("undo 8")
    assert state() == added
    funnel("undo 2")
    assert state() == before


def test_an_undo_that_others_came_after_is_taken_back_by_a_line_of_its_own(
    funnel: Run, state: State
) -> None:
    funnel("contact add 'Anna Berg' --town Bonn")
    funnel("contact edit 1 --town Köln")
    before = state()
    funnel("undo 2")
    funnel("contact edit 1 --town Mainz")
    refused = funnel("undo 3", exit=3).stderr
    assert "funnel undo 4; funnel undo 3" in refused
    follow(funnel, refused)
    assert state() == before


@pytest.mark.sqlite("another program writes to the file")
def test_what_another_program_did_is_named_before_anything_else_is_done(
    funnel: Run, db: str
) -> None:
    funnel("contact add 'Anna Berg' --town Bonn")
    funnel("contact edit 1 --town Köln")
    with closing(sqlite3.connect(db)) as conn, conn:
        conn.execute("UPDATE contact SET town = 'Mainz'")
    refused = funnel("undo 2", exit=3).stderr
    assert "came by 3 (changed by another program)." in refused
    follow(funnel, refused)
    assert funnel("contact show 1 --json=town").json == {"town": "Bonn"}


def test_edits_of_different_fields_of_a_deal_go_alone(funnel: Run, state: State) -> None:
    funnel("deal add Roof --value 500 --close 2027-03-01")
    funnel("deal edit 1 --value 700")
    funnel("deal edit 1 --close 2027-04-01")
    full = state()
    assert "Undone: funnel deal edit 1 --value 700" in funnel("undo 2")
    terms = "deal show 1 --json=value,expected_close"
    assert funnel(terms).json == {"value": 500, "expected_close": "2027-04-01"}
    assert [entry["what"] for entry in funnel("deal log 1 --json").json["entries"]] == [
        "created",
        "expected_close",
    ]
    funnel("redo")
    assert state() == full
    # An undo that others came after is taken back in the same way.
    funnel("undo 2")
    funnel("deal edit 1 --close 2027-05-01")
    funnel("undo 6")
    assert funnel(terms).json == {"value": 700, "expected_close": "2027-05-01"}
    assert "came by 7" in funnel("undo 3", exit=3).stderr
    funnel("undo 7 3")
    assert funnel(terms).json == {"value": 700, "expected_close": "2027-03-01"}
    funnel("doctor")


def test_what_was_said_of_a_deal_later_is_named_by_its_field(funnel: Run) -> None:
    funnel("deal add Roof --close 2027-03-01")
    funnel("deal edit 1 --value 700")
    funnel("deal edit 1 --close 2027-04-01")
    funnel("deal edit 1 --value 900")
    refused = funnel("undo 2", exit=3).stderr
    assert "It is about Deal Roof (Value), and came by 4 (funnel deal edit 1 --value 900)" in (
        refused
    )
    funnel("undo 4")
    # A win has a value.
    funnel("win 1")
    refused = funnel("undo 2", exit=3).stderr
    assert "It is about Deal Roof (Status), and came by 6 (funnel win 1)" in refused
    german = funnel("undo 1", exit=3, env={"FUNNEL_LANGUAGE": "de"}).stderr
    assert "Vereinbart" not in german


def test_several_go_at_once_or_none(funnel: Run, state: State) -> None:
    funnel("contact add Anna")
    funnel("contact add Bea")
    before = state()
    funnel("contact edit 1 --town Bonn")
    funnel("contact edit 2 --town Mainz")
    funnel("contact edit 1 --town Köln")
    after = state()
    assert "5 (funnel contact edit 1" in funnel("undo 3 4", exit=3).stderr
    assert state() == after
    told = funnel("undo 3..5 --json").json
    assert [one["undone"] for one in told["commands"]] == [5, 4, 3]
    assert state() == before
    entry = funnel("history --json --limit 1").json[0]
    assert (entry["undoes"], entry["several"]) == (3, ["5", "4", "3"])
    assert "undoes 5, 4, 3" in funnel("history", tty=True, width=120)
    assert len([line for line in funnel("redo").lines if "Done again" in line]) == 3
    assert state() == after
    funnel("undo 3..")
    assert state() == before
    assert "Only 2 commands stand" in funnel("undo --last 3", exit=4).stderr
    for words, code in (("9", 4), ("3", 3), ("x", 2), ("3..5", 4), ("1 --last 2", 2)):
        funnel(f"undo {words}", exit=code)
    assert state() == before


@pytest.mark.long
def test_a_long_import_goes_alone(funnel: Run, state: State, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    lines = [f"Person {number},Town {number}" for number in range(1500)]
    file.write_text("\n".join(["name,town", *lines]))
    funnel("contact add Anna")
    funnel("import", "contacts", file)
    funnel("contact edit 1 --town Bonn")
    full = state()
    funnel("undo 2")
    assert funnel("contact list --json=name,town").json == [{"name": "Anna", "town": "Bonn"}]
    funnel("redo")
    assert state() == full
    funnel("contact edit 'Person 700' --town Mainz")
    assert "6 (funnel contact edit 'Person 700'" in funnel("undo 2", exit=3).stderr
    funnel("undo")
    funnel("deal add Roof -c 'Person 12'")
    assert "deal add Roof" in funnel("undo 2", exit=3).stderr


@pytest.mark.sqlite("what SQLite is asked")
def test_of_many_rows_each_is_looked_at_once(funnel: Run, db: str) -> None:
    """What it costs to take an early command back grows with the rows, not with their square."""
    with closing(connect(db)) as conn:
        for number in range(2):
            with command(conn, "test"):
                conn.executemany(
                    "INSERT INTO contact (public_id, name, search, created_at, recorded_at)"
                    " VALUES (?, 'A', 'a', 0, 0)",
                    [(f"{number}-{place}",) for place in range(3000)],
                )
        with command(conn, "test"):
            conn.execute("UPDATE contact SET town = 'Bonn'")
        with command(conn, "test"):
            conn.execute("UPDATE contact SET region = 'NRW' WHERE id = 7")
        steps = count()
        conn.set_progress_handler(lambda: next(steps) * 0, 1000)
        taking_back.undo(conn, Wanted([(3, 3)]), lambda _id: None, lambda _id: None)
        with pytest.raises(Refused):
            taking_back.undo(conn, Wanted([(1, 1)]), lambda _id: None, lambda _id: None)
        used = next(steps)
        assert used < 20_000
    assert funnel("contact show 7 --json=town,region").json == {"town": None, "region": "NRW"}
