"""``funnel status --short``, answered before the program is loaded: a line for a shell's prompt.

It must cost next to nothing and never be in the way: it creates, migrates and changes no
database, waits for none, and says nothing where there is nothing to say or anything is wrong.
"""

from __future__ import annotations

import os
import sqlite3
import sys

from funnelcli import config, dates, i18n
from funnelcli.i18n import _
from funnelcli.queries import status

# What counting rotten deals may cost: some ten milliseconds. A larger count is not waited for.
_MOST_STEPS = 4_000_000
_BUSY_SECONDS = 0.1


def answer() -> int:
    """Print the line for the user's database; always 0."""
    try:
        i18n.use(config.get("language"))
        dates.set_zone(config.get("timezone"))
        line = _asked(str(config.get("db")))
        if line:
            sys.stdout.buffer.write(line.encode("utf-8") + b"\n")
            sys.stdout.flush()
    except BrokenPipeError:
        from funnelcli.pipes import abandon_stdout

        abandon_stdout()
    except Exception:
        return 0
    return 0


def _asked(path: str) -> str:
    from funnelcli.db.migrate import LATEST

    if not os.path.isfile(path):
        return ""
    conn = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        conn.execute("PRAGMA query_only = ON")
        if conn.execute("PRAGMA user_version").fetchone() != (LATEST,):
            return ""
        return line_of(conn)
    finally:
        conn.close()


def line_of(conn: sqlite3.Connection) -> str:
    """What is due, late and rotten, in a line; empty where nothing is. The count of rotten deals
    is a question mark where it would take too long."""
    found = status.steps(conn)
    conn.set_progress_handler(lambda: 1, _MOST_STEPS)
    try:
        rotten = str(status.rotten(conn))
    except sqlite3.OperationalError:
        rotten = "?"
    finally:
        conn.set_progress_handler(None, 0)
    parts = (
        (str(found["due"]), _("{n} due")),
        (str(found["late"]), _("{n} late")),
        (rotten, _("{n} rotten")),
    )
    return " · ".join(text.format(n=n) for n, text in parts if n != "0")
