"""Transactions: reads in one snapshot, and a command, which is one entry of the journal.

Writes begin with BEGIN IMMEDIATE and wait for other writers; reads set ``query_only``, which,
unlike ``mode=ro``, lets the last close tidy the WAL away: between commands there is one file,
which a synced folder can copy whole.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from funnelcli import config
from funnelcli.db import server
from funnelcli.db.command_lines import OUTSIDE
from funnelcli.db.rows import dicts
from funnelcli.db.waiting import begin
from funnelcli.encryption import taken
from funnelcli.errors import Refused
from funnelcli.text import quoted, spelt_out
from funnelcli.values import dates

# So many commands lie between two looks at the size of the journal.
LOOKED_EVERY = 64
# A command that touched more rows than this has changed something.
COMPARED = 200
_stored = 0


def stored() -> int:
    """How many commands this process has stored, those among them whose end an interrupt met."""
    return _stored


@contextmanager
def read_only(conn: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Run reads on ``conn`` in one snapshot; a write inside fails."""
    conn.execute("PRAGMA query_only = ON")
    conn.execute("BEGIN")
    try:
        yield conn
    finally:
        # There is nothing to store: that a connection broke is said by what was read, if at all.
        with suppress(sqlite3.Error):
            if conn.in_transaction:
                conn.execute("ROLLBACK")
        conn.execute("PRAGMA query_only = OFF")


@contextmanager
def sorting_on_disk(conn: sqlite3.Connection) -> Iterator[None]:
    """Let SQLite sort in a file inside the block: as many keys as a table has rows. Within a
    transaction of a connection that has had temporary tables, it goes on sorting in memory."""
    with suppress(sqlite3.OperationalError):
        # Of an encrypted database such a file would be a plain piece.
        if not taken():
            conn.execute("PRAGMA temp_store = FILE")
    try:
        yield
    finally:
        with suppress(sqlite3.OperationalError):
            conn.execute("PRAGMA temp_store = MEMORY")


@contextmanager
def command(
    conn: sqlite3.Connection,
    verb: str,
    args: Sequence[str] = (),
    *,
    kind: str = "do",
    dry_run: bool = False,
    onto: int | None = None,
) -> Iterator[int]:
    """One command: one transaction, one entry of the journal, all of it or nothing.

    Yields the id of the command. A command after which every row is as it was leaves no entry,
    so that ``undo`` never undoes nothing. With ``dry_run`` everything runs and is rolled back.
    ``onto`` is the id of an entry that this one adds to, for what a person sees as one act, unless
    something else was done meanwhile.
    """
    global _stored
    begin(conn)
    try:
        adopt_outside(conn)
        command_id = _last(conn, onto) or _begin(conn, verb, args, kind)
        conn.execute("UPDATE journal_now SET command_id = ?", (command_id,))
        try:
            yield command_id
        except Refused as error:
            if kind == "do" and (seen := server.seen(conn)) is not None:
                from funnelcli.db.meanwhile import add_to

                add_to(error, conn, command_id, seen)
            raise
        conn.execute("UPDATE journal_now SET command_id = NULL")
        if kind == "do" and (seen := server.seen(conn)) is not None:
            from funnelcli.db.meanwhile import check

            check(conn, command_id, seen)
        # An undo of a command whose changes cancelled out changes nothing, and can be redone.
        if kind == "do" and not _differs(conn, command_id):
            # Its entries go with it.
            conn.execute("DELETE FROM command WHERE id = ?", (command_id,))
        if command_id % LOOKED_EVERY == 0 and not dry_run:
            from funnelcli.db.trimming import bound

            bound(conn)
        conn.execute("ROLLBACK" if dry_run else "COMMIT")
    except BaseException as error:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        elif not dry_run and not isinstance(error, sqlite3.Error):
            # An interrupt that came with the commit is heard behind it.
            _stored += 1
        raise
    if not dry_run:
        _stored += 1


@contextmanager
def part(conn: sqlite3.Connection, *, keep: bool = True) -> Iterator[None]:
    """A part of a command that may fail by itself: of one that raises nothing stands, and of one
    that is not to be kept neither."""
    conn.execute("SAVEPOINT part")
    try:
        yield
        if not keep:
            conn.execute("ROLLBACK TO part")
    except BaseException:
        conn.execute("ROLLBACK TO part")
        raise
    finally:
        conn.execute("RELEASE part")


def _last(conn: sqlite3.Connection, command_id: int | None) -> int | None:
    """The id of a command if it stands, and nothing was done after it."""
    found = conn.execute(
        "SELECT id FROM command WHERE id = ? AND state = 'done'"
        " AND id = (SELECT max(id) FROM command)",
        (command_id,),
    ).fetchone()
    return None if found is None else int(found[0])


def stands(conn: sqlite3.Connection, command_id: int) -> bool:
    """Whether a command left an entry."""
    found = conn.execute("SELECT 1 FROM command WHERE id = ?", (command_id,)).fetchone()
    return found is not None


def _differs(conn: sqlite3.Connection, command_id: int) -> bool:
    """Whether any row is other than it was before a command. What is long is taken to be a
    change: to compare a hundred thousand rows would cost more than an entry too many."""
    # So many are found without looking at all that there is.
    some = "SELECT DISTINCT table_name, row_id FROM journal WHERE command_id = ? LIMIT ?"
    if len(conn.execute(some, (command_id, COMPARED + 1)).fetchall()) > COMPARED:
        return True
    # Of what was changed but once nothing was put back.
    once = (
        "SELECT 1 FROM journal WHERE command_id = ? GROUP BY table_name, row_id"
        " HAVING count(*) = 1 LIMIT 1"
    )
    if conn.execute(once, (command_id,)).fetchone() is not None:
        return True
    import json

    first = conn.execute(
        "SELECT table_name, row_id, last_id, before FROM journal WHERE id IN"
        " (SELECT min(id) FROM journal WHERE command_id = ? GROUP BY table_name, row_id)",
        (command_id,),
    ).fetchall()
    for table, row_id, last_id, before in first:
        if last_id is not None:
            return True
        row = next(dicts(conn.execute(f"SELECT * FROM {table} WHERE id = ?", (row_id,))), None)
        if row != (None if before is None else json.loads(before)):
            return True
    return False


def _begin(conn: sqlite3.Connection, verb: str, args: Sequence[str], kind: str) -> int:
    words = f"[{', '.join([quoted(spelt_out(arg)) for arg in args])}]"
    # Nobody knows who changed something by another program.
    known, name = (None, None) if verb == OUTSIDE else (who(conn), login(conn))
    cursor = conn.execute(
        "INSERT INTO command (at, verb, args, kind, who, member)"
        " VALUES (?, ?, ?, ?, ?, (SELECT public_id FROM member WHERE key = ?))",
        (dates.now(), verb, words, kind, known, name and name.lower()),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def who(conn: sqlite3.Connection) -> str | None:
    """Who gives the commands of this process, as user@machine; None where the system does not say
    who that is."""
    user = login(conn)
    machine = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME")
    return None if user is None else "@".join(filter(None, (user, machine)))


def login(conn: sqlite3.Connection) -> str | None:
    """The name of who gives the commands of this process: that of the login on a server, for a file
    the setting ``user``, else as the system knows them; None where neither says it."""
    if (known := server.login(conn)) is not None:
        return known
    names = (os.environ.get(name) for name in ("LOGNAME", "USER", "USERNAME"))
    user = config.get("user") or next(filter(None, names), None)
    if user is None and os.name == "posix":
        import pwd

        with suppress(KeyError):
            user = pwd.getpwuid(os.getuid()).pw_name
    return None if user is None else spelt_out(user)


def settle_outside(conn: sqlite3.Connection) -> None:
    """Do what :func:`adopt_outside` does by itself, so that its command has its id even where what
    comes next is refused."""
    if not _any_outside(conn):
        return
    begin(conn)
    try:
        adopt_outside(conn)
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise


def adopt_outside(conn: sqlite3.Connection) -> None:
    """Put what another program changed since the last command under a command of its own, in
    its place in time, so that it is listed and undone like any other."""
    if _any_outside(conn):
        command_id = _begin(conn, OUTSIDE, (), "do")
        conn.execute("UPDATE journal SET command_id = ? WHERE command_id IS NULL", (command_id,))


def _any_outside(conn: sqlite3.Connection) -> bool:
    found = conn.execute("SELECT 1 FROM journal WHERE command_id IS NULL LIMIT 1").fetchone()
    return found is not None
