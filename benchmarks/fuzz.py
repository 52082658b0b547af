"""Inputs of one kind for benchmarks/endurance.py, which starts this: guided by the code that they
reach, with atheris, or made up at random.

    python benchmarks/fuzz.py KIND SECONDS GUIDED FOLDER SEED

FOLDER is a copy of the sample of the tests. What came of it is written beside that.
"""

# ruff: noqa: E402 - atheris watches only what is imported under its eyes

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import random
import sys
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
KIND, SECONDS, GUIDED = sys.argv[1], float(sys.argv[2]), sys.argv[3] == "1"
FOLDER, SEED = Path(sys.argv[4]), int(sys.argv[5])

if GUIDED:
    import atheris

    watched = atheris.instrument_imports(include=["funnelcli"])
else:
    watched = contextlib.nullcontext()
with watched:
    import funnelcli.actions.importing
    import funnelcli.actions.recognise
    import funnelcli.filters.language
    import funnelcli.formats.tabular
    import funnelcli.toml
    import funnelcli.values.datereading  # noqa: F401
    from funnelcli import config
    from funnelcli.__main__ import main
    from funnelcli.errors import FunnelError
    from funnelcli.prompt import _options as known
    from funnelcli.values import dates

import every_command
from damage import TABLE, damaged, samples

APART = ("demo", "backup", "export all", "doctor", "call", "batch", "completion")
READING = [
    path
    for path, row in known.COMMANDS.items()
    if path not in APART and not {"w", "b"} & set(row[2])
]
SEEDS = {
    "arguments": ["--json", "1 --csv", "--sort value --limit 3", "x --columns a,b", "--help"],
    "filters": ["status:open value:>5k", "-tag:vip due:<+3d", "stage:offer,won name:'x y'"],
    "dates": ["tomorrow 14:00", "übermorgen früh", "in 3 weeks", "31.12.2026", "Q3", "KW 7"],
    "notes": ["spoke to Eva, send the offer by friday, 12k", "Termin am 3.4. um 10 Uhr, 0221 1234"],
    "tables": ["Title,Value,Stage\nBarn,12000,needs\n", 'Name;E-mail\n"a\nb";x@y.example\n'],
    "files": ["a", "some text", "0123456789"],
    "TOML": ["key = 'x'\n[[stage]]\nkey = 1\n", "[[stage]]\nkey = 'a'\nphase = 'lead'\n"],
}
FILES = samples()
SIGNS = " ,.;:-+/()[]{}'\"\\=<>*%#@\n\t\r0123456789abcxyzäß€²٣\u202e\x1b\0"
SLOW = 5
"""Seconds after which an input counts as one that hangs."""

cases, longest = 0, 0.0
found: list[dict[str, str]] = []


def run(words: list[str]) -> None:
    """Run a command. Raises AssertionError where it says what no input may make it say."""
    config.forget()
    sys.stdin = io.StringIO("")
    said = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
        main(words)
    if "The database failed" in said.getvalue() or "Traceback" in said.getvalue():
        raise AssertionError(said.getvalue()[:500])


def one(text: str) -> None:
    """Give the program a text, as what this run is about."""
    word = text.replace("\0", "")
    match KIND:
        case "arguments":
            words = [each for each in word.split(" ") if not each.startswith(("-o", "--o", "--d"))]
            run([*READING[len(text) % len(READING)].split(), *words])
        case "filters":
            run(["deal", "list", "--limit", "3", "--", *word.split()[:20]])
        case "dates":
            for read in (dates.parse_when, dates.parse_date):
                with contextlib.suppress(FunnelError):
                    read(text)
        case "notes":
            run(["log", "11", "--", word])
        case "tables":
            noun = ("deals", "contacts", "products")[len(text) % 3]
            run(["import", noun, written(text, "t.csv"), "-n"])
        case "files":
            # The text says which file is damaged how.
            dice = random.Random(text)  # noqa: S311 - the same file for the same text
            name = dice.choice(sorted(FILES))
            with open(name, "wb") as file:
                file.write(damaged(FILES[name], dice))
            noun = {"c.ics": "ics", "p.vcf": "contacts"}.get(name, "deals")
            if name == "m.toml":
                table = ["--map-file", name, written(TABLE, "t.csv")]
                run(["import", noun, *table, "-n"])
            else:
                run(["import", noun, name, "-n"])
        case _:
            run(["process", "check", written(text, "t.toml")])


def written(text: str, name: str) -> str:
    """A file with this text."""
    with open(name, "w", encoding="utf-8", errors="replace", newline="") as file:
        file.write(text)
    return name


def tried(text: str) -> None:
    """Give it a text, and keep what came of it."""
    global cases, longest
    begun = time.process_time()
    try:
        one(text)
    except Exception as error:
        keep(text, repr(error), traceback.format_exc()[-1200:])
    took = time.process_time() - begun
    if took > SLOW:
        keep(text, "slow", f"{took:.0f} s")
    longest = max(longest, took)
    cases += 1
    if cases % 50 == 0:
        # The program leaves that to its end, which comes soon; here it does not.
        gc.collect()


def keep(text: str, error: str, told: str) -> None:
    """Put down a violation, one of each."""
    if len(found) < 20 and all(each["told"][-200:] != told[-200:] for each in found):
        found.append({"input": text[:300], "error": error[:300], "told": told})


def finish() -> None:
    """Write what came of it."""
    figures = {"cases": cases, "found": found, "longest": longest}
    FOLDER.with_name(f"{KIND}.json").write_text(json.dumps(figures), encoding="utf-8")


def at_random(end: float) -> None:
    """Try what is near to the seeds."""
    chance = random.Random(SEED)  # noqa: S311 - the same inputs for the same seed
    while time.monotonic() < end:
        text = list(chance.choice(SEEDS[KIND]))
        for _change in range(chance.randint(1, 12)):
            at = chance.randrange(len(text) + 1)
            match chance.randrange(4):
                case 0:
                    text[at : at + chance.randint(1, 5)] = []
                case 1:
                    text[at:at] = chance.choices(SIGNS, k=chance.randint(1, 6))
                case 2:
                    text[at:at] = chance.choice(SEEDS[KIND])[chance.randint(0, 9) :]
                case _:
                    text[at:at] = text[: chance.randint(0, 30)] * chance.randint(1, 9)
        tried("".join(text)[:5000])
    finish()


def guided(end: float) -> None:
    """Try what reaches new code."""
    corpus = FOLDER.with_name(f"corpus-{KIND}")
    corpus.mkdir()
    for number, text in enumerate(SEEDS[KIND]):
        (corpus / str(number)).write_text(text, encoding="utf-8")

    def target(data: bytes) -> None:
        tried(data.decode("utf-8", "replace"))
        if time.monotonic() > end:
            finish()
            os._exit(0)

    how = ["-max_len=2000", "-timeout=60", f"-seed={SEED}", "-verbosity=0"]
    atheris.Setup([sys.argv[0], str(corpus), *how], target)
    atheris.Fuzz()


os.chdir(FOLDER)
os.environ.update(every_command.setting(FOLDER))
(guided if GUIDED else at_random)(time.monotonic() + SECONDS)
