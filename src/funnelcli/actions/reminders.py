"""What is said to a person once a day: that nothing is planned for a deal."""

from __future__ import annotations

import sqlite3
from contextlib import suppress

from funnelcli.values import dates


def was_said(conn: sqlite3.Connection, deal_id: int) -> bool:
    """Whether a command that still stands has said so today, in the user's time zone."""
    found = conn.execute(
        "SELECT 1 FROM deal AS d JOIN reminder AS r ON r.deal = d.public_id"
        " JOIN command AS k ON k.id = r.command_id"
        " WHERE d.id = ? AND k.state = 'done' AND k.at >= ? LIMIT 1",
        (deal_id, dates.day_start(dates.today())),
    ).fetchone()
    return found is not None


def note(conn: sqlite3.Connection, deal_id: int, command_id: int) -> None:
    """Keep that a command says so; those of earlier commands are forgotten."""
    # The change itself is on file: another program that writes just now must not turn it into a
    # failure, and what is said twice does no harm.
    with suppress(sqlite3.OperationalError):
        conn.execute("BEGIN IMMEDIATE")
        of_deal = "(SELECT d.public_id FROM deal AS d WHERE d.id = ?)"
        conn.execute(f"DELETE FROM reminder WHERE deal = {of_deal}", (deal_id,))
        conn.execute(
            f"INSERT INTO reminder (deal, command_id) VALUES ({of_deal}, ?)", (deal_id, command_id)
        )
        conn.execute("COMMIT")
