"""What is found by words among all texts, the best first.

What has all words in its name comes first, then what has them in its texts too, then what is found
by whom it is about; of each whole words come before beginnings, and then the newest first, but
names in the order of their kinds.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

from funnelcli.db.advancing import Begin, unwatched
from funnelcli.db.textindex import Index, current, texts_of
from funnelcli.nouns.texts import KINDS, SOURCES, Kind
from funnelcli.plain import NamedTuple
from funnelcli.values import dates
from funnelcli.values.wordsearch import Word, asked, begins, places, shown

_NUMBERS = {kind.texts.number: name for name, kind in KINDS.items()}
_LOT = 200
# Signs of a snippet, and how many of them stand before the first word that was found.
_WIDTH = 120
_BEFORE = 30


class Hit(NamedTuple):
    """A record that was found: its kind and id, what it is called, a piece of its texts, its day (a
    plain date as ISO text), the command that opens it, and whose it is."""

    kind: str
    id: int
    title: str
    text: str
    day: str
    command: str
    deal_id: int | None
    contact_id: int | None


class Question(NamedTuple):
    """What is looked for; without words nothing is."""

    words: tuple[Word, ...]
    kinds: tuple[str, ...] = ()


def question(texts: Sequence[str], kinds: Sequence[str] = ()) -> Question:
    """What words ask for, in some kinds of records, or in all of them."""
    return Question(tuple(asked(texts)), tuple(kinds))


@contextmanager
def found(
    conn: sqlite3.Connection,
    asked_for: Question,
    most: int | None = None,
    begin: Begin = unwatched,
) -> Iterator[Iterator[Hit]]:
    """What fits a question, at most so many, read as it is asked for within the block. ``begin`` is
    told how many records are to be read before, where the index is behind."""
    with current(conn, SOURCES, begin) as index:
        yield hits(conn, _best(conn, index, asked_for, most), asked_for)


def _best(
    conn: sqlite3.Connection, index: Index, asked_for: Question, most: int | None
) -> list[tuple[str, int]]:
    """The kinds and ids of what fits, the best first."""
    best: dict[tuple[str, int], None] = {}
    if not asked_for.words:
        return []
    for columns in ("name", "name text", "name text about"):
        kinds = [kind for kind in asked_for.kinds or KINDS if columns != "name" or _named(kind)]
        numbers = [KINDS[kind].texts.number for kind in kinds]
        for prefix in (False, True):
            match = _match(asked_for.words, columns, prefix=prefix)
            rows = ((_NUMBERS[number], id_) for number, id_ in index.search(match, most, numbers))
            best.update(dict.fromkeys(_ordered(conn, rows, names=columns == "name")))
            if most is not None and len(best) >= most:
                return [*islice(best, most)]
    return [*best]


_ORDER = {name: place for place, name in enumerate(KINDS)}


def _named(kind: str) -> bool:
    return bool(KINDS[kind].texts.name)


def _match(words: Sequence[Word], columns: str, *, prefix: bool) -> str:
    """A question as FTS5 takes it: all of the words in these columns."""
    return f"{{{columns}}} : ({' AND '.join(_either(word, prefix=prefix) for word in words)})"


def _either(word: Word, *, prefix: bool) -> str:
    ways = []
    for way in word.ways:
        # A quote is no part of a word.
        parts = [f'"{token}"' for token in way]
        if prefix and begins(way[-1]):
            parts[-1] += " *"
        ways.append(f"({' AND '.join(parts)})")
    return f"({' OR '.join(ways)})"


def _ordered(
    conn: sqlite3.Connection,
    rows: Iterable[tuple[str, int]],
    *,
    names: bool,
) -> list[tuple[str, int]]:
    by_kind: dict[str, list[int]] = {}
    for kind, id_ in rows:
        by_kind.setdefault(kind, []).append(id_)
    if names:
        return [(kind, id_) for kind in KINDS for id_ in by_kind.get(kind, ())]
    days = {
        (kind, id_): day for kind, ids in by_kind.items() for id_, day in _days(conn, kind, ids)
    }
    newest = sorted(days, key=lambda one: (_ORDER[one[0]], -one[1]))
    return sorted(newest, key=lambda one: days[one], reverse=True)


def _days(conn: sqlite3.Connection, kind: str, ids: list[int]) -> Iterator[tuple[int, str]]:
    rows = conn.execute(
        f"SELECT r.id, {KINDS[kind].day} FROM {KINDS[kind].texts.table} AS r"
        " WHERE r.id IN (SELECT CAST(value AS INTEGER) FROM json_each(?))",
        (json.dumps(ids),),
    )
    return ((id_, _day(day)) for id_, day in rows)


def _day(day: str | int) -> str:
    """A plain date as it is; of an instant, be it in text, its day here."""
    if isinstance(day, str) and not day.isdecimal():
        return day
    return dates.local_date(int(day)).isoformat()


def hits(
    conn: sqlite3.Connection, best: Sequence[tuple[str, int]], asked_for: Question
) -> Iterator[Hit]:
    """What is to be shown of records, in their order, read as it is asked for."""
    for start in range(0, len(best), _LOT):
        lot = best[start : start + _LOT]
        rows: dict[tuple[str, int], Hit] = {}
        for name in dict.fromkeys(kind for kind, _id in lot):
            ids = [id_ for kind, id_ in lot if kind == name]
            for hit in _read(conn, name, ids, asked_for.words):
                rows[name, hit.id] = hit
        yield from (rows[one] for one in lot if one in rows)


def _read(
    conn: sqlite3.Connection, name: str, ids: list[int], words: Sequence[Word]
) -> Iterator[Hit]:
    kind = KINDS[name]
    rows = conn.execute(
        f"SELECT r.id, {kind.label}, {kind.day}, {kind.opens}, {_owner(kind, 'deal')},"
        f" {_owner(kind, 'contact')}, {texts_of(kind.texts, spoken=True)}"
        f" FROM {kind.texts.table} AS r"
        " WHERE r.id IN (SELECT CAST(value AS INTEGER) FROM json_each(?))",
        (json.dumps(ids),),
    )
    for id_, label, day, opens, deal_id, contact_id, own, text, about in rows:
        yield Hit(
            name,
            id_,
            shown(label or ""),
            snippet(text or about or own, words),
            _day(day),
            _command(kind.command, opens, deal_id, contact_id),
            deal_id,
            contact_id,
        )


def _owner(kind: Kind, noun: str) -> str:
    """SQL for the id of the deal or the contact that a record is, or is of."""
    texts = kind.texts
    if texts.table == noun:
        return "r.id"
    ways = [f"r.{noun}_id"] if noun in texts.about.split() else []
    if noun == "contact" and "deal" in texts.about.split():
        ways.append("(SELECT d.contact_id FROM deal AS d WHERE d.id = r.deal_id)")
    return f"coalesce({', '.join(ways)}, NULL)" if ways else "NULL"


def _command(command: str, opens: int | None, deal_id: int | None, contact_id: int | None) -> str:
    if not command:
        command, opens = ("deal show", deal_id) if deal_id else ("contact show", contact_id)
    return " ".join(["funnel", command, *([str(opens)] if opens else [])])


def snippet(text: str, words: Sequence[Word]) -> str:
    """A piece of a text on one line, that with the most of the words."""
    line = " · ".join(filter(None, map(shown, text.splitlines())))
    if len(line) <= _WIDTH:
        return line
    spots = places(line, words)

    def had(start: int) -> int:
        return len({number for at, end, number in spots if start <= at and end - start <= _WIDTH})

    first = max((at for at, _end, _number in spots), key=lambda at: (had(at), -at), default=0)
    start = max(0, min(first - _BEFORE, len(line) - _WIDTH))
    if start:
        # From the next word on, unless that is behind what was found.
        blank = line.find(" ", start, first)
        start = blank + 1 if blank >= 0 else start
    piece = line[start : start + _WIDTH]
    if start + _WIDTH < len(line):
        piece = (piece.rpartition(" ")[0] or piece) + " …"
    return f"… {piece}" if start else piece
