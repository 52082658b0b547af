"""Questions in SQL over views that promise their columns, and the schema of JSON."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

import postgres
from conftest import Run
from every_command import Program
from funnelcli.nouns import NOUNS, declared
from funnelcli.nouns.schema import schema
from funnelcli.prompt.completion import candidates
from funnelcli.prompt.line import read
from funnelcli.queries import views


@pytest.fixture
def sold(funnel: Run) -> Run:
    """Two deals, one of them won, and one in yen."""
    funnel("contact", "add", "Eva Roth", "--tag", "fair", "--tag", "roof")
    funnel("deal add Roof --contact eva --value 12500.50")
    funnel("deal add Hall --value 3k")
    funnel("deal add Kyoto --value 90000 --currency JPY")
    funnel("win 2")
    return funnel


@pytest.mark.parametrize("view", views.NAMES)
def test_every_view_can_be_asked(sold: Run, view: str) -> None:
    found = sold("sql", f"SELECT * FROM {view}", "--json").json
    assert isinstance(found, list)
    listed = next(row for row in sold("sql --views --json").json if row["view"] == view)
    assert all([*row] == listed["columns"] for row in found)


def test_columns_are_those_of_json(sold: Run) -> None:
    told = {row["id"]: row for row in sold("deal list --json").json}
    for row in sold("sql", "SELECT * FROM deals", "--json").json:
        one = told[row["id"]]
        assert row["value"] == one["value"]
        assert row["opened_at"] == one["opened_at"]
        assert row["stage"] == one["stage"]
        assert {*row} - {"contact_public_id", "contact_kind"} <= {*one} | {"rotten", "stepless"}
    assert sold("sql", "SELECT tags FROM contacts").lines == ["fair, roof"]


def test_answers_in_every_format(sold: Run) -> None:
    asked = (
        "SELECT status, count(*) AS n, sum(value) AS v FROM deals WHERE currency = 'EUR' GROUP BY 1"
    )
    assert sold("sql", asked).rows == [["open", "1", "12500.5"], ["won", "1", "3000"]]
    assert sold("sql", asked, "--csv").lines == ["status,n,v", "open,1,12500.5", "won,1,3000"]
    assert sold("sql", asked, "--json").json[0] == {"status": "open", "n": 1, "v": 12500.5}
    assert "12,500.5" in sold("sql", asked, tty=True)
    assert sold("sql", "SELECT 1 AS a, 2 AS a, 0.1 + 0.2", "--csv").lines == [
        "a,a_2,0.1 + 0.2",
        "1,2,0.3",
    ]
    assert sold("sql", "-", stdin="SELECT value FROM deals WHERE currency = 'JPY'").lines == [
        "90000"
    ]


def test_a_file_is_read(sold: Run, tmp_path: Any) -> None:
    (tmp_path / "ask.sql").write_text(
        "SELECT title FROM deals ORDER BY id LIMIT 1", encoding="utf-8"
    )
    assert sold("sql", "--file", tmp_path / "ask.sql").lines == ["Roof"]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM deals",
        "UPDATE contact SET name = 'x'",
        "INSERT INTO note (text) VALUES ('x')",
        "DROP VIEW deals",
        "CREATE TABLE x (y)",
        "PRAGMA table_info(deal)",
        "PRAGMA query_only = OFF",
        "ATTACH 'other.db' AS other",
        "VACUUM INTO 'other.db'",
        "SELECT load_extension('x')",
        "SELECT * FROM pragma_database_list",
        "BEGIN",
        "SELECT 1; DELETE FROM deals",
    ],
)
def test_nothing_but_a_question_is_taken(sold: Run, statement: str) -> None:
    before = sold("deal list --csv")
    error = sold("sql", statement, exit=2).stderr
    assert error.startswith("Error: `funnel sql` takes one SELECT, and changes nothing.\n")
    assert sold("deal list --csv") == before
    assert not os.path.exists("other.db")


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("SELECT * FROM deal", "There is no view deal.\nDid you mean deals?"),
        ("SELECT * FROM dealz", "There is no view dealz.\nDid you mean deals?"),
        (
            "SELECT * FROM sqlite_master",
            "There is no view sqlite_master.\nThe views are: contacts,",
        ),
        ("SELECT before FROM journal", "There is no view journal.\n"),
        ("SELECT valeu FROM deals", "There is no column valeu.\nDid you mean value?"),
        ("SELEC 1", 'SQLite does not take this: near "SELEC": syntax error.\n'),
        ("", "There is no SELECT.\n"),
    ],
)
def test_a_mistake_is_said_with_what_was_meant(sold: Run, statement: str, told: str) -> None:
    assert sold("sql", statement, exit=2).stderr.startswith(f"Error: {told}")


def test_a_name_is_completed_within_a_statement() -> None:
    def offered(statement: str) -> list[str]:
        line = read(["sql", statement])
        assert line is not None
        return [value for value, _text in candidates(line)]

    assert offered("SELECT * FROM off") == ["SELECT * FROM offers", "SELECT * FROM offer_lines"]
    assert "FROM deals WHERE expected_close" in offered("FROM deals WHERE exp")
    assert offered("SELECT ") == []


def test_json_has_the_members_of_the_schema(program: Program) -> None:
    tried = 0
    for name in NOUNS:
        for row in program(declared(name).command, "--json").json:
            assert [*row] == schema(name)["required"]
            tried += 1
    assert tried > 50


def test_json_keeps_what_the_schema_says(program: Program) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema comes with the extra mcp")
    for name in NOUNS:
        check = jsonschema.Draft202012Validator(schema(name))
        check.check_schema(schema(name))
        for row in program(declared(name).command, "--json").json:
            check.validate(row)


def test_the_schema_of_a_kind_or_of_all_is_printed(sold: Run) -> None:
    assert sold("schema deal").json == schema("deal")
    assert [*sold("schema").json["$defs"]] == [*NOUNS]
    assert json.loads(sold("schema deals")) == schema("deal")
    assert "There are no records called dael." in sold("schema dael", exit=4).stderr


def test_a_statement_is_read_from_standard_input(funnel: Run) -> None:
    for line in ("sql -", "sql --file -"):
        assert funnel(f"{line} --json", stdin="SELECT 7 AS n").json == [{"n": 7}]


@pytest.mark.postgres
def test_a_server_is_asked_in_the_same_sql(
    funnel: Run, server: postgres.Server, tmp_path: Path
) -> None:
    there, here = server.database(tmp_path / "there"), str(tmp_path / "here.db")
    funnel("demo", "--into", here)
    for own in ("size --type number", "bonus --type money"):
        funnel(f"--db {here} field add deal {own}")
    funnel("db", "move", here, there)
    for statement in (
        "SELECT * FROM deals ORDER BY id",
        "SELECT * FROM contacts ORDER BY id",
        "WITH x AS (SELECT count(*) AS n FROM visits) SELECT n FROM x",
        "SELECT stage, count(*) FILTER (WHERE status = 'won') FROM deals GROUP BY 1 ORDER BY 1",
        "SELECT substr(opened_on, 1, 7), count(*) FROM deals GROUP BY 1 ORDER BY 1",
        "SELECT upper(stage) AS s, sum(value) FROM deals GROUP BY upper(stage) ORDER BY s",
        "SELECT value > 9000 AS big, count(*) FROM deals GROUP BY big"
        " HAVING count(*) > 0 ORDER BY value > 9000",
        "SELECT title, title, title || '!', 5/2 FROM deals ORDER BY id LIMIT 2; -- twice",
        "SELECT title FROM deals WHERE 'KRAUSE HOUSE' = title COLLATE NOCASE",
        "SELECT title FROM deals WHERE stage COLLATE NOCASE IN ('OFFER', 'Close')"
        " ORDER BY title COLLATE NOCASE",
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4)"
        " SELECT i, i * i FROM n ORDER BY i",
        "SELECT size, value / 2, bonus_currency FROM deals ORDER BY id",
        # What SQLite alone answers is asked of a copy.
        "SELECT id, printf('%05.1f', value), format('%d', id), quote(title) FROM deals ORDER BY id",
        "SELECT json_extract('{\"a\": [1, 2.5]}', '$.a'), '{\"a\": [1, 2.5]}' ->> '$.a[1]'",
        'SELECT * FROM json_each(\'[1, "x", {"a": 1}]\')',
        "SELECT rowid, title FROM deals ORDER BY id LIMIT 2",
        "SELECT date('2026-11-30', 'weekday 2', '-7 days'), datetime(17e8, 'unixepoch', 'utc')",
        "SELECT count(*) FROM deals WHERE title OR NOT value",
        "SELECT CASE WHEN stage THEN 1 ELSE 0 END, length(current_timestamp) FROM deals",
        "SELECT title FROM deals WHERE id = '3' OR value > '5'",
        "SELECT title FROM deals WHERE title GLOB '*[aeiou]' ORDER BY id",
        "SELECT title || ' (' || value || ')' FROM deals ORDER BY id",
        "SELECT id FROM deals WHERE strftime('%Y', opened_on) = 2026 ORDER BY id",
        "SELECT stage, round(100.0 * sum(status = 'won') / count(*), 1) || '%' FROM deals"
        " GROUP BY stage ORDER BY 1",
        "SELECT CASE WHEN value > 1e4 THEN 1 ELSE 'x' END AS c, count(*) FROM deals"
        " GROUP BY c ORDER BY c",
        # What is shown is called by its name where other engines do not know it yet.
        "SELECT stage, sum(status = 'won') AS won FROM deals GROUP BY stage HAVING won > 0"
        " ORDER BY stage",
        "SELECT stage AS s, count(*) AS n FROM deals WHERE s <> 'offer' GROUP BY s"
        " ORDER BY n + 0 DESC, s",
        # A column of no group that has one value in each, or beside the least or greatest.
        "SELECT contact_id, contact, count(*) FROM deals GROUP BY 1 ORDER BY contact",
        "SELECT d.id, d.title, count(v.id) FROM deals AS d LEFT JOIN visits AS v"
        " ON v.deal_id = d.id GROUP BY d.id HAVING d.title > 'F' ORDER BY d.title",
        "SELECT stage, title, max(value) FROM deals GROUP BY stage ORDER BY stage",
        "SELECT s, title FROM (SELECT stage AS s, title, min(value) FROM deals"
        " GROUP BY stage ORDER BY title)",
        "SELECT title, max(opened_on), count(*) FROM deals",
        "SELECT stage AS title, count(*) FROM deals GROUP BY title ORDER BY title",
        *(
            f"SELECT {', '.join(f'typeof({name})' for name in views.columns(view))} FROM {view}"
            for view in ("deals", "visits", "offers", "stays")
        ),
    ):
        asked = [funnel("--db", place, "sql", statement, "--json").json for place in (here, there)]
        assert asked[0] == asked[1]
    for statement in ("DELETE FROM deal", "UPDATE deal SET title = ''", "DROP TABLE deal"):
        told = funnel("--db", there, "sql", statement, exit=2).stderr
        assert "one SELECT, and changes nothing" in told
    for statement, expected in (
        ("SELECT stage, title FROM deals GROUP BY stage", "title has several values in a group"),
        ("SELECT stage, d.title, max(value), max(id) FROM deals AS d GROUP BY 1", "d.title has"),
        ("SELECT max(1), id FROM deals", "id has several values in a group"),
        ("SELECT d.*, count(*) FROM deals AS d GROUP BY stage", "* takes columns of a group"),
        ("EXPLAIN SELECT title FROM deals", "EXPLAIN says how SQLite reads a file"),
    ):
        assert expected in funnel("--db", there, "sql", statement, exit=2).stderr
    told = funnel("--db", there, "sql", "SELECT * FROM nowhere", exit=2).stderr
    assert "There is no view nowhere." in told
    assert (
        "There is no column colour."
        in funnel("--db", there, "sql", "SELECT colour FROM deals", exit=2).stderr
    )
