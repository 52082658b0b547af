"""Calendar files: what RFC 5545 asks for, both clock changes, out and back again."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Clock, Run
from funnelcli.errors import FunnelError
from funnelcli.formats.calendar import read

icalendar = pytest.importorskip("icalendar")


@pytest.fixture
def roof(funnel: Run, clock: Clock) -> Run:
    """A contact with a deal, a visit with a time and a task; it is 24 November 2026."""
    funnel(
        "contact add 'Hans Müller' --phone '+49 171 2345678' --street 'Domstr. 1'"
        " --postcode 50667 --town Köln --email hans@mueller.example"
    )
    funnel("deal add 'Roof; big, new' -c 1 --value 18k")
    funnel("next 1 'visit the farm' --due 'fri 14:00' --for 1h30")
    funnel("next", 1, "send the offer\\with, every; thing", "--due", "thu")
    funnel("next", 1, "some day")
    clock.advance(minutes=5)
    return funnel


def exported(funnel: Run, path: Path, *words: str) -> str:
    """The calendar file, as it lies on the disk."""
    funnel("agenda", *words, "-o", path)
    return path.read_bytes().decode()


def parts(text: str) -> list[icalendar.Component]:
    """The entries, read by the library."""
    return list(icalendar.Calendar.from_ical(text).subcomponents)


def steps(funnel: Run) -> list[tuple[object, ...]]:
    """Every step in short."""
    rows = funnel("step list --sort id --json").json
    return [(s["id"], s["due"], s["starts"], s["minutes"], s["status"]) for s in rows]


# Out --------------------------------------------------------------------------------------------


def test_the_file_has_what_the_standard_requires(roof: Run, tmp_path: Path) -> None:
    text = exported(roof, tmp_path / "a.ics")
    assert text == roof("agenda", "--ics")
    assert "\n" not in text.replace("\r\n", "")
    lines = text.split("\r\n")
    assert lines[-1] == ""
    assert max(len(line.encode()) for line in lines) <= 75
    assert lines[0] == "BEGIN:VCALENDAR"
    for required in ("VERSION:2.0", "CALSCALE:GREGORIAN"):
        assert lines.count(required) == 1
    assert len([line for line in lines if line.startswith("PRODID:")]) == 1
    todo, event = parts(text)
    assert (todo.name, event.name) == ("VTODO", "VEVENT")
    for part in (todo, event):
        names = [name for name, _value in part.property_items(recursive=False)]
        for once in ("UID", "DTSTAMP", "SUMMARY", "SEQUENCE", "LAST-MODIFIED", "STATUS"):
            assert names.count(once) == 1
        assert part["DTSTAMP"].dt.tzinfo is not None
        assert not {"DTEND", "DURATION"} <= set(names)
    assert todo["DUE"].dt.isoformat() == "2026-11-26"
    assert todo["STATUS"] == "NEEDS-ACTION"
    assert todo["SUMMARY"] == "send the offer\\with, every; thing · Hans Müller"
    assert "DTSTART" not in todo
    assert event["DTSTART"].dt == datetime(2026, 11, 27, 13, tzinfo=UTC)
    assert event["DTEND"].dt == datetime(2026, 11, 27, 14, 30, tzinfo=UTC)
    assert event["LOCATION"] == "Domstr. 1, 50667 Köln"
    assert "+491712345678" in event["DESCRIPTION"]
    assert not event.errors + todo.errors


@pytest.mark.parametrize(
    ("day", "time", "utc"),
    [
        ("2026-03-28", "14:00", (2026, 3, 28, 13, 0)),
        # The clocks go forward at two: half past two is half past three.
        ("2026-03-29", "02:30", (2026, 3, 29, 1, 30)),
        ("2026-03-29", "14:00", (2026, 3, 29, 12, 0)),
        ("2026-10-24", "14:00", (2026, 10, 24, 12, 0)),
        # They go back at three: of two half past twos the first is meant.
        ("2026-10-25", "02:30", (2026, 10, 25, 0, 30)),
        ("2026-10-25", "14:00", (2026, 10, 25, 13, 0)),
    ],
)
def test_times_are_right_on_both_sides_of_a_clock_change(
    funnel: Run, clock: Clock, tmp_path: Path, day: str, time: str, utc: tuple[int, ...]
) -> None:
    clock.set("2026-01-02 09:00")
    funnel("deal", "add", "Roof")
    funnel("next", 1, "meet", "--due", day, "--time", time, "--for", "3h")
    text = exported(funnel, tmp_path / "a.ics")
    (event,) = parts(text)
    assert event["DTSTART"].dt == datetime(*utc, tzinfo=UTC)
    assert (event["DTEND"].dt - event["DTSTART"].dt).total_seconds() == 3 * 3600
    # What comes back is the same time of day, unless no clock showed it.
    before = steps(funnel)
    moved = text.replace("SUMMARY:meet", "SUMMARY:seen")
    (tmp_path / "a.ics").write_text(moved, newline="")
    assert funnel("import", "ics", tmp_path / "a.ics", "--json").json["moved"] == 0
    assert steps(funnel) == before


@pytest.mark.parametrize(
    ("line", "due", "starts"),
    [
        ("DTSTART;TZID=Europe/Berlin:20261128T090000", "2026-11-28", "09:00"),
        ("DTSTART;TZID=America/New_York:20261128T200000", "2026-11-29", "02:00"),
        ("DTSTART;TZID=W. Europe Standard Time:20270328T033000", "2027-03-28", "03:30"),
        ("DTSTART:20270327T230000Z", "2027-03-28", "00:00"),
        ("DTSTART:20270328T220000Z", "2027-03-29", "00:00"),
        ("DTSTART:20261031T140000", "2026-10-31", "14:00"),
        ("DTSTART;VALUE=DATE:20261128", "2026-11-28", None),
    ],
)
def test_an_event_is_moved_in_any_zone(
    roof: Run, tmp_path: Path, line: str, due: str, starts: str | None
) -> None:
    text = exported(roof, tmp_path / "a.ics")
    text = text.replace("DTSTART:20261127T130000Z", line).replace("DTEND:20261127T143000Z\r\n", "")
    (tmp_path / "a.ics").write_text(text, newline="")
    assert roof("import", "ics", tmp_path / "a.ics", "--json").json["moved"] == 1
    assert steps(roof)[0][1:3] == (due, starts)


def test_a_second_file_updates_the_first(roof: Run, clock: Clock, tmp_path: Path) -> None:
    first = exported(roof, tmp_path / "a.ics")
    assert exported(roof, tmp_path / "a.ics") == first
    clock.advance(minutes=10)
    roof("step edit 1 --due 2026-11-30")
    roof("step", "done", 2)
    old, new = parts(first), parts(exported(roof, tmp_path / "a.ics"))
    assert {part["UID"] for part in old} == {part["UID"] for part in new}
    for part in new:
        was = next(one for one in old if one["UID"] == part["UID"])
        assert part["SEQUENCE"] > was["SEQUENCE"]
        assert part["LAST-MODIFIED"].dt > was["LAST-MODIFIED"].dt
    todo = next(part for part in new if part.name == "VTODO")
    assert (todo["STATUS"], todo["PERCENT-COMPLETE"]) == ("COMPLETED", 100)
    assert todo["COMPLETED"].dt == datetime.fromtimestamp(clock.instant, UTC)
    # What is taken back is a change as well: a calendar must not take it for an old one.
    clock.advance(minutes=10)
    sequence = todo["SEQUENCE"]
    roof("undo")
    todo = next(p for p in parts(exported(roof, tmp_path / "a.ics")) if p.name == "VTODO")
    assert todo["STATUS"] == "NEEDS-ACTION"
    assert todo["SEQUENCE"] > sequence


def test_what_is_counted_is_what_stands_in_the_file(funnel: Run, tmp_path: Path) -> None:
    funnel("contact add 'Eva Roth'")
    funnel("deal add Roof --contact Roth")
    for name in ("Door", "Gate"):
        funnel(f"deal add {name} --contact Roth --close 2026-12-20")
    told = funnel("deal", "list", "-o", tmp_path / "all.ics").stderr
    assert "Wrote 2 entries to" in told
    told = funnel("deal", "list", "Roof", "-o", tmp_path / "roof.ics").stderr
    assert "Wrote 0 entries to" in told
    assert "has no day: the calendar is empty" in told


def test_a_number_stands_beside_what_was_consented_to(funnel: Run, tmp_path: Path) -> None:
    funnel("contact add 'Eva Roth' --phone 0221778899")
    funnel("next Roth 'Call' --due fri")
    path = tmp_path / "agenda.ics"
    for consent in ("none on file", "phone"):
        funnel("agenda", "-o", path)
        text = path.read_text().replace("\n ", "").replace("\r", "")
        assert f" (Consent: {consent})" in text
        funnel("contact consent Roth phone --how said")


def test_which_days_go_into_the_file(roof: Run, tmp_path: Path) -> None:
    assert len(parts(exported(roof, tmp_path / "a.ics"))) == 2
    assert len(parts(exported(roof, tmp_path / "a.ics", "2026-11-26"))) == 1
    assert len(parts(exported(roof, tmp_path / "a.ics", "--days", "2"))) == 0
    assert parts(roof("agenda", "2030", "--ics")) == []
    roof("agenda", "--ics", "--json", exit=2)


def test_who_is_not_to_be_contacted_stands_in_no_file(roof: Run, tmp_path: Path) -> None:
    """As in the agenda; what has ended stays, so that a calendar learns of it."""
    roof("step done 1")
    roof("contact edit 1 --do-not-contact")
    left = parts(exported(roof, tmp_path / "a.ics"))
    assert [str(part["summary"])[:14] for part in left] == ["visit the farm"]
    assert roof("agenda --json").json == []
    roof("contact edit 1 --may-contact")
    assert len(parts(exported(roof, tmp_path / "a.ics"))) == 2


# And back ---------------------------------------------------------------------------------------


def test_answers_are_taken_once(roof: Run, clock: Clock, tmp_path: Path, db: str) -> None:
    path = tmp_path / "a.ics"
    text = exported(roof, path)
    text = text.replace("DTSTART:20261127T130000Z", "DTSTART:20261130T083000Z")
    text = text.replace("DTEND:20261127T143000Z", "DTEND:20261130T093000Z")
    text = text.replace("NEEDS-ACTION", "COMPLETED\r\nCOMPLETED:20261124T081000Z")
    path.write_text(text, newline="")
    clock.advance(hours=1)
    would = roof("import", "ics", path, "--dry-run")
    assert would.lines[-2:] == [
        "2 steps would change, 0 as they are, 0 left out",
        "Dry run: nothing was changed.",
    ]
    assert steps(roof)[0][1] == "2026-11-27"
    said = roof("import", "ics", path)
    assert sorted(said.lines[:2]) == [
        "Done: send the offer\\\\with, every; thing · Hans Müller",
        "Moved: visit the farm · Hans Müller, to 2026-11-30 09:30",
    ]
    assert said.lines[2] == "2 steps changed, 0 as they are, 0 left out"
    after = steps(roof)
    assert after[:2] == [
        (1, "2026-11-30", "09:30", 60, "open"),
        (2, "2026-11-26", None, None, "done"),
    ]
    ended = roof("step list is:done --json").json[0]["ended_at"]
    assert ended == "2026-11-24T08:10:00Z"
    with closing(sqlite3.connect(db)) as conn:
        commands = conn.execute("SELECT count(*) FROM command").fetchone()
    assert roof("import", "ics", path) == "0 steps changed, 2 as they are, 0 left out\n"
    assert steps(roof) == after
    with closing(sqlite3.connect(db)) as conn:
        assert conn.execute("SELECT count(*) FROM command").fetchone() == commands
    roof("undo")
    assert steps(roof)[0][1:4] == ("2026-11-27", "14:00", 90)
    assert roof("import", "ics", path, "--json").json["done"] == 1


def test_what_was_called_off_is_dropped(roof: Run, tmp_path: Path) -> None:
    text = exported(roof, tmp_path / "a.ics").replace("STATUS:CONFIRMED", "STATUS:CANCELLED")
    (tmp_path / "a.ics").write_text(text, newline="")
    assert "Dropped: visit the farm" in roof("import", "ics", tmp_path / "a.ics")
    assert steps(roof)[0][4] == "dropped"
    event = next(p for p in parts(roof("agenda", "--ics")) if p.name == "VEVENT")
    assert event["STATUS"] == "CANCELLED"


def test_an_old_file_does_not_undo_what_was_done_since(
    roof: Run, clock: Clock, tmp_path: Path
) -> None:
    path = tmp_path / "a.ics"
    text = exported(roof, path)
    clock.advance(hours=2)
    roof("step edit 1 --due 2026-12-04")
    # It comes back as it went: nobody has answered.
    assert roof("import", "ics", path, "--json").json["unchanged"] == 2
    moved = text.replace("20261127T13", "20261128T13").replace("20261127T14", "20261128T14")
    path.write_text(moved, newline="")
    said = roof("import", "ics", path)
    assert "Left out, it was changed here since: “visit the farm · Hans Müller”" in said
    # A calendar in which it was changed later is right.
    later = f"{datetime.fromtimestamp(clock.instant + 60, UTC):%Y%m%dT%H%M%SZ}"
    path.write_text(re.sub(r"LAST-MODIFIED:\S+", f"LAST-MODIFIED:{later}", moved), newline="")
    assert roof("import", "ics", path, "--json").json["moved"] == 1
    assert steps(roof)[0][1] == "2026-11-28"


def test_what_recurs_goes_on_from_a_calendar(roof: Run, tmp_path: Path) -> None:
    roof("next 1 ask --due 2026-11-24 --every 1w")
    path = tmp_path / "a.ics"
    text = exported(roof, path, "2026-11-24").replace("NEEDS-ACTION", "COMPLETED")
    path.write_text(text, newline="")
    assert "Next: ask · Hans Müller, due 2026-12-01" in roof("import", "ics", path)
    assert roof("import", "ics", path, "--json").json["done"] == 0
    assert len(steps(roof)) == 5


FOREIGN = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//y//EN
BEGIN:VEVENT
UID:abc-1
DTSTAMP:20261120T080000Z
DTSTART;TZID=Europe/Berlin:20261201T100000
DTEND;TZID=Europe/Berlin:20261201T110000
SUMMARY:Besuch Hans Müller
END:VEVENT
BEGIN:VEVENT
UID:abc-2
DTSTAMP:20261120T080000Z
DTSTART:20261202T100000Z
SUMMARY:Roof talk
ATTENDEE:mailto:hans@mueller.example
END:VEVENT
BEGIN:VEVENT
UID:abc-3
DTSTAMP:20261120T080000Z
DTSTART:20261202T100000Z
SUMMARY:Dentist
END:VEVENT
BEGIN:VEVENT
UID:abc-4
DTSTAMP:20261120T080000Z
DTSTART:20261202T100000Z
RRULE:FREQ=WEEKLY
SUMMARY:Hans Müller
END:VEVENT
BEGIN:VTODO
UID:abc-5
DTSTAMP:20261120T080000Z
DUE:20251202T100000Z
SUMMARY:Hans Müller
END:VTODO
END:VCALENDAR
""".replace("\n", "\r\n")


def test_entries_from_elsewhere_are_left_out_unless_they_are_asked_for(
    roof: Run, clock: Clock, tmp_path: Path
) -> None:
    path = tmp_path / "own.ics"
    path.write_text(FOREIGN, newline="")
    said = roof("import", "ics", path)
    assert said.lines == [
        "Left out, it is not from here: “Besuch Hans Müller”, “Roof talk”, “Dentist” and 2 more",
        "0 steps changed, 0 as they are, 5 left out",
    ]
    found = roof("import", "ics", path, "--new", "--json").json
    assert (found["added"], found["skipped"]) == (2, 3)
    assert [e["why"] for e in found["entries"] if e["how"] == "skipped"] == [
        "no contact is named in it, by name, e-mail or phone",
        "it is a series in the calendar",
        "it lies behind",
    ]
    added = roof("step list due:2026-12 --json").json
    assert [(s["what"], s["kind"], s["due"], s["starts"], s["minutes"]) for s in added] == [
        ("Besuch Hans Müller", "visit", "2026-12-01", "10:00", 60),
        ("Roof talk", "task", "2026-12-02", "11:00", None),
    ]
    assert {s["deal_id"] for s in added} == {1}
    again = roof("import", "ics", path, "--new", "--json").json
    assert (again["added"], again["unchanged"], again["skipped"]) == (0, 2, 3)
    # In the file it keeps the name that the calendar gave it.
    assert "UID:abc-1\r\n" in roof("agenda", "--ics")
    clock.advance(days=1)
    path.write_text(
        FOREIGN.replace("20261120T080000Z", "20261125T090000Z").replace("1201T1", "1203T1"),
        newline="",
    )
    assert roof("import", "ics", path, "--json").json["moved"] == 1


PAST = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//other//EN
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:past-1
DTSTAMP:20250120T080000Z
DTSTART:20251103T090000Z
DTEND:20251103T101500Z
SUMMARY:Site visit
DESCRIPTION:wants a new roof
ATTENDEE;CN=Hans:mailto:hans@mueller.example
END:VEVENT
BEGIN:VEVENT
UID:past-2
DTSTAMP:20250120T080000Z
DTSTART:20251104T090000Z
SUMMARY:Call Hans Müller
END:VEVENT
BEGIN:VEVENT
UID:past-3
DTSTAMP:20250120T080000Z
DTSTART;VALUE=DATE:20251105
LOCATION:https://zoom.example/1
SUMMARY:Hans Müller
END:VEVENT
BEGIN:VEVENT
UID:past-4
DTSTAMP:20250120T080000Z
DTSTART;TZID=Europe/Berlin:20251106T090000
SUMMARY:Dentist
END:VEVENT
BEGIN:VEVENT
UID:past-5
DTSTAMP:20250120T080000Z
DTSTART:20251106T090000Z
STATUS:CANCELLED
SUMMARY:Hans Müller
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def test_what_is_over_becomes_visits_and_calls(roof: Run, tmp_path: Path) -> None:
    path, rejects = tmp_path / "past.ics", tmp_path / "past.rejects.ics"
    path.write_text(PAST, newline="")
    roof("contact", "edit", "Hans", "--email", "hans@mueller.example")
    before = len(roof("visit list --json").json)
    tried = roof("import", path, "-n")
    assert "3 visits added" in tried
    assert not rejects.exists()
    done = roof("import", path, "-y")
    assert "1 entry that names no contact here is kept in" in done.stderr
    visits = roof("visit list date:2025-11 --json").json
    found = [(v["happened_on"], v["channel"], v["occasion"], v["minutes"]) for v in visits]
    assert sorted(found) == [
        ("2025-11-03", "on_site", "Site visit", 75),
        ("2025-11-04", "phone", "Call Hans Müller", None),
        ("2025-11-05", "video", "Hans Müller", None),
    ]
    said = next(v for v in visits if v["occasion"] == "Site visit")
    assert (said["said"], said["late"]) == ("wants a new roof", False)
    kept = rejects.read_text()
    assert ("SUMMARY:Dentist" in kept, "past-1" in kept, "VTIMEZONE" in kept) == (True, False, True)
    # A second time nothing is added, and the same entries are kept in the same file.
    again = roof("import", "ics", path, "--new", "--json").json
    assert (again["recorded"], again["unchanged"], again["skipped"]) == (0, 3, 2)
    assert again["rejects"] == str(rejects)
    # Mended, the rest comes in.
    rejects.write_text(kept.replace("Dentist", "Hans Müller"), newline="")
    assert roof("import", "ics", rejects, "--new", "--json").json["recorded"] == 1
    roof("undo")
    roof("undo")
    assert len(roof("visit list --json").json) == before


# Whatever it is ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "no calendar file"),
        (b"hello", "no calendar file"),
        (b"\x00\xff\xfe", "no calendar file"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20", "its end is missing"),
        (b"BEGIN:VCALENDAR\r\nX;=;:\r\nEND:VCALENDAR\r\n", "cannot be read"),
    ],
)
def test_what_is_no_calendar_is_refused(
    roof: Run, tmp_path: Path, content: bytes, text: str
) -> None:
    (tmp_path / "x.ics").write_bytes(content)
    assert text in roof("import", "ics", tmp_path / "x.ics", exit=2).stderr
    roof("import", "ics", tmp_path / "none.ics", exit=1)


def test_other_encodings_are_read(roof: Run, tmp_path: Path) -> None:
    text = exported(roof, tmp_path / "a.ics").replace("20261127T1", "20261128T1")
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        (tmp_path / "b.ics").write_bytes(text.encode(encoding))
        assert roof("import", "ics", tmp_path / "b.ics", "--json").json["moved"] == 1
        roof("undo")


def test_a_broken_entry_is_left_out_and_named(roof: Run, tmp_path: Path) -> None:
    text = exported(roof, tmp_path / "a.ics")
    text = text.replace("DTSTART:20261127T130000Z", "DTSTART:soon").replace("1126", "1127")
    (tmp_path / "a.ics").write_text(text, newline="")
    said = roof("import", "ics", tmp_path / "a.ics")
    assert "Left out, DTSTART cannot be read: “visit the farm · Hans Müller”" in said
    assert "1 step changed" in said


def test_a_calendar_comes_in_by_a_pipe(
    roof: Run, run_process: Callable[..., CompletedProcess[str]], environment: dict[str, str]
) -> None:
    text = roof("agenda", "--ics").replace("STATUS:CONFIRMED", "STATUS:CANCELLED")
    done = run_process("import", "ics", "-", stdin=text)
    assert done.returncode == 0
    assert "Dropped: visit the farm" in done.stdout


def test_a_zone_that_is_a_folder_of_zones_is_a_sentence() -> None:
    damaged = FOREIGN.replace("DTSTART", "DTSTART;TZID=Europe", 1).replace(
        "DUE", "DUE;TZID=Europe", 1
    )
    with suppress(FunnelError):
        for answer in read(damaged.encode()):
            assert answer.named


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_no_damage_crashes_it(data: st.DataObject) -> None:
    original = FOREIGN.encode()
    at = data.draw(st.integers(0, len(original)))
    cut = data.draw(st.integers(0, 20))
    new = data.draw(
        st.one_of(
            st.binary(max_size=8),
            st.sampled_from([b"\r\n", b";", b":", b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n", b"DUE"]),
        )
    )
    with suppress(FunnelError):
        for answer in read(original[:at] + new + original[at + cut :]):
            assert answer.named


# Other days --------------------------------------------------------------------------------------


def test_lists_of_what_has_a_day_are_calendars(roof: Run, tmp_path: Path) -> None:
    """With a time as events in UTC, without one all-day; each with a UID that stays."""
    roof("contact edit 1 --birthday 29.2.1980")
    roof("contact add Eva --birthday 17.5.")
    roof("visit add 1 --said hello --at '2026-11-20 14:00' --duration 45m")
    roof("deal edit 1 --close 2026-12-18")
    roof("win 1 --contract C-1 --ends 2027-11-30 --notice 1m")

    def entries(line: str) -> list[tuple[str, str, str, str]]:
        return [
            (
                part.name,
                str(part["uid"]),
                str(part["summary"]),
                str(part.get("dtstart", part.get("due")).dt),
            )
            for part in parts(roof(*line.split(), "--ics"))
        ]

    ids = {
        noun: {one["id"]: one["public_id"] for one in roof(f"{noun} list --json").json}
        for noun in ("contact", "deal", "contract", "visit", "step")
    }
    assert entries("contact list") == [
        ("VEVENT", f"{ids['contact'][2]}-birthday@funnelcli", "birthday: Eva", "1604-05-17"),
        (
            "VEVENT",
            f"{ids['contact'][1]}-birthday@funnelcli",
            "birthday: Hans Müller",
            "1980-02-29",
        ),
    ]
    leap = parts(roof("contact list id:1 --ics"))[0]
    assert leap["RRULE"].to_ical() == b"FREQ=YEARLY;BYYEARDAY=60"
    assert entries("visit list") == [
        (
            "VEVENT",
            f"{ids['visit'][1]}@funnelcli",
            "follow-up · Roof; big, new · Hans Müller",
            "2026-11-20 13:00:00+00:00",
        )
    ]
    assert entries("deal list")[0][1:] == (
        f"{ids['deal'][1]}-close@funnelcli",
        "closed: Roof; big, new · Hans Müller",
        "2026-11-24",
    )
    assert [(uid[27:], day) for _kind, uid, _said, day in entries("contract list")] == [
        ("cancel_by@funnelcli", "2027-10-30"),
        ("contract_end@funnelcli", "2027-11-30"),
    ]
    steps = entries("step list --sort id")
    assert [(kind, uid) for kind, uid, _said, _day in steps] == [
        ("VEVENT", f"{ids['step'][1]}@funnelcli"),
        ("VTODO", f"{ids['step'][2]}@funnelcli"),
    ]
    whole = {str(part["uid"]) for part in parts(roof("agenda --ics"))}
    others = entries("contract list") + entries("milestone list")
    assert whole == {uid for _kind, uid, _said, _day in steps + others}
    path = tmp_path / "all.ics"
    path.write_text(roof("agenda --ics"), newline="")
    said = roof("import", "ics", path)
    assert "only next steps come back" in said
    assert f"0 steps changed, 2 as they are, {len(others)} left out" in said
    assert "0 steps changed" in roof("import", "ics", path, "--new")


def test_what_is_no_calendar_says_so(roof: Run, tmp_path: Path) -> None:
    assert "cannot hold these rows" in roof("product list -o x.ics", exit=2).stderr
    assert "cannot hold these rows" in roof("deal list -o x.vcf", exit=2).stderr
    assert "no rows here" in roof("deal list --ics --columns title", exit=2).stderr
    assert "--ics" not in roof("product list --help")
    assert ".vcf" not in roof("deal list --help")
    assert ".vcf" in roof("contact list --help")
