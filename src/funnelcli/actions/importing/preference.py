"""Whose word counts where a row says otherwise than is on file: the file's, what is on file, or
of each field the one that was changed later."""

from __future__ import annotations

import json
import sqlite3
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from funnelcli.actions.importing.fields import Plan, cell_of, known_as
from funnelcli.actions.importing.moments import Moment
from funnelcli.db.trimming import reaches_back
from funnelcli.errors import Usage
from funnelcli.formats.columns import normal
from funnelcli.i18n import _
from funnelcli.values import dates

FILE, MINE, NEWER = WAYS = ("file", "mine", "newer")
CHANGED = "changed"

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


def check(prefer: str) -> None:
    """Raise Usage for what is no way to settle differences."""
    if prefer not in WAYS:
        raise Usage(
            _("“{text}” is no way to settle differences.").format(text=prefer),
            _("Write --prefer file, mine or newer."),
        )


def take_changed(prefer: str, planned: Plan, header: list[str], name: str) -> None:
    """Where what is newer counts, let the plan of the file ``name`` read when rows were changed
    last. Raises Usage where no column says it."""
    if prefer != NEWER or CHANGED in planned.reads:
        return
    there = {form: one for one in planned.untaken for form in (known_as(one), normal(one))}
    column = next((there[called] for called in _CALLED if called in there), None)
    if column is None:
        raise Usage(
            _("No column of {name} says when its rows were changed last.").format(name=name),
            _('Say which: --map changed="Last Modified Date"; or write --prefer file or mine.'),
        )
    planned.reads[CHANGED] = cell_of(header, planned.untaken.pop(column))
    planned.names[CHANGED] = column
    planned.sources[CHANGED] = [column]
    planned.matched.append((CHANGED, column))


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
        wins = changed is not None and (
            changed.at > ours if changed.timed else changed.day > dates.local_date(ours).isoformat()
        )
        if ours and count:
            (self.taken if wins else self.kept)[name] += 1
        return wins


class Changes:
    """When the fields of a table's records were changed here last, by the journal as it is before
    the import. What an import has brought, and what was undone, is no change of ours."""

    def __init__(self, conn: sqlite3.Connection, table: str) -> None:
        self._conn = conn
        self._table = table
        # The entries by record, sixteen bytes each; records that came in ranges: first, last, when.
        self._records: array[int] | None = None
        self._entries = array("q")
        self._ranges: list[tuple[int, int, int]] = []
        self._of = 0
        self._found: dict[str, int] = {}

    def last(self, record_id: int, column: str) -> int:
        """The instant of the last change, in UTC seconds; 0 where it was never changed here."""
        if self._of != record_id:
            self._of, self._found = record_id, self._read(record_id)
        return self._found.get(column, self._found[""])

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
            f"SELECT j.row_id, j.last_id, {_OURS} FROM journal AS j"
            " JOIN command AS c ON c.id = j.command_id"
            " WHERE j.table_name = ? AND j.last_id IS NOT NULL",
            (self._table,),
        ).fetchall()
        return records

    def _read(self, record_id: int) -> dict[str, int]:
        """The instants by column; under "" that of columns that have been as they are since the
        record was made."""
        if self._records is None:
            self._records = self._load()
        cursor = self._conn.execute(f"SELECT * FROM {self._table} WHERE id = ?", (record_id,))
        names = [name for name, *_rest in cursor.description]
        row = dict(zip(names, cursor.fetchone(), strict=True))
        found: dict[str, int] = {}
        at = bisect_left(self._records, record_id + 1)
        while at and self._records[at - 1] == record_id:
            at -= 1
            ours, op, before = self._conn.execute(
                f"SELECT {_OURS}, j.op, j.before FROM journal AS j"
                " JOIN command AS c ON c.id = j.command_id WHERE j.id = ?",
                (self._entries[at],),
            ).fetchone()
            if op == "insert":
                if ours is not None:
                    return found | {"": ours}
                continue
            for name, value in json.loads(before).items():
                if name in row and row[name] != value:
                    row[name] = value
                    if ours is not None:
                        found.setdefault(name, ours)
        made = next(
            (ours for first, last, ours in self._ranges if first <= record_id <= last), None
        )
        if made is None:
            # That part of the journal was let go: it was before what is left.
            made = reaches_back(self._conn) or 0
        return found | {"": made}
