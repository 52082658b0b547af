"""Numbered SQL files, applied in one transaction with their record, the schema's version.

Every file is plain SQL without SQLAlchemy. Before an existing file is migrated a verified copy
of it is made. The journal's triggers are generated anew from the schema after every migration.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator

from funnelcli.errors import Failed
from funnelcli.i18n import _

_FOLDER = os.path.join(os.path.dirname(os.path.dirname(__file__)), "migrations")


def files() -> list[str]:
    """The migrations' paths in the order of their numbers, which count from 1."""
    return [
        os.path.join(_FOLDER, name) for name in sorted(os.listdir(_FOLDER)) if name.endswith(".sql")
    ]


LATEST = len(files())


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


def is_funnel(conn: sqlite3.Connection) -> bool:
    """Whether a database with a schema is funnel's: no other program's keeps this journal.

    The schema's number alone says nothing, for other programs count theirs from 1 too.
    """
    return conn.execute("PRAGMA table_info(journal_now)").fetchone() is not None


def foreign(path: str) -> Failed:
    """The sentence for a database that is not funnel's."""
    return Failed(
        _("{path} is a database of another program.").format(path=path),
        _("Name another file with --db."),
    )


def migrate(conn: sqlite3.Connection, path: str) -> None:
    """Bring the database at ``path`` to the latest schema, all of it or not at all.

    Raises Failed when SQLite is too old for strict tables, or the file is newer than the
    program, or holds tables that are not funnel's.
    """
    from funnelcli.db import journal
    from funnelcli.processes import install_shipped

    if sqlite3.sqlite_version_info < (3, 37):
        raise Failed(
            _("SQLite {version} is too old; funnel needs 3.37 or newer.").format(
                version=sqlite3.sqlite_version
            ),
            _("Install a newer Python, which brings a newer SQLite."),
        )
    (version,) = conn.execute("PRAGMA user_version").fetchone()
    if 0 < version < LATEST:
        from funnelcli.db.backup import rotate

        rotate(conn, path, "before-migration")
    if version == 0:
        # Persistent, and only possible outside a transaction.
        conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("BEGIN IMMEDIATE")
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
            raise foreign(path)
        if version < LATEST:
            journal.drop_triggers(conn)
            for file in files()[version:]:
                with open(file, encoding="utf-8") as script:
                    for statement in statements(script.read()):
                        conn.execute(statement)
            if version == 0:
                install_shipped(conn)
            journal.create_triggers(conn)
            conn.execute(f"PRAGMA user_version = {LATEST:d}")
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise
