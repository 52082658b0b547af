"""The history of a record, and what changed between two days, in words."""

from __future__ import annotations

import json
import re
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from conftest import Run, forget_settings, reset, runner, writer
from funnelcli.db import triggers
from funnelcli.db.connection import connect
from funnelcli.db.server import is_address
from funnelcli.nouns.counted import GONE
from funnelcli.nouns.heads import TITLES
from funnelcli.queries.between import Between, of_commands
from funnelcli.queries.row_words import RowWords
from postgres import ROLE

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


def test_a_record_tells_who_changed_what(funnel: Run, db: str) -> None:
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
    # On a server one is who has logged in.
    assert {row["who"].partition("@")[0] for row in rows} == {ROLE if is_address(db) else "ida"}
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


def _said(rows: object) -> str:
    return json.dumps(rows, ensure_ascii=False)


@pytest.mark.long
def test_what_had_a_row_id_before_is_not_the_record(funnel: Run) -> None:
    for line in (
        *("deal add Adler", "deal add Bear", "field add deal Farbe"),
        *("deal edit 1 --farbe rot", "deal edit 1 --farbe none", "deal edit 2 --farbe blau"),
        *("note 1 hallo", "undo", "note 2 'geheim zu zwei'"),
        *("contact add Anna --town Köln", "deal edit 1 --contact Anna"),
        *("deal edit 1 --contact none", "contact remove 1 --yes", "contact add Bernd"),
        *("next Bernd Anruf --due tomorrow", "undo"),
        *("contact add Carla", "next Carla Zusage --due tomorrow"),
    ):
        funnel(line)
    eagle, bear = (_said(funnel(f"history deal {n} --json").json) for n in (1, 2))
    assert "rot" in eagle
    assert "hallo" in eagle
    assert "blau" not in eagle
    assert "geheim" not in eagle
    assert "rot" not in bear
    assert "blau" in bear
    assert "geheim" in bear
    assert "hallo" not in bear
    # Who had the id then, not who has it now.
    assert "Anna" in eagle
    assert "Bernd" not in eagle
    bernd = _said(funnel("history Bernd --json").json)
    assert "Anruf" in bernd
    assert not any(word in bernd for word in ("Anna", "Köln", "Zusage"))
    assert "Zusage" in _said(funnel("history Carla --json").json)
    told = funnel("diff 5..6 --json").json["differences"]
    assert [(one["record"], one["old"], one["new"]) for one in told] == [
        ("Adler", "rot", None),
        ("Bear", None, "blau"),
    ]
    every = funnel("diff 1..30 --json").json
    assert "Anna" not in _said(every["differences"])
    told = funnel("diff 10..18 Bernd --json").json["differences"]
    assert [(one["record"], one["change"]) for one in told] == [("Bernd", "new")]
    assert funnel("diff 10..11 Bernd --json").json["differences"] == []


_ACTS = st.lists(
    st.tuples(
        st.sampled_from(("note", "step", "tag", "field", "gone", "undo", "new")), st.booleans()
    ),
    min_size=4,
    max_size=14,
)


@pytest.mark.long
@settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(kind=st.sampled_from(("deal", "contact")), acts=_ACTS)
def test_each_history_has_only_its_own_words(kind: str, acts: list[tuple[str, bool]]) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        forget_settings(patch)
        funnel = runner({"FUNNEL_DB": f"{folder}/x.db", "FUNNEL_CONFIG_DIR": folder}, patch)
        funnel(f"field add {kind} Colour")
        made = 0

        def add() -> str:
            nonlocal made
            made += 1
            funnel(f"{kind} add r{made}x")
            return f"r{made}x"

        two = [add(), add()]
        for n, (act, first) in enumerate(acts):
            who = two[first]
            word = f"{who}{n}"
            line = {
                "note": f"note {who} {word}",
                "step": f"next {who} {word} --due tomorrow",
                "tag": f"{kind} edit {who} --tag {word}",
                "field": f"{kind} edit {who} --colour {word}",
                "gone": f"{kind} edit {who} --colour none",
                "undo": "undo",
                "new": f"{kind} remove {who} --yes",
            }[act]
            done = funnel(line, exit=None)
            if act == "new" and done.exit_code == 0:
                # It gets the id that is free now.
                two[first] = add()
        for who in two:
            found = funnel(f"history {kind} {who} --json", exit=None)
            if found.exit_code == 0:
                told = [[row[key] for key in ("record", "old", "new")] for row in found.json]
                assert {*re.findall(r"r\d+x", _said(told))} == {who}
        reset()


def test_parts_read_as_people_say_them_and_a_field_is_one_row(funnel: Run) -> None:
    for line in (
        *("product add T1 Ziegel --price 2.50 --vat 19", "deal add Dach", "offer add 1"),
        "offer line 1 T1 --quantity 1000 --unit Paletten",
        "field add deal trades --type choices --values solar,roof,bath",
        *(
            "deal edit 1 --trades solar --trades roof --trades bath",
            "deal edit 1 --no-trades solar",
        ),
        *("field add deal size --type number", "deal edit 1 --size 3", "deal edit 1 --size none"),
        *("deal add Zaun", "deal edit Zaun --size 5", "deal edit 1 --size 77"),
    ):
        funnel(line)
    screen = funnel("history product 1", tty=True, width=160, env=GERMAN)
    assert "1.000 Paletten, 2,50 €, 19 %" in screen
    assert "1900" not in screen
    assert "1000000" not in screen
    rows = funnel("history deal 1 --json").json
    told = [(row["old"], row["new"]) for row in rows if row["id"] == 7]
    assert told == [("solar, roof, bath", "roof, bath")]
    rows = funnel("diff 10..13 deal 1 --json").json["differences"]
    assert [(row["old"], row["new"]) for row in rows] == [("3", "77")]


def test_redo_of_several_tells_the_rows_of_each(funnel: Run) -> None:
    funnel("contact add Anna")
    funnel("deal add Roof --contact Anna --value 500 --tag vip")
    undone = {one["undone"]: one["rows"] for one in funnel("undo --last 2 --json").json["commands"]}
    redone = {one["redone"]: one["rows"] for one in funnel("redo --json").json["commands"]}
    assert redone == undone
    assert len({*redone.values()}) == 2


@pytest.mark.sqlite("counts what SQLite is asked")
def test_what_many_rows_refer_to_is_asked_as_often_as_of_few(
    funnel: Run, tmp_path: Path, db: str
) -> None:
    asked = []
    for many, first in ((3, 1), (40, 4)):
        for stage, person in (("qualification", "Ann"), ("offer", "Ben")):
            names = [f"{person} {first}.{n}" for n in range(many)]
            rows = [f"{first}.{n},Roof {n},{name},{stage}" for n, name in enumerate(names)]
            file = writer(tmp_path, "deals.csv")("\n".join(("id,title,contact,stage", *rows)))
            funnel(f"import deals {file} --key id --prefer file")
        # Those to whom the deals went are gone: what they were called is in the journal alone.
        funnel("undo")
        with closing(connect(db)) as conn:
            for since in (first, first + 1):
                found = of_commands(conn, since, first + 1)
                assert found is not None
                told: list[str] = []
                conn.set_trace_callback(told.append)
                changes = list(Between(conn, found.entries, "en"))
                conn.set_trace_callback(None)
                asked.append(sum(one.startswith("SELECT") for one in told))
        went = [(one.old_text, one.new_text) for one in changes if one.field == "contact"]
        assert went == [(f"Ann {first}.{n}", f"Ben {first}.{n}") for n in range(many)]
    assert asked[:2] == asked[2:]
