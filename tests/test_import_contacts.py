"""Importing people and organisations: who they are, what a second import changes, and what not."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import Dump, Run, Write, writer

PEOPLE = """\
Id,Vorname,Nachname,Firma,Position,E-Mail,E-Mail 2,Telefon,Mobil,Fax,Straße,PLZ,Ort,Geburtstag,Notizen
p1,Eva,Roth,Kurz GmbH,Einkauf,eva@kurz.example,,+49 30 901820,+49 171 5550001,+49 30 9,Am Markt 1,10115,Berlin,17.5.1980,Mag Tee
p2,Hans,Müller,Kurz GmbH,,hans@kurz.example,h.mueller@home.example,,,,,,,,
p3,Jo,Frey,,,,,,+49 171 5550002,,,,Hamburg,,
"""  # noqa: E501
CARDS = """\
BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=
=B6rg
TEL;CELL:+49 171 5550010
EMAIL;INTERNET:joerg@example.com
PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQEAYABgAAD
 /2wBDAAEBAQ==

END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:Dr. Eva Roth
N:Roth;Eva;;Dr.;
ORG:Kurz\\, Lang & Co.;Einkauf
TITLE:Leiterin
EMAIL;TYPE=WORK:eva@kurz.example
TEL;TYPE=WORK,FAX:+49 30 99
TEL;TYPE=WORK:+49 30 901820
ADR;TYPE=WORK:;;Am Markt 1;Berlin;;10115;Deutschland
ADR;TYPE=HOME:;;Daheim 2;Potsdam;;14467;Deutschland
BDAY:--05-17
CATEGORIES:vip,messe
NOTE:Mag Tee\\, keinen Kaffee\\nund Kuchen
UID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1
END:VCARD
BEGIN:VCARD
VERSION:4.0
KIND:org
FN:Nord AG
ORG:Nord AG
EMAIL:info@nord.example
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:Never closed
BEGIN:VCARD
VERSION:3.0
FN:Last One
TEL:+49 30 901899
END:VCARD
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of its own; its path."""
    return writer(tmp_path, "people.csv")


def people(funnel: Run, *words: str) -> dict[str, dict[str, Any]]:
    """The contacts as a script gets them, by name."""
    return {one["name"]: one for one in funnel("contact", "list", *words, "--json").json}


def test_people_with_where_they_belong_and_how_to_reach_them(
    funnel: Run, write: Write, state: Callable[[], Dump]
) -> None:
    funnel("contact", "add", "Somebody else")
    before = state()
    path = write(PEOPLE)
    done = funnel("import", "contacts", path, "--key", "Id")
    assert "Contacts: 3 added, 0 updated, 0 unchanged" in done
    assert "1 organisation added that people belong to" in done
    assert "Columns not taken (filled cells): Fax (1)." in done.stderr
    found = people(funnel)
    eva, hans, jo = found["Eva Roth"], found["Hans Müller"], found["Jo Frey"]
    assert (eva["organisation"], eva["job_title"], eva["town"]) == (
        "Kurz GmbH",
        "Einkauf",
        "Berlin",
    )
    assert (eva["street"], eva["postcode"], eva["birthday"]) == (
        "Am Markt 1",
        "10115",
        "1980-05-17",
    )
    assert eva["phones"] == ["+4930901820", "+491715550001"]
    assert (eva["notes"], eva["external_id"]) == ("Mag Tee", "p1")
    assert hans["emails"] == ["hans@kurz.example", "h.mueller@home.example"]
    assert (jo["organisation"], jo["town"]) == (None, "Hamburg")
    assert found["Kurz GmbH"]["kind"] == "organisation"
    assert funnel("deal", "list", "status:any", "--json").json == []
    after = state()
    again = funnel("import", "contacts", path, "--key", "Id", "--json").json
    assert (again["added"], again["updated"], again["unchanged"]) == (0, 0, 3)
    assert state() == after
    funnel("undo")  # The second import changed nothing; the first one is taken back as a whole.
    assert state() == before


def test_who_is_on_file_is_found_by_what_the_row_says(funnel: Run, write: Write) -> None:
    funnel("contact", "add", "Kurz GmbH", "--is-organisation")
    funnel("contact", "add", "Eva Roth", "--org", "Kurz GmbH", "--email", "eva@kurz.example")
    funnel("contact", "add", "Jo Frey", "--phone", "+49 171 5550002")
    funnel("contact", "add", "Hans Müller", "--org", "Kurz GmbH", "--email", "old@kurz.example")
    funnel("contact", "add", "Ann Berg", "--email", "info@berg.example")
    rows = """\
Name,Company,Email,Phone,Town
E. Roth,,eva@kurz.example,,Bonn
Johannes Frey,,,0049 171 5550002,Kiel
Hans Mueller,Kurz GmbH,new@kurz.example,,Ulm
Bea Berg,,info@berg.example,,Trier
,Kurz GmbH,,+49 30 5550005,Essen
"""
    done = funnel("import", "contacts", write(rows), "--json").json
    # Johannes is not Jo, and Bea is not Ann, whatever number or address they share.
    assert (done["added"], done["updated"], done["rejected"]) == (2, 3, 0)
    found = people(funnel)
    assert found["Eva Roth"]["town"] == "Bonn"
    assert found["Hans Müller"]["emails"] == ["old@kurz.example", "new@kurz.example"]
    assert found["Kurz GmbH"]["phones"] == ["+49305550005"]
    assert {"Johannes Frey", "Bea Berg", "Jo Frey", "Ann Berg"} <= found.keys()


def test_what_differs_is_taken_from_the_file_or_left(funnel: Run, write: Write) -> None:
    path = write(PEOPLE)
    funnel("import", "contacts", path, "--key", "Id")
    changed = (
        PEOPLE.replace("Berlin", "Bonn").replace("Eva,Roth", "Eva,Berg").replace("Tee", "Sekt")
    )
    other = write(changed.replace("p3,Jo,Frey,,,", "p3,Jo,Frey,,Chef,"), "other.csv")
    done = funnel("import", "contacts", other, "--key", "Id", "--prefer", "mine")
    assert "Contacts: 0 added, 1 updated, 2 unchanged" in done
    assert "Changed: job title (1)" in done
    assert "Left as it is on file, though rows say otherwise: name (1), notes (1), town (1)" in (
        done.stderr
    )
    done = funnel("import", "contacts", other, "--key", "Id")
    assert "Changed: name (1), notes (1), town (1)" in done
    eva = people(funnel)["Eva Berg"]
    assert (eva["town"], eva["notes"]) == ("Bonn", "Mag Tee\n\nMag Sekt")
    again = funnel("import", "contacts", other, "--key", "Id", "--json").json
    assert (again["updated"], again["left"]) == (0, {})


def test_organisations_are_records_of_their_own(funnel: Run, write: Write) -> None:
    rows = "Company name,Industry,City,Phone Number\nNord AG,Bau,Kiel,+49 431 9901\nNord AG,,,\n"
    done = funnel("import", "contacts", write(rows), "--json").json
    assert (done["added"], done["unchanged"]) == (1, 1)
    (nord,) = funnel("contact", "list", "--json").json
    assert (nord["kind"], nord["industry"], nord["town"]) == ("organisation", "Bau", "Kiel")
    done = funnel("import", "contacts", write("Name,Town\nSüd & Co. KG,Ulm\n"), "--json").json
    assert people(funnel)["Süd & Co. KG"]["kind"] == "organisation"
    kind = write("Name,Town\nOst,Ulm\n")
    funnel("import", "contacts", kind, "--map", "kind==organisation")
    assert people(funnel)["Ost"]["kind"] == "organisation"


def test_cards_of_any_version(funnel: Run, write: Write, tmp_path: Path) -> None:
    path = write(CARDS, "people.vcf")
    done = funnel("import", "contacts", path, exit=6)
    assert "Contacts: 4 added" in done
    assert "Left out of the cards: PHOTO (1), ADR (1)." in done.stderr
    assert "line 34: the card is never closed" in done.stderr
    found = people(funnel)
    assert found["Jörg Müller"]["phones"] == ["+491715550010"]
    eva = found["Eva Roth"]
    assert (eva["academic_title"], eva["organisation"]) == ("Dr.", "Kurz, Lang & Co.")
    assert (eva["phones"], eva["birthday"], eva["town"]) == (["+4930901820"], "--05-17", "Berlin")
    assert (sorted(eva["tags"]), eva["job_title"]) == (["messe", "vip"], "Leiterin")
    assert eva["notes"] == "Mag Tee, keinen Kaffee\nund Kuchen"
    assert (eva["external_origin"], eva["external_id"][:8]) == ("vcard", "4fbe8971")
    assert found["Nord AG"]["kind"] == "organisation"
    text = (tmp_path / "people.rejects.csv").read_text("utf-8-sig")
    rejected = next(csv.DictReader(io.StringIO(text)))
    assert "Never closed" in rejected["notes"]
    again = funnel("import", "contacts", path, "--json", exit=6).json
    assert (again["added"], again["updated"], again["unchanged"]) == (0, 0, 4)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_cards_in_any_encoding(funnel: Run, write: Write, encoding: str) -> None:
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Jürgen Groß\r\nEMAIL:j@x.example\r\nEND:VCARD\r\n"
    assert "1 added" in funnel("import", "contacts", write(card, "a.vcf", encoding))
    assert "Jürgen Groß" in people(funnel)


def test_the_programs_own_list_comes_back(funnel: Run, tmp_path: Path) -> None:
    funnel("contact", "add", "Kurz GmbH", "--is-organisation", "--town", "Ulm")
    funnel(
        *("contact", "add", "Eva Roth", "--org", "Kurz GmbH", "--email", "e@x.de", "--tag", "a"),
        *("--phone", "+49 30 901820", "--birthday", "--05-17", "--salutation", "ms"),
    )
    path = tmp_path / "own.csv"
    funnel("contact", "list", "--csv", "-o", path)
    again = funnel("import", "contacts", path, "--json").json
    assert (again["added"], again["updated"], again["unchanged"]) == (0, 0, 2)
    fresh = tmp_path / "fresh.db"
    funnel("import", "contacts", path, "--db", fresh)
    funnel("contact", "list", "--csv", "-o", tmp_path / "again.csv", "--db", fresh)
    kept = ("public_id", "kind", "name", "salutation", "organisation", "birthday", "phones")
    kept += ("emails", "town", "tags")

    def essence(name: str) -> list[list[str]]:
        found = csv.DictReader(io.StringIO((tmp_path / name).read_text("utf-8")))
        return sorted([row[key] for key in kept] for row in found)

    assert essence("own.csv") == essence("again.csv")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A,B\n1,2\n", "No column of this file is the field name"),
        ("", "is empty"),
        ("Name,Email\nEva,eva at x\n", "is no e-mail address"),
    ],
)
def test_what_names_nobody_is_refused(
    funnel: Run, write: Write, state: Callable[[], Dump], text: str, words: str
) -> None:
    funnel("contact", "add", "Eva Roth")
    before = state()
    assert words in funnel("import", "contacts", write(text), exit=None).stderr
    assert state() == before


def test_one_key_on_two_rows_is_refused_and_a_dry_run_changes_nothing(
    funnel: Run, write: Write, state: Callable[[], Dump]
) -> None:
    funnel("contact", "add", "Somebody else")
    before = state()
    path = write(PEOPLE.replace("p2,", "p1,"))
    done = funnel("import", "contacts", path, "--key", "Id", "--dry-run", exit=6)
    assert "line 3: line 2 has the key p1 too" in done.stderr
    assert state() == before
    assert "no way to settle" in funnel("import", "contacts", path, "--prefer", "x", exit=2).stderr


def test_an_own_list_keeps_apart_who_is_called_alike(funnel: Run, tmp_path: Path) -> None:
    """Two firms of one name come back as two, each with its people, and whole."""
    for town in ("Ulm", "Bonn"):
        funnel("contact", "add", "Acme LLC", "--is-organisation", "--town", town)
    funnel("contact", "add", "Pia Roth", "--org", "1", "--role", "decider")
    funnel("contact", "add", "Pia Roth", "--org", "2", "--referred-by", "3")
    funnel("contact", "edit", "2", "--do-not-contact")
    fresh = tmp_path / "fresh.db"
    # Ids of another database are others.
    funnel("contact", "add", "Somebody else", "--db", fresh)
    path = tmp_path / "own.csv"
    funnel("contact", "list", "--csv", "-o", path)
    done = funnel("import", "contacts", path, "--db", fresh)
    assert "4 added" in done
    assert "do_not_contact" not in done.stderr.partition("not taken")[2]
    listed = [
        {one["public_id"]: one for one in funnel("contact", "list", "--json", *words).json}
        for words in ((), ("--db", fresh))
    ]
    before, after = listed
    public = {one["id"]: one["public_id"] for one in after.values()}
    was = {one["id"]: one["public_id"] for one in before.values()}
    for public_id, one in before.items():
        other = after[public_id]
        for name in ("name", "town", "role", "do_not_contact", "organisation"):
            assert one[name] == other[name]
        for name in ("organisation_id", "referred_by_id"):
            assert was.get(one[name]) == public.get(other[name])
    again = funnel("import", "contacts", path, "--db", fresh, "--json").json
    assert (again["added"], again["unchanged"]) == (0, 4)
    # A list from before somebody was not to be contacted any more does not lift that.
    path.write_text(path.read_text("utf-8").replace("true", "false"), "utf-8")
    funnel("import", "contacts", path)
    assert funnel("contact", "show", "2", "--json").json["do_not_contact"] is True
    preview = funnel("import", path, "--db", tmp_path / "third.db", "--dry-run").stderr
    assert "do_not_contact=do_not_contact" in preview


def test_columns_without_a_home_are_kept_on_request(
    funnel: Run, write: Write, tmp_path: Path
) -> None:
    text = "Id,Name,E-Mail,Notizen,Shoe size\n1,Eva Roth,eva@roth.example,Tea,38\n"
    words = ("import", "contacts", write(text), "--key", "Id", "--keep-rest")
    saved = str(tmp_path / "map.toml")
    done = funnel(*words, "notes", "--save-map", saved, "--json")
    assert "Kept in the notes: Shoe size." in done.stderr
    assert people(funnel)["Eva Roth"]["notes"] == "Tea\nShoe size: 38"
    # The map has it, too.
    again = funnel(*words[:3], "--map-file", saved, "--json").json
    assert (again["unchanged"], again["untaken"]) == (1, {})
    other = (*words[:2], write(text.replace("38", "39"), "other.csv"), *words[3:])
    mine = funnel(*other, "notes", "--prefer", "mine", "--json").json
    assert (mine["unchanged"], mine["left"]) == (1, {"notes": 1})
    assert funnel(*other, "notes", "--json").json["changes"] == {"notes": 1}
    assert people(funnel)["Eva Roth"]["notes"] == "Tea\nShoe size: 39"
    assert funnel(*other, "tags", "--json").json["changes"] == {"tags": 1}
    assert people(funnel)["Eva Roth"]["tags"] == ["shoe size: 39"]
    assert funnel(*other, "tags", "--json").json["unchanged"] == 1


def test_a_column_of_tags_is_known_by_its_german_names(funnel: Run, tmp_path: Path) -> None:
    for number, heading in enumerate(("Schlagworte", "Schlagwörter", "Schlagwort", "Tags")):
        table = tmp_path / f"{number}.csv"
        table.write_text(f"Name;{heading}\nEva Roth {number};messe\n")
        funnel("import", "contacts", table)
    found = funnel("contact", "list", "tag:messe", "--json").json
    assert len(found) == 4


@pytest.mark.parametrize(
    ("lines", "name", "title", "last"),
    [
        ("FN:Hans Huber\nN:Huber;Hans;;;Dr.", "Hans Huber", "Dr.", "Huber"),
        ("FN:Hans Huber\\, Dr.\nN:Huber;Hans;;;Dr.", "Hans Huber", "Dr.", "Huber"),
        ("FN:DI Hans Huber MSc\nN:Huber;Hans;;DI;MSc", "Hans Huber, MSc", "DI", "Huber"),
        ("FN:Hans Huber MSc", "Hans Huber MSc", None, "Huber"),
        ("N:Huber;Hans;;DI (FH);MBA", "Hans Huber, MBA", "DI (FH)", "Huber"),
    ],
)
def test_titles_of_a_card_stand_before_and_behind(
    funnel: Run, tmp_path: Path, lines: str, name: str, title: str | None, last: str
) -> None:
    file = tmp_path / "one.vcf"
    file.write_text(f"BEGIN:VCARD\nVERSION:3.0\n{lines}\nEND:VCARD\n", "utf-8")
    funnel("import", "contacts", file)
    (one,) = funnel("contact list --json").json
    assert (one["name"], one["academic_title"], one["last_name"]) == (name, title, last)
    assert "1 unchanged" in funnel("import", "contacts", file)


def test_titles_of_a_column_of_names(funnel: Run, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(
        'Name,Town\n"Huber, Dr. Hans",Ulm\n"Anna Berg-Klein, Prof. Dr.",Ulm\nEva Roth MSc,Ulm\n'
        "DI (FH) Jo Lang,Ulm\n",
        "utf-8",
    )
    funnel("import", "contacts", file)
    found = funnel("contact list --json").json
    assert {(one["name"], one["academic_title"], one["last_name"]) for one in found} == {
        ("Hans Huber", "Dr.", "Huber"),
        ("Anna Berg-Klein", "Prof. Dr.", "Berg-Klein"),
        ("Eva Roth MSc", None, "Roth"),
        ("Jo Lang", "DI (FH)", "Lang"),
    }
    assert "4 unchanged" in funnel("import", "contacts", file)
