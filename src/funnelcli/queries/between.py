"""What changed in the database between two entries of the journal: records that came, changed and
went, by kind, and what became of deals."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from funnelcli.db import selective
from funnelcli.db.selective import Touched, Values
from funnelcli.db.transaction import making
from funnelcli.queries.changes import CHANGED, NEW, REMOVED, Change, Step, told
from funnelcli.queries.row_words import LOGS, TWICE, RowWords

_PAGE = 500
# What can become of a deal, each with what is said of it.
FATES = ("new", "moved", "won", "lost", "reopened", "removed")


class Span(NamedTuple):
    """The commands from one to another, both included, when they were given, and the ids of the
    first and the last of their entries."""

    first: int
    last: int
    since: int
    until: int
    entries: tuple[int, int]


class Fate(NamedTuple):
    """How many deals something became of, with their values in minor units by currency."""

    deals: int
    values: dict[str, int]


def of_days(conn: sqlite3.Connection, since: int | None, until: int | None) -> Span | None:
    """The commands from one instant up to, not including, another (UTC seconds, None for an open
    end); None where there are none."""
    return _span(
        conn,
        "(:since IS NULL OR at >= :since) AND (:until IS NULL OR at < :until)",
        {"since": since, "until": until},
    )


def of_commands(conn: sqlite3.Connection, first: int, last: int | None) -> Span | None:
    """The commands with ids from one to another, both included, or to the last."""
    where = "id >= :first AND (:last IS NULL OR id <= :last)"
    return _span(conn, where, {"first": first, "last": last})


def _span(conn: sqlite3.Connection, where: str, values: dict[str, int | None]) -> Span | None:
    first, last, since, until = conn.execute(
        f"SELECT min(id), max(id), min(at), max(at) FROM command WHERE {where}", values
    ).fetchone()
    if first is None:
        return None
    entries = conn.execute(
        "SELECT min(id), max(id) FROM journal WHERE command_id BETWEEN ? AND ?", (first, last)
    ).fetchone()
    return None if entries[0] is None else Span(first, last, since, until, entries)


def last_command(conn: sqlite3.Connection) -> int:
    """The id of the last command, 0 where there is none."""
    (last,) = conn.execute("SELECT coalesce(max(id), 0) FROM command").fetchone()
    return int(last)


class Between:
    """The changes between two entries, both included: what each row was before the first, and is
    behind the last. ``only`` is one record, its table and id, with what hangs on it."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        entries: tuple[int, int],
        locale: str,
        only: tuple[str, int] | None = None,
    ) -> None:
        self.kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
        """By table how many records are new, changed and removed."""
        self._conn = conn
        self._words = RowWords(conn, locale)
        self._only = only
        self._fates: dict[str, Counter[str]] = {name: Counter() for name in FATES}
        self._deals: Counter[str] = Counter()
        with making(conn):
            for table, first, last in selective.look(conn, entries):
                conn.execute(
                    "INSERT OR IGNORE INTO temp.touched (table_name, row_id, first)"
                    " SELECT j.table_name, t.id, j.id FROM journal AS j"
                    f" CROSS JOIN {table} AS t ON t.id BETWEEN j.row_id AND j.last_id"
                    " WHERE j.id BETWEEN ? AND ? AND j.table_name = ? AND j.row_id = ?"
                    " AND j.last_id = ?",
                    (*entries, table, first, last),
                )
            conn.execute(
                "CREATE TEMP TABLE IF NOT EXISTS compared (of_table TEXT, of_id INTEGER,"
                " part INTEGER, table_name TEXT, row_id INTEGER,"
                " PRIMARY KEY (of_table, of_id, part, table_name, row_id)) WITHOUT ROWID"
            )
            conn.execute("DELETE FROM temp.compared")
            self._gather()
        self._count()

    def _gather(self) -> None:
        """Note of which record each row is."""
        page: list[tuple[str, int, int, str, int]] = []
        insert = "INSERT OR IGNORE INTO temp.compared VALUES (?, ?, ?, ?, ?)"
        for row in selective.rows(self._conn):
            held = row.then or row.was
            if held is None or row.was == row.then or row.table in TWICE:
                continue
            record = self._record(row.table, row.id, held)
            if record is None or (self._only and not self._is_of(record, row, held)):
                continue
            page.append((*record, int(record != (row.table, row.id)), row.table, row.id))
            if len(page) >= _PAGE:
                self._conn.executemany(insert, page)
                page.clear()
        self._conn.executemany(insert, page)

    def _record(self, table: str, row_id: int, row: Values) -> tuple[str, int] | None:
        """The record that a row is, or is a part of."""
        words = self._words
        while not words.is_record(table):
            column = words.whole(table, row)
            if column is None:
                return None
            table, row_id = words.links[table][column], row[column]
            if words.is_record(table):
                break
            found = words.row(table, row_id)
            if found is None:
                return None
            row = found
        return table, row_id

    def _is_of(self, record: tuple[str, int], row: Touched, held: Values) -> bool:
        if record == self._only:
            return True
        assert self._only is not None
        links = self._words.links.get(row.table, {})
        return any(
            (target, held.get(column)) == self._only for column, target in links.items()
        ) and row.table not in ("contact", "deal")

    def _count(self) -> None:
        for (table, _id), steps in self._records():
            own = next((step for step in steps if step.table == table and step.id == _id), None)
            change = CHANGED if own is None else _change(own)
            if own is not None and table == "deal":
                self._tell_fate(own)
            if any(step.table not in LOGS for step in steps):
                self.kinds[table][change] += 1

    def _records(self) -> Iterator[tuple[tuple[str, int], list[Step]]]:
        """Each record with what became of it and its parts; its own row comes first."""
        last = ("", 0, 0, "", 0)
        order = "of_table, of_id, part, table_name, row_id"
        ahead: list[tuple[tuple[str, int], Step]] = []
        while page := self._conn.execute(
            f"SELECT {order} FROM temp.compared WHERE ({order}) > (?, ?, ?, ?, ?)"
            f" ORDER BY {order} LIMIT {_PAGE}",
            last,
        ).fetchall():
            last = page[-1]
            states = {
                (row.table, row.id): row
                for row in selective.states(self._conn, [one[3:] for one in page])
            }
            for of_table, of_id, _part, table, row_id in page:
                row = states[table, row_id]
                step = Step(0, table, row_id, row.was, row.then)
                ahead.append(((of_table, of_id), step))
            grouped = [
                (key, [step for _key, step in some])
                for key, some in groupby(ahead, key=lambda one: one[0])
            ]
            # The last one may go on in the next page.
            yield from grouped[:-1]
            key, steps = grouped[-1]
            ahead = [(key, step) for step in steps]
        if ahead:
            yield ahead[0][0], [step for _key, step in ahead]

    def _tell_fate(self, step: Step) -> None:
        old, new = step.old, step.new
        if new is None:
            assert old is not None
            self._add("removed", old)
            return
        if old is None:
            self._add("new", new)
        elif old["stage_id"] != new["stage_id"]:
            self._add("moved", new)
        before = "open" if old is None else old["status"]
        if before != new["status"]:
            self._add("reopened" if new["status"] == "open" else new["status"], new)

    def _add(self, fate: str, deal: Values) -> None:
        self._deals[fate] += 1
        if deal["value"] is not None:
            self._fates[fate][deal["currency"]] += deal["value"]

    @property
    def fates(self) -> dict[str, Fate]:
        """What became of deals: how many, with their values behind the last entry."""
        return {name: Fate(self._deals[name], dict(self._fates[name])) for name in FATES}

    def __iter__(self) -> Iterator[Change]:
        """Each record that came or went, and each field of those that changed."""
        for (table, record_id), steps in self._records():
            own = any(step.table == table and step.id == record_id for step in steps)
            for step in steps:
                if step.table in LOGS and own:
                    continue
                for change in told(self._words, step, table, record_id):
                    if change.field is None or change.change == CHANGED:
                        yield change
                if step.table == table and step.id == record_id and not (step.old and step.new):
                    # Its parts came or went with it.
                    break


def _change(step: Step) -> str:
    return NEW if step.old is None else REMOVED if step.new is None else CHANGED
