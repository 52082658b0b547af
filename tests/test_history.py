"""The history of a record, and what changed between two days, in words."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from conftest import Run
from funnelcli.db import triggers
from funnelcli.db.connection import connect
from funnelcli.nouns.counted import GONE
from funnelcli.nouns.heads import TITLES
from funnelcli.queries.row_words import RowWords

GERMAN = {"FUNNEL_LANGUAGE": "de", "FUNNEL_LOCALE": "de_DE"}
FIRST = """
deal add Roof --new-contact 'Anna Berg' --value 12500
deal edit 1 --value 500 --tag vip --source referral --close 2026-12-24
advance 1
contact add 'Bea Kern'
deal edit 1 --contact 'Bea Kern' --untag vip
contact edit 'Anna Berg' --email anna@example.com --birthday 1980-03-04 --town Köln
log 'Anna Berg' 'spoke of the roof'
deal remove 1
"""


def test_a_record_tells_who_changed_what(funnel: Run) -> None:
    for line in FIRST.strip().splitlines()[:-1]:
        funnel(line, env={"LOGNAME": "ida"})
    rows = funnel("history deal 1 --json").json
    told = {(row["id"], row["field"]): (row["old"], row["new"]) for row in rows}
    assert told[2, "value"] == (12500, 500)
    assert told[2, "tag"] == (None, "vip")
    assert told[2, "expected_close"] == (None, "2026-12-24")
    assert told[3, "stage"] == ("qualification", "needs")
    assert told[5, "contact"] == ("Anna Berg", "Bea Kern")
    assert told[5, "tag"] == ("vip", None)
    assert {row["who"].partition("@")[0] for row in rows} == {"ida"}
    assert rows[-1]["change"] == "new"
    assert {row["noun"] for row in rows} == {"deal"}
    screen = funnel("history deal 1", tty=True, width=100, env=GERMAN)
    for said in ("12.500,00 €", "500,00 €", "24.12.2026", "Empfehlung", "Anamnese", "Bea Kern"):
        assert said in screen
    for raw in ("referral", "needs", "expected_close", "2026-12-24"):
        assert raw not in screen
    # A contact is meant by its whole name, though the deal was known by it too.
    rows = funnel("history anna berg --json").json
    told = {(row["id"], row["field"]): row["new"] for row in rows if row["record"] == "Anna Berg"}
    assert told[6, "email"] == "anna@example.com"
    assert told[6, "town"] == "Köln"
    assert [row["noun"] for row in rows if row["id"] == 7] == ["visit"]
    assert "4. März 1980" in funnel(
        "history Kontakt 1", tty=True, env=GERMAN
    ) or "04.03.1980" in funnel("history Kontakt 1", tty=True, env=GERMAN)
    funnel("deal remove 1")
    assert funnel("history deal 1 --json").json[0]["change"] == "removed"
    funnel("history deal 9", exit=4)
    funnel("history nobody", exit=4)
    assert len({row["id"] for row in funnel("history deal 1 --json --limit 2").json}) == 2


def test_what_changed_between_two_days(funnel: Run) -> None:
    for line in FIRST.strip().splitlines()[:-1]:
        funnel(line)
    funnel("deal add Door --value 700")
    funnel("win 2")
    found = funnel("diff 2..9 --json").json
    kinds = {one["kind"]: (one["new"], one["changed"], one["removed"]) for one in found["kinds"]}
    assert kinds["contact"] == (1, 1, 0)
    assert kinds["deal"] == (1, 1, 0)
    assert kinds["visit"] == (1, 0, 0)
    deals = {name: fate["deals"] for name, fate in found["deals"].items() if fate["deals"]}
    assert deals == {"new": 1, "moved": 1, "won": 1}
    assert found["deals"]["won"]["values"] == [
        {"value": 700, "value_minor": 70000, "currency": "EUR"}
    ]
    told = {(one["kind"], one["id"], one["field"]): one for one in found["differences"]}
    assert told["deal", 1, "value"]["old"] == 12500
    assert told["deal", 2, None]["change"] == "new"
    assert told["contact", 1, "email"]["new"] == "anna@example.com"
    # What came and went again in the time is not different.
    funnel("undo")
    funnel("undo")
    assert "deal" not in {one["kind"] for one in funnel("diff 8..11 --json").json["kinds"]}
    assert funnel("diff today --json").json["first"] == 1
    only = funnel("diff today 'Bea Kern' --json").json["differences"]
    assert [(one["kind"], one["change"]) for one in only] == [("contact", "new")]
    screen = funnel("diff 2..7", tty=True, env=GERMAN)
    assert "12.500,00 €" in screen
    assert "Geschäfte: 1 weitergerückt (500,00 €)" in screen
    assert "Nothing was changed" in funnel("diff 2020", tty=True)
    assert funnel("diff 2020 --json").json["kinds"] == []
    funnel("diff nonsense", exit=2)


def test_what_was_let_go_and_who_was_forgotten_is_said(funnel: Run, db: str) -> None:
    funnel("contact add 'Anna Berg' --town Bonn")
    funnel("contact edit 1 --town Köln")
    with closing(sqlite3.connect(db)) as conn, conn:
        conn.execute("DELETE FROM journal WHERE command_id = 1")
        conn.execute("DELETE FROM command WHERE id = 1")
    assert "The journal reaches back to" in funnel("history contact 1", tty=True)
    assert "The journal reaches back to" in funnel("undo 1", exit=4).stderr
    funnel("contact forget 1 -y")
    assert "cannot be undone" in funnel("undo 3", exit=3).stderr
    assert "Köln" not in funnel("history contact 1")


def test_rows_of_every_table_have_a_title(db: str) -> None:
    with closing(connect(db)) as conn:
        words = RowWords(conn, "en")
        for table in triggers.tables(conn):
            assert table in TITLES or table in GONE, table
            for part in words.parts(table):
                assert part.title
