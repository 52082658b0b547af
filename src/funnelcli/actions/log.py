"""The two logs of a deal, and the cache of them that the deal's row is.

``stay`` says in which stage a deal was, ``terms`` says with which status, value, currency,
probability and expected close; both are half-open intervals that follow each other without a
gap, so at any instant since it was opened a deal has exactly one of each. History is never
rewritten: a move closes the last interval and opens the next. What the deal's own row holds of
this is derived in :mod:`funnelcli.actions.log_cache`, and written by :func:`write` and
:func:`open_deals` alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest

from funnelcli.actions import restaging
from funnelcli.actions.log_book import Book, Held, Stood, terms_row
from funnelcli.actions.log_cache import Along, Cache, Stages, Stay, Terms, along, derive
from funnelcli.db import bulk
from funnelcli.nouns.members import my_id
from funnelcli.plain import NamedTuple
from funnelcli.typed import Any
from funnelcli.values import dates


def processes_of(conn: sqlite3.Connection, deal_ids: Sequence[int]) -> dict[int, int]:
    """The ids of the processes of deals, by theirs."""
    if len(deal_ids) == 1:
        return dict(conn.execute("SELECT id, process_id FROM deal WHERE id = ?", deal_ids))
    return dict(
        conn.execute(f"SELECT id, process_id FROM deal WHERE id {bulk.AMONG}", (str(deal_ids),))
    )


def stages_of(conn: sqlite3.Connection, process_id: int) -> Stages:
    """Position and kind of every stage of a process."""
    rows = conn.execute("SELECT id, position, kind FROM stage WHERE process_id = ?", (process_id,))
    return {stage_id: (position, kind) for stage_id, position, kind in rows}


_STAY = "stage_id, entered_at, left_at, how, reason, provenance"
_TERMS = (
    "valid_from, valid_to, status, value, currency, probability, expected_close, reason, note,"
    " provenance, valid_on"
)


def read(conn: sqlite3.Connection, deal_id: int) -> tuple[list[Stay], list[Terms]]:
    """Both logs of a deal in the order of time."""
    book = book_of(conn, deal_id)
    return book.stays, book.terms


def read_all(conn: sqlite3.Connection, first: int, last: int) -> dict[int, Book]:
    """The logs of the deals from one id to another that have any."""
    return _books(conn, "deal_id BETWEEN ? AND ?", (first, last))


def books_of(conn: sqlite3.Connection, deal_ids: Sequence[int]) -> dict[int, Book]:
    """The logs of these deals, by their ids."""
    found = _books(conn, f"deal_id {bulk.AMONG}", (str(deal_ids),))
    return {deal_id: found.get(deal_id) or Book(deal_id) for deal_id in deal_ids}


def book_of(conn: sqlite3.Connection, deal_id: int) -> Book:
    """The logs of a deal."""
    return _books(conn, "deal_id = ?", (deal_id,)).get(deal_id) or Book(deal_id)


def _books(conn: sqlite3.Connection, where: str, given: Sequence[int | str]) -> dict[int, Book]:
    """The logs of deals that have any."""
    stood: dict[int, list[Stood]] = {}
    held: dict[int, list[Held]] = {}
    for deal_id, row_id, recorded, next_stage, again, *stay in conn.execute(
        f"SELECT deal_id, id, recorded_at, next_stage_id, again, {_STAY} FROM stay"
        f" WHERE {where} ORDER BY deal_id, entered_at, id",
        given,
    ):
        row = Stood(row_id, recorded, Stay(*stay), (next_stage, again))
        stood.setdefault(deal_id, []).append(row)
    for deal_id, row_id, recorded, *terms in conn.execute(
        f"SELECT deal_id, id, recorded_at, {_TERMS} FROM terms WHERE {where}"
        " ORDER BY deal_id, valid_from, id",
        given,
    ):
        held.setdefault(deal_id, []).append(Held(row_id, recorded, Terms(*terms)))
    return {
        deal_id: Book(deal_id, stood.get(deal_id, ()), held.get(deal_id, ()))
        for deal_id in {**stood, **held}
    }


def terms_at(conn: sqlite3.Connection, deal_id: int, at: int) -> Terms:
    """What held of a deal at an instant; its first terms before it was opened."""
    _stays, terms = read(conn, deal_id)
    return next((held for held in reversed(terms) if held.valid_from <= at), terms[0])


def refresh(conn: sqlite3.Connection, deal_id: int) -> Cache:
    """Write the cache of one deal anew from its logs, and what its stays hold of each other."""
    return write(conn, [book_of(conn, deal_id)])[0]


def refresh_all(conn: sqlite3.Connection, deal_ids: Iterable[int]) -> None:
    """Write the caches of many deals anew."""
    for some in bulk.batches(deal_ids):
        write(conn, [*books_of(conn, some).values()])


def write(conn: sqlite3.Connection, books: Sequence[Book]) -> list[Cache]:
    """Write what was changed in the logs of deals, what their stays hold of each other, and the
    caches, which are returned; and put what was done for the deals at the stages that they were in.
    The books are over with that."""
    if not books:
        return []
    ids = [book.deal_id for book in books]
    process = processes_of(conn, ids)
    stages = {one: stages_of(conn, one) for one in dict.fromkeys(process.values())}
    caches = []
    for book in books:
        of = stages[process[book.deal_id]]
        book.follow(of)
        caches.append(derive(book.stays, book.terms, of))
    stays = [(book.deal_id, book.read[0], book.stood) for book in books]
    _replace(conn, "stay", STAY_COLUMNS, stays)
    terms = [(book.deal_id, book.read[1], book.held) for book in books]
    _replace(conn, "terms", TERMS_COLUMNS, terms)
    rows = [(deal_id, *cache) for deal_id, cache in zip(ids, caches, strict=True)]
    bulk.update(conn, "deal", Cache._fields, rows)
    restaging.restage(conn, {book.deal_id: book.since for book in books if book.since is not None})
    return caches


def _replace(
    conn: sqlite3.Connection,
    table: str,
    columns: Sequence[str],
    logs: Iterable[tuple[int, Sequence[Stood | Held], Sequence[Stood | Held]]],
) -> None:
    """Let the rows of the logs of deals in one of the tables, each with those that there are,
    become those that are wanted. From the first on that is new, or has changed places, they are
    written anew, so that ids rise with time; one that is not there comes back under its id."""
    gone: list[int] = []
    changed: list[tuple[int, Sequence[Any], Sequence[Any]]] = []
    back: list[Sequence[Any]] = []
    new: list[Sequence[Any]] = []
    for deal_id, before, wanted in logs:
        there = {row.id: row for row in before}
        last = same = 0
        for row, was in zip_longest(wanted, before):
            if (
                row is None
                or row.id is None
                or (row.id <= last and (was is None or row.id != was.id))
            ):
                break
            last = row.id
            same += 1
        kept = {row.id for row in wanted[:same]}
        gone += [row.id for row in before if row.id is not None and row.id not in kept]
        for row in wanted[:same]:
            assert row.id is not None
            held = there.get(row.id)
            if held is None:
                back.append((row.id, *row.values(deal_id)))
            elif row != held:
                changed.append((row.id, row.values(deal_id), held.values(deal_id)))
        new += [row.values(deal_id) for row in wanted[same:]]
    bulk.delete(conn, table, gone)
    # SQLite writes every index of a column that is named, though it stays as it is.
    differing = [
        at for at in range(len(columns)) if any(now[at] != was[at] for _id, now, was in changed)
    ]
    bulk.update(
        conn,
        table,
        [columns[at] for at in differing],
        [(row_id, *(now[at] for at in differing)) for row_id, now, _was in changed],
    )
    bulk.insert(conn, table, ("id", *columns), back)
    bulk.insert(conn, table, columns, new)


class Opening(NamedTuple):
    """A deal to insert: the values of columns that are no cache, its logs in the order of time, and
    the stages of its process."""

    values: Sequence[int | str | None]
    stays: Sequence[Stay]
    terms: Sequence[Terms]
    stages: Stages


def open_deal(
    conn: sqlite3.Connection,
    attributes: Mapping[str, int | str | None],
    stays: Sequence[Stay],
    terms: Sequence[Terms],
    stages: Stages,
) -> int:
    """Insert a deal with its logs: one stay for a new one, a whole history for an imported one.

    ``attributes`` are the columns that are no cache. Returns the id.
    """
    opening = Opening(tuple(attributes.values()), stays, terms, stages)
    return open_deals(conn, tuple(attributes), [opening])[0]


def open_deals(
    conn: sqlite3.Connection,
    columns: Sequence[str],
    openings: Sequence[Opening],
) -> range:
    """Insert many deals with their logs, ``columns`` being those of their values; the ids in
    their order. Without the column ``owner_id`` they belong to who gives the command."""
    now = dates.now()
    mine = () if "owner_id" in columns else (my_id(conn),)
    # The transaction holds the write lock, so that nobody else takes these ids.
    (last,) = conn.execute("SELECT coalesce(max(id), 0) FROM deal").fetchone()
    ids = range(last + 1, last + 1 + len(openings))
    # Thousands of deals go few ways.
    ways: dict[tuple[int, ...], Along] = {}
    deals, stays, terms = [], [], []
    for deal_id, (values, stayed, held, stages) in zip(ids, openings, strict=True):
        been = tuple([stay[0] for stay in stayed])
        way = ways.get(been)
        if way is None:
            way = ways[been] = along(been, stages)
        deals.append((deal_id, *values, *derive(stayed, held, stages, way), now, *mine))
        for stay, after in zip(stayed, way.followed, strict=True):
            stays.append((deal_id, *stay, now, *after))
        for one in held:
            terms.append(terms_row(deal_id, one, now))
    names = ("id", *columns, *Cache._fields, "recorded_at", *(["owner_id"] if mine else []))
    bulk.insert(conn, "deal", names, deals)
    bulk.insert(conn, "stay", STAY_COLUMNS, stays)
    bulk.insert(conn, "terms", TERMS_COLUMNS, terms)
    return ids


STAY_COLUMNS = ("deal_id", *Stay._fields, "recorded_at", "next_stage_id", "again")
TERMS_COLUMNS = ("deal_id", *Terms._fields, "recorded_at")


def last_instant(conn: sqlite3.Connection, deal_id: int, before: int | None = None) -> int:
    """The instant of the deal's latest log entry, or of the latest before an instant; else that
    of its first."""
    (instant,) = conn.execute(
        "SELECT coalesce(max(at) FILTER (WHERE :before IS NULL OR at < :before), min(at)) FROM"
        " (SELECT entered_at AS at FROM stay WHERE deal_id = :id"
        " UNION ALL SELECT valid_from FROM terms WHERE deal_id = :id)",
        {"id": deal_id, "before": before},
    ).fetchone()
    return int(instant)


def move(
    conn: sqlite3.Connection,
    deal_id: int,
    stage_id: int,
    at: int,
    how: str,
    reason: str | None = None,
    provenance: str = "live",
) -> None:
    """End the present stay at ``at`` and begin one in ``stage_id``, to which what was done for the
    deal since then belongs.

    Raises Refused when ``at`` lies before the last move, or before the deal was opened, won or
    lost; an edit of its value does not stand in the way.
    """
    book = book_of(conn, deal_id)
    book.move(conn, stage_id, at, how, reason, provenance)
    write(conn, [book])


def change(conn: sqlite3.Connection, deal_id: int, at: int, **fields: Any) -> bool:
    """Let other terms hold from ``at`` on: status, value, currency, probability,
    expected_close, with reason, note and provenance of the change. Another currency without a
    value keeps the amount.

    What was changed later in other respects stands, and takes these with it. Returns False, and
    writes nothing, when nothing differs. Raises Refused when ``at`` lies before the deal was
    opened, when one of ``fields`` was changed to something else later, and for a status also when
    the deal was moved later; Usage for an amount that the currency has no decimals for.
    """
    book = book_of(conn, deal_id)
    if not book.change(conn, at, **fields):
        return False
    write(conn, [book])
    return True


def rewrite(
    conn: sqlite3.Connection, deal_id: int, before: Sequence[Held], wanted: Sequence[Held]
) -> None:
    """Let the terms of a deal, which are those ``before``, become those that are wanted."""
    _replace(conn, "terms", TERMS_COLUMNS, [(deal_id, before, wanted)])
