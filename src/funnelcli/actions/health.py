"""Whether the database is sound, and what of it can be mended.

The logs are the truth and are never mended by guessing; what is derived from them is written
anew: the deals' caches, the stages at which something was done for them, and the keys that names
are searched by. The index over all texts and the sums over all deals are dropped, and made anew
when they are asked for.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing

from funnelcli.actions import log, log_cache, restaging
from funnelcli.actions.tags import TAGGED
from funnelcli.db import contents, tallies, textindex
from funnelcli.db.advancing import Advance, unwatched
from funnelcli.db.aside import making
from funnelcli.db.breaking_off import breakable
from funnelcli.db.server import on_server
from funnelcli.i18n import _
from funnelcli.nouns import keyed
from funnelcli.nouns.own import KINDS
from funnelcli.nouns.texts import SOURCES
from funnelcli.nouns.words import FIELD_NOUN
from funnelcli.plain import NamedTuple
from funnelcli.queries import kept
from funnelcli.queries.funnel import questions
from funnelcli.text import search_key, tag_key

# So many deals are looked at together.
_PAGE = 1000
_UNWATCHED = unwatched(0)
_MADE = "SELECT type, name, tbl_name FROM sqlite_master WHERE type IN ('trigger', 'index')"


class Finding(NamedTuple):
    """Something that is wrong: where ("deal 12"), what, whether `repair` mends it, and whether
    something of the schema was missing meanwhile, so that nothing has watched it."""

    where: str
    problem: str
    repairable: bool
    missing: bool = False


def check(conn: sqlite3.Connection, advance: Advance = _UNWATCHED) -> list[Finding]:
    """Everything that is wrong with the database; an empty list when it is sound. ``advance`` is
    told how many deals are done."""
    with breakable(conn):
        findings = [
            Finding(_("file"), str(message), False)
            for (message,) in conn.execute("PRAGMA integrity_check")
            if message != "ok"
        ]
    if findings:
        # What a damaged file says of its rows is worth nothing.
        return findings
    for table, row_id, parent, _index in conn.execute("PRAGMA foreign_key_check"):
        problem = _("refers to a row of {table} that is not there").format(table=parent)
        findings.append(Finding(f"{table} {row_id}", problem, False))
    findings += _check_served(conn) if on_server(conn) else _check_schema(conn)
    findings += _check_logs(conn)
    findings += _check_caches(conn, advance)
    findings += _check_search(conn)
    findings += _check_fields(conn)
    findings += _check_contents(conn)
    if _is_misindexed(conn):
        problem = _("has other words than the records: `funnel find` may miss some")
        findings.append(Finding(_("index of texts"), problem, True))
    if _is_mistallied(conn):
        problem = _("are not those of the deals: `funnel show` and the reports tell others")
        findings.append(Finding(_("sums over all deals"), problem, True))
    return findings


def unsound(conn: sqlite3.Connection) -> list[str]:
    """What is wrong with a database that :func:`repair` would not mend, in words; and what of its
    schema is missing."""
    found = (one for one in check(conn) if not one.repairable or one.missing)
    return [f"{one.where}: {one.problem}" for one in found]


def repair(conn: sqlite3.Connection) -> int:
    """Write what is derived anew, within the caller's transaction; how many rows that changed."""
    made = 0 if on_server(conn) else _make_missing(conn)
    before = conn.total_changes
    log.refresh_all(conn, _stale_deals(conn))
    restaging.restage(conn, dict.fromkeys(restaging.misstaged(conn), restaging.EVER))
    for table, column in _keyed():
        for row_id, key in _stale_keys(conn, table, column):
            if column == "tag":
                # One that turns out to be another is that other.
                record = f"{table.removesuffix('_tag')}_id"
                conn.execute(
                    f"DELETE FROM {table} WHERE search = ? AND id <> ? AND {record} ="
                    f" (SELECT t.{record} FROM {table} AS t WHERE t.id = ?)",
                    (key, row_id, row_id),
                )
            conn.execute(f"UPDATE {table} SET search = ? WHERE id = ?", (key, row_id))
    mended = made + conn.total_changes - before
    if _is_misindexed(conn):
        textindex.drop(conn)
        mended += 1
    if _is_mistallied(conn):
        tallies.drop(conn)
        mended += 1
    return mended


def _check_served(conn: sqlite3.Connection) -> list[Finding]:
    from funnelcli.db.server import checking

    return [Finding(one.where, one.problem, False) for one in checking.missing(conn)]


def _check_schema(conn: sqlite3.Connection) -> list[Finding]:
    """Every table must be watched by the journal's triggers, and no other, and have its indexes:
    those of a new database."""
    known, there = _made_new(), {*conn.execute(_MADE)}
    texts = {
        "trigger": _("the journal's trigger {name} is missing"),
        "index": _("the index {name} is missing"),
    }
    found = [
        Finding(table, texts[kind].format(name=name), True, missing=True)
        for kind, name, table in sorted(known.keys() - there)
    ]
    strange = _("the trigger {name} is not the program's")
    found += [
        Finding(table, strange.format(name=name), False)
        for kind, name, table in sorted(there - known.keys())
        if kind == "trigger"
    ]
    return found


def _made_new() -> dict[tuple[str, str, str], str | None]:
    """The triggers and indexes of a new database, with what makes them; None for those that a table
    brings along."""
    from funnelcli.db.connection import connect

    with closing(connect(":memory:")) as new:
        rows = new.execute(_MADE.replace("tbl_name", "tbl_name, sql"))
        return {(kind, name, table): text for kind, name, table, text in rows}


def _make_missing(conn: sqlite3.Connection) -> int:
    """Make the triggers and indexes that are missing; how many."""
    there = {*conn.execute(_MADE)}
    missing = [text for key, text in _made_new().items() if key not in there and text]
    for text in missing:
        conn.execute(text)
    return len(missing)


def _check_fields(conn: sqlite3.Connection) -> list[Finding]:
    """A value of a field of one's own stands with a record that can have it, in the column of the
    field's type; of a choice it is one of the field's."""
    empty = " OR ".join(
        f"(f.type = '{kind}' AND v.{of.columns[0]} IS NULL)" for kind, of in KINDS.items()
    )
    whose = " ".join(f"WHEN '{noun}' THEN v.{noun}_id" for noun in FIELD_NOUN)
    found = conn.execute(
        "SELECT v.id FROM field_value AS v JOIN field AS f ON f.id = v.field_id"
        f" WHERE {empty} OR CASE f.noun {whose} END IS NULL"
        " OR (v.choice_id IS NOT NULL AND v.choice_id NOT IN"
        " (SELECT c.id FROM field_choice AS c WHERE c.field_id = f.id))"
        " ORDER BY v.id"
    )
    problem = _("does not suit its field")
    return [Finding(f"field_value {value_id}", problem, False) for (value_id,) in found]


def _check_logs(conn: sqlite3.Connection) -> list[Finding]:
    """Both logs begin together, follow each other without gap or overlap, and have one end."""
    findings = []
    for table, start, end in (
        ("stay", "entered_at", "left_at"),
        ("terms", "valid_from", "valid_to"),
    ):
        gaps = conn.execute(
            f"SELECT deal_id FROM (SELECT deal_id, {end}, lead({start}) OVER"
            f" (PARTITION BY deal_id ORDER BY {start}, id) AS following FROM {table})"
            f" WHERE {end} IS NOT following GROUP BY deal_id"
        )
        findings += [
            Finding(
                f"deal {deal_id}",
                _("its {log} log has a gap or an overlap").format(log=table),
                False,
            )
            for (deal_id,) in gaps
        ]
    missing = conn.execute(
        "SELECT id FROM deal WHERE NOT EXISTS (SELECT 1 FROM stay WHERE deal_id = deal.id)"
        " OR NOT EXISTS (SELECT 1 FROM terms WHERE deal_id = deal.id)"
    )
    findings += [Finding(f"deal {deal_id}", _("has no log"), False) for (deal_id,) in missing]
    apart = conn.execute(
        "SELECT s.deal_id FROM (SELECT deal_id, min(entered_at) AS at FROM stay GROUP BY deal_id)"
        " AS s JOIN (SELECT deal_id, min(valid_from) AS at FROM terms GROUP BY deal_id) AS t"
        " ON t.deal_id = s.deal_id WHERE s.at <> t.at"
    )
    findings += [
        Finding(f"deal {deal_id}", _("its two logs begin apart"), False) for (deal_id,) in apart
    ]
    return findings


def _stale_deals(conn: sqlite3.Connection, advance: Advance = _UNWATCHED) -> list[int]:
    """Deals whose row differs from what follows from their logs."""
    names = log_cache.Cache._fields
    stale = []
    stages: dict[int, log_cache.Stages] = {}
    after = -1
    while deals := conn.execute(
        f"SELECT id, process_id, {', '.join(names)} FROM deal WHERE id > ? ORDER BY id LIMIT ?",
        (after, _PAGE),
    ).fetchall():
        first, after = deals[0][0], deals[-1][0]
        logs = log.read_all(conn, first, after)
        for deal_id, process_id, *values in deals:
            book = logs.get(deal_id)
            if book is None or not book.stood or not book.held:
                continue
            if process_id not in stages:
                stages[process_id] = log.stages_of(conn, process_id)
            derived = log_cache.derive(book.stays, book.terms, stages[process_id])
            if list(derived) != values or book.follow(stages[process_id]):
                stale.append(deal_id)
        advance(len(deals))
    return stale


def _check_caches(conn: sqlite3.Connection, advance: Advance) -> list[Finding]:
    return [
        Finding(f"deal {deal_id}", _("its row differs from its logs"), True)
        for deal_id in _stale_deals(conn, advance)
    ] + [
        Finding(
            f"deal {deal_id}",
            _("its visits, effort or objections stand at another stage than it was in"),
            True,
        )
        for deal_id in restaging.misstaged(conn)
    ]


def _keyed() -> list[tuple[str, str]]:
    """Every table with search keys, and what they are made of."""
    return [*keyed(), *((f"{noun}_tag", "tag") for noun in TAGGED)]


def _stale_keys(conn: sqlite3.Connection, table: str, column: str) -> list[tuple[int, str]]:
    """Rows whose search key is not that of their name, with the right key."""
    key_of = tag_key if column == "tag" else search_key
    rows = conn.execute(f"SELECT id, {column}, search FROM {table}").fetchall()
    return [(row_id, key_of(name)) for row_id, name, key in rows if key != key_of(name)]


def _check_search(conn: sqlite3.Connection) -> list[Finding]:
    return [
        Finding(f"{table} {row_id}", _("is not found by its name"), True)
        for table, column in _keyed()
        for row_id, _key in _stale_keys(conn, table, column)
    ]


def _check_contents(conn: sqlite3.Connection) -> list[Finding]:
    """Files whose content is not what it was when they were added."""
    whole = {digest: contents.is_whole(conn, digest) for digest in contents.digests(conn)}
    missing = _("its content is missing: {name}")
    damaged = _("its content is damaged: {name}")
    rows = conn.execute("SELECT id, name, digest FROM attachment ORDER BY id").fetchall()
    return [
        Finding(
            _("file {id}").format(id=row_id),
            (damaged if digest in whole else missing).format(name=name),
            False,
        )
        for row_id, name, digest in rows
        if not whole.get(digest)
    ]


def _is_misindexed(conn: sqlite3.Connection) -> bool:
    """Whether there is an index over texts that takes itself for complete, and is not."""
    if not textindex.exists(conn):
        return False
    index = textindex.Index(conn, SOURCES)
    try:
        with making(conn):
            return index.is_current() and index.differs()
    except sqlite3.DatabaseError:
        return True


def _is_mistallied(conn: sqlite3.Connection) -> bool:
    """Whether the sums over all deals that are kept are others than those of the deals."""
    with making(conn):
        return tallies.differ(conn, questions(conn)) or kept.differ(conn)
