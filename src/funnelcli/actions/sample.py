"""The sample pipeline of ``funnel demo``: a solar installer who sells to firms and households.

Everything happens through the same actions as in real life, back-dated relative to now, so that
the demo is always a few months old and has something due today. It speaks the language of the
person; the titles of the deals, in English, are their keys here.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import time, timedelta

from funnelcli.actions import closing, contacts, deals, steps, visits
from funnelcli.i18n import N_, _
from funnelcli.nouns import naming
from funnelcli.values import dates


@dataclass(frozen=True, slots=True)
class _Deal:
    """A sample deal: value in euros, ``opened`` days ago, then (days ago, verb, detail)."""

    title: str
    contact: str
    process: str
    value: int
    opened: int
    moves: tuple[tuple[int, str, str], ...] = ()
    source: str = "inbound"
    close: int | None = None
    step: tuple[str, int] | None = None
    visits: tuple[tuple[int, str, str], ...] = field(default=())


_ORGANISATIONS = (
    ("Brandt Metallbau GmbH", "Essen", "45127"),
    ("Bäckerei Sommer", "Köln", "50667"),
    ("Keller Logistics", "Duisburg", "47051"),
    ("Hotel Rheinblick", "Bonn", "53111"),
    ("Autohaus Yıldız", "Düsseldorf", "40210"),
)
_PEOPLE = (
    ("Petra Brandt", "Brandt Metallbau GmbH", "decider", "+49 201 5550101"),
    ("Jonas Sommer", "Bäckerei Sommer", "decider", "+49 221 5550102"),
    ("Claire Keller", "Keller Logistics", "decider", "+49 203 5550103"),
    ("Tomasz Nowak", "Hotel Rheinblick", "influencer", "+49 228 5550104"),
    ("Elif Yıldız", "Autohaus Yıldız", "decider", "+49 211 5550105"),
    ("Hans Müller", None, None, "+49 221 5550106"),
    ("Ingrid Vogt", None, None, "+49 221 5550107"),
    ("Mehmet Demir", None, None, "+49 221 5550108"),
    ("Sabine Krause", None, None, "+49 221 5550109"),
    ("Familie Lorenz", None, None, "+49 221 5550110"),
    ("Günter Pohl", None, None, "+49 221 5550111"),
)
_DEALS = (
    _Deal(
        N_("Solar roof for hall 2"),
        "Petra Brandt",
        "cycle",
        84_000,
        96,
        ((80, "advance", ""), (58, "advance", ""), (30, "advance", "")),
        source="fair",
        close=21,
        step=(N_("send the revised offer"), 0),
        visits=(
            (80, "met", N_("Power bill is 9,000 a month; wants the hall covered first.")),
            (31, "met", N_("Likes it, asks for a discount on the inverters.")),
        ),
    ),
    _Deal(
        N_("Bakery oven on own power"),
        "Jonas Sommer",
        "cycle",
        31_500,
        88,
        (
            (75, "advance", ""),
            (60, "advance", ""),
            (44, "advance", ""),
            (39, "win", "30000"),
            (35, "advance", ""),
            (12, "advance", ""),
        ),
        source="referral",
        step=(N_("care call: how does it run?"), 3),
        visits=(
            (74, "met", N_("Bakes from two in the morning; needs storage.")),
            (39, "met", N_("Signed.")),
        ),
    ),
    _Deal(
        N_("Fleet charging"),
        "Claire Keller",
        "cycle",
        120_000,
        70,
        ((52, "advance", ""), (33, "advance", "")),
        source="inbound",
        close=45,
        step=(N_("present to the board"), 5),
        visits=((51, "met", N_("Twelve vans by spring.")),),
    ),
    _Deal(
        N_("Hotel roof"),
        "Tomasz Nowak",
        "cycle",
        56_000,
        64,
        ((48, "advance", ""),),
        source="cold_call",
        visits=((48, "phone_instead", N_("The owner decides in January.")),),
    ),
    _Deal(
        N_("Showroom panels"),
        "Elif Yıldız",
        "cycle",
        42_000,
        81,
        ((66, "advance", ""), (50, "advance", ""), (36, "lose", "competitor")),
        source="web",
    ),
    _Deal(
        N_("Workshop extension"),
        "Elif Yıldız",
        "cycle",
        18_500,
        9,
        (),
        source="existing_customer",
        step=(N_("find out who decides"), -2),
    ),
    _Deal(
        N_("Solar for the Müllers"),
        "Hans Müller",
        "funnel",
        17_800,
        34,
        ((34, "advance", ""), (27, "to", "presentation"), (20, "to", "offer")),
        source="cold_visit",
        close=9,
        step=(N_("call back about the offer"), 0),
        visits=(
            (34, "met", N_("South roof, 60 square metres. Wife is for it.")),
            (20, "met", N_("Offer handed over; too expensive at first sight.")),
        ),
    ),
    _Deal(
        N_("Vogt garage"),
        "Ingrid Vogt",
        "funnel",
        9_400,
        41,
        ((41, "to", "in_depth"), (30, "to", "needs"), (22, "to", "offer"), (6, "win", "9100")),
        source="cold_visit",
        step=(N_("hand over the papers"), 1),
        visits=((41, "met", N_("Wants to charge the car at night.")), (6, "met", N_("Signed."))),
    ),
    _Deal(
        N_("Demir balcony"),
        "Mehmet Demir",
        "funnel",
        2_300,
        25,
        ((25, "advance", ""), (18, "lose", "price")),
        source="cold_visit",
        visits=((25, "met", N_("Compares prices.")),),
    ),
    _Deal(
        N_("Krause house"),
        "Sabine Krause",
        "funnel",
        14_600,
        15,
        ((15, "advance", ""),),
        source="referral",
        step=(N_("visit the building site"), 2),
        visits=((15, "met", N_("Builds next year.")),),
    ),
    _Deal(
        N_("Lorenz house"),
        "Familie Lorenz",
        "funnel",
        21_000,
        30,
        ((30, "advance", ""),),
        source="cold_visit",
        visits=((30, "met", N_("Children want it, parents doubt.")),),
    ),
    _Deal(
        N_("Pohl roof"),
        "Günter Pohl",
        "funnel",
        12_900,
        52,
        ((52, "to", "in_depth"), (45, "to", "offer"), (40, "win", "12900"), (33, "withdraw", "")),
        source="cold_visit",
        visits=((52, "met", N_("Decides quickly.")),),
    ),
)


def _ago(days: int, hour: int) -> int:
    """An instant on the day ``days`` ago, at ``hour``; now for one that has not come yet."""
    return min(dates.at_time(dates.today() - timedelta(days=days), time(hour)), dates.now())


def fill(conn: sqlite3.Connection) -> None:
    """Fill an empty database with the sample pipeline."""
    ids: dict[str, int] = {}
    for name, town, postcode in _ORGANISATIONS:
        ids[name] = contacts.add(
            conn,
            name,
            fields={"kind": "organisation", "town": town, "postcode": postcode},
            at=_ago(100, 9),
        )
    for name, organisation, role, phone in _PEOPLE:
        ids[name] = contacts.add(
            conn,
            name,
            fields={"organisation_id": ids[organisation] if organisation else None, "role": role},
            phones=[phone],
            at=_ago(100, 9),
        )
    made = {deal.title: _add(conn, deal, ids) for deal in _DEALS}
    from funnelcli.actions import effort, sample_stages, sample_work

    last_year = dates.local_date(_ago(400, 9)).isoformat()
    effort.set_rate(conn, "hour", 6000, "EUR", last_year)
    effort.set_rate(conn, "km", 42, "EUR", last_year)
    sample_work.fill(conn, made, _ago)
    sample_stages.fill(conn, made, _ago)


def _add(conn: sqlite3.Connection, deal: _Deal, ids: dict[str, int]) -> int:
    process_id = naming.process_id(conn, deal.process)
    day = dates.today()
    close = None if deal.close is None else (day + timedelta(days=deal.close)).isoformat()
    deal_id = deals.add(
        conn,
        _(deal.title),
        process_id=process_id,
        currency="EUR",
        contact_id=ids[deal.contact],
        value=deal.value * 100,
        expected_close=close,
        at=_ago(deal.opened, 9),
        attributes={"source": deal.source},
    )
    for days, outcome, said in deal.visits:
        at = _ago(days, 10)
        visits.add(
            conn,
            contact_id=ids[deal.contact],
            deal_id=deal_id,
            at=at,
            minutes=60,
            fields={
                "outcome": outcome,
                "said": _(said),
                "channel": "on_site" if outcome == "met" else "phone",
            },
        )
    for days, verb, detail in deal.moves:
        _move(conn, deal_id, process_id, verb, detail, _ago(days, 15))
    if deal.step is not None:
        what, due = _(deal.step[0]), deal.step[1]
        steps.add(
            conn,
            what,
            due=(day + timedelta(days=due)).isoformat(),
            deal_id=deal_id,
            kind=steps.kind_of(what) or "task",
            at=_ago(min([deal.opened, *(days for days, _verb, _detail in deal.moves)]), 16),
        )
    return deal_id


def _move(
    conn: sqlite3.Connection, deal_id: int, process_id: int, verb: str, detail: str, at: int
) -> None:
    if verb == "advance":
        deals.advance(conn, deal_id, at)
    elif verb == "to":
        deals.advance(conn, deal_id, at, naming.stage_id(conn, process_id, detail))
    elif verb == "win":
        closing.win(conn, deal_id, at, value=int(detail) * 100)
    elif verb == "withdraw":
        closing.withdraw(conn, deal_id, at)
    else:
        closing.lose(
            conn, deal_id, at, detail, competitor="Rhein Solar" if detail == "competitor" else None
        )
