"""What is kept of the reports of a large database on a server, where several people write at once,
and other programs do."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from conftest import Clock, Run
from funnelcli.db import size
from funnelcli.queries import kept
from postgres import Server
from test_server_team import Team, team

psycopg = pytest.importorskip("psycopg", reason="psycopg is in the extra team")

pytestmark = pytest.mark.postgres

__all__ = ["team"]

ASKED = (
    *("show", "report all", "report sources --by month", "report losses --by source"),
    *("report time-in-stage", "report flow", "report flow --as-of 2026-11-24"),
)
LINES = (
    "advance {}",
    "advance {} --skip",
    "deal edit {} --value 7k --source web",
    "deal win {} --yes",
    "deal lose {} --reason price",
    "deal reopen {}",
    "visit log {} --note hello",
    "deal tag {} vip",
    "deal rm {} --yes",
    "undo --yes",
)


@pytest.fixture(autouse=True)
def however_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few deals there are, answers are kept, and moved along all of them."""
    monkeypatch.setattr(size, "ENOUGH", 0)
    monkeypatch.setattr(kept, "_SHARE", 0)
    monkeypatch.setattr(kept, "_ROOM", 1 << 20)


class Served:
    """A database on a server, what another program asks of it, and what its reports say."""

    def __init__(self, funnel: Run, address: str) -> None:
        self.funnel, self.address = funnel, address

    def __call__(self, *args: Any, **more: Any) -> Any:
        return self.funnel(*args, env={"FUNNEL_DB": self.address}, **more)

    def other(self) -> Any:
        """Another program."""
        conn = psycopg.connect(self.address, autocommit=True)
        conn.execute("SET search_path = funnel, pg_catalog")
        return closing(conn)

    @property
    def kept(self) -> int:
        """How many answers are kept."""
        with self.other() as conn:
            counted = "SELECT count(*) FROM tally WHERE id >= %s"
            return int(conn.execute(counted, (1 << 32,)).fetchone()[0])

    def said(self) -> list[Any]:
        """What the reports say."""
        return [json.loads(str(self(f"{one} --json"))) for one in ASKED]

    def plainly(self) -> list[Any]:
        """What they say where nothing is kept."""
        with self.other() as conn:
            conn.execute("DELETE FROM tally")
        return self.said()


@pytest.fixture
def served(server: Server, tmp_path: Path, funnel: Run) -> Iterator[Served]:
    yield Served(funnel, server.database(tmp_path))
    server.forget(tmp_path)


def test_what_is_kept_on_a_server_gives_the_figures_of_all_deals(
    served: Served, clock: Clock
) -> None:
    dice = random.Random(7)  # noqa: S311
    for name in ("Ann0", "Ann1", "Ann2"):
        served(f"contact add {name}")
    for number in range(8):
        served(f"deal add Roof{number} --value {number + 1}k --source fair -c Ann{number % 3}")
    served.said()
    assert served.kept > 10
    for _round in range(3):
        for _line in range(6):
            clock.instant += 3_600
            served(dice.choice(LINES).format(dice.randint(1, 8)), exit=None)
        moved = served.said()
        assert moved == served.plainly()
        served.said()


def test_what_another_program_says_later_is_not_overlooked(served: Served) -> None:
    served("deal add Roof --value 10k --source fair")
    with served.other() as conn, conn.transaction():
        # It writes first, and says last that it is to be kept.
        conn.execute("UPDATE deal SET source = 'web'")
        assert "fair" in served("report sources")
        served("show")
        assert served.kept > 0
    moved = served.said()
    assert "web" in str(moved)
    assert moved == served.plainly()


def test_whoever_may_not_write_keeps_nothing(team: Team) -> None:
    team(team.anna, "deal add Roof --value 10k --source fair")
    first = team(team.rita, "report sources --json").json
    assert team.sql(team.anna, "SELECT count(*) FROM tally") == [(0,)]
    assert team(team.ben, "report sources --json").json == first
    assert team.sql(team.anna, "SELECT count(*) FROM tally") > [(0,)]
    assert team(team.rita, "report sources --json").json == first


def test_the_doctor_asks_nothing_that_somebody_has_put_there(team: Team) -> None:
    team(team.anna, "deal add Roof --value 10k --source fair")
    asked = [[0, True, False], "SELECT 1 / 0", {}], [["n"], [[1]]], 1, None
    found = kept.Asked(kept.Kind(0, True, False), "SELECT 1 / 0", {})
    (version,) = team.sql(team.anna, "SELECT max(version) FROM schema_version")[0]
    team.sql(
        team.ben,
        "INSERT INTO tally (id, made_of, position, deals, rows)"
        f" VALUES ({found.number(version)}, 1, 0, 1, '{json.dumps(asked)}')",
    )
    assert "sums" not in team(team.anna, "doctor", exit=None)
