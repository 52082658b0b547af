"""Several people on one server: what the database itself holds each of them to, whoever asks it,
and what happens where they write at once."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
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
    team(team.anna, "deal add Wall")
    team.sql(team.ben, "DELETE FROM journal")
    assert team.sql(team.ben, "SELECT count(*) > 0 FROM journal") == [(True,)]
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


def test_who_cannot_erase_all_of_a_person_erases_nothing(team: Team) -> None:
    team(team.ben, 'contact add "Yolanda Quast"')
    team(team.anna, 'contact edit quast --notes "Quast was here"')
    team(team.anna, "contact edit quast --notes no")
    said = team(team.ben, "contact forget quast --yes", exit=3)
    assert "An owner of the database can erase all of it" in said.stderr
    assert team(team.ben, "contact show quast --json=name").json == {"name": "Yolanda Quast"}
    team(team.anna, "contact forget quast --yes")
    assert team.sql(team.anna, "SELECT 1 FROM journal WHERE before ILIKE '%quast%'") == []
    assert team.sql(team.anna, "SELECT 1 FROM command WHERE args ILIKE '%quast%'") == []
