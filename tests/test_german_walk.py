"""A walk through all commands in German, in search of English.

What is looked for: a message that was shown as it stands in the source, and a word that English
messages have and German ones have not. What a person types (commands, options, the keys of fields
and conditions) is English in every language, and is not looked at.
"""

from __future__ import annotations

import gettext
import html
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import every_command
import funnelcli
from conftest import Clock, Result, database_of, forget_settings, reset, runner, setting
from every_command import Program, Workplace, lines, words
from funnelcli.prompt import _options as known
from funnelcli.values import dates

LOCALE = Path(funnelcli.__file__).parent / "locale"
GERMAN = {"FUNNEL_LANGUAGE": "de", "FUNNEL_LOCALE": "de_DE", "NO_COLOR": "1", "PAGER": "cat"}
# What the sample's own lines say, in German.
SAID = {
    "Hotel roof": "Hoteldach",
    "Workshop extension": "Anbau der Werkstatt",
    "Workshop": "Anbau",
    "Balcony": "Balkonkraftwerk",
    "said so": "am Telefon",
    "less noise": "leiser",
    "late by a week": "eine Woche zu spät",
    "noise": "Lärm",
    "birthday card": "Geburtstagskarte",
    "look at the roof": "Dach ansehen",
    "ask again": "noch einmal fragen",
    "likes tea": "trinkt Tee",
    "likes coffee": "trinkt Kaffee",
    "plays chess": "spielt Schach",
    "today 14:00": "heute 14:00",
    "yesterday": "gestern",
    "talked about the roof": "über das Dach gesprochen",
    "'call back'": "zurückrufen",
    "call again": "noch einmal anrufen",
    "too dear": "zu teuer",
    "it pays for itself": "rechnet sich",
    "Novelty": "Neuheit",
    "Newcomer": "Neuling",
    "Cleaned": "gereinigt",
    "replaced": "ersetzt",
    "earlier": "früher",
    "--reason again": "--reason erneut",
    "--how asked": "--how gefragt",
    "--reason later": "--reason später",
    "--reason never": "--reason nie",
    "--note moved": "--note verzogen",
    "--note soon": "--note bald",
    "hello": "Hallo",
    "7 late": "7 verspätet",
    "--next call": "--next anrufen",
    "Cable": "Kabel",
    "sturdy": "robust",
    "dust": "Staub",
    "Roof": "Dach",
    "roof --kind": "dach --kind",
    "Tailor": "Schneiderei",
}
FILES = {
    "own.toml": every_command._FILES["own.toml"]
    .replace("Talk", "Termin")
    .replace("Own", "Eigener")
    .replace("Order", "Auftrag"),
    "people.csv": "Name,E-Mail,Ort\nJana Ott,jana@example.com,Kassel\n",
    "deals.csv": "Titel,Wert,Stufe\nScheune,12000,Anamnese\n",
    "prices.csv": "Nummer,Name,Preis\nCAB-1,Kabel,3.50\n",
    "calls.csv": "Kontakt,Datum,Betreff\nBäckerei Sommer,2026-01-02,Guten Tag\n",
    "tasks.csv": "Kontakt,Fällig,Betreff\nBäckerei Sommer,2027-01-02,Unterlagen schicken\n",
    "quotes.csv": "Angebotsnummer,Geschäft,Netto,MwSt\nQ-1,Krause house,100,19\n",
    "history.csv": "Geschäft,Neue Stufe,Geändert am\nKrause house,conversation,2026-11-27\n",
    "notes/mueller.txt": "Hans Müller\nwill ein Angebot bis Freitag\n",
}
# Words of English messages that are German too, or names in the sample.
BOTH = {"hot", "hotel", "house", "near", "nov", "own", "size"}
WORD = re.compile(r"[A-Za-zÄÖÜäöüß]{3,}")
# What is typed, wherever it stands: commands, options, names of fields before their values.
TYPED = re.compile(
    r"`[^`]*`|-is:[a-z_]+|\"[a-z_]+\":"
    r"|\bfunnel(?: (?!ist\b)[-a-z0-9“”\"'…{}<>:=/._,+]+)+"
    r"|--?[a-z][-a-z_]*(?:[ =](?!\s)[^\s;()]+)?"
    r"|\b[a-z_]+_[a-z_]+\b|\{[a-z:0-9]+\}|\bcolumns\.\S+(?: \S+)?"
    # What a filter asks, an event of a hook.
    r"|\b[a-z_]+:(?=\S)\S+|\b(?:before|after|contact|deal|step|visit|offer|import)-[a-z]+(?:-[a-z]+)*"
    # A public id.
    r"|\b[0-9A-Z]{26}\b|\bpip install \S+|\bFUNNEL_\w+|\b(?:is:)?[a-z]+=(?=\S)|\bis:[a-z_]+"
    r"|\bexport (?=FUNNEL)"
    r"|@[\w-]+|\S+\.(?:toml|db|csv|md|html|j2|txt|ics|pdf|zip)\b|\S+@\S+|https?:\S+|[A-Z]:?[/\\]\S+|/\S+"
)
# Columns of keys, which are typed too.
KEYS = ("Schlüssel", "Einstellung", "Kriterium", "Sicht", "Spalten")
# Files to change and scripts: what they hold is in both languages, or in none.
FILES_PRINTED = (
    "catalogue export",
    "completion",
    "hooks test",
    "letter export",
    "process export",
    "questionnaire export",
    "remind",
    "schema",
)


def catalogue() -> gettext.GNUTranslations:
    """The German messages."""
    found = gettext.translation("funnelcli", str(LOCALE), ["de"])
    assert isinstance(found, gettext.GNUTranslations)
    return found


def english() -> set[str]:
    """The words that only English messages have."""
    messages = {
        original: text
        for original, text in catalogue()._catalog.items()
        if original  # type: ignore[attr-defined]
    }
    own: set[str] = set()
    german: set[str] = set(BOTH)
    for original, text in messages.items():
        name = original[0] if isinstance(original, tuple) else original
        own.update(
            word.lower() for word in WORD.findall(TYPED.sub(" ", re.sub(r"\{.*?\}", "", name)))
        )
        german.update(
            word.lower() for word in WORD.findall(TYPED.sub(" ", re.sub(r"\{.*?\}", "", text)))
        )
    return own - german


def in_german(line: str) -> str:
    """A line of the sample, with German words of people."""
    for said, told in SAID.items():
        line = line.replace(said, told)
    return line


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The program on a sample in German."""
    sample = tmp_path_factory.mktemp("german")
    work = tmp_path_factory.mktemp("work") / "work"
    with pytest.MonkeyPatch.context() as patch:
        forget_settings(patch)
        patch.setattr(dates, "now", Clock())
        for name, value in {**setting(work), **GERMAN}.items():
            patch.setenv(name, value)
        patch.setattr(every_command, "_MORE", in_german(every_command._MORE))
        patch.setattr(every_command, "_FILES", {**every_command._FILES, **FILES})
        patch.chdir(sample)
        every_command.fill(
            runner({**setting(sample), **GERMAN}, patch), sample, database_of(sample)
        )
        place = Workplace(sample, work)
        yield Program(runner({**setting(work), **GERMAN}, patch), place)
        reset()


def screens(german: Program) -> Iterator[tuple[str, Result]]:
    """What every command shows: its help, its answer on a wide terminal."""
    for path in known.COMMANDS:
        yield f"{path} --help", german(path, "--help", width=120)
        for line in lines(path):
            if path in FILES_PRINTED:
                continue
            yield f"{path} {line}", german(path, *words(in_german(line)), tty=True, width=200)


def complaint(shown: Result) -> Result:
    """What was said, without the data of a pipe."""
    told = Result("")
    told.stderr = shown.stderr
    return told


def mistakes(german: Program) -> Iterator[tuple[str, Result]]:
    """What every command says where nothing is given, on a terminal and in a script, where it is
    too much, and where the value of an option is none."""
    for path, (options, *_more) in known.COMMANDS.items():
        if path in every_command.BESIDE or path in (*FILES_PRINTED, "help"):
            continue
        line = words(in_german(lines(path)[0]))
        yield f"{path}, asked", german(path, tty=True, width=200)
        yield f"{path}, not asked", complaint(german(path, stdin="\n"))
        yield f"{path}, too much", complaint(german(path, *line, "a", "b"))
        yield f"{path}, unknown", complaint(german(path, *line, "--??"))
        for option in options:
            if option[:2] == "--" and option not in ("--help", "--db"):
                yield f"{path} {option}", complaint(german(path, *line[:1], option, "??"))


def documents(german: Program) -> Iterator[tuple[str, Result]]:
    """What every command that reads gives as a page, and every report as a picture."""
    for path, row in known.COMMANDS.items():
        if row[2] != "r" or path in (*every_command.BESIDE, *FILES_PRINTED):
            continue
        for form in ("--html", *["--svg"] * (path.startswith("report ") and path != "report all")):
            page = german(path, *words(in_german(lines(path)[0])), form)
            text = re.sub(r"(?s)<(style|script)\b.*?</\1>|<[^>]*>", "\n", str(page))
            told = Result(html.unescape(text))
            told.stderr = page.stderr
            yield f"{path} {form}", told


def without_keys(text: str) -> str:
    """A screen without the columns of keys."""
    lines = text.split("\n")
    spans: list[tuple[int, int]] = []
    for number, line in enumerate(lines):
        headings = [*re.finditer(rf"(?<!\S)(?:{'|'.join(KEYS)})(?= {{2,}}|$)", line)]
        if headings and number + 1 < len(lines) and lines[number + 1][:1] == "─":
            ends = [re.compile(r"\s*").match(line, heading.end()).end() for heading in headings]  # type: ignore[union-attr]
            # The last column goes on to the end of its lines.
            spans = [
                (heading.start(), end if end < len(line) else sys.maxsize)
                for heading, end in zip(headings, ends, strict=True)
            ]
        elif not line.strip():
            spans = []
        for start, end in reversed(spans):
            lines[number] = lines[number][:start] + " " + lines[number][end:]
    # The commands that help lists, its topics, the fields of an import, a setting that was changed.
    lines = [re.sub(r"^  [a-z][-a-z]*(?= {2,}\S)", "", line) for line in lines]
    text = re.sub(r"Felder: [^.]*\.|(?s:Themen:.*?(?:\n\n|\Z))", "", "\n".join(lines))
    return re.sub(r"(?m)^\w+ = ", "", text)


def strange(text: str, wanted: set[str]) -> set[str]:
    """The English words of a screen."""
    left = TYPED.sub(" ", without_keys(text))
    return {word for word in WORD.findall(left) if word.lower() in wanted}


@pytest.mark.long
@pytest.mark.parametrize("walk", [screens, mistakes, documents])
def test_nothing_has_an_english_word(
    german: Program, walk: Callable[[Program], Iterator[tuple[str, Result]]]
) -> None:
    wanted = english()
    found = {}
    for name, shown in walk(german):
        if name.startswith(("db move", "db check --against")):
            # The names of tables are those that they have in the database.
            continue
        odd = strange(f"{shown}\n{shown.stderr}", wanted)
        if odd:
            found[name] = sorted(odd)
    assert not found, "\n".join(f"{name}: {odd}" for name, odd in found.items())
