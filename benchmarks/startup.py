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
# What a command may cost of what the peer does: one that reads, that writes, a completion, the line
# of a shell prompt.
READ, WRITE, COMPLETION, STATUS = 0.45, 0.5, 0.18, 0.22


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


def new_day(path: str) -> None:
    """Let the next command be the first of a day: nothing has been said yet that is said once."""
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("DELETE FROM reminder")


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
        funnel, peer = os.path.join(BIN, "funnel"), os.path.join(BIN, "sqlite-utils")
        # Where no variable says anything, and German is what the system speaks.
        plain = {"HOME": folder, "PATH": os.environ["PATH"], "LANG": "de_DE.UTF-8", "TERM": "xterm"}
        home = os.path.join(folder, ".local", "share", "funnel")
        os.makedirs(home)
        os.symlink(db, os.path.join(home, "funnel.db"))
        env = {**os.environ, "FUNNEL_DB": db, "FUNNEL_CONFIG_DIR": folder, "TERM": "xterm"}
        rows = [peer, "rows", db, "deal", "--limit", "1000"]
        insert = [peer, "insert", bare, "deal", row]
        few = [] if options.deals <= 1000 else ["--limit", "100"]
        print(f"{options.deals} deals, medians of {options.runs} runs")
        for german in (False, True):
            for words, against, terminals, most in (
                ("show", rows, (True, False), READ),
                ("today", rows, (True, False), READ),
                ("agenda", rows, (True, False), READ),
                ("deal list", rows, (True, False), READ),
                ("deal show 7", rows, (True, False), READ),
                ("deal list --json", rows, (False,), READ),
                ("advance 8 --to offer -q", insert, (False,), WRITE),
                ("contact add Eva -q", insert, (False,), WRITE),
                ("next 9 call --due fri -q", insert, (False,), WRITE),
                ("log 11 hello -q", insert, (False,), WRITE),
                ("__complete -- deal show deal", rows, (False,), COMPLETION),
                ("status --short", rows, (False,), STATUS),
            ):
                command = [funnel, *words.split(), *(few if words.startswith("deal list") else [])]
                if words.startswith("advance"):
                    # The same deal goes to and fro: every second run takes it back.
                    command = ["sh", "-c", f"{funnel} advance 8 --to offer -q || true"]
                for terminal in terminals:
                    pair = compare(
                        command,
                        against,
                        env=plain if german else env,
                        terminal=terminal,
                        runs=options.runs,
                        before=lambda: new_day(db),
                    )
                    where = ("plain de, " if german else "") + ("terminal" if terminal else "pipe")
                    print(
                        f"{words:30} {where:19} {pair.ours * 1000:7.1f} ms"
                        f" {pair.peer * 1000:7.1f} ms  {pair.ratio:5.2f} of {most}"
                        + ("" if pair.ratio <= most else "  over")
                    )


if __name__ == "__main__":
    main()
