"""Writing aside: a second thread runs an import's statements in their order, while the first reads
and checks the rows that come next.

SQLite lets go of Python for as long as a statement runs, so that with a second core it costs an
import hardly any time by the clock. One thread at a time uses the connection: whoever asks it
anything waits until all that was put aside is written (``Connection`` in ``connection.py``). What
fails in the thread is raised in the first, by what is put aside next or waits, and nothing is
written after it.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from funnelcli.db.rows import Value

if TYPE_CHECKING:
    from queue import SimpleQueue

# Statements that wait at most: those of a thousand rows, about two MiB.
_WAITING = 64
# Seconds after which who has work for Python gets it. After each statement the thread asks for it
# several times, and by default Python lets it wait ten times as long.
_TURN = 0.0005

T = TypeVar("T")


@contextmanager
def aside(conn: sqlite3.Connection) -> Iterator[None]:
    """Let :func:`funnelcli.db.bulk.insert` write aside within the block, at whose end all is
    written; a connection to a server, or with the encrypting library, and a machine with one core
    write as ever."""
    if not hasattr(conn, "aside") or sqlite3.threadsafety < 3 or cores() < 2:
        yield
        return
    before = sys.getswitchinterval()
    writer = Aside(conn)
    try:
        writer.begin()
    except RuntimeError:
        # The system gives no more threads.
        yield
        return
    try:
        sys.setswitchinterval(_TURN)
        yield
        writer.wait()
    except BaseException as error:
        writer.end()
        # It may have taken back the whole transaction, and came before an interrupt.
        if writer.error is not None and writer.error is not error:
            raise writer.error from error
        raise
    finally:
        sys.setswitchinterval(before)
    writer.end()


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def ahead(conn: sqlite3.Connection, question: Callable[[], T]) -> Callable[[], T]:
    """Ask the connection something behind what has been put aside, and before what will be; what
    is returned waits for the answer, and gives it."""
    writer: Aside | None = getattr(conn, "aside", None)
    if writer is not None:
        return writer.ask(question)
    answer = question()
    return lambda: answer


class Aside:
    """The thread of a connection. Both hand each other all they do by queues without locks of
    Python's, in which an interrupt could leave one locked for ever."""

    def __init__(self, conn: Any) -> None:
        # Only here: most imports are over before threads are loaded.
        from queue import SimpleQueue
        from threading import Thread, get_ident

        self.error: BaseException | None = None
        self._conn = conn
        self._work: SimpleQueue[Callable[[], object] | None] = SimpleQueue()
        self._done: SimpleQueue[None] = SimpleQueue()
        self._put = self._finished = 0
        self._over = False
        self._thread = Thread(target=self._run, daemon=True)
        self._current = get_ident

    def begin(self) -> None:
        """Begin to write aside."""
        self._thread.start()
        self._conn.aside = self

    def insert(self, statement: str, values: Sequence[Value]) -> None:
        """Put a statement aside. Raises what an earlier one has raised."""
        # Past the connection's own, which would wait for what comes before.
        self._add(partial(sqlite3.Connection.execute, self._conn, statement, values))
        self._until(self._put - _WAITING)

    def ask(self, question: Callable[[], T]) -> Callable[[], T]:
        """See :func:`ahead`."""
        found: list[T] = []
        self._add(lambda: found.append(question()))
        place = self._put

        def answer() -> T:
            self._until(place)
            return found[0]

        return answer

    def wait(self) -> None:
        """Wait until all is written; at once for the thread itself. Raises what has failed."""
        if self._current() == self._thread.ident:
            return
        if self._over:
            self.end()
        else:
            self._until(self._put)

    def end(self) -> None:
        """Write nothing more, but wait for the end of the statement that is being run. It is not
        interrupted: that would take back the whole transaction behind its owner's back."""
        self._over = True
        self._work.put(None)
        self._thread.join()
        self._conn.aside = None

    def _add(self, work: Callable[[], object]) -> None:
        self._work.put(work)
        self._put += 1

    def _until(self, place: int) -> None:
        while self._finished < place:
            self._done.get()
            self._finished += 1
        if self.error is not None:
            raise self.error

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            if self.error is None and not self._over:
                try:
                    work()
                except BaseException as error:
                    self.error = error
            self._done.put(None)
