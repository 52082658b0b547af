"""How the day stands in one line, for a shell prompt or a status bar.

``funnel status --short`` is answered here before the program is loaded: a prompt is printed after
every command, and must not wait. Whatever is wrong, it says nothing; it never creates, migrates
or changes a database.
"""

from __future__ import annotations

import os
import sys
import time

from funnelcli import i18n
from funnelcli.encryption import open_file
from funnelcli.i18n import ngettext
from funnelcli.nouns.rules import AWAKE, PERHAPS_IN_PEACE, REACHABLE, ROTTEN

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

# All of them along one index, without those that are left in peace.
_STEPS = (
    "SELECT count(*) FILTER (WHERE n.due = :today), count(*) FILTER (WHERE n.due < :today)"
    " FROM step AS n WHERE n.status = 'open' AND n.due <= :today"
)
_IN_PEACE = (
    "SELECT count(*) FILTER (WHERE n.due = :today), count(*) FILTER (WHERE n.due < :today)"
    " FROM step AS n LEFT JOIN deal AS d ON d.id = n.deal_id"
    f" WHERE n.id IN ({PERHAPS_IN_PEACE}) AND +n.status = 'open' AND n.due <= :today"
    f" AND NOT ({AWAKE} AND {REACHABLE})"
)
# The few stages first: of each the index has the open deals that have stood for long.
_ROTTEN = (
    f"SELECT count(*) FROM stage AS s CROSS JOIN deal AS d ON d.stage_id = s.id WHERE {ROTTEN}"
)


class Status:
    """How many steps are due today, how many are late, how many deals rot."""

    __slots__ = ("date", "due", "late", "rotten")

    def __init__(self, date: str, due: int, late: int, rotten: int) -> None:
        self.date = date
        self.due = due
        self.late = late
        self.rotten = rotten

    @property
    def line(self) -> str:
        """The counts that are not nothing, as in "3 due · 2 late"; empty where none is."""
        parts = (
            (self.due, ngettext("{n} due", "{n} due", self.due)),
            (self.late, ngettext("{n} late", "{n} late", self.late)),
            (self.rotten, ngettext("{n} rotten", "{n} rotten", self.rotten)),
        )
        return " · ".join(text.format(n=n) for n, text in parts if n)


def count(conn: sqlite3.Connection, today: str, now: int) -> Status:
    """The counts on ``today``, a plain date, at ``now`` in UTC seconds."""
    values = {"today": today, "now": now}
    due, late = conn.execute(_STEPS, values).fetchone()
    in_peace = conn.execute(_IN_PEACE, values).fetchone()
    (rotten,) = conn.execute(_ROTTEN, values).fetchone()
    return Status(today, due - in_peace[0], late - in_peace[1], rotten)


def _schema() -> int:
    """The number of the latest schema, without loading what brings a database up to it."""
    folder = os.path.join(os.path.dirname(os.path.dirname(__file__)), "migrations")
    return sum(name.endswith(".sql") for name in os.listdir(folder))


def _today(now: int, zone: str) -> str:
    # The one clock of the program lives in a module that takes longer to load than all of this.
    if zone:
        from datetime import datetime
        from zoneinfo import ZoneInfo

        return datetime.fromtimestamp(now, ZoneInfo(zone)).date().isoformat()
    return time.strftime("%Y-%m-%d", time.localtime(now))


def _line(now: int) -> str:
    from funnelcli.prompt.bare import BUSY_SECONDS, Settings

    settings = Settings()
    path = settings.database()
    if not os.path.isfile(path):
        return ""
    i18n.use(settings.language())
    today = _today(now, os.environ.get("FUNNEL_TIMEZONE") or settings.setting("timezone"))
    conn = open_file(path, ask=False, timeout=BUSY_SECONDS)
    try:
        conn.execute("PRAGMA query_only = ON")
        if conn.execute("PRAGMA user_version").fetchone() != (_schema(),):
            return ""
        return count(conn, today, now).line
    finally:
        conn.close()


def answer() -> int:
    """Print the line, or nothing; always 0."""
    # A prompt that shows an error shows it after every command.
    try:
        line = _line(int(time.time()))
        if line:
            encoding = sys.stdout.encoding or "utf-8"
            sys.stdout.write(line.encode(encoding, "replace").decode(encoding) + "\n")
            sys.stdout.flush()
    except OSError:
        from funnelcli.prompt.pipes import abandon_stdout

        abandon_stdout()
    except Exception:
        return 0
    return 0
