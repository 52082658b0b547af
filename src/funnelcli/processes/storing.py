"""Putting a process into the database, new or changed, with the deals in it kept."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field

from funnelcli.db import rows
from funnelcli.errors import NotFound, Refused
from funnelcli.i18n import _, ngettext
from funnelcli.processes.reading import Process, Stage
from funnelcli.values.withdrawal import Rule


@dataclass(slots=True)
class PutResult:
    """What changed: keys of stages added, renamed ("old -> new"), removed; deals that stay."""

    process_id: int
    created: bool
    added: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    deals: int = 0


def put(conn: sqlite3.Connection, process: Process, *, builtin: bool = False) -> PutResult:
    """Add ``process``, or change the one of that key to what it states.

    Stages are matched by key, or by ``was`` where one was renamed; deals stay where they are.
    What their rows hold of the order of the stages is brought up to date by
    :func:`funnelcli.actions.processes.put`. Raises Refused when a stage that deals have been in
    would go.
    """
    found = conn.execute("SELECT id FROM process WHERE key = ?", (process.key,)).fetchone()
    header: rows.Row = {
        "name_en": process.name_en,
        "name_de": process.name_de,
        "description_en": process.description_en,
        "description_de": process.description_de,
        **withdrawal_row(process.withdrawal),
    }
    if found is None:
        own: rows.Row = {"key": process.key, "builtin": int(builtin)}
        result = PutResult(rows.insert(conn, "process", header | own), created=True)
    else:
        result = PutResult(found[0], created=False)
        rows.update(conn, "process", result.process_id, header)
    _put_stages(conn, process, result)
    _put_milestones(conn, process, result.process_id)
    (result.deals,) = conn.execute(
        "SELECT count(*) FROM deal WHERE process_id = ?", (result.process_id,)
    ).fetchone()
    return result


def withdrawal_row(rule: Rule | None) -> rows.Row:
    """The columns of a process's right of withdrawal, empty for none."""
    stated = Rule(0, "contract", None, None) if rule is None else rule
    row: rows.Row = {f"withdrawal_{name}": value for name, value in stated._asdict().items()}
    return row if rule is not None else row | {"withdrawal_days": None}


def _put_stages(conn: sqlite3.Connection, process: Process, result: PutResult) -> None:
    existing = {
        key: stage_id
        for stage_id, key in conn.execute(
            "SELECT id, key FROM stage WHERE process_id = ?", (result.process_id,)
        )
    }
    kept: set[int] = set()
    for position, stage in enumerate(process.stages, start=1):
        stage_id = existing.get(stage.key)
        if stage_id is None and stage.was in existing:
            stage_id = existing[stage.was]
            result.renamed.append(f"{stage.was} -> {stage.key}")
        if stage_id is None:
            row = _row(stage, position) | {"process_id": result.process_id}
            stage_id = rows.insert(conn, "stage", row)
            result.added.append(stage.key)
        else:
            _update_stage(conn, stage_id, stage, position)
        kept.add(stage_id)
        _put_details(conn, stage_id, stage)
    for key, stage_id in existing.items():
        if stage_id not in kept:
            _remove_stage(conn, stage_id, key)
            result.removed.append(key)


def _put_milestones(conn: sqlite3.Connection, process: Process, process_id: int) -> None:
    """The template for wins to come; milestones of deals stay as they are."""
    stated = [
        (position, milestone.key, milestone.name_en, milestone.name_de, milestone.days)
        for position, milestone in enumerate(process.milestones, start=1)
    ]
    stored = conn.execute(
        "SELECT position, key, name_en, name_de, days FROM milestone_template"
        " WHERE process_id = ? ORDER BY position",
        (process_id,),
    ).fetchall()
    if stored == stated:
        return
    conn.execute("DELETE FROM milestone_template WHERE process_id = ?", (process_id,))
    conn.executemany(
        "INSERT INTO milestone_template (process_id, position, key, name_en, name_de, days)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [(process_id, *row) for row in stated],
    )


def _row(stage: Stage, position: int) -> rows.Row:
    return {
        "key": stage.key,
        "position": position,
        "name_en": stage.name_en,
        "name_de": stage.name_de,
        "phase": stage.phase,
        "kind": stage.kind,
        "probability": stage.probability,
        "rot_days": stage.rot_days,
        "guidance_en": stage.guidance_en,
        "guidance_de": stage.guidance_de,
    }


def _update_stage(conn: sqlite3.Connection, stage_id: int, stage: Stage, position: int) -> None:
    (kind,) = conn.execute("SELECT kind FROM stage WHERE id = ?", (stage_id,)).fetchone()
    if (
        kind != stage.kind
        and conn.execute("SELECT 1 FROM stay WHERE stage_id = ? LIMIT 1", (stage_id,)).fetchone()
    ):
        raise Refused(
            _(
                "Deals have been in the stage {key}; its kind cannot change from {old} to {new}."
            ).format(key=stage.key, old=kind, new=stage.kind),
            _("Keep the kind, or give the new stage a key of its own."),
        )
    rows.update(conn, "stage", stage_id, _row(stage, position))


def _put_details(conn: sqlite3.Connection, stage_id: int, stage: Stage) -> None:
    for position, leave in enumerate(stage.exits, start=1):
        conn.execute(
            "INSERT INTO stage_exit (stage_id, position, key, text_en, text_de)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (stage_id, key) DO UPDATE SET"
            " position = excluded.position, text_en = excluded.text_en,"
            " text_de = excluded.text_de",
            (stage_id, position, leave.key, leave.text_en, leave.text_de),
        )
    for position, question in enumerate(stage.questions, start=1):
        conn.execute(
            "INSERT INTO stage_question (stage_id, position, key, text_en, text_de, kind, choices,"
            " required) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (stage_id, key) DO UPDATE SET"
            " position = excluded.position, text_en = excluded.text_en,"
            " text_de = excluded.text_de, kind = excluded.kind, choices = excluded.choices,"
            " required = excluded.required",
            (
                stage_id,
                position,
                question.key,
                question.text_en,
                question.text_de,
                question.kind,
                json.dumps(question.choices, ensure_ascii=False),
                int(question.required),
            ),
        )
    for table, keys in (
        ("stage_exit", [leave.key for leave in stage.exits]),
        ("stage_question", [question.key for question in stage.questions]),
    ):
        marks = ", ".join("?" for _key in keys) or "NULL"
        conn.execute(
            f"DELETE FROM {table} WHERE stage_id = ? AND NOT coalesce(key IN ({marks}), 0)",
            (stage_id, *keys),
        )


def _remove_stage(conn: sqlite3.Connection, stage_id: int, key: str) -> None:
    (stays,) = conn.execute(
        "SELECT count(DISTINCT deal_id) FROM stay WHERE stage_id = ?", (stage_id,)
    ).fetchone()
    if stays:
        raise Refused(
            ngettext(
                "{n} deal has been in the stage {key}; it cannot go.",
                "{n} deals have been in the stage {key}; it cannot go.",
                stays,
            ).format(n=stays, key=key),
            _(
                'Keep the stage, or rename it: give the stage that takes its place was = "{key}".'
            ).format(key=key),
        )
    _forget_stage(conn, stage_id)
    conn.execute("DELETE FROM stage WHERE id = ?", (stage_id,))


def remove(conn: sqlite3.Connection, key: str) -> None:
    """Remove a process that no deal is in. Raises NotFound, Refused."""
    row = conn.execute("SELECT id, builtin FROM process WHERE key = ?", (key,)).fetchone()
    if row is None:
        raise NotFound(
            _("There is no process {key}.").format(key=key), _("`funnel process list` shows them.")
        )
    (deals,) = conn.execute("SELECT count(*) FROM deal WHERE process_id = ?", (row[0],)).fetchone()
    if deals:
        raise Refused(
            ngettext(
                "{n} deal is in the process {key}.", "{n} deals are in the process {key}.", deals
            ).format(n=deals, key=key),
            _("A process can go when no deal is in it."),
        )
    stages = conn.execute("SELECT id FROM stage WHERE process_id = ?", (row[0],)).fetchall()
    for (stage_id,) in stages:
        _forget_stage(conn, stage_id)
    conn.execute("DELETE FROM process WHERE id = ?", (row[0],))


def _forget_stage(conn: sqlite3.Connection, stage_id: int) -> None:
    """Let go of a stage what happened at it for a deal that was removed since."""
    for table in ("visit", "effort"):
        conn.execute(
            f"UPDATE {table} SET stage_id = NULL WHERE stage_id = ? AND deal_id IS NULL",
            (stage_id,),
        )
