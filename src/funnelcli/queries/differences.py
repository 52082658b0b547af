"""What a command has changed so far, record by record and field by field: for a dry run, which is
taken back after this has been read.

The journal says which records a command touched; what they were is read beside the transaction, by
a connection that does not see it yet.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import islice

from funnelcli.db import connection
from funnelcli.db.triggers import columns
from funnelcli.i18n import N_, pick
from funnelcli.nouns import declared
from funnelcli.nouns.counted import PARTS
from funnelcli.nouns.extending import extended
from funnelcli.nouns.noun import Noun
from funnelcli.plain import NamedTuple
from funnelcli.queries.changes import CHANGED, NEW
from funnelcli.queries.lists import some
from funnelcli.queries.people import of_deal
from funnelcli.render.columns import OWN, Number, data_value, simple
from funnelcli.render.human import reader as reads
from funnelcli.typed import IO, Any
from funnelcli.values import dates, daytext, reader
from funnelcli.values.money import format_money
from funnelcli.values.moneyformat import plain

# What imports bring.
KINDS = ("contact", "deal", "product", "offer", "visit", "step", "note")
_PAGE = 500
# The time at which the program took note of something is no field of it.
_NO_FIELDS = ("id", "public_id", "created_at", "recorded_at")


class Difference(NamedTuple):
    """A field that a command changes, or a record that it makes, which has neither field nor id
    yet. ``old`` and ``new`` are as in ``--json``, the texts as people read them; ``title`` is the
    field's, a message id."""

    change: str
    kind: str
    id: int | None
    record: str
    field: str | None = None
    old: Any = None
    new: Any = None
    title: str = ""
    old_text: str = ""
    new_text: str = ""


class Differences:
    """All of them, kept in ``file``, for there may be as many as rows; can be read again and again.
    ``made`` counts the new records by kind, ``changed`` those that differ, ``fields`` all fields
    that do. Of new ones at most ``named`` of a kind are in it, unless that is None."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        path: str,
        command_id: int,
        locale: str,
        file: IO[bytes],
        *,
        named: int | None = None,
    ) -> None:
        self.made: Counter[str] = Counter()
        self.changed: Counter[str] = Counter()
        self.fields = 0
        self._file = file
        with closing(connection.reader(path)) as before:
            for name in KINDS:
                compared = _Compared(conn, before, declared(name), locale)
                for found in compared.changes(command_id):
                    self.changed[name] += 1
                    self.fields += len(found)
                    for one in found:
                        self._keep(one)
                self.made[name] = compared.count_made(command_id)
                for one in islice(compared.made(command_id), named) if self.made[name] else ():
                    self._keep(one)

    def __iter__(self) -> Iterator[Difference]:
        self._file.seek(0)
        for line in self._file:
            *values, numbers = json.loads(line)
            one = Difference._make(values)
            old, new = (
                Number(value) if number else value
                for value, number in zip((one.old, one.new), numbers, strict=True)
            )
            yield one._replace(old=old, new=new)

    def _keep(self, one: Difference) -> None:
        # JSON knows no numbers that are written as text.
        numbers = [isinstance(value, Number) for value in (one.old, one.new)]
        self._file.write(json.dumps([*one, numbers]).encode() + b"\n")


class _Compared:
    """The records of a noun as they are in a transaction, and as they were before it."""

    def __init__(
        self, conn: sqlite3.Connection, before: sqlite3.Connection, noun: Noun[Any], locale: str
    ) -> None:
        self._conn = conn
        self._before = before
        noun = self._noun = extended(conn, noun)
        table = noun.table
        kept = {one for part in (table, *_parts(conn, table)) for one in columns(conn, part)}
        self._name = reads(next(one for one in noun.columns if one.flex), locale)
        self._fields = [
            (column, self._key(column.key), data_value(column), reads(column, locale))
            for column in noun.columns
            if column.data
            and column.key not in _NO_FIELDS
            and (
                column.key in kept
                or f"{column.key}_id" in kept
                or column.kind == "tags"
                or column.key.startswith(OWN)
                # An instant that its day stands for.
                or (column.key.endswith("_on") and f"{column.key[:-3]}_at" in kept)
            )
            and not self._beside(column.key)
        ]

    def _beside(self, key: str) -> bool:
        """Whether another field says the same, for people: the name of an id, the day of an
        instant."""
        fields = self._noun.fields
        return (key.endswith("_id") and key[:-3] in fields) or (
            key.endswith("_at") and f"{key[:-3]}_on" in fields
        )

    def _key(self, key: str) -> str:
        """The attribute by which a field differs: the id of what is named, a part of a name as it
        was set."""
        names = self._noun.row.names
        return next((one for one in (f"{key}_id", f"set_{key}") if one in names), key)

    def changes(self, command_id: int) -> Iterator[list[Difference]]:
        """What differs of each record that a command changed."""
        asked = touched(self._conn, self._noun)
        ids = self._conn.execute(asked, {"command": command_id, "after": 0})
        while page := [record_id for (record_id,) in ids.fetchmany(_PAGE)]:
            old = {record.id: record for record in self._records(self._before, page)}
            for record in self._records(self._conn, page):
                if record.id in old and (found := [*self._differing(old[record.id], record)]):
                    yield found

    def _records(self, conn: sqlite3.Connection, ids: Sequence[int]) -> Iterator[Any]:
        key = self._noun.key
        where = f"{key} IN (SELECT j.value FROM json_each(:ids) AS j)"
        return some(conn, self._noun, {"ids": json.dumps(ids)}, where=where, order=key)

    def _differing(self, old: Any, new: Any) -> Iterator[Difference]:
        name = self._name(old)
        found = 0
        for column, key, value, text in self._fields:
            if getattr(old, key) == getattr(new, key):
                continue
            found += 1
            values, texts = (_plain(value(old)), _plain(value(new))), (text(old), text(new))
            field, title = column.key, column.title
            if values[0] == values[1]:
                # Two who have one name.
                values = getattr(old, key), getattr(new, key)
                texts = str(values[0] or ""), str(values[1] or "")
                field, title = key, self._noun.fields[key].title
            yield self._difference(old.id, name, field, title, values, texts)
        for title, field, read, told in _LOGS.get(self._noun.table, ()):
            before, after = (read(conn, old.id) for conn in (self._before, self._conn))
            # What goes on is said by the fields.
            if before != after and not (told and found and after[0].startswith(before[0])):
                values, texts = zip(before, after, strict=True)
                yield self._difference(old.id, name, field, title, values, texts)

    def _difference(
        self,
        record_id: int,
        name: str,
        field: str,
        title: str,
        values: tuple[Any, Any],
        texts: tuple[str, str],
    ) -> Difference:
        return Difference(CHANGED, self._noun.table, record_id, name, field, *values, title, *texts)

    def count_made(self, command_id: int) -> int:
        """How many new records there are."""
        (number,) = self._conn.execute(
            "SELECT coalesce(sum(coalesce(last_id, row_id) - row_id + 1), 0) FROM journal"
            " WHERE command_id = ? AND table_name = ? AND op = 'insert'",
            (command_id, self._noun.table),
        ).fetchone()
        return int(number)

    def made(self, command_id: int) -> Iterator[Difference]:
        """The new records."""
        ids = self._conn.execute(
            f"SELECT t.id FROM journal AS j CROSS JOIN {self._noun.table} AS t"
            " ON t.id BETWEEN j.row_id AND coalesce(j.last_id, j.row_id)"
            " WHERE j.command_id = ? AND j.table_name = ? AND j.op = 'insert' ORDER BY t.id",
            (command_id, self._noun.table),
        )
        while page := [record_id for (record_id,) in ids.fetchmany(_PAGE)]:
            for record in self._records(self._conn, page):
                yield Difference(NEW, self._noun.table, None, self._name(record))


def _parts(conn: sqlite3.Connection, table: str) -> list[str]:
    """The tables of what a record of a table is made of; of a deal its people too."""
    more = ("deal_contact",) if table == "deal" else ()
    return [*(part for part in sorted(PARTS) if f"{table}_id" in columns(conn, part)), *more]


def touched(conn: sqlite3.Connection, noun: Noun[Any], *, made: bool = False) -> str:
    """The statement for the ids of the records that the command ``:command`` has changed since the
    entry ``:after`` of the journal, themselves or what they are made of: but for new ones, or with
    those that it has ``made`` one by one."""
    table, of = noun.table, f"{noun.table}_id"
    command = "j.command_id = :command AND j.id > :after"
    entries = f"journal AS j WHERE {command} AND j.table_name = "
    asked = [f"SELECT j.row_id AS id FROM {entries}'{table}' AND j.op = 'update'"]
    for part in _parts(conn, table):
        rows = f"SELECT t.{of} FROM journal AS j CROSS JOIN {part} AS t ON "
        whose = f"WHERE {command} AND j.table_name = '{part}' AND j.last_id"
        asked += [
            f"{rows} t.id = j.row_id {whose} IS NULL AND j.op <> 'delete'",
            f"{rows} t.id BETWEEN j.row_id AND j.last_id {whose} IS NOT NULL",
            f"SELECT CAST(j.before ->> '{of}' AS INTEGER)"
            f" FROM {entries}'{part}' AND j.op <> 'insert'",
        ]
    if made:
        asked.append(f"SELECT j.row_id FROM {entries}'{table}' AND j.op = 'insert'")
    found = f"SELECT c.id FROM ({' UNION '.join(asked)}) AS c WHERE c.id IS NOT NULL"
    if not made:
        found += (
            f" AND c.id NOT IN (SELECT j.row_id FROM {entries}'{table}' AND j.op = 'insert')"
            f" AND NOT EXISTS (SELECT 1 FROM {entries}'{table}' AND j.last_id IS NOT NULL"
            " AND c.id BETWEEN j.row_id AND j.last_id)"
        )
    return f"{found} ORDER BY c.id"


def _plain(value: Any) -> Any:
    """A value of a record in one cell."""
    return ", ".join(value) if isinstance(value, list) else simple(value)


def _stages(conn: sqlite3.Connection, deal_id: int) -> tuple[str, str]:
    """The stage log of a deal: by keys, and in words."""
    stays = conn.execute(
        "SELECT s.key, s.name_en, s.name_de, y.entered_at FROM stay AS y"
        " JOIN stage AS s ON s.id = y.stage_id WHERE y.deal_id = ? ORDER BY y.entered_at, y.id",
        (deal_id,),
    ).fetchall()
    days = [dates.local_date(at) for *_names, at in stays]
    return (
        ", ".join(f"{row[0]} {day.isoformat()}" for row, day in zip(stays, days, strict=True)),
        ", ".join(
            f"{pick(row[1], row[2])} {daytext.day(day)}"
            for row, day in zip(stays, days, strict=True)
        ),
    )


def _prices(conn: sqlite3.Connection, product_id: int) -> tuple[str, str]:
    """The prices of a product, plain and in words."""
    prices = conn.execute(
        "SELECT valid_from, price, currency FROM product_price WHERE product_id = ?"
        " ORDER BY valid_from",
        (product_id,),
    ).fetchall()
    return (
        ", ".join(f"{day} {plain(price, code)} {code}" for day, price, code in prices),
        ", ".join(
            f"{daytext.day(day)} {format_money(price, code, reader.locale())}"
            for day, price, code in prices
        ),
    )


def _people(conn: sqlite3.Connection, deal_id: int) -> tuple[str, str]:
    """Who has which part in a deal beside its contact, which is a field: by keys, and in words."""
    found = [one for one in of_deal(conn, deal_id) if not one.main or one.role]
    return (
        ", ".join(f"{one.name} ({one.role})" if one.role else one.name for one in found),
        ", ".join(f"{one.name} ({one.role_name})" if one.role else one.name for one in found),
    )


class _Log(NamedTuple):
    """What fields do not show: what it is, as data and as people ``read`` it; ``told``: fields say
    what goes on in it."""

    title: str
    field: str
    read: Callable[[sqlite3.Connection, int], tuple[str, str]]
    told: bool = False


# By table.
_LOGS: dict[str, tuple[_Log, ...]] = {
    "deal": (
        _Log(N_("Stages"), "stages", _stages, told=True),
        _Log(N_("People"), "people", _people),
    ),
    "product": (_Log(N_("Prices"), "prices", _prices, told=True),),
}
