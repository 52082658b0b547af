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
        funnel("contact", "add", name, "--phone", f"+49 561 2000{number:02}")
        funnel("deal", "add", f"Roof {number}", "-c", number + 1, "--stage", "needs")
    funnel("rate", "set", "hour", "60", "--from", "2026-01-01")
    funnel("rate", "set", "km", "0.40", "--from", "2026-01-01")
    late = 0
    for weekday in range(5):
        day = MONDAY + timedelta(days=weekday)
        # Callbacks of the day before are first in the queue, and are made first.
        clock.set(f"{day} 08:30")
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
        funnel(
            "log",
            first,
            "met, too expensive, send offer by fri",
            "--at",
            f"{day} 10:00",
            *("-t", "1h", "--set", "kilometres=50"),
        )
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

    calls = funnel("visit", "list", "channel:phone", "--json").json
    visits = funnel("visit", "list", "-channel:phone", "--json").json
    assert (len(calls), len(visits)) == (40, 20)
    assert sum(visit["late"] for visit in visits) == late == 5
    outcomes = [visit["outcome"] for visit in visits]
    assert (outcomes.count("met"), outcomes.count("not_met")) == (15, 5)
    assert len(funnel("visit", "list", "call:callback", "--json").json) == 8
    assert funnel("step", "list", "is:open", "kind:call", "--json").json == []
    done = funnel("step", "list", "is:done", "kind:call", "--json").json
    assert [step["outcome"] for step in done] == ["all fine"] * 8
    offers = funnel("step", "list", "is:open", "--json").json
    assert sorted(step["due"] for step in offers) == ["2026-11-20"] * 4 + ["2026-11-27"]
    assert {step["what"] for step in offers} == {"send offer"}
    deal = funnel("deal", "show", 1, "--json").json
    assert deal["effort"]["kilometres"] == 50
    minutes = deal["effort"]["minutes"]
    assert deal["effort"]["costs"] == [{"cost": minutes * 100 + 2000, "currency": "EUR"}]
    entries = funnel("effort", "list", "--json").json
    assert {entry["stage"] for entry in entries} == {"needs"}
