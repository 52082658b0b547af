"""The schema: its numbered files, which number is the latest, and whose database a file is."""

from __future__ import annotations

import os
import sqlite3

from funnelcli.errors import Failed
from funnelcli.i18n import _

_FOLDER = os.path.join(os.path.dirname(os.path.dirname(__file__)), "migrations")
# What a new database starts with: the shipped processes, questionnaires and catalogues.
SHIPPED = os.path.join(os.path.dirname(__file__), "shipped.sql")


def files() -> list[str]:
    """The migrations' paths in the order of their numbers, which count from 1."""
    return [
        os.path.join(_FOLDER, name) for name in sorted(os.listdir(_FOLDER)) if name.endswith(".sql")
    ]


LATEST = len(files())
# What the name of the folder of automatic copies adds to that of the database.
COPIES = ".backups"


def is_funnel(conn: sqlite3.Connection) -> bool:
    """Whether a database with a schema is funnel's: no other program's keeps this journal.

    The schema's number alone says nothing, for other programs count theirs from 1 too.
    """
    return conn.execute("PRAGMA table_info(journal_now)").fetchone() is not None


def foreign(path: str) -> Failed:
    """The sentence for a database that is not funnel's."""
    return Failed(
        _("{path} is a database of another program.").format(path=path),
        _("Name another file with --db."),
    )
