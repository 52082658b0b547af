"""Whose word counts where a file and what is on file differ: of each field the later one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conftest import Run, Write, writer
from funnelcli.values import dates

BEFORE = "2020-01-02 03:04:05"
LATER = "2099-01-02 03:04:05"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of its own; its path."""
    return writer(tmp_path, "rows.csv")


def deal(funnel: Run, title: str) -> dict[str, Any]:
    """The deal that is called so."""
    return next(one for one in funnel("deal", "list", "--json").json if one["title"] == title)


@pytest.mark.parametrize(
    ("program", "key", "title", "modified"),
    [
        ("hubspot", "Record ID", "Deal Name", "Last Modified Date"),
        ("hubspot", "hs_object_id", "dealname", "hs_lastmodifieddate"),
        ("salesforce", "Id", "Name", "LastModifiedDate"),
        ("pipedrive", "Deal - ID", "Deal - Title", "Deal - Update time"),
        ("pipedrive", "id", "title", "update_time"),
        ("zoho", "Record Id", "Deal Name", "Modified Time"),
        ("odoo", "id", "name", "write_date"),
        ("bitrix24", "ID", "Deal Name", "Modified"),
        ("bitrix24", "ID", "Name des Auftrags", "Geändert am"),
        ("close", "id", "title", "date_updated"),
    ],
)
def test_of_each_field_the_later_change_counts(
    funnel: Run, write: Write, program: str, key: str, title: str, modified: str
) -> None:
    header = f"{key},{title},Amount,Lead Source,{modified}\n"
    words = ("import", "deals", write(f"{header}7,Roof,100,Fair,{BEFORE}\n"), "--key", key)
    words = (*words, "--map", f"title={title}", "--preset", program)
    funnel(*words)
    funnel("deal", "edit", "Roof", "--value", "300")
    write(f"{header}7,Roof,200,Cold call,{BEFORE}\n")
    # The value was changed here since, the source never was.
    done = funnel(*words, "--prefer", "newer", "--json")
    assert "Warning: Newer here than in the file, and left as it is: value (1)" in done.stderr
    assert (done.json["newer_here"], done.json["newer_in_file"]) == ({"value": 1}, {})
    assert (done.json["changes"], done.json["left"]) == ({"source": 1}, {"value": 1})
    assert (deal(funnel, "Roof")["value"], deal(funnel, "Roof")["source"]) == (300, "cold_call")
    write(f"{header}7,Roof,200,Cold call,{LATER}\n")
    done = funnel(*words, "--prefer", "newer")
    assert "Newer in the file than here, and taken: value (1)" in done
    assert deal(funnel, "Roof")["value"] == 200


def test_what_was_undone_and_what_files_brought_is_no_change_here(
    funnel: Run, write: Write
) -> None:
    header = "Id,Title,Value,Stage,Contact,Modified\n"
    words = ("import", "deals", write(f"{header}7,Roof,100,Needs,Eva Roth,{BEFORE}\n"))
    words = (*words, "--key", "Id", "--closed-default", "2026-10-01", "--prefer", "newer")
    funnel(*words)
    funnel("deal", "edit", "Roof", "--value", "300")
    funnel("undo")
    funnel("deal", "advance", "Roof", "offer")
    write(f"{header}7,Roof,200,Won,Bea Berg,{BEFORE}\n")
    done = funnel(*words, "--json").json
    assert done["newer_here"] == {"status": 1}
    assert done["changes"] == {"value": 1, "contact": 1}
    funnel("undo")
    funnel("redo")
    found = deal(funnel, "Roof")
    assert (found["value"], found["stage"], found["contact"]) == (200, "offer", "Bea Berg")
    # Without a time of day only a later day is newer, and without a day nothing is.
    today = dates.today().isoformat()
    for cell in (today, ""):
        write(f"{header}7,Roof,200,Won,Bea Berg,{cell}\n")
        assert funnel(*words, "--json").json["left"] == {"status": 1}
    write(f"{header}7,Roof,200,Won,Bea Berg,{LATER[:10]}\n")
    assert funnel(*words, "--json").json["newer_in_file"] == {"status": 1}
    assert funnel("deal", "list", "status:won", "--json").json[0]["title"] == "Roof"


def test_contacts_and_cards_too(funnel: Run, write: Write, tmp_path: Path) -> None:
    funnel("contact", "add", "Eva Roth", "--town", "Bonn", "--email", "eva@kurz.example")
    header = "Name,Email,Town,Country,Company,Notes,Last Modified Date\n"
    path = write(f"{header}Eva Roth,eva@kurz.example,Kiel,Denmark,Kurz GmbH,New,{BEFORE}\n")
    words = ("import", "contacts", path, "--prefer", "newer", "--json")
    done = funnel(*words).json
    # What was empty here is filled in, whenever it was written.
    assert done["newer_here"] == {"town": 1}
    assert done["changes"] == {"country": 1, "organisation": 1, "notes": 1}
    cards = tmp_path / "people.vcf"
    card = "BEGIN:VCARD\nVERSION:4.0\nFN:Eva Roth\nEMAIL:eva@kurz.example\nADR:;;;Ulm;;;\nREV:{}\n"
    cards.write_text(card.format("20200102T030405Z") + "END:VCARD\n")
    assert funnel("import", cards, "--prefer", "newer", "-y", "--json").json["files"][0][
        "newer_here"
    ] == {"town": 1}
    cards.write_text(card.format("2099-01-02T03:04:05Z") + "END:VCARD\n")
    done = funnel("import", "contacts", cards, "--json").json
    assert (done["changes"], done["untaken"]) == ({"town": 1}, {})
    funnel("undo")
    done = funnel("import", "contacts", cards, "--prefer", "newer", "--json").json
    assert (done["newer_in_file"], done["changes"]) == ({"town": 1}, {"town": 1})


def test_a_file_that_does_not_say_when_is_refused(
    funnel: Run, write: Write, tmp_path: Path
) -> None:
    path = write("Record ID,Deal Name,Deal Stage,Changed by us\n7,Roof,needs,2026-01-05\n")
    for words in (("import", "deals", path), ("import", path, "-y")):
        refused = funnel(*words, "--prefer", "newer", exit=2).stderr
        assert "says when its rows were changed last" in refused
        assert "--map changed=" in refused
    assert "does (Changed by us), say which: funnel import deals" in refused
    done = funnel("import", "deals", path, "--prefer", "newer", "--map", "changed=Changed by us")
    assert "1 added" in done
    assert "--prefer file, mine or newer" in funnel("import", path, "--prefer", "x", exit=2).stderr
    other = tmp_path / "more.csv"
    other.write_text(f"Record ID,Deal Name,Deal Stage,Last Modified Date\n8,Door,needs,{BEFORE}\n")
    # Nobody asked: then it is a column like others.
    assert "not taken: Last Modified Date" in funnel("import", other, "-n").stderr
    assert "changed=Last Modified Date" in funnel("import", other, "--prefer", "newer", "-y").stderr


def test_an_older_file_does_not_win_over_what_a_newer_one_brought(
    funnel: Run, write: Write, tmp_path: Path
) -> None:
    header = "Record ID,Deal Name,Deal Stage,Amount,Lead Source,Last Modified Date\n"
    path = write(f"{header}7,Roof,needs,100,Fair,2026-05-01 10:00\n8,Door,needs,5,,2026-05-01\n")
    # Whatever way of settling differences the newer file was imported by.
    funnel("import", path, "-y")
    older = write(
        f"{header}7,Roof,needs,50,Web,2026-01-01 10:00\n8,Door,offer,6,,2026-05-01 09:00\n", "o.csv"
    )
    done = funnel("import", older, "--prefer", "newer", "-y", "--json")
    assert done.json["files"][0]["newer_here"] == {"value": 1, "source": 1}
    assert "Newer here than in the file, and left as it is: source (1), value (1)" in done.stderr
    assert [deal(funnel, one)["value"] for one in ("Roof", "Door")] == [100, 6]
    # A field that the newer file does not have is the older one's.
    funnel("undo")
    funnel("undo")
    short = write("Record ID,Deal Name,Amount,Last Modified Date\n7,Roof,100,2026-05-01\n", "s.csv")
    funnel("import", older, "-y")
    funnel("import", short, "-y")
    between = write(f"{header}7,Roof,offer,70,Fair,2026-02-01\n", "b.csv")
    done = funnel("import", between, "--prefer", "newer", "-y", "--json").json["files"][0]
    assert (done["changes"], done["newer_here"]) == ({"stage": 1, "source": 1}, {"value": 1})
    people = "Record ID,First Name,Last Name,Job Title,Last Modified Date\n1,Eva,Roth,{},{}\n"
    for word, day in (("Boss", "2026-05-01"), ("Clerk", "2026-04-01")):
        path = write(people.format(word, day), "people.csv")
        funnel("import", path, "--prefer", "newer", "-y")
    assert funnel("contact show Roth --json").json["job_title"] == "Boss"


def test_several_columns_are_a_key_together(funnel: Run, write: Write, tmp_path: Path) -> None:
    header = "Project,Lot,Title,Value,Stage\n"
    path = write(f"{header}P1,1,Roof,100,needs\nP1,2,Gate,200,needs\nP2,1,Door,300,needs\n")
    saved = tmp_path / "map.toml"
    words = ("import", "deals", path)
    assert "3 added" in funnel(*words, "--key", "project + Lot", "--save-map", saved)
    # A row that lacks one of them has none; what contains the sign is something else.
    write(
        f"{header}P1,1,Roof,150,needs\nP2,,Fence,1,needs\nP1+1,,Wall,1,needs\nP2,1,Door,300,needs\n"
    )
    done = funnel(*words, "--map-file", saved, "--json", exit=6)
    assert (done.json["updated"], done.json["unchanged"], done.json["rejected"]) == (1, 1, 2)
    assert "no key" in done.stderr
    assert (deal(funnel, "Roof")["value"], deal(funnel, "Roof")["external_id"]) == (150, "P1+1")
    assert "There is no column Lott" in funnel(*words, "--key", "Project+Lott", exit=2).stderr
    odd = write("A+B,C,Title,Stage\n1,x,Shed,needs\n", "odd.csv")
    assert "1 added" in funnel("import", "deals", odd, "--key", "A+B")
    assert deal(funnel, "Shed")["external_id"] == "1"
    people = write(
        "Company ID,Contact ID,Name,Town\n1,1,Eva Roth,Ulm\n1,2,Jo Frey,Kiel\n2,1,Ann Berg,Bonn\n",
        "people.csv",
    )
    key = ("--key", "Company ID+Contact ID", "--json")
    assert funnel("import", "contacts", people, *key).json["added"] == 3
    again = write("Company ID,Contact ID,Name,Town\n2,1,Mia Wolf,Trier\n", "people.csv")
    done = funnel("import", "contacts", again, *key).json
    assert (done["updated"], done["changes"]) == (1, {"name": 1, "town": 1})
    calls = write(
        "Project,Lot,No,Activity type,Date,Subject\nP1,1,1,Call,2026-03-02,Ask\n"
        "P1,1,2,Call,2026-03-03,Ask again\n",
        "calls.csv",
    )
    words = ("import", "activities", calls, "--map", "deal==Roof", "--key", "Project+Lot+No")
    assert "2 added" in funnel(*words)
    assert "2 unchanged" in funnel(*words)


@pytest.mark.parametrize(
    "column", ["Deal owner", "Owner", "Besitzer", "Zuständig", "Deal - Owner", "OwnerName"]
)
def test_whose_a_record_is_becomes_one_tag(funnel: Run, write: Write, column: str) -> None:
    path = write(f"Id,Title,Stage,{column},Region\n7,Roof,needs,Jo Frey,South\n")
    assert f"{column} (1)" in funnel("import", "deals", path, "-n").stderr
    funnel("import", "deals", path, "--keep-rest", "tags")
    assert funnel("deal", "list", "tag:owner: Jo Frey", "--json").json[0]["tags"] == [
        "owner: Jo Frey",
        "region: South",
    ]


def test_where_the_file_counts_in_any_case_that_is_said(funnel: Run, write: Write) -> None:
    prices = write("Number,Name,Price,VAT\nC-1,Cable,3.50,19\n", "prices.csv")
    assert "here the file counts" in funnel("import", prices, "--prefer", "mine", "-y").stderr
    assert "here the file counts" not in funnel("import", prices, "-y").stderr
    refused = funnel("import", "products", prices, "--prefer", "newer", exit=2).stderr
    having = "`funnel import`, `funnel import deals`, `funnel import contacts`"
    assert f"It is an option of {having}." in refused


def test_what_was_kept_below_the_notes_stays_where_an_import_keeps_nothing(
    funnel: Run, tmp_path: Path
) -> None:
    file = tmp_path / "kr.csv"
    file.write_text("Deal ID,Deal Name,Region,Notes\n7,Roof,West,wants it soon\n8,Wall,Ost,\n")
    funnel("import", file, "--keep-rest", "notes", "-y")
    kept = funnel("deal list --json=notes").json
    assert "Region: West" in str(kept)
    funnel("import", file, "-y")
    assert funnel("deal list --json=notes").json == kept
    file.write_text("Deal ID,Deal Name,Region,Notes\n7,Roof,West,wants it late\n8,Wall,Ost,\n")
    funnel("import", file, "-y")
    assert "wants it late" in str(funnel("deal list --json=notes").json)
