"""Commands that are killed, or whose disk fails, at any call by which they change a file.

A library that is loaded before the C library counts these calls (``data/faults.c``); a process that
has loaded the program forks one for each command, so that hundreds of them take a minute.
"""

from __future__ import annotations

import errno
import filecmp
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import every_command
from conftest import Dump, dump, setting
from funnelcli.db import journal
from funnelcli.db.connection import connect
from funnelcli.prompt import _options as known

KILL = -1
# The exit code of an import that rejected rows.
PARTLY = 6
KINDS = {"kill": KILL, "full disk": errno.ENOSPC, "I/O error": errno.EIO}
WRITING = [path for path, row in known.COMMANDS.items() if {"w", "b"} & set(row[2])] + ["backup"]
# What has no database of its own to be whole, or talks to a person.
WRITING = [
    path
    for path in WRITING
    if path not in ("batch", *every_command.EXTRA)
    and (every_command.lines(path) != ("",) or path in ("undo", "redo"))
]

_SERVER = """
import contextlib, ctypes, gc, importlib, json, os, pkgutil, sys
import funnelcli
from funnelcli import config
from funnelcli.__main__ import main
from funnelcli.values import dates
from conftest import Clock
# What a command would load is there before it begins; what an extra needs may be missing.
for module in pkgutil.walk_packages(funnelcli.__path__, "funnelcli."):
    if not module.name.endswith("__main__"):
        with contextlib.suppress(ImportError):
            importlib.import_module(module.name)
library = ctypes.CDLL(None)
dates.now = Clock()
gc.freeze()
for line in sys.stdin:
    job = json.loads(line)
    sys.stdout.flush()
    child = os.fork()
    if not child:
        os.chdir(job["folder"])
        os.environ.update(job["env"])
        config.forget()
        out = os.open(job["said"], os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0), os.dup2(out, 1), os.dup2(out, 2)
        count = os.open(job["said"] + ".count", os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
        library.fault_arm(ctypes.c_long(job["at"]), job["kind"])
        code = 70
        try:
            code = main(job["words"])
        except BaseException:
            import traceback
            traceback.print_exc()
        finally:
            number = library.fault_count()
            library.fault_arm(ctypes.c_long(0), 0)
            sys.stdout.flush(), sys.stderr.flush()
            os.write(count, str(number).encode())
            os._exit(code)
    _pid, status = os.waitpid(child, 0)
    print(json.dumps(os.waitstatus_to_exitcode(status)), flush=True)
"""


class Done(NamedTuple):
    """How a command ended: its exit code (minus the signal), what it said, how many calls."""

    code: int
    said: str
    calls: int


def compiler() -> str | None:
    """The C compiler of the machine, where it is Linux and has one."""
    return next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None) if (
        sys.platform == "linux"
    ) else None  # fmt: skip


class Faults:
    """The process that runs commands with faults, on copies of the sample."""

    def __init__(self, sample: Path, folder: Path) -> None:
        self.sample = sample
        self.folder = folder / "faulty"
        self.said = str(folder / "said.txt")
        library = folder / "faults.so"
        source = Path(__file__).parent / "data" / "faults.c"
        subprocess.run(
            [str(compiler()), "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True
        )
        self.process = subprocess.Popen(
            [sys.executable, "-c", _SERVER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={
                **{name: text for name, text in os.environ.items() if name[:7] != "FUNNEL_"},
                "LD_PRELOAD": str(library),
                "PYTHONPATH": str(Path(__file__).parent),
                "PYTHONUTF8": "1",
            },
        )
        self.before = contents(str(sample / "funnel.db"))

    def close(self) -> None:
        """End the process."""
        self.process.communicate()

    def run(self, words: list[str], at: int = 0, kind: int = 0) -> Done:
        """Run a command on a fresh copy of the sample; at its call number ``at`` there is a
        fault."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.sample, self.folder)
        job: dict[str, Any] = {
            "folder": str(self.folder),
            "env": setting(self.folder),
            "said": self.said,
            "words": words,
            "at": at,
            "kind": kind,
        }
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        code = json.loads(self.process.stdout.readline())
        calls = Path(self.said + ".count").read_text()
        return Done(code, Path(self.said).read_text(errors="replace"), int(calls or 0))

    def wrong(self, path: str, line: str, at: int, kind: int, *, changes: bool) -> str:
        """What is wrong after a fault in a command; "" for nothing. ``changes`` says whether it
        changes the database where nothing fails."""
        done = self.run([*path.split(), *every_command.words(line)], at, kind)
        if "Traceback" in done.said or done.code == 70:
            return f"a traceback: {done.said[-1500:]}"
        try:
            stored = self.stored(path)
        except (AssertionError, sqlite3.Error) as error:
            return f"exit {done.code}, {error!r}: {done.said[-500:]}"
        if changes and not stored and done.code == 0:
            return f"said to be done, and is not: {done.said}"
        if stored and done.code not in (0, PARTLY) and done.code > 0 and "stored" not in done.said:
            return f"stored, and not said to be: {done.said}"
        return ""

    def stored(self, path: str) -> bool:
        """Whether the command has changed anything. Raises AssertionError where it is neither
        whole nor nothing."""
        changed = [file for file in self.folder.rglob("*.db") if not self._is_as_before(file)]
        for file in changed:
            with closing(sqlite3.connect(file)) as conn:
                assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",), file
        db = self.folder / "funnel.db"
        if db.exists() and db not in changed:
            return False
        with closing(connect(str(db))) as conn:
            now = dump(conn)
            assert not conn.execute("PRAGMA foreign_key_check").fetchall()
            assert conn.execute("SELECT command_id FROM journal_now").fetchone() == (None,)
            if now == self.before:
                return False
            if path in ("undo", "redo"):
                return True
            if path == "restore":
                assert now == contents(str(self.sample / "kept.db")), (
                    "neither the one nor the other"
                )
                return True
            if path == "contact forget":
                assert "Lorenz" not in repr(now), "the person is there in part"
                return True
            while conn.execute(_NEW, (self.last,)).fetchone():
                journal.undo(conn)
            assert dump(conn) == self.before, "not all of a change"
        return True

    def _is_as_before(self, file: Path) -> bool:
        """Whether a file is the sample's, byte for byte, with no log beside it."""
        sample = self.sample / file.relative_to(self.folder)
        logs = (Path(f"{file}-wal"), Path(f"{file}-journal"))
        return (
            sample.exists()
            and not any(log.exists() and log.stat().st_size for log in logs)
            and filecmp.cmp(file, sample, shallow=False)
        )

    @cached_property
    def last(self) -> int:
        """The id of the last command of the sample."""
        with closing(sqlite3.connect(self.sample / "funnel.db")) as conn:
            (last,) = conn.execute("SELECT max(id) FROM command").fetchone()
        return int(last)


_NEW = "SELECT 1 FROM command WHERE id > ? AND kind = 'do' AND state = 'done'"


def contents(path: str) -> Dump:
    """Every row in a file."""
    with closing(sqlite3.connect(path)) as conn:
        return dump(conn)
