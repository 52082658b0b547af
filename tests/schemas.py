"""The schema of a database, read once for all commands of a test that find it unchanged.

To read the schema takes longer than most commands, and the tests run tens of thousands of them in
one process. SQLite reads it once for all connections of a process that share a cache, as long as
one of them is open: :class:`Schemas` keeps one open that does nothing, and every command still has
a connection of its own, opened as ever.

Before anybody else touches the file or what SQLite has beside it (a test that reads or replaces it,
looks into its folder, or starts a process), that one is closed, and the file is then as it is when
the last command has closed it. How large the file is, a test asks with the folder in view.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar
from urllib.parse import quote

import pytest

from funnelcli.db import connection

_SHARED = "?cache=shared"
# A test has one database, now and then a second.
_KEPT = 3
# What Python says of itself before it does it: that touches files, and that begins a process.
_FILES = frozenset(
    {
        "open",
        "os.chmod",
        "os.link",
        "os.listdir",
        "os.remove",
        "os.rename",
        "os.rmdir",
        "os.scandir",
        "os.symlink",
        "os.truncate",
        "os.utime",
        "shutil.copyfile",
        "shutil.rmtree",
        "sqlite3.connect",
    }
)
_PROCESSES = frozenset(
    {"os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "subprocess.Popen"}
)


class Opened(sqlite3.Connection):
    """A connection that a command has open."""

    path = ""
    out: ClassVar[weakref.WeakSet[Opened]] = weakref.WeakSet()

    def close(self) -> None:
        """Close it."""
        self.out.discard(self)
        super().close()


@contextmanager
def unheard() -> Iterator[None]:
    """Let a folder be looked into as it is while files in it are open."""
    Schemas.deaf = True
    try:
        yield
    finally:
        Schemas.deaf = False


class Schemas:
    """The connections that keep what was read of the schemas."""

    deaf = False

    def __init__(self) -> None:
        self.on = False
        # By the path: what is kept open, and which file it was at the path.
        self.held: dict[str, tuple[sqlite3.Connection, tuple[int, int]]] = {}
        self.lock = threading.RLock()
        self.listens = False

    @contextmanager
    def begin(self, new: Callable[[], bytes]) -> Iterator[None]:
        """Have every command inside the block find the schema read; and an empty file be a new
        database, as ``new`` gives it."""
        plainly, threads = connection.open_file, threading.active_count()

        def open_file(path: str, *, place: str = "", **options: Any) -> sqlite3.Connection:
            # Only what a command opens, and that may be written.
            if place != os.path.abspath(path) or "factory" in options:
                return plainly(path, place=place, **options)
            if not os.path.getsize(path):
                with open(path, "wb") as file:
                    file.write(new())
            with self.lock:
                if threading.active_count() > threads:
                    # Threads are to wait for each other as processes do.
                    self.let_go()
                    return plainly(path, place=place, **options)
                return self._open(path, place, plainly, options)

        if not self.listens:
            # It cannot be taken back.
            sys.addaudithook(self._heard)
            self.listens = True
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(connection, "open_file", open_file)
            self.on = True
            try:
                yield
            finally:
                self.let_go()
                self.on = False

    def _open(
        self, path: str, place: str, plainly: Callable[..., Any], options: dict[str, Any]
    ) -> sqlite3.Connection:
        # Two that share a cache do not wait for each other as two processes do.
        if any(conn.path == place for conn in Opened.out):
            return plainly(path, place=place, **options)
        is_ = os.stat(place)
        file = (is_.st_dev, is_.st_ino)
        if place in self.held and self.held[place][1] != file:
            self.let_go(place)
        shared = f"file:{quote(place)}{_SHARED}"
        conn: Opened = plainly(path, place=shared, factory=Opened, **options)
        conn.path = place
        Opened.out.add(conn)
        if place not in self.held:
            while len(self.held) >= _KEPT:
                self.let_go(next(iter(self.held)))
            kept = sqlite3.connect(shared, uri=True, check_same_thread=False)
            self.held[place] = kept, file
        return conn

    def let_go(self, *places: str) -> None:
        """Keep nothing more of the files at ``places``, or of any."""
        with self.lock:
            for place in places or tuple(self.held):
                self.held.pop(place)[0].close()

    def _heard(self, event: str, args: tuple[Any, ...]) -> None:
        """Look whether what Python is about to do touches what is kept."""
        if not self.held or self.deaf:
            return
        if event in _PROCESSES:
            self.let_go()
        elif event in _FILES:
            for touched in args[:2]:
                if isinstance(touched, (str, bytes, os.PathLike)):
                    self._touched(os.fsdecode(touched))

    def _touched(self, name: str) -> None:
        if name.endswith(_SHARED):
            return
        name = os.path.abspath(name.removeprefix("file:").partition("?")[0])
        for place in tuple(self.held):
            # The file, one beside it that is called after it, or a folder that it is in.
            if name.startswith(place) or place.startswith(name):
                self.let_go(place)
