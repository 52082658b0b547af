"""Importing the history of deals: one row a change of stage, as Salesforce's histories and what
Pipedrive calls the flow have it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter

from funnelcli.actions import log
from funnelcli.actions.importing import changes
from funnelcli.actions.importing.about import first_id
from funnelcli.actions.importing.catalogue import Catalogue
from funnelcli.actions.importing.changes import Change
from funnelcli.actions.importing.fields import NoColumn, Plan, matched
from funnelcli.actions.importing.links import Links, Named
from funnelcli.actions.importing.moments import BadRowError, Moment, moment_of
from funnelcli.actions.importing.ways import SKIP, Processes, Ways, folded
from funnelcli.db.bulk import batches
from funnelcli.formats.columns import CellError, DateFormat
from funnelcli.formats.table import Row
from funnelcli.i18n import _, ngettext
from funnelcli.values import dates

ALIASES: Mapping[str, Sequence[str]] = {
    "deal_key": (
        *("opportunity id", "deal id", "data item id", "item id", "object id", "record id"),
        *("opportunity id (18)", "projekt id", "auftrags id", "deal record id", "deal key"),
    ),
    "deal": (
        *("opportunity name", "deal name", "deal title", "deal", "opportunity", "title"),
        *("name der opportunity", "projekt", "titel", "geschäft"),
    ),
    "stage": (
        *("data additional data new value formatted", "new value formatted", "to stage"),
        *("new stage", "new value", "data new value", "stage name", "stage", "deal stage"),
        *(
            "nach phase",
            "neue phase",
            "nach stufe",
            "neue stufe",
            "neuer wert",
            "phase",
            "stufe",
            "to",
            "value",
            "property value",
        ),
        *("stage entered", "wert"),
    ),
    "before": (
        *("data additional data old value formatted", "old value formatted", "from stage"),
        *("old stage", "previous stage", "old value", "data old value", "von phase"),
        *("alte phase", "alter wert", "vorherige phase", "bisherige phase", "from"),
        *("alte stufe", "von stufe", "vorherige stufe", "bisherige stufe"),
    ),
    "at": (
        *("created date", "edit date", "last modified date", "last modified", "changed at"),
        *("changed on", "change date", "data log time", "log time", "timestamp", "entered at"),
        *("entered on", "date entered", "date", "time", "bearbeitungsdatum", "geändert am"),
        *("zuletzt geändert", "letzte änderung", "erstelldatum", "datum", "zeitpunkt", "seit"),
    ),
    "field": (
        *("field / event", "field/event", "data field key", "field key", "field", "property"),
        *("property name", "feld / ereignis", "feld/ereignis", "feld", "eigenschaft"),
    ),
}
FIELDS = tuple(ALIASES)
DATE_FIELDS = ("at",)
# What histories of all fields call that of the stage, and that of open, won and lost.
_STAGES = frozenset(
    map(
        folded,
        (
            *("stage", "stagename", "stage name", "stage id", "dealstage", "deal stage", "phase"),
            *("hs deal stage", "opportunity stage", "status", "deal status", "stufe"),
        ),
    )
)


def plan(header: list[str], maps: Sequence[str], key: str | None = None) -> Plan:
    """Which column is which field. Raises Usage unless each change has a deal, a stage and a
    time."""
    made = matched(header, maps, ALIASES, key)
    missing = [name for name in ("stage", "at") if name not in made.reads]
    if not {"deal_key", "deal"} & made.reads.keys():
        missing.append("deal")
    if missing:
        raise NoColumn(missing, made.untaken or header)
    return made


class Importer:
    """An import of changes under way. They are gathered beside the database, since the rows of a
    deal may stand anywhere, and told deal by deal at the end. ``others`` counts the rows that are
    of other fields."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        made: Plan,
        formats: Mapping[str, DateFormat],
        processes: Processes,
        origin: str,
    ) -> None:
        self.added = self.updated = self.unchanged = self.others = 0
        self._conn = conn
        self._reads = made.reads
        self._format = formats["at"]
        self._processes = processes
        self._links = Links(conn, origin)
        self._today = dates.today().isoformat()
        self._lost = Catalogue(conn).reason("")
        # A database without a name is a file of its own that goes with its connection.
        self._told = sqlite3.connect("")
        self._told.execute(
            "CREATE TABLE told (deal_id INTEGER, at INTEGER, day TEXT, timed INTEGER,"
            " stage INTEGER, status TEXT, before INTEGER, line INTEGER)"
        )

    def take(self, batch: Sequence[Row]) -> list[tuple[Row, str]]:
        """Gather a batch of rows; those that are not kept, with the reasons."""
        bad = [(row, row.problem) for row in batch if row.problem]
        good: list[tuple[Row, Named]] = []
        for row in batch:
            if row.problem:
                continue
            field = self._text("field", row)
            if field and folded(field) not in _STAGES:
                self.others += 1
                continue
            named = Named(deal_key=first_id(self._text("deal_key", row)))
            named.deal = self._text("deal", row)
            good.append((row, named))
        self._links.load([named for _row, named in good])
        meant: list[tuple[Row, int]] = []
        for row, named in good:
            try:
                meant.append((row, self._links.deal_of(named)))
            except BadRowError as error:
                bad.append((row, str(error)))
        process = log.processes_of(self._conn, [*{deal_id for _row, deal_id in meant}])
        for row, deal_id in meant:
            try:
                self._gather(row, deal_id, self._processes.of(process[deal_id]))
            except BadRowError as error:
                bad.append((row, str(error)))
        return bad

    def _text(self, name: str, row: Row) -> str:
        read = self._reads.get(name)
        return read(row.cells).strip() if read is not None else ""

    def _gather(self, row: Row, deal_id: int, ways: Ways) -> None:
        text = self._text("stage", row)
        if not text:
            raise BadRowError(_("no stage"))
        way = ways.read(text)
        if way is None:
            raise BadRowError(_("“{text}” is no stage and no status").format(text=text))
        if way[1] == SKIP:
            raise BadRowError(_("“{text}” is skipped").format(text=text))
        before = self._text("before", row)
        was = ways.knows(before) if before else None
        moment = self._moment(row)
        change = changes.change_of(ways, moment, way, row.line)
        self._told.execute(
            "INSERT INTO told VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                deal_id,
                moment.at,
                moment.day,
                moment.timed,
                change.stage,
                change.status,
                was[0] if was is not None else None,
                row.line,
            ),
        )

    def _moment(self, row: Row) -> Moment:
        text = self._text("at", row)
        if not text:
            raise BadRowError(_("no date"))
        try:
            day, clock, offset = self._format.parse(text)
        except CellError as error:
            raise BadRowError(str(error).rstrip(".")) from None
        moment = moment_of(day, clock, offset)
        if moment.day > self._today or (moment.timed and dates.is_future(moment.at)):
            raise BadRowError(_("{day} has not come yet").format(day=moment.day))
        return moment

    def finish(self) -> dict[int, str]:
        """Tell the deals what was gathered; the reasons for rows that do not fit, by line."""
        bad: dict[int, str] = {}
        rows = self._told.execute(
            "SELECT deal_id, at, day, timed, stage, status, before, line FROM told"
            " ORDER BY deal_id, at, line"
        )
        told = (
            (
                deal_id,
                [
                    Change(Moment(at, day, bool(timed)), stage, status, before, line)
                    for _deal, at, day, timed, stage, status, before, line in some
                ],
            )
            for deal_id, some in groupby(rows, key=itemgetter(0))
        )
        for batch in batches(told):
            self._tell(dict(batch), bad)
        self._told.close()
        return bad

    def _tell(self, told: Mapping[int, list[Change]], bad: dict[int, str]) -> None:
        books = log.books_of(self._conn, [*told])
        process = log.processes_of(self._conn, [*told])
        for deal_id, found in told.items():
            ways = self._processes.of(process[deal_id])
            new, misplaced = changes.tell(books[deal_id], found, ways, self._lost)
            bad |= {change.line: reason for change, reason in misplaced.items()}
            if len(misplaced) < len(found):
                self.updated += new
                self.unchanged += not new
        log.write(self._conn, [book for book in books.values() if book.differs])

    def lines(self) -> list[str]:
        """What else there is to say."""
        if not self.others:
            return []
        text = ngettext("{n} row of another field", "{n} rows of other fields", self.others)
        return [text.format(n=self.others)]
