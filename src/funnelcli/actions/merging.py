"""Making one record of two: everything that refers to the one is moved to the other, whatever
tables there are (:mod:`funnelcli.db.references`)."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from funnelcli import nouns
from funnelcli.actions import fields
from funnelcli.db import references, rows, triggers
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _
from funnelcli.nouns.counted import PARTS
from funnelcli.nouns.noun import Noun
from funnelcli.nouns.own import Extended, declarations
from funnelcli.nouns.types import Type
from funnelcli.typed import Any
from funnelcli.values import dates

# What a row is known by and where it stands in a list: nothing that could be lost.
_OWN = frozenset(("id", "public_id", "search", "position", "recorded_at"))
# A row whose columns make sense together alone: none is filled from another.
_WHOLE = frozenset(("care_plan",))


@dataclass(slots=True)
class Merged:
    """What became of the records that another one took over.

    ``moved`` are the rows that came along by table, parts of records left out, ``filled`` the
    fields that were empty and are not now, ``kept`` lines of the values that another one stands
    in place of, which are in the notes, ``corrections`` how many entries of logs are told as such.
    """

    id: int
    name: str
    others: list[tuple[int, str]] = field(default_factory=list)
    moved: Counter[str] = field(default_factory=Counter)
    filled: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    corrections: int = 0


def different(others: Sequence[int], keep: int, itself: str, hint: str) -> list[int]:
    """The records to be taken over, each once. Raises Usage, with these words, where there is none
    but the one that stays."""
    found = [other for other in dict.fromkeys(others) if other != keep]
    if not found:
        raise Usage(itself, hint)
    return found


def check_taken(
    noun: Noun[Any], held: Mapping[int, Mapping[str, Any]], takes: Mapping[str, int]
) -> None:
    """Raises Usage where a record has not what is to be taken from it, or is none of those that are
    merged; ``held`` are the rows of these by their ids."""
    assert noun.named is not None
    for name, one in takes.items():
        if one not in held:
            raise Usage(
                _("{id} is none of those that are merged.").format(id=one),
                _("Name one of: {ids}.").format(ids=", ".join(map(str, held))),
            )
        row = held[one]
        if name in row and row[name] is None:
            raise _lacks(row[noun.named.keyed], _(noun.fields[name].title))


def _lacks(name: str, title: str) -> Usage:
    """The error where a record has not what is to be taken from it."""
    return Usage(
        _("{name} has no {field}.").format(name=name, field=title),
        _("Take it from another of them."),
    )


def settle(
    names: Iterable[str],
    before: Mapping[str, Any],
    gone: Mapping[str, Any],
    taken: Collection[str],
    merged: Merged,
    *,
    may_fill: Callable[[str, Any], bool],
    line: Callable[[str, Any], str],
) -> tuple[dict[str, Any], list[str]]:
    """What becomes of these columns of a record that takes over another one: its own value stays,
    but the other's fills a gap where it ``may_fill`` it, and stands where it is ``taken``. The
    changes, and the lines of the values that go."""
    changes: dict[str, Any] = {}
    lines: list[str] = []
    for name in names:
        own, its = before[name], gone[name]
        if name in taken:
            own, its = its, own
        elif own is None and its is not None and may_fill(name, its):
            own, its = its, None
            merged.filled.append(name)
        if own != before[name]:
            changes[name] = own
        if its is not None and its != own:
            lines.append(line(name, its))
    return changes, lines


def absorb(
    conn: sqlite3.Connection,
    table: str,
    keep: int,
    gone: int,
    merged: Merged,
    *,
    leave: Collection[str] = (),
    alike: Mapping[str, str] | None = None,
) -> list[str]:
    """Move what refers to the row ``gone`` to the row ``keep``, but for the tables in ``leave``;
    the lines of what two rows say differently of which there can be but one.

    ``alike`` names a column by which two rows of a table are one, beside its unique indexes.
    """
    lost: list[str] = []
    for of, column, _target in references.to(conn, table):
        if of in leave:
            continue
        order = "position, id" if "position" in triggers.columns(conn, of) else "id"
        ids = conn.execute(
            f"SELECT id FROM {of} WHERE {column} = ? ORDER BY {order}", (gone,)
        ).fetchall()
        known_by = [*references.unique_with(conn, of, column)]
        if alike and of in alike:
            known_by.append([alike[of]])
        for (row_id,) in ids:
            twin = _twin(conn, of, column, row_id, keep, known_by)
            if twin is not None:
                lost += _fold(conn, of, twin, row_id, merged)
            elif not _repoint(conn, of, column, row_id, keep):
                # It would refer to itself: who was referred by, or belonged to, the other.
                _let_go(conn, of, column, row_id)
            elif of not in PARTS:
                merged.moved[of] += 1
    return lost


def own_over(
    conn: sqlite3.Connection,
    noun: Noun[Any],
    keep: int,
    gone: int,
    merged: Merged,
    taken: Collection[str],
) -> list[str]:
    """Let ``keep`` have what ``gone`` has in the fields of one's own that it has nothing in, of
    several choices all of both, and in those that are ``taken`` by their names; the lines of what
    goes, being different. Raises Usage where ``gone`` has nothing in a field that is taken."""
    from funnelcli.queries import lists
    from funnelcli.render.human import reader
    from funnelcli.values.reader import locale

    own = declarations(conn, noun, hidden=True)
    if not own:
        return []
    assert noun.named is not None
    of: Noun[Any] = Extended(noun, own)
    sides = {one: lists.one(conn, of, one) for one in (keep, gone)}
    lines: list[str] = []
    for field_ in own:
        mine, theirs = (fields.held(conn, noun.table, one, field_) for one in (keep, gone))
        goes: int | None = None
        if field_.name in taken and not theirs:
            raise _lacks(getattr(sides[gone], noun.named.keyed), field_.title)
        if not theirs or mine == theirs:
            continue
        if field_.name in taken:
            fields.put(conn, noun.table, keep, field_, theirs)
            goes = keep if mine else None
        elif field_.many:
            both = [*mine, *(one for one in theirs if one not in mine)]
            fields.put(conn, noun.table, keep, field_, both)
        elif not mine:
            fields.put(conn, noun.table, keep, field_, theirs)
            merged.filled.append(field_.name)
        else:
            goes = gone
        if goes is not None:
            column = next(field_.columns())
            lines.append(f"{field_.title}: {reader(column, locale())(sides[goes])}")
    conn.execute(f"DELETE FROM field_value WHERE {noun.table}_id = ?", (gone,))
    return lines


def _twin(
    conn: sqlite3.Connection,
    table: str,
    column: str,
    row_id: int,
    keep: int,
    known_by: list[list[str]],
) -> int | None:
    """The row of ``keep`` in whose way this one would be."""
    for names in known_by:
        same = "".join(f" AND k.{name} = g.{name}" for name in names)
        found = conn.execute(
            f"SELECT k.id FROM {table} AS g JOIN {table} AS k ON k.{column} = ?{same}"
            " WHERE g.id = ? AND k.id <> g.id ORDER BY k.id LIMIT 1",
            (keep, row_id),
        ).fetchone()
        if found is not None:
            return int(found[0])
    return None


def _repoint(conn: sqlite3.Connection, table: str, column: str, row_id: int, keep: int) -> bool:
    """Let a row refer to ``keep``, behind the rows that do so already; False where a rule of the
    schema forbids it."""
    changes: rows.Row = {column: keep}
    if "position" in triggers.columns(conn, table):
        (last,) = conn.execute(
            f"SELECT coalesce(max(position), 0) FROM {table} WHERE {column} = ?", (keep,)
        ).fetchone()
        changes["position"] = last + 1
    try:
        rows.update(conn, table, row_id, changes)
    except sqlite3.IntegrityError:
        return False
    return True


def _let_go(conn: sqlite3.Connection, table: str, column: str, row_id: int) -> None:
    try:
        rows.update(conn, table, row_id, {column: None})
    except sqlite3.IntegrityError:
        rows.delete(conn, table, row_id)


def _fold(
    conn: sqlite3.Connection, table: str, keep: int, gone: int, merged: Merged
) -> Iterator[str]:
    """Make one row of two: gaps are filled, what hangs on the other is moved; the lines of what
    differs."""
    names = [name for name in triggers.columns(conn, table) if name not in _OWN]
    refers = {
        row[3] for row in conn.execute(f'PRAGMA foreign_key_list("{table}")') if row[2] != "stage"
    }
    kept = rows.read(conn, table, names, keep) or {}
    other = rows.read(conn, table, names, gone) or {}
    absorb(conn, table, keep, gone, merged)
    rows.delete(conn, table, gone)
    gaps = {
        name: other[name]
        for name in names
        if table not in _WHOLE and kept[name] is None and other[name] is not None
    }
    rows.update(conn, table, keep, gaps)
    differing = {
        name: value
        for name, value in other.items()
        if value is not None
        and kept[name] != value
        and name not in gaps
        and name not in refers
        and not name.endswith("_at")
    }
    # A tag is spelt as it was first; of an address or a number nothing is left but its place.
    if differing and table not in PARTS:
        yield f"{_table_title(table)}: {_values(table, differing)}"


_TITLES = {
    "attachment": N_("File"),
    "care_plan": N_("Care plan"),
    "message": N_("E-mail"),
    "referral": N_("Referral"),
    "milestone": N_("Milestone"),
    "deal_contact": N_("Part in the deal"),
    "criterion_tick": N_("Exit criterion"),
}


def _table_title(table: str) -> str:
    return _(_TITLES.get(table, table))


def _values(table: str, differing: Mapping[str, Any]) -> str:
    return "; ".join(said(table, name, value) for name, value in differing.items())


def said(table: str, name: str, value: Any) -> str:
    """A value with the title of its field, as a person reads both."""
    declared = _fields(table).get(name) or _fields(table).get(name.removesuffix("_id"))
    if declared is None:
        return f"{name}: {value}"
    title, of = declared
    return f"{title}: {of.name(value) if isinstance(value, str) else value}"


def _fields(table: str) -> dict[str, tuple[str, Type]]:
    if table == "deal_contact":
        from funnelcli.nouns.person import Person

        fields = Person.declared
    else:
        noun = next((n for n in map(nouns.declared, nouns.NOUNS) if n.table == table), None)
        fields = {} if noun is None else noun.fields
    return {name: (_(one.title), one.type) for name, one in fields.items()}


def said_of(conn: sqlite3.Connection, table: str, name: str, value: Any) -> str:
    """As :func:`said`, with the name of a user whose it was."""
    if name == "owner_id":
        found = conn.execute("SELECT name FROM member WHERE id = ?", (value,)).fetchone()
        value = found[0] if found else value
        return f"{_fields(table)['owner'][0]}: {value}"
    return said(table, name, value)


def note_down(lines: list[str], merged: Merged, other: tuple[int, str], *texts: str | None) -> str:
    """The notes of the record that stays: its own, what the other said differently, and the
    other's notes."""
    own, others = texts
    head = _("Merged with {id}, {name}, on {day}:").format(
        id=other[0], name=other[1], day=dates.today().isoformat()
    )
    merged.kept += lines
    block = "\n".join([head, *lines]) if lines else ""
    extra = others if others and others not in (own or "") else ""
    return "\n\n".join(filter(None, (own, block, extra)))


def former(conn: sqlite3.Connection, table: str, keep: int, before: Mapping[str, Any]) -> None:
    """Keep what the other record was known by: its public id and its id in the program that it
    came from, which the record that stays takes where it has none."""
    external = {name: before[name] for name in ("external_origin", "external_id")}
    own = rows.read(conn, table, external, keep) or {}
    if external["external_id"] is not None and own["external_id"] is None:
        rows.update(conn, table, keep, external)
        external = dict.fromkeys(external)
    rows.insert(
        conn,
        f"{table}_former",
        {
            f"{table}_id": keep,
            "public_id": before["public_id"],
            **external,
            "recorded_at": dates.now(),
        },
    )
