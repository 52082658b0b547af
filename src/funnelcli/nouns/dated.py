"""The days of a record as a calendar has them: what its entry says, and how it is known again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from funnelcli.i18n import _
from funnelcli.plain import NamedTuple
from funnelcli.typed import Any


class Dated(NamedTuple):
    """A day that a record has: a plain date, in the field ``day``.

    ``text``, an English message id, says what the day is for, with the record's attribute ``what``
    in braces; ``whom`` are attributes that name for whom. ``key`` tells it from other days of the
    record. ``starts`` and ``minutes`` are the fields of the time of day and the length; without
    them the entry is all-day. ``todo``: it can be ticked off, and is when the record is over;
    ``ahead``: it counts only until then. ``yearly``: the day comes back every year. ``show`` is the
    command that shows the record, ``id`` and ``public_id`` are the attributes of whose it is.
    """

    day: str
    text: str = "{what}"
    what: str = "name"
    whom: Sequence[str] = ("deal", "contact")
    key: str = ""
    starts: str = ""
    minutes: str = ""
    todo: bool = False
    ahead: bool = False
    yearly: bool = False
    show: str = ""
    id: str = "id"
    public_id: str = "public_id"


class Entry(NamedTuple):
    """An entry of a calendar. ``day`` is a plain date as ISO text, or --MM-DD where it is
    ``yearly``; ``starts`` a time of day as HH:MM in the user's zone, None for all day. ``done`` is
    None for what cannot be ticked off."""

    uid: str
    summary: str
    day: str
    starts: str | None = None
    minutes: int | None = None
    done: bool | None = None
    yearly: bool = False
    text: str = ""


def uid_of(public_id: str, key: str) -> str:
    """The part of an entry's UID before its host."""
    return f"{public_id}-{key}" if key else public_id


def summary(text: str, *whom: str | None) -> str:
    """What an entry is called: what is to be done or was, and for whom."""
    return " · ".join(filter(None, (" ".join(text.split()), *whom)))


def entries(days: Sequence[Dated], rows: Iterable[Any]) -> Iterator[Entry]:
    """The entries of records, as many as each has days."""
    for row in rows:
        for dated in days:
            found = getattr(row, dated.day)
            if found is None or (dated.ahead and row.over):
                continue
            said = _(dated.text).format(what=getattr(row, dated.what) or "")
            yield Entry(
                uid_of(getattr(row, dated.public_id), dated.key),
                summary(said, *(getattr(row, one) for one in dated.whom)),
                found,
                getattr(row, dated.starts) if dated.starts else None,
                getattr(row, dated.minutes) if dated.minutes else None,
                row.over if dated.todo else None,
                dated.yearly,
                f"funnel {dated.show} {getattr(row, dated.id)}" if dated.show else "",
            )
