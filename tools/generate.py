"""Write what is generated and checked in: the words of shell completion, what a new database
starts with, and in the docs, in each language, the command reference, settings and exit codes.

``python tools/generate.py`` writes them anew; with ``--check`` it writes nothing and exits with
1 when they are not what it would write. Every command of the tree is built and its declarations
are read, so that completion itself needs neither Typer nor the commands. Nothing is guessed: a
value that no type stands for, or a command that does not say what it prints, is an error.
"""

from __future__ import annotations

import difflib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import setting_tables
import shipped

import reference
from funnelcli import config, i18n
from funnelcli.cli import params
from funnelcli.cli.building import build
from funnelcli.cli.commands import function_of, given
from funnelcli.cli.tree import TREE, Verb, Verbs, every_command
from funnelcli.db.schema import LATEST, SHIPPED
from funnelcli.nouns import NOUNS, declared, words
from funnelcli.nouns.contact import TAKEN as OF_CONTACT
from funnelcli.nouns.deal import TAKEN as OF_DEAL
from funnelcli.nouns.noun import Noun
from funnelcli.nouns.printed import Printed
from funnelcli.nouns.types import PLAIN_WORDS, Type
from funnelcli.pages.topics import KEYS
from funnelcli.prompt import records, work
from funnelcli.reports import fields
from funnelcli.reports.declarations import REPORTS, SLICES
from funnelcli.reports.question import RULES

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = ROOT / "src" / "funnelcli" / "prompt" / "_options.py"
VALUES = OPTIONS.with_name("_values.py")
# The docs of each language.
DOCS = {"en": ROOT / "docs", "de": ROOT / "docs" / "de"}

HEAD = '''"""What completion knows of the commands. Written by tools/generate.py, not by hand."""

# ruff: noqa: E501

from __future__ import annotations

# Option: (short form, what its value is, help, whether it may be repeated).
Option = tuple[str, str, str, bool]
# By the option under which a command prints it ("--list", "--rule=any"; "" is without any), the
# tables of the fields in JSON and in CSV. One behind "+" is added to what there is without the
# option, one behind "=" stands whatever other options say.
Printed = dict[str, tuple[str, str]]
# Command: (help, aliases, letters of the shared options, the noun of its filters, what it prints,
# arguments, options).
Command = tuple[str, tuple[str, ...], str, str, Printed, tuple[str, ...], dict[str, Option]]

# What few words ask for is loaded when it is.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from funnelcli.prompt._values import CALLED as CALLED
    from funnelcli.prompt._values import FIELDS as FIELDS
    from funnelcli.prompt._values import FLAG_NAMES as FLAG_NAMES
    from funnelcli.prompt._values import FLAGS as FLAGS
    from funnelcli.prompt._values import SETTINGS as SETTINGS
    from funnelcli.prompt._values import SORTS as SORTS
    from funnelcli.prompt._values import TAKEN as TAKEN
else:

    def __getattr__(name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        from funnelcli.prompt import _values

        return getattr(_values, name)


'''
OF_VALUES = '''"""What completion knows of values. Written by tools/generate.py, not by hand."""

# ruff: noqa: E501

from __future__ import annotations

'''
# The reports that cannot be sliced by everything.
UNLIKE = {name: report for name, report in REPORTS.items() if report.slices != SLICES}
SHELLS = {"bash": "", "zsh": "", "fish": "", "powershell": ""}
WORDS = {id(table): name for name, table in vars(words).items() if isinstance(table, dict)}


class Generated:
    """The tables of ``_options.py`` and ``_values.py``, filled command by command."""

    def __init__(self) -> None:
        self.enums: dict[str, dict[str, str]] = {
            "SHELL": SHELLS,
            "TOPIC": {
                **{name: entry.help for name, entry in TREE.items()},
                **dict.fromkeys(KEYS, ""),
            },
            "SLICE": SLICES,
            **{f"SLICE OF {name}": report.slices for name, report in UNLIKE.items()},
            "RULE": dict.fromkeys(RULES, ""),
        }
        self.nouns = {id(declared(name)): name for name in NOUNS}
        self.columns: dict[str, tuple[str, ...]] = {
            name: Printed(declared(name)).row_fields() for name in NOUNS
        }
        for name in NOUNS:
            self.table(f"{name} --json", Printed(declared(name)).data_fields())
        self.commands = {path: self.command(path, verb) for path, verb in every_command().items()}
        self.records = dict(self.labelled())

    def command(self, path: str, verb: Verb) -> tuple[Any, ...]:
        """One command's row."""
        name = path.rpartition(" ")[2]
        command = build(name, verb)
        function = function_of(verb)
        arguments: list[str] = []
        options: dict[str, tuple[str, str, str, bool]] = {}
        for param in command.params:
            if param.name in params.SHARED:
                continue
            kind = self.kind(param, path)
            if param.param_type_name == "argument":
                arguments.append(kind + ("..." if param.nargs == -1 else ""))
                continue
            if not kind and not getattr(param, "is_flag", False):
                kind = "TEXT"
            for names in (param.opts, param.secondary_opts):
                if names:
                    option, short = spelled(names)
                    help_ = getattr(param, "help", None) or ""
                    options[option] = (short, kind, help_, bool(param.multiple))
        over = getattr(function, "several", None)
        filters = over.noun if over is not None else getattr(function, "filtered", None)
        noun = "" if filters is None else self.nouns[id(filters)]
        group, _space, report = path.partition(" ")
        printed = self.reported(report) if group == "report" else self.printed(path, function)
        if not printed and set("rw") & set(verb.shares):
            raise SystemExit(f"{path} does not say what it prints as data (see `gives`)")
        return (verb.help, verb.aliases, verb.shares, noun, printed, tuple(arguments), options)

    def printed(self, path: str, function: Any) -> dict[str, tuple[str, str]]:
        """The tables of what ``--json=`` and ``--csv=`` take of a command, by option."""
        found = {}
        for option, one in sorted(given(function).items()):
            name = f"{path} {option}".rstrip()
            noun = self.nouns.get(id(one.rows), "") if isinstance(one.rows, Noun) else ""
            rows = noun or self.table(name, one.row_fields())
            found[option] = (self.table(f"{name} --json", one.data_fields()), rows)
        return found

    def reported(self, name: str) -> dict[str, tuple[str, str]]:
        """The same of a report; all of them on one page are no rows."""
        whole = {
            "": self.table("report", fields.data_fields()),
            "--compare": "+" + self.table("report compared", fields.data_fields(compare=True)[-1:]),
            "--explain": "+"
            + self.table("report explained", fields.data_fields(explain=True)[-1:]),
        }
        if name not in REPORTS:
            return {option: (json_, "") for option, json_ in whole.items()}
        own = fields.row_fields(name)
        rows = {"": self.table(f"report {name}", own)}
        shapes: dict[str, dict[str, Any]] = {"": {}}
        for shape in REPORTS[name].shapes:
            option = "--" + shape.option.replace("_", "-")
            option += "" if shape.value is True else f"={shape.value}"
            shapes[option] = {shape.option: shape.value}
            under = fields.row_fields(name, options=shapes[option])
            rows[option] = self.table(f"report {name} {option}", under)
        for by in REPORTS[name].slices:
            sliced = fields.row_fields(name, by=(by,))
            if sliced == ("slice", *own):
                rows["--by"] = "+" + self.table("report sliced", sliced[:1])
            else:
                rows[f"--by={by}"] = "=" + self.table(f"report {name} --by", sliced)
        # What all shapes have beside it, so that none refuses it.
        beside = [fields.row_fields(name, compare=True, options=one) for one in shapes.values()]
        common = tuple(
            key for key in beside[0] if key not in own and all(key in keys for keys in beside)
        )
        rows["--compare"] = "+" + self.table(f"report {name} --compare", common) if common else ""
        return {
            option: (whole.get(option, ""), rows.get(option, "")) for option in (whole | rows)
        } | {"--deals": ("=deal --json", "=deal")}

    def table(self, name: str, names: tuple[str, ...]) -> str:
        """The name of the table that holds these fields; "" for none."""
        if not names:
            return ""
        for known, there in self.columns.items():
            if there == names:
                return known
        self.columns[name] = names
        return name

    def kind(self, param: Any, path: str) -> str:
        """What a parameter's value is: the name of a table here, or a kind of records."""
        if getattr(param, "is_flag", False):
            return ""
        if param.name == "words":
            return "FILTER"
        if isinstance(param.metavar, Type):
            return self.offered(param.metavar)
        metavar = (param.metavar or "").removesuffix("...")
        report = path.removeprefix("report ")
        if metavar == "SLICE" and report in UNLIKE:
            return f"SLICE OF {report}"
        for word in (metavar, metavar.strip("[]")):
            if word in PLAIN_WORDS:
                return PLAIN_WORDS[word]
        raise SystemExit(f"{path} {param.opts}: no type stands for {param.metavar}")

    def labelled(self) -> Iterator[tuple[str, tuple[str, str]]]:
        """The records that completion offers by id with the label of their noun: those which no
        query of its own is written for."""
        kinds = {kind.removesuffix("...") for row in self.commands.values() for kind in row[5]}
        for noun in map(declared, NOUNS):
            kind = noun.table.upper()
            if kind in kinds - {*records.KINDS, *work.KINDS} and noun.named is not None:
                yield kind, (noun.table, noun.named.label)

    def offered(self, of: Type) -> str:
        """What completion offers for a value of this type."""
        if of.offers or of.choices is None:
            if of.choices is not None:
                self.enums[of.offers] = dict(of.choices)
            return of.offers
        name = WORDS[id(of.choices)]
        self.enums[name] = dict(of.choices)
        return name

    def asked(self, noun: Noun[Any]) -> dict[str, str]:
        """A noun's filters, with what completion offers behind the colon."""
        periods = ("date", "instant")
        return {
            # Behind the colon of a number there is no name.
            name: "PERIOD" if of.asked in periods else "" if of.asked == "int" else self.offered(of)
            for name, ask, of in noun.asked()
            if ask.filter
        }

    def text(self) -> str:
        """The module of commands."""
        groups = {name: entry.help for name, entry in TREE.items() if isinstance(entry, Verbs)}
        nouns = {name: declared(name) for name in NOUNS}
        filters = {name: self.asked(noun) for name, noun in nouns.items()}
        alone = {
            name: entry.bare
            for name, entry in TREE.items()
            if isinstance(entry, Verbs) and entry.bare is not None
        }
        parts = [
            HEAD,
            f"# The schema that the queries of completion are written for.\nSCHEMA = {LATEST}\n",
            assignment("ORDER", "tuple[str, ...]", tuple(TREE)),
            assignment("GROUPS", "dict[str, str]", groups),
            "# The verb that a group's name alone stands for.\n",
            assignment("ALONE", "dict[str, str]", alone),
            assignment("SHARED", "dict[str, tuple[str, str, str, str]]", shared()),
            assignment("OPTIONAL_VALUE", "tuple[str, ...]", params.OPTIONAL_VALUE),
            assignment("COMMANDS", "dict[str, Command]", self.commands),
            assignment("ENUMS", "dict[str, dict[str, str]]", self.enums),
            "# Records that are offered by id: their table, and SQL for a line about each.\n",
            assignment("RECORDS", "dict[str, tuple[str, str]]", self.records),
            assignment("FILTERS", "dict[str, dict[str, str]]", filters),
        ]
        return "".join(parts)

    def of_values(self) -> str:
        """The module of what few words ask for."""
        nouns = {name: declared(name) for name in NOUNS}
        called = {name: titles(noun) for name, noun in nouns.items()}
        flags = {name: tuple(noun.flags) for name, noun in nouns.items()}
        named = {flag: (en, de) for noun in nouns.values() for flag, en, de in noun.flags_called()}
        sorts = {name: tuple(noun.sort_keys()) for name, noun in nouns.items()}
        settings = {setting.name: setting.help for setting in config.SETTINGS}
        parts = [
            OF_VALUES,
            "# What people call what can be asked, by its name.\n",
            assignment("CALLED", "dict[str, dict[str, str]]", called),
            assignment("FLAGS", "dict[str, tuple[str, ...]]", flags),
            assignment("FLAG_NAMES", "dict[str, tuple[str, str]]", named),
            assignment("SORTS", "dict[str, tuple[str, ...]]", sorts),
            "# What a merge can take from another record.\n",
            assignment("TAKEN", "dict[str, tuple[str, ...]]", TAKEN),
            assignment("FIELDS", "dict[str, tuple[str, ...]]", self.columns),
            assignment("SETTINGS", "dict[str, str]", settings),
        ]
        return "".join(parts)


def titles(noun: Noun[Any]) -> dict[str, str]:
    """The titles of what a noun's lists can be asked for, sorted by and show, by the names of the
    filters, keys and columns."""
    found = {ask.name: ask.title for ask in noun.asks if ask.title}
    for name, field in noun.fields.items():
        if field.title:
            found[name] = field.title
        if field.ask is not None and (field.ask.title or field.title):
            found[field.ask.name or name] = field.ask.title or field.title
    return found


TAKEN = {"contact": OF_CONTACT, "deal": OF_DEAL}


def spelled(names: list[str]) -> tuple[str, str]:
    """The long and the short form of an option; either may be the only one."""
    long = [name for name in names if name.startswith("--")]
    short = [name for name in names if not name.startswith("--")]
    return (long or short)[0], (short[0] if long and short else "")


def shared() -> dict[str, tuple[str, str, str, str]]:
    """The shared options: (letters of the commands that take it, short form, value, help)."""
    found: dict[str, tuple[str, str, str, str]] = {}
    for option in params.shared("rlwb"):
        name, short = spelled(list(option.flags))
        metavar = (option.metavar or "").strip("[]=")
        found[name] = (option.of, short, PLAIN_WORDS[metavar] if metavar else "", option.help)
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
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_flat(k)}: {_flat(v)}" for k, v in value.items()) + "}"
    if isinstance(value, tuple):
        inside = ", ".join(map(_flat, value))
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def targets() -> dict[Path, str]:
    """Every generated file with what belongs in it."""
    i18n.use("en")
    made = Generated()
    printed = {path: row[4] for path, row in made.commands.items()}
    found = {OPTIONS: made.text(), VALUES: made.of_values(), Path(SHIPPED): shipped.text()}
    for language, folder in DOCS.items():
        i18n.use(language)
        found[folder / "commands.md"] = reference.text(made.columns, printed)
        found[folder / "settings.md"] = setting_tables.text()
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
            part = path.with_name(path.name + ".part")
            part.write_text(text, encoding="utf-8")
            os.replace(part, path)
            sys.stdout.write(f"wrote {name}\n")
    return 1 if stale and arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
