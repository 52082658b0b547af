"""Time every report beside its own SQL in the ``sqlite3`` shell.

    python benchmarks/reports.py big.db [--runs 3] [--by source] [--as-of 2026-06-30] [REPORT ...]

A report is timed as a whole process, ``funnel report NAME --json``, from start to exit; its SQL is
what that process asks the database, with the values put in, run by the shell in one process too,
on one core. The two take turns; the table shows medians by the clock, for on a large database a
report uses several cores: the machine should have nothing else to do. ``benchmarks/dataset.py``
makes the database.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from statistics import median

from funnelcli import config
from funnelcli.db import connect
from funnelcli.reports.declarations import REPORTS
from funnelcli.reports.question import Question
from funnelcli.reports.run import make
from funnelcli.reports.scope import end_of_day
from funnelcli.values import dates

VARIANTS: dict[str, tuple[str, tuple[str, ...], dict[str, object]]] = {
    **{name: (name, (), {}) for name in REPORTS},
    "conversion any": ("conversion", ("--rule", "any"), {"rule": "any"}),
    "conversion strict": ("conversion", ("--rule", "strict"), {"rule": "strict"}),
    "time-in-stage per deal": ("time-in-stage", ("--per-deal",), {"per_deal": True}),
    "forecast backtest": ("forecast", ("--backtest",), {"backtest": True}),
}


def queries_of(path: str, name: str, question: Question) -> str:
    """The statements of a report that is asked on one connection, with the values put in."""
    conn = connect(path)
    said: list[str] = []
    conn.set_trace_callback(said.append)
    make(conn, name, question)
    conn.set_trace_callback(None)
    conn.close()
    return "".join(f"{statement.strip().rstrip(';')};\n" for statement in said)


def seconds(command: list[str], text: str | None = None) -> float:
    """How long a process takes."""
    start = time.perf_counter()
    subprocess.run(command, input=text, stdout=subprocess.DEVNULL, check=True, text=True)
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("db")
    parser.add_argument("reports", nargs="*", metavar="REPORT")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--by")
    parser.add_argument("--as-of")
    given = parser.parse_intermixed_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"FUNNEL_CONFIG_DIR": folder, "FUNNEL_TIMEZONE": "Europe/Berlin"}
        config.forget()
        dates.set_zone("Europe/Berlin")
        with sqlite3.connect(given.db) as conn:
            counts = [
                conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in ("deal", "stay", "terms", "visit")
            ]
        conn.close()
        print("{:,} deals, {:,} stays, {:,} terms, {:,} visits".format(*counts))
        more = ["--by", given.by] if given.by else []
        more += ["--as-of", given.as_of] if given.as_of else []
        print(f"{'report':24} {'funnel':>8} {'its SQL':>8} {'ratio':>6}")
        for label, (name, arguments, options) in VARIANTS.items():
            if given.reports and label not in given.reports and name not in given.reports:
                continue
            at = None if given.as_of is None else end_of_day(given.as_of)
            question = Question(by=(given.by,) if given.by else (), as_of=at, options=dict(options))
            text = queries_of(given.db, name, question)
            command = [sys.executable, "-m", "funnelcli", "report", name, *arguments, *more]
            command += ["--db", given.db, "--json"]
            ours, shells = [], []
            for _run in range(given.runs):
                ours.append(seconds(command))
                shells.append(seconds(["sqlite3", given.db], text))
            ratio = median(ours) / max(median(shells), 0.01)
            print(f"{label:24} {median(ours):7.2f}s {median(shells):7.2f}s {ratio:6.2f}")


if __name__ == "__main__":
    main()
