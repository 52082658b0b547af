"""What is kept of the reports of a large database, and moved with the deals, gives the same figures
as asking all deals does."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import pytest

from conftest import Clock, Run
from funnelcli.actions import care, contacts, deals, objections, visits
from funnelcli.db import journal, shadows, size
from funnelcli.db.aside import making
from funnelcli.db.connection import connect
from funnelcli.db.transaction import command, read_only
from funnelcli.errors import FunnelError, Usage
from funnelcli.queries import kept
from funnelcli.reports.declarations import REPORTS
from funnelcli.reports.question import Question, settle
from funnelcli.reports.run import make
from funnelcli.values import dates
from reference.asked import PAIRS
from reference.seller import NOW, Seller
from reference.surroundings import VARIANTS, berlin, copy_of, empty, periods_are_read_once
from test_journal import act

pytestmark = pytest.mark.sqlite("what is kept of a file")

__all__ = ["berlin", "empty", "periods_are_read_once"]

SLICES = ("source", "month", "organisation", "tag", "owner", "product", "people", "decider")
VERBS = (
    *("advance", "skip", "back", "win", "lose", "withdraw", "reopen", "edit", "remove", "visit"),
    *("visit_edit", "contact", "contact_edit", "tag", "undo", "redo", "deal", "win", "advance"),
    *(
        "stray",
        "home",
        "objection",
        "effort",
        "refer",
        "role",
        "referral",
        "give",
        "advance",
        "reopen",
        "edit",
        "move",
    ),
)
# What hardly anything that is kept outlives.
RARELY = ("process", "outside", "replaced")
HISTORIES = 12
PARTS = 6


@pytest.fixture(autouse=True)
def however_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few deals there are, answers are kept, and moved along all of them."""
    monkeypatch.setattr(size, "ENOUGH", 0)
    monkeypatch.setattr(kept, "_SHARE", 0)
    monkeypatch.setattr(kept, "_ROOM", 1 << 20)


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_what_is_kept_gives_the_figures_of_all_deals(
    empty: sqlite3.Connection, clock: Clock, part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = answers_moved(monkeypatch)
    seeds = range(part * HISTORIES // PARTS, (part + 1) * HISTORIES // PARTS)
    for seed in seeds:
        history(empty, clock, seed, monkeypatch, rounds=4)
    assert len(moved) > 100 * len(seeds)


def test_answers_are_moved(
    empty: sqlite3.Connection, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = answers_moved(monkeypatch)
    history(empty, clock, HISTORIES, monkeypatch, rounds=2)
    assert len(moved) > 30


def answers_moved(monkeypatch: pytest.MonkeyPatch) -> list[kept.Answer]:
    """What is kept and moved, as it is."""
    moved = []

    def noted(self: kept.Keeping, asked: kept.Asked) -> kept.Answer | None:
        found = answer(self, asked)
        if found is not None:
            moved.append(found)
        return found

    answer = kept.Keeping.answer
    monkeypatch.setattr(kept.Keeping, "answer", noted)
    return moved


def history(
    empty: sqlite3.Connection,
    clock: Clock,
    seed: int,
    monkeypatch: pytest.MonkeyPatch,
    *,
    rounds: int,
) -> None:
    """Somebody works, and in between asks for every report, with what is kept and without."""
    dice = random.Random(seed)  # noqa: S311
    monkeypatch.setattr(kept, "_BEHIND", dice.choice((1, 10, 2_000)))
    clock.instant = NOW
    conn = copy_of(empty)
    with command(conn, "deal add"):
        seller = Seller(conn, seed, clock)
    slices = [(), (dice.choice(SLICES),), tuple(dice.choice(list(PAIRS)).split())]
    for _round in range(rounds):
        compare(conn, dice, slices if rounds > 2 else slices[:1])
        rarely = [dice.choice(RARELY)] if rounds > 2 and dice.random() < 0.1 else []
        for verb in [*dice.choices(VERBS, k=dice.randint(2, 12)), *rarely]:
            change(conn, seller, verb, dice, max(clock.instant, NOW))
            clock.instant = max(clock.instant, NOW) + dice.choice((0, 60, 86400))
    compare(conn, dice, slices[:1])
    conn.close()


def change(
    conn: sqlite3.Connection, seller: Seller, verb: str, dice: random.Random, at: int
) -> None:
    """One thing that somebody does to one of the deals; it may be refused."""
    (deals,) = conn.execute("SELECT max(id) FROM deal").fetchone()
    number = dice.randint(1, deals or 1)
    (commands,) = conn.execute("SELECT count(*) FROM command WHERE state = 'done'").fetchone()
    try:
        if verb == "undo" and commands > 1:
            journal.undo(conn)
        elif verb == "redo":
            journal.redo(conn)
        elif verb in SQL:
            # Another program, of whose changes the journal knows as far as its triggers see them.
            conn.execute(f"PRAGMA recursive_triggers = {dice.randint(0, 1)}")
            conn.execute(SQL[verb].format(number))
        else:
            with command(conn, verb):
                by_hand(conn, seller, verb, number, at, dice)
    except (FunnelError, TypeError, LookupError, sqlite3.IntegrityError):
        pass


SQL = {
    "outside": "UPDATE deal SET value = value + 1 WHERE id = {0}",
    "replaced": "INSERT OR REPLACE INTO stay SELECT * FROM stay WHERE deal_id = {0}",
}


def by_hand(
    conn: sqlite3.Connection,
    seller: Seller,
    verb: str,
    number: int,
    at: int,
    dice: random.Random,
) -> None:
    if verb == "deal":
        seller._deal()
    elif verb == "stray":
        visits.add(conn, contact_id=dice.randint(1, 7), deal_id=None, at=at, fields={"minutes": 30})
    elif verb == "effort":
        visits.add(conn, contact_id=None, deal_id=number, at=at, fields={"minutes": number * 7})
    elif verb == "home":
        contacts.edit(conn, dice.randint(3, 7), {"organisation_id": dice.choice((1, 2, None))})
    elif verb == "move":
        contact = dice.choice((*seller.ledger.contacts, None))
        deals.edit(conn, number, at, {"contact_id": contact})
    elif verb == "role":
        contacts.edit(conn, dice.randint(3, 7), {"role": dice.choice(("decider", "user"))})
    elif verb == "referral":
        care.refer(conn, dice.randint(1, 7), dates.today().isoformat(), existing_id=5)
    elif verb == "refer":
        contacts.edit(conn, dice.randint(4, 7), {"referred_by_id": dice.choice((3, None))})
    elif verb == "objection":
        objections.add(conn, number, "price", at, resolved=dice.random() < 0.5)
    elif verb == "give":
        deals.edit(conn, number, at, {"owner_id": dice.choice([*seller.members.values()])})
    else:
        act(conn, verb, "price", number, at)


def compare(
    conn: sqlite3.Connection, dice: random.Random, slices: Sequence[tuple[str, ...]]
) -> None:
    """Every report, with what is kept and without: the same."""
    moment = NOW - dice.randrange(300 * 86400)
    asked = [
        (name, options, at, by)
        for name, options in VARIANTS
        for at in (None, moment)
        for by in slices
    ]
    with read_only(conn):
        keeping = kept.Keeping(conn, dates.now())
        for name, options, at, by in asked:
            if not {*by} <= {*REPORTS[name].slices}:
                continue
            question = Question(by=by, as_of=at, options=dict(options))
            plainly = said(conn, name, question)
            found = said(conn, name, question._replace(keeping=keeping))
            assert found == plainly, f"{name} {options} {at} {by}: {between(plainly, found)}"
    keeping.store()
    with making(conn):
        assert not kept.differ(conn)


def between(plainly: Any, found: Any) -> list[Any]:
    """Where two answers are not the same."""
    if isinstance(plainly, str) or isinstance(found, str):
        return [plainly, found]
    return [
        (one, other)
        for whole, moved in zip(plainly, found, strict=True)
        if whole != moved
        for one, other in (
            zip(whole, moved, strict=False) if isinstance(whole, list) else [(whole, moved)]
        )
        if one != other
    ]


def said(conn: sqlite3.Connection, name: str, question: Question) -> Any:
    """What a report says, or why it does not."""
    asked = question._replace(options=dict(question.options), answers={})
    try:
        settle(name, asked)
        report = make(conn, name, asked)
    except Usage as error:
        return str(error)
    return report.rows, report.n, report.explain, report.total, report.left_out, report.notes


def test_a_query_that_is_kept_reads_what_is_watched(empty: sqlite3.Connection) -> None:
    """Of contacts what is compared, and of the tables that have shadows only what hangs together by
    the deal."""
    conn = copy_of(empty)
    read: set[tuple[str, str]] = set()
    asked: set[str] = set()

    def note(action: int, table: str | None, column: str | None, *_rest: Any) -> int:
        if action == sqlite3.SQLITE_READ and table and column:
            read.add((table, column))
        return sqlite3.SQLITE_OK

    with read_only(conn):
        keeping = kept.Keeping(conn, NOW)
        for name, options in VARIANTS:
            for by in [(), *((one,) for one in REPORTS[name].slices if one != "process")]:
                said(conn, name, Question(by=by, options=dict(options), keeping=keeping))
        conn.set_authorizer(note)
        for question, _answer in keeping.new:
            conn.execute(question.statement, question.values)
            asked |= shadows.tables_read(conn, question.statement)
        conn.set_authorizer(None)
    assert {table for table, _column in read} & asked >= {"deal", "stay", "visit", "contact"}
    columns = {column for table, column in read if table == "contact"}
    assert columns - {"id", ""} <= {*kept.OF_CONTACTS}
    # Rows that count for something else than their deal alone.
    assert not {"referral", "field_value"} & shadows.OF_DEALS
    conn.close()


def test_the_doctor_finds_what_is_kept_and_wrong(funnel: Run, db: str) -> None:
    funnel("deal add Roof --value 10k --source fair")
    funnel("deal add Wall --value 5k --source web")
    funnel("deal win 1 --yes")
    first = funnel("report sources --json").json
    with closing(sqlite3.connect(db)) as conn, conn:
        changed = conn.execute(
            "UPDATE tally SET rows = replace(rows, '1000000', '7') WHERE rows LIKE '%1000000%'"
        )
        assert changed.rowcount
    assert funnel("report sources --json").json != first
    assert "sums over all deals" in funnel("doctor", exit=None)
    funnel("doctor --fix")
    assert funnel("report sources --json").json == first


def test_what_is_kept_and_cannot_be_read_is_asked_anew(funnel: Run, db: str) -> None:
    funnel("deal add Roof --value 10k --source fair")
    first = funnel("report sources --json").json
    with closing(sqlite3.connect(db)) as conn, conn:
        conn.execute("UPDATE tally SET rows = substr(rows, 9)")
    assert funnel("report sources --json").json == first
    with closing(sqlite3.connect(db)) as conn, conn:
        conn.execute("UPDATE tally SET rows = '[]'")
    assert "sums over all deals" in funnel("doctor", exit=None)


def test_the_doctor_runs_nothing_that_a_file_brings_but_to_read(funnel: Run, db: str) -> None:
    funnel("deal add Roof --value 10k --source fair")
    funnel("report sources")
    asked = kept.Asked.of(kept.Kind(0, True, False), "DELETE FROM deal RETURNING id", {})
    with closing(connect(db)) as conn:
        keeping = kept.Keeping(conn, dates.now())
        keeping.new = [(asked, kept.Answer(("id",), []))]
        keeping.store()
    assert "sums over all deals" in funnel("doctor", exit=None)
    funnel("doctor --fix")
    assert len(funnel("deal list --json").json) == 1
    assert "sums" not in funnel("doctor")


def test_a_report_that_waits_for_a_writer_keeps_nothing(funnel: Run, db: str) -> None:
    funnel("deal add Roof --value 10k --source fair")
    with closing(sqlite3.connect(db, isolation_level=None)) as conn:
        conn.execute("BEGIN IMMEDIATE")
        assert "fair" in funnel("report sources", tty=True)
        conn.execute("ROLLBACK")
        assert conn.execute("SELECT count(*) FROM tally").fetchone() == (0,)
    funnel("report sources")
    with closing(sqlite3.connect(db)) as conn:
        assert conn.execute("SELECT count(*) FROM tally").fetchone() > (0,)


def test_what_is_kept_takes_only_so_much_room(
    funnel: Run, db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    funnel("deal add Roof --value 10k --source fair")
    funnel("report sources")
    with closing(sqlite3.connect(db)) as conn:
        (room,) = conn.execute("SELECT sum(length(rows)) FROM tally").fetchone()
    monkeypatch.setattr(kept, "_ROOM", room)
    funnel("deal add Wall --value 5k --source web")
    for by in ("product", "month", "tag"):
        funnel(f"report sources --by {by}")
        with closing(sqlite3.connect(db)) as conn:
            assert conn.execute("SELECT sum(length(rows)) FROM tally").fetchone()[0] <= 2 * room


def test_few_deals_are_asked_without_keeping_anything(
    funnel: Run, db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(size, "ENOUGH", 20_000)
    funnel("deal add Roof --value 10k")
    funnel("report all")
    with closing(sqlite3.connect(db)) as conn:
        assert conn.execute("SELECT count(*) FROM tally").fetchone() == (0,)


def test_what_was_forgotten_is_in_no_answer(funnel: Run, db: str) -> None:
    funnel('contact add "Ada Berg"')
    funnel('deal add Roof --contact "Ada Berg" --value 10k --source fair')
    funnel("report sources --by contact")
    with closing(sqlite3.connect(db)) as conn:
        assert conn.execute("SELECT count(*) FROM tally").fetchone() > (0,)
    funnel('contact forget "Ada Berg" --yes')
    with closing(sqlite3.connect(db)) as conn:
        assert conn.execute("SELECT count(*) FROM tally").fetchone() == (0,)


def test_what_another_program_throws_out_unseen_counts_once(funnel: Run, db: str) -> None:
    """Its triggers do not see the rows that INSERT OR REPLACE takes the place of."""
    funnel("deal add Roof --value 10k")
    funnel("advance 1")
    funnel("deal lose 1 --reason price")
    first = funnel("report flow --json").json
    with closing(sqlite3.connect(db)) as conn, conn:
        conn.execute("INSERT OR REPLACE INTO stay SELECT * FROM stay WHERE deal_id = 1")
    assert funnel("report flow --json").json == first
