"""The instants that a file's days stand for."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from funnelcli.errors import FunnelError, Usage
from funnelcli.i18n import _
from funnelcli.plain import NamedTuple
from funnelcli.values import dates
from funnelcli.values.days import BACK

_NOON = time(12)
# Entries of a day without a time come a second after each other.
_ENTRIES_OF_A_DAY = 60


class BadRowError(Exception):
    """A row that cannot be taken; the message is the reason, in words."""

    @classmethod
    def of(cls, error: FunnelError) -> BadRowError:
        """For the reason of an error."""
        return cls(error.message.rstrip("."))


class SkippedRow(Exception):
    """A row in a stage that the user leaves out."""


class Moment(NamedTuple):
    """An instant in UTC seconds, its day in the user's zone, and whether the file says the time
    of day; where it does not, noon stands for the day."""

    at: int
    day: str
    timed: bool


def plain_moment(day: date) -> Moment:
    """The moment that stands for a day without a time: noon, so that differences of days are
    exact; the present instant for today, if noon is still to come."""
    return Moment(min(dates.at_time(day, _NOON), dates.now()), day.isoformat(), False)


def moment_of(day: date, clock: time | None, offset: int | None) -> Moment:
    """The moment that a cell says, as a column's format reads it: its day, the time of day where
    there is one, and the minutes that this is ahead of UTC where it says them, else it is the
    user's."""
    if clock is None:
        return plain_moment(day)
    if offset is None:
        return Moment(dates.at_time(day, clock), day.isoformat(), True)
    at = int((datetime.combine(day, clock, UTC) - timedelta(minutes=offset)).timestamp())
    return Moment(at, dates.local_date(at).isoformat(), True)


def stands_for_day(at: int) -> bool:
    """Whether the instant ``at`` is one that stands for its day: noon, or, where a day has
    several entries, a few seconds after it."""
    return 0 <= at - dates.at_time(dates.local_date(at), _NOON) < _ENTRIES_OF_A_DAY


def in_order(opened: Moment, closed: Moment) -> tuple[Moment, Moment]:
    """Both moments so that the close is not before the opening: within one day, the one whose
    time the file does not say gives way. Raises BadRowError for a close that is earlier."""
    if opened.at <= closed.at:
        return opened, closed
    if opened.day == closed.day and not opened.timed:
        return opened._replace(at=closed.at), closed
    if opened.day == closed.day and not closed.timed:
        return opened, closed._replace(at=opened.at)
    raise BadRowError(
        _("closed on {closed}, before it was opened on {opened}").format(
            closed=closed.day, opened=opened.day
        )
    )


def default_moment(text: str, option: str) -> Moment:
    """The moment that --opened-default or --closed-default names. Raises Usage for a day to
    come."""
    try:
        day = dates.parse_date(text, BACK)
    except FunnelError as error:
        raise Usage(f"{option}: {error.message}", error.hint) from error
    if day > dates.today():
        raise Usage(
            _("{option}: {day} has not come yet.").format(option=option, day=day.isoformat()),
            _("Give a day up to today."),
        )
    return plain_moment(day)
