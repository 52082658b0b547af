"""The connection to a server: who is let in, what is encrypted, and what becomes of a command whose
connection breaks."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from threading import Thread
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

import postgres
from conftest import Run
from funnelcli.db import transaction, waiting
from funnelcli.errors import Usage
from funnelcli.values import dates

psycopg = pytest.importorskip("psycopg", reason="the extra for teams is not installed")
pytest.importorskip("sqlglot", reason="the extra for teams is not installed")

from funnelcli.db.server import connection as engine  # noqa: E402
from funnelcli.db.server import literals, opening  # noqa: E402
from funnelcli.db.server.address import Address  # noqa: E402

# Addresses ------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The environment says nothing of a server, and there is no certificate at home."""
    for name in [name for name in os.environ if name.startswith("PG")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))


def mode(text: str) -> str | None:
    """How the connection to an address is encrypted; None where that is left to libpq."""
    found: str | None = Address.of(text).parameters().get("sslmode")
    return found


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("postgresql://anna@db.example.com/sales", "require"),
        ("postgresql://anna@192.0.2.1/sales?sslmode=verify-ca", "verify-ca"),
        ("postgresql://db.example.com/sales?sslrootcert=/etc/ca.pem", "verify-full"),
        ("postgresql://localhost/sales?hostaddr=192.0.2.1", "require"),
        ("postgresql://127.example.com/sales", "require"),
        ("postgresql://127.0.0.1/sales", None),
        ("postgresql://[::1]/sales", None),
        ("postgresql://localhost/sales?sslmode=disable", "disable"),
        ("postgresql:///sales", None),
        ("postgresql://%2Frun%2Fpostgresql/sales", None),
    ],
)
def test_what_leaves_the_machine_is_encrypted(address: str, expected: str | None) -> None:
    assert mode(address) == expected


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://anna@db.example.com:5433/sales",
        "postgresql:///sales",
        "postgresql://anna@%2Frun%2Fpostgresql/sales",
        "postgresql://anna@[::1]:5432/sales",
        "postgresql://an%40na@one.example.com,two.example.com/the%20sales",
    ],
)
def test_an_address_is_said_as_it_is_typed(address: str) -> None:
    assert str(Address.of(address)) == address


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (
            "postgresql://anna@/sales?host=/run/pg&port=5433",
            "postgresql://anna@%2Frun%2Fpg:5433/sales",
        ),
        ("postgresql:///?host=::1&user=anna&dbname=sales", "postgresql://anna@[::1]/sales"),
    ],
)
def test_what_stands_behind_the_mark_is_said_with_the_rest(address: str, said: str) -> None:
    assert str(Address.of(address)) == said


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of services."""
    path = tmp_path / "services"
    path.write_text(
        "[home]\ndbname=here\n\n[team]\n# ours\nhost=db.example.com\nport=5433\n"
        "dbname=sales\nuser=anna\nhost=other.example.com\n"
        "[open]\nhost=db.example.com\nsslmode=prefer\n"
        "[strict]\nhost=db.example.com\nsslmode=verify-full\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PGSERVICEFILE", str(path))
    return path


@pytest.mark.usefixtures("services")
def test_a_service_says_what_the_address_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = "postgresql://anna@db.example.com:5433/sales"
    assert str(Address.of("postgresql://?service=team")) == whole
    monkeypatch.setenv("PGSERVICE", "team")
    assert str(Address.of("postgresql://")) == whole
    assert str(Address.of("postgresql://ben@/forecast")) == (
        "postgresql://ben@db.example.com:5433/forecast"
    )


@pytest.mark.usefixtures("services")
def test_what_a_service_sends_elsewhere_is_encrypted(
    funnel: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert mode("postgresql:///sales?service=home") == "require"
    assert mode("postgresql:///sales?service=team") == "require"
    assert mode("postgresql:///sales?service=strict") == "verify-full"
    assert mode("postgresql:///sales?service=not-in-the-file") == "require"
    told = funnel("deal list --db postgresql:///sales?service=open", exit=2).stderr
    assert "sslmode=prefer lets what is said to db.example.com be read on its way." in told
    monkeypatch.setenv("PGSERVICE", "team")
    assert mode("postgresql:///sales") == "require"


def test_the_line_of_the_password_file_is_one_that_libpq_reads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = Address.of("postgresql://an%3Ana@[::1]/sales")
    assert r"~/.pgpass: \:\:1:5432:sales:an\:na:PASSWORD" in there.password_file()
    monkeypatch.setenv("PGPASSFILE", "/keys/pg")
    assert "into the file /keys/pg: " in there.password_file()
    assert "chmod 600 /keys/pg" in there.password_file()


def test_the_environment_of_libpq_weakens_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PGHOST", "db.example.com")
    assert mode("postgresql:///sales") == "require"
    monkeypatch.setenv("PGSSLMODE", "prefer")
    with pytest.raises(Usage, match="sslmode=prefer"):
        mode("postgresql:///sales")
    monkeypatch.delenv("PGSSLMODE")
    (tmp_path / ".postgresql").mkdir()
    (tmp_path / ".postgresql/root.crt").write_text("")
    assert mode("postgresql://db.example.com/sales") == "verify-full"


@pytest.mark.parametrize("asked", ["disable", "allow", "prefer"])
def test_a_setting_that_would_send_plain_text_is_refused(funnel: Run, asked: str) -> None:
    told = funnel(f"config set db postgresql://db.example.com/sales?sslmode={asked}", exit=2).stderr
    assert f"sslmode={asked} lets what is said to db.example.com be read on its way." in told
    assert "verify-full" in told


@pytest.mark.parametrize("host", ["localhost", "db.example.com"])
def test_a_way_to_encrypt_that_is_none_is_said_to_be(funnel: Run, host: str) -> None:
    told = funnel(f"deal list --db postgresql://{host}/sales?sslmode=bogus", exit=2).stderr
    assert "There is no sslmode=bogus." in told
    assert "verify-full" in told
    at = {"PGSSLMODE": "always"}
    told = funnel(f"deal list --db postgresql://{host}/sales", env=at, exit=2).stderr
    assert "There is no PGSSLMODE=always." in told


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://anna:s3cret@db.example.com/sales",
        "postgresql://anna:s3/cret@db.example.com/sales",
        "postgresql://anna@db.example.com/sales?password=s3cret",
    ],
)
def test_a_password_in_an_address_is_refused_and_not_repeated(funnel: Run, address: str) -> None:
    told = funnel("config", "set", "db", address, exit=2)
    assert "s3" not in told + told.stderr
    told = funnel("deal", "list", "--db", address, exit=2)
    assert "s3" not in told + told.stderr


def test_the_setting_takes_an_address_and_says_it(funnel: Run) -> None:
    address = "postgresql://anna@db.example.com/sales"
    funnel("config", "set", "db", address)
    assert f"db\t{address}" in funnel("config list", env={"FUNNEL_DB": ""})


@pytest.mark.parametrize("word", ["postgersql", "mysql"])
def test_a_word_for_the_kind_of_server_that_is_none_is_said_to_be(
    funnel: Run, word: str, db: str
) -> None:
    wrong = f"{word}://anna@db.example.com/sales"
    for line in (
        ("--db", wrong, "deal", "list"),
        ("config", "set", "db", wrong),
        ("db", "move", db, wrong),
    ):
        told = funnel(*line, exit=2).stderr
        assert f"{wrong} is no address of a database." in told
        assert "Did you mean postgresql://anna@db.example.com/sales?" in told


@pytest.mark.parametrize(
    "line", ["--db WRONG deal list", "config set db WRONG", "db move DB WRONG"]
)
def test_a_connection_string_of_libpqs_is_no_file(
    funnel: Run, db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.chdir(tmp_path)
    wrong = "host=db.example.com dbname=sales password = 's3cret word'"
    there = sorted(tmp_path.iterdir())
    told = funnel(*({"WRONG": wrong, "DB": db}.get(word, word) for word in line.split()), exit=2)
    assert "host=db.example.com dbname=sales password = … is no address" in told.stderr
    assert "For example: postgresql://anna@db.example.com/sales" in told.stderr
    assert "s3cret" not in told + told.stderr
    assert sorted(tmp_path.iterdir()) == there


def test_an_option_that_is_none_is_named(funnel: Run) -> None:
    told = funnel("--db postgresql://anna@127.0.0.1:1/sales?sslmod=require deal list", exit=2)
    assert "an option that PostgreSQL does not know: sslmod." in told.stderr


def test_a_file_has_no_password(funnel: Run, db: str) -> None:
    if not db.startswith("postgresql"):
        assert "is no database on a server" in funnel("db password", exit=2).stderr


# The password ---------------------------------------------------------------------------------


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    """What is in the keyring."""
    kept: dict[tuple[str, str], str] = {}
    keyring: Any = ModuleType("keyring")
    keyring.errors = ModuleType("keyring.errors")
    keyring.errors.KeyringError = keyring.errors.NoKeyringError = RuntimeError
    keyring.get_password = lambda service, name: kept.get((service, name))
    keyring.set_password = lambda service, name, key: kept.update({(service, name): key})
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.setitem(sys.modules, "keyring.errors", keyring.errors)
    return kept


def test_the_password_goes_from_the_terminal_into_the_keyring(
    funnel: Run, keys: dict[tuple[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda _question: "s3cret")
    address = "postgresql://anna@db.example.com:5432/sales"
    assert "terminal" in funnel("db", "password", address, exit=2).stderr
    told = funnel("db", "password", address, tty=True)
    assert keys == {("funnel", "anna@db.example.com/sales"): "s3cret"}
    assert "s3cret" not in told + told.stderr


def test_without_a_keyring_nothing_is_asked(
    funnel: Run, keys: dict[tuple[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(_service: str, _name: str) -> str:
        raise RuntimeError

    monkeypatch.setattr(sys.modules["keyring"], "get_password", none)
    monkeypatch.setattr("getpass.getpass", lambda _question: pytest.fail("it was asked for"))
    told = funnel("db password postgresql://anna@db.example.com/sales", tty=True, exit=1).stderr
    assert "This system has no keyring" in told
    assert "~/.pgpass: db.example.com:5432:sales:anna:PASSWORD" in told
    assert keys == {}


class Guarded(SimpleNamespace):
    """A server on this machine's own network, which asks for passwords: its folder and port."""

    def address(self, options: str = "") -> str:
        """The address of its database."""
        return f"postgresql://anna@127.0.0.1:{self.port}/sales{options}"


def served(*, encrypted: bool) -> Iterator[Guarded]:
    """A server that asks for the password "s3cret", with a certificate of its own for localhost or
    without."""
    programs, whom = postgres._programs(), postgres._as_whom()
    place = Path(postgres._folder())
    if whom:
        os.chown(place, whom["user"], whom["group"])
    port = free_port()

    def run(*words: str | Path) -> None:
        subprocess.run(words, check=True, capture_output=True, cwd=place, timeout=60, **whom)

    data = place / "data"
    run(programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
    (data / "pg_hba.conf").write_text("local all all trust\nhost all all all scram-sha-256\n")
    with (data / "postgresql.conf").open("a") as file:
        file.write(
            f"listen_addresses = '127.0.0.1'\nport = {port}\nfsync = off\n"
            f"unix_socket_directories = '{place}'\nmax_connections = 20\n"
        )
        if encrypted:
            file.write("ssl = on\n")
    if encrypted:
        run(
            "openssl", "req", "-new", "-x509", "-nodes", "-days", "2", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost", "-newkey", "rsa:2048",
            "-keyout", data / "server.key", "-out", data / "server.crt",
        )  # fmt: skip
        run("chmod", "600", data / "server.key")
    run(programs / "pg_ctl", "-D", data, "-l", place / "log", "-w", "start")
    try:
        at = f"host={place} port={port} user=postgres"
        with psycopg.connect(f"{at} dbname=postgres", autocommit=True) as admin:
            admin.execute("CREATE ROLE anna LOGIN PASSWORD 's3cret'")
            admin.execute("CREATE DATABASE sales OWNER anna")
        yield Guarded(port=port, data=data)
    finally:
        run(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(place)


def free_port() -> int:
    """A port that nobody listens at."""
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def plain_server() -> Iterator[Guarded]:
    """A server that does not encrypt."""
    yield from served(encrypted=False)


@pytest.fixture(scope="module")
def tls_server() -> Iterator[Guarded]:
    """A server that does."""
    yield from served(encrypted=True)


@pytest.mark.postgres
@pytest.mark.long
def test_the_password_is_found_where_it_may_be(
    funnel: Run,
    keys: dict[tuple[str, str], str],
    plain_server: Guarded,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    at = {"FUNNEL_DB": plain_server.address()}
    told = funnel("deal list", env=at, exit=1).stderr
    assert "wants a password, and there is none for it." in told
    assert f"funnel db password {plain_server.address()}" in told
    with monkeypatch.context() as without:
        without.setattr(sys.modules["keyring"], "get_password", lambda *_who: 1 // 0)
        without.setattr(sys.modules["keyring.errors"], "NoKeyringError", ZeroDivisionError)
        told = funnel("deal list", env=at, exit=1).stderr
        wrong = funnel("deal list", env={**at, "PGPASSWORD": "an0ther"}, exit=1).stderr
    assert "in PGPASSWORD: correct it there, or unset it." in wrong
    assert "~/.pgpass" not in wrong
    assert f"~/.pgpass: 127.0.0.1:{plain_server.port}:sales:anna:PASSWORD" in told
    assert "keyring" not in told
    told = funnel("deal list", env={**at, "PGPASSWORD": "an0ther"}, exit=1).stderr
    assert "does not take the password of anna." in told
    assert "an0ther" not in told
    funnel("contact add Eva", env={**at, "PGPASSWORD": "s3cret"})
    pass_file = tmp_path / "pass"
    pass_file.write_text(f"127.0.0.1:{plain_server.port}:sales:anna:s3cret\n")
    pass_file.chmod(0o600)
    assert "Eva" in funnel("contact list", env={**at, "PGPASSFILE": str(pass_file)})
    keys["funnel", f"anna@127.0.0.1:{plain_server.port}/sales"] = "s3cret"
    assert "Eva" in funnel("contact list", env=at)
    # One that is no longer right elsewhere does not keep the keyring's from counting.
    assert "Eva" in funnel("contact list", env={**at, "PGPASSWORD": "0ld"})
    assert "s3cret" not in funnel("history --json", env=at)


@pytest.mark.postgres
@pytest.mark.long
def test_who_is_at_the_other_end_is_proved(
    funnel: Run, plain_server: Guarded, tls_server: Guarded
) -> None:
    password = {"PGPASSWORD": "s3cret"}

    def tried(address: str, exit: int = 1) -> str:  # noqa: A002 - as the runner has it
        return funnel("contact list", env={"FUNNEL_DB": address, **password}, exit=exit).stderr

    assert "does not encrypt what is said to it." in tried(plain_server.address("?sslmode=require"))
    assert tried(tls_server.address("?sslmode=require"), 0) == ""
    root = f"?sslmode=verify-full&sslrootcert={tls_server.data}/server.crt"
    assert "does not prove who it is" in tried(tls_server.address(root))
    named = tls_server.address(root).replace("127.0.0.1", "localhost")
    assert tried(named, 0) == ""
    other = named.replace("server.crt", "none.crt")
    assert "does not prove who it is" in tried(other)


@pytest.mark.postgres
def test_a_server_that_is_not_there_is_said_to_be(funnel: Run, tmp_path: Path) -> None:
    told = funnel(f"deal list --db postgresql://anna@127.0.0.1:{free_port()}/sales", exit=1).stderr
    assert "cannot be reached: no server answers there.\n" in told
    assert "Check the address and the network, and that the server runs." in told
    folder = f"postgresql://anna@/sales?host={tmp_path}"
    told = funnel("deal list", env={"FUNNEL_LANGUAGE": "de", "FUNNEL_DB": folder}, exit=1).stderr
    assert "ist nicht zu erreichen: Dort antwortet kein Server.\n" in told
    told = funnel("deal list --db postgresql://anna@nowhere.invalid/sales", exit=1).stderr
    assert "cannot be reached: there is no host of that name.\n" in told


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ("NOLOGIN", 'does not let held_off in: role "held_off" is not permitted to log in\n'),
        ("LOGIN CONNECTION LIMIT 0", "has as many connections as it lets in.\n"),
    ],
)
def test_who_is_held_off_is_told_why(
    funnel: Run, server: postgres.Server, address: str, changed: str, expected: str
) -> None:
    server.admin.execute(f"CREATE ROLE held_off {changed}")
    there = str(Address.of(address)._replace(user="held_off"))
    try:
        told = funnel("--db", there, "deal", "list", exit=1).stderr
    finally:
        server.admin.execute("DROP ROLE held_off")
    assert expected in told
    assert "Check the address" not in told


@pytest.mark.postgres
def test_a_database_that_is_not_there_is_said_not_to_be(funnel: Run, address: str) -> None:
    told = funnel("--db", f"{address}x", "deal", "list", exit=1).stderr
    name = Address.of(f"{address}x").database
    assert f"There is no database {name} on the server" in told
    assert f"createdb --owner {Address.of(address).login} {name}" in told


@pytest.mark.postgres
def test_a_login_that_is_not_there_is_said_not_to_be(funnel: Run, address: str) -> None:
    there = Address.of(address)
    told = funnel("--db", str(there._replace(user="nobody_here")), "deal", "list", exit=1).stderr
    assert "has no login nobody_here." in told
    assert 'CREATE ROLE "nobody_here" LOGIN' in told


@pytest.mark.postgres
def test_who_is_not_let_in_is_told_whom_to_ask(
    funnel: Run, server: postgres.Server, address: str
) -> None:
    there = Address.of(address)
    server.admin.execute(f"REVOKE CONNECT ON DATABASE {there.database} FROM PUBLIC")
    server.admin.execute("CREATE ROLE left_out LOGIN")
    try:
        told = funnel("--db", str(there._replace(user="left_out")), "deal", "list", exit=1).stderr
    finally:
        server.admin.execute("DROP ROLE left_out")
    assert "does not let left_out in: " in told
    assert "Ask whoever looks after postgresql://left_out@" in told


@pytest.mark.postgres
def test_a_value_that_is_none_is_told_from_a_server_that_is_not_there(
    funnel: Run, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = f"{address}{'&' if '?' in address else '?'}target_session_attrs=writer"
    told = funnel("--db", wrong, "deal", "list", exit=2).stderr
    assert (
        "cannot be used as it is written: connection is bad: invalid target_session_attrs" in told
    )
    assert "Correct or leave out what stands behind the ?" in told


@pytest.mark.postgres
def test_a_database_that_cannot_hold_every_name_is_refused(
    funnel: Run, server: postgres.Server
) -> None:
    make = "CREATE DATABASE narrow OWNER {} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"
    server.admin.execute(make.format(postgres.ROLE))
    try:
        told = funnel("--db", server.address("narrow"), "deal", "list", exit=1).stderr
        assert "keeps texts as LATIN1, which cannot hold every name." in told
        assert "createdb --template template0 --encoding UTF8 narrow" in told
    finally:
        server.admin.execute("DROP DATABASE narrow WITH (FORCE)")


@pytest.mark.postgres
def test_a_zone_that_the_server_does_not_know_is_as_far_off(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dates.set_zone("Asia/Kathmandu")
    monkeypatch.setattr(dates, "zone_name", lambda: "Mars/Base")
    with closing(opening.connect(address)) as conn:
        ((seconds,),) = conn.rows("SELECT extract(timezone FROM now())::int")
    dates.set_zone(None)
    assert seconds == (5 * 60 + 45) * 60


def test_a_server_that_hangs_is_given_up(funnel: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    from funnelcli.db.server import address

    # The least that the driver takes.
    monkeypatch.setattr(address, "_PATIENCE", 2)
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        where = f"postgresql://anna@127.0.0.1:{one.getsockname()[1]}/sales"
        told = funnel("--db", where, "deal", "list", exit=1).stderr
    assert f"{where} cannot be reached: it does not answer in time." in told


# Values ---------------------------------------------------------------------------------------

ODD = [
    *("it's", "a\\'; --", "100 % of %s", "\n\t", "Süßmüller 🙂", "", "7", "NULL"),
    *(None, 7, -7, 1 << 62),
]


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("VALUES (%s, 5 -%s)", ["it's %s", -7], "VALUES ('it''s %s', 5 - -7)"),
        ("VALUES (%s)", [None], "VALUES (NULL)"),
        ("VALUES (%s, 5 %% 3)", [7], None),
        ("VALUES (%(name)s)", {"name": 7}, None),
        ("VALUES (%s)", [b"x"], None),
        ("VALUES (%s)", [True], None),
        ("VALUES (%s)", ["\0"], None),
        ("VALUES (%s, %s)", [7], None),
    ],
)
def test_values_are_put_into_a_statement(text: str, values: Any, expected: str | None) -> None:
    assert literals.filled(text, values) == expected


@pytest.mark.postgres
def test_many_values_come_as_few_do(address: str) -> None:
    with closing(opening.connect(address)) as conn:
        several = ", ".join("?" * len(ODD))
        assert conn.execute(f"SELECT {several}", ODD).fetchone() == tuple(ODD)
        rows = conn.execute(f"VALUES {', '.join([f'({several})'] * 9)}", ODD * 9).fetchall()
    assert rows == [tuple(ODD)] * 9


# When it breaks -------------------------------------------------------------------------------


@pytest.fixture
def address(server: postgres.Server, tmp_path: Path) -> Iterator[str]:
    """The address of a database on the server of the tests."""
    folder = tmp_path / "data"
    yield server.database(folder)
    server.forget(folder)


def breaks_before(
    monkeypatch: pytest.MonkeyPatch, server: postgres.Server, words: str, *, after: bool = False
) -> None:
    """Have the server end the connection before a statement with these words, or after it, before
    it is answered, once."""
    send = engine.ServerConnection.send
    done: list[str] = []

    def broken(self: engine.ServerConnection, text: str, parameters: Any = None) -> Any:
        if done or words not in text:
            return send(self, text, parameters)
        done.append(text)
        if after:
            send(self, text, parameters)
        end(server, self)
        return send(self, "SELECT 1")

    monkeypatch.setattr(engine.ServerConnection, "send", broken)


def end(server: postgres.Server, conn: engine.ServerConnection) -> None:
    """End a connection at the server, and wait until it is."""
    server.admin.execute(
        "SELECT pg_terminate_backend(%s, 5000)", (conn._raw.info.backend_pid,)
    ).fetchall()


def contacts(address: str) -> int:
    """How many contacts there are."""
    with closing(opening.connect(address)) as conn:
        (found,) = conn.execute("SELECT count(*) FROM contact").fetchone()
    return int(found)


@pytest.mark.postgres
@pytest.mark.parametrize("words", ["INSERT INTO contact", "UPDATE journal_now", "COMMIT"])
def test_a_write_that_breaks_off_leaves_nothing(
    funnel: Run,
    server: postgres.Server,
    address: str,
    monkeypatch: pytest.MonkeyPatch,
    words: str,
) -> None:
    funnel("contact add Max", env={"FUNNEL_DB": address})
    breaks_before(monkeypatch, server, words)
    told = funnel("contact add Eva", env={"FUNNEL_DB": address}, exit=1).stderr
    assert "The connection to postgresql://" in told
    assert "broke: " in told
    assert "Nothing of what was under way was stored. Run the command again." in told
    assert contacts(address) == 1
    # The next command finds everything as it was.
    funnel("contact add Eva", env={"FUNNEL_DB": address})
    assert contacts(address) == 2


@pytest.mark.postgres
def test_a_write_whose_end_was_not_answered_is_looked_up(
    funnel: Run, server: postgres.Server, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaks_before(monkeypatch, server, "COMMIT", after=True)
    told = funnel("contact add Eva", env={"FUNNEL_DB": address})
    assert "Eva" in told + told.stderr
    assert contacts(address) == 1
    assert "contact add Eva" in funnel("history", env={"FUNNEL_DB": address})


@pytest.mark.postgres
def test_what_cannot_be_looked_up_is_said_to_be_uncertain(
    funnel: Run, server: postgres.Server, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "LOOKED_SECONDS", 0)
    breaks_before(monkeypatch, server, "COMMIT", after=True)
    told = funnel("contact add Eva", env={"FUNNEL_DB": address}, exit=1).stderr
    assert "Whether it was stored could not be asked any more: `funnel history` tells." in told


@pytest.mark.postgres
def test_a_read_that_breaks_off_says_so(
    funnel: Run, server: postgres.Server, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaks_before(monkeypatch, server, "FROM contact")
    told = funnel("contact list", env={"FUNNEL_DB": address}, exit=1).stderr
    assert "broke: " in told
    assert "Traceback" not in told
    assert "Eva" not in funnel("contact list", env={"FUNNEL_DB": address})


@pytest.mark.postgres
def test_a_server_that_is_shutting_down_says_so_in_the_middle(
    server: postgres.Server, address: str
) -> None:
    with closing(opening.connect(address)) as conn:
        assert conn.execute("SELECT 1").fetchone() == (1,)
        end(server, conn)
        with pytest.raises(sqlite3.OperationalError, match="administrator") as found:
            conn.execute("SELECT 1")
        assert found.value.sqlite_errorcode == sqlite3.SQLITE_IOERR
        assert not conn.in_transaction


# What it is asked -----------------------------------------------------------------------------


@pytest.mark.postgres
def test_all_that_is_held_of_a_person_takes_few_journeys(
    funnel: Run, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = {"FUNNEL_DB": address}
    funnel("contact add Eva", env=at)
    send, sent = engine.ServerConnection.send, []

    def counted(self: engine.ServerConnection, text: str, parameters: Any = None) -> Any:
        sent.append(text)
        return send(self, text, parameters)

    monkeypatch.setattr(engine.ServerConnection, "send", counted)
    assert funnel("contact dossier 1 --json=rows", env=at).json["rows"]["contact"]
    assert len(sent) < 150


@pytest.mark.postgres
def test_what_is_known_of_a_table_is_asked_again_once_it_is_another(address: str) -> None:
    with closing(opening.connect(address)) as conn:

        def columns() -> int:
            return len(conn.execute("PRAGMA table_info(contact)").fetchall())

        def references() -> int:
            return len(conn.execute("PRAGMA foreign_key_list(rate)").fetchall())

        had, held = columns(), references()
        conn.execute("BEGIN")
        conn.execute("ALTER TABLE contact ADD COLUMN shoe_size INTEGER")
        conn.execute("ALTER TABLE rate ADD COLUMN deal_id INTEGER REFERENCES deal (id)")
        assert (columns(), references()) == (had + 1, held + 1)
        conn.execute("ROLLBACK")
        assert (columns(), references()) == (had, held)


# Waiting --------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_whoever_writes_first_is_named(
    funnel: Run, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("funnelcli.db.waiting.SAID_AFTER", 0.05)
    with closing(opening.connect(address)) as conn:
        holding = transaction.command(conn, "holding")
        holding.__enter__()
        told: list[Any] = []
        thread = Thread(
            target=lambda: told.append(funnel("contact add Eva", env={"FUNNEL_DB": address}))
        )
        said = engine.ServerConnection.writer

        def asked(self: engine.ServerConnection) -> Any:
            found = said(self)
            with suppress(Exception):
                let_go.append(found)
            return found

        let_go: list[Any] = []
        monkeypatch.setattr(engine.ServerConnection, "writer", asked)
        thread.start()
        while not let_go and thread.is_alive():
            thread.join(0.02)
        holding.__exit__(None, None, None)
        thread.join()
    assert "Waiting for funnel (funnel), who writes to postgresql://funnel@" in told[0].stderr


@pytest.mark.postgres
def test_a_row_that_another_program_holds_is_waited_for_and_that_is_said(
    funnel: Run, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    psycopg = pytest.importorskip("psycopg")
    at = {"FUNNEL_DB": address}
    funnel("contact add Eva", env=at)
    monkeypatch.setattr(waiting, "SAID_AFTER", 0.05)
    with closing(psycopg.connect(address)) as other:
        other.execute("UPDATE funnel.contact SET town = 'Ulm' WHERE id = 1")
        say = waiting.say

        def said(path: str) -> None:
            say(path)
            other.rollback()

        monkeypatch.setattr(waiting, "say", said)
        told = funnel("contact edit 1 --town Bonn", env=at)
        assert told.stderr.startswith(f"Waiting for another program that writes to {address} …")
        # Who waits for nothing any more says what is so.
        monkeypatch.setattr(waiting, "say", say)
        monkeypatch.setattr(waiting, "BUSY_SECONDS", 0.1)
        other.execute("UPDATE funnel.contact SET town = 'Ulm' WHERE id = 1")
        told = funnel("contact edit 1 --town Mainz", env=at, exit=1)
        other.rollback()
    assert "Nothing was changed. Run the command again." in told.stderr
    assert funnel("contact show 1 --json=town", env=at).json == {"town": "Bonn"}
