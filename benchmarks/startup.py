"""What a command costs from the shell, beside ``sqlite-utils`` on the same file.

Run it in an environment that has funnelcli (installed, not editable: an editable install is
slower to find) and sqlite-utils:

    python benchmarks/startup.py [--deals 1000] [--runs 15]
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
import tempfile
from contextlib import closing

from pairs import compare

BIN = os.path.dirname(sys.executable)


def fill(path: str, deals: int) -> None:
    """A database of ``deals`` deals with their contacts, logs and next steps, written by SQL
    through the program's own tables."""
    from funnelcli.db.connection import connect
    from funnelcli.values import dates

    now = dates.now()
    with closing(connect(path)) as conn:
        conn.execute("BEGIN IMMEDIATE")
        conn.execute(
            "CREATE TEMP TABLE n AS WITH RECURSIVE k (i) AS (SELECT 1 UNION ALL SELECT i + 1"
            " FROM k WHERE i < ?) SELECT i FROM k",
            (deals,),
        )
        one = {"now": now}
        conn.execute(
            "INSERT INTO contact (id, public_id, name, search, created_at, recorded_at)"
            " SELECT i, 'C' || i, 'Contact ' || i, 'contact ' || i, :now, :now FROM n",
            one,
        )
        conn.execute(
            "INSERT INTO deal (id, public_id, title, search, contact_id, process_id, opened_at,"
            " opened_on, recorded_at, stage_id, stage_since, furthest_stage_id, status, value,"
            " currency) SELECT i, 'D' || i, 'Deal ' || i, 'deal ' || i, i, 1, :now - i * 60,"
            " date(:now - i * 60, 'unixepoch'), :now, 2 + i % 4, :now - i * 60, 2 + i % 4, 'open',"
            " 1000 * (i % 997), 'EUR' FROM n",
            one,
        )
        conn.execute(
            "INSERT INTO stay (deal_id, stage_id, entered_at, how, recorded_at)"
            " SELECT i, 2 + i % 4, :now - i * 60, 'created', :now FROM n",
            one,
        )
        conn.execute(
            "INSERT INTO terms (deal_id, valid_from, valid_on, status, value, currency,"
            " recorded_at) SELECT i, :now - i * 60, date(:now - i * 60, 'unixepoch'), 'open',"
            " 1000 * (i % 997), 'EUR', :now FROM n",
            one,
        )
        conn.execute(
            "INSERT INTO step (public_id, what, search, due, deal_id, created_at, recorded_at)"
            " SELECT 'S' || i, 'call', 'call', date(:now + i * 3600, 'unixepoch'), i, :now, :now"
            " FROM n",
            one,
        )
        conn.execute("COMMIT")
        conn.execute("ANALYZE")


def main() -> None:
    """Print a line a command: ours, the peer's, the ratio, and what the ratio may be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deals", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        db = os.path.join(folder, "funnel.db")
        bare = os.path.join(folder, "bare.db")
        row = os.path.join(folder, "row.json")
        fill(db, options.deals)
        # The peer reads a table of the same file, as much of it as ours shows of a large one, and
        # inserts into a bare table.
        with closing(sqlite3.connect(bare)) as conn:
            conn.execute("CREATE TABLE deal (id INTEGER PRIMARY KEY, title TEXT, value INTEGER)")
            conn.executemany(
                "INSERT INTO deal (title, value) VALUES (?, ?)",
                [(f"Deal {i}", i) for i in range(1000)],
            )
            conn.commit()
        with open(row, "w", encoding="utf-8") as file:
            file.write('{"title": "one more", "value": 1}')
        env = {**os.environ, "FUNNEL_DB": db, "FUNNEL_CONFIG_DIR": folder, "TERM": "xterm"}
        funnel, peer = os.path.join(BIN, "funnel"), os.path.join(BIN, "sqlite-utils")
        rows = [peer, "rows", db, "deal", "--limit", "1000"]
        insert = [peer, "insert", bare, "deal", row]
        few = [] if options.deals <= 1000 else ["--limit", "100"]
        cases: list[tuple[str, list[str], list[str], bool, float]] = []
        for terminal, most in ((True, 0.9), (False, 0.7)):
            cases += [
                ("show", [], rows, terminal, most),
                ("deal list", few, rows, terminal, most),
                ("deal show 7", [], rows, terminal, most),
            ]
        cases += [
            ("deal list --json", few, rows, False, 0.7),
            ("advance 8 --to offer", ["-q"], insert, False, 0.7),
            ("contact add Eva", ["-q"], insert, False, 0.7),
            ("next 9 call --due fri", ["-q"], insert, False, 0.7),
            ("log 11 hello", ["-q"], insert, False, 0.7),
            ("__complete -- deal show deal", [], rows, False, 0.4),
        ]
        print(f"{options.deals} deals, medians of {options.runs} runs")
        for words, more, against, terminal, most in cases:
            command = [funnel, *words.split(), *more]
            if words.startswith("advance"):
                # The same deal goes to and fro: every second run takes it back.
                command = ["sh", "-c", f"{funnel} advance 8 --to offer -q || true"]
            pair = compare(command, against, env=env, terminal=terminal, runs=options.runs)
            where = "terminal" if terminal else "pipe"
            verdict = "" if pair.ratio <= most else "  over"
            print(
                f"{words:32} {where:8} {pair.ours * 1000:7.1f} ms {pair.peer * 1000:7.1f} ms"
                f"  {pair.ratio:5.2f} of {most}{verdict}"
            )


if __name__ == "__main__":
    main()
