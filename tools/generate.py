"""Write what is generated and checked in: the words of shell completion, and its scripts.

``python tools/generate.py`` writes them anew; with ``--check`` it writes nothing and exits with
1 when one of them is not what it would write. Every command of the tree is built and its
parameters are read, so that completion itself needs neither Typer nor the commands.
"""

from __future__ import annotations

import difflib
import json
import os
import sqlite3
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from funnelcli import config, i18n
from funnelcli.cli import columns, params
from funnelcli.cli.commands import build
from funnelcli.cli.records import contract, effort, milestone, objection, product
from funnelcli.cli.tree import TREE, Noun, Verb
from funnelcli.db.migrate import LATEST
from funnelcli.nouns import words
from funnelcli.pages import offer as offer_page
from funnelcli.queries import contracts, lists, milestones, objections, offers, products
from funnelcli.queries import effort as effort_query
from funnelcli.render import Column

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = ROOT / "src" / "funnelcli" / "prompt" / "_options.py"
SCRIPTS = ROOT / "src" / "funnelcli" / "completions"
COPIES = ROOT / "completions"

HEAD = '''"""What completion knows of the commands. Written by tools/generate.py, not by hand."""

# ruff: noqa: E501

from __future__ import annotations

# Option: (short form, what its value is, help, whether it may be repeated).
Option = tuple[str, str, str, bool]
# Command: (help, aliases, letters of the shared options, its records, arguments, options).
Command = tuple[str, tuple[str, ...], str, str, tuple[str, ...], dict[str, Option]]

'''
# Whose records a module's commands are about, where its name does not say it.
RECORDS = {"moves": "deal", "call": "contact"}
LISTS: dict[str, tuple[Any, dict[str, str], tuple[Any, ...]]] = {
    "deal": (lists.deal_fields, lists.DEAL_SORT, columns.DEALS),
    "contact": (lists.contact_fields, lists.CONTACT_SORT, columns.CONTACTS),
    "visit": (lists.visit_fields, lists.VISIT_SORT, columns.VISITS),
    "step": (lists.step_fields, lists.STEP_SORT, columns.STEPS),
    "product": (products.fields, products.SORT, product.PRODUCTS),
    "offer": (offers.fields, offers.SORT, offer_page.OFFERS),
    "objection": (objections.fields, objections.SORT, objection.OBJECTIONS),
    "effort": (effort_query.fields, effort_query.SORT, effort.EFFORTS),
    "contract": (contracts.fields, contracts.SORT, contract.CONTRACTS),
    "milestone": (milestones.fields, milestones.SORT, milestone.MILESTONES),
}
# Choices that the database knows, by the field's name.
STORED = {
    "objection kind": "KIND",
    "stage": "STAGE",
    "process": "PROCESS",
    "source": "SOURCE",
    "reason": "REASON",
}
# Texts that are names of records.
NAMES = {"title": "DEALS", "deal": "DEALS", "name": "CONTACTS", "contact": "CONTACTS"}
NAMES["organisation"] = "CONTACTS"
SHELLS = {"bash": "", "zsh": "", "fish": "", "powershell": ""}


def commands() -> Iterator[tuple[str, str, Verb]]:
    """Every command with its path and the noun of its records."""
    for name, entry in TREE.items():
        if isinstance(entry, Noun):
            for verb_name, verb in entry.verbs.items():
                yield f"{name} {verb_name}", name, verb
        else:
            module = entry.target.partition(":")[0].rpartition(".")[2]
            yield name, RECORDS.get(module, module), entry


class Generated:
    """The tables of ``_options.py``, filled command by command."""

    def __init__(self) -> None:
        self.enums: dict[str, dict[str, str]] = {"SHELL": SHELLS}
        self.columns: dict[str, tuple[str, ...]] = {}
        self.commands: dict[str, tuple[Any, ...]] = {}
        for path, noun, verb in commands():
            self.commands[path] = self.command(path, noun, verb)

    def command(self, path: str, noun: str, verb: Verb) -> tuple[Any, ...]:
        """One command's row."""
        name = path.rpartition(" ")[2]
        try:
            command = build(name, verb)
        except ModuleNotFoundError as error:
            # A command can be named in the tree before it is written.
            sys.stderr.write(f"{path}: {error}\n")
            return (verb.help, verb.aliases, verb.shares, noun, (), {})
        arguments: list[str] = []
        options: dict[str, tuple[str, str, str, bool]] = {}
        for param in command.params:
            if param.name in params.SHARED:
                continue
            kind = self.kind(param, noun, name)
            if param.param_type_name == "argument":
                arguments.append(kind + ("..." if param.nargs == -1 else ""))
            else:
                for names in (param.opts, param.secondary_opts):
                    if names:
                        option, short = spelled(names)
                        options[option] = (
                            short,
                            kind,
                            getattr(param, "help", None) or "",
                            bool(param.multiple),
                        )
        self.find_columns(noun, verb)
        return (verb.help, verb.aliases, verb.shares, noun, tuple(arguments), options)

    def kind(self, param: Any, noun: str, verb: str) -> str:
        """What a parameter's value is: the name of a table here, or a kind of records."""
        if getattr(param, "is_flag", False):
            return ""
        metavar = (param.metavar or "").strip("[].=")
        if param.name == "words":
            return "FILTER"
        choices = getattr(param.type, "choices", None)
        if choices is not None:
            metavar = f"{noun}_{param.name}".upper()
            self.enums[metavar] = dict.fromkeys(map(str, choices), "")
            return metavar
        for table in (f"{verb}_{metavar}", f"{noun}_{metavar}", metavar, param.name):
            found = getattr(words, table.upper(), None)
            if isinstance(found, dict):
                self.enums[table.upper()] = found
                return table.upper()
        return metavar

    def find_columns(self, noun: str, verb: Verb) -> None:
        """The JSON fields of a module's own columns, where it lists what no other does."""
        module = import_module(f"funnelcli.cli.{verb.target.partition(':')[0]}")
        for value in vars(module).values():
            if noun in self.columns or noun in LISTS:
                return
            if isinstance(value, tuple) and value and isinstance(value[0], Column):
                self.columns[noun] = tuple(column.key for column in value if column.data)

    def text(self) -> str:
        """The module."""
        fields: dict[str, dict[str, str]] = {}
        flags: dict[str, tuple[str, ...]] = {}
        sorts: dict[str, tuple[str, ...]] = {}
        for noun, (make, keys, of) in LISTS.items():
            asked = make(sqlite3.connect(":memory:"))
            fields[noun] = {field.name: self.field_kind(noun, field) for field in asked.fields}
            flags[noun] = tuple(asked.flags)
            sorts[noun] = tuple(keys)
            self.columns[noun] = tuple(column.key for column in of if column.data)
        groups = {name: entry.help for name, entry in TREE.items() if isinstance(entry, Noun)}
        settings = {setting.name: setting.help for setting in config.SETTINGS}
        parts = [
            HEAD,
            f"# The schema that the queries of completion are written for.\nSCHEMA = {LATEST}\n",
            assignment("ORDER", "tuple[str, ...]", tuple(TREE)),
            assignment("GROUPS", "dict[str, str]", groups),
            assignment("SHARED", "dict[str, tuple[str, str, str, str]]", shared()),
            assignment("OPTIONAL_VALUE", "tuple[str, ...]", params.OPTIONAL_VALUE),
            assignment("COMMANDS", "dict[str, Command]", self.commands),
            assignment("ENUMS", "dict[str, dict[str, str]]", self.enums),
            assignment("FIELDS", "dict[str, dict[str, str]]", fields),
            assignment("FLAGS", "dict[str, tuple[str, ...]]", flags),
            assignment("SORTS", "dict[str, tuple[str, ...]]", sorts),
            assignment("COLUMNS", "dict[str, tuple[str, ...]]", self.columns),
            assignment("SETTINGS", "dict[str, str]", settings),
        ]
        return "".join(parts)

    def field_kind(self, noun: str, field: Any) -> str:
        """What a filter's value is."""
        if field.kind == "enum":
            for name in (f"{noun} {field.name}", field.name):
                if name in STORED:
                    return STORED[name]
            kind = f"{noun}_{field.name}".upper()
            self.enums[kind] = {key: english for key, english, _german in field.choices()}
            return kind
        if field.kind == "text":
            return NAMES.get(field.name, "")
        return {"date": "PERIOD", "instant": "PERIOD", "tag": "TAG"}.get(field.kind, "")


def spelled(names: list[str]) -> tuple[str, str]:
    """The long and the short form of an option; either may be the only one."""
    long = [name for name in names if name.startswith("--")]
    short = [name for name in names if not name.startswith("--")]
    return (long or short)[0], (short[0] if long and short else "")


def shared() -> dict[str, tuple[str, str, str, str]]:
    """The shared options: (letters of the commands that take it, short form, value, help)."""
    found: dict[str, tuple[str, str, str, str]] = {}
    everywhere = {option.name for option in params.shared("")}
    for option in params.shared("rwb"):
        letters = "".join(
            letter for letter in "rwb" if option.name in {o.name for o in params.shared(letter)}
        )
        name, short = spelled(option.opts)
        kind = "" if option.is_flag else (option.metavar or "").strip("[]=")
        of = "" if option.name in everywhere else letters
        found[name] = (of, short, kind, params.MESSAGES[str(option.name)])
    return found


def assignment(name: str, annotation: str, value: object) -> str:
    """A literal in the layout of ``ruff format``."""
    return f"{name}: {annotation} = {literal(value, 0, len(name) + len(annotation) + 5)}\n"


def literal(value: object, depth: int, before: int) -> str:
    """``value`` in one line where that fits into 100 columns, else an item a line."""
    flat = _flat(value)
    if before + len(flat) <= 99 or not isinstance(value, (dict, tuple)) or not value:
        return flat
    inner = "    " * (depth + 1)
    if isinstance(value, dict):
        lines = []
        for key, item in value.items():
            start = f"{inner}{json.dumps(key, ensure_ascii=False)}: "
            lines.append(f"{start}{literal(item, depth + 1, len(start))},\n")
        return "{\n" + "".join(lines) + "    " * depth + "}"
    lines = [f"{inner}{literal(item, depth + 1, len(inner))},\n" for item in value]
    return "(\n" + "".join(lines) + "    " * depth + ")"


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_flat(k)}: {_flat(v)}" for k, v in value.items()) + "}"
    if isinstance(value, tuple):
        inside = ", ".join(map(_flat, value))
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def targets() -> dict[Path, str]:
    """Every generated file with what belongs in it."""
    i18n.use("en")
    found = {OPTIONS: Generated().text()}
    for script in sorted(SCRIPTS.iterdir()):
        if script.is_file():
            found[COPIES / script.name] = script.read_text(encoding="utf-8")
    return found


def main(arguments: list[str]) -> int:
    """Write or check; the exit code."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python tools/generate.py [--check]\n")
        return 2
    stale = 0
    for path, text in targets().items():
        now = path.read_text(encoding="utf-8") if path.exists() else ""
        if now == text:
            continue
        stale += 1
        name = path.relative_to(ROOT)
        if arguments:
            difference = difflib.unified_diff(
                now.splitlines(True), text.splitlines(True), f"{name}", "generated", n=0
            )
            sys.stderr.writelines([*difference][:40])
            sys.stderr.write(f"{name} is stale; run python tools/generate.py\n")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(path.name + ".part")
            part.write_text(text, encoding="utf-8")
            os.replace(part, path)
            sys.stdout.write(f"wrote {name}\n")
    return 1 if stale and arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
