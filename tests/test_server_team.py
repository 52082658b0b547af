"""Several people on one server: what the database itself holds each of them to, whoever asks it,
and what happens where they write at once."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from conftest import Run
from funnelcli.db import rows
from funnelcli.db.connection import connect
from funnelcli.errors import Refused
from postgres import Server

psycopg = pytest.importorskip("psycopg", reason="psycopg is in the extra team")

pytestmark = pytest.mark.postgres

Process = Callable[..., subprocess.CompletedProcess[str]]
_numbers = count()


class Team:
    """A database with three users: an owner, a seller, a reader, each with a login."""

    def __init__(self, server: Server, db: str, funnel: Run, worker: str) -> None:
        self.server, self.funnel = server, funnel
        self.database = db.rsplit("/", 1)[1]
        mark = f"{worker}_{next(_numbers)}"
        self.anna, self.ben, self.rita = (f"{name}_{mark}" for name in ("anna", "ben", "rita"))
        for login in self.logins:
            server.admin.execute(f"CREATE ROLE {login} LOGIN")
        for login, role in zip(self.logins, ("owner", "seller", "reader"), strict=True):
            funnel("user", "add", login, "--role", role, env={"FUNNEL_DB": db})

    @property
    def logins(self) -> tuple[str, str, str]:
        return self.anna, self.ben, self.rita

    def env(self, login: str) -> dict[str, str]:
        return {"FUNNEL_DB": self.server.address(self.database, login)}

    def __call__(self, login: str, *args: Any, **more: Any) -> Any:
        return self.funnel(*args, env=self.env(login), **more)

    def sql(self, login: str, statement: str) -> list[tuple[Any, ...]]:
        """What a statement gives that somebody sends by another program."""
        address = self.server.address(self.database, login)
        with closing(psycopg.connect(address, autocommit=True)) as conn:
            conn.execute("SET search_path = funnel, pg_catalog")
            cursor = conn.execute(statement)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def team(server: Server, tmp_path: Path, funnel: Run, worker_id: str) -> Iterator[Team]:
    db_on_server = server.database(tmp_path)
    made = Team(server, db_on_server, funnel, worker_id)
    yield made
    for login in made.logins:
        with closing(psycopg.connect(db_on_server, autocommit=True)) as conn:
            conn.execute("SET search_path = funnel, pg_catalog")
            conn.execute("DELETE FROM member WHERE key = %s", (login,))
        made.server.admin.execute(f"DROP ROLE IF EXISTS {login}")
    server.forget(tmp_path)


def test_what_is_new_belongs_to_its_login(team: Team) -> None:
    team(team.ben, "deal add Roof --value 10k")
    rows = team(team.rita, "deal list --json=title,owner").json
    assert rows == [{"title": "Roof", "owner": team.ben}]
    entry = team(team.rita, "history --json --limit 1").json[0]
    assert entry["who"].startswith(f"{team.ben}@")


def test_a_reader_can_only_read(team: Team) -> None:
    team(team.ben, "deal add Roof")
    assert team.rita in team(team.rita, "deal add Door", exit=3).stderr
    for statement in (
        "DELETE FROM deal",
        "UPDATE deal SET title = 'x'",
        "INSERT INTO note (text, happened_at) VALUES ('x', 1)",
        "DELETE FROM journal",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            team.sql(team.rita, statement)


def test_a_seller_disposes_of_no_one_elses_deal(team: Team) -> None:
    team(team.anna, "deal add Wall --value 5k")
    team(team.ben, "deal add Roof --value 5k")
    team.sql(team.ben, "DELETE FROM deal WHERE title = 'Wall'")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        team.sql(team.ben, "UPDATE deal SET owner_id = my_id() WHERE title = 'Wall'")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        team.sql(
            team.ben,
            "INSERT INTO member (public_id, key, name, recorded_at) VALUES ('x', 'x', 'x', 1)",
        )
    assert team.sql(team.ben, "SELECT count(*) FROM deal WHERE title = 'Wall'") == [(1,)]
    # What others do to it is theirs to know, and to change by the way.
    team(team.ben, "deal edit Wall --value 6k")
    for line in ("deal remove Wall -y", "deal merge Roof Wall -y"):
        assert "belongs to" in team(team.ben, line, exit=3).stderr
    assert len(team(team.ben, "deal list --json").json) == 2


def test_what_a_policy_keeps_is_not_said_to_be_gone(team: Team) -> None:
    team(team.anna, "deal add Wall --value 5k")
    with (
        closing(connect(team.server.address(team.database, team.ben))) as conn,
        pytest.raises(Refused, match="belongs to somebody else"),
    ):
        rows.delete(conn, "deal", 1)
    assert len(team(team.ben, "deal list --json").json) == 1


def test_today_of_one_user(team: Team) -> None:
    team(team.anna, "deal add Wall --value 5k --next see --due today")
    team(team.ben, "deal add Roof --value 5k --next call --due today")
    found = team(team.ben, "today --mine --json").json
    assert [step["what"] for step in found["today"]] == ["call"]
    assert [row["open"] for row in found["pipeline"]] == [1]
    assert [row["what"] for row in team(team.anna, "agenda --mine --json").json] == ["see"]


def test_no_one_says_that_they_are_somebody_else(team: Team) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        team.sql(
            team.ben,
            "INSERT INTO command (at, verb, args, who)"
            f" VALUES (1, 'deal add', '[]', '{team.anna}@desk')",
        )
    team(team.ben, "config set user anna")
    team(team.ben, "deal add Roof")
    assert team(team.ben, "history --json --limit 1").json[0]["who"].startswith(team.ben)


def test_each_takes_back_their_own(team: Team) -> None:
    team(team.anna, "deal add Wall --value 5k")
    team(team.ben, "deal add Roof --value 5k")
    team(team.anna, "deal edit Wall --value 6k")
    team(team.ben, "undo")
    assert [row["title"] for row in team(team.anna, "deal list --json=title").json] == ["Wall"]
    team(team.ben, "redo")
    team(team.anna, "undo")
    values = {row["title"]: row["value"] for row in team(team.anna, "deal list --json").json}
    assert values == {"Roof": 5000, "Wall": 5000}


def test_a_user_needs_a_login(team: Team) -> None:
    refused = team(team.anna, "user add nobody-there", exit=3)
    assert "has no login nobody-there" in refused.stderr
    assert "CREATE ROLE" in refused.stderr


def test_two_advance_a_deal_at_once(team: Team, run_process: Process) -> None:
    team(team.anna, "deal add Roof --value 5k")
    before = team(team.anna, "deal show 1 --json").json["stage"]
    team(team.anna, "advance 1")
    once = team(team.anna, "deal show 1 --json").json["stage"]
    team(team.anna, "undo")
    results = at_once(team, run_process, [(team.anna, "advance 1"), (team.ben, "advance 1")])
    assert sorted(result.returncode for result in results) == [0, 3]
    (told,) = (result.stderr for result in results if result.returncode == 3)
    winner = team.anna if results[0].returncode == 0 else team.ben
    assert f"{winner}@" in told
    assert "funnel advance 1" in told
    stage = team(team.anna, "deal show 1 --json").json["stage"]
    assert stage == once != before


def test_what_a_rule_refuses_says_what_was_done_meanwhile(
    team: Team, run_process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    team(team.anna, "deal add Roof --value 5k")
    at_the_lock(team, run_process, monkeypatch, "lose 1 --reason price")
    told = team(team.ben, "advance 1", exit=3).stderr
    assert "The deal Roof is lost." in told
    assert f"Meanwhile {team.anna}@" in told
    assert ": funnel lose 1 --reason price\n" in told
    assert "Meanwhile" not in team(team.ben, "advance 1", exit=3).stderr


def test_two_change_other_things_at_once(team: Team, run_process: Process) -> None:
    team(team.anna, "deal add Roof --value 5k")
    results = at_once(
        team,
        run_process,
        [(team.anna, "deal edit 1 --product Solar"), (team.ben, "deal edit 1 --notes Call")],
    )
    assert [result.returncode for result in results] == [0, 0]
    deal = team(team.anna, "deal show 1 --json").json
    assert (deal["product"], deal["notes"]) == ("Solar", "Call")


@pytest.mark.parametrize(
    "line",
    [
        "deal edit 1 --value 9k",
        "deal edit 1 --value 9k --at today",
        "advance 1",
        "win 1",
        "note 1 later",
        "next 1 call --due fri",
        "deal give 1 {rita}",
        "deal snooze 1 fri",
        "deal remove 1 --yes",
    ],
)
def test_what_another_has_removed_meanwhile_is_said_to_be(
    team: Team, run_process: Process, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    from funnelcli.cli.invocation import Invocation

    team(team.anna, "deal add Roof --value 5k")
    allow = Invocation.allow

    def removed_before(self: Invocation, conn: Any) -> None:
        monkeypatch.undo()
        assert run_process("deal remove 1 --yes", env=team.env(team.anna)).returncode == 0
        allow(self, conn)

    monkeypatch.setattr(Invocation, "allow", removed_before)
    told = team(team.anna, line.format(rita=team.rita), exit=3).stderr
    assert f"Error: {team.anna}@" in told
    assert "changed this a moment ago" in told
    assert ": funnel deal remove 1 --yes\n" in told
    assert "Nothing of yours was stored." in told
    assert len(team(team.anna, "history --json").json) == 5


def test_who_is_removed_meanwhile_is_told_who_adds_them(
    team: Team, run_process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_the_lock(team, run_process, monkeypatch, f"user remove {team.ben} --yes")
    told = team(team.ben, "deal add Roof", exit=3).stderr
    assert f"{team.ben} is no user of the database" in told
    assert f"funnel user add {team.ben}" in told
    assert team(team.anna, "deal list --json").json == []


def test_what_a_change_names_is_removed_meanwhile(
    team: Team, run_process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    team(team.anna, "field add deal Roof")
    team(team.ben, "deal add Hall")
    at_the_lock(team, run_process, monkeypatch, "field remove deal roof --yes")
    told = team(team.ben, "deal edit 1 --roof flat", exit=3).stderr
    assert "Somebody else has removed meanwhile what this is about." in told
    assert "Nothing of yours was stored." in told


def at_the_lock(
    team: Team, run_process: Process, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    """Have the owner give a command once the next one of this process comes to write."""
    from funnelcli.db.server.connection import ServerConnection

    begin = ServerConnection.begin_writing

    def after(self: ServerConnection) -> None:
        monkeypatch.undo()
        assert run_process(line, env=team.env(team.anna)).returncode == 0
        begin(self)

    monkeypatch.setattr(ServerConnection, "begin_writing", after)


def at_once(
    team: Team, run_process: Process, lines: list[tuple[str, str]]
) -> list[subprocess.CompletedProcess[str]]:
    """Run commands that have all looked at the database before the first of them writes."""
    from funnelcli.db.server.connection import LOCK

    address = team.server.address(team.database, "postgres")
    with (
        closing(psycopg.connect(address, autocommit=True)) as holder,
        ThreadPoolExecutor(len(lines)) as pool,
    ):
        holder.execute("SELECT pg_advisory_lock(%s, %s)", LOCK)
        under_way = [pool.submit(run_process, line, env=team.env(login)) for login, line in lines]
        waiting = (
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        until = time.monotonic() + 60
        while holder.execute(waiting).fetchone() != (len(lines),):
            assert time.monotonic() < until, "they do not come to write"
            time.sleep(0.02)
        holder.execute("SELECT pg_advisory_unlock(%s, %s)", LOCK)
        return [one.result() for one in under_way]


@pytest.mark.long
def test_a_hundred_clients(team: Team, run_process: Process) -> None:
    """Nothing is lost, nothing is doubled, and nobody is shown a deadlock."""
    clients = 100
    for number in range(5):
        team(team.anna, f"deal add Shared{number} --value 5k")

    def work(client: int) -> list[tuple[str, int, str]]:
        login = team.ben if client % 2 else team.anna
        lines = [
            f"contact add Person{client:03} --email p{client}@example.com",
            f"deal add Deal{client:03} --contact Person{client:03} --value {client + 1}k",
            f"advance {client % 5 + 1}",
            f"note add Deal{client:03} Note{client:03}",
        ]
        done = []
        for line in lines:
            result = run_process(line, env=team.env(login), timeout=300)
            done.append((line, result.returncode, result.stderr))
        return done

    # What the program translates once for all who run it there.
    work(clients)
    team(team.anna, "undo --last 4")
    with ThreadPoolExecutor(clients) as pool:
        done = [one for some in pool.map(work, range(clients)) for one in some]
    for line, code, said in done:
        assert "deadlock" not in said
        assert "Traceback" not in said
        assert code == 0 or (code == 3 and line.startswith("advance")), (line, said)
    deals = team(team.rita, "deal list --json=title").json
    titles = [row["title"] for row in deals]
    assert sorted(titles) == sorted(
        {f"Deal{n:03}" for n in range(clients)} | {f"Shared{n}" for n in range(5)}
    )
    assert team.sql(team.rita, "SELECT count(*), count(DISTINCT text) FROM note") == [(100, 100)]
    moved = sum(code == 0 for line, code, _said in done if line.startswith("advance"))
    stays = "SELECT count(*) FROM stay AS y JOIN deal AS d ON d.id = y.deal_id"
    assert team.sql(team.rita, f"{stays} WHERE d.title LIKE 'Shared%'") == [(5 + moved,)]
    entries = team(team.rita, "history --json=command,state --limit 1000").json
    standing = [one["command"] for one in entries if one["state"] == "done"]
    assert sum(command.startswith("funnel advance") for command in standing) == moved
    team(team.anna, "doctor")


def test_one_who_is_no_user_is_told_who_adds_them(team: Team) -> None:
    team.server.admin.execute(f"CREATE ROLE {team.ben}_x LOGIN")
    try:
        said = team(f"{team.ben}_x", "deal list", exit=3).stderr
        assert f"funnel user add {team.ben}_x" in said
    finally:
        team.server.admin.execute(f"DROP ROLE {team.ben}_x")


def test_a_login_made_after_its_user_gets_its_rights(team: Team) -> None:
    team.sql(team.anna, f"UPDATE member SET role = 'seller' WHERE key = '{team.rita}'")
    team.server.admin.execute(f"DROP OWNED BY {team.rita}")
    # In another database of the server a role may own things; here it has nothing left.
    team(team.rita, "deal list", exit=None)
    team(team.anna, "user", "edit", team.rita, "--role", "seller")
    team(team.rita, "deal add Door")


def test_the_check_tells_of_rights_that_are_not_those_of_the_role(team: Team, db: str) -> None:
    def told() -> str:
        return str(team(team.anna, "db check", exit=None))

    assert team.rita not in told()
    for changed in (
        f"GRANT DELETE ON funnel.deal TO {team.rita}",
        f"REVOKE SELECT ON funnel.contact FROM {team.ben}",
        "ALTER TABLE funnel.contact DISABLE ROW LEVEL SECURITY",
    ):
        team.sql(db.split("//")[1].split("@")[0], changed)
    found = told()
    assert f"`funnel user edit {team.rita} --role reader` sets them" in found
    assert f"`funnel user edit {team.ben} --role seller` sets them" in found
    assert "the rule own_are_removed is switched off" in found
    for name, role in ((team.rita, "reader"), (team.ben, "seller")):
        team(team.anna, "user", "edit", name, "--role", role)
    assert "sets them" not in told()


def test_a_login_may_be_written_in_capitals(team: Team) -> None:
    login = f"{team.ben}_MAX"
    team.server.admin.execute(f'CREATE ROLE "{login}" LOGIN')
    try:
        team(team.anna, "user", "add", login, "--role", "seller")
        team(login, "deal add Door")
        assert team(login, "deal list --mine --json=owner").json == [{"owner": login.lower()}]
        team(team.anna, "user", "edit", login, "--role", "reader")
        assert "may read and change nothing" in team(login, "deal add Gate", exit=3).stderr
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            team.sql(login, "UPDATE deal SET title = 'Gate'")
        team(team.anna, "user", "remove", login, "-y")
        told = team(login, "deal list", exit=3).stderr
        assert "is no user of the database at postgresql://" in told
    finally:
        team.server.admin.execute(f'DROP ROLE "{login}"')


def test_what_was_handed_over_comes_back(team: Team) -> None:
    team(team.ben, "deal add Roof --value 5k")
    team(team.ben, "deal", "give", "Roof", team.anna)
    assert team(team.rita, "deal list --json=owner").json == [{"owner": team.anna}]
    team(team.ben, "undo")
    assert team(team.rita, "deal list --json=owner").json == [{"owner": team.ben}]
    team(team.ben, "redo")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        team.sql(team.ben, "UPDATE deal SET owner_id = my_id()")


def test_an_owner_removes_another_but_not_themselves(team: Team) -> None:
    assert (
        "nobody removes themselves"
        in team(team.anna, "user", "remove", team.anna, "-y", exit=3).stderr
    )
    team(team.anna, "user", "edit", team.ben, "--role", "owner")
    team(team.ben, "user", "remove", team.anna, "-y")
    assert "is no user" in team(team.anna, "deal list", exit=3).stderr
    team(team.ben, "undo")
    team(team.anna, "deal list")


def test_what_a_reader_takes_out_is_logged(team: Team, tmp_path: Path) -> None:
    team(team.ben, "deal add Roof")
    said = team(team.rita, "export", "all", str(tmp_path / "all.zip"))
    assert "not in the log" not in said.stderr
    assert "all.zip" in team(team.anna, "export log")


def test_the_doctor_reads_any_text_of_the_journal(team: Team) -> None:
    team(team.ben, "deal", "add", "Roof", "--notes", 'C:\\temp "x"\nnext')
    team(team.ben, "deal edit Roof --notes y")
    team(team.anna, "doctor")
    team(team.anna, "db check")


def test_an_owner_erases_a_person_and_a_seller_does_not(team: Team) -> None:
    team(team.ben, 'contact add "Yolanda Quast"')
    team(team.ben, 'contact edit quast --notes "Quast was here"')
    team(team.ben, "contact edit quast --notes no")
    said = team(team.ben, "contact forget quast --yes", exit=3)
    assert "Only an owner erases a person" in said.stderr
    assert team(team.ben, "contact show quast --json=name").json == {"name": "Yolanda Quast"}
    team(team.anna, "contact forget quast --yes")
    assert team.sql(team.anna, "SELECT 1 FROM journal WHERE before ILIKE '%quast%'") == []
    assert team.sql(team.anna, "SELECT 1 FROM command WHERE args ILIKE '%quast%'") == []


def refused(team: Team, login: str, statement: str) -> bool:
    """Whether the server refuses some statements that somebody sends by another program."""
    try:
        team.sql(login, statement)
    except psycopg.errors.InsufficientPrivilege:
        return True
    return False


FORGED = """
BEGIN;
INSERT INTO command (at, verb, args, kind, target, who)
    VALUES (1, 'undo', '[]', '{kind}', {target}, '{who}@x');
{between}
UPDATE deal SET owner_id = my_id() WHERE title = 'Wall';
UPDATE journal_now SET command_id = NULL;
COMMIT
"""
NAMED = "UPDATE journal_now SET command_id = (SELECT max(id) FROM command);"


@pytest.mark.parametrize("kind", ["undo", "redo", "do"])
def test_nobody_takes_a_deal_by_an_undo_of_their_own_making(team: Team, kind: str) -> None:
    team(team.ben, "deal add Roof --value 5k")
    team(team.anna, "deal add Wall --value 5k")
    ((target,),) = team.sql(team.ben, "SELECT min(id) FROM command WHERE verb = 'deal add'")
    mine = "'{\"owner_id\":' || my_id() || '}'"
    for between in (
        "",
        NAMED,
        # An entry that says that it was Ben who gave the deal away.
        f"{NAMED} INSERT INTO journal (command_id, table_name, row_id, op, before)"
        f" SELECT max(k.id), 'deal', d.id, 'update', {mine}"
        " FROM command AS k, deal AS d WHERE d.title = 'Wall' GROUP BY d.id;",
        # One of Ben's own that is made to say so.
        f"{NAMED} UPDATE journal SET table_name = 'deal', op = 'update', before = {mine},"
        " row_id = (SELECT id FROM deal WHERE title = 'Wall')"
        f" WHERE command_id = {target};",
    ):
        forged = FORGED.format(kind=kind, target=target, who=team.ben, between=between)
        assert refused(team, team.ben, forged)
    assert team(team.anna, "deal show Wall --json=owner").json == {"owner": team.anna}


def test_what_one_gave_away_comes_back_until_it_is_given_on(team: Team) -> None:
    team(team.ben, "deal add Roof --value 5k")
    team(team.ben, "deal", "give", "Roof", team.anna)
    assert refused(team, team.ben, "UPDATE deal SET owner_id = NULL")
    team(team.anna, "user", "edit", team.rita, "--role", "seller")
    team(team.anna, "deal", "give", "Roof", team.rita)
    team(team.anna, "deal", "give", "Roof", team.anna)
    team(team.ben, "undo", exit=3)
    team(team.anna, "undo --last 2")
    team(team.ben, "undo")
    assert team(team.anna, "deal list --json=owner").json == [{"owner": team.ben}]


def test_a_seller_changes_nothing_of_what_was_done(team: Team) -> None:
    team(team.ben, "deal add Roof --value 5k")
    team(team.ben, "deal edit Roof --value 6k")
    team(team.anna, "deal add Wall --value 5k")
    team(team.ben, "deal edit Roof --value 7k")
    before = done(team)
    for statement in (
        "DELETE FROM command",
        "DELETE FROM command WHERE id = (SELECT max(id) FROM command)",
        "UPDATE command SET args = '[]'",
        "UPDATE command SET state = 'undone'",
        "UPDATE command SET at = 1",
        "UPDATE journal SET before = NULL",
        "UPDATE journal SET command_id = (SELECT max(id) FROM command)",
        "UPDATE journal SET last_id = row_id + 5",
        "TRUNCATE journal",
        "INSERT INTO journal (table_name, row_id, op) VALUES ('deal', 1, 'delete')",
        "UPDATE journal_now SET command_id = (SELECT max(id) FROM command)",
        "INSERT INTO journal_now (id) VALUES (2)",
        "DELETE FROM journal_now",
        "BEGIN; UPDATE journal_now SET command_id = (SELECT max(id) FROM command);"
        " UPDATE deal SET value = 1; COMMIT; SELECT 1 / count(*) FROM journal WHERE false",
    ):
        assert refused(team, team.ben, statement), statement
        assert done(team) == before, statement
    # Of entries each of which is refused to them, nothing is deleted.
    team.sql(team.ben, "DELETE FROM journal")
    assert done(team) == before
    # Where a person is forgotten no change is kept; a seller's are all the same.
    team.sql(team.ben, "SET funnel.unwatched = '*'; UPDATE deal SET notes = 'x' WHERE id = 1")
    assert len(done(team)) == len(before) + 1
    team(team.ben, "deal edit Roof --value 8k")
    team(team.anna, "doctor")
    assert team(team.ben, "history --json=command,who --limit 2").json[1]["who"] is None


def test_a_seller_takes_no_deal_in_the_place_of_one_that_they_gave_away(team: Team) -> None:
    team(team.ben, "deal add Roof --value 5k")
    team(team.anna, "deal add Wall --value 5k")
    team(team.ben, "deal", "give", "Roof", team.anna)
    assert refused(team, team.ben, "UPDATE deal SET id = 9 WHERE title = 'Wall'")
    command = (
        "BEGIN; INSERT INTO command (at, verb, args, kind, who)"
        f" VALUES (1, 'x', '[]', 'do', '{team.ben}@x');"
        " UPDATE journal_now SET command_id = (SELECT max(id) FROM command);"
    )
    end = " UPDATE journal_now SET command_id = NULL; COMMIT"
    for statement in (
        # What they did is not let go of.
        "UPDATE deal SET value = 1; UPDATE journal_now SET command_id = NULL;"
        " DELETE FROM command WHERE id = (SELECT max(id) FROM command);",
        "DELETE FROM command WHERE id = (SELECT max(id) - 1 FROM command);",
        "UPDATE command SET state = 'undone' WHERE id < (SELECT max(id) FROM command);",
        # Nor are others' rows said to have come with it.
        "INSERT INTO journal (command_id, table_name, row_id, op, last_id)"
        " SELECT max(id), 'deal', 1, 'insert', 1 FROM command;",
        "INSERT INTO journal (id, command_id, table_name, row_id, op, last_id)"
        " SELECT 99999, max(id), 'deal', 3, 'insert', 3 FROM command;",
        "UPDATE journal SET last_id = 2 WHERE table_name = 'deal' AND row_id = 1;",
    ):
        assert refused(team, team.ben, command + statement + end), statement


def test_what_was_added_for_somebody_else_is_taken_back(
    team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("funnelcli.db.reversing.BY_ENTRIES", 100)
    rows = "".join(f"Deal {n},{n}00,Person {n},{team.anna}\n" for n in range(60))
    file = tmp_path / "deals.csv"
    file.write_text(f"title,value,contact,Deal owner\n{rows}", encoding="utf-8")
    for lines in (
        [("import", "deals", file, "-y")],
        [("deal", "add", "Roof", "--owner", team.anna)],
    ):
        for line in lines:
            team(team.ben, *line)
        team(team.ben, "undo")
        assert team(team.ben, "deal list --json=id").json == []
        team(team.anna, "doctor")


def test_hooks_hear_of_what_is_another_sellers_from_then_on(
    team: Team, environment: dict[str, str], tmp_path: Path
) -> None:
    folder = Path(environment["FUNNEL_CONFIG_DIR"]) / "hooks"
    folder.mkdir(parents=True)
    told = tmp_path / "told"
    for event in ("deal-added", "deal-changed"):
        hook = folder / f"after-{event}.sh"
        hook.write_text(f"#!/bin/sh\necho {event} >> {told}\n", encoding="utf-8")
        hook.chmod(0o700)
    team(team.ben, "deal", "add", "Roof", "--owner", team.anna)
    team(team.ben, "deal", "add", "Door")
    team(team.ben, "deal", "give", "Door", team.anna)
    assert told.read_text(encoding="utf-8").split() == ["deal-added", "deal-added", "deal-changed"]


def done(team: Team) -> list[tuple[Any, ...]]:
    """What the database has of what was done."""
    return team.sql(
        team.anna,
        "SELECT k.*::text, j.*::text FROM journal AS j LEFT JOIN command AS k"
        " ON k.id = j.command_id ORDER BY j.id",
    )


def test_a_command_that_changes_nothing_leaves_no_entry_of_a_seller(team: Team) -> None:
    team(team.ben, "deal add Roof --value 5k")
    before = done(team)
    team(team.ben, "deal edit Roof --value 5k", exit=None)
    with closing(connect(team.server.address(team.database, team.ben))) as conn:
        from funnelcli.db.transaction import command

        with command(conn, "deal edit"):
            conn.execute("UPDATE deal SET value = 1")
            conn.execute("UPDATE deal SET value = 500000")
    assert done(team) == before


def test_the_journal_is_let_go_of_by_an_owner_alone(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("funnelcli.db.transaction.LOOKED_EVERY", 1)
    monkeypatch.setattr("funnelcli.db.trimming.KEPT", 2)
    for login in (team.ben, team.anna):
        team(login, "deal", "add", "Roof")
    before = done(team)
    monkeypatch.setenv("FUNNEL_JOURNAL_SIZE", "1 kB")
    team(team.ben, "deal edit 1 --value 5k")
    assert done(team)[: len(before)] == before
    team(team.anna, "deal edit 1 --value 6k")
    assert len({command for command, _entry in done(team)}) == 2


def test_a_seller_undoes_what_another_program_did(team: Team) -> None:
    team(team.ben, "deal add Roof --value 5k")
    team.sql(team.ben, "UPDATE deal SET notes = 'x'")
    team(team.ben, "deal add Door")
    outside = team(team.ben, "history --json --limit 2").json[1]
    team(team.ben, "undo", outside["id"])
    assert team(team.ben, "deal show Roof --json=notes").json == {"notes": None}


def test_a_seller_imports_and_takes_it_back(
    team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("funnelcli.db.loading.ENOUGH", 300)
    rows = "".join(f"Deal {n},{n}00,Person {n},{team.ben}\n" for n in range(400))
    file = tmp_path / "deals.csv"
    file.write_text(f"title,value,contact,Deal owner\n{rows}", encoding="utf-8")
    team(team.ben, "import", "deals", file, "-y")
    assert len(team(team.ben, "deal list --json=id").json) == 400
    ranges = "SELECT count(*) FROM journal WHERE last_id - row_id = 399 AND table_name = 'deal'"
    assert team.sql(team.ben, ranges) == [(1,)]
    team(team.ben, "undo")
    assert team(team.ben, "deal list --json=id").json == []
    team(team.ben, "redo")
    assert len(team(team.ben, "deal list --json=id").json) == 400
    team(team.anna, "doctor")


def test_what_was_given_out_stays_in_the_log(team: Team, tmp_path: Path) -> None:
    team(team.ben, 'contact add "Uwe Alt"')
    team(team.ben, "deal add Roof --contact alt")
    team(team.ben, "export", "all", tmp_path / "all.zip")
    team(team.rita, "deal", "list", "-o", tmp_path / "deals.csv")
    log = "SELECT * FROM disclosure"
    before = team.sql(team.anna, log)
    for login in (team.ben, team.rita):
        for statement in ("DELETE FROM disclosure", "UPDATE disclosure SET path = 'x'"):
            assert refused(team, login, statement)
    assert team.sql(team.anna, log) == before
    # Another file of one name within a second has a line of its own.
    (tmp_path / "deals.csv").unlink()
    team(team.ben, 'contact add "Eva Ruf"')
    team(team.ben, "deal add Door --contact ruf")
    team(team.ben, "deal", "list", "-o", tmp_path / "deals.csv")
    after = team.sql(team.anna, log)
    assert [line for line in after if line in before] == before
    assert len(after) == len(before) + 1


def test_a_user_of_another_name_has_their_commands(team: Team) -> None:
    later = f"{team.ben}_b"
    team.server.admin.execute(f"CREATE ROLE {later} LOGIN")
    try:
        team(team.ben, "deal add Roof --value 5k")
        team(team.ben, "deal edit Roof --value 6k")
        team(team.ben, "deal", "give", "Roof", team.anna)
        team(team.anna, "user", "edit", team.ben, "--key", later)
        # Somebody else gets the login that has become free.
        team(team.anna, "user", "add", team.ben)
        assert "nothing to undo" in team(team.ben, "undo", exit=4).stderr
        given = team(later, "history --json=id --limit 3").json[2]["id"]
        assert f"was a command of {team.ben}" in team(team.ben, "undo", given, exit=3).stderr
        team(later, "undo")
        team(later, "undo")
        shown = team(later, "deal show Roof --json=value,owner").json
        assert shown == {"value": 5000, "owner": later}
    finally:
        team(team.anna, "user", "remove", later, "-y")
        team.server.admin.execute(f"DROP ROLE {later}")


def test_an_undo_says_whose_the_commands_are_that_stand_in_its_way(team: Team) -> None:
    team(team.ben, "deal add Roof --value 5k")
    team(team.anna, "deal edit Roof --value 6k")
    said = team(team.ben, "undo", exit=3).stderr
    assert f"was a command of {team.anna}@" in said
    assert f"An owner of the database ({team.anna}) can take all of them back: funnel undo" in said


def test_a_server_of_before_holds_sellers_to_it_too(team: Team) -> None:
    team(team.ben, "deal add Roof --value 5k")
    address = team.server.address(team.database)
    with closing(psycopg.connect(address, autocommit=True)) as conn:
        conn.execute("SET search_path = funnel, pg_catalog")
        for statement in (
            "DROP TRIGGER keep_command ON command",
            "DROP TRIGGER keep_journal ON journal",
            "DROP TRIGGER end_command ON journal_now",
            "DROP POLICY removes ON journal",
            "CREATE POLICY writes ON journal USING (is_my_command(command_id))",
            f"GRANT UPDATE, DELETE ON ALL TABLES IN SCHEMA funnel TO {team.ben}, {team.rita}",
            "ALTER TABLE command DROP COLUMN member CASCADE",
            "CREATE OR REPLACE FUNCTION is_by_me(number bigint) RETURNS boolean LANGUAGE sql"
            " AS 'SELECT true'",
            "DELETE FROM schema_version",
            "INSERT INTO schema_version VALUES (39, 1)",
        ):
            conn.execute(statement)
    forbidden = (
        "UPDATE command SET at = at",
        "UPDATE journal SET before = before",
        "DELETE FROM disclosure",
    )
    for statement in forbidden:
        assert not refused(team, team.ben, statement)
    assert "Whoever set it up" in team(team.anna, "deal list", exit=1).stderr
    team.funnel("deal list", env={"FUNNEL_DB": address})
    for statement in forbidden:
        assert refused(team, team.ben, statement)
    assert team.sql(team.ben, "DELETE FROM journal WHERE id = 1 RETURNING id") == []
    assert refused(team, team.rita, "DELETE FROM disclosure")
    assert team.sql(
        team.anna, "SELECT count(*) FROM command WHERE member IS NULL AND verb LIKE 'deal%'"
    ) == [(0,)]
    assert "sets them" not in str(team(team.anna, "db check", exit=None))
    team(team.ben, "undo")
    assert team(team.ben, "deal list --json").json == []


def test_nobody_uses_what_is_behind_the_triggers(team: Team) -> None:
    def tried(login: str) -> set[str]:
        """Which functions that write as whoever made the schema serve a table of one's own."""
        done = set()
        for function, columns, values in (
            ("grant_by_row", "key text, role text", f"('{login}', 'owner')"),
            ("write_journal", "id bigint", "(4711)"),
        ):
            with closing(psycopg.connect(team.server.address(team.database, login))) as conn:
                conn.execute(f"CREATE TEMP TABLE mine ({columns})")
                with suppress(psycopg.errors.InsufficientPrivilege):
                    conn.execute(
                        "CREATE TRIGGER mine AFTER INSERT ON mine FOR EACH ROW"
                        f" EXECUTE FUNCTION funnel.{function}()"
                    )
                    conn.execute(f"INSERT INTO mine VALUES {values}")
                    done.add(function)
        return done

    assert tried(team.rita) == tried(team.ben) == set()
    address = team.server.address(team.database)
    with closing(psycopg.connect(address, autocommit=True)) as conn:
        conn.execute("SET search_path = funnel, pg_catalog")
        conn.execute("GRANT EXECUTE ON FUNCTION grant_by_row(), write_journal() TO public")
        conn.execute("DELETE FROM schema_version")
        conn.execute("INSERT INTO schema_version VALUES (40, 1)")
    assert tried(team.rita) == {"grant_by_row", "write_journal"}
    team.funnel("deal list", env={"FUNNEL_DB": address})
    assert tried(team.rita) == tried(team.ben) == set()


def test_a_login_of_another_name_is_held_to_what_it_may_still(team: Team) -> None:
    team(team.anna, "deal add Roof --value 5k")
    other = f"{team.ben}_married"
    team.server.admin.execute(f"ALTER ROLE {team.ben} RENAME TO {other}")
    try:
        assert refused(team, other, "UPDATE deal SET owner_id = 2")
        assert refused(team, other, "UPDATE journal SET command_id = NULL")
        assert team.sql(other, "UPDATE command SET state = 'undone' RETURNING id") == []
        assert team.sql(other, "DELETE FROM deal RETURNING id") == []
        before = team.sql(team.anna, "SELECT count(*) FROM journal")
        team.sql(other, "SET funnel.unwatched = '*'; UPDATE deal SET notes = 'by SQL'")
        assert team.sql(team.anna, "SELECT count(*) FROM journal") > before
    finally:
        team.server.admin.execute(f"ALTER ROLE {other} RENAME TO {team.ben}")


class Handed:
    """A database of one's own login, not of the server's: whose it is, and whom it is to go to."""

    def __init__(self, server: Server, funnel: Run, mark: str) -> None:
        self.server, self.funnel = server, funnel
        self.maker, self.heir, self.database = f"maker_{mark}", f"heir_{mark}", f"made_{mark}"
        for login in (self.maker, self.heir):
            server.admin.execute(f"CREATE ROLE {login} LOGIN")
        server.admin.execute(f"CREATE DATABASE {self.database} OWNER {self.maker}")

    def __call__(self, login: str, *line: str, **more: Any) -> Any:
        env = {"FUNNEL_DB": self.server.address(self.database, login)}
        return self.funnel(*line, env=env, **more)

    def hand(self, one: str, other: str, *then: str) -> None:
        """Have the server's superuser give one login's to another, and do some statements."""
        address = self.server.address(self.database, "postgres")
        with closing(psycopg.connect(address, autocommit=True)) as conn:
            for statement in (f"REASSIGN OWNED BY {one} TO {other}", *then):
                conn.execute(statement)

    def close(self) -> None:
        self.server.admin.execute(f"DROP DATABASE {self.database} WITH (FORCE)")
        for login in (self.maker, self.heir):
            self.server.admin.execute(f"DROP ROLE {login}")


@pytest.fixture
def handed(server: Server, funnel: Run, worker_id: str) -> Iterator[Handed]:
    with closing(Handed(server, funnel, f"{worker_id}_{next(_numbers)}")) as made:
        yield made


def test_whom_the_database_belongs_to_hands_it_over_before_they_go(handed: Handed) -> None:
    by, maker, heir = handed, handed.maker, handed.heir
    for login in (maker, heir):
        by(maker, "user", "add", login, "--role", "owner")
    by(maker, "deal", "add", "Roof")
    for line in (
        ("user", "remove", maker, "-y"),
        ("user", "edit", maker, "--role", "reader"),
        ("user", "edit", maker, "--key", heir + "_b"),
    ):
        said = by(heir, *line, exit=3).stderr
        assert f"belongs to {maker}" in said
        assert f'REASSIGN OWNED BY "{maker}" TO "{heir}"' in said
    by(heir, "user", "edit", maker, "--name", "Max")
    by.hand(maker, heir)
    by(heir, "user", "edit", maker, "--role", "seller")
    by(maker, "deal", "edit", "Roof", "--value", "5k")
    by(heir, "user", "remove", maker, "-y")
    assert "is no user" in by(maker, "deal", "list", exit=3).stderr
    with (
        closing(psycopg.connect(by.server.address(by.database, maker), autocommit=True)) as conn,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        conn.execute("DELETE FROM funnel.deal")
    by(heir, "db", "check")
    by(heir, "undo")


def test_no_undo_takes_its_role_from_whom_the_database_belongs_to(handed: Handed) -> None:
    by, maker, heir = handed, handed.maker, handed.heir
    # Whose the database was had no rights by their role.
    rights = ("SET search_path = funnel, pg_catalog", "SELECT grant_to_all()")
    by(maker, "user", "add", maker)
    by(maker, "user", "add", heir)
    by(maker, "user", "edit", heir, "--role", "owner")
    by.hand(maker, heir, *rights)
    for line in (("undo",), ("undo", "3"), ("undo", "3", "2")):
        said = by(maker, *line, exit=3).stderr
        assert f"belongs to {heir}" in said
        assert f'REASSIGN OWNED BY "{heir}" TO "{maker}"' in said
    by(maker, "deal", "add", "Roof")
    assert f"belongs to {heir}" in by(maker, "undo", "3", exit=3).stderr
    by(maker, "undo")
    assert by(maker, "user", "list", "--json=key,role").json == [
        {"key": heir, "role": "owner"},
        {"key": maker, "role": "owner"},
    ]
    by(heir, "db", "check")
    # Nor does a redo; what was so already keeps nothing else from being taken back.
    by.hand(heir, maker, *rights)
    by(maker, "undo", "3")
    by.hand(maker, heir, *rights)
    said = str(by(maker, "db", "check", exit=1))
    assert f"{heir}" in said
    assert "the login has all rights, more than the role seller" in said
    by(maker, "deal", "add", "Roof")
    by(maker, "undo")
    by(maker, "user", "edit", heir, "--role", "owner")
    by(maker, "db", "check")
