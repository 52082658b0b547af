"""A week in the field: twenty visits, forty calls, late reports, callbacks, and its figures."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

from conftest import Clock, Run

MONDAY = date(2026, 11, 16)


def test_a_week(funnel: Run, clock: Clock, tmp_path: Path, db: str) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    clock.set("2026-11-13 17:00")
    for number in range(20):
        name = f"Farm {chr(65 + number)}lm"
        # Four farms a day, each day's in a region of its own.
        place = ["--postcode", f"{34 + number // 4}1{number:02}", "--town", f"Town {number // 4}"]
        funnel("contact", "add", name, "--phone", f"+49 561 2000{number:02}", *place)
        funnel("deal", "add", f"Roof {number}", "-c", number + 1, "--stage", "needs")
    funnel("rate set hour 60 --from 2026-01-01")
    funnel("rate set km 0.40 --from 2026-01-01")
    # The first two visits of every day are agreed before the week begins.
    for weekday in range(5):
        day = MONDAY + timedelta(days=weekday)
        for number, clock_time in ((weekday * 4 + 1, "10:00"), (weekday * 4 + 2, "11:30")):
            funnel("next", number, "visit", "--due", day, "--time", clock_time, "--for", "1h")
    funnel("next", 20, "look at the figures", "--due", MONDAY, "--every", "1d")
    late = 0
    for weekday in range(5):
        day = MONDAY + timedelta(days=weekday)
        # Callbacks of the day before are first in the queue, and are made first.
        clock.set(f"{day} 08:30")
        morning(funnel, weekday, day)
        due = [row["id"] for row in funnel("call", "--json").json if row["callback"]]
        assert len(due) == (2 if weekday else 0)
        for contact in due:
            funnel("call", contact, "--outcome", "reached", "--note", "all fine", "-t", "3m")
        # Eight calls a day in all, two of them until Thursday to be called back.
        asked = ["callback"] * (2 if weekday < 4 else 0)
        plan = asked + ["reached", "no_answer", "not_interested", "no_answer"] * 2
        for number, ended in enumerate(plan[: 8 - len(due)]):
            contact = (weekday * 4 + number) % 20 + 1
            more = ["--callback", "tomorrow 8:15"] if ended == "callback" else []
            funnel("call", contact, "--outcome", ended, "-t", "2m", *more)
            clock.advance(minutes=4)
        # Four visits: in one line, not there, as a note from the phone, and reported later.
        first = weekday * 4 + 1
        clock.set(f"{day} 17:00")
        said = funnel(
            f"log {first} 'met, too expensive, send offer by fri' --at '{day} 10:00'"
            " -t 1h --set kilometres=50"
        )
        assert "Done: visit" in said
        funnel("step", "done", "look at the figures")
        funnel("log", first + 1, "nicht da", "--at", f"{day} 11:30", "--set", "kilometres=10")
        note = notes / f"{day}.txt"
        note.write_text(f"Farm {chr(65 + first + 1)}lm: gesprochen, kein Budget", encoding="utf-8")
        written = clock.instant - 600
        os.utime(note, (written, written))
        assert funnel("inbox", notes, "--json").json[0]["state"] == "filed"
        clock.advance(hours=40)
        out = funnel("log", first + 3, "getroffen", "--at", f"{day} 15:00", "-t", "30m")
        assert "more than 24 hours" in out.stderr
        late += 1
    clock.set("2026-11-23 08:00")

    calls = funnel("visit list channel:phone --json").json
    visits = funnel("visit list -channel:phone --json").json
    assert (len(calls), len(visits)) == (40, 20)
    assert sum(visit["late"] for visit in visits) == late == 5
    outcomes = [visit["outcome"] for visit in visits]
    assert (outcomes.count("met"), outcomes.count("not_met")) == (15, 5)
    assert len(funnel("visit", "list", "call:callback", "--json").json) == 8
    assert funnel("step", "list", "is:open", "kind:call", "--json").json == []
    made = funnel("step list is:done kind:visit --json").json
    assert len(made) == 5
    done = funnel("step list is:done kind:call --json").json
    assert [step["outcome"] for step in done] == ["all fine"] * 8
    left = funnel("step list is:open --json").json
    assert [(step["what"], step["due"]) for step in left if step["kind"] == "task"] == [
        *[("send offer", "2026-11-20")] * 4,
        ("look at the figures", "2026-11-21"),
        ("send offer", "2026-11-27"),
    ]
    # Nobody was there on the second visit of each day, so those are still to be made.
    missed = [step for step in left if step["kind"] == "visit"]
    assert [step["due"] for step in missed] == [f"2026-11-{day}" for day in range(16, 21)]
    deal = funnel("deal show 1 --json").json
    assert deal["effort"]["kilometres"] == 50
    minutes = deal["effort"]["minutes"]
    assert [cost["cost"] for cost in deal["effort"]["costs"]] == [minutes + 20]
    entries = funnel("effort", "list", "--json").json
    assert {entry["stage"] for entry in entries} == {"needs"}
    over_the_weekend(funnel, tmp_path / "week.ics")


def morning(funnel: Run, weekday: int, day: date) -> None:
    """What the agenda, the status line and the route say at half past eight."""
    entries = funnel("agenda --days 1 --json").json
    today = [
        (entry["starts"], entry["what"], entry["contact_id"])
        for entry in entries
        if entry["day"] == day.isoformat()
    ]
    first = weekday * 4 + 1
    callbacks = [("08:15", "call back", first - 4 + n) for n in range(2) if weekday]
    offers = [(None, "send offer", 1 + 4 * n) for n in range(4) if weekday == 4]
    assert sorted(today, key=str) == sorted(
        [
            ("10:00", "visit", first),
            ("11:30", "visit", first + 1),
            (None, "look at the figures", 20),
            *callbacks,
            *offers,
        ],
        key=str,
    )
    assert [entry["starts"] for entry in entries if entry["day"] == day.isoformat()][-1] is None
    late = [entry for entry in entries if entry["day"] < day.isoformat()]
    assert [(entry["kind"], entry["day"]) for entry in late] == [
        ("visit", f"{MONDAY + timedelta(days=n)}") for n in range(weekday)
    ]
    status = funnel("status", "--json").json
    assert (status["due"], status["late"], status["rotten"]) == (len(today), weekday, 0)
    route = funnel("route", "--json").json
    assert [(stop["starts"], stop["contact_id"]) for stop in route["stops"]] == [
        ("10:00", first),
        ("11:30", first + 1),
    ]
    # The last farm lies in the region of Friday's visits, and has its figures to be looked at.
    assert [one["id"] for one in route["near"]] == ([20] if weekday == 4 else [])


def over_the_weekend(funnel: Run, path: Path) -> None:
    """The phone's calendar: offers sent, a visit put off, one called off, taken back twice."""
    funnel("agenda", "-o", path)
    text = path.read_bytes().decode()
    # Ten visits and eight callbacks: what is done stays in the file, so that the phone knows.
    assert text.count("BEGIN:VEVENT") == 18
    events = text.split("BEGIN:VEVENT")
    changed = [event for event in events if "farm" in event.lower() and "/60/open" in event]
    assert len(changed) == 5
    text = text.replace(changed[0], changed[0].replace("20261116T", "20261124T"))
    text = text.replace(changed[1], changed[1].replace("STATUS:CONFIRMED", "STATUS:CANCELLED"))
    todos = text.split("BEGIN:VTODO")
    for todo in todos:
        if "SUMMARY:send offer" in todo:
            text = text.replace(todo, todo.replace("NEEDS-ACTION", "COMPLETED"))
    path.write_text(text, newline="")
    taken = funnel("import", "ics", path, "--json").json
    assert (taken["done"], taken["moved"], taken["dropped"]) == (5, 1, 1)
    again = funnel("import", "ics", path, "--json").json
    assert (again["done"], again["moved"], again["dropped"], again["skipped"]) == (0, 0, 0, 0)
    left = funnel("step list is:open --json").json
    assert [step["due"] for step in left if step["kind"] == "visit"] == [
        "2026-11-18",
        "2026-11-19",
        "2026-11-20",
        "2026-11-24",
    ]
