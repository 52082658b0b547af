"""The log of a deal, entry by entry, and what was put right in it."""

from __future__ import annotations

import sqlite3

from funnelcli import queries
from funnelcli.actions import log, standing
from funnelcli.actions.correction_record import NAMES
from funnelcli.actions.log_entries import entries_of
from funnelcli.i18n import _
from funnelcli.nouns import words
from funnelcli.nouns.printed import Printed
from funnelcli.pages.corrections import CORRECTIONS, corrections_of
from funnelcli.plain import NamedTuple
from funnelcli.queries import stage_log
from funnelcli.render import Block, Column, Listing, Page
from funnelcli.values import daytext


class Logged(NamedTuple):
    """An entry of a deal's log: what happened at ``happened_at`` (UTC seconds), and how the deal
    stood from then on; ``value`` in minor units of ``currency``."""

    id: int
    happened_at: int
    what: str
    stage: str
    stage_name: str
    status: str
    value: int | None
    currency: str
    probability: int | None
    expected_close: str | None
    reason: str | None
    reason_name: str | None
    note: str | None
    provenance: str
    recorded_at: int


LOG = (
    Column("id", "Id", "id"),
    Column("happened_at", "When", "instant", shown=lambda entry: daytext.moment(entry.happened_at)),
    Column("what", "What", names=lambda key: _(NAMES[key])),
    Column("stage", "Stage", shown=lambda entry: entry.stage_name, flex=True),
    Column("status", "Status", names=lambda key: words.read(words.STATUS, key), drop=2),
    Column("value", "Value", "money", drop=1),
    Column("probability", "Probability", "percent", table=False),
    Column("expected_close", "Expected close", "date", table=False),
    Column("reason", "Reason", flex=True, shown=lambda entry: entry.reason_name or ""),
    Column("note", "Note", flex=True, drop=3),
    Column("provenance", "Provenance", table=False),
    Column("recorded_at", "Recorded", "instant", drop=4),
)
PRINTED = Printed(data=("entries", "corrections"), parts=True)


def logged(conn: sqlite3.Connection, deal_id: int) -> list[Logged]:
    """The entries of a deal's log, the earliest first."""
    stays, terms = log.read(conn, deal_id)
    recorded = stage_log.recorded(conn, deal_id)
    stages = stage_log.stages(conn)
    reasons = queries.catalogue_names(conn, "lost_reason")
    found = []
    stay, held = 0, 0
    for entry in entries_of(conn, standing.state(conn, deal_id)):
        stay = stay if entry.stay is None else entry.stay
        held = held if entry.terms is None else entry.terms
        now = terms[held]
        why = stays[stay].reason if entry.stay is not None else now.reason
        note = now.note if entry.terms is not None else None
        found.append(
            Logged(
                entry.number,
                entry.at,
                entry.what,
                *stages[stays[stay].stage_id],
                now.status,
                now.value,
                now.currency,
                now.probability,
                now.expected_close,
                why,
                reasons.get(why or "", why) if entry.what in ("lost", "withdrawn") else why,
                note,
                now.provenance if entry.stay is None else stays[stay].provenance,
                recorded["terms"][held] if entry.stay is None else recorded["stay"][stay],
            )
        )
    return found


def log_page(conn: sqlite3.Connection, deal_id: int, title: str) -> Page:
    """A deal's log, and below it what was put right."""
    found = logged(conn, deal_id)
    listing = Listing(LOG, found, title=title)
    corrected = corrections_of(conn, deal_id=deal_id)
    blocks: list[Block] = [listing]
    if corrected:
        blocks.append(Listing(CORRECTIONS, corrected, title=_("Corrections")))
    data = {"entries": Listing(LOG, found), "corrections": Listing(CORRECTIONS, corrected)}
    return Page(blocks, data, name="log")
