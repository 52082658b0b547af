"""Files of records: kept in the database, found where records are, gone when they are to be."""

from __future__ import annotations

import os
import sqlite3
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from conftest import Dump, Run
from funnelcli.actions.attachments import safe_name
from funnelcli.db import contents
from funnelcli.db.connection import connect

SECRET = b"Quittenmarmelade, Zwackelmann, " * 50_000


def held(path: str | Path) -> list[str]:
    """The digests that a database has contents of."""
    with closing(connect(str(path))) as conn:
        return contents.digests(conn)


def names(funnel: Run, *words: str) -> list[str]:
    return [one["name"] for one in funnel("file", "list", *words, "--json=name").json]


@pytest.fixture
def folder(funnel: Run, tmp_path: Path) -> Path:
    """Two deals of a contact, and files to be added."""
    funnel("contact", "add", "Anna Zwackelmann", "--phone", "+49 561 10000")
    funnel("contact", "add", "Bert Klein")
    funnel("deal", "add", "Roof", "--contact", "Anna Zwackelmann", "--value", "5k")
    funnel("deal", "add", "Hall", "--contact", "Bert Klein")
    (tmp_path / "offer.pdf").write_bytes(b"%PDF offer")
    (tmp_path / "copy.pdf").write_bytes(b"%PDF offer")
    (tmp_path / "photo.JPG").write_bytes(SECRET)
    (tmp_path / "empty").touch()
    return tmp_path


def test_the_pages_of_visits_offers_and_contracts_list_their_files(
    funnel: Run, folder: Path
) -> None:
    funnel("visit add roof --said hello")
    funnel("offer", "add", "roof", "--number", "A-1")
    funnel("contract", "add", "roof", "--number", "C-1")
    for noun, file in (("visit", "photo.JPG"), ("offer", "offer.pdf"), ("contract", "copy.pdf")):
        assert funnel(noun, "show", 1, "--json=files").json == {"files": []}
        funnel("file", "add", f"--{noun}", 1, folder / file)
        assert [one["name"] for one in funnel(noun, "show", 1, "--json").json["files"]] == [file]
        assert file in funnel(noun, "show", 1, tty=True)


def test_files_are_added_shown_written_out_and_removed(
    funnel: Run, folder: Path, db: str, state: Callable[[], Dump]
) -> None:
    before = state()
    said = funnel(
        "file", "add", "roof", folder / "offer.pdf", folder / "photo.JPG", "--note", "new"
    )
    assert said.lines == [
        "File 1: offer.pdf, 10 B, for Roof",
        "File 2: photo.JPG, 1.5 MB, for Roof",
    ]
    after = state()
    funnel("undo")
    assert state() == before
    assert names(funnel) == []
    funnel("redo")
    assert state() == after
    funnel("file", "add", "--contact", "bert", folder / "copy.pdf")
    assert len(held(db)) == 2, "one content, however many records have it"
    shown = funnel("file show photo --json").json
    assert (shown["size"], shown["media_type"], shown["noun"]) == (
        len(SECRET), "image/jpeg", "deal",
    )  # fmt: skip
    assert [one["name"] for one in funnel("deal show roof --json=files").json["files"]] == [
        "photo.JPG",
        "offer.pdf",
    ]
    assert "offer.pdf" in funnel("deal show roof", tty=True)
    assert "photo.JPG" in funnel("contact show anna", tty=True)
    assert len(funnel("contact show anna --json=files").json["files"]) == 2
    assert "file show 2" in funnel("find photo")
    assert names(funnel, "contact:zwackelmann", "name:offer") == ["offer.pdf"]
    assert names(funnel, "of:contact") == ["copy.pdf"]
    out = folder / "out"
    out.mkdir()
    funnel("file", "export", "photo", "-o", out)
    assert (out / "photo.JPG").read_bytes() == SECRET
    assert "already" in funnel("file", "export", "photo", "-o", out, exit=2).stderr
    assert "photo.JPG" in funnel("export log --json")
    assert "new name" not in funnel("file edit photo --name 'new name.png'", exit=0).stderr
    assert funnel("file show 2 --json").json["media_type"] == "image/png"
    assert "new name.png" in funnel("history roof")
    funnel("file remove 2 --yes")
    funnel("undo")
    out.joinpath("photo.JPG").unlink()
    funnel("file", "export", "2", "-o", out / "back")
    assert (out / "back").read_bytes() == SECRET
    funnel("deal remove roof --yes")
    assert names(funnel) == ["copy.pdf"]
    funnel("undo")
    assert len(names(funnel)) == 3
    funnel("doctor")


def test_what_cannot_be_added_is_said_and_nothing_is(
    funnel: Run, folder: Path, state: Callable[[], Dump]
) -> None:
    before = state()
    funnel("config set file_limit 1k")
    for words, code, said in (
        ((folder / "offer.pdf", folder / "nowhere"), 4, "There is no file"),
        ((folder / "offer.pdf", folder), 2, "is no file"),
        ((folder / "empty",), 2, "is empty"),
        ((folder / "photo.JPG",), 3, "is larger than 1 KB"),
        ((), 2, "Which file?"),
        ((folder / "offer.pdf", "--name", "../x"), 2, "no name for a file"),
        ((folder / "offer.pdf", folder / "photo.JPG", "--name", "x"), 2, "One name"),
        ((folder / "offer.pdf", "--visit", "1", "--offer", "1"), 2, "one record"),
    ):
        assert said in funnel("file", "add", "roof", *words, exit=code).stderr
    assert state() == before
    funnel("config set file_limit none")
    funnel("file", "add", "roof", folder / "photo.JPG", folder / "offer.pdf", folder / "copy.pdf")
    assert len(names(funnel)) == 2
    said = funnel("file", "add", "roof", folder / "copy.pdf", exit=3).stderr
    assert "there already: file" in said


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("a\x1b[31m\nb\u202egpj.exe", "a_[31m_b_gpj.exe"),
        ("con.txt", "con_.txt"),
        ("LPT1", "LPT1_"),
        ("console.txt", "console.txt"),
        ("..", "_"),
        ("a. ", "a"),
        ("a\udcff.p\udcff", "a_.p_"),
        ("Angebot Müller.pdf", "Angebot Müller.pdf"),
        ("ä" * 200 + ".pdf", "ä" * 98 + ".pdf"),
    ],
)
def test_no_name_leads_elsewhere(name: str, safe: str) -> None:
    assert safe_name(name) == safe
    assert safe_name(safe) == safe


@pytest.mark.sqlite("bytes of the file")
def test_a_forgotten_person_leaves_no_file(funnel: Run, folder: Path, db: str) -> None:
    funnel("file", "add", "roof", folder / "photo.JPG", folder / "offer.pdf")
    funnel("file", "add", "hall", folder / "copy.pdf")
    funnel("file remove photo --yes")
    (folder / "photo.JPG").write_bytes(SECRET + b"2")
    funnel("file", "add", "--contact", "anna", folder / "photo.JPG")
    funnel("backup")
    assert "photo.JPG" in funnel("contact dossier anna --json")
    (folder / "photo.JPG").unlink()
    parts = [path for path in Path(db).parent.rglob("*") if path.is_file()]
    assert sum(b"Quittenmarmelade" in path.read_bytes() for path in parts) >= 2
    funnel("contact forget anna --yes")
    for path in Path(db).parent.rglob("*"):
        assert not (path.is_file() and b"Quittenmarmelade" in path.read_bytes()), path
    assert names(funnel) == ["copy.pdf"]
    funnel("file", "export", "copy", "-o", folder / "still.pdf")
    funnel("doctor")


@pytest.mark.sqlite("size of the file")
def test_what_nobody_names_goes_when_the_file_is_compacted(
    funnel: Run, folder: Path, db: str
) -> None:
    funnel("file", "add", "roof", folder / "photo.JPG", folder / "offer.pdf")
    funnel("file remove photo --yes")
    funnel("db compact -y")
    assert len(held(db)) == 2, "its removal can be undone"
    funnel("undo")
    funnel("redo")
    funnel("contact edit bert --town Ulm")
    funnel("db compact --older 0d -y", exit=None)
    with closing(connect(db)) as conn:
        conn.execute("DELETE FROM journal")
        conn.execute("DELETE FROM command")
    size = os.path.getsize(db)
    funnel("db compact -y")
    assert len(held(db)) == 1
    assert os.path.getsize(db) < size - len(SECRET) // 2


@pytest.mark.sqlite("compares files")
@pytest.mark.parametrize(("name", "way"), [("out.zip", "jsonl"), ("out", "csv")])
def test_an_export_of_everything_has_them(
    funnel: Run, folder: Path, db: str, name: str, way: str
) -> None:
    funnel("file", "add", "roof", folder / "photo.JPG", folder / "offer.pdf")
    funnel("file remove photo --yes")
    out, new = folder / name, folder / "new" / "new.db"
    new.parent.mkdir()
    funnel("export", "all", out, "--format", way)
    funnel("--db", new, "import", "all", out)
    dumps = []
    for path in (db, new):
        with closing(sqlite3.connect(path)) as conn:
            dumps.append([line for line in conn.iterdump() if '"disclosure"' not in line])
    assert dumps[0] == dumps[1]
    funnel("--db", new, "undo")
    funnel("--db", new, "file", "export", "photo", "-o", folder / "same")
    assert (folder / "same").read_bytes() == SECRET
    digest = held(db)[0]
    if name == "out":
        (out / "files" / digest).write_bytes(b"other")
        spoilt = out
    else:
        spoilt = folder / "spoilt.zip"
        with zipfile.ZipFile(out) as old, zipfile.ZipFile(spoilt, "w") as archive:
            for info in old.infolist():
                content = old.read(info)
                archive.writestr(info, b"other" if digest in info.filename else content)
    said = funnel("--db", folder / "none.db", "import", "all", spoilt, exit=None)
    assert f"files/{digest} was changed" in said.stderr


@pytest.mark.sqlite("copies of the file")
def test_other_databases_merges_and_the_doctor_know_them(
    funnel: Run, folder: Path, db: str
) -> None:
    funnel("file", "add", "roof", folder / "photo.JPG", folder / "offer.pdf")
    funnel("file", "add", "hall", folder / "copy.pdf")
    other = folder / "other.db"
    funnel("backup", other)
    new = folder / "fresh" / "new.db"
    new.parent.mkdir()
    funnel("--db", new, "import", other, "--yes")
    funnel("--db", new, "file", "export", "photo", "-o", folder / "same")
    assert (folder / "same").read_bytes() == SECRET
    funnel("--db", new, "doctor")
    funnel("deal merge roof hall --take contact=1 --yes")
    assert sorted(names(funnel, "deal:roof")) == ["offer.pdf", "photo.JPG"]
    assert "copy.pdf" in funnel("deal show roof --json=notes").json["notes"]
    funnel("undo")
    funnel("contact merge anna bert --yes")
    assert len(names(funnel, "contact:zwackelmann")) == 3
    funnel("undo")
    (digest,) = [one["digest"] for one in funnel("file list name:photo --json").json]
    with closing(connect(db)) as conn:
        conn.execute("UPDATE content SET data = zeroblob(9) WHERE digest = ?", (digest,))
        assert "damaged: photo.JPG" in funnel("doctor", exit=None)
        funnel("file", "export", "photo", "-o", folder / "bad", exit=1)
        assert not (folder / "bad").exists()
        conn.execute("DELETE FROM content WHERE digest = ?", (digest,))
    assert "missing: photo.JPG" in funnel("doctor", exit=None)


def test_a_file_is_opened_as_a_private_copy(
    funnel: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("funnelcli.actions.outside.opens", lambda path: opened.append(path) is None)
    funnel("file", "add", "roof", folder / "photo.JPG")
    funnel("file open photo")
    assert Path(opened[0]).read_bytes() == SECRET
    assert os.stat(os.path.dirname(opened[0])).st_mode & 0o077 == 0
    monkeypatch.setattr("funnelcli.actions.outside.opens", lambda _path: False)
    assert "no program" in funnel("file open photo", exit=1).stderr
    funnel("contact forget anna --yes")
    assert not os.path.exists(opened[0])


@pytest.mark.long
def test_a_large_file_is_never_whole_in_memory(funnel: Run, folder: Path) -> None:
    with open(folder / "large.bin", "wb") as file:
        for _piece in range(24):
            file.write(os.urandom(1 << 20))
    tracemalloc.start()
    funnel("file", "add", "roof", folder / "large.bin")
    funnel("file", "export", "large", "-o", folder / "again.bin")
    funnel("export", "all", folder / "all.zip")
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 << 20
