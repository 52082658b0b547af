"""What a new database starts with, as SQL: the shipped processes, questionnaires and catalogues.

Read from the TOML files of ``src/funnelcli/processes`` the way a user's own are, and written out
row by row: making a database then needs neither their reader nor the rules for changing one.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from funnelcli.db import schema
from funnelcli.db.migrate import apply
from funnelcli.processes import catalogues, questionnaires, reading, storing

FOLDER = Path(reading.__file__).parent
PROCESSES = ("cycle", "funnel")
HEAD = "-- What a new database starts with. Written by tools/generate.py from processes/*.toml.\n"


def text() -> str:
    """The SQL script; its parameter ``:now`` is the instant at which it is run (UTC seconds)."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as conn:
        for file in schema.files():
            apply(conn, file)
        _install(conn)
        tables = conn.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            " AND name <> 'journal_now' ORDER BY rootpage"
        ).fetchall()
        return HEAD + "".join(_rows(conn, table) for (table,) in tables)


def _install(conn: sqlite3.Connection) -> None:
    for key in PROCESSES:
        storing.put(conn, reading.read_file(str(FOLDER / f"{key}.toml")), builtin=True)
    for questionnaire in questionnaires.read_file(str(FOLDER / "questionnaires.toml")):
        questionnaires.put(conn, questionnaire)
    catalogues.put(conn, catalogues.read_file(str(FOLDER / "catalogues.toml")))


def _rows(conn: sqlite3.Connection, table: str) -> str:
    names = [row[1] for row in conn.execute(f"PRAGMA table_info({table})")]
    values = " || ', ' || ".join(
        "':now'" if name == "recorded_at" else f"quote({name})" for name in names
    )
    rows = conn.execute(f"SELECT '(' || {values} || ')' FROM {table} ORDER BY 1").fetchall()
    if not rows:
        return ""
    lines = ",\n".join(row for (row,) in rows)
    return f"\nINSERT INTO {table} ({', '.join(names)}) VALUES\n{lines};\n"
