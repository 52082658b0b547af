"""Whether what an import says of itself is what it did to the database, row by row."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from typing import Any

from funnelcli.db import triggers

Rows = dict[int, dict[str, Any]]
Snapshot = dict[str, Rows]

# The columns of a deal by the field that an import calls them.
FIELDS = {
    "title": ("title",),
    "contact": ("contact_id",),
    **{name: (name,) for name in ("product", "notes", "competitor", "kind", "snoozed_until")},
    "source": ("source",),
    "value": ("value", "currency"),
    "probability": ("probability",),
    "expected": ("expected_close",),
    "stage": ("stage_id",),
    "status": ("status",),
    "opened": ("opened_at", "opened_on"),
}
# What follows from other columns, each with the fields of which one must have changed.
_CLOSING = ("status",)
_MOVING = ("stage", "status", "opened")
FOLLOWS = {
    "search": ("title",),
    **dict.fromkeys(("won_at", "won_on", "closed_at", "closed_on"), _CLOSING),
    **dict.fromkeys(("lost_reason", "lost_note", "snoozed_until", "revocable_until"), _CLOSING),
    **dict.fromkeys(("withdrawal_from", "received_on", "withdrawal_sent_on"), _CLOSING),
    **dict.fromkeys(("stage_since", "furthest_stage_id", "in_order_stage_id"), _MOVING),
    # What is said of the chances of an open deal goes with its status.
    **dict.fromkeys(("probability", "value", "currency"), _CLOSING),
}
# The history itself, and what is taken for granted of every command.
APART = ("brought", "disclosure", "journal", "command", "sqlite_sequence")
LOGS = ("stay", "terms")


def snapshot(path: str) -> Snapshot:
    """Every row of every table that the journal watches, by its id."""
    with closing(sqlite3.connect(path)) as conn:
        found: Snapshot = {}
        for table in triggers.tables(conn):
            rows = conn.execute(f"SELECT * FROM {table}")
            names = [name for name, *_rest in rows.description]
            found[table] = {
                row["id"]: row for row in (dict(zip(names, row, strict=True)) for row in rows)
            }
        return found


def _changed(before: Rows, after: Rows) -> dict[int, set[str]]:
    return {
        row_id: {name for name in row if row[name] != after[row_id][name]}
        for row_id, row in before.items()
        if row_id in after and row != after[row_id]
    }


def _fields(columns: set[str], tagged: bool) -> tuple[set[str], set[str]]:
    """The fields that a changed deal's columns show, and the columns that nothing explains."""
    fields = {name for name, own in FIELDS.items() if columns & set(own)}
    if "status" in fields:
        # These may have followed from the close alone.
        fields -= {"snoozed_until"}
    if tagged:
        fields.add("tags")
    known = {column for name in fields for column in FIELDS.get(name, ())}
    known |= {column for column, of in FOLLOWS.items() if fields & set(of)}
    return fields, columns - known


def unexplained(before: Snapshot, after: Snapshot, report: dict[str, Any]) -> list[str]:
    """What differs between two snapshots and is not in what the import of deals printed as JSON,
    or is in that and not in the database."""
    found: list[str] = []

    def same(what: str, said: Any, done: Any) -> None:
        if said != done:
            found.append(f"{what}: says {said}, did {done}")

    def new(table: str) -> set[int]:
        return after[table].keys() - before[table].keys()

    deals, people = new("deal"), new("contact")
    same("deals added", report["added"], len(deals))
    same("contacts added", report["contacts_added"], len(people))
    tagged = {after["deal_tag"][row]["deal_id"] for row in new("deal_tag")} - deals
    columns = _changed(before["deal"], after["deal"])
    counted: Counter[str] = Counter()
    for deal_id in columns.keys() | tagged:
        fields, rest = _fields(columns.get(deal_id, set()), deal_id in tagged)
        counted.update(fields)
        if rest:
            found.append(
                f"deal {deal_id}: {', '.join(sorted(rest))} changed, of which nothing says"
            )
    same("deals updated", report["updated"], len(columns.keys() | tagged))
    same("fields changed", report["changes"], dict(counted))
    details = sum(len(names - {"search"}) for names in _details(before, after))
    for table in ("contact_email", "contact_phone"):
        details += sum(after[table][row]["contact_id"] not in people for row in new(table))
    same("details of contacts", report["contacts_completed"], details)
    sources = {after["catalogue"][row]["key"] for row in new("catalogue")}
    same("sources", set(report["new_sources"]), sources)
    for table, name in (("step", "steps_dropped"), ("offer", "offers_closed")):
        same(name, report[name], len(_changed(before[table], after[table])))
    touched = deals | columns.keys()
    for table in LOGS:
        moved = {row: after[table][row] for row in new(table)}
        moved |= {row: after[table][row] for row in _changed(before[table], after[table])}
        for row in moved.values():
            if row["deal_id"] not in touched:
                found.append(f"{table} of deal {row['deal_id']}, of which nothing is said")
    for row in map(after["correction"].get, new("correction")):
        # An opening that was only estimated becomes what a file says.
        if row is None or "opened_on" not in columns.get(row["deal_id"], ()):
            found.append("a correction, of which nothing is said")
    for part in _parts(before) ^ _parts(after):
        # Who was a deal's contact keeps a part in it.
        if "contact_id" not in columns.get(part[0], ()):
            found.append(f"people of deal {part[0]}, of which nothing is said")
    for table in after.keys() - {*APART, *LOGS, "deal", "deal_tag", "contact", "contact_email"}:
        if table in ("contact_phone", "catalogue", "step", "offer", "correction", "deal_contact"):
            continue
        if before[table] != after[table]:
            found.append(f"the table {table} changed, of which nothing is said")
    for table, rows in before.items():
        gone = rows.keys() - after[table].keys()
        if gone and table not in (*APART, "terms", "deal_contact"):
            found.append(f"rows of {table} are gone")
    return found


def _parts(found: Snapshot) -> set[tuple[int, int]]:
    return {(row["deal_id"], row["contact_id"]) for row in found["deal_contact"].values()}


def _details(before: Snapshot, after: Snapshot) -> list[set[str]]:
    return [*_changed(before["contact"], after["contact"]).values()]
