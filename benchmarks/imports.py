"""What importing deals with their contacts costs, beside ``sqlite-utils`` putting the same file
into one bare table.

Run it in an environment that has funnelcli (installed, not editable) and sqlite-utils:

    python benchmarks/imports.py [--deals 100000] [--runs 5] [--wide]

Both run in turn, each into a database of its own; seconds of processor time and of the clock,
and the most memory that ours held, as medians.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from typing import NamedTuple

BIN = os.path.dirname(sys.executable)
FIRST = ("Ada", "Ben", "Carla", "Dirk", "Eva", "Franz", "Greta", "Jörg", "Karla", "Mia", "Nils")
LAST = ("Müller", "Schmidt", "Weber", "Koch", "Bauer", "Krüger", "Voß", "Haas", "Jäger", "Roth")
PRODUCTS = ("Roof", "Wall box", "Heat pump", "Battery")
NARROW = (
    "id",
    "title",
    "contact",
    "email",
    "value",
    "stage",
    "opened",
    "closed",
    "source",
    "product",
    "lost reason",
)
WIDE = (*NARROW, "organisation", "phone", "currency", "notes")


class Run(NamedTuple):
    """One run: seconds by the clock and of the processor, and MiB of memory."""

    wall: float
    processor: float
    memory: float


def write(path: str, deals: int, wide: bool) -> None:
    """A file of ``deals`` deals, two to a contact, the same every time."""
    dice = random.Random(7)  # noqa: S311 - not for secrets
    first = date(2022, 1, 3)
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, WIDE if wide else NARROW, extrasaction="ignore")
        writer.writeheader()
        for number in range(1, deals + 1):
            who = dice.randrange(max(deals // 2, 1))
            name = f"{FIRST[who % len(FIRST)]} {LAST[who % len(LAST)]} {who}"
            product = dice.choice(PRODUCTS)
            stage = dice.choice(("needs", "offer", "negotiation", "won", "won", "lost", "lost"))
            opened = first + timedelta(days=dice.randrange(1500))
            closed = opened + timedelta(days=dice.randrange(5, 200))
            writer.writerow(
                {
                    "id": f"D{number:07}",
                    "title": f"{product} for {name}",
                    "contact": name,
                    "email": f"p{who}@example.com",
                    "value": f"{dice.randrange(100, 90000)}.{dice.randrange(100):02}",
                    "stage": stage,
                    "opened": opened.isoformat(),
                    "closed": closed.isoformat() if stage in ("won", "lost") else "",
                    "source": dice.choice(("referral", "web", "fair", "partner")),
                    "product": product,
                    "lost reason": dice.choice(("price", "timing")) if stage == "lost" else "",
                    "organisation": f"Firm {who // 2}",
                    "phone": f"+49 89 {1_000_000 + who}",
                    "currency": "EUR",
                    "notes": "met at the fair" if number % 5 == 0 else "",
                }
            )


def once(command: list[str], env: dict[str, str]) -> Run:
    """What one run of ``command`` takes."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _pid, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed")
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def main() -> None:
    """Print what both take, the ratios, and ours by memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deals", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--wide", action="store_true", help="with organisations and phones too")
    options = parser.parse_args()
    pairs = []
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "deals.csv")
        write(file, options.deals, options.wide)
        for _run in range(options.runs):
            with tempfile.TemporaryDirectory(dir=folder) as fresh:
                env = {
                    **os.environ,
                    "FUNNEL_DB": os.path.join(fresh, "funnel.db"),
                    "FUNNEL_CONFIG_DIR": fresh,
                }
                bare = os.path.join(fresh, "bare.db")
                ours = [os.path.join(BIN, "funnel"), "import", "deals", file, "--key", "id"]
                peer = [os.path.join(BIN, "sqlite-utils"), "insert", bare, "deal", file, "--csv"]
                pairs.append((once(ours, env), once(peer, env)))
    print(f"{options.deals} deals, medians of {options.runs} runs")
    for name in ("wall", "processor"):
        mine = statistics.median(getattr(one, name) for one, _other in pairs)
        theirs = statistics.median(getattr(other, name) for _one, other in pairs)
        ratio = statistics.median(getattr(one, name) / getattr(other, name) for one, other in pairs)
        print(f"{name:9}  {mine:6.2f} s  {theirs:6.2f} s  ratio {ratio:.2f}")
    print(f"memory     {statistics.median(one.memory for one, _other in pairs):6.0f} MiB")


if __name__ == "__main__":
    main()
