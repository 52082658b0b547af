"""Calls by rules: hours where somebody is, how often and how far apart they are tried; dialling;
lists of one's own with their scripts, and what became of them."""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
from contextlib import closing
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import Clock, Dump, Run, dump
from funnelcli.cli.keys import pressed
from funnelcli.errors import Usage
from funnelcli.render import Output
from funnelcli.values import calling, dates, dialling
from funnelcli.values.callplace import place_of
from funnelcli.values.workdays import public_holiday

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")
ZONES += ("Pacific/Honolulu", "America/St_Johns", "Pacific/Apia", "UTC")
QUARTER = 900

quarters = st.integers(0, 95)
windows = st.tuples(quarters, quarters).filter(lambda w: w[0] != w[1]).map(sorted)
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
days_of_week = st.lists(st.sampled_from([*DAYS, "holidays"]), min_size=1, max_size=3)
# Around the changes of clocks in both hemispheres, Christmas, and any other day.
moments = st.one_of(
    st.sampled_from(["2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01", "2026-04-05"]),
    st.sampled_from(["2026-12-24", "2026-12-31"]),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(date.isoformat),
)


def clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


@settings(deadline=None)
@given(
    moments,
    quarters,
    st.lists(st.sampled_from(ZONES), min_size=1, max_size=3, unique=True),
    st.lists(st.tuples(days_of_week, windows), min_size=1, max_size=3),
)
def test_the_next_time_to_call_is_the_first_at_which_it_is_open_everywhere(
    day: str, quarter: int, names: list[str], said: list[tuple[list[str], list[int]]]
) -> None:
    text = ", ".join(
        f"{' '.join(days)} {clock(start * 15)}-{clock(end * 15)}" for days, (start, end) in said
    )
    week = calling.read_hours(text).usual
    assert week is not None
    holiday = public_holiday("DE", None)
    at = int(datetime.fromisoformat(f"{day}T00:00+00:00").timestamp()) + quarter * QUARTER
    zones = [ZoneInfo(name) for name in names]
    found = calling.next_open(week, at, zones, holiday)

    def open_there(instant: int, zone: ZoneInfo) -> bool:
        """The rule, in words: the clock on the wall there, on that day of the week."""
        wall = datetime.fromtimestamp(instant, zone)
        called = "holidays" if holiday(wall.date()) else DAYS[wall.weekday()]
        minute = wall.hour * 60 + wall.minute
        return any(called in days and s * 15 <= minute < e * 15 for days, (s, e) in said)

    # Clocks are changed, and offsets are, by quarters of an hour.
    steps = range(at, at + 8 * 86400, QUARTER)
    first = next((t for t in steps if all(open_there(t, zone) for zone in zones)), None)
    if first is None:
        assert found is None or found > steps[-1]
    else:
        assert found == first


@settings(deadline=None)
@given(moments, st.integers(0, 86399), st.integers(1, 400), st.sampled_from("dhm"))
def test_attempts_lie_as_far_apart_as_the_setting_says(
    day: str, second: int, count: int, unit: str
) -> None:
    dates.set_zone("Europe/Berlin")
    last = dates.day_start(date.fromisoformat(day)) + second
    again = calling.again_at(last, f"{count}{unit}")
    if unit == "d":
        assert dates.local_date(again) - dates.local_date(last) == timedelta(days=count)
        # Not later than the first moment of that day.
        assert dates.local_date(again - 1) < dates.local_date(again)
    else:
        assert again - last == count * (3600 if unit == "h" else 60)
    assert calling.again_at(last, "none") == last


def test_hours_and_gaps_are_read_as_people_write_them() -> None:
    same = ("mon-fri 9-12 13:30-18", "Mo–Fr 9 - 12, 13.30-18 Uhr", "fri mon tue-thu 9-12 13:30-18")
    assert len({calling.read_hours(text) for text in same}) == 1
    plain = (
        *("mon-fri 9-18", "werktags 9-18", "montag bis freitag 9-18", "weekdays 9-18"),
        *("Montag - Freitag von 9 bis 18 Uhr", "monday to friday from 9 to 18"),
    )
    assert len({calling.read_hours(text) for text in plain}) == 1
    assert calling.read_hours("am Wochenende 10-12") == calling.read_hours("sat-sun 10-12")
    hours = calling.read_hours("any; FR: mon-fri 10-13 14-20; UK: 8-21; us: mon 8-9 America/Denver")
    assert hours.of("DE") is None
    assert hours.of("GB") is not None
    assert (hours.of("US") or hours.usual).zone == "America/Denver"  # type: ignore[union-attr]
    assert not calling.read_hours("mon 9-10").of("DE").days[7]  # type: ignore[union-attr]
    for wrong in (
        *("mon", "x", "9-8", "9-25", "9:70-10", "mon-tue-wed 9-10", "Mars/Base 9-10"),
        # No country has these letters, so the hours would hold nowhere.
        *("XX: mon 9-18", "mon-fri 9-18; EN: mon-fri 9-17"),
    ):
        with pytest.raises(Usage):
            calling.read_hours(wrong)
    for text, gap in (("2 Tage", "2d"), ("1w", "7d"), ("4h", "4h"), ("90m", "90m"), ("0", "none")):
        assert calling.read_gap(text) == gap
    for wrong in ("soon", "-1h", "500d"):
        with pytest.raises(Usage):
            calling.read_gap(wrong)


def test_where_somebody_is() -> None:
    cases = {
        ("Österreich", "+4956110000"): "AT",
        (None, "+12125551234"): "US",
        (None, "+14165551234"): "CA",
        (None, "+447400123456"): "GB",
        ("Narnia", "+33123456789"): "FR",
        (None, "0561 1"): "DE",
        (None, None): "DE",
    }
    assert {case: place_of(*case, "DE").country for case in cases} == cases


@settings(deadline=None)
@given(st.text(max_size=20), st.sampled_from(["tel", "sip", "dialler --to '{number}' x", "d"]))
def test_nothing_but_digits_is_dialled(text: str, way: str) -> None:
    for phone in (text, f"+4930{text}", f"{text}+49301234567", f"+49301234567{text}"):
        try:
            link, words = dialling.words_of(way, phone)
        except Usage:
            continue
        number = phone.partition("x")[0]
        assert number[1:].isascii()
        assert number[1:].isdecimal()
        if words:
            assert words in (["dialler", "--to", number, "x"], ["d", number])
        else:
            assert link.partition(":")[2].partition(";ext=")[0] == number


def test_ways_to_dial() -> None:
    phone = "+49301234567x12"
    assert dialling.words_of("tel", phone) == ("tel:+49301234567;ext=12", [])
    assert dialling.words_of("sip:{number}@pbx", phone) == ("sip:+49301234567@pbx", [])
    assert dialling.words_of("https://pbx/?n={digits}", phone)[0] == "https://pbx/?n=49301234567"
    assert dialling.words_of("a 'b c'", phone)[1] == ["a", "b c", "+49301234567"]
    for wrong in ("sip:pbx", "", "'"):
        with pytest.raises(Usage):
            dialling.words_of(wrong, phone)


# On the command line ------------------------------------------------------------------------------


@pytest.fixture
def fair(funnel: Run, tmp_path: Path) -> Run:
    """Four people of a list @fair: two in Germany, one in New York, one with two numbers."""
    for name, phone in (("Petra Müller", "+49 561 100001"), ("Eva Roth", "+49 561 100002")):
        funnel("contact", "add", name, "--phone", phone, "--tag", "fair")
    funnel("contact", "add", "Joe York", "--phone", "+1 212 555 1234", "--tag", "fair")
    funnel("contact", "add", "Ann Two", "--phone", "+49 561 100004", "--phone", "+49 561 100005",
           "--tag", "fair")  # fmt: skip
    (tmp_path / "fair.md").write_text(
        "# Hello {{ name }}\n{% if town %}In {{ town }}{% else %}Where are you?{% endif %}\n"
    )
    funnel(
        "filter", "save", "fair", "tag:fair", "--for", "contact", "--script", tmp_path / "fair.md"
    )
    return funnel


def names(funnel: Run, *words: str, **how: object) -> list[str]:
    return [row["name"] for row in funnel("call", *words, "--json", **how).json]


def left(funnel: Run, *words: str, **how: object) -> dict[str, tuple[str, str | None]]:
    rows = funnel("call", *words, "--left-out", "--json", **how).json
    return {row["name"]: (row["why"], row["again"]) for row in rows}


def test_attempts_are_limited_and_spaced(fair: Run, clock: Clock) -> None:
    limits = {"FUNNEL_CALL_ATTEMPTS": "2", "FUNNEL_CALL_GAP": "4h"}
    fair("call petra --outcome no_answer")
    assert left(fair, "@fair") == {"Petra Müller": ("called_today", "2026-11-25 00:00")}
    assert left(fair, "@fair", env=limits) == {"Petra Müller": ("too_soon", "2026-11-24 13:00")}
    assert "Petra Müller" in names(fair, "@fair", env={"FUNNEL_CALL_GAP": "none"})
    clock.advance(hours=4)
    assert "Petra Müller" in names(fair, "@fair", env=limits)
    # However it is put on record.
    fair("log petra 'no answer' --channel phone")
    clock.advance(days=30)
    assert left(fair, "@fair", env=limits) == {"Petra Müller": ("attempts", None)}
    shown = fair("call", "@fair", "--list", tty=True, env=limits)
    assert "1 left out: called in vain as often as call_attempts says" in shown
    assert "--left-out" in shown
    # Whoever is named is called all the same, and so is who has a callback that is due.
    assert names(fair, "id:1", env=limits) == ["Petra Müller"]
    fair("next --contact petra 'call back' --due today")
    assert "Petra Müller" in names(fair, "@fair", env=limits)
    fair("undo")
    # A talk begins the count anew.
    fair("log petra 'met at the fair'")
    assert "Petra Müller" in names(fair, "@fair", env=limits)
    clock.advance(minutes=1)
    fair("call petra --outcome no_answer")
    clock.advance(hours=5)
    row = next(r for r in fair("call @fair --json", env=limits).json if r["name"] == "Petra Müller")
    assert row["attempts"] == 1


def test_hours_are_those_of_where_somebody_is(fair: Run, clock: Clock) -> None:
    # 9:00 in Berlin is 3:00 in New York, and Hawaii's day begins at 19:00.
    hours = {"FUNNEL_CALL_HOURS": "mon-fri 8-20"}
    assert left(fair, "@fair", env=hours) == {"Joe York": ("hours", "2026-11-24 19:00")}
    hours = {"FUNNEL_CALL_HOURS": "mon-fri 8-20; US: mon-fri 8-21 America/New_York"}
    assert left(fair, "@fair", env=hours) == {"Joe York": ("hours", "2026-11-24 14:00")}
    clock.set("2026-11-24 14:00")
    assert left(fair, "@fair", env=hours) == {}
    # Thanksgiving there, Christmas here, a holiday of the state alone.
    clock.set("2026-11-26 15:00")
    assert left(fair, "@fair", env=hours) == {"Joe York": ("hours", "2026-11-27 14:00")}
    clock.set("2027-01-06 15:00")
    assert left(fair, "@fair", env=hours) == {}
    bavaria = {**hours, "FUNNEL_STATE": "DE-BY"}
    assert left(fair, "@fair", env=bavaria)["Eva Roth"] == ("hours", "2027-01-07 08:00")
    clock.set("2026-11-28 10:00")
    fair("contact edit eva --country Österreich")
    fair("contact edit petra --country CH")
    austria = {"FUNNEL_CALL_HOURS": "mon-fri 8-20; AT: sat 9-12"}
    assert names(fair, "name:roth,müller", env=austria) == ["Eva Roth"]
    assert names(fair, "id:1", env=austria) == ["Petra Müller"]
    wrong = fair("call @fair", env={"FUNNEL_CALL_HOURS": "mon 9-8"}, exit=2).stderr
    assert "FUNNEL_CALL_HOURS" in wrong


def test_a_session_of_a_list_dials_and_says_its_script(
    fair: Run, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("funnelcli.actions.outside.opens", lambda link: opened.append(link) is None)
    fair("contact edit ann --town Kassel")
    sip = {"FUNNEL_DIAL": "sip:{number}@pbx"}
    shown = fair("call", "@fair", "two", tty=True, stdin="t\nt\nw\n", env=sip)
    assert opened == ["sip:+49561100004@pbx", "sip:+49561100005@pbx"]
    assert "# Hello Ann Two\nIn Kassel" in shown
    assert "[t] dial +49561100004" in shown.stderr
    # It is the number that was dialled last which is wrong.
    assert fair("contact show ann --json").json["phones"] == ["+49561100004"]
    opened.clear()
    shown = fair("call", "@fair", "york", "--dial", tty=True, stdin="r\nfine\n\n")
    assert "Time there" in shown
    assert "Where are you?" in shown
    assert opened == ["tel:+12125551234"]
    found = fair("visit list list:fair --sort id --json").json
    assert [(v["contact"], v["call_outcome"]) for v in found] == [
        ("Ann Two", "wrong_number"),
        ("Joe York", "reached"),
    ]
    # Without the setting no key dials.
    assert "[t]" not in fair("call", "@fair", tty=True, stdin="q\n").stderr
    assert "terminal" in fair("call @fair --dial", exit=2).stderr
    assert "--outcome" in fair("call petra --dial --outcome reached", exit=2).stderr


def test_the_answer_to_a_key_is_not_broken_at_the_edge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("funnelcli.cli.keys.read_key", lambda: "n")
    meanings = [("r", "reached"), ("n", "no answer"), ("w", "wrong number"), ("s", "skip")]
    for width in range(20, 80):
        out = StringIO()
        assert pressed(Output(stderr=out, width=width), meanings) == "n"
        lines = out.getvalue().rstrip("\n").split("\n")
        assert max(len(line.rstrip()) for line in lines) <= width
        assert lines[-1].endswith("no answer")


def test_who_must_not_be_called_is_not_dialled(
    fair: Run, db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from funnelcli.actions import calls
    from funnelcli.db.connection import connect
    from funnelcli.errors import Refused

    monkeypatch.setattr("funnelcli.actions.outside.opens", lambda _link: pytest.fail("dialled"))
    fair("contact edit eva --do-not-contact")
    fair("contact consent petra phone --how fair")
    fair("contact consent petra phone --withdraw")
    monkeypatch.setenv("FUNNEL_REQUIRE_CONSENT", "true")
    with closing(connect(db)) as conn:
        for contact_id in (1, 2, 3):
            (phone,) = calls.numbers(conn, contact_id)
            with pytest.raises(Refused):
                calls.dial(conn, contact_id, phone)
    assert set(left(fair, "@fair")) == {"Petra Müller", "Eva Roth", "Joe York", "Ann Two"}


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell script")
def test_a_program_of_ones_own_dials_without_a_shell(
    fair: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "my dialler"
    program.write_text(f'#!/bin/sh\nfor a; do echo "<$a>"; done > {tmp_path}/said\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    way = {"FUNNEL_DIAL": f"'{program}' --note '; touch {tmp_path}/x' {{number}} last"}
    fair("call", "@fair", "roth", "--dial", tty=True, stdin="q\n", env=way)
    assert (tmp_path / "said").read_text().split("\n")[:-1] == [
        "<--note>", f"<; touch {tmp_path}/x>", "<+49561100002>", "<last>",
    ]  # fmt: skip
    assert not (tmp_path / "x").exists()
    said = fair("call", "@fair", "roth", "--dial", tty=True, stdin="q\n",
                env={"FUNNEL_DIAL": "no-such-dialler"})  # fmt: skip
    assert "+49561100002 was not dialled: no-such-dialler" in said.stderr


def test_a_list_keeps_its_results(fair: Run, clock: Clock, db: str) -> None:
    fair("deal add 'Roof' -c petra --stage qualification --value 5k")
    fair("call @fair petra --outcome reached -t 20m --next 'visit the roof' --due fri")
    fair("call @FAIR eva --outcome callback --callback 'tomorrow 9:00' -t 4m")
    fair("call @fair joe --outcome no_answer")
    fair("call ann --outcome reached -t 6m")
    clock.advance(days=1)
    # A callback is of the list that it was agreed from, whoever passes the filter now.
    fair("contact edit eva --untag fair")
    fair("call eva --outcome not_interested -t 6m")
    fair("win roof --value 5k")

    def rows(*words: str) -> list[dict[str, object]]:
        found: list[dict[str, object]] = fair("report", "calls", *words, "--json").json["rows"]
        return found

    of_fair, other = rows()
    counted = ("list", "calls", "people", "reached", "callbacks", "appointments", "won", "minutes")
    assert [of_fair[name] for name in counted] == ["fair", 4, 3, 2, 1, 1, 1, 30]
    # 3 calls in 30 minutes have a duration; one has none.
    assert (of_fair["calls_per_hour"], of_fair["reached_per_hour"]) == (6.0, 4.0)
    assert of_fair["appointments_per_hour"] == 2.0
    assert [other[name] for name in counted] == [None, 1, 1, 1, 0, 0, 0, 6]
    assert "1 call without a duration" in fair("report calls", tty=True, width=160)
    assert [row["calls"] for row in rows("--period", "2026-11-25..2026-11-30")] == [1]
    assert {row["slice"] for row in rows("--by", "month")} == {"2026-11"}
    assert fair("report calls --deals fair:won --ids").lines == ["1"]
    # A later call from no list does not take the win away from it.
    fair("undo")
    fair("call petra --outcome reached")
    fair("win roof --value 5k")
    assert [row["won"] for row in rows()] == [1, 0]

    def state() -> Dump:
        with closing(sqlite3.connect(db)) as conn:
            return dump(conn)

    before = state()
    fair("filter edit fair --name messe")
    assert [row["list"] for row in rows()] == ["messe", None]
    fair("undo")
    assert state() == before
    fair("filter remove fair --yes")
    assert [row["list"] for row in rows()] == ["fair", None]


def test_a_list_and_its_script_are_checked(fair: Run, tmp_path: Path) -> None:
    def refused(text: str) -> str:
        (tmp_path / "bad.md").write_text(text)
        return str(fair("filter", "edit", "fair", "--script", tmp_path / "bad.md", exit=2).stderr)

    assert "nonsense" in refused("{% if name %}{{ nonsense }}{% endif %}")
    assert ", 2" in refused("Hello\n{{ name")
    refused("{{ name.__class__.__mro__[1].__subclasses__() }}" + "{{ 'x' * 10 ** 9 }}")
    assert "64 KB" in refused("x" * 70_000)
    words = ("filter", "save", "d", "is:open", "--script")
    assert "contacts" in fair(*words, tmp_path / "fair.md", exit=2).stderr
    assert fair("filter show fair --json").json["script"].startswith("# Hello {{ name }}")
    fair("filter edit fair --script none")
    assert fair("filter show fair --json").json["script"] is None
    fair("undo")
    archive = tmp_path / "all.zip"
    fair("call @fair petra --outcome reached")
    fair("export", "all", archive)
    other = {"FUNNEL_DB": os.fspath(tmp_path / "other.db")}
    fair("import", "all", archive, env=other)
    assert fair("visit list list:fair --json", env=other).json[0]["call_list"] == "fair"
    assert "Hello" in fair("filter show fair", env=other)
    assert "no saved filter @fare" in fair("call @fare petra --outcome reached", exit=2).stderr
    fair("filter save deals is:open")
    assert "other records" in fair("call @deals petra --outcome reached", exit=2).stderr
    shown = fair("call", "@fair", "@fair", tty=True, stdin="q\n").stderr
    fair("filter save ours kind:person --for contact", exit=None)
    shown = fair("call", "@fair", "@ours", tty=True, stdin="q\n").stderr
    assert "belong to none" in shown
