"""What a deal's log and a correction hold beside what their actions read of them."""

from __future__ import annotations

import sqlite3

from funnelcli.i18n import pick
from funnelcli.typed import Any

_START = {"stay": "entered_at", "terms": "valid_from"}


def recorded(conn: sqlite3.Connection, deal_id: int) -> dict[str, list[int]]:
    """When each row of a deal's two logs was recorded (UTC seconds), in the order of time."""
    return {
        table: [
            at
            for (at,) in conn.execute(
                f"SELECT recorded_at FROM {table} WHERE deal_id = ? ORDER BY {start}, id",
                (deal_id,),
            )
        ]
        for table, start in _START.items()
    }


def stages(conn: sqlite3.Connection) -> dict[int, tuple[str, str]]:
    """Key and name of every stage, by its id."""
    found = conn.execute("SELECT id, key, name_en, name_de FROM stage")
    return {stage_id: (key, pick(en, de)) for stage_id, key, en, de in found}


def stage_names(conn: sqlite3.Connection, deal_id: int | None) -> dict[str, str]:
    """The names of the stages of a deal's process, by their keys."""
    found = conn.execute(
        "SELECT s.key, s.name_en, s.name_de FROM deal AS d JOIN stage AS s"
        " ON s.process_id = d.process_id WHERE d.id = ?",
        (deal_id,),
    )
    return {key: pick(en, de) for key, en, de in found}


def corrections(
    conn: sqlite3.Connection, *, deal_id: int | None, visit_id: int | None
) -> list[tuple[Any, ...]]:
    """The corrections of a deal's log or of a visit, the earliest first."""
    return conn.execute(
        "SELECT recorded_at, happened_at, what, field, was, became FROM correction"
        " WHERE deal_id = ? OR visit_id = ? ORDER BY recorded_at, id",
        (deal_id, visit_id),
    ).fetchall()
