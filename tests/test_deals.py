"""A deal's way through its stages, as a user walks it."""

from __future__ import annotations

import csv
import io
import sqlite3
from contextlib import closing

import pytest

from conftest import Clock, Run
from funnelcli.actions import log, log_cache
from funnelcli.db.connection import connect

CYCLE = (
    ("2026-09-01", "positioning"),
    ("2026-09-08", "qualification"),
    ("2026-09-15", "needs"),
    ("2026-09-29", "offer"),
    ("2026-10-13", "negotiation"),
    ("2026-10-27", "decision"),
    ("2026-11-03", "delivery"),
    ("2026-11-17", "care"),
)
FUNNEL = (
    ("2026-09-02", "visit"),
    ("2026-09-03", "conversation"),
    ("2026-09-10", "in_depth"),
    ("2026-09-17", "presentation"),
    ("2026-10-01", "needs"),
    ("2026-10-15", "offer"),
    ("2026-10-29", "close"),
    ("2026-10-30", "farewell"),
)


def walk(funnel: Run, process: str, way: tuple[tuple[str, str], ...]) -> None:
    """Take deal 1 through all its stages, back-dated, with visits and next steps on the way."""
    funnel("contact add 'Petra Brandt' --at 2026-08-20")
    start, first = way[0]
    funnel(f"deal add Roof -c 1 --process {process} --stage {first} --value 9000 --at '{start}'")
    for day, stage in way[1:]:
        if stage in ("decision", "close"):
            funnel("win", 1, "--at", day)
        else:
            funnel("advance", 1, "--at", day)
        funnel("log", "petra", f"talk before {stage}", "--at", day, "--deal", 1)
    funnel("next 1 call --due +3d")


@pytest.mark.parametrize(("process", "way"), [("cycle", CYCLE), ("funnel", FUNNEL)])
def test_a_deal_through_all_stages_tells_its_story(
    funnel: Run, process: str, way: tuple[tuple[str, str], ...]
) -> None:
    walk(funnel, process, way)
    deal = funnel("deal show roof --json").json
    moves = [entry for entry in deal["story"] if entry["what"] in ("created", "advanced")]
    assert [entry["at"][:10] for entry in moves] == [day for day, _stage in way]
    assert deal["status"] == "won"
    assert deal["stage"] == way[-1][1]
    visits = [entry for entry in deal["story"] if entry["what"] == "visit"]
    assert len(visits) == len(way) - 1
    assert [step["what"] for step in deal["steps"]] == ["call"]


@pytest.mark.parametrize(("process", "way"), [("cycle", CYCLE), ("funnel", FUNNEL)])
def test_the_funnel_as_of_any_day_is_right(
    funnel: Run, process: str, way: tuple[tuple[str, str], ...]
) -> None:
    walk(funnel, process, way)
    for (day, stage), (until, _next) in zip(way, (*way[1:], ("2026-11-24", "")), strict=True):
        for asked in {day, _before(until)}:
            found = funnel("show", process, "--as-of", asked, "--json").json
            standing = [row["stage"] for row in found["stages"] if row["deals"]]
            assert standing == [stage], asked
    before = funnel("show", process, "--as-of", _before(way[0][0]), "--json").json
    assert not any(row["deals"] for row in before["stages"])


def _before(day: str) -> str:
    from datetime import date, timedelta

    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def test_forward_by_several_is_one_step_of_the_log(funnel: Run, db: str) -> None:
    funnel("deal", "add", "Roof")
    funnel("advance 1 --to negotiation")
    with closing(sqlite3.connect(db)) as conn:
        assert conn.execute("SELECT count(*) FROM stay").fetchone() == (2,)
        assert conn.execute("SELECT how FROM stay ORDER BY id DESC").fetchone() == ("skipped",)


def test_back_needs_a_reason_and_keeps_how_far_it_came(funnel: Run) -> None:
    funnel("deal", "add", "Roof")
    funnel("advance 1 --to offer")
    refused = funnel("back", 1, exit=2)
    assert "--reason" in refused.stderr
    funnel("back 1 --to qualification --reason 'new boss'")
    shown = funnel("show", "--json").json
    reached = {row["stage"]: row["reached"] for row in shown["stages"]}
    assert (reached["offer"], reached["negotiation"]) == (1, 0)
    assert {row["stage"]: row["deals"] for row in shown["stages"]}["qualification"] == 1


def test_advance_stops_before_a_decision_and_names_the_commands(funnel: Run) -> None:
    funnel("deal add Roof --value 5")
    funnel("advance 1 --to negotiation")
    refused = funnel("advance", 1, exit=3)
    assert "funnel win 1" in refused.stderr
    assert "funnel lose 1" in refused.stderr
    funnel("advance 1 --to care", exit=3)


def test_a_win_needs_a_value(funnel: Run) -> None:
    funnel("deal", "add", "Roof")
    assert "--value" in funnel("win", 1, exit=2).stderr
    won = funnel("win 1 --value 1200 --json").json
    assert (won["status"], won["value_minor"], won["won_on"]) == ("won", 120000, "2026-11-24")


def test_losing_takes_a_reason_of_the_catalogue_and_drops_the_steps(funnel: Run) -> None:
    funnel("deal", "add", "Roof")
    funnel("next 1 call --due fri")
    assert "price" in funnel("lose", 1, "--reason", "weather", exit=2).stderr
    funnel("lose 1 --reason other", exit=2)
    lost = funnel("lose 1 --reason 'zu langweilig'", exit=2)
    assert "is no reason" in lost.stderr
    funnel("lose 1 --reason other --note 'moved abroad'")
    step = funnel("step", "list", "--json").json[0]
    assert step["status"] == "dropped"
    assert "is lost" in funnel("next", 1, "call again", exit=3).stderr


def test_reopening_keeps_everything_before_it(funnel: Run) -> None:
    funnel("deal add Roof --value 5 --at 2026-09-01")
    funnel("advance 1 --to offer --at 2026-09-10")
    funnel("lose 1 --reason price --at 2026-09-20")
    funnel("reopen 1 --at 2026-10-01")
    deal = funnel("deal show 1 --json").json
    assert (deal["status"], deal["stage"], deal["lost_reason"]) == ("open", "offer", None)
    events = [entry["what"] for entry in deal["story"]]
    assert events == ["created", "skipped", "lost", "reopened"]
    closed = funnel("show --as-of 2026-09-25 --json").json["closed"]
    assert closed["lost"] == 1
    assert funnel("show", "--json").json["closed"]["lost"] == 0


def test_a_win_of_the_field_funnel_can_be_withdrawn_in_time_only(funnel: Run, clock: Clock) -> None:
    funnel("deal add Door -p funnel --value 900")
    won = funnel("win", 1, "--instruction-given", "--json").json
    assert won["revocable_until"] == "2026-12-08"
    clock.set("2026-12-09 00:30")
    assert "ended on 2026-12-08" in funnel("withdraw", 1, exit=3).stderr
    assert "Revocable until" in funnel("deal", "show", 1, tty=True)
    funnel("withdraw 1 --at 2026-12-08")
    assert "Revocable until" not in funnel("deal", "show", 1, tty=True)
    closed = funnel("show", "funnel", "--json").json["closed"]
    assert (closed["won"], closed["withdrawn"], closed["lost"]) == (1, 1, 0)


def test_times_within_a_deal_rise_and_none_is_to_come(funnel: Run) -> None:
    funnel("deal add Roof --at '2026-10-10 12:00'")
    assert "later" in funnel("advance", 1, "--at", "2026-10-09", exit=3).stderr
    assert "has not come" in funnel("advance", 1, "--at", "2026-12-24", exit=2).stderr
    # Two moves on one day keep their order, though a date has no time.
    funnel("advance 1 --at 2026-10-10")
    funnel("advance 1 --at 2026-10-10")
    assert funnel("deal", "show", 1, "--json").json["stage"] == "offer"


def test_an_edit_of_a_closed_deal_does_not_move_its_close(funnel: Run, clock: Clock) -> None:
    funnel("deal add Roof --value 500")
    funnel("win", 1)
    clock.advance(days=10)
    edited = funnel("deal edit 1 --value 700 --json").json
    assert (edited["value_minor"], edited["closed_on"], edited["won_on"]) == (
        70000,
        "2026-11-24",
        "2026-11-24",
    )


def test_rotten_after_quiet_days_unless_something_is_to_be_done(funnel: Run, clock: Clock) -> None:
    funnel("contact", "add", "Eva Roth")
    funnel("deal add Roof -c 1")
    clock.advance(days=15)
    assert [deal["id"] for deal in funnel("deal", "list", "is:rotten", "--json").json] == [1]
    funnel("deal edit 1 --notes 'an edit is no contact'")
    assert funnel("deal", "list", "is:rotten", "--ids").lines == ["1"]
    funnel("log eva 'nobody home' --outcome not_met")
    assert funnel("deal", "list", "is:rotten", "--ids").lines == ["1"]
    funnel("next 1 call --due +2d")
    assert funnel("deal", "list", "is:rotten", "--ids") == ""
    # A step whose day has passed is overdue, not rotten; done, it leaves the deal to rot.
    clock.advance(days=3)
    assert funnel("deal", "list", "is:rotten", "--ids") == ""
    assert funnel("status", "--json").json["rotten"] == 0
    assert "step overdue" in funnel("deal", "list", tty=True)
    today = funnel("today", "--json").json
    assert (len(today["overdue"]), today["rotten"]) == (1, [])
    funnel("step done 1")
    assert funnel("deal", "list", "is:rotten", "--ids").lines == ["1"]
    # One without a day is a next step as well.
    funnel("next", 1, "ask the boss")
    assert funnel("deal", "list", "is:rotten", "--ids") == ""
    funnel("step done 2")
    funnel("log", "eva", "good talk")
    assert funnel("deal", "list", "is:rotten", "--ids") == ""


def test_a_new_contact_of_a_deal_was_met_as_the_deal_came_up(funnel: Run) -> None:
    funnel("deal add Roof --new-contact 'Eva Roth' --source fair")
    funnel("deal add Barn --new-contact 'Kai Nix'")
    funnel("deal add Door --contact kai --source web")
    sources = [one["source"] for one in funnel("contact list --json --sort id").json]
    assert sources == ["fair", None]


def test_a_deal_is_opened_and_moved_with_its_next_step(funnel: Run, clock: Clock) -> None:
    opened = funnel('deal add Roof --value 8k --next "visit the farm" --due "fri 14:00"', tty=True)
    assert "Next: visit the farm, due Fri Nov 27 14:00" in opened
    assert "no next step" not in opened.stderr
    moved = funnel("advance roof --to offer --next 'write the offer' --due mon")
    assert moved.lines[-1] == "Next: write the offer, due 2026-11-30"
    funnel("win roof")
    turned = funnel("deal renew roof --next 'ask for the meter' --at today")
    assert turned.lines[-1] == "Next: ask for the meter"
    assert "no next step" not in turned.stderr
    funnel("lose 2 --reason price")
    assert "no next step" not in funnel("reopen 2 --next 'call again' --due +1w").stderr
    assert [
        (step["what"], step["deal_id"], step["kind"], step["due"], step["starts"])
        for step in funnel("step list is:open --json --sort id").json
    ] == [
        ("visit the farm", 1, "visit", "2026-11-27", "14:00"),
        ("write the offer", 1, "task", "2026-11-30", None),
        ("call again", 2, "call", "2026-12-01", None),
    ]
    # One act: what takes back the move takes back its step.
    funnel("undo")
    assert funnel("deal show 2 --json").json["status"] == "lost"
    for line in ("deal add Barn --due fri", "advance 1 --due fri", "reopen 2 --due fri"):
        assert "--due goes with --next" in funnel(line, exit=2).stderr
    assert funnel("deal list --ids").lines == ["2", "1"]
    assert "--due goes with --next" in funnel("step done 1 --due fri", exit=2).stderr


@pytest.mark.parametrize(
    ("talk", "rots"),
    [
        ("log acme met", False),
        ("log boss met", False),  # the organisation's people are its own
        ("log boss 'nur telefoniert'", False),
        ("log boss 'niemand angetroffen'", True),
        ("log boss 'Termin abgesagt'", True),
        ("log boss met --deal Barn", True),  # about another deal
        ("log other met", True),
    ],
)
def test_whose_talk_keeps_an_organisations_deal_from_rotting(
    funnel: Run, clock: Clock, talk: str, rots: bool
) -> None:
    funnel("contact add Acme --is-organisation")
    funnel("contact add 'Ada Boss' --organisation Acme")
    funnel("contact add 'Bo Other'")
    funnel("deal add Roof -c Acme")
    funnel("deal add Barn -c other")
    clock.advance(days=15)
    funnel("deal snooze Barn --until +5w")
    before = funnel("deal show Roof --json").json
    assert before["rotten"] is True
    funnel(talk)
    after = funnel("deal show Roof --json").json
    assert after["rotten"] is rots
    assert (after["last_contact_at"] is None) == rots
    assert (funnel("deal list is:rotten --ids").lines == ["1"]) == rots
    assert funnel("status --json").json["rotten"] == rots
    assert len(funnel("today --json").json["rotten"]) == rots


def test_a_talk_with_an_organisation_is_none_about_its_peoples_deals(
    funnel: Run, clock: Clock
) -> None:
    funnel("contact add Acme --is-organisation")
    funnel("contact add 'Ada Boss' --organisation Acme")
    funnel("deal add Roof -c boss")
    clock.advance(days=15)
    funnel("log acme met")
    assert funnel("deal show Roof --json").json["rotten"] is True


def test_a_deal_says_itself_what_the_filters_say_of_it(funnel: Run, clock: Clock) -> None:
    """The flags of --json, the note of the list and the named filters agree, deal by deal."""
    funnel("contact", "add", "Eva Roth")
    for title in ("Quiet", "Planned", "Overdue", "Snoozed", "Spoken to", "Won", "Fresh"):
        if title == "Fresh":
            clock.advance(days=15)
        funnel("deal", "add", title, "--value", 10)
    funnel("next", 2, "call", "--due", "+1w")
    funnel("next", 3, "call", "--due", "today")
    funnel("deal", "snooze", 4, "--until", "+1w")
    clock.advance(days=1)
    funnel("visit", "add", "eva", "--deal", 5, "--said", "good talk", "-q")
    funnel("win", 6)
    rows = funnel("deal", "list", "--json=id,rotten,stepless").json
    for flag, wanted in (("rotten", {1}), ("stepless", {1, 5, 7})):
        assert {row["id"] for row in rows if row[flag] is True} == wanted
        assert {row["id"] for row in rows if row[flag] is False} == {*range(1, 8)} - wanted
        assert set(map(int, funnel("deal", "list", f"is:{flag}", "--ids").lines)) == wanted
    assert funnel("deal", "show", 1, "--json").json["rotten"] is True
    assert funnel("deal", "show", 3, "--json").json["rotten"] is False
    shown = {
        line.split()[0]: line for line in funnel("deal", "list", tty=True, width=120).lines[2:]
    }
    assert {key for key, line in shown.items() if "rotten: 16 d" in line} == {"1"}
    assert {key for key, line in shown.items() if "no next step" in line} == {"1", "5", "7"}
    assert "step overdue" in shown["3"]
    today = funnel("today", "--json").json
    assert [deal["id"] for deal in today["rotten"]] == [1]
    assert [deal["id"] for deal in today["stepless"]] == [5, 7]


def test_a_probability_is_asked_for_as_it_is_shown(funnel: Run) -> None:
    for title, probability in (("Open", 30), ("Won", 40), ("Lost", 90), ("Even", 50)):
        funnel("deal", "add", title, "--value", 10, "--stage", "offer")
        funnel("deal", "edit", title, "--probability", probability)
    funnel("win won")
    funnel("lose lost --reason price")
    rows = funnel("deal list --sort probability --json=title,probability").json
    assert [(row["title"], row["probability"]) for row in rows] == [
        ("Lost", 0),
        ("Open", 30),
        ("Even", 50),
        ("Won", 100),
    ]
    for asked, wanted in (("0", {"3"}), (">50", {"2"}), ("..40", {"1", "3"}), ("100", {"2"})):
        assert set(funnel("deal", "list", f"probability:{asked}", "--ids").lines) == wanted


def test_an_open_deal_without_a_step_is_flagged_until_it_is_snoozed(funnel: Run) -> None:
    assert "no next step" in funnel("deal", "add", "Roof").stderr
    assert funnel("deal", "list", "is:stepless", "--ids").lines == ["1"]
    funnel("deal snooze 1 --until +1w")
    assert funnel("deal", "list", "is:stepless", "--ids") == ""
    funnel("deal snooze 1 --until today", exit=2)


def test_the_last_step_asks_for_the_next_one_on_a_terminal(funnel: Run) -> None:
    funnel("deal", "add", "Roof")
    funnel("next 1 call --due today")
    shown = funnel("step", "done", 1, tty=True, stdin="send offer\nfri\n")
    assert "What comes next for Roof?" in shown.stderr
    steps = funnel("step list is:open --json").json
    assert [(step["what"], step["due"]) for step in steps] == [("send offer", "2026-11-27")]
    assert "no next step" in funnel("step", "done", 2).stderr


def _amounts(funnel: Run, noun: str, *names: str) -> list[list[str]]:
    rows = csv.DictReader(io.StringIO(funnel(noun, "list", "--csv")))
    return [[row[name] for name in names] for row in rows]


@pytest.mark.parametrize(
    ("currency", "amount"),
    [("JPY", "5000"), ("KWD", "5000.000"), ("CLF", "5000.0000"), ("USD", "5000.00")],
)
def test_another_currency_keeps_the_amount(funnel: Run, currency: str, amount: str) -> None:
    funnel("deal add Roof --value 5000")
    funnel("deal", "edit", 1, "--currency", currency)
    assert _amounts(funnel, "deal", "value", "currency") == [[amount, currency]]
    funnel("deal edit 1 --currency EUR")
    assert _amounts(funnel, "deal", "value", "currency") == [["5000.00", "EUR"]]
    funnel("deal", "edit", 1, "--currency", currency, "--value", 7)
    assert _amounts(funnel, "deal", "value")[0][0].startswith("7")
    funnel("deal edit 1 --value none --currency CHF")
    assert _amounts(funnel, "deal", "value", "currency") == [["", "CHF"]]


def test_a_currency_without_decimals_for_the_amount_is_refused(funnel: Run, db: str) -> None:
    funnel("deal add Roof --value 5000.50")
    error = funnel("deal edit 1 --currency JPY", exit=2).stderr
    assert "EUR 5000.50" in error
    assert "Give the amount in JPY too" in error
    assert _amounts(funnel, "deal", "value", "currency") == [["5000.50", "EUR"]]
    funnel("deal edit 1 --currency none", exit=2)
    with closing(sqlite3.connect(db)) as conn:
        assert conn.execute("SELECT value, currency FROM terms").fetchall() == [(500050, "EUR")]


def test_a_deal_without_a_contact_is_a_deal(funnel: Run) -> None:
    funnel("deal", "add", "Nobody's")
    assert "no contact" in funnel("deal", "show", 1, tty=True)


def test_removing_more_than_two_asks_first(funnel: Run) -> None:
    for name in ("One", "Two", "Three"):
        funnel("deal", "add", name)
    assert "--yes" in funnel("deal", "remove", 1, 2, 3, exit=2).stderr
    assert len(funnel("deal", "list").lines) == 3
    funnel("deal remove 1 2 3", tty=True, stdin="n\n", exit=130)
    funnel("deal remove 1 2 3 --yes")
    assert funnel("deal", "list") == ""
    funnel("undo")
    assert len(funnel("deal", "list").lines) == 3


def terms(db: str, deal: int) -> list[log_cache.Terms]:
    """The terms log of a deal."""
    with closing(connect(db)) as conn:
        return log.read(conn, deal)[1]


def test_an_edit_of_today_does_not_block_what_happened_before(funnel: Run, db: str) -> None:
    funnel("deal add Roof --value 500 --at 2026-10-01")
    funnel("deal edit 1 --value 700 --probability 30")
    funnel("advance 1 --at 2026-10-10")
    funnel("win 1 --at 2026-10-20 --value 700")
    funnel("deal add Hall --value 500 --at 2026-10-01")
    funnel("deal edit 2 --close 2026-12-31")
    funnel("lose 2 --reason price --at 2026-10-20")
    won, lost = funnel("deal list --json --sort id").json
    assert (won["status"], won["won_on"], won["value_minor"]) == ("won", "2026-10-20", 70000)
    assert (lost["status"], lost["closed_on"]) == ("lost", "2026-10-20")
    for deal in (1, 2):
        states = terms(db, deal)
        assert [state.status for state in states][-2:] == [states[-1].status] * 2
    assert funnel("doctor").exit_code == 0


def test_a_win_of_before_leaves_the_value_as_it_was_then(funnel: Run, db: str) -> None:
    funnel("deal add Roof --value 500 --at 2026-10-01")
    funnel("deal edit 1 --value 700")
    funnel("win 1 --at 2026-10-20")
    assert [(row.status, row.value) for row in terms(db, 1)] == [
        ("open", 50000),
        ("won", 50000),
        ("won", 70000),
    ]


def test_an_edit_has_a_day_of_its_own(funnel: Run, db: str) -> None:
    funnel("deal add Roof --value 500 --at 2026-10-01")
    funnel("advance 1 --at 2026-10-20")
    funnel("deal edit 1 --value 600 --at 2026-10-10")
    funnel("deal edit 1 --probability 30 --at 2026-10-05")
    assert [(row.value, row.probability) for row in terms(db, 1)] == [
        (50000, None),
        (50000, 30),
        (60000, 30),
    ]
    # The value that came later began earlier.
    funnel("deal edit 1 --value 600 --at 2026-10-03")
    assert [row.value for row in terms(db, 1)] == [50000, 60000, 60000]
    story = [entry["what"] for entry in funnel("deal show 1 --json").json["story"]]
    assert story == ["created", "value", "probability", "advanced"]
    assert funnel("doctor").exit_code == 0


def test_a_contradiction_names_what_stands_in_the_way(funnel: Run) -> None:
    funnel("deal add Roof --value 500 --at 2026-10-01")
    funnel("advance 1 --at 2026-10-20")
    funnel("deal edit 1 --value 600 --at 2026-11-01")
    said = funnel("deal edit 1 --value 550 --at 2026-10-25", exit=3).stderr
    assert "The value of this deal was changed on 2026-11-01" in said
    for words in ("advance 1", "win 1", "lose 1 --reason price"):
        said = funnel(f"{words} --at 2026-10-10", exit=3).stderr
        assert "This deal came to" in said
        assert "2026-10-20" in said
    funnel("win 1 --at 2026-10-21")
    funnel("reopen 1 --reason again --at 2026-10-25")
    assert "on 2026-10-25" in funnel("win 1 --at 2026-10-23", exit=3).stderr
    said = funnel("deal edit 1 --value 1 --at 2026-09-01", exit=3).stderr
    assert "This deal was opened on 2026-10-01" in said


def test_two_moves_of_one_day_keep_their_order_after_an_edit(funnel: Run) -> None:
    funnel("deal add Roof --value 500 --at '2026-10-10 14:00'")
    funnel("deal edit 1 --value 600")
    funnel("advance 1 --at 2026-10-10")
    funnel("advance 1 --at 2026-10-10")
    assert funnel("deal", "show", 1, "--json").json["stage"] == "offer"


def test_a_lost_deal_is_told_with_the_reason_by_its_name(funnel: Run) -> None:
    funnel("deal add Roof")
    german = funnel("lose roof --reason competitor --competitor Sun", env={"FUNNEL_LANGUAGE": "de"})
    assert german.splitlines()[0] == "Roof: verloren in Potenzialeinschätzung, Wettbewerber"


def test_that_nothing_is_planned_is_said_once_a_day(funnel: Run, clock: Clock) -> None:
    said = "has no next step"
    first = funnel("deal add Roof --new-contact Ada --value 5")
    assert said in first.stderr
    assert said in funnel("deal add Door --value 7").stderr
    for day in range(9, 2, -1):
        assert said not in funnel("log", "Ada", "met her", "--at", f"{day} days ago").stderr
    assert said not in funnel("advance 1 --to offer").stderr
    # What was taken back counts for nothing: the next deal may have the same number.
    for _again in range(2):
        assert said in funnel("deal add Gate --value 1").stderr
        funnel("undo")
    # The last step that ends is news.
    step = funnel("next Roof 'call back' --due +3d -q")
    assert said in funnel("step", "done", step).stderr
    assert said not in funnel("advance Roof").stderr
    clock.set("2026-11-25 00:30")
    assert said in funnel("log Ada 'met her again'").stderr
    assert said not in funnel("log Ada 'and again'").stderr


def test_what_is_missing_is_said_below_what_was_done(funnel: Run) -> None:
    funnel("deal add Roof --value 100")
    screen = funnel("advance roof", tty=True, one_screen=True).lines
    warned = next(n for n, line in enumerate(screen) if line.startswith("Warning: "))
    assert screen[0].startswith("Roof: ")
    assert warned > 0
    assert all(line.startswith("Roof: ") is False for line in screen[warned:])
    piped = funnel("advance roof --json")
    assert piped.json["title"] == "Roof"
