"""Bringing in another database of this program: its records, found again by their public ids, with
all that belongs to them.

Tables, keys and references are read from the schema, so that a new table comes along by itself.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from funnelcli.actions import log, log_cache
from funnelcli.actions.importing.preference import MINE, Changes
from funnelcli.db import contents, references, rows, triggers
from funnelcli.nouns.extending import NOUNS
from funnelcli.text import numbered
from funnelcli.typed import Any

# The logs of a deal: one is as it is as a whole, so that nothing is said twice or left out.
_LOGS = ("stay", "terms")
# What the database here has settled for itself: what there is of it stays as it is, and gets no
# parts that it has not.
_SETTLED = ("process", "stage", "questionnaire")
# What is worth nothing elsewhere: which notes of a folder here were read.
_NOT_BROUGHT = ("inbox_note",)
_PROGRESS = 500
# Where a row stands among others, and when it was written down, tells nobody anything.
_UNTOLD = ("position", "place", "recorded_at", "created_at")

Row = dict[str, Any]


@dataclass(slots=True)
class Summary:
    """What was done, by table. ``rest`` counts the rows of what belongs to records, ``left`` those
    that say otherwise than is on file and that stay, ``barred`` those whose number or id another
    record has here. ``named`` has what is called by a key or a name of those that stay, by table,
    ``fields`` the fields of one's own that are new. ``commands`` counts the commands of the journal
    there, which stays behind."""

    added: Counter[str] = field(default_factory=Counter)
    updated: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    rest: int = 0
    left: Counter[str] = field(default_factory=Counter)
    barred: list[str] = field(default_factory=list)
    processes: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    named: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    commands: int = 0

    def leave(self, table: str, row: Mapping[str, Any]) -> None:
        """Count a row there that says otherwise than is on file, which stays."""
        self.left[table] += 1
        called = row.get("key") or row.get("name")
        if called:
            self.named[table].append(str(called))


@dataclass(frozen=True, slots=True)
class _Table:
    """A table: its columns but for the id, those that refer to others, and the sets of columns by
    which each row is one of its own."""

    name: str
    columns: list[str]
    links: dict[str, str]
    keys: list[list[str]]

    @property
    def public(self) -> bool:
        return "public_id" in self.columns


def counts(other: sqlite3.Connection) -> dict[str, int]:
    """How many records of each kind a database has, by table, those that it has any of."""
    found: dict[str, int] = {}
    for name in ("contact", "deal", "visit", "step", "note", "offer", "product"):
        (found[name],) = other.execute(f"SELECT count(*) FROM {name}").fetchone()
    return {name: count for name, count in found.items() if count}


def bring(
    conn: sqlite3.Connection,
    other: sqlite3.Connection,
    *,
    prefer: str,
    progress: Callable[[int], None] = lambda _n: None,
) -> Summary:
    """Bring what ``other``, a sound database of the same schema, has into this one, within the
    caller's command.

    A record is found again by its public id, one that was merged by that which it had, else by its
    id where it came from. Of what differs the side counts that was changed later, by the journals
    of both; with ``prefer`` MINE what is on file stays. The logs of a deal are taken as a whole.
    """
    run = _Bringing(conn, other, prefer, progress)
    for table in _in_order(conn):
        run.take(table)
    run.tie()
    contents.take_over(conn, other)
    log.refresh_all(conn, run.refreshed())
    (run.summary.commands,) = other.execute("SELECT count(*) FROM command").fetchone()
    return run.summary


def _in_order(conn: sqlite3.Connection) -> list[_Table]:
    """The tables, each behind those that it refers to."""
    links: dict[str, dict[str, str]] = defaultdict(dict)
    for found in references.every(conn):
        links[found.table][found.column] = found.target
    left = [name for name in triggers.tables(conn) if name not in _NOT_BROUGHT]
    ordered: list[str] = []
    while left:
        ready = [
            name
            for name in left
            if {*links[name].values()} - {name} <= {*ordered} | {*_NOT_BROUGHT}
        ]
        ordered += ready
        left = [name for name in left if name not in ready]
    return [
        _Table(
            name,
            [column for column in triggers.columns(conn, name) if column != "id"],
            links[name],
            [*_keys(conn, name)],
        )
        for name in ordered
    ]


def _keys(conn: sqlite3.Connection, table: str) -> Iterator[list[str]]:
    """The sets of columns by which rows are one of a kind; a public id first."""
    # What holds for the open stay, or the terms of now, alone, tells no rows apart.
    if table not in _LOGS:
        yield from sorted(references.unique(conn, table), key=lambda key: key != ["public_id"])


class _Bringing:
    """A database being brought in. ``_ids`` has, by table, the id here of each row there: None for
    one that is not brought; ``_new`` those that were made here."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        other: sqlite3.Connection,
        prefer: str,
        progress: Callable[[int], None],
    ) -> None:
        self.summary = Summary()
        self._conn = conn
        self._other = other
        self._prefer = prefer
        self._progress = progress
        self._ids: dict[str, dict[int, int | None]] = defaultdict(dict)
        self._new: dict[str, set[int]] = defaultdict(set)
        self._later: list[tuple[str, int, str, str, int]] = []
        self._changes: dict[str, tuple[Changes, Changes]] = {}
        self._logs: dict[int, bool] = {}
        self._there: dict[int, int] = {}

    def take(self, table: _Table) -> None:
        """Bring the rows of a table."""
        names = ", ".join(("id", *table.columns))
        done = 0
        for there, *values in self._other.execute(f"SELECT {names} FROM {table.name} ORDER BY id"):
            row = self._linked(table, dict(zip(table.columns, values, strict=True)))
            here = None if row is None else self._row(table, there, row)
            self._ids[table.name][there] = here
            done += 1
            if done % _PROGRESS == 0:
                self._progress(_PROGRESS)
        self._progress(done % _PROGRESS)

    def tie(self) -> None:
        """Let rows refer to those of their own table that came behind them."""
        for table, here, column, target, there in self._later:
            found = self._ids[target].get(there)
            if found is not None and found != here:
                rows.update(self._conn, table, here, {column: found})

    def _linked(self, table: _Table, row: Row) -> Row | None:
        """A row with the ids of here; None where it belongs to what is not brought."""
        for column, target in table.links.items():
            if row[column] is None or target == table.name:
                continue
            row[column] = self._ids[target].get(row[column])
            if row[column] is None and not self._may_lack(table, column):
                return None
        return row

    def _may_lack(self, table: _Table, column: str) -> bool:
        (needed,) = self._conn.execute(
            'SELECT "notnull" FROM pragma_table_info(?) WHERE name = ?', (table.name, column)
        ).fetchone()
        return not needed

    def _row(self, table: _Table, there: int, row: Row) -> int | None:
        own = {
            column: row[column]
            for column, target in table.links.items()
            if target == table.name and row[column] is not None
        }
        for column in own:
            row[column] = None
        if table.name == "process":
            here = self._process(row, there)
        elif table.name in _LOGS:
            here = self._log(table, row)
        else:
            if table.name == "field":
                self._set_apart(row)
            here = self._found(table, row)
            if here is not None:
                self._bring_up(table, here, there, row, own)
            elif self._settled(table, row) or self._is_line(table, row):
                self.summary.leave(table.name, row)
            else:
                here = self._add(table, row)
        if here is not None and here in self._new[table.name]:
            for column, id_there in own.items():
                self._later.append((table.name, here, column, table.name, id_there))
        return here

    def _set_apart(self, row: Row) -> None:
        """Call a field of one's own otherwise where there is a namesake that holds something
        else."""
        query = "SELECT 1 FROM field WHERE noun = ? AND key = ? AND type <> ?"
        self._number(row, query, lambda key: (row["noun"], key, row["type"]))

    def _number(self, row: Row, query: str, values: Callable[[str], tuple[Any, ...]]) -> None:
        """Put a number behind the key and the names of a row where ``query`` finds that key here,
        the first under which it finds none; ``values`` are what it is asked with for a key."""
        row["key"], n = numbered(
            row["key"], lambda key: self._conn.execute(query, values(key)).fetchone()
        )
        if n > 1:
            row |= {name: f"{row[name]} ({n})" for name in ("name_en", "name_de")}

    def _one_of_several(self, row: Row) -> int | None:
        """The value here that is the choice of a row, of a field that has several; where there is
        none, the row gets the place behind those that there are."""
        of = next(name for name in NOUNS if row[f"{name}_id"])
        given = {"record": row[f"{of}_id"], "field": row["field_id"], "choice": row["choice_id"]}
        where = f"FROM field_value WHERE {of}_id = :record AND field_id = :field"
        found = self._conn.execute(f"SELECT id {where} AND choice_id = :choice", given).fetchone()
        if found is None:
            query = f"SELECT 1 + coalesce(max(place), -1) {where}"
            (row["place"],) = self._conn.execute(query, given).fetchone()
        return found[0] if found else None

    def _has_several(self, table: _Table, row: Row) -> bool:
        return (
            table.name == "field_value"
            and self._conn.execute(
                "SELECT 1 FROM field WHERE id = ? AND type = 'choices'", (row["field_id"],)
            ).fetchone()
            is not None
        )

    def _found(self, table: _Table, row: Row) -> int | None:
        """The row here that one there is."""
        if self._has_several(table, row):
            return self._one_of_several(row)
        for key in table.keys:
            if all(row[column] is not None for column in key):
                found = self._select(table.name, key, row)
                if found is not None and not (table.name == "offer" and "number" in key):
                    return found
        if table.name in ("contact", "deal"):
            former = self._conn.execute(
                f"SELECT {table.name}_id FROM {table.name}_former WHERE public_id = ?",
                (row["public_id"],),
            ).fetchone()
            return former[0] if former else None
        if table.keys or self._of_new(table, row):
            return None
        # What has no id of its own is known by all that it says.
        return self._select(table.name, [*row], row)

    def _of_new(self, table: _Table, row: Row) -> bool:
        return any(row[column] in self._new[target] for column, target in table.links.items())

    def _select(self, table: str, columns: Iterable[str], row: Row) -> int | None:
        # Where a column is said to be something, an index of those that are can be used.
        said = {name: row[name] for name in columns}
        where = " AND ".join(
            f"{name} IS NULL" if value is None else f"{name} = ?" for name, value in said.items()
        )
        found = self._conn.execute(
            f"SELECT id FROM {table} WHERE {where}",
            [value for value in said.values() if value is not None],
        ).fetchone()
        return found[0] if found else None

    def _settled(self, table: _Table, row: Row) -> bool:
        """Whether a row would become a part of what was settled here before."""
        return table.name not in ("deal", *_LOGS) and any(
            target in _SETTLED
            and row[column] is not None
            and row[column] not in self._new[target]
            and table.name.startswith((target, "milestone_template", "stage"))
            for column, target in table.links.items()
        )

    def _is_line(self, table: _Table, row: Row) -> bool:
        """Whether a row is a line of an offer that is on file: what was sent stays as it is."""
        return table.name == "offer_line" and row["offer_id"] not in self._new["offer"]

    def _add(self, table: _Table, row: Row) -> int | None:
        for key in table.keys:
            if all(row[one] is not None for one in key):
                taken = self._select(table.name, key, row)
                if taken is not None:
                    named = ", ".join(str(row[one]) for one in key)
                    self.summary.barred.append(f"{table.name} {named}")
                    return None
        try:
            here = rows.insert(self._conn, table.name, row)
        except sqlite3.IntegrityError as error:
            self.summary.barred.append(f"{table.name}: {error}")
            return None
        self._new[table.name].add(here)
        if table.name == "field":
            self.summary.fields.append(f"{row['noun']} {row['key']}")
        if table.public:
            self.summary.added[table.name] += 1
        else:
            self.summary.rest += 1
        return here

    def _bring_up(self, table: _Table, here: int, there: int, row: Row, own: Row) -> None:
        """Bring a record here up to the one there, where that was changed later."""
        held = rows.read(self._conn, table.name, table.columns, here)
        assert held is not None
        if not table.public:
            self._bring_part_up(table, here, there, row, held)
            return
        kept = ("public_id", "recorded_at", "created_at", "external_origin", "external_id", *own)
        kept += log_cache.Cache._fields if table.name == "deal" else ()
        kept += ("process_id",) if table.name == "deal" else ()
        differing = [
            name
            for name in table.columns
            if name not in kept and name not in _links_to_self(table) and held[name] != row[name]
        ]
        if not differing:
            self.summary.unchanged[table.name] += 1
            return
        if table.name == "saved_filter" and held["public_id"] != row["public_id"]:
            # Two that were called the same, each by itself: neither is a later state of the other.
            self.summary.leave(table.name, row)
            return
        ours, theirs = self._change_times(table.name)
        if table.name == "contact":
            later = [
                name
                for name in differing
                if row[name] is not None
                and (held[name] is None or theirs.last(there, name) > ours.last(here, name))
            ]
        else:
            newest = max(theirs.last(there, name) for name in differing)
            later = differing if newest > max(ours.last(here, name) for name in differing) else []
        if self._prefer == MINE:
            later = [name for name in later if held[name] is None and table.name == "contact"]
        if later:
            with suppress(sqlite3.IntegrityError):
                rows.update(self._conn, table.name, here, {name: row[name] for name in later})
                self.summary.updated[table.name] += 1
                return
        if any(row[name] is not None for name in differing):
            self.summary.left[table.name] += 1
        self.summary.unchanged[table.name] += 1

    def _bring_part_up(
        self, table: _Table, here: int, there: int, row: Row, held: Mapping[str, Any]
    ) -> None:
        """Bring what has no id of its own, a part of a record or an entry of a catalogue, up to the
        one there where that was changed later; what is settled here stays."""
        differing = [
            name for name in table.columns if name not in _UNTOLD and held[name] != row[name]
        ]
        if not differing:
            return
        ours, theirs = self._change_times(table.name)
        newest = max(theirs.last(there, name) for name in differing)
        later = newest > max(ours.last(here, name) for name in differing)
        settled = table.name in _SETTLED or self._settled(table, row)
        if later and self._prefer != MINE and not settled:
            with suppress(sqlite3.IntegrityError):
                rows.update(self._conn, table.name, here, {name: row[name] for name in differing})
                self.summary.updated[table.name] += 1
                return
        if any(row[name] is not None for name in differing):
            self.summary.leave(table.name, row)

    def _change_times(self, table: str) -> tuple[Changes, Changes]:
        if table not in self._changes:
            self._changes[table] = (Changes(self._conn, table), Changes(self._other, table))
        return self._changes[table]

    def _process(self, row: Row, there: int) -> int | None:
        """The process of that key, where it has the same stages; else one beside it."""
        stages = self._stages(self._other, there)
        for here, key in self._conn.execute("SELECT id, key FROM process ORDER BY id").fetchall():
            same = key == row["key"] or key.startswith(f"{row['key']}_")
            if same and stages.items() <= self._stages(self._conn, here).items():
                return int(here)
        self._number(row, "SELECT 1 FROM process WHERE key = ?", lambda key: (key,))
        here = rows.insert(self._conn, "process", {**row, "builtin": 0})
        self._new["process"].add(here)
        self.summary.processes.append(row["key"])
        return here

    def _stages(self, conn: sqlite3.Connection, process_id: int) -> dict[str, str]:
        found = conn.execute("SELECT key, kind FROM stage WHERE process_id = ?", (process_id,))
        return dict(found.fetchall())

    def _log(self, table: _Table, row: Row) -> int | None:
        """A row of a log: of a new deal, or of one whose log there counts."""
        deal_id = row["deal_id"]
        if deal_id not in self._new["deal"] and not self._takes_logs(deal_id):
            return None
        here = rows.insert(self._conn, table.name, row)
        self.summary.rest += 1
        return here

    def _takes_logs(self, deal_id: int) -> bool:
        """Whether the logs there take the place of those of a deal here; then those are gone."""
        if deal_id not in self._logs:
            self._logs[deal_id] = self._logs_count(deal_id)
        return self._logs[deal_id]

    def _logs_count(self, deal_id: int) -> bool:
        if not self._there:
            self._there = {here: there for there, here in self._ids["deal"].items() if here}
        there = self._there[deal_id]
        sides = []
        for conn, record in ((self._conn, deal_id), (self._other, there)):
            found: list[tuple[Any, ...]] = []
            for name, columns in _SAID.items():
                found += conn.execute(
                    f"SELECT {columns} FROM {name} WHERE deal_id = ? ORDER BY 1, 2", (record,)
                ).fetchall()
            sides.append(found)
        ours, theirs = sides
        if ours == theirs:
            return False
        if self._prefer == MINE or _recorded(theirs) <= _recorded(ours):
            self.summary.left["deal"] += 1
            return False
        if not self._same_process(deal_id, there):
            self.summary.left["deal"] += 1
            return False
        for name in _LOGS:
            self._conn.execute(f"DELETE FROM {name} WHERE deal_id = ?", (deal_id,))
        self.summary.unchanged["deal"] -= 1
        self.summary.updated["deal"] += 1
        return True

    def _same_process(self, deal_id: int, there: int) -> bool:
        query = "SELECT process_id FROM deal WHERE id = ?"
        (ours,) = self._conn.execute(query, (deal_id,)).fetchone()
        (theirs,) = self._other.execute(query, (there,)).fetchone()
        return bool(self._ids["process"].get(theirs) == ours)

    def refreshed(self) -> Iterator[int]:
        """The deals whose logs have come from there."""
        return (deal_id for deal_id, taken in self._logs.items() if taken)


# What the logs say, in words that are the same in both databases.
_SAID: Mapping[str, str] = {
    "stay": "entered_at, left_at, (SELECT key FROM stage WHERE id = stage_id), how, reason,"
    " provenance, recorded_at",
    "terms": "valid_from, valid_to, status, value, currency, probability, expected_close, reason,"
    " note, provenance, recorded_at",
}


def _recorded(said: Sequence[tuple[Any, ...]]) -> tuple[int, int]:
    """When the last of what logs say was put on record, and how much they say."""
    return max((int(one[-1]) for one in said), default=0), len(said)


def _links_to_self(table: _Table) -> list[str]:
    return [column for column, target in table.links.items() if target == table.name]
