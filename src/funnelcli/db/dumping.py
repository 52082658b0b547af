"""The whole database as text: a folder, or an archive, of JSON Lines or CSV, a file a table, with
a manifest of what they hold; and back again.

Tables and columns are those of the schema, so that a new one is in it by itself. The journal is a
table like the others: what could be undone before can be undone after.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

from funnelcli import files
from funnelcli.db import bulk, comparing, contents, functions, migrate, schema, triggers
from funnelcli.db.advancing import Advance, Begin, unwatched
from funnelcli.db.dump_rows import WAYS, Way, schema_of, types
from funnelcli.encryption import open_file
from funnelcli.errors import Failed, Usage
from funnelcli.i18n import _
from funnelcli.patterns import re
from funnelcli.typed import IO, Any, Protocol
from funnelcli.values import dates

MANIFEST = "manifest.json"
SCHEMA = "datapackage.json"
# What is in files of records lies here, each under its SHA-256.
FILES = "files/"
FORMAT = "funnelcli"
# So many rows are inserted together.
_LOT = 1000
# Bytes of a manifest, which names every file.
_LARGEST = 1 << 26
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


class _Place(Protocol):
    """A folder or an archive of files."""

    def open(self, name: str, mode: Any = "r") -> IO[bytes]:
        """One of its files, for bytes. Raises OSError, KeyError where there is none."""


class _Folder:
    def __init__(self, path: str) -> None:
        self.path = path

    def open(self, name: str, mode: Any = "r") -> IO[bytes]:
        path = os.path.join(self.path, name)
        if mode == "w":
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
        return open(path, "rb")


def dump(
    conn: sqlite3.Connection,
    target: str,
    program: str,
    way: str = "jsonl",
    begin: Begin = unwatched,
) -> int:
    """Write the whole database, which is read in one snapshot, to ``target``, which nothing has yet
    or is an empty folder: an archive if it ends in .zip, else a folder; how many rows that are.
    ``way`` is one of WAYS; ``begin`` is told how many rows there are.

    Only its owner can read what is written, and it has its name only when it is whole. Raises
    Usage where something is there, Failed where it cannot be written.
    """
    target = os.path.abspath(target)
    if os.path.lexists(target) and not (os.path.isdir(target) and not os.listdir(target)):
        raise Usage(
            _("{path} is there already.").format(path=target),
            _("Name a file that does not exist yet."),
        )
    parent = os.path.dirname(target)
    try:
        if target.lower().endswith(".zip"):
            part = files.part(parent)
            try:
                with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
                    rows = _write(conn, _Packing(archive), program, WAYS[way], begin)
                files.settle(part, [target])
            finally:
                with suppress(OSError):
                    os.unlink(part)
            return rows
        folder = tempfile.mkdtemp(prefix=".funnel-", dir=parent)
        try:
            rows = _write(conn, _Folder(folder), program, WAYS[way], begin)
            os.rename(folder, target)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return rows
    except OSError as error:
        raise Failed(
            _("{path} cannot be written: {error}.").format(path=target, error=error.strerror),
            _("Check that the folder exists and that the disk has room."),
        ) from error


class _Packing:
    """An archive to be written, whose files may become larger than it was made for."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive

    def open(self, name: str, mode: Any = "r") -> IO[bytes]:
        return self.archive.open(name, mode, force_zip64=True)


def _write(conn: sqlite3.Connection, place: _Place, program: str, way: Way, begin: Begin) -> int:
    advance = begin(sum(_count(conn, table) for table in _tables(conn)))
    listed: list[dict[str, Any]] = []
    (version,) = conn.execute("PRAGMA user_version").fetchone()
    for table in _tables(conn):
        columns = triggers.columns(conn, table)
        digest = hashlib.sha256()
        count = -way.header
        name = f"{table}.{way.name}"
        order = ", ".join(comparing.key_of(conn, table))
        rows = conn.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY {order}")
        with place.open(name, "w") as out:
            for line in way.lines(columns, rows):
                digest.update(line)
                out.write(line)
                count += 1
                if count % _LOT == 0:
                    advance(_LOT)
        advance(count % _LOT)
        listed.append(
            {
                "table": table,
                "file": name,
                "columns": columns,
                "rows": count,
                "sha256": digest.hexdigest(),
            }
        )
    held = []
    for name in contents.digests(conn) if triggers.columns(conn, "content") else ():
        with place.open(FILES + name, "w") as out:
            for data in contents.get(conn, name):
                out.write(data)
        held.append(name)
    manifest = {
        "format": FORMAT,
        "program": program,
        "schema": version,
        "made": dates.iso_instant(dates.now()),
        "tables": listed,
        "files": held,
    }
    if way.header:
        with place.open(SCHEMA, "w") as out:
            package = schema_of(conn, [one["table"] for one in listed])
            out.write((json.dumps(package, indent=2) + "\n").encode())
    with place.open(MANIFEST, "w") as out:
        out.write((json.dumps(manifest, indent=2) + "\n").encode())
    return sum(int(one["rows"]) for one in listed)


def _tables(conn: sqlite3.Connection) -> list[str]:
    """The tables that are written row by row: what is in files is written as files."""
    return [name for name in triggers.all_tables(conn) if name != "content"]


def is_new(conn: sqlite3.Connection) -> bool:
    """Whether a database holds nothing but what a new one starts with."""
    from funnelcli.db.connection import connect

    with closing(connect(":memory:")) as new:
        return all(_count(conn, table) == _count(new, table) for table in triggers.tables(conn))


def _count(conn: sqlite3.Connection, table: str) -> int:
    (count,) = conn.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(count)


def load(source: str, path: str, like: str, begin: Begin = unwatched) -> int:
    """Make a database at ``path``, an empty file, of what :func:`dump` has written to ``source``,
    with the schema that it had then; how many rows that are. ``begin`` is told how many there are
    to come.

    Raises Failed where the source is damaged, is none, or was written by a newer program: every
    count and checksum is looked at before.
    """
    try:
        with _opened(source) as place:
            manifest = _manifest(place)
            _check(place, manifest)
            advance = begin(sum(int(one["rows"]) for one in manifest["tables"]))
            return _fill(place, manifest, path, like, advance)
    # What is in the files may be no text, no JSON, or not what the columns take.
    except (*_DAMAGED, KeyError, TypeError, ValueError, OverflowError, sqlite3.Error) as error:
        reason = str(error) or type(error).__name__
        raise _broken(source, reason.rstrip(".")) from error
    except RecursionError as error:
        raise _broken(source, "nesting") from error


def _broken(source: str, reason: str) -> Failed:
    return Failed(
        _("{path} is no whole export of a funnel database: {reason}.").format(
            path=source, reason=reason
        ),
        _("Nothing was imported. `funnel export all` makes such an export."),
    )


@contextmanager
def _opened(source: str) -> Iterator[_Place]:
    if os.path.isdir(source):
        yield _Folder(source)
        return
    with zipfile.ZipFile(source) as archive:
        yield archive


def _manifest(place: _Place) -> dict[str, Any]:
    with place.open(MANIFEST) as file:
        manifest = json.loads(file.read(_LARGEST))
    if manifest["format"] != FORMAT or not isinstance(manifest["schema"], int):
        raise ValueError(_("unknown schema"))
    if manifest["schema"] > schema.LATEST:
        raise Failed(
            _("This database was written by a newer funnel (schema {version}).").format(
                version=manifest["schema"]
            ),
            _("Update funnel: pip install --upgrade funnelcli"),
        )
    if manifest["schema"] < 1:
        raise ValueError(_("unknown schema"))
    return dict(manifest)


def _check(place: _Place, manifest: dict[str, Any]) -> None:
    """Read each file once. Raises ValueError where one is not what the manifest says."""
    expected = [(one["file"], one["sha256"]) for one in manifest["tables"]]
    expected += [(FILES + digest, digest) for digest in _held(manifest)]
    for name, digest in expected:
        found = hashlib.sha256()
        with place.open(name) as file:
            for data in contents.pieces(file):
                found.update(data)
        if found.hexdigest() != digest:
            raise ValueError(_("{name} was changed or cut off").format(name=name))


def _held(manifest: dict[str, Any]) -> list[str]:
    """The digests of what is in files; an export of an older schema has none. Raises ValueError
    for what is no digest."""
    held = list(manifest.get("files", ()))
    for digest in held:
        if not re.fullmatch("[0-9a-f]{64}", digest):
            raise ValueError(_("{name} was changed or cut off").format(name=MANIFEST))
    return held


def _fill(place: _Place, manifest: dict[str, Any], path: str, like: str, advance: Advance) -> int:
    total = 0
    with closing(open_file(path, like=like)) as conn:
        functions.add(conn)
        conn.execute("PRAGMA journal_mode = DELETE")
        conn.execute("BEGIN IMMEDIATE")
        for script in schema.files()[: manifest["schema"]]:
            migrate.apply(conn, script)
        expected = {name: triggers.columns(conn, name) for name in _tables(conn)}
        if {one["table"]: one["columns"] for one in manifest["tables"]} != expected:
            raise ValueError(
                _("its tables are not those of schema {version}").format(version=manifest["schema"])
            )
        for one in manifest["tables"]:
            # What a migration puts there is in the export too.
            conn.execute(f"DELETE FROM {one['table']}")
        for one in manifest["tables"]:
            rows = _rows(conn, one["table"], expected[one["table"]], place, one["file"], advance)
            if rows != one["rows"]:
                raise ValueError(_("{name} was changed or cut off").format(name=one["file"]))
            total += rows
        for digest in _held(manifest):
            with place.open(FILES + digest) as file:
                contents.put(conn, digest, contents.pieces(file))
        if conn.execute("PRAGMA foreign_key_check").fetchone():
            raise ValueError(_("a row refers to one that is not there"))
        conn.execute(f"PRAGMA user_version = {manifest['schema']:d}")
        conn.execute("COMMIT")
    return total


def _rows(
    conn: sqlite3.Connection,
    table: str,
    columns: list[str],
    place: _Place,
    name: str,
    advance: Advance,
) -> int:
    way = WAYS[name.rpartition(".")[2]]
    lot: list[list[Any]] = []
    total = 0
    with place.open(name) as file:
        for values in way.rows(file, columns, types(conn, table)):
            lot.append(values)
            total += 1
            if len(lot) == _LOT:
                bulk.insert(conn, table, columns, lot)
                advance(len(lot))
                lot.clear()
        bulk.insert(conn, table, columns, lot)
        advance(len(lot))
    return total
