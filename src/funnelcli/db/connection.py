"""One connection to one SQLite file, opened the same way everywhere.

The driver's implicit transactions are off, so that a transaction is what
:mod:`funnelcli.db.transaction` says it is, and DDL rolls back too.
"""

from __future__ import annotations

import os
import sqlite3

from funnelcli.db import functions, server
from funnelcli.db.schema import LATEST, foreign, is_funnel
from funnelcli.db.waiting import BUSY_SECONDS
from funnelcli.encryption import as_it_lies, open_file
from funnelcli.errors import Failed
from funnelcli.i18n import _

SYNCHRONOUS = "FULL"
"""What is committed is on the disk, and survives a loss of power."""


def connect(path: str, *, make_folder: bool = False) -> sqlite3.Connection:
    """Open ``path`` for reading and writing, creating or migrating it where needed, and its folder
    with ``make_folder``; or the database on a server whose address it is.

    Raises Failed when the file cannot be opened, is no database, or is newer than the program.
    """
    if server.is_address(path):
        return _on_server(path)
    if path != ":memory:":
        _check(path, make_folder)
    try:
        conn = open_file(path, place=_place(path), uri=True, timeout=BUSY_SECONDS)
    except sqlite3.DatabaseError as error:
        from funnelcli.db.refusing import unusable

        raise unusable(path, error) from error
    try:
        # Only now is the file read, so that "is not a database" is raised here.
        (version,) = conn.execute("PRAGMA user_version").fetchone()
        if version and not is_funnel(conn):
            raise foreign(path)
        # Persistent; but an encryption that was cut off leaves it as it needs it.
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
        # What a statement would restore, should it fail, goes to a file once it is more than a few
        # pages; for an import or its undo that is a third of the time.
        conn.execute("PRAGMA temp_store = MEMORY")
        # So that the triggers see what INSERT OR REPLACE throws out.
        conn.execute("PRAGMA recursive_triggers = ON")
        functions.add(conn)
        if version != LATEST:
            from funnelcli.db.migrate import migrate

            migrate(conn, path)
    except sqlite3.DatabaseError as error:
        conn.close()
        from funnelcli.db.refusing import unusable

        raise unusable(path, error) from error
    except BaseException:
        conn.close()
        raise
    return conn


def replica(address: str) -> sqlite3.Connection:
    """A replica of a database on a server, for reading alone.

    Raises Failed and Refused where it cannot be read, or is no replica of this version, and Usage
    for what is no address.
    """
    return _on_server(address, "funnelcli.db.server.replica")


def _on_server(address: str, module: str = "funnelcli.db.server.opening") -> sqlite3.Connection:
    """What behaves as a connection to a file does; to the server of an address, as ``module`` opens
    one."""
    from funnelcli.db.refusing import unusable
    from funnelcli.extras import needed

    opened = needed(
        module,
        "team",
        _("A database on a server needs the driver of PostgreSQL, which is not installed."),
    )
    try:
        conn: sqlite3.Connection = opened.connect(address)
    except sqlite3.Error as error:
        raise unusable(address, error) from error
    return conn


def _place(path: str) -> str:
    """How SQLite is told of a file. One that may not be written, or whose folder may not, is read
    as it lies there: for what SQLite writes beside a database to read it there is no place."""
    if path == ":memory:":
        return path
    whole = os.path.abspath(path)
    if os.access(whole, os.W_OK) and os.access(os.path.dirname(whole), os.W_OK):
        return whole
    if os.path.exists(f"{whole}-wal") and os.path.getsize(f"{whole}-wal"):
        raise Failed(
            _("{path} may only be read, and its last changes lie in {path}-wal still.").format(
                path=path
            ),
            _("Open it once where it may be written: with `funnel doctor`, say."),
        )
    return as_it_lies(path)


def reader(path: str) -> sqlite3.Connection:
    """A further connection, for reading alone, to a database that is open already; any thread
    may use it, one at a time."""
    if server.is_address(path):
        return _on_server(path)
    conn = open_file(path, check_same_thread=False)
    conn.execute("PRAGMA query_only = ON")
    functions.add(conn)
    return conn


def _check(path: str, make_folder: bool) -> None:
    """Make the file where it is not there yet. Raises Failed for what is there and is no file: a
    pipe would be waited for."""
    if not os.path.exists(path):
        _create(path, make_folder)
    elif not os.path.isfile(path):
        raise Failed(_("{path} is no file.").format(path=path), _("Name another file with --db."))


def _create(path: str, make_folder: bool) -> None:
    if server.is_written_so(path):
        server.check(path)
    folder = os.path.dirname(os.path.abspath(path))
    try:
        if make_folder:
            os.makedirs(folder, mode=0o700, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise Failed(
            _("{path} cannot be created: {error}.").format(
                path=path, error=error.strerror or str(error)
            ),
            _("Name a file in a folder that you may write to, with --db or FUNNEL_DB."),
        ) from error
