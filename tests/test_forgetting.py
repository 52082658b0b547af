"""A forgotten person is nowhere in the files, and the figures are as they were."""

from __future__ import annotations

import base64
import os
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from conftest import Clock, Run
from funnelcli.actions import forgetting
from funnelcli.actions.forgetting_files import Forgetting
from funnelcli.actions.forgetting_person import Person
from funnelcli.actions.forgetting_words import Words, pattern
from funnelcli.db import disclosed, forgotten, personal, triggers
from funnelcli.db.connection import connect

NAME = "Quintus Zwackelmann"
TRACES = (
    *("Zwackelmann", "zwackelmann", "quz@zwack.example", "2345678", "Quinnie"),
    *("parrot", "lumbago", "lawsuit", "Old Lane"),
)


def _leaves(path: Path) -> list[str]:
    """What of the person stands in a file, in any spelling that the program writes."""
    content = path.read_bytes()
    return [
        trace
        for trace in TRACES
        if any(trace.encode(coding) in content for coding in ("utf-8", "utf-16-le", "utf-16-be"))
    ]


def _everywhere(folder: Path) -> dict[str, list[str]]:
    found = {path.name: _leaves(path) for path in folder.rglob("*") if path.is_file()}
    return {name: traces for name, traces in found.items() if traces}


def _fill(funnel: Run, path: str) -> int:
    """Put the person into a database of their own folder, and into texts of others; the id."""
    funnel("demo", "--into", path)
    funnel(
        "contact", "add", NAME, "--email", "quz@zwack.example",
        "--phone", "+49 171 2345678", "--notes", "has a parrot",
    )  # fmt: skip
    funnel("note", "add", "--contact", NAME, "lumbago since May")
    funnel("deal", "add", "Roof Zwackelmann", "--contact", NAME, "--value", "5k")
    funnel("visit", "log", NAME, "spoke of the lawsuit")
    funnel("note", "add", "1", f"ask {NAME} (0171/2345678) for the keys")
    funnel("deal", "edit", "2", "--title", "Hall next to Zwackelmann")
    funnel("contact", "add", "Other One", "--town", "Bonn")
    return int(funnel("contact", "show", NAME, "--json").json["id"])


@pytest.mark.sqlite("copies of the file")
def test_a_forgotten_person_is_nowhere(funnel: Run, db: str) -> None:
    folder = Path(db).parent
    person = _fill(funnel, db)
    funnel("backup")
    reports = ("report win-rate", "report activity", "report cycle", "report cost")
    before = [funnel(f"{report} --json") for report in reports]
    copies = [*Path(db + ".backups").glob("*.db")]
    assert len(copies) == 1
    assert all(_leaves(path) for path in (Path(db), *copies))
    funnel("contact forget Zwackelmann", exit=2)
    assert funnel("contact forget Zwackelmann --dry-run")
    assert _leaves(Path(db))
    made = copies[0].stat().st_mtime
    said = funnel("contact forget Zwackelmann --yes --json")
    assert "cannot be undone" in said
    assert said.json["copies"] == [copies[0].name]
    assert said.json["left"] == []
    assert not _everywhere(folder)
    assert "Zwackelmann" not in said
    assert copies[0].stat().st_mtime == made
    assert [funnel(f"{report} --json") for report in reports] == before
    assert funnel(f"contact show {person} --json").json["do_not_contact"] is True
    funnel("contact list zwackelmann --json", exit=0)
    assert funnel("deal list zwackelmann --json").json == []
    assert "…" in funnel("history --limit 0")
    funnel("doctor")
    # What came before can be undone, and nothing brings the person back.
    assert "Other One" in funnel("undo")
    for _again in range(4):
        funnel("undo")
    assert not _everywhere(folder)
    funnel("doctor")


def test_a_removed_contact_is_forgotten_and_not_who_has_its_id_now(funnel: Run, db: str) -> None:
    person = _fill(funnel, db)
    funnel("contact", "remove", "Other One", "--yes")
    funnel("contact", "remove", NAME, "--yes")
    funnel("contact", "add", "Next One", "--notes", "keeps bees", "--town", "Ulm")
    assert funnel("contact show 'Next One' --json").json["id"] == person
    funnel("contact", "edit", "Next One", "--town", "Trier")
    funnel("contact", "forget", NAME, "--yes")
    assert not _everywhere(Path(db).parent)
    assert funnel("contact show 'Next One' --json").json["notes"] == "keeps bees"
    funnel("undo")
    assert funnel("contact show 'Next One' --json").json["town"] == "Ulm"


def test_what_others_are_called_stays(funnel: Run, db: str) -> None:
    shared = ("--phone", "+49 30 1234567", "--email", "office@acme.example")
    funnel("contact", "add", "Hans Grewe", "--website", "acme.example", *shared)
    funnel("contact", "add", "Hans Grewe", "--town", "Ulm", *shared)
    funnel("contact", "add", "Jo Zett", "--email", "jo@acme.example", "--tag", "Grewe")
    funnel("note", "add", "--contact", "2", "Hans Grewe, office@acme.example; ask jo@acme.example")
    funnel("deal", "add", "Roof Hans Grewe", "--contact", "2", "--value", "5k")
    funnel("deal", "edit", "1", "--product", "Hans Grewe")
    funnel("contract", "add", "1", "--number", "Hans Grewe 7", "--signed-by", "Hans Grewe")
    funnel("lose", "1", "--reason", "competitor", "--competitor", "Hans Grewe")
    funnel("product", "add", "P-1", "Hans Grewe", "--price", "5", "--vat", "19")
    lists = ("contact show 3", "contract list", "product list", "deal list --all", "losses")
    before = [funnel(f"{line} --json").json for line in lists]
    assert "Grewe" in str(before[-1])
    other = funnel("contact show 2 --json").json
    assert "What others have" in funnel("contact forget 1 --yes")
    assert [funnel(f"{line} --json").json for line in lists] == before
    after = funnel("contact show 2 --json").json
    assert [after[key] for key in ("name", "phones", "emails")] == [
        other[key] for key in ("name", "phones", "emails")
    ]
    assert funnel("note list --json").json[0]["text"] == "…, …; ask jo@acme.example"


def test_no_command_line_keeps_a_part_of_the_name(funnel: Run) -> None:
    funnel("contact", "add", "Petronella Quast")
    funnel("contact", "consent", "Petronella", "phone", "--how", "at the fair")
    funnel("contact", "consent", "Petronella", "phone", "--withdraw")
    funnel("contact", "add", "Other One", "--referred-by", "Petronella")
    funnel("contact", "add", "Another", "--referred-by=petronella")
    funnel("contact", "forget", "Petronella", "--yes")
    lines = funnel("history --limit 0 --json")
    assert "etronella" not in lines
    assert "Other One" in lines


@pytest.mark.parametrize(
    ("name", "spelt"),
    [
        ("Jörg Müßigmann", "JÖRG MÜSSIGMANN|Joerg Muessigmann|Muessigmann|Müssigmann|Müßigmanns"),
        ("Joerg Muessigmann", "Jörg Müssigmann|MÜSSIGMANN|Mu\u0308ssigmann's|muessigmann, joerg"),
        ("Eva Müßig-Krötenbaum", "Eva Müßig Krötenbaum|Muessig-Kroetenbaum|MÜSSIG\u2013KRÖTENBAUM"),
        ("René Queckbauer", "Rene Queckbauer|QUECKBAUERS|Rene\u0301 Queckbauer"),
    ],
)
def test_usual_spellings_of_a_name_are_found(db: str, name: str, spelt: str) -> None:
    with closing(connect(db)) as conn:
        words = Words(frozenset((name, ", ".join(name.split()[::-1]))), frozenset(name.split()[1:]))
        named = pattern(conn, words, ())
    for text in spelt.split("|"):
        assert named.sub("…", f"Herr {text}.") == "Herr ….", text
    for text in ("Mussig", "Krotenbaumer", "Eva", "Queckbauerei"):
        assert named.sub("…", text) == text


@pytest.mark.sqlite("copies of the file")
def test_a_merged_contact_is_forgotten_with_what_it_was(funnel: Run, db: str) -> None:
    _fill(funnel, db)
    funnel("contact", "add", "Quinnie Zwackelmann", "--street", "Old Lane 1")
    funnel("note", "add", "2", "Quinnie Zwackelmann called")
    funnel("backup")
    funnel("contact", "merge", NAME, "Quinnie Zwackelmann", "--yes")
    funnel("contact", "forget", NAME, "--yes")
    assert not _everywhere(Path(db).parent)


@pytest.mark.sqlite("copies of the file")
def test_a_copy_in_the_folder_keeps_its_age_whoever_named_it(funnel: Run, db: str) -> None:
    _fill(funnel, db)
    funnel("backup")
    copy = Path(db + ".backups", "by-hand.db")
    funnel("backup", copy)
    os.utime(copy, (10**9, 10**9))
    assert funnel("contact", "forget", NAME, "--yes", "--json").json["given"] == []
    assert copy.stat().st_mtime == 10**9
    assert not _everywhere(Path(db).parent)


@pytest.mark.sqlite("copies of the file")
def test_a_copy_that_cannot_be_rewritten_is_named_and_the_others_are_done(
    funnel: Run, db: str
) -> None:
    folder = Path(db).parent
    _fill(funnel, db)
    backups = Path(db + ".backups")
    funnel("contact", "edit", NAME, "--name", "Quinnie Zwackelmann")
    funnel("backup")
    (first,) = backups.glob("*.db")
    first = first.rename(backups / "mine.sqlite")
    # The newest copy alone knows the name that the database has no more.
    funnel("contact", "edit", "Quinnie Zwackelmann", "--name", NAME)
    funnel("backup")
    damaged = backups / "20200101T000000Z-before-import.db"
    damaged.write_bytes(b"SQLite format 3\0 Zwackelmann")
    os.utime(damaged, (0, 0))
    said = funnel("contact forget Quintus --yes --json", exit=6)
    assert [one["path"] for one in said.json["left"]] == [str(damaged)]
    assert [*_everywhere(folder)] == [damaged.name]
    assert first.exists()
    damaged.unlink()
    funnel(f"contact forget {said.json['contact']} --yes")
    assert not _everywhere(folder)


@pytest.mark.sqlite("copies of the file")
def test_a_copy_from_before_is_not_brought_back_with_the_person(
    funnel: Run, db: str, tmp_path: Path
) -> None:
    _fill(funnel, db)
    elsewhere = tmp_path / "stick.sqlite"
    funnel("backup", elsewhere)
    content = elsewhere.read_bytes()
    elsewhere.unlink()
    funnel("contact", "forget", NAME, "--yes")
    elsewhere.write_bytes(content)
    assert "was forgotten on" in funnel("restore", elsewhere, "--dry-run")
    assert "was forgotten on" in funnel("restore", elsewhere, "--yes")
    elsewhere.unlink()
    assert not _everywhere(Path(db).parent)
    # The list outlives the copy, and a database that is gone: the other copies have it.
    Path(db).unlink()
    elsewhere.write_bytes(content)
    assert "was forgotten on" in funnel("restore", elsewhere, "--yes")
    elsewhere.unlink()
    assert not _everywhere(Path(db).parent)
    assert "was forgotten" not in funnel("restore", next(Path(db + ".backups").glob("*.db")), "-y")


@pytest.mark.sqlite("copies of the file")
def test_what_only_lies_where_a_log_says_is_left_alone(
    funnel: Run, db: str, tmp_path: Path
) -> None:
    funnel("contact", "add", NAME)
    foreign = tmp_path / "foreign.db"
    funnel("--db", foreign, "contact", "add", NAME)
    table = tmp_path / "table.csv"
    table.write_text(f"Name,_line,_reason\n{NAME},2,x\n", encoding="utf-8")
    rejects = tmp_path / "a.rejects-2.csv"
    rejects.write_bytes(table.read_bytes())
    with closing(connect(db)) as conn:
        disclosed.add(conn, "backup", str(foreign), None)
        disclosed.add(conn, "backup", db, None)
        for path in (table, rejects):
            disclosed.add(conn, "import contacts", str(path), disclosed.Members())
    before = foreign.read_bytes()
    said = funnel("contact forget 1 --yes --json").json
    assert foreign.read_bytes() == before
    assert NAME in table.read_text(encoding="utf-8")
    assert not rejects.exists()
    assert {str(foreign), str(table)} <= {one["path"] for one in said["given"]}
    assert not said["copies"]


@pytest.mark.sqlite("copies of the file")
def test_a_copy_that_is_in_use_loses_the_person_and_no_write(
    funnel: Run, db: str, tmp_path: Path
) -> None:
    _fill(funnel, db)
    stick, old = tmp_path / "stick.db", tmp_path / "old.db"
    funnel("backup", stick)
    funnel("backup", old)
    with closing(sqlite3.connect(old)) as conn:
        conn.execute("PRAGMA user_version = 3")
    inode = stick.stat().st_ino
    with closing(connect(str(stick))) as used:
        said = funnel("contact", "forget", NAME, "--yes", "--json").json
        used.execute("UPDATE contact SET town = 'Trier' WHERE name = 'Other One'")
    assert stick.stat().st_ino == inode
    assert not _leaves(stick)
    assert funnel("--db", stick, "contact", "show", "Other One", "--json").json["town"] == "Trier"
    assert said["copies"] == ["stick.db"]
    assert str(old) in {one["path"] for one in said["given"]}


@pytest.mark.parametrize("table", ["contact", "visit", "note", "deal"])
def test_a_new_column_of_text_is_personal(table: str) -> None:
    with closing(connect(":memory:")) as conn:
        conn.execute(f"ALTER TABLE {table} ADD COLUMN diagnosis TEXT")
        assert "diagnosis" in personal.words(conn, table)


def test_what_is_said_to_be_formal_is_there() -> None:
    with closing(connect(":memory:")) as conn:
        formal = {table: {*names.split()} for table, names in personal.FORMAL.items()}
        for table, names in formal.items():
            assert names <= {*triggers.columns(conn, table)}, table
        for table, free in personal.FREE.items():
            assert {*free} <= formal[table]
        assert {*triggers.tables(conn)} >= personal.CATALOGUES
        # Figures are reckoned from the days of what was done.
        for table in {*triggers.tables(conn)} - {"overhead"} - personal.WHOLE - personal.CATALOGUES:
            assert not [name for name in personal.words(conn, table) if name.endswith("_on")]
        # The list holds what nobody can read anything from.
        forgotten.add(conn, {forgotten.mark("x"): forgotten.Entry(1, 2)})
        assert forgotten.entries(conn) == {forgotten.mark("x"): (1, 2)}


@pytest.mark.sqlite("copies of the file")
def test_what_was_cut_off_is_completed_by_the_same_words(
    funnel: Run, db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = _fill(funnel, db)
    funnel("backup")
    (copy,) = Path(db + ".backups").glob("*.db")
    drafts = Path(db).parent / "drafts"
    drafts.mkdir()
    draft = drafts / f"{Path(db).stem}-contact-{person}.md"
    draft.write_text(NAME, encoding="utf-8")
    other = drafts / f"{Path(db).stem}-contact-1.md"
    other.write_text(f"Ask {NAME}.\r\n", encoding="utf-16")
    with monkeypatch.context() as broken:
        broken.setattr(Forgetting, "_copy_without", _fails)
        funnel("contact", "forget", NAME, "--yes", exit=6)
    assert not _leaves(Path(db))
    assert not draft.exists()
    assert other.read_bytes().decode("utf-16") == "Ask ….\r\n"
    assert _leaves(copy)
    funnel("contact", "forget", person, "--yes")
    assert not _everywhere(Path(db).parent)
    said = funnel("undo")
    assert "cannot be undone" in said
    assert "Undone: funnel contact add" in said
    assert "cannot be undone" not in funnel("undo")


def test_forgetting_is_no_line_of_a_batch(funnel: Run, tmp_path: Path) -> None:
    funnel("contact", "add", NAME)
    lines = tmp_path / "lines"
    for line in ("contact forget 1", "contact forget --due", "db compact"):
        lines.write_text(line, encoding="utf-8")
        told = funnel("batch", lines, exit=None).json
        assert told["error"]["code"] == "refused", line


@pytest.mark.sqlite("a file that may not be written")
def test_where_the_database_cannot_be_written_all_of_it_stays(
    funnel: Run, db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill(funnel, db)
    with closing(sqlite3.connect(db)) as conn:
        before = [*conn.iterdump()]
    monkeypatch.setattr(forgetting._Erasure, "_lines", _fails)
    funnel("contact", "forget", NAME, "--yes", exit=None)
    with closing(sqlite3.connect(db)) as conn:
        assert [*conn.iterdump()] == before


def test_a_name_that_is_a_word_breaks_nothing(funnel: Run, db: str) -> None:
    """A firm that is called like a stage, a unit or a kind."""
    funnel("demo", "--into", db)
    for name in ("Offer", "Care", "Visit", "Cycle", "Hour"):
        funnel("contact", "add", name, "--is-organisation")
        funnel("product", "add", f"P-{name}", name, "--price", "5", "--vat", "19")
        funnel("contact", "forget", name, "--yes")
    funnel("doctor")
    assert funnel("process list --json").json
    assert "offer" in funnel("process show cycle")


def _fails(*_given: object) -> None:
    raise OSError(28, "no room")


@pytest.mark.sqlite("copies of the file")
def test_what_the_law_keeps_is_locked_away_until_it_is_due(
    funnel: Run, db: str, clock: Clock
) -> None:
    _fill(funnel, db)
    funnel("product", "add", "P-9", "Panel", "--price", "100", "--vat", "19")
    funnel("offer", "add", "Roof Zwackelmann")
    number = funnel("offer list zwackelmann --json").json[0]["id"]
    funnel("offer", "line", number, "P-9")
    funnel("offer", "send", number)
    funnel("win", "Roof Zwackelmann", "--value", "5k")
    funnel("contract", "add", "Roof Zwackelmann", "--number", "Z-1", "--ends", "2027-06-30")
    kept = funnel("contact dossier Quintus --json").json["kept"]
    assert [(row["table"], row["until"]) for row in kept] == [
        ("contract", "2035-12-31"), ("offer", "2032-12-31")
    ]  # fmt: skip
    said = funnel("contact", "forget", NAME, "--yes")
    assert "2035" in said
    funnel("backup")
    rows = funnel("contact kept --json").json
    assert [(row["kind"], row["until"]) for row in rows] == [
        ("offer", "2032-12-31"), ("contract", "2035-12-31")
    ]  # fmt: skip
    whole = funnel("contact", "kept", "--show", rows[0]["id"], "--json").json
    assert whole["contact"][0]["name"] == NAME
    assert whole["lines"][0]["price"] == 100
    assert "Z-1" in funnel("contact", "kept", "--show", rows[1]["id"])
    # Nothing else has it: no list, and no text.
    assert funnel("contact list zwackelmann --json").json == []
    assert funnel("contract list Z-1 --json").json == []
    assert set(_leaves(Path(db))) <= {"Zwackelmann", "zwackelmann"}
    assert "0 records" in funnel("contact forget --due --yes")
    clock.set("2033-01-01 09:00")
    assert "1 record" in funnel("contact forget --due --yes")
    assert [row["kind"] for row in funnel("contact kept --json").json] == ["contract"]
    clock.set("2036-01-01 09:00")
    funnel("contact forget --due", exit=2)
    funnel("contact forget --due 7", exit=2)
    funnel("contact forget --due --yes")
    assert not _everywhere(Path(db).parent)


def test_who_is_silent_for_long_and_of_whom_nothing_is_kept_is_stale(
    funnel: Run, clock: Clock
) -> None:
    clock.set("2020-01-02 09:00")
    for name in (
        "Silent",
        "Spoken To",
        "Open Deal",
        "Won Deal",
        "Planned",
        "Noted",
        "Other Silent",
        "Taking Part",
    ):
        funnel("contact", "add", name, "--town", "Bonn" if name == "Silent" else "Ulm")
    funnel("deal", "add", "Won", "-c", "Won Deal", "--value", "5")
    funnel("win", "Won")
    funnel("contract", "add", "Won", "--signed-on", "2020-01-02")
    clock.set("2026-11-24 09:00")
    funnel("log", "Spoken To", "all is well")
    funnel("deal", "add", "Now", "-c", "Open Deal", "-c", "Taking Part")
    funnel("step", "add", "call", "--contact", "Planned")
    funnel("note", "add", "--contact", "Noted", "x")
    names = [row["name"] for row in funnel("contact stale --json").json]
    assert names == ["Silent", "Other Silent"]
    assert [row["name"] for row in funnel("contact stale town:bonn --json").json] == ["Silent"]
    assert funnel("contact stale --older 7y --json").json == []
    funnel("contact stale --older soon", exit=2)
    funnel("contact forget Silent --yes")
    assert [row["name"] for row in funnel("contact stale --json").json] == ["Other Silent"]
    clock.set("2029-01-02 09:00")
    assert "Won Deal" in funnel("contact stale")


def _unpacked(path: Path) -> list[bytes]:
    """The bytes of a file, those of the parts of an archive, and what is written in base 64."""
    found = [path.read_bytes()]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            found += [archive.read(name) for name in archive.namelist()]
    return found


def _in_any_way(path: Path) -> list[str]:
    """What of the person stands in a file or in its parts, in any encoding."""
    contents = _unpacked(path)
    found = []
    for trace in TRACES:
        written = [trace.encode(coding) for coding in ("utf-8", "utf-16-le", "utf-16-be")]
        for shift in range(3):
            # In base 64 a text reads in three ways, by what stands before it; its ends are others'.
            text = base64.b64encode(b"x" * shift + trace.encode())
            written.append(text[4 if shift else 0 : -4])
        if any(one in content for one in written for content in contents if len(one) > 3):
            found.append(trace)
    return found


@pytest.mark.sqlite("copies of the file")
@pytest.mark.long
def test_no_file_of_ours_and_no_export_has_anything_of_a_forgotten_person(
    funnel: Run, db: str, tmp_path: Path
) -> None:
    _fill(funnel, db)
    tray = tmp_path / "tray"
    tray.mkdir()
    (tray / "mine.md").write_text(f"Besuch bei {NAME}\n\nlumbago again\n", encoding="utf-8")
    (tray / "other.md").write_text(f"Besuch bei Other One\n\nknows {NAME}\n", encoding="utf-16")
    funnel("inbox", tray, exit=None)
    source = tmp_path / "people.csv"
    source.write_text(
        f"Title;Contact;Value;Notes\nRoof;{NAME};abc;parrot\nHall;Zoe Zett;xyz;\n",
        encoding="utf-8",
    )
    funnel("import", "deals", source, exit=6)
    source.unlink()
    stick = tmp_path / "stick" / "mine.db"
    stick.parent.mkdir()
    funnel("backup")
    funnel("backup", stick)
    given = tmp_path / "given.csv"
    funnel("contact", "list", "-o", given)
    before = {path.name for path in tmp_path.rglob("*") if path.is_file() and _in_any_way(path)}
    assert {Path(db).name, "mine.db", "people.rejects.csv", "given.csv"} <= before
    said = funnel("contact forget Zwackelmann --yes")
    assert "given.csv" in said
    assert "mine.db" not in said
    # What somebody was given is named, and nobody's to erase.
    assert _in_any_way(given)
    given.unlink()
    out = tmp_path / "out"
    out.mkdir()
    for line in ("contact list", "deal list", "visit list", "note list", "history --limit 0"):
        for ending in ("csv", "json", "xlsx", "html", "md"):
            funnel(f"{line} -o {out / line.split()[0]}.{ending}")
    funnel("export", "all", out / "all.zip")
    funnel("export", "all", out / "all")
    funnel("agenda", "-o", out / "days.ics", exit=None)
    found = {path: _in_any_way(path) for path in tmp_path.rglob("*") if path.is_file()}
    assert len(found) > 30
    assert not {path: traces for path, traces in found.items() if traces}
    assert "Zoe Zett" in (tmp_path / "people.rejects.csv").read_text(encoding="utf-8")


def test_an_import_that_brings_somebody_back_says_so(funnel: Run, tmp_path: Path) -> None:
    people, deals = tmp_path / "c.csv", tmp_path / "d.csv"
    people.write_text(
        "ID,First Name,Last Name,Email\n1,Eva,Roth,eva@x.example\n2,Al,Ott,\n3,Bo,Kern,\n"
    )
    deals.write_text("Deal,Contact,Email\nRoof,Eva Roth,Eva@x.example\n")
    cards = tmp_path / "own.vcf"
    funnel("import", people, "-y")
    funnel("contact", "list", "-o", cards)
    assert "forgotten" not in funnel("import", people, "-y").stderr
    for name in ("Roth", "Ott"):
        funnel(f"contact forget {name} -y")
    # By an id of another program, an address, and the public id of a card of our own.
    for words, rows in (
        (("import", people, "-y"), "2 rows bring back"),
        (("import", cards, "-y"), "2 rows bring back"),
        (("import", "deals", deals), "1 row brings back"),
    ):
        assert f"{rows} who was forgotten here" in funnel(*words).stderr
        funnel("undo")


def test_several_are_forgotten_one_after_the_other(
    funnel: Run, tmp_path: Path, clock: Clock
) -> None:
    for name in ("Ada Eins", "Bea Zwei", "Cleo Drei", "Dora Vier"):
        funnel("contact", "add", name)
    funnel("contact forget 1 Niemand --yes", exit=4)
    funnel("contact forget 1 2 --no-input", exit=2)
    trial = funnel("contact forget 1 Bea --dry-run")
    assert "Contact 1 would be forgotten" in trial
    assert "Contact 2 would be forgotten" in trial
    funnel("contact", "list", "-o", tmp_path / "before.csv")
    asked = funnel("contact forget 1 Bea 1", tty=True, stdin="y\n")
    assert (asked + asked.stderr).count("Forget Ada Eins, Bea Zwei for good") == 1
    assert "Contact 1 is forgotten" in asked
    assert "Contact 2 is forgotten" in asked
    names = [one["name"] for one in funnel("contact list --sort id --json").json]
    assert names == ["# 1", "# 2", "Cleo Drei", "Dora Vier"]

    # What was written since then holds nothing of whom it erased.
    clock.advance(days=1)
    funnel("contact", "list", "-o", tmp_path / "after.csv")
    (again, third) = funnel("contact forget 1 3 --yes --json").json
    assert [Path(one["path"]).name for one in again["given"]] == ["before.csv"]
    assert [Path(one["path"]).name for one in third["given"]] == ["after.csv", "before.csv"]


def test_where_one_of_several_cannot_be_forgotten_the_others_are_told(
    funnel: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Ada Eins", "Bea Zwei", "Cleo Drei"):
        funnel("contact", "add", name)
    forget = forgetting.forget

    def fails(
        conn: sqlite3.Connection, person: Person, *args: object, dry_run: bool = False
    ) -> object:
        if person.id == 2 and not dry_run:
            raise sqlite3.OperationalError("disk I/O error")
        return forget(conn, person, *args, dry_run=dry_run)  # type: ignore[arg-type]

    monkeypatch.setattr(forgetting, "forget", fails)
    said = funnel("contact forget 1 2 3 --yes", exit=6)
    assert "Contact 1 is forgotten" in said
    assert "Contact 2 is not forgotten." in said.stderr
    assert "Contact 3 is not forgotten." in said.stderr
    names = [one["name"] for one in funnel("contact list --sort id --json").json]
    assert names == ["# 1", "Bea Zwei", "Cleo Drei"]
