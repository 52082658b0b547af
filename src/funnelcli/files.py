"""Files written whole or not at all.

A file is written beside its place, under a name of its own, and takes its place when it is
complete and on the disk: whoever reads meanwhile, and whatever fails, there is the old file or the
new one, never half of either. Everything that the program writes goes this way, except what SQLite
keeps for itself.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

# Windows would translate line ends once more.
_FLAGS = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0)
_PART = ".funnel-"
# What nobody has written to for so long was left by a process that is gone, on whatever machine.
_STALE_SECONDS = 86400


def part(folder: str) -> str:
    """The path of a new, empty file in ``folder``, which only its owner can read.

    The name is one that nothing has, and a file that somebody else puts there is never taken. What
    processes that are gone have left there is swept away. Raises OSError.
    """
    sweep(folder)
    while True:
        path = os.path.join(folder, f"{_PART}{_machine()}-{os.getpid()}-{os.urandom(6).hex()}.part")
        with suppress(FileExistsError):
            os.close(os.open(path, _FLAGS, 0o600))
            return path


def _machine() -> str:
    """What tells this machine from others that write to the same folder."""
    import platform
    from zlib import crc32

    return f"{crc32(platform.node().encode()):08x}"


def _is_left(name: str) -> bool:
    """Whether the process that made a part ran on this machine, and runs no more."""
    machine, _dash, rest = name.removeprefix(_PART).partition("-")
    process = rest.partition("-")[0]
    if machine != _machine() or not process.isdecimal() or os.name == "nt":
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


def sweep(folder: str) -> None:
    """Remove the parts in a folder that nobody goes on with, and what SQLite had beside them."""
    # Files are dated by the clock of the machine, not by the one that the program reckons by.
    before = time.time() - _STALE_SECONDS
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.startswith(_PART) or ".part" not in entry.name:
                continue
            with suppress(OSError):
                if _is_left(entry.name) or entry.stat(follow_symlinks=False).st_mtime < before:
                    os.unlink(entry.path)


def settle(beside: str, names: Iterable[str]) -> str:
    """Give the whole file at ``beside`` the first of these paths that nothing has, and return it.

    However many processes do so at once, no file takes the place of another's. Raises OSError,
    FileExistsError where each of the paths is taken.
    """
    to_disk(beside)
    target = beside
    for target in names:
        try:
            os.link(beside, target)
        except FileExistsError:
            continue
        except OSError:
            # Not every file system has a second name for a file: an empty one takes it first.
            try:
                os.close(os.open(target, _FLAGS, 0o600))
            except FileExistsError:
                continue
            os.replace(beside, target)
            return target
        os.unlink(beside)
        return target
    raise FileExistsError(17, os.strerror(17), target)


def same(path: str, others: Iterable[str]) -> bool:
    """Whether ``path`` is one of the ``others``, whole names of files, under that name or another
    one."""
    for other in others:
        if path == other:
            return True
        with suppress(OSError):
            if os.path.samefile(path, other):
                return True
    return False


def to_disk(path: str) -> None:
    """Wait until what was written to the file at ``path`` is on the disk. Raises OSError."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def abandon(stream: TextIO) -> None:
    """Let what is still buffered for a stream go nowhere: whoever read has read enough, or there is
    no room for it, and the flush at exit must not complain."""
    # One in memory, or closed, has no number.
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextmanager
def locked(folder: str) -> Iterator[None]:
    """Be the only process in ``folder`` inside the block that asks for it like this; others wait.
    Raises OSError. Where the system has no such lock the last one wins."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def replacing(path: str) -> Iterator[str]:
    """The path of an empty file to fill, which is at ``path`` when the block has ended well and
    is gone when it has not.

    A link at ``path`` stays, and what it leads to is replaced. Raises OSError.
    """
    target = os.path.realpath(path)
    beside = part(os.path.dirname(target))
    try:
        yield beside
        to_disk(beside)
        os.replace(beside, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise


def text(path: str) -> TextIO:
    """The file at ``path``, opened to write UTF-8 with line ends as they are written. What is no
    text, the parts of bytes that a file name may have, is spelled out. Raises OSError."""
    return open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n")


@contextmanager
def replacing_text(path: str) -> Iterator[TextIO]:
    """The same as :func:`replacing`, opened for text (:func:`text`). Raises OSError."""
    with replacing(path) as beside, text(beside) as out:
        yield out
