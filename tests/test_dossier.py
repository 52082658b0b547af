"""All that is held about a person is in the dossier, and what was given out is on the log."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from conftest import Run
from funnelcli.actions.forgetting_person import find, public_ids
from funnelcli.db import disclosed, personal
from funnelcli.db.connection import connect
from funnelcli.nouns.counted import GONE
from funnelcli.pages import dossier


@pytest.mark.sqlite("copies of the file")
def test_every_row_of_a_person_is_in_the_dossier(funnel: Run, db: str, tmp_path: Path) -> None:
    funnel("demo", "--into", db)
    source = tmp_path / "people.csv"
    source.write_text("Name,Town\nQuintus Zwack,Bonn\n", encoding="utf-8")
    funnel("import", "contacts", source)
    funnel("contact", "edit", "Quintus Zwack", "--town", "Ulm", "--phone", "+49 171 2345678")
    funnel("contact", "consent", "Quintus Zwack", "phone", "--how", "at the fair")
    funnel("note", "add", "1", "Ask Quintus Zwack, 0171 2345678")
    funnel("backup")
    for name in ("Quintus Zwack", "6", "7", "8", "10"):
        printed = funnel("contact", "dossier", name, "--json").json
        with closing(connect(db)) as conn:
            person = find(conn, public_ids(conn, printed["contact"]))
            assert person is not None
            own = personal.rows_of(conn, person.live)
        found = {table: {row["id"] for row in rows} for table, rows in printed["rows"].items()}
        assert found == {table: ids for table, ids in own.items() if ids}
    printed = funnel("contact", "dossier", "Quintus Zwack", "--json").json
    (consent,) = printed["rows"]["contact_consent"]
    assert consent["how"] == "at the fair"
    assert any("people.csv" in origin["command"] for origin in printed["origins"])
    assert {change["before"][0]["town"] for change in printed["changes"]} == {"Bonn"}
    assert [mention["table"] for mention in printed["mentions"]] == ["note"]
    assert len(printed["copies"]) == 1
    page = funnel("contact", "dossier", "Quintus Zwack", "--md", env={"FUNNEL_LANGUAGE": "de"})
    for text in ("people.csv", "at the fair", "Ask Quintus", "Ulm", "Bonn", "Woher"):
        assert text in page
    assert funnel("export log --json").json == []


@pytest.mark.sqlite("copies of the file")
def test_what_is_written_to_a_file_is_on_the_log(funnel: Run, db: str, tmp_path: Path) -> None:
    funnel("demo", "--into", db)
    ids = [row["id"] for row in funnel("contact list --json").json]
    funnel("contact", "list", "-o", tmp_path / "all.csv")
    funnel("contact", "list", "--limit", "2", "--sort", "id", "-o", tmp_path / "two.xlsx")
    funnel("deal", "list", "contact:brandt", "-o", tmp_path / "deals.json")
    funnel("deal", "show", "1", "-o", tmp_path / "deal.md")
    funnel("offer", "print", "1", "-o", tmp_path / "letter.html")
    funnel("contact", "dossier", "6", "-o", tmp_path / "dossier.html")
    funnel("report", "win-rate", "-o", tmp_path / "rate.csv")
    funnel("contact", "list", "no-such-name", "-o", tmp_path / "none.csv")
    log = funnel("export log --json").json
    assert {(row["command"], Path(row["path"]).name, row["contacts"]) for row in log} == {
        ("contact list", "all.csv", len(ids)),
        ("contact list", "two.xlsx", 2),
        ("deal list", "deals.json", 1),
        ("deal show", "deal.md", 1),
        ("offer print", "letter.html", 1),
        ("contact dossier", "dossier.html", 1),
    }
    funnel("export", "all", tmp_path / "whole.zip")
    funnel("backup", tmp_path / "stick.db")
    funnel("contact", "add", "Newcomer")
    held = funnel("export log --contact 6 --json").json
    assert {Path(row["path"]).name for row in held} == {
        *("all.csv", "deals.json", "deal.md", "dossier.html", "whole.zip", "stick.db")
    }
    assert held == funnel("contact dossier 6 --json").json["disclosures"]
    # No undo takes a file back, and a copy that is brought back knows what was given since.
    assert "Newcomer" in funnel("undo")
    funnel("restore", tmp_path / "stick.db", "--yes")
    assert len(funnel("export log --json").json) == len(log) + 2


def test_a_set_of_contacts_is_what_it_was(db: str) -> None:
    for ids in ([], [0], [1, 8, 9, 1000], range(3, 5000, 7)):
        members = disclosed.Members(ids)
        again = disclosed.Members.read(members.text)
        assert [one for one in range(6000) if one in again] == [*ids]
        assert len(again) == len([*ids])
    with closing(connect(db)) as conn:
        disclosed.add(conn, "contact list", "/x/a.csv", disclosed.Members([1, 9]))
        assert [found.contacts for found in disclosed.listed(conn, [9])] == [2]
        assert not [*disclosed.listed(conn, [2])]


def test_what_the_tables_of_a_person_are_called(db: str) -> None:
    with closing(connect(db)) as conn:
        links = personal.keys(conn)
        reached = {"contact"}
        while more := {
            table
            for table, columns in links.items()
            if table not in reached and any(target in reached for _column, target in columns)
        }:
            reached |= more
        for table in reached:
            assert table in GONE or dossier.table_title(table, 1) != table, table


def test_whose_dossier_it_is_has_to_be_said(funnel: Run) -> None:
    funnel("contact", "add", "Xaver Removed")
    funnel("contact", "add", "Org1", "--is-organisation")
    funnel("contact", "remove", "1", "--yes")
    for line in ("contact dossier 1", "export log --contact 1"):
        assert "Org1" not in funnel(line, exit=4)


def test_whoever_had_the_id_before_is_in_nobodys_dossier(funnel: Run) -> None:
    funnel("contact", "add", "Xaver Removed", "--email", "x@secret.example")
    funnel("contact", "remove", "1", "--yes")
    funnel("contact", "add", "Berta Live", "--email", "b@live.example")
    funnel("contact", "remove", "1", "--yes")
    funnel("undo")
    printed = funnel("contact dossier 1 --json")
    assert "Xaver" not in printed
    assert "secret" not in printed
    assert {origin["table"] for origin in printed.json["origins"]} == {"contact", "contact_email"}
