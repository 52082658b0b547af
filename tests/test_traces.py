"""What a command says of itself is true: whether it changed anything, what, and what undo does.

Every writing command is tried in a random order with random arguments, most of them sensible,
many of them what is on file already.
"""

from __future__ import annotations

import os
import random
import shlex
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from conftest import DATA, Clock, Dump, Result, Run, dump
from funnelcli.cli.tree import TREE
from funnelcli.db.connection import connect

HINT = "funnel undo takes it back"
NOTHING = ("nothing changed", "unchanged")
# What is typed; a word in braces is drawn from POOLS.
COMMANDS = {
    "advance": ["{deal}", "{deal} --to {stage}", "{deal} --at yesterday --next {text}"],
    "back": ["{deal} --reason {text}"],
    "win": ["{deal}", "{deal} --value {amount} --withdrawal-from receipt"],
    "lose": ["{deal} --reason price", "{deal} --reason price --at yesterday"],
    "withdraw": ["{deal}", "{deal} --sent yesterday --yes"],
    "reopen": ["{deal} --reason {text}"],
    "log": ["{contact} {text} --next {text} --due fri", "{contact} 'send offer by fri'"],
    "call": [
        "{contact} --outcome {ended}",
        "{contact} --outcome callback --callback fri",
        "name:ada,eva,uwe",
        "name:ada,eva,uwe",
    ],
    "inbox": ["{file:notes}", "{file:notes}", "{file:notes} -n"],
    "tray file": ["{id} {contact}", "{id} {contact} --deal {deal}"],
    "tray new": ["{id}", "{id} --name {text} --deal -"],
    "tray later": ["{id}", "{id} --until +2d"],
    "tray drop": ["{id} --yes"],
    "mail read": ["{file:mbox}", "{file:mbox} --again", "{file:mbox} -n"],
    "mail edit": ["{id} --deal {deal}", "{id} --deal none"],
    "mail done": ["{id}"],
    "mail remove": ["{id} --yes"],
    "farewell": ["{deal} --personal-contact Eva --card --said {text}"],
    "next": ["{deal} {text} --due fri"],
    "note add": ["{deal} {text}", "--contact {contact} {text}"],
    "note edit": ["{id} --text {text}"],
    "note remove": ["{id} --yes"],
    "contact add": ["{text} --phone {phone} --tag {tag}", "{text} --is-organisation"],
    "contact edit": [
        "{contact} --town {text}",
        "{contact} --tag {tag} --untag {tag}",
        "{contact} --phone {phone} --no-phone {phone}",
        "{contact} --name {text} --notes {text}",
        "{contact} --organisation {contact}",
        "{contact} --do-not-contact",
        "{contact} --may-contact",
    ],
    "contact consent": ["{contact} phone --how {text}", "{contact} phone --withdraw"],
    "contact merge": ["{contact} {contact} --yes"],
    "contact remove": ["{contact} --yes"],
    "deal add": ["{text} -c {contact} -v {amount} --process {process} --next {text} --due fri"],
    "deal people": [
        "{deal} add {contact} --role {role}",
        "{deal} add {contact} --note {text}",
        "{deal} edit {contact} --role {role}",
        "{deal} remove {contact}",
    ],
    "deal edit": [
        "{deal} --value {amount}",
        "{deal} --value {amount} --at yesterday",
        "{deal} --currency {currency}",
        "{deal} --tag {tag} --untag {tag}",
        "{deal} --title {text} --probability 40",
        "{deal} --contact {contact}",
        "{deal} --contact {contact} --contact {contact}",
        "{deal} --received-on yesterday",
        "{deal} --revocable-until +9d",
        "{deal} --withdrawal-from contract",
    ],
    "deal correct": [
        "{deal} --at yesterday",
        "{deal} {id} --at '2026-10-01 10:00'",
        "{deal} --reason {text}",
        "{deal} --reason price --note {text} --competitor {text}",
    ],
    "deal qualify": [
        "{deal} --answer budget={text} --score budget=3 --framework bant",
        "{deal} --verdict pursue",
        "{deal} --verdict park --reason {text} --until 2027-01-15",
    ],
    "deal ask": ["{deal} --answer occasion={text}"],
    "deal tick": ["{deal} site_visited", "{deal} site_visited --clear"],
    "deal merge": ["{deal} {deal} --take contact={deal} --yes"],
    "deal renew": ["{deal} --kind upsell"],
    "deal snooze": ["{deal} --until 2027-01-15", "{deal} --until none"],
    "deal remove": ["{deal} --yes"],
    "visit add": ["{contact} --said {text}", "{contact} --at 'yesterday 14:00'"],
    "visit edit": [
        "{id} --said {text}",
        "{id} --duration 45m",
        "{id} --at yesterday",
        "{id} --contact {contact}",
    ],
    "visit remove": ["{id} --yes"],
    "product add": ["P{id} {text} --price {amount} --vat 19"],
    "product edit": ["P{id} --name {text}", "P{id} --unit hour"],
    "product price": ["P{id} {amount}"],
    "product remove": ["P{id} --yes"],
    "offer add": ["{deal}"],
    "offer line": [
        "{id} --text {text} --price {amount} --vat 19",
        "{id} P1",
        "{id} --line 1 --quantity 2",
        "{id} --line 1 --remove",
    ],
    "offer edit": ["{id} --intro {text}", "{id} --discount 5"],
    "offer send": ["{id}"],
    "offer accept": ["{id}"],
    "offer decline": ["{id}"],
    "offer revise": ["{id}"],
    "offer remove": ["{id} --yes"],
    "objection add": ["{deal} price {text}", "{deal} risk --answer {text}"],
    "objection answer": ["{id} {text}", "{id} --resolved"],
    "objection edit": ["{id} --wording {text}", "{id} --pretext"],
    "objection remove": ["{id} --yes"],
    "contract add": ["{deal} --starts 2026-01-01 --ends 2027-12-31 --notice 3m"],
    "contract edit": [
        "{id} --ends 2028-12-31",
        "{id} --number {text}",
        "{id} --instruction-on 2026-10-01",
        "{id} --signed-on 2026-10-02",
    ],
    "contract remove": ["{id} --yes"],
    "milestone add": ["{deal} {text} --due fri"],
    "milestone done": ["{id}"],
    "milestone edit": ["{id} --name {text}", "{id} --due fri", "{id} --not-done"],
    "milestone remove": ["{id} --yes"],
    "care set": ["{contact} --every 30d", "{contact} --every none"],
    "care score": ["{contact} 9"],
    "care refer": ["{contact} {text}", "{contact} --existing {contact}"],
    "care complain": ["{contact} {text}"],
    "care resolve": ["{id} {text}"],
    "care remove": ["--score {id} --yes", "--complaint {id} --yes"],
    "done": ["{id}", "{id} --dropped", "{id} --next {text} --due fri"],
    "step done": ["{id}", "{id} --dropped", "{id} --next {text} --due fri"],
    "step edit": ["{id} --what {text}", "{id} --due fri", "{id} --every 2w"],
    "step remove": ["{id} --yes"],
    "effort add": ["{deal} --duration 2h", "--contact {contact} --km 5"],
    "effort remove": ["{id} --yes"],
    "rate set": ["hour 60", "km 0.42"],
    "rate remove": ["{id} --yes"],
    "overhead add": ["2500 --source fair --period 2026-03"],
    "overhead remove": ["{id} --yes"],
    "process add": ["{file:process}"],
    "process edit": [
        "own --withdrawal-days 7 --withdrawal-holidays DE",
        "own --withdrawal-days none",
        "funnel --withdrawal-begins receipt",
    ],
    "process rename": ["own Workshop", "own Workshop --de Werkstatt"],
    "process remove": ["own"],
    "field add": ["deal region --type choice --values north,south", "contact shoe -t number"],
    "field edit": [
        "deal region --name Zone",
        "deal region --values {tag}",
        "deal region --hidden",
        "deal region --shown",
        "deal region --merge north=south",
    ],
    "field remove": ["deal region --yes"],
    "catalogue add": ["{file:entries}", "source --en {text}", "unit --key own --en {text}"],
    "catalogue edit": [
        "source fair --hidden",
        "source fair --shown --en {text}",
        "unit own --de x",
    ],
    "catalogue merge": ["source ad fair", "unit own hour"],
    "catalogue remove": ["source phone", "unit own"],
    "questionnaire add": ["{file:questionnaire}"],
    "questionnaire remove": ["own"],
    "profile set": ["payment --weight 1", "payment --weight 2"],
    "profile remove": ["payment"],
    "file add": ["{deal} {file:offer}", "--contact {contact} {file:offer} --note {text}"],
    "file edit": ["{id} --name {text}", "{id} --note {text}"],
    "file remove": ["{id} --yes"],
    "filter save": ["hot 'value:>10k'", "cold -@hot --for deal"],
    "filter edit": ["hot 'value:>20k' --name {text}", "hot --name big"],
    "filter remove": ["hot"],
    "deal give": ["{deal} tom --with-contact --note {text}", "{deal} --to anna"],
    "user add": ["anna --name {text}", "tom --role reader"],
    "user edit": ["tom --name {text}", "tom --role seller --email tom@example.com"],
    "user remove": ["tom"],
    "target add": ["2026-Q4 50000"],
    "target remove": ["{id} --yes"],
    "exchange set": ["CHF 1.04", "CHF 1.05"],
    "exchange remove": ["{id} --yes"],
    "business ask": ["--answer range={text}"],
    "import files": ["{file:people} --yes", "{file:people} --yes -n"],
    "import contacts": ["{file:people}", "{file:people} -n"],
    "import activities": ["{file:calls}", "{file:calls} -n"],
    "import steps": ["{file:calls}"],
    "import stages": ["{file:moves}"],
    "import offers": ["{file:quotes}"],
    "import deals": ["{file:deals} --key Id", "{file:deals} --key Id -n"],
    "import products": ["{file:products}", "{file:products} -n"],
    "import ics": ["{file:agenda}"],
}
# A session at the phone, key by key and answer by answer.
KEYS = (
    "r\n{note}\nsend it\nfri\n",
    "r\n{note}\n\n",
    "n\n",
    "c\nfri\n{note}\n",
    "w\n",
    "s\n",
    "u\n",
)
KEYS += ("u\n", "i\n{note}\nprice\n", "i\n{note}\n\n", "d\n{note}\n\n")
NOTES = ("zu teuer, call back in 2 weeks", "met", "nicht da", "no budget, send offer by fri")
# What counts, and says so, where nothing has changed.
COUNTING = (
    *(
        "import files",
        "import contacts",
        "import deals",
        "import products",
        "import activities",
        "import steps",
        "import stages",
        "import offers",
        "import ics",
        "inbox",
        "mail read",
    ),
    "call name:ada,eva,uwe",
    "business ask",
)
# What these do is no change of a record.
ELSEWHERE = {
    "tray sort",
    "batch",
    "contact forget",
    "db compact",
    "db decrypt",
    "db encrypt",
    "db move",
    "db rekey",
    "phone revoke",
    "undo",
    "redo",
    "config set",
    "config unset",
    "restore",
    "import all",
    "letter mail",
    "offer mail",
}
POOLS = {
    "deal": ["1", "2", "3", "4"],
    "contact": ["1", "2", "3"],
    "id": ["1", "1", "2"],
    "text": ["Roof", "'Solar roof'", "Müller", "Roof", "''"],
    "tag": ["vip", "cold"],
    "phone": ["'+49 171 2345678'", "'+49 30 123456'"],
    "amount": ["500", "1200", "'USD 900'"],
    "currency": ["EUR", "JPY"],
    "role": ["decider", "Fürsprecher", "'Works council'", "works-council", "none"],
    "stage": ["3", "5"],
    "ended": ["reached", "no_answer", "wrong_number", "do_not_call"],
    "process": ["cycle", "funnel"],
}
FILES = {
    "offer": "an offer\n",
    "mbox": "".join(
        f"From x Mon Nov 23 10:00:0{n} 2026\nFrom: {name}@example.com\nMessage-ID: <{n}>\n"
        f"To: me@example.org\nSubject: Roof {n}\n\nHello\n\n"
        for n, name in enumerate(("uta", "ada", "uta", "eva"))
    ),
    "deals": "Id,Title,Contact,Value,Status,Opened\n7,Hall,Acme,900,open,2026-10-01\n",
    "calls": "Contact,Date,Subject\nUta,2026-01-02,Hello\nNobody,2026-01-02,Hello\n",
    "quotes": "Quote number,Deal,Net,VAT\nQ-1,Roof,100,19\nQ-2,Nothing,100,19\n",
    "moves": "Deal,New stage,Changed at\nRoof,needs,2026-01-02\nDoor,won,2026-02-02\n",
    "people": "Name,E-mail,Phone,City\nUta,uta@example.com,+49 30 5,Ulm\nAda,,,Bonn\n",
    "products": "number,name,price,vat\nP1,Cream,9.90,19\n",
    "process": (DATA / "four.toml").read_text(encoding="utf-8").replace('"four"', '"own"', 1),
    "entries": '[[source]]\nkey = "radio"\nen = "radio"\n[[unit]]\nkey = "own"\nen = "own"\n',
    "questionnaire": """
[[questionnaire]]
key = "own"
kind = "answers"
name = { en = "Own", de = "Eigene" }

[[questionnaire.question]]
key = "why"
en = "Why?"
de = "Warum?"
""",
    "agenda": "BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n",
}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """The files that commands read, by their names in COMMANDS."""
    paths = {}
    for name, text in FILES.items():
        path = tmp_path / f"{name}.{'toml' if '[[' in text else 'csv'}"
        path.write_text(text, encoding="utf-8")
        paths[f"file:{name}"] = str(path)
    notes = tmp_path / "notes"
    notes.mkdir()
    return {**paths, "file:notes": str(notes)}


def write_note(folder: Path, draw: random.Random, now: int) -> None:
    """A note as a phone leaves it, now and then one that was taken before."""
    who, said = draw.choice(("Ada", "Eva", "Nobody")), draw.choice(NOTES)
    path = folder / f"{draw.choice((who, 'note'))}.txt"
    path.write_text(f"{who}: {said}", encoding="utf-8")
    os.utime(path, (now - 60, now - 60))


def lying(folder: Path) -> dict[str, int]:
    """How many files of which text lie in the folder, and in the one for what is done."""
    return Counter(
        f"{path.parent.name} {path.read_text(encoding='utf-8')}" for path in folder.rglob("*.txt")
    )


def written(found: dict[str, object], before: str = "") -> Iterator[str]:
    """The names of the commands of the tree that write."""
    for name, entry in found.items():
        inner = getattr(entry, "verbs", None)
        if inner is not None:
            yield from written(inner, f"{before}{name} ")
        elif set("wb") & set(entry[2]):  # type: ignore[index]
            yield before + name


def test_every_writing_command_is_tried() -> None:
    same = {f"deal {name}" for name in TREE["deal"].verbs} & {
        f"deal {name}" for name in COMMANDS
    } | {"step add"}
    assert set(written(TREE)) - ELSEWHERE - same == set(COMMANDS) - same


def state(db: str) -> tuple[Dump, int]:
    """Every record, and how many entries the journal has."""
    with closing(connect(db)) as conn:
        (entries,) = conn.execute("SELECT count(*) FROM command").fetchone()
        return dump(conn), entries


def tried(funnel: Run, draw: random.Random, *words: str) -> Result:
    """Run a command that may be refused, on a terminal where nobody answers, unless it is for a
    session at the phone."""
    if words[:2] != ("call", "name:ada,eva,uwe"):
        return funnel(*words, "--no-input", tty=True, exit=None)
    typed = [keys.format(note=draw.choice(NOTES)) for keys in draw.choices(KEYS, k=5)]
    return funnel(*words, tty=True, stdin="".join(typed), exit=None)


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.long)])
def test_what_a_command_says_of_itself_is_true(
    funnel: Run, db: str, clock: Clock, files: dict[str, str], seed: int
) -> None:
    draw = random.Random(seed)  # noqa: S311 - it draws commands
    folder = Path(files["file:notes"])
    for number, name in enumerate(("Ada", "Eva", "Uwe")):
        funnel("contact", "add", name, "--phone", f"+49 561 10000{number}")
    for contact in (1, 2, 3):
        funnel("deal", "add", "Roof", "-c", contact, "-v", "500", "--at", "2026-10-01")
    # What makes records first, so that there is something to change; then anything.
    order = [name for name in COMMANDS if name.endswith((" add", " set", "next", "log"))]
    draw.shuffle(order)
    rates = {"remove": 0.3, "inbox": 3, "call": 3}
    likely = [rates.get(name.split()[-1], 1) for name in COMMANDS]
    order += draw.choices(list(COMMANDS), likely, k=120)
    before = state(db)
    for name in order:
        clock.advance(minutes=draw.choice((0, 7)))
        pattern = draw.choice(COMMANDS[name])
        values = {key: draw.choice(pool) for key, pool in POOLS.items()}
        words = shlex.split(f"{name} {pattern_of(pattern, values, files)}")
        if name == "inbox":
            write_note(folder, draw, clock.instant)
        lay = lying(folder)
        said = tried(funnel, draw, *words)
        after = state(db)
        lies = lying(folder)
        what = shlex.join(words) + f"\n{said}{said.stderr}"
        changed = after[0] != before[0]
        assert (HINT in said) == changed, what
        assert (after[1] - before[1]) == changed, what
        assert changed <= (said.exit_code in (0, 6)), what
        if said.exit_code == 0 and not shlex.join(words).startswith(COUNTING):
            # Folded to the screen.
            line = " ".join(said.split())
            assert changed != any(word in line for word in NOTHING), what
        if changed:
            funnel("undo")
            assert state(db)[0] == before[0], what
            assert lying(folder) == lay, what
            funnel("redo")
            assert state(db)[0] == after[0], what
            assert lying(folder) == lies, what
            after = state(db)
        before = after


def pattern_of(pattern: str, values: dict[str, str], files: dict[str, str]) -> str:
    """A pattern with its words filled in."""
    for key, value in {**values, **files}.items():
        pattern = pattern.replace(f"{{{key}}}", value)
    return pattern


def test_a_change_that_goes_there_and_back_is_none(funnel: Run, db: str) -> None:
    funnel("contact", "add", "Eva", "--tag", "vip")
    funnel("deal", "add", "Roof")
    before = state(db)
    for words in ("contact edit eva --tag new --untag new", "deal edit roof --tag new --untag new"):
        said = funnel(words, tty=True)
        assert "nothing changed" in said
        assert HINT not in said
    assert state(db) == before
    assert "deal add Roof" in funnel("undo")


@pytest.mark.parametrize(
    "line",
    [
        "exchange set USD 0.92",
        "rate set hour 70",
        "rate set km 0.30 --from 2026-01-01",
        "contact consent eva phone --how asked",
        "product price wb 800",
        "care set eva --every 90d",
        "profile set size 'How large?' --weight 2",
        "catalogue edit unit hour --en Std",
        "filter edit hot --for deal",
    ],
)
def test_what_is_on_file_like_that_is_not_written_again(
    funnel: Run, db: str, clock: Clock, line: str
) -> None:
    funnel("contact add Eva")
    funnel("product add wb Wallbox --price 700 --vat 19")
    funnel("filter save hot is:open --for deal")
    funnel(line)
    before = state(db)
    clock.advance(minutes=1)
    assert "nothing changed" in funnel(line, tty=True)
    assert state(db) == before


def test_an_edit_names_what_differs_and_nothing_else(funnel: Run) -> None:
    funnel("contact", "add", "Eva", "--tag", "vip", "--town", "Köln")
    said = funnel(
        "contact edit eva --town Bonn --tag new --untag new --email eva@example.com"
        " --phone '+49 171 2345678' --no-phone '+49 171 2345678'"
    )
    assert said == "Eva: changed town, e-mail\n"


def test_a_dry_run_promises_no_undo(funnel: Run, files: dict[str, str]) -> None:
    funnel("contact", "add", "Eva")
    assert HINT not in funnel("import", "deals", files["file:deals"], "-n", tty=True)
    assert "contact add Eva" in funnel("undo")


def test_a_setting_says_that_undo_does_not_know_it_and_the_way_back(funnel: Run) -> None:
    funnel("contact", "add", "Eva")
    said = funnel("config set currency CHF", tty=True)
    assert HINT not in said
    assert said.lines[-1].endswith("the way back: funnel config unset currency")
    assert funnel("config set currency USD").lines[-1].endswith("funnel config set currency CHF")
    assert "nothing changed" in funnel("config set currency USD")
    funnel("config set sender_name 'Solar Huber'")
    said = funnel("config unset sender_name")
    assert said.lines[-1].endswith("funnel config set sender_name 'Solar Huber'")
    assert "contact add Eva" in funnel("undo")


def test_a_setting_without_a_default_has_no_value_again(funnel: Run) -> None:
    funnel("config set vat 19")
    assert funnel("config unset vat").lines[0] == "vat has no value again"
