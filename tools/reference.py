"""The command reference, docs/commands.md, from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import typer

from funnelcli.cli import params
from funnelcli.cli.commands import build
from funnelcli.cli.tree import GROUPS, TREE, Verb

# The tables of fields in JSON and in CSV, by the option under which a command prints them.
Printed = Mapping[str, tuple[str, str]]
HEAD = """# The commands

Written by `tools/generate.py` from the commands' own help, not by hand. Each takes the
[shared options](#shared-options) of its kind as well: **r**eads, **w**rites, or asks before much
changes (**b**).

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
"""


def text(fields: Mapping[str, tuple[str, ...]], printed: Mapping[str, Printed]) -> str:
    """The page. ``printed`` says of each command which of ``fields`` it prints in JSON and CSV."""
    parts = [HEAD, *_shared()]
    for title in GROUPS:
        parts.append(f"\n## {title}\n")
        for name, entry in TREE.items():
            if entry.group != title:
                continue
            if isinstance(entry, Verb):
                parts += _command(name, entry, fields, printed)
                continue
            parts.append(f"\n### funnel {name}\n\n{entry.help}\n")
            for verb_name, verb in entry.verbs.items():
                parts += _command(f"{name} {verb_name}", verb, fields, printed)
    return "".join(parts)


def _shared() -> Iterator[str]:
    yield "\n## Shared options\n\n| option | for | what it does |\n|---|---|---|\n"
    for option in params.shared("rwb"):
        value = f" {option.metavar}" if option.metavar else ""
        joined = "" if value.startswith(" [=") else " "
        flags = ", ".join(option.flags) + (joined + value.strip() if value else "")
        yield f"| `{_cell(flags)}` | {option.of or 'all'} | {_cell(option.help)} |\n"


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
    kind = f" ({', '.join(verb.shares)})" if verb.shares else ""
    yield f"\n#### funnel {path}\n\n{command.help}{kind}\n"
    if verb.aliases:
        yield f"\nAlso: {', '.join(f'`{alias}`' for alias in verb.aliases)}.\n"
    yield f"\n```\nfunnel {path} {usage}\n```\n"
    rows = [
        record
        for param in command.params
        if param.name not in params.SHARED and (record := _row(param, context)) is not None
    ]
    if rows:
        yield "\n| | |\n|---|---|\n"
        for flags, help_ in rows:
            yield f"| `{_cell(flags)}` | {_cell(help_)} |\n"
    if command.example_lines:
        yield "\n```sh\n" + "\n".join(command.example_lines) + "\n```\n"
    for option, (in_json, in_csv) in printed[path].items():
        under = f" with `{option}`" if option else ""
        same = _without_minor(fields, in_json) == _without_minor(fields, in_csv)
        for word, table in (("JSON", in_json), ("CSV", "" if same else in_csv)):
            names = ", ".join(f"`{key}`" for key in fields.get(table.lstrip("+="), ()))
            if names:
                more = " besides" if table.startswith("+") else ""
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
