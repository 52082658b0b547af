"""PDF: what is on its pages, for eyes and for a screen reader."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from conftest import Run
from test_letters import SENDER

pytest.importorskip("weasyprint", reason="the extra pdf is not installed")
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils is not installed"),
    # What it warns of is its own affair.
    pytest.mark.filterwarnings("default"),
]
LONG = "Hochleistungsmodul mit Glas-Glas-Aufbau, Unterkonstruktion, Kleinteilen, Verkabelung " * 4


def told(*words: object) -> str:
    """What a program says of a PDF."""
    done = subprocess.run([str(word) for word in words], capture_output=True, check=True)
    return done.stdout.decode()


def pages(path: Path) -> list[str]:
    """The text of each page."""
    return told("pdftotext", "-layout", path, "-").split("\f")[:-1]


def check(path: Path) -> None:
    """Sound, tagged, in a language, with fonts of its own."""
    if shutil.which("qpdf"):
        assert "No syntax or stream encoding errors" in told("qpdf", "--check", path)
    info = told("pdfinfo", path)
    assert re.search(r"Tagged: +yes", info)
    assert re.search(r"Title: +\S", info)
    fonts = told("pdffonts", path).splitlines()[2:]
    assert fonts
    assert all(re.search(r" yes +yes +yes +\d+ +\d+$", line) for line in fonts)
    data = path.read_bytes()
    assert b"/Lang" in data or b"/ObjStm" in data


@pytest.fixture
def offer(funnel: Run, tmp_path: Path) -> Run:
    """A consumer's offer of sixty lines, and one of a single line."""
    funnel("contact add 'Frau Eva Roth' --street 'Ring 1' --town Ulm -e eva@roth.example")
    funnel("deal add House -c 1 --process funnel")
    funnel("offer add 1")
    funnel("offer add 1")
    lines = [
        f'offer line 1 --text "{LONG if n % 9 == 0 else f"Teil {n}"}" --price {n * 7},9{n % 10}'
        f" -n {n % 4 + 1} --vat {(19, 7, 0)[n % 3]} --discount {(0, 0, 7.5)[n % 3]}"
        for n in range(1, 61)
    ]
    lines.append('offer line 2 --text "Dach" --price 12500 --vat 19')
    (tmp_path / "lines.txt").write_text("\n".join(lines), encoding="utf-8")
    funnel("batch", tmp_path / "lines.txt", env={"FUNNEL_LOCALE": "de_DE"})
    return funnel


@pytest.mark.parametrize(("lang", "heads"), [("de", ("Pos.", "von")), ("en", ("Pos.", "of"))])
def test_an_offer_of_many_pages(
    offer: Run, tmp_path: Path, lang: str, heads: tuple[str, str]
) -> None:
    path = tmp_path / "offer.pdf"
    begun = time.process_time()
    offer("offer", "print", 1, "--lang", lang, "-o", path, env=SENDER)
    assert time.process_time() - begun < 2
    check(path)
    found = pages(path)
    assert len(found) >= 3
    for number, page in enumerate(found, 1):
        assert re.search(rf"{number} {heads[1]} {len(found)}", page)
        assert "HRB 12345" in page
    # The heads of the columns stand on each page that has lines, the sums with the last of them.
    for page in found[:-1]:
        assert heads[0] in page
    (last,) = [page for page in found if re.search("Gesamtbetrag inkl|Total incl", page)]
    assert re.search(r"^ *60 +Teil 60", last, re.MULTILINE)
    # Every line is there once, and none is torn in two.
    numbers = re.findall(r"^ *(\d+) +(?:Teil|Hochleistungsmodul)", "\n".join(found), re.MULTILINE)
    assert numbers == [str(n) for n in range(1, 61)]
    for page in found:
        starts, ends = page.count("Hochleistungsmodul mit"), page.count("Verkabelung")
        assert starts == ends


def test_a_letter_ends_with_more_than_its_regards(offer: Run, tmp_path: Path) -> None:
    """Set more tightly it ends on its first page; else sums and last line go with the regards."""
    path, ends = tmp_path / "offer.pdf", []
    for number in range(2, 12):
        offer(f"offer line 2 --text 'Hochleistungsmodul mit Aufbau' --price {number} --vat 19")
        offer("offer", "print", 2, "-o", path, env=SENDER)
        found = pages(path)
        ends.append(len(found))
        assert "Total incl. VAT" in found[-1]
        assert re.search(rf"^ *{number} +Hochleistungsmodul", found[-1], re.MULTILINE)
        assert "Yours sincerely" in found[-1]
    assert ends == sorted(ends)
    assert ends.count(1) >= 7


def test_letters_lists_and_reports_are_sound(offer: Run, tmp_path: Path) -> None:
    """Everything that is a document for a browser is one on paper."""
    offer("visit add 1 --said 'wants the roof' --at yesterday")
    offer("offer send 2")
    offer("offer accept 2 --win")
    for line in (
        "offer print 2",
        "letter print confirmation 2026-0002",
        "letter print withdrawal 1 --of goods",
        "letter print withdrawal 1 --lang de",
        "visit print 1",
        "deal list",
        "offer show 1",
        "report all --period this-year",
    ):
        path = tmp_path / "made.pdf"
        offer(*line.split(), "-o", path, env=SENDER)
        check(path)
        found = pages(path)
        assert re.search(rf"(1 of|1 von) {len(found)}\b", found[0])
    assert len(pages(path)) > 5


def test_a_mail_holds_the_letter(offer: Run, tmp_path: Path) -> None:
    offer("offer", "mail", "2026-0002", "-o", tmp_path / "a.eml", env=SENDER)
    message = message_from_bytes((tmp_path / "a.eml").read_bytes(), policy=policy.default)
    (part,) = message.iter_attachments()  # type: ignore[attr-defined]
    (tmp_path / "a.pdf").write_bytes(part.get_content())
    check(tmp_path / "a.pdf")
    assert "2026-0002" in pages(tmp_path / "a.pdf")[0]
