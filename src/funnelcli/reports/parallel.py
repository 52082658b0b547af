"""Asking a large database in parts, each by a thread and a connection of its own.

SQLite answers a query on one core. A figure that is added up over deals can be added up from
parts of them: those of the first ids, those of the next, and so on, so that each part is read by
one alone. Over a million deals that halves the time on two cores, and quarters it on four.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager

from funnelcli.db.connection import reader
from funnelcli.db.server import on_server
from funnelcli.typed import TypeVar

Answer = TypeVar("Answer")

# With fewer deals a report takes a tenth of a second, and threads save nothing.
LARGE = 200_000
# More share one disk and one memory, and gain little.
_MOST = 4
_ATTEMPTS = 5
# Seconds until whoever has not stopped is interrupted again.
_PATIENCE = 0.02


@contextmanager
def opened(conn: sqlite3.Connection) -> Iterator[Sequence[sqlite3.Connection]]:
    """Connections that see what ``conn`` sees, which is in a transaction; none where the database
    is small, or another program keeps writing to it, or there is but one core, or the system
    lets no more files be opened."""
    # A server takes several cores by itself.
    wanted = 1 if on_server(conn) or _deals(conn) < LARGE else _cores()
    with ExitStack() as stack:
        yield _others(conn, wanted, stack) if wanted > 1 else ()


def _others(conn: sqlite3.Connection, wanted: int, stack: ExitStack) -> list[sqlite3.Connection]:
    """So many connections, which ``stack`` closes, or none of them."""
    path = conn.execute("PRAGMA database_list").fetchone()[2]
    others = []
    try:
        for _part in range(wanted):
            others.append(stack.enter_context(closing(reader(path))))
            if not _sees_the_same(conn, others[-1]):
                break
        else:
            return others
    except sqlite3.OperationalError:
        # Asked whole, the database may still answer; if not, it says why.
        pass
    stack.close()
    return []


def _deals(conn: sqlite3.Connection) -> int:
    """How many deals there are at most."""
    (highest,) = conn.execute("SELECT max(id) FROM deal").fetchone()
    return highest or 0


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), _MOST)
    return min(os.cpu_count() or 1, _MOST)


def _sees_the_same(conn: sqlite3.Connection, other: sqlite3.Connection) -> bool:
    """Begin a transaction on ``other`` that sees the state that ``conn`` sees. Every change of a
    row is in the journal, so that its last entry names the state."""
    last = "SELECT max(id) FROM journal"
    state = conn.execute(last).fetchone()
    for _attempt in range(_ATTEMPTS):
        other.execute("BEGIN")
        if other.execute(last).fetchone() == state:
            return True
        other.execute("ROLLBACK")
    return False


def ask(
    conns: Sequence[sqlite3.Connection], question: Callable[[sqlite3.Connection, int], Answer]
) -> list[Answer]:
    """The answers to ``question`` (a connection and the number of its part), asked at once.

    Raises what the first that failed has raised.
    """
    from threading import Thread

    answers: dict[int, Answer] = {}
    errors: list[BaseException] = []

    def run(part: int) -> None:
        try:
            answers[part] = question(conns[part], part)
        except BaseException as error:
            errors.append(error)

    threads: list[Thread] = []
    try:
        for part in range(len(conns)):
            threads.append(Thread(target=run, args=(part,)))
            try:
                threads[-1].start()
            except RuntimeError:
                # The system gives no more threads.
                threads.pop()
                run(part)
        for thread in threads:
            thread.join()
    except BaseException:
        # Nobody may close a connection that a thread still asks; and one that is between two
        # statements does not notice that it was interrupted.
        while running := [thread for thread in threads if thread.is_alive()]:
            for conn in conns:
                conn.interrupt()
            running[0].join(_PATIENCE)
        raise
    if errors:
        raise errors[0]
    return [answers[part] for part in range(len(conns))]
