"""The rows of a list of activities, as programs export them: calls, meetings, e-mails, tasks,
notes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time

from funnelcli.actions.importing import activity_words as words
from funnelcli.actions.importing.about import FIRST_YEAR, first_id, name_and_address, split
from funnelcli.actions.importing.fields import NoColumn, Plan, Read, matched
from funnelcli.actions.importing.links import Named
from funnelcli.actions.importing.moments import BadRowError, Moment, moment_of
from funnelcli.formats.columns import CellError, DateFormat, is_blank
from funnelcli.formats.page_text import without_tags
from funnelcli.formats.table import Row
from funnelcli.i18n import _
from funnelcli.patterns import regex
from funnelcli.typed import Any
from funnelcli.values import dates
from funnelcli.values.yesno import yes_or_no

ALIASES: Mapping[str, Sequence[str]] = {
    "type": (
        *(
            "activity type",
            "type",
            "engagement type",
            "task subtype",
            "event subtype",
            "art",
            "typ",
        ),
        *("aktivitätstyp", "aktivitätsart", "channel", "kanal", "activity", "aktivität"),
    ),
    "subject": (
        *("subject", "activity subject", "title", "task name", "summary", "betreff", "titel"),
        *("activity title", "what", "what is to be done", "name", "thema", "aktivität betreff"),
    ),
    "text": (
        *("notes", "note", "activity note", "description", "body", "comments", "full comments"),
        *("content", "text", "message", "notizen", "notiz", "beschreibung", "inhalt", "kommentar"),
        *("note body", "said", "bemerkung", "bemerkungen", "note content", "aktivität notiz"),
    ),
    "at": (
        *("activity date", "date", "start", "start date", "start time", "due date", "due"),
        *("activity due date", "from", "happened on", "datum", "fälligkeitsdatum", "fällig am"),
        *("beginn", "von", "termin", "fällig", "timestamp", "zeitpunkt", "aktivitätsdatum"),
    ),
    "time": ("time", "due time", "activity due time", "uhrzeit", "zeit", "fälligkeitszeit"),
    "ends": ("end", "end date", "end time", "to", "ende", "bis"),
    "duration": ("duration", "minutes", "activity duration", "length", "dauer", "minuten"),
    "seconds": (),
    "milliseconds": (),
    "done": (
        *("done", "status", "completed", "activity done", "is complete", "is closed", "closed"),
        *("state", "erledigt", "abgeschlossen", "aktivität erledigt", "task status"),
    ),
    # What this program's own lists say besides: the instant that a day without a time of day was
    # given, and whether the report was late.
    "instant": (),
    "late": (),
    "done_at": (
        *("done time", "completed at", "completed date", "activity marked as done time", "ended"),
        *("marked as done time", "closed time", "erledigt am", "abgeschlossen am"),
    ),
    "outcome": ("outcome", "result", "call result", "disposition", "ergebnis", "ausgang"),
    "task_type": ("task type", "hs task type", "aufgabentyp"),
    "place": ("location", "place", "ort", "activity location", "where"),
    "created": ("created", "created at", "create date", "created date", "add time", "erstellt am"),
    "deal_key": (
        *("deal id", "opportunity id", "associated deal ids", "associated deal id"),
        *("projekt id", "auftrags id", "deal key"),
    ),
    "contact_key": (
        *("contact id", "person id", "associated contact ids", "associated contact id", "lead id"),
        *("kontakt id", "kunden id", "contact key"),
    ),
    "organisation_key": (
        *("company id", "organization id", "account id", "associated company ids", "org id"),
        *("associated company id", "firmen id", "organisation id", "organisation key"),
    ),
    "related_key": (),
    "deal": (
        *("deal", "deal title", "deal name", "opportunity", "opportunity name", "associated deal"),
        *("projekt", "auftrag", "verkaufschance"),
    ),
    "contact": (
        *("contact", "contact name", "person", "person name", "associated contact", "name contact"),
        *("contact person", "kontakt", "kontaktperson", "ansprechpartner", "kunde", "customer"),
    ),
    "email": ("email", "e mail", "contact email", "person email"),
    "organisation": (
        *("organisation", "organization", "company", "account", "organization name", "firma"),
        *("company name", "account name", "associated company", "company / account"),
        *("unternehmen", "organisation name"),
    ),
}
FIELDS = tuple(ALIASES)
DATE_FIELDS = ("at", "instant", "ends", "done_at", "created")
_NAMING = (
    *("deal_key", "contact_key", "organisation_key", "related_key"),
    *("deal", "contact", "email", "organisation"),
)
_TIME = regex(r"\d{1,2}(?:[:.]\d{2}\b|\s*(?:[ap]\.?m|Uhr))", "i")
_CLOCK = regex(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})")
_PARTS = regex(r"(\d+(?:[.,]\d+)?)\s*(h|std|stunden?|hours?|m|min|minuten|minutes?|s|sec|sek)")
_TAG = regex(r"<[a-zA-Z/!][^>]*>|&(?:nbsp|amp|lt|gt|quot|#\d+);")


def plan(
    header: list[str], maps: Sequence[str], key: str | None = None, *, usual: str | None = None
) -> Plan:
    """Which column is which field; ``usual`` is the type of rows that name none. A time in a
    column of its own goes with its date.

    Raises Usage where nothing says what was done, or for whom.
    """
    made = matched(header, maps, ALIASES, key)
    if not {"type", "subject", "text"} & made.reads.keys():
        raise NoColumn(["subject"], made.untaken or header)
    if made.reads.keys().isdisjoint(_NAMING):
        raise NoColumn(["contact"], made.untaken or header)
    if "at" in made.reads and (clock := made.reads.pop("time", None)) is not None:
        made.reads["at"] = _with_time(made.reads["at"], clock)
    if usual is not None and "type" not in made.reads:
        made.reads["type"] = lambda _cells: usual
    return made


def _with_time(day: Read, clock: Read) -> Read:
    def read(cells: Sequence[str]) -> str:
        date, time = day(cells).strip(), clock(cells).strip()
        # A date that says its time says it better.
        return f"{date} {time}" if date and ":" not in date and _TIME.match(time) else date

    return read


@dataclass(slots=True)
class Entry:
    """A row: what was done or is to be done. ``table`` is visit, step or note; ``ended`` is done,
    dropped, missed or open; ``step_kind`` is what a step is that names its kind. Instants are UTC
    seconds."""

    line: int
    table: str
    type: str
    subject: str
    text: str
    at: Moment | None
    ended: str
    minutes: int | None = None
    done_at: Moment | None = None
    created: int | None = None
    outcome: str = ""
    place: str = ""
    step_kind: str = ""
    late: bool = False
    named: Named = field(default_factory=Named)
    key: str = ""
    sure: bool = True
    own: Sequence[Any] = ()


class Reader:
    """Reads rows. ``key`` reads the id of one; what has none is known by what it says; ``own``:
    texts stand as they were written, for it is a list of this program."""

    def __init__(
        self,
        made: Plan,
        formats: Mapping[str, DateFormat],
        key: Callable[[Sequence[str]], str] | None,
        *,
        own: bool = False,
    ) -> None:
        self._reads = made.reads
        self._as_written = own
        self._formats = formats
        self._key = key
        self.own = made.own
        self._today = dates.today().isoformat()

    def _text(self, name: str, cells: Sequence[str]) -> str:
        read = self._reads.get(name)
        text = read(cells).strip() if read is not None else ""
        return "" if is_blank(text) and not self._as_written else text

    def read(self, row: Row) -> Entry:
        """What a row says. Raises BadRowError with the reason."""
        cells = row.cells
        said = self._text("type", cells)
        kind = words.type_of(said) if said else words.NOTE if self._is_note() else words.TASK
        subject, text = self._text("subject", cells), self._text("text", cells)
        if not self._as_written:
            subject, text = " ".join(plain(subject).split()), plain(text).strip()
        if kind in (None, words.MESSAGE):
            subject = f"{said}: {subject}" if subject else said
        at, done_at = self._moment("at", cells), self._moment("done_at", cells)
        if at is not None and not at.timed:
            instant = self._moment("instant", cells)
            if instant is not None and instant.day == at.day:
                at = at._replace(at=instant.at)
        place, outcome = self._text("place", cells), self._text("outcome", cells)
        if kind == words.MEETING and place and words.is_on_screen(place):
            kind = words.VIDEO
        ended = self._ended(cells, kind, at, done_at, outcome)
        if not (subject or text) and kind in (None, words.NOTE, words.TASK, words.MESSAGE):
            raise BadRowError(_("it says nothing"))
        created = self._moment("created", cells)
        contact, address = name_and_address(self._text("contact", cells))
        task = words.type_of(self._text("task_type", cells)) or kind or ""
        entry = Entry(
            row.line,
            self._table(kind, ended),
            kind or words.NOTE,
            subject,
            text,
            at,
            ended,
            self._minutes(cells, at),
            done_at,
            None if created is None else created.at,
            outcome,
            place,
            words.STEPS.get(task, ""),
            yes_or_no(self._text("late", cells)) or False,
            Named(
                **{
                    name: first_id(self._text(name, cells))
                    for name in ("deal_key", "contact_key", "organisation_key", "related_key")
                },
                **{name: self._text(name, cells) for name in ("deal", "organisation")},
                contact=contact,
                email=first_id(self._text("email", cells)) or address,
                more_contacts=split(self._text("contact_key", cells))[1:],
            ),
        )
        if self.own is not None:
            entry.own = self.own.read(cells)
        entry.key = self._key(cells).strip() if self._key is not None else ""
        if not entry.key:
            entry.key = _fingerprint(entry)
        return entry

    def _is_note(self) -> bool:
        """Whether rows without a type are notes: they have a text, and no day by which."""
        return "subject" not in self._reads and "done" not in self._reads

    def _ended(
        self,
        cells: Sequence[str],
        kind: str | None,
        at: Moment | None,
        done_at: Moment | None,
        outcome: str,
    ) -> str:
        """Whether it is done, open, was dropped, or was tried in vain."""
        if kind == words.NOTE:
            return "done"
        stated = [words.end_of(text) for text in (self._text("done", cells), outcome)]
        for end in ("dropped", "missed"):
            if end in stated:
                return end
        if done_at is not None or stated[0] == "done":
            return "done"
        if stated[0] == "open":
            # A meeting that is called scheduled and lies behind was held, as far as anybody knows.
            over = at is not None and at.at <= dates.now() and "done" not in self._reads
            return "done" if over else "open"
        if kind == words.TASK or at is None:
            return "open" if kind == words.TASK else "done"
        return "done" if at.at <= dates.now() else "open"

    def _table(self, kind: str | None, ended: str) -> str:
        if kind == words.NOTE:
            return "note"
        if kind == words.TASK or ended in ("open", "dropped"):
            return "step"
        return "visit" if kind in words.CHANNELS else "note"

    def _minutes(self, cells: Sequence[str], at: Moment | None) -> int | None:
        for name, divisor in (("seconds", 60), ("milliseconds", 60_000)):
            text = self._text(name, cells)
            if text:
                try:
                    return round(float(text) / divisor) or None
                except ValueError:
                    return None
        text = self._text("duration", cells)
        if text:
            return _minutes(text)
        ends = self._moment("ends", cells)
        if ends is None or at is None or not (ends.timed and at.timed) or ends.at <= at.at:
            return None
        minutes = (ends.at - at.at) // 60
        return minutes if 0 < minutes <= 24 * 60 else None

    def _moment(self, name: str, cells: Sequence[str]) -> Moment | None:
        text = self._text(name, cells)
        if not text:
            return None
        try:
            day, clock, offset = self._formats[name].parse(text)
        except CellError as error:
            raise BadRowError(str(error).rstrip(".")) from None
        if day.year < FIRST_YEAR:
            raise BadRowError(_("the year of {cell} cannot be meant").format(cell=text))
        if clock is None and day.isoformat() > self._today:
            return Moment(dates.at_time(day, time.min), day.isoformat(), False)
        return moment_of(day, clock, offset)


def plain(text: str) -> str:
    """A text without the tags of a page."""
    return without_tags(text) if _TAG.search(text) else text


def _minutes(text: str) -> int | None:
    """A duration as programs write it: 30, 0:30, 00:30:00, 1h 20m; None for none."""
    clock = _CLOCK.fullmatch(text)
    if clock is not None:
        hours, minutes, seconds = clock.groups()
        if hours is None:
            hours, minutes, seconds = minutes, seconds, "0"
        return (int(hours) * 60 + int(minutes) + (int(seconds) >= 30)) or None
    try:
        return round(float(text.replace(",", "."))) or None
    except ValueError:
        pass
    total = 0.0
    for number, unit in _PARTS.findall(text.casefold()):
        value = float(number.replace(",", "."))
        total += value * 60 if unit[0] == "h" or unit.startswith("st") else value
        if unit.startswith("s") and not unit.startswith("st"):
            total += value / 60 - value
    return round(total) or None


def _fingerprint(entry: Entry) -> str:
    """An id of a row without one: what it says."""
    said = (entry.type, entry.subject, entry.text, entry.at and entry.at.at, str(entry.named))
    return "=" + hashlib.sha256(json.dumps(said).encode()).hexdigest()[:24]
