"""The files of notes that the inbox takes: in the folder until they are on record, then in ``done``
within it, and back where that is undone."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from hashlib import sha256

from funnelcli.i18n import _, ngettext
from funnelcli.plain import NamedTuple
from funnelcli.text import composed

DONE = "done"


class Taken(NamedTuple):
    """A note that a command took: where its file lay, its name, the SHA-256 of its bytes."""

    folder: str
    file: str
    hash: str

    @property
    def done(self) -> str:
        """The folder where it went."""
        return os.path.join(self.folder, DONE)


class Moved:
    """The files that were moved, by the folder they went to, and what is to be said of others."""

    def __init__(self) -> None:
        self.folders: dict[str, int] = {}
        self.remarks: list[str] = []

    def add(self, other: Moved) -> None:
        """Take what was moved later on as well; of others the last remarks count."""
        for folder, files in other.folders.items():
            self.folders[folder] = self.folders.get(folder, 0) + files
        self.remarks = other.remarks

    def lines(self) -> list[str]:
        """What is said of the files that were moved."""
        return [
            ngettext("{n} file moved to {folder}", "{n} files moved to {folder}", files).format(
                n=files, folder=folder
            )
            for folder, files in self.folders.items()
        ]


def put_away(folder: str, name: str) -> None:
    """Move the file of a note that is on record to ``done``, beside others of its name. Raises
    OSError."""
    done = os.path.join(folder, DONE)
    os.makedirs(done, exist_ok=True)
    _move(os.path.join(folder, name), done, name)


def bring_back(conn: sqlite3.Connection, command_id: int) -> Moved:
    """Move the files of the notes that a command took from ``done`` back to their folders, before
    it is undone. Once more it does nothing."""
    return _move_all([(note, note.done, note.folder) for note in _taken(conn, command_id)])


def put_away_again(conn: sqlite3.Connection, command_id: int) -> Moved:
    """Move the files of the notes that a command took to ``done``, after it is done again. Once
    more it does nothing."""
    return _move_all([(note, note.folder, note.done) for note in _taken(conn, command_id)])


def _taken(conn: sqlite3.Connection, command_id: int) -> list[Taken]:
    """The notes on record that a command took, of those whose folder is known."""
    rows = conn.execute(
        "SELECT n.folder, n.file, n.hash FROM journal AS j JOIN inbox_note AS n ON n.id = j.row_id"
        " WHERE j.command_id = ? AND j.table_name = 'inbox_note' AND j.op = 'insert'"
        " AND n.folder IS NOT NULL ORDER BY n.id",
        (command_id,),
    )
    return [Taken(*row) for row in rows]


def _move_all(ways: list[tuple[Taken, str, str]]) -> Moved:
    moved = Moved()
    for note, source, target in ways:
        names = list(_called(source, note.file))
        same = [name for name in names if _hash(os.path.join(source, name)) == note.hash]
        if same:
            try:
                os.makedirs(target, exist_ok=True)
                _move(os.path.join(source, same[0]), target, note.file)
                moved.folders[target] = moved.folders.get(target, 0) + 1
            except OSError as error:
                moved.remarks.append(
                    _("{file} stays in {folder}: {error}.").format(
                        file=same[0], folder=source, error=error.strerror or error
                    )
                )
        elif any(
            _hash(os.path.join(target, name)) == note.hash for name in _called(target, note.file)
        ):
            continue  # it was never moved, or is back already
        elif names:
            moved.remarks.append(
                _("{file} was changed since then, and stays in {folder}.").format(
                    file=note.file, folder=source
                )
            )
        else:
            moved.remarks.append(
                _("{file} is not in {folder} any more.").format(file=note.file, folder=source)
            )
    return moved


def _called(folder: str, file: str) -> Iterator[str]:
    """The names of the files in a folder that are called like a note, or like it with the number
    that it got beside others of its name."""
    stem, ending = os.path.splitext(file)
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if entry.is_file())
    except OSError:
        return
    for name in names:
        here, its_ending = os.path.splitext(composed(name))
        number = here.removeprefix(stem)
        plain = number.removeprefix(" (").removesuffix(")")
        if its_ending == ending and here.startswith(stem) and (number == "" or plain.isdecimal()):
            yield name


def _hash(path: str) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal; empty for one that cannot be read."""
    try:
        with open(path, "rb") as file:
            return sha256(file.read()).hexdigest()
    except OSError:
        return ""


def _move(path: str, folder: str, name: str) -> None:
    """Move a file into a folder, under a name with a number where another has its name."""
    stem, ending = os.path.splitext(name)
    target = os.path.join(folder, name)
    number = 1
    while os.path.lexists(target):
        number += 1
        target = os.path.join(folder, f"{stem} ({number}){ending}")
    os.rename(path, target)
