"""A database with a little of everything, and a line of each command that runs on it."""

from __future__ import annotations

import os
import shlex
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

from conftest import Result, Run, copy_database, database_of
from funnelcli.db.server import is_address
from funnelcli.prompt import _options as known
from funnelcli.prompt.completion import candidates
from funnelcli.prompt.line import read
from schemas import unheard

# What needs a library that the other tests do without, or a phone: test_encryption.py,
# test_paper.py and test_phone.py run these.
EXTRA = (
    "db decrypt",
    "db encrypt",
    "db password",
    "db rekey",
    "letter mail",
    "offer mail",
    "phone revoke",
)
PRINTING = [
    path for path, row in known.COMMANDS.items() if {"r", "w"} & set(row[2]) and path not in EXTRA
]
# Commands that change more than the database.
BESIDE = (
    "export all",
    "import all",
    "inbox",
    "letter use",
    "db compact",
    "db move",
    *EXTRA,
    "backup",
    "restore",
    "demo",
    "config set",
    "config unset",
)

# What the program is run with before: the sample of ``funnel demo`` has most, this is the rest.
_MORE = """
deal edit 1 --tag vip
deal people 1 add 11 --role Betriebsrat
contact edit 11 --tag solar
contact consent 11 phone --how "said so"
visit edit 1 --set needs="less noise"
offer add "Hotel roof"
offer line 2026-0002 WB-11
care refer "Ingrid Vogt" "Jana Vogt"
care complain "Jonas Sommer" "late by a week"
care score "Jonas Sommer" 5 --kind csat
target add 2026-Q4 250k
file add 1 offer.pdf --note "vom Mai"
inbox stray
contact edit 7 --email seven@example.com
mail first.mbox
filter save hot 'stage:offer.. value:>10k'
filter save cold '-@hot is:open'
exchange set USD 0.92
overhead add 2500 --source fair --period 2026-10
effort add 1 --duration 2h --km 40 --kind travel
catalogue add source --key fliers --en Flyer
catalogue add source --key posters --en Plakat
deal add Balcony --contact "Mehmet Demir" --value 2k --at=-3m
win Balcony --at=-2m --revocable-until +14d
lose "Workshop extension" --reason price
deal ask 1 --answer open_points=noise
business ask --answer range=roofs
deal qualify 1 --framework bant --score budget=4 --profile size=3 --verdict pursue
step add "Petra Brandt" "birthday card" --due +9d
step add "Hans Müller" "look at the roof" --kind visit --due "today 14:00"
contact edit "Hans Müller" --street "Ring 1" --postcode 50667 --town Köln
contact edit "Sabine Krause" --street "Ring 3" --postcode 50667 --town Köln
step add "Sabine Krause" "ask again" --due yesterday
note add 7 "likes tea" --at yesterday
note add 'Jonas Sommer' "plays chess"
contact add "Otto Zander"
contact add "Zander Otto"
user add anna --name "Anna Berg" --email anna@example.com
user add tom --role reader
process add own.toml
process add spare.toml
questionnaire add ours.toml
field add contact sparte --type choice --values nord,west
field add deal sparte --type choice --values nord,west
field add visit sparte --type choice --values nord,west
field add product sparte --type choice --values nord,west
field edit contact sparte --hidden
field edit deal sparte --hidden
field edit visit sparte --hidden
field edit product sparte --hidden
deal add Tailor --process own
backup kept.db
export all kept.zip
contact add "Lena Kurz" --town Aachen
deal add Shed --contact "Lena Kurz" --value 1k
win Shed
contract add Shed --number K-1
contact forget "Lena Kurz" --yes
backup
effort add 2 --km 5
undo
"""
_MBOX = """From seven@example.com Mon Nov 23 10:00:00 2026
From: seven@example.com
To: me@example.org
Subject: {1}
Date: Mon, 23 Nov 2026 10:00:00 +0100
Message-ID: <{0}@example.com>

Wann kommt es?
"""
_FILES = {
    "offer.pdf": "%PDF an offer",
    "karte.jpg": "eine Karte",
    "own.toml": """
key = "own"
name = "Own"
[[stage]]
key = "talk"
name = "Talk"
phase = "lead"
kind = "open"
exit = [{ key = "board_agreed", en = "the board agreed", de = "der Vorstand ist einverstanden" }]
[[stage]]
key = "order"
name = "Order"
phase = "customer"
kind = "won"
""",
    "spare.toml": """
key = "spare"
name = "Spare"
[[stage]]
key = "talk"
name = "Talk"
phase = "lead"
kind = "open"
[[stage]]
key = "order"
name = "Order"
phase = "customer"
kind = "won"
""",
    "ours.toml": """
[[questionnaire]]
key = "ours"
kind = "qualification"
name = { en = "Ours", de = "Unseres" }
[[questionnaire.question]]
key = "size"
en = "How large?"
de = "Wie groß?"
""",
    "offer.md.j2": "{{ title }}",
    "entries.toml": '[[source]]\nkey = "radio"\nen = "Radio"\nde = "Radio"\n',
    "people.csv": "Name,E-mail,Town\nPia Vogt,pia@vogt.example,Ulm\n",
    "deals.csv": "Title,Value,Stage\nBarn,12000,needs\n",
    "calls.csv": "Contact,Date,Subject\nBäckerei Sommer,2026-01-02,Hello\n",
    "tasks.csv": "Contact,Due,Subject\nBäckerei Sommer,2027-01-02,Send papers\n",
    "quotes.csv": "Quote number,Deal,Net,VAT\nQ-1,Krause house,100,19\n",
    "history.csv": "Deal,New stage,Changed at\nKrause house,conversation,2026-11-27\n",
    "prices.csv": "Number,Name,Price\nCAB-1,Cable,3.50\n",
    "calendar.ics": "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n",
    "lines.txt": "contact add 'Pia Vogt'\n",
    "first.mbox": _MBOX.format("a", "Dach"),
    "next.mbox": _MBOX.format("b", "Fenster"),
    "notes/mueller.txt": "Hans Müller\nwants an offer by friday\n",
    "stray/neu.txt": "Anna Neu, 0171 2345678, Hauptstr. 5, 34117 Kassel\nwill eine Wallbox\n",
}


def fill(funnel: Run, folder: Path, database: str) -> None:
    """Make a database and the files that commands read, in ``folder``, the working folder."""
    for name, text in _FILES.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    funnel("demo", "--into", database)
    for line in _MORE.strip().splitlines():
        # A server's data are copied by its own means.
        if not (is_address(database_of(folder)) and line.startswith("backup")):
            funnel(line)


# Of each command the lines that a candidate of it may be tried on: it is taken where one takes it.
LINES: dict[str, tuple[str, ...]] = {
    "advance": ("3", "1", "3 --next call"),
    "agenda": ("",),
    "back": ("1 --reason again",),
    "backup": ("copy.db",),
    "call": (
        "",
        "11 --outcome reached --next call --due fri",
        "11 --outcome callback --callback fri",
        "11 --outcome reached --next call",
        "kind:person --left-out",
    ),
    "care complain": ("7 late",),
    "care list": ("",),
    "care refer": ("7 'Anna Ott'", "7"),
    "batch": ("lines.txt",),
    "brief": ("7", "--contact 11"),
    "business ask": ("", "--answer advantage=speed"),
    "care remove": ("--score 1",),
    "care resolve": ("1 replaced",),
    "care score": ("7 5", "7 5 --kind csat"),
    "care set": ("7 --every 90d",),
    "catalogue add": (
        *("source --en Radio", "entries.toml"),
        *("unit --en Kiste", "visit_type --en Termin", "lost_reason --en Umzug"),
    ),
    "catalogue check": ("entries.toml",),
    "catalogue edit": (
        *("lost_reason timing --en Termin", "unit hour --en Std", "visit_type cold --de Kalt"),
    ),
    "catalogue list": ("",),
    "catalogue merge": ("source fliers posters", "source posters fliers"),
    "catalogue remove": ("source fliers",),
    "catalogue show": ("source fliers",),
    "completion": ("bash",),
    "config list": ("",),
    "config get": ("currency",),
    "config set": ("currency CHF", "language de"),
    "config unset": ("currency",),
    "contact add": ("Newcomer",),
    "contact consent": ("7 phone --how asked", "11 phone --withdraw"),
    "contact duplicates": ("",),
    "contact edit": ("7 --town Bonn",),
    "contact merge": ("7 15 -y", "12 11 -y"),
    "contact remove": ("15 -y",),
    "contact dossier": ("7",),
    "contact forget": ("15 -y",),
    "contact kept": ("",),
    "contact stale": ("--older 7d",),
    "contact show": ("7",),
    "contract add": ("1 --number C-1",),
    "contract edit": ("S-17 --notice 2m",),
    "contract remove": ("S-17",),
    "contract show": ("S-17",),
    "deal add": ("Novelty", "Novelty --next call"),
    "deal answers": ("1",),
    "deal ask": ("1", "1 --answer open_points=dust"),
    "deal correct": ("1 --reason earlier", "1 1 --reason earlier", "Workshop --reason timing"),
    "deal edit": ("1 --product Roof",),
    "deal log": ("1",),
    "deal qualify": (
        "1",
        "1 --verdict pursue",
        "1 --verdict park --reason later --until +30d",
        "1 --verdict drop --reason never",
    ),
    "deal merge": ("5 6 -y", "7 10 -y"),
    "deal people": ("1 add 11 --role decider",),
    "deal remove": ("1 -y",),
    "deal renew": ("2", "2 --next call"),
    "deal show": ("7",),
    "deal snooze": ("1 --until +2w",),
    "deal tick": ("Tailor board_agreed",),
    "demo": ("--into other.db",),
    "db check": ("", "--against kept.db"),
    "db compact": ("-y",),
    "db move": ("kept.db moved.db", "kept.db moved.db --dry-run"),
    "doctor": ("",),
    "done": ("1", "1 --next call"),
    "effort add": ("1 --duration 1h",),
    "effort remove": ("1",),
    "exchange remove": ("1",),
    "exchange set": ("CHF 1.04",),
    "farewell": ("8 --personal-contact Roth",),
    "find": ("mueller", "roof --kind deal,note"),
    "guide": ("1",),
    "diff": ("today", "..today deal 1"),
    "history": ("", "deal 1", "'Jonas Sommer'"),
    "remind": ("--dry-run", "--install", "--ics due.ics"),
    "hooks list": ("",),
    "hooks test": ("deal-won", "offer-sent 2026-0001", "import-done"),
    "import activities": ("calls.csv",),
    "import contacts": ("people.csv",),
    "import deals": ("deals.csv",),
    "import all": ("kept.zip --db new.db",),
    "import files": ("people.csv -y",),
    "import ics": ("calendar.ics",),
    "import offers": ("quotes.csv",),
    "import products": ("prices.csv --vat 19",),
    "import stages": ("history.csv",),
    "import steps": ("tasks.csv",),
    "inbox": ("notes",),
    "tray drop": ("1",),
    "tray file": ("1 'Hans Müller'",),
    "tray later": ("1 --until +3d",),
    "tray new": ("1 --deal -",),
    "tray show": ("1",),
    "tray sort": ("state:waiting",),
    "log": ("11 'talked about the roof'", "11 hello --next call"),
    "lose": ("1 --reason other --note moved",),
    "letter check": ("offer.md.j2",),
    "letter export": ("words",),
    "letter list": ("",),
    "letter mail": (
        "offer 2026-0001 -o mail.eml --to eva@roth.example",
        "withdrawal 5 -o mail.eml --to eva@roth.example --of goods",
    ),
    "letter print": ("offer 2026-0001", "withdrawal 5 --of goods"),
    "letter use": ("offer.md.j2",),
    "mail done": ("1",),
    "mail edit": ("1 --deal 1",),
    "mail read": ("next.mbox",),
    "mail remove": ("1",),
    "mail show": ("1",),
    "milestone add": ("2 Cleaned",),
    "milestone done": ("8",),
    "milestone edit": ("4 --note soon",),
    "milestone remove": ("4",),
    "next": ("1 'call back'", "--contact 7 'call back'"),
    "note add": ("7 'likes tea'", "--contact 7 'likes tea'"),
    "note edit": ("1 --text 'likes coffee'",),
    "note remove": ("1",),
    "note show": ("1",),
    "objection add": ("1 price",),
    "objection answer": ("1 'it pays for itself'",),
    "objection edit": ("1 --wording 'too dear'",),
    "objection remove": ("1",),
    "objection show": ("1",),
    "objection suggest": ("price",),
    "offer accept": ("2026-0001",),
    "offer add": ("1",),
    "offer decline": ("2026-0001",),
    "offer edit": ("2026-0002 --discount 2",),
    "offer mail": ("2026-0001 -o mail.eml --to eva@roth.example",),
    "offer line": ("2026-0002 WB-11",),
    "offer print": ("2026-0001",),
    "offer remove": ("2026-0002",),
    "offer revise": ("2026-0001",),
    "offer send": ("2026-0002",),
    "offer show": ("2026-0001",),
    "open": ("Tailor --kind deal",),
    "overhead add": ("900 --period 2026-11",),
    "overhead remove": ("1",),
    "process add": ("spare.toml",),
    "process check": ("own.toml",),
    "help": ("deal",),
    "process rename": ("own Workshop",),
    "process edit": ("own --withdrawal-days 14 --withdrawal-holidays DE",),
    "process export": ("own",),
    "process list": ("",),
    "process remove": ("spare",),
    "process show": ("own",),
    "product add": ("CAB-1 Cable --price 3.50 --vat 19",),
    "product edit": ("WB-11 --notes sturdy",),
    "product price": ("WB-11 800",),
    "product remove": ("SRV -y",),
    "product show": ("WB-11",),
    "profile remove": ("size",),
    "profile set": ("size --weight 2",),
    "profile show": ("",),
    "field add": ("deal farbe", "deal farbe --values rot,blau --type choice"),
    "field edit": ("deal sparte --name-de Gebiet",),
    "field list": ("",),
    "field remove": ("deal sparte -y",),
    "field show": ("deal sparte",),
    "questionnaire add": ("ours.toml",),
    "questionnaire export": ("bant",),
    "questionnaire list": ("",),
    "questionnaire remove": ("ours -y",),
    "questionnaire show": ("bant",),
    "rate remove": ("1",),
    "rate set": ("hour 70",),
    "redo": ("",),
    "reopen": ("Workshop", "Workshop --next call"),
    "export all": ("copy.zip",),
    "export log": ("--contact 6",),
    "restore": ("kept.db -y",),
    "route": ("",),
    "show": ("",),
    "sql": ("--views", "'SELECT title, value FROM deals'"),
    "schema": ("deal", ""),
    "status": ("",),
    "step done": ("1", "1 --next call"),
    "step edit": ("1 --what 'call again'",),
    "step remove": ("1",),
    "step show": ("1",),
    "file add": ("2 karte.jpg --note 'mit Foto'",),
    "file edit": ("1 --name neu.pdf",),
    "file export": ("1 -o out.pdf",),
    "file open": ("1",),
    "file remove": ("1",),
    "file show": ("1",),
    "filter edit": ("hot 'value:>5k' --name big", "hot --for deal"),
    "filter remove": ("cold",),
    "filter save": ("near town:köln --for contact",),
    "filter show": ("hot",),
    "target add": ("2027 900k",),
    "target remove": ("1",),
    "today": ("",),
    "undo": ("",),
    "deal give": ("1 anna", "1 --to anna --with-contact"),
    "user add": ("rita --role seller",),
    "user edit": ("tom --name Thomas",),
    "user list": ("",),
    "user remove": ("tom",),
    "user show": ("anna",),
    "visit add": ("11 --said hello", "11 --said hello --next call"),
    "visit edit": ("1 --type first",),
    "visit print": ("1",),
    "visit remove": ("1 -y",),
    "visit show": ("1",),
    "win": ("1", "1 --value 2k"),
    "withdraw": ("Balcony",),
}


def lines(path: str) -> tuple[str, ...]:
    """The lines of a command, without its path."""
    own = {"step add": "next"}.get(path, path)
    if own not in LINES:
        own = own.removeprefix("deal ")
    return LINES.get(own, ("",))


def words(line: str) -> list[str]:
    """The words of a line."""
    return shlex.split(line)


def said(result: Result) -> str:
    """What the program said, for a failing test."""
    return f"exit {result.exit_code}: {result.stderr or result}"[:600]


class Workplace:
    """A copy of the sample that tests run commands on, made anew where one has changed it."""

    def __init__(self, sample: Path, folder: Path) -> None:
        self.sample = sample
        self.folder = folder
        # Whether the database is as that of the sample, and how the files were when it was.
        self.fresh = False
        self.files: dict[str, tuple[int, ...]] = {}
        self.made: tuple[int, ...] = ()

    def renew(self, *, whole: bool = False) -> None:
        """Go to a fresh copy of the sample, or of its database."""
        if whole or not self.files:
            os.chdir(self.sample)
            shutil.rmtree(self.folder, ignore_errors=True)
            shutil.copytree(self.sample, self.folder)
            self.fresh = False
        os.chdir(self.folder)
        if not self.fresh:
            made, copied = database_of(self.sample), database_of(self.folder)
            copy_database(made, copied)
            if not is_address(copied):
                # Whatever is written after this is seen to be later.
                shutil.copystat(made, copied)
            self.made = self.database()
            self.files = self.looked_at()
        self.fresh = True

    def leave(self) -> None:
        """Have the next test find all as it was: nothing has changed, or all is made anew."""
        if is_address(database_of(self.folder)) or not self.fresh or self.files != self.looked_at():
            self.files = {}

    def looked_at(self) -> dict[str, tuple[int, ...]]:
        """Every file with its size and time; what SQLite keeps beside a file that is open and has
        nothing in it is none."""
        found = {}
        with unheard():
            for folder, _folders, names in os.walk(self.folder):
                for name in names:
                    path = os.path.join(folder, name)
                    is_ = os.stat(path)
                    if not (name.endswith("-shm") or (name.endswith("-wal") and not is_.st_size)):
                        found[path] = (is_.st_ino, is_.st_size, is_.st_mtime_ns)
        return found

    def database(self) -> tuple[int, ...]:
        """The file of the database and what has been written since it was copied; of one on a
        server nothing is known."""
        path = database_of(self.folder)
        found: list[int] = []
        for name in () if is_address(path) else (path, f"{path}-wal"):
            with suppress(FileNotFoundError):
                is_ = os.stat(name)
                if is_.st_size:
                    found += (is_.st_ino, is_.st_size, is_.st_mtime_ns)
        return tuple(found)

    def untouched(self) -> bool:
        """Whether the database is known to be as it was copied."""
        return bool(self.made) and self.database() == self.made


class Program:
    """The program on the sample; what writes gets a copy of its own."""

    def __init__(self, run: Run, place: Workplace) -> None:
        self.run = run
        self.place = place
        self.renew = place.renew

    def __call__(self, path: str, *words: str, **how: Any) -> Result:
        """Run a command, whatever comes of it; ``how`` as :func:`conftest.runner` takes it."""
        self.renew(whole=path in BESIDE)
        result = self.run(*path.split(), *words, exit=None, **how)
        if {"w", "b"} & set(known.COMMANDS[path][2]) or "doctor" in path:
            # Many are refused, or only help.
            self.place.fresh = path not in BESIDE and self.place.untouched()
        return result

    def offers(self, path: str, *words: str) -> list[str]:
        """What is offered for the last of the words."""
        self.renew()
        line = read([*path.split(), *words])
        assert line is not None
        return [value for value, _text in candidates(line)]
