"""What people write for days, times and periods, against what it means; and the one rule for a day
without its year, against a plain statement of it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import Clock, Run
from funnelcli.actions.recognise import recognise
from funnelcli.errors import Usage
from funnelcli.values import dates, days
from funnelcli.values.datereading import read_moment, read_period
from funnelcli.values.days import AHEAD, BACK, NEAREST
from funnelcli.values.spans import in_words, read_span

DATA = tomllib.loads((Path(__file__).parent / "data" / "dates.toml").read_text(encoding="utf-8"))
PHRASES = {**DATA["en"], **DATA["de"]}
TUESDAY = date(2026, 11, 24)
PARTS = {"morning": 9, "forenoon": 10, "noon": 12, "afternoon": 14, "evening": 18}


def part(name: str) -> time:
    return time(PARTS[name])


def read(text: str, today: date, lean: int = AHEAD) -> str:
    """What is read, as the table has it."""
    try:
        found = read_moment(text, today, part, lean)
    except Usage:
        return "refused"
    if found is None:
        return "refused"
    return f"{found.day} {found.clock:%H:%M}" if found.clock else f"{found.day}"


def test_the_table_is_as_long_as_was_promised() -> None:
    assert len(DATA["en"]) >= 200
    assert len(DATA["de"]) >= 200
    assert len(DATA["notes"]["alone"]) >= 60


@pytest.mark.parametrize("text", PHRASES)
def test_a_phrase_on_each_day_of_the_table(text: str) -> None:
    found = [read(text, date.fromisoformat(day)) for day in DATA["days"]]
    assert found == PHRASES[text]


@pytest.mark.parametrize("text", PHRASES)
def test_a_note_takes_the_same_day_or_none(text: str) -> None:
    """A note is read like an option, but for what is too little in running text."""
    for day, answer in zip(DATA["days"], PHRASES[text], strict=True):
        steps = recognise(f"send the offer {text}", [], date.fromisoformat(day)).steps
        for step in steps:
            if step.due is not None:
                assert f"{step.due} {step.starts or ''}".strip() == answer


@pytest.mark.parametrize(
    ("note", "due"),
    [
        ("Versuch Nr. 3 am Freitag anrufen", "2026-11-27 None"),
        ("call again on friday, attempt no. 3", "2026-11-27 None"),
        ("Call #2 am Montag um 9 Uhr", "2026-11-30 09:00"),
        ("Freitag um 3 anrufen", "2026-11-27 15:00"),
    ],
)
def test_a_number_that_counts_is_no_hour(note: str, due: str) -> None:
    (step,) = recognise(note, [], TUESDAY).steps
    assert f"{step.due} {step.starts}" == due


@pytest.mark.parametrize("note", DATA["notes"]["alone"])
def test_what_could_mean_two_things_is_left_alone(note: str) -> None:
    found = recognise(note, [], TUESDAY)
    assert [step.due for step in found.steps if step.due] == []
    words = " ".join(step.what for step in found.steps)
    assert not found.steps or all(word in note for word in words.split())


@pytest.mark.parametrize("text", DATA["periods"])
def test_periods(text: str) -> None:
    span = read_period(text, TUESDAY, part, BACK)
    assert span is not None
    assert f"{span[0]}..{span[1] - timedelta(days=1)}" == DATA["periods"][text]


@pytest.mark.parametrize("text", DATA["intervals"])
def test_intervals(text: str) -> None:
    assert read_span(text) == DATA["intervals"][text]


@pytest.mark.parametrize("text", ["", "0d", "every", "alle", "often", "3", "1000w", "every monday"])
def test_what_is_no_interval(text: str) -> None:
    assert read_span(text) is None


@given(st.integers(1, 999), st.sampled_from("dwmqy"))
def test_an_interval_reads_back(count: int, unit: str) -> None:
    assert read_span(f"{count}{unit}") == f"{count}{unit}"
    assert read_span(in_words(f"{count}{unit}")) == f"{count}{unit}"


# The one rule


def every(month: int, day: int) -> list[date]:
    """All such days of the years around."""
    found = []
    for year in range(2016, 2040):
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    return found


RULES: dict[int, Callable[[list[date], date], date]] = {
    AHEAD: lambda all_, today: min(day for day in all_ if day >= today),
    BACK: lambda all_, today: max(day for day in all_ if day <= today),
    NEAREST: lambda all_, today: min(all_, key=lambda day: (abs(day - today), today - day)),
}


@pytest.mark.parametrize("lean", RULES)
def test_a_day_without_its_year_is_the_one_that_fits(lean: int) -> None:
    """On every day of two years, one of them a leap year."""
    for number in range(731):
        today = date(2027, 1, 1) + timedelta(days=number)
        wanted = {today + timedelta(days=away) for away in (-183, -182, -1, 0, 1, 182, 183, 184)}
        for day in {(day.month, day.day) for day in wanted} | {(2, 29), (12, 31), (1, 1)}:
            said = f"{day[1]}.{day[0]}."
            found = read_moment(said, today, part, lean)
            assert found is not None
            assert found.day == RULES[lean](every(*day), today), (said, today)


@pytest.mark.parametrize("lean", RULES)
def test_a_week_without_its_year_is_the_one_that_fits(lean: int) -> None:
    """On every day of two years: not over yet, begun already, or the nearest."""
    for number in range(731):
        today = date(2027, 1, 1) + timedelta(days=number)
        week = (today + timedelta(days=7 * (number % 50 - 25))).isocalendar().week
        mondays = [
            date.fromisocalendar(year, week, 1)
            for year in range(2016, 2040)
            if week <= date(year, 12, 28).isocalendar().week
        ]
        sundays = [monday + timedelta(days=6) for monday in mondays]
        if lean == AHEAD:
            right = next(m for m, s in zip(mondays, sundays, strict=True) if s >= today)
        elif lean == BACK:
            right = max(m for m in mondays if m <= today)
        else:
            right = min(
                mondays,
                key=lambda m, today=today: (
                    max(timedelta(), m - today, today - m - timedelta(days=6)),
                    today - m,
                ),
            )
        assert read_period(f"KW {week}", today, part, lean) == (right, right + timedelta(days=7))


@given(st.dates(date(1910, 1, 1), date(2190, 12, 31)), st.sampled_from([BACK, NEAREST, AHEAD]))
def test_what_is_written_with_its_year_never_moves(day: date, lean: int) -> None:
    for text in (f"{day}", f"{day.day}.{day.month}.{day.year}", f"{day:%A}, {day:%d %B %Y}"):
        found = read_moment(text, TUESDAY, part, lean)
        assert found == days.Moment(day, None)


# What is printed is read


@settings(deadline=None)  # the locale is loaded once
@given(st.dates(date(1901, 1, 1), date(2199, 12, 31)))
@pytest.mark.parametrize("locale", ["de_DE", "de_AT", "de_CH", "en_US", "en_GB", "en"])
def test_a_date_as_a_locale_writes_it_reads_back(locale: str, day: date) -> None:
    from babel.dates import format_date

    for form in ("medium", "long", "full"):
        assert read(str(format_date(day, form, locale=locale)), TUESDAY) == day.isoformat()


@given(st.integers(-13, 13))
def test_a_day_seen_from_today_reads_back(away: int) -> None:
    day = dates.today() + timedelta(days=away)
    words = dates.relative(day)
    assert dates.parse_date(words) == day
    assert dates.parse_date(f"{day} ({words})") == day


# In commands, at the turn of the year


@pytest.fixture
def seller(funnel: Run, clock: Clock) -> Run:
    """Somebody to sell to and a deal, at the end of a year."""
    clock.set("2026-12-01 09:00")
    funnel("contact add Petra")
    funnel("deal add Roof --contact petra --value 9000")
    clock.set("2026-12-28 09:00")
    return funnel


def values(found: Any) -> Iterator[Any]:
    """Everything that stands in JSON."""
    if isinstance(found, dict | list):
        for value in found.values() if isinstance(found, dict) else found:
            yield from values(value)
    else:
        yield found


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("next roof call --due 3.1.", "2027-01-03"),
        ('next roof call --due "Sonntag, 3.1."', "2027-01-03"),
        ('log petra "met, call on 3.1."', "2027-01-03"),
        ("deal edit roof --close 3.1.", "2027-01-03"),
        ("deal snooze roof --until 3.1.", "2027-01-03"),
        ("deal add Barn --contact petra --close 'Ende Januar'", "2027-01-31"),
        ("offer add roof --until 3.1.", "2027-01-03"),
        ("rate set hour 60 --from 3.1.", "2027-01-03"),
        ("rate set hour 60 --from 1.12.", "2026-12-01"),
        ("exchange set USD 0.9 --from 3.1.", "2027-01-03"),
        ("milestone add roof install --due 3.1.", "2027-01-03"),
        ("care score petra 9 --at 29.12.", None),
        ("care score petra 9 --at 27.12.", "2026-12-27"),
        ("target add 'KW 1' 10k", "2027-01-04"),
        ("effort add roof --duration 1h --at 24.12.", "2026-12-24"),
        ('visit add petra --at "24.12. 14 Uhr" --set goal=x', "2026-12-24"),
    ],
)
def test_commands_take_the_day_that_fits(seller: Run, line: str, day: str | None) -> None:
    if day is None:
        # The last 29 December is a year ago, and not to come.
        day = "2025-12-29"
    assert any(day in str(value) for value in values(seller(f"{line} --json").json)), line


def test_a_contract_runs_from_one_day_to_the_next(seller: Run) -> None:
    seller("win roof --starts 1.1. --ends 31.12. --signed-on 27.12. --notice 'drei Monate'")
    (contract,) = seller("contract list --json").json
    assert (contract["signed_on"], contract["starts_on"]) == ("2026-12-27", "2027-01-01")
    assert (contract["ends_on"], contract["cancel_by"]) == ("2027-12-31", "2027-09-30")


def test_a_callback_has_its_day_and_time(seller: Run) -> None:
    seller('call petra --outcome callback --callback "3.1. 10 Uhr"')
    seller('log petra "met" --next call --due 3.1.')
    found = [(step["due"], step["starts"]) for step in seller("step list --json").json]
    assert sorted(found, key=str) == [("2027-01-03", "10:00"), ("2027-01-03", None)]
    seller('call petra --outcome callback --callback "yesterday 10:00"', exit=2)
    seller('call petra --outcome callback --callback "8:00"', exit=2)


def test_lists_and_days_take_the_week_that_fits(seller: Run) -> None:
    seller("next roof call --due 3.1.")
    seller('next roof visit --due "4.1. 10 Uhr"')
    assert [row["day"] for row in seller("agenda 'KW 1' --json").json] == ["2027-01-04"]
    assert [row["day"] for row in seller("agenda 3.1. --json").json] == ["2027-01-03"]
    assert seller("route 4.1. --json").json["date"] == "2027-01-04"
    assert [row["due"] for row in seller("step list due:3.1. --json").json] == ["2027-01-03"]
    assert len(seller("step list 'due:bis 4.1.' --json").json) == 2
    assert len(seller("step list 'due:nach dem 3.1.' --json").json) == 1


def test_a_day_that_has_happened_is_of_the_old_year(seller: Run, clock: Clock) -> None:
    clock.set("2027-01-03 09:00")
    seller('log petra "met" --at 28.12.')
    assert seller("visit list --json").json[0]["happened_on"] == "2026-12-28"
    assert seller("visit list date:28.12. --json").json[0]["happened_on"] == "2026-12-28"
    assert seller("show --as-of 28.12. --json").exit_code == 0


def test_a_time_goes_into_the_step(seller: Run) -> None:
    seller('log petra "met" --next "call back" --due "morgen 10 Uhr"')
    seller('log petra "met, nächste Woche Dienstag um 14:30 Muster bringen"')
    seller('call petra --outcome reached --next visit --due "tomorrow afternoon"')
    found = seller("step list --json --sort id").json
    assert [(step["what"], step["due"], step["starts"]) for step in found] == [
        ("call back", "2026-12-29", "10:00"),
        ("Muster bringen", "2027-01-05", "14:30"),
        ("visit", "2026-12-29", "14:00"),
    ]


def test_the_parts_of_a_day_are_settings(seller: Run) -> None:
    seller("config set afternoon 15:30")
    seller('next roof visit --due "morgen Nachmittag"')
    assert seller("step list --json").json[0]["starts"] == "15:30"
    seller("config set afternoon lunchtime", exit=2)


def test_a_weekday_that_contradicts_its_date_is_refused_or_said(seller: Run) -> None:
    error = seller('next roof call --due "Montag, 3.1."', exit=2).stderr
    assert "2027-01-03 is a Sunday, no Monday" in error
    done = seller('log petra "met, call back Montag 3.1., dann Freitag Muster"')
    assert "2027-01-03 is a Sunday, no Monday" in done.stderr + done
    (step,) = [s for s in seller("step list --json").json if s["what"].startswith("call back")]
    assert step["due"] is None
