"""What was changed, told from the journal: of one record by every command, and of all between two
points of time.

A row in the journal stands there as it was before a change; what it was afterwards is what stands
before the next change of it, or the row itself.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from funnelcli.db import references
from funnelcli.db.selective import Values, current, span
from funnelcli.plain import NamedTuple
from funnelcli.queries.row_words import LOGS, TWICE, RowWords
from funnelcli.typed import Any

CHANGED, NEW, REMOVED = "changed", "new", "removed"
# Of these other records a history tells only that they came and went: they have one of their own.
_APART = frozenset(("contact", "deal"))


class Change(NamedTuple):
    """What one command did to a field of a record, or to a record where ``field`` is None; ``old``
    and ``new`` are as in ``--json``, the texts as people read them. ``kind`` is the table of the
    record, ``about`` whether it is the one whose history it is."""

    command: int
    change: str
    kind: str
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
    """A row before and after a command, or a run of commands; None where it was not there.
    ``entries`` are the first and the last of the journal's that the command, or the run, wrote."""

    command: int
    table: str
    id: int
    old: Values | None
    new: Values | None
    entries: tuple[int, int]

    @property
    def change(self) -> str:
        """What became of the row."""
        return NEW if self.old is None else REMOVED if self.new is None else CHANGED


class _Entry(NamedTuple):
    """An entry of the journal on a row: what stood there before; ``at`` is its place among all."""

    table: str
    row_id: int
    at: int
    command: int | None
    before: Values | None


def identity(row: Values | None) -> Any:
    """What tells a record from another that had the same id before, or has it after."""
    return None if row is None else row.get("public_id", row.get("id"))


def same(words: RowWords, table: str, old: Values, new: Values) -> bool:
    """Whether two states of a row are of one thing, and not of two that had its id in turn."""
    if identity(old) != identity(new):
        return False
    if words.is_record(table):
        return True
    wholes = [(name := words.whole(table, row), row.get(name or "")) for row in (old, new)]
    return wholes[0] == wholes[1] and words.part(table, old)[0] == words.part(table, new)[0]


def of_record(
    conn: sqlite3.Connection, table: str, record_id: int, locale: str
) -> list[list[Change]]:
    """What each command did to a record and what hangs on it, the latest command first: not what
    was done to others that had the record's id, or the id of a part of it, before or after."""
    words = RowWords(conn, locale)
    noted = entries_on(conn, _noted(conn, table, record_id))
    own = noted.get((table, record_id), [])
    steps = sorted(
        _own(words, _steps(conn, noted), Lives(conn, table, record_id, own)),
        key=lambda step: -step.command,
    )
    found = []
    for _command, some in groupby(steps, key=lambda step: step.command):
        held = sorted(some, key=lambda step: (step.table != table, step.table, step.id))
        itself = any((step.table, step.id) == (table, record_id) for step in held)
        # What the logs say the deal's own row does too.
        shown = [
            step for step in held if not (itself and step.table in LOGS) and step.table not in TWICE
        ]
        said = list(told(words, shown, table, record_id))
        if said:
            found.append(said)
    return found


class Lives:
    """When the id of a record was the record's own: the one that has it, or had it last."""

    def __init__(
        self, conn: sqlite3.Connection, table: str, record_id: int, entries: Sequence[_Entry]
    ) -> None:
        self.table, self.id = table, record_id
        self._entries = entries
        self._now = current(conn, table, [record_id]).get(record_id)
        states = [self._now, *(entry.before for entry in reversed(entries))]
        self.who = identity(next((row for row in states if row is not None), None))

    def at(self, entry: int) -> bool:
        """Whether the record was there just before an entry of the journal."""
        later = next((one.before for one in self._entries if one.at >= entry), self._now)
        return later is not None and identity(later) == self.who


def _own(words: RowWords, steps: Iterable[Step], lives: Lives) -> Iterator[Step]:
    """Of these steps what is the record's: each state of a row that was the record, or referred to
    it at that time."""
    for step in steps:
        if (step.table, step.id) == (lives.table, lives.id):
            old, new = (row if identity(row) == lives.who else None for row in (step.old, step.new))
        else:
            columns = [
                column
                for column, target in words.links.get(step.table, {}).items()
                if target == lives.table
            ]
            first, last = step.entries
            sides = ((step.old, first), (step.new, last + 1))
            old, new = (
                row
                if row is not None
                and any(row.get(column) == lives.id for column in columns)
                and lives.at(entry)
                else None
                for row, entry in sides
            )
            # A record that went from one to another, and what it was with the other.
            if (
                (old or new)
                and step.old is not None
                and step.new is not None
                and "public_id" in step.new
                and same(words, step.table, step.old, step.new)
            ):
                old, new = step.old, step.new
        if old is not None and new is not None and not same(words, step.table, old, new):
            yield step._replace(old=old, new=None)
            old = None
        if old is not None or new is not None:
            yield step._replace(old=old, new=new)


def told(words: RowWords, steps: Iterable[Step], table: str, record_id: int) -> Iterator[Change]:
    """What the changes of rows by one command, or a run of them, say about a record; the values of
    one field, where they are rows, are told as one."""
    values: dict[tuple[str, int, str], Change] = {}
    lists: dict[tuple[str, int, str], tuple[list[str], list[str]]] = {}
    found: list[Change | tuple[str, int, str]] = []
    for step in steps:
        for change in _told(words, step, table, record_id):
            if step.table != "field_value" or change.field is None:
                found.append(change)
                continue
            key = (change.kind, change.id, change.field)
            if key not in values:
                found.append(key)
                values[key] = change
                value = step.new or step.old
                assert value is not None
                lists[key] = words.own_values(value, step.entries)
            olds, news = lists[key]
            if change.old_text and change.old_text not in olds:
                olds.append(change.old_text)
            if change.new_text and change.new_text not in news:
                news.append(change.new_text)
    for one in found:
        if isinstance(one, Change):
            yield one
            continue
        old, new = (", ".join(texts) for texts in lists[one])
        if old != new:
            yield values[one]._replace(old=old or None, new=new or None, old_text=old, new_text=new)


def came_or_went(words: RowWords, step: Step, about: bool = True) -> Change:
    """That a record came, or went."""
    row = step.new or step.old
    assert row is not None
    words.at = step.entries[0] if step.new is None else step.entries[1] + 1
    name = words.record(step.table, row)
    return Change(step.command, step.change, step.table, step.id, name, about=about)


def _told(words: RowWords, step: Step, table: str, record_id: int) -> Iterator[Change]:
    """What a change of a row says about a record: of its own row the fields, of a row that is part
    of it that row as a field, of another record that hangs on it the fields as well."""
    about = step.table == table and step.id == record_id
    row = step.new or step.old
    assert row is not None
    words.at = step.entries[0] if step.new is None else step.entries[1] + 1
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
            kind=of, id=on, record=words.name(of, on), field=field, title=head, about=of == table
        )
        return
    name = words.record(step.table, row)
    if step.change != CHANGED:
        yield came_or_went(words, step, about)
    if about or (step.change == CHANGED and step.table not in _APART):
        for one in words.differing(step.table, step.old, step.new, step.entries):
            yield Change(step.command, step.change, step.table, step.id, name, *one, about)


def _part(words: RowWords, step: Step) -> Change | None:
    """A row that is part of a record, as a field of it."""
    after = step.entries[1] + 1
    words.at = after
    new = words.said(step.table, step.new)
    words.at = step.entries[0]
    old = words.said(step.table, step.old)
    words.at = after if step.new is not None else step.entries[0]
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
                " AND instr(before, ?) > 0 AND CAST(before ->> ? AS INTEGER) = ?",
                (link.table, f'"{link.column}":{record_id}', link.column, record_id),
            )
        )
    return sorted(rows)


def entries_on(
    conn: sqlite3.Connection, rows: Sequence[tuple[str, int]]
) -> dict[tuple[str, int], list[_Entry]]:
    """What the journal holds on these rows, by row in the order in which it was done."""
    ids: dict[str, list[int]] = {}
    for table, row_id in rows:
        ids.setdefault(table, []).append(row_id)
    few = "(j.table_name = ? AND j.row_id IN (SELECT value FROM json_each(?)))"
    values = [value for table, some in ids.items() for value in (table, json.dumps(some))]
    entries = [
        _Entry(table, row_id, at, command, None if before is None else json.loads(before))
        for table, row_id, at, command, before in conn.execute(
            "SELECT j.table_name, j.row_id, j.id, j.command_id, j.before FROM journal AS j"
            f" WHERE ({' OR '.join(few for _table in ids)}) AND j.last_id IS NULL",
            values,
        )
    ]
    ranges = conn.execute(
        "SELECT table_name, row_id, last_id, command_id, id FROM journal WHERE last_id IS NOT NULL"
    ).fetchall()
    came = []
    for table, first, last, command, entry in ranges:
        inside = [row_id for row_id in ids.get(table, ()) if first <= row_id <= last]
        # A range stands before what its command changed in it.
        at = entry if command is None or not inside else span(conn, command)[0]
        came += [_Entry(table, row_id, at, command, None) for row_id in inside]
    found: dict[tuple[str, int], list[_Entry]] = {}
    for one in sorted([*came, *entries], key=lambda entry: entry[:3]):
        found.setdefault((one.table, one.row_id), []).append(one)
    return found


def _steps(conn: sqlite3.Connection, noted: dict[tuple[str, int], list[_Entry]]) -> Iterator[Step]:
    """What each command did to these rows, as the first state before it and the last behind it."""
    spans: dict[int, tuple[int, int]] = {}
    for (table, row_id), held in noted.items():
        now = current(conn, table, [row_id]).get(row_id)
        states = [*(entry.before for entry in held), now]
        first = 0
        for place, entry in enumerate(held):
            if place + 1 == len(held) or held[place + 1].command != entry.command:
                old, new = states[first], states[place + 1]
                first = place + 1
                # What another program did is nobody's command.
                if entry.command is None or (old is None and new is None):
                    continue
                if entry.command not in spans:
                    spans[entry.command] = span(conn, entry.command)
                yield Step(entry.command, table, row_id, old, new, spans[entry.command])
