"""What people type for days, times and periods, and what it means in their own zone."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnelcli import i18n
from funnelcli.errors import Usage
from funnelcli.values import dates

TUESDAY = date(2026, 11, 24)
ANY_DAY = st.dates(date(1901, 1, 1), date(2199, 12, 31))


def utc(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp())


@pytest.fixture(autouse=True)
def _tuesday_morning_in_berlin(monkeypatch):
    """24 November 2026, 08:30 in Berlin."""
    monkeypatch.setattr("funnelcli.values.dates.now", lambda: utc(2026, 11, 24, 7, 30))
    monkeypatch.setattr("funnelcli.values.dates._zone", None)
    monkeypatch.setattr("funnelcli.values.dates._zone_name", None)
    dates.set_zone("Europe/Berlin")


def at(monkeypatch, *parts: int) -> None:
    """Let the clock stand at a UTC time."""
    monkeypatch.setattr("funnelcli.values.dates.now", lambda: utc(*parts))


# The clock and the zone


def test_half_past_midnight_in_berlin_is_already_the_next_day(monkeypatch):
    at(monkeypatch, 2026, 11, 23, 23, 30)
    assert dates.today() == TUESDAY
    assert dates.parse_date("yesterday") == date(2026, 11, 23)
    assert dates.parse_period("today").instants == (
        utc(2026, 11, 23, 23),
        utc(2026, 11, 24, 23),
    )


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (TUESDAY, 24)],
)
def test_a_day_is_as_long_as_the_clock_change_makes_it(day, hours):
    start, end = dates.parse_period(day.isoformat()).instants
    assert end - start == hours * 3600
    assert dates.local_date(start) == day
    assert dates.local_date(start - 1) == day - timedelta(days=1)
    assert dates.local_date(end - 1) == day


def test_a_skipped_time_moves_forward_and_a_doubled_one_is_the_first():
    assert dates.local(dates.at_time(date(2026, 3, 29), time(2, 30))).time() == time(3, 30)
    assert dates.at_time(date(2026, 10, 25), time(2, 30)) == utc(2026, 10, 25, 0, 30)


def test_midnight_that_a_clock_change_skips_begins_the_day_an_hour_later():
    dates.set_zone("America/Sao_Paulo")
    start = dates.day_start(date(2018, 11, 4))
    assert dates.local(start).time() == time(1, 0)
    assert dates.local_date(start - 1) == date(2018, 11, 3)


@given(ANY_DAY)
def test_every_day_begins_where_the_one_before_ends(day):
    start = dates.day_start(day)
    assert dates.local_date(start) == day
    assert dates.local_date(start - 1) == day - timedelta(days=1)


@pytest.mark.parametrize("name", ["Mars/Base", "", "../etc/passwd", "Europe", "\0", "x" * 300])
def test_an_unknown_zone_is_refused_and_changes_nothing(name):
    with pytest.raises(Usage) as error:
        dates.set_zone(name)
    assert "Europe/Berlin" in error.value.hint
    assert dates.zone_name() == "Europe/Berlin"


def test_the_zone_of_the_system_is_named(monkeypatch):
    dates.set_zone(None)
    assert dates.zone() is None
    monkeypatch.setenv("TZ", ":America/New_York")
    assert dates.zone_name() == "America/New_York"
    monkeypatch.setenv("TZ", "CET-1CEST")
    assert dates.zone_name()


def test_the_zone_of_the_system_is_followed(monkeypatch):
    import time as clock

    dates.set_zone(None)
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "America/New_York")
        clock.tzset()
        try:
            assert dates.day_start(date(2026, 7, 1)) == utc(2026, 7, 1, 4)
            assert dates.local_date(utc(2026, 7, 1, 3)) == date(2026, 6, 30)
            assert dates.local(dates.at_time(date(2026, 3, 8), time(2, 30))).hour == 3
        finally:
            patch.undo()
            clock.tzset()


# Dates


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-24", "2026-11-24"),
        ("2026-3-5", "2026-03-05"),
        ("20260305", "2026-03-05"),
        ("2026/03/05", "2026-03-05"),
        ("24.11.2026", "2026-11-24"),
        ("1.2.26", "2026-02-01"),
        ("24. 11. 2026", "2026-11-24"),
        ("24.11.", "2026-11-24"),
        ("3.1", "2027-01-03"),
        ("31.12.", "2026-12-31"),
        ("11/24/2026", "2026-11-24"),
        ("24/11/2026", "2026-11-24"),
        ("24-11-2026", "2026-11-24"),
        ("5/5/2026", "2026-05-05"),
        ("24 Nov 2025", "2025-11-24"),
        ("Nov 24, 2025", "2025-11-24"),
        ("24. November", "2026-11-24"),
        ("3. März 2027", "2027-03-03"),
        ("3rd may", "2027-05-03"),
        ("today", "2026-11-24"),
        ("Heute", "2026-11-24"),
        ("yesterday", "2026-11-23"),
        ("gestern", "2026-11-23"),
        ("vorgestern", "2026-11-22"),
        ("TOMORROW", "2026-11-25"),
        ("morgen", "2026-11-25"),
        ("übermorgen", "2026-11-26"),
        ("uebermorgen", "2026-11-26"),
        ("ubermorgen", "2026-11-26"),
        ("mon", "2026-11-30"),
        ("Mo", "2026-11-30"),
        ("mo.", "2026-11-30"),
        ("tue", "2026-12-01"),
        ("Tuesday", "2026-12-01"),
        ("di", "2026-12-01"),
        ("wed", "2026-11-25"),
        ("mi", "2026-11-25"),
        ("do", "2026-11-26"),
        ("thurs", "2026-11-26"),
        ("fri", "2026-11-27"),
        ("freitag", "2026-11-27"),
        ("sa", "2026-11-28"),
        ("so", "2026-11-29"),
        ("sunday", "2026-11-29"),
        ("next mon", "2026-11-30"),
        ("next tue", "2026-12-01"),
        ("nächsten Montag", "2026-11-30"),
        ("naechster mo", "2026-11-30"),
        ("kommenden fr", "2026-11-27"),
        ("this tue", "2026-11-24"),
        ("last fri", "2026-11-20"),
        ("last tue", "2026-11-17"),
        ("letzten fr", "2026-11-20"),
        ("next week", "2026-11-30"),
        ("nächsten Monat", "2026-12-01"),
        ("+3d", "2026-11-27"),
        ("-2w", "2026-11-10"),
        ("−2w", "2026-11-10"),
        ("+1m", "2026-12-24"),
        ("+1q", "2027-02-24"),
        ("+1y", "2027-11-24"),
        ("+0d", "2026-11-24"),
        ("in 3 days", "2026-11-27"),
        ("in 3 Tagen", "2026-11-27"),
        ("in a week", "2026-12-01"),
        ("in einem Monat", "2026-12-24"),
        ("2 weeks ago", "2026-11-10"),
        ("vor zwei", None),
        ("vor 2 Wochen", "2026-11-10"),
        ("vor einer Woche", "2026-11-17"),
        ("eow", "2026-11-29"),
        ("eom", "2026-11-30"),
        ("Monatsende", "2026-11-30"),
        ("eoq", "2026-12-31"),
        ("eoy", "2026-12-31"),
        ("  fri  ", "2026-11-27"),
        ("", None),
        ("soon", None),
        ("3d", None),
        ("next", None),
        ("next day", None),
        ("14:30", None),
        ("31.2.2026", None),
        ("2026-02-29", None),
        ("2026-13-01", None),
        ("0.0.00", None),
        ("1899-12-31", None),
        ("2201-01-01", None),
        ("+99999y", None),
        ("-99999d", None),
        ("٣.٤.2026", None),
        ("2026-11-24\0", None),
    ],
)
def test_dates_as_people_write_them(text, day):
    if day is None:
        with pytest.raises(Usage) as error:
            dates.parse_date(text)
        assert error.value.hint
    else:
        assert dates.parse_date(text).isoformat() == day


def test_a_month_later_keeps_to_the_end_of_the_month(monkeypatch):
    at(monkeypatch, 2027, 1, 31, 12)
    assert dates.parse_date("+1m") == date(2027, 2, 28)
    assert dates.parse_date("+13m") == date(2028, 2, 29)


def test_a_slashed_date_with_two_readings_shows_both():
    with pytest.raises(Usage) as error:
        dates.parse_date("3/4/2026")
    assert "2026-03-04" in error.value.message
    assert "2026-04-03" in error.value.message
    assert "year first" in error.value.hint


def test_what_is_no_date_is_named_and_cut_short():
    with pytest.raises(Usage, match="“whenever” is not a date"):
        dates.parse_date("whenever")
    with pytest.raises(Usage) as error:
        dates.parse_date("x" * 10_000)
    assert len(error.value.message) < 80


WORDS = (
    "2026 11 24 31 99999 . .. / - + : T Z d w m y q in vor ago next last mo fr eom nov märz W12 Q3 "
    "today > < = , +02:00 uhr pm h min k € $ % ﷽ ½ ² \u202e \x00 \n"
)
FRAGMENTS = st.lists(st.sampled_from(WORDS.split(" ")), max_size=6)
ANY_TEXT = st.one_of(st.text(max_size=30), FRAGMENTS.map("".join), FRAGMENTS.map(" ".join))


@given(ANY_TEXT)
def test_no_text_makes_a_reader_fail_in_any_other_way(text):
    for reader in (
        dates.parse_date,
        dates.parse_when,
        dates.parse_period,
        dates.parse_range,
        dates.parse_time,
        dates.parse_duration,
    ):
        with suppress(Usage):
            reader(text)


@given(ANY_DAY)
def test_every_spelling_of_a_day_is_that_day(day):
    for spelling in ("%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%d %b %Y", "%b %d, %Y", "%d. %B %Y"):
        assert dates.parse_date(day.strftime(spelling)) == day


@given(st.integers(-2000, 2000))
def test_offsets_count_days(n):
    assert dates.parse_date(f"{n:+}d") == TUESDAY + timedelta(days=n)


@given(ANY_DAY, st.sampled_from(["mon", "di", "wednesday", "do", "fri", "samstag", "so"]))
def test_a_weekday_is_within_the_next_seven_days_and_the_last_one_a_week_before(day, name):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("funnelcli.values.dates.now", lambda: dates.at_time(day, time(0, 30)))
        ahead = dates.parse_date(name)
        assert 1 <= (ahead - day).days <= 7
        behind = dates.parse_date(f"last {name}")
        assert 1 <= (day - behind).days <= 7
        assert ahead.weekday() == behind.weekday()


# Instants


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("now", (2026, 11, 24, 7, 30)),
        ("jetzt", (2026, 11, 24, 7, 30)),
        ("today", (2026, 11, 24, 7, 30)),
        ("2026-11-24", (2026, 11, 24, 7, 30)),
        ("yesterday", (2026, 11, 23, 11)),
        ("2026-07-01", (2026, 7, 1, 10)),
        ("2026-09-01 14:30", (2026, 9, 1, 12, 30)),
        ("2026-09-01T14:30", (2026, 9, 1, 12, 30)),
        ("2026-09-01T14:30:15", (2026, 9, 1, 12, 30, 15)),
        ("24.11.2026 9:15", (2026, 11, 24, 8, 15)),
        ("yesterday 15:00", (2026, 11, 23, 14)),
        ("yesterday at 3 pm", (2026, 11, 23, 14)),
        ("gestern um 15 Uhr", (2026, 11, 23, 14)),
        ("gestern, 15.30 Uhr", (2026, 11, 23, 14, 30)),
        ("14:30", (2026, 11, 24, 13, 30)),
        ("2026-09-01T14:30:00Z", (2026, 9, 1, 14, 30)),
        ("2026-09-01 14:30:00.900+02:00", (2026, 9, 1, 12, 30)),
        ("2026-09-01T14:30-05:00", (2026, 9, 1, 19, 30)),
        ("2026-03-29 02:30", (2026, 3, 29, 1, 30)),
        ("2026-10-25 02:30", (2026, 10, 25, 0, 30)),
        ("25:10", None),
        ("yesterday 24:00", None),
        ("2026-02-30 10:00", None),
        ("2026-13-01T00:00:00Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("in 3 h", None),
        ("sometime 10:00", None),
    ],
)
def test_instants_as_people_write_them(text, instant):
    if instant is None:
        with pytest.raises(Usage):
            dates.parse_when(text)
    else:
        assert dates.parse_when(text) == utc(*instant)


def test_two_moves_dated_to_one_day_keep_their_order():
    first = dates.parse_when("2026-11-20")
    second = dates.parse_when("2026-11-20", after=first)
    assert second == first + 1
    evening = utc(2026, 11, 20, 21)
    assert dates.parse_when("2026-11-20", after=evening) == evening + 1
    assert dates.parse_when("2026-11-20", after=utc(2026, 11, 20, 7)) == first


def test_a_date_before_the_last_day_recorded_is_left_for_the_rule_to_refuse():
    after = utc(2026, 11, 21, 9)
    assert dates.parse_when("2026-11-20", after=after) == utc(2026, 11, 20, 11)
    assert dates.parse_when("2026-11-20 10:00", after=utc(2026, 11, 20, 15)) == utc(2026, 11, 20, 9)
    last_second = utc(2026, 11, 20, 22, 59, 59)
    assert dates.parse_when("2026-11-20", after=last_second) == utc(2026, 11, 20, 11)


def test_the_future_begins_after_a_minute_of_grace():
    assert not dates.is_future(dates.now() + 60)
    assert dates.is_future(dates.now() + 61)


@given(st.integers(0, 4_000_000_000))
def test_an_instant_reads_back_as_itself(instant):
    text = dates.iso_instant(instant)
    assert text.endswith("Z")
    assert dates.parse_when(text) == instant
    assert dates.parse_when(dates.local(instant).isoformat()) == instant


# Periods and ranges


@pytest.mark.parametrize(
    ("text", "start", "end", "label", "before"),
    [
        ("2026", "2026-01-01", "2027-01-01", "2026", "2025"),
        ("2026-03", "2026-03-01", "2026-04-01", "2026-03", "2026-02"),
        ("2026-12", "2026-12-01", "2027-01-01", "2026-12", "2026-11"),
        ("03/2026", "2026-03-01", "2026-04-01", "2026-03", "2026-02"),
        ("2026-Q1", "2026-01-01", "2026-04-01", "2026-Q1", "2025-Q4"),
        ("2026q4", "2026-10-01", "2027-01-01", "2026-Q4", "2026-Q3"),
        ("2026-W12", "2026-03-16", "2026-03-23", "2026-W12", "2026-W11"),
        ("2026-KW12", "2026-03-16", "2026-03-23", "2026-W12", "2026-W11"),
        ("KW 12/2025", "2025-03-17", "2025-03-24", "2025-W12", "2025-W11"),
        ("kw 12", "2026-03-16", "2026-03-23", "2026-W12", "2026-W11"),
        ("w1", "2025-12-29", "2026-01-05", "2026-W01", "2025-W52"),
        ("q3", "2026-07-01", "2026-10-01", "2026-Q3", "2026-Q2"),
        ("Q1/2025", "2025-01-01", "2025-04-01", "2025-Q1", "2024-Q4"),
        ("Q4 2025", "2025-10-01", "2026-01-01", "2025-Q4", "2025-Q3"),
        ("2026-W53", "2026-12-28", "2027-01-04", "2026-W53", "2026-W52"),
        ("2026-03-05", "2026-03-05", "2026-03-06", "2026-03-05", "2026-03-04"),
        ("this-month", "2026-11-01", "2026-12-01", "2026-11", "2026-10"),
        ("This Month", "2026-11-01", "2026-12-01", "2026-11", "2026-10"),
        ("last-month", "2026-10-01", "2026-11-01", "2026-10", "2026-09"),
        ("dieser-monat", "2026-11-01", "2026-12-01", "2026-11", "2026-10"),
        ("letzter-monat", "2026-10-01", "2026-11-01", "2026-10", "2026-09"),
        ("letzten Monat", "2026-10-01", "2026-11-01", "2026-10", "2026-09"),
        ("this-quarter", "2026-10-01", "2027-01-01", "2026-Q4", "2026-Q3"),
        ("dieses-quartal", "2026-10-01", "2027-01-01", "2026-Q4", "2026-Q3"),
        ("last-quarter", "2026-07-01", "2026-10-01", "2026-Q3", "2026-Q2"),
        ("letztes-quartal", "2026-07-01", "2026-10-01", "2026-Q3", "2026-Q2"),
        ("this-year", "2026-01-01", "2027-01-01", "2026", "2025"),
        ("dieses-jahr", "2026-01-01", "2027-01-01", "2026", "2025"),
        ("last-year", "2025-01-01", "2026-01-01", "2025", "2024"),
        ("letztes-jahr", "2025-01-01", "2026-01-01", "2025", "2024"),
        ("this-week", "2026-11-23", "2026-11-30", "2026-W48", "2026-W47"),
        ("diese-woche", "2026-11-23", "2026-11-30", "2026-W48", "2026-W47"),
        ("last-week", "2026-11-16", "2026-11-23", "2026-W47", "2026-W46"),
        ("letzte-woche", "2026-11-16", "2026-11-23", "2026-W47", "2026-W46"),
        ("next-quarter", "2027-01-01", "2027-04-01", "2027-Q1", "2026-Q4"),
        ("today", "2026-11-24", "2026-11-25", "2026-11-24", "2026-11-23"),
        ("gestern", "2026-11-23", "2026-11-24", "2026-11-23", "2026-11-22"),
        (
            "-90d",
            "2026-08-27",
            "2026-11-25",
            "2026-08-27..2026-11-24",
            "2026-05-29..2026-08-26",
        ),
        ("-1d", "2026-11-24", "2026-11-25", "2026-11-24", "2026-11-23"),
        ("+7d", "2026-11-24", "2026-12-01", "2026-11-24..2026-11-30", "2026-11-17..2026-11-23"),
        ("2026-01..2026-03", "2026-01-01", "2026-04-01", "2026-Q1", "2025-Q4"),
        ("2026-01..2026-02", "2026-01-01", "2026-03-01", "2026-01..2026-02", "2025-11..2025-12"),
        ("2024..2025", "2024-01-01", "2026-01-01", "2024..2025", "2022..2023"),
        ("-30d..today", "2026-10-25", "2026-11-25", "2026-10-25..2026-11-24", None),
        ("2026-Q4 .. eow", "2026-10-01", "2026-11-30", "2026-10-01..2026-11-29", None),
    ],
)
def test_periods_as_people_write_them(text, start, end, label, before):
    period = dates.parse_period(text)
    assert (str(period.start), str(period.end), period.label) == (start, end, label)
    assert dates.parse_period(period.label) == period
    assert period.previous().end == period.start
    if before:
        assert period.previous().label == before


@pytest.mark.parametrize(
    "text",
    [
        *("", "..", "2026-01..", "..2026-01", "2026-03..2026-01", "2026-Q5", "2026-W54"),
        *("q5", "q0/2026", "kw54", "q3/26", "kw"),
        *("2025-W53", "2026-13", "1800", "2300", "-0d", "next-nothing", "a..b", "1..2..3", "9999"),
    ],
)
def test_what_is_no_period_is_refused(text):
    with pytest.raises(Usage) as error:
        dates.parse_period(text)
    assert error.value.hint


@given(st.integers(1901, 2199))
def test_a_year_is_its_quarters_is_its_months(year):
    whole = dates.parse_period(f"{year}")
    for parts in (
        [dates.parse_period(f"{year}-Q{n}") for n in range(1, 5)],
        [dates.parse_period(f"{year}-{n:02}") for n in range(1, 13)],
    ):
        assert parts[0].instants[0] == whole.instants[0]
        assert parts[-1].instants[1] == whole.instants[1]
        for earlier, later in pairwise(parts):
            assert earlier.instants[1] == later.instants[0]
            assert later.previous() == earlier


@given(ANY_DAY, ANY_DAY)
def test_the_label_of_a_period_reads_back_and_the_one_before_meets_it(one, other):
    first, last = sorted((one, other))
    period = dates.parse_period(f"{first}..{last}")
    assert (period.start, period.end) == (first, last + timedelta(days=1))
    assert dates.parse_period(period.label) == period
    assert period.previous().end == period.start


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("..fri", None, "2026-11-28"),
        ("2026-01..", "2026-01-01", None),
        ("2026-03", "2026-03-01", "2026-04-01"),
        ("fri", "2026-11-27", "2026-11-28"),
        ("2026-01..2026-03", "2026-01-01", "2026-04-01"),
        (">2026-01-01", "2026-01-02", None),
        (">= 2026-01-01", "2026-01-01", None),
        (">2026-03", "2026-04-01", None),
        ("<eom", None, "2026-11-30"),
        ("<=eom", None, "2026-12-01"),
        ("<2026", None, "2026-01-01"),
        ("..+7d", None, "2026-12-02"),
        (">-30d", "2026-10-26", None),
        ("-30d", "2026-10-26", "2026-11-25"),
        ("+7d", "2026-11-24", "2026-12-01"),
    ],
)
def test_ranges_as_people_write_them(text, start, end):
    found = dates.parse_range(text)
    assert [str(day) if day else None for day in found] == [start, end]


@pytest.mark.parametrize("text", ["..", "", ">", "<=", "fri..mon..", "eom..yesterday", "vip"])
def test_what_is_no_range_is_refused(text):
    with pytest.raises(Usage):
        dates.parse_range(text)


# For people


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (0, "today"),
        (1, "tomorrow"),
        (-1, "yesterday"),
        (3, "in 3 days"),
        (-13, "13 days ago"),
        (-14, "2 weeks ago"),
        (20, "in 2 weeks"),
        (59, "in 8 weeks"),
        (-60, "1 month ago"),
        (-62, "2 months ago"),
        (400, "in 13 months"),
        (-731, "2 years ago"),
    ],
)
def test_days_seen_from_today(offset, words):
    assert dates.relative(TUESDAY + timedelta(days=offset)) == words


def test_days_seen_from_today_in_the_language_spoken(monkeypatch):
    said = {"today": ["heute"], "{n} week ago": ["vor {n} Woche", "vor {n} Wochen"]}

    class German:
        def forms(self, message):
            return said.get(message, [])

    monkeypatch.setattr(i18n, "_language", "de")
    monkeypatch.setattr(i18n, "_catalogue", lambda language: German())
    assert dates.relative(TUESDAY) == "heute"
    assert dates.relative(TUESDAY - timedelta(days=15)) == "vor 2 Wochen"


@given(ANY_DAY, st.integers(0, 5000))
def test_a_later_day_never_looks_nearer(base, n):
    """Further ahead never reads as a smaller unit or a smaller number of the same."""
    units = ("today", "tomorrow", "day", "week", "month", "year")

    def size(words: str) -> tuple[int, int]:
        _in, number, unit = words.split() if words.startswith("in ") else ("", "0", words)
        return units.index(unit.removesuffix("s")), int(number)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("funnelcli.values.dates.now", lambda: dates.at_time(base, time(12)))
        near = dates.relative(base + timedelta(days=n))
        far = dates.relative(base + timedelta(days=n + 1))
    assert size(near) <= size(far)


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("14:30", time(14, 30)),
        ("9:15", time(9, 15)),
        ("9", time(9)),
        ("2:30 pm", time(14, 30)),
        ("12am", time(0)),
        ("12 p.m.", time(12)),
        ("14 Uhr", time(14)),
        ("14.30 Uhr", time(14, 30)),
        ("23:59:59", time(23, 59, 59)),
        ("24:00", None),
        ("13 pm", None),
        ("0 am", None),
        ("9:5", None),
        ("noonish", None),
    ],
)
def test_times_as_people_write_them(text, clock):
    if clock is None:
        with pytest.raises(Usage):
            dates.parse_time(text)
    else:
        assert dates.parse_time(text) == clock


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("90", 90),
        ("0", 0),
        ("45m", 45),
        ("45 Min.", 45),
        ("1h", 60),
        ("1h30", 90),
        ("1h5", 65),
        ("1 h 30 min", 90),
        ("1:30", 90),
        ("1.5h", 90),
        ("1,5 Std", 90),
        ("2 Stunden", 120),
        ("0.33 h", 20),
        ("0.125h", 8),
        ("1:5", None),
        ("1:75", None),
        ("1.5", None),
        ("-5", None),
        ("", None),
        ("an hour", None),
        ("9" * 20, None),
    ],
)
def test_durations_as_people_write_them(text, minutes):
    if minutes is None:
        with pytest.raises(Usage):
            dates.parse_duration(text)
    else:
        assert dates.parse_duration(text) == minutes


@given(st.integers(0, 59_999))
def test_a_duration_reads_back_as_itself(minutes):
    assert dates.parse_duration(dates.format_duration(minutes)) == minutes


def test_durations_for_people():
    assert [dates.format_duration(n) for n in (0, 45, 60, 95, -90)] == [
        "0 min",
        "45 min",
        "1 h",
        "1 h 35 min",
        "-1 h 30 min",
    ]


def test_reading_loads_no_zone_database_and_no_babel():
    import subprocess
    import sys

    code = (
        "import sys; from funnelcli.values import dates, money; dates.parse_period('-90d');"
        "money.format_money(1, 'EUR', 'de_DE');"
        "print([m for m in ('zoneinfo', 'babel', 'decimal') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
