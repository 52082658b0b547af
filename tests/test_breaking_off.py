"""Ctrl-C ends what SQLite works on for long, and not only what comes after it."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from funnelcli.actions import health
from funnelcli.db import compacting, copies

pytestmark = [
    pytest.mark.sqlite("a statement of the file"),
    pytest.mark.skipif(os.name == "nt", reason="the signal cannot be sent to oneself there"),
]

# Some seconds of SQLite alone, if nobody ends it.
_LONG = """
WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 20000000)
SELECT count(*) FROM c
"""


class Slow(sqlite3.Connection):
    """A connection whose checks and rewriting take long, as those of a large file do, and during
    which somebody presses Ctrl-C."""

    ended = False

    def execute(self, sql: str, *values: object) -> sqlite3.Cursor:  # type: ignore[override]
        if "integrity_check" not in sql and sql != "VACUUM":
            return super().execute(sql, *values)  # type: ignore[arg-type]
        threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()
        try:
            return super().execute(_LONG)
        except sqlite3.OperationalError as error:
            self.ended = error.sqlite_errorname == "SQLITE_INTERRUPT"
            raise


@pytest.mark.parametrize("ask", [copies.integrity_problem, health.check, compacting.rewrite])
def test_ctrl_c_ends_a_long_statement(ask: Callable[[sqlite3.Connection], object]) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None, factory=Slow)) as conn:
        with pytest.raises(KeyboardInterrupt):
            ask(conn)
        assert conn.ended
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert signal.set_wakeup_fd(-1) == -1


def test_a_check_that_nobody_ends_answers(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "some.db")) as conn:
        assert copies.integrity_problem(conn) == ""
