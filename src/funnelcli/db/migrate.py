"""Numbered SQL files, applied in one transaction with their record, the schema's version.

Every file is plain SQL without SQLAlchemy. Before an existing file is migrated a verified copy
of it is made. The journal's triggers are generated anew from the schema after every migration.
A new database gets what ships with the program from a file of the same form, in the transaction
that makes it, so that nobody sees one without.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

from funnelcli.db import functions, triggers
from funnelcli.db.copies import listed, rotate
from funnelcli.db.schema import LATEST, SHIPPED, files, foreign
from funnelcli.db.waiting import announce, begin, notice
from funnelcli.encryption import open_file
from funnelcli.errors import Failed
from funnelcli.i18n import _
from funnelcli.values import dates


def statements(script: str) -> Iterator[str]:
    """The statements of an SQL script, one by one.

    ``executescript`` would commit first; statement by statement the whole migration stays in
    one transaction.
    """
    buffer = ""
    for line in script.splitlines(keepends=True):
        buffer += line
        if sqlite3.complete_statement(buffer):
            yield buffer
            buffer = ""
    if buffer.strip():
        yield buffer


def apply(conn: sqlite3.Connection, file: str) -> None:
    """Run the SQL file; what it calls ``:now`` is the present instant in UTC seconds."""
    functions.add(conn)
    with open(file, encoding="utf-8") as script:
        for statement in statements(script.read()):
            conn.execute(statement, {"now": dates.now()})


def migrate(conn: sqlite3.Connection, path: str | None) -> None:
    """Bring the database at ``path`` to the latest schema, all of it or not at all; without a path
    no copy of it is made before.

    Raises Failed when SQLite is too old for strict tables, or the file is newer than the
    program, or holds tables that are not funnel's.
    """
    if sqlite3.sqlite_version_info < (3, 37):
        raise Failed(
            _("SQLite {version} is too old; funnel needs 3.37 or newer.").format(
                version=sqlite3.sqlite_version
            ),
            _("Install a newer Python, which brings a newer SQLite."),
        )
    begin(conn)
    try:
        # Another process may have migrated while this one waited for the lock.
        (version,) = conn.execute("PRAGMA user_version").fetchone()
        if version > LATEST:
            raise Failed(
                _("This database was written by a newer funnel (schema {version}).").format(
                    version=version
                ),
                _("Update funnel: pip install --upgrade funnelcli"),
            )
        if version == 0 and conn.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
            raise foreign(path or "")
        if 0 < version < LATEST and path is not None:
            # Under the lock, so that of many who come at once one makes the copy; through another
            # connection, for SQLite copies from none that is about to write.
            announce(path)
            with closing(open_file(path)) as before:
                rotate(before, path, "before-migration")
        if version < LATEST:
            triggers.drop(conn)
            for file in files()[version:]:
                apply(conn, file)
            if version == 0:
                apply(conn, SHIPPED)
            triggers.create(conn)
            conn.execute(f"PRAGMA user_version = {LATEST:d}")
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise
    if version == 0 and path is not None and listed(path):
        notice(path)
