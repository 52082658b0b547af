"""Make a large database of deals with realistic histories, the same every time.

    python benchmarks/dataset.py 1000000 big.db

A million deals have about four and a half million stays, and half a million visits. Rows are
written past the journal, whose triggers are put back at the end, and before the indexes, which
are built at the end; everything else is what the program itself would have written: the caches
come from the same functions.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from funnelcli.actions import log, log_cache
from funnelcli.db import connect, triggers
from funnelcli.values import dates

DAY = 86400
FIRST = date(2022, 1, 3)
LAST = date(2026, 11, 23)
EPOCH = date(1970, 1, 1)
SOURCES = ("referral", "inbound", "web", "phone", "fair", "ad", "partner", "cold_visit")
PRODUCTS = ("Roof", "Wall box", "Heat pump", "Battery", "Service", "Inverter", "Rental", "Audit")
REASONS = (
    ("price", 25),
    ("competitor", 20),
    ("no_response", 20),
    ("no_decision", 10),
    ("timing", 10),
    ("status_quo", 8),
    ("poor_fit", 5),
    ("duplicate", 2),
)
COLUMNS = (
    "public_id",
    "title",
    "search",
    "process_id",
    "contact_id",
    "source",
    "kind",
    "product",
)
BATCH = 20_000


def iso(day: int, cache: dict[int, str] | None = None) -> str:
    """The plain date of a day counted from 1970."""
    known = _DAYS if cache is None else cache
    if day not in known:
        known[day] = (EPOCH + timedelta(days=day)).isoformat()
    return known[day]


_DAYS: dict[int, str] = {}


class Walk:
    """Random ways of deals through one process."""

    def __init__(self, dice: random.Random, stages: log_cache.Stages) -> None:
        self.dice = dice
        self.stages = stages
        order = sorted(stages, key=lambda stage: stages[stage][0])
        self.open = [s for s in order if stages[s][1] == "open"]
        self.won = next(s for s in order if stages[s][1] == "won")
        self.post = [s for s in order if stages[s][1] == "post"]
        self.last_day = (LAST - EPOCH).days

    def deal(self) -> tuple[list[log_cache.Stay], list[log_cache.Terms]]:
        """The two logs of one deal, up to the last day."""
        dice = self.dice
        day = (FIRST - EPOCH).days + int(dice.random() * (self.last_day - (FIRST - EPOCH).days))
        at = day * DAY + 36000 + dice.randrange(18000)
        end = self.last_day * DAY + 64800
        place = 0 if dice.random() < 0.9 else 1
        value = dice.randrange(50, 3000) * 1000 if dice.random() < 0.97 else None
        currency = "EUR" if dice.random() < 0.9 else "USD"
        due = iso(day + dice.randrange(30, 150)) if dice.random() < 0.9 else None
        stays = [(self.open[place], at, "created")]
        terms: list[tuple[int, str, int | None, str | None, str | None]] = [
            (at, "open", value, due, None)
        ]
        closed = False
        while True:
            at += int(dice.expovariate(1 / 14) * DAY) + 3600 + dice.randrange(3600)
            # Keep the time of day where the day is the same in Berlin and in UTC.
            at = at // DAY * DAY + 36000 + at % 18000
            if at <= stays[-1][1] or at <= terms[-1][0]:
                at = max(stays[-1][1], terms[-1][0]) + DAY
            if at > end:
                break
            chance = dice.random()
            if closed:
                if terms[-1][1] == "lost":
                    if chance < 0.03:
                        place = dice.randrange(len(self.open))
                        stays.append((self.open[place], at, "reopened"))
                        terms.append((at, "open", value, due, None))
                        closed = False
                        continue
                    break
                ahead = [s for s in self.post if self.stages[s][0] > self.stages[stays[-1][0]][0]]
                if not ahead:
                    break
                stays.append((ahead[0], at, "advanced"))
                continue
            if chance < 0.13:
                terms.append((at, "lost", value, due, self._reason()))
                closed = True
            elif chance < 0.17 and place:
                place -= 1
                stays.append((self.open[place], at, "moved_back"))
            elif chance < 0.27 and due is not None:
                due = iso(at // DAY + dice.randrange(10, 90))
                terms.append((at, "open", value, due, None))
            elif place == len(self.open) - 1:
                value = value or 500_000
                stays.append((self.won, at, "advanced"))
                terms.append((at, "won", value, due, None))
                closed = True
            else:
                step = 2 if chance > 0.93 and place + 2 < len(self.open) else 1
                place += step
                how = "skipped" if step > 1 else "advanced"
                stays.append((self.open[place], at, how))
        return self._stays(stays), self._terms(terms, currency)

    def _reason(self) -> str:
        names, weights = zip(*REASONS, strict=True)
        return str(self.dice.choices(names, weights)[0])

    def _stays(self, stays: list[tuple[int, int, str]]) -> list[log_cache.Stay]:
        ends = [at for _stage, at, _how in stays[1:]] + [None]
        return [
            log_cache.Stay(s, at, left, how) for (s, at, how), left in zip(stays, ends, strict=True)
        ]

    def _terms(self, terms: list[Any], currency: str) -> list[log_cache.Terms]:
        ends = [row[0] for row in terms[1:]] + [None]
        return [
            log_cache.Terms(
                at, to, status, value, currency, None, due, reason, valid_on=iso(at // DAY)
            )
            for (at, status, value, due, reason), to in zip(terms, ends, strict=True)
        ]


def contacts(dice: random.Random, count: int) -> Iterator[tuple[Any, ...]]:
    """A tenth organisations, the rest people, half of them in one."""
    organisations = max(count // 10, 1)
    for number in range(1, count + 1):
        organisation = number <= organisations
        home = None if organisation or number % 2 else dice.randint(1, organisations)
        referred = None
        if number > organisations and dice.random() < 0.1:
            referred = dice.randint(1, number - 1)
        name = f"{'Company' if organisation else 'Person'} {number}"
        at = (FIRST - EPOCH).days * DAY
        kind = "organisation" if organisation else "person"
        source = dice.choice(SOURCES)
        yield number, f"c{number:09}", kind, name, name.lower(), home, source, referred, at, at


def fill(path: str, deals: int, seed: int = 5) -> None:
    """Make the database ``path`` with so many deals."""
    dice = random.Random(seed)  # noqa: S311 - the same every time is the point
    dates.set_zone("Europe/Berlin")
    conn = connect(path)
    conn.execute("PRAGMA synchronous = OFF")
    conn.execute("BEGIN IMMEDIATE")
    triggers.drop(conn)
    indexes = conn.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        " AND tbl_name IN ('deal', 'stay', 'terms', 'visit', 'step', 'contact')"
    ).fetchall()
    for name, _sql in indexes:
        conn.execute(f"DROP INDEX {name}")
    people = max(deals // 4, 1)
    conn.executemany(
        "INSERT INTO contact (id, public_id, kind, name, search, organisation_id, source,"
        " referred_by_id, created_at, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        contacts(dice, people),
    )
    processes = []
    for key in ("cycle", "funnel"):
        (process_id,) = conn.execute("SELECT id FROM process WHERE key = ?", (key,)).fetchone()
        processes.append((process_id, Walk(dice, log.stages_of(conn, process_id))))
    made = 0
    while made < deals:
        process_id, walk = processes[0 if dice.random() < 0.8 else 1]
        count = min(BATCH, deals - made)
        openings = []
        for number in range(made + 1, made + count + 1):
            stays, terms = walk.deal()
            title = f"Deal {number}"
            openings.append(
                log.Opening(
                    (
                        f"d{number:09}",
                        title,
                        title.lower(),
                        process_id,
                        dice.randint(1, people),
                        dice.choice(SOURCES),
                        "new" if dice.random() < 0.8 else "repeat",
                        dice.choice(PRODUCTS),
                    ),
                    stays,
                    terms,
                    walk.stages,
                )
            )
        ids = log.open_deals(conn, COLUMNS, openings)
        _extras(conn, dice, list(zip(ids, openings, strict=True)))
        made += count
        print(f"\r{made} deals", end="", file=sys.stderr, flush=True)
    conn.execute(
        "INSERT INTO exchange_rate (currency, base, valid_from, rate, recorded_at)"
        " VALUES ('USD', 'EUR', '2021-01-01', 92000000, 0),"
        " ('USD', 'EUR', '2025-01-01', 95500000, 0)"
    )
    conn.execute(
        "INSERT INTO rate (kind, valid_from, amount, currency, recorded_at)"
        " VALUES ('hour', '2021-01-01', 6000, 'EUR', 0), ('km', '2021-01-01', 30, 'EUR', 0)"
    )
    for _name, sql in indexes:
        conn.execute(sql)
    triggers.create(conn)
    conn.execute("COMMIT")
    (stays_made,) = conn.execute("SELECT count(*) FROM stay").fetchone()
    conn.close()
    size = os.path.getsize(path) >> 20
    print(f"\r{made} deals, {stays_made} stays, {size} MiB", file=sys.stderr)


def _extras(conn: Any, dice: random.Random, made: list[tuple[int, log.Opening]]) -> None:
    """A visit for every other deal, a next step for most open ones, some objections."""
    visits, steps, objections = [], [], []
    for deal_id, opening in made:
        contact = opening.values[COLUMNS.index("contact_id")]
        stay = dice.choice(opening.stays)
        day = stay.entered_at // DAY
        if dice.random() < 0.5:
            minutes = dice.choice((20, 30, 45, 60, 90))
            met = "met" if dice.random() < 0.8 else "not_met"
            visits.append(
                (
                    f"v{deal_id:09}",
                    contact,
                    deal_id,
                    stay.stage_id,
                    iso(day),
                    stay.entered_at,
                    minutes,
                    met,
                    dice.randrange(0, 80),
                    int(dice.random() < 0.1),
                    stay.entered_at,
                )
            )
        if opening.terms[-1].status == "open" and dice.random() < 0.8:
            due = iso((LAST - EPOCH).days + dice.randrange(-10, 20))
            steps.append((f"s{deal_id:09}", "call", "call", due, deal_id, stay.entered_at))
        if dice.random() < 0.1:
            kind = dice.choice(("price", "time", "trust", "need"))
            done = stay.entered_at + DAY if dice.random() < 0.6 else None
            objections.append(
                (f"o{deal_id:09}", deal_id, stay.stage_id, kind, stay.entered_at, iso(day), done)
            )
    conn.executemany(
        "INSERT INTO visit (public_id, contact_id, deal_id, stage_id, happened_on, happened_at,"
        " minutes, outcome, kilometres, late, recorded_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        visits,
    )
    conn.executemany(
        "INSERT INTO step (public_id, what, search, due, deal_id, created_at, recorded_at)"
        " VALUES (?, ?, ?, ?, ?, ?, 0)",
        steps,
    )
    conn.executemany(
        "INSERT INTO objection (public_id, deal_id, stage_id, kind, raised_at, raised_on,"
        " resolved_at, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
        objections,
    )


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    fill(sys.argv[2], int(sys.argv[1]))
