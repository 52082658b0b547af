"""What stays on record of a correction: how something was said until then."""

from __future__ import annotations

import sqlite3

from funnelcli.db import rows
from funnelcli.i18n import N_
from funnelcli.values import dates

# What an entry of a log, or what is corrected, is called.
NAMES = {
    "created": N_("opened"),
    "advanced": N_("advanced"),
    "skipped": N_("advanced"),
    "moved_back": N_("moved back"),
    "reopened": N_("reopened"),
    "won": N_("won"),
    "lost": N_("lost"),
    "withdrawn": N_("withdrawn"),
    "value": N_("value changed"),
    "probability": N_("probability changed"),
    "expected_close": N_("expected close changed"),
    "visit": N_("visit"),
}


def record(
    conn: sqlite3.Connection,
    happened_at: int,
    what: str,
    field: str,
    was: str | int | None,
    became: str | int | None,
    *,
    deal_id: int | None = None,
    visit_id: int | None = None,
) -> None:
    """Put on record that a field of something that happened was said otherwise until now."""
    rows.insert(
        conn,
        "correction",
        {
            "deal_id": deal_id,
            "visit_id": visit_id,
            "happened_at": happened_at,
            "what": what,
            "field": field,
            "was": None if was is None else str(was),
            "became": None if became is None else str(became),
            "recorded_at": dates.now(),
        },
    )
