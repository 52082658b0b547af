"""Where the reports are tried: a new database, copies of it, Berlin, and every way to ask."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from conftest import Clock
from funnelcli import config
from funnelcli.db import connect
from funnelcli.reports.declarations import REPORTS
from funnelcli.text import search_key
from funnelcli.values import datereading, dates
from reference.seller import NOW

VARIANTS: list[tuple[str, dict[str, Any]]] = [
    *((name, {}) for name in REPORTS),
    ("conversion", {"rule": "any"}),
    ("conversion", {"rule": "strict"}),
    ("time-in-stage", {"per_deal": True}),
    ("win-rate", {"cohort": True}),
    ("forecast", {"backtest": True}),
]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """A new database, migrated once."""
    conn = connect(str(tmp_path_factory.mktemp("reference") / "empty.db"))
    yield conn
    conn.close()


@pytest.fixture(autouse=True)
def berlin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, clock: Clock) -> Iterator[None]:
    """The clock stands still in Berlin, and no setting of the machine counts."""
    for name, value in (
        ("FUNNEL_CONFIG_DIR", str(tmp_path)),
        ("FUNNEL_LOCALE", "en_US"),
        ("FUNNEL_CURRENCY", "EUR"),
    ):
        monkeypatch.setenv(name, value)
    clock.instant = NOW
    config.forget()
    dates.set_zone("Europe/Berlin")
    yield
    dates.set_zone(None)
    config.forget()


@pytest.fixture(autouse=True, scope="module")
def periods_are_read_once() -> Iterator[None]:
    """Have the words of a period read once: the reports of all histories are asked for the same
    few, thousands of times. How they are read has tests of its own."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("read_period", "is_everything"):
            patch.setattr(datereading, name, cache(getattr(datereading, name)))
        yield


def copy_of(empty: sqlite3.Connection) -> sqlite3.Connection:
    """A copy of the empty database, in memory."""
    conn = sqlite3.connect(":memory:", isolation_level=None)
    empty.backup(conn)
    conn.execute("PRAGMA foreign_keys = ON")
    conn.create_function("search_key", 1, lambda text: text and search_key(text))
    return conn
