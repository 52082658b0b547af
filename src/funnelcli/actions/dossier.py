"""All that is held about a contact (GDPR, Art. 15): what, where it came from, whom it was given to.

What belongs to a contact is read from the schema, as for its erasure, so that the two never differ.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator

from funnelcli.actions import forgetting_files
from funnelcli.actions.forgetting_person import Person, find, is_theirs, known, public_ids, recorded
from funnelcli.actions.forgetting_words import pattern
from funnelcli.db import disclosed, personal, triggers
from funnelcli.db.command_lines import words_of
from funnelcli.db.rows import dicts
from funnelcli.nouns import NOUNS, declared, naming
from funnelcli.nouns.record import Record
from funnelcli.plain import NamedTuple
from funnelcli.queries.lists import some
from funnelcli.queries.offers import lines
from funnelcli.queries.retention import Kept, kept
from funnelcli.typed import Any

# Lists that are made of several tables.
_UNITED = ("effort",)
# Personal columns that hold keys and no words.
_KEYS = ("language", "role", "salutation", "search")


class Origin(NamedTuple):
    """What brought rows of a table in: an instant in UTC seconds, the command's words, how many."""

    at: int
    verb: str
    args: list[str]
    table: str
    rows: int


class Change(NamedTuple):
    """A row as it was before a command changed or removed it, and its words that tell of a person;
    an instant in UTC seconds."""

    at: int | None
    verb: str
    args: list[str]
    table: str
    id: int
    removed: bool
    before: dict[str, Any]
    words: list[str]


class Mention(NamedTuple):
    """A text of somebody else's record that names the contact."""

    table: str
    id: int
    field: str
    text: str


class Dossier(NamedTuple):
    """All that is held about a contact. ``rows`` are whole rows by table, ``records`` the same as
    lists show them, by table, where the table is a noun's."""

    rows: dict[str, list[dict[str, Any]]]
    records: dict[str, list[Record]]
    origins: list[Origin]
    changes: list[Change]
    mentions: list[Mention]
    disclosures: list[disclosed.Disclosure]
    kept: list[Kept]
    copies: list[str]
    drafts: list[str]


def gather(conn: sqlite3.Connection, path: str, contact_id: int) -> Dossier:
    """All that the database at ``path`` and the files beside it hold about a contact on file.
    Raises NotFound."""
    naming.check(conn, contact=contact_id)
    person = find(conn, public_ids(conn, contact_id))
    assert person is not None
    own = personal.rows_of(conn, person.live)
    rows = {
        table: found
        for table in triggers.tables(conn)
        if table in own and (found := list(_rows(conn, table, own[table])))
    }
    records: dict[str, list[Record]] = {
        noun.table: list(
            some(
                conn,
                noun,
                {"ids": json.dumps([*own[noun.table]])},
                where=f"{noun.alias}.id IN (SELECT value FROM json_each(:ids))",
            )
        )
        for noun in map(declared, NOUNS)
        if noun.table in rows and noun.table not in _UNITED
    }
    if "offer_line" in rows:
        offers = sorted(own["offer"])
        records["offer_line"] = [line for offer in offers for line in lines(conn, offer)]
    texts = forgetting_files.texts_of(conn, path, person)
    return Dossier(
        rows,
        records,
        list(_origins(conn, own)),
        list(_changes(conn, person, own)),
        list(_mentions(conn, person, own)),
        list(disclosed.listed(conn, person.live, recorded(conn, contact_id))),
        kept(conn, person.live),
        [os.path.basename(copy) for copy in forgetting_files.holding(path, person)],
        [text for text, theirs in texts if theirs],
    )


def _rows(conn: sqlite3.Connection, table: str, ids: set[int]) -> Iterator[dict[str, Any]]:
    # The currency of a line is that of its offer.
    more = ", (SELECT o.currency FROM offer AS o WHERE o.id = offer_id) AS currency"
    cursor = conn.execute(
        f"SELECT *{more if table == 'offer_line' else ''} FROM {table}"
        " WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps([*ids]),),
    )
    return dicts(cursor)


def _origins(conn: sqlite3.Connection, own: dict[str, set[int]]) -> Iterator[Origin]:
    """The commands that inserted the rows, as far as the journal goes back, the earliest first; not
    those of rows that had their ids before."""
    found = []
    for table, ids in own.items():
        for at, verb, args, rows in conn.execute(
            "WITH gone AS MATERIALIZED (SELECT d.row_id, max(d.id) AS last FROM journal AS d"
            " JOIN command AS c ON c.id = d.command_id WHERE d.table_name = :table"
            " AND d.op = 'delete' AND c.kind = 'do' AND c.state = 'done' GROUP BY d.row_id)"
            " SELECT k.at, k.verb, k.args, count(DISTINCT e.value) FROM journal AS j"
            " JOIN json_each(:ids) AS e"
            " ON CAST(e.value AS INTEGER) BETWEEN j.row_id AND coalesce(j.last_id, j.row_id)"
            " JOIN command AS k ON k.id = j.command_id"
            " LEFT JOIN gone ON gone.row_id = e.value"
            " WHERE j.table_name = :table AND j.op = 'insert' AND k.kind = 'do'"
            " AND k.state = 'done' AND j.id > coalesce(gone.last, 0)"
            " GROUP BY k.id",
            {"table": table, "ids": json.dumps([*ids])},
        ):
            found.append(Origin(at, verb, words_of(args), table, rows))
    yield from sorted(found)


def _changes(
    conn: sqlite3.Connection, person: Person, there: dict[str, set[int]]
) -> Iterator[Change]:
    """What the journal keeps of how the rows were, those that are ``there`` and those that went,
    the latest first."""
    links = personal.keys(conn)
    own = {table: {*ids} for table, ids in there.items()}
    own["contact"] |= person.contacts
    personal.add_former(conn, own)
    named: dict[str, list[str]] = {}
    for command_id, at, verb, args, table, op, before in conn.execute(
        "SELECT j.command_id, k.at, k.verb, k.args, j.table_name, j.op, j.before"
        " FROM journal AS j LEFT JOIN command AS k ON k.id = j.command_id"
        " WHERE j.before IS NOT NULL ORDER BY j.id DESC"
    ):
        row = json.loads(before)
        if is_theirs(person, table, row, command_id, own, links):
            if table not in named:
                named[table] = [name for name in personal.words(conn, table) if name not in _KEYS]
            words = [row[name] for name in named[table] if row.get(name)]
            typed = words_of(args)
            yield Change(at, verb or "", typed, table, row["id"], op == "delete", row, words)


def _mentions(
    conn: sqlite3.Connection, person: Person, own: dict[str, set[int]]
) -> Iterator[Mention]:
    """The texts in records of others that name the person."""
    named = pattern(conn, known(conn, person), person.live)
    for table in triggers.tables(conn):
        if table in personal.CATALOGUES:
            continue
        fields = personal.texts(table, personal.words(conn, table))
        fields = [name for name in fields if name != "search"]
        if not fields:
            continue
        theirs = own.get(table, set())
        for row_id, *texts in conn.execute(
            f"SELECT id, {', '.join(fields)} FROM {table} ORDER BY id"
        ):
            if row_id in theirs:
                continue
            for name, text in zip(fields, texts, strict=True):
                if isinstance(text, str) and named.search(text):
                    yield Mention(table, row_id, name, text)
