"""The two logs of a deal, and the cache of them that the deal's row is.

``stay`` says in which stage a deal was, ``terms`` says with which status, value, currency,
probability and expected close; both are half-open intervals that follow each other without a
gap, so at any instant since it was opened a deal has exactly one of each. History is never
rewritten: a move closes the last interval and opens the next. What the deal's own row holds of
this is derived by :func:`derive` and written by :func:`refresh` and :func:`open_deals` alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from funnelcli.actions import restaging
from funnelcli.db import bulk
from funnelcli.errors import Refused
from funnelcli.i18n import N_, _, pick
from funnelcli.nouns.members import my_id
from funnelcli.plain import NamedTuple
from funnelcli.values import dates, daytext

WITHDRAWN = "withdrawn"


class Stay(NamedTuple):
    """A stay in a stage; instants in UTC seconds, ``left_at`` None while it lasts."""

    stage_id: int
    entered_at: int
    left_at: int | None
    how: str
    reason: str | None = None
    provenance: str = "live"


class Terms(NamedTuple):
    """What holds of a deal for a while; ``value`` in minor units of ``currency``."""

    valid_from: int
    valid_to: int | None
    status: str
    value: int | None
    currency: str
    probability: int | None = None
    expected_close: str | None = None
    reason: str | None = None
    note: str | None = None
    provenance: str = "live"
    valid_on: str = ""
    """The day of ``valid_from`` in the user's zone; filled in when the row is written."""

    @property
    def day(self) -> str:
        """The day these terms began, in the user's zone."""
        return self.valid_on or dates.local_date(self.valid_from).isoformat()


class Cache(NamedTuple):
    """What a deal's row holds of its logs. The _on dates are in the user's zone."""

    opened_at: int
    opened_on: str
    stage_id: int
    stage_since: int
    furthest_stage_id: int
    in_order_stage_id: int | None
    status: str
    value: int | None
    currency: str
    probability: int | None
    expected_close: str | None
    won_at: int | None
    won_on: str | None
    closed_at: int | None
    closed_on: str | None
    lost_reason: str | None
    lost_note: str | None


class Along(NamedTuple):
    """What follows from the stages that a deal stayed in, whenever that was: the furthest, the
    furthest in order, and of each stay what followed it (:func:`along`)."""

    furthest: int
    in_order: int | None
    followed: Sequence[tuple[int | None, int]]


# id of a stage -> (its position, its kind)
Stages = Mapping[int, tuple[int, str]]


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


def along(been: Sequence[int], stages: Stages) -> Along:
    """What follows from the stages that a deal stayed in, one after the other.

    The furthest is the one with the highest position, stages of the kind outside left out; the
    one in order is the furthest up to which it stayed in every stage, one after the other, None
    without the first.
    """
    steps = [stage for stage in been if stages[stage][1] != "outside"]
    furthest = max(steps, key=lambda stage: stages[stage][0]) if steps else been[-1]
    return Along(furthest, in_order(steps, stages), what_followed(been, stages))


def derive(
    stays: Sequence[Stay], terms: Sequence[Terms], stages: Stages, way: Along | None = None
) -> Cache:
    """The cache that follows from the logs, both in the order of time; ``way`` is what
    :func:`along` makes of the stays, where that is known.

    The close is where the present run of won or lost began, so a later edit of a closed deal
    never moves it. A withdrawn win keeps the date it was won on.
    """
    if way is None:
        way = along([stay.stage_id for stay in stays], stages)
    first, last, stay = terms[0], terms[-1], stays[-1]
    status = last.status
    run = len(terms) - 1
    while run and terms[run - 1].status == status:
        run -= 1
    began = terms[run]
    won = None
    if status == "won":
        won = began
    elif status == "lost" and run and terms[run - 1].status == "won":
        before = run - 1
        while before and terms[before - 1].status == "won":
            before -= 1
        won = terms[before]
    closed = None if status == "open" else began
    lost = status == "lost"
    # By their places, past the call of the class: an import does it once a row, and names cost as
    # much as all else here.
    cache = (
        stays[0].entered_at,
        first.valid_on or first.day,
        stay.stage_id,
        stay.entered_at,
        way.furthest,
        way.in_order,
        status,
        last.value,
        last.currency,
        last.probability,
        last.expected_close,
        None if won is None else won.valid_from,
        None if won is None else won.valid_on or won.day,
        None if closed is None else closed.valid_from,
        None if closed is None else closed.valid_on or closed.day,
        began.reason if lost else None,
        began.note if lost else None,
    )
    return tuple.__new__(Cache, cache)


def in_order(steps: Sequence[int], stages: Stages) -> int | None:
    """The last stage of the longest run from the first stage on that ``steps`` goes through in
    order, whatever lies between; None when the first stage is not among them."""
    if not steps:
        return None
    way = sorted((place, stage) for stage, (place, kind) in stages.items() if kind != "outside")
    done = 0
    for stage in steps:
        if done < len(way) and stage == way[done][1]:
            done += 1
    return way[done - 1][1] if done else None


_STAY = "stage_id, entered_at, left_at, how, reason, provenance"
_TERMS = (
    "valid_from, valid_to, status, value, currency, probability, expected_close, reason, note,"
    " provenance, valid_on"
)


class Stood(NamedTuple):
    """A row of the stays: its id, None for one that is to be written, when it was recorded, and
    what it holds of those that follow it (:func:`what_followed`)."""

    id: int | None
    recorded_at: int
    stay: Stay
    followed: tuple[int | None, int] = (None, 0)

    def values(self, deal_id: int) -> Sequence[int | str | None]:
        """The values of STAY_COLUMNS."""
        return (deal_id, *self.stay, self.recorded_at, *self.followed)


class Held(NamedTuple):
    """A row of the terms: its id, None for one that is to be written, and when it was recorded."""

    id: int | None
    recorded_at: int
    terms: Terms

    def values(self, deal_id: int) -> Sequence[int | str | None]:
        """The values of TERMS_COLUMNS."""
        return terms_row(deal_id, self.terms, self.recorded_at)


class Book:
    """Both logs of a deal in the order of time, with their rows. What is changed in it
    is written by :func:`write`, of many deals at once.

    ``since`` is the earliest instant from which on the deal was in other stages than it was by the
    logs that were read, None where there is none.
    """

    __slots__ = ("_read", "deal_id", "held", "since", "stood")

    def __init__(
        self, deal_id: int, stood: Iterable[Stood] = (), held: Iterable[Held] = ()
    ) -> None:
        self.deal_id = deal_id
        self.stood = [*stood]
        self.held = [*held]
        self.since: int | None = None
        self._read = tuple(self.stood), tuple(self.held)

    @property
    def stays(self) -> list[Stay]:
        """The stays in the order of time."""
        return [row.stay for row in self.stood]

    @property
    def terms(self) -> list[Terms]:
        """The terms in the order of time."""
        return [row.terms for row in self.held]

    @property
    def read(self) -> tuple[Sequence[Stood], Sequence[Held]]:
        """The rows as they were read."""
        return self._read

    @property
    def differs(self) -> bool:
        """Whether there is anything to write."""
        return (tuple(self.stood), tuple(self.held)) != self._read

    @property
    def broken(self) -> bool:
        """Whether the logs are not what they must be: each begins when the other does, goes on
        without gap or overlap, and has one end."""
        spans = [
            [(stay.entered_at, stay.left_at) for stay in self.stays],
            [(held.valid_from, held.valid_to) for held in self.terms],
        ]
        return (
            not all(spans)
            or spans[0][0][0] != spans[1][0][0]
            or any(
                end != following
                for some in spans
                for (_start, end), following in zip(
                    some, [*(start for start, _end in some[1:]), None], strict=True
                )
            )
        )

    @property
    def last_instant(self) -> int:
        """The instant of the latest entry."""
        return max(
            *(row.stay.entered_at for row in self.stood),
            *(row.terms.valid_from for row in self.held),
        )

    def follow(self, stages: Stages) -> bool:
        """Let the stays hold what followed them; whether one did not."""
        right = what_followed([row.stay.stage_id for row in self.stood], stages)
        stood = [
            row if row.followed == followed else row._replace(followed=followed)
            for row, followed in zip(self.stood, right, strict=True)
        ]
        stale = stood != self.stood
        self.stood = stood
        return stale

    def restay(self, stood: Iterable[Stood], since: int) -> None:
        """Let the deal have these stays, which are others from an instant on."""
        self.stood = [*stood]
        self.since = since if self.since is None else min(self.since, since)

    def move(
        self,
        conn: sqlite3.Connection,
        stage_id: int,
        at: int,
        how: str,
        reason: str | None = None,
        provenance: str = "live",
    ) -> None:
        """As :func:`move`."""
        _after_moves(self.stays, at, conn)
        _after_status(self.terms, at)
        stood = [
            row
            if row.stay.left_at is not None
            else row._replace(stay=row.stay._replace(left_at=at))
            for row in self.stood
        ]
        stay = Stay(stage_id, at, None, how, reason, provenance)
        self.restay([*stood, Stood(None, dates.now(), stay)], at)

    def change(self, conn: sqlite3.Connection, at: int, **fields: Any) -> bool:
        """As :func:`change`; whether anything differs."""
        terms = self.terms
        if at < terms[0].valid_from:
            raise _in_the_way(_STATUS["open"], terms[0].valid_from)
        index = max(place for place, held in enumerate(terms) if held.valid_from <= at)
        current = terms[index]
        other = fields.get("currency", current.currency)
        if other != current.currency and current.value is not None and "value" not in fields:
            from funnelcli.values.money import same_amount

            fields["value"] = same_amount(current.value, current.currency, other)
        ends: dict[str, int] = {}
        for names in TOGETHER:
            if fields.keys() & set(names):
                ends |= dict.fromkeys(names, _holds_until(terms, index, names, fields))
        quiet: dict[str, Any] = {"reason": None, "note": None, "provenance": "live", "valid_on": ""}
        given = {**quiet, **fields, "valid_from": at, "valid_to": current.valid_to}
        changed = current._replace(**given)
        if same_terms(changed, current):
            return False
        if changed.status != current.status:
            _after_moves(self.stays, at, conn)
        rest = [changed]
        for place in range(index + 1, len(terms)):
            taken = {name: getattr(changed, name) for name, end in ends.items() if place < end}
            held = terms[place]._replace(**taken)
            # What began earlier now begins no more here.
            if same_terms(held, rest[-1]):
                rest[-1] = rest[-1]._replace(valid_to=held.valid_to)
            else:
                rest.append(held)
        # What came later keeps the time it was recorded.
        recorded = {row.terms.valid_from: row.recorded_at for row in self.held[index + 1 :]}
        self.held = [
            *self.held[:index],
            self.held[index]._replace(terms=current._replace(valid_to=at)),
            Held(None, dates.now(), rest[0]),
            *(Held(None, recorded[held.valid_from], held) for held in rest[1:]),
        ]
        return True


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


def what_followed(been: Sequence[int], stages: Stages) -> list[tuple[int | None, int]]:
    """What each stay's row holds of those that follow it, for the reports: the stage of the next
    stay (None when there is none) and whether the deal came to this stage again (1 or 0). Stays
    in stages of the kind outside are no step and do not count. ``been`` are the stays' stages."""
    following: int | None = None
    seen: set[int] = set()
    found: list[tuple[int | None, int]] = []
    for stage in reversed(been):
        found.append((following, int(stage in seen)))
        seen.add(stage)
        if stages[stage][1] != "outside":
            following = stage
    return found[::-1]


def terms_row(deal_id: int, terms: Terms, now: int) -> tuple[int | str | None, ...]:
    """The values of TERMS_COLUMNS for terms that were recorded at ``now``."""
    if terms.valid_on:
        return (deal_id, *terms, now)
    return (deal_id, *terms._replace(valid_on=terms.day), now)


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


def _after_moves(stays: Sequence[Stay], at: int, conn: sqlite3.Connection) -> None:
    """Raise Refused for an instant before the last move."""
    last = stays[-1]
    if at < last.entered_at:
        name = pick(
            *conn.execute(
                "SELECT name_en, name_de FROM stage WHERE id = ?", (last.stage_id,)
            ).fetchone()
        )
        raise _in_the_way(
            _("This deal came to {stage} on {when}, which is later."),
            last.entered_at,
            stage=name,
        )


def _after_status(terms: Sequence[Terms], at: int) -> None:
    """Raise Refused for an instant before the present status began."""
    began = len(terms) - 1
    while began and terms[began - 1].status == terms[began].status:
        began -= 1
    if at < terms[began].valid_from:
        raise _in_the_way(_STATUS[terms[began].status], terms[began].valid_from)


_STATUS = {
    "open": N_("This deal was opened on {when}, which is later."),
    "won": N_("This deal was won on {when}, which is later."),
    "lost": N_("This deal was lost on {when}, which is later."),
}
_FIELD = {
    "value": N_("The value of this deal was changed on {when}, which is later."),
    "probability": N_("The probability of this deal was changed on {when}, which is later."),
    "expected_close": N_("The expected close of this deal was changed on {when}, which is later."),
}


def _in_the_way(text: str, instant: int, **values: str) -> Refused:
    when = daytext.moment(instant, seconds=True)
    return Refused(
        _(text).format(when=when, **values),
        _("Give a time after it with --at, or take the later entry back with `funnel undo`."),
    )


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


# What is said together: an amount without its currency is none.
TOGETHER = (("status",), ("value", "currency"), ("probability",), ("expected_close",))


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


def same_terms(one: Terms, other: Terms) -> bool:
    """Whether the same holds by both, whatever is said of why and since when."""
    names = [name for together in TOGETHER for name in together]
    return all(getattr(one, name) == getattr(other, name) for name in names)


def rewrite(
    conn: sqlite3.Connection, deal_id: int, before: Sequence[Held], wanted: Sequence[Held]
) -> None:
    """Let the terms of a deal, which are those ``before``, become those that are wanted."""
    _replace(conn, "terms", TERMS_COLUMNS, [(deal_id, before, wanted)])


def _holds_until(
    terms: Sequence[Terms], index: int, names: Sequence[str], fields: Mapping[str, Any]
) -> int:
    """Up to which place what holds at an index goes on; Refused where it became something else
    then than ``fields`` say."""

    def at(place: int) -> list[Any]:
        return [getattr(terms[place], name) for name in names]

    wanted = [fields.get(name, held) for name, held in zip(names, at(index), strict=True)]
    for later in range(index + 1, len(terms)):
        if at(later) != at(index):
            if names == ("status",):
                raise _in_the_way(_STATUS[terms[later].status], terms[later].valid_from)
            if at(later) != wanted:
                raise _in_the_way(_FIELD[names[0]], terms[later].valid_from)
            return later
    return len(terms)
