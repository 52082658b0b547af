"""One row of a file, checked: what it says of a deal, or why it cannot be taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from funnelcli.actions.importing.about import (
    FIRST_YEAR,
    NOTHING,
    About,
    Who,
    chosen,
    first_id,
    others_of,
    squeezed,
)
from funnelcli.actions.importing.changes import Change, change_of, in_turn
from funnelcli.actions.importing.fields import OF_CONTACT, Plan
from funnelcli.actions.importing.moments import (
    BadRowError,
    Moment,
    SkippedRow,
    in_order,
    moment_of,
)
from funnelcli.actions.importing.preference import stamp_reader
from funnelcli.actions.importing.rest import Keeper, Rest
from funnelcli.actions.importing.survey import DATE_FIELDS, WITHDRAWAL_DATES, Formats
from funnelcli.actions.importing.ways import SKIP, STATUSES, Processes, Ways
from funnelcli.errors import Usage
from funnelcli.formats.columns import CellError, is_blank
from funnelcli.i18n import _
from funnelcli.nouns import words
from funnelcli.typed import Any
from funnelcli.values import dates
from funnelcli.values.cells import apart
from funnelcli.values.money import check_currency, parse_cell
from funnelcli.values.numbers import whole_percent

# Days outside these years are slips of the pen, and some lie beyond what a clock can hold.
_LAST_YEAR = 2200
_CACHE = 20_000


# What is left to read once the title, the money, the dates and the way are, and whereto.
_TEXTS = {name: name for name in ("contact", "organisation", "source", "product", "competitor")}
_TEXTS |= {"reason": "reason", "lost_note": "reason_note"}
_TEXTS |= {"contact_public_id": "contact_id", "contact_kind": "contact_kind"}
# The cells that say who else has a part in the deal.
_OTHERS = ("people", "contact_key")
# What few files but the program's own say.
_MORE = {"kind", "owner", "since", "won", "snoozed_until", "withdrawal_from", *WITHDRAWAL_DATES}
_CHOSEN = {"kind": words.DEAL_KIND, "withdrawal_from": words.WITHDRAWAL_FROM}


class Entry(Who):
    """What a row says of a deal. Texts are "" where it says nothing.

    ``opened`` is None where neither a column nor the close says it; ``stated_title`` is whether
    a column of the file gave the title. ``value`` is in minor units of ``currency``. ``plain``
    has columns of the deal that no log has. ``since`` is when it came to its stage, ``won`` when a
    deal was won that was lost afterwards. ``external`` is where it came from before: the origin,
    and its id there. ``silent``: nothing in the row says whether the deal is open, won or lost;
    ``status`` is then what a new deal begins with. ``entered`` says when it came to its stages, in
    the order of time.

    No dataclass: what a row does not say stands once, in the class, and not in each of a hundred
    thousand.
    """

    key: str = ""
    external: tuple[str, str] | None = None
    title: str = ""
    stated_title: bool = True
    value: int | None = None
    currency: str = ""
    probability: int | None = None
    expected: str | None = None
    stage: int | None = None
    status: str = "open"
    silent: bool = False
    opened: Moment | None = None
    closed: Moment | None = None
    source: str = ""
    product: str = ""
    competitor: str = ""
    notes: str = ""
    rest: Rest = ()
    tagged: Sequence[str] = ()
    tags: Sequence[str] = ()
    reason: str = ""
    reason_note: str = ""
    since: Moment | None = None
    won: Moment | None = None
    entered: Sequence[Change] = ()
    about: Mapping[str, str] = NOTHING
    plain: Mapping[str, str | int | None] = NOTHING
    own: Sequence[Any] = ()

    def __init__(self, line: int, ways: Ways) -> None:
        self.line = line
        self.ways = ways


class Checker:
    """Checks rows. ``opened_default`` and ``closed_default`` stand in for missing dates;
    ``keeper`` reads what has no field of its own;
    ``currency`` holds where a row names none. ``own``: the file is the program's own, whose texts
    are as they were typed."""

    def __init__(
        self,
        plan: Plan,
        formats: Formats,
        processes: Processes,
        *,
        currency: str,
        key: Callable[[Sequence[str]], str] | None = None,
        own: bool = False,
        opened_default: Moment | None = None,
        closed_default: Moment | None = None,
        keeper: Keeper | None = None,
    ) -> None:
        self.processes = processes
        self._reads = plan.reads
        self.fields = tuple(plan.reads)
        self.names_titles = "title" in plan.reads
        self._formats = formats
        self._stamp = stamp_reader(plan, formats.dates)
        self._stamped = plan.stamp is not None or "changed" in plan.reads
        self._currency = currency
        self._key = key
        self._clean: Callable[[str], str] = str.strip if own else squeezed
        self._opened_default = opened_default
        self._closed_default = closed_default
        self._keeper = keeper
        self.own = plan.own
        self._owners = plan.owners
        self._today = dates.today().isoformat()
        self._moments: dict[str, dict[str, Moment]] = {name: {} for name in DATE_FIELDS}
        self._found: dict[tuple[int, bool, str, str], tuple[int | None, str, bool]] = {}
        # A stage column that says who won and lost says with other stages who is open.
        self._stage_answers = any(processes.usual.says(text) for text in formats.stages)
        self._texts = [
            (field, self._reads[name]) for name, field in _TEXTS.items() if name in self._reads
        ]
        self._more = bool(_MORE & self._reads.keys())
        keys = ("contact_key", "organisation_key")
        self._keys = [(name, self._reads[name]) for name in keys if name in self._reads]
        self.names_keys = bool(self._keys) or "people" in self._reads
        self._names_others = not self._reads.keys().isdisjoint(_OTHERS)
        self._entered = plan.entered
        about = [(name, self._reads[name]) for name in OF_CONTACT if name in self._reads]
        self._about = About(about, formats.dates.get("birthday"), self._clean) if about else None
        wanted = ("external_origin", "external_id")
        self._external = [self._reads[name] for name in wanted if name in self._reads]

    def key(self, cells: Sequence[str]) -> str:
        """The row's key, "" without one."""
        return "" if self._key is None else self._key(cells).strip()

    def external(self, cells: Sequence[str]) -> tuple[str, str] | None:
        """Where the row's deal came from before, and its id there, where the row says both."""
        if len(self._external) < 2:
            return None
        origin, its_id = (read(cells).strip() for read in self._external)
        return (origin, its_id) if origin and its_id else None

    def check(
        self, line: int, cells: Sequence[str], key: str = "", process_id: int | None = None
    ) -> Entry:
        """What the row with this :meth:`key` says; ``process_id`` is that of its deal on file,
        which holds where neither the row nor the user names one. Raises BadRowError."""
        entry = Entry(line, self._ways(cells, process_id))
        reads = self._reads
        for name, read in self._texts:
            text = read(cells)
            if text:
                setattr(entry, name, self._clean(text))
        if self._about is not None:
            entry.about = self._about.read(cells)
            if not entry.contact:
                parts = (entry.about.get(part, "") for part in ("first_name", "last_name"))
                entry.contact = " ".join(filter(None, parts))
        if self._key is not None:
            if not key:
                raise BadRowError(_("no key"))
            entry.key = key
            if self._external:
                entry.external = self.external(cells)
        for name, read in self._keys:
            setattr(entry, name, first_id(read(cells)))
        if self._names_others:
            cells_of = (reads[name](cells) if name in reads else "" for name in _OTHERS)
            entry.others = others_of(*cells_of)
        if entry.contact_kind and entry.contact_kind not in words.CONTACT_KIND:
            kind = chosen(words.CONTACT_KIND, entry.contact_kind, "contact_kind")
            entry.contact_kind = kind
        if "notes" in reads:
            entry.notes = reads["notes"](cells).strip()
        if "tags" in reads:
            entry.tags = apart(reads["tags"](cells))
        if self._keeper is not None:
            entry.rest = self._keeper.notes(cells)
            entry.tags = [*entry.tags, *self._keeper.tags(cells)]
            entry.tagged = self._keeper.starts(cells)
        entry.reach(reads, cells)
        self._title(entry, cells)
        self._money(entry, cells)
        self._way(entry, cells)
        self._dates(entry, cells)
        if self._stamped:
            entry.changed = self._moment("changed", cells)
            entry.stamp = entry.changed or self._stamp(cells)
        if self._more:
            self._besides(entry, cells)
        if self.own is not None:
            entry.own = self.own.read(cells)
        if self._entered:
            entry.entered = self._changes(entry, cells)
        if entry.status == "open" and "probability" in reads:
            text = reads["probability"](cells).strip()
            entry.probability = _share(text) if self._formats.shares else _percent(text)
        return entry

    def _changes(self, entry: Entry, cells: Sequence[str]) -> list[Change]:
        """When the deal came to its stages. Raises BadRowError for a stage that nobody knows, and
        for a day to come."""
        found: list[Change] = []
        for text, _column, read in self._entered:
            moment = self._moment_in("entered", read(cells))
            if moment is None:
                continue
            way = entry.ways.read(text)
            if way is None:
                raise BadRowError(_("“{text}” is no stage and no status").format(text=text))
            if way[1] == SKIP:
                continue
            if self._to_come(moment):
                raise BadRowError(_("{day} has not come yet").format(day=moment.day))
            found.append(change_of(entry.ways, moment, way, entry.line))
        return in_turn(found, entry.ways)

    def _ways(self, cells: Sequence[str], process_id: int | None) -> Ways:
        read = self._reads.get("process")
        if read is None and process_id is None:
            return self.processes.usual
        text = read(cells) if read is not None else ""
        if text and not text.isspace():
            process_id = self.processes.knows(text)
            if process_id is None:
                raise BadRowError(_("there is no process “{text}”").format(text=text.strip()))
        elif self.processes.given:
            process_id = None
        return self.processes.of(process_id)

    def _besides(self, entry: Entry, cells: Sequence[str]) -> None:
        """What few files but the program's own say of a deal."""
        plain: dict[str, Any] = {
            name: chosen(choices, text, name)
            for name, choices in _CHOSEN.items()
            if name in self._reads and (text := self._reads[name](cells).strip())
        }
        snoozed = self._moment("snoozed_until", cells) if entry.status == "open" else None
        if snoozed is not None:
            plain["snoozed_until"] = snoozed.day
        won = self._moment("won", cells)
        if won is not None and entry.status == "lost":
            entry.won = won
        for name in WITHDRAWAL_DATES:
            moment = self._moment(name, cells)
            if moment is not None:
                plain[name] = moment.day
        if not entry.won and entry.status != "won":
            # Only of what was won there is a right of withdrawal.
            for name in ("withdrawal_from", *WITHDRAWAL_DATES):
                plain.pop(name, None)
        if self._owners is not None:
            self._owners.put(plain, cells)
        entry.since = self._moment("since", cells)
        entry.plain = plain

    def _title(self, entry: Entry, cells: Sequence[str]) -> None:
        read = self._reads.get("title")
        entry.title = self._clean(read(cells)) if read is not None else ""
        if not entry.title:
            entry.stated_title = False
            entry.title = entry.product or entry.contact or entry.organisation or entry.key
            if not entry.title:
                raise BadRowError(_("no title"))

    def _money(self, entry: Entry, cells: Sequence[str]) -> None:
        reads = self._reads
        try:
            named = reads["currency"](cells).strip() if "currency" in reads else ""
            entry.currency = check_currency(named) if named else self._currency
            text = reads["value"](cells).strip() if "value" in reads else ""
            if text:
                amount = parse_cell(text, self._formats.sign, entry.currency)
                if named and amount.currency != entry.currency:
                    raise BadRowError(
                        _("the value is in {one}, the currency says {other}").format(
                            one=amount.currency, other=entry.currency
                        )
                    )
                entry.value, entry.currency = amount.minor, amount.currency
        except Usage as error:
            raise BadRowError.of(error) from None

    def _way(self, entry: Entry, cells: Sequence[str]) -> None:
        reads = self._reads
        written = (
            reads["stage"](cells) if "stage" in reads else "",
            reads["status"](cells) if "status" in reads else "",
        )
        was_won = "won" in reads and bool(reads["won"](cells).strip())
        place = (entry.ways.process_id, was_won, *written)
        found = self._found.get(place)
        if found is None:
            found = self._stands(entry.ways, written, was_won)
            if len(self._found) < _CACHE:
                self._found[place] = found
        entry.stage, entry.status, entry.silent = found

    def _stands(
        self, ways: Ways, written: tuple[str, str], was_won: bool
    ) -> tuple[int | None, str, bool]:
        """The stage, if one is named, the status that both cells together say, and whether they
        say none. A deal that was won and then lost may still be in a stage of won ones."""
        at: int | None = None
        stated: str | None = None
        for cell in written:
            text = " ".join(cell.split())
            if not text:
                continue
            way = ways.read(text)
            if way is None:
                raise BadRowError(_("“{text}” is no stage and no status").format(text=text))
            stage, status = way
            if status == SKIP:
                raise SkippedRow
            known = stated is None or status in (None, stated)
            if not known and not (was_won and status == "lost"):
                raise BadRowError(_("the stage and the status contradict each other"))
            stated = status or stated
            at = at or stage
        kind = ways.stages[at][1] if at is not None else "open"
        if stated in ("open", "lost") and kind in ("won", "post") and not was_won:
            raise BadRowError(_("the stage and the status contradict each other"))
        silent = stated is None and (at is None or not self._stage_answers)
        return at, stated or STATUSES[0], silent

    def _dates(self, entry: Entry, cells: Sequence[str]) -> None:
        opened = self._moment("opened", cells)
        closed = self._moment("closed", cells)
        expected = self._moment("expected", cells)
        if expected is not None:
            entry.expected = expected.day
        if entry.status == "open":
            # What other programs call the close date is, for an open deal, the expected one.
            if closed is not None and expected is None:
                entry.expected = closed.day
            closed = None
        for moment in (opened, closed):
            if moment is None or (moment.day < self._today and not moment.timed):
                continue
            if self._to_come(moment):
                raise BadRowError(_("{day} has not come yet").format(day=moment.day))
        if opened is not None and closed is not None:
            opened, closed = in_order(opened, closed)
        entry.opened, entry.closed = opened, closed

    def complete(self, entry: Entry, status: str | None = None, value: int | None = None) -> None:
        """Fill in or ask for what a close needs, where the row closes its deal: ``status`` and
        ``value`` are those that the deal has on file, so that empty cells say nothing of them. A
        close that nothing dates was when the deal came to its last stage, else when the row was
        changed last.

        Raises BadRowError for a win without a value, and a close without a date.
        """
        if entry.status == "open":
            return
        if entry.status == "won" and entry.value is None and value is None:
            raise BadRowError(_("won without a value"))
        if entry.closed is not None or entry.status == status:
            return
        changed = entry.changed
        if changed is not None and self._to_come(changed):
            changed = None
        closed = entry.since or changed or self._closed_default
        if closed is None:
            raise BadRowError(
                _("won without a close date; to set one: --closed-default DATE")
                if entry.status == "won"
                else _("lost without a close date; to set one: --closed-default DATE")
            )
        entry.closed = closed
        if entry.opened is not None:
            entry.opened, entry.closed = in_order(entry.opened, entry.closed)

    def _to_come(self, moment: Moment) -> bool:
        return moment.day > self._today or (moment.timed and dates.is_future(moment.at))

    def _moment(self, name: str, cells: Sequence[str]) -> Moment | None:
        read = self._reads.get(name)
        return None if read is None else self._moment_in(name, read(cells))

    def _moment_in(self, name: str, cell: str) -> Moment | None:
        """The moment that a cell of a field says, None where it is empty. Raises BadRowError."""
        if not cell:
            return None
        known = self._moments[name]
        found = known.get(cell)
        if found is not None:
            return found
        if is_blank(cell):
            return None
        try:
            day, clock, offset = self._formats.dates[name].parse(cell)
        except CellError as error:
            raise BadRowError(str(error)) from None
        if not FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise BadRowError(_("the year of {cell} cannot be meant").format(cell=cell.strip()))
        found = moment_of(day, clock, offset)
        if len(known) >= _CACHE:
            known.clear()
        known[cell] = found
        return found


def _percent(text: str) -> int | None:
    if not text:
        return None
    percent = whole_percent(text)
    if percent is None and text.endswith("%"):
        # A sheet may keep more than the whole percentages that it shows.
        with suppress(ValueError):
            percent = round(float(text[:-1].replace(",", ".")))
    if percent is None or not 0 <= percent <= 100:
        raise BadRowError(_("{text} is no percentage from 0 to 100").format(text=text))
    return percent


def _share(text: str) -> int | None:
    """What is written as a part of one, 0.35, in percent."""
    try:
        return round(float(text.replace(",", ".")) * 100) if text else None
    except ValueError:
        raise BadRowError(_("{text} is no percentage from 0 to 100").format(text=text)) from None
