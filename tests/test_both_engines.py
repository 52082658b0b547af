"""What a command says, and every figure of a report, is the same in a file and on a PostgreSQL
server."""

from __future__ import annotations

import random
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest

import every_command
import postgres
from conftest import Clock, Result, forget_settings, reset, runner, setting
from every_command import BESIDE, PRINTING, lines, words
from funnelcli.db import bulk, connection, triggers
from funnelcli.nouns import declared
from funnelcli.prompt import _options as known
from funnelcli.reports.model import Report
from funnelcli.reports.question import Question
from funnelcli.reports.run import make
from funnelcli.values import dates
from funnelcli.values.days import label_of
from reference.asked import FILTERS, PAIRS, SLICES
from reference.seller import EDGES, PERIODS, Seller
from reference.surroundings import VARIANTS, berlin, copy_of, empty, periods_are_read_once

__all__ = ["berlin", "empty", "periods_are_read_once"]

pytestmark = pytest.mark.postgres


def fill(path: str, address: str) -> None:
    """Have the database at ``address`` be as the file at ``path``."""
    with closing(connection.connect(address)) as conn, closing(sqlite3.connect(path)) as plain:
        server: Any = conn
        server.begin_writing()
        server.execute("PRAGMA defer_foreign_keys = ON")
        tables = triggers.all_tables(plain)
        for table in tables:
            server.send(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for table in tables:
            server.send(f"DELETE FROM {table}")
        for table in tables:
            found = plain.execute(f"SELECT * FROM {table}")
            names = [name for name, *_rest in found.description]
            bulk.insert(conn, table, names, found.fetchall())
        server.send("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            server.send(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        server.send("SELECT grant_to_all()")
        server.commit()


class Both:
    """The program on a file and on a server, with the same in both."""

    def __init__(self, sample: Path, server: postgres.Server, folder: Path) -> None:
        self.sample = sample
        self.server = server
        self.folders = folder / "file", folder / "server"
        self.kept = str(sample / "funnel.db"), server.database(sample)
        fill(*self.kept)
        self.databases = str(self.folders[0] / "funnel.db"), server.database(folder)
        for one in self.folders:
            shutil.copytree(sample, one)
        self.renew()

    def renew(self) -> None:
        """Have both be as the sample."""
        shutil.copyfile(self.kept[0], self.databases[0])
        self.server.copy(self.kept[1], self.databases[1])

    def compare(self, path: str, line: str) -> None:
        """Fail where a command does not say the same on both."""
        told = [
            f"exit {one.exit_code}\n{self.plain(one + one.stderr)}".splitlines()
            for one in self(path, line)
        ]
        if differences := [*unified_diff(*told, "file", "server", lineterm="", n=1)]:
            pytest.fail("\n".join((f"funnel {path} {line}", *differences)))

    def plain(self, text: str) -> str:
        """A text without what differs by nature: places, and ids that are made by chance."""
        for place in (*self.databases, *map(str, self.folders)):
            text = text.replace(place, "there")
        return re.sub(r"\b01[0-9A-Z]{24}\b", "ID", text)

    def __call__(self, path: str, line: str) -> Iterator[Result]:
        """What a command says on each."""
        for folder, database in zip(self.folders, self.databases, strict=True):
            with pytest.MonkeyPatch.context() as patch:
                forget_settings(patch)
                patch.setattr(dates, "now", Clock())
                patch.chdir(folder)
                run = runner({**setting(folder), "FUNNEL_DB": database}, patch)
                yield run(*path.split(), *words(line), exit=None)
            reset()
        if "w" in known.COMMANDS[path][2]:
            self.renew()


@pytest.fixture(scope="module")
def both(server: postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """The program on both, with the sample."""
    folder = tmp_path_factory.mktemp("both")
    sample = folder / "sample"
    sample.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        forget_settings(patch)
        patch.setattr(dates, "now", Clock())
        patch.chdir(sample)
        database = str(sample / "funnel.db")
        run = runner({**setting(sample), "FUNNEL_DB": database}, patch)
        every_command.fill(run, sample, database)
        reset()
    made = Both(sample, server, folder)
    yield made
    for one in (folder, sample):
        server.forget(one)


# What is not said of a server as of a file: its logins, the place that a unit of the system names,
# the copies that lie beside a file, and SQL of one's own.
OTHERWISE = ("contact dossier", "contact forget", "remind", "sql", "user add", "user edit")


@pytest.mark.parametrize("path", [path for path in PRINTING if path not in (*BESIDE, *OTHERWISE)])
def test_a_command_says_the_same(both: Both, path: str) -> None:
    for line in lines(path):
        for form in ("", "--json") if "r" in known.COMMANDS[path][2] else ("",):
            both.compare(path, f"{line} {form}")


@pytest.mark.parametrize(
    "noun", ["contact", "contract", "deal", "offer", "product", "step", "visit"]
)
def test_a_list_is_in_the_same_order(both: Both, noun: str) -> None:
    for key in declared(noun).fields:
        for line in (f"--sort {key}", f"'-{key}:none'"):
            both.compare(f"{noun} list", f"{line} --json")


def figures(report: Report) -> list[Any]:
    """What a report says, with the tables that belong to it."""
    said = (report.n, report.rows, report.total, report.left_out, report.explain, report.notes)
    return [*said, *map(figures, report.extra)]


@pytest.mark.parametrize("past", [False, True])
def test_a_report_has_the_same_figures(
    empty: sqlite3.Connection,
    clock: Clock,
    server: postgres.Server,
    tmp_path: Path,
    past: bool,
) -> None:
    path, address = str(tmp_path / "history.db"), server.database(tmp_path)
    with closing(copy_of(empty)) as made, closing(sqlite3.connect(path)) as file:
        Seller(made, int(past), clock)
        made.backup(file)
    fill(path, address)
    dice = random.Random(int(past))  # noqa: S311
    with closing(connection.connect(path)) as one, closing(connection.connect(address)) as other:
        for name, options in VARIANTS:
            for by in ("", dice.choice(list(SLICES)), dice.choice(list(PAIRS))):
                asked = {
                    "filters": dice.choice([(), (dice.choice(list(FILTERS)),)]),
                    "period": label_of(*dice.choice(PERIODS)),
                    "by": tuple(by.split()),
                    "as_of": dice.choice(EDGES) - 1 if past else None,
                    "options": options,
                }
                found = [figures(make(conn, name, Question(**asked))) for conn in (one, other)]
                assert found[1] == found[0], (name, asked)
    server.forget(tmp_path)
