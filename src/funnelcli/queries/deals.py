"""What is asked of one deal, and which deals want something done."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from funnelcli.filters import sort
from funnelcli.i18n import pick
from funnelcli.nouns.deal import DEAL, Deal
from funnelcli.nouns.members import belonging
from funnelcli.nouns.rules import DEAL_REACHABLE, GONE_QUIET, NO_STEP, REVOCABLE_SOON
from funnelcli.plain import NamedTuple
from funnelcli.queries import given
from funnelcli.queries.lists import in_turn, some
from funnelcli.values import dates


class Work(NamedTuple):
    """Which kinds of work on a deal are on record."""

    offers: bool
    objections: bool
    contracts: bool
    milestones: bool
    answers: bool
    verdict: bool


class Worth(NamedTuple):
    """What a deal comes to by the exchange rate on file, in minor units of ``currency``: the base
    currency, or the deal's own where there is no rate."""

    currency: str
    value: int | None
    margin: int | None


class Waiting(NamedTuple):
    """The deals for which nothing is to be done: those that rot, and the others; and how many there
    are of each."""

    rotten: list[Deal]
    rotten_total: int
    stepless: list[Deal]
    stepless_total: int


class Wanted(NamedTuple):
    """The stage of a deal that wants something on record before it is left; ``stage`` is its name
    in the language spoken now."""

    stage_id: int
    stage: str


def work(conn: sqlite3.Connection, deal_id: int) -> Work:
    """Which kinds of work on a deal are on record."""
    row = conn.execute(
        "SELECT EXISTS (SELECT 1 FROM offer WHERE deal_id = :id),"
        " EXISTS (SELECT 1 FROM objection WHERE deal_id = :id),"
        " EXISTS (SELECT 1 FROM contract WHERE deal_id = :id),"
        " EXISTS (SELECT 1 FROM milestone WHERE deal_id = :id),"
        " EXISTS (SELECT 1 FROM answer WHERE deal_id = :id),"
        " EXISTS (SELECT 1 FROM verdict WHERE deal_id = :id)",
        {"id": deal_id},
    ).fetchone()
    return Work(*map(bool, row))


def snoozed_until(conn: sqlite3.Connection, deal_id: int) -> str | None:
    """The plain date (ISO text) until which a deal rests, None for one that was never snoozed."""
    row = conn.execute("SELECT snoozed_until FROM deal WHERE id = ?", (deal_id,)).fetchone()
    return None if row is None else row[0]


def have_effort(conn: sqlite3.Connection, deal_ids: list[int]) -> bool:
    """Whether time or money was spent on any of these deals."""
    row = conn.execute(
        "SELECT 1 FROM effort_entry WHERE deal_id IN (SELECT value FROM json_each(?)) LIMIT 1",
        (str(deal_ids),),
    ).fetchone()
    return row is not None


def margins(conn: sqlite3.Connection, deal_ids: list[int]) -> dict[int, int]:
    """What is left of each deal's accepted offer after the own cost of the lines that have one,
    in minor units of the offer's currency, where that is the deal's."""
    rows = conn.execute(
        "SELECT o.deal_id, sum(o.costed_net - o.cost) FROM offer AS o"
        " JOIN deal AS d ON d.id = o.deal_id AND d.currency = o.currency"
        " WHERE o.deal_id IN (SELECT value FROM json_each(?)) AND o.status = 'accepted'"
        " AND o.cost > 0 GROUP BY o.deal_id",
        (str(deal_ids),),
    )
    return dict(rows.fetchall())


def worth(conn: sqlite3.Connection, margin: Mapping[int, int | None]) -> dict[int, Worth]:
    """What deals come to, by their ids, by the rate of the day that filters, lists and reports go
    by: that of their close, today's for an open one. ``margin`` has their ids, each with its margin
    in the deal's currency where that is known."""
    import json

    ask = DEAL.fields["value"].ask
    assert ask is not None
    value, currency = DEAL.exchanged(conn, ask)
    of_margin, _currency = DEAL.exchanged(conn, ask, "CAST(m.value ->> 1 AS INTEGER)")
    rows = conn.execute(
        f"SELECT d.id, {currency}, {value}, {of_margin} FROM json_each(?) AS m"
        " JOIN deal AS d ON d.id = CAST(m.value ->> 0 AS INTEGER)",
        (json.dumps([*margin.items()]),),
    )
    return {deal_id: Worth(*amounts) for deal_id, *amounts in rows}


def wanted(conn: sqlite3.Connection, deal_id: int) -> Wanted | None:
    """The stage that the deal stands in where it has exit criteria, else None; None too for a lost
    deal, which leaves no stage but one outside the process."""
    row = conn.execute(
        "SELECT d.stage_id, s.name_en, s.name_de FROM deal AS d JOIN stage AS s"
        " ON s.id = d.stage_id WHERE d.id = ? AND (d.status <> 'lost' OR s.kind = 'outside')"
        " AND (EXISTS (SELECT 1 FROM stage_exit AS x WHERE x.stage_id = s.id)"
        " OR EXISTS (SELECT 1 FROM field AS f WHERE f.stage_id = s.id AND f.hidden = 0))",
        (deal_id,),
    ).fetchone()
    return None if row is None else Wanted(row[0], pick(row[1], row[2]))


def waiting(conn: sqlite3.Connection, most: int | None = None, owner: int | None = None) -> Waiting:
    """The deals, of one user or of all, for which nothing is to be done, the largest first, at most
    so many of each kind; those whose contact is not to be contacted are left in peace."""
    largest = sort("-value", DEAL.sort_keys(), DEAL.amounts(conn))
    found = conn.execute(
        f"SELECT d.id, {GONE_QUIET} FROM stage AS s CROSS JOIN deal AS d ON d.stage_id = s.id"
        f" WHERE {NO_STEP} AND {DEAL_REACHABLE}{belonging('d', owner)} ORDER BY {largest}, d.id",
        given({"owner": owner}),
    ).fetchall()
    kinds = [[deal_id for deal_id, rotten in found if rotten == kind] for kind in (1, 0)]
    first, others = (ids[:most] for ids in kinds)
    rows = in_turn(conn, DEAL, first + others)
    return Waiting(rows[: len(first)], len(kinds[0]), rows[len(first) :], len(kinds[1]))


def revocable_soon(conn: sqlite3.Connection, owner: int | None = None) -> list[Deal]:
    """The wins, of one user or of all, that can still be withdrawn and whose period ends within 21
    days, the nearest first; behind them those whose goods are not received."""
    order = "d.revocable_until IS NULL, d.revocable_until, d.id"
    where = REVOCABLE_SOON + belonging("d", owner)
    return list(some(conn, DEAL, {"owner": owner}, where=where, order=order))


def contact_of(conn: sqlite3.Connection, deal_id: int) -> int | None:
    """The id of the deal's contact; None without one."""
    row = conn.execute("SELECT contact_id FROM deal WHERE id = ?", (deal_id,)).fetchone()
    return None if row is None or row[0] is None else int(row[0])


def stepless(conn: sqlite3.Connection, deal_id: int) -> str | None:
    """The title of a deal that is open and awake, and for which nothing is to be done; None for
    any other."""
    row = conn.execute(
        f"SELECT d.title FROM deal AS d WHERE d.id = :id AND {NO_STEP}",
        {"id": deal_id, "today": dates.today().isoformat()},
    ).fetchone()
    return None if row is None else str(row[0])
