"""Days as people read them: against Babel, and read back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from babel import localedata
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import Clock
from funnelcli import i18n
from funnelcli.values import dates, daytext, reader

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@pytest.fixture(autouse=True)
def _nobody_reads(clock: Clock) -> Iterator[None]:
    dates.set_zone("Europe/Berlin")
    yield
    reader.use(lambda: None)
    dates.set_zone(None)
    i18n.use("en")


def read_by(locale: str, *, now: bool = True) -> None:
    reader.use(lambda: reader.Reading(locale, now))


@pytest.mark.parametrize(
    "locale", ["en_US", "en_GB", "de_DE", "de_AT", "de_CH", "de_LI", "de_LU", "en", "de", "C"]
)
@given(DAYS)
@settings(max_examples=60, deadline=None)
def test_the_usual_locales_are_written_as_babel_writes_them(locale: str, day: date) -> None:
    read_by(locale)
    theirs = "en_US" if locale == "C" else locale
    assert daytext.day(day) == format_date(day, "medium", locale=theirs)
    assert daytext.day(day.isoformat()) == daytext.day(day)


@given(st.sampled_from(sorted(localedata.locale_identifiers())), DAYS, st.booleans())
@settings(max_examples=200, deadline=None)
def test_what_is_written_is_read_back_in_every_locale(locale: str, day: date, now: bool) -> None:
    read_by(locale, now=now)
    assert dates.parse_date(daytext.day(day)) == day


@pytest.mark.parametrize("locale", ["en_US", "en_GB", "de_DE"])
@pytest.mark.parametrize("off", [*range(-20, 60), -400, 400])
def test_an_appointment_is_read_back(locale: str, off: int) -> None:
    read_by(locale)
    day = date.fromordinal(dates.today().toordinal() + off)
    assert dates.parse_date(daytext.near(day)) == day


@pytest.mark.parametrize(
    ("locale", "day", "near", "moment"),
    [
        ("de_DE", "05.01.2027", "Mo 30.11.", "24.11.2026 09:00"),
        ("en_US", "Jan 5, 2027", "Mon Nov 30", "Nov 24, 2026 09:00"),
        ("en_GB", "5 Jan 2027", "Mon 30 Nov", "24 Nov 2026 09:00"),
    ],
)
def test_days_on_a_screen(locale: str, day: str, near: str, moment: str) -> None:
    read_by(locale)
    assert daytext.day("2027-01-05") == day
    assert daytext.near("2027-01-05") == f"{'Di' if locale == 'de_DE' else 'Tue'} {day}"
    assert daytext.near("2026-11-30") == near
    assert daytext.moment(dates.now()) == moment
    assert daytext.beside("2027-01-05") == f"{day} (in 6 weeks)"
    read_by(locale, now=False)
    assert daytext.near("2026-11-30") == daytext.day("2026-11-30")
    assert daytext.beside("2027-01-05") == day


def test_a_near_day_of_another_year_has_its_year(clock: Clock) -> None:
    read_by("de_DE")
    clock.set("2026-12-28 09:00")
    assert daytext.near("2027-01-02") == "Sa 02.01.2027"
    assert daytext.near("2026-12-31") == "Do 31.12."


def test_programs_read_iso() -> None:
    assert daytext.day("2027-01-05") == daytext.beside("2027-01-05") == "2027-01-05"
    assert daytext.near(date(2026, 11, 25)) == "2026-11-25"
    assert daytext.moment(dates.now()) == "2026-11-24 09:00"
    assert daytext.period("2026-W12") == "2026-W12"


@pytest.mark.parametrize(
    ("label", "english", "german"),
    [
        ("2026", "2026", "2026"),
        ("2026-11", "11/2026", "11/2026"),
        ("2026-Q3", "Q3/2026", "Q3/2026"),
        ("2026-W07", "W7/2026", "KW 7/2026"),
        ("2026-02-03", "Feb 3, 2026", "03.02.2026"),
        ("2026-01..2026-03", "01/2026 – 03/2026", "01/2026 – 03/2026"),
        ("2025-11-29..2026-11-28", "Nov 29, 2025 – Nov 28, 2026", "29.11.2025 – 28.11.2026"),
        ("all time", "all time", "all time"),
    ],
)
def test_periods(label: str, english: str, german: str) -> None:
    for language, locale, wanted in (("en", "en_US", english), ("de", "de_DE", german)):
        i18n.use(language)
        read_by(locale)
        assert daytext.period(label) == wanted
