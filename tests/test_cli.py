"""The command line as a whole: names, output, exit codes, errors, what is loaded."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from conftest import Clock, Run, process_environment
from funnelcli.cli.building import build
from funnelcli.cli.tree import GROUPS, TREE, Verb, Verbs, every_command
from funnelcli.render import FORMATS


@pytest.mark.parametrize(
    ("words", "verb"),
    every_command().items(),
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_command_teaches(words: str, verb: Verb) -> None:
    command = build(words.split()[-1], verb)
    assert verb.help.endswith(".")
    # A verb that stands in two places has one set of examples.
    names = [name for name, other in every_command().items() if other.target == verb.target]
    # So has one that its group's name alone stands for.
    names += [
        name
        for name, group in TREE.items()
        if isinstance(group, Verbs) and group.bare and group.verbs[group.bare] is verb
    ]
    assert command.example_lines, "a help text ends with examples"
    for line in command.example_lines:
        assert any(f"funnel {name}" in line for name in names) or words == "today", line
    for param in command.params:
        text = getattr(param, "help", None)
        assert text, f"{param.name} is not explained"
        assert text.endswith((".", "…")), text


def test_every_group_of_the_root_is_known() -> None:
    assert {entry.group for entry in TREE.values()} <= set(GROUPS)


def test_help_of_the_root_lists_every_command(funnel: Run) -> None:
    shown = funnel("--help")
    for name in TREE:
        assert re.search(rf"^  {name} ", shown, re.MULTILINE), name
    assert max(map(len, funnel("--help", width=40).lines)) <= 80


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["deel"], 2, "Did you mean `funnel deal`?"),
        (["deal", "lst"], 2, "Did you mean `funnel deal list`"),
        (["deal", "list", "--limt", "3"], 2, "--limit"),
        (["deal", "list", "stge:offer"], 2, "stage"),
        (["deal", "list", "--sort", "vlue"], 2, "value"),
        (["deal", "list", "--limit", "-1"], 2, "--limit"),
        (["deal", "add"], 2, "TITLE is missing"),
        (["deal", "add", "x", "--value", "1.234"], 2, "ambiguous"),
        (["deal", "add", "x", "--value", "12,34,56"], 2, ""),
        (["deal", "add", "x", "--close", "30.02.2026"], 2, "calendar"),
        (["deal", "add", "x", "--probability", "101"], 2, "0 to 100"),
        (["deal", "add", "x", "--currency", "EURO"], 2, "EURO"),
        (["deal", "add", "x", "--stage", "ofer"], 4, "Did you mean Solution and offer"),
        (["deal", "add", "x", "--process", "nosuch"], 4, "Sales cycle, Sales funnel"),
        (["deal", "add", "x", "--stage", "decision"], 3, "only a win leads"),
        (["deal", "show", "99"], 4, "funnel deal list"),
        (["advance", "nobody"], 4, "nobody"),
        (["contact", "add", "x", "--email", "no address"], 2, "no address"),
        (["config", "set", "currncy", "EUR"], 2, "funnel config"),
        (["process", "check", "nosuch.toml"], 1, "nosuch.toml"),
        (["deal", "list", "-o", "x.unknown"], 2, "Known endings"),
        (["deal", "list", "--json", "--csv"], 2, "one format"),
        (["deal", "list", "--json=idd"], 2, "id"),
        (["undo"], 4, "nothing to undo"),
        (["visit", "edit", "1", "--set", "modd=3"], 4, ""),
    ],
)
def test_errors_say_what_is_wrong_and_what_to_do(
    funnel: Run, args: list[str], code: int, words: str
) -> None:
    result = funnel(*args, exit=code)
    assert result == ""
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    if "--json" not in " ".join(args):
        first, *rest = result.stderr.splitlines()
        assert first.startswith("Error: ")
        assert rest, "an error says what to do"


def test_with_json_errors_are_json(funnel: Run) -> None:
    body = json.loads(funnel("deal show 99 --json", exit=4).stderr)
    assert body["error"]["code"] == "not_found"
    assert body["error"]["message"]
    assert body["error"]["hint"]


def test_a_name_that_fits_several_lists_them_and_chooses_none(funnel: Run) -> None:
    for title in ("Roof Müller", "Roof Mueller west", "Garage"):
        funnel("deal", "add", title)
    refused = funnel("advance", "muller", exit=5)
    assert "Roof Müller" in refused.stderr
    assert "Roof Mueller west" in refused.stderr
    body = json.loads(funnel("advance", "mueller", "--json", exit=5).stderr)
    assert [candidate["id"] for candidate in body["error"]["candidates"]] == [1, 2]
    # The whole name is no guess; on a terminal one can choose.
    assert funnel("advance", "roof müller", "-q") == "1\n"
    assert funnel("advance", "müller", "-q", tty=True, stdin="2\n") == "2\n"
    funnel("advance", "müller", tty=True, stdin="7\n", exit=5)


def test_reads_prefer_a_beginning(funnel: Run) -> None:
    funnel("contact", "add", "Roth & Sons")
    funnel("contact", "add", "Karl Roth")
    assert funnel("contact", "show", "roth", "--json").json["id"] == 1
    funnel("contact edit roth --town Bonn", exit=5)


def test_the_same_rows_in_every_format(funnel: Run, tmp_path: Path) -> None:
    funnel("deal add 'Roof <b>&' --value 1234.5 --close 2026-12-24")
    funnel("deal", "add", "Tab\tand\nline", "--value", "JPY 500")
    records = funnel("deal", "list", "--json").json
    assert [(row["value_minor"], row["currency"]) for row in records] == [
        (500, "JPY"),
        (123450, "EUR"),
    ]
    assert [json.loads(line)["id"] for line in funnel("deal", "list", "--jsonl").lines] == [2, 1]
    rows = list(csv.DictReader(io.StringIO(funnel("deal", "list", "--csv"))))
    assert [row["title"] for row in rows] == ["Tab\tand\nline", "Roof <b>&"]
    assert [row["value"] for row in rows] == ["500", "1234.50"]
    piped = funnel("deal", "list").rows
    assert [row[:2] for row in piped] == [["2", "Tab\\tand\\nline"], ["1", "Roof <b>&"]]
    assert piped[1][4:7] == ["1234.50", "EUR", "2026-12-24"]
    assert funnel("deal", "list", "--ids").lines == ["2", "1"]
    assert "| Roof <b>&" in funnel("deal", "list", "--md").replace("\\", "").replace(
        "&lt;", "<"
    ).replace("&gt;", ">").replace("&amp;", "&")
    page = funnel("deal", "list", "--html")
    assert "Roof &lt;b&gt;&amp;" in page
    for ending in ("json", "jsonl", "csv", "tsv", "md", "html", "svg", "txt"):
        assert ending in FORMATS
        path = tmp_path / f"out.{ending}"
        assert funnel("deal", "list", "-o", path) == ""
        assert "Roof" in path.read_text(encoding="utf-8")
        if os.name == "posix":
            assert path.stat().st_mode & 0o777 == 0o600


def test_chosen_fields_in_their_order(funnel: Run) -> None:
    funnel("deal add Roof --value 5")
    assert list(funnel("deal", "list", "--json=title,id").json[0]) == ["title", "id"]
    assert funnel("deal", "list", "--csv=id,value").lines == ["id,value", "1,5.00"]


def test_an_empty_list_is_no_error(funnel: Run) -> None:
    assert funnel("deal", "list", "--json").json == []
    assert funnel("deal", "list") == ""
    assert "funnel deal add" in funnel("deal", "list", tty=True)
    # There may well be some that the filter leaves out.
    assert funnel("deal", "list", "source:fair", tty=True) == "Nothing fits these filters.\n"


def _copy(conn: sqlite3.Connection, table: str, where: str, **other: int | str) -> None:
    """Copy a row with some columns changed; the id is a new one unless it is given."""
    names = [row[1] for row in conn.execute(f"PRAGMA table_info({table})")]
    names = [name for name in names if name not in ("id", *other)]
    conn.execute(
        f"INSERT INTO {table} ({', '.join([*other, *names])}) SELECT"
        f" {', '.join([*('?' for _name in other), *names])} FROM {table} WHERE {where} LIMIT 1",
        tuple(other.values()),
    )


def test_a_pipe_gets_every_row_and_a_screen_says_what_it_cuts(funnel: Run, db: str) -> None:
    funnel("deal", "add", "Roof")
    with closing(sqlite3.connect(db)) as conn, conn:
        for deal in range(2, 151):
            _copy(conn, "deal", "id = 1", id=deal, public_id=f"x{deal}")
            _copy(conn, "stay", "deal_id = 1", deal_id=deal)
            _copy(conn, "terms", "deal_id = 1", deal_id=deal)
    assert len(funnel("deal", "list").lines) == 150
    assert len(funnel("deal", "list", "--json").json) == 150
    assert len(funnel("deal", "list", "--limit", 7).lines) == 7
    shown = funnel("deal", "list", tty=True)
    assert "The first 100; --limit 0 shows all." in shown
    assert len(funnel("deal", "list", "--limit", 0, tty=True).lines) > 150


def test_quiet_prints_the_id_alone(funnel: Run) -> None:
    assert funnel("contact", "add", "Eva", "-q") == "1\n"
    assert funnel("deal", "add", "Roof", "-q") == "1\n"
    assert funnel("next", 1, "call", "-q") == "1\n"
    assert funnel("log", "eva", "hello", "-q") == "1\n"


def test_writes_say_how_to_undo_them_on_a_terminal_only(funnel: Run) -> None:
    assert "funnel undo" in funnel("contact", "add", "Eva", tty=True)
    assert "undo" not in funnel("contact", "add", "Ada")


def test_undo_redo_and_history(funnel: Run) -> None:
    funnel("deal add Roof --value 100")
    funnel("advance", 1)
    funnel("undo")
    assert funnel("deal", "show", 1, "--json").json["stage"] == "qualification"
    funnel("undo")
    assert funnel("deal", "list", "--json").json == []
    funnel("redo")
    funnel("redo")
    assert funnel("deal", "show", 1, "--json").json["stage"] == "needs"
    funnel("redo", exit=4)
    typed = [entry["command"] for entry in funnel("history", "--json").json]
    assert typed[-2:] == ["funnel advance 1", "funnel deal add Roof --value 100"]


def test_options_stand_anywhere(funnel: Run, tmp_path: Path) -> None:
    other = str(tmp_path / "other.db")
    funnel("--db", other, "deal", "add", "Roof")
    assert len(funnel("deal", "list", "--db", other, "--json").json) == 1
    assert (
        funnel("deal", "--json", "--db", other, "list").json
        == funnel("--db", other, "deal", "list", "--json").json
    )
    assert funnel("deal", "list", "--json").json == []


def test_negated_filters_are_no_options(funnel: Run) -> None:
    funnel("deal add Roof --source fair")
    funnel("deal add Garage --source web")
    assert funnel("deal", "list", "-source:fair", "--ids").lines == ["2"]
    assert funnel("deal", "list", "-roof", "--ids").lines == ["2"]
    assert funnel("deal", "list", "--limit", "1", "-garage", "--ids").lines == ["1"]


def test_settings_name_their_origin_and_the_environment_wins(funnel: Run) -> None:
    funnel("config set currency CHF")
    rows = {row["name"]: row for row in funnel("config", "--json").json}
    assert (rows["currency"]["value"], rows["currency"]["origin"]) == ("CHF", "config.toml")
    assert rows["timezone"]["origin"] == "FUNNEL_TIMEZONE"
    assert funnel("deal", "add", "Roof", "--value", 5, "--json").json["currency"] == "CHF"
    won = funnel("deal add x --value 5 --json", env={"FUNNEL_CURRENCY": "USD"}).json
    assert won["currency"] == "USD"
    funnel("config", "unset", "currency")
    rows = {row["name"]: row for row in funnel("config", "--json").json}
    assert rows["currency"]["value"] == "EUR"
    funnel("config set timezone Atlantis", exit=2)


@pytest.mark.parametrize("name", ["xx_YY", "de-", "english", "12"])
def test_a_locale_that_there_is_not_is_refused_or_named(funnel: Run, name: str) -> None:
    assert f"{name} is no locale." in funnel("config", "set", "locale", name, exit=2).stderr
    wrong = funnel("deal list", env={"FUNNEL_LOCALE": name})
    assert "is no locale" in wrong.stderr
    for known in ("fr_FR", "de-DE", "en_GB", "de_DE.UTF-8"):
        funnel("config", "set", "locale", known)


def test_stages_speak_both_languages(funnel: Run) -> None:
    german = {"FUNNEL_LANGUAGE": "de", "FUNNEL_LOCALE": "de_DE"}
    funnel("deal add Dach --value '12.500,00 €' --stage Anamnese", env=german)
    shown = funnel("deal", "list", tty=True, width=120, env=german)
    assert "Anamnese" in shown
    assert "12.500,00 €" in shown.replace("\xa0", " ")
    assert funnel("deal", "list", "--json", env=german).json[0]["stage"] == "needs"


def test_times_are_those_of_the_users_zone(funnel: Run, clock: Clock) -> None:
    clock.set("2026-10-25 00:30")
    funnel("deal add Roof --value 1")
    assert funnel("deal", "list", "--json").json[0]["opened_on"] == "2026-10-25"
    assert funnel("deal", "list", "opened:today", "--ids").lines == ["1"]
    assert funnel("deal", "list", "opened:2026-10-24", "--ids") == ""
    clock.set("2026-03-29 03:30")
    assert funnel("today", "--json").json["date"] == "2026-03-29"


@pytest.mark.parametrize("width", [20, 40, 80, 160])
def test_nothing_is_wider_than_the_terminal(funnel: Run, width: int) -> None:
    from funnelcli.render.layout import cells

    funnel("contact", "add", "Ein sehr langer Name für eine Person mit 日本語 und 🙂" * 2)
    funnel("deal", "add", "Roof with a long title " * 4, "-c", 1, "--value", "1234567.89")
    funnel("next", 1, "call " * 20, "--due", "today")
    for command in (
        ["today"],
        ["show"],
        ["deal", "list"],
        ["deal", "show", "1"],
        ["contact", "list"],
        ["step", "list"],
        ["process", "show"],
        ["history"],
    ):
        shown = funnel(*command, tty=True, width=width, env={"NO_COLOR": "1"})
        assert max(cells(line) for line in shown.lines) <= width, command


def test_control_characters_and_markup_are_only_text(funnel: Run) -> None:
    funnel("deal", "add", "\x1b[31mred\x1b[0m [bold]loud[/bold]")
    shown = funnel("deal", "list", tty=True, width=120, env={"NO_COLOR": "1"})
    assert "\x1b" not in shown
    assert "[bold]loud[/bold]" in shown


def test_colour_is_off_where_it_is_not_wanted(funnel: Run) -> None:
    funnel("deal", "add", "Roof")
    assert "\x1b[" in funnel("deal", "list", tty=True)
    assert "\x1b[" not in funnel("deal", "list")
    assert "\x1b[" not in funnel("deal", "list", tty=True, env={"NO_COLOR": "1"})
    assert "\x1b[" not in funnel("deal", "list", tty=True, env={"TERM": "dumb"})
    assert "\x1b[" not in funnel("deal", "list", "--no-color", tty=True)


HEAVY = ("sqlmodel", "sqlalchemy", "pydantic", "rich", "babel")
if sys.platform == "linux":
    HEAVY += ("platformdirs",)
PROMPT = (
    *HEAVY,
    "typer",
    "typing",
    "re",
    "json",
    "pathlib",
    "tempfile",
    "dataclasses",
    "inspect",
    "locale",
)
# What is written as its command has it is read without the library.
PLAIN = (*HEAVY, "typer", "typing")
# What only writes, JSON and help need takes a tenth of the time of a read.
READ = (*PLAIN, "json", "copy", "gettext")
READ += ("funnelcli.actions.contacts", "funnelcli.actions.deals", "funnelcli.values.phones")
# What has no words to be read is done without patterns, and without the library for them.
BARE = ("re", "enum")
LAZY = {
    "deal list": (*READ, *BARE),
    "deal list --json": (*PLAIN, *BARE, "json"),
    "deal list stage:offer -tag:vip --sort -value --limit 5": READ,
    "deal show 1": (*READ, *BARE),
    "contact list": (*READ, *BARE),
    "show": (*READ, *BARE),
    "today": (*READ, *BARE),
    "agenda": (*READ, *BARE),
    "report losses": READ,
    "report losses --by source": PLAIN,
    "deal add Wall": (*PLAIN, *BARE, "json"),
    "deal add Roof --value 5": (*PLAIN, "json"),
    "contact add Ada": (*PLAIN, "json", "phonenumbers"),
    "advance 1 --to offer": (*PLAIN, *BARE, "json"),
    "note add 1 hello": (*PLAIN, *BARE, "json"),
    "visit add 1": (*PLAIN, *BARE, "json"),
    "log eva hello": PLAIN,
    "next 1 call --due fri": PLAIN,
    "done 1": (*PLAIN, *BARE, "json"),
    "--version": (*HEAVY, "typer", "sqlite3"),
    "status --short": (*PROMPT, "sqlite3", "datetime"),
    "__complete -- deal show R": (
        *(*PROMPT, "contextlib", "funnelcli.prompt._values", "sqlite3", "datetime"),
    ),
    "__complete -- deal list --st": PROMPT,
    "__complete -- offer list --st": (*PROMPT, "sqlite3"),
}

SCREENS = ("show", "today", "agenda", "deal list", "deal show 1", "contact list", "report losses")


@pytest.mark.parametrize(
    "settings", ["", '# mine\ncurrency = "EUR"\n\n[columns]\nvisit-list = "id"\n']
)
@pytest.mark.parametrize("language", ["en", "de"])
def test_no_command_loads_what_it_does_not_need(
    language: str, settings: str, environment: dict[str, str], tmp_path: Path
) -> None:
    # As a user has it: no variable says where things are, and the system's locale what they speak.
    plain = {
        name: value
        for name, value in process_environment(environment).items()
        if not name.startswith(("FUNNEL_", "XDG_", "LC_"))
    }
    env = plain | {"HOME": str(tmp_path), "LANG": {"en": "C.UTF-8", "de": "de_DE.UTF-8"}[language]}
    if settings and sys.platform == "linux":
        (tmp_path / ".config/funnel").mkdir(parents=True)
        (tmp_path / ".config/funnel/config.toml").write_text(settings, "utf-8")
    script = (
        "import io, sys\nbefore = set(sys.modules)\nfrom funnelcli.__main__ import main\n"
        "if sys.argv[2]:\n"
        " sys.stdout = type('Terminal', (io.StringIO,), {'isatty': lambda stream: True})()\n"
        "code = main(sys.argv[3:])\n"
        "loaded = set(sys.argv[1].split(',')) & (set(sys.modules) - before)\n"
        # What is written and compiled where its module loads: classes of the library's that are
        # made of their fields, and patterns.
        "def compiled(made): return type(made).__name__ == 'Pattern' or type(made) is type and"
        " ('__dataclass_fields__' in vars(made) or '_fields' in vars(made) and made.__mro__[-2] is"
        " tuple)\n"
        "loaded |= {f'{name}.{called}' for name, module in [*sys.modules.items()]"
        " if name.startswith('funnelcli.') for called, made in [*vars(module).items()]"
        " if compiled(made)}\n"
        "sys.stderr.write('LOADED ' + ','.join(loaded) + ' ' + str(code))"
    )
    for words, banned, terminal in (
        ("contact add Eva", (*PLAIN, "funnelcli.db.journal"), ""),
        ("deal add Roof -c 1", (*PLAIN, "funnelcli.db.journal"), ""),
        *((words, banned, "") for words, banned in LAZY.items()),
        *((words, (*READ, "dataclasses", "inspect"), "terminal") for words in SCREENS),
    ):
        done = subprocess.run(
            [sys.executable, "-c", script, ",".join(banned), terminal, *words.split()],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=env,
        )
        loaded = done.stderr.rpartition("LOADED ")[2]
        if words.startswith("report "):
            # What reports are made of is built for them alone.
            loaded = re.sub(r"funnelcli\.reports\.[\w.]+,?", "", loaded)
        assert loaded == " 0", f"{words}: {done.stderr}"


def test_only_the_command_that_is_called_is_imported(environment: dict[str, str]) -> None:
    script = (
        "import sys\nfrom funnelcli.__main__ import main\nmain(['config', 'list'])\n"
        "sys.stderr.write(' '.join(m for m in sys.modules if m.startswith('funnelcli.cli.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env=process_environment(environment),
    )
    loaded = set(done.stderr.split())
    assert "funnelcli.cli.data.settings" in loaded
    assert not loaded & {
        "funnelcli.cli.records.deal",
        "funnelcli.cli.records.visit",
        "funnelcli.cli.data.demo",
    }


def test_a_reader_that_has_read_enough_is_no_error(
    environment: dict[str, str], run_process: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    if os.name != "posix":
        pytest.skip("needs a POSIX shell")
    run_process("deal", "add", "Roof")
    done = subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -m funnelcli process show --json | head -n 1'],
        capture_output=True,
        text=True,
        env=process_environment(environment),
    )
    assert done.stdout == "{\n"
    assert done.stderr == ""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is full")
@pytest.mark.parametrize(
    "words", ["report win-rate", "report --help", "deal list --json", "--version"]
)
def test_a_full_disk_is_told_in_two_sentences(words: str, environment: dict[str, str]) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "funnelcli", *words.split()],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=process_environment(environment),
        )
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "-o." in done.stderr
    assert "Exception" not in done.stderr
    assert "Traceback" not in done.stderr


def test_an_interruption_while_the_program_starts_is_told_in_a_sentence(
    funnel: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def early(_args: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("funnelcli.cli.run", early)
    assert funnel("deal", "list", exit=130).stderr == "Interrupted; nothing was changed.\n"


@pytest.mark.sqlite("files beside it")
def test_after_every_command_there_is_one_file(
    db: str, run_process: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    for words in (["deal", "add", "Roof"], ["deal", "list"], ["undo"], ["advance", "9"]):
        run_process(*words)
        beside = sorted(name for name in os.listdir(os.path.dirname(db)) if "funnel.db" in name)
        assert beside == ["funnel.db"]
    if os.name == "posix":
        assert os.stat(db).st_mode & 0o777 == 0o600


def test_a_mistyped_database_makes_no_folder(funnel: Run, tmp_path: Path) -> None:
    funnel("deal", "list", "--db", tmp_path / "nowhere" / "x.db", exit=1)
    assert not (tmp_path / "nowhere").exists()


def test_two_shells_writing_in_loops_lose_nothing(environment: dict[str, str]) -> None:
    loop = (
        "import sys\nfrom funnelcli.__main__ import main\n"
        "for i in range(15):\n"
        "    code = main(['deal', 'add', f'{sys.argv[1]} {i}', '-q'])\n"
        "    if code: sys.exit(code)\n"
    )
    env = process_environment(environment)
    started = [
        subprocess.Popen(
            [sys.executable, "-c", loop, name],
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    printed = [process.communicate(timeout=60) for process in started]
    assert [process.returncode for process in started] == [0, 0], printed
    ids = [line for out, _err in printed for line in out.split()]
    assert len(set(ids)) == 30


def test_a_command_leaves_without_taking_the_interpreter_apart(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    """What Python would do at its end is a tenth of a command's time; the answer is whole, the
    code right and the database closed all the same."""
    script = (
        "import atexit, sys\n"
        "from funnelcli.__main__ import entry\n"
        "atexit.register(lambda: print('taken apart'))\n"
        "sys.argv[1:] = {words}\n"
        "entry()\n"
    )
    env = process_environment({**environment, "FUNNEL_DB": str(tmp_path / "own.db")})
    for words, code in (
        (["contact", "add", "Eva"], 0),
        (["contact", "list", "--csv=name"], 0),
        (["--version"], 0),
        (["contact", "show", "99"], 4),
    ):
        done = subprocess.run(
            [sys.executable, "-c", script.format(words=words)],
            env=env, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        assert "taken apart" not in done.stdout
        if "list" in words:
            assert done.stdout.split() == ["name", "Eva"]
    assert not (tmp_path / "own.db-wal").exists()
