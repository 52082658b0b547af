"""Merging records: everything moves, nothing is lost, and one undo restores all."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from conftest import Dump, Run, dump
from funnelcli.actions import contact_merge, contacts, deal_merge, deals
from funnelcli.db import journal, references
from funnelcli.db.connection import connect
from funnelcli.db.transaction import command


def _filled(conn: sqlite3.Connection, noun: str) -> tuple[int, int]:
    """Two records of one kind with a row in every table that refers to such ones, but for the
    second's logs: what becomes of these is tested with deals."""
    ids = [_record(conn, noun, name) for name in ("Eva Roth", "Eva Rot")]
    for of, column, _target in references.to(conn, noun):
        if of not in _LOGS:
            _insert(conn, of, {column: ids[1]})
    return ids[0], ids[1]


_LOGS = ("stay", "terms")


def _record(conn: sqlite3.Connection, noun: str, name: str) -> int:
    if noun == "deal":
        (process,) = conn.execute("SELECT min(id) FROM process").fetchone()
        return deals.add(conn, name, process_id=process, currency="EUR", at=5)
    return contacts.add(conn, name, at=5)


_N = iter(range(10_000))


def _insert(conn: sqlite3.Connection, table: str, given: dict[str, object]) -> int:
    """A row with these values, and whatever else the schema asks for."""
    row = dict(given)
    checks = {
        "channel": "phone",
        "direction": "in",
        "kind": {"step": "call", "satisfaction": "nps"}.get(table, "new"),
        "currency": "EUR",
        "status": "draft" if table == "offer" else "open",
        "verdict": "pursue",
        "given_on": "2026-01-01",
        "minutes": 5,
        "score": 5,
    }
    if table == "contact":
        checks["kind"] = "person"
    if table == "field_value":
        # One record, and one value.
        if "person_id" in row:
            row["product_id"] = _insert(conn, "product", {})
        else:
            row["text"] = "a text"
        noun = next(name for name in row if name not in ("person_id", "text"))[:-3]
        field = {"noun": noun, "type": "text", "hidden": 0}
        row |= {"place": 0, "field_id": _insert(conn, "field", field)}
    for _id, name, of, required, default, _key in conn.execute(
        f'PRAGMA table_info("{table}")'
    ).fetchall():
        if name == "id" or name in row or (not required and name not in ("minutes", "answer")):
            continue
        if default is not None and name not in checks:
            continue
        target = next(
            (
                key[2]
                for key in conn.execute(f'PRAGMA foreign_key_list("{table}")')
                if key[3] == name
            ),
            None,
        )
        if target == "contact":
            row[name] = _insert(conn, "contact", {})
        elif target == "deal":
            row[name] = _insert(conn, "deal", {})
        elif target is not None:
            (row[name],) = conn.execute(f"SELECT min(id) FROM {target}").fetchone()
        elif name in checks:
            row[name] = checks[name]
        else:
            row[name] = next(_N) + 1 if of == "INTEGER" else f"t{next(_N)}"
    names = ", ".join(row)
    cursor = conn.execute(
        f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})", (*row.values(),)
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


_SOME = {
    "contact": {"deal", "visit", "step", "note", "contact_email", "referral"},
    "deal": {
        "offer",
        "objection",
        "contract",
        "milestone",
        "answer",
        "visit",
        "effort",
        "deal_tag",
    },
}


@pytest.mark.parametrize("noun", ["contact", "deal"])
def test_every_table_of_a_record_moves_and_comes_back(db: str, noun: str) -> None:
    with closing(connect(db)) as conn:
        with command(conn, "fill"):
            keep, gone = _filled(conn, noun)
        held = {
            ref: conn.execute(
                f"SELECT count(*) FROM {ref.table} WHERE {ref.column} = ?", (gone,)
            ).fetchone()[0]
            for ref in references.to(conn, noun)
            if ref.table not in _LOGS
        }
        assert all(held.values())
        tables = {ref.table for ref in held}
        assert _SOME[noun] <= tables
        before = dump(conn)
        with command(conn, "merge"):
            (contact_merge if noun == "contact" else deal_merge).merge(conn, keep, [gone])
        for (table, column, _target), rows in held.items():
            found = conn.execute(
                f"SELECT count(*) FROM {table} WHERE {column} = ?", (keep,)
            ).fetchone()[0]
            # What it was known by is one more, and what its log said a correction.
            more = found if table == "correction" else rows + (table == f"{noun}_former")
            assert found == more >= rows, (table, column)
        after = dump(conn)
        grown = {of: len(after[of]) - len(before[of]) for of in tables - {"correction", noun}}
        assert grown == {of: int(of == f"{noun}_former") for of in grown}
        assert len(after[noun]) == len(before[noun]) - 1
        assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
        journal.undo(conn)
        assert dump(conn) == before


def _before(funnel: Run) -> None:
    funnel('contact add "Roth GmbH" -O')
    funnel(
        'contact add "Eva Roth" --email eva@roth.example --town Bonn --tag vip'
        ' --phone "0221 123456"'
    )
    funnel(
        'contact add "Eva Rot" --email eva@roth.example --email e@web.example --town Köln'
        ' --job-title Chefin --tag VIP --phone "0221 654321" --notes "likes tea" --referred-by 2'
    )
    funnel("contact edit 2 --org 1")
    funnel("deal add Roof --contact 3 --value 10k")
    funnel("deal add Barn --contact 2 --value 5k")
    funnel('log 3 "talked about the roof"')
    funnel('note add --contact 3 "plays chess"')
    funnel("care set 2 --every 2w")
    funnel("care set 3 --every 3m")
    funnel("care refer 2 'Eva Rot'")
    funnel("contact consent 2 phone --how fair --on 2026-01-02")
    funnel("contact consent 3 phone --how fair --on 2026-01-01")
    funnel("contact consent 3 phone --withdraw --on 2026-02-01")


def test_one_takes_over_another_and_undo_restores_all(
    funnel: Run, state: Callable[[], Dump]
) -> None:
    _before(funnel)
    before = state()
    pipeline = funnel("report snapshot --json").json
    tried = funnel("contact merge 2 3 --dry-run")
    assert state() == before
    assert "Köln" in f"{tried}{tried.stderr}"
    assert funnel("contact merge 2 3", exit=2).stderr
    said = funnel("contact merge 2 3 --yes --json").json
    assert said["name"] == "Eva Roth"
    assert (said["town"], said["job_title"], said["tags"]) == ("Bonn", "Chefin", ["vip"])
    assert said["emails"] == ["eva@roth.example", "e@web.example"]
    assert len(said["phones"]) == 2
    for kept in ("Eva Rot", "Köln", "likes tea", "90"):
        assert kept in said["notes"], kept
    shown = funnel("contact show 2 --json").json
    assert {deal["title"] for deal in shown["deals"]} == {"Roof", "Barn"}
    assert len(shown["visits"]) == 1
    assert shown["dated_notes"][0]["text"] == "plays chess"
    # It was one person who withdrew.
    assert {one["withdrawn_on"] for one in shown["consents"]} == {"2026-02-01"}
    assert shown["referred_by_id"] is None
    assert funnel("report snapshot --json").json == pipeline
    funnel("contact show 3", exit=4)
    funnel("doctor")
    after = state()
    funnel("undo")
    assert state() == before
    funnel("redo")
    assert state() == after


def test_whose_value_is_taken_can_be_said(funnel: Run) -> None:
    _before(funnel)
    said = funnel("contact merge 2 3 --take town=3 --take name=3 --yes --json").json
    assert (said["name"], said["town"]) == ("Eva Rot", "Köln")
    assert "Bonn" in said["notes"]
    funnel("contact merge 2 1 --take twon=1 -y", exit=2)
    funnel("contact merge 2 1 --take kind=9 -y", exit=4)
    assert "kind" in funnel("contact merge 2 1 -y", exit=3).stderr


def test_an_organisation_keeps_its_people(funnel: Run) -> None:
    funnel('contact add "Roth GmbH" -O')
    funnel('contact add "Roth" -O')
    funnel('contact add "Eva Roth" --org 2')
    funnel("contact edit 1 --org 2")
    funnel("contact merge 1 2 -y")
    shown = funnel("contact show 1 --json").json
    assert [person["name"] for person in shown["people"]] == ["Eva Roth"]
    assert shown["organisation_id"] is None


def test_what_a_merged_contact_was_known_by_finds_it(funnel: Run, db: str) -> None:
    funnel('contact add "Eva Roth"')
    known = funnel('contact add "Eva Rot" --json').json["public_id"]
    with closing(sqlite3.connect(db)) as conn, conn:
        conn.execute("UPDATE contact SET external_origin = 'hubspot', external_id = '7' || id")
    funnel("contact merge 1 2 -y")
    assert funnel(f"contact show {known} --json").json["id"] == 1
    with closing(sqlite3.connect(db)) as conn:
        assert conn.execute(
            "SELECT contact_id, external_origin, external_id FROM contact_former"
        ).fetchall() == [(1, "hubspot", "72")]


def test_what_adds_somebody_twice_says_how_to_merge_them(funnel: Run) -> None:
    funnel("contact add 'Eva Roth' --email eva@roth.example")
    said = funnel("contact add 'Eva Roth'").stderr
    assert "funnel contact merge 1 2" in said
    funnel("contact add 'E. Roth'")
    assert "funnel contact merge 1 3" in funnel("contact edit 3 --email eva@roth.example").stderr
