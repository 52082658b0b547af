"""Importing activities: calls, meetings and e-mails become visits, what is to be done becomes next
steps, notes become notes, each with its time, on its deal or contact."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from funnelcli.actions import calls, notes, steps, visits
from funnelcli.actions.importing import activity_words as words
from funnelcli.actions.importing.activity_rows import Entry, Reader
from funnelcli.actions.importing.links import Links
from funnelcli.actions.importing.moments import BadRowError
from funnelcli.actions.importing.presets import OWN
from funnelcli.actions.people import join
from funnelcli.db import rows
from funnelcli.errors import FunnelError
from funnelcli.formats.table import Row
from funnelcli.i18n import _, ngettext
from funnelcli.plain import NamedTuple
from funnelcli.text import same_name
from funnelcli.typed import Any
from funnelcli.values import dates

_TABLES = ("visit", "step", "note")
# So much is shown of what is on file.
_TITLE = 60


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
        self._conn = conn
        self._reader = reader
        self._origin = origin
        self._sure = sure
        self._links = Links(conn, origin)
        self._seen: dict[str, int] = {}
        self._without = 0
        self.joined = 0
        self._no_deal = self._no_contact = self._unjoined = 0

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
        own = self._reader.own
        if own is not None:
            own.gather(one.visit for one in found.values() if one.visit is not None)
        for row, entry in good:
            try:
                self._one(entry, found.get(entry.key, OnFile()))
            except BadRowError as error:
                bad.append((row, str(error)))
            except FunnelError as error:
                bad.append((row, error.message.rstrip(".")))
        if own is not None:
            own.flush()
        return bad

    def finish(self) -> dict[int, str]:
        """Nothing is left to do at the end."""
        return {}

    def lines(self) -> list[str]:
        """What the new ones have become."""
        lines = made_of(self.made)
        if self._without:
            text = ngettext(
                "{n} row became no visit: its fields of your own were left out",
                "{n} rows became no visits: their fields of your own were left out",
                self._without,
            )
            lines.append(text.format(n=self._without))
        if self.joined:
            text = ngettext(
                "{n} contact named besides has a part in the deal now",
                "{n} contacts named besides have a part in the deals now",
                self.joined,
            )
            lines.append(text.format(n=self.joined))
        return lines

    def warnings(self) -> list[str]:
        """What rows name that is not kept."""
        said = []
        if self._no_deal:
            text = ngettext(
                "{n} row names a deal that is not on file, and was kept without it: import it"
                " again when the deal is there",
                "{n} rows name deals that are not on file, and were kept without them: import them"
                " again when the deals are there",
                self._no_deal,
            )
            said.append(text.format(n=self._no_deal))
        if self._no_contact:
            text = ngettext(
                "{n} row names contacts that are not on file, and was kept without them",
                "{n} rows name contacts that are not on file, and were kept without them",
                self._no_contact,
            )
            said.append(text.format(n=self._no_contact))
        if self._unjoined:
            text = ngettext(
                "{n} row names several contacts and no deal, and was kept with the first",
                "{n} rows name several contacts and no deal, and were kept with the first",
                self._unjoined,
            )
            said.append(text.format(n=self._unjoined))
        return said

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
        more = [who for who in self._links.more_of(entry.named) if who != contact_id]
        if found == OnFile():
            self._add(entry, deal_id, contact_id)
            self._join(entry, deal_id, contact_id, more)
            self.added += 1
        else:
            if not self._sure:
                self._check_same(entry, found)
            changed = self._update(entry, found, deal_id, contact_id)
            if self._join(entry, deal_id, contact_id, more) or changed:
                self.updated += 1
            else:
                self.unchanged += 1
        self._seen[entry.key] = entry.line
        self._without += bool(entry.own) and entry.table != "visit"
        self._no_deal += self._links.lacks(entry.named, deal_id)
        self._no_contact += self._links.lacks_people(entry.named, contact_id)

    def _join(
        self, entry: Entry, deal_id: int | None, contact_id: int | None, more: Sequence[int]
    ) -> bool:
        """Let whom the row names besides have a part in its deal; whether somebody had none. A note
        on a deal has no contact of its own, so that is one of them."""
        if deal_id is None:
            self._unjoined += bool(more)
            return False
        noted = [contact_id] if entry.table == "note" and contact_id is not None else []
        if not noted and not more:
            return False
        joined = join(self._conn, deal_id, [*noted, *more])
        self.joined += len(joined)
        return bool(joined)

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
        visit_id = visits.add(
            self._conn,
            contact_id=contact_id,
            deal_id=deal_id,
            at=_when(entry),
            starts=_starts(entry),
            minutes=entry.minutes,
            # Nobody was late who wrote it down elsewhere, but in another file of this program.
            fields={
                **_report(entry),
                "late": int(entry.late),
                "external_origin": self._origin,
                "external_id": entry.key,
            },
        )
        if entry.own:
            self._reader.own.add(visit_id, entry.own)

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
            elif contact_id == of_deal:
                contact_id = None
        over = entry.ended != "open"
        at = _over_at(entry) if over else None
        created = entry.created if entry.created is not None else at or dates.now()
        created = min(created, dates.now(), *([at] if at is not None else []))
        steps.add(
            self._conn,
            _what(entry),
            due=None if entry.at is None else entry.at.day,
            deal_id=deal_id,
            contact_id=contact_id,
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
                    "the id {key} has “{title}”; where it is the same: --key COLUMN; where it is"
                    " another, with whose ids these are: --origin NAME"
                ).format(key=entry.key, title=text[:_TITLE])
            )

    def _update(
        self, entry: Entry, found: OnFile, deal_id: int | None, contact_id: int | None
    ) -> bool:
        """Bring what is on file up to the row; whether anything differed."""
        changed = False
        if found.step is not None:
            changed = self._update_step(entry, found.step)
            changed = self._link_step(found.step, deal_id, contact_id) or changed
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
            if deal_id is not None and self._has_no_deal("note", found.note):
                belongs = {"deal_id": deal_id, "contact_id": None}
                rows.update(self._conn, "note", found.note, belongs)
                changed = True
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

    def _has_no_deal(self, table: str, row_id: int) -> bool:
        """Whether a step or note belongs to no deal: an import gives it one, and takes none."""
        (deal_id,) = self._conn.execute(
            f"SELECT deal_id FROM {table} WHERE id = ?", (row_id,)
        ).fetchone()
        return deal_id is None

    def _link_step(self, step_id: int, deal_id: int | None, contact_id: int | None) -> bool:
        """Let a step without a deal belong to the row's; whether it does now. An open one is none
        of a deal that is lost."""
        if deal_id is None or not self._has_no_deal("step", step_id):
            return False
        status, of_deal = self._conn.execute(
            "SELECT status, contact_id FROM deal WHERE id = ?", (deal_id,)
        ).fetchone()
        held, now_is = self._conn.execute(
            "SELECT contact_id, status FROM step WHERE id = ?", (step_id,)
        ).fetchone()
        if status == "lost" and now_is == "open":
            return False
        person = contact_id or held
        said = {"deal_id": deal_id, "contact_id": None if person == of_deal else person}
        rows.update(self._conn, "step", step_id, said)
        return True

    def _update_visit(
        self, entry: Entry, visit_id: int, deal_id: int | None, contact_id: int | None
    ) -> bool:
        said: dict[str, str | int | None] = dict(_report(entry))
        (day,) = self._conn.execute(
            "SELECT happened_on FROM visit WHERE id = ?", (visit_id,)
        ).fetchone()
        # A day without a time leaves the time that is known.
        if entry.at is not None and (entry.at.timed or entry.at.day != day):
            said["happened_at"] = entry.at.at
        said["starts"] = _starts(entry)
        said |= {"minutes": entry.minutes, "deal_id": deal_id, "contact_id": contact_id}
        said = {name: value for name, value in said.items() if value is not None}
        changed = bool(visits.edit(self._conn, visit_id, said))
        if entry.own:
            fields, _left = self._reader.own.bring_up(
                visit_id, entry.own, lambda _name, _held: True
            )
            changed = changed or bool(fields)
        return changed


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
    ended = words.call_end(entry.outcome) if entry.type == words.CALL else None
    met = words.outcome_of(entry.outcome)
    if entry.type == words.CALL and (ended is not None or met is None):
        if ended is None and entry.ended == "missed":
            ended = "no_answer"
        fields["call_outcome"] = ended or "reached"
        fields["outcome"] = calls.OUTCOMES[str(fields["call_outcome"])]
    else:
        fields["outcome"] = met or ("not_met" if entry.ended == "missed" else "met")
    if entry.outcome and (ended or met or words.end_of(entry.outcome)) is None:
        fields["result"] = entry.outcome
    return fields
