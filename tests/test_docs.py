"""The docs: German in step with English, links that lead somewhere, commands that do what is said.

Whoever changes a page of ``docs/`` changes its twin in ``docs/de/`` as well (``README.de.md`` is
the README's); a new page needs no line here.
"""

from __future__ import annotations

import difflib
import os
import re
import shlex
import shutil
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import pytest

import walkthrough
from conftest import Clock, Result, Run, forget_settings, reset, runner
from funnelcli import config
from funnelcli.errors import EXIT_CODES, FunnelError
from funnelcli.prompt._options import COMMANDS, GROUPS
from funnelcli.values import dates

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.skipif(
    not (ROOT / "docs").exists(), reason="the docs are not beside the tests"
)
LANGUAGES = {"en": "en_US", "de": "de_DE"}
# Written by tools/generate.py, which tests/test_completion.py holds fresh.
GENERATED = ("commands", "settings")


def folder(language: str) -> Path:
    """Where the pages of a language are."""
    return ROOT / "docs" / ("de" if language == "de" else "")


def page(name: str, language: str) -> Path:
    """The page of that name; "README" is the README."""
    if name == "README":
        return ROOT / ("README.de.md" if language == "de" else "README.md")
    return folder(language) / f"{name}.md"


NAMES = ["README", *sorted({path.stem for one in LANGUAGES for path in folder(one).glob("*.md")})]
OWN = [name for name in NAMES if name not in GENERATED]


# A page, read -------------------------------------------------------------------------------------


class Piece(NamedTuple):
    """A heading, a paragraph, an item of a list, a table or a block of code."""

    kind: str
    line: int
    lines: list[str]

    @property
    def shape(self) -> str:
        """What the other language has in this place."""
        if self.kind == "table":
            columns = self.lines[0].replace("\\|", "").count("|") - 1
            return f"table of {columns} columns and {len(self.lines) - 2} rows"
        return self.kind

    def described(self) -> str:
        """The piece as a person finds it."""
        return f"line {self.line}, {self.shape}: {(self.lines or [''])[0].strip()[:70]}"


def pieces(text: str) -> list[Piece]:
    """What a page consists of, from its top."""
    found: list[Piece] = []
    going = ""
    fence: re.Match[str] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        opened = re.match(r" *(```)(\w*)$", line)
        if fence is not None:
            if line.strip() == fence[1]:
                fence = None
            else:
                found[-1].lines.append(line)
            continue
        if opened:
            fence = opened
            found.append(Piece(f"block of {opened[2] or 'plain text'}", number, []))
            going = ""
            continue
        for kind, beginning in (
            (r"heading {}", r"(#+) "),
            ("table", r"\|"),
            ("item", r" *(?:[-*]|\d+\.) "),
            ("comment", r"<!--"),
        ):
            if matched := re.match(beginning, line):
                this = kind.format(len(matched[1])) if matched.groups() else kind
                break
        else:
            this = "" if not line.strip() else going or "paragraph"
            if going == "table":
                this = "paragraph" if this else ""
        if this and (this != going or this.startswith(("heading", "item"))):
            continues = this == going == "item" and not re.match(r" *(?:[-*]|\d+\.) ", line)
            if not continues:
                found.append(Piece(this, number, []))
        if this:
            found[-1].lines.append(line)
        going = "" if this.startswith("heading") else this
    return found


INLINE = re.compile(r"(?<!`)`([^`]+)`(?!`)")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^ *```.*?^ *```$", re.DOTALL | re.MULTILINE)


def prose(text: str) -> str:
    """The page without its blocks of code."""
    return FENCED.sub("", text)


class Typed(NamedTuple):
    """A command as it stands on a page, and what is said to come of it."""

    line: int
    words: list[str]
    reads: str
    writes: str
    answer: list[str]
    block: int


def typed(text: str) -> Iterator[Typed]:
    """The funnel's commands in the blocks of a page."""
    blocks = (one for one in pieces(text) if one.kind.startswith("block"))
    for number, block in enumerate(blocks, 1):
        if block.kind.rpartition(" ")[2] not in ("text", "sh", "console"):
            continue
        lines = [line.strip() for line in block.lines]
        prompts = any(line.startswith("$ ") for line in lines)
        at = 0
        while at < len(lines):
            line, begun = lines[at], at
            at += 1
            if prompts:
                if not line.startswith("$ "):
                    continue
                line = line[2:]
            while line.endswith("\\"):
                line = line[:-1] + lines[at]
                at += 1
            if not re.match(r"funnel(?: |$)", line):
                continue
            answer: list[str] = []
            while prompts and at < len(lines) and not lines[at].startswith("$ "):
                answer.append(block.lines[at])
                at += 1
            words = shlex.split(line, comments=True)[1:]
            reads = writes = ""
            if "<" in words:
                reads = words.pop(words.index("<") + 1)
                words.remove("<")
            if ">" in words:
                writes = words.pop(words.index(">") + 1)
                words.remove(">")
            yield Typed(block.line + 1 + begun, words, reads, writes, answer, number)


def command(words: list[str]) -> tuple[str, ...]:
    """The command that is typed, with its options, and how much else."""
    path: list[str] = []
    rest = list(words)
    while rest and (" ".join([*path, rest[0]]) in COMMANDS or (not path and rest[0] in GROUPS)):
        path.append(rest.pop(0))
    options = [word.partition("=")[0] for word in rest if re.match(r"--[a-z]|-[a-zA-Z]$", word)]
    return (" ".join(path), *sorted(options), f"{len(rest)} words")


# German in step -----------------------------------------------------------------------------------

HOW = (
    "{german} is not in step with {english}: whoever changes one of them changes the other as "
    "well, in its language.\n{what}"
)


def in_step(name: str, what: str) -> str:
    """What to say of a page that is not."""
    german, english = (page(name, one).relative_to(ROOT) for one in ("de", "en"))
    return HOW.format(german=german, english=english, what=what)


def both(name: str) -> tuple[str, str]:
    """A page in English and in German."""
    for language in LANGUAGES:
        path = page(name, language)
        if not path.exists():
            pytest.fail(in_step(name, f"{path.relative_to(ROOT)} is not there."), pytrace=False)
    return page(name, "en").read_text("utf-8"), page(name, "de").read_text("utf-8")


def compared(name: str, english: list[str], german: list[str], what: str) -> None:
    """Fail with the places where two lists are not the same."""
    if english != german:
        places = difflib.unified_diff(english, german, "English", "German", "", "", 1, "")
        pytest.fail(in_step(name, "\n".join([what, *places])), pytrace=False)


@pytest.mark.parametrize("name", NAMES)
def test_german_has_the_same_headings_paragraphs_tables_and_blocks(name: str) -> None:
    english, german = map(pieces, both(name))
    if [one.shape for one in english] == [one.shape for one in german]:
        return
    shapes = zip_longest((one.shape for one in english), (one.shape for one in german))
    at = next(n for n, (one, other) in enumerate(shapes) if one != other)
    said = [
        f"{language}: {found[at].described() if at < len(found) else 'the end of the page'}"
        for language, found in (("English", english), ("German", german))
    ]
    before = f"The first difference, behind {english[at - 1].described()}"
    pytest.fail(in_step(name, "\n".join([before, *said])), pytrace=False)


@pytest.mark.parametrize("name", OWN)
def test_german_has_the_same_commands(name: str) -> None:
    english, german = both(name)
    compared(
        name,
        [" ".join(command(one.words)) for one in typed(english)],
        [" ".join(command(one.words)) for one in typed(german)],
        "Commands in blocks of code (with their options, and how many words else):",
    )
    compared(
        name,
        sorted(mentioned(english)),
        sorted(mentioned(german)),
        "Commands, options and settings in the text:",
    )


def mentioned(text: str) -> set[str]:
    """The commands, options, settings and files that a text names."""
    found = set()
    for inline in INLINE.findall(prose(text)):
        first, *more = " ".join(inline.split()).split(" ")
        if first == "funnel":
            found.add(f"funnel {command(more)[0]}".strip())
        elif re.match(r"--[a-z]", first):
            found.add(re.split(r"[=\[]", first)[0])
        elif re.fullmatch(
            r"[a-z]+(?:_[a-z]+)+|[A-Z]+(?:_[A-Z]+)+|[\w/]+\.(?:py|toml|md|sql)", inline
        ):
            found.add(inline)
    return found


@pytest.mark.parametrize("name", OWN)
def test_german_has_the_same_numbers_and_keys(name: str) -> None:
    """What a paragraph says in figures, and what the rows of a table are about."""
    english, german = map(pieces, both(name))
    for one, other in zip(english, german, strict=False):
        if not one.kind.startswith("block"):
            found = [
                [*map(str, numbers(piece)), *(key for row in piece.lines for key in keys(row))]
                for piece in (one, other)
            ]
            compared(name, *found, f"In {one.described()}:")


def numbers(piece: Piece) -> list[int]:
    """The numbers of a text, without those of a numbered list, of code, of links and of months."""
    text = re.sub(r"`[^`]*`|\]\([^)]*\)|^ *\d+\. ", "", " ".join(piece.lines))
    text = re.sub(r"\b(\d{1,2})\.\d{1,2}\.(?!\d)", r"\1", text)
    return sorted(int(re.sub(r"[.,]", "", one)) for one in re.findall(r"\d+(?:[.,]\d+)*", text))


def keys(row: str) -> list[str]:
    """The names in the first cell of a row, without the words for their values."""
    first = row.replace("\\|", "").split("|")[1] if row.startswith("|") else ""
    return [re.split(r"[ =\[]", inline)[0] for inline in INLINE.findall(first)]


@pytest.mark.parametrize("name", OWN)
def test_german_has_the_same_links(name: str) -> None:
    found = [
        {
            re.sub(r"^\.\./|\bde/|\.de(?=\.md)", "", link.partition("#")[0])
            for link in LINK.findall(prose(text))
        }
        for text in both(name)
    ]
    compared(name, *map(sorted, found), "Links:")


# Links --------------------------------------------------------------------------------------------


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub and the site make them."""
    found: set[str] = set()
    for piece in pieces(path.read_text("utf-8")):
        if piece.kind.startswith("heading"):
            text = re.sub(r"[`*]|\]\([^)]*\)|\[", "", piece.lines[0].lstrip("# ").strip().lower())
            anchor = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
            taken = sum(1 for other in found if re.fullmatch(rf"{re.escape(anchor)}(-\d+)?", other))
            found.add(f"{anchor}-{taken}" if taken else anchor)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_leads_somewhere(language: str) -> None:
    headings: dict[Path, set[str]] = {}
    broken = []
    for name in NAMES:
        path = page(name, language)
        for link in LINK.findall(prose(path.read_text("utf-8"))):
            if re.match(r"[a-z]+:", link):
                continue
            target, _sharp, anchor = link.partition("#")
            there = (path.parent / target).resolve() if target else path
            if not there.exists():
                broken.append(f"{path.name}: {link}")
            elif anchor:
                if there not in headings:
                    headings[there] = anchors(there)
                if anchor not in headings[there]:
                    broken.append(f"{path.name}: {link} (there is {sorted(headings[there])[:40]})")
    assert broken == []


def test_the_readme_lists_every_page() -> None:
    for language in LANGUAGES:
        listed = set(LINK.findall(prose(page("README", language).read_text("utf-8"))))
        where = "docs/de" if language == "de" else "docs"
        missing = [name for name in NAMES[1:] if f"{where}/{name}.md" not in listed]
        assert missing == [], f"{page('README', language).name} links no {missing}"


# What is promised ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_for_a_day_or_a_period_is_read(language: str, clock: Clock) -> None:
    dates.set_zone("Europe/Berlin")
    tables = [
        piece
        for piece in pieces(page("dates", language).read_text("utf-8"))
        if piece.kind == "table"
    ]
    days, periods = tables[0], tables[2]
    for table, read in ((days, dates.parse_date), (periods, dates.parse_period)):
        for row in table.lines[2:]:
            for phrase in INLINE.findall(row.partition("|")[2].partition("|")[2]):
                if phrase not in ("all", "gesamt"):
                    read(phrase)


@pytest.mark.skipif(not (ROOT / "tools").exists(), reason="this is no checkout")
@pytest.mark.parametrize("name", OWN)
def test_every_setting_and_file_that_is_named_is_there(name: str) -> None:
    settings = {setting.name for setting in config.SETTINGS}
    for language in LANGUAGES:
        text = prose(page(name, language).read_text("utf-8"))
        for inline in INLINE.findall(text):
            if set_ := re.match(r"funnel config set (\w+)", " ".join(inline.split())):
                assert set_[1] in settings, inline
            if re.fullmatch(r"[\w/]+/[\w*]+\.(?:py|sql|md)", inline) and "*" not in inline:
                roots = (ROOT, ROOT / "src" / "funnelcli")
                assert any((root / inline).exists() for root in roots), inline


# What is generated --------------------------------------------------------------------------------


def test_every_variable_that_the_program_looks_at_is_named() -> None:
    source = ROOT / "src" / "funnelcli"
    asked = {
        name
        for path in source.rglob("*.py")
        for name in re.findall(r'environ(?:\.get\(|\[)"([A-Z_]+)"', path.read_text("utf-8"))
    }
    asked |= {"LC_ALL", "LC_MESSAGES", "LANG", "VISUAL", "EDITOR"}
    for language in LANGUAGES:
        named = set(INLINE.findall(page("settings", language).read_text("utf-8")))
        assert asked <= named, f"tools/setting_tables.py does not name {sorted(asked - named)}"


def test_every_exit_code_is_explained() -> None:
    def under(one: type[FunnelError]) -> Iterator[type[FunnelError]]:
        yield one
        for below in one.__subclasses__():
            yield from under(below)

    assert {error.exit_code for error in under(FunnelError)} <= set(EXIT_CODES)
    for language in LANGUAGES:
        rows = re.findall(r"^\| (\d+) \|", page("settings", language).read_text("utf-8"), re.M)
        assert [int(row) for row in rows] == sorted(EXIT_CODES)


# Every command is run -----------------------------------------------------------------------------

# What the pages speak of. Deal 12 is Petra Müller's, in English and in German:
DEAL = {"en": "Solar roof", "de": "Solardach"}
STEP = {"en": "send the offer", "de": "Angebot schicken"}
FILES = {
    "en": {
        "pipeline.csv": (
            "Deal ID,Deal Name,Account,Product,Amount,Stage,Create Date,Close Date\n"
            "A-1,Barn,Huber Farm,Solar,12000,Closed Won,2026-09-01,2026-10-01\n"
            "A-2,Stable,Huber Farm,Solar,9000,Closed Lost,2026-09-01,2026-10-05\n"
            "A-3,Roof,Kolb Inc,Solar,7000,Needs analysis,2026-09-01,\n"
        ),
        **{name: f"what is in {name}\n" for name in ("offer.pdf", "plan.jpg", "card.jpg")},
        "archive.mbox": "From x Mon Nov 23 10:00:00 2026\nFrom: Ann <ann@example.com>\n\nHi\n",
        "prices.csv": "Number,Name,Price\nCAB-1,Cable,3.50\n",
        "liste.csv": "Number,Name,VK netto,EK\nCAB-1,Cable,3.60,2.10\n",
        "companies.csv": "Company name,Phone,City\nKolb Inc,+49 201 555001,Essen\n",
        "contacts.csv": "First name,Last name,Company,Email\nBea,Kern,Kolb Inc,b@example.com\n",
        "deals.csv": "Title,Value,Stage,Contact\nBarn,12000,needs,Bea Kern\n",
        "export.zip": "Title,Value,Stage,Contact\nStable,9000,needs,Bea Kern\n",
        "contacts.vcf": "BEGIN:VCARD\nVERSION:3.0\nFN:Ann Berg\nEND:VCARD\n",
        "customers.xlsx": "Name,Organisation,Email\nBea Kern,Kolb Inc,bea@example.com\n",
        "crm.csv": "Record ID,Name,Email\n17,Ann Berg,ann@example.com\n",
        "history.csv": "Deal,New stage,Changed at\nBarn,negotiation,2026-11-20\n",
        "calls.csv": "Contact,Date,Subject\nBea Kern,2026-11-20,Asked about the barn\n",
        "tasks.csv": "Contact,Due,Subject\nBea Kern,2026-12-02,Send the papers\n",
        "night.jsonl": "contact add 'Pia Vogt'\n",
        "fair.md": "Hello {{ name }}\n",
        "report.sql": "SELECT title, value FROM deals",
        "minutes.txt": "the hall is to be covered first",
        **{f"Notes/{name}.txt": f"{name} Neu: met\n" for name in ("Ada", "Bob", "Cyd", "Dov")},
        "Notes/petra.txt": "Petra Müller\nmet, wants a second offer, send it by friday\n",
    },
    "de": {
        **{name: f"{name} sagt dies\n" for name in ("angebot.pdf", "plan.jpg", "karte.jpg")},
        "pipeline.csv": (
            "Vorgang;Vorhaben;Firma;Produkt;Summe;Stand;Angelegt;Abgeschlossen\n"
            "A-1;Scheune;Hof Huber;Solar;12000;Gewonnen;01.09.2026;01.10.2026\n"
            "A-2;Stall;Hof Huber;Solar;9000;Abgesagt;01.09.2026;05.10.2026\n"
            "A-3;Dach;Kolb GmbH;Solar;7000;Anamnese;01.09.2026;\n"
        ),
        "archive.mbox": "From x Mon Nov 23 10:00:00 2026\nFrom: Ann <ann@example.com>\n\nHi\n",
        "preise.csv": "Artikelnummer;Bezeichnung;Preis\nKAB-1;Kabel;3,50\n",
        "liste.csv": "Artikelnummer;Bezeichnung;VK netto;EK\nKAB-1;Kabel;3,60;2,10\n",
        "firmen.csv": "Firma;Telefon;Ort\nKolb GmbH;0201 555001;Essen\n",
        "kontakte.csv": "Vorname;Nachname;Firma;E-Mail\nBea;Kern;Kolb GmbH;bea@example.com\n",
        "geschaefte.csv": "Titel;Wert;Stufe;Kontakt\nScheune;12000;Anamnese;Bea Kern\n",
        "export.zip": "Titel;Wert;Stufe;Kontakt\nStall;9000;Anamnese;Bea Kern\n",
        "kontakte.vcf": "BEGIN:VCARD\nVERSION:3.0\nFN:Anna Berg\nEND:VCARD\n",
        "kunden.xlsx": "Name;Firma;E-Mail\nBea Kern;Kolb GmbH;bea@example.com\n",
        "crm.csv": "Datensatz;Name;E-Mail\n17;Anna Berg;anna@example.com\n",
        "verlauf.csv": (
            "Geschäft;Alte Stufe;Neue Stufe;Geändert am\n"
            "Scheune;Qualifizierung;Anamnese;20.11.2026\n"
        ),
        "anrufe.csv": "Kontakt;Datum;Betreff\nBea Kern;20.11.2026;Fragte nach der Scheune\n",
        "aufgaben.csv": "Kontakt;Fällig;Betreff\nBea Kern;02.12.2026;Unterlagen schicken\n",
        "messe.md": "Guten Tag {{ name }}\n",
        "night.jsonl": "contact add 'Pia Vogt'\n",
        "report.sql": "SELECT title, value FROM deals",
        "protokoll.txt": "zuerst soll die Halle gedeckt werden",
        **{f"Notizen/{name}.txt": f"{name} Neu: da\n" for name in ("Ada", "Bob", "Cyd", "Dov")},
        "Notizen/petra.txt": "Petra Müller\ngetroffen, will ein zweites Angebot bis Freitag\n",
    },
}
SITE = """
key = "site"
name = "Site"
[[stage]]
key = "survey"
name = "Survey"
phase = "lead"
kind = "open"
exit = [{ key = "site_visited", en = "the site visited", de = "die Baustelle besichtigt" }]
[[stage]]
key = "order"
name = "Order"
phase = "customer"
kind = "won"
"""


class Before(NamedTuple):
    """What is done before a block of code."""

    lines: tuple[str, ...]
    start: str = ""
    """The process and the stage of deal 12 in a database that is made anew, if it is."""


VISITS = ("visit add mueller --said hello",) * 12
# By the page, and the command with its options that a block of it begins with.
BEFORE = {
    ("agenda", "import ics"): Before(("on the phone",)),
    ("field-day", "visit edit"): Before(VISITS),
    ("field-day", "visit edit --continue"): Before(("editor dies", "visit edit 12")),
    ("import", "import -y"): Before((), "cycle needs"),
    ("import", "import --dry-run --new-process"): Before((), "cycle needs"),
    ("import", "import --dry-run --save-map"): Before((), "cycle needs"),
    ("notes", "log"): Before(VISITS[:11]),
    ("offers", "import products"): Before(("config set vat 19",)),
    ("stages", "deal tick --note"): Before((), "site survey"),
    ("stages", "deal log"): Before(
        (
            *VISITS[:5],
            "advance 12 --at 2026-11-12",
            "back 12 --reason again --at 2026-11-13",
            "lose 11 --reason price",
            "win 9",
        ),
        "cycle needs",
    ),
    ("stages", "deal qualify"): Before((), "cycle needs"),
    ("stages", "deal people"): Before(("contact add 'Anna Berg'", "contact add 'Bert Holz'")),
    ("stages", "questionnaire export"): Before((), "cycle needs"),
    ("stages", "milestone list"): Before(("win 12",), "cycle negotiation"),
    ("stages", "care score"): Before(("care complain mueller late",) * 2),
    ("stages", "farewell --card --personal-contact --said"): Before(("win 12",), "funnel offer"),
}


class World:
    """The program in one language, on what the pages speak of; ``kept`` is where the databases
    that have been made wait for the next page."""

    def __init__(self, funnel: Run, language: str, kept: Path, patch: pytest.MonkeyPatch) -> None:
        self.funnel = funnel
        self.language = language
        self.kept = kept
        self.patch = patch
        for name, text in {**FILES[language], "site.toml": SITE}.items():
            Path(name).parent.mkdir(exist_ok=True)
            Path(name).write_text(text, encoding="utf-8")
        patch.setenv("EDITOR", "true")

    def begin(self, start: str = "cycle needs") -> None:
        """Make the database."""
        there = Path(os.environ["FUNNEL_DB"])
        kept = self.kept / f"{self.language} {start}.db"
        if kept.exists():
            shutil.copyfile(kept, there)
            return
        there.unlink(missing_ok=True)
        process, stage = start.split()
        if process == "site":
            self.funnel("process add site.toml")
        rows = [f"Kolb {n},Eva Roth {n},1000,cycle,qualification,2026-11-20" for n in range(1, 12)]
        rows[10] = rows[10].replace("2026-11-20", "2026-10-01")
        rows.append(f"{DEAL[self.language]},Petra Müller,84000,{process},{stage},2026-11-02")
        text = "\n".join(["Title,Contact,Value,Process,Stage,Opened", *rows])
        Path("world.csv").write_text(text, encoding="utf-8")
        self.funnel("import deals world.csv")
        if process == "cycle":
            for day in ("today", "today", "today", "2026-11-20", "2026-11-23"):
                self.funnel("next", 1, "call", "--due", day)
            self.funnel("next", 12, STEP[self.language], "--due", "+1w")
            self.funnel("contact add 'Kern Metallbau' --is-organisation")
        shutil.copyfile(there, kept)

    def before(self, need: Before) -> None:
        """Do what a block needs."""
        if need.start:
            self.begin(need.start)
        for line in need.lines:
            if line == "on the phone":
                calendar = Path("funnel.ics").read_text("utf-8")
                Path("funnel.ics").write_text(on_the_phone(calendar), encoding="utf-8")
            elif line == "editor dies":
                self.patch.setenv("EDITOR", """sh -c 'echo "$0" >> "$0"; exit 1'""")
            else:
                edits = line.startswith("visit edit")
                self.funnel(line, tty=edits, exit=None if edits else 0)
        self.patch.setenv("EDITOR", "true")

    def type(self, one: Typed) -> Result:
        """Type a command of a page; what a shell does with it is done here."""
        words = [os.path.expanduser(word) if word[:2] == "~/" else word for word in one.words]
        if "$digest" in words:
            digest = self.funnel(*words[:2], "--dry-run", "--quiet").strip()
            words[words.index("$digest")] = digest
        result = self.funnel(
            *(words if len(words) != 1 else [shlex.quote(words[0])]),
            stdin=Path(one.reads).read_text("utf-8") if one.reads else "",
            tty=words[:2] == ["visit", "edit"] or (bool(one.answer) and "--json" not in words),
            width=110,
            exit=None,
        )
        if one.writes:
            target = Path(os.path.expanduser(one.writes))
            target.parent.mkdir(parents=True, exist_ok=True)
            text = result.replace('key = "bant"', f'key = "{target.stem}"')
            target.write_text(text, encoding="utf-8")
        return result


def on_the_phone(calendar: str) -> str:
    """The calendar after somebody has ticked off a to-do and moved an event."""
    entries = calendar.split("BEGIN:V")
    for at, entry in enumerate(entries):
        if entry.startswith("EVENT"):
            entry = re.sub(
                r"(DT(?:START|END)[^:]*:)20261127T(\d\d)00", r"\g<1>20261130T\g<2>30", entry
            )
            entries[at] = re.sub(r"(DTSTAMP|LAST-MODIFIED):\d+", r"\1:20261125", entry)
        elif any(step in entry for step in STEP.values()):
            entry = entry.replace("STATUS:NEEDS-ACTION", "STATUS:COMPLETED")
            entries[at] = re.sub(r"(DTSTAMP|LAST-MODIFIED):\d+", r"\1:20261125", entry)
    return "BEGIN:V".join(entries)


def unfolded(text: str) -> str:
    """A text with single blanks between its words."""
    return " ".join(text.split())


def masked(line: str) -> str:
    """A line without the number that a new record happened to get."""
    return re.sub(r"^(\w+) \d+: ", r"\1 #: ", line.rstrip())


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """No test leaves its language to the next, be it red."""
    yield
    reset()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the databases are that pages begin with."""
    return tmp_path_factory.mktemp("docs")


# The tour of the README is what everybody tries first; the others take a second each. Pages that
# tell a story are run by tests/test_walkthroughs.py. What the page on the server types is typed on
# one, by tests/test_server_*.py.
RUN = [
    pytest.param(name, language, marks=() if name == "README" else pytest.mark.long)
    for name in OWN
    if name not in walkthrough.PAGES and name != "server"
    for language in LANGUAGES
]


@pytest.mark.parametrize(("name", "language"), RUN)
def test_every_command_does_what_is_said(
    name: str,
    language: str,
    environment: dict[str, str],
    clock: Clock,
    made: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    settings = {"FUNNEL_LANGUAGE": language, "FUNNEL_LOCALE": LANGUAGES[language]}
    forget_settings(monkeypatch)
    for key, value in {**environment, "HOME": str(tmp_path)}.items():
        monkeypatch.setenv(key, value)
    monkeypatch.chdir(tmp_path)
    world = World(runner({**environment, **settings}, monkeypatch), language, made, monkeypatch)
    commands = [*typed(page(name, language).read_text("utf-8"))]
    if commands and name != "README":
        world.begin()
    wrong = []
    block = 0
    for one in commands:
        need = BEFORE.get((name, " ".join(command(one.words)[:-1])))
        if one.block != block and need is not None:
            world.before(need)
        block = one.block
        result = world.type(one)
        printed = [masked(line) for line in (result.stderr + result).splitlines()]
        # Where a line is folded is the terminal's affair.
        whole = unfolded("\n".join(printed))
        missing = [line for line in map(masked, one.answer) if unfolded(line) not in whole]
        if result.exit_code or missing:
            said = "".join(f"\n    | {line}" for line in printed)
            expected = f"exits with {result.exit_code}" if result.exit_code else "prints no"
            wrong.append(
                f"line {one.line}: funnel {shlex.join(one.words)}\n"
                f"  {expected} {missing[:1] or ''}{said}"
            )
    if wrong:
        where = page(name, language).relative_to(ROOT)
        pytest.fail("\n".join([f"Commands of {where}:", *wrong]), pytrace=False)
    if name == "README":
        deal = world.funnel("deal show solar --json").json
        assert (deal["status"], deal["stage"], deal["value_minor"]) == ("open", "offer", 8250000)
