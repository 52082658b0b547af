"""One row of a file, checked: what it says of a deal, or why it cannot be taken."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from funnelcli.actions.contacts import check_email
from funnelcli.actions.importing.fields import OF_CONTACT, Plan, Read, Untaken
from funnelcli.actions.importing.ways import MOST_TEXTS, STATUSES, Ways
from funnelcli.errors import FunnelError, Usage
from funnelcli.formats.columns import CellError, DateColumn, DateFormat, is_blank
from funnelcli.formats.tabular import Table
from funnelcli.i18n import _
from funnelcli.nouns.contact import CONTACT
from funnelcli.values import dates
from funnelcli.values.birthdays import without_year
from funnelcli.values.days import BACK
from funnelcli.values.languages import language_tag
from funnelcli.values.money import check_currency, decimal_sign, parse_cell
from funnelcli.values.names import salutation_key
from funnelcli.values.numbers import whole_percent

DATE_FIELDS = ("opened", "closed", "expected", "birthday")
# Days outside these years are slips of the pen, and some lie beyond what a clock can hold.
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_NOON = time(12)
_CACHE = 20_000
# Entries of a day without a time come a second after each other.
_ENTRIES_OF_A_DAY = 60


# Nearly every address there is; what it leaves out is looked at letter by letter.
_PLAIN_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
# One number as a spreadsheet shows it, 1,71235E+11, whose comma is not between two.
_ROUNDED = re.compile(r"\s*\d(?:,\d+)?(?:E\+?\d+|,0+)\s*", re.IGNORECASE)
_SEVERAL = re.compile(r"\s*(?::::|[,;\n])\s*")


class BadRowError(Exception):
    """A row that cannot be taken; the message is the reason, in words."""


class Moment(NamedTuple):
    """An instant in UTC seconds, its day in the user's zone, and whether the file says the time
    of day; where it does not, noon stands for the day."""

    at: int
    day: str
    timed: bool


@dataclass(slots=True)
class Formats:
    """How a file's columns are written: decided over all cells. ``rows`` counts its rows.
    ``stages`` are the texts of a stage column that has no status column beside it, ``untaken``
    the columns that are not taken, with how many filled cells they have."""

    dates: dict[str, DateFormat] = field(default_factory=dict)
    sign: str | None = None
    rows: int = 0
    stages: set[str] = field(default_factory=set)
    untaken: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Entry:
    """What a row says of a deal. Texts are "" where it says nothing.

    ``opened`` is None where neither a column nor the close says it; ``stated_title`` is whether
    a column of the file gave the title. ``value`` is in minor units of ``currency``. ``about`` has
    fields of the contact. ``silent``: nothing in the row says whether the deal is open, won or
    lost; ``status`` is then what a new deal begins with.
    """

    line: int
    key: str = ""
    title: str = ""
    stated_title: bool = True
    contact: str = ""
    organisation: str = ""
    emails: Sequence[str] = ()
    phones: Sequence[str] = ()
    about: Mapping[str, str] = field(default_factory=dict)
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
    tags: Sequence[str] = ()
    reason: str = ""


def survey(
    table: Table, plan: Plan, date_formats: Sequence[str] = (), decimal: str | None = None
) -> Formats:
    """Decide how dates and amounts are written, from every row of the table.

    ``date_formats`` are formats, or FIELD=FORMAT for one column; ``decimal`` is the decimal sign
    of the amounts. Raises Usage where a column can be read in two ways.
    """
    given: dict[str, str] = {}
    for text in date_formats:
        name, equals, layout = text.partition("=")
        if equals and name not in DATE_FIELDS:
            raise Usage(
                _("There is no date field {name}.").format(name=name),
                _("The date fields are: {fields}.").format(fields=", ".join(DATE_FIELDS)),
            )
        given |= {name: layout} if equals else dict.fromkeys(DATE_FIELDS, text)
    if decimal not in (None, ".", ","):
        raise Usage(
            _("“{sign}” is no decimal sign.").format(sign=decimal), _("Write --decimal . or ,")
        )
    columns = [
        (_in_full(name, plan.reads[name]), DateColumn(plan.names[name], given.get(name)))
        for name in DATE_FIELDS
        if name in plan.reads
    ]
    amount = plan.reads.get("value") if decimal is None else None
    stage = plan.reads.get("stage") if "status" not in plan.reads else None
    untaken = Untaken(plan)
    formats = Formats(sign=decimal)

    def amounts() -> Iterator[str]:
        for row in table.rows():
            formats.rows += 1
            if row.problem:
                continue
            for read, column in columns:
                column.add(read(row.cells))
            untaken.add(row.cells)
            if stage is not None and len(formats.stages) < MOST_TEXTS:
                formats.stages.add(stage(row.cells))
            if amount is not None:
                yield amount(row.cells)

    formats.sign = decimal_sign(amounts()) or decimal
    formats.untaken = untaken.filled()
    names = [name for name in DATE_FIELDS if name in plan.reads]
    for name, (_read, column) in zip(names, columns, strict=True):
        formats.dates[name] = column.decide()
    return formats


def _in_full(name: str, read: Read) -> Read:
    """What reads the cells by which a column's format is decided: those with a year."""
    if name != "birthday":
        return read
    return lambda cells: "" if without_year(cell := read(cells)) else cell


def plain_moment(day: date) -> Moment:
    """The moment that stands for a day without a time: noon, so that differences of days are
    exact; the present instant for today, if noon is still to come."""
    return Moment(min(dates.at_time(day, _NOON), dates.now()), day.isoformat(), False)


def stands_for_day(at: int) -> bool:
    """Whether the instant ``at`` is one that stands for its day: noon, or, where a day has
    several entries, a few seconds after it."""
    return 0 <= at - dates.at_time(dates.local_date(at), _NOON) < _ENTRIES_OF_A_DAY


class Checker:
    """Checks rows. ``opened_default`` and ``closed_default`` stand in for missing dates;
    ``currency`` holds where a row names none."""

    def __init__(
        self,
        plan: Plan,
        formats: Formats,
        ways: Ways,
        *,
        currency: str,
        key: Callable[[Sequence[str]], str] | None = None,
        opened_default: Moment | None = None,
        closed_default: Moment | None = None,
    ) -> None:
        self.ways = ways
        self._reads = plan.reads
        self._formats = formats
        self._currency = currency
        self._key = key
        self._opened_default = opened_default
        self._closed_default = closed_default
        self._today = dates.today().isoformat()
        self._moments: dict[tuple[str, str], Moment] = {}
        self._found: dict[tuple[str, str], tuple[int | None, str, bool]] = {}
        # A stage column that says who won and lost says with other stages who is open.
        self._stage_answers = any(ways.says(text) for text in formats.stages)
        # What is left to read once the title, the money, the dates and the way are.
        self._texts = [
            (name, self._reads[name])
            for name in ("contact", "organisation", "source", "product", "competitor", "reason")
            if name in self._reads
        ]
        self._about = [(name, self._reads[name]) for name in OF_CONTACT if name in self._reads]

    def check(self, line: int, cells: Sequence[str]) -> Entry:
        """What the row says. Raises BadRowError."""
        entry = Entry(line)
        reads = self._reads
        for name, read in self._texts:
            text = read(cells)
            if text:
                setattr(entry, name, " ".join(text.split()))
        if self._about:
            entry.about = self._contact(cells)
            if not entry.contact:
                parts = (entry.about.get(part, "") for part in ("first_name", "last_name"))
                entry.contact = " ".join(filter(None, parts))
        if self._key is not None:
            entry.key = self._key(cells).strip()
            if not entry.key:
                raise BadRowError(_("no key"))
        if "notes" in reads:
            entry.notes = reads["notes"](cells).strip()
        if "tags" in reads:
            entry.tags = _split(reads["tags"](cells))
        # Some programs write the address where the name belongs.
        named = entry.contact if "@" in entry.contact else ""
        if named or "email" in reads:
            self._emails(entry, reads["email"](cells) if "email" in reads else "", named)
        if "phone" in reads:
            cell = reads["phone"](cells)
            entry.phones = [cell.strip()] if _ROUNDED.fullmatch(cell) else _split(cell)
        self._title(entry, cells)
        self._money(entry, cells)
        self._way(entry, cells)
        self._dates(entry, cells)
        if entry.status == "open" and "probability" in reads:
            entry.probability = _percent(reads["probability"](cells).strip())
        return entry

    def _contact(self, cells: Sequence[str]) -> dict[str, str]:
        """The fields of the contact that the row says."""
        texts = ((name, " ".join(read(cells).split())) for name, read in self._about)
        try:
            return {name: self._told(name, text) for name, text in texts if text}
        except Usage as error:
            raise BadRowError(error.message.rstrip(".")) from None

    def _told(self, name: str, text: str) -> str:
        """One field of a contact, as the database keeps it."""
        match CONTACT.fields[name].type.reads:
            case "salutation":
                return salutation_key(text)
            case "language":
                return language_tag(text)
            case "birthday":
                return without_year(text) or self._birthday(text)
            case _:
                return text

    def _birthday(self, text: str) -> str:
        try:
            day = self._formats.dates["birthday"].parse(text)[0]
        except CellError as error:
            raise BadRowError(str(error)) from None
        if day.year < _FIRST_YEAR or day.isoformat() > self._today:
            raise BadRowError(_("{day} is no birthday").format(day=day.isoformat()))
        return day.isoformat()

    def _emails(self, entry: Entry, cell: str, named: str) -> None:
        if _PLAIN_EMAIL.fullmatch(cell):
            entry.emails = (cell.lower(),)
            return
        try:
            entry.emails = list(
                dict.fromkeys(
                    text.lower() if _PLAIN_EMAIL.fullmatch(text) else check_email(text)
                    for text in _split(cell) or _split(named)
                )
            )
        except Usage as error:
            raise BadRowError(error.message.rstrip(".")) from None

    def _title(self, entry: Entry, cells: Sequence[str]) -> None:
        read = self._reads.get("title")
        entry.title = " ".join(read(cells).split()) if read is not None else ""
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
            raise BadRowError(error.message.rstrip(".")) from None

    def _way(self, entry: Entry, cells: Sequence[str]) -> None:
        reads = self._reads
        written = (
            reads["stage"](cells) if "stage" in reads else "",
            reads["status"](cells) if "status" in reads else "",
        )
        found = self._found.get(written)
        if found is None:
            found = self._stands(written)
            if len(self._found) < _CACHE:
                self._found[written] = found
        entry.stage, entry.status, entry.silent = found

    def _stands(self, written: tuple[str, str]) -> tuple[int | None, str, bool]:
        """The stage, if one is named, the status that both cells together say, and whether they
        say none."""
        at: int | None = None
        stated: str | None = None
        for cell in written:
            text = " ".join(cell.split())
            if not text:
                continue
            way = self.ways.read(text)
            if way is None:
                raise BadRowError(_("“{text}” is no stage and no status").format(text=text))
            stage, status = way
            if stated is not None and status is not None and status != stated:
                raise BadRowError(_("the stage and the status contradict each other"))
            stated = status or stated
            at = at or stage
        kind = self.ways.stages[at][1] if at is not None else "open"
        if stated in ("open", "lost") and kind in ("won", "post"):
            raise BadRowError(_("the stage and the status contradict each other"))
        silent = stated is None and (at is None or not self._stage_answers)
        return at, stated or STATUSES[0], silent

    def _dates(self, entry: Entry, cells: Sequence[str]) -> None:
        opened = self._moment("opened", cells)
        closed = self._moment("closed", cells)
        expected = self._moment("expected", cells)
        entry.expected = expected.day if expected else None
        if entry.status == "open":
            # What other programs call the close date is, for an open deal, the expected one.
            if closed is not None and expected is None:
                entry.expected = closed.day
            closed = None
        for moment in (opened, closed):
            if moment is not None and self._to_come(moment):
                raise BadRowError(_("{day} has not come yet").format(day=moment.day))
        if opened is not None and closed is not None:
            opened, closed = _in_order(opened, closed)
        entry.opened, entry.closed = opened, closed

    def complete(self, entry: Entry, status: str | None = None, value: int | None = None) -> None:
        """Fill in or ask for what a close needs, where the row closes its deal: ``status`` and
        ``value`` are those that the deal has on file, so that empty cells say nothing of them.

        Raises BadRowError for a win without a value, and a close without a date.
        """
        if entry.status == "open":
            return
        if entry.status == "won" and entry.value is None and value is None:
            raise BadRowError(_("won without a value"))
        if entry.closed is not None or entry.status == status:
            return
        if self._closed_default is None:
            raise BadRowError(
                _("won without a close date: --closed-default DATE sets one")
                if entry.status == "won"
                else _("lost without a close date: --closed-default DATE sets one")
            )
        entry.closed = self._closed_default
        if entry.opened is not None:
            entry.opened, entry.closed = _in_order(entry.opened, entry.closed)

    def _to_come(self, moment: Moment) -> bool:
        return moment.day > self._today or (moment.timed and dates.is_future(moment.at))

    def _moment(self, name: str, cells: Sequence[str]) -> Moment | None:
        read = self._reads.get(name)
        if read is None:
            return None
        cell = read(cells)
        if not cell:
            return None
        found = self._moments.get((name, cell))
        if found is not None:
            return found
        if is_blank(cell):
            return None
        try:
            day, clock, offset = self._formats.dates[name].parse(cell)
        except CellError as error:
            raise BadRowError(str(error)) from None
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise BadRowError(_("the year of {cell} cannot be meant").format(cell=cell.strip()))
        if clock is None:
            found = plain_moment(day)
        elif offset is None:
            found = Moment(dates.at_time(day, clock), day.isoformat(), True)
        else:
            wall = datetime.combine(day, clock, UTC) - timedelta(minutes=offset)
            at = int(wall.timestamp())
            found = Moment(at, dates.local_date(at).isoformat(), True)
        if len(self._moments) >= _CACHE:
            self._moments.clear()
        self._moments[name, cell] = found
        return found


def _in_order(opened: Moment, closed: Moment) -> tuple[Moment, Moment]:
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


def _split(cell: str) -> list[str]:
    """The values of a cell that other programs join with commas, semicolons or ``:::``."""
    text = cell.strip()
    return [part for part in _SEVERAL.split(text) if part] if text else []


def _percent(text: str) -> int | None:
    if not text:
        return None
    percent = whole_percent(text)
    if percent is None:
        raise BadRowError(_("{text} is no percentage from 0 to 100").format(text=text))
    return percent


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
