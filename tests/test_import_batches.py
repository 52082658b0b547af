"""A second import of many records asks and writes for many at once, in a file and on a server: on
a server each statement is a way there and back."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

import conftest
from conftest import Run, writer
from funnelcli.db import connection

Asked = Callable[..., int]
# Both are written in as many lots.
FEW, MANY = 11, 101


@pytest.fixture
def asked(funnel: Run, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """How many statements a command sends."""
    said: list[str] = []
    if conftest.served:
        from funnelcli.db.server.connection import ServerConnection

        send = ServerConnection.send

        def counted(self: ServerConnection, text: str, parameters: Any = None) -> Any:
            said.append(text)
            return send(self, text, parameters)

        monkeypatch.setattr(ServerConnection, "send", counted)
    else:
        plainly = connection.open_file

        def traced(*words: Any, **more: Any) -> sqlite3.Connection:
            conn = plainly(*words, **more)
            conn.set_trace_callback(said.append)
            return conn

        monkeypatch.setattr(connection, "open_file", traced)

    def asked(*words: str) -> int:
        said.clear()
        funnel(*words)
        # SQLite tells a statement again with each run of a trigger, and behind dashes what that
        # does.
        return len([one for one, _again in groupby(said) if not one.startswith("--")])

    return asked


DEALS = "id,title,contact,value,stage,opened,closed,lost reason,notes,tags,people"


def deals(number: int, first: int, *, moved: bool) -> str:
    """A list of deals, or what became of them."""
    lines = [DEALS]
    for n in range(first, first + number):
        if not moved:
            lines.append(f"{n},Roof {n},Anna Roth {n},100,needs,2026-03-01,,,,,")
            continue
        stage, closed, reason = [
            ("offer", "", ""),
            ("won", "2026-04-02", ""),
            ("lost", "2026-04-03", "price"),
        ][n % 3]
        said = f"Roof no. {n},Eva Roth {n},{200 + n},{stage},2026-03-01,{closed},{reason}"
        lines.append(f"{n},{said},called {n},solar,Otto Roth {n} (user)")
    return "\n".join(lines) + "\n"


def test_deals_that_have_moved_on_are_moved_many_at_once(
    asked: Asked, funnel: Run, tmp_path: Path
) -> None:
    write = writer(tmp_path, "deals.csv")
    words = ("import", "deals", "--key", "id")
    sent = []
    for number, first in ((FEW, 1), (MANY, 1001)):
        funnel(*words, write(deals(number, first, moved=False)))
        sent.append(asked(*words, write(deals(number, first, moved=True))))
    assert sent[1] - sent[0] < MANY / 4
    moved = "deal list --json=id,status,stage,value"
    by_status = Counter(one["status"] for one in funnel(moved).json)
    assert by_status == {"open": 37, "won": 37, "lost": 38}
    assert len(funnel("deal list tag:solar title:no --json=id").json) == FEW + MANY
    people = funnel("deal people 1 --json=name,role").json
    assert [one["name"] for one in people] == ["Eva Roth 1", "Anna Roth 1", "Otto Roth 1"]
    funnel("undo")
    assert {one["value"] for one in funnel(moved).json if one["id"] > FEW} == {100}
    funnel("doctor")
