"""The work on the sample pipeline: a price list, an offer, objections, a contract."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import timedelta

from funnelcli.actions import contracts, objections, offer_lines, offers, products
from funnelcli.i18n import N_, _
from funnelcli.values import dates

# Number, name, unit, net price, own cost, VAT in hundredths of a percent; euro cents.
_PRODUCTS = (
    ("SOL-10", N_("Solar set, 10 kWp"), "piece", 1_490_000, 1_120_000, 0),
    ("BAT-8", N_("Battery, 8 kWh"), "piece", 540_000, 405_000, 0),
    ("WB-11", N_("Wallbox, 11 kW"), "piece", 78_000, 51_000, 1900),
    ("MNT", N_("Mounting"), "hour", 6_800, 4_100, 0),
    ("SRV", N_("Maintenance"), "year", 19_000, 9_000, 1900),
)


def fill(conn: sqlite3.Connection, deals: dict[str, int], ago: Callable[[int, int], int]) -> None:
    """Add the work to the sample's ``deals`` (title to id); ``ago`` gives the instant so many
    days ago at an hour."""
    start = dates.local_date(ago(100, 9)).isoformat()
    ids: dict[str, int] = {}
    for sku, name, unit, price, cost, vat in _PRODUCTS:
        first = products.Price(start, price, cost, "EUR", vat)
        ids[sku] = products.add(conn, sku, _(name), first, unit=unit)
    deal = deals["Solar for the Müllers"]
    offer = offers.add(conn, deal, ago(20, 15))
    for sku, quantity in (("SOL-10", 1000), ("WB-11", 1000), ("MNT", 30_000)):
        offer_lines.add_line(conn, offer, {"quantity": quantity}, product_id=ids[sku])
    offer_lines.add_line(conn, offer, {"text": _("Meter cabinet"), "price": 8_000, "vat": 0})
    until = (dates.today() + timedelta(days=5)).isoformat()
    offers.send(conn, offer, ago(20, 16), until)
    objections.add(
        conn,
        deal,
        "price",
        ago(20, 16),
        wording=_("Too expensive next to the one on the internet."),
    )
    stalled = deals["Hotel roof"]
    objection = objections.add(
        conn, stalled, "info_stall", ago(48, 15), genuine=False, wording=_("Send me something.")
    )
    objections.answer(conn, objection, ago(47, 10), _("Sent two pages; we talk in January."))
    solved = objections.add(
        conn, deals["Bakery oven on own power"], "risk", ago(45, 11), wording=_("What if it fails?")
    )
    objections.answer(
        conn, solved, ago(44, 11), _("A service contract: there within a day."), resolved=True
    )
    signed = dates.local_date(ago(39, 12))
    contracts.add(
        conn,
        deals["Bakery oven on own power"],
        {
            "number": "S-17",
            "signed_by": "Jonas Sommer",
            "starts_on": signed.isoformat(),
            "ends_on": (dates.today() + timedelta(days=75)).isoformat(),
            "notice": "1m",
        },
        signed.isoformat(),
    )
    ordered = dates.local_date(ago(6, 15)).isoformat()
    contracts.add(conn, deals["Vogt garage"], {"instruction_on": ordered}, ordered)
