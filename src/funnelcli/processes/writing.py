"""A process written out as the TOML file that states it."""

from __future__ import annotations

import sqlite3

from funnelcli.nouns.process import Process, Stage
from funnelcli.queries import processes as stored
from funnelcli.toml import quoted


def names(en: str, de: str) -> str:
    """An inline table of a text in both languages."""
    return f"{{ en = {quoted(en)}, de = {quoted(de)} }}"


def to_toml(conn: sqlite3.Connection, process_id: int) -> str:
    """The file that :func:`funnelcli.processes.reading.parse` reads as this process again."""
    process = stored.process(conn, process_id)
    lines = [
        f"key = {quoted(process.key)}",
        f"name = {names(process.name_en, process.name_de)}",
        f"description = {names(process.description_en, process.description_de)}",
    ]
    lines += _withdrawal(process)
    for stage in stored.stages(conn, process_id):
        lines += ["", *_stage(conn, stage)]
    milestones = conn.execute(
        "SELECT key, name_en, name_de, days FROM milestone_template WHERE process_id = ?"
        " ORDER BY position",
        (process_id,),
    )
    for key, en, de, days in milestones:
        lines += [
            "",
            "[[milestone]]",
            f"key = {quoted(key)}",
            f"name = {names(en, de)}",
            f"days = {days}",
        ]
    return "\n".join(lines) + "\n"


def _withdrawal(process: Process) -> list[str]:
    """The right of withdrawal, in as many lines as it takes."""
    if process.withdrawal_days is None:
        return []
    lines = [
        f"withdrawal_days = {process.withdrawal_days}",
        f"withdrawal_begins = {quoted(process.withdrawal_begins)}",
    ]
    if process.withdrawal_uninstructed_months is not None:
        lines.append(f"withdrawal_uninstructed_months = {process.withdrawal_uninstructed_months}")
    if process.withdrawal_holidays is not None:
        lines.append(f"withdrawal_holidays = {quoted(process.withdrawal_holidays)}")
    return lines


def _stage(conn: sqlite3.Connection, stage: Stage) -> list[str]:
    lines = [
        "[[stage]]",
        f"key = {quoted(stage.key)}",
        f"name = {names(stage.name_en, stage.name_de)}",
        f"phase = {quoted(stage.phase)}",
        f"kind = {quoted(stage.kind)}",
        f"probability = {stage.probability}",
    ]
    if stage.rot_days is not None:
        lines.append(f"rot_days = {stage.rot_days}")
    lines.append(f"guidance = {names(stage.guidance_en, stage.guidance_de)}")
    exits = conn.execute(
        "SELECT key, text_en, text_de FROM stage_exit WHERE stage_id = ? ORDER BY position",
        (stage.id,),
    ).fetchall()
    if exits:
        lines.append("exit = [")
        lines += [
            f"  {{ key = {quoted(key)}, en = {quoted(en)}, de = {quoted(de)} }},"
            for key, en, de in exits
        ]
        lines.append("]")
    questions = conn.execute(
        "SELECT key, text_en, text_de, kind, choices, required FROM stage_question"
        " WHERE stage_id = ? ORDER BY position",
        (stage.id,),
    ).fetchall()
    for key, en, de, kind, choices, required in questions:
        lines += [
            "[[stage.question]]",
            f"key = {quoted(key)}",
            f"text = {names(en, de)}",
            f"kind = {quoted(kind)}",
        ]
        if kind == "choice":
            lines.append(f"choices = {choices}")
        if required:
            lines.append("required = true")
    return lines
