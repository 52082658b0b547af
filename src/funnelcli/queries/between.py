"""What changed in the database between two entries of the journal: records that came, changed and
went, by kind, and what became of deals."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import groupby

from funnelcli.db import selective
from funnelcli.db.aside import making
from funnelcli.db.selective import Touched, Values
from funnelcli.plain import NamedTuple
from funnelcli.queries.changes import (
    CHANGED,
    Change,
    Lives,
    Step,
    came_or_went,
    entries_on,
    identity,
    same,
    told,
)
from funnelcli.queries.row_words import LOGS, TWICE, RowWords

_PAGE = 500
# Which states of a row are compared.
_BOTH, _WAS, _THEN = 0, 1, 2
# Of which record, the one that had the id before another (0) or the one that has it (1).
_ORDER = "of_table, of_id, life, part, table_name, row_id, side"
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
        self._entries = entries
        self._fates: dict[str, Counter[str]] = {name: Counter() for name in FATES}
        self._deals: Counter[str] = Counter()
        with making(conn):
            ranges = selective.look(conn, entries)
            # Records come first: by them it is known which parts tell nothing.
            for table, first, last in sorted(
                ranges, key=lambda one: not self._words.is_record(one[0])
            ):
                conn.execute(
                    "INSERT INTO temp.touched (table_name, row_id, first)"
                    " SELECT j.table_name, t.id, j.id FROM journal AS j"
                    f" CROSS JOIN {table} AS t ON t.id BETWEEN j.row_id AND j.last_id"
                    " WHERE j.id BETWEEN ? AND ? AND j.table_name = ? AND j.row_id = ?"
                    f" AND j.last_id = ?{self._telling(table)} ON CONFLICT DO NOTHING",
                    (*entries, table, first, last),
                )
            conn.execute(
                "CREATE TEMP TABLE IF NOT EXISTS compared (of_table TEXT, of_id INTEGER,"
                " life INTEGER, part INTEGER, table_name TEXT, row_id INTEGER, side INTEGER,"
                f" PRIMARY KEY ({_ORDER})) WITHOUT ROWID"
            )
            conn.execute("DELETE FROM temp.compared")
            replaced = self._replaced()
            self._gather(replaced)
        self._count_by_parts()

    def _telling(self, table: str) -> str:
        """The condition on rows ``t`` of a table, put behind others, that leaves out parts which
        came with their records: a large import has several times as many of them as records."""
        if self._only or self._words.is_record(table):
            return ""
        said, others = "", ""
        for column in self._words.wholes(table):
            target = self._words.links[table][column]
            if self._words.is_record(target):
                said += (
                    f" AND NOT ({others}EXISTS (SELECT 1 FROM temp.touched AS o JOIN journal AS k"
                    f" ON k.id = o.first WHERE o.table_name = '{target}'"
                    f" AND o.row_id = t.{column} AND k.op = 'insert'))"
                )
            others += f"t.{column} IS NULL AND "
        return said

    def _replaced(self) -> set[tuple[str, int]]:
        """The ids that one record had before and another has behind the entries."""
        gone = self._conn.execute(
            "SELECT DISTINCT table_name, row_id FROM journal WHERE id BETWEEN ? AND ?"
            " AND op = 'delete' AND before LIKE '%\"public_id\"%'",
            self._entries,
        ).fetchall()
        return {
            (row.table, row.id)
            for place in range(0, len(gone), _PAGE)
            for row in selective.states(self._conn, gone[place : place + _PAGE])
            if row.was is not None
            and row.then is not None
            and identity(row.was) != identity(row.then)
        }

    def _gather(self, replaced: set[tuple[str, int]]) -> None:
        """Note of which record each row is, or was: where one row had the id of another, or went
        from one record to another, each of its states by itself."""
        page: list[tuple[str, int, int, int, str, int, int]] = []
        kinds = ("TEXT", "INTEGER", "INTEGER", "INTEGER", "TEXT", "INTEGER", "INTEGER")
        cells = (f"CAST(json_extract(w.value, '$[{n}]') AS {kind})" for n, kind in enumerate(kinds))
        # A page is one statement: a server is asked once.
        insert = (
            f"INSERT INTO temp.compared SELECT {', '.join(cells)} FROM json_each(?) AS w"
            " WHERE true ON CONFLICT DO NOTHING"
        )
        before, behind = self._entries[0], self._entries[1] + 1
        lived = {_WAS: True, _THEN: True, _BOTH: True}
        if self._only:
            noted = entries_on(self._conn, [self._only]).get(self._only, [])
            lives = Lives(self._conn, *self._only, noted)
            lived = {_WAS: lives.at(before), _THEN: lives.at(behind)}
            lived[_BOTH] = any(lived.values())
        for row in selective.rows(self._conn):
            if row.was == row.then or row.table in TWICE:
                continue
            own = (row.table, row.id)
            states: list[tuple[int, Values | None]]
            if row.was and row.then and same(self._words, row.table, row.was, row.then):
                states = [(_BOTH, row.then)]
            else:
                states = [(_WAS, row.was), (_THEN, row.then)]
            lives_told: set[int] = set()
            for side, held in states:
                if held is None or not lived[side]:
                    continue
                self._words.at = before if side == _WAS else behind
                record = self._record(*own, held)
                if record is None or (self._only and not self._is_of(record, row, side)):
                    continue
                life = int(side != _WAS or record not in replaced)
                if record == own and life not in lives_told:
                    lives_told.add(life)
                    self._tell(_step(row, side, self._entries))
                page.append((*record, life, int(record != own), *own, side))
            if len(page) >= _PAGE:
                self._conn.execute(insert, (json.dumps(page),))
                page.clear()
        self._conn.execute(insert, (json.dumps(page),))

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

    def _is_of(self, record: tuple[str, int], row: Touched, side: int) -> bool:
        if record == self._only:
            return True
        assert self._only is not None
        links = self._words.links.get(row.table, {})
        states = {_BOTH: (row.was, row.then), _WAS: (row.was,), _THEN: (row.then,)}[side]
        return row.table not in ("contact", "deal") and any(
            held is not None and (target, held.get(column)) == self._only
            for held in states
            for column, target in links.items()
        )

    def _tell(self, own: Step) -> None:
        """Count a record by what became of its own row."""
        self.kinds[own.table][own.change] += 1
        if own.table == "deal":
            self._tell_fate(own)

    def _count_by_parts(self) -> None:
        """Count the records of which parts alone differ."""
        logs = ", ".join(f"'{table}'" for table in sorted(LOGS))
        for table, many in self._conn.execute(
            "SELECT of_table, count(*) FROM (SELECT DISTINCT p.of_table, p.of_id, p.life"
            f" FROM temp.compared AS p WHERE p.part = 1 AND p.table_name NOT IN ({logs})"
            " AND NOT EXISTS (SELECT 1 FROM temp.compared AS o WHERE o.of_table = p.of_table"
            " AND o.of_id = p.of_id AND o.life = p.life AND o.part = 0)) AS r GROUP BY of_table"
        ):
            self.kinds[table][CHANGED] += many

    def _records(self) -> Iterator[tuple[tuple[str, int], list[Step]]]:
        """Each record with what became of it and its parts; its own row comes first."""
        last = ("", 0, 0, 0, "", 0, 0)
        ahead: list[tuple[tuple[str, int, int], Step]] = []
        before, behind = self._entries[0], self._entries[1] + 1
        while page := self._conn.execute(
            f"SELECT {_ORDER} FROM temp.compared WHERE ({_ORDER}) > (?, ?, ?, ?, ?, ?, ?)"
            f" ORDER BY {_ORDER} LIMIT {_PAGE}",
            last,
        ).fetchall():
            last = page[-1]
            states = {
                (row.table, row.id): row
                for row in selective.states(self._conn, [one[4:6] for one in page])
            }
            self._words.ahead(
                (row.table, held, at)
                for row in states.values()
                for held, at in ((row.was, before), (row.then, behind))
                if held is not None
            )
            for of_table, of_id, life, _part, table, row_id, side in page:
                step = _step(states[table, row_id], side, self._entries)
                ahead.append(((of_table, of_id, life), step))
            grouped = [
                (key, [step for _key, step in some])
                for key, some in groupby(ahead, key=lambda one: one[0])
            ]
            # The last one may go on in the next page.
            for key, steps in grouped[:-1]:
                yield key[:2], steps
            key, steps = grouped[-1]
            ahead = [(key, step) for step in steps]
        if ahead:
            yield ahead[0][0][:2], [step for _key, step in ahead]

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
        for record, steps in self._records():
            own = _own(record, steps)
            if own is not None and own.change != CHANGED:
                # Its fields and its parts came or went with it.
                yield came_or_went(self._words, own)
                continue
            shown = [step for step in steps if not (step.table in LOGS and own)]
            for change in told(self._words, shown, *record):
                if change.field is None or change.change == CHANGED:
                    yield change


def _own(record: tuple[str, int], steps: list[Step]) -> Step | None:
    """What became of a record's own row, which comes first; None where its parts alone differ."""
    return steps[0] if (steps[0].table, steps[0].id) == record else None


def _step(row: Touched, side: int, entries: tuple[int, int]) -> Step:
    """A row before and behind the entries, or one of its states by itself."""
    old = None if side == _THEN else row.was
    new = None if side == _WAS else row.then
    return Step(0, row.table, row.id, old, new, entries)
