"""Every figure against a slow, plain reference, on random histories made by the real actions.

``reference/ledger.py`` is what was done, ``reference/seller.py`` does it, ``reference/stages.py``
and its neighbours are the figures by their definitions, ``reference/check_*.py`` compare.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from datetime import date

import pytest

from conftest import Clock
from funnelcli.actions import closing, deals
from funnelcli.reports.declarations import REPORTS
from funnelcli.reports.question import Question
from funnelcli.reports.run import make
from reference import (
    check_closing,
    check_customers,
    check_outlook,
    check_route,
    check_stages,
    check_summary,
    check_work,
)
from reference.asked import FILTERS, PAIRS, SLICES, Asked
from reference.ledger import midnight
from reference.seller import EDGES, NOW, PERIODS, Seller
from reference.surroundings import berlin, copy_of, empty, periods_are_read_once

__all__ = ["berlin", "empty", "periods_are_read_once"]

HISTORIES = 220
PARTS = 22
CHECKS: tuple[Callable[[Asked], None], ...] = tuple(
    getattr(module, name)
    for module in (
        check_stages,
        check_closing,
        check_outlook,
        check_route,
        check_summary,
        check_customers,
        check_work,
    )
    for name in vars(module)
    if name.startswith("check_")
)


@pytest.mark.parametrize(
    "part",
    # Some of the histories for everybody, all of them in continuous integration.
    [pytest.param(part, marks=[pytest.mark.long] * (part > 0)) for part in range(PARTS)],
)
def test_every_figure_is_what_the_reference_says(
    empty: sqlite3.Connection, clock: Clock, part: int
) -> None:
    each = HISTORIES // PARTS
    for seed in range(part * each, (part + 1) * each):
        conn = copy_of(empty)
        seller = Seller(conn, seed, clock)
        dice = random.Random(seed)  # noqa: S311
        check_all(seller, None, dice)
        past = past_of(seller, dice)
        check_all(seller, past, dice)
        conn.close()


def past_of(seller: Seller, dice: random.Random) -> int:
    """A moment to look back to: any, the edge of a day that matters, or when a stay has lasted as
    many days as another one did."""
    first = midnight(date(2025, 10, 1))
    stays = [state.at for deal in seller.ledger.deals for state in deal.states if state.moved]
    days = (dice.choice(stays) - dice.choice(stays)) // 86400
    found = dice.choice(
        (
            dice.randrange(first, NOW),
            dice.choice(EDGES) - dice.randrange(2),
            dice.choice(stays) + abs(days) * 86400,
        )
    )
    return found if first <= found < NOW else dice.randrange(first, NOW)


def check_all(seller: Seller, at: int | None, dice: random.Random) -> None:
    """Every report of a moment: of all deals, sliced, filtered, and both."""
    by, word = dice.choice(list(SLICES)), dice.choice(list(FILTERS))
    days = dice.choice(PERIODS)
    for asked in (
        Asked(seller, at, days, None, None),
        Asked(seller, at, days, by, None),
        Asked(seller, at, days, dice.choice(list(PAIRS)), None),
        Asked(seller, at, days, dice.choice((None, *SLICES)), word),
    ):
        for check in CHECKS:
            check(asked)


def test_no_report_is_left_out() -> None:
    checked = {check.__name__.removeprefix("check_").replace("_", "-") for check in CHECKS}
    assert checked == {*REPORTS, "backtest"}


def test_what_was_cached_follows_from_the_logs(empty: sqlite3.Connection, clock: Clock) -> None:
    from funnelcli.actions import health

    damaged = 0
    for seed in range(20):
        conn = copy_of(empty)
        Seller(conn, seed, clock)
        assert health.check(conn) == []
        conn.execute("UPDATE stay SET next_stage_id = NULL, again = 1 - again")
        damaged += bool(health.check(conn))
        health.repair(conn)
        assert health.check(conn) == []
        conn.close()
    assert damaged == 20


FIXTURE = {
    "A": (("qualification", "needs", "offer"), "won"),
    "B": (("qualification", "offer"), "lost"),
    "C": (("qualification", "needs", "qualification"), "open"),
    "D": (("offer",), "won"),
}


@pytest.mark.parametrize(
    ("rule", "counts"),
    [("reached", [4, 4, 3, 2]), ("any", [3, 2, 3, 2]), ("strict", [3, 2, 1, 1])],
)
def test_the_fixture_of_every_conversion_rule(
    empty: sqlite3.Connection, rule: str, counts: list[int]
) -> None:
    """Stages 2, 3, 4 of the cycle, then the win; stage 5 is stepped over."""
    conn = copy_of(empty)
    stage = dict(conn.execute("SELECT key, id FROM stage WHERE process_id = 1"))
    at = NOW - 100 * 86400
    for title, (way, end) in FIXTURE.items():
        deal_id = deals.add(
            conn, title, process_id=1, currency="EUR", stage_id=stage[way[0]], value=100, at=at
        )
        for number, key in enumerate(way[1:], start=1):
            when = at + number * 86400
            if way.index(key) < number - 1:
                deals.back(conn, deal_id, when, "again", stage[key])
            else:
                deals.advance(conn, deal_id, when, stage[key])
        if end == "won":
            closing.win(conn, deal_id, at + 10 * 86400)
        elif end == "lost":
            closing.lose(conn, deal_id, at + 10 * 86400, "price")
    question = Question(process="cycle", options={"rule": rule})
    rows = {row["stage"]: row["deals"] for row in make(conn, "conversion", question).rows}
    # A strict win has to go through negotiation too, which none of the four did.
    won = counts[3] if rule != "strict" else 0
    assert [rows[key] for key in ("qualification", "needs", "offer", "decision")] == [
        *counts[:3],
        won,
    ]
    conn.close()
