"""Calendar files (iCalendar, RFC 5545): steps and other days written, answers read.

Times are written in UTC, so that no clock change and no table of time zones can bend them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from funnelcli import __version__
from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.nouns.dated import Entry, summary
from funnelcli.nouns.types import CHANNELS, split
from funnelcli.plain import NamedTuple
from funnelcli.queries.calendar import HOST
from funnelcli.text import printed
from funnelcli.typed import TYPE_CHECKING, Any
from funnelcli.values import dates

if TYPE_CHECKING:
    from icalendar import Component

    from funnelcli.queries.calendar import CalendarStep

# What funnel said of a step, kept by calendars beside what their user made of it.
STATE = "X-FUNNEL-STATE"
_SOME_YEAR = 1604
# What the library raises for properties that are not what they should be; OSError for a time zone
# that is called like a folder of them ("Europe").
_UNREADABLE = (
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    IndexError,
    OverflowError,
    OSError,
)


# Writing ------------------------------------------------------------------------------------------


def write(entries: Iterable[CalendarStep | Entry]) -> str:
    """A calendar of steps and of other days, with a time of day as events. Without one a step, and
    what else can be ticked off, is a to-do, and the rest an event of the whole day. The same steps
    give the same file; UID, SEQUENCE and LAST-MODIFIED let a second file update the first."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", f"-//funnelcli//funnel {__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", "funnel")
    for entry in entries:
        made = _of_day(entry) if isinstance(entry, Entry) else _of_step(entry)
        calendar.add_component(made)
    return str(calendar.to_ical(sorted=False).decode("utf-8"))


def _of_step(step: CalendarStep) -> Component:
    from icalendar import Event, Todo

    assert step.due is not None
    made: Component = Todo() if step.starts is None else Event()
    made.add("uid", step.calendar_uid)
    # Without a METHOD the stamp is that of the last change (RFC 5545, 3.8.7.2).
    made.add("dtstamp", _utc(step.modified_at))
    made.add("last-modified", _utc(step.modified_at))
    made.add("created", _utc(min(step.created_at, step.modified_at)))
    made.add("sequence", step.sequence)
    made.add("summary", printed(summary(step.what, step.contact or step.deal)))
    if step.starts is None:
        _all_day_todo(made, step.due, _TODO_STATUS[step.status])
        if step.status == "done" and step.ended_at is not None:
            made.add("completed", _utc(step.ended_at))
    else:
        _timed(made, step.due, step.starts, step.minutes)
        made.add("status", "CANCELLED" if step.status == "dropped" else "CONFIRMED")
    if step.address:
        made.add("location", printed(step.address))
    made.add("description", printed(_description(step)))
    made.add("categories", [f"funnel {step.kind}"])
    made.add(STATE, step.state)
    return made


def _of_day(entry: Entry) -> Component:
    from icalendar import Event, Todo

    todo = entry.done is not None and entry.starts is None
    made: Component = Todo() if todo else Event()
    made.add("uid", f"{entry.uid}@{HOST}")
    made.add("dtstamp", _utc(dates.now()))
    made.add("summary", printed(entry.summary))
    if todo:
        _all_day_todo(made, entry.day, _TODO_STATUS["done" if entry.done else "open"])
    elif entry.starts is not None:
        _timed(made, entry.day, entry.starts, entry.minutes)
    else:
        _all_day(made, entry)
    if entry.text:
        made.add("description", entry.text)
    return made


def _all_day(made: Component, entry: Entry) -> None:
    # A day without its year is put into a leap year long ago, as address books do.
    text = entry.day if entry.day[:2] != "--" else f"{_SOME_YEAR}{entry.day[1:]}"
    day = date.fromisoformat(text)
    made.add("dtstart", day)
    made.add("transp", "TRANSPARENT")
    if entry.yearly:
        # In years without 29 February its day is the sixtieth too, 1 March.
        leap = {"byyearday": 60} if (day.month, day.day) == (2, 29) else {}
        made.add("rrule", {"freq": "yearly", **leap})


def _all_day_todo(made: Component, day: str, status: str) -> None:
    made.add("due", date.fromisoformat(day))
    made.add("status", status)
    if status == _TODO_STATUS["done"]:
        made.add("percent-complete", 100)


def _timed(made: Component, day: str, starts: str, minutes: int | None) -> None:
    start = dates.at_time(date.fromisoformat(day), time.fromisoformat(starts))
    made.add("dtstart", _utc(start))
    if minutes is not None:
        made.add("dtend", _utc(start + minutes * 60))


_TODO_STATUS = {"open": "NEEDS-ACTION", "done": "COMPLETED", "dropped": "CANCELLED"}


def _description(step: CalendarStep) -> str:
    # Who calls from the calendar sees there whether they may.
    consent = _("Consent: {channels}").format(
        channels=CHANNELS.names(split(step.consent)) or _("none on file")
    )
    phone = f"{step.phone} ({consent})" if step.phone else None
    lines = [step.deal, step.contact if step.deal else None, phone, step.outcome]
    return "\n".join([*filter(None, lines), f"funnel step show {step.id}"])


def _utc(instant: int) -> datetime:
    return datetime.fromtimestamp(instant, UTC)


# Reading ------------------------------------------------------------------------------------------


class Answer(NamedTuple):
    """An event or to-do of a calendar file. ``due`` is a plain date and ``starts`` a time of day
    in the user's zone, ``status`` open, done or dropped, ``state`` what funnel once said of it,
    ``problem`` why it cannot be used; instants are UTC seconds."""

    uid: str
    summary: str
    due: str | None = None
    starts: str | None = None
    minutes: int | None = None
    status: str = "open"
    ended_at: int | None = None
    modified_at: int | None = None
    state: str | None = None
    repeats: bool = False
    place: str = ""
    text: str = ""
    addresses: tuple[str, ...] = ()
    is_event: bool = False
    problem: str = ""

    @property
    def named(self) -> str:
        """What a person knows it by."""
        return self.summary or self.uid or "?"


def read(data: bytes) -> list[Answer]:
    """The events and to-dos of a calendar file. Raises Usage where it is none."""
    from icalendar import Calendar

    data = _text_of(data)
    if not data[:6].upper().startswith(b"BEGIN:"):
        raise _no_calendar()
    lines = data.upper().split()
    if lines.count(b"BEGIN:VCALENDAR") != lines.count(b"END:VCALENDAR"):
        raise _no_calendar(_("its end is missing"))
    import warnings

    with warnings.catch_warnings():
        # How it made out an odd time zone is nothing that the user could act on.
        warnings.simplefilter("ignore")
        try:
            calendars = Calendar.from_ical(data, multiple=True)
        except _UNREADABLE as error:
            raise _no_calendar(str(error)) from error
        return [_answer(item) for calendar in calendars for item in _items(calendar)]


def _text_of(data: bytes) -> bytes:
    """The file in UTF-8."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = data.decode("utf-16", "replace").encode()
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    try:
        data.decode()
    except UnicodeDecodeError:
        data = data.decode("cp1252", "replace").encode()
    return data


def only(data: bytes, places: Collection[int]) -> bytes:
    """A calendar file with those events and to-dos alone that stand at these places, as
    :func:`read` counts them, and what else it has: its name, its time zones."""
    from icalendar import Calendar

    place = -1

    def without_others(component: Any) -> None:
        nonlocal place
        kept = []
        for inner in component.subcomponents:
            if inner.name in ("VEVENT", "VTODO"):
                place += 1
                if place not in places:
                    continue
            else:
                without_others(inner)
            kept.append(inner)
        component.subcomponents[:] = kept

    calendars = Calendar.from_ical(_text_of(data), multiple=True)
    for calendar in calendars:
        without_others(calendar)
    return b"".join(calendar.to_ical() for calendar in calendars)


def _no_calendar(reason: str = "") -> Usage:
    text = _("This is no calendar file.")
    if reason:
        text = _("This calendar file cannot be read: {reason}.").format(
            reason=" ".join(reason.split())[:200].rstrip(".")
        )
    return Usage(text, _("It begins with BEGIN:VCALENDAR; export it from your calendar again."))


def _items(component: Any) -> Iterator[Any]:
    if component.name in ("VEVENT", "VTODO"):
        yield component
        return
    for inner in component.subcomponents:
        yield from _items(inner)


def _answer(component: Any) -> Answer:
    """What an event or to-do says; with its problem where that cannot be read."""
    uid, summary = _text(component, "UID"), _text(component, "SUMMARY")
    try:
        return _read(component, uid, summary)
    except _UNREADABLE as error:
        reason = " ".join(str(error).split())[:100] or type(error).__name__
        return Answer(uid, summary, problem=reason)


def _read(component: Any, uid: str, summary: str) -> Answer:
    is_event = component.name == "VEVENT"
    broken = [name for name, _error in component.errors if name in ("DUE", "DTSTART", "DTEND")]
    if broken:
        raise ValueError(_("{name} cannot be read").format(name=broken[0]))
    start, end = _when(component, "DTSTART"), _when(component, "DTEND" if is_event else "DUE")
    if end is None and start is not None and "DURATION" in component:
        end = start + _value(component, "DURATION", timedelta)
    moment = start if is_event else (end or start)
    due = starts = None
    if moment is not None:
        due, starts = _local(moment)
        if not is_event and starts == "00:00":
            # Calendars that know no day without a time put a to-do at its midnight.
            starts = None
    minutes = None
    if is_event and starts is not None and start is not None and end is not None:
        minutes = int((end - start).total_seconds()) // 60 or None
        if minutes is not None and minutes < 0:
            raise ValueError(_("it ends before it starts"))
    said = _text(component, "STATUS").upper()
    completed = _when(component, "COMPLETED")
    percent = _first(component, "PERCENT-COMPLETE")
    status = "open"
    if said == "CANCELLED":
        status = "dropped"
    elif said == "COMPLETED" or (not is_event and (completed or percent == 100)):
        status = "done"
    changed = _when(component, "LAST-MODIFIED") or _when(component, "DTSTAMP")
    people = [_first(component, "ORGANIZER"), *_every(component, "ATTENDEE")]
    return Answer(
        uid,
        summary,
        due,
        starts,
        minutes,
        status,
        _instant(completed) if completed else None,
        _instant(changed) if changed else None,
        _text(component, STATE) or None,
        bool(_every(component, "RRULE") or _first(component, "RECURRENCE-ID")),
        _text(component, "LOCATION"),
        _text(component, "DESCRIPTION"),
        tuple(str(who)[7:] for who in people if str(who)[:7].lower() == "mailto:"),
        is_event,
    )


def _every(component: Any, name: str) -> list[Any]:
    value = component.get(name)
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _first(component: Any, name: str) -> Any:
    return next(iter(_every(component, name)), None)


def _text(component: Any, name: str) -> str:
    value = _first(component, name)
    return "" if value is None else " ".join(str(value).split())


def _when(component: Any, name: str) -> Any:
    """The date or datetime of a property; None where it is missing."""
    return None if _first(component, name) is None else _value(component, name, date)


def _value(component: Any, name: str, kind: type) -> Any:
    """What a property holds. Raises ValueError where that is not of its kind."""
    try:
        found = _first(component, name).dt
    except _UNREADABLE:
        found = None
    if not isinstance(found, kind):
        raise ValueError(_("{name} cannot be read").format(name=name))
    return found


def _instant(moment: date) -> int:
    """UTC seconds; a time without a zone is the user's, a day its beginning."""
    if not isinstance(moment, datetime):
        return dates.day_start(moment)
    if moment.tzinfo is None:
        return dates.at_time(moment.date(), moment.time())
    return int(moment.timestamp())


def _local(moment: date) -> tuple[str, str | None]:
    """The day, and the time of day where there is one, in the user's zone."""
    if not isinstance(moment, datetime):
        return moment.isoformat(), None
    if moment.tzinfo is None:
        return moment.date().isoformat(), f"{moment:%H:%M}"
    local = dates.local(int(moment.timestamp()))
    return local.date().isoformat(), f"{local:%H:%M}"
