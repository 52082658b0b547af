"""Reports that are read on a replica of a database on a server, which ``report_db`` names."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any

import pytest

import postgres
from conftest import Clock, Run, forget_settings, made_new
from funnelcli.db import connection
from funnelcli.reports import run, scope, statement
from funnelcli.reports.declarations import REPORTS
from funnelcli.reports.question import Question
from funnelcli.reports.run import make
from funnelcli.values.days import label_of
from reference.asked import FILTERS, PAIRS, SLICES
from reference.seller import NOW, PERIODS, Seller
from reference.surroundings import VARIANTS, copy_of, empty
from test_both_engines import figures, fill

__all__ = ["empty"]

THERE = "postgresql://anna@db.example.com/sales"
BESIDE = "postgresql://anna@replica.example.com/sales"

# The setting ----------------------------------------------------------------------------------


def saved(funnel: Run) -> Any:
    """What the settings say of the replica."""
    found = funnel("config list --json=name,value").json
    return next(row["value"] for row in found if row["name"] == "report_db")


def test_the_setting_takes_an_address_and_lets_it_go(funnel: Run) -> None:
    assert saved(funnel) == ""
    funnel("config", "set", "report_db", BESIDE)
    assert saved(funnel) == BESIDE
    assert funnel("config get replica") == f"{BESIDE}\n"
    assert "report_db has no value again" in funnel("config set report_db none")
    assert saved(funnel) == ""
    funnel("config", "set", "report_db", BESIDE)
    assert "report_db has no value again" in funnel("config unset report_db")
    assert saved(funnel) == ""


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("copy.db", "copy.db is no address of a database."),
        ("mysql://anna@replica/sales", "Did you mean postgresql://anna@replica/sales?"),
        ("postgresql://anna@replica", "postgresql://anna@replica names no database."),
        ("postgresql://anna:s3cret@replica/sales", "A password does not belong in the address"),
        ("postgresql://replica/sales?sslmode=disable", "sslmode=disable lets what is said"),
    ],
)
def test_what_is_no_address_of_a_replica_is_refused(funnel: Run, wrong: str, told: str) -> None:
    said = funnel("config", "set", "report_db", wrong, exit=2)
    assert told in said.stderr
    assert "s3cret" not in said + said.stderr
    assert saved(funnel) == ""


def test_a_wrong_address_in_a_variable_is_named_with_it(funnel: Run) -> None:
    env = {"FUNNEL_DB": THERE, "FUNNEL_REPORT_DB": "postgresql://anna:s3cret@replica/sales"}
    said = funnel("report win-rate", env=env, exit=2)
    assert "FUNNEL_REPORT_DB: A password does not belong in the address" in said.stderr
    assert "s3cret" not in said + said.stderr


def test_who_logs_in_as_somebody_else_is_told(funnel: Run) -> None:
    env = {"FUNNEL_DB": THERE, "FUNNEL_REPORT_DB": "postgresql://ben@replica.example.com/sales"}
    said = funnel("report win-rate", env=env, exit=2).stderr
    assert "ben logs in to the replica, and anna to the database itself." in said


def test_of_a_replica_that_is_not_there_a_line_tells(funnel: Run) -> None:
    pytest.importorskip("psycopg", reason="the extra for teams is not installed")
    env = {
        "FUNNEL_DB": "postgresql://anna@127.0.0.1:1/sales",
        "FUNNEL_REPORT_DB": "postgresql://anna@127.0.0.1:2/sales",
    }
    of_replica, of_main, *_hint = funnel("report win-rate", env=env, exit=1).stderr.splitlines()
    assert of_replica.startswith(
        "The figures are from the database itself, not from the replica."
        " postgresql://anna@127.0.0.1:2/sales cannot be reached: "
    )
    assert of_replica.endswith(" Check the address and the network, and that the server runs.")
    assert "postgresql://anna@127.0.0.1:1/sales cannot be reached" in of_main


@pytest.mark.sqlite("a replica is of a database on a server")
def test_a_file_has_no_replica(funnel: Run) -> None:
    funnel('deal add "New roof" --source fair')
    said = funnel("report sources --json", env={"FUNNEL_REPORT_DB": BESIDE})
    assert said.stderr == ""
    assert said.json["n"] == 1


@pytest.mark.sqlite("has figures of a file beside those of the same file")
def test_a_filter_that_stands_in_the_query_gives_the_same_figures(
    empty: sqlite3.Connection, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.instant = NOW
    with closing(copy_of(empty)) as conn:
        Seller(conn, 3, clock)
        dice = random.Random(3)  # noqa: S311
        for name, options in VARIANTS:
            asked: dict[str, Any] = {
                "filters": (dice.choice(list(FILTERS)),),
                "period": label_of(*dice.choice(PERIODS)),
                "by": tuple(dice.choice(["", *SLICES]).split()),
                "options": options,
            }
            with_table = figures(make(conn, name, Question(**asked)))
            with monkeypatch.context() as patch:
                for module in (scope, statement):
                    patch.setattr(module, "takes_tables", lambda _conn: False)
                in_place = figures(make(conn, name, Question(**asked)))
            assert in_place == with_table, (name, asked)


# A server and its standby ---------------------------------------------------------------------


class Pair:
    """A server with the database of a seller who has worked for long, and its standby."""

    def __init__(self, history: str, folder: Path) -> None:
        self.keeper = postgres.Keeper(postgres.WITH_STANDBY)
        self.follower = postgres.Keeper(postgres.AS_STANDBY, self.keeper)
        self.server = postgres.Server(self.keeper.folder, made_new)
        self.standby = postgres.Server(self.follower.folder, made_new)
        self.main = self.server.database(folder)
        fill(history, self.main)
        self.replica = self.standby.address(self.main.rsplit("/", 1)[1])
        self.settle()

    def settle(self) -> None:
        """Wait until the standby has what the server has."""
        ((wanted,),) = self.server.admin.execute("SELECT pg_current_wal_flush_lsn()::text")
        reached = "SELECT coalesce(pg_last_wal_replay_lsn() >= %s::pg_lsn, false)"
        wait_for(lambda: self.standby.admin.execute(reached, (wanted,)).fetchone()[0])

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Have the standby stay as it is, whatever it receives, within the block."""
        self.settle()
        self.standby.admin.execute("SELECT pg_wal_replay_pause()")
        state = "SELECT pg_get_wal_replay_pause_state()"
        wait_for(lambda: self.standby.admin.execute(state).fetchone() == ("paused",))
        from funnelcli.db.server import replica

        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(replica, "_CATCHING_UP", 0.0)
                yield
        finally:
            self.standby.admin.execute("SELECT pg_wal_replay_resume()")
            self.settle()

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Have the standby be down within the block."""
        self.standby.close()
        self.follower.control("stop", "-m", "fast")
        try:
            yield
        finally:
            self.follower.control("start")
            self.standby = postgres.Server(self.follower.folder, made_new)
            self.settle()

    def copy(self, name: str) -> str:
        """A copy of the database on the same server, as one that is kept up by its rows is."""
        address = self.server.address(name)
        self.server.copy(self.main, address)
        return address

    def close(self) -> None:
        """End both servers."""
        for one in (self.standby, self.server, self.follower, self.keeper):
            one.close()


def wait_for(true: Callable[[], Any]) -> None:
    """Wait until something is true."""
    until = monotonic() + 60
    while not true():
        assert monotonic() < until
        sleep(0.02)


@pytest.fixture(scope="module")
def pair(empty: sqlite3.Connection, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """The server and its standby."""
    pytest.importorskip("psycopg", reason="the extra for teams is not installed")
    folder, clock = tmp_path_factory.mktemp("pair"), Clock()
    with pytest.MonkeyPatch.context() as patch, closing(copy_of(empty)) as made:
        forget_settings(patch)
        patch.setattr("funnelcli.values.dates.now", clock)
        Seller(made, 5, clock)
        with closing(sqlite3.connect(str(folder / "history.db"))) as file:
            made.backup(file)
        found = Pair(str(folder / "history.db"), folder)
    yield found
    found.close()


class Read(list[str]):
    """The databases that commands have opened, by their addresses."""


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Read:
    """Which databases are opened from now on."""
    found = Read()
    for name in ("connect", "replica"):
        opened = getattr(connection, name)

        def seen(place: str, *args: Any, opened: Any = opened, **more: Any) -> Any:
            found.append(place)
            return opened(place, *args, **more)

        monkeypatch.setattr(connection, name, seen)
    return found


@pytest.fixture
def both(
    pair: Pair, funnel: Run, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """Run a command that reads on the replica; the clock is that of the seller. On a busy machine
    the replica takes its time for what the server writes for itself; it is waited for."""
    from funnelcli.db.server import replica

    clock.instant = NOW
    monkeypatch.setattr(replica, "_CATCHING_UP", 60.0)

    def ask(*args: Any, **more: Any) -> Any:
        env = {"FUNNEL_DB": pair.main, "FUNNEL_REPORT_DB": pair.replica, **more.pop("env", {})}
        return funnel(*args, env=env, **more)

    return ask


def on_standby(test: Any) -> Any:
    """Mark a test that needs a server with a standby."""
    return pytest.mark.postgres(pytest.mark.long(test))


def line(name: str, options: dict[str, Any], *more: str) -> list[str]:
    """The words of a report's command."""
    given = [
        word
        for option, value in options.items()
        for word in (f"--{option.replace('_', '-')}", value)
        if word is not True
    ]
    return ["report", name, *given, *more]


@on_standby
def test_every_report_is_the_same_on_the_replica(pair: Pair, both: Run, read: Read) -> None:
    dice = random.Random(8)  # noqa: S311
    for name, options in VARIANTS:
        for period in ("2026", label_of(*dice.choice(PERIODS[:3]))):
            for by in ("", dice.choice(list(SLICES)), dice.choice(list(PAIRS))):
                for filters in ((), (dice.choice(list(FILTERS)),)):
                    slices = [word for one in by.split() for word in ("--by", one)]
                    words = line(name, options, "--period", period, *slices, "--json", *filters)
                    of_main = both(*words, env={"FUNNEL_REPORT_DB": "none"}, exit=None)
                    assert pair.replica not in read
                    read.clear()
                    found = both(*words, exit=None)
                    assert (found, found.stderr) == (of_main, of_main.stderr), words
                    # What a period shows that is over has to be worked out, and so are errors read.
                    if period == "2026" and not found.exit_code and not options.get("backtest"):
                        assert read == [pair.replica], words
                    read.clear()


@on_standby
@pytest.mark.parametrize(
    "words",
    [
        "report all",
        "report all tag:vip",
        "report losses --deals all",
        "report sources --deals fair:won owner:ben",
        "report forecast",
        "show --route",
        "show --route cycle --by source kind:new",
    ],
)
@pytest.mark.parametrize("form", ["", "--json", "--md"])
def test_what_else_is_made_of_figures_is_read_there_too(
    pair: Pair, both: Run, read: Read, words: str, form: str
) -> None:
    words = f"{words} {form}"
    of_main = both(words, env={"FUNNEL_REPORT_DB": "none"})
    read.clear()
    found = both(words)
    assert (found, found.stderr) == (of_main, of_main.stderr)
    # The deals behind a cell are a list, of those that there are now.
    assert read == [pair.replica, *([pair.main] if "--deals" in words else [])]


@on_standby
@pytest.mark.parametrize("name", REPORTS)
def test_the_deals_behind_a_report_are_the_same(
    pair: Pair, both: Run, read: Read, name: str
) -> None:
    words = f"report {name} --period 2026 --deals all source:fair --json=id"
    of_main = both(words, env={"FUNNEL_REPORT_DB": "none"})
    read.clear()
    found = both(words)
    assert (found, found.stderr) == (of_main, of_main.stderr)
    assert read == [pair.replica, pair.main]


@on_standby
@pytest.mark.parametrize(
    "words",
    [
        "report win-rate --as-of 2026-06-30",
        "report forecast --compare",
        "report forecast --since 2026-10-01",
        "report snapshot --period 2026-06",
        "report all --compare",
        "show --route --as-of 2026-06-30",
    ],
)
def test_what_was_is_read_from_the_database_itself(
    pair: Pair, both: Run, read: Read, words: str
) -> None:
    of_main = both(words, env={"FUNNEL_REPORT_DB": "none"})
    read.clear()
    found = both(words)
    assert (found, found.stderr) == (of_main, "")
    assert read == [pair.main], "the replica is not asked for what it cannot answer"


def counted(said: Any) -> int:
    """How many deals the report of sources counts."""
    return int(said.json["n"])


@on_standby
def test_one_that_is_behind_says_from_when_it_is(pair: Pair, both: Run, clock: Clock) -> None:
    sources = "report sources --period 2026 --json"
    before, of_all = counted(both(sources)), counted(both("report sources --json"))
    with pair.paused():
        ((at,),) = pair.standby.admin.execute(
            "SELECT to_char(pg_last_xact_replay_timestamp() AT TIME ZONE 'Europe/Berlin',"
            " 'YYYY-MM-DD HH24:MI:SS')"
        )
        both('deal add "Late one" --source fair')
        found = both(sources)
        assert counted(found) == before
        assert found.stderr == f"The replica is behind: the figures are as of {at}.\n"
        told = both("report sources", env={"FUNNEL_LANGUAGE": "de", "FUNNEL_LOCALE": "de_DE"})
        assert told.stderr.startswith("Das Replikat liegt zurück: Die Zahlen haben den Stand ")
        shown = both("report sources", tty=True, width=44, one_screen=True)
        assert shown.lines[0] == "The replica is behind: the figures are as of"
        # What was is the truth of the database itself.
        clock.instant += 3600
        past = both("report", "sources", "--as-of", "2026-11-24 09:30", "--json")
        assert (counted(past), past.stderr) == (of_all + 1, "")
        # Nothing that the replica has answered before it gave up is among that.
        words = "report all --compare --json"
        assert both(words) == both(words, env={"FUNNEL_REPORT_DB": "none"})
        checked = both("db check", tty=True, width=200)
        assert "The database is sound." in checked
        assert "The replica is behind: the figures are as of" in checked
    found = both(sources)
    assert (counted(found), found.stderr) == (before + 1, "")
    assert "Reports are read on" in both("db check", tty=True)
    both("undo")


@on_standby
def test_what_the_replica_has_not_heard_of_is_asked_of_the_database(
    pair: Pair, both: Run, read: Read
) -> None:
    with pair.paused():
        both("field add deal site --type text")
        read.clear()
        found = both("report sources site:north --json")
        assert found.json["n"] == 0
        assert found.stderr == ""
        assert read[-1] == pair.main
    both("undo")
    assert "site" in both("report sources site:north", exit=2).stderr


@on_standby
def test_where_the_replica_is_down_the_database_is_read(pair: Pair, both: Run) -> None:
    of_main = both("report all --json", env={"FUNNEL_REPORT_DB": "none"})
    with pair.stopped():
        found = both("report all --json")
        assert found == of_main
        assert found.stderr.startswith(
            "The figures are from the database itself, not from the replica. "
        )
        assert "cannot be reached" in found.stderr
        assert found.stderr.count("\n") == 1
        assert both("report win-rate --as-of 2026-06-30").stderr == ""
        checked = both("db check", exit=1)
        assert "report_db" in checked
    found = both("report all --json")
    assert (found, found.stderr) == (of_main, "")


@on_standby
def test_a_replica_is_of_the_database_that_the_setting_is_about(
    pair: Pair, both: Run, read: Read
) -> None:
    report, nothing = "report win-rate", {"FUNNEL_DB": "", "FUNNEL_REPORT_DB": ""}

    def places(*words: str, **env: str) -> Read:
        read.clear()
        both(*(words or (report,)), env={**nothing, **env})
        return Read(read)

    both("config", "set", "db", pair.main, env=nothing)
    both("config", "set", "report_db", pair.replica, env=nothing)
    assert places() == [pair.replica]
    assert places("report", "win-rate", "--db", pair.main) == [pair.main]
    assert places(FUNNEL_DB=pair.main) == [pair.main]
    assert places(FUNNEL_DB=pair.main, FUNNEL_REPORT_DB=pair.replica) == [pair.replica]
    assert places(FUNNEL_REPORT_DB="none") == [pair.main]
    both("config unset report_db", env=nothing)
    assert places() == [pair.main]
    assert places(FUNNEL_REPORT_DB=pair.replica) == [pair.replica]


@on_standby
def test_a_replica_by_its_own_address_takes_filters(pair: Pair, both: Run) -> None:
    for words in ("report win-rate source:fair", "report all tag:vip"):
        assert both(words, env={"FUNNEL_DB": pair.replica}) == both(words)


# What is no replica ---------------------------------------------------------------------------


@on_standby
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("DELETE FROM funnel.schema_version; INSERT INTO funnel.schema_version VALUES (1, 1)",
         "is older than this funnel (schema 1)"),
        ("INSERT INTO funnel.schema_version VALUES (999, 1)",
         "was written by a newer funnel (schema 999)"),
        ("DROP SCHEMA funnel CASCADE", "There is no database of funnel at"),
        ("CREATE TABLE funnel.moving ()", "There is no database of funnel at"),
        ("DROP TABLE funnel.stay CASCADE", "stay"),
        ("ALTER SCHEMA funnel OWNER TO postgres; REVOKE ALL ON SCHEMA funnel FROM public, funnel",
         "funnel is no user of the database at"),
    ],
)  # fmt: skip
def test_what_is_no_replica_is_not_read(pair: Pair, both: Run, change: str, told: str) -> None:
    import psycopg

    copy = pair.copy("other")
    with psycopg.connect(pair.server.address("other", "postgres")) as conn:
        conn.execute(change.encode())
    found = both("report time-in-stage --json", env={"FUNNEL_REPORT_DB": copy})
    assert found == both("report time-in-stage --json")
    assert found.stderr.startswith("The figures are from the database itself")
    assert told in found.stderr


@on_standby
def test_a_copy_of_the_rows_is_a_replica_too(pair: Pair, both: Run, read: Read) -> None:
    copy = pair.copy("logical")
    for words in ("report all --json", "report win-rate tag:vip --by source --json"):
        read.clear()
        found = both(words, env={"FUNNEL_REPORT_DB": copy})
        assert read == [copy]
        assert (found, found.stderr) == (both(words), "")


@on_standby
def test_a_copy_that_nothing_keeps_up_to_date_says_that_it_is_behind(pair: Pair, both: Run) -> None:
    import psycopg

    copy = {"FUNNEL_REPORT_DB": pair.copy("backup")}
    assert both("report win-rate", env=copy).stderr == ""
    with psycopg.connect(pair.server.address("backup", "postgres")) as conn:
        # As if the database had gone on since.
        conn.execute("DELETE FROM funnel.journal WHERE id IN (SELECT max(id) FROM funnel.journal)")
    told = "The replica is behind: it follows nothing, or its subscription does not run."
    assert told in both("report win-rate", env=copy).stderr
    assert "follows nothing" in both("db check", env=copy, tty=True)


@on_standby
def test_a_copy_that_follows_says_whether_it_is_behind(
    pair: Pair, both: Run, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    from funnelcli.db.server import replica

    name = pair.main.rsplit("/", 1)[1]

    def within(database: str) -> Any:
        return psycopg.connect(pair.server.address(database, "postgres"), autocommit=True)

    with within(name) as there:
        there.execute("CREATE PUBLICATION everything FOR ALL TABLES")
        there.execute("SELECT pg_create_logical_replication_slot('copy', 'pgoutput')")
    copy = pair.copy("following")
    env = {"FUNNEL_REPORT_DB": copy}
    with within("following") as conn, within("following") as holding:

        def is_at(what: str) -> None:
            state = f"SELECT {what} FROM pg_stat_subscription WHERE subname = 'copy'"
            wait_for(lambda: conn.execute(state.encode()).fetchone()[0])

        source = f"host={pair.server.folder} user=postgres dbname={name}"
        conn.execute(
            f"CREATE SUBSCRIPTION copy CONNECTION '{source}' PUBLICATION everything"
            " WITH (create_slot = false, slot_name = copy, copy_data = false)".encode()
        )
        try:
            is_at("latest_end_time IS NOT NULL")
            report = "report sources --json"
            both("deal add Roof --source fair")
            wait_for(
                lambda: both(report, env=env) == both(report, env={"FUNNEL_REPORT_DB": "none"})
            )
            read.clear()
            assert both(report, env=env).stderr == ""
            assert read == [copy]
            # It can be read, and not written.
            holding.execute("BEGIN")
            holding.execute("LOCK TABLE funnel.deal IN SHARE MODE")
            before = both(report, env=env)
            both("deal add Cellar --source fair")
            is_at("last_msg_send_time > latest_end_time")
            with monkeypatch.context() as patch:
                patch.setattr(replica, "_CATCHING_UP", 0.0)
                late = both(report, env=env)
            assert late == before
            assert late.stderr.startswith("The replica is behind: the figures are as of ")
            holding.execute("ROLLBACK")
            is_at("last_msg_send_time = latest_end_time")
            assert both(report, env=env) != before
            conn.execute("ALTER SUBSCRIPTION copy DISABLE")
            is_at("pid IS NULL")
            assert "its subscription does not run" in both(report, env=env).stderr
            assert "its subscription does not run" in both("db check", env=env, tty=True)
            conn.execute(
                "UPDATE pg_subscription_rel SET srsubstate = 'd' WHERE srrelid ="
                " 'funnel.stay'::regclass"
            )
            told = both(report, env=env).stderr
            assert "is still being filled: 1 table is not all there. It is read as soon" in told
        finally:
            conn.execute("ALTER SUBSCRIPTION copy DISABLE")
            conn.execute("ALTER SUBSCRIPTION copy SET (slot_name = NONE)")
            conn.execute("DROP SUBSCRIPTION copy")
            with within(name) as there:
                wait_for(
                    lambda: there.execute(
                        "SELECT NOT active FROM pg_replication_slots WHERE slot_name = 'copy'"
                    ).fetchone()[0]
                )
                there.execute("SELECT pg_drop_replication_slot('copy')")
                there.execute("DROP PUBLICATION everything")
            pair.settle()


@on_standby
def test_the_database_is_asked_once_whether_a_replica_is_its_own(
    pair: Pair, both: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from funnelcli.db.server import opening

    asked: list[str] = []
    reach = opening.reach

    def reached(address: Any, **more: Any) -> Any:
        asked.append(str(address))
        return reach(address, **more)

    monkeypatch.setattr(opening, "reach", reached)
    own = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    both("report win-rate", env=own)
    assert asked == [pair.replica, pair.main]
    both("report win-rate", env=own)
    assert asked == [pair.replica, pair.main, pair.replica]


@on_standby
def test_another_database_is_found_out_by_a_check(pair: Pair, both: Run) -> None:
    import psycopg

    copy = pair.copy("another")
    assert "sound" in both("db check", tty=True, env={"FUNNEL_REPORT_DB": copy})
    with psycopg.connect(pair.server.address("another", "postgres")) as conn:
        conn.execute("UPDATE funnel.text_indexes SET known = 'another'")
        conn.execute("UPDATE funnel.deal SET value = 7 * value")
    checked = both("db check --json", env={"FUNNEL_REPORT_DB": copy}, exit=1).json
    assert [row["where"] for row in checked] == ["report_db"]
    assert "is no replica of" in checked[0]["problem"]
    report = "report pipeline --json"
    found = both(report, env={"FUNNEL_REPORT_DB": copy})
    assert found == both(report, env={"FUNNEL_REPORT_DB": "none"})
    assert "The figures are from the database itself" in found.stderr
    assert "Correct it in FUNNEL_REPORT_DB, or write none there." in found.stderr
    nothing = {"FUNNEL_DB": "", "FUNNEL_REPORT_DB": ""}
    both("config", "set", "db", pair.main, env=nothing)
    assert "is no replica of" in both("config", "set", "report_db", copy, env=nothing).stderr
    assert both("config", "set", "report_db", pair.replica, env=nothing).stderr == ""


# What a standby has to replay goes before what is read there ----------------------------------


@contextmanager
def locking(pair: Pair, until: str) -> Iterator[None]:
    """Lock the table of deals on the server as soon as something is so on the standby."""
    import psycopg

    def lock() -> None:
        with (
            psycopg.connect(pair.standby.address("postgres", "postgres"), autocommit=True) as there,
            psycopg.connect(pair.server.address(pair.main.rsplit("/", 1)[1], "postgres")) as conn,
        ):
            wait_for(lambda: there.execute(until.encode()).fetchone() is not None)
            conn.execute("LOCK TABLE funnel.deal IN ACCESS EXCLUSIVE MODE")

    thread = Thread(target=lock)
    thread.start()
    try:
        yield
    finally:
        thread.join()


ACTIVITY = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'funnel' AND "


@contextmanager
def in_the_way(
    pair: Pair, patch: pytest.MonkeyPatch, until: str, before: Callable[[Any], None]
) -> Iterator[None]:
    """Have the standby replay a lock of the table while a report is made there, once there is
    ``until`` among its connections; what the report's does ``before`` lasts until then."""
    made = run.make

    def slowly(conn: Any, name: str, question: Question) -> Any:
        if not conn.takes_tables:
            before(conn)
        return made(conn, name, question)

    patch.setattr(run, "make", slowly)
    with locking(pair, f"{ACTIVITY} {until}"):
        yield


@on_standby
def test_a_question_that_the_standby_cannot_wait_for_is_asked_of_the_database(
    pair: Pair, both: Run, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_main = both("report win-rate --json")

    def sleep_long(conn: Any) -> None:
        conn.rows("SELECT pg_sleep(30) FROM funnel.deal LIMIT 1")

    read.clear()
    with in_the_way(pair, monkeypatch, "wait_event = 'PgSleep'", sleep_long):
        found = both("report win-rate --json")
    assert (found, found.stderr) == (of_main, "")
    assert read == [pair.replica, pair.main]


@on_standby
def test_a_connection_that_the_standby_ends_is_said_to_be_lost(
    pair: Pair, both: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_main = both("report win-rate --json")

    def wait_for_its_end(conn: Any) -> None:
        conn.rows("SELECT 1 FROM funnel.deal LIMIT 1")
        mine = conn.raw.info.backend_pid
        gone = "SELECT 1 FROM pg_stat_activity WHERE pid = %s"
        wait_for(lambda: not pair.standby.admin.execute(gone, (mine,)).fetchone())

    with in_the_way(pair, monkeypatch, "state = 'idle in transaction'", wait_for_its_end):
        found = both("report win-rate --json")
    assert found == of_main
    assert "The figures are from the database itself, not from the replica." in found.stderr
    assert "broke" in found.stderr
