"""Birthdays: a plain date, or a day without its year as ISO 8601 once had it: ``--05-17``."""

from __future__ import annotations

from datetime import date

from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.patterns import re, regex
from funnelcli.values import dates, daytext

_WITHOUT_YEAR = regex(r"--(\d\d)-?(\d\d)", "a")
_DAY_MONTH = regex(r"(\d\d?)\. ?(\d\d?)\.?", "a")
_LEAP_YEAR = 2000


def without_year(text: str) -> str | None:
    """The day that ``text`` writes without a year, as numbers (``--05-17``, ``17.5.``); None for
    anything else."""
    word = text.strip()
    found = _WITHOUT_YEAR.fullmatch(word)
    month, day = found.groups() if found else ("", "")
    if not found:
        found = _DAY_MONTH.fullmatch(word)
        day, month = found.groups() if found else ("", "")
    try:
        return f"-{date(_LEAP_YEAR, int(month), int(day)):-%m-%d}" if found else None
    except ValueError:
        return None


def read_birthday(text: str) -> str:
    """The ISO date that ``text`` means (``17.5.1980``), or the day without a year (``17.5.``,
    ``17 May``, ``--05-17``). Of a year in two digits the last that has come is meant. Raises Usage
    for what is no day, and a day to come."""
    word = text.strip()
    without = without_year(word)
    if without is not None:
        return without
    from funnelcli.values.datereading import read_written

    found = read_written(word)
    if found is None:
        raise Usage(
            _("“{text}” is no birthday.").format(text=text),
            _("Write 1980-05-17 or 17.5.1980; without the year 17.5. or --05-17."),
        )
    year, month, number = found
    if year is None:
        return f"--{month:02}-{number:02}"
    day = date(year, month, number)
    today = dates.today()
    if day > today and not re.search(r"\d{4}", word):
        day = day.replace(year=day.year - 100)
    if day > today:
        raise Usage(_("{day} has not come yet.").format(day=daytext.day(day)), _("Check the year."))
    return day.isoformat()
