"""A row whose deal is on file already: only what differs is written, and the file wins, or
what is on file where the user prefers that."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from funnelcli.actions import closing, deals, log, log_book, withdrawal
from funnelcli.actions import tags as tagging
from funnelcli.actions.importing import changes, undated
from funnelcli.actions.importing.about import squeezed
from funnelcli.actions.importing.catalogue import Catalogue
from funnelcli.actions.importing.moments import BadRowError
from funnelcli.actions.importing.on_file import OnFile
from funnelcli.actions.importing.people import People
from funnelcli.actions.importing.preference import FILE, Preference
from funnelcli.actions.importing.rest import merged, only_rest_below, outdated, replaces, without
from funnelcli.actions.importing.rows import Entry
from funnelcli.actions.importing.ways import Ways
from funnelcli.actions.members import check_disposal, may
from funnelcli.actions.people import join_all
from funnelcli.actions.steps import drop_open_steps
from funnelcli.db import bulk
from funnelcli.errors import Refused
from funnelcli.i18n import _
from funnelcli.nouns.members import me
from funnelcli.text import same_name, tag_key
from funnelcli.typed import Any
from funnelcli.values import dates

_FROM = {"provenance": "imported"}


# The columns of fields that are called otherwise; a stage and a status are decided together.
_KEPT_IN = {
    "contact": ("contact_id",),
    "value": ("value", "currency"),
    "expected": ("expected_close",),
    "stage": ("stage_id", "status"),
    "status": ("stage_id", "status"),
}


class Updater:
    """Brings deals on file up to what rows say. Empty cells say nothing and erase nothing.

    ``changed`` counts the rows by the fields that differed, ``left`` by those that the row says
    otherwise and that stay as they are: history is not rewritten. ``other_days`` counts the rows
    whose opening or close is among these. ``steps_dropped`` and ``offers_closed`` went with deals
    that were lost. Where an id is not ``sure`` to be one, a deal of another title is another.
    """

    def __init__(
        self,
        conn: sqlite3.Connection,
        catalogue: Catalogue,
        *,
        sure: bool = True,
        prefer: str = FILE,
    ) -> None:
        self.changed: Counter[str] = Counter()
        self.left: Counter[str] = Counter()
        self.other_days = 0
        self.steps_dropped = 0
        self.offers_closed = 0
        self._conn = conn
        self._batch: list[int] = []
        self._books: dict[int, log_book.Book] = {}
        self._plain_changes: dict[int, Mapping[str, str | int | None]] = {}
        self._contacts: dict[int, int | None] = {}
        self._tagged: list[tuple[int, Sequence[str]]] = []
        self._untagged: dict[int, Sequence[str]] = {}
        self._joining: dict[int, Mapping[int, str | None]] = {}
        self._reopened: list[int] = []
        self._closed: list[int] = []
        self._lost: dict[int, int] = {}
        self._catalogue = catalogue
        self._sure = sure
        self._me = me(conn)
        self.preference = Preference(conn, prefer, "deal")

    def load(self, deals: Iterable[OnFile]) -> None:
        """Begin a batch of rows, of which these are the deals."""
        self._batch = [deal.id for deal in deals]

    def flush(self) -> set[int]:
        """Write what a batch has changed in its deals; those in which others have a part now."""
        given = [one for one, plain in self._plain_changes.items() if "owner_id" in plain]
        check_disposal(self._conn, "deal", given)
        deals.change_plain(self._conn, self._plain_changes, self._contacts)
        tagging.add_to_new(self._conn, "deal", self._tagged)
        tagging.take_off(self._conn, "deal", self._untagged)
        joined = join_all(self._conn, self._joining)
        if joined:
            self.changed["people"] += len(joined)
        self._write_logs()
        for gathered in (
            *(self._plain_changes, self._contacts, self._tagged, self._untagged, self._joining),
            *(self._books, self._reopened, self._closed, self._lost),
        ):
            gathered.clear()
        return joined

    def _write_logs(self) -> None:
        withdrawal.end(self._conn, *self._reopened)
        log.write(self._conn, [book for book in self._books.values() if book.differs])
        ended = [(deal_id, None) for deal_id in self._closed]
        bulk.update(self._conn, "deal", ("snoozed_until",), ended)
        if self._lost:
            why = _("deal lost")
            self.steps_dropped += drop_open_steps(self._conn, self._lost, why)
            self.offers_closed += closing.close_offers(self._conn, self._lost, why)

    def _book(self, deal: OnFile) -> log_book.Book:
        """The logs of a deal; with the first that is asked for, those of the whole batch are
        read."""
        if not self._books:
            self._books = log.books_of(self._conn, self._batch)
        return self._books[deal.id]

    def check(self, deal: OnFile, entry: Entry) -> None:
        """Raises BadRowError where the row cannot be the deal's."""
        if not self._sure and entry.stated_title and not same_name(entry.title, deal.title):
            raise BadRowError(
                _(
                    "the id {key} has the deal “{title}”; where it is the same: --key COLUMN;"
                    " where it is another, with whose ids these are: --origin NAME"
                ).format(key=deal.key, title=deal.title)
            )
        if deal.process_id != entry.ways.process_id:
            (key,) = self._conn.execute(
                "SELECT key FROM process WHERE id = ?", (deal.process_id,)
            ).fetchone()
            raise BadRowError(
                _("its deal {id} is in the process {process}").format(id=deal.id, process=key)
            )
        owner = entry.plain.get("owner_id")
        if owner in (None, deal.owner_id) or self.preference.how != FILE:
            return
        if not may(self._me, "dispose", deal.owner_id):
            (name,) = self._conn.execute(
                "SELECT name FROM member WHERE id = ?", (deal.owner_id,)
            ).fetchone()
            raise BadRowError(
                _("its deal {id} belongs to {owner}, who gives it away, or an owner does").format(
                    id=deal.id, owner=name
                )
            )

    def settle(self, deal: OnFile, entry: Entry) -> None:
        """Let the stage and the status stand where the user prefers what is on file: then the row
        says neither, and nothing that goes with another status."""
        if self.preference.how == FILE or (entry.silent and deal.status != "open"):
            return
        name = "stage" if entry.status == deal.status else "status"
        if name == "stage" and self._stage(deal, entry) == deal.stage_id:
            return
        if self._wins(deal, entry, name, deal.status):
            return
        if name == "status":
            entry.status, entry.reason = deal.status, ""
            entry.closed = entry.probability = entry.expected = None
        entry.stage = None

    def contact(self, deal: OnFile, entry: Entry, said: int | None, people: People) -> int | None:
        """The contact that the row names, of whom ``said`` is known by an id. Nobody is added for
        a deal that keeps its own."""
        held = deal.contact_id
        if held is None or self.preference.how == FILE or said == held:
            return said or people.contact_of(entry, held)
        same = said is None and people.is_of(entry, held)
        if not same and not self._wins(deal, entry, "contact", held):
            return held
        return said or people.contact_of(entry, held)

    def _wins(self, deal: OnFile, entry: Entry, name: str, held: str | int | None) -> bool:
        """Whether what the row says of a field takes the place of something else; else that is
        counted as left."""
        columns = _KEPT_IN.get(name, ())
        if self.preference.wins(deal.id, name, held, entry.changed, columns):
            return True
        self.left[name] += 1
        return False

    def place(self, deal: OnFile, entry: Entry) -> None:
        """Put the close of a row that closes its deal behind what the logs hold already and what
        has a time of its own.

        Raises BadRowError where it lies before that.
        """
        closed = entry.closed
        if closed is not None and entry.status != deal.status:
            entry.closed = closed._replace(at=undated.place(self._book(deal), closed))

    def update(self, deal: OnFile, entry: Entry, contact_id: int | None) -> bool:
        """Write what differs, with :meth:`flush`; whether anything does."""
        taken = self._opening(deal, entry)
        changed = self._plain(deal, entry, contact_id) + taken
        changed += [one for one in self._logs(deal, entry) if one not in taken]
        if changed:
            self.changed.update(changed)
        left = [one for one in self._left(deal, entry) if one not in taken]
        if left:
            self.left.update(left)
            self.other_days += not {"opened", "closed"}.isdisjoint(left)
        return bool(changed)

    def keep(self, deal: OnFile, entry: Entry, own: Any) -> bool:
        """Bring the deal's fields of one's own up to the row; whether any differs now."""
        changed, _left = own.bring_up(
            deal.id, entry.own, lambda name, held: self._wins(deal, entry, name, held)
        )
        self.changed.update(changed)
        return bool(changed)

    def join(self, deal: OnFile, others: Mapping[int, str | None]) -> None:
        """Let whoever else the row names have a part in the deal. A role that the deal says of them
        stays."""
        if others:
            self._joining[deal.id] = others

    def enter(self, deal: OnFile, entry: Entry) -> bool:
        """Tell when the deal came to its stages, where the row says it; whether that was new. What
        was recorded here, or is dated otherwise, stays and is counted."""
        if not entry.entered:
            return False
        changed, misplaced = changes.tell(
            self._book(deal), entry.entered, entry.ways, self._catalogue.reason("")
        )
        if changed:
            self.changed["entered"] += 1
        if misplaced:
            self.left["entered"] += 1
        return changed

    def _opening(self, deal: OnFile, entry: Entry) -> list[str]:
        """Take the opening that the row says where nobody has said one so far; "opened" if it was.
        The log of corrections keeps what it was."""
        opened = entry.opened
        if opened is None or opened.day == deal.opened_on:
            return []
        if self._book(deal).held[0].terms.provenance != "estimated":
            return []
        from funnelcli.actions import corrections

        try:
            corrections.correct(self._conn, deal.id, 1, at=opened.at)
        except Refused:  # what is on file already lies before it
            return []
        self._conn.execute(
            "UPDATE terms SET provenance = 'imported', valid_on = ? WHERE id ="
            " (SELECT id FROM terms WHERE deal_id = ? ORDER BY valid_from, id LIMIT 1)",
            (opened.day, deal.id),
        )
        log.refresh(self._conn, deal.id)
        self._books[deal.id] = log.book_of(self._conn, deal.id)
        return ["opened"]

    def _plain(self, deal: OnFile, entry: Entry, contact_id: int | None) -> list[str]:
        """What no log has; the fields that differed."""
        plain: dict[str, str | int | None] = {
            "title": entry.title if entry.stated_title else None,
            "contact_id": contact_id,
            "product": entry.product,
            "notes": self._notes(deal, entry),
            "competitor": entry.competitor,
            "kind": entry.plain.get("kind"),
            "snoozed_until": entry.plain.get("snoozed_until"),
            "owner_id": entry.plain.get("owner_id"),
        }
        changes = {
            name: value
            for name, value in plain.items()
            if value
            and value != (held := getattr(deal, name))
            and not _same(value, held)
            and (name in ("notes", "contact_id") or self._wins(deal, entry, name, held))
        }
        source = self._catalogue.source(entry.source)
        differs = source != deal.source
        if source is not None and differs and self._wins(deal, entry, "source", deal.source):
            changes["source"] = source
        tags = _new_tags(deal, entry) if entry.tags else []
        held = (deal.tags or "").split("\x1f") if entry.tagged else []
        old = outdated(held, entry.tagged, entry.tags)
        if old and not self._wins(deal, entry, "tags", old[0]):
            tags, old = without(tags, entry.tagged, old), []
        if not changes and not tags and not old:
            return []
        self._plain_changes[deal.id] = changes
        self._contacts[deal.id] = deal.contact_id
        self._tagged.append((deal.id, tags))
        self._untagged[deal.id] = old
        changed = [name.removesuffix("_id") for name in changes]
        return [*changed, "tags"] if tags or old else changed

    def _notes(self, deal: OnFile, entry: Entry) -> str:
        """The notes that the deal is to have by its row, "" where that says nothing of them."""
        notes, taken = entry.notes, True
        held = deal.notes or ""
        if squeezed(notes) in squeezed(held) and (entry.rest or only_rest_below(notes, held)):
            # The columns that are kept stand below the row's own notes and what else was written.
            notes = deal.notes or ""
        differs = bool(notes) and squeezed(notes) != squeezed(deal.notes or "")
        if differs or replaces(deal.notes, entry.rest):
            taken = self._wins(deal, entry, "notes", deal.notes)
            notes = (notes if taken else deal.notes) or ""
        return merged(notes, entry.rest, replace=taken)

    def _left(self, deal: OnFile, entry: Entry) -> list[str]:
        """The fields that the row says otherwise than they are, and stay."""
        opened, closed = entry.opened, entry.closed
        found = []
        if opened is not None and opened.day != deal.opened_on:
            found.append("opened")
        if entry.status != deal.status or entry.silent:
            return found
        if closed is not None and closed.day != deal.closed_on:
            found.append("closed")
        if entry.status == "lost" and entry.reason:
            reason = self._catalogue.reason(entry.reason, entry.reason_note)
            if reason != (deal.lost_reason, deal.lost_note):
                found.append("reason")
        stated = entry.stage
        if stated is not None and entry.status != "open":
            kind = entry.ways.stages[stated][1]
            ends = kind == "won" or entry.ways.ends_in(stated)
            ends = ends or (entry.status, kind) == ("won", "post")
            if stated != deal.stage_id and not ends:
                # Some programs keep, of what is won, the stage that it was won in.
                was = (
                    deal.stage_id if entry.status == "lost" else self._open_stage(deal, entry.ways)
                )
                found += [] if stated == was else ["stage"]
        return found

    def _logs(self, deal: OnFile, entry: Entry) -> list[str]:
        """The stage, the status and the terms; which of them differed."""
        terms: dict[str, str | int | None] = {}
        amount = (entry.value, entry.currency)
        differs = entry.value is not None and amount != (deal.value, deal.currency)
        if differs and self._wins(deal, entry, "value", deal.value):
            terms |= {"value": entry.value, "currency": entry.currency}
        # Whether it is still so is not said; what a row may say of open deals is none of it.
        kept = entry.silent and deal.status != "open"
        status = deal.status if kept else entry.status
        stage = deal.stage_id if kept else self._stage(deal, entry)
        if not kept and entry.probability is not None:
            own = entry.ways.probabilities
            now_is = own[stage] if deal.probability is None else deal.probability
            differs = entry.probability != now_is
            if differs and self._wins(deal, entry, "probability", deal.probability):
                # What is the stage's own goes on following the stage.
                follows = entry.probability == own[stage]
                terms["probability"] = None if follows else entry.probability
        differs = not kept and entry.expected not in (None, deal.expected_close)
        if differs and self._wins(deal, entry, "expected", deal.expected_close):
            terms["expected_close"] = entry.expected
        if not terms and stage == deal.stage_id and status == deal.status:
            return []
        changed: list[str] = [name for name in ("value", "probability") if name in terms]
        changed += ["expected"] if "expected_close" in terms else []
        changed += ["stage"] if stage != deal.stage_id else []
        changed += ["status"] if status != deal.status else []
        book = self._book(deal)
        closed = entry.closed if status != deal.status else None
        said: dict[str, str | None] = {}
        if closed is not None:
            at, said["valid_on"] = closed.at, closed.day
            if undated.give_way(book, at):
                changed.append("opened")
        else:
            # The file says no day for this: it is as of now.
            at = max(dates.now(), book.last_instant)
        stands = deal.stage_id
        if status != deal.status and deal.status != "open":
            # What was won or lost is opened again first, so that no win counts as withdrawn.
            stands = self._open_stage(deal, entry.ways)
            book.move(self._conn, stands, at, "reopened", None, **_FROM)
            self._reopened.append(deal.id)
            book.change(self._conn, at, status="open", **_FROM)
        if stage != stands:
            how = entry.ways.how_moved(stands, stage)
            reason = _("by an import") if how == "moved_back" else None
            book.move(self._conn, stage, at, how, reason, **_FROM)
        if status == "lost" and deal.status != "lost":
            said["reason"], said["note"] = self._catalogue.reason(entry.reason, entry.reason_note)
        if terms and (last := book.last_instant) > at:
            # Something was edited after the close: what the row says of that is newer.
            book.change(self._conn, at, status=status, **said, **_FROM)
            book.change(self._conn, max(dates.now(), last), **terms, **_FROM)
        elif terms or status != deal.status:
            book.change(self._conn, at, status=status, **said, **terms, **_FROM)
        snoozed = deal.snoozed_until or entry.plain.get("snoozed_until")
        if snoozed and status not in ("open", deal.status):
            self._closed.append(deal.id)
        if status == "lost" and deal.status != "lost":
            self._lost[deal.id] = at
        return changed

    def _stage(self, deal: OnFile, entry: Entry) -> int:
        """The stage that the deal is to be in after this row."""
        stages = entry.ways.stages
        stated = entry.stage
        kind = stages[stated][1] if stated is not None else ""
        if entry.status == "open":
            if stated is not None:
                return stated
            return deal.stage_id if deal.status == "open" else self._open_stage(deal, entry.ways)
        if entry.ways.ends_in(stated) and deal.status == entry.status and stated is not None:
            return stated
        if entry.status == "won":
            if stated is not None and kind == "post":
                return stated
            return deal.stage_id if deal.status == "won" else entry.ways.won
        if deal.status == "lost":
            return deal.stage_id
        if stated is not None and kind == "open":
            return stated
        return deal.stage_id if deal.status == "open" else self._open_stage(deal, entry.ways)

    def _open_stage(self, deal: OnFile, ways: Ways) -> int:
        """The open stage that the deal was in last."""
        stays = self._book(deal).stays
        been = [s.stage_id for s in stays if ways.stages[s.stage_id][1] == "open"]
        return been[-1] if been else ways.first


def _new_tags(deal: OnFile, entry: Entry) -> list[str]:
    """The row's tags that the deal does not have."""
    had = (deal.tags or "").split("\x1f")
    # An export joins them with commas, which a tag may have too.
    keys = {tag_key(tag) for tag in (*had, *",".join(had).split(","))}
    return [tag for tag in entry.tags if tag_key(tag) not in keys]


def _same(value: str | int, held: str | int | None) -> bool:
    """Whether a text on file is the row's but for its blanks, which were put right when the row was
    read."""
    return isinstance(held, str) and isinstance(value, str) and value.split() == held.split()
