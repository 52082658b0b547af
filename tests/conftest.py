"""The harness: ``funnel("deal add 'Solar roof' --value 84k")`` runs the program as a user would.

The line is split as a shell splits it. Words that come from a variable, or that would have to be
quoted beyond reading, are given one by one: ``funnel("deal", "show", deal)``.

It runs in this process, through the real entry point, on a database and a configuration of its
own, under a clock that the test sets. What it returns is the standard output, with the rest of
what a user gets beside it. ``run_process`` starts real processes where those matter.

With ``--postgres`` the database of each test is one on a PostgreSQL server (:mod:`postgres`), and
``db`` is its address. The tests are the same: ``sqlite3.connect(db)`` gives the program's own
connection then, to which SQL is SQLite's. Those marked ``sqlite`` are about the file itself and
skip; those marked ``postgres`` are about the server, and skip without it.
"""

from __future__ import annotations

import copy
import gc
import io
import json
import os
import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from datetime import datetime
from functools import cache, partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings

import postgres
from funnelcli import config, i18n
from funnelcli.__main__ import main
from funnelcli.actions import health
from funnelcli.cli import building
from funnelcli.cli import root as tree
from funnelcli.db import connection, migrate, places, triggers
from funnelcli.values import dates, days
from schemas import Schemas

if TYPE_CHECKING:
    import every_command

# Every run tries the same cases, so that a red one is the doing of the change at hand;
# ``pytest --hypothesis-profile=default`` goes in search of others.
# How long a case takes is the machine's doing.
settings.register_profile("steady", derandomize=True, database=None, print_blob=True, deadline=None)
settings.load_profile("steady")

# Its checks say what differed.
pytest.register_assert_rewrite("reference")

# A shell that runs the suite in the background has it, and every process that it starts, ignore
# interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# What the tests write is gone after them: it is in memory, where there is room for it.
with suppress(OSError):
    if "TMPDIR" not in os.environ and shutil.disk_usage(postgres.MEMORY).free > 3 * postgres.ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(postgres.MEMORY))

ZONE = ZoneInfo("Europe/Berlin")
DATA = Path(__file__).parent / "data"
# Reports of several tables: in a pipe each of their lines begins with the table's name.
TABLES = ("cost", "forecast")


def some(cases: Iterable[Any], each: int = 3) -> list[Any]:
    """The cases of a sweep, of which everybody runs one in so many, and continuous integration all:
    what is the same in every command is seen in any of them."""
    return [
        pytest.param(case, marks=[pytest.mark.long] * (number % each > 0))
        for number, case in enumerate(cases)
    ]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--postgres``."""
    parser.addoption(
        "--postgres", action="store_true", help="each test's database is on a PostgreSQL server"
    )


# The server, or why there is none; None where none is asked for. And whether all tests are on it.
SERVER = pytest.StashKey[postgres.Server | postgres.Missing | None]()
served: Callable[[], postgres.Server] | None = None


def pytest_configure(config: pytest.Config) -> None:
    """Start the server, one for all processes of the run, where the tests are to have one."""
    global served
    everywhere = config.getoption("postgres")
    marked = re.search(r"(?<!not )\bpostgres\b", config.getoption("markexpr"))
    config.stash[SERVER] = found = None
    if (everywhere or marked) and not config.getoption("collectonly"):
        found = config.stash[SERVER] = _server(config)
    if everywhere:
        served = partial(_found, found)


def _server(config: pytest.Config) -> postgres.Server | postgres.Missing:
    told = getattr(config, "workerinput", {}).get("postgres")
    if told is None:
        try:
            keeper = postgres.Keeper()
        except postgres.Missing as missing:
            return missing
        config.add_cleanup(keeper.close)
        told = {"folder": keeper.folder}
    if "missing" in told:
        return postgres.Missing(told["missing"])
    server = postgres.Server(told["folder"], made_new)
    config.add_cleanup(server.close)
    return server


def _found(server: postgres.Server | postgres.Missing | None) -> postgres.Server:
    """The server. Has the test skip where there is none."""
    if not isinstance(server, postgres.Server):
        pytest.skip(str(server or "needs a PostgreSQL server: pytest --postgres"))
    return server


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a process of the tests where the server is."""
    server = node.config.stash[SERVER]
    if isinstance(server, postgres.Server):
        node.workerinput["postgres"] = {"folder": server.folder}
    elif server is not None:
        node.workerinput["postgres"] = {"missing": str(server)}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what is about the file where there is a server, and about the server where is none."""
    if served and (about := item.get_closest_marker("sqlite")):
        pytest.skip(f"about the SQLite file: {about.args[0]}")
    if item.get_closest_marker("postgres"):
        _found(item.config.stash[SERVER])


@pytest.fixture(scope="session")
def server(pytestconfig: pytest.Config) -> postgres.Server:
    """A PostgreSQL server of the tests' own."""
    return _found(pytestconfig.stash[SERVER])


@pytest.fixture(autouse=True, scope="session")
def an_address_is_a_file() -> Iterator[None]:
    """Have ``sqlite3.connect`` take the address of a database on the server too, but from the
    program, which is to know them apart."""
    if not served:
        yield
        return
    opened = sqlite3.connect

    def connect(database: Any, *args: Any, **options: Any) -> sqlite3.Connection:
        if not str(database).startswith("postgresql://"):
            return opened(database, *args, **options)
        caller = sys._getframe(1).f_globals["__name__"]
        assert not caller.startswith("funnelcli"), f"{caller} takes an address for a file"
        return connection.connect(database)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", connect)
        yield


class Result(str):
    """Standard output, with ``stderr``, ``exit_code`` and, where asked for, ``json``."""

    stderr: str
    exit_code: int

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self)

    @property
    def lines(self) -> list[str]:
        """Standard output line by line."""
        return self.splitlines()

    @property
    def rows(self) -> list[list[str]]:
        """Piped output as rows of cells."""
        return [line.split("\t") for line in self.splitlines()]


class Stream(io.StringIO):
    """A stream in memory that may claim to be a terminal."""

    encoding = "utf-8"

    def __init__(self, text: str = "", *, terminal: bool = False) -> None:
        super().__init__(text)
        self.terminal = terminal
        self.buffer = io.BytesIO()
        self.buffer = io.BytesIO()

    def isatty(self) -> bool:
        """Whether this claims to be a terminal."""
        return self.terminal


class Clock:
    """The clock of a test, in Berlin; it stands still until it is set or moved on."""

    def __init__(self) -> None:
        self.instant = 0
        self.set("2026-11-24 09:00")

    def set(self, text: str) -> None:
        """Set it to a local time like "2026-11-24 09:00"."""
        moment = datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)
        self.instant = int(moment.timestamp())

    def advance(self, *, days: int = 0, hours: int = 0, minutes: int = 0, seconds: int = 0) -> None:
        """Let time pass; a day is 24 hours."""
        self.instant += ((days * 24 + hours) * 60 + minutes) * 60 + seconds

    def __call__(self) -> int:
        return self.instant


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock: 24 November 2026, nine in the morning in Berlin, a Tuesday."""
    made = Clock()
    monkeypatch.setattr(dates, "now", made)
    return made


class New:
    """New databases, each made once. Most tests begin with one, and to make it takes longer than
    all else that they do."""

    KEPT = 20

    def __init__(self) -> None:
        self.make = migrate.migrate
        # What ships with the program carries the instant at which it came.
        self.made: dict[int, sqlite3.Connection] = {}
        self.files: dict[int, bytes] = {}

    def forget(self) -> None:
        """Close those that others are copied from."""
        self.files.clear()
        while self.made:
            self.made.popitem()[1].close()

    def _now(self) -> int:
        now = dates.now()
        if now not in self.made:
            if len(self.made) == self.KEPT:
                self.forget()
            self.made[now] = conn = sqlite3.connect(":memory:", isolation_level=None)
            self.make(conn, None)
            file = bytearray(conn.serialize())
            # Its log lies beside it, as `PRAGMA journal_mode = WAL` notes it.
            file[18:20] = b"\2\2"
            self.files[now] = bytes(file)
        return now

    def file(self) -> bytes:
        """What is in the file of one."""
        return self.files[self._now()]

    def migrate(self, conn: sqlite3.Connection, path: str | None) -> None:
        """Do what the program's own function does."""
        (tables,) = conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables:
            self.make(conn, path)
            return
        self.made[self._now()].backup(conn)
        conn.execute("PRAGMA journal_mode = WAL")


@pytest.fixture(autouse=True, scope="session")
def databases_are_made_and_read_once() -> Iterator[None]:
    """Have new databases copied from one that was made a moment before, and their schema read once
    for the commands of a test; real processes make and read theirs."""
    new = New()
    with pytest.MonkeyPatch.context() as patch, Schemas().begin(new.file):
        patch.setattr(migrate, "migrate", new.migrate)
        # What the doctor compares with is the same each time.
        patch.setattr(health, "_made_new", cache(health._made_new))
        yield
    new.forget()


@pytest.fixture(autouse=True, scope="session")
def the_disk_is_not_waited_for() -> Iterator[None]:
    """Let the system write when it likes: no power is lost between two lines of a test. Real
    processes wait for the disk as they do for a user."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "SYNCHRONOUS", "OFF")
        yield


@pytest.fixture(autouse=True, scope="session")
def nothing_is_served() -> Iterator[None]:
    """Have no server begin in the process of the tests, which would wait for its end; processes
    of their own serve."""
    with pytest.MonkeyPatch.context() as patch:
        with suppress(ImportError):
            # The extra may be missing; then none can begin.
            from funnelcli.phone import serving

            patch.setattr(serving, "serve", lambda *_args, **_options: None)
        yield


@pytest.fixture(autouse=True, scope="session")
def commands_are_made_once() -> Iterator[None]:
    """Have a command made once for each language, as a process does that runs one of them; the
    tests run thousands in theirs."""
    made: dict[tuple[Any, ...], Any] = {}

    def once(make: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(make)
        def get(*args: Any) -> Any:
            key = (make, i18n.language(), *args)
            if key not in made:
                made[key] = make(*args)
            # The library keeps in a command what it found out at its first call.
            return copy.copy(made[key])

        return get

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tree, "root", once(tree.root))
        build = once(building.build)
        patch.setattr(building, "build", build)
        patch.setattr(tree, "build", build)
        yield


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test knows where a place lies but by a table of its own, installed or not."""
    monkeypatch.setattr(places, "source", lambda: None)


def database_of(folder: Path) -> str:
    """The database of a program whose data is in ``folder``: a path, or with ``--postgres`` an
    address, where there is one that is as new."""
    return served().database(folder) if served else str(folder / "funnel.db")


def copy_database(source: str, target: str) -> None:
    """Have one database be as another one that nobody has open."""
    if served:
        served().copy(source, target)
    else:
        shutil.copyfile(source, target)


def made_new(address: str) -> None:
    """Make a new database of an empty one on the server, at the hour at which tests begin."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dates, "now", Clock())
        connection.connect(address).close()


def setting(folder: Path) -> dict[str, str]:
    """The environment of a program whose data is in ``folder``."""
    return {
        "FUNNEL_DB": database_of(folder),
        "FUNNEL_CONFIG_DIR": str(folder / "config"),
        "FUNNEL_LANGUAGE": "en",
        "FUNNEL_LOCALE": "en_US",
        "FUNNEL_TIMEZONE": "Europe/Berlin",
    }


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """What the program finds in its environment, and nothing of the machine's own."""
    yield setting(tmp_path)
    if served:
        served().forget(tmp_path)


@pytest.fixture
def db(environment: dict[str, str]) -> str:
    """The test's database: its path, or its address."""
    return environment["FUNNEL_DB"]


Run = Callable[..., Result]


def words_of(*args: str | int | Path) -> list[str]:
    """The words of a command: of one typed line, as a shell splits it, or given one by one."""
    if len(args) == 1 and isinstance(args[0], str):
        return shlex.split(args[0])
    return [str(arg) for arg in args]


def runner(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """What runs a command in ``environment``."""

    def run(
        *args: str | int | Path,
        stdin: str = "",
        tty: bool = False,
        width: int = 80,
        one_screen: bool = False,
        env: dict[str, str] | None = None,
        exit: int | None = 0,  # noqa: A002 - it is the word for it
    ) -> Result:
        words = words_of(*args)
        settings = {**environment, "COLUMNS": str(width), "TERM": "xterm", **(env or {})}
        with monkeypatch.context() as patch:
            for name, value in settings.items():
                patch.setenv(name, value)
            out = Stream(terminal=tty)
            err = out if one_screen else Stream(terminal=tty)
            patch.setattr(sys, "stdin", Stream(stdin, terminal=tty))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            config.forget()
            try:
                code = main(words)
            finally:
                gc.enable()
        result = Result(out.getvalue())
        result.stderr = err.getvalue()
        result.exit_code = code
        if exit is not None and code != exit:
            raise AssertionError(
                f"funnel {shlex.join(words)}: exit {code}, not {exit}\n{result}\n{result.stderr}"
            )
        return result

    return run


@pytest.fixture
def funnel(
    environment: dict[str, str], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Run]:
    """Run a command. ``exit`` is the exit code that is expected, None for any; ``tty`` puts the
    program on a terminal of ``width`` cells, with ``stdin`` as what is typed; on ``one_screen`` its
    errors stand among the rest, as a person sees them."""
    forget_settings(monkeypatch)
    yield runner(environment, monkeypatch)
    reset()


def forget_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what the machine's own environment says to the program."""
    for name in list(os.environ):
        if name.startswith("FUNNEL_") or name in ("NO_COLOR", "COLUMNS", "LINES"):
            monkeypatch.delenv(name)


def reset() -> None:
    """Forget what the last command has set for the process."""
    config.forget()
    i18n.use("en")
    dates.set_zone(None)
    days.set_order(lambda: None)


@pytest.fixture
def add_process(funnel: Run, tmp_path: Path) -> Run:
    """Add a process of one's own, given as the text of its file, or change it."""

    def add(text: str, **more: Any) -> Result:
        file = tmp_path / "process.toml"
        file.write_text(text, encoding="utf-8")
        return funnel("process", "add", file, **more)

    return add


Dump = dict[str, list[tuple[Any, ...]]]


def dump(conn: sqlite3.Connection) -> Dump:
    """Every row of every table but the journal's own."""
    return {
        table: conn.execute(f"SELECT * FROM {table} ORDER BY id").fetchall()
        for table in triggers.tables(conn)
    }


@pytest.fixture
def state(db: str) -> Callable[[], Dump]:
    """Everything in the database but its journal."""

    def state() -> Dump:
        with closing(sqlite3.connect(db)) as conn:
            return dump(conn)

    return state


Write = Callable[..., str]


def writer(folder: Path, usual: str) -> Write:
    """What writes a text into a file in ``folder``, which is called ``usual`` unless it is named,
    and gives its path."""

    def write(text: str, name: str = usual, encoding: str = "utf-8") -> str:
        path = folder / name
        path.write_bytes(text.encode(encoding))
        return str(path)

    return write


def rows(funnel: Run, *args: str | int, **more: Any) -> list[dict[str, Any]]:
    """The rows of a report, as a script gets them."""
    found: list[dict[str, Any]] = funnel("report", *args, "--json", **more).json["rows"]
    return found


@pytest.fixture
def run_process(environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a command as a process of its own, with nothing but the test's environment."""

    def run(
        *args: str | int | Path,
        stdin: str = "",
        env: dict[str, str] | None = None,
        timeout: float = 60,
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "funnelcli", *words_of(*args)],
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**process_environment(environment), **(env or {})},
            timeout=timeout,
        )

    return run


def process_environment(environment: dict[str, str]) -> dict[str, str]:
    """The environment of a real process: the test's, and the little a process needs."""
    kept = ("PATH", "PYTHONPATH", "SYSTEMROOT", "PYTHONDONTWRITEBYTECODE")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "PYTHONUTF8": "1",
        "HOME": os.path.dirname(environment["FUNNEL_CONFIG_DIR"]),
        **environment,
    }


# The sample ---------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample database and the files that commands read."""
    import every_command

    folder = tmp_path_factory.mktemp("sample")
    with pytest.MonkeyPatch.context() as patch:
        forget_settings(patch)
        patch.setattr(dates, "now", Clock())
        patch.chdir(folder)
        every_command.fill(runner(setting(folder), patch), folder, database_of(folder))
        reset()
    return folder


@pytest.fixture(scope="session")
def demo_made(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with the sample data of ``funnel demo``, as of the clock of the tests."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        forget_settings(patch)
        patch.setattr(dates, "now", Clock())
        made = database_of(folder)
        runner(setting(folder), patch)("demo", "--into", made)
    reset()
    return made


@pytest.fixture
def demo(demo_made: str, db: str) -> str:
    """The test's database, filled with the sample data."""
    copy_database(demo_made, db)
    return db


@pytest.fixture(scope="session")
def workplace(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> every_command.Workplace:
    """The copy of the sample that commands run on, one for all tests that leave it as it was."""
    import every_command

    return every_command.Workplace(sample, tmp_path_factory.mktemp("work") / "work")


@pytest.fixture
def program(
    workplace: every_command.Workplace,
    tmp_path: Path,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[every_command.Program]:
    """The program on the sample."""
    import every_command

    forget_settings(monkeypatch)
    environment = setting(workplace.folder)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    yield every_command.Program(runner(environment, monkeypatch), workplace)
    reset()
    workplace.leave()
