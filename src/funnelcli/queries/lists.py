"""Lists of a noun's records: filtered, sorted, or named by condition; and one record by its id."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from funnelcli import config, queries
from funnelcli.errors import Candidate
from funnelcli.filters import Filter, all_plain, conditions, sort
from funnelcli.nouns.extending import attached, chosen, extended
from funnelcli.nouns.field import Ask
from funnelcli.nouns.naming import labelled
from funnelcli.nouns.noun import Noun
from funnelcli.nouns.record import Record
from funnelcli.patterns import re, regex
from funnelcli.render.columns import OWN
from funnelcli.typed import Any, TypeVar

# What stands beside the table in a query, each join from the start of a line; and the alias of one
# without which there would be the same rows.
_JOINS = regex(r"\n(?=(?:LEFT )?JOIN )")
_BESIDE = regex(r"LEFT JOIN (?:\w+|\(\n.*\n\)) AS (\w+) ON ", "s")
# Between the columns of a query, each of which begins a line and ends with its name.
_BETWEEN = regex(r",\n(?=    \S)")
_WORDS = regex(r"\W+")
R = TypeVar("R", bound=Record)
T = TypeVar("T")


def listed(
    conn: sqlite3.Connection,
    noun: Noun[R],
    filters: Sequence[str] = (),
    *,
    order: str | None = None,
    limit: int | None = None,
    screen: bool = False,
    only: frozenset[str] | None = None,
) -> Iterator[R]:
    """The records that pass the filter words, in the noun's order unless ``order``, the text of
    ``--sort``, says otherwise; for a ``screen`` those first that belong there. Of each that at
    least is read which is in ``only``, attributes; without it all is.

    Raises Usage for a word that is no filter, and a key that is none to sort by.
    """
    noun = extended(conn, noun)
    where, values = chosen(conn, noun, filters).sql()
    if screen and noun.first and not order:
        return _first_and_others(conn, noun, values, where, limit)
    return _first(conn, noun, values, where, _order(conn, noun, order), limit, only)


def listed_ids(
    conn: sqlite3.Connection,
    noun: Noun[Any],
    filters: Sequence[str] = (),
    *,
    order: str | None = None,
    limit: int | None = None,
) -> Iterator[dict[str, int]]:
    """The ids of what :func:`listed` gives, each in a row; nothing else of a record is read.

    Raises what that raises.
    """
    noun = extended(conn, noun)
    where, values = chosen(conn, noun, filters).sql()
    statement = ids(noun, where, _order(conn, noun, order), limit)
    return ({"id": found} for (found,) in conn.execute(statement, queries.given(values)))


def _order(conn: sqlite3.Connection, noun: Noun[Any], order: str | None) -> str:
    """What a list is sorted by: the text of ``--sort``, else the noun's own order."""
    if not order:
        return noun.order
    return f"{sort(order, noun.sort_keys(), noun.amounts(conn), noun.called)}, {noun.tie}"


def apart(
    conn: sqlite3.Connection,
    noun: Noun[Any],
    filters: Sequence[str],
    order: str | None,
) -> list[str]:
    """The currencies without an exchange rate for the day that counts, where a filter or the order
    compares amounts and there are several: these were compared as they are, and sorted apart.

    They are those of all records that pass the other filters, whether an amount was then too
    small, or the screen.
    """
    noun = extended(conn, noun)
    if all_plain(filters) and not noun.compared(filters, order):
        return []
    from funnelcli.db.rates import exchange_rates
    from funnelcli.queries.exchange import unrated

    settings = {"currency": config.get("currency"), "locale": config.get("locale")}
    compared: list[Ask] = []
    others = []
    before = 0
    for condition in conditions(filters, noun.filters(conn, compared), **settings):
        if len(compared) == before:
            others.append(condition)
        before = len(compared)
    compared += noun.compared((), order).values()
    where, values = Filter(others).sql()
    found: set[str] = set()
    for ask in dict.fromkeys(compared):
        if not noun.one_currency(conn, ask):
            found |= _currencies(conn, noun, ask, f"({where}) AND ({ask.sql}) IS NOT NULL", values)
    return unrated(exchange_rates(conn, config.get("currency")), found)


def _currencies(
    conn: sqlite3.Connection, noun: Noun[Any], ask: Ask, where: str, values: Mapping[str, Any]
) -> set[str]:
    """The currencies in which an amount is once it is exchanged, the base only where that makes
    one more than one; each is found by the first record that has it."""
    base = config.get("currency")
    currency = noun.exchanged(conn, ask)[1]
    seen: set[str] = set()

    def first(condition: str) -> Any:
        import json

        given = {**values, "seen": json.dumps(sorted(seen)), "base": base}
        return next(some(conn, noun, given, where=f"{where} AND {condition}", limit=1), None)

    another = f"{currency} NOT IN (SELECT j.value FROM json_each(:seen) AS j UNION SELECT :base)"
    while row := first(another):
        seen.add(row.__dict__.get(f"{OWN}{ask.name}_currency") or row.currency)
    return seen | ({base} if len(seen) == 1 and first(f"{currency} = :base") else set())


def candidates(
    conn: sqlite3.Connection, noun: Noun[Any], only: str, most: int
) -> tuple[list[Candidate], bool]:
    """The first records of a list that has a name, as a person chooses among them: at most ``most``
    of those for which ``only``, a condition of its naming, is true; and whether there are more."""
    found: list[Candidate] = []
    records = listed(conn, noun, screen=True)
    while len(found) <= most and (some_ := [row.id for row in islice(records, most + 1)]):
        found += labelled(conn, noun, some_, only)
    return found[:most], len(found) > most


def _first_and_others(
    conn: sqlite3.Connection,
    noun: Noun[R],
    values: Mapping[str, Any],
    where: str,
    limit: int | None,
) -> Iterator[R]:
    """Those of which the noun's ``first`` is true, then the others. Sorting by it would read all
    of them, however few are shown."""
    for which in (noun.first, f"NOT ({noun.first})"):
        both = f"({which}) AND ({where})"
        for row in _first(conn, noun, values, both, noun.order, limit):
            limit = None if limit is None else limit - 1
            yield row
        if limit == 0:
            break


def _first(
    conn: sqlite3.Connection,
    noun: Noun[R],
    values: Mapping[str, Any],
    where: str,
    order: str,
    limit: int | None,
    only: frozenset[str] | None = None,
) -> Iterator[R]:
    """The first ``limit`` in an order. Which they are is found first: to sort all would read for
    each what is shown of it."""
    if limit is not None:
        where = f"({noun.apart}) IN ({ids(noun, where, order, limit)})"
    columns = "" if only is None else _columns(noun, only)
    if columns:
        statement = _asking(noun, columns, where, order, limit)
        return queries.asked(conn, statement, noun.row, values, whole=False)
    return some(conn, noun, values, where=where, order=order, limit=limit)


def some(
    conn: sqlite3.Connection,
    noun: Noun[R],
    values: Mapping[str, Any] | None = None,
    *,
    where: str = "1",
    order: str = "",
    limit: int | None = None,
) -> Iterator[R]:
    """The records of which ``where``, SQL over the aliases of the noun's query, is true."""
    rows = queries.run(
        conn, noun.query, noun.row, values, where=where, order=order or noun.order, limit=limit
    )
    return attached(conn, noun, rows)


def one(conn: sqlite3.Connection, noun: Noun[R], record_id: int) -> R:
    """One record that exists."""
    return next(some(conn, noun, {"id": record_id}, where=f"{noun.key} = :id"))


def of_ids(conn: sqlite3.Connection, noun: Noun[R], ids: Sequence[int]) -> Iterator[R]:
    """The records of these ids, in the order of the ids."""
    where = f"{noun.key} IN (SELECT j.value FROM json_each(:ids) AS j)"
    # A list of numbers is written in JSON as it is here.
    return some(conn, noun, {"ids": str([*ids])}, where=where, order=noun.key)


def in_memory(records: Iterable[R]) -> list[R]:
    """The records, all of them at once: what several say alike, a stage, a day, a name, is there
    once, which of the lists of a long day saves a third."""
    once: dict[str, str] = {}
    found = []
    for record in records:
        values = record.__dict__
        for name, value in values.items():
            if type(value) is str:
                values[name] = once.setdefault(value, value)
        found.append(record)
    return found


def in_turn(conn: sqlite3.Connection, noun: Noun[R], ids: Sequence[int]) -> list[R]:
    """The records of these ids, all of which exist, in the order of ``ids``."""
    found = dict(zip(sorted({*ids}), in_memory(of_ids(conn, noun, ids)), strict=True))
    return [found[record_id] for record_id in ids]


def _columns(noun: Noun[Any], only: frozenset[str]) -> str:
    """The columns of a noun's query that are called so; empty where they are not all columns, but
    made of such, or of fields of one's own."""
    selected = queries.sql(noun.query).partition("\nFROM ")[0].partition("\nSELECT\n")[2]
    named = {_WORDS.split(column)[-1]: column for column in _BETWEEN.split(selected)}
    return ",\n".join(named[name] for name in named if name in only) if only <= {*named} else ""


def ids(noun: Noun[Any], where: str, order: str = "", limit: int | None = None) -> str:
    """The statement for the ids of the records of which ``where`` is true, in an ``order`` and the
    first ``limit`` of them; without these more conditions can be added."""
    return _asking(noun, noun.apart, where, order, limit)


def _asking(noun: Noun[Any], columns: str, where: str, order: str, limit: int | None) -> str:
    """A noun's query with these ``columns`` alone, and without what stands beside the record and
    nothing asks for, which would be read for each of a million."""
    tables, rest = queries.sql(noun.query).partition("\nFROM ")[2].split("\nWHERE ", 1)
    condition = rest.partition("\nORDER BY ")[0].replace("{where}", where)
    asked = f"{columns} {condition} {order}"
    table, *joins = _JOINS.split(tables)
    for join in reversed(joins):
        beside = _BESIDE.match(join)
        if beside is not None and not re.search(rf"\b{beside[1]}\.", asked):
            joins.remove(join)
        else:
            asked += join
    statement = "\n".join((f"SELECT {columns} FROM {table}", *joins, f"WHERE ({condition})"))
    if order:
        statement += f" ORDER BY {order}"
    return statement if limit is None else f"{statement} LIMIT {limit:d}"


def only(rows: Iterator[T], limit: int | None) -> tuple[Iterable[T], bool]:
    """The rows of a list that was asked for one more than ``limit``, and whether it had more; of a
    list without a limit they are read as they are asked for."""
    if limit is None:
        return rows, False
    taken = list(rows)
    return taken[:limit], len(taken) > limit
