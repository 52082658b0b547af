"""Tallies: sums over all deals, kept where there are many, brought up to date from the journal.

A statement that counts and adds up all deals takes seconds over a million of them. What it gave is
kept in the table ``tally`` with the last entry of the journal that it knows. Writes know nothing of
it and cost nothing for it: of each deal that was changed since then, whoever changed it, the
journal has the row as it was. Whoever asks has the same statement count those rows, takes them off,
and adds what it counts of the same deals as they are now. So the sums are those of the statement.

Once much has changed they are kept anew, outside of any command, so that they are in no entry of
the journal; nothing of them is in an export.

SQLite hides one change from triggers, and so from the journal: the row that another program's
INSERT OR REPLACE throws out. Then there are fewer deals than the tally knows of, and all are added
up anew, as they are where a stage was changed, or where the journal no longer has what came since.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from zlib import crc32

from funnelcli.db import journal_position
from funnelcli.db.aside import write_at_once
from funnelcli.db.size import many_deals
from funnelcli.plain import NamedTuple
from funnelcli.typed import Any

# Once so many entries came behind a tally it is kept anew.
_BEHIND = 2_000
# Of more than this share of all deals it costs less to add up all.
_SHARE = 4
_FORMAT = 1
# The columns of a deal and of its terms that a statement may ask for.
_DEAL = (
    "process_id", "stage_id", "furthest_stage_id", "status", "value", "currency", "probability",
    "opened_on", "won_on", "closed_on", "lost_reason",
)  # fmt: skip
_TERMS = ("deal_id", "status", "provenance", "valid_on")
# Tables that a statement reads beside those.
_BESIDE = ("stage", "exchange_rate")

KEEP = (
    "INSERT INTO tally (id, made_of, position, deals, rows) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (id) DO UPDATE SET made_of = excluded.made_of,"
    " position = excluded.position, deals = excluded.deals, rows = excluded.rows"
)
"""Keeps rows under a number, instead of what was kept under it."""

Row = tuple[Any, ...]


class Question(NamedTuple):
    """A statement over the deals ``d``: its number, for the table alone; its text, in which
    ``{deal}`` and ``{terms}`` stand for these tables, and ``{where}`` for which deals count; and
    how many of its columns, the first ones, are keys. The next is the number of deals, and it and
    those behind it are sums. It has no parameters."""

    number: int
    text: str
    keys: int

    @property
    def made_of(self) -> int:
        """A number for the text: other sums are those of another statement."""
        return crc32(f"{_FORMAT} {self.keys} {self.text}".encode())

    def over(self, deal: str = "deal", terms: str = "terms", where: str = "1") -> str:
        """The statement over these tables."""
        return self.text.replace("{deal}", deal).replace("{terms}", terms).replace("{where}", where)


class _Kept(NamedTuple):
    """The last entry of the journal that a tally knows, how many deals there were, the rows."""

    position: int
    deals: int
    rows: list[Row]


def totals(conn: sqlite3.Connection, questions: Sequence[Question]) -> list[list[Row]]:
    """The rows of each statement, over all deals, in no order; within a transaction of a connection
    that may make temporary tables."""
    if not many_deals(conn):
        return [_plainly(conn, question) for question in questions]
    kept = _kept(conn, questions)
    found = _up_to_date(conn, questions, kept) if kept else None
    return found or [_plainly(conn, question) for question in questions]


def are_few(conn: sqlite3.Connection, table: str) -> bool:
    """Whether it costs less to take the deals whose ids a table has off the sums of all than to add
    up the others: to look a deal up takes about twice as long as to read it in turn."""
    (rows,) = conn.execute(f"SELECT count(*) FROM {table}").fetchone()
    return bool(rows * 2 <= _count(conn))


def keep(conn: sqlite3.Connection, ask: Callable[[], Sequence[Question]]) -> None:
    """Keep the sums of a large database, unless those that are kept are of late. Nothing happens
    within a transaction, or where the file may not be written, or somebody else writes to it: what
    only reads does not wait."""
    if conn.in_transaction or not many_deals(conn):
        return
    questions = ask()
    if _is_late(conn, questions):
        return
    write_at_once(conn, lambda: _write(conn, questions))


def _write(conn: sqlite3.Connection, questions: Sequence[Question]) -> None:
    import json

    deals = _count(conn)
    position = journal_position.last(conn)
    found = totals(conn, questions)
    # On a server another program may have written between two questions.
    if journal_position.last(conn) == position:
        for question, rows in zip(questions, found, strict=True):
            kept = question.number, question.made_of, position, deals, json.dumps(rows)
            conn.execute(KEEP, kept)


def drop(conn: sqlite3.Connection) -> None:
    """Let go of what is kept, within a transaction."""
    conn.execute("DELETE FROM tally")


def let_go(conn: sqlite3.Connection, before: int) -> None:
    """Before the entries of older commands than this one leave the journal, within a transaction:
    what does not know them all could never catch up."""
    for number, position in conn.execute("SELECT id, position FROM tally").fetchall():
        left = journal_position.after_letting_go(conn, before, position)
        if left is None:
            conn.execute("DELETE FROM tally WHERE id = ?", (number,))
        else:
            conn.execute("UPDATE tally SET position = ? WHERE id = ?", (left, number))


def differ(conn: sqlite3.Connection, questions: Sequence[Question]) -> bool:
    """Whether what is kept, brought up to date, is not what the statements give."""
    kept = _kept(conn, questions)
    found = _up_to_date(conn, questions, kept) if kept else None
    return found is not None and any(
        sorted(map(repr, rows)) != sorted(map(repr, _plainly(conn, question)))
        for question, rows in zip(questions, found, strict=True)
    )


def _count(conn: sqlite3.Connection) -> int:
    (deals,) = conn.execute("SELECT count(*) FROM deal").fetchone()
    return int(deals)


def _plainly(conn: sqlite3.Connection, question: Question) -> list[Row]:
    return conn.execute(question.over()).fetchall()


def _kept(conn: sqlite3.Connection, questions: Sequence[Question]) -> list[_Kept] | None:
    """What is kept of these statements; None unless it is all of them, as of one moment."""
    import json

    rows = conn.execute("SELECT id, made_of, position, deals, rows FROM tally").fetchall()
    found = {(number, made_of): rest for number, made_of, *rest in rows}
    kept = []
    for question in questions:
        row = found.get((question.number, question.made_of))
        if row is None:
            return None
        position, deals, text = row
        kept.append(_Kept(position, deals, [tuple(one) for one in json.loads(text)]))
    return kept if len({one.position for one in kept}) == 1 else None


def _is_late(conn: sqlite3.Connection, questions: Sequence[Question]) -> bool:
    """Whether what is kept is of late: little came behind it."""
    found = conn.execute("SELECT id, made_of, position FROM tally").fetchall()
    places = {(number, made_of): position for number, made_of, position in found}
    known = [places.get((question.number, question.made_of)) for question in questions]
    last = journal_position.last(conn)
    return all(place is not None and 0 <= last - place < _BEHIND for place in known)


def _up_to_date(
    conn: sqlite3.Connection, questions: Sequence[Question], kept: Sequence[_Kept]
) -> list[list[Row]] | None:
    """What is kept, with what came since; None where that is not to be known, or too much."""
    from funnelcli.db import shadows

    position, before = kept[0].position, kept[0].deals
    changed = shadows.counted_since(conn, position)
    deals = _count(conn)
    if changed is None or any(table in changed for table in _BESIDE):
        return None
    rows = sum(changed.get(table, 0) for table in ("deal", "terms"))
    if not rows:
        return [one.rows for one in kept] if deals == before else None
    if rows * _SHARE > deals:
        return None
    try:
        of_changed = shadows.changed(conn, position, ("deal", "terms"))
        then = shadows.Shadow("then", f"SELECT c.id FROM {of_changed} AS c", position, then=True)
        deal_then = shadows.make(conn, "deal", then, _DEAL)
        terms_then = shadows.make(conn, "terms", then, _TERMS)
        (gone,) = conn.execute(f"SELECT count(*) FROM {deal_then}").fetchone()
        (come,) = conn.execute(
            f"SELECT count(*) FROM {of_changed} AS c JOIN deal AS d ON d.id = c.id"
        ).fetchone()
        if before - gone + come != deals:
            return None
        found = [
            _moved(conn, question, one.rows, (deal_then, terms_then), of_changed)
            for question, one in zip(questions, kept, strict=True)
        ]
    finally:
        shadows.fade(conn)
    return None if None in found else [rows for rows in found if rows is not None]


def _moved(
    conn: sqlite3.Connection,
    question: Question,
    rows: Sequence[Row],
    then: tuple[str, str],
    of_changed: str,
) -> list[Row] | None:
    """The rows of a statement without what the changed deals counted for, and with what they count
    for now; None where more would go than there is."""
    keys = question.keys
    sums = {row[:keys]: list(row[keys:]) for row in rows}
    now = question.over(where=f"d.id IN (SELECT c.id FROM {of_changed} AS c)")
    for statement, sign in ((question.over(*then), -1), (now, 1)):
        for row in conn.execute(statement):
            held = sums.setdefault(row[:keys], [0] * (len(row) - keys))
            for place, amount in enumerate(row[keys:]):
                held[place] += sign * amount
    if any(amounts[0] < 0 for amounts in sums.values()):
        return None
    return [(*key, *amounts) for key, amounts in sums.items() if amounts[0]]
