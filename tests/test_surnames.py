"""Whom a note is about where it has a surname and no more, and where a word only looks like one."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from conftest import Run
from funnelcli.actions import tray_placing
from funnelcli.actions.directory import Directory
from test_inbox import put

CONTACTS = (
    *("Sabine Krause", "Jan Kowalski", "J. Dupont", "Herr Tom <b>Weber</b>", "Eva Koch"),
    *("Sebastian Kurz", "Peter Franz", "Anna Dach", "Petra Müller", "Paul Müller", "Li Wei"),
)
FILED = {
    "krause.txt": ("Krause getroffen, will Rabatt", "Sabine Krause"),
    "notiz.txt": ("Frau Krause getroffen, will Rabatt", "Sabine Krause"),
    "j.txt": ("Frau Krause getroffen, will Rabatt", "Sabine Krause"),
    "x1.txt": ("Kowalski nicht da", "Jan Kowalski"),
    "x2.txt": ("War heute bei Herrn Kowalski, nicht da", "Jan Kowalski"),
    "x3.txt": ("Met Kowalski, wants a discount", "Jan Kowalski"),
    "x4.txt": ("Herr Koch war nicht da", "Eva Koch"),
    "x5.txt": ("Familie Kurz: getroffen", "Sebastian Kurz"),
    "x6.txt": ("Herr Dr. Franz kauft nicht", "Peter Franz"),
    "x7.txt": ("Spoke to Mr Weber", "Herr Tom <b>Weber</b>"),
    "x8.txt": ("Frau Müller getroffen, Tel. 0561 777777", "Petra Müller"),
    "x9.txt": ("Krause Dach besichtigt", "Sabine Krause"),
    "Bäckerei Adler.txt": ("getroffen", "Bäckerei Adler"),
    "y1.txt": ("Adler nicht da", "Bäckerei Adler"),
    "Kowalski.txt": ("getroffen, Entscheiderin ist Frau Krause", "Jan Kowalski"),
    "Kowalski Zählerschrank.txt": ("getroffen", "Jan Kowalski"),
    "krause_dach.txt": ("getroffen", "Sabine Krause"),
    "Li Wei.txt": ("getroffen", "Li Wei"),
}
WAITING = {
    "j.txt": ("getroffen, will Solar", "no contact"),
    "b.txt": ("getroffen", "no contact"),
    "li.txt": ("getroffen", "no contact"),
    "x1.txt": ("Kurz getroffen, will Rabatt", "perhaps Sebastian Kurz"),
    "x2.txt": ("Koch war nicht da", "perhaps Eva Koch"),
    "x3.txt": ("Dach: 40 qm, will Solar", "perhaps Anna Dach"),
    "x4.txt": ("kurz gesprochen", "no contact"),
    "x5.txt": ("Thomas Krause getroffen", "perhaps Sabine Krause"),
    "x6.txt": ("Krause Thomas nicht da", "perhaps Sabine Krause"),
    "x7.txt": ("Franz Berger getroffen", "perhaps Peter Franz"),
    "x8.txt": ("Krause GmbH: getroffen", "perhaps Sabine Krause"),
    "x9.txt": ("Nachbar von Frau Krause getroffen", "perhaps Sabine Krause"),
    "y1.txt": ("Frau Krause empfiehlt den Nachbarn", "perhaps Sabine Krause"),
    "y2.txt": ("Herr Müller getroffen", "fits several contacts: Petra Müller (9), Paul Müller"),
    "y3.txt": ("Herr Krause und Frau Kowalski getroffen", "Sabine Krause (1), Jan Kowalski (2)"),
    "y4.txt": ("Krause und Söhne getroffen", "perhaps Sabine Krause"),
    "y5.txt": (
        "Krause getroffen, Tel. 0561 777777",
        "fits several contacts: Sabine Krause (1), Petr",
    ),
    "Kowalski.txt": ("Frau Meyer getroffen", "perhaps Jan Kowalski"),
    "Jan Kowalski.txt": ("Frau Krause entscheidet", "fits several contacts"),
    "Koch.txt": ("getroffen", "perhaps Eva Koch"),
    "franz berger.txt": ("getroffen", "no contact"),
    "Bäckerei Schmidt.txt": ("getroffen", "no contact"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "notes"
    made.mkdir()
    return made


@pytest.fixture
def people(funnel: Run) -> Run:
    for name in CONTACTS:
        phone = ("--phone", "+49 561 777777") if name == "Petra Müller" else ()
        funnel("contact", "add", name, *phone)
    funnel("contact add 'Bäckerei Adler' --is-organisation")
    return funnel


def test_a_surname_that_one_contact_has_places_a_note(people: Run, folder: Path) -> None:
    for file, (text, _contact) in FILED.items():
        put(folder, file, text)
    rows = people("inbox", folder, "--json", env={"FUNNEL_REGION": "DE"}).json
    assert {row["file"]: row["contact"] or row["why"] for row in rows} == {
        file: contact for file, (_text, contact) in FILED.items()
    }


def test_what_may_be_another_word_or_person_waits_and_is_offered(
    people: Run, folder: Path, db: str
) -> None:
    for file, (text, _why) in WAITING.items():
        put(folder, file, text)
    rows = people("inbox", folder, "--json", env={"FUNNEL_REGION": "DE"}).json
    wrong = {
        row["file"]: row["contact"] or row["why"]
        for row in rows
        if row["state"] != "waiting" or WAITING[row["file"]][1] not in row["why"]
    }
    assert wrong == {}
    koch = next(row["tray_id"] for row in rows if row["file"] == "x2.txt")
    with closing(sqlite3.connect(db)) as conn:
        offered = tray_placing.candidates(conn, koch, Directory(conn))
    assert [name for _id, name in offered] == ["Eva Koch"]
