"""What a person reads who mistypes a command, and what of Typer the program relies on."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer import BadParameter, Context

from conftest import Run
from funnelcli.cli.building import build
from funnelcli.cli.commands import function_of
from funnelcli.cli.declaring import parameters
from funnelcli.cli.tree import every_command

ROOT = Path(__file__).resolve().parent.parent
GERMAN = {"FUNNEL_LANGUAGE": "de"}

# What is typed, and what is then read in English and in German.
COMPLAINTS = {
    "an option that nobody knows": (
        "deal list --limt 3",
        "Error: There is no option --limt.\nDid you mean --limit?\n",
        "Fehler: Es gibt keine Option --limt.\nGemeint: --limit?\n",
    ),
    "an option like no other": (
        "deal list -z",
        "Error: There is no option -z.\n`funnel deal list --help` shows how it is written.\n",
        "Fehler: Es gibt keine Option -z.\n`funnel deal list --help` zeigt die Schreibweise.\n",
    ),
    "an option before the command": (
        "--nope",
        "Error: There is no option --nope.\nDid you mean --mine / --no-input / --no-pager?\n",
        "Fehler: Es gibt keine Option --nope.\nGemeint: --mine / --no-input / --no-pager?\n",
    ),
    "an argument that is missing": (
        "deal show",
        "Error: DEAL is missing.\n`funnel deal show --help` shows how it is written.\n",
        "Fehler: GESCHÄFT fehlt.\n`funnel deal show --help` zeigt die Schreibweise.\n",
    ),
    "a list of arguments that is missing": (
        "deal remove --yes",
        "Error: DEAL... is missing.\n`funnel deal remove --help` shows how it is written.\n",
        "Fehler: GESCHÄFT... fehlt.\n`funnel deal remove --help` zeigt die Schreibweise.\n",
    ),
    "a number that is none": (
        "deal list --limit x",
        "Error: --limit: “x” is no whole number.\n"
        "`funnel deal list --help` shows how it is written.\n",
        "Fehler: --limit: „x“ ist keine ganze Zahl.\n"
        "`funnel deal list --help` zeigt die Schreibweise.\n",
    ),
    "a number that is too small": (
        "deal list --limit -1",
        "Error: --limit: -1 is too small; it is 0 at least.\n"
        "`funnel deal list --help` shows how it is written.\n",
        "Fehler: --limit: -1 ist zu klein; es sind mindestens 0.\n"
        "`funnel deal list --help` zeigt die Schreibweise.\n",
    ),
    "a number that is too large": (
        "agenda --days 3661",
        "Error: --days: 3661 is too large; it is 3660 at most.\n"
        "`funnel agenda --help` shows how it is written.\n",
        "Fehler: --days: 3661 ist zu groß; es sind höchstens 3660.\n"
        "`funnel agenda --help` zeigt die Schreibweise.\n",
    ),
    "an id that is none": (
        "effort remove 1 x",
        "Error: x is no id.\nAn id is a number, like 3.\n",
        "Fehler: x ist keine Kennung.\nEine Kennung ist eine Zahl, etwa 3.\n",
    ),
    "a value that is missing": (
        "deal list --limit",
        "Error: --limit needs a value.\n`funnel deal list --help` shows how it is written.\n",
        "Fehler: --limit braucht einen Wert.\n`funnel deal list --help` zeigt die Schreibweise.\n",
    ),
    "a value where none belongs": (
        "contact add Eva --quiet=1",
        "Error: --quiet takes no value.\n`funnel contact add --help` shows how it is written.\n",
        "Fehler: --quiet nimmt keinen Wert.\n`funnel contact add --help` zeigt die Schreibweise.\n",
    ),
    "more than is taken": (
        "deal show 1 2 3",
        "Error: Too much was given: 2 3.\n`funnel deal show --help` shows how it is written.\n",
        "Fehler: Zu viel angegeben: 2 3.\n`funnel deal show --help` zeigt die Schreibweise.\n",
    ),
    "a command that nobody knows": (
        "deal shwo 1",
        "Error: There is no command funnel deal shwo.\nDid you mean `funnel deal show 1`?\n",
        "Fehler: Es gibt keinen Befehl funnel deal shwo.\nGemeint: `funnel deal show 1`?\n",
    ),
    "two formats": (
        "deal list --csv --md",
        "Error: --csv and --md cannot both be.\nChoose one format.\n",
        "Fehler: --csv und --md schließen einander aus.\nEin Format wählen.\n",
    ),
}


@pytest.mark.parametrize("kind", COMPLAINTS)
def test_a_mistyped_command_is_told_in_the_language_of_the_person(funnel: Run, kind: str) -> None:
    typed, english, german = COMPLAINTS[kind]
    assert funnel(*typed.split(), exit=2).stderr == english
    assert funnel(*typed.split(), exit=2, env=GERMAN).stderr == german


def test_a_noun_alone_asks_what_is_to_be_done(funnel: Run) -> None:
    told = funnel("deal", exit=2).stderr
    assert told.startswith("Error: What is to be done?\nUsage: funnel deal COMMAND ...\n")
    assert "  advance   Take a deal one stage forward, or further.\n" in told
    assert funnel("deal", exit=2, env=GERMAN).stderr.startswith(
        "Fehler: Was ist zu tun?\nAufruf: funnel deal BEFEHL ...\n"
    )


def test_help_is_in_the_language_of_the_person(funnel: Run) -> None:
    for typed in ("", "deal", "deal list"):
        told = funnel(*typed.split(), "--help", env=GERMAN)
        assert "  Diese Hilfe zeigen." in told
        assert "Show this message" not in told


@pytest.mark.parametrize(
    ("words", "stdin"),
    [
        (["contact", "add", "M\udcfcller"], ""),
        (["contact", "edit", "1", "--town", "K\udcf6ln"], ""),
        (["note", "--contact", "1", "-"], "M\udcfcller"),
    ],
)
def test_text_in_another_encoding_is_refused(funnel: Run, words: list[str], stdin: str) -> None:
    funnel("contact add Eva")
    told = funnel(*words, stdin=stdin, exit=2).stderr
    assert told.startswith("Error: What was given is not valid text.\n")
    assert len(funnel("history --json").json) == 1


def test_an_error_is_json_from_the_option_on_that_asks_for_it(funnel: Run) -> None:
    told = json.loads(funnel("deal list --json --limit x", exit=2).stderr)["error"]
    assert (told["code"], told["message"]) == ("usage", "--limit: “x” is no whole number.")
    missing = json.loads(funnel("deal", "show", "--json", exit=2).stderr)["error"]
    assert missing["message"] == "DEAL is missing."
    assert funnel("deal", "list", "--limit", "x", "--json", exit=2).stderr.startswith("Error: ")


def test_funnel_alone_is_today_with_the_options_that_it_was_given(funnel: Run) -> None:
    funnel("deal", "add", "Roof")
    assert funnel("--json").json == funnel("today", "--json").json
    assert funnel(tty=True) == funnel("today", tty=True)
    assert funnel("profile", "--json").json == funnel("profile", "show", "--json").json


def test_the_usage_line_says_what_must_be_given_and_what_may(funnel: Run) -> None:
    assert (
        funnel("deal", "list", "--help").lines[0] == "Usage: funnel deal list [OPTIONS] [FILTER]..."
    )
    assert funnel("deal", "show", "--help").lines[0] == "Usage: funnel deal show [OPTIONS] {DEAL}"
    assert funnel("next", "--help").lines[0] == "Usage: funnel next [OPTIONS] [DEAL] [WHAT]"
    german = funnel("care", "resolve", "--help", env=GERMAN)
    assert german.lines[0] == "Aufruf: funnel care resolve [OPTIONEN] {REKLAMATION} [WIE]"
    options = funnel("agenda", "--help").lines
    assert "  [PERIOD]   Which days: fri, next-week, 2026-12." in options
    assert "  --days N   So many days; else 7.  [1<=x<=3660]" in options


# What is relied on ------------------------------------------------------------------------------


def test_every_whole_number_is_checked() -> None:
    """Values are handed on as they were typed: one that has to be a number is looked at."""
    checked = 0
    for words, verb in every_command().items():
        command = build(words.split()[-1], verb)
        context = Context(command)
        for parameter in parameters(function_of(verb)):
            if isinstance(parameter, str):
                continue
            assert parameter.kind in (str, bool, int), f"{words} {parameter.name}"
            if parameter.kind is int:
                option = next(param for param in command.params if param.name == parameter.name)
                several = parameter.many
                with pytest.raises(BadParameter):
                    option.process_value(context, ("x",) if several else "x")
                assert option.process_value(context, ("7",) if several else "7") in (7, [7])
                checked += 1
    assert checked > 20


def _private(path: Path) -> list[str]:
    """The names of Typer that a module uses though they are not for it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = []
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "typer":
            names = [*(node.module or "").split("."), *(alias.name for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [
                part
                for alias in node.names
                for part in alias.name.split(".")
                if alias.name.partition(".")[0] == "typer"
            ]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            names = [node.attr] if node.value.id in ("ctx", "context", "typer") else []
        found += [name for name in names if re.match("_[a-z]", name)]
    return found


def test_only_the_public_names_of_typer_are_used() -> None:
    for path in sorted((ROOT / "src").rglob("*.py")):
        assert _private(path) == [], path


PLAIN = """
import sys
import typer
from typer.main import get_command
app = typer.Typer(add_completion=False, rich_markup_mode=None)
@app.command()
def hello(name: str = "you") -> None: pass
get_command(app).main([], standalone_mode=False)
sys.stdout.write(str("pydantic" in sys.modules))
"""


def test_typer_still_loads_pydantic_for_a_word() -> None:
    """Where this fails, Typer does without: ``cli/coercion.py`` can go, and the upper bound of
    Typer's version with it."""
    done = subprocess.run([sys.executable, "-c", PLAIN], capture_output=True, text=True, check=True)
    assert done.stdout == "True"
