"""``funnel import FILE…``: what files hold is found out, shown, and imported together."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from conftest import Dump, Run

COMPANIES = "Record ID,Company name,Company Domain Name\n1,Kurz GmbH,kurz.example\n"
PEOPLE = (
    "Record ID,First Name,Last Name,Email,Associated Company ID\n"
    "1,Eva,Roth,eva@kurz.example,1\n2,Eva,Roth,roth@kurz.example,1\n"
)
DEALS = (
    "Record ID,Deal Name,Amount,Deal Stage,Create Date,Close Date,Associated Contact IDs,"
    "Deal owner\n"
    "1,Roof,1200.5,contractsent,2026-03-02,,2,Jo\n"
    "2,Door,99,closedwon,2026-03-02,2026-04-02,2,Jo\n"
)
PRICES = "Number,Name,Price\nCAB-1,Cable,3.50\n"
CARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Jo Frey\nEMAIL:jo@frey.example\nEND:VCARD\n"
FILES = {"deals.csv": DEALS, "people.csv": PEOPLE, "companies.csv": COMPANIES}

Write = Callable[[dict[str, str]], list[str]]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write files into the current folder; their names."""
    monkeypatch.chdir(tmp_path)

    def write(files: dict[str, str]) -> list[str]:
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        return [*files]

    return write


def test_linked_files_are_one_transaction_in_the_order_of_their_links(
    funnel: Run, write: Write, state: Callable[[], Dump]
) -> None:
    funnel("contact", "add", "Somebody else")
    before = state()
    names = write(FILES)
    asked = funnel("import", *names, exit=2)
    assert "companies.csv: organisations, HubSpot, commas, utf-8, 1 row" in asked.stderr
    assert "title=Deal Name, value=Amount, stage=Deal Stage" in asked.stderr
    assert "not taken: Deal owner" in asked.stderr
    assert (
        "· title: Roof, value: EUR 1200.50, stage: negotiation, opened: 2026-03-02" in asked.stderr
    )
    assert "Confirm with --yes." in asked.stderr
    assert state() == before
    assert "Dry run" in funnel("import", *names, "--dry-run")
    assert state() == before
    done = funnel("import", *names, "-y")
    assert [line.partition(":")[0] for line in done.lines] == [
        "companies.csv",
        "people.csv",
        "deals.csv",
    ]
    people = {one["external_id"]: one for one in funnel("contact", "list", "--json").json}
    second = people["2"]
    assert second["organisation"] == "Kurz GmbH"
    deals = funnel("deal", "list", "status:any", "--json").json
    assert {one["contact_id"] for one in deals} == {second["id"]}
    after = state()
    again = funnel("import", *names, "-y", "--json").json
    assert {one["added"] + one["updated"] for one in again["files"]} == {0}
    assert state() == after
    funnel("undo")
    assert state() == before


def test_a_file_that_cannot_be_taken_keeps_the_others_out(
    funnel: Run, write: Write, state: Callable[[], Dump]
) -> None:
    funnel("contact", "add", "Somebody else")
    before = state()
    names = write({**FILES, "two.csv": "title,opened\nRoof,1/2/2026\nDoor,3/4/2026\n"})
    refused = funnel("import", *names, "-y", exit=2)
    assert "two ways" in refused.stderr
    assert state() == before


def test_kinds_are_told_apart(funnel: Run, write: Write) -> None:
    names = write(
        {"cards.vcf": CARD, "prices.csv": PRICES, "list.csv": "Name;E-Mail;Ort\nPia;p@x.de;Ulm\n"}
    )
    done = funnel("import", *names, "-y", exit=None)
    assert "cards.vcf: contacts, vCard, 1 row" in done.stderr
    assert "list.csv: contacts, semicolons, utf-8, 1 row" in done.stderr
    assert "prices.csv: a price list, commas" in done.stderr
    assert "cards.vcf: Contacts: 1 added" in done
    (name,) = write({"addresses.csv": "Primary Email\nann@x.de\n"})
    assert "addresses.csv: contacts" in funnel("import", name, "-y").stderr
    assert funnel("deal", "list", "--json").json == []
    for text, words in {
        "A,B\n1,2\n": "says what its rows are",
    }.items():
        (name,) = write({"other.csv": text})
        assert words in funnel("import", name, "-y", exit=2).stderr


def test_rejected_rows_come_as_what_they_are_and_not_by_a_pattern(
    funnel: Run, write: Write
) -> None:
    write({"erp.csv": "No,Deal,Stage,Amount\n1,Roof,Offer,5\n2,Door,Offer,x\n"})
    done = funnel("import", "deals", "erp.csv", "--key", "No", "--origin", "erp", "--json", exit=6)
    rejects, rest = done.json["rejects"], done.json["rest"].removesuffix(" --json")
    assert rest == "funnel import deals erp.rejects.csv --key No --origin erp"
    write({rejects: (mended := Path(rejects).read_text().replace(",x,", ",7,"))})
    assert "Door" in mended
    names = ("erp.csv", rejects, "people.csv")
    write({"people.csv": PEOPLE})
    asked = funnel("import", *names, "-n", "-y", exit=None).stderr
    assert f"Left out, having the rejected rows of an earlier import: {rejects}." in asked
    assert f"\n{rejects}:" not in asked
    assert f"{rejects}: deals" in funnel("import", rejects, "-n", "-y").stderr
    assert "1 added" in funnel(rest.removeprefix("funnel "))
    write({"erp.csv": "No,Deal,Stage,Amount\n1,Roof,Offer,5\n2,Door,Offer,7\n"})
    words = ("import", "deals", "erp.csv", "--key", "No", "--origin", "erp")
    assert "0 added, 0 updated, 2 unchanged" in funnel(*words)
    write({"c.csv": "ID,Name,E-mail\n1,Ann,ann@x.example\n2,Bo,bo\n"})
    rest = funnel("import", "c.csv", "-y", "--json", exit=6).json["files"][0]["rest"]
    assert rest.endswith("c.rejects.csv --origin import")


def test_what_no_column_is_called_like_is_proposed_by_its_cells(funnel: Run, write: Write) -> None:
    write(
        {
            "p.csv": "Wort,Summe EUR,Code\nRohr,12.5,A1\nKabel,3.00,B2\n",
            "c.csv": "Ort,Chef,Web\nUlm,Anna Berg,x.example\nBonn,Bo Kern,y.example\n",
            "e.csv": "Ort,An\nUlm,anna@x.example\nUlm,bo@x.example\n",
            "u.csv": "A,B\n1,2\n",
            "d.csv": "Deal,Stage\nRoof,offer\n",
        }
    )
    for words, maps in (
        ("products p.csv", '--map sku="Code" --map name="Wort" --map price="Summe EUR"'),
        ("contacts c.csv", '--map name="Chef"'),
        ("contacts e.csv", '--map email="An"'),
    ):
        refused = funnel(f"import {words}", exit=2).stderr
        assert f"if it is so: {maps}\n" in refused
        vat = " --vat 19" if "products" in words else ""
        assert "2 added" in funnel(f"import {words} {maps}{vat}")
    assert "The columns are: A, B." in funnel("import contacts u.csv", exit=2).stderr
    refused = funnel("import d.csv u.csv -y", exit=2).stderr
    assert "Nothing in u.csv says" in refused
    assert "Or leave u.csv out" in refused
    refused = funnel("import d.csv p.csv -y", exit=2).stderr
    assert "leave p.csv out" in refused


def test_the_records_of_an_object_are_what_their_array_is_called(funnel: Run, write: Write) -> None:
    firms = (
        '{"companies": [{"name": "Kurz GmbH", "city": "Ulm"}, {"name": "Acme", "city": "Bonn"}]}'
    )
    titled = '{"companies": [{"title": "Kurz GmbH", "city": "Ulm"}]}'
    people = '{"Kontakte": [{"name": "Eva Roth", "city": "Ulm"}]}'
    write({"a.json": firms, "b.json": titled, "c.json": people, "firmen.csv": "Name,Ort\nX,Y\n"})
    assert "a.json: organisations" in funnel("import a.json -y").stderr
    assert [one["kind"] for one in funnel("contact list --json=kind").json] == ["organisation"] * 2
    assert '--map name="title"' in funnel("import b.json -y", exit=2).stderr
    assert "c.json: contacts" in funnel("import c.json -y").stderr
    assert "firmen.csv: organisations" in funnel("import firmen.csv -y").stderr


def test_an_archive_of_linked_files(
    funnel: Run,
    write: Write,
    tmp_path: Path,
) -> None:
    write({})
    with zipfile.ZipFile("export.zip", "w") as archive:
        for name, text in FILES.items():
            archive.writestr(f"out/{name}", text.replace("99", "viel"))
    done = funnel("import", "export.zip", "-y", exit=6)
    assert "export.zip/out/people.csv: Contacts: 2 added" in done
    assert "1 rejected (deals.rejects.csv)" in done
    assert "funnel import deals deals.rejects.csv" in done.stderr
    funnel("import", "export.zip", "-y", exit=6)
    assert [path.name for path in tmp_path.glob("*.rejects*")] == ["deals.rejects.csv"]


def test_a_terminal_is_asked(funnel: Run, write: Write) -> None:
    (name,) = write({"people.csv": PEOPLE})
    funnel("import", name, tty=True, stdin="n\n", exit=None)
    assert funnel("contact", "list", "--json").json == []
    told = funnel("import", name, tty=True, stdin="x\nn\n", exit=130).stderr
    assert "“x” is neither yes nor no." in told
    assert told.count("Import 1 file?") == 2
    assert told.endswith("Nothing was changed.\n")
    assert "Interrupted" not in told
    refused = funnel("import", name, exit=2).stderr
    assert "Error: Nobody can be asked here: Import 1 file?\nConfirm with --yes." in refused
    funnel("import", name, tty=True, stdin="x\ny\n")
    assert len(funnel("contact", "list", "--json").json) == 2


def test_stages_are_asked_for_before_anything_is_written(funnel: Run, write: Write) -> None:
    (name,) = write({"deals.csv": DEALS.replace("contractsent", "Zorp")})
    asked = funnel("import", name, tty=True, stdin="offer\ny\n")
    said = " ".join(asked.stderr.split())
    assert said.index("What is “Zorp” (1 row)?") < said.index("Import 1 file?")
    assert "skip leaves the rows out, - puts them into the file of rejected rows" in said
    stages = {one["title"]: one["stage"] for one in funnel("deal", "list", "--json").json}
    assert stages["Roof"] == "offer"


def test_a_mistyped_kind_is_no_file(funnel: Run, write: Write) -> None:
    write(FILES)
    mistyped = funnel("import", "deal", "deals.csv", exit=4)
    assert "There is no file deal." in mistyped.stderr
    assert "funnel import deals" in mistyped.stderr


def test_fields_stages_and_states_have_german_names(funnel: Run, tmp_path: Path) -> None:
    """What a person maps, and what is said of the first rows, in the words of the language."""
    german = {"FUNNEL_LANGUAGE": "de"}
    file = tmp_path / "deals.csv"
    file.write_text("a,b,c\nDach,gut,5\nTor,lief,6\n")
    funnel(
        *["import", "deals", file, "--map", "titel=a", "--map", "stufe=b", "--map", "Wert=c"],
        *["--map", "grund==price", "--map-stage", "gut=Anamnese", "--map-stage", "lief=verloren"],
        *["--closed-default", "2026-11-01", "--opened-default", "2026-10-01"],
        env=german,
    )
    found = funnel("deal list --json=title,stage,status").json
    assert sorted((row["title"], row["status"]) for row in found) == [
        ("Dach", "open"),
        ("Tor", "lost"),
    ]
    error = funnel("import", "deals", file, "--map", "xx=a", exit=2, env=german).stderr
    assert "Geschäft, Kontakt, Organisation" in error
    assert "POT-Creation-Date" not in error
    error = funnel("import", "deals", file, "--map-stage", "gut=xx", exit=2, env=german).stderr
    assert "Oder offen, gewonnen, verloren oder auslassen angeben." in error
    file.write_text("title,stage,won time\nDach,needs,2026-11-02\n")
    told = funnel("import", file, "-n", env=german)
    assert "Stufe: Anamnese" in told.stderr + told


HINTED = {
    "days.csv": "Deal,Stage,Opened\nRoof,Offer,01/02/2026\nDoor,Offer,03/04/2026\n",
    "sums.csv": "Deal,Stage,Amount\nRoof,Offer,1.234\nDoor,Offer,2.000\n",
    "stages.csv": "ID,Deal,Stage\n1,Roof,Kickoff\n2,Door,Offer\n",
    "skus.csv": "Number,Item no,Price\nA,B,3\n",
    "prices.csv": PRICES,
    "closed.csv": "ID,Deal,Status,Amount\n11,Gate,won,5\n12,Wall,won,5\n",
}


def test_hints_of_files_name_the_whole_command(funnel: Run, write: Write) -> None:
    """Each command that a hint names works as it stands, but for the word that is to be chosen."""
    write(HINTED)
    said = {name: funnel("import", name, "-y", exit=None).stderr for name in HINTED}
    rest, ids = "funnel import deals", "--origin import"
    for name, hint, works in (
        ("days.csv", 'funnel import deals days.csv --date-format "DD/MM/YYYY"', True),
        ("sums.csv", "funnel import deals sums.csv --decimal ,", True),
        ("skus.csv", "funnel import products skus.csv --map name=", False),
        ("stages.csv", f"{rest} stages.rejects.csv {ids} --map-stage Kickoff=STAGE", True),
        ("prices.csv", "funnel import products prices.rejects.csv --vat PERCENT", True),
        ("closed.csv", f"{rest} closed.rejects.csv {ids} --closed-default DATE", True),
    ):
        assert hint in said[name]
        for word, value in (("STAGE", "offer"), ("PERCENT", "19"), ("DATE", "2026-10-01")):
            hint = hint.replace(word, value)
        if works:
            assert "0 added" not in funnel(hint.removeprefix("funnel "))
    # The rejected row has kept its id, though it was the only one.
    again = funnel("import", "deals", "stages.csv", "--map-stage", "Kickoff=offer")
    assert "2 unchanged" in again
    with zipfile.ZipFile("all.zip", "w") as archive:
        archive.writestr("out/days.csv", HINTED["days.csv"])
        archive.writestr("closed.csv", HINTED["closed.csv"])
    refused = funnel("import", "all.zip", "-y", exit=2).stderr
    assert "funnel import deals all.zip --sheet out/days.csv --date-format" in refused
    assert "--date-format" in funnel("import", "deals", "days.csv", exit=2).stderr
    write({"latin.csv": "Deal,Stage\nM\u00fcller,Offer\n"})
    read = funnel("import", "latin.csv", "--encoding", "cp437", "--dry-run", "-y").stderr
    assert "title: M├╝ller" in read


def test_the_first_rows_are_shown_as_they_are_stored(funnel: Run, write: Write) -> None:
    head = "Deal,Amount,Currency,Stage\n"
    (name,) = write({"k.csv": f"{head}Roof,120000,CZK,Offer\nDoor,,CHF,Offer\n"})
    shown = funnel("import", name, "-y").stderr
    assert "title: Roof, stage: offer, value: CZK 120000.00\n" in shown
    assert "title: Door, stage: offer, currency: CHF\n" in shown


def test_a_customers_column_names_whose_deal_it_is(funnel: Run, tmp_path: Path) -> None:
    file = tmp_path / "liste.csv"
    file.write_text("Titel;Kunde;Telefon;Summe\nDach;Anna Krause;0221 778899;32000\n", "utf-8")
    funnel("import", file, "--yes")
    (deal,) = funnel("deal list --json").json
    assert (deal["contact"], deal["value"]) == ("Anna Krause", 32000)


def test_columns_without_a_home_are_kept_of_all_files(funnel: Run, write: Write) -> None:
    names = write(FILES)
    done = funnel("import", *names, "--keep-rest", "notes", "-y")
    assert "kept in the notes: Deal owner" in done.stderr
    assert funnel("deal", "list", "--json").json[0]["notes"] == "Deal owner: Jo"
    again = funnel("import", *names, "--keep-rest", "notes", "-y", "--json").json
    assert [one["unchanged"] for one in again["files"]] == [1, 2, 2]
    assert "no place to keep" in funnel("import", *names, "--keep-rest", "x", exit=2).stderr


def test_all_kinds_that_one_object_of_json_has(funnel: Run, tmp_path: Path) -> None:
    path = tmp_path / "all.json"
    path.write_text(
        '{"contacts": [{"id": "ct_1", "name": "Eva Roth", "emails": ["eva@kurz.example"],'
        ' "companies": ["Kurz GmbH"], "custom_fields": {}}],'
        ' "companies": [{"id": "co_1", "name": "Kurz GmbH", "websites": [], "tags": ["a"]}],'
        ' "deals": [{"id": "dl_1", "title": "Roof", "value": 12.5, "stage": "proposal",'
        ' "contacts": ["ct_1"], "company": "co_1", "expected_close": null}],'
        ' "activities": [{"id": "ac_1", "type": "call", "body": "Talked", "contact": "ct_1",'
        ' "company": null, "deal": "dl_1", "created_at": "2026-03-03T08:00:00Z"}]}'
    )
    done = funnel("import", path, "-y", "--json").json
    kinds = ["companies", "contacts", "deals", "activities"]
    assert [one["kind"] for one in done["files"]] == kinds
    assert [one["added"] for one in done["files"]] == [1, 1, 1, 1]
    (roof,) = funnel("deal", "list", "--json").json
    assert (roof["contact"], roof["organisation"], roof["value"]) == ("Eva Roth", "Kurz GmbH", 12.5)
    one = funnel("import", "deals", path, "--sheet", "deals")
    assert "there are also: contacts, companies, activities" in one.stderr
    assert "It has: contacts" in funnel("import", "deals", path, "--sheet", "no", exit=2).stderr


def test_an_archive_within_an_archive_is_refused(funnel: Run, tmp_path: Path) -> None:
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("people.csv", "Name,E-mail\nEva,eva@example.com\n")
        archive.writestr("deals.csv", "Deal Name,Amount\nRoof,3\n")
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.write(inner, "inner.zip")
    assert "Unpack the archive" in funnel("import", tmp_path / "outer.zip", "-y", exit=2).stderr
    assert funnel("contact list") == ""


def test_a_history_with_german_headings_is_one(funnel: Run, tmp_path: Path) -> None:
    (tmp_path / "g.csv").write_text("Titel;Wert;Stufe\nScheune;12000;Anamnese\n")
    (tmp_path / "v.csv").write_text(
        "Geschäft;Alte Stufe;Neue Stufe;Geändert am\nScheune;Anamnese;Entscheidung;20.11.2026\n"
    )
    said = funnel("import", tmp_path / "g.csv", tmp_path / "v.csv", "--dry-run", exit=6).stderr
    assert "v.csv: the history of deals" in said


_PEOPLE = "Record ID,First Name,Last Name,Email\n502,Ole,Vogt,ole@m.example\n503,Eva,Roth,\n"
_DEALS = "Record ID,Deal Name,Deal Stage,Amount,Create Date,Associated Contact IDs\n"
_DEAL = "1,One,{stage},100,2026-01-01,502\n"


def _sides(db: str, table: str) -> list[tuple[str | None, str | None]]:
    """The deal and the contact of each row of a table, by their names."""
    with closing(sqlite3.connect(db)) as conn:
        return conn.execute(
            f"SELECT d.title, c.name FROM {table} AS t LEFT JOIN deal AS d ON d.id = t.deal_id"
            " LEFT JOIN contact AS c ON c.id = t.contact_id ORDER BY t.id"
        ).fetchall()


def test_steps_and_notes_find_their_deal_when_it_comes_later(
    funnel: Run, db: str, tmp_path: Path
) -> None:
    texts = {
        "contacts": _PEOPLE,
        "deals": _DEALS + _DEAL.format(stage="Odd stage"),
        "tasks": "Record ID,Task Title,Task Status,Due Date,Associated Contact IDs,"
        "Associated Deal IDs\n11,Call,Not started,2026-12-24,503,1\n",
        "notes": "Record ID,Note Body,Activity date,Associated Contact IDs,Associated Deal IDs\n"
        "21,Wants it,2026-01-01,503,1\n",
    }
    paths = {name: tmp_path / f"{name}.csv" for name in texts}
    for name, text in texts.items():
        paths[name].write_text(text)
    said = funnel("import", *map(str, paths.values()), "-y", exit=6).stderr
    assert said.count("1 row names a deal that is not on file") == 2
    assert f"{paths['deals']}: line 2: “Odd stage”" in said
    paths["deals"].write_text(_DEALS + _DEAL.format(stage="Presentation Scheduled"))
    tasks, notes = str(paths["tasks"]), str(paths["notes"])
    funnel("import", str(paths["deals"]), "-y")
    again = funnel("import", tasks, notes, "-y")
    assert again.count("1 updated") == 2
    assert "not on file" not in again.stderr
    # Whom the step names is not whom its deal has; the note's has a part in the deal.
    assert _sides(db, "step") == [("One", "Eva Roth")]
    assert _sides(db, "note") == [("One", None)]
    assert _sides(db, "deal_contact") == [("One", "Eva Roth")]
    assert funnel("import", tasks, notes, "-y").count("1 unchanged") == 2
    calls = tmp_path / "calls.csv"
    calls.write_text(
        "Record ID,Call Title,Activity date,Associated Contact IDs,Associated Deal IDs\n"
        "31,Talk,2026-02-01,502;503;999,1\n32,Talk more,2026-02-01,502;503,\n"
    )
    said = funnel("import", str(calls), "-y").stderr
    assert "1 row names contacts that are not on file" in said
    assert "1 row names several contacts and no deal" in said


def test_each_id_is_looked_up_where_it_is(funnel: Run, db: str, tmp_path: Path) -> None:
    texts = {
        "c": "Id,FirstName,LastName,Email\n003A,Ann,Low,a@l.example\n",
        "o": "Id,Name,AccountId,StageName,Amount,CloseDate,CreatedDate\n"
        "006A,Opp,,Prospecting,100,2026-12-24,2026-01-01\n",
        "t": "Id,Subject,Status,ActivityDate,WhoId,WhatId\n"
        "00TA,Ask,Not Started,2026-12-24,003A,006A\n",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_text(text)
    funnel("import", *(str(tmp_path / f"{name}.csv") for name in texts), "-y")
    assert _sides(db, "step") == [("Opp", "Ann Low")]


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("1,234", "--decimal . makes it 1234, --decimal , 1.234, which only"),
        ("1.234", "--decimal , makes it 1234, --decimal . 1.234, which only"),
        ("1.234k", "--decimal , makes it 1234000, --decimal . 1234."),
    ],
)
def test_the_hint_for_an_ambiguous_amount_is_true(
    funnel: Run, tmp_path: Path, cell: str, hint: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f'Title,Value\nA,"{cell}"\n')
    said = funnel("import", str(path), "-y", exit=2).stderr
    assert f"funnel import deals {path} {hint}" in said
    sign = hint.split()[1]
    funnel("import", str(path), "--decimal", sign, "-y")
    value = funnel("deal list --json").json[0]["value"]
    assert f"makes it {value:.0f}" in hint


def test_everybody_whom_a_deal_names_is_kept_or_told(funnel: Run, tmp_path: Path) -> None:
    def people(title: str) -> str:
        deals = {one["title"]: one["id"] for one in funnel("deal list --json").json}
        return str(funnel("deal", "people", deals[title]))

    path = tmp_path / "people.csv"
    path.write_text("Name,Organisation\nTom Kern,Acme\nTom Kern,Beta\n")
    funnel("import", "contacts", str(path))
    head = "Record ID,Deal Name,Deal Stage,Amount,Create Date"
    path = tmp_path / "deals.csv"
    path.write_text(
        f"{head},Associated Contact,Participants\n"
        "4,Four,qualifiedtobuy,100,2026-01-01,Eva Roth;New Guy,\n"
        "5,Five,qualifiedtobuy,100,2026-01-01,Ole Vogt (ole@m.example),"
        "Uwe Ill <u@i.example>;Karl (user)\n"
    )
    funnel("import", "deals", str(path))
    assert "New Guy" in people("Four")
    five = people("Five")
    assert "ole@m.example" in five
    assert "u@i.example" in five
    assert "Karl\tuser" in five
    assert "2 unchanged" in funnel("import", "deals", str(path))
    path.write_text(
        f"{head},Associated Contact IDs,Associated Company IDs\n"
        "6,Six,qualifiedtobuy,100,2026-01-01,503;999,77\n"
    )
    said = funnel("import", "deals", str(path)).stderr
    assert "1 row names contacts or organisations by ids that are not on file" in said
    path.write_text(
        "Deal - ID,Deal - Title,Deal - Status,Deal - Organization,Deal - Contact person ID,"
        "Deal - Participants\n"
        "1,PD,Open,Acme,,Tom Kern (decider)\n2,PE,Open,Other,,Tom Kern\n"
    )
    said = funnel("import", "deals", str(path)).stderr
    assert "contact_key=Deal - Contact person ID" in said
    assert "1 person was left out of a deal, several being called so: Tom Kern" in said
    assert "Tom Kern\tdecider\t\tAcme" in people("PD")
    assert "Tom Kern" not in people("PE")


@pytest.mark.parametrize("noun", ["deal", "contact"])
def test_a_tag_of_an_earlier_value_of_its_column_goes(
    funnel: Run, db: str, tmp_path: Path, noun: str
) -> None:
    path = tmp_path / "x.csv"

    def tags(hot: str, *more: str) -> tuple[set[str], str]:
        path.write_text(f"Id,Name,Title,Email,Hot\n1,Eva Roth,Roof,e@r.example,{hot}\n")
        maps = ["--map", "contact=Name"] if noun == "deal" else []
        words = ("--key", "Id", "--keep-rest", "tags", *maps, *more)
        said = funnel("import", f"{noun}s", str(path), *words).stderr
        with closing(sqlite3.connect(db)) as conn:
            found = conn.execute(f"SELECT tag FROM {noun}_tag WHERE tag LIKE '%hot%'").fetchall()
        return {tag for (tag,) in found}, said

    assert tags("no")[0] == {"hot: no"}
    funnel(noun, "edit", "1", "--tag", "hot topic")
    assert tags("yes")[0] == {"hot: yes", "hot topic"}
    kept, said = tags("maybe", "--prefer", "mine")
    assert kept == {"hot: yes", "hot topic"}
    assert "Left as it is on file, though rows say otherwise: tags (1)" in said
