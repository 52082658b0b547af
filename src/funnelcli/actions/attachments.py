"""Files that belong to records: taken into the database, and written out of it again."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from io import BytesIO

from funnelcli import config, files
from funnelcli.config.reading import in_bytes
from funnelcli.db import contents, rows
from funnelcli.errors import Failed, NotFound, Refused, Usage, reason
from funnelcli.i18n import _
from funnelcli.ids import new_id
from funnelcli.nouns import naming
from funnelcli.nouns.attachment import ATTACHMENT, Attachment
from funnelcli.patterns import regex
from funnelcli.plain import NamedTuple
from funnelcli.render.human import size_text
from funnelcli.typed import IO
from funnelcli.values import dates

# What no file system takes, or takes for a part of a path, and what turns the reading round.
_UNSAFE = regex(r'[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069/\\:*?"<>|]+')
# What Windows takes for a device, whatever the ending.
_DEVICE = regex(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)")
# Bytes of a name that every file system takes.
_LONGEST = 200
# After so long nobody looks at what was opened any more.
_OPENED_SECONDS = 86400


class Source(NamedTuple):
    """A file to be taken: where it lies, what it is called, its SHA-256 and its bytes."""

    path: str
    name: str
    digest: str
    size: int


def look(path: str) -> Source:
    """Read a file once, in pieces. Raises NotFound where it is not there, Usage for what is no file
    or is empty, Refused where it is larger than the setting ``file_limit``, Failed where it cannot
    be read."""
    digest, size = sha256(), 0
    with _opened(path) as file:
        for data in contents.pieces(file):
            digest.update(data)
            size += len(data)
            _check_size(path, size)
    if not size:
        raise Usage(_("{path} is empty.").format(path=path), _("Nothing was added."))
    return Source(path, safe_name(os.path.basename(path)), digest.hexdigest(), size)


def _check_size(path: str, size: int) -> None:
    most = in_bytes(config.get("file_limit"))
    if most and size > most:
        raise Refused(
            _("{path} is larger than {size}.").format(path=path, size=size_text(most)),
            _("The setting file_limit says how large files may be."),
        )


@contextmanager
def _opened(path: str) -> Iterator[IO[bytes]]:
    if not os.path.lexists(path):
        raise NotFound(_("There is no file {name}.").format(name=path), _("Nothing was added."))
    if not os.path.isfile(path):
        raise Usage(
            _("{path} is no file that can be added.").format(path=path),
            _("Of a folder, name the files in it, or pack it into an archive."),
        )
    try:
        with open(path, "rb") as file:
            yield file
    except OSError as error:
        raise Failed(
            _("{path} cannot be read: {error}.").format(path=path, error=reason(error)),
            _("Nothing was added."),
        ) from error


def media_type(name: str) -> str:
    """The media type that the ending of a name says, by the list that comes with Python."""
    from mimetypes import MimeTypes

    return MimeTypes().guess_type(name, strict=False)[0] or "application/octet-stream"


def safe_name(name: str) -> str:
    """A name that is one of a file on every system: without signs that lead elsewhere, without
    those that control a terminal, and none of a device."""
    # What is no text, the parts of bytes that a file name may have, becomes a question mark.
    clean = _UNSAFE.sub("_", name.encode("utf-8", "replace").decode()).strip(" ").rstrip(". ")
    clean = _DEVICE.sub(r"\1_", clean, count=1)
    stem, ending = os.path.splitext(clean)
    ending = ending[:20]
    room = _LONGEST - len(ending.encode())
    stem = stem.encode()[:room].decode("utf-8", "ignore")
    return (stem + ending) or "_"


def add(
    conn: sqlite3.Connection,
    source: Source,
    column: str,
    record_id: int,
    *,
    name: str | None = None,
    note: str | None = None,
) -> int:
    """Add a file that was looked at to the record that ``column`` (``deal_id``) names; its id.

    Raises Refused where the record has that content, Failed where the file has changed meanwhile,
    NotFound where there is no such record.
    """
    _check_record(conn, column, record_id)
    there = _there(conn, source.digest, column, record_id)
    if there is not None:
        raise Refused(
            _("{path} is there already: file {id}, {name}.").format(
                path=source.path, id=there[0], name=there[1]
            ),
            _("`funnel file edit {id}` changes its name or note.").format(id=there[0]),
        )
    with _opened(source.path) as file:
        try:
            contents.put(conn, source.digest, contents.pieces(file))
        except ValueError as error:
            raise Failed(
                _("{path} has changed while it was read.").format(path=source.path),
                _("Nothing was added. Try again."),
            ) from error
    called = source.name if name is None else check_name(name)
    return _insert(conn, source._replace(name=called), column, record_id, note)


def _check_record(conn: sqlite3.Connection, column: str, record_id: int) -> None:
    naming.check(conn, **{column.removesuffix("_id"): record_id})


def _there(
    conn: sqlite3.Connection, digest: str, column: str, record_id: int
) -> tuple[int, str] | None:
    """The id and the name of the file of a record that has that content."""
    found: tuple[int, str] | None = conn.execute(
        f"SELECT id, name FROM attachment WHERE {column} = ? AND digest = ?", (record_id, digest)
    ).fetchone()
    return found


def _insert(
    conn: sqlite3.Connection, source: Source, column: str, record_id: int, note: str | None
) -> int:
    row: rows.Row = {
        "public_id": new_id(),
        "name": source.name,
        "note": note,
        "digest": source.digest,
        "size": source.size,
        "media_type": media_type(source.name),
        column: record_id,
        "recorded_at": dates.now(),
    }
    return rows.insert(conn, "attachment", row)


def add_data(conn: sqlite3.Connection, name: str, data: bytes, column: str, record_id: int) -> int:
    """Add a file that is in memory to the record that ``column`` names, under a safe name; its id,
    or that of the one with the same content that the record has. Raises Refused where it is larger
    than the setting ``file_limit``, NotFound where there is no such record."""
    _check_record(conn, column, record_id)
    _check_size(name, len(data))
    digest = sha256(data).hexdigest()
    there = _there(conn, digest, column, record_id)
    if there is not None:
        return there[0]
    contents.put(conn, digest, contents.pieces(BytesIO(data)))
    source = Source("", safe_name(os.path.basename(name)), digest, len(data))
    return _insert(conn, source, column, record_id, None)


def move(conn: sqlite3.Connection, column: str, record_id: int, to: str, to_id: int) -> None:
    """Give the files of one record to another, but for those whose content that has already."""
    conn.execute(
        f"DELETE FROM attachment WHERE {column} = ? AND digest IN"
        f" (SELECT digest FROM attachment WHERE {to} = ?)",
        (record_id, to_id),
    )
    conn.execute(
        f"UPDATE attachment SET {column} = NULL, {to} = ? WHERE {column} = ?", (to_id, record_id)
    )


def check_name(name: str | None) -> str:
    """A name that somebody gives a file. Raises Usage for one that no file can have."""
    if not name or safe_name(name) != name:
        raise Usage(
            _("{name} is no name for a file.").format(name=name or "“”"),
            _("Write one without signs like / and :, such as offer.pdf."),
        )
    return name


def edit(
    conn: sqlite3.Connection, attachment_id: int, changes: Mapping[str, str | int | None]
) -> list[str]:
    """Change name or note; the names of those that differ now. Raises NotFound, Usage."""
    before = rows.read(conn, "attachment", ("name", "note"), attachment_id)
    if before is None:
        raise naming.missing(ATTACHMENT, str(attachment_id))
    changed = {name: value for name, value in changes.items() if before[name] != value}
    values = dict(changed)
    if "name" in changed:
        name = check_name(str(changed["name"] or ""))
        values |= {"name": name, "media_type": media_type(name)}
    rows.update(conn, "attachment", attachment_id, values)
    return list(changed)


def remove(conn: sqlite3.Connection, attachment_ids: Sequence[int]) -> None:
    """Remove files; what is in them stays as long as that can be undone. Raises NotFound."""
    for attachment_id in attachment_ids:
        if not rows.delete(conn, "attachment", attachment_id):
            raise naming.missing(ATTACHMENT, str(attachment_id))


def write(conn: sqlite3.Connection, found: Attachment, path: str) -> None:
    """Write what is in a file to ``path``, an empty file. Raises OSError, and Failed where it is
    missing or damaged."""
    digest = sha256()
    with open(path, "wb") as out:
        for data in contents.get(conn, found.digest):
            digest.update(data)
            out.write(data)
    if digest.hexdigest() != found.digest:
        raise Failed(
            _("What was in {name} is missing or damaged.").format(name=found.name),
            _("`funnel doctor` says more; `funnel backup --list` lists copies that may have it."),
        )


def export(conn: sqlite3.Connection, found: Attachment, target: str | None) -> str:
    """Write a file to ``target``, a path or a folder, else to where one is, under its own name; its
    path. Nothing is overwritten. Raises Usage where something is there, Failed."""
    path = os.path.abspath(target or os.curdir)
    if os.path.isdir(path) or (target or "").endswith(("/", os.sep)):
        path = os.path.join(path, safe_name(found.name))
    if os.path.lexists(path):
        raise taken(path)
    try:
        part = files.part(os.path.dirname(path))
        try:
            write(conn, found, part)
            files.settle(part, [path])
        finally:
            with suppress(OSError):
                os.unlink(part)
    except FileExistsError:
        raise taken(path) from None
    except OSError as error:
        raise _unwritable(path, error) from error
    return path


def taken(path: str) -> Usage:
    return Usage(
        _("{path} is there already.").format(path=path),
        _("Name a file that does not exist yet."),
    )


def _unwritable(path: str, error: OSError) -> Failed:
    return Failed(
        _("{path} cannot be written: {error}.").format(path=path, error=reason(error)),
        _("Check that the folder exists and that the disk has room."),
    )


def lay_out(conn: sqlite3.Connection, found: Attachment) -> str:
    """Write a file to be looked at to a folder of its own (:func:`place`); its path. Raises
    Failed."""
    return export(conn, found, place())


def place() -> str:
    """A new folder that only its owner can read, for what is to be looked at. What was opened the
    day before goes. Raises Failed."""
    forget_opened(_OPENED_SECONDS)
    try:
        os.makedirs(_opened_folder(), mode=0o700, exist_ok=True)
        return tempfile.mkdtemp(dir=_opened_folder())
    except OSError as error:
        raise _unwritable(_opened_folder(), error) from error


def _opened_folder() -> str:
    return os.path.join(config.state_dir(), "opened")


def forget_opened(seconds: int = 0) -> None:
    """Remove what was laid out to be looked at so long ago."""
    before = time.time() - seconds
    with suppress(OSError), os.scandir(_opened_folder()) as entries:
        for entry in entries:
            with suppress(OSError):
                if entry.stat(follow_symlinks=False).st_mtime <= before:
                    shutil.rmtree(entry.path, ignore_errors=True)
