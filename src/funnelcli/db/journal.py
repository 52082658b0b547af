"""The journal: what every command changed, and how to take it back.

Triggers, generated from the schema, write each insert, update and delete with the row before it,
under the command that caused it. Nothing bypasses them, whoever writes to the file: a change
made by another program stands in the journal too, under no command.

Undo needs only the *first* entry of each row that a command touched, since that holds the row as
it was before the command; so a whole import is undone by three statements a table.
"""

from __future__ import annotations

import json
import sqlite3
from typing import NamedTuple

from funnelcli.db.connection import command
from funnelcli.errors import NotFound
from funnelcli.i18n import _

EVENTS = ("insert", "update", "renumber", "delete")
OWN_TABLES = ("command", "journal", "journal_now")


def tables(conn: sqlite3.Connection) -> list[str]:
    """Every table that the journal watches, by name."""
    rows = conn.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        " ORDER BY name"
    )
    return [name for (name,) in rows if name not in OWN_TABLES]


def columns(conn: sqlite3.Connection, table: str) -> list[str]:
    """The columns of ``table`` in their order."""
    return [row[1] for row in conn.execute(f'PRAGMA table_info("{table}")')]


def create_triggers(conn: sqlite3.Connection) -> None:
    """Watch every table. An update that changes the id is a delete and an insert."""
    for table in tables(conn):
        names = columns(conn, table)
        old = "json_object(" + ", ".join(f"'{name}', OLD.{name}" for name in names) + ")"
        now = "(SELECT command_id FROM journal_now)"
        log = "INSERT INTO journal (command_id, table_name, row_id, op, before) VALUES"
        differs = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in names)
        conn.execute(
            f"CREATE TRIGGER journal_{table}_insert AFTER INSERT ON {table} BEGIN"
            f" {log} ({now}, '{table}', NEW.id, 'insert', NULL); END"
        )
        conn.execute(
            f"CREATE TRIGGER journal_{table}_update AFTER UPDATE ON {table}"
            f" WHEN OLD.id = NEW.id AND ({differs}) BEGIN"
            f" {log} ({now}, '{table}', OLD.id, 'update', {old}); END"
        )
        conn.execute(
            f"CREATE TRIGGER journal_{table}_renumber AFTER UPDATE ON {table}"
            f" WHEN OLD.id <> NEW.id BEGIN"
            f" {log} ({now}, '{table}', OLD.id, 'delete', {old});"
            f" {log} ({now}, '{table}', NEW.id, 'insert', NULL); END"
        )
        conn.execute(
            f"CREATE TRIGGER journal_{table}_delete AFTER DELETE ON {table} BEGIN"
            f" {log} ({now}, '{table}', OLD.id, 'delete', {old}); END"
        )


def drop_triggers(conn: sqlite3.Connection) -> None:
    """Stop watching, before the schema changes."""
    names = conn.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'journal_%'"
    ).fetchall()
    for (name,) in names:
        conn.execute(f'DROP TRIGGER "{name}"')


class Undone(NamedTuple):
    """A command that was taken back or done again: its id, its words, the rows touched."""

    id: int
    verb: str
    args: list[str]
    rows: int


def undo(conn: sqlite3.Connection) -> Undone:
    """Take back the last command that stands, or the last changes made by another program.

    Raises NotFound when nothing is left to undo.
    """
    with command(conn, "undo", kind="undo") as undo_id:
        row = conn.execute(
            "SELECT id, verb, args FROM command WHERE kind = 'do' AND state = 'done'"
            " ORDER BY id DESC LIMIT 1"
        ).fetchone()
        if row is None:
            raise NotFound(
                _("There is nothing to undo."), _("`funnel history` lists what was done.")
            )
        target, verb, args = row
        conn.execute("UPDATE command SET target = ? WHERE id = ?", (target, undo_id))
        rows = _reverse(conn, target)
        conn.execute("UPDATE command SET state = 'undone' WHERE id = ?", (target,))
    return Undone(target, verb, json.loads(args), rows)


def redo(conn: sqlite3.Connection) -> Undone:
    """Do again the command that was undone last; a new change in between closes that way.

    Raises NotFound when nothing was undone.
    """
    with command(conn, "redo", kind="redo") as redo_id:
        row = conn.execute(
            "SELECT u.id, d.id, d.verb, d.args FROM command AS u"
            " JOIN command AS d ON d.id = u.target"
            " WHERE u.kind = 'undo' AND u.state = 'done'"
            " AND u.id > coalesce((SELECT max(id) FROM command WHERE kind = 'do'), 0)"
            " ORDER BY u.id DESC LIMIT 1"
        ).fetchone()
        if row is None:
            raise NotFound(
                _("There is nothing to redo."),
                _("Redo works right after an undo, before anything else is changed."),
            )
        undo_id, target, verb, args = row
        conn.execute("UPDATE command SET target = ? WHERE id = ?", (target, redo_id))
        rows = _reverse(conn, undo_id)
        conn.execute("UPDATE command SET state = 'undone' WHERE id = ?", (undo_id,))
        conn.execute("UPDATE command SET state = 'done' WHERE id = ?", (target,))
    return Undone(target, verb, json.loads(args), rows)


def _reverse(conn: sqlite3.Connection, command_id: int) -> int:
    """Restore every row that ``command_id`` touched to what it was before; how many."""
    conn.execute("PRAGMA defer_foreign_keys = ON")
    conn.execute(
        "CREATE TEMP TABLE first_touch AS SELECT j.id, j.table_name, j.row_id, j.op, j.before"
        " FROM journal AS j JOIN (SELECT min(id) AS id FROM journal WHERE command_id = ?"
        " GROUP BY table_name, row_id) AS f ON f.id = j.id",
        (command_id,),
    )
    touched = [
        name
        for (name,) in conn.execute(
            "SELECT table_name FROM first_touch GROUP BY table_name ORDER BY max(id) DESC"
        ).fetchall()
    ]
    # A row that was inserted and deleted again by the same command is gone already; a row that
    # was deleted and came back under its id is updated; so each phase asks what is there now.
    for table in touched:
        conn.execute(
            f"DELETE FROM {table} WHERE id IN (SELECT row_id FROM first_touch"
            " WHERE table_name = ? AND op = 'insert')",
            (table,),
        )
    for table in touched:
        names = [name for name in columns(conn, table) if name != "id"]
        values = ", ".join(f"{name} = json_extract(f.before, '$.{name}')" for name in names)
        conn.execute(
            f"UPDATE {table} SET {values} FROM first_touch AS f"
            f" WHERE f.table_name = ? AND f.op <> 'insert' AND f.row_id = {table}.id",
            (table,),
        )
        values = ", ".join(f"json_extract(f.before, '$.{name}')" for name in names)
        conn.execute(
            f"INSERT INTO {table} (id, {', '.join(names)})"
            f" SELECT f.row_id, {values} FROM first_touch AS f WHERE f.table_name = ?"
            f" AND f.op <> 'insert' AND NOT EXISTS (SELECT 1 FROM {table} AS t"
            " WHERE t.id = f.row_id)",
            (table,),
        )
    (rows,) = conn.execute("SELECT count(*) FROM first_touch").fetchone()
    conn.execute("DROP TABLE first_touch")
    return int(rows)
