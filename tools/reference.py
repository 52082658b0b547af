"""The command reference, from the commands themselves, in the language that is spoken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import typer

from funnelcli.cli import params
from funnelcli.cli.building import build
from funnelcli.cli.help_text import said_besides
from funnelcli.cli.tree import GROUPS, TREE, Verb
from funnelcli.i18n import _, language
from funnelcli.nouns.placeholders import placeholder

# The tables of fields in JSON and in CSV, by the option under which a command prints them.
Printed = Mapping[str, tuple[str, str]]
HEADS = {
    "en": """# The commands

Written by `tools/generate.py` from the commands' own help, not by hand. Each takes the
[shared options](#shared-options) of its kind as well: **r**eads, **l**ists, with `--mine` what
is **m**ine, lists contacts as **v**Cards or what has a day as a **c**alendar, **w**rites, asks
before much changes (**b**), or can take long and says how far it is (**p**).

An amount is one number under one name in every format: major units, with the decimals of its
currency (`12500.00` euros, `5000` yen, `0.050` dinars), in JSON as a number. JSON alone has the
same as an integer of minor units beside it, `…_minor` (`"value_minor": 1250000`). Read it where
digits count: a program may keep numbers as floats. Shares are out of 1, percentages out of 100,
durations in minutes, distances in kilometres; an amount of a rate is for an hour or a kilometre.
In text a number that is no amount has six decimals at most, dates are ISO, instants in UTC.

A list or a report is its rows: in a pipe without a header and with the columns of the screen, in
CSV, TSV and Excel with a header and every field. A page of several parts (`deal show`, `contact
show`, `today`, `report all` …) is written part by part, under the names that the parts have in
JSON:

- in a pipe every line begins with its part: `deal⇥value⇥17800.00` for a field, `prices⇥…` for a
  row of a list;
- CSV and TSV have a field a row, `part,row,field,value`; empty fields are left out. A list inside
  the second row of another is the part `stages.2.questions`;
- `--csv=FIELDS` chooses as `--json=FIELDS` does: fields of the record as one row
  (`deal show 7 --csv=title,value,currency`), or one part as a table (`deal show 7 --csv=story`);
- in a workbook each part is a sheet.

`funnel show` and a report that has further tables are rows in CSV; a further table is named
(`report cost --csv=cost-per`, `show --csv=closed`), in a pipe it stands behind. So are, of every
report, its total and what it rests on (its rule, period, n, zone, what was left out):
`report forecast --csv=total`, `--csv=basis`.

`--columns title,value` chooses what a list shows, in every format, in the order given: by the
name in JSON, by the heading in either language, or by a part that no other has; `--json=FIELDS` and
its sisters take the names in JSON alone. `--columns +notes,-contact` changes the usual ones.
`funnel config set columns.deal-list title,value` makes a choice the usual one of a list, for
screens, pipes and documents; CSV, TSV, Excel and JSON hold whole records all the same. What is
longer than the screen goes through `$PAGER`, else `less`: never in a pipe, nor with `--no-pager`,
`--no-input` or `funnel config set pager off`.
""",
    "de": """# Die Befehle

Geschrieben von `tools/generate.py` aus der Hilfe der Befehle, nicht von Hand. Jeder nimmt auch die
[gemeinsamen Optionen](#gemeinsame-optionen) seiner Art: Er **l**iest, er zeigt eine **T**abelle,
mit `--mine` nur **M**eines, auch Kontakte als **v**Card und Termine als **K**alender, er
**s**chreibt, er **f**ragt nach, bevor sich viel ändert, oder er kann **d**auern und sagt, wie weit
er ist.

Ein Betrag ist in jedem Format eine Zahl unter einem Namen: in ganzen Einheiten mit den
Nachkommastellen seiner Währung (`12500.00` Euro, `5000` Yen, `0.050` Dinar), in JSON als Zahl.
Nur in JSON steht derselbe Betrag daneben als ganze Zahl kleinster Einheiten, `…_minor`
(`"value_minor": 1250000`). Wo es auf jede Stelle ankommt, ist diese zu lesen: Ein Programm kann
Zahlen als Gleitkommazahlen halten. Anteile beziehen sich auf 1, Prozentwerte auf 100; Dauern sind
Minuten, Entfernungen Kilometer; der Betrag eines Satzes gilt je Stunde oder Kilometer. Im Text hat
eine Zahl, die kein Betrag ist, höchstens sechs Nachkommastellen, Daten sind ISO, Zeitpunkte UTC.

Eine Liste oder ein Bericht sind ihre Zeilen: in einer Pipe ohne Kopf und mit den Spalten des
Bildschirms, in CSV, TSV und Excel mit Kopf und allen Feldern. Eine Seite aus mehreren Teilen
(`deal show`, `contact show`, `today`, `report all` …) wird Teil für Teil geschrieben, unter den
Namen, die die Teile in JSON haben:

- In einer Pipe beginnt jede Zeile mit ihrem Teil: `deal⇥value⇥17800.00` für ein Feld, `prices⇥…`
  für die Zeile einer Liste.
- CSV und TSV haben je Feld eine Zeile, `part,row,field,value`; leere Felder fehlen. Eine Liste in
  der zweiten Zeile einer anderen ist der Teil `stages.2.questions`.
- `--csv=FELDER` wählt aus wie `--json=FELDER`: Felder des Datensatzes als eine Zeile
  (`deal show 7 --csv=title,value,currency`) oder einen Teil als Tabelle
  (`deal show 7 --csv=story`).
- In einer Arbeitsmappe ist jeder Teil ein Blatt.

`funnel show` und ein Bericht mit weiteren Tabellen sind in CSV Zeilen; eine weitere Tabelle wird
genannt (`report cost --csv=cost-per`, `show --csv=closed`), in einer Pipe steht sie dahinter.
Ebenso bei jedem Bericht seine Summe und worauf er beruht (Regel, Zeitraum, n, Zeitzone, was
wegblieb): `report forecast --csv=total`, `--csv=basis`.

`--columns title,value` wählt, was eine Liste zeigt, in jedem Format und in der angegebenen
Reihenfolge: nach dem Namen in JSON, der Überschrift in beiden Sprachen oder einem eindeutigen Teil
davon; `--json=FELDER` und die anderen Formate nehmen nur die Namen in JSON. `--columns
+notes,-contact` ändert die üblichen. `funnel config set columns.deal-list title,value` macht eine
Auswahl zur üblichen einer Liste, für Bildschirm, Pipe und Dokumente; CSV, TSV, Excel und JSON
enthalten trotzdem ganze Datensätze. Was länger als der Bildschirm ist, geht durch `$PAGER`, sonst
`less`: nie in einer Pipe, und nicht mit `--no-pager`,
`--no-input` oder `funnel config set pager off`.
""",
}


class Words(NamedTuple):
    """What stands around the program's own words."""

    shared: str
    columns: str
    all: str
    letters: Mapping[str, str]
    """Of the kinds of commands: reads, lists, lists of contacts and of what has a day, writes, asks
    before much changes."""
    also: str
    under: str
    besides: str


WORDS = {
    "en": Words(
        shared="Shared options",
        columns="| option | for | what it does |",
        all="all",
        letters={letter: letter for letter in "rlmvcwbp"},
        also="Also",
        under=" with `{option}`",
        besides=" besides",
    ),
    "de": Words(
        shared="Gemeinsame Optionen",
        columns="| Option | für | was sie tut |",
        all="alle",
        letters={"r": "l", "l": "t", "m": "m", "v": "v", "c": "k", "w": "s", "b": "f", "p": "d"},
        also="Auch",
        under=" mit `{option}`",
        besides=" außerdem",
    ),
}


def text(fields: Mapping[str, tuple[str, ...]], printed: Mapping[str, Printed]) -> str:
    """The page. ``printed`` says of each command which of ``fields`` it prints in JSON and CSV."""
    parts = [HEADS[language()], *_shared()]
    for title in GROUPS:
        parts.append(f"\n## {_(title)}\n")
        for name, entry in TREE.items():
            if entry.group != title:
                continue
            if isinstance(entry, Verb):
                parts += _command(name, entry, fields, printed)
                continue
            parts.append(f"\n### funnel {name}\n\n{_(entry.help)}\n")
            for verb_name, verb in entry.verbs.items():
                parts += _command(f"{name} {verb_name}", verb, fields, printed)
    return "".join(parts)


def _shared() -> Iterator[str]:
    words = WORDS[language()]
    yield f"\n## {words.shared}\n\n{words.columns}\n|---|---|---|\n"
    for option in params.shared("rlwb"):
        value = f" {placeholder(option.metavar)}" if option.metavar else ""
        joined = "" if value.startswith(" [=") else " "
        flags = ", ".join(option.flags) + (joined + value.strip() if value else "")
        of = _letters(option.of) or words.all
        yield f"| `{_cell(flags)}` | {of} | {_cell(_(option.help))} |\n"


def _letters(kinds: str, between: str = "") -> str:
    return between.join(WORDS[language()].letters[kind] for kind in kinds)


def _command(
    path: str,
    verb: Verb,
    fields: Mapping[str, tuple[str, ...]],
    printed: Mapping[str, Printed],
) -> Iterator[str]:
    name = path.rpartition(" ")[2]
    command = build(name, verb)
    context = typer.Context(command, info_name=f"funnel {path}")
    usage = " ".join(command.collect_usage_pieces(context))
    said = WORDS[language()]
    kind = f" ({_letters(verb.shares, ', ')})" if verb.shares else ""
    heading = "####" if " " in path else "###"
    yield f"\n{heading} funnel {path}\n\n{command.help}{kind}\n"
    if verb.aliases:
        yield f"\n{said.also}: {', '.join(f'`{alias}`' for alias in verb.aliases)}.\n"
    yield f"\n```\nfunnel {path} {usage}\n```\n"
    rows = [
        record
        for param in command.params
        if param.name not in params.SHARED and (record := _row(param, context)) is not None
    ]
    if rows:
        yield "\n| | |\n|---|---|\n"
        for flags, help_ in rows:
            yield f"| `{_cell(flags)}` | {_cell(said_besides(help_))} |\n"
    if command.example_lines:
        yield "\n```sh\n" + "\n".join(map(_, command.example_lines)) + "\n```\n"
    for option, (in_json, in_csv) in printed[path].items():
        under = said.under.format(option=option) if option else ""
        same = _without_minor(fields, in_json) == _without_minor(fields, in_csv)
        for word, table in (("JSON", in_json), ("CSV", "" if same else in_csv)):
            names = ", ".join(f"`{key}`" for key in fields.get(table.lstrip("+="), ()))
            if names:
                more = said.besides if table.startswith("+") else ""
                yield f"\nIn {word}{under}{more}: {names}.\n"


def _without_minor(fields: Mapping[str, tuple[str, ...]], table: str) -> list[str]:
    """The names of a table but those that only JSON has, which follow from the others."""
    names = fields.get(table.lstrip("+="), ())
    return [name for name in names if not name.endswith("_minor")]


def _row(param: Any, context: typer.Context) -> tuple[str, str] | None:
    record = param.get_help_record(context)
    if record is None:
        return None
    flags, help_ = record
    return (str(param.metavar) if param.param_type_name == "argument" else flags), help_


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
