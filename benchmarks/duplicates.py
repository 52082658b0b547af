"""How well contacts that may be the same are found: precision and recall over the labelled pairs,
the pairs that were judged wrongly, and the time that 100,000 contacts take.

python benchmarks/duplicates.py
"""

from __future__ import annotations

import random
import sqlite3
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from funnelcli.actions import contacts
from funnelcli.cli.records.contact_duplicates import LEAST
from funnelcli.db.connection import connect
from funnelcli.queries.duplicates import pairs

LABELLED = Path(__file__).resolve().parent.parent / "tests" / "data" / "duplicates.toml"
CONTACTS = 100_000


class Judged(NamedTuple):
    """Two contacts as they are written in the set, whether they are the same, and whether they were
    found to be."""

    one: str
    other: str
    same: bool
    found: bool


def judge(conn: sqlite3.Connection, path: Path = LABELLED) -> Iterator[Judged]:
    """Each labelled pair, alone in the database; nothing of it is kept."""
    labelled = tomllib.loads(path.read_text("utf-8"))
    for label in ("same", "different"):
        for one, other in labelled[label]:
            conn.execute("SAVEPOINT pair")
            ids = {_add(conn, one), _add(conn, other)}
            found = any({pair.id, pair.other_id} == ids for pair in pairs(conn, LEAST))
            conn.execute("ROLLBACK TO pair")
            conn.execute("RELEASE pair")
            yield Judged(one, other, label == "same", found)


def _add(conn: sqlite3.Connection, written: str) -> int:
    name, *parts = written.split("; ")
    said = dict(part.partition(" ")[::2] for part in parts)
    fields: dict[str, str | int | None] = {
        key: said[key] for key in ("town", "birthday") if key in said
    }
    if "org" in said:
        fields["kind"] = "organisation"
    if "at" in said:
        firm = conn.execute(
            "SELECT id FROM contact WHERE kind = 'organisation' AND name = ?", (said["at"],)
        ).fetchone()
        organisation = {"kind": "organisation"}
        fields["organisation_id"] = (
            firm[0] if firm else contacts.add(conn, said["at"], fields=organisation)
        )
    emails, phones = ([said[key]] if key in said else [] for key in ("email", "phone"))
    return contacts.add(conn, name, fields=fields, emails=emails, phones=phones)


def rates(judged: list[Judged]) -> tuple[float, float]:
    """Precision (of the pairs found, how many are the same) and recall (of those that are the same,
    how many were found)."""
    right = sum(pair.found and pair.same for pair in judged)
    return right / sum(pair.found for pair in judged), right / sum(pair.same for pair in judged)


def _timed(conn: sqlite3.Connection) -> float:
    """Seconds that the pairs of 100,000 people with invented names take, one in fifty twice."""
    chance = random.Random(1)  # noqa: S311 - the same every time is the point
    syllables = [
        first + second for first in "bdfgklmnrst" for second in ("a", "ei", "o", "er", "ü")
    ]
    people: list[str] = []
    for _ in range(CONTACTS):
        first, last = ("".join(chance.choices(syllables, k=3)).title() for _ in range(2))
        people.append(
            chance.choice(people) if people and chance.random() < 0.02 else f"{first} {last}"
        )
    for name in people:
        contacts.add(conn, name)
    start = time.perf_counter()
    pairs(conn, LEAST)
    return time.perf_counter() - start


def main() -> None:
    """Print the figures and what was judged wrongly."""
    with tempfile.TemporaryDirectory() as folder, closing(connect(f"{folder}/pairs.db")) as conn:
        judged = list(judge(conn))
        precision, recall = rates(judged)
        print(f"{len(judged)} pairs: precision {precision:.3f}, recall {recall:.3f}")
        for pair in judged:
            if pair.found != pair.same:
                print(f"    {'missed' if pair.same else 'wrong '}  {pair.one}  |  {pair.other}")
        print(f"{CONTACTS:,} contacts: {_timed(conn):.1f} s")


if __name__ == "__main__":
    main()
