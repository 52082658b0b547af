"""What a process says: its name, what it tells and asks in a stage, what comes after one."""

from __future__ import annotations

import sqlite3

from funnelcli import queries
from funnelcli.i18n import pick
from funnelcli.nouns.process import Process, Stage
from funnelcli.plain import NamedTuple


class Question(NamedTuple):
    """What a stage asks; ``text`` in the language spoken now."""

    stage_id: int
    key: str
    text: str
    kind: str
    required: bool


class Named(NamedTuple):
    """A process by its id and key, with its name in the language spoken now."""

    id: int
    key: str
    name: str


class Exit(NamedTuple):
    """What should be on record before a deal leaves a stage, in the language spoken now."""

    stage_id: int
    key: str
    text: str


class Script(NamedTuple):
    """What a stage tells and asks, in the language spoken now."""

    stage: str
    guidance: str
    questions: list[str]


def processes(conn: sqlite3.Connection) -> list[Process]:
    """All processes, the first first."""
    return list(queries.run(conn, "processes", Process, order="p.id"))


def process(conn: sqlite3.Connection, process_id: int) -> Process:
    """A process that exists."""
    found = queries.one(
        conn, "processes", Process, {"id": process_id}, where="p.id = :id", order="p.id"
    )
    assert found is not None
    return found


def used(conn: sqlite3.Connection) -> list[Named]:
    """The processes that have deals, the first first."""
    rows = conn.execute(
        "SELECT id, key, name_en, name_de FROM process AS p"
        " WHERE EXISTS (SELECT 1 FROM deal AS d WHERE d.process_id = p.id) ORDER BY id"
    )
    return [Named(row_id, key, pick(en, de)) for row_id, key, en, de in rows]


def named(conn: sqlite3.Connection, process_id: int) -> Named:
    """What a process that exists is called."""
    key, en, de = conn.execute(
        "SELECT key, name_en, name_de FROM process WHERE id = ?", (process_id,)
    ).fetchone()
    return Named(process_id, key, pick(en, de))


def stages(conn: sqlite3.Connection, process_id: int) -> list[Stage]:
    """The stages of a process in their order."""
    return list(queries.run(conn, "stages", Stage, {"process_id": process_id}))


def name(conn: sqlite3.Connection, key: str) -> str:
    """The name of a process that exists, in the language spoken now."""
    names = conn.execute("SELECT name_en, name_de FROM process WHERE key = ?", (key,)).fetchone()
    return pick(*names)


def exits(conn: sqlite3.Connection, process_id: int) -> list[Exit]:
    """The exit criteria of all stages of a process, those of each in their order."""
    rows = conn.execute(
        "SELECT x.stage_id, x.key, x.text_en, x.text_de FROM stage_exit AS x"
        " JOIN stage AS s ON s.id = x.stage_id WHERE s.process_id = :process ORDER BY x.position",
        {"process": process_id},
    ).fetchall()
    # Those that are fields of one's own, as the criteria have them.
    rows += conn.execute(
        "SELECT f.stage_id, CASE f.noun WHEN 'deal' THEN '' ELSE f.noun || '.' END || 'fields.'"
        " || f.key, f.name_en, f.name_de FROM field AS f JOIN stage AS s ON s.id = f.stage_id"
        " WHERE s.process_id = :process AND f.hidden = 0 ORDER BY f.noun DESC, f.position",
        {"process": process_id},
    )
    return [Exit(stage_id, key, pick(en, de)) for stage_id, key, en, de in rows]


def questions(conn: sqlite3.Connection, process_id: int) -> list[Question]:
    """The questions of all stages of a process, those of each in their order."""
    rows = conn.execute(
        "SELECT q.stage_id, q.key, q.text_en, q.text_de, q.kind, q.required"
        " FROM stage_question AS q JOIN stage AS s ON s.id = q.stage_id"
        " WHERE s.process_id = ? ORDER BY q.position",
        (process_id,),
    )
    return [
        Question(stage_id, key, pick(en, de), kind, bool(required))
        for stage_id, key, en, de, kind, required in rows
    ]


def script(conn: sqlite3.Connection, deal_id: int) -> Script:
    """What the stage that a deal stands in tells and asks."""
    stage_id, name_en, name_de, guidance_en, guidance_de = conn.execute(
        "SELECT s.id, s.name_en, s.name_de, s.guidance_en, s.guidance_de FROM deal AS d"
        " JOIN stage AS s ON s.id = d.stage_id WHERE d.id = ?",
        (deal_id,),
    ).fetchone()
    asked = conn.execute(
        "SELECT text_en, text_de FROM stage_question WHERE stage_id = ? ORDER BY position",
        (stage_id,),
    )
    return Script(
        pick(name_en, name_de), pick(guidance_en, guidance_de), [pick(*texts) for texts in asked]
    )


def kind_ahead(conn: sqlite3.Connection, deal_id: int) -> str | None:
    """The kind of the stage that comes next for a deal, None after the last. For a lost deal only
    the stages outside the process are still to come."""
    row = conn.execute(
        "SELECT n.kind FROM deal AS d JOIN stage AS s ON s.id = d.stage_id"
        " JOIN stage AS n ON n.process_id = d.process_id AND n.position > s.position"
        " AND (n.kind = 'outside' OR d.status <> 'lost')"
        " WHERE d.id = ? ORDER BY n.position LIMIT 1",
        (deal_id,),
    ).fetchone()
    return None if row is None else str(row[0])
