"""What a person is offered who presses Tab: by the program, and in real shells."""

from __future__ import annotations

import os
import pty
import select
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import funnelcli
import postgres
from conftest import Run
from funnelcli import config, db, i18n
from funnelcli.actions import closing as ending
from funnelcli.actions import contacts, deals, steps, visits
from funnelcli.cli.data import shells
from funnelcli.db import moving
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.deal import DEAL
from funnelcli.prompt import records, suggestions
from funnelcli.prompt.completion import answer

ROOT = Path(__file__).parent.parent
Offer = Callable[..., list[str]]
DAY = 1_764_000_000


def ask(path: Path, sql: str) -> str:
    """The one value of a query. A connection that is not closed would leave its log behind."""
    with closing(sqlite3.connect(path)) as conn:
        return str(conn.execute(sql).fetchone()[0])


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "funnel.db"
    conn = db.connect(str(path))
    with db.command(conn, "test"):
        names = ["Müller Bau", "Mueller Dach", "Muster GmbH", "Eva Roth", "O'Neill & Sons"]
        people = [contacts.add(conn, name, at=DAY) for name in names]

        def deal(title: str, contact: int | None = None, process: int = 1, **rest: Any) -> int:
            return deals.add(
                conn, title, process_id=process, contact_id=contact, at=DAY, currency="EUR", **rest
            )

        deal("Solar roof", people[0], tags=["vip"])
        deal("Solar roof", people[3], tags=["very big"])
        deal("Sold already", people[4], value=100)
        deal('Größe: 3 "x"', people[0])
        deal("007")
        deal("Straße $5")
        deal("-minus")
        deal("tab\there")
        deal("Doors", people[2], process=2)
        ending.lose(conn, 2, DAY + 60, "price")
        ending.win(conn, 3, DAY + 60)
        steps.add(conn, "call back", deal_id=1, at=DAY, due="2026-12-01")
        steps.add(conn, "send offer", deal_id=4, at=DAY, due="2026-11-01")
        visits.add(conn, contact_id=people[0], deal_id=None, at=DAY)
    conn.close()
    return path


@pytest.fixture
def settings(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[pytest.MonkeyPatch]:
    for name in [name for name in os.environ if name.startswith(("FUNNEL_", "LC_", "LANG"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FUNNEL_DB", str(database))
    monkeypatch.setenv("FUNNEL_CONFIG_DIR", str(tmp_path / "config"))
    yield monkeypatch
    config.forget()
    i18n.use("en")


@pytest.fixture
def offers(settings: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Offer:
    def offer(*words: str, described: bool = False) -> list[str]:
        assert answer(["--", *words]) == 0
        out, err = capfdbinary.readouterr()
        assert err == b""
        lines = out.decode().splitlines()
        return lines if described else [line.split("\t")[0] for line in lines]

    return offer


# Commands and options ---------------------------------------------------------------------------


def test_commands_and_their_help(offers: Offer) -> None:
    assert offers("adv", described=True) == ["advance\tTake a deal one stage forward, or further."]
    assert {"today", "contact", "deal", "completion"} < set(offers(""))
    assert "add" in offers("deal", "")
    assert offers("deal", "li") == ["list"]
    assert offers("nonsense", "") == []
    assert offers("deal", "nonsense", "") == []
    assert offers() == offers("")


def test_an_alias_is_completed_and_understood(offers: Offer) -> None:
    assert offers("deal", "ls") == ["ls"]
    assert offers("deal", "ls", "stag") == ["stage:"]
    assert offers("deal", "r") == ["reopen", "renew", "remove"]


def test_options_that_may_still_come(offers: Offer) -> None:
    assert offers("advance", "--t") == ["--to"]
    assert offers("advance", "1", "--to", "offer", "--t") == []
    assert offers("deal", "edit", "1", "--tag", "a", "--tag") == ["--tag"]
    assert offers("deal", "list", "--js") == ["--json", "--jsonl"]
    assert "--limit" in offers("deal", "list", "--")
    assert "--quiet" not in offers("deal", "list", "--")
    assert "--yes" in offers("deal", "remove", "1", "-")
    assert "--db" in offers("-")
    # Where nothing but options can follow, they are offered at once; behind "--" never.
    assert "--quiet" in offers("redo", "")
    assert offers("advance", "--", "--t") == []


def test_the_fields_that_an_import_maps(offers: Offer) -> None:
    assert offers("import", "deals", "x.csv", "--map", "fi") == ["first_name="]
    assert offers("import", "products", "x.csv", "--map", "sk") == ["sku="]


def test_what_a_merge_can_take(offers: Offer) -> None:
    assert offers("contact", "merge", "1", "2", "--take", "") == ["name=1", "name=2"]
    assert offers("contact", "merge", "1", "Eva Roth", "--take=name=") == [
        *("--take=name=1", "--take=name=Eva Roth")
    ]
    # Of what one of them does not have nothing can be taken.
    taken = offers("deal", "merge", "1", "3", "--take", "", described=True)
    assert "contact=1\tMüller Bau" in taken
    assert "value=3\tEUR 1.00" in taken
    assert not [offer for offer in taken if offer.startswith(("value=1", "source"))]
    assert offers("deal", "merge", "--take", "") == []


def test_what_people_are_called_and_asked_for_by(offers: Offer) -> None:
    assert offers("contact", "add", "x", "--salutation", "") == ["mr", "ms", "none"]
    assert offers("contact", "list", "salutation:m") == ["salutation:mr", "salutation:ms"]
    assert offers("contact", "list", "--sort", "-last") == ["-last_name"]
    assert "birthday:this-week" in offers("contact", "list", "birthday:")


def test_a_value_that_can_be_anything_is_awaited(offers: Offer) -> None:
    assert offers("contact", "add", "--phone", "") == []
    assert offers("contact", "add", "--phone", "-") == []
    assert offers("deal", "list", "--limit", "") == []
    assert offers("offer", "print", "2026-0001", "--lang", "") == []
    # Behind it the first argument is still to come.
    deals = offers("deal", "edit", "")
    assert deals
    assert offers("deal", "edit", "--notes", "foo", "") == deals


def test_a_short_option_takes_its_value(offers: Offer) -> None:
    assert offers("deal", "add", "x", "-p", "f") == ["funnel"]
    assert offers("-o", "x.csv", "deal", "li") == ["list"]


# Records ----------------------------------------------------------------------------------------


def test_deals_by_title_without_regard_to_case_and_umlauts(offers: Offer) -> None:
    assert offers("advance", "grosse") == ['Größe: 3 "x"']
    assert offers("advance", "GRÖ") == ['Größe: 3 "x"']
    assert offers("advance", "groess") == ['Größe: 3 "x"']
    assert offers("advance", "strasse") == ["Straße $5"]
    assert offers("advance", "zzz") == []


def test_titles_that_are_there_twice_come_with_their_contact(offers: Offer) -> None:
    assert offers("deal", "show", "Solar roof e") == ["Solar roof Eva Roth"]
    assert offers("deal", "show", "Solar roof ") == ["Solar roof Müller Bau", "Solar roof Eva Roth"]
    assert offers("deal", "show", "solar", described=True) == [
        "Solar roof Müller Bau\tMüller Bau · Qualification",
        "Solar roof Eva Roth\tEva Roth · lost",
    ]


def test_deals_by_their_contact(offers: Offer) -> None:
    assert offers("advance", "mue") == ['Müller Bau Größe: 3 "x"', "Müller Bau Solar roof"]
    assert offers("advance", "müller bau so") == ["Müller Bau Solar roof"]
    assert offers("advance", "must") == ["Muster GmbH Doors"]


def test_every_completed_name_names_its_deal(offers: Offer, database: Path) -> None:
    from funnelcli.nouns import naming

    conn = db.connect(str(database))
    names = {name for word in ("", "s", "m", "e", "d", "g", "0") for name in offers("log", word)}
    found = {naming.resolve(conn, CONTACT, name, write=True) for name in names if name}
    assert len(found) == 5
    words = ("", "so", "m", "g", "st", "must")
    titles = {name for word in words for name in offers("deal", "show", word)}
    assert {naming.resolve(conn, DEAL, name, write=True) for name in titles} == set(range(1, 10))
    conn.close()


def test_only_deals_that_the_verb_is_for_and_open_ones_first(offers: Offer) -> None:
    assert offers("reopen", "") == ["Sold already", "Solar roof"]
    assert offers("deal", "withdraw", "") == ["Sold already"]
    assert "Sold already" not in offers("win", "")
    assert offers("deal", "show", "so")[:1] == ["Solar roof Müller Bau"]


def test_deals_by_id(offers: Offer, database: Path) -> None:
    assert offers("advance", "4", described=True) == [
        '4\tGröße: 3 "x" · Müller Bau · Qualification'
    ]
    public = ask(database, "SELECT public_id FROM deal WHERE id = 4")
    assert public in offers("advance", public[:9].lower())
    assert offers("advance", "99999999999999999999") == []


def test_a_title_that_would_be_read_as_something_else_is_offered_by_its_id(offers: Offer) -> None:
    assert {"5", "7", "8"} < set(offers("deal", "show", ""))


def test_several_deals_can_be_named(offers: Offer) -> None:
    assert offers("deal", "remove", "1", "2", "str") == ["Straße $5"]
    assert "1" not in offers("deal", "show", "1", "")


def test_contacts_steps_and_visits(offers: Offer) -> None:
    assert offers("contact", "show", "m") == ["Müller Bau", "Mueller Dach", "Muster GmbH"]
    assert set(offers("contact", "show", "mue")) == {"Mueller Dach", "Müller Bau"}
    assert offers("deal", "add", "x", "-c", "eva") == ["Eva Roth"]
    assert offers("step", "done", "", described=True) == [
        '2\tsend offer · 2026-11-01 · Größe: 3 "x"',
        "1\tcall back · 2026-12-01 · Solar roof",
    ]
    assert offers("step", "done", "ca") == ["call back"]
    assert offers("visit", "show", "") == ["1"]
    assert offers("visit", "show", "mü") == ["Müller Bau"]
    # What comes next may be for a deal or, without one, for a contact.
    assert offers("next", "o") == ["O'Neill & Sons Sold already", "O'Neill & Sons"]


# Values -----------------------------------------------------------------------------------------


def test_stages_that_the_deal_on_the_line_can_move_to(offers: Offer) -> None:
    assert offers("advance", "1", "--to", "") == [
        "needs", "offer", "negotiation", "decision", "delivery", "care",
    ]  # fmt: skip
    assert offers("advance", "solar roof müller", "--to=n") == ["--to=needs", "--to=negotiation"]
    assert offers("back", "1", "--to", "") == ["positioning"]
    assert offers("advance", "doors", "--to", "")[0] == "conversation"
    assert "visit" in offers("advance", "--to", "")
    assert offers("deal", "add", "x", "--process", "funnel", "--stage", "")[0] == "visit"
    assert offers("deal", "add", "x", "--stage", "")[0] == "positioning"


def test_names_are_completed_where_no_key_is(
    settings: pytest.MonkeyPatch, offers: Offer, database: Path
) -> None:
    settings.setenv("FUNNEL_LANG", "de")
    name = ask(database, "SELECT name_de FROM catalogue WHERE key = 'no_budget'")
    assert name in offers("lose", "1", "--reason", name[:4].lower())
    assert f"no_budget\t{name}" in offers("lose", "1", "--reason", "no", described=True)


def test_german_names_are_completed_where_they_are_understood(
    settings: pytest.MonkeyPatch, offers: Offer
) -> None:
    assert offers("deal", "list", "stuf") == []
    settings.setenv("FUNNEL_LANG", "de")
    assert offers("deal", "list", "stuf", described=True) == ["stufe:\tstage"]
    assert offers("deal", "list", "st") == ["stage:", "status:"]
    assert offers("deal", "list", "-stufe:off") == ["-stufe:offer"]
    assert offers("contact", "list", "is:kun") == ["is:Kunde"]
    assert offers("deal", "list", "--sort", "-wer") == ["-wert"]
    assert offers("deal", "list", "--columns", "titel,wer") == ["titel,wert"]
    assert offers("deal", "list", "--json=wer") == []
    assert offers("deal", "add", "x", "--que", described=True) == ["--quelle\t--source"]


def test_keys_of_options(offers: Offer) -> None:
    assert "price" in offers("lose", "1", "--reason", "p")
    assert offers("deal", "add", "x", "--kind", "") == ["new", "repeat", "upsell", "renewal"]
    assert offers("contact", "add", "x", "--role", "d") == ["decider"]
    assert offers("visit", "add", "m", "--channel", "on") == ["on_site"]
    assert offers("visit", "add", "m", "--outcome", "no") == ["not_met"]
    assert offers("visit", "add", "m", "--goal-reached", "") == ["yes", "partly", "no"]
    assert offers("contact", "consent", "eva", "") == ["post", "phone", "email"]
    assert "fair" in offers("deal", "edit", "1", "--source", "f")
    assert offers("deal", "edit", "1", "--untag", "v") == ["very big", "vip"]
    assert offers("process", "show", "") == ["cycle", "funnel"]
    assert "tomorrow" in offers("next", "1", "x", "--due", "tom")
    assert offers("completion", "p") == ["powershell"]
    assert offers("config", "set", "la") == ["language"]
    assert offers("config", "set", "language", "") == ["en", "de"]


def test_files_are_the_shells_business(offers: Offer) -> None:
    for words in (["--db", ""], ["process", "check", "x"], ["deal", "list", "--output=x"]):
        assert offers(*words) == [":files"]


def test_filter_words(offers: Offer) -> None:
    assert offers("deal", "list", "sta") == ["stage:", "status:"]
    assert offers("deal", "list", "stage:off") == ["stage:offer"]
    assert offers("deal", "list", "stage:offer,neg") == ["stage:offer,negotiation"]
    assert offers("deal", "list", "stage:offer,off") == []
    assert offers("deal", "list", "-sta") == ["-stage:", "-status:"]
    assert offers("deal", "list", "-stage:off") == ["-stage:offer"]
    assert offers("deal", "list", "-stage:offer", "is:ro") == ["is:rotten"]
    assert offers("deal", "list", "tag:v") == ["tag:very big", "tag:vip"]
    assert offers("deal", "list", "contact:eva") == ["contact:Eva Roth"]
    assert offers("deal", "list", "title:str") == ["title:Straße $5"]
    assert "close:this-month" in offers("deal", "list", "close:this")
    assert offers("contact", "list", "kind:p") == ["kind:person"]
    assert offers("step", "list", "is:ov") == ["is:overdue"]


def test_fields_and_sort_keys(offers: Offer) -> None:
    assert offers("deal", "list", "--json=id,ti") == ["--json=id,title"]
    assert offers("deal", "list", "--json", "stage:off") == ["stage:offer"]
    assert offers("contact", "list", "--csv=na") == ["--csv=name"]
    assert offers("deal", "list", "--sort", "-val") == ["-value"]
    assert offers("deal", "list", "--sort", "value,st") == [
        "value,stage",
        "value,status",
    ]


# The database -----------------------------------------------------------------------------------


def test_the_database_named_on_the_line(
    settings: pytest.MonkeyPatch, offers: Offer, database: Path
) -> None:
    settings.setenv("HOME", str(database.parent))
    settings.delenv("FUNNEL_DB")
    settings.setenv("XDG_DATA_HOME", str(database.parent / "nowhere"))
    assert offers("advance", "str") == []
    assert offers("advance", "--db", str(database), "str") == ["Straße $5"]
    assert offers("--db", f"~/{database.name}", "advance", "str") == ["Straße $5"]
    assert offers("advance", f"--db={database}", "str") == ["Straße $5"]


def test_settings_are_found_where_the_program_finds_them(
    settings: pytest.MonkeyPatch, offers: Offer, database: Path, tmp_path: Path
) -> None:
    settings.delenv("FUNNEL_DB")
    (tmp_path / "config").mkdir()
    file = tmp_path / "config" / "config.toml"
    file.write_text(f'db = "{database}"\nprocess = "funnel"\nlanguage = "de"\n', encoding="utf-8")
    assert offers("advance", "str") == ["Straße $5"]
    assert offers("deal", "add", "x", "--stage", "", described=True)[0] == "visit\tKundenbesuch"
    file.write_text("db = [broken", encoding="utf-8")
    assert offers("advance", "str") == []
    assert offers("adv") == ["advance"]


@pytest.mark.skipif(sys.platform == "win32", reason="moves the data folder by XDG_DATA_HOME")
def test_the_default_place_is_the_programs(
    settings: pytest.MonkeyPatch, offers: Offer, database: Path, tmp_path: Path
) -> None:
    settings.delenv("FUNNEL_DB")
    settings.setenv("XDG_DATA_HOME", str(tmp_path))
    settings.setenv("HOME", str(tmp_path))
    config.forget()
    place = Path(config.get("db"))
    place.parent.mkdir(parents=True)
    shutil.copy(database, place)
    assert offers("advance", "str") == ["Straße $5"]


@pytest.mark.parametrize("state", ["missing", "empty", "text", "foreign", "newer", "locked"])
def test_a_database_that_cannot_be_read_says_nothing_and_is_left_alone(
    state: str, offers: Offer, database: Path, tmp_path: Path, settings: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    path = folder / "funnel.db"
    settings.setenv("FUNNEL_DB", str(path))
    holder = None
    if state == "empty":
        path.touch()
    elif state == "text":
        path.write_text("not a database at all" * 100, encoding="utf-8")
    elif state == "foreign":
        with closing(sqlite3.connect(path)) as foreign:
            foreign.execute("CREATE TABLE deal (x)")
    elif state in ("newer", "locked"):
        shutil.copy(database, path)
        holder = sqlite3.connect(path, isolation_level=None)
        if state == "newer":
            holder.execute("PRAGMA user_version = 999")
            holder.close()
            holder = None
        else:
            holder.execute("PRAGMA locking_mode = EXCLUSIVE")
            holder.execute("BEGIN EXCLUSIVE")
    before = path.read_bytes() if path.exists() else None
    files = sorted(os.listdir(folder))
    assert offers("advance", "") == []
    assert offers("advance", "1", "--to", "") == []
    assert offers("deal", "list", "stage:") == []
    assert offers("adv") == ["advance"]
    assert sorted(os.listdir(folder)) == files
    assert (path.read_bytes() if path.exists() else None) == before
    if holder is not None:
        holder.close()


def test_a_database_is_not_written_to(offers: Offer, database: Path) -> None:
    before = database.read_bytes()
    assert offers("advance", "s")
    assert database.read_bytes() == before
    assert os.listdir(database.parent) == [database.name]


def test_a_shell_completes_no_further_than_all_deals_agree(
    settings: pytest.MonkeyPatch, offers: Offer, tmp_path: Path
) -> None:
    """Among more deals than are shown the first and the last by name are shown too."""
    path = tmp_path / "many.db"
    conn = db.connect(str(path))
    with db.command(conn, "test"):
        deals.add(conn, "Solar", process_id=1, at=DAY, currency="EUR")
    conn.execute(
        "WITH RECURSIVE n (i) AS (VALUES (2) UNION ALL SELECT i + 1 FROM n WHERE i < 1500)"
        " INSERT INTO deal (id, public_id, title, search, process_id, opened_at, opened_on,"
        " recorded_at, stage_id, stage_since, furthest_stage_id, status, currency)"
        " SELECT i, 'P' || i, CASE WHEN i < 1400 THEN 'Solar a' ELSE 'Solid ' END || i,"
        " CASE WHEN i < 1400 THEN 'solar a' ELSE 'solid ' END || i, 1, 0, '2026-01-01', 0, 1, 0,"
        " 1, 'open', 'EUR' FROM n"
    )
    conn.close()
    settings.setenv("FUNNEL_DB", str(path))
    for word in ("", "s"):
        found = offers("advance", word)
        assert len(found) <= records.MOST + 2
        assert {name[:3] for name in found} == {"Sol"}
        assert {name[3] for name in found} == {"a", "i"}


def test_searches_are_ranges_of_an_index(
    database: Path, offers: Offer, settings: pytest.MonkeyPatch
) -> None:
    """No search for a name reads a whole table of records."""
    plans: list[str] = []
    real = sqlite3.connect

    class Spy(sqlite3.Connection):
        def execute(self, sql: str, values: Any = ()) -> sqlite3.Cursor:
            if sql.lstrip().startswith(("SELECT", "WITH")):
                rows = super().execute("EXPLAIN QUERY PLAN " + sql, values)
                plans.extend(row[3] for row in rows)
            return super().execute(sql, values)

    settings.setattr(sqlite3, "connect", lambda path, **rest: real(path, factory=Spy, **rest))
    for word in ("mue", "s", "12", "01M", "müller bau so"):
        offers("advance", word)
        offers("log", word)
        offers("visit", "show", word)
    offers("deal", "list", "tag:v")
    scanned = [plan for plan in plans if plan.startswith("SCAN") and "INDEX" not in plan]
    assert {plan.split()[1] for plan in scanned} <= {"t", "CONSTANT"}
    assert any("USING" in plan and "deal_search" in plan for plan in plans)


# Processes --------------------------------------------------------------------------------------


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "funnelcli", "__complete", "--", *words],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, **environment},
        timeout=60,
    )


def test_a_process_answers_in_utf_8_whatever_the_locale(settings: pytest.MonkeyPatch) -> None:
    for locale in ("C", "C.UTF-8"):
        done = run("advance", "gro", LC_ALL=locale, PYTHONIOENCODING="latin-1")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == 'Größe: 3 "x"\tMüller Bau · Qualification\n'


def test_completion_loads_nothing_of_the_program(settings: pytest.MonkeyPatch) -> None:
    code = (
        "import sys; from funnelcli.__main__ import main\n"
        "for line in sys.argv[1].split('|'): main(['__complete', '--', *line.split(',')])\n"
        "print(sorted(set('typer click rich babel sqlmodel sqlalchemy pydantic dataclasses'"
        " ' funnelcli.cli funnelcli.config funnelcli.db inspect'.split()) & set(sys.modules)))"
    )
    lines = "adv|advance,mue|advance,1,--to,|deal,list,stage:|deal,list,tag:|step,done,|lose,1,-"
    done = subprocess.run(
        [sys.executable, "-c", code, lines], capture_output=True, encoding="utf-8", timeout=60
    )
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_closed_pipe_is_no_error(settings: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "funnelcli", "__complete", "--", ""],
        stdout=write,
        stderr=subprocess.PIPE,
        timeout=60,
    )
    os.close(write)
    assert done.stderr == b""


# The scripts ------------------------------------------------------------------------------------


def test_what_is_generated_is_fresh() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "generate.py"), "--check"],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("shell", list(shells.SCRIPTS))
def test_the_program_prints_every_script(shell: str, settings: pytest.MonkeyPatch) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "funnelcli", "completion", shell],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    script = (ROOT / "completions" / shells.SCRIPTS[shell]).read_text(encoding="utf-8")
    assert done.stdout.rstrip("\n") == script.rstrip("\n")
    assert "__complete --" in script
    assert f"funnel completion {shell}" in script


def test_an_installed_program_prints_the_scripts_of_its_package(
    funnel: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wheel takes ``completions/`` into the package, where an installed one finds it."""
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]
    wheel = build["build"]["targets"]["wheel"]
    assert set(wheel["only-include"]) == set(wheel["sources"]) == {"src/funnelcli", "completions"}
    assert "completions" in build["build"]["targets"]["sdist"]["include"]
    package = tmp_path / wheel["sources"]["src/funnelcli"]
    shutil.copytree(ROOT / "completions", tmp_path / wheel["sources"]["completions"])
    (package / "completions" / "funnel.fish").write_text("of the package\n", encoding="utf-8")
    monkeypatch.setattr(funnelcli, "__file__", str(package / "__init__.py"))
    assert funnel("completion", "fish") == "of the package\n"


def test_an_unknown_shell_is_an_error_that_says_which_there_are(
    settings: pytest.MonkeyPatch,
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "funnelcli", "completion", "tcsh"],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 2
    assert "bash, zsh, fish, powershell" in done.stderr


def test_the_powershell_script_registers_a_native_completer() -> None:
    script = (ROOT / "completions" / "funnel.ps1").read_text(encoding="utf-8")
    assert "Register-ArgumentCompleter -Native -CommandName funnel" in script
    assert "[System.Management.Automation.CompletionResult]::new(" in script
    for opened, closed in ("{}", "()", "[]"):
        assert script.count(opened) - script.count(closed) in (0, -1, 1)


# Real shells ------------------------------------------------------------------------------------


def needs(shell: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(shell) is None, reason=f"{shell} is not installed")


@pytest.fixture
def home(settings: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home folder, and a ``funnel`` that completes, and shows which words it was called with."""
    programs = tmp_path / "bin"
    programs.mkdir()
    program = programs / "funnel"
    program.write_text(
        "#!/bin/sh\n"
        f'if [ "$1" = __complete ]; then exec "{sys.executable}" -m funnelcli "$@"; fi\n'
        "for word; do printf '<%s>' \"$word\"; done; echo '|end'\n",
        encoding="utf-8",
    )
    program.chmod(0o755)
    (tmp_path / "offers.csv").touch()
    settings.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    settings.setenv("HOME", str(tmp_path))
    settings.setenv("LC_ALL", "C.UTF-8")
    settings.setenv("TERM", "dumb")
    settings.chdir(tmp_path)
    return tmp_path


class Terminal:
    """A shell on a pseudo terminal, typed to."""

    def __init__(self, *command: str) -> None:
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
        )
        os.close(slave)
        self.wait_for("READY> ")

    def wait_for(self, text: str) -> str:
        seen = b""
        until = time.monotonic() + 30
        while text.encode() not in seen:
            ready, _w, _x = select.select([self.master], [], [], max(0, until - time.monotonic()))
            assert ready, f"no {text!r} in {seen.decode(errors='replace')!r}"
            seen += os.read(self.master, 4096)
        return seen.decode(errors="replace")

    def words(self, typed: str) -> list[str]:
        """The words of the command that ``typed``, with its tabs, and Enter run."""
        os.write(self.master, typed.encode() + b"\n")
        out = self.wait_for("|end")
        return out[out.rindex("\n<") + 2 : out.rindex(">|end")].split("><")

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.master)


LINES = [
    ("funnel adv\t", ["advance"]),
    ("funnel advance grosse\t", ["advance", 'Größe: 3 "x"']),
    ("funnel advance str\t", ["advance", "Straße $5"]),
    ("funnel advance 'str\t", ["advance", "Straße $5"]),
    ('funnel advance "str\t', ["advance", "Straße $5"]),
    ("funnel deal show 'solar roof e\t", ["deal", "show", "Solar roof Eva Roth"]),
    ("funnel deal show solar\\ roof\\ e\t", ["deal", "show", "Solar roof Eva Roth"]),
    ("funnel log o\t x", ["log", "O'Neill & Sons", "x"]),
    ("funnel log 'o\t x", ["log", "O'Neill & Sons", "x"]),
    ("funnel deal list stage:off\t", ["deal", "list", "stage:offer"]),
    ("funnel deal list stage:offer,nego\t", ["deal", "list", "stage:offer,negotiation"]),
    ("funnel deal list stag\toff\t", ["deal", "list", "stage:offer"]),
    ("funnel deal list contact:eva\t", ["deal", "list", "contact:Eva Roth"]),
    ("funnel deal list --json=id,ti\t", ["deal", "list", "--json=id,title"]),
    ("funnel advance 1 --to dec\t", ["advance", "1", "--to", "decision"]),
    ("funnel advance 1 --to=dec\t", ["advance", "1", "--to=decision"]),
    ("funnel process check off\t", ["process", "check", "offers.csv"]),
    ("funnel deal list --output=off\t", ["deal", "list", "--output=offers.csv"]),
    ("funnel nonsense off\t", ["nonsense", "off"]),
    # Several that agree further than what was typed, and several that do not.
    ("funnel log mue\t x", ["log", "mue", "x"]),
    ("funnel advance 'mül\t'", ["advance", "Müller Bau "]),
]


@needs("bash")
def test_bash_completes_on_a_terminal(home: Path) -> None:
    (home / "rc").write_text(
        f"PS1='READY> '\nbind 'set enable-bracketed-paste off'\n"
        f"source '{ROOT}/completions/funnel.bash'\n",
        encoding="utf-8",
    )
    terminal = Terminal("bash", "--noprofile", "--rcfile", str(home / "rc"), "-i")
    try:
        for typed, expected in LINES:
            assert terminal.words(typed) == expected, typed
        # Tab completes as far as the two agree, the next one rings, the next one lists.
        os.write(terminal.master, b"funnel deal show solar\t\t\t")
        assert "Solar roof Eva Roth    (lost)" in terminal.wait_for("(lost)")
    finally:
        terminal.close()


def bash_reply(line: str, **variables: str) -> list[str]:
    settings = "".join(f"{name}={value}\n" for name, value in variables.items())
    code = (
        f"source '{ROOT}/completions/funnel.bash'\n"
        f"COMP_LINE=$1 COMP_POINT=${{#1}} COMP_TYPE=9\n"
        f"COMP_WORDBREAKS=$' \\t\\n\"\\'><=;|&(:'\n{settings}_funnel funnel\n"
        "((${#COMPREPLY[@]})) && printf '%s\\n' \"${COMPREPLY[@]}\" || true"
    )
    done = subprocess.run(
        ["bash", "--norc", "--noprofile", "-c", code, "bash", line],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    # Outside of a completion bash refuses compopt, which the script does not mind.
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


@needs("bash")
def test_bash_replaces_only_what_readline_does(home: Path) -> None:
    assert bash_reply("funnel deal list stage:of") == ["offer"]
    assert bash_reply("funnel deal list stage:of", COMP_WORDBREAKS="' '") == ["stage:offer"]
    assert bash_reply("funnel deal list -stage:of") == ["offer"]
    assert bash_reply("funnel advance --to=dec") == ["decision"]
    assert bash_reply("funnel advance gro") == ['Größe:\\ 3\\ \\"x\\"']
    assert bash_reply("funnel advance 'gro") == ['Größe: 3 "x"']
    assert bash_reply('funnel advance "gro') == ['Größe: 3 \\"x\\"']
    assert bash_reply("funnel advance größe:\\ 3") == []
    assert bash_reply("funnel advance Größe:\\ 3") == ['\\ 3\\ \\"x\\"']
    assert bash_reply("funnel advance adv", COMP_POINT="10") == ["advance"]


@needs("bash")
def test_bash_calls_the_program_that_was_typed(home: Path) -> None:
    assert bash_reply(f"{home}/bin/funnel adv", PATH="/usr/bin:/bin") == ["advance"]
    assert bash_reply("~/bin/funnel adv", PATH="/usr/bin:/bin") == ["advance"]
    assert bash_reply("renamed adv") == ["advance"]


@needs("bash")
def test_bash_lists_with_descriptions(home: Path) -> None:
    assert bash_reply("funnel deal show sola", COMP_TYPE="63") == [
        "Solar roof Müller Bau  (Müller Bau · Qualification)",
        "Solar roof Eva Roth    (Eva Roth · lost)",
    ]
    assert bash_reply("funnel deal show sola") == [
        "Solar\\ roof\\ Müller\\ Bau",
        "Solar\\ roof\\ Eva\\ Roth",
    ]


@needs("zsh")
def test_zsh_completes_on_a_terminal(home: Path) -> None:
    (home / ".zshrc").write_text(
        f"fpath=('{ROOT}/completions' $fpath)\nautoload -Uz compinit\ncompinit -D -u\n"
        "PS1='READY> '\nunset zle_bracketed_paste\nsetopt no_beep\n",
        encoding="utf-8",
    )
    os.environ["ZDOTDIR"] = str(home)
    try:
        terminal = Terminal("zsh", "-o", "no_global_rcs", "-i")
    finally:
        del os.environ["ZDOTDIR"]
    try:
        for typed, expected in LINES:
            assert terminal.words(typed) == expected, typed
        os.write(terminal.master, b"funnel deal show solar\t\t")
        assert "Solar roof Eva Roth   -- lost" in terminal.wait_for("-- lost")
    finally:
        terminal.close()


@needs("fish")
def test_fish_completes(home: Path) -> None:
    lines = {
        "funnel adv": ["advance\tTake a deal one stage forward, or further."],
        "funnel advance größ": ['Größe: 3 "x"\tMüller Bau · Qualification'],
        "funnel advance Str": ["Straße $5\tQualification"],
        "funnel deal show 'Solar roof E": ["Solar roof Eva Roth\tlost"],
        "funnel deal show Solar\\ roof\\ E": ["Solar roof Eva Roth\tlost"],
        "funnel deal list stage:off": ["stage:offer\tSolution and offer"],
        "funnel deal list --json=id,ti": ["--json=id,title"],
        "funnel advance 1 --to=dec": ["--to=decision\tDecision"],
        "funnel process check off": ["offers.csv"],
        "funnel deal list --output=off": ["--output=offers.csv"],
        "funnel nonsense off": [],
    }
    code = f"source '{ROOT}/completions/funnel.fish'\n"
    code += "for line in $argv; complete -C $line; echo ==; end"
    done = subprocess.run(
        ["fish", "--no-config", "-c", code, *lines],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.stderr == ""
    assert [block.splitlines() for block in done.stdout.split("==\n")[:-1]] == [*lines.values()]


# On a server ------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_a_server_is_asked_for_records(
    offers: Offer,
    settings: pytest.MonkeyPatch,
    database: Path,
    server: postgres.Server,
    tmp_path: Path,
) -> None:
    there = server.database(tmp_path / "there")
    moving.move(str(database), there, resume=False)
    # What a busy machine needs for it is no matter here.
    settings.setattr(suggestions, "SERVER_SECONDS", 60)
    wanted = offers("deal", "show", "Sol")
    assert wanted
    settings.setenv("FUNNEL_DB", there)
    assert offers("deal", "show", "Sol") == wanted
    settings.setenv("FUNNEL_DB", there + "none")
    assert offers("deal", "show", "Sol") == []


def test_a_server_that_does_not_answer_is_not_waited_for(
    offers: Offer, settings: pytest.MonkeyPatch
) -> None:
    settings.setattr(suggestions, "SERVER_SECONDS", 0.01)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        settings.setenv("FUNNEL_DB", f"postgresql://anna@127.0.0.1:{port}/sales")
        assert offers("deal", "show", "Sol") == []
