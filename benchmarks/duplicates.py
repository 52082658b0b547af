"""How well contacts that may be the same are found: precision and recall over the labelled pairs,
those held out apart, by kind, the pairs that were judged wrongly, and the time that 100,000
contacts take.

python benchmarks/duplicates.py [--held-out]   shows the faults among those held out, too
"""

from __future__ import annotations

import random
import sqlite3
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from funnelcli.actions import contacts
from funnelcli.cli.records.contact_duplicates import LEAST
from funnelcli.db.connection import connect
from funnelcli.queries.duplicates import pairs

DATA = Path(__file__).resolve().parent.parent / "tests" / "data"
CONTACTS = 100_000
# Of each kind's families every so many is held out, beginning with the first.
HELD_OUT = 3


class Labelled(NamedTuple):
    """Two contacts as they are written in the sets, of what kind the pair is, whether they are the
    same, and whether the rules were made without it."""

    one: str
    other: str
    kind: str
    same: bool
    held_out: bool


class Judged(NamedTuple):
    """A pair, and whether it was found to be one contact."""

    pair: Labelled
    found: bool


def labelled() -> Iterator[Labelled]:
    """The pairs that were written one by one, and those made of families and evidences."""
    single = tomllib.loads((DATA / "duplicates.toml").read_text("utf-8"))
    families = tomllib.loads((DATA / "duplicate_families.toml").read_text("utf-8"))
    for label in ("same", "different"):
        for one, other in single[label]:
            yield Labelled(one, other, "by hand", label == "same", False)
        for kind in families[label]:
            for number, (one, other) in enumerate(kind["families"]):
                for evidence in kind["evidence"]:
                    shared = _EVIDENCE[evidence]
                    marks = ["; org" if kind.get("org") else "", ""]
                    marks[1] = "" if kind.get("mixed") else marks[0]
                    if kind.get("mixed"):
                        marks[0] = "; org"
                    yield Labelled(
                        f"{one}{marks[0]}{shared[0]}",
                        f"{other}{marks[1]}{shared[-1]}",
                        kind["kind"],
                        label == "same",
                        number % HELD_OUT == 0,
                    )


# What both have, or what each has.
_EVIDENCE: dict[str, tuple[str, ...]] = {
    "none": ("",),
    "email": ("; email post.for.one@web.example",),
    "phone": ("; phone 0171 2233445",),
    "town": ("; town Bonn",),
    "at": ("; at Nordwind GmbH",),
    "mailbox": ("; email info@nordwind.example",),
    "switchboard": ("; phone 0228 40400; at Nordwind GmbH",),
    "towns": ("; town Bonn", "; town Kiel"),
    "births": ("; birthday 1961-02-03", "; birthday 1988-09-10"),
    "firms": ("; at Nordwind GmbH", "; at Südwind AG"),
}


def judge(conn: sqlite3.Connection, labelled: Iterable[Labelled]) -> Iterator[Judged]:
    """Each labelled pair, alone in the database; nothing of it is kept."""
    for pair in labelled:
        conn.execute("SAVEPOINT pair")
        ids = {_add(conn, pair.one), _add(conn, pair.other)}
        found = any({one.id, one.other_id} == ids for one in pairs(conn, LEAST))
        conn.execute("ROLLBACK TO pair")
        conn.execute("RELEASE pair")
        yield Judged(pair, found)


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
    right = sum(one.found and one.pair.same for one in judged)
    found, same = sum(one.found for one in judged), sum(one.pair.same for one in judged)
    return right / max(1, found), right / max(1, same)


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
        judged = list(judge(conn, labelled()))
        held_out = [one for one in judged if one.pair.held_out]
        for name, some in (("pairs", judged), ("of them held out", held_out)):
            precision, recall = rates(some)
            print(f"{len(some)} {name}: precision {precision:.3f}, recall {recall:.3f}")
        for kind, same in dict.fromkeys((one.pair.kind, one.pair.same) for one in judged):
            some = [one for one in judged if (one.pair.kind, one.pair.same) == (kind, same)]
            found = sum(one.found for one in some)
            print(f"    {kind}, {'same' if same else 'different'}: {found} of {len(some)} found")
        show_held_out = "--held-out" in sys.argv
        for one in judged:
            if one.found != one.pair.same and (show_held_out or not one.pair.held_out):
                word = "missed" if one.pair.same else "wrong "
                print(f"    {word}  {one.pair.one}  |  {one.pair.other}")
        print(f"{CONTACTS:,} contacts: {_timed(conn):.1f} s")


if __name__ == "__main__":
    main()
