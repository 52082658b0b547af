"""What the server refuses, as SQLite would have refused it."""

from __future__ import annotations

import errno
import os
import sqlite3

import psycopg
from psycopg import errors

from funnelcli.patterns import regex
from funnelcli.typed import Literal

_KINDS: tuple[tuple[type[psycopg.Error], type[sqlite3.Error], int], ...] = (
    (errors.UniqueViolation, sqlite3.IntegrityError, sqlite3.SQLITE_CONSTRAINT_UNIQUE),
    (errors.ForeignKeyViolation, sqlite3.IntegrityError, sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY),
    (errors.CheckViolation, sqlite3.IntegrityError, sqlite3.SQLITE_CONSTRAINT_CHECK),
    (errors.NotNullViolation, sqlite3.IntegrityError, sqlite3.SQLITE_CONSTRAINT_NOTNULL),
    (errors.IntegrityError, sqlite3.IntegrityError, sqlite3.SQLITE_CONSTRAINT),
    (errors.LockNotAvailable, sqlite3.OperationalError, sqlite3.SQLITE_BUSY),
    (errors.ReadOnlySqlTransaction, sqlite3.OperationalError, sqlite3.SQLITE_READONLY),
    (errors.InsufficientPrivilege, sqlite3.OperationalError, sqlite3.SQLITE_AUTH),
    # A standby had to go on with what it replays.
    (errors.SerializationFailure, sqlite3.OperationalError, sqlite3.SQLITE_INTERRUPT),
    (errors.QueryCanceled, sqlite3.OperationalError, sqlite3.SQLITE_INTERRUPT),
    (errors.DiskFull, sqlite3.OperationalError, sqlite3.SQLITE_FULL),
    (errors.NumericValueOutOfRange, sqlite3.OperationalError, sqlite3.SQLITE_RANGE),
    # What is searched by has a length in an index there.
    (errors.ProgramLimitExceeded, sqlite3.OperationalError, sqlite3.SQLITE_TOOBIG),
    (psycopg.Error, sqlite3.OperationalError, sqlite3.SQLITE_ERROR),
)


Why = Literal[
    "password",
    "wrong",
    "plain",
    "certificate",
    "database",
    "option",
    "value",
    "login",
    "barred",
    "full",
    "silent",
    "nowhere",
    "slow",
    "",
]
"""Why a server lets nobody in."""
NO_LOGIN = "FU001"
"""What ``rights.sql`` raises for a user whose login the server does not know, with its name."""
# A server that is German says it as its own.
_NO_DATABASE = regex(r'database "[^"]*" does not exist|Datenbank »[^«]*« existiert nicht')
_NO_ROLE = regex(r'role "[^"]*" does not exist|Rolle »[^«]*« existiert nicht')
# By the server's settings, or for want of the right to connect or to log in.
_BARRED = regex(
    r"pg_hba\.conf|permission denied for database|keine Berechtigung für Datenbank"
    r"|(?:Peer|Ident) authentication failed|(?:Peer|Ident)-Authentifizierung"
    r"|is not permitted to log in|keine Berechtigung zum Einloggen"
    r"|not currently accepting connections|akzeptiert gegenwärtig keine Verbindungen"
)
_FULL = regex(
    r"too many (?:connections|clients)|remaining connection slots"
    r"|zu viele Verbindungen|verbleibenden Verbindungen"
)
_NO_HOST = regex(r"failed to resolve host|could not translate host name")
# In the system's words, and for a socket: there is no file of it.
_SILENT = tuple(os.strerror(number) for number in (errno.ECONNREFUSED, errno.ENOENT))
_FATAL = "FATAL: "
# What libpq or the driver does not read.
_NO_VALUE = regex(
    r'invalid [\w ]+ value:? "|bad value for \w+:|definition of service "|service file "'
)
# So much of a statement is shown that is at fault.
_SHOWN = 2000


def of(error: psycopg.Error, statement: str) -> sqlite3.Error:
    """SQLite's error for one of the server's; the statement is named where it is at fault."""
    if error.sqlstate == NO_LOGIN:
        return _made(sqlite3.OperationalError, _words(error, statement), sqlite3.SQLITE_NOTFOUND)
    for theirs, ours, code in _KINDS:
        if isinstance(error, theirs):
            return _made(ours, _words(error, statement), code)
    raise AssertionError from error


class Unreachable(sqlite3.OperationalError):
    """A server lets nobody in, or does not answer; and why, as far as that is known."""

    why: Why = ""


class Lost(sqlite3.OperationalError):
    """A connection broke; and whether what was under way is stored."""

    stored: bool | None = False
    """None where nobody can say."""


def wants_password(error: psycopg.Error) -> bool:
    """Whether a server let nobody in for want of the right password."""
    pgconn = getattr(error, "pgconn", None)
    return pgconn is not None and bool(pgconn.needs_password or pgconn.used_password)


def unreachable(error: psycopg.Error) -> Unreachable:
    """The error of a server that lets nobody in, or does not answer."""
    # What the server itself says is told without the driver's own words around it.
    made = Unreachable(" ".join(str(error).split()).rpartition(_FATAL)[2])
    made.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
    pgconn, said = getattr(error, "pgconn", None), str(error)
    if "does not support SSL" in said:
        made.why = "plain"
    elif "certificate" in said:
        made.why = "certificate"
    elif pgconn is not None and pgconn.needs_password:
        made.why = "password"
    elif "3D000" in (error.sqlstate or "") or _NO_DATABASE.search(said):
        made.why = "database"
    elif "invalid connection option" in said:
        made.why = "option"
    elif _NO_VALUE.search(said):
        made.why = "value"
    elif _NO_ROLE.search(said):
        made.why = "login"
    elif _BARRED.search(said):
        made.why = "barred"
    elif "28P01" in (error.sqlstate or "") or "password authentication failed" in said:
        made.why = "wrong"
    elif _FULL.search(said):
        made.why = "full"
    elif _NO_HOST.search(said):
        made.why = "nowhere"
    elif isinstance(error, errors.ConnectionTimeout) or "timeout expired" in said:
        made.why = "slow"
    elif _FATAL not in said and any(words in said for words in _SILENT):
        made.why = "silent"
    return made


def lost(error: psycopg.Error, *, stored: bool | None = False) -> Lost:
    """The error of a connection that broke."""
    said = error.diag.message_primary or str(error).strip().partition("\n")[0]
    made = Lost(said)
    made.sqlite_errorcode = sqlite3.SQLITE_IOERR
    made.stored = stored
    return made


def read_only() -> sqlite3.OperationalError:
    """The error of a write where only reads are wanted."""
    return _made(  # type: ignore[return-value]
        sqlite3.OperationalError,
        "attempt to write a readonly database",
        sqlite3.SQLITE_READONLY,
    )


def _made(kind: type[sqlite3.Error], text: str, code: int) -> sqlite3.Error:
    made = kind(text)
    made.sqlite_errorcode = code
    return made


def _words(error: psycopg.Error, statement: str) -> str:
    """SQLite's words, which some of the program reads, as far as it has any for this."""
    said = error.diag
    match error:
        case errors.UniqueViolation():
            # Key (contact_id, email)=(1, a@b.example) already exists.
            inside = (said.message_detail or "").partition("(")[2].partition(")=")[0]
            columns = ", ".join(f"{said.table_name}.{name.strip()}" for name in inside.split(","))
            return f"UNIQUE constraint failed: {columns}"
        case errors.ForeignKeyViolation():
            return "FOREIGN KEY constraint failed"
        case errors.CheckViolation():
            return f"CHECK constraint failed: {said.constraint_name}"
        case errors.NotNullViolation():
            return f"NOT NULL constraint failed: {said.table_name}.{said.column_name}"
        case errors.LockNotAvailable():
            return "database is locked"
        case errors.SyntaxError() | errors.DatatypeMismatch() | errors.UndefinedFunction():
            return f"{said.message_primary}: {statement[:_SHOWN]}"
    return said.message_primary or str(error).strip()
