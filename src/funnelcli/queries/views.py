"""What people ask in SQL of their own: views that stay as they are whatever the tables become.

Each is a noun's list, with the columns that ``--json`` has: names instead of ids alone, amounts in
major units of the currency beside them, days as ISO dates and instants as RFC 3339 in UTC, lists as
text with commas. A few more have the rows of logs. They are temporary, made on the one connection
that asks; and that connection can neither write nor read anything else.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from functools import cache, partial

from funnelcli import queries
from funnelcli.db import functions
from funnelcli.db.server import on_server
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _
from funnelcli.nouns import declared
from funnelcli.nouns.extending import own_fields
from funnelcli.nouns.own import told_sql
from funnelcli.nouns.types import HUNDREDTHS, QUANTITY, SEPARATOR
from funnelcli.patterns import re, regex
from funnelcli.text import numbered
from funnelcli.typed import TYPE_CHECKING, Any
from funnelcli.values import dates
from funnelcli.values.choosing import nearest

if TYPE_CHECKING:
    from funnelcli.db.server.ungrouped import Bare

# View → the noun whose list it is, and what it has.
NOUNS = {
    "contacts": ("contact", N_("people and organisations")),
    "deals": ("deal", N_("deals as they stand now")),
    "visits": ("visit", N_("visits, calls and their reports")),
    "steps": ("step", N_("next steps, open and done")),
    "notes": ("note", N_("notes")),
    "messages": ("message", N_("e-mails with contacts")),
    "products": ("product", N_("products with today's prices")),
    "offers": ("offer", N_("offers, each version")),
    "objections": ("objection", N_("objections and how they were answered")),
    "contracts": ("contract", N_("contracts")),
    "milestones": ("milestone", N_("milestones of delivery")),
    "care_plans": ("plan", N_("who is to be called on how often")),
    "scores": ("score", N_("satisfaction, as customers rated it")),
    "complaints": ("complaint", N_("complaints")),
    "referrals": ("referral", N_("who named whom")),
    "efforts": ("effort", N_("time, kilometres and expenses")),
    "rates": ("rate", N_("what an hour and a kilometre cost")),
    "overheads": ("overhead", N_("costs of whole periods")),
    "targets": ("target", N_("targets")),
    "exchange_rates": ("exchange_rate", N_("exchange rates")),
}
# View → what it has; its statement is the file ``sql_<view>.sql``.
LOGS = {
    "stays": N_("the stage log: each stay of a deal in a stage"),
    "offer_lines": N_("the lines of offers"),
    "stages": N_("the stages of every process"),
    "people": N_("who has which part in a deal"),
}
NAMES = (*NOUNS, *LOGS)

# What the database keeps in parts of one: how many.
_PARTS = {HUNDREDTHS.take: 100.0, QUANTITY.take: 1000.0}
# So many characters or bytes a value may have, and so many steps between two looks at Ctrl-C.
_LONGEST = 100_000_000
_STEPS = 100_000
_ALLOWED = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE)
# What SQL could do beside reading.
_JSON = ("json_each", "json_tree")
_CHANGE = regex(r"\s*(?:INSERT|REPLACE|UPDATE|DELETE|DROP|ALTER)\b", "i")
_EXPLAIN = regex(r"\s*EXPLAIN\b", "i")
_BARRED = ("load_extension", "readfile", "writefile", "edit", "fts3_tokenizer")


def describe(view: str) -> str:
    """What a view has, in the user's language."""
    return _(NOUNS[view][1] if view in NOUNS else LOGS[view])


@cache
def columns(view: str) -> tuple[str, ...]:
    """The names of a view's columns, in order, but for those of fields of one's own."""
    from funnelcli.db.connection import connect

    with closing(connect(":memory:")) as conn:
        _make(conn, [view])
        found = conn.execute(f"SELECT * FROM {view} LIMIT 0")
        return tuple(column[0] for column in found.description)


def own_columns(conn: sqlite3.Connection, view: str) -> list[str]:
    """The columns of a view that are fields of one's own, by their keys."""
    if view not in NOUNS:
        return []
    noun = declared(NOUNS[view][0])
    return [
        name for field in own_fields(conn, noun) for name, _sql in told_sql(noun, field, "q.id")
    ]


def ask(conn: sqlite3.Connection, statement: str) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """The names of the columns that a statement gives, and its rows as they are read, over a
    connection that is for nothing else (:func:`funnelcli.db.connection.reader`).

    Raises Usage for what is no statement that reads, and for one that SQLite does not understand,
    here or while the rows are read.
    """
    conn.execute("PRAGMA query_only = OFF")
    said = {word.lower() for word in re.findall(r"\w+", statement)}
    _make(conn, [view for view in NAMES if view in said])
    if on_server(conn):
        return _asked_there(conn, statement, said)
    rows = _asked_here(conn, statement, said)
    return _apart(next(rows)), rows


def _asked_here(conn: sqlite3.Connection, statement: str, said: set[str]) -> Iterator[Any]:
    """What a statement gives of the views of a database in a file."""
    for table in said.intersection(_JSON):
        # The first time SQLite looks through the schema for it.
        conn.execute(f"SELECT 1 FROM {table}('[]')")
    conn.execute("PRAGMA query_only = ON")
    stored = conn.execute("SELECT name FROM sqlite_master WHERE type = 'view'")
    conn.set_authorizer(partial(_permits, frozenset((*NAMES, *(name for (name,) in stored)))))
    conn.set_progress_handler(lambda: 0, _STEPS)
    if hasattr(conn, "setlimit"):
        conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
    return _read(conn, statement, said)


def _asked_there(
    conn: sqlite3.Connection, statement: str, said: set[str]
) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """What a statement gives of a database on a server, which lets nobody write in a transaction
    that is for reading, and everybody read what is theirs to read."""
    from funnelcli.db.server.ungrouped import needs

    if _CHANGE.match(statement):
        raise _no_question()
    if _EXPLAIN.match(statement):
        raise Usage(
            _("EXPLAIN says how SQLite reads a file, and this database is on a server."),
            _("Leave EXPLAIN out."),
        )
    names = _named(conn, statement, said)
    conn.execute("BEGIN")
    conn.send("SET TRANSACTION READ ONLY")  # type: ignore[attr-defined]
    only_here = needs(statement, {name for view in NAMES if view in said for name in columns(view)})
    if only_here.all_bare:
        raise Usage(
            _("* takes columns of a group that may have several values there."),
            _("Write the columns that are meant, and group by them."),
        )
    if only_here.values or only_here.bare:
        return names, _asked_of_copy(conn, statement, said, only_here.bare)
    rows = _read(conn, statement, said)
    try:
        next(rows)
    except Usage as error:
        if only_here.gathers and "GROUP BY" in str(error):
            raise
        # What it does not take, SQLite may, as it would in a file: a name that a column was given
        # in the same question, values of several kinds in one.
        conn.execute("ROLLBACK")
        return names, _asked_of_copy(conn, statement, said, [])
    return names, rows


def _asked_of_copy(
    conn: sqlite3.Connection, statement: str, said: set[str], bare: Sequence[Bare]
) -> Iterator[tuple[Any, ...]]:
    """What a statement gives of a copy of the rows that it is about."""
    from funnelcli.queries import copied

    asked = [view for view in NAMES if view in said]
    with closing(sqlite3.connect("")) as here:
        copied.copy(conn, here, asked, statement, _affinities(conn, asked))
        _add_functions(here)
        chances = copied.Chances(here)
        rows = _asked_here(here, copied.settled(statement, bare), said)
        next(rows)
        return chances.checked(rows)


def _affinities(conn: sqlite3.Connection, views: Sequence[str]) -> dict[str, dict[str, str]]:
    """By view, what SQLite takes each column for where it is compared: as in a file."""
    from funnelcli.db.connection import connect

    found: dict[str, dict[str, str]] = {}
    with closing(connect(":memory:")) as empty:
        _add_functions(empty)
        for view in views:
            text = _of_noun(conn, NOUNS[view][0]) if view in NOUNS else queries.sql(f"sql_{view}")
            empty.execute(f"CREATE TEMP TABLE {view} AS SELECT * FROM ({_filled(text)}) LIMIT 0")
            found[view] = {
                name: kind
                for _id, name, kind, *_rest in empty.execute(f"PRAGMA table_info({view})")
            }
    return found


def _named(conn: sqlite3.Connection, statement: str, said: set[str]) -> list[str]:
    """What SQLite calls the columns of a statement that is for a server, asked of views without
    rows. Raises Usage for what a file would not take either."""
    with closing(sqlite3.connect(":memory:")) as empty:
        _add_functions(empty)
        for view in NAMES:
            if view in said:
                found = conn.execute(f"SELECT * FROM {view} LIMIT 0").description
                shown = ", ".join(f'NULL AS "{column[0]}"' for column in found)
                empty.execute(f"CREATE TEMP VIEW {view} AS SELECT {shown} WHERE 0")
        return _apart(next(_asked_here(empty, statement, said)))


def _read(conn: sqlite3.Connection, statement: str, said: set[str]) -> Iterator[Any]:
    """The names of the columns first, then the rows."""
    try:
        cursor = conn.execute(statement)
        if cursor.description is None:
            raise _no_question()
        yield [column[0] for column in cursor.description]
        for row in cursor:
            yield tuple([_said(item) for item in row])
    except (sqlite3.Error, sqlite3.Warning, OverflowError) as error:
        if "interrupted" in str(error):
            raise KeyboardInterrupt from error
        raise _wrong(str(error), said, there=on_server(conn)) from error


def _said(item: Any) -> Any:
    """A value without the noise of a sum in binary: 0.1 + 0.2 is 0.3. Bytes are no text."""
    if isinstance(item, float):
        return float(f"{item:.15g}")
    return f"x'{item.hex()}'" if isinstance(item, bytes) else item


def _apart(names: Sequence[str]) -> list[str]:
    """Names of columns, of which no two are one."""
    found: list[str] = []
    for name in names:
        one, _number = numbered(name, found.__contains__)
        found.append(one)
    return found


# What goes wrong -------------------------------------------------------------------------------


def _no_question() -> Usage:
    return Usage(
        _("`funnel sql` takes one SELECT, and changes nothing."),
        _lists_them(),
    )


def _wrong(text: str, said: Collection[str], *, there: bool) -> Usage:
    """What SQLite or the server says of a statement, with what was probably meant."""
    if "prohibited" in text or "not authorized" in text:
        found = re.search(r"access to (\w+)\.", text)
        if found and found[1] not in NAMES:
            return Usage(_("There is no view {name}.").format(name=found[1]), _near_view(found[1]))
        return _no_question()
    # A server says the same in other words.
    found = re.match(r"(?:no such table: |relation \")([^\s\"]+)", text)
    if found:
        return Usage(_("There is no view {name}.").format(name=found[1]), _near_view(found[1]))
    if any(part in text for part in ("one statement at a time", "readonly", "modify", "denied")):
        return _no_question()
    found = re.match(r"(?:no such column: |column \"?)(?:\w+\.)?(\w+)", text)
    if found and "GROUP BY" not in text:
        known = [name for view in NAMES if view in said for name in columns(view)]
        return Usage(
            _("There is no column {name}.").format(name=found[1]),
            _meant(found[1], [(name,) for name in known]) or _lists_them(),
        )
    told = (
        _("The server does not take this: {error}.")
        if there
        else _("SQLite does not take this: {error}.")
    )
    return Usage(told.format(error=text.rstrip(".")), _lists_them())


def _near_view(name: str) -> str:
    entries = [*((view, noun) for view, (noun, _doc) in NOUNS.items()), *((view,) for view in LOGS)]
    return _meant(name, entries) or _("The views are: {names}.").format(names=", ".join(NAMES))


def _meant(name: str, entries: Sequence[Sequence[str]]) -> str:
    """The hint what a mistyped name was meant for; "" where nothing is like it."""
    near = nearest(name, entries)
    return "" if near is None else _("Did you mean {name}?").format(name=near)


def _lists_them() -> str:
    return _("`funnel sql --views` lists what can be asked for.")


def _permits(
    views: Collection[str],
    action: int,
    first: str | None,
    second: str | None,
    _schema: str | None,
    source: str | None,
) -> int:
    """SQLite's question whether a statement may do something."""
    if action in _ALLOWED:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION:
        barred = (second or "").lower() in _BARRED
        return sqlite3.SQLITE_DENY if barred else sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_READ:
        # Columns of tables are read by the views alone; a join that takes none of them has no
        # column, and a part of the statement itself no name.
        seen = source in views or first in NAMES or not second or not first or first in _JSON
        return sqlite3.SQLITE_OK if seen else sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_DENY


# The views -------------------------------------------------------------------------------------


def _make(conn: sqlite3.Connection, views: Sequence[str]) -> None:
    """Make views on a connection."""
    if not on_server(conn):
        _add_functions(conn)
    for view in views:
        text = _of_noun(conn, NOUNS[view][0]) if view in NOUNS else queries.sql(f"sql_{view}")
        conn.execute(f"CREATE TEMP VIEW {view} AS {_filled(text)}")


def _add_functions(conn: sqlite3.Connection) -> None:
    """Have SQLite know the functions of the program and those of the views."""
    functions.add(conn)
    conn.create_function("iso", 1, _iso, deterministic=True)
    conn.create_function("major", 2, _major, deterministic=True)


def _of_noun(conn: sqlite3.Connection, name: str) -> str:
    """The statement of a noun's list with its values as people read them."""
    from funnelcli.render.columns import with_currencies

    noun = declared(name)
    text = queries.sql(noun.query)
    text = text.replace("{where}", "1").replace("ORDER BY {order}", "").replace("{limit}", "")
    given = conn.execute(f"SELECT * FROM ({_filled(text)}) LIMIT 0").description
    known = {column[0] for column in given}
    shown = [
        _expression(column.key, column.kind, column.currency, noun)
        for column in with_currencies([column for column in noun.columns if column.data])
        if column.key in known
    ]
    for field in own_fields(conn, noun):
        told = dict(told_sql(noun, field, "q.id"))
        if field.kind == "money":
            told[field.key] = f"major({', '.join(told.values())})"
        shown += [f'{sql} AS "{name}"' for name, sql in told.items()]
    return f"SELECT {', '.join(shown)} FROM ({text}) AS q"


def _expression(key: str, kind: str, currency: str, noun: Any) -> str:
    take = noun.fields[key].type.take if key in noun.fields else None
    if kind == "money":
        return f'major("{key}", "{currency}") AS "{key}"'
    if kind == "instant":
        return f'iso("{key}") AS "{key}"'
    if kind == "tags":
        return f"""replace("{key}", '{SEPARATOR}', ', ') AS "{key}\""""
    return f'"{key}" / {_PARTS[take]} AS "{key}"' if take in _PARTS else f'"{key}"'


def _filled(text: str) -> str:
    """A statement with the moment it is now in the place of its parameters, which a view cannot
    have."""
    return text.replace(":today", f"'{dates.today().isoformat()}'").replace(
        ":now", str(dates.now())
    )


def _iso(instant: int | None) -> str | None:
    """An instant, UTC seconds, as RFC 3339 in UTC."""
    return None if instant is None else dates.iso_instant(instant)


def _major(minor: int | None, currency: str | None) -> int | float | None:
    """An amount in the currency's major units."""
    from funnelcli.values.currencies import exponent

    if minor is None:
        return None
    places = exponent(currency or "")
    return minor / 10**places if places else minor
