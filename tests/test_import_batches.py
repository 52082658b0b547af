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
# From how many records there are and the number of the first to a file of them and the next one.
Files = Callable[[int, int], tuple[str, str]]
Again = Callable[[str, Files], None]
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


@pytest.fixture
def again(asked: Asked, funnel: Run, tmp_path: Path) -> Again:
    """Import few records of a noun and then many, each of them a second time with something else
    said: the second time of many takes hardly more statements than that of few."""

    def twice(noun: str, files: Files) -> None:
        write = writer(tmp_path, f"{noun}.csv")
        words = ("import", noun, "--key", "id")
        sent = []
        for number, first in ((FEW, 1), (MANY, 1001)):
            before, after = files(number, first)
            funnel(*words, write(before))
            sent.append(asked(*words, write(after)))
        assert sent[1] - sent[0] < MANY / 4

    return twice


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


def test_deals_that_have_moved_on_are_moved_many_at_once(again: Again, funnel: Run) -> None:
    again("deals", lambda n, first: (deals(n, first, moved=False), deals(n, first, moved=True)))
    moved = "deal list --json=id,status,stage,value"
    by_status = Counter(one["status"] for one in funnel(moved).json)
    assert by_status == {"open": 37, "won": 37, "lost": 38}
    assert len(funnel("deal list tag:solar title:no --json=id").json) == FEW + MANY
    people = funnel("deal people 1 --json=name,role").json
    assert [one["name"] for one in people] == ["Eva Roth 1", "Anna Roth 1", "Otto Roth 1"]
    funnel("undo")
    assert {one["value"] for one in funnel(moved).json if one["id"] > FEW} == {100}
    funnel("doctor")


def contacts(number: int, first: int, *, more: bool) -> str:
    """A list of contacts, or what else is known of them."""
    lines = ["id,name,email,phone,tags,town,job title"]
    for n in range(first, first + number):
        if more:
            phones = f'"+49 89 {1000000 + n}, +49 171 {1000000 + n}"'
            lines.append(f'{n},Eva Roth {n},"e{n}@x.example, f{n}@x.example",{phones},new,Ulm,Head')
        else:
            lines.append(f"{n},Eva Roth {n},e{n}@x.example,+49 89 {1000000 + n},old,Bonn,")
    return "\n".join(lines) + "\n"


def test_contacts_get_more_numbers_addresses_tags_and_fields_many_at_once(
    again: Again, funnel: Run
) -> None:
    again("contacts", lambda n, at: (contacts(n, at, more=False), contacts(n, at, more=True)))
    last = funnel("contact", "show", FEW + MANY, "--json").json
    assert last["emails"] == ["e1101@x.example", "f1101@x.example"]
    assert last["phones"] == ["+49891001101", "+491711001101"]
    assert (last["tags"], last["town"], last["job_title"]) == (["new", "old"], "Ulm", "Head")
    funnel("undo")
    assert funnel("contact", "show", FEW + MANY, "--json").json["phones"] == ["+49891001101"]


def test_a_list_of_deals_gives_contacts_more_numbers_many_at_once(
    again: Again, funnel: Run
) -> None:
    def files(number: int, first: int) -> tuple[str, str]:
        rows = [
            f'{n},Roof {n},Eva Roth {n},"+49 89 {1000000 + n}' for n in range(first, first + number)
        ]
        head = "id,title,contact,phone{}\n"
        more = "".join(f'{row}, +49 171 1234567",Head\n' for row in rows)
        plain = "".join(f'{row}"\n' for row in rows)
        return head.format("") + plain, head.format(",job title") + more

    again("deals", files)
    assert funnel("contact show 1 --json").json["phones"] == ["+49891000001", "+491711234567"]
    titles = Counter(one["job_title"] for one in funnel("contact list --json=job_title").json)
    assert titles == {"Head": FEW + MANY}


def test_an_import_that_has_moved_deals_is_taken_back_many_at_once(
    asked: Asked, funnel: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = writer(tmp_path, "deals.csv")
    words = ("import", "deals", "--key", "id")
    # As an import of thousands of rows is written.
    monkeypatch.setattr("funnelcli.db.loading.ENOUGH", 100)
    monkeypatch.setattr("funnelcli.db.reversing.PIECE", 500)
    funnel(*words, write(deals(400, 1, moved=False)))
    before = funnel("deal list --json").json
    funnel(*words, write(deals(400, 1, moved=True)))
    assert asked("undo") < 200
    assert funnel("deal list --json").json == before
    funnel("doctor")


def test_of_a_large_import_the_commands_are_named_that_only_refer_to_its_deals(
    funnel: Run, tmp_path: Path
) -> None:
    write = writer(tmp_path, "deals.csv")
    words = ("import", "deals", "--key", "id")
    funnel(*words, write(deals(250, 1, moved=False)))
    funnel(*words, write(deals(250, 1, moved=True)))
    funnel("note add 9 hello")
    refused = funnel("undo 1", exit=3).stderr
    assert "3 (funnel note add 9 hello), 2 (funnel import deals" in refused
    assert "Take all of them back: funnel undo 3 2 1" in refused
    funnel("undo 3 2 1")
    assert funnel("deal list --json").json == []
