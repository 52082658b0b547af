"""`funnel find` over a million texts, and what the index costs those who write.

    python benchmarks/finding.py [--texts 1000000] [--runs 11]

Texts are of 4 to 16 words out of 60,000, as often as words are in a language. `find` is timed
beside `funnel deal list` in turn, whole processes; a write beside the same one to a database
without an index.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import closing

from pairs import compare

BIN = os.path.dirname(sys.executable)
# Milliseconds that an answer may take beyond the start of the program; seconds to make the index of
# a million texts.
ANSWER, MADE = 30, 40
QUESTIONS = ("solar", "und", "sol", "solar dach", "sola dach", "jean pierre", "zzzz")


def fill(path: str, texts: int) -> None:
    """A database with a contact for every twenty texts, and notes on them."""
    from funnelcli.db import triggers
    from funnelcli.db.connection import connect
    from funnelcli.text import search_key

    chance = random.Random(7)  # noqa: S311 - the same every time is the point
    parts = [
        *("be", "ra", "ko", "mül", "stra", "ße", "so", "lar", "an", "la", "ge", "hei", "zung"),
        *("pump", "wär", "me", "ver", "kun", "de", "bot", "ter"),
    ]
    words = [
        "".join(chance.choice(parts) for _ in range(chance.randint(1, 4))) for _ in range(60_000)
    ]
    words[:5] = ["und", "die", "Solar", "Dach", "Jean-Pierre"]
    often = [*itertools.accumulate(1 / (place + 5) for place in range(len(words)))]

    def some(least: int, most: int) -> str:
        return " ".join(chance.choices(words, cum_weights=often, k=chance.randint(least, most)))

    lines = [some(4, 16) for _ in range(min(texts, 50_000))]
    people = texts // 20
    with closing(connect(path)) as conn:
        conn.execute("BEGIN IMMEDIATE")
        triggers.drop(conn)
        conn.executemany(
            "INSERT INTO contact (public_id, name, search, created_at, recorded_at)"
            " VALUES (hex(randomblob(9)), ?, ?, 1, 1)",
            ((name, search_key(name)) for name in (some(2, 2) for _ in range(people))),
        )
        conn.executemany(
            "INSERT INTO note (public_id, contact_id, happened_at, happened_on, text, search,"
            " recorded_at) VALUES (hex(randomblob(9)), ?, 1, '2026-01-01', ?, ?, 1)",
            (
                (chance.randint(1, people), text, search_key(text))
                for text in (chance.choice(lines) for _ in range(texts - people))
            ),
        )
        triggers.create(conn)
        conn.execute("COMMIT")


def main() -> None:
    """Print the figures; exit with 1 where one is out of its bound."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--texts", type=int, default=1_000_000)
    asked.add_argument("--runs", type=int, default=11)
    given = asked.parse_args()
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        found, plain = (os.path.join(folder, f"{name}.db") for name in ("found", "plain"))
        fill(found, given.texts)
        shutil.copy(found, plain)
        program = os.path.join(BIN, "funnel")
        env = {**os.environ, "FUNNEL_DB": found, "FUNNEL_CONFIG_DIR": folder, "FUNNEL_LANG": "en"}
        before = os.path.getsize(found)
        start = time.perf_counter()
        subprocess.run([program, "find", "nothing"], env=env, check=True, capture_output=True)
        made = time.perf_counter() - start
        failed |= made > MADE
        print(f"made in {made:.1f} s, {(os.path.getsize(found) - before) / 1e6:.0f} MB")
        for words in QUESTIONS:
            line = [program, "find", *words.split(), "-n", "20"]
            pair = compare(line, [program, "deal", "list"], env=env, runs=given.runs)
            more = (pair.ours - pair.peer) * 1000
            failed |= more > ANSWER
            print(f"{words:12s} {more:+6.1f} ms beyond `funnel deal list` of {pair.peer:.3f} s")
        note = [program, "note", "add", "--contact", "7", "a short note", "--db"]
        pair = compare([*note, found], [*note, plain], env=env, runs=given.runs)
        print(f"note add     {pair.ratio:.2f} of the time that it takes without an index")
    sys.exit(failed)


if __name__ == "__main__":
    main()
