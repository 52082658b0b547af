"""Whose word counts where a row says otherwise than is on file: the file's, what is on file, or
of each field the one that was changed later.

When a row was changed last where it comes from is kept of every import whose file says it: an older
file that is imported later then finds what a newer one has brought.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress

from funnelcli.actions.importing.fields import Plan, cell_of, known_as
from funnelcli.actions.importing.moments import Moment, moment_of, stands_for_day
from funnelcli.db import bulk
from funnelcli.db.rows import dicts
from funnelcli.db.trimming import reaches_back
from funnelcli.errors import Usage
from funnelcli.formats.columns import CellError, DateColumn, DateFormat, normal
from funnelcli.i18n import _
from funnelcli.values import dates

FILE, MINE, NEWER = WAYS = ("file", "mine", "newer")
CHANGED = "changed"
STAMP = "stamp"
# Rows whose stamps are written at once.
_ENOUGH = 1000

# What columns are called that say when a row was changed last, the exacter ones first.
_CALLED = (
    *("last modified date", "last modified", "last modified on", "last modified at"),
    *("hs lastmodifieddate", "lastmodifieddate", "system modstamp", "systemmodstamp"),
    *("update time", "deal update time", "person update time", "organization update time"),
    *("modified time", "modified", "modified on", "modified at", "modified date", "date modified"),
    *("date modify", "last updated on", "last updated", "last update", "write date"),
    *("date updated", "updated", "updated at", "updated on", "updated time", "last changed"),
    *(
        "changed",
        "changed at",
        "changed on",
        "rev",
        "datum der letzten änderung",
        "letzte änderung",
        "letzte änderung am",
    ),
    *("zuletzt geändert", "zuletzt geändert am", "geändert", "geändert am", "änderungsdatum"),
    *("letzte aktualisierung", "zuletzt aktualisiert", "zuletzt aktualisiert am"),
    *("aktualisiert", "aktualisiert am", "deal aktualisiert am", "person aktualisiert am"),
    *("organisation aktualisiert am", "deal updated on", "person updated on"),
)

# When the command of an entry changed something: 0 where it brought what a file says, NULL where it
# took back or did again what others did, or was taken back itself.
_OURS = (
    "CASE WHEN c.kind <> 'do' OR c.state <> 'done' THEN NULL"
    " WHEN c.verb LIKE 'import %' THEN 0 ELSE c.at END"
)


# From which fields of a file that is read which is settled by another name.
_READ_FROM = {
    "name": {"name", "first_name", "last_name", "organisation"},
    "contact": {"contact", "first_name", "last_name", "organisation", "contact_key", "email"},
    "organisation_id": {"organisation", "organisation_key"},
    "stage": {"stage", "status"},
    "status": {"stage", "status"},
    "expected": {"expected", "closed"},
}


def check(prefer: str) -> None:
    """Raise Usage for what is no way to settle differences."""
    if prefer not in WAYS:
        raise Usage(
            _("“{text}” is no way to settle differences.").format(text=prefer),
            _("Write --prefer file, mine or newer."),
        )


def take_changed(prefer: str, planned: Plan, header: list[str], name: str) -> None:
    """Where what is newer counts, let the plan of the file ``name`` read when rows were changed
    last. Raises Usage where no column says it. Where something else counts it is read, if a column
    says it, for imports to come."""
    if CHANGED in planned.reads:
        return
    there = {form: one for one in planned.untaken for form in (known_as(one), normal(one))}
    column = next((there[called] for called in _CALLED if called in there), None)
    if prefer != NEWER:
        planned.stamp = cell_of(header, planned.untaken[column]) if column is not None else None
        return
    if column is None:
        raise Usage(
            _("No column of {name} says when its rows were changed last.").format(name=name),
            _which(planned),
        )
    planned.reads[CHANGED] = cell_of(header, planned.untaken.pop(column))
    planned.names[CHANGED] = column
    planned.sources[CHANGED] = [column]
    planned.matched.append((CHANGED, column))


def _which(planned: Plan) -> str:
    """How to say which column it is, of those that are left."""
    if not planned.untaken:
        return _("Leave it out, or write --prefer file or mine.")
    return _(
        'If one of its other columns does ({columns}), say which: --map changed="{column}";'
        " else leave it out, or write --prefer file or mine."
    ).format(columns=", ".join(planned.untaken), column=next(iter(planned.untaken)))


class StampColumn:
    """Decides how the column is written that says when rows were changed last, where nothing of
    this import hangs on it: one that can be read in two ways is not read."""

    def __init__(self, planned: Plan) -> None:
        self._read = planned.stamp
        self._column = DateColumn(STAMP)

    def add(self, rows: Iterable[Sequence[str]]) -> None:
        """Take the cells of more rows into account."""
        if self._read is not None:
            self._column.add_all(map(self._read, rows))

    def decide(self) -> dict[str, DateFormat]:
        """How it is written, for :func:`stamp_reader`; nothing where that is not known."""
        if self._read is not None:
            with suppress(Usage):
                return {STAMP: self._column.decide()}
        return {}


def stamp_reader(
    planned: Plan, formats: Mapping[str, DateFormat]
) -> Callable[[Sequence[str]], Moment | None]:
    """What reads when a row was changed last, where nothing of this import hangs on it."""
    read, written = planned.stamp, formats.get(STAMP)
    if read is None or written is None:
        return lambda _cells: None

    def stamp(cells: Sequence[str]) -> Moment | None:
        with suppress(CellError, ValueError, OverflowError):
            return moment_of(*written.parse(read(cells)))
        return None

    return stamp


class Preference:
    """Settles differences between rows and the records of a table.

    ``taken`` and ``kept`` count, of NEWER, the fields in which the file won and those in which
    what is on file did.
    """

    def __init__(self, conn: sqlite3.Connection, how: str, table: str) -> None:
        self.how = how
        self.taken: Counter[str] = Counter()
        self.kept: Counter[str] = Counter()
        self._changes = Changes(conn, table)

    def wins(
        self,
        record_id: int,
        name: str,
        held: str | int | None,
        changed: Moment | None,
        columns: Sequence[str] = (),
        *,
        count: bool = True,
    ) -> bool:
        """Whether what a row, changed last at ``changed``, says of a field takes the place of what
        the record has, if that is anything. ``columns`` are those that the field is kept in, else
        its own. A row that does not say when it was changed is not newer. ``count`` is for what is
        asked once more."""
        if held in (None, "") or self.how == FILE:
            return True
        if self.how == MINE:
            return False
        ours = max(self._changes.last(record_id, one) for one in columns or (name,))
        brought = self._changes.brought(record_id, name)
        wins = changed is not None and _is_later(changed, ours) and not _is_older(changed, brought)
        # What was not changed here, and no newer file has brought, is simply brought up to date.
        if count and (ours or (brought and not wins)):
            (self.taken if wins else self.kept)[name] += 1
        return wins


class Stamps:
    """Writes down, of the rows of an import's file, when they were changed last where they come
    from. Called within one command."""

    def __init__(self, conn: sqlite3.Connection, table: str, fields: Sequence[str]) -> None:
        self._conn = conn
        self._import = (table, " ".join(sorted(fields)))
        self._id: int | None = None
        # The latest stamp of each record.
        self._rows: dict[int, int] = {}

    def put(self, record_id: int, stamp: Moment | None) -> None:
        """Take the stamp of a record's row, if it has one."""
        if stamp is None:
            return
        self._rows[record_id] = max(stamp.at, self._rows.get(record_id, stamp.at))
        if len(self._rows) >= _ENOUGH:
            self.flush()

    def flush(self) -> None:
        """Write what was taken."""
        if self._rows and self._id is None:
            self._id = self._conn.execute(
                "INSERT INTO brought (command_id, table_name, fields)"
                " SELECT command_id, ?, ? FROM journal_now",
                self._import,
            ).lastrowid
        if self._rows:
            self._conn.execute(
                "INSERT INTO brought_row (row_id, brought_id, at)"
                f" SELECT w.row_id, ?, w.at FROM ({bulk.PAIRS.format('row_id', 'at')}) AS w"
                " WHERE true ON CONFLICT (row_id, brought_id)"
                " DO UPDATE SET at = max(brought_row.at, excluded.at)",
                (self._id, bulk.pairs(self._rows)),
            )
        self._rows.clear()


def _is_later(changed: Moment, instant: int) -> bool:
    if changed.timed:
        return changed.at > instant
    return changed.day > dates.local_date(instant).isoformat()


def _is_older(changed: Moment, instant: int) -> bool:
    if changed.timed and not stands_for_day(instant):
        return changed.at < instant
    return changed.day < dates.local_date(instant).isoformat()


class Changes:
    """When the fields of a table's records were changed here last, by the journal as it is before
    the import. What an import has brought, and what was undone, is no change of ours."""

    def __init__(self, conn: sqlite3.Connection, table: str) -> None:
        self._conn = conn
        self._table = table
        # The entries by record, sixteen bytes each; records that came in ranges: first, last, when.
        self._records: array[int] | None = None
        self._entries = array("q")
        self._ranges: list[tuple[int, int, int | None, int]] = []
        self._of = 0
        self._found: dict[str, int] = {}
        self._stamps: list[tuple[int, set[str]]] = []

    def last(self, record_id: int, column: str) -> int:
        """The instant of the last change, in UTC seconds; 0 where it was never changed here."""
        self._turn_to(record_id)
        return self._found.get(column, self._found[""])

    def brought(self, record_id: int, name: str) -> int:
        """When the field ``name`` was changed last where it comes from, as the files say that had
        it; 0 where none did."""
        self._turn_to(record_id)
        read_from = _READ_FROM.get(name, {name})
        return max((at for at, fields in self._stamps if fields & read_from), default=0)

    def _turn_to(self, record_id: int) -> None:
        if self._of != record_id:
            self._of, self._stamps = record_id, []
            self._found, since = self._read(record_id)
            self._stamps = [
                (at, set(fields.split()))
                for at, fields in self._conn.execute(
                    "SELECT r.at, b.fields FROM brought_row AS r"
                    " JOIN brought AS b ON b.id = r.brought_id"
                    " JOIN command AS c ON c.id = b.command_id AND c.state = 'done'"
                    " WHERE r.row_id = ? AND b.table_name = ? AND c.id >= ?",
                    (record_id, self._table, since),
                )
            ]

    def _load(self) -> array[int]:
        records = array("q")
        for record, entry in self._conn.execute(
            "SELECT row_id, id FROM journal WHERE table_name = ? AND op <> 'delete'"
            " AND last_id IS NULL ORDER BY row_id, id",
            (self._table,),
        ):
            records.append(record)
            self._entries.append(entry)
        self._ranges = self._conn.execute(
            f"SELECT j.row_id, j.last_id, {_OURS}, c.id FROM journal AS j"
            " JOIN command AS c ON c.id = j.command_id"
            " WHERE j.table_name = ? AND j.last_id IS NOT NULL",
            (self._table,),
        ).fetchall()
        return records

    def _read(self, record_id: int) -> tuple[dict[str, int], int]:
        """The instants by column; under "" that of columns that have been as they are since the
        record was made; and the id of the command that made it, 0 where that is not known."""
        if self._records is None:
            self._records = self._load()
        cursor = self._conn.execute(f"SELECT * FROM {self._table} WHERE id = ?", (record_id,))
        (row,) = dicts(cursor)
        found: dict[str, int] = {}
        at = bisect_left(self._records, record_id + 1)
        while at and self._records[at - 1] == record_id:
            at -= 1
            ours, command, op, before = self._conn.execute(
                f"SELECT {_OURS}, c.id, j.op, j.before FROM journal AS j"
                " JOIN command AS c ON c.id = j.command_id WHERE j.id = ?",
                (self._entries[at],),
            ).fetchone()
            if op == "insert":
                if ours is not None:
                    return found | {"": ours}, command
                continue
            for name, value in json.loads(before).items():
                if name in row and row[name] != value:
                    row[name] = value
                    if ours is not None:
                        found.setdefault(name, ours)
        made, command = next(
            (
                (ours, command)
                for first, last, ours, command in self._ranges
                if first <= record_id <= last
            ),
            (None, 0),
        )
        if made is None:
            # That part of the journal was let go: it was before what is left.
            made = reaches_back(self._conn) or 0
        return found | {"": made}, command
