"""What the server refuses, as SQLite would have refused it."""

from __future__ import annotations

import sqlite3

import psycopg
from psycopg import errors

_KINDS: tuple[tuple[type[psycopg.Error], type[sqlite3.Error], int], ...] = (
    (errors.UniqueViolation, sqlite3.IntegrityError, sqlite3.SQLITE_CONSTRAINT_UNIQUE),
    (errors.ForeignKeyViolation, sqlite3.IntegrityError, sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY),
    (errors.CheckViolation, sqlite3.IntegrityError, sqlite3.SQLITE_CONSTRAINT_CHECK),
    (errors.NotNullViolation, sqlite3.IntegrityError, sqlite3.SQLITE_CONSTRAINT_NOTNULL),
    (errors.IntegrityError, sqlite3.IntegrityError, sqlite3.SQLITE_CONSTRAINT),
    (errors.LockNotAvailable, sqlite3.OperationalError, sqlite3.SQLITE_BUSY),
    (errors.ReadOnlySqlTransaction, sqlite3.OperationalError, sqlite3.SQLITE_READONLY),
    (errors.InsufficientPrivilege, sqlite3.OperationalError, sqlite3.SQLITE_AUTH),
    (errors.QueryCanceled, sqlite3.OperationalError, sqlite3.SQLITE_INTERRUPT),
    (errors.DiskFull, sqlite3.OperationalError, sqlite3.SQLITE_FULL),
    (errors.NumericValueOutOfRange, sqlite3.OperationalError, sqlite3.SQLITE_RANGE),
    (errors.OperationalError, sqlite3.OperationalError, sqlite3.SQLITE_IOERR),
    (psycopg.Error, sqlite3.OperationalError, sqlite3.SQLITE_ERROR),
)


NO_LOGIN = "FU001"
"""What ``rights.sql`` raises for a user whose login the server does not know, with its name."""
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


def unreachable(error: psycopg.Error) -> sqlite3.OperationalError:
    """The error of a server that lets nobody in, or does not answer."""
    return _made(  # type: ignore[return-value]
        sqlite3.OperationalError, " ".join(str(error).split()), sqlite3.SQLITE_CANTOPEN
    )


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
