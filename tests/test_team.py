"""A database that several people share: users, whose a record is, and what each may do."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from conftest import Dump, Run
from funnelcli.db import migrate, schema

pytestmark = pytest.mark.sqlite("who one is, which a server knows by the login: test_server_team")

ANNA, BEN, RITA = ({"FUNNEL_USER": key} for key in ("anna", "ben", "rita"))
NOBODY = {"FUNNEL_USER": "somebody-else"}


@pytest.fixture
def team(funnel: Run) -> Run:
    """Anna owns the database, Ben sells, Rita reads; a contact and two deals."""
    funnel('user add anna --name "Anna Berg"', env=ANNA)
    funnel('user add ben --name "Ben Wolf"', env=ANNA)
    funnel("user add rita --role reader", env=ANNA)
    funnel('contact add "Ada Kern"', env=BEN)
    funnel('deal add Roof -c "Ada Kern" --next "call her" --due fri', env=BEN)
    funnel("deal add Wall", env=ANNA)
    return funnel


def owners(funnel: Run, what: str = "deal", name: str = "title") -> dict[str, str | None]:
    return {row[name]: row["owner"] for row in funnel(f"{what} list --json={name},owner").json}


def test_alone_nothing_is_asked_and_nothing_shown(funnel: Run) -> None:
    funnel("deal add Roof --next call --due fri", env=ANNA)
    assert owners(funnel) == {"Roof": None}
    assert "Owner" not in funnel("deal list", tty=True)
    assert "owner" not in funnel("deal show Roof").lower()
    funnel("deal remove Roof", env=BEN)
    assert funnel("user list", tty=True).startswith("No users")


def test_where_there_is_nothing_to_choose_from_that_is_said(funnel: Run) -> None:
    hint = funnel("deal list owner:anna", exit=2).stderr.splitlines()[-1]
    assert hint == "There is nothing to choose from yet."


def test_the_first_user_is_an_owner(funnel: Run) -> None:
    assert "owner" in funnel("user add Anna --role seller", exit=3).stderr
    funnel("user add Anna")
    funnel("user add ben")
    roles = {row["key"]: row["role"] for row in funnel("user list --json=key,role").json}
    assert roles == {"anna": "owner", "ben": "seller"}
    assert "an owner" in funnel("user remove anna", exit=3).stderr
    assert "an owner" in funnel("user edit anna --role reader", exit=3).stderr
    assert "already" in funnel("user add ANNA", exit=3).stderr
    for key in ("me", "none", "a b", "keine", "-x"):
        assert "cannot be" in funnel("user", "add", "--", key, exit=2).stderr
    funnel("user remove ben anna -y")
    assert funnel("user list --json").json == []


def test_users_are_changed_and_taken_back(funnel: Run, state: Callable[[], Dump]) -> None:
    funnel("user add anna --email ANNA@example.com")
    before = state()
    funnel('user edit anna --name "Anna Berg" --key annab')
    found = funnel("user show berg --json=key,name,email,role").json
    assert found == {
        "key": "annab",
        "name": "Anna Berg",
        "email": "anna@example.com",
        "role": "owner",
    }
    funnel("undo")
    assert state() == before
    assert "no user" in funnel("user show tom", exit=4).stderr


def test_what_is_new_belongs_to_who_adds_it(team: Run) -> None:
    assert owners(team) == {"Roof": "ben", "Wall": "anna"}
    assert owners(team, "contact", "name") == {"Ada Kern": "ben"}
    assert owners(team, "step", "what") == {"call her": "ben"}
    team("deal add Door --owner ben", env=ANNA)
    team("deal add Gate", env=NOBODY)
    team("deal add Shed --owner none", env=ANNA)
    assert owners(team) | {"Roof": "ben"} == {
        "Roof": "ben",
        "Wall": "anna",
        "Door": "ben",
        "Gate": None,
        "Shed": None,
    }
    shown = team("deal list", tty=True)
    assert "Owner" in shown
    assert "Ben Wolf" in shown
    assert "Ben Wolf" in team("deal show Roof", tty=True)
    assert "Ben Wolf" in team("contact show Ada", tty=True)
    assert "Ben Wolf" in team("step show 1", tty=True)
    assert team("user show ben --json=deals,contacts,steps").json == {
        "deals": 2,
        "contacts": 1,
        "steps": 1,
    }


def test_the_setting_says_who_one_is(team: Run) -> None:
    team("config set user ben")
    team("deal add Door")
    assert owners(team)["Door"] == "ben"
    assert team("user show me --json=key,me").json == {"key": "ben", "me": True}
    assert "nobody" in team("user show me", env=NOBODY, exit=2).stderr.lower()


def test_history_says_who_did_it(team: Run) -> None:
    who = [row["who"].partition("@")[0] for row in team("history --json=who").json]
    assert who[:2] == ["anna", "ben"]
    # A pipe has the column that a screen has.
    piped = [line.split("\t")[-1].partition("@")[0] for line in team("history").lines]
    assert piped == who
    assert "Who" in team("history", tty=True, width=160)


def test_filters_and_sort_ask_for_owners(team: Run) -> None:
    team("deal add Gate --owner none", env=ANNA)

    def titles(words: str, env: dict[str, str] = ANNA) -> list[str]:
        return [row["title"] for row in team(f"deal list {words} --json=title", env=env).json]

    assert titles("owner:ben") == ["Roof"]
    assert titles("owner:berg") == ["Wall"]
    assert titles("owner:me") == ["Wall"]
    assert titles("owner:ich", BEN) == ["Roof"]
    assert titles("owner:none") == ["Gate"]
    assert titles("-owner:none --sort owner") == ["Wall", "Roof"]
    assert len(team("deal edit owner:none --owner me -y", env=BEN).lines) == 1
    assert titles("owner:ben --sort title") == ["Gate", "Roof"]
    assert "Ben Wolf" in team("deal list owner:tom", exit=2).stderr


def test_a_recurring_step_stays_with_whose_it_is(team: Run) -> None:
    team("next Roof ring --due fri --every 2w", env=BEN)
    team("done ring", env=ANNA)
    assert [row["owner"] for row in team("step list ring --json=owner").json] == ["ben", "ben"]
    team("step edit 'call her' --owner anna")
    assert owners(team, "step", "what")["call her"] == "anna"


def test_what_a_user_had_is_nobodys_when_they_are_gone(
    team: Run, state: Callable[[], Dump]
) -> None:
    before = state()
    said = team("user remove ben -y", env=ANNA)
    assert "1 deal without an owner" in said
    assert owners(team)["Roof"] is None
    team("undo")
    assert state() == before


def test_a_reader_changes_nothing(team: Run, state: Callable[[], Dump]) -> None:
    before = state()
    for line in ("deal add Door", "done 1", "undo", "redo", "user edit rita --role owner"):
        assert "rita" in team(line, env=RITA, exit=3).stderr
    assert state() == before
    assert team("deal list owner:ben --json=title", env=RITA).json == [{"title": "Roof"}]


def test_a_seller_removes_what_is_theirs(team: Run, state: Callable[[], Dump]) -> None:
    before = state()
    assert "Anna Berg" in team("deal remove Wall -y", env=BEN, exit=3).stderr
    assert "Anna Berg" in team("deal edit Wall --owner ben", env=BEN, exit=3).stderr
    assert "owner" in team("user add tom", env=BEN, exit=3).stderr
    assert "owner" in team("user edit ben --role owner", env=BEN, exit=3).stderr
    assert state() == before
    team("deal edit Wall --value 5k", env=BEN)
    team("deal remove Roof -y", env=BEN)
    team("contact remove Ada -y", env=ANNA)
    assert [*owners(team)] == ["Wall"]


def test_users_and_owners_go_out_and_come_back(team: Run, tmp_path: Path) -> None:
    team("export", "all", tmp_path / "all.zip")
    team("import", "all", tmp_path / "all.zip", "--db", tmp_path / "other.db")
    back = team("deal", "list", "--json=title,owner", "--db", tmp_path / "other.db").json
    assert {row["title"]: row["owner"] for row in back} == {"Roof": "ben", "Wall": "anna"}


def test_undo_takes_back_ones_own_last_command(team: Run) -> None:
    team("deal edit Roof --value 7k", env=BEN)
    team("deal edit Wall --value 9k", env=ANNA)
    team("undo", env=BEN)
    values = {row["title"]: row["value"] for row in team("deal list --json=title,value").json}
    assert values["Wall"] == 9000
    assert values["Roof"] != 7000
    team("redo", env=BEN)
    values = {row["title"]: row["value"] for row in team("deal list --json=title,value").json}
    assert values["Roof"] == 7000


def test_only_an_owner_lets_go_of_what_all_could_undo(team: Run, state: Callable[[], Dump]) -> None:
    before = state()
    assert "Only an owner" in team("db compact --yes", exit=3, env=BEN).stderr
    assert state() == before
    team("db compact --yes", env=ANNA)


def test_a_seller_takes_back_no_one_elses_command(team: Run) -> None:
    team("deal edit Wall --value 9k", env=ANNA)
    theirs = team("history --json=id --limit 1").json[0]["id"]
    refused = team(f"undo {theirs}", env=BEN, exit=3)
    assert "anna" in refused.stderr
    team("deal edit Roof --value 7k", env=BEN)
    own = team("history --json=id --limit 1").json[0]["id"]
    team(f"undo {own}", env=ANNA)


def test_nobody_is_named_twice_of_those_who_may(team: Run) -> None:
    hint = team("deal remove Wall -y", env=BEN, exit=3).stderr
    assert "Anna Berg can do that." in hint
    team("deal edit Wall --value 9k", env=ANNA)
    number = team("history --json=id --limit 1").json[0]["id"]
    hint = team(f"undo {number}", env=BEN, exit=3).stderr.splitlines()[-1]
    assert "can take it back." in hint
    assert "Anna Berg" not in hint
    team('user add carl --name "Carl Roth" --role owner', env=ANNA)
    for line in ("deal remove Wall -y", f"undo {number}"):
        hint = team(line, env=BEN, exit=3).stderr.splitlines()[-1]
        assert "an owner of the database: Carl Roth." in hint


def test_nobody_takes_back_what_was_done_before_there_were_users(funnel: Run) -> None:
    funnel("deal add Roof", env=ANNA)
    funnel("user add anna", env=ANNA)
    funnel("user add ben", env=ANNA)
    for number in (1, 2):
        assert "was a command of anna" in funnel(f"undo {number}", env=BEN, exit=3).stderr
    # Nor does an owner so that none is left.
    assert "there has to be an owner" in funnel("undo 2", env=ANNA, exit=3).stderr
    funnel("undo 1", env=ANNA)


HUBSPOT = "Deal Name,Amount,Deal Stage,Deal owner\nA,100,offer,Anna Berg\nB,200,offer,BEN\n"


def test_imports_know_owners_by_key_name_or_address(team: Run, tmp_path: Path) -> None:
    team("user edit ben --email ben@example.com")
    file = tmp_path / "deals.csv"
    file.write_text(HUBSPOT + "C,300,offer,ben@example.com\nD,400,offer,Carl Gone\nE,500,offer,\n")
    said = team("import", "deals", file, "--map-stage", "offer=offer", "--no-input", env=ANNA)
    assert "Carl Gone" in said.stderr
    got = owners(team)
    assert [got[title] for title in "ABCDE"] == ["anna", "ben", "ben", None, "anna"]
    people = tmp_path / "people.csv"
    people.write_text("Name,E-Mail,Verantwortlicher\nUwe Kern,uwe@example.com,Ben Wolf\n")
    team("import", "contacts", people, env=ANNA)
    assert owners(team, "contact", "name")["Uwe Kern"] == "ben"
    people.write_text("Name,E-Mail,Verantwortlicher\nUwe Kern,uwe@example.com,anna\n")
    team("import", "contacts", people, env=ANNA)
    assert owners(team, "contact", "name")["Uwe Kern"] == "anna"


def test_a_row_that_would_take_anothers_deal_is_rejected_by_itself(
    team: Run, tmp_path: Path
) -> None:
    file = tmp_path / "deals.csv"
    how = ("import", "deals", file, "--key", "Id", "--no-input")
    file.write_text("Id,Deal Name,Amount,Deal owner\n1,A,100,anna\n2,B,200,ben\n")
    team(*how, env=ANNA)
    file.write_text("Id,Deal Name,Amount,Deal owner\n1,A,150,ben\n2,B,250,ben\n3,C,300,ben\n")
    said = team(*how, env=BEN, exit=6).stderr
    assert "belongs to Anna Berg, who gives it away, or an owner does" in said
    got = owners(team)
    assert (got["A"], got["B"], got["C"]) == ("anna", "ben", "ben")
    worth = {row["title"]: row["value"] for row in team("deal list --json").json}
    assert (worth["A"], worth["B"]) == (100, 250)
    # An owner gives what is anybody's.
    team(*how, env=ANNA)
    assert owners(team)["A"] == "ben"


def test_without_users_a_column_of_owners_is_one_like_any_other(
    funnel: Run, tmp_path: Path
) -> None:
    file = tmp_path / "deals.csv"
    file.write_text(HUBSPOT)
    said = funnel("import", "deals", file)
    assert "Deal owner" in said.stderr
    refused = funnel("import", "deals", file, "--map", "owner=Deal owner", exit=2)
    assert "user" in refused.stderr


def test_the_own_export_brings_owners_along(team: Run, tmp_path: Path) -> None:
    file = tmp_path / "deals.csv"
    file.write_text(team("deal list --csv"))
    team("deal edit Roof --owner anna", env=ANNA)
    assert owners(team)["Roof"] == "anna"
    team("import", "deals", file, env=ANNA)
    assert owners(team) == {"Roof": "ben", "Wall": "anna"}


def test_reports_are_sliced_by_owner(team: Run) -> None:
    team("deal add Gate --value 5k --owner none")
    team("deal edit Roof --value 1k", env=BEN)
    rows = team("report pipeline --by owner --json=rows").json["rows"]
    assert {row["slice"] for row in rows} == {"anna", "ben", None}
    assert "Ben Wolf" in team("report pipeline --by owner", tty=True)
    assert team("show owner:ben --json=entered").json == {"entered": 1}


def test_a_deal_changes_hands_with_what_is_to_be_done(team: Run, state: Callable[[], Dump]) -> None:
    before = state()
    team('deal give Roof anna --with-contact --note "speaks French"', env=BEN)
    assert owners(team) == {"Roof": "anna", "Wall": "anna"}
    assert owners(team, "step", "what") == {"call her": "anna"}
    assert owners(team, "contact", "name") == {"Ada Kern": "anna"}
    story = team("deal show Roof", tty=True, width=160)
    assert "handed over from Ben Wolf to Anna Berg" in story
    assert "speaks French" in story
    team("undo", env=BEN)
    assert state() == before


def test_deals_of_one_who_leaves_go_to_another(team: Run) -> None:
    team("deal add Door", env=BEN)
    said = team("deal give owner:ben --to anna -y", env=ANNA)
    assert "Anna Berg" in said
    assert set(owners(team).values()) == {"anna"}
    assert "by Anna Berg" in team("deal show Door", tty=True, width=160)


def test_the_story_says_who_gave_what_was_nobodys(team: Run) -> None:
    team("deal add Gate --owner none", env=ANNA)
    team("deal give Gate ben", env=ANNA)
    assert "handed over to Ben Wolf by Anna Berg" in team("deal show Gate", tty=True, width=160)


def test_nobody_gives_what_is_somebody_elses(team: Run, state: Callable[[], Dump]) -> None:
    before = state()
    assert "Anna Berg" in team("deal give Wall me", env=BEN, exit=3).stderr
    assert "rita" in team("deal give Roof rita", env=BEN, exit=3).stderr
    assert "rita" in team("deal give Wall anna", env=RITA, exit=3).stderr
    assert "no user" in team("deal give Roof carl", env=BEN, exit=4).stderr
    team("deal give Roof ben", env=BEN)
    assert state() == before
    team("deal add Gate --owner none", env=ANNA)
    team("deal give Gate me", env=BEN)
    assert owners(team)["Gate"] == "ben"


def test_mine_is_what_belongs_to_who_asks(team: Run) -> None:
    team("deal add Door --value 3k", env=BEN)

    def titles(line: str, env: dict[str, str]) -> set[str]:
        return {row["title"] for row in team(f"{line} --json=title", env=env).json}

    assert titles("deal list --mine", BEN) == {"Roof", "Door"}
    assert titles("deal list value:>1k or title:wall --mine", BEN) == {"Door"}
    assert len(team("contact list --mine --json", env=ANNA).json) == 0
    assert len(team("step list --mine --json", env=BEN).json) == 1
    assert team("show --mine --json=entered", env=BEN).json == {"entered": 2}
    assert team("show cycle --mine --json=entered", env=ANNA).json == {"entered": 1}
    rows = team("report pipeline --mine --by owner --json=rows", env=BEN).json["rows"]
    assert {row["slice"] for row in rows} == {"ben"}
    assert "somebody-else" in team("deal list --mine", env=NOBODY, exit=2).stderr
    assert "somebody-else" in team("report pipeline --mine", env=NOBODY, exit=2).stderr


def test_today_and_the_agenda_of_one_user(team: Run) -> None:
    team("deal add Barn --next measure --due today", env=ANNA)
    team("deal add Door --next paint --due today", env=BEN)
    team("deal add Gate", env=BEN)
    team('contact add "Eva Ruf"', env=ANNA)
    team("care set ruf --every 30d", env=ANNA)
    found = team("today --mine --json", env=BEN).json
    assert team("--mine --json", env=BEN).json == found
    assert [step["what"] for step in found["today"]] == ["paint"]
    assert [deal["title"] for deal in found["stepless"]] == ["Gate"]
    assert [process["open"] for process in found["pipeline"]] == [3]
    screen = team("today --mine", env=BEN, tty=True)
    assert "paint" in screen
    assert "Wall" not in screen
    assert "measure" not in screen
    days = "agenda --days 40 --mine --json"
    assert {row["what"] for row in team(days, env=BEN).json} == {"paint", "call her"}
    assert [row["kind"] for row in team(days, env=ANNA).json] == ["task", "care"]
    assert "measure" in team("agenda", env=BEN)
    calendar = team("agenda --mine --ics", env=BEN)
    assert "paint" in calendar
    assert "measure" not in calendar
    assert "somebody-else" in team("today --mine", env=NOBODY, exit=2).stderr
    assert "somebody-else" in team("agenda --mine", env=NOBODY, exit=2).stderr


def test_a_seller_merges_their_own_alone_and_forgets_nobody(
    team: Run, state: Callable[[], Dump]
) -> None:
    team('contact add "Eva Ruf"', env=ANNA)
    team('contact add "Eva Ruff"', env=BEN)
    before = state()
    assert "belongs to Anna" in team("deal merge Roof Wall -y", env=BEN, exit=3).stderr
    assert (
        "belongs to Anna" in team('contact merge "Eva Ruff" "Eva Ruf" -y', env=BEN, exit=3).stderr
    )
    for line in ('contact forget "Eva Ruff" -y', "contact forget --due -y"):
        assert "Only an owner erases a person" in team(line, env=BEN, exit=3).stderr
    assert state() == before
    assert "Owner: Ben" in team('contact merge "Eva Ruf" "Eva Ruff" -y', env=BEN)
    team("deal merge Wall Roof -y", env=BEN)


def test_history_says_on_a_screen_who_it_was(team: Run) -> None:
    shown = team("history", tty=True, width=120)
    assert "ben" in shown
    team("user remove rita ben anna -y", env=ANNA)
    assert "Who" not in team("history", tty=True, width=120)


def test_a_user_of_another_key_takes_back_what_they_did(team: Run) -> None:
    team("user edit ben --key benjamin", env=ANNA)
    team("user add ben", env=ANNA)
    assert "nothing to undo" in team("undo", env=BEN, exit=4).stderr
    (number,) = (
        row["id"]
        for row in team("history --json=id,command").json
        if row["command"].startswith("funnel deal add Roof")
    )
    assert f"{number} was a command of ben" in team(f"undo {number}", env=BEN, exit=3).stderr
    team("undo", env={"FUNNEL_USER": "benjamin"})
    assert owners(team) == {"Wall": "anna"}


def test_commands_of_before_know_whose_they_are() -> None:
    """What was given under a key that a user had earlier is theirs, and not that of who has it
    now."""
    files = schema.files()
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as conn:
        for file in files[:39]:
            migrate.apply(conn, file)
        conn.executescript(
            """
            INSERT INTO command (id, at, verb, args, who) VALUES
                (1, 1, 'deal add', '[]', 'Ben@desk'), (2, 2, 'user edit', '[]', 'anna@desk'),
                (3, 3, 'deal add', '[]', 'ben@desk'), (4, 4, 'deal add', '[]', 'tom@desk'),
                (5, 5, 'outside', '[]', NULL);
            INSERT INTO member (id, public_id, key, name, recorded_at) VALUES
                (1, 'A', 'anna', 'Anna', 1), (2, 'B', 'benjamin', 'Ben', 1),
                (3, 'C', 'ben', 'Ben the younger', 1);
            INSERT INTO journal (command_id, table_name, row_id, op, before)
                VALUES (2, 'member', 2, 'update', '{"id": 2, "key": "ben"}');
            """
        )
        migrate.apply(conn, files[39])
        found = dict(conn.execute("SELECT id, member FROM command"))
    assert found == {1: "B", 2: "A", 3: "C", 4: None, 5: None}
