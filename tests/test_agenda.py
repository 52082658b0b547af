"""Steps with times and intervals, the agenda by days and as a month, today's view."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Clock, Run
from funnelcli import queries
from funnelcli.actions.steps import after, kind_of, read_every
from funnelcli.errors import Usage
from funnelcli.pages.drawn_calendar import Mark, month
from funnelcli.render.layout import cells
from funnelcli.values.days import add

GERMAN = {"FUNNEL_LANGUAGE": "de", "FUNNEL_LOCALE": "de_DE"}
PLAIN = {"NO_COLOR": "1"}


@pytest.fixture
def roof(funnel: Run) -> Run:
    """A contact with a deal; the clock stands on Tuesday, 24 November 2026, nine o'clock."""
    funnel("contact add 'Hans Müller' --postcode 50667 --town Köln")
    funnel("deal add Roof -c 1 --value 18k")
    return funnel


# Steps ------------------------------------------------------------------------------------------


def test_a_step_has_a_time_a_duration_and_a_kind(roof: Run) -> None:
    said = roof("next 1 'visit the farm' --due fri --time 14:00 --for 1h")
    assert said.lines == [
        "Step 1: visit the farm, for Roof, due 2026-11-27 14:00, 1 h",
        "Recognised: --kind visit",
    ]
    same = roof("next 1 'the farm' --due 'Fr 14 Uhr' --kind visit --json").json
    assert (same["due"], same["starts"], same["kind"]) == ("2026-11-27", "14:00", "visit")
    first = roof("step show 1 --json").json
    assert (first["kind"], first["minutes"], first["every"]) == ("visit", 60, None)
    assert "Recognised" not in roof("next", 1, "send the offer")


@pytest.mark.parametrize(
    "words",
    [
        ("--time", "14:00"),
        ("--every", "2w"),
        ("--due", "fri", "--time", "25:00"),
        ("--due", "fri", "--for", "0"),
        ("--due", "fri", "--every", "0w"),
        ("--due", "fri", "--every", "often"),
        ("--due", "fri", "--kind", "dance"),
    ],
)
def test_what_does_not_fit_is_refused_whole(roof: Run, words: tuple[str, ...]) -> None:
    assert roof("next", 1, "call", *words, exit=2).stderr.startswith("Error: ")
    assert roof("step", "list", "--json").json == []


def test_a_step_is_moved_and_its_parts_are_changed(roof: Run) -> None:
    roof("next 1 visit --due 'fri 14:00' --for 1h")
    assert roof("step", "edit", 1, "--due", "mon", "--json").json["starts"] == "14:00"
    changed = roof("step edit 1 --time 15:30 --for none --kind call")
    assert changed.lines[0] == "visit: changed time, duration, kind"
    assert roof("step", "edit", 1, "--time", "none", "--json").json["starts"] is None
    roof("step edit 1 --time 9")
    gone = roof("step edit 1 --due none --json").json
    assert (gone["due"], gone["starts"]) == (None, None)
    roof("step", "edit", 1, exit=2)


def test_what_recurs_makes_the_next_when_it_is_done(roof: Run, clock: Clock) -> None:
    roof("next 1 'ask how it runs' --due 2026-11-24 --time 10:00 --every 2w")
    done = roof("step", "done", 1)
    assert done.lines == ["Done: ask how it runs", "Step 2: ask how it runs, due 2026-12-08 10:00"]
    assert done.stderr == ""
    clock.set("2026-12-30 12:00")
    # What has passed meanwhile is not caught up with; the rhythm stays.
    roof("step", "done", 2)
    following = roof("step list is:open --json").json
    assert [(s["due"], s["starts"], s["every"]) for s in following] == [
        ("2027-01-05", "10:00", "2w")
    ]
    roof("undo")
    assert [s["id"] for s in roof("step", "list", "is:open", "--json").json] == [2]
    roof("step done 2 --dropped")
    assert roof("step", "list", "is:open", "--json").json == []


def test_one_that_is_put_off_does_not_move_those_after_it(roof: Run) -> None:
    roof("next 1 visit --due fri --every 1w")
    roof("step edit 1 --due 2026-11-30")
    assert "due 2026-12-04" in roof("step", "done", 1)
    roof("step edit 2 --due 2026-12-07 --every weekly")
    assert "due 2026-12-14" in roof("step", "done", 2)


def test_an_interval_that_is_given_again_is_counted_anew(roof: Run) -> None:
    roof("next 1 visit --due fri --every 1w")
    roof("step edit 1 --due 2026-11-30 --every 1w")
    assert "due 2026-12-07" in roof("step", "done", 1)


def test_an_interval_ends_with_its_deal(roof: Run) -> None:
    roof("next 1 visit --due fri --every 1w")
    roof("lose 1 --reason price")
    assert roof("step", "list", "is:open", "--json").json == []


@pytest.mark.parametrize(
    ("text", "every"),
    [
        ("2w", "2w"),
        ("every 2 weeks", "2w"),
        ("alle 14 Tage", "14d"),
        ("jede Woche", "1w"),
        ("monthly", "1m"),
        ("vierteljährlich", "1q"),
        ("3 Monate", "3m"),
    ],
)
def test_intervals_are_read(text: str, every: str) -> None:
    assert read_every(text) == every


@given(st.text(max_size=20))
def test_no_interval_crashes(text: str) -> None:
    try:
        every = read_every(text)
    except Usage:
        return
    assert every[-1] in "dwmqy"
    assert int(every[:-1]) > 0


@given(
    st.sampled_from("dwmqy"),
    st.integers(1, 40),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(0, 1500),
)
def test_the_next_date_is_the_first_of_the_series_after_the_day(
    unit: str, count: int, base: date, days: int
) -> None:
    day = base + timedelta(days=days)
    series = (add(base, count * n, unit) for n in range(1, 2000))
    assert after(f"{count}{unit}", base, day) == next(one for one in series if one > day)


def test_the_end_of_a_month_is_kept() -> None:
    assert after("1m", date(2026, 1, 31), date(2026, 1, 31)) == date(2026, 2, 28)
    assert after("1m", date(2026, 1, 31), date(2026, 2, 28)) == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        ("Visit: the farm", "visit"),
        ("call back", "call"),
        ("Müller anrufen", "call"),
        ("Hof besuchen", "visit"),
        ("prepare the visit", None),
        ("send offer", None),
        ("", None),
    ],
)
def test_a_step_says_what_it_is(what: str, kind: str | None) -> None:
    assert kind_of(what) == kind


def test_a_visit_that_was_planned_is_done_with_its_report(roof: Run, clock: Clock) -> None:
    roof("next 1 visit --due today --time 10:00")
    roof("next 1 'visit again' --due fri")
    clock.set("2026-11-24 12:00")
    assert "Done" not in roof("log", 1, "not there")
    assert "Done: visit" in roof("log", 1, "met, likes it")
    steps = roof("step", "list", "--json").json
    assert [(s["what"], s["status"]) for s in steps] == [("visit again", "open"), ("visit", "done")]


@pytest.mark.parametrize(
    ("due", "how", "done"),
    [
        ("yesterday", "met --at yesterday", True),
        ("2026-11-20", "met --at yesterday", True),
        ("today", "'turned me away'", True),
        ("today", "abgewiesen", True),
        ("today", "'not there'", False),
        ("today", "'Termin abgesagt'", False),
        ("today", "'niemand angetroffen' --at yesterday", False),
    ],
)
def test_which_report_is_of_the_planned_visit(
    roof: Run, clock: Clock, due: str, how: str, done: bool
) -> None:
    roof("next", 1, "visit", "--due", due)
    clock.advance(hours=1)
    said = roof(f"log 1 {how}")
    assert ("Done: visit" in said) == done
    assert "Still planned" not in said.stderr
    assert roof("step show 1 --json").json["status"] == ("done" if done else "open")


def test_a_visit_in_weeks_is_not_taken_for_todays(roof: Run, clock: Clock) -> None:
    for due in ("+6d", "+8d", "2027-01-12"):
        roof("next", 1, "visit", "--due", due)
    clock.advance(hours=1)
    asked = roof("log 1 met", tty=True, stdin="n\n").stderr
    assert asked.count("Was this the visit that was planned") == 1
    assert roof("log 1 met").stderr.count("Still planned") == 1


@pytest.mark.parametrize(
    ("due", "how"),
    [
        ("fri", "met"),  # it was earlier than planned
        ("today", "met --at yesterday"),
        ("today", "'nur telefoniert'"),
        (None, "met"),
    ],
)
def test_a_visit_that_may_have_been_the_planned_one_is_asked_for(
    roof: Run, clock: Clock, due: str | None, how: str
) -> None:
    roof("next", 1, "visit", *(("--due", due) if due else ()))
    clock.advance(hours=1)
    assert "If this was it: funnel step done 1" in roof(f"log 1 {how}").stderr
    assert roof("step show 1 --json").json["status"] == "open"
    shown = roof(f"log 1 {how}", tty=True, stdin="n\n")
    assert "Was this the visit that was planned" in shown.stderr
    assert roof("step show 1 --json").json["status"] == "open"
    assert "Done: visit" in roof(f"log 1 {how}", tty=True, stdin="y\n")
    assert roof("step show 1 --json").json["status"] == "done"


def test_a_visit_planned_at_the_organisation_is_asked_for(roof: Run) -> None:
    roof("contact add Acme --is-organisation")
    roof("contact add 'Ada Boss' --organisation Acme")
    roof("next --contact acme visit --due today")
    assert "If this was it: funnel step done 1" in roof("log boss met").stderr


# The agenda -------------------------------------------------------------------------------------


@pytest.fixture
def planned(roof: Run, clock: Clock) -> Run:
    """A week that holds a bit of everything; the clock stands on the Tuesday after."""
    clock.set("2026-11-17 09:00")
    roof("contact edit 1 --phone '0561 5550111'")
    roof("next 1 'visit the farm' --due 2026-11-27 --time 14:00 --for 1h")
    roof("next 1 'call back' --due 2026-11-24 --time 10:30")
    roof("next 1 'send papers' --due 2026-11-20")
    roof("next 1 write --due 2026-12-24")
    roof("next", 1, "some day")
    clock.set("2026-11-24 09:00")
    return roof


def test_the_days_to_come(planned: Run) -> None:
    rows = planned("agenda", "--json").json
    assert [(r["day"], r["starts"], r["kind"], r["what"]) for r in rows] == [
        ("2026-11-20", None, "task", "send papers"),
        ("2026-11-24", "10:30", "call", "call back"),
        ("2026-11-27", "14:00", "visit", "visit the farm"),
    ]
    assert [r["command"] for r in rows] == [
        "funnel step done 3",
        "funnel call id:1",
        'funnel log 1 "…"',
    ]
    assert (rows[2]["minutes"], rows[2]["deal_id"], rows[2]["contact"]) == (60, 1, "Hans Müller")
    assert len(planned("agenda", "--days", 31, "--json").json) == 4
    assert len(planned("agenda", "--week", "--json").json) == 3
    assert len(planned("agenda", "2026-12", "--json").json) == 1
    assert planned("agenda", "tomorrow", "--json").json == []
    assert planned("agenda").rows[1][:4] == ["2026-11-24", "10:30", "call", "call back"]
    planned("agenda --week --days 3", exit=2)
    planned("agenda", "--days", 0, exit=2)


def test_the_days_on_a_terminal(planned: Run) -> None:
    screen = planned("agenda", tty=True, env=PLAIN)
    assert [line.split("  ")[0] for line in screen.lines] == [
        "Nov 24, 2026 – Nov 30, 2026",
        "Day",
        "─" * len(screen.lines[2]),
        "4 days ago",
        "today",
        "Fri Nov 27",
    ]
    for command in ("funnel step done 3", "funnel call id:1", 'funnel log 1 "…"'):
        assert command in screen
    german = planned("agenda", tty=True, width=100, env={**GERMAN, **PLAIN})
    for text in ("vor 4 Tagen", "heute", "Fr 27.11.", "Besuch", "Anruf"):
        assert text in german
    assert "Nothing is planned." in planned("agenda", "2027-02", tty=True)
    # Where rows take several lines each says its day, also the second of a day.
    planned("next 1 'order slates' --due 2026-11-27")
    for width in (24, 40):
        narrow = planned("agenda", tty=True, width=width, env=PLAIN)
        assert narrow.count("Fri Nov 27") == 2, width
    assert planned("agenda", tty=True, width=100, env=PLAIN).count("Fri Nov 27") == 1


def test_other_records_have_their_days(roof: Run) -> None:
    roof("deal add Door -c 1 --stage negotiation")
    roof("offer add 1 --until 2026-11-28")
    roof("offer line 1 --text Panels --price 900 --vat 19")
    roof("offer", "send", 1)
    roof("care set 1 --every 5d")
    roof("win 2 --value 5000")
    roof("contract add 2 --number K-7 --ends 2026-11-30 --signed-on today")
    roof("milestone add 2 deliver --due 2026-11-26")
    rows = roof("agenda --days 7 --json").json
    assert [(row["day"], row["kind"]) for row in rows] == [
        ("2026-11-26", "milestone"),
        ("2026-11-28", "offer"),
        ("2026-11-29", "care"),
        ("2026-11-30", "cancel_by"),
        ("2026-11-30", "contract_end"),
    ]
    assert rows[0]["command"].startswith("funnel milestone done ")
    assert rows[2]["command"] == 'funnel log 1 "…"'
    screen = roof("agenda", tty=True, width=120)
    for text in ("runs out", "be in touch", "the contract K-7 ends", "deliver"):
        assert text in screen


def test_a_snoozed_deal_asks_for_nothing_before_it_is_back(roof: Run) -> None:
    roof("next 1 call --due fri")
    roof("next 1 visit --due '2027-01-12 17:30'")
    roof("deal snooze 1 --until 2027-01-10")
    assert roof("agenda", "--json").json == []
    later = roof("agenda 2027-01-11..2027-01-15 --json").json
    assert [(row["day"], row["what"]) for row in later] == [("2027-01-12", "visit")]
    assert "17:30" in roof("route 2027-01-12")
    # Friday's call waits with it, and is there again when the deal is.
    assert roof("agenda fri --json").json == []


@pytest.mark.sqlite("SQLite's plans")
def test_an_agenda_reads_no_table_of_records_whole(roof: Run, db: str) -> None:
    with closing(sqlite3.connect(db)) as conn:
        plan = conn.execute(
            "EXPLAIN QUERY PLAN " + queries.sql("agenda").replace("{limit}", ""),
            {"first": "2026-11-24", "after": "2026-12-01", "today": "2026-11-24", "owner": None},
        ).fetchall()
    scanned = {row[3].split()[1] for row in plan if row[3].startswith("SCAN")}
    # Contracts and care plans are few; steps, deals and contacts are not.
    assert not scanned & {"n", "d", "c", "m", "o"}


# The month --------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [40, 80, 160])
@pytest.mark.parametrize("env", [{}, GERMAN])
def test_a_month_fits_its_screen(planned: Run, width: int, env: dict[str, str]) -> None:
    screen = planned("agenda", "--month", tty=True, width=width, env={**env, **PLAIN})
    assert max(map(cells, screen.lines)) <= width
    assert screen.lines[0] == "November 2026"
    assert screen.lines[1].split()[0] == ("Mo" if env or width < 60 else "Mon")
    week = next(line for line in screen.lines if "[24]" in line)
    assert week.startswith("48 ")
    assert "10:30" in screen
    assert "14:00" in screen


def test_a_narrow_month_lists_its_days_below(planned: Run) -> None:
    screen = planned("agenda", "--month", tty=True, width=40, env=PLAIN)
    assert "Fri 27  14:00 Hans Müller: visit the\n        farm" in screen
    assert "Mo" not in planned("agenda", "--month", tty=True, width=20).lines[1]


def test_a_month_with_a_word_too_long_for_a_day_lists_its_days_below(planned: Run) -> None:
    planned("next 1 'Dachbegrünungsplan abholen' --due 2026-11-26")
    screen = planned("agenda", "--month", tty=True, width=80, env={**GERMAN, **PLAIN})
    assert "Do 26   Hans Müller: Dachbegrünungsplan abholen" in screen.lines
    assert "Do 26.11." in planned("agenda", tty=True, width=80, env={**GERMAN, **PLAIN})


def test_a_month_that_is_piped_is_its_rows(planned: Run) -> None:
    assert [row[3] for row in planned("agenda", "--month").rows] == [
        "send papers",
        "call back",
        "visit the farm",
    ]
    assert [row[3] for row in planned("agenda", "2026-12", "--month").rows] == ["write"]


@given(
    st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    st.integers(1, 200),
    st.lists(st.tuples(st.integers(1, 28), st.text(max_size=30)), max_size=12),
)
def test_every_month_fits_every_screen(
    day: date, width: int, entries: list[tuple[int, str]]
) -> None:
    first = day.replace(day=1)
    marks: dict[date, list[Mark]] = {}
    for number, text in entries:
        printable = "".join(c for c in text if c.isprintable())
        marks.setdefault(first.replace(day=number), []).append(Mark("09:00", printable))
    lines = month(first, marks, day, width, "de_DE")
    if width >= 28:
        assert all(sum(cells(text) for text, _style in line) <= width for line in lines)
        shown = " ".join(text for line in lines for text, _style in line)
        assert f"[{day.day:>2}]" in shown


# Today ------------------------------------------------------------------------------------------


def test_todays_view_has_a_command_for_every_line(planned: Run) -> None:
    planned("deal add Door -c 1")
    screen = planned("today", tty=True, width=110, env=PLAIN)
    titles = ("Overdue", "Callbacks", "Visits planned", "Today", "Without a next step")
    assert [line for line in screen.lines if line in titles] == [
        "Overdue",
        "Callbacks",
        "Visits planned",
        "Without a next step",
    ]
    for text in (
        "funnel step done 3",
        "funnel call id:1",
        'funnel log 1 "…"',
        "funnel next 2",
        "14:00",
    ):
        assert text in screen
    data = planned("today", "--json").json
    assert [s["what"] for s in data["overdue"]] == ["send papers"]
    assert [s["what"] for s in data["callbacks"]] == ["call back"]
    assert [s["what"] for s in data["visits"]] == ["visit the farm"]
    assert [s["what"] for s in data["today"]] == ["call back"]
    assert [s["what"] for s in data["this_week"]] == ["visit the farm"]
    assert [d["title"] for d in data["stepless"]] == ["Door"]


def test_a_long_section_says_what_shows_the_rest(roof: Run) -> None:
    for number in range(15):
        roof("next", 1, f"task {number}", "--due", "today", "-q")
    assert "3 more: funnel step list due:today" in roof("today", tty=True)
    assert len(roof("today", "--json").json["today"]) == 15


def test_the_command_of_a_call_works(roof: Run, clock: Clock) -> None:
    roof("next 1 call --due today --time 18:00")
    assert "funnel step done 1" in roof("today", tty=True, width=110, env=PLAIN)
    assert "funnel step done 1" in roof("agenda", tty=True, width=110, env=PLAIN)
    roof("contact edit 1 --phone '0561 5550111'")
    assert "funnel call id:1" in roof("today", tty=True, width=110, env=PLAIN)
    assert [row["id"] for row in roof("call id:1 --json").json] == [1]
    # Without an id a callback waits for its time.
    assert roof("call --json").json == []


def test_a_step_of_the_contact_is_one_for_its_deal(funnel: Run) -> None:
    funnel("contact add 'Eva Roth'")
    funnel("contact add 'Bo Kern'")
    assert "has no next step" in funnel("deal add Roof --contact Roth").stderr
    funnel("deal add Door --contact Kern")
    assert len(funnel("deal list is:stepless --json").json) == 2
    funnel("next Roth 'Call about the roof' --due +2d")
    (left,) = funnel("deal list is:stepless --json").json
    assert left["title"] == "Door"
    roof = funnel("deal show Roof --json").json
    assert [step["what"] for step in roof["steps"]] == ["Call about the roof"]
    assert roof["next_due"] == roof["steps"][0]["due"]
    assert "has no next step" not in funnel("advance Roof").stderr
    # For whom nobody is left there is nothing to do.
    funnel("contact forget Kern -y")
    assert funnel("deal list is:stepless --json").json == []
