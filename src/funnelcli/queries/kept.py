"""Answers to the reports' queries, kept from one report to the next and moved with the deals.

Over a million deals most queries take seconds. What one gave is kept beside the tallies
(:mod:`funnelcli.db.tallies`) with the last entry of the journal that it knows. Who asks the same
again has the query count the deals that have changed since, as they were then and as they are now
(:mod:`funnelcli.db.shadows`); what they counted for is taken off, what they count for now is put
on. So the figures are those of the query, and writes cost nothing.

A query says in the line ``-- figures:`` that its figures can be moved so:

- ``sums by N keys, kept``: sums over deals, each by its own rows. Of deals that are *settled* it
  asks neither the moment nor the day, so that theirs hold from one day to the next; the others, few
  as a rule, are counted anew each time.
- ``sums by N keys, kept up to now``: besides, what happens later than now does not count.
- ``sums by customer and N keys, kept``: sums over customers, each by all their deals.

What another table says of the deals (stages, catalogues, who belongs to which organisation) is as
it was, or the query is asked anew; so it is where another program has changed rows that
belong to deals, for what its INSERT OR REPLACE throws out is not in the journal.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import date
from functools import cache

from funnelcli.db import journal_position, shadows, size, tallies
from funnelcli.db.aside import making, only_reading, write_at_once
from funnelcli.db.server import on_server
from funnelcli.db.shadows import Shadow
from funnelcli.nouns.rules import CUSTOMER
from funnelcli.patterns import regex
from funnelcli.plain import NamedTuple
from funnelcli.queries import parameters_in
from funnelcli.queries.sums import Rows, add_up, less
from funnelcli.typed import Any
from funnelcli.values import dates

_MARK = regex(r"^-- figures: sums by (customer and )?(\d+) keys, kept( up to now)?$", "m")
# Other answers than those that this program makes have other numbers, which are above the tallies'.
_FORMAT = 1
_NUMBERS = 1 << 32
# What has more rows is read as slowly as it is asked.
_LONG = 100_000
# All that is kept takes so many bytes a deal at most; what knows the journal least goes first.
_ROOM = 64
# Once so many rows were changed since, an answer is kept anew.
_BEHIND = 2_000
# With more than this share of all deals to move, all are asked.
_SHARE = 4

# A deal counts for the same from one day to the next, unless it is open, or was won and has not
# left the part of the process before the sale.
_BEFORE_SALE = "s.phase IN ('lead', 'opportunity')"
_SETTLED = (
    "r.status = 'lost' OR (r.status = 'won'"
    f" AND r.stage_id NOT IN (SELECT s.id FROM stage AS s WHERE {_BEFORE_SALE}))"
)
_UNSETTLED = (
    "SELECT d.id FROM deal AS d WHERE d.status = 'open'"
    " UNION ALL SELECT d.id FROM stage AS s CROSS JOIN deal AS d"
    " ON d.process_id = s.process_id AND d.status = 'won' AND d.stage_id = s.id"
    f" WHERE {_BEFORE_SALE}"
)
# The first moment, or day, to come at which something counts that does not yet.
_TO_COME = (
    "SELECT min(v.happened_at) FROM visit AS v WHERE v.happened_on >= :today"
    " AND v.happened_at > :now",
    "SELECT min(e.happened_at) FROM effort AS e WHERE e.happened_at > :now",
    "SELECT min(b.raised_at) FROM objection AS b WHERE b.raised_at > :now",
    "SELECT min(b.resolved_at) FROM objection AS b WHERE b.resolved_at > :now",
    "SELECT min(d.opened_at) FROM deal AS d NOT INDEXED WHERE d.opened_at > :now",
)
_DAY_TO_COME = "SELECT min(d.won_on) FROM deal AS d NOT INDEXED WHERE d.won_on > :today"
# What queries that are kept read of contacts.
OF_CONTACTS = ("kind", "organisation_id", "referred_by_id", "role")
# A contact says another thing of these than it did, or is gone; or a new one was referred, which
# makes somebody one who refers.
_DIFFERS = " OR ".join(f"json_extract(j.before, '$.{one}') IS NOT c.{one}" for one in OF_CONTACTS)
_OTHER_PEOPLE = (
    "SELECT 1 FROM journal AS j LEFT JOIN contact AS c ON c.id = j.row_id"
    " WHERE j.id > :position AND j.table_name = 'contact' AND ("
    f" j.op = 'delete' OR (j.before IS NOT NULL AND ({_DIFFERS})))"
    " UNION ALL SELECT 1 FROM contact AS c"
    f" WHERE c.referred_by_id IS NOT NULL AND c.id IN ({shadows.touched('contact')}) LIMIT 1"
)
# All deals of the customers of these deals, as they are and as they were.
_OF_CUSTOMERS = f"""
WITH touched AS (
    SELECT d.contact_id FROM {{changed}} AS h CROSS JOIN deal AS d ON d.id = h.id
    UNION
    SELECT CAST(json_extract(j.before, '$.contact_id') AS INTEGER) FROM journal AS j
    WHERE j.id > :position AND j.table_name = 'deal' AND j.before IS NOT NULL
),
customers AS (
    SELECT DISTINCT {CUSTOMER} AS id
    FROM touched AS t CROSS JOIN contact AS c ON c.id = t.contact_id
),
members AS (
    SELECT k.id FROM customers AS k
    UNION
    SELECT c.id FROM customers AS k CROSS JOIN contact AS c ON c.organisation_id = k.id
    WHERE c.kind = 'person'
)
SELECT h.id FROM {{changed}} AS h
UNION
SELECT d.id FROM members AS m CROSS JOIN deal AS d ON d.contact_id = m.id
"""


class Kind(NamedTuple):
    """How the figures of a query are moved: so many first columns are keys, the others sums over
    deals or customers; whether what is later than now does not count."""

    keys: int
    by_customer: bool
    up_to_now: bool


@cache
def kind_of(text: str) -> Kind | None:
    """How the figures of the query ``text`` are moved; None where they are not."""
    found = _MARK.search(text)
    return None if found is None else Kind(int(found[2]), bool(found[1]), bool(found[3]))


class Asked(NamedTuple):
    """A question: a statement over all deals, the values of its parameters, how it is moved."""

    kind: Kind
    statement: str
    values: dict[str, Any]

    @classmethod
    def of(cls, kind: Kind, statement: str, given: Mapping[str, Any]) -> Asked:
        """The question, with those of the values ``given`` that it names."""
        names = parameters_in(statement) & given.keys()
        return cls(kind, statement, {name: given[name] for name in sorted(names)})

    def number(self, version: int) -> int:
        """Its number in a database of a ``version``, whatever the moment and its day, which what is
        kept does not ask."""
        from hashlib import blake2b

        values = [item for item in self.values.items() if item[0] not in ("now", "today")]
        text = repr((_FORMAT, version, self.kind, self.statement, values))
        found = blake2b(text.encode(), digest_size=7).digest()
        return _NUMBERS + int.from_bytes(found, "big")


class Answer(NamedTuple):
    """The names of the columns, and the rows."""

    columns: tuple[str, ...]
    rows: Rows


class _Kept(NamedTuple):
    """A question and its answer as of an entry of the journal, when there were so many deals: of
    ``seen``, and up to ``until``, the first moment at which something more counts, where there is
    one (UTC seconds)."""

    position: int
    deals: int
    asked: Asked
    answer: Answer
    seen: int
    until: int | None


class _Since(NamedTuple):
    """What has changed since an entry of the journal: how many rows of each table, the tables of
    deals among them, those that another program has changed, whether people's places have."""

    counts: Mapping[str, int]
    of_deals: frozenset[str]
    by_others: frozenset[str]
    other_people: bool

    @property
    def moved(self) -> int:
        """How many rows of deals have changed."""
        return sum(self.counts[table] for table in self.of_deals)


class Keeping:
    """What is kept of a large file, for the state of it that ``conn`` sees at ``now`` (UTC
    seconds); what it answers itself is kept at the end, by :meth:`store`."""

    def __init__(self, conn: sqlite3.Connection, now: int) -> None:
        self._conn = conn
        # Those of an earlier state, should the connection have seen one.
        shadows.fade(conn)
        self.now = now
        self.position = journal_position.last(conn)
        (self.deals,) = conn.execute("SELECT count(*) FROM deal").fetchone()
        (self.version,) = conn.execute("PRAGMA user_version").fetchone()
        self.new: list[tuple[Asked, Answer]] = []
        self._since: dict[int, _Since | None] = {}

    def answer(self, asked: Asked) -> Answer | None:
        """The answer to a question by what is kept, within the transaction of the state; None where
        that is not to be known."""
        try:
            found = _read(self._conn, asked.number(self.version))
        except (ValueError, TypeError):
            return None
        if found is None or not self._holds(found, asked):
            return None
        since = self._since_entry(found.position)
        assert since is not None
        then, now = _moving(self._conn, since, asked.kind, found.position)
        parts = [found.answer.rows]
        if then is not None:
            parts.append(less(_count(self._conn, asked, then), asked.kind.keys))
        if now is not None:
            parts.append(_count(self._conn, asked, now))
        moved = Answer(found.answer.columns, _added(parts, asked.kind))
        if since.moved >= _BEHIND:
            self.remember(asked, moved)
        return moved

    def remember(self, asked: Asked, found: Answer) -> None:
        """Have an answer over all deals kept at the end."""
        if len(found.rows) > _LONG:
            return
        rows = found.rows
        if not asked.kind.by_customer:
            anew = _count(self._conn, asked, Shadow("unsettled", _UNSETTLED, self.position))
            rows = _added([rows, less(anew, asked.kind.keys)], asked.kind)
        self.new.append((asked, Answer(found.columns, rows)))

    def store(self) -> None:
        """Keep what was answered, outside of any transaction, unless somebody has written
        meanwhile, or the file may not be written: what only reads does not wait."""
        if self.new:
            until = None
            if any(asked.kind.up_to_now for asked, _found in self.new):
                until = _until(self._conn, self.now)
            write_at_once(self._conn, lambda: self._write(until))

    def _write(self, until: int | None) -> None:
        import json

        if journal_position.last(self._conn) != self.position:
            return
        self._conn.executemany(
            tallies.KEEP,
            (
                (
                    asked.number(self.version), _FORMAT, self.position, self.deals,
                    json.dumps([asked, found, self.now, until]),
                )
                for asked, found in self.new
            ),
        )  # fmt: skip
        self._conn.execute(
            "DELETE FROM tally WHERE id IN (SELECT t.id FROM (SELECT id,"
            " sum(length(rows)) OVER (ORDER BY position DESC, id) AS room"
            " FROM tally WHERE id >= ?) AS t WHERE t.room > ?)",
            (_NUMBERS, _ROOM * max(self.deals, size.ENOUGH)),
        )

    def _since_entry(self, position: int) -> _Since | None:
        """What has changed since an entry of the journal; None where it does not say."""
        if position not in self._since:
            counts = shadows.counted_since(self._conn, position)
            self._since[position] = None if counts is None else _look(self._conn, position, counts)
        return self._since[position]

    def _holds(self, found: _Kept, asked: Asked) -> bool:
        """Whether an answer can be moved to the state that is seen."""
        ahead = found.until is None or self.now < found.until
        if asked.kind.up_to_now and not (found.seen <= self.now and ahead):
            return False
        since = self._since_entry(found.position)
        if since is None or since.by_others & shadows.OF_DEALS:
            return False
        if not since.counts:
            return bool(found.deals == self.deals)
        beside = shadows.tables_read(self._conn, asked.statement)
        beside &= since.counts.keys() - since.of_deals
        if not since.other_people:
            beside -= {"contact"}
        few = since.moved * _SHARE <= max(self.deals, size.ENOUGH)
        return few and not beside


def _look(conn: sqlite3.Connection, position: int, counts: Mapping[str, int]) -> _Since:
    people = "contact" in counts and conn.execute(_OTHER_PEOPLE, {"position": position}).fetchone()
    by_others = shadows.by_others(conn, position) if counts else frozenset()
    of_deals = shadows.OF_DEALS & counts.keys()
    return _Since(counts, of_deals, by_others, bool(people) or "contact" in by_others)


def differ(conn: sqlite3.Connection) -> bool:
    """Whether what is kept gives other figures than asking all deals does; within a transaction of
    a connection that may make temporary tables. On a server that is not asked: the questions are
    kept with the answers, and whoever asks is the owner, while others may have put them there."""
    if on_server(conn):
        return False
    kept = Keeping(conn, dates.now())
    numbers = conn.execute("SELECT id FROM tally WHERE id >= ?", (_NUMBERS,)).fetchall()
    return any(_differs(conn, kept, number) for (number,) in numbers)


def _differs(conn: sqlite3.Connection, kept: Keeping, number: int) -> bool:
    try:
        found = _read(conn, number)
        if found is None or found.asked.number(kept.version) != number:
            # It is of another version of the program, and is not read any more.
            return False
        moment = {"now": kept.now, "today": dates.local_date(kept.now).isoformat()}
        asked = Asked.of(*found.asked[:2], {**found.asked.values, **moment})
        with only_reading(conn):
            moved = kept.answer(asked)
            if moved is None:
                return False
            plainly = conn.execute(asked.statement, asked.values).fetchall()
    except (ValueError, TypeError, sqlite3.Error):
        return True
    return moved.rows != _added([plainly], asked.kind)


def _read(conn: sqlite3.Connection, number: int) -> _Kept | None:
    """What is kept under a number. Raises ValueError and TypeError for what nobody has kept so."""
    import json

    row = conn.execute(
        "SELECT position, deals, rows FROM tally WHERE id = ? AND made_of = ?", (number, _FORMAT)
    ).fetchone()
    if row is None:
        return None
    position, deals, text = row
    (kind, statement, values), (columns, rows), seen, until = json.loads(text)
    asked = Asked(Kind(*kind), statement, values)
    found = Answer(tuple(columns), [*map(tuple, rows)])
    return _Kept(position, deals, asked, found, seen, until)


def _moving(
    conn: sqlite3.Connection, since: _Since, kind: Kind, position: int
) -> tuple[Shadow | None, Shadow | None]:
    """The deals that an answer is moved by: as they were, and as they are."""
    if not since.of_deals:
        if kind.by_customer:
            return None, None
        return None, Shadow("unsettled", _UNSETTLED, position)
    changed = shadows.changed(conn, position, since.of_deals)
    if kind.by_customer:
        deals = f"SELECT h.id FROM {_of_customers(conn, changed, position)} AS h"
        return (
            Shadow("customers_then", deals, position, then=True),
            Shadow("customers_now", deals, position),
        )
    mine = f"SELECT h.id FROM {changed} AS h"
    return (
        Shadow("then", mine, position, then=True, only=_SETTLED),
        Shadow("now", f"{mine} UNION {_UNSETTLED}", position),
    )


def _of_customers(conn: sqlite3.Connection, changed: str, position: int) -> str:
    """The table of all deals of the customers whose deals have changed."""
    name = f"{changed}_customers"
    if not shadows.there(conn, name):
        with making(conn):
            conn.execute(f"CREATE TEMP TABLE {name} (id INTEGER PRIMARY KEY)")
            deals = _OF_CUSTOMERS.format(changed=changed)
            conn.execute(f"INSERT INTO {name} {deals}", {"position": position})
    return name


def _count(conn: sqlite3.Connection, asked: Asked, shadow: Shadow) -> Rows:
    """What a question counts of the deals of a shadow."""
    return conn.execute(shadows.over(conn, asked.statement, shadow), asked.values).fetchall()


def _added(parts: list[Rows], kind: Kind) -> Rows:
    """The sums of all, without those that came to nothing."""
    return [row for row in add_up(parts, kind.keys) if any(row[kind.keys :])]


def _until(conn: sqlite3.Connection, now: int) -> int | None:
    """The first moment at which something counts that does not yet (UTC seconds)."""
    given = {"now": now, "today": dates.local_date(now).isoformat()}
    moments = [conn.execute(statement, given).fetchone()[0] for statement in _TO_COME]
    (day,) = conn.execute(_DAY_TO_COME, given).fetchone()
    if day is not None:
        moments.append(dates.day_start(date.fromisoformat(day)))
    return min((moment for moment in moments if moment is not None), default=None)
