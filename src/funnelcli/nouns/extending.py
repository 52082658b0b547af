"""A noun with the fields of one's own that are declared of it, where there are any.

Where there are none it costs a look into an empty table: what they are is loaded only then.
"""

from __future__ import annotations

from funnelcli.nouns.noun import Noun
from funnelcli.nouns.record import Record
from funnelcli.typed import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from funnelcli.filters import Filter
    from funnelcli.nouns.own import Own
    from funnelcli.render.model import Column

R = TypeVar("R", bound=Record)

# What they can be declared of.
NOUNS = ("contact", "deal", "visit", "product")


def own_fields(conn: sqlite3.Connection, noun: Noun[R]) -> list[Own]:
    """The fields of one's own of a noun that are not hidden, in their order."""
    if noun.table not in NOUNS:
        return []
    if type(noun) is not Noun:
        return [*noun.own]  # type: ignore[attr-defined]
    there = "SELECT 1 FROM field WHERE noun = ? AND hidden = 0 LIMIT 1"
    if conn.execute(there, (noun.table,)).fetchone() is None:
        return []
    from funnelcli.nouns.own import declarations

    return declarations(conn, noun)


def extended(conn: sqlite3.Connection, noun: Noun[R]) -> Noun[R]:
    """The noun with its fields of one's own; itself where there are none."""
    if type(noun) is not Noun:
        return noun
    own = own_fields(conn, noun)
    if not own:
        return noun
    from funnelcli.nouns.own import Extended

    return Extended(noun, own)


def chosen(conn: sqlite3.Connection, noun: Noun[Any], words: Sequence[str]) -> Filter:
    """What filter words ask of the records of a noun. Raises Usage for a word that is no filter.

    What could be asked is gathered only where something is.
    """
    from funnelcli import config
    from funnelcli.filters import Filter, parse

    if not words:
        return Filter(())
    fields = extended(conn, noun).filters(conn)
    return parse(words, fields, currency=config.get("currency"), locale=config.get("locale"))


def attached(conn: sqlite3.Connection, noun: Noun[R], rows: Iterator[R]) -> Iterator[R]:
    """Records of a noun with the values of its fields of one's own, where there are any."""
    noun = extended(conn, noun)
    return rows if type(noun) is Noun else noun.attached(conn, rows)  # type: ignore[attr-defined]


def columns_of(noun: Noun[R], rows: Sequence[R]) -> tuple[Column, ...]:
    """The columns of records that were read, with those of one's own where they have any."""
    return (*noun.columns, *(rows[0].__dict__.get("own_columns", ()) if rows else ()))


def own_texts(record: Record, locale: str) -> list[tuple[Column, str]]:
    """The fields of one's own that a record has, and what a person reads in each."""
    from funnelcli.render import human

    columns: Sequence[Column] = record.__dict__.get("own_columns", ())
    # An amount is read with its currency.
    currencies = {column.currency for column in columns}
    shown = [
        (column, human.reader(column, locale))
        for column in columns
        if column.kind != "id" and column.key not in currencies
    ]
    return [(column, text) for column, read in shown if (text := read(record))]
