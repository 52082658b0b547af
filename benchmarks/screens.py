"""What every screen and every report costs on a database: processor, clock, memory.

    python benchmarks/screens.py big.db [--runs 3] [--as-of 2026-06-30] [--writes] [WORD ...]
    python benchmarks/screens.py postgresql://anna@localhost/sales ...

Each line is a whole command, from start to exit, at its best of so many runs: the processor's
seconds with those of its threads, the clock's, and the most memory that it held. Of a database on a
server that is what the command itself took; the seconds of the clock in which the server worked for
it stand behind. Reports are asked
plainly, as of a past day, over a past quarter, and by each slice. WORDs choose among the commands:
``route`` those that have the word, ``"report route"`` its lines alone. With ``--writes`` a deal is
advanced, noted and that undone, and 10,000 leads are imported and taken back, in the database
itself. ``benchmarks/dataset.py`` makes the database.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

from funnelcli.reports.declarations import REPORTS

SCREENS = (
    ("", True, 0.5),
    ("", False, 1.0),
    ("--json", False, 1.0),
    ("show", True, 0.5),
    ("agenda", True, 0.3),
    ("route", True, 0.3),
    ("call --list --limit 20", True, 0.3),
    ("status --short", True, 0.08),
    ("deal list", True, 0.5),
    ("deal list --limit 100", False, 0.5),
    ("find Müller", True, 0.5),
    ("deal list is:rotten", True, 0.5),
    ("deal list is:won", True, 0.5),
    ("deal list contact:weber", True, 0.5),
    ("deal list --sort -value", True, 1.0),
    ("deal list --ids", False, 3.0),
    ("deal list --json=id,value", False, 6.0),
    ("visit list", True, 0.5),
    ("deal show 7", True, 0.3),
    ("contact list", True, 0.5),
    ("report all", False, 6.0),
)
"""The commands, whether they write to a terminal, and what they may take of the processor."""
WRITES = (
    ("advance {deal}", 0.3),
    ("undo", 0.3),
    ("note add {deal} called", 0.3),
    ("undo", 0.3),
    ("import deals {leads} --key id", 2.0),
    ("undo", 2.0),
)
CHANGING = {line.split()[0] for line, _most in WRITES}
LEADS = 10_000
VARIANTS = (
    ("conversion", "--rule any"),
    ("conversion", "--rule strict"),
    ("time-in-stage", "--per-deal"),
    ("win-rate", "--cohort"),
    ("forecast", "--backtest"),
)
_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)
_WORKED = "SELECT active_time / 1000 FROM pg_stat_database WHERE datname = current_database()"
REPORT = 2.0
"""What a report may take of the processor."""
MEMORY = 60
"""MiB that a command may hold."""


class Cost(NamedTuple):
    """What a run took: seconds of the processor, of the clock, MiB, seconds of a server."""

    processor: float
    clock: float
    memory: float
    server: float = 0.0


def run(command: list[str], env: dict[str, str], *, terminal: bool) -> Cost:
    """Run a command once, its output read through a pipe or a pseudo terminal."""
    if terminal:
        import pty

        source, sink = pty.openpty()
    else:
        source, sink = os.pipe()
    start = time.perf_counter()
    process = subprocess.Popen(
        command, env=env, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT
    )
    os.close(sink)
    said = b""
    while True:
        try:
            read = os.read(source, 1 << 16)
        except OSError:
            break  # A terminal that nobody writes to any more.
        if not read:
            break
        said = said[-1000:] + read
    _pid, status, used = os.wait4(process.pid, 0)
    clock = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    os.close(source)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{said.decode(errors='replace')}")
    return Cost(used.ru_utime + used.ru_stime, clock, used.ru_maxrss / 1024)


def worked(db: str) -> float:
    """Seconds in which a server has run statements of a database; of a file none."""
    from funnelcli.db import server

    if not server.is_address(db):
        return 0.0
    from funnelcli.db.server import opening

    with closing(opening.look(db)) as conn:
        # Who is leaving tells it at the very end.
        while conn.rows(_OTHERS)[0][0]:
            time.sleep(0.02)
        ((seconds,),) = conn.rows(_WORKED)
        return float(seconds)


def commands(
    past: str, by: list[str] | None, deal: int, leads: str, *, writes: bool
) -> Iterator[tuple[str, bool, float]]:
    """Every line: the command, whether it writes to a terminal, what it may take; reports sliced
    ``by`` these, or by everything."""
    yield from SCREENS
    yield f"show --as-of {past}", True, REPORT
    if writes:
        yield from ((line.format(deal=deal, leads=leads), True, most) for line, most in WRITES)
    for name, declared in REPORTS.items():
        line = f"report {name}"
        yield line, False, REPORT
        yield from ((f"{line} {more}", False, REPORT) for of, more in VARIANTS if of == name)
        yield f"{line} --as-of {past}", False, REPORT
        yield f"{line} --period last-quarter", False, REPORT
        slices = [slice_ for slice_ in declared.slices if by is None or slice_ in by]
        yield from ((f"{line} --by {slice_}", False, REPORT) for slice_ in slices)


def a_deal(db: str) -> int:
    """An open deal that can be advanced."""
    from funnelcli.db import connect

    with closing(connect(db)) as conn:
        found = conn.execute(
            "SELECT d.id FROM deal AS d JOIN stage AS s ON s.id = d.stage_id"
            " WHERE d.status = 'open' AND s.kind = 'open' ORDER BY s.position, d.id DESC LIMIT 1"
        ).fetchone()
    return int(found[0]) if found else 1


def leads_in(folder: str) -> str:
    """A file of leads, as it comes from a fair."""
    path = os.path.join(folder, "leads.csv")
    with open(path, "w", encoding="utf-8") as file:
        file.write("id,title,contact,email,value,source\n")
        for number in range(LEADS):
            who = f"Lead {number}"
            file.write(f"B{number},Roof for {who},{who},b{number}@example.com,{number},fair\n")
    return path


def main() -> None:
    """Print the table; what is over what is wanted is marked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("db")
    parser.add_argument("words", nargs="*", metavar="WORD")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--as-of", default="2026-06-30")
    parser.add_argument("--by", action="append", metavar="SLICE", help="only these slices; none: -")
    parser.add_argument("--writes", action="store_true")
    given = parser.parse_intermixed_args()
    funnel = os.path.join(os.path.dirname(sys.executable), "funnel")
    print(f"{'command':44} {'processor':>9} {'clock':>8} {'server':>8} {'memory':>8}")
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "FUNNEL_DB": given.db, "FUNNEL_CONFIG_DIR": folder, "TERM": "xterm"}
        env |= {"FUNNEL_TIMEZONE": "Europe/Berlin", "COLUMNS": "120", "FUNNEL_PAGER": "off"}
        lines = commands(
            given.as_of, given.by, a_deal(given.db), leads_in(folder), writes=given.writes
        )
        for line, terminal, most in lines:
            if given.words and not any(f" {word} " in f" {line} " for word in given.words):
                continue
            costs = []
            # What changes something is run once, for the next line goes on from there.
            for _run in range(
                1 if line.split()[:1] and line.split()[0] in CHANGING else given.runs
            ):
                before = worked(given.db)
                cost = run([funnel, *line.split()], env, terminal=terminal)
                costs.append(cost._replace(server=worked(given.db) - before))
            processor, clock, memory, server = map(min, zip(*costs, strict=True))
            over = [f"over {most} s"] if processor > most else []
            over += [f"over {MEMORY} MiB"] if memory > MEMORY else []
            where = " (terminal)" if terminal else ""
            print(
                f"{f'funnel {line}'.strip() + where:44} {processor:8.2f}s {clock:7.2f}s"
                f" {server:7.2f}s {memory:5.0f}MiB  {', '.join(over)}".rstrip(),
                flush=True,
            )


if __name__ == "__main__":
    main()
