"""Importing activities: calls, meetings and e-mails become visits, what is to be done becomes next
steps, notes become notes, each with its time, on its deal or contact."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from funnelcli.actions import calls, notes, steps, visits
from funnelcli.actions.importing import activity_words as words
from funnelcli.actions.importing.about import FIRST_YEAR, first_id
from funnelcli.actions.importing.fields import Plan, Read, matched
from funnelcli.actions.importing.links import Links, Named
from funnelcli.actions.importing.moments import BadRowError, Moment, plain_moment
from funnelcli.actions.importing.presets import OWN
from funnelcli.errors import FunnelError, Usage
from funnelcli.formats.columns import CellError, DateFormat, is_blank
from funnelcli.formats.notes import without_tags
from funnelcli.formats.table import Row
from funnelcli.i18n import _, ngettext
from funnelcli.text import same_name
from funnelcli.values import dates

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
        *("projekt id", "auftrags id"),
    ),
    "contact_key": (
        *("contact id", "person id", "associated contact ids", "associated contact id", "lead id"),
        *("kontakt id", "kunden id"),
    ),
    "organisation_key": (
        *("company id", "organization id", "account id", "associated company ids", "org id"),
        *("associated company id", "firmen id", "organisation id"),
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
DATE_FIELDS = ("at", "ends", "done_at", "created")
_NAMING = (
    *("deal_key", "contact_key", "organisation_key", "related_key"),
    *("deal", "contact", "email", "organisation"),
)
_TABLES = ("visit", "step", "note")
_TIME = re.compile(r"\d{1,2}(?:[:.]\d{2}\b|\s*(?:[ap]\.?m|Uhr))", re.IGNORECASE)
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})")
_PARTS = re.compile(r"(\d+(?:[.,]\d+)?)\s*(h|std|stunden?|hours?|m|min|minuten|minutes?|s|sec|sek)")
_TAG = re.compile(r"<[a-zA-Z/!][^>]*>|&(?:nbsp|amp|lt|gt|quot|#\d+);")
_TITLE = 60


def plan(
    header: list[str], maps: Sequence[str], key: str | None = None, *, usual: str | None = None
) -> Plan:
    """Which column is which field; ``usual`` is the type of rows that name none. A time in a
    column of its own goes with its date.

    Raises Usage where nothing says what was done, or for whom.
    """
    made = matched(header, maps, ALIASES, key)
    if not {"type", "subject", "text"} & made.reads.keys():
        raise _missing("subject", header)
    if made.reads.keys().isdisjoint(_NAMING):
        raise _missing("contact", header)
    if "at" in made.reads and (clock := made.reads.pop("time", None)) is not None:
        made.reads["at"] = _with_time(made.reads["at"], clock)
    if usual is not None and "type" not in made.reads:
        made.reads["type"] = lambda _cells: usual
    return made


def _missing(name: str, header: list[str]) -> Usage:
    return Usage(
        _("No column of this file is the field {name}.").format(name=name),
        _('Say which: --map {name}="{column}"').format(name=name, column=header[0]),
    )


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
    named: Named = field(default_factory=Named)
    key: str = ""
    sure: bool = True


class Reader:
    """Reads rows. ``key`` reads the id of one; ``usual`` is what is done where a row names no type
    that is known: a task of a list of steps."""

    def __init__(
        self,
        made: Plan,
        formats: Mapping[str, DateFormat],
        key: Callable[[Sequence[str]], str] | None,
    ) -> None:
        self._reads = made.reads
        self._formats = formats
        self._key = key
        self._today = dates.today().isoformat()

    def _text(self, name: str, cells: Sequence[str]) -> str:
        read = self._reads.get(name)
        text = read(cells).strip() if read is not None else ""
        return "" if is_blank(text) else text

    def read(self, row: Row) -> Entry:
        """What a row says. Raises BadRowError with the reason."""
        cells = row.cells
        said = self._text("type", cells)
        kind = words.type_of(said) if said else words.NOTE if self._is_note() else words.TASK
        subject = " ".join(plain(self._text("subject", cells)).split())
        text = plain(self._text("text", cells)).strip()
        if kind in (None, words.MESSAGE):
            subject = f"{said}: {subject}" if subject else said
        at, done_at = self._moment("at", cells), self._moment("done_at", cells)
        place, outcome = self._text("place", cells), self._text("outcome", cells)
        if kind == words.MEETING and place and words.is_on_screen(place):
            kind = words.VIDEO
        ended = self._ended(cells, kind, at, done_at, outcome)
        if not (subject or text) and kind in (None, words.NOTE, words.TASK, words.MESSAGE):
            raise BadRowError(_("it says nothing"))
        created = self._moment("created", cells)
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
            Named(
                **{
                    name: first_id(self._text(name, cells))
                    for name in ("deal_key", "contact_key", "organisation_key", "related_key")
                },
                **{name: self._text(name, cells) for name in ("deal", "contact", "organisation")},
                email=first_id(self._text("email", cells)),
            ),
        )
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
        if clock is None:
            if day.isoformat() > self._today:
                return Moment(dates.at_time(day, datetime.min.time()), day.isoformat(), False)
            return plain_moment(day)
        if offset is None:
            return Moment(dates.at_time(day, clock), day.isoformat(), True)
        at = int((datetime.combine(day, clock, UTC) - timedelta(minutes=offset)).timestamp())
        return Moment(at, dates.local_date(at).isoformat(), True)


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


class OnFile(NamedTuple):
    """What is on file under an id: the rows of the three tables, None where there is none."""

    visit: int | None = None
    step: int | None = None
    note: int | None = None


class Importer:
    """An import of activities under way. ``made`` counts what was added by what it became."""

    def __init__(
        self, conn: sqlite3.Connection, reader: Reader, origin: str, *, sure: bool = True
    ) -> None:
        self.added = self.updated = self.unchanged = 0
        self.made: Counter[str] = Counter()
        self.left = 0
        self._conn = conn
        self._reader = reader
        self._origin = origin
        self._sure = sure
        self._links = Links(conn, origin)
        self._seen: dict[str, int] = {}

    def take(self, batch: Sequence[Row]) -> list[tuple[Row, str]]:
        """Write a batch of rows; those that are not kept, with the reasons."""
        bad = [(row, row.problem) for row in batch if row.problem]
        good: list[tuple[Row, Entry]] = []
        for row in batch:
            if row.problem:
                continue
            try:
                good.append((row, self._reader.read(row)))
            except BadRowError as error:
                bad.append((row, str(error)))
        self._links.load([entry.named for _row, entry in good])
        found = self._on_file([entry.key for _row, entry in good])
        for row, entry in good:
            try:
                self._one(entry, found.get(entry.key, OnFile()))
            except BadRowError as error:
                bad.append((row, str(error)))
            except FunnelError as error:
                bad.append((row, error.message.rstrip(".")))
        return bad

    def finish(self) -> dict[int, str]:
        """Nothing is left to do at the end."""
        return {}

    def lines(self) -> list[str]:
        """What the new ones have become."""
        return made_of(self.made)

    def _on_file(self, keys: Sequence[str]) -> dict[str, OnFile]:
        found: dict[str, OnFile] = {}
        for table in _TABLES:
            for key, row_id in self._conn.execute(
                f"SELECT w.value, t.id FROM json_each(?) AS w CROSS JOIN {table} AS t"
                " ON t.external_origin = ? AND t.external_id = w.value",
                (json.dumps(keys), self._origin),
            ):
                found[key] = found.get(key, OnFile())._replace(**{table: row_id})
        for table in _TABLES if self._origin == OWN else ():
            for key, row_id in self._conn.execute(
                f"SELECT w.value, t.id FROM json_each(?) AS w CROSS JOIN {table} AS t"
                " ON t.public_id = upper(w.value)",
                (json.dumps(keys),),
            ):
                found[key] = found.get(key, OnFile())._replace(**{table: row_id})
        return found

    def _one(self, entry: Entry, found: OnFile) -> None:
        line = self._seen.get(entry.key)
        if line is not None:
            if entry.key.startswith("="):
                self.unchanged += 1
                return
            raise BadRowError(
                _("line {line} has the key {key} too").format(key=entry.key, line=line)
            )
        deal_id, contact_id = self._links.of(entry.named)
        if found == OnFile():
            self._add(entry, deal_id, contact_id)
            self.added += 1
        else:
            if not self._sure:
                self._check_same(entry, found)
            if self._update(entry, found, deal_id, contact_id):
                self.updated += 1
            else:
                self.unchanged += 1
        self._seen[entry.key] = entry.line

    # New --------------------------------------------------------------------------------------

    def _add(self, entry: Entry, deal_id: int | None, contact_id: int | None) -> None:
        if entry.table == "visit":
            self._add_visit(entry, deal_id, contact_id)
        elif entry.table == "step":
            self._add_step(entry, deal_id, contact_id)
        else:
            notes.add(
                self._conn,
                _note(entry),
                deal_id=deal_id,
                contact_id=None if deal_id is not None else contact_id,
                at=_when(entry),
                external=(self._origin, entry.key),
            )
        self.made[_kind(entry)] += 1

    def _add_visit(self, entry: Entry, deal_id: int | None, contact_id: int | None) -> None:
        visits.add(
            self._conn,
            contact_id=contact_id,
            deal_id=deal_id,
            at=_when(entry),
            starts=_starts(entry),
            minutes=entry.minutes,
            # Nobody was late who wrote it down elsewhere.
            fields={
                **_report(entry),
                "late": 0,
                "external_origin": self._origin,
                "external_id": entry.key,
            },
        )

    def _add_step(self, entry: Entry, deal_id: int | None, contact_id: int | None) -> None:
        if deal_id is not None:
            title, status, of_deal = self._conn.execute(
                "SELECT title, status, contact_id FROM deal WHERE id = ?", (deal_id,)
            ).fetchone()
            if status == "lost" and entry.ended == "open":
                # Nothing is left to be done for a deal that is lost.
                if (contact_id or of_deal) is None:
                    raise BadRowError(_("its deal {title} is lost").format(title=title))
                deal_id, contact_id = None, contact_id or of_deal
        over = entry.ended != "open"
        at = _over_at(entry) if over else None
        created = entry.created if entry.created is not None else at or dates.now()
        created = min(created, dates.now(), *([at] if at is not None else []))
        steps.add(
            self._conn,
            _what(entry),
            due=None if entry.at is None else entry.at.day,
            deal_id=deal_id,
            contact_id=None if deal_id is not None else contact_id,
            at=created,
            kind=entry.step_kind or steps.kind_of(_what(entry)) or "task",
            starts=_starts(entry),
            minutes=entry.minutes,
            external=(self._origin, entry.key),
            ended=None
            if at is None
            else ("dropped" if entry.ended == "dropped" else "done", at, _came_of(entry)),
        )

    # On file already --------------------------------------------------------------------------

    def _check_same(self, entry: Entry, found: OnFile) -> None:
        """Raise BadRowError where an id, of which nobody has said that it is one, is that of
        something else."""
        table = next(name for name in _TABLES if getattr(found, name) is not None)
        column, when = {
            "visit": ("coalesce(occasion, said, '')", "happened_on"),
            "step": ("what", "due"),
            "note": ("text", "happened_on"),
        }[table]
        text, day = self._conn.execute(
            f"SELECT {column}, {when} FROM {table} WHERE id = ?", (getattr(found, table),)
        ).fetchone()
        said = {"step": _what(entry), "note": _note(entry)}.get(table, entry.subject or entry.text)
        if not same_name(said, text) and (entry.at is None or entry.at.day != day):
            raise BadRowError(
                _(
                    "the id {key} has “{title}”: is it the same, --key COLUMN says so;"
                    " is it another, --origin NAME says whose ids these are"
                ).format(key=entry.key, title=text[:_TITLE])
            )

    def _update(
        self, entry: Entry, found: OnFile, deal_id: int | None, contact_id: int | None
    ) -> bool:
        """Bring what is on file up to the row; whether anything differed."""
        changed = False
        if found.step is not None:
            changed = self._update_step(entry, found.step)
            if entry.table == "visit" and found.visit is None:
                # What was planned has taken place.
                self._add(entry, deal_id, contact_id)
                return True
        if found.visit is not None and entry.table == "visit":
            changed = self._update_visit(entry, found.visit, deal_id, contact_id) or changed
        if found.note is not None and entry.table == "note":
            said: dict[str, Any] = {"text": _note(entry)}
            if entry.at is not None:
                said["happened_at"] = entry.at.at
            changed = bool(notes.edit(self._conn, found.note, said)) or changed
        return changed

    def _update_step(self, entry: Entry, step_id: int) -> bool:
        status, held_due = self._conn.execute(
            "SELECT status, due FROM step WHERE id = ?", (step_id,)
        ).fetchone()
        if status != "open":
            return False
        said: dict[str, str | int | None] = {}
        if entry.table == "step":
            said["what"] = _what(entry)
        if entry.at is not None:
            said["due"] = entry.at.day
            # A day without a time leaves the time that was agreed on.
            if _starts(entry) or entry.at.day != held_due:
                said["starts"] = _starts(entry)
        if entry.minutes is not None:
            said["minutes"] = entry.minutes
        changed = bool(steps.edit(self._conn, step_id, said))
        if entry.ended == "open":
            return changed
        (created,) = self._conn.execute(
            "SELECT created_at FROM step WHERE id = ?", (step_id,)
        ).fetchone()
        at = min(max(_over_at(entry), created), dates.now())
        status = "dropped" if entry.ended == "dropped" else "done"
        steps.end(self._conn, step_id, status, at, _came_of(entry))
        return True

    def _update_visit(
        self, entry: Entry, visit_id: int, deal_id: int | None, contact_id: int | None
    ) -> bool:
        said: dict[str, str | int | None] = dict(_report(entry))
        if entry.at is not None:
            said["happened_at"] = entry.at.at
        said["starts"] = _starts(entry)
        said |= {"minutes": entry.minutes, "deal_id": deal_id, "contact_id": contact_id}
        said = {name: value for name, value in said.items() if value is not None}
        return bool(visits.edit(self._conn, visit_id, said))


def made_of(made: Mapping[str, int]) -> list[str]:
    """The line of what was made, by kind."""
    texts: dict[str, Callable[[int], str]] = {
        "calls": lambda n: ngettext("{n} call", "{n} calls", n),
        "visits": lambda n: ngettext("{n} visit", "{n} visits", n),
        "emails": lambda n: ngettext("{n} e-mail", "{n} e-mails", n),
        "steps": lambda n: ngettext("{n} next step", "{n} next steps", n),
        "notes": lambda n: ngettext("{n} note", "{n} notes", n),
    }
    said = [text(made[kind]).format(n=made[kind]) for kind, text in texts.items() if made.get(kind)]
    return [_("Added: {what}").format(what=", ".join(said))] if said else []


def _kind(entry: Entry) -> str:
    """What a row has become, as it is counted."""
    if entry.table != "visit":
        return f"{entry.table}s"
    return {words.CALL: "calls", words.EMAIL: "emails"}.get(entry.type, "visits")


def _when(entry: Entry) -> int:
    """When it was. Raises BadRowError where nothing says it, or for an instant to come."""
    at = entry.at or entry.done_at
    instant = at.at if at is not None else entry.created
    if instant is None:
        raise BadRowError(_("no date"))
    if dates.is_future(instant):
        if entry.done_at is not None and not dates.is_future(entry.done_at.at):
            return entry.done_at.at
        day = dates.local_date(instant).isoformat()
        raise BadRowError(_("{day} has not come yet").format(day=day))
    return instant


def _over_at(entry: Entry) -> int:
    """When it ended, up to now."""
    at = entry.done_at or entry.at
    instant = at.at if at is not None else entry.created
    return min(dates.now() if instant is None else instant, dates.now())


def _starts(entry: Entry) -> str | None:
    if entry.at is None or not entry.at.timed:
        return None
    clock = dates.local(entry.at.at).strftime("%H:%M")
    # Some programs write midnight where there is no time of day.
    return None if clock == "00:00" else clock


def _what(entry: Entry) -> str:
    """The words of a step: subject and what there is to say of it."""
    text = " ".join(entry.text.split())
    if not entry.subject:
        return text or entry.type
    return entry.subject if not text or entry.ended != "open" else f"{entry.subject} · {text}"


def _came_of(entry: Entry) -> str | None:
    """What came of a step."""
    return " ".join(filter(None, (entry.text, entry.outcome))) or None


def _note(entry: Entry) -> str:
    return "\n".join(filter(None, (entry.subject, entry.text)))


def _report(entry: Entry) -> dict[str, str | int | None]:
    """The report of a talk."""
    fields: dict[str, str | int | None] = {"channel": words.CHANNELS[entry.type]}
    where = entry.place if entry.place and entry.place not in entry.subject else ""
    subject = f"{entry.subject} ({where})" if where and entry.subject else entry.subject or where
    fields["occasion"] = subject or None
    fields["said"] = entry.text or None
    ended = words.call_end(entry.outcome)
    if entry.type == words.CALL:
        if ended is None and entry.ended == "missed":
            ended = "no_answer"
        fields["call_outcome"] = ended or "reached"
        fields["outcome"] = calls.OUTCOMES[str(fields["call_outcome"])]
    else:
        ended = words.outcome_of(entry.outcome)
        fields["outcome"] = ended or ("not_met" if entry.ended == "missed" else "met")
    if entry.outcome and ended is None and words.end_of(entry.outcome) is None:
        fields["result"] = entry.outcome
    return fields
