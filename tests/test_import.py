"""Importing deals: what a file says, what it does not, and what a second import changes."""

from __future__ import annotations

import contextlib
import csv
import io
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Clock, Dump, Run, Write, process_environment, writer
from funnelcli.actions.importing.fields import template

PIPELINE = """\
opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value
A1,Mia Roth,Basic,Cancity,Won,2026-03-01,2026-05-01,1054
A2,Mia Roth,Pro,Isdom,Lost,2026-03-03,2026-03-17,0
A3,Jo Frey,Basic,Cancity,Engaging,2026-08-12,,
A4,Jo Frey,Pro,,Prospecting,,,
A5,Jo Frey,Special,Cancity,Won,2026-04-01,2026-04-08,55
"""
PIPELINE_MAPS = (
    *("--key", "opportunity_id", "--map", "opened=engage_date", "--currency", "USD"),
    *("--map-stage", "Engaging=needs", "--map-stage", "Prospecting=qualification"),
)

Rows = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of its own; its path."""
    return writer(tmp_path, "deals.csv")


@pytest.fixture
def rows(db: str) -> Rows:
    """What a query finds in the test's database."""

    def rows(sql: str, *values: str | int) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(db)) as conn:
            return conn.execute(sql, values).fetchall()

    return rows


def deals(funnel: Run, *words: str) -> dict[str, dict[str, Any]]:
    """The deals as a script gets them, by title."""
    found = funnel("deal", "list", *words, "--json").json
    return {deal["title"]: deal for deal in found}


# What a file says -------------------------------------------------------------------------------


def test_a_pipeline_with_its_history(funnel: Run, write: Write, rows: Rows) -> None:
    result = funnel("import", "deals", write(PIPELINE), *PIPELINE_MAPS, "--json")
    numbers = result.json
    assert (numbers["added"], numbers["rejected"], numbers["contacts_added"]) == (5, 0, 2)
    assert rows("SELECT status, count(*), sum(value) FROM deal GROUP BY status ORDER BY 1") == [
        ("lost", 1, 0),
        ("open", 2, None),
        ("won", 2, 110900),
    ]
    days = (
        "SELECT julianday(closed_on) - julianday(opened_on) FROM deal"
        " WHERE status <> 'open' ORDER BY id"
    )
    assert [day for (day,) in rows(days)] == [61, 14, 7]
    assert rows("SELECT DISTINCT currency, external_origin FROM deal") == [("USD", "import")]


def test_what_the_file_does_not_say_is_marked_as_estimated(
    funnel: Run, write: Write, rows: Rows
) -> None:
    result = funnel("import", "deals", write(PIPELINE), *PIPELINE_MAPS)
    assert "1 deal without an opening date counts from today" in result.stderr
    logged = (
        "SELECT g.key, s.how, s.provenance, date(s.entered_at, 'unixepoch'),"
        " date(s.left_at, 'unixepoch') FROM stay AS s JOIN stage AS g ON g.id = s.stage_id"
        " JOIN deal AS d ON d.id = s.deal_id WHERE d.external_id = ? ORDER BY s.id"
    )
    assert rows(logged, "A1") == [
        ("qualification", "created", "estimated", "2026-03-01", "2026-05-01"),
        ("decision", "skipped", "imported", "2026-05-01", None),
    ]
    assert rows(logged, "A2") == [("qualification", "created", "estimated", "2026-03-03", None)]
    assert rows(logged, "A3") == [("needs", "created", "imported", "2026-08-12", None)]
    assert rows(logged, "A4") == [("qualification", "created", "estimated", "2026-11-24", None)]
    terms = (
        "SELECT t.status, t.valid_on, t.provenance FROM terms AS t"
        " JOIN deal AS d ON d.id = t.deal_id WHERE d.external_id = ? ORDER BY t.id"
    )
    assert rows(terms, "A2") == [
        ("open", "2026-03-03", "imported"),
        ("lost", "2026-03-17", "imported"),
    ]
    assert rows(terms, "A4") == [("open", "2026-11-24", "estimated")]


def test_a_day_without_a_time_is_noon_so_that_days_are_exact(
    funnel: Run, write: Write, rows: Rows
) -> None:
    # The clocks went forward on 29 March 2026 in Berlin.
    text = "title,status,opened,closed,value\nRoof,won,2026-03-28,2026-03-30,10\n"
    funnel("import", "deals", write(text))
    assert rows("SELECT opened_on, won_on FROM deal") == [("2026-03-28", "2026-03-30")]
    hours = rows("SELECT strftime('%H', opened_at, 'unixepoch') FROM deal")
    assert hours == [("11",)]


def test_opened_default(funnel: Run, write: Write, rows: Rows) -> None:
    path = write("title,stage\nRoof,offer\n")
    result = funnel("import", "deals", path, "--opened-default", "2026-02-01")
    assert rows("SELECT opened_on, stage_since = opened_at FROM deal") == [("2026-02-01", 1)]
    assert "counts from today" not in result.stderr
    assert rows("SELECT provenance FROM stay") == [("estimated",)]
    funnel("import", "deals", path, "--opened-default", "tomorrow", exit=2)


def test_well_known_headers_are_matched_and_said(funnel: Run, write: Write) -> None:
    text = (
        "Deal - Title*;Deal - Value;Deal - Currency of value;Deal - Status;Deal - Stage;"
        "Deal - Won time;Deal - Lost time;Deal - Lost reason;Organization;Contact person;"
        "Deal - Label\n"
        "Web site;120 000;CZK;Open;Offer;;;;Acme;eva@acme.example;Hot, Web\n"
        "Phase two;50 000;CZK;Won;Negotiation;2026-06-15 10:00;;;Acme;;\n"
        "Renewal;9 000;CZK;Lost;Negotiation;;2026-05-20;Too expensive;Gamma;;\n"
    )
    result = funnel("import", "deals", write(text))
    assert "Recognised: Pipedrive: title=Deal - Title*," in result.stderr
    found = deals(funnel)
    assert found["Web site"]["stage"] == "offer"
    assert found["Web site"]["value_minor"] == 12000000
    assert found["Web site"]["contact"] == "eva@acme.example"
    assert found["Web site"]["tags"] == ["Hot", "Web"]
    assert found["Phase two"]["won_on"] == "2026-06-15"
    assert found["Renewal"]["closed_on"] == "2026-05-20"
    assert (found["Renewal"]["lost_reason"], found["Renewal"]["lost_note"]) == (
        "price",
        "Too expensive",
    )


def test_the_programs_own_export_comes_back(funnel: Run, write: Write, tmp_path: Path) -> None:
    funnel("contact", "add", "Eva Roth")
    funnel("deal add Roof -c 1 --value 1200 --at 2026-09-01 --tag vip")
    funnel("deal add Cellar --value 80 --at 2026-09-02 --source fair")
    funnel("win Roof --at 2026-10-01")
    funnel("lose Cellar --reason price --at 2026-10-02")
    exported = write(funnel("deal", "list", "--csv"), "own.csv")
    other = str(tmp_path / "other.db")
    funnel("import", "deals", exported, "--key", "public_id", "--db", other)
    before, after = deals(funnel), deals(funnel, "--db", other)
    for title, deal in before.items():
        for name in ("status", "stage", "value", "opened_on", "won_on", "closed_on", "source"):
            assert after[title][name] == deal[name], (title, name)
        for name in ("lost_reason", "tags", "contact", "closed_at", "opened_at"):
            assert after[title][name] == deal[name], (title, name)


def test_the_close_date_of_an_open_deal_is_the_expected_one(funnel: Run, write: Write) -> None:
    text = "Deal Name,Close Date,Stage,Amount\nRoof,2027-01-31,offer,5\nDoor,2026-10-01,won,5\n"
    funnel("import", "deals", write(text))
    found = deals(funnel)
    assert found["Roof"]["expected_close"] == "2027-01-31"
    assert found["Roof"]["status"] == "open"
    assert found["Door"]["won_on"] == "2026-10-01"


def test_a_title_made_of_columns(funnel: Run, write: Write) -> None:
    text = "product,account\nBasic,Cancity\nPro,\n,Isdom\n"
    funnel("import", "deals", write(text), "--map", "title={product} · {Account}")
    assert set(deals(funnel)) == {"Basic · Cancity", "Pro", "Isdom"}


def test_without_a_title_the_product_is_it(funnel: Run, write: Write) -> None:
    text = "id,product,contact\n1,Basic,Eva\n2,,Eva\n3,,\n"
    funnel("import", "deals", write(text), "--key", "id")
    assert set(deals(funnel)) == {"Basic", "Eva", "3"}


def test_a_constant_and_the_first_filled_column(funnel: Run, write: Write) -> None:
    text = "what,long,short\nx,,Door\nx,Big roof,Roof\n"
    maps = ("--map", "title=long", "--map", "title=short", "--map", "source==fair")
    funnel("import", "deals", write(text), *maps)
    found = deals(funnel)
    assert set(found) == {"Door", "Big roof"}
    assert {deal["source"] for deal in found.values()} == {"fair"}


def test_brackets_go_with_their_column() -> None:
    read = template(["a", "b", "c"], "{a} ({b}) - {c}")
    assert read(["A", "B", "C"]) == "A (B) - C"
    assert read(["A", "", "C"]) == "A - C"
    assert read(["", "B", ""]) == "(B)"
    assert read(["", "", ""]) == ""


@given(st.lists(st.sampled_from(["", " ", "Roof", "Eva"]), min_size=3, max_size=3))
def test_a_template_leaves_no_dangling_separator(cells: list[str]) -> None:
    made = template(["a", "b", "c"], "{a} · {b} · {c}")(cells)
    assert made == " · ".join(cell for cell in cells if cell.strip())


PEOPLE = "title,contact\nDach,{}\nTor,{}\n"


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp1252", ("Jörg Müller", "François O’Brien–Ødegård")),
        ("cp850", ("Jörg Müller", "Bärbel Groß")),
        ("mac-roman", ("Jörg Müller", "René Bär")),
        ("cp1250", ("Michałowski Żółć", "Łukasz Wąsik")),
        ("iso8859-2", ("Michałowski Żółć", "Łukasz Wąsik")),
        ("cp1251", ("Иван Петров", "Ольга Сидорова")),
        ("cp1251", ("Иван", "Олег")),
        ("koi8-r", ("Иван Петров", "Ольга Сидорова")),
        ("cp1253", ("Γιώργος Παπάς", "Ελένη Νικολάου")),
    ],
)
def test_an_encoding_is_inferred_from_the_words_and_said(
    funnel: Run, write: Write, encoding: str, names: tuple[str, str]
) -> None:
    result = funnel("import", "deals", write(PEOPLE.format(*names), encoding=encoding))
    assert {deal["contact"] for deal in deals(funnel).values()} == set(names)
    assert f"Read as {encoding} (--encoding overrides it)." in result.stderr


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("cp1251", "Иван Петров"),
        ("cp1251", "Ольга Сидорова"),
        ("koi8-r", "Пётр Ильич"),
        ("cp1253", "Γιώργος Παπάς"),
        ("cp1253", "Ελένη Νικολάου"),
        ("cp1252", "François Müller"),
        ("cp1250", "Łukasz Wąsik"),
    ],
)
def test_one_row_is_enough_for_an_encoding(
    funnel: Run, write: Write, encoding: str, name: str
) -> None:
    funnel("import", "deals", write(f"title,contact\nDach,{name}\n", encoding=encoding))
    assert {deal["contact"] for deal in deals(funnel).values()} == {name}


def test_cells_that_say_that_there_is_nothing_are_empty(funnel: Run, write: Write) -> None:
    markers = ("NULL", "#N/A", "-", "n/a", "None", "k. A.", " NaN ", "\\N", "#NV", "–")
    rows = [f"Fall {n},{m},{m},{m},{m},{m}\n" for n, m in enumerate(markers)]
    rows.append("Echt,Erik Null,Nonee AG,2026-03-01,120.50,Messe\n")
    head = "Geschäft,Kontakt,Organisation,Opened,Value,Source\n"
    path = write(head + "".join(rows))
    assert funnel("import", "deals", path).exit_code == 0
    found = deals(funnel)
    assert found["Echt"]["contact"] == "Erik Null"
    empty = {"contact": None, "organisation": None, "value": None, "source": None}
    for n in range(len(markers)):
        assert {name: found[f"Fall {n}"][name] for name in empty} == empty


def test_rows_of_a_skipped_stage_are_left_out_and_counted(funnel: Run, write: Write) -> None:
    path = write("Title,Stage\nDach,Angebot\nTor,Archiv\nZaun,archiv\n")
    found = funnel("import", "deals", path, "--map-stage", "Archiv=skip", "--json").json
    assert (found["added"], found["skipped"], found["rejected"]) == (1, 2, 0)
    assert [*deals(funnel)] == ["Dach"]
    result = funnel("import", "deals", path, "--map-stage", "Archiv=skip")
    assert "2 rows left out" in result + result.stderr


def test_a_bad_date_rejects_its_row_and_no_other(funnel: Run, write: Write) -> None:
    path = write("Deal,Title,Opened\nDach,Chef,03.02.2026\nTor,Chef,31.02.2026\n")
    result = funnel("import", "deals", path, exit=6)
    assert "31.02.2026 is not a date" in result.stderr
    assert [*deals(funnel)] == ["Dach"]


def test_an_encoding_that_the_file_shows_is_not_said(funnel: Run, write: Write) -> None:
    path = write(PEOPLE.format("Jörg", "Eva"))
    assert "Read as" not in funnel("import", "deals", path).stderr
    path = write(PEOPLE.format("Jörg", "Eva"), encoding="cp1252")
    assert "Read as" not in funnel("import", "deals", path, "--encoding", "cp1252").stderr


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_row_with_a_character_that_no_name_has_is_handed_back(
    funnel: Run, write: Write, encoding: str
) -> None:
    path = write(PEOPLE.format("M\x81ller", "Eva Jäger"), encoding=encoding)
    result = funnel("import", "deals", path, "--encoding", encoding, exit=6)
    assert "line 2: contact has the character U+0081" in result.stderr
    assert set(deals(funnel)) == {"Tor"}


@pytest.mark.parametrize(
    ("cells", "made"),
    [
        (["B", "L"], "bt:B, lt: L"),
        (["", "L"], "lt: L"),
        (["B", ""], "bt:B"),
        (["", ""], ""),
    ],
)
def test_a_label_in_a_template_goes_with_its_column(cells: list[str], made: str) -> None:
    assert template(["a", "b"], "bt:{a}, lt: {b}")(cells) == made


def test_a_unit_in_a_template_goes_with_its_column() -> None:
    read = template(["a", "b"], "{a} kg, {b} cm")
    assert read(["2", "3"]) == "2 kg, 3 cm"
    assert read(["2", ""]) == "2 kg"
    assert read(["", "3"]) == "3 cm"


# What is not taken ------------------------------------------------------------------------------


def test_columns_that_are_not_taken_are_said_with_their_cells(funnel: Run, write: Write) -> None:
    text = "title,stage,Region,Empty,Owner,Product line\nRoof,offer,N,,Mia,x\nDoor,offer,,,Mia, \n"
    path = write(text)
    result = funnel("import", "deals", path, "--map", "notes={Product line}: {title}", "--json")
    assert "Columns not taken (filled cells): Region (1), Owner (2)." in result.stderr
    assert result.json["untaken"] == {"Region": 1, "Owner": 2}
    assert "Columns not taken" not in funnel("import", "deals", path, "-q").stderr


def test_a_missing_stage_column_is_said(funnel: Run, write: Write) -> None:
    said = "No column says the stage or the status"
    assert said in funnel("import", "deals", write("title\nRoof\n")).stderr
    assert said not in funnel("import", "deals", write("title,stage\nDoor,offer\n")).stderr


@pytest.mark.parametrize(
    ("text", "what", "way"),
    [
        (
            "Record ID,First Name,Last Name,Email,Job Title,Lead Status,Create Date\n"
            "1,Eva,Lang,eva@a.example,Boss,CONNECTED,2026-01-01\n",
            "a list of contacts",
            "`funnel import contacts FILE` takes one.",
        ),
        (
            "first_name,last_name,title,status\nEva,Lang,Sales Executive,warm\n",
            "a list of contacts",
            "funnel import contacts",
        ),
        ("Name,Email,Phone\nEva,eva@a.example,030 1\n", "a list of contacts", 'title="Name"'),
        (
            "account,sector,revenue,employees\nAcme,retail,1100,20\n",
            "a list of organisations",
            "funnel import contacts",
        ),
        (
            "Activity - Subject,Activity - Type,Activity - Due date,Deal - Title,Person - Name\n"
            "Ring,call,2026-01-01,Roof,Eva\n",
            "a list of activities",
            "funnel import activities",
        ),
        ("product,series,sales_price\nBasic,B,10\n", "a price list", "funnel import products"),
    ],
)
def test_a_list_of_something_else_is_refused_with_the_way(
    funnel: Run, write: Write, rows: Rows, text: str, what: str, way: str
) -> None:
    path = write(text)
    result = funnel("import", "deals", path, "--key", text.partition(",")[0], exit=2)
    assert what in result.stderr
    assert way in result.stderr
    assert rows("SELECT count(*) FROM deal UNION ALL SELECT count(*) FROM contact") == [(0,), (0,)]
    column = text.partition(",")[0]
    maps = ("--map", f"title={column}", "--map", "status==open")
    assert "1 added" in funnel("import", "deals", path, *maps)


def test_leads_with_a_known_status_are_deals(funnel: Run, write: Write) -> None:
    text = "First Name,Last Name,Email,Status\nEva,Lang,eva@a.example,Fresh\n"
    funnel("import", "deals", write(text), exit=2)
    result = funnel("import", "deals", write(text), "--map-stage", "Fresh=open")
    assert "1 added" in result


def test_a_title_beside_first_and_last_name_is_a_job_title(funnel: Run, write: Write) -> None:
    text = "First Name,Last Name,Title,Product\nEva,Lang,Sales Executive,Roof\n"
    funnel("import", "deals", write(text))
    assert set(deals(funnel)) == {"Roof"}
    (eva,) = funnel("contact list --json").json
    assert (eva["name"], eva["job_title"]) == ("Eva Lang", "Sales Executive")


def test_answers_are_no_dates_and_channels_no_people(funnel: Run, write: Write, rows: Rows) -> None:
    text = (
        "title,closed,Close Date,status,contact,value\n"
        "Roof,yes,2026-01-02,won,cellular,1\nDoor,no,,open,telephone,1\nGate,,,open,,1\n"
    )
    result = funnel("import", "deals", write(text))
    assert "closed (2), contact (2)" in result.stderr
    assert deals(funnel)["Roof"]["closed_on"] == "2026-01-02"
    assert rows("SELECT count(*) FROM contact") == [(0,)]
    # What the user says holds.
    funnel("import", "deals", write(text), "--map", "contact=contact")
    assert rows("SELECT count(*) FROM contact") == [(2,)]


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("id,when,what,region\n1,2026-01-01,New roof,N\n2,2026-01-02,A door,N\n", "what"),
        ("Lead Number,Origin\n660737,API\n660738,API\n660739,API\n", "Lead Number"),
        ("Owner,E-Mail,Betreff\nMia,a@a.example,Dach\nMia,b@a.example,Tor\n", "Betreff"),
    ],
)
def test_the_hint_for_a_title_names_the_likeliest_column(
    funnel: Run, write: Write, text: str, column: str
) -> None:
    assert f'--map title="{column}"' in funnel("import", "deals", write(text), exit=2).stderr


# What cannot be read ----------------------------------------------------------------------------


def test_an_unknown_field_or_column_is_named_with_the_nearest(funnel: Run, write: Write) -> None:
    path = write(PIPELINE)
    result = funnel("import", "deals", path, "--map", "valeu=close_value", exit=2)
    assert "Did you mean value?" in result.stderr
    result = funnel("import", "deals", path, "--map", "value=close_valeu", exit=2)
    assert "Did you mean close_value?" in result.stderr
    result = funnel("import", "deals", path, "--key", "opportunity", exit=2)
    assert "Did you mean opportunity_id?" in result.stderr
    funnel("import", "deals", path, "--map", "value", exit=2)


def test_a_file_without_anything_like_a_title(funnel: Run, write: Write) -> None:
    result = funnel("import", "deals", write("Date,Sum\n2026-01-01,5\n"), exit=2)
    assert "Nothing in this file gives a deal its title." in result.stderr


def test_dates_of_two_readings_refuse_the_whole_file(funnel: Run, write: Write) -> None:
    path = write("title,opened\nRoof,03/04/2026\nDoor,05/06/2026\n")
    result = funnel("import", "deals", path, exit=2)
    assert "can be read in two ways" in result.stderr
    assert deals(funnel) == {}
    funnel("import", "deals", path, "--date-format", "opened=%d/%m/%Y")
    assert deals(funnel)["Roof"]["opened_on"] == "2026-04-03"
    funnel("import", "deals", path, "--date-format", "close=%d/%m/%Y", exit=2)


def test_one_unmistakable_date_decides_its_column(funnel: Run, write: Write) -> None:
    funnel("import", "deals", write("title,opened\nRoof,03/04/2026\nDoor,05/23/2026\n"))
    assert deals(funnel)["Roof"]["opened_on"] == "2026-03-04"


def test_amounts_of_two_readings_refuse_the_whole_file(funnel: Run, write: Write) -> None:
    path = write("title;value\nRoof;1.234\n")
    assert "ambiguous" in funnel("import", "deals", path, exit=2).stderr
    funnel("import", "deals", path, "--decimal", ",")
    assert deals(funnel)["Roof"]["value_minor"] == 123400
    funnel("import", "deals", path, "--decimal", ";", exit=2)


@pytest.mark.parametrize(
    ("spelling", "layout"),
    [("%Y-%m-%d", "iso"), ("%d.%m.%Y", "german"), ("%m/%d/%Y", "american")],
)
def test_the_same_data_in_any_spelling_is_the_same(
    funnel: Run, write: Write, rows: Rows, spelling: str, layout: str
) -> None:
    from datetime import date

    def day(text: str) -> str:
        return date.fromisoformat(text).strftime(spelling)

    lines = ["title,status,opened,closed,value"]
    for title, opened, closed in (
        ("Roof", "2026-01-02", "2026-03-04"),
        ("Door", "2026-01-31", "2026-02-28"),
    ):
        lines.append(f"{title},won,{day(opened)},{day(closed)},12.50")
    funnel("import", "deals", write("\n".join(lines), f"{layout}.csv"))
    assert rows("SELECT title, opened_on, won_on, value FROM deal ORDER BY id") == [
        ("Roof", "2026-01-02", "2026-03-04", 1250),
        ("Door", "2026-01-31", "2026-02-28", 1250),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings(funnel: Run, write: Write, encoding: str) -> None:
    funnel("import", "deals", write("title;contact\nDächer – groß;Jörg Müßig\n", "x", encoding))
    assert deals(funnel)["Dächer – groß"]["contact"] == "Jörg Müßig"


# Rows that are not taken ------------------------------------------------------------------------

BAD_ROWS = [
    ("Roof,won,2026-03-01,,10", "won without a close date; to set one: --closed-default DATE"),
    ("Roof,won,2026-03-01,2026-04-01,", "won without a value"),
    ("Roof,lost,2026-03-01,,10", "lost without a close date; to set one: --closed-default DATE"),
    ("Roof,lost,2026-03-02,2026-03-01,10", "closed on 2026-03-01, before it was opened"),
    ("Roof,won,2026-03-01,2027-01-01,10", "2027-01-01 has not come yet"),
    ("Roof,open,2026-12-01,,10", "2026-12-01 has not come yet"),
    ("Roof,maybe,2026-03-01,,10", "“maybe” is no stage and no status"),
    ("Roof,open,2026-03-01,,ten", "“ten” is not an amount"),
    ("Roof,open,2026-03-01,,-10", "“-10” is negative"),
    ("Roof,open,2026-02-30,,10", "2026-02-30 is not a date"),
    ("Roof,open,1026-02-03,,10", "the year of 1026-02-03"),
    (",open,2026-03-01,,10", "no title"),
    ("Roof,open,2026-03-01,,10,more", "1 cell more than there are columns"),
]
GOOD_ROWS = [f"Good {n},won,2026-01-{n:02},2026-02-{n:02},{n}.50" for n in range(1, 21)]


@pytest.mark.parametrize(("row", "reason"), BAD_ROWS)
def test_a_bad_row_is_handed_back_with_its_reason(
    funnel: Run, write: Write, tmp_path: Path, row: str, reason: str
) -> None:
    text = "\n".join(["title,status,opened,closed,value", *GOOD_ROWS, row])
    result = funnel("import", "deals", write(text), exit=6)
    assert f"line 22: {reason}" in result.stderr
    assert "20 added, 0 updated, 0 unchanged, 1 rejected" in result
    with open(tmp_path / "deals.rejects.csv", encoding="utf-8", newline="") as file:
        header, handed_back = csv.reader(file)
    assert header == ["title", "status", "opened", "closed", "value", "_line", "_reason"]
    assert handed_back[5] == "22"
    assert reason in handed_back[6]


def test_mended_rejects_are_imported_like_any_file(
    funnel: Run, write: Write, tmp_path: Path
) -> None:
    path = write("id,title,status,opened,closed,value\n1,Roof,won,2026-01-01,,5\n")
    funnel("import", "deals", path, "--key", "id", exit=6)
    rejects = tmp_path / "deals.rejects.csv"
    mended = rejects.read_text().replace("2026-01-01,,", "2026-01-01,2026-02-01,")
    funnel("import", "deals", write(mended, "mended.csv"), "--key", "id")
    assert deals(funnel)["Roof"]["won_on"] == "2026-02-01"


def test_the_same_bad_row_every_night_makes_one_file(
    funnel: Run, write: Write, tmp_path: Path, clock: Clock
) -> None:
    for night in range(3):
        new = "".join(f"{n},Door {n},open\n" for n in range(2, 3 + night))
        path = write(f"id,title,status\n{new}1,Roof,maybe\n")
        result = funnel("import", "deals", path, "--key", "id", exit=6)
        assert f"1 rejected ({tmp_path / 'deals.rejects.csv'})" in result
        clock.advance(days=1)
    assert [file.name for file in tmp_path.glob("*.rejects*")] == ["deals.rejects.csv"]
    assert "1,Roof,maybe,5," in (tmp_path / "deals.rejects.csv").read_text()


def test_the_import_of_the_rest_is_told_with_the_exact_command(
    funnel: Run, write: Write, tmp_path: Path, state: Callable[[], Dump]
) -> None:
    text = (
        "Nr;Titel;Kunde;Betrag;Stand;vom\n1;Dach;Jörg Bär;1.234,50;Gespräch;13.01.2026\n"
        "2;Tür;François Groß;1.234;maybe;03.04.2026\n3;Tor;;7;nowhere;\n"
    )
    path = write(text, "deals today.csv", "cp850")
    maps = ("--map", "contact=Kunde", "--map", "value=Betrag", "--map", "stage=Stand")
    words = ("--key", "Nr", *maps, "--map", "opened=vom", "--map-stage", "Gespräch=needs")
    result = funnel("import", "deals", path, *words, "--rejects", tmp_path / "rest.csv", exit=6)
    rest = (
        f"funnel import deals {tmp_path / 'rest.csv'} --key Nr --map contact=Kunde"
        " --map value=Betrag --map stage=Stand --map opened=vom"
        " --map-stage 'Gespräch=needs' --origin import --encoding cp850 --decimal ,"
        " --date-format DD.MM.YYYY"
    )
    assert f"Mend the rejected rows in their file, then import them: {rest}" in result.stderr
    before = state()
    # Nothing is mended yet.
    again = funnel(rest.removeprefix("funnel "), exit=6)
    assert "0 added, 0 updated, 0 unchanged, 2 rejected" in again
    assert state() == before
    mended = tmp_path / "rest.csv"
    data = mended.read_bytes().decode("cp850").replace("maybe", "Gespräch")
    mended.write_bytes(data.replace("nowhere", "Gespräch").encode("cp850"))
    assert "2 added" in funnel(rest.removeprefix("funnel "))
    found = deals(funnel)["Tür"]
    assert (found["contact"], found["opened_on"]) == ("François Groß", "2026-04-03")
    assert found["value"] == 1234
    assert funnel("import", "deals", path, *words, "--dry-run", exit=6).stderr.count("Mend") == 0


def test_where_the_rejects_go(funnel: Run, write: Write, tmp_path: Path) -> None:
    path = write("title,status\nRoof,maybe\n")
    target = tmp_path / "bad.csv"
    funnel("import", "deals", path, "--rejects", str(target), exit=6)
    assert "maybe" in target.read_text()
    result = funnel("import", "deals", path, "--rejects", str(target), exit=2)
    assert "exists already" in result.stderr


def test_all_rows_bad_leave_nothing(funnel: Run, write: Write, rows: Rows) -> None:
    result = funnel("import", "deals", write("title,status\nRoof,maybe\n"), exit=6)
    assert "0 added" in result
    assert "--map-stage maybe=STAGE" in result.stderr
    assert rows("SELECT count(*) FROM deal") == rows("SELECT count(*) FROM command") == [(0,)]


def test_unknown_stages_are_counted_with_a_ready_option(funnel: Run, write: Write) -> None:
    text = "title,stage\n" + "Roof,In talks\n" * 3 + "Door,Elsewhere\nDesk,offer\n"
    result = funnel("import", "deals", write(text), exit=6)
    assert "“In talks” is no stage here (3 rows): --map-stage 'In talks=STAGE'" in result.stderr
    assert "qualification, needs, offer, negotiation, won, lost" in result.stderr
    maps = ("--map-stage", "In talks=negotiation", "--map-stage", "elsewhere=open")
    result = funnel("import", "deals", write(text), *maps, "--map-stage", "Nowhere=won")
    assert "No row has “Nowhere” of --map-stage" in result.stderr
    assert {deal["stage"] for deal in deals(funnel, "title:Roof").values()} == {"negotiation"}
    funnel("import", "deals", write(text), "--map-stage", "In talks=sailing", exit=2)


def test_stages_are_known_in_both_languages(funnel: Run, write: Write) -> None:
    funnel("import", "deals", write("Titel;Stufe\nA;Anamnese\nB;Needs analysis\nC;needs\n"))
    assert {deal["stage"] for deal in deals(funnel).values()} == {"needs"}


def test_stage_and_status_must_agree(funnel: Run, write: Write) -> None:
    text = "title,stage,status,closed,value\nA,Won,open,,5\nB,decision,lost,2026-01-01,5\n"
    result = funnel("import", "deals", write(text), exit=6)
    assert result.stderr.count("the stage and the status contradict each other") == 2


def test_numbers_that_a_spreadsheet_spoilt_are_kept_and_told(funnel: Run, write: Write) -> None:
    path = write('title,contact,phone\nA,Eva,"1,71235E+11"\nB,Jana,1712345678.0\nC,Ute,"12, 13"\n')
    said = funnel("import", "deals", path, env={"FUNNEL_REGION": "DE"}).stderr
    assert "3 phone numbers were kept as they are written" in said
    assert "“1,71235E+11”" in said
    numbers = [funnel("contact", "show", who, "--json").json["phones"] for who in ("eva", "jana")]
    assert numbers == [["1,71235E+11"], ["+491712345678"]]


def test_probability_and_currency(funnel: Run, write: Write) -> None:
    text = (
        "title,probability,currency,value\nA,70,CHF,10\nB,35 %,,10\nC,0.5,EUR,1\nD,5,XXY,1\n"
        "E,5,CHF,10 USD\n"
    )
    result = funnel("import", "deals", write(text), exit=6)
    found = deals(funnel)
    assert (found["A"]["probability"], found["A"]["currency"]) == (70, "CHF")
    assert (found["B"]["probability"], found["B"]["currency"]) == (35, "EUR")
    assert set(found) == {"A", "B"}
    assert "0.5 is no percentage" in result.stderr
    assert "the value is in USD, the currency says CHF" in result.stderr


# Contacts ---------------------------------------------------------------------------------------


def test_contacts_are_found_and_linked(funnel: Run, write: Write) -> None:
    funnel("contact add 'Müller GmbH' --is-organisation")
    text = (
        "title,contact,organisation,email,phone\n"
        "A,Eva Roth,Mueller GmbH,eva@mueller.example,030 123456\n"
        "B,eva roth,MÜLLER GMBH,,\n"
        "C,,Müller GmbH,,\n"
        "D,E. Roth,,EVA@mueller.example,\n"
        "E,,,,\n"
    )
    funnel("import", "deals", write(text), env={"FUNNEL_REGION": "DE"})
    contacts = funnel("contact", "list", "--json").json
    assert [(c["name"], c["organisation"]) for c in sorted(contacts, key=lambda c: c["id"])] == [
        ("Müller GmbH", None),
        ("Eva Roth", "Müller GmbH"),
    ]
    eva = next(c for c in contacts if c["name"] == "Eva Roth")
    assert (eva["emails"], eva["phones"]) == (["eva@mueller.example"], ["+4930123456"])
    found = deals(funnel)
    assert found["A"]["contact_id"] == found["B"]["contact_id"] == found["D"]["contact_id"] == 2
    assert (found["C"]["contact_id"], found["E"]["contact_id"]) == (1, None)


def test_several_contacts_of_one_name_are_not_guessed(funnel: Run, write: Write) -> None:
    funnel("contact add 'Eva Roth' --email eva@one.example")
    funnel("contact add 'Eva Roth' --email eva@two.example")
    text = (
        "title,contact,email\nA,Eva Roth,\nB,Eva Roth,eva@two.example\nC,Eva Roth,eva@3.example\n"
    )
    result = funnel("import", "deals", write(text), exit=6)
    assert "line 2: 2 contacts are called Eva Roth: an e-mail address says which" in result.stderr
    found = deals(funnel)
    assert found["B"]["contact_id"] == 2
    # Another address is another person.
    assert found["C"]["contact_id"] == 3


def people(funnel: Run) -> list[tuple[str, str | None]]:
    """The contacts in the order in which they came, with where they belong."""
    found = funnel("contact", "list", "--json").json
    return [(c["name"], c["organisation"]) for c in sorted(found, key=lambda c: c["id"])]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna Berg,,info@acme.example", "Jan Falk,,info@acme.example"),
        ("Anna Berg,Acme,info@acme.example", "Jan Falk,Acme,info@acme.example"),
        ("Peter Berg,,info@acme.example", "Petra Berg,,info@acme.example"),
        ("Jan Doe,,", "Jan Do,,"),
        ("Kuen,,", "Kun,,"),
        ("Jan Doe,,jan@one.example", "Jan Do,,jan@two.example"),
        (",Doe AG,", ",Do AG,"),
    ],
)
def test_who_shares_an_address_or_a_folded_name_stays_two(
    funnel: Run, write: Write, state: Callable[[], Dump], one: str, other: str
) -> None:
    path = write(f"id,title,contact,organisation,email\n1,A,{one}\n2,B,{other}\n")
    funnel("import", "deals", path, "--key", "id")
    names = [name for name, _firm in people(funnel) if name != "Acme"]
    assert names == [row.strip(",").partition(",")[0] for row in (one, other)]
    found = deals(funnel)
    assert found["A"]["contact_id"] != found["B"]["contact_id"]
    before = state()
    assert "2 unchanged" in funnel("import", "deals", path, "--key", "id")
    assert state() == before


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hans Müller,", "Hans Mueller,"),
        ("Hans Mueller,", "HANS MÜLLER,"),
        ("Hans Muller,", "Hans Müller,"),
        ("Eva-Maria Roth,", "eva maria roth,"),
        ("Eva Roth,eva@acme.example", "E. Roth,EVA@acme.example"),
        ("Eva Roth,eva@acme.example", "Roth,eva@acme.example"),
        ("eva@acme.example,", "Eva Roth,eva@acme.example"),
        ("Jan Kuen,jan@acme.example", "Jan Kun,jan@acme.example"),
        ("Eva Roth,eva@acme.example", ",eva@acme.example"),
    ],
)
def test_who_has_the_name_or_both_is_one(funnel: Run, write: Write, one: str, other: str) -> None:
    funnel("import", "deals", write(f"title,contact,email\nA,{one}\nB,{other}\n"))
    assert [name for name, _firm in people(funnel)] == [one.partition(",")[0]]


def test_of_several_of_one_name_a_public_id_says_which(funnel: Run, write: Write) -> None:
    for kind in ("contact", "deal"):
        funnel(kind, "add", "Eva Roth")
        funnel(kind, "add", "Eva Roth")
    eva, roof = (
        funnel(kind, "list", "id:2", "--json=public_id").json[0]["public_id"]
        for kind in ("contact", "deal")
    )
    for command, header, row, column, mine in (
        ("deals", "title,contact", "A,Eva Roth", "contact_public_id", eva),
        ("contacts", "name,town", "Eva Roth,Ulm", "public_id", eva),
        ("activities", "contact,date,subject", "Eva Roth,2026-01-02,Hello", "contact_key", eva),
        ("steps", "contact,due,subject", "Eva Roth,2027-01-02,Call", "contact_key", eva.lower()),
        ("activities", "deal,date,subject", "Eva Roth,2026-01-02,Hello", "deal_key", roof),
        ("offers", "quote number,deal,net,vat", "Q-1,Eva Roth,100,19", "deal_key", roof),
    ):
        result = funnel("import", command, write(f"{header}\n{row}\n"), exit=6)
        assert f"column {column} " in result.stderr
        told = funnel("import", command, write(f"{header},{column}\n{row},{mine}\n"))
        assert "rejected" not in told
    assert deals(funnel)["A"]["contact_id"] == 2
    assert funnel("contact list --json=id,town").json[-1] == {"id": 2, "town": "Ulm"}
    steps = funnel("step list --json=contact_id,deal_id").json
    assert {(row["contact_id"], row["deal_id"]) for row in steps} == {(2, None), (None, 2)}
    assert funnel("offer list --json=deal_id").json == [{"deal_id": 2}]


def test_an_address_that_several_have_is_nobodys_name(funnel: Run, write: Write) -> None:
    text = (
        "title,contact,email\nA,Anna Berg,info@acme.example\nB,Jan Falk,info@acme.example\n"
        "C,,info@acme.example\nD,J. Falk,info@acme.example\n"
    )
    result = funnel("import", "deals", write(text), exit=6)
    assert "line 4: 2 contacts are called info@acme.example" in result.stderr
    assert deals(funnel)["D"]["contact"] == "Jan Falk"


def test_a_number_is_looked_up_again_where_only_a_new_contact_of_it_was_held(
    funnel: Run, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("funnelcli.db.bulk.BATCH", 1)
    funnel("contact", "add", "Jan Falk", "--phone", "+49 89 1234567")
    result = funnel(
        *("import", "deals"),
        write("title,contact,phone\nA,Anna Berg,+49 89 1234567\nB,,+49 89 1234567\n"),
        exit=6,
    )
    assert "line 3: 2 contacts are called +49891234567" in result.stderr


def test_a_second_import_of_a_contact_with_several_numbers_adds_none(
    funnel: Run, write: Write, rows: Rows
) -> None:
    words = ("import", "deals", "--key", "id")
    head = "id,title,contact,organisation,phone\n"
    first = write(head + 'A,Roof,Eva Roth,Acme,"+49 89 1234567, +49 171 1234567"\n')
    funnel(*words, first)
    again = funnel(*words, first, "--json").json
    assert (again["unchanged"], again["contacts_completed"]) == (1, 0)
    more = write(head + 'A,Roof,Eva Roth,Acme,"+49 171 1234567, +49 30 1234567"\n')
    assert funnel(*words, more, "--json").json["contacts_completed"] == 1
    assert rows("SELECT phone FROM contact_phone ORDER BY position") == [
        ("+49891234567",),
        ("+491711234567",),
        ("+49301234567",),
    ]


def test_an_organisation_is_found_in_a_contact_column(funnel: Run, write: Write) -> None:
    funnel("contact", "add", "Cancity", "--is-organisation")
    text = (
        "title,contact,organisation\nA,CANCITY,\nB,Cancity,Cancity\nC,Weber & Co. KG,\n"
        "D,Weber & Co. KG,\nE,Eva Roth,Cancity\n"
    )
    funnel("import", "deals", write(text))
    assert people(funnel) == [
        ("Cancity", None),
        ("Weber & Co. KG", None),
        ("Eva Roth", "Cancity"),
    ]
    kinds = {c["name"]: c["kind"] for c in funnel("contact", "list", "--json").json}
    assert kinds == {
        "Cancity": "organisation",
        "Weber & Co. KG": "organisation",
        "Eva Roth": "person",
    }


def test_a_phone_alone_makes_a_contact(
    funnel: Run, write: Write, state: Callable[[], Dump]
) -> None:
    funnel("contact", "add", "Eva Roth", "--phone", "+49 30 123456")
    text = (
        "id,title,contact,phone\n1,A,,+49 171 2345678\n2,B,,+49 30 123456\n"
        "3,C,,0049 171 2345678\n4,D,Jan,\n"
    )
    path = write(text)
    funnel("import", "deals", path, "--key", "id", env={"FUNNEL_REGION": "DE"})
    assert [name for name, _firm in people(funnel)] == ["Eva Roth", "+491712345678", "Jan"]
    found = deals(funnel)
    assert [found[title]["contact_id"] for title in "ABCD"] == [2, 1, 2, 3]
    before = state()
    again = funnel("import", "deals", path, "--key", "id", env={"FUNNEL_REGION": "DE"})
    assert "4 unchanged" in again
    assert state() == before


def test_a_deal_keeps_its_contact_whoever_else_is_called_so_by_now(
    funnel: Run, write: Write, state: Callable[[], Dump]
) -> None:
    text = "id,title,contact,organisation,email\n1,A,Eva Roth,Acme,eva@acme.example\n2,B,,Acme,\n"
    path = write(text)
    funnel("import", "deals", path, "--key", "id")
    funnel("contact add Acme --is-organisation")
    funnel("contact add 'Eva Roth' --org 1 --email eva.roth@acme.example")
    funnel("contact edit 2 --email eva@new.example --no-email eva@acme.example")
    before = state()
    assert "2 unchanged" in funnel("import", "deals", path, "--key", "id")
    assert state() == before


def test_a_rejected_row_adds_no_contact(funnel: Run, write: Write, rows: Rows) -> None:
    text = "title,contact,organisation,email\nA,Eva Roth,Acme,not an address\n"
    funnel("import", "deals", write(text), exit=6)
    assert rows("SELECT count(*) FROM contact") == [(0,)]


def test_a_contact_on_file_is_completed_not_overwritten(funnel: Run, write: Write) -> None:
    funnel("contact", "add", "Eva Roth")
    text = "title,contact,email,phone\nA,Eva Roth,eva@one.example,+49 30 123456\n"
    result = funnel("import", "deals", write(text), "--json").json
    assert (result["contacts_added"], result["contacts_completed"]) == (0, 2)
    (eva,) = funnel("contact", "list", "--json").json
    assert (eva["emails"], eva["phones"]) == (["eva@one.example"], ["+4930123456"])


# Catalogues -------------------------------------------------------------------------------------


def test_new_sources_and_reasons(funnel: Run, write: Write, rows: Rows) -> None:
    text = (
        "title,source,status,closed,lost reason\n"
        "A,Email Campaign,open,,\nB,email  campaign,open,,\nC,Empfehlung,open,,\n"
        "D,,lost,2026-01-01,Preis\nE,,lost,2026-01-01,They moved\nF,,lost,2026-01-01,\n"
        "G,Trade Show,lost,2026-01-01,Price too high\nH,Partner Referral,open,,\n"
    )
    result = funnel("import", "deals", write(text))
    assert "New sources: Email Campaign (email_campaign), Partner Referral" in result
    found = deals(funnel)
    assert [found[title]["source"] for title in "ABC"] == ["email_campaign"] * 2 + ["referral"]
    assert (found["D"]["lost_reason"], found["D"]["lost_note"]) == ("price", None)
    assert (found["E"]["lost_reason"], found["E"]["lost_note"]) == ("other", "They moved")
    assert found["F"]["lost_reason"] == "other"
    assert found["F"]["lost_note"]
    # What only has another name elsewhere is what it is here; its words are kept where they can be.
    assert (found["G"]["source"], found["H"]["source"]) == ("fair", "partner_referral")
    assert (found["G"]["lost_reason"], found["G"]["lost_note"]) == ("price", "Price too high")
    assert rows("SELECT name_de FROM catalogue WHERE key = 'email_campaign'") == [
        ("Email Campaign",)
    ]


def test_somebody_new_was_met_as_the_deal_came_up(funnel: Run, write: Write) -> None:
    funnel("contact add 'Eva Roth'")
    text = (
        "title,contact,organisation,source\n"
        "Roof,Eva Roth,,fair\nBarn,Kai Nix,Acme,Messe\nDoor,Kai Nix,,web\nGate,Ada Boss,,\n"
    )
    funnel("import", "deals", write(text))
    found = funnel("contact list --json").json
    sources = {contact["name"]: contact["source"] for contact in found}
    assert sources == {"Eva Roth": None, "Kai Nix": "fair", "Acme": None, "Ada Boss": None}
    assert deals(funnel)["Door"]["source"] == "web"


# Again ------------------------------------------------------------------------------------------


def test_a_second_identical_import_changes_nothing(
    funnel: Run, write: Write, rows: Rows, state: Callable[[], Dump], clock: Clock
) -> None:
    path = write(PIPELINE)
    funnel("import", "deals", path, *PIPELINE_MAPS)
    before, journal = state(), rows("SELECT count(*), max(id) FROM journal")
    clock.advance(days=3)
    result = funnel("import", "deals", path, *PIPELINE_MAPS)
    assert "0 added, 0 updated, 5 unchanged" in result
    assert state() == before
    assert rows("SELECT count(*), max(id) FROM journal") == journal
    assert rows("SELECT count(*) FROM command") == [(1,)]


def test_what_differs_is_written_to_the_logs(
    funnel: Run, write: Write, rows: Rows, clock: Clock
) -> None:
    funnel("import", "deals", write(PIPELINE), *PIPELINE_MAPS)
    clock.advance(days=3)
    text = PIPELINE.replace("A3,Jo Frey,Basic,Cancity,Engaging,2026-08-12,,", "A3,,,,Won,,{}")
    text = text.replace("{}", "2026-11-20,700")
    text = text.replace("A4,Jo Frey,Pro,,Prospecting,,,", "A4,Jo Frey,Pro,Isdom,Engaging,,,80")
    result = funnel("import", "deals", write(text), *PIPELINE_MAPS)
    assert "0 added, 2 updated, 3 unchanged" in result
    won = "SELECT status, value, won_on, stage_since = won_at FROM deal WHERE external_id = 'A3'"
    assert rows(won) == [("won", 70000, "2026-11-20", 1)]
    moved = (
        "SELECT g.key, s.how, s.provenance FROM stay AS s JOIN stage AS g ON g.id = s.stage_id"
        " JOIN deal AS d ON d.id = s.deal_id WHERE d.external_id = 'A4' ORDER BY s.id"
    )
    assert rows(moved) == [
        ("qualification", "created", "estimated"),
        ("needs", "advanced", "imported"),
    ]
    assert rows("SELECT contact_id, value FROM deal WHERE external_id = 'A4'") == [(2, 8000)]
    assert funnel("doctor", "--json").exit_code == 0


def test_won_lost_and_open_again(funnel: Run, write: Write, rows: Rows, clock: Clock) -> None:
    def put(status: str, closed: str = "") -> str:
        clock.advance(days=1)
        text = f"id,title,status,opened,closed,value\n1,Roof,{status},2026-01-01,{closed},10\n"
        return funnel("import", "deals", write(text), "--key", "id")

    put("won", "2026-02-01")
    assert "1 updated" in put("lost", "2026-03-01")
    # It was never withdrawn: the file corrects itself.
    last = "SELECT status, won_on, closed_on, lost_reason FROM deal"
    assert rows(last) == [("lost", None, "2026-03-01", "other")]
    assert "1 updated" in put("open")
    assert rows(last) == [("open", None, None, None)]
    assert "1 updated" in put("won", "2026-11-28")
    assert rows("SELECT status, value FROM deal") == [("won", 1000)]
    assert rows("SELECT status FROM terms ORDER BY id") == [
        (status,) for status in ("open", "won", "open", "lost", "open", "won")
    ]


CLOSED = """\
id,title,stage,status,opened,closed,value,probability,expected
1,Roof,,won,2026-01-01,2026-02-01,10,,
2,Door,needs,lost,2026-01-01,2026-02-02,20,,
3,Gate,close,,2026-01-01,2026-02-03,30,,
"""


@pytest.mark.parametrize(
    "again",
    [
        "id,title\n1,Roof\n2,Door\n3,Gate\n",
        "id,title,closed,probability,expected\n1,Roof,2027-01-01,20,2027-01-01\n2,Door,,20,\n"
        "3,Gate,,,\n",
        "id,title,stage,status\n1,Roof,,\n2,Door,,\n3,Gate,,\n",
        "id,title,stage\n1,Roof,\n2,Door,needs\n3,Gate,\n",
        "id,title,status\n1,Roof,won\n2,Door,lost\n3,Gate,won\n",
    ],
)
def test_silence_changes_nothing_of_what_was_won_or_lost(
    funnel: Run, write: Write, state: Callable[[], Dump], clock: Clock, again: str
) -> None:
    words = ("--key", "id", "--process", "funnel")
    funnel("import", "deals", write(CLOSED), *words)
    before = state()
    clock.advance(days=7)
    result = funnel("import", "deals", write(again, "again.csv"), *words)
    assert "0 added, 0 updated, 3 unchanged" in result
    assert "another day" not in result.stderr
    assert state() == before


def test_a_stage_column_that_says_who_lost_says_who_is_open(
    funnel: Run, write: Write, rows: Rows, clock: Clock
) -> None:
    words = ("--key", "id", "--map", "title==Roof", "--map", "closed=day")
    funnel("import", "deals", write("id,stage,day\n1,lost,2026-02-01\n"), *words)
    clock.advance(days=7)
    text = "id,stage,day\n1,qualification,\n2,lost,2026-02-02\n"
    assert "1 added, 1 updated" in funnel("import", "deals", write(text), *words)
    assert rows("SELECT status FROM deal ORDER BY id") == [("open",), ("lost",)]


def test_a_deal_on_file_moves_on_without_a_status(
    funnel: Run, write: Write, rows: Rows, clock: Clock
) -> None:
    funnel("import", "deals", write("id,title\n1,Roof\n"), "--key", "id")
    clock.advance(days=7)
    text = "id,title,stage,closed,probability\n1,Roof,needs,2027-01-31,40\n"
    assert "1 updated" in funnel("import", "deals", write(text), "--key", "id")
    assert rows(
        "SELECT s.key, d.status, d.expected_close, d.probability FROM deal AS d"
        " JOIN stage AS s ON s.id = d.stage_id"
    ) == [("needs", "open", "2027-01-31", 40)]


@pytest.mark.parametrize(
    ("opened", "closed", "day", "clock_time"),
    [
        ("2026-03-01T15:55:00Z", "2026-03-01", "2026-03-01", "15:55:01"),
        ("2026-03-01T15:55:00Z", "2026-03-02", "2026-03-02", "11:00:00"),
        ("2026-03-01T15:55:00Z", "2026-03-01T15:55:00Z", "2026-03-01", "15:55:01"),
        ("2026-03-01", "2026-03-01", "2026-03-01", "11:00:01"),
        ("2026-03-01", "2026-03-01T08:00:00Z", "2026-03-01", "11:00:01"),
        ("2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z", "2026-03-01", "09:00:00"),
        # Nothing of that day comes after its last second.
        ("2026-03-01T22:59:59Z", "2026-03-01", "2026-03-01", "22:59:59"),
        # The day of the import, before noon.
        ("2026-11-24T07:59:00Z", "2026-11-24", "2026-11-24", "08:00:00"),
    ],
)
def test_a_close_on_the_day_of_the_last_entry_holds(
    funnel: Run,
    write: Write,
    rows: Rows,
    clock: Clock,
    opened: str,
    closed: str,
    day: str,
    clock_time: str,
) -> None:
    def put(status: str, closed: str) -> str:
        text = f"id,title,status,opened,closed,value\n1,Roof,{status},{opened},{closed},10\n"
        return funnel("import", "deals", write(text), "--key", "id")

    put("open", "")
    if not opened.startswith("2026-11-24"):
        clock.advance(days=7)
    assert "1 updated" in put("won", closed)
    when = "strftime('%H:%M:%S', closed_at, 'unixepoch')"
    assert rows(f"SELECT won_on, closed_on, {when} FROM deal") == [(day, day, clock_time)]
    clock.advance(days=7)
    assert "1 unchanged" in put("won", closed)
    assert funnel("doctor", "--json").exit_code == 0


@pytest.mark.parametrize(
    ("closed", "said"),
    [
        ("2026-11-23", "closed on 2026-11-23, before the entry of 2026-11-24 09:00 on file"),
        (
            "2026-11-24T07:00:00Z",
            "closed on 2026-11-24 08:00, before the entry of 2026-11-24 09:00 on file",
        ),
    ],
)
def test_a_close_that_contradicts_the_log_is_a_rejected_row(
    funnel: Run, write: Write, state: Callable[[], Dump], clock: Clock, closed: str, said: str
) -> None:
    text = "id,title,status,opened,closed,value,contact\n1,Roof,{},2026-11-01,{},{},{}\n"
    funnel("import", "deals", write(text.format("open", "", "10", "")), "--key", "id")
    funnel("advance", "1")
    before = state()
    clock.advance(days=7)
    path = write(text.format("won", closed, "20", "Eva Lang"))
    result = funnel("import", "deals", path, "--key", "id", exit=6)
    assert said in result.stderr
    assert "Eva Lang" in (Path(path).parent / "deals.rejects.csv").read_text()
    assert state() == before


@pytest.mark.parametrize(
    ("weeks", "logged"),
    [
        # Never opened by any file: it counts from the close.
        (["open,,,10"], [("qualification", "2026-11-20"), ("decision", "2026-11-20")]),
        # The move was seen on the day of an import, and was earlier than it seemed.
        (
            ["open,needs,2026-11-01,10", "open,offer,,10"],
            [("needs", "2026-11-01"), ("offer", "2026-11-20"), ("decision", "2026-11-20")],
        ),
        # Another value, seen after the close, does not stand in its way.
        (
            ["open,needs,2026-11-01,10", "open,needs,,12"],
            [("needs", "2026-11-01"), ("decision", "2026-11-20")],
        ),
        # Opened again by a file, and then not.
        (
            ["won,,2026-11-01,10", "open,needs,,10"],
            [
                *[("qualification", "2026-11-01"), ("decision", "2026-11-20")],
                *[("qualification", "2026-11-20"), ("needs", "2026-11-20")],
                ("decision", "2026-11-20"),
            ],
        ),
    ],
)
def test_a_close_before_what_only_an_import_has_seen_holds(
    funnel: Run, write: Write, rows: Rows, clock: Clock, weeks: list[str], logged: list[Any]
) -> None:
    def put(week: str, closed: str = "") -> dict[str, Any]:
        text = f"id,title,status,stage,opened,value,closed\n1,Roof,{week},{closed}\n"
        found: dict[str, Any] = funnel("import", "deals", write(text), "--key", "id", "--json").json
        clock.advance(days=7)
        return found

    for week in weeks:
        put(week, "2026-11-20" if week.startswith("won") else "")
    result = put("won,,,15", "2026-11-20")
    assert (result["updated"], result["rejected"]) == (1, 0)
    assert {"status", "stage", "value"} <= result["changes"].keys()
    assert rows("SELECT status, won_on, value FROM deal") == [("won", "2026-11-20", 1500)]
    stays = "SELECT g.key, date(s.entered_at, 'unixepoch') FROM stay AS s JOIN stage AS g"
    assert rows(f"{stays} ON g.id = s.stage_id ORDER BY s.entered_at, s.id") == logged
    assert rows("SELECT count(*) FROM stay WHERE left_at < entered_at") == [(0,)]
    assert put("won,,,15", "2026-11-20")["unchanged"] == 1
    assert funnel("doctor", "--json").exit_code == 0


def test_what_a_person_recorded_does_not_give_way(
    funnel: Run, write: Write, state: Callable[[], Dump], clock: Clock
) -> None:
    text = "id,title,status,opened,closed,value\n1,Roof,{},,{},10\n"
    funnel("import", "deals", write(text.format("open", "")), "--key", "id")
    clock.advance(days=2)
    funnel("advance", "1")
    funnel("deal edit 1 --value 30")
    before = state()
    clock.advance(days=2)
    path = write(text.format("won", "2026-11-25"))
    for _night in range(2):
        assert "1 rejected" in funnel("import", "deals", path, "--key", "id", exit=6)
        clock.advance(days=1)
    assert state() == before
    # An edit of the value stands, and does not stand in the way.
    result = funnel("import", "deals", write(text.format("won", "2026-11-26")), "--key", "id")
    assert "1 updated" in result
    assert deals(funnel)["Roof"]["won_on"] == "2026-11-26"


def test_an_import_says_what_it_changed_and_what_it_left(
    funnel: Run, write: Write, clock: Clock
) -> None:
    head = "id,title,status,stage,opened,closed,value,lost reason\n"
    funnel(
        *("import", "deals", "--key", "id"),
        write(
            head + "1,Roof,open,needs,2026-11-01,,10,\n2,Door,open,needs,2026-11-01,,10,\n"
            "3,Gate,lost,needs,2026-11-01,2026-11-10,10,price\n"
        ),
    )
    funnel("next Door 'Call' --due fri")
    clock.advance(days=7)
    path = write(
        head + "1,Hall,open,offer,2026-11-01,,12,\n2,Door,lost,needs,2026-11-01,2026-11-27,10,\n"
        "3,Gate,lost,offer,2026-11-01,2026-11-11,10,timing\n"
    )
    result = funnel("import", "deals", path, "--key", "id")
    assert "Changed: stage (1), status (1), title (1), value (1)" in result
    assert "1 open step dropped" in result
    assert "1 deal on file was opened or closed on another day" in result.stderr
    assert "though rows say otherwise: reason (1), stage (1)" in result.stderr
    result = funnel("import", "deals", path, "--key", "id", "--json").json
    assert (result["unchanged"], result["changes"]) == (3, {})
    assert result["left"] == {"closed": 1, "reason": 1, "stage": 1}


def test_a_won_deal_may_name_the_stage_that_it_was_won_in(funnel: Run, write: Write) -> None:
    text = (
        "Id,Title,Stage,Status,Opened,Closed,Value\n"
        "1,Roof,{stage},Won,2026-03-01,2026-05-01,8000\n"
        "2,Barn,offer,Lost,2026-03-01,2026-05-01,9000\n"
    )
    for stage, again in (("negotiation", False), ("negotiation", False), ("needs", True)):
        result = funnel("import", "deals", write(text.format(stage=stage)), "--key", "Id")
        assert ("though rows say otherwise: stage (1)" in result.stderr) is again
    assert deals(funnel)["Roof"]["stage"] == "decision"


def test_what_a_close_needs_is_asked_for_only_where_it_is_not_on_file(
    funnel: Run, write: Write, rows: Rows
) -> None:
    funnel("import", "deals", write(CLOSED), "--key", "id", "--process", "funnel")
    text = "id,title,status,notes\n1,Roof,won,Slate\n"
    words = ("--key", "id", "--process", "funnel", "--closed-default", "2026-03-01")
    result = funnel("import", "deals", write(text), *words)
    assert "1 updated" in result
    assert "another day" not in result.stderr
    assert rows("SELECT closed_on, value, notes FROM deal WHERE id = 1") == [
        ("2026-02-01", 1000, "Slate")
    ]


def test_empty_cells_erase_nothing(funnel: Run, write: Write) -> None:
    text = "id,title,notes,value,source,contact\n1,Roof,Slate,10,fair,Eva\n"
    funnel("import", "deals", write(text), "--key", "id")
    result = funnel("import", "deals", write("id,title,notes,value\n1,,,\n"), "--key", "id")
    assert "1 unchanged" in result
    assert deals(funnel)["Roof"]["notes"] == "Slate"


def test_another_day_of_opening_is_said_not_rewritten(
    funnel: Run, write: Write, rows: Rows
) -> None:
    text = "id,title,opened\n1,Roof,2026-01-01\n"
    funnel("import", "deals", write(text), "--key", "id")
    result = funnel("import", "deals", write(text.replace("01-01", "01-05")), "--key", "id")
    assert "1 deal on file was opened or closed on another day" in result.stderr
    assert "funnel deal correct ID ENTRY --at DAY" in result.stderr
    assert rows("SELECT opened_on FROM deal") == [("2026-01-01",)]


def test_an_opening_that_nobody_had_said_is_taken(funnel: Run, write: Write, rows: Rows) -> None:
    text = (
        "id,title,start,status,value,closed\n1,Roof,2026-01-05,open,,\n"
        "2,Door,2026-01-06,won,10,2026-02-01\n3,Gate,2026-03-01,won,10,2026-02-01\n"
    )

    def stored() -> list[Any]:
        return [rows(f"SELECT * FROM {table} ORDER BY id") for table in ("terms", "stay", "deal")]

    path = write(text)
    assert "`funnel undo` and import again" in funnel("import", "deals", path, "--key", "id").stderr
    before = stored()
    words = ("import", "deals", path, "--key", "id", "--map", "opened=start")
    assert "Changed: opened (2)" in funnel(*words, exit=None)
    found = [("2026-01-05",), ("2026-01-06",), ("2026-02-01",)]
    assert rows("SELECT opened_on FROM deal ORDER BY id") == found
    assert rows("SELECT provenance, valid_on FROM terms WHERE deal_id = 1") == [
        ("imported", "2026-01-05")
    ]
    assert "0 updated, 2 unchanged" in funnel(*words, exit=None)
    funnel("doctor")
    funnel("undo")
    assert before == stored()


def test_a_key_twice_in_a_file(funnel: Run, write: Write) -> None:
    path = write("id,title\n1,Roof\n2,Door\n1,Desk\n")
    for added in (2, 0):
        result = funnel("import", "deals", path, "--key", "id", "--json", exit=6)
        assert result.json["added"] == added
        assert "line 4: line 2 has the key 1 too" in result.stderr
    assert set(deals(funnel)) == {"Roof", "Door"}


def test_origins_keep_keys_apart(funnel: Run, write: Write) -> None:
    path = write("id,title\n1,Roof\n")
    funnel("import", "deals", path, "--key", "id", "--origin", "one")
    assert "1 added" in funnel("import", "deals", path, "--key", "id", "--origin", "two")


def test_without_a_key_the_doubling_is_said(funnel: Run, write: Write) -> None:
    path = write("title\nRoof\nRoof\n")
    result = funnel("import", "deals", path)
    assert "2 added" in result
    assert "adds every deal once more" in result.stderr


def test_a_deal_of_another_process_is_left_alone(funnel: Run, write: Write) -> None:
    path = write("id,title\n1,Roof\n")
    funnel("import", "deals", path, "--key", "id")
    result = funnel("import", "deals", path, "--key", "id", "--process", "funnel", exit=6)
    assert "is in the process cycle" in result.stderr


# All or nothing ---------------------------------------------------------------------------------


def test_one_undo_takes_it_back_and_a_redo_brings_it(
    funnel: Run, write: Write, state: Callable[[], Dump]
) -> None:
    funnel("contact", "add", "Cancity")
    funnel("deal", "add", "Before")
    before = state()
    funnel("import", "deals", write(PIPELINE), *PIPELINE_MAPS, "--map", "source=sales_agent")
    after = state()
    funnel("undo")
    assert state() == before
    funnel("redo")
    assert state() == after


def test_a_dry_run_says_all_and_changes_nothing(
    funnel: Run, write: Write, state: Callable[[], Dump], tmp_path: Path
) -> None:
    funnel("deal", "add", "Before")
    before, files = state(), {path.name for path in tmp_path.iterdir()} | {"deals.csv"}
    text = PIPELINE + "A6,Jo Frey,Basic,Cancity,Dreaming,,,\n"
    result = funnel("import", "deals", write(text), *PIPELINE_MAPS, "--dry-run", exit=6)
    assert "5 added, 0 updated, 0 unchanged, 1 rejected" in result
    assert "Dry run: nothing was changed." in result
    assert "“Dreaming” is no stage" in result.stderr
    assert state() == before
    assert {path.name for path in tmp_path.iterdir()} == files


@pytest.mark.sqlite("copies of the file")
def test_a_copy_is_made_before_deals_are_touched(funnel: Run, write: Write, db: str) -> None:
    folder = Path(f"{db}.backups")
    funnel("import", "deals", write(PIPELINE), *PIPELINE_MAPS)
    assert not folder.exists()
    funnel("import", "deals", write(PIPELINE), *PIPELINE_MAPS)
    (copy,) = folder.iterdir()
    assert copy.name.endswith("before-import.db")


def test_quiet_prints_how_many_were_added(funnel: Run, write: Write) -> None:
    result = funnel("import", "deals", write(PIPELINE), *PIPELINE_MAPS, "-q")
    assert result == "5\n"


def test_from_standard_input_and_on_a_terminal(funnel: Run, run_process: Any, write: Write) -> None:
    done = run_process("import", "deals", "-", "--key", "id", stdin="id;title\n1;Roof\n")
    assert (done.returncode, done.stdout) == (0, "Deals: 1 added, 0 updated, 0 unchanged\n")
    text = "id,title\n" + "".join(f"{n},Deal {n}\n" for n in range(2, 2500))
    result = funnel("import", "deals", write(text), "--key", "id", tty=True)
    assert "Deals: 2498 added" in result
    assert "funnel undo takes it back" in result


@pytest.mark.sqlite("files beside it")
@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGINT])
def test_cut_off_midway_nothing_is_there(
    funnel: Run,
    write: Write,
    environment: dict[str, str],
    state: Callable[[], Dump],
    db: str,
    kind: signal.Signals,
) -> None:
    funnel("deal", "add", "Before")
    before = state()
    out = io.StringIO("title,contact,opened\n")
    out.seek(0, io.SEEK_END)
    out.writelines(f"Deal {n},Contact {n},2026-01-01\n" for n in range(60_000))
    path = write(out.getvalue())
    process = subprocess.Popen(
        [sys.executable, "-m", "funnelcli", "import", "deals", path],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=process_environment(environment),
    )
    wal = Path(f"{db}-wal")
    # Rows that no longer fit into memory lie in the write-ahead log: it is in the midst of it.
    while not (wal.exists() and wal.stat().st_size > 1 << 20):
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.005)
            break
    process.send_signal(kind)
    process.communicate()
    assert process.returncode == (130 if kind == signal.SIGINT else -signal.SIGKILL)
    assert state() == before
    assert not list(Path(path).parent.glob("*rejects*"))


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@given(
    st.lists(
        st.tuples(
            CELL,
            CELL,
            st.sampled_from(["", "won", "lost", "open", "offer", "Delivery", "x"]),
            st.sampled_from(["", "2026-01-01", "2026-05-05", "2027-01-01", "soon"]),
            st.sampled_from(["", "0", "12.5", "7,000.00", "-3", "lots"]),
        ),
        max_size=6,
    )
)
def test_any_cells_are_taken_or_handed_back(table: list[tuple[str, ...]]) -> None:
    from funnelcli.actions.importing import deals
    from funnelcli.actions.importing.fields import plan
    from funnelcli.actions.importing.rows import Checker
    from funnelcli.actions.importing.survey import survey
    from funnelcli.actions.importing.ways import Processes
    from funnelcli.db import command
    from funnelcli.errors import Usage
    from funnelcli.formats.text_table import TextTable

    text = io.StringIO(newline="")
    writer = csv.writer(text)
    names = ("id", "title", "contact", "stage", "closed", "value")
    writer.writerow(names)
    writer.writerows((n, *row) for n, row in enumerate(table))
    conn = SHARED
    content = io.BytesIO(text.getvalue().encode())
    with TextTable(content, "it", encoding="utf-8", delimiter=",") as file:
        try:
            planned = plan(file.header, [], "id")
            formats = survey(file, planned)
        except Usage:
            return
        kept, numbers = list(file.rows()), []
        for _time in range(2):
            checker = Checker(
                planned,
                formats,
                Processes(conn, 1, []),
                currency="EUR",
                key=lambda cells: cells[0],
            )
            with command(conn, "import"):
                numbers.append(
                    deals.import_deals(
                        conn,
                        kept,
                        checker,
                        origin="it",
                        reject=lambda _row, _reason: None,
                    )
                )
        first, second = numbers
        assert first.added + first.rejected == len(kept)
        assert (second.added, second.updated) == (0, 0)
        assert second.unchanged == first.added
        stays = "SELECT count(*) FROM stay WHERE left_at IS NULL"
        assert conn.execute(stays).fetchone()[0] == first.added
        conn.execute("DELETE FROM deal")
        conn.execute("DELETE FROM contact")


@pytest.fixture(autouse=True, scope="module")
def _shared(tmp_path_factory: pytest.TempPathFactory) -> Any:
    global SHARED
    from funnelcli.db import connect

    SHARED = connect(str(tmp_path_factory.mktemp("shared") / "shared.db"))
    SHARED.execute("PRAGMA synchronous = OFF")
    yield
    SHARED.close()


SHARED: sqlite3.Connection


def test_the_help_names_every_field(funnel: Run) -> None:
    from funnelcli.actions.importing.fields import FIELDS

    words = " ".join(funnel("import", "deals", "--help", width=200).split())
    assert f"Fields: {', '.join(FIELDS)}." in words


def test_what_a_file_says_of_people_and_organisations(funnel: Run, tmp_path: Path) -> None:
    file = tmp_path / "deals.csv"
    file.write_text(
        "Title,Contact,Company,Branche\n"
        "Roof,Eva Roth,Sunny,Solar\nGate,,Metal,Steel\nDoor,Jo Lang,,Crafts\n"
        "Bell,Eva Roth,Sunny,\n",
        encoding="utf-8",
    )
    funnel("contact", "add", "Metal", "-O", "--industry", "Iron")
    assert "industry=Branche" in funnel("import", "deals", file, "--yes").stderr
    found = funnel("contact list --json=name,industry").json
    assert {contact["name"]: contact["industry"] for contact in found} == {
        "Sunny": "Solar",
        "Eva Roth": None,
        "Metal": "Iron",
        "Jo Lang": "Crafts",
    }


def test_rows_without_a_title_are_counted(funnel: Run, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("Title,Contact,Value\nA,ana,100\n,bob,200\n")
    said = funnel("import", "deals", str(path)).stderr
    assert "1 deal without a title is called after its product, contact or key" in said
    path.write_text("Contact,Value\ncem,100\n")
    assert "without a title" not in funnel("import", "deals", str(path)).stderr


def test_the_refusal_of_an_ambiguous_amount_names_the_option(funnel: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('Title,Value\nA,"1,234"\n')
    said = funnel("import", "deals", str(path), exit=2).stderr
    assert "--decimal . makes it 1234, --decimal , 1.234," in said
    funnel("import", "deals", str(path), "--decimal", ".")
    assert funnel("deal list --json").json[0]["value"] == 1234


@pytest.mark.parametrize("who", ["Firma", "Kunde", "Name"])
def test_a_list_of_addresses_is_one_of_contacts(funnel: Run, tmp_path: Path, who: str) -> None:
    path = tmp_path / "c.csv"
    path.write_text(f"{who};Straße;PLZ;Ort;Land\nAcme;Weg 1;10115;Berlin;Deutschland\n")
    said = funnel("import", "deals", str(path), exit=2).stderr
    assert "c.csv looks like a list of contacts, not of deals." in said
    assert "funnel import contacts" in said


def test_bytes_are_no_table(funnel: Run, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(bytes(range(128, 256)) + bytes([7, 27, 65, 44, 1, 10, 66, 44, 3, 10]) * 20)
    assert "r.csv is no table." in funnel("import", "deals", str(path), exit=2).stderr


def test_columns_without_a_home_are_kept_on_request(funnel: Run, write: Write) -> None:
    text = (
        "Id,Title,Value,Notes,Region,Contract  no.\n1,Roof,100,Call first,South,K-1\n2,Door,5,,-,\n"
    )
    path = write(text)
    words = ("import", "deals", path, "--key", "Id", "--keep-rest")
    done = funnel(*words, "notes", "--json")
    assert "Kept in the notes: Region, Contract no." in done.stderr
    assert done.json["untaken"] == {}
    assert deals(funnel)["Roof"]["notes"] == "Call first\nRegion: South\nContract no.: K-1"
    assert deals(funnel)["Door"]["notes"] is None
    assert funnel(*words, "notes", "--json").json["unchanged"] == 2
    # What somebody wrote here stays; a line of a column is brought up to the file.
    funnel("deal", "edit", "Roof", "--notes", "Call first\nRegion: South\nContract no.: K-1\nMine")
    assert funnel(*words, "notes", "--json").json["unchanged"] == 2
    write(text.replace("South", "North"))
    assert funnel(*words, "notes", "--json").json["changes"] == {"notes": 1}
    kept = "Call first\nRegion: North\nContract no.: K-1\nMine"
    assert deals(funnel)["Roof"]["notes"] == kept
    assert funnel(*words, "tags", "--json").json["changes"] == {"notes": 1, "tags": 1}
    done = funnel(*words, "tags", "--json")
    assert "Kept as tags: Region, Contract no." in done.stderr
    assert deals(funnel)["Roof"]["tags"] == ["contract no.: K-1", "region: North"]
    assert funnel(*words, "tags", "--json").json["unchanged"] == 2
    refused = funnel(*words, "away", exit=2).stderr
    assert "“away” is no place to keep columns." in refused


def test_what_is_on_file_may_be_preferred(funnel: Run, write: Write, rows: Rows) -> None:
    header = "Id,Title,Contact,Value,Stage,Expected close,Source,Notes,Tags\n"
    path = write(
        header + "1,Roof,Eva Roth,100,Needs,,Fair,Call first,a\n2,Door,Jo Frey,,Needs,,,,\n"
    )
    words = ("import", "deals", path, "--key", "Id", "--closed-default", "2026-10-01", "--json")
    funnel(*words)
    write(
        header + "1,Attic,Bea Berg,200,Won,2026-12-24,Cold call,Other,b\n"
        "2,Door,Jo Frey,50,Offer,2026-12-24,Fair,New,\n"
    )
    mine = funnel(*words, "--prefer", "mine").json
    assert mine["updated"] == 2
    filled = {"value": 1, "expected": 1, "source": 1, "notes": 1, "tags": 1}
    assert mine["changes"] == filled
    left = dict.fromkeys(("title", "contact", "value", "status", "stage", "source", "notes"), 1)
    assert mine["left"] == left
    assert mine["contacts_added"] == 0
    found = deals(funnel)
    assert (found["Roof"]["value"], found["Roof"]["status"]) == (100, "open")
    assert found["Roof"]["notes"] == "Call first"
    assert (found["Door"]["value"], found["Door"]["stage"]) == (50, "needs")
    again = funnel(*words, "--prefer", "mine").json
    assert (again["unchanged"], again["changes"]) == (2, {})
    funnel(*words)
    assert rows("SELECT title, status, value FROM deal ORDER BY id") == [
        ("Attic", "won", 20000),
        ("Door", "open", 5000),
    ]
    assert "no way to settle" in funnel(*words, "--prefer", "x", exit=2).stderr


def test_what_says_nothing_says_it_in_keys_and_days_of_stages_too(
    funnel: Run, write: Write
) -> None:
    header = "Id,Title,Value,Stage,Created,Date entered Needs,Date entered Offer\n"
    rows = "1,Roof,5,Offer,2026-05-01,NULL,2026-06-01\n-,Door,5,Offer,2026-05-01,#N/A,-\n"
    done = funnel("import", "deals", write(header + rows), "--key", "Id", "--json", exit=None)
    assert (done.json["added"], done.json["rejected"]) == (1, 1)
    assert "line 3: no key" in done.stderr


def test_a_country_may_be_namibia_and_an_own_article_a_dash(
    funnel: Run, write: Write, tmp_path: Path
) -> None:
    people = "Name,Country,Town\nEva Roth,NA,NA\nJo Frey,N/A,Kiel\n"
    funnel("import", "contacts", write(people, "people.csv"))
    found = {one["name"]: one for one in funnel("contact", "list", "--json").json}
    assert (found["Eva Roth"]["country"], found["Eva Roth"]["town"]) == ("NA", None)
    assert found["Jo Frey"]["country"] is None
    funnel("product", "add", "N/A", "-", "--price", "3", "--vat", "19")
    own = tmp_path / "own.csv"
    own.write_text(funnel("product", "list", "--csv"), encoding="utf-8")
    again = funnel("import", "products", own, "--json").json
    assert (again["unchanged"], again["rejected"]) == (1, 0)


def test_a_name_is_the_deals_where_only_deals_have_what_stands_beside(
    funnel: Run, write: Write, tmp_path: Path
) -> None:
    made = tmp_path / "made.json"
    made.write_text('{"deals": [{"name": "Roof", "value": 1000}]}', encoding="utf-8")
    funnel("import", "deals", made)
    funnel("import", write("Bezeichnung;Wert;Kunde\nHalle;2000;Eva Roth\n", "b.csv"), "--yes")
    titles = [deal["title"] for deal in funnel("deal list --sort id --json").json]
    assert titles == ["Roof", "Halle"]
    # Beside a company, or ways to reach somebody, it is a person's.
    for header in ("Name,Company,Value", "Name,Phone,Value", "Name,Contact,Town"):
        people = write(f"{header}\nEva,Acme,7\n", "people.csv")
        assert "title=Name" not in funnel("import", people, "-n", exit=None)
