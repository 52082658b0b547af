"""What was changed, told from the journal: of one record by every command, and of all between two
points of time.

A row in the journal stands there as it was before a change; what it was afterwards is what stands
before the next change of it, or the row itself.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from funnelcli.db import references
from funnelcli.db.selective import Values, current
from funnelcli.queries.row_words import LOGS, TWICE, RowWords

CHANGED, NEW, REMOVED = "changed", "new", "removed"
# Of these other records a history tells only that they came and went: they have one of their own.
_APART = frozenset(("contact", "deal"))


class Change(NamedTuple):
    """What one command did to a field of a record, or to a record where ``field`` is None; ``old``
    and ``new`` are as in ``--json``, the texts as people read them. ``table`` is that of the
    record, ``about`` whether it is the one whose history it is."""

    command: int
    change: str
    table: str
    id: int
    record: str
    field: str | None = None
    title: str = ""
    old: Any = None
    new: Any = None
    old_text: str = ""
    new_text: str = ""
    about: bool = True


class Step(NamedTuple):
    """A row before and after a command, or a run of commands; None where it was not there."""

    command: int
    table: str
    id: int
    old: Values | None
    new: Values | None


def of_record(
    conn: sqlite3.Connection, table: str, record_id: int, locale: str
) -> list[list[Change]]:
    """What each command did to a record and what hangs on it, the latest command first."""
    words = RowWords(conn, locale)
    steps = sorted(_steps(conn, _noted(conn, table, record_id)), key=lambda step: -step.command)
    found = []
    for _command, some in groupby(steps, key=lambda step: step.command):
        held = list(some)
        own = any((step.table, step.id) == (table, record_id) for step in held)
        said = [
            change
            for step in sorted(held, key=lambda step: (step.table != table, step.table, step.id))
            # What the logs say the deal's own row does too.
            if not (own and step.table in LOGS) and step.table not in TWICE
            for change in told(words, step, table, record_id)
        ]
        if said:
            found.append(said)
    return found


def told(words: RowWords, step: Step, table: str, record_id: int) -> Iterator[Change]:
    """What a change of a row says about a record: of its own row the fields, of a row that is part
    of it that row as a field, of another record that hangs on it the fields as well."""
    about = step.table == table and step.id == record_id
    row = step.new or step.old
    assert row is not None
    change = NEW if step.old is None else REMOVED if step.new is None else CHANGED
    if not about and not words.is_record(step.table):
        part = _part(words, step)
        if part is None:
            return
        of, on = table, record_id
        whole = words.whole(step.table, row)
        if whole is not None and words.links[step.table][whole] != table:
            of, on = words.links[step.table][whole], row[whole]
        name, head = words.part(step.table, row)
        field = name.removeprefix(f"{of}_")
        yield part._replace(
            table=of, id=on, record=words.name(of, on), field=field, title=head, about=of == table
        )
        return
    name = words.record(step.table, row)
    if change != CHANGED:
        yield Change(step.command, change, step.table, step.id, name, about=about)
    if about or (change == CHANGED and step.table not in _APART):
        for one in words.differing(step.table, step.old, step.new):
            yield Change(step.command, change, step.table, step.id, name, *one, about)


def _part(words: RowWords, step: Step) -> Change | None:
    """A row that is part of a record, as a field of it."""
    old, new = (words.said(step.table, row) for row in (step.old, step.new))
    if old == new:
        return None
    return Change(
        step.command, CHANGED, "", 0, "", step.table, "",
        old or None, new or None, old, new,
    )  # fmt: skip


def _noted(conn: sqlite3.Connection, table: str, record_id: int) -> Sequence[tuple[str, int]]:
    """The rows that are a record's, now or once: its own, and those that refer to it."""
    rows = {(table, record_id)}
    for link in references.to(conn, table):
        if link.table == table:
            continue
        rows.update(
            (link.table, row_id)
            for (row_id,) in conn.execute(
                f"SELECT id FROM {link.table} WHERE {link.column} = ?", (record_id,)
            )
        )
        # The text is looked at before it is read as JSON, which costs ten times as much.
        rows.update(
            (link.table, row_id)
            for (row_id,) in conn.execute(
                "SELECT DISTINCT row_id FROM journal WHERE table_name = ? AND before IS NOT NULL"
                " AND instr(before, ?) > 0 AND before ->> ? = ?",
                (link.table, f'"{link.column}":{record_id}', link.column, record_id),
            )
        )
    return sorted(rows)


def _steps(conn: sqlite3.Connection, rows: Sequence[tuple[str, int]]) -> Iterator[Step]:
    """What each command did to these rows, as the first state before it and the last behind it."""
    ids: dict[str, list[int]] = {}
    for table, row_id in rows:
        ids.setdefault(table, []).append(row_id)
    few = "(j.table_name = ? AND j.row_id IN (SELECT value FROM json_each(?)))"
    values = [value for table, some in ids.items() for value in (table, json.dumps(some))]
    entries: list[tuple[str, int, int, str | None]] = conn.execute(
        "SELECT j.table_name, j.row_id, j.command_id, j.before FROM journal AS j"
        f" WHERE ({' OR '.join(few for _table in ids)}) AND j.last_id IS NULL"
        " AND j.command_id IS NOT NULL ORDER BY j.id",
        values,
    ).fetchall()
    ranges = conn.execute(
        "SELECT table_name, row_id, last_id, command_id FROM journal WHERE last_id IS NOT NULL"
    )
    came = [
        (table, row_id, command, None)
        for table, first, last, command in ranges
        for row_id in ids.get(table, ())
        if first <= row_id <= last
    ]
    # A range stands before what its command changed in it.
    entries = sorted([*came, *entries], key=lambda entry: entry[:3])
    for (table, row_id), some in groupby(entries, key=lambda entry: (entry[0], entry[1])):
        held = list(some)
        now = current(conn, table, [row_id]).get(row_id)
        states = [None if entry[3] is None else json.loads(entry[3]) for entry in held] + [now]
        first = 0
        for place, entry in enumerate(held):
            if place + 1 == len(held) or held[place + 1][2] != entry[2]:
                old, new = states[first], states[place + 1]
                if old is not None or new is not None:
                    yield Step(entry[2], table, row_id, old, new)
                first = place + 1
