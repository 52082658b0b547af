"""Importing deals from a table: rows are checked, good ones kept, bad ones handed back.

Everything is written through :mod:`funnelcli.actions.log` in batches, so that memory stays the
same however long the file is.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from funnelcli.actions import log, log_cache, tags
from funnelcli.actions.importing.about import Who
from funnelcli.actions.importing.batches import Lines, take_all
from funnelcli.actions.importing.catalogue import Catalogue
from funnelcli.actions.importing.changes import told
from funnelcli.actions.importing.history import history
from funnelcli.actions.importing.logs import Logs
from funnelcli.actions.importing.moments import BadRowError, Moment, SkippedRow
from funnelcli.actions.importing.on_file import OnFile, linked, on_file, own_on_file
from funnelcli.actions.importing.people import People
from funnelcli.actions.importing.preference import FILE, Stamps
from funnelcli.actions.importing.rest import merged
from funnelcli.actions.importing.rows import Checker, Entry
from funnelcli.actions.importing.survey import WITHDRAWAL_DATES
from funnelcli.actions.importing.updates import Updater
from funnelcli.actions.people import role_key
from funnelcli.db import bulk
from funnelcli.formats.tabular import Row
from funnelcli.i18n import _
from funnelcli.ids import is_id, new_ids
from funnelcli.nouns.members import my_id
from funnelcli.plain import NamedTuple
from funnelcli.text import search_key
from funnelcli.values import dates

# What an import inserts into, and the indexes that are kept meanwhile: those by which it finds
# deals, their logs and contacts, and two that only grow at their end.
TABLES = (
    *("contact", "contact_email", "contact_phone"),
    *("deal", "deal_contact", "deal_tag", "stay", "terms"),
)
KEPT = (
    *("contact_search", "contact_email_email", "deal_external", "stay_deal", "terms_deal"),
    *("stay_one_open", "terms_one_current", "field_value_deal"),
)
# What a call of the class does, in a third of the time.
_new = tuple.__new__
# The columns of a new deal that are no cache of its logs.
_DEAL = (
    "public_id",
    "title",
    "search",
    "process_id",
    "contact_id",
    "source",
    "product",
    "notes",
    "competitor",
    "external_origin",
    "external_id",
)
# Those that few files say, with what they are where a row does not.
_BESIDES: Mapping[str, str | None] = {
    "kind": "new",
    **dict.fromkeys(("snoozed_until", "withdrawal_from", *WITHDRAWAL_DATES)),
}


@dataclass(slots=True)
class Summary:
    """What an import did, in numbers of rows; ``skipped`` are in stages that the user leaves out.
    ``estimated`` are new deals whose opening no cell
    says; those of them that were closed, ``from_close``, count from their close. ``untitled`` are
    new deals whose cell of the title is empty. ``sources`` are the new sources, key to name.
    ``changed`` counts the updated deals by field, ``left`` the rows by fields that they say
    otherwise than is on file and that stay; where the newer of both counts, ``newer_in_file`` and
    ``newer_here`` count the fields in which one side won; ``steps_dropped`` and ``offers_closed``
    went with deals that were lost; ``unclear`` are the names that several people have and that
    were left out of deals, ``unknown_ids`` counts the rows that name contacts or organisations by
    ids that are not on file."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    skipped: int = 0
    estimated: int = 0
    from_close: int = 0
    untitled: int = 0
    other_days: int = 0
    changed: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    newer_in_file: dict[str, int] = field(default_factory=dict)
    newer_here: dict[str, int] = field(default_factory=dict)
    steps_dropped: int = 0
    offers_closed: int = 0
    unread_phones: tuple[str, ...] = ()
    unclear: Counter[str] = field(default_factory=Counter)
    unknown_ids: int = 0
    contacts_added: int = 0
    returned: int = 0
    contacts_completed: int = 0
    sources: dict[str, str] = field(default_factory=dict)


def import_deals(
    conn: sqlite3.Connection,
    rows: Iterable[Row],
    checker: Checker,
    *,
    origin: str | None,
    own: bool = False,
    links: str | None = None,
    sure: bool = True,
    prefer: str = FILE,
    reject: Callable[[Row, str], None],
    opened_default: Moment | None = None,
    progress: Callable[[int], None] = lambda _n: None,
) -> Summary:
    """Add the deals of ``rows``, or bring those on file up to them where rows have a key.

    Called within one command. ``origin`` says where the keys come from, None that rows have none;
    ``own``: they are public ids of this program, in an export of its own. ``links`` is the
    program whose ids of contacts and organisations rows may have; ``sure``: a key means
    its deal, whatever that is called; ``prefer`` is FILE, MINE or NEWER. ``reject`` takes each
    row that is not kept, with the reason; ``opened_default`` is the opening of deals whose row
    does not say it (the present instant without it); ``progress`` is told how many rows are done.
    """
    run = _Import(conn, checker, origin, own, opened_default, links, sure=sure, prefer=prefer)
    run.summary.rejected = take_all(rows, run.take, reject, progress)
    return run.finish()


class _Added(NamedTuple):
    """A row whose deal is new, with the deal's contact and logs, and the roles of whoever else has
    a part in it."""

    entry: Entry
    contact_id: int | None
    others: Mapping[int, str | None]
    stays: Sequence[log_cache.Stay]
    terms: Sequence[log_cache.Terms]


def _whom(
    rows: Sequence[tuple[Row, Entry, OnFile | None]],
) -> Iterator[tuple[Who, int | None]]:
    """Whom rows of deals on file and of new ones mean, with the contact that a deal has."""
    for _row, entry, deal in rows:
        yield entry, None if deal is None else deal.contact_id
        for one in entry.others:
            if one.name:
                yield Who(contact=one.name, emails=(one.email,) if one.email else ()), None


class _Import:
    """One import under way."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        checker: Checker,
        origin: str | None,
        own: bool,
        opened_default: Moment | None,
        links: str | None,
        *,
        sure: bool,
        prefer: str,
    ) -> None:
        self.summary = Summary()
        self._conn = conn
        self._checker = checker
        self._origin = origin
        self._own = own
        self._mine = my_id(conn)
        self._links = links
        self._opened_default = opened_default
        self._people = People(conn)
        self._catalogue = Catalogue(conn)
        self._updater = Updater(conn, self._catalogue, sure=sure, prefer=prefer)
        self._lines = Lines(conn, "deal")
        self._stamps = Stamps(conn, "deal", checker.fields)
        self._roles: dict[str, str] = {}
        # The deals of a batch of which nothing differs, whoever has a part in them.
        self._same: set[int] = set()
        self._new_ids = new_ids()
        now = dates.now()
        self._now = Moment(now, dates.local_date(now).isoformat(), True)

    def take(self, batch: list[Row]) -> list[tuple[Row, str]]:
        """Write a batch of rows; those that are not kept, with the reasons."""
        checker = self._checker
        # What the batch before has written counts.
        self._roles.clear()
        self._same.clear()
        bad = [(row, row.problem) for row in batch if row.problem]
        sound = [(row, checker.key(row.cells)) for row in batch if not row.problem]
        present: dict[str, OnFile] = {}
        if self._origin is not None and self._own:
            known = [(key, checker.external(row.cells)) for row, key in sound]
            present = own_on_file(self._conn, self._origin, known)
        elif self._origin is not None:
            present = on_file(self._conn, self._origin, [key for _row, key in sound])
        good: list[tuple[Row, Entry, OnFile | None]] = []
        for row, key in sound:
            deal = present.get(key)
            if deal is not None and deal.merged:
                # What it was has been settled when it was merged; an import does not open that up.
                self._updater.left["merged"] += 1
                self.summary.unchanged += 1
                continue
            process_id = None if deal is None else deal.process_id
            try:
                good.append((row, checker.check(row.line, row.cells, key, process_id), deal))
            except SkippedRow:
                self.summary.skipped += 1
            except BadRowError as error:
                bad.append((row, str(error)))
        self._people.load(_whom(good))
        by_key = {}
        if self._links is not None and checker.names_keys:
            by_key = self._linked(self._links, [entry for _row, entry, _deal in good])
        own = checker.own
        if own is not None:
            own.gather(deal.id for _row, _entry, deal in good if deal is not None)
        self._updater.load(deal for _row, _entry, deal in good if deal is not None)
        new: dict[str, int] = {}
        added: list[_Added] = []
        for row, entry, deal in good:
            try:
                line = self._lines.of(deal.id) if deal is not None else new.get(entry.key)
                if line:
                    raise BadRowError(
                        _("line {line} has the key {key} too").format(key=entry.key, line=line)
                    )
                self._one(entry, deal, added, by_key)
            except BadRowError as error:
                bad.append((row, str(error)))
                continue
            if self._origin is not None:
                new[entry.key] = entry.line
        self._people.flush()
        joined = self._updater.flush() & self._same
        self.summary.updated += len(joined)
        self.summary.unchanged += len(self._same) - len(joined)
        self._open(added)
        if own is not None:
            own.flush()
        return bad

    def _linked(self, links: str, entries: Sequence[Entry]) -> dict[tuple[bool, str], int]:
        """The contacts, and the organisations (True), that rows mean by their ids in the program
        ``links``."""
        keys = [one.contact_key for one in entries]
        keys += [other.key for one in entries for other in one.others]
        people = linked(self._conn, "contact", links, keys)
        companies = (one.organisation_key for one in entries)
        firms = linked(self._conn, "contact", links, companies, firms=True)
        found = {(False, key): who for key, who in people.items()}
        return found | {(True, key): who for key, who in firms.items()}

    def _one(
        self,
        entry: Entry,
        deal: OnFile | None,
        added: list[_Added],
        by_key: Mapping[tuple[bool, str], int],
    ) -> None:
        # How the deal came up is how somebody new was met. Of an own export, the list of contacts
        # says it of each.
        entry.met = "" if self._own else self._catalogue.source(entry.source) or ""
        said = None
        if by_key:
            said = by_key.get((False, entry.contact_key))
            if said is None and not (entry.contact or entry.organisation):
                said = by_key.get((True, entry.organisation_key))
        if deal is None:
            self._checker.complete(entry)
            stays, terms = self._new_logs(entry)
            try:
                contact_id = said or self._people.contact_of(entry)
            except BadRowError as error:
                contact_id = self._colleague(entry, by_key, error)
            others = self._others(entry, by_key, contact_id)
            if contact_id is None:
                contact_id = next(iter(others), None)
            added.append(_new(_Added, (entry, contact_id, others, stays, terms)))
            return
        self._updater.check(deal, entry)
        self._updater.settle(deal, entry)
        self._checker.complete(entry, deal.status, deal.value)
        self._updater.place(deal, entry)
        try:
            contact_id = self._updater.contact(deal, entry, said, self._people)
        except BadRowError as error:
            contact_id = self._colleague(entry, by_key, error)
        others = self._others(entry, by_key, contact_id)
        self._lines.put(deal.id, entry.line)
        self._stamps.put(deal.id, entry.stamp)
        changed = self._updater.update(deal, entry, contact_id)
        self._updater.join(deal, others)
        if entry.own:
            changed = self._updater.keep(deal, entry, self._checker.own) or changed
        if self._updater.enter(deal, entry) or changed:
            self.summary.updated += 1
        else:
            self._same.add(deal.id)

    def _colleague(
        self, entry: Entry, by_key: Mapping[tuple[bool, str], int], error: BadRowError
    ) -> int:
        """Of several of the name of a row's contact that of the organisation of which the row says
        the id. Raises the error where that does not tell."""
        firm = by_key.get((True, entry.organisation_key))
        found = self._people.colleague(entry.contact, "", firm)
        if found is None:
            raise error
        return found

    def _others(
        self, entry: Entry, by_key: Mapping[tuple[bool, str], int], contact_id: int | None
    ) -> dict[int, str | None]:
        """Whoever else has a part in the row's deal, with the role that the row says; of several
        of a name the one at the deal's organisation. Who stays unclear, or is known by no id and
        has no name, is left out and counted."""
        found: dict[int, str | None] = {}
        if not (entry.others or entry.contact_key or entry.organisation_key):
            return found
        firm = by_key.get((True, entry.organisation_key))
        for other in entry.others:
            who = by_key.get((False, other.key)) if other.key else None
            if who is None and other.name:
                emails = (other.email,) if other.email else ()
                try:
                    who = self._people.contact_of(
                        Who(contact=other.name, emails=emails, met=entry.met)
                    )
                except BadRowError:
                    who = self._people.colleague(other.name, entry.organisation, firm or contact_id)
                    if who is None:
                        self.summary.unclear[other.name] += 1
            if who is not None:
                found[who] = self._role(other.role) if other.role else None
        self.summary.unknown_ids += self._lacks(entry, by_key)
        return found

    def _role(self, text: str) -> str:
        """How a role is kept; what a batch says again is not looked up again."""
        if text not in self._roles:
            self._roles[text] = role_key(self._conn, text)
        return self._roles[text]

    @staticmethod
    def _lacks(entry: Entry, by_key: Mapping[tuple[bool, str], int]) -> bool:
        """Whether a row means a contact or an organisation by nothing but an id that is not on
        file."""
        named = [
            ((False, entry.contact_key), entry.contact),
            ((True, entry.organisation_key), entry.organisation),
            *(((False, other.key), other.name) for other in entry.others),
        ]
        return any(key[1] and not name and key not in by_key for key, name in named)

    def _new_logs(self, entry: Entry) -> tuple[Sequence[log_cache.Stay], Sequence[log_cache.Terms]]:
        """The logs of a new deal. Raises BadRowError where the stages that it came to are not in
        the order of its other days."""
        opened, how_known = entry.opened, "imported"
        if opened is None:
            opened = entry.closed or self._opened_default or self._now
            how_known = "estimated"
        stays, terms = history(entry, opened, how_known, self._catalogue)
        if not entry.entered:
            return stays, terms
        logs = Logs(stays, terms, [None] * len(stays))
        return told(logs, entry.entered, entry.ways, self._catalogue.reason(""))

    def _open(self, added: list[_Added]) -> None:
        besides: Mapping[str, str | int | None] = {}
        if any(one.entry.plain for one in added):
            besides = {**_BESIDES, "owner_id": self._mine}
        ids = log.open_deals(
            self._conn,
            (*_DEAL, *besides),
            [self._opening(one, besides) for one in added],
        )
        entries = [(id_, one.entry) for id_, one in zip(ids, added, strict=True)]
        tags.add_to_new(self._conn, "deal", [(id_, entry.tags) for id_, entry in entries])
        if self._checker.own is not None:
            for id_, entry in entries:
                self._checker.own.add(id_, entry.own)
        if self._origin is not None:
            self._lines.follow(ids, [entry.line for _id, entry in entries])
        parts = [
            (deal_id, contact_id, role)
            for deal_id, one in zip(ids, added, strict=True)
            if one.others
            for contact_id, role in one.others.items()
            if role is not None or contact_id != one.contact_id
        ]
        bulk.insert(self._conn, "deal_contact", ("deal_id", "contact_id", "role"), parts)
        for deal_id, entry in entries:
            if entry.stamp is not None:
                self._stamps.put(deal_id, entry.stamp)
        self.summary.added += len(added)

    def _opening(self, one: _Added, besides: Mapping[str, str | int | None]) -> log.Opening:
        entry = one.entry
        if one.terms[0].provenance == "estimated":
            self.summary.estimated += 1
            self.summary.from_close += entry.closed is not None
        self.summary.untitled += self._checker.names_titles and not entry.stated_title
        # In an export of the program's own the deal has a public id already.
        public_id = entry.key.upper() if self._own and is_id(entry.key) else next(self._new_ids)
        external = entry.external
        if external is None and self._origin is not None and not self._own:
            external = self._origin, entry.key
        values = (
            public_id,
            entry.title,
            search_key(entry.title),
            entry.ways.process_id,
            one.contact_id,
            self._catalogue.source(entry.source),
            entry.product or None,
            merged(entry.notes, entry.rest) or None,
            entry.competitor or None,
            *(external or (None, None)),
            *({**besides, **entry.plain}.values() if besides else ()),
        )
        return _new(log.Opening, (values, one.stays, one.terms, entry.ways.stages))

    def finish(self) -> Summary:
        """The numbers, when every row is done."""
        self._stamps.flush()
        updater = self._updater
        self.summary.changed, self.summary.left = dict(updater.changed), dict(updater.left)
        self.summary.newer_in_file = dict(updater.preference.taken)
        self.summary.newer_here = dict(updater.preference.kept)
        self.summary.other_days = updater.other_days
        self.summary.steps_dropped = updater.steps_dropped
        self.summary.offers_closed = updater.offers_closed
        self.summary.unread_phones = tuple(sorted(self._people.unread_phones))
        self.summary.contacts_added = self._people.added
        self.summary.returned = self._people.returned
        self.summary.contacts_completed = self._people.completed
        self.summary.sources = self._catalogue.added
        return self.summary
