"""How a file's columns are written, decided over all their cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from funnelcli.actions.importing.fields import Plan, Untaken, in_full
from funnelcli.actions.importing.preference import StampColumn
from funnelcli.actions.importing.ways import MOST_TEXTS, count
from funnelcli.db.bulk import batches
from funnelcli.errors import Usage
from funnelcli.formats.columns import DateColumn, DateFormat
from funnelcli.formats.tabular import Table
from funnelcli.i18n import _
from funnelcli.values.money import decimal_sign

WITHDRAWAL_DATES = ("revocable_until", "received_on", "withdrawal_sent_on")
DATE_FIELDS = (
    *("opened", "closed", "expected", "since", "won", "snoozed_until", "birthday", "entered"),
    "changed",
    *WITHDRAWAL_DATES,
)


@dataclass(slots=True)
class Formats:
    """How a file's columns are written: decided over all cells. ``rows`` counts its rows.
    ``stages`` are the texts of a stage column that has no status column beside it; ``words`` counts
    those of both columns. ``untaken`` are the columns that are not taken, with how many filled
    cells they have. ``shares``: what the column of probabilities says are parts of one, not of a
    hundred.
    """

    dates: dict[str, DateFormat] = field(default_factory=dict)
    sign: str | None = None
    rows: int = 0
    stages: set[str] = field(default_factory=set)
    words: Counter[str] = field(default_factory=Counter)
    untaken: dict[str, int] = field(default_factory=dict)
    shares: bool = False


class _Shares:
    """Looks for parts of one in a column of probabilities: none is above 1, and some are below, or
    the numbers are those of a sheet, which keeps 100 % as 1."""

    def __init__(self, *, bare: bool) -> None:
        self._bare = bare
        self._above = self._within = False

    def add(self, cell: str) -> None:
        """Take one more cell into account."""
        text = cell.strip().replace(",", ".", 1)
        if text in ("", "0", "0.0"):
            return
        within = text.startswith(("0.", ".")) and not text.endswith("%")
        self._within = self._within or within or (self._bare and text == "1")
        self._above = self._above or not (within or text in ("1", "1.0"))

    def found(self) -> bool:
        """Whether the column has parts of one."""
        return self._within and not self._above


def survey(
    table: Table,
    plan: Plan,
    date_formats: Sequence[str] = (),
    decimal: str | None = None,
    *,
    own: bool = False,
) -> Formats:
    """Decide how dates and amounts are written, from every row of the table.

    ``date_formats`` are formats, or FIELD=FORMAT for one column; ``decimal`` is the decimal sign
    of the amounts; where the amounts of an export of the program's ``own`` could be read in two
    ways, its delimiter shows it. Raises Usage where a column can be read in two ways.
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
    columns = {
        name: (in_full(name, plan.reads[name]), DateColumn(plan.names[name], given.get(name)))
        for name in DATE_FIELDS
        if name in plan.reads
    }
    stamps = StampColumn(plan)
    # Whatever stage it is of, one program writes them all alike.
    named = plan.entered[0][1] if plan.entered else "entered"
    entered = DateColumn(named, given.get("entered"))
    amount = plan.reads.get("value") if decimal is None else None
    stage = plan.reads.get("stage") if "status" not in plan.reads else None
    untaken = Untaken(plan)
    said = [plan.reads[name] for name in ("stage", "status") if name in plan.reads]
    chances = plan.reads.get("probability")
    shares = _Shares(bare=table.bare)
    formats = Formats(sign=decimal)

    def amounts() -> Iterator[str]:
        for batch in batches(table.rows()):
            formats.rows += len(batch)
            rows = [row.cells for row in batch if not row.problem]
            for read, column in columns.values():
                column.add_all(map(read, rows))
            for cells in rows if plan.entered else ():
                for text, _column, read in plan.entered:
                    if cell := read(cells).strip():
                        entered.add(cell)
                        count(formats.words, text)
            untaken.add(rows)
            stamps.add(rows)
            if chances is not None:
                for cell in set(map(chances, rows)):
                    shares.add(cell)
            for read in said:
                for text, times in Counter(map(read, rows)).items():
                    count(formats.words, text, times)
            if stage is not None and len(formats.stages) < MOST_TEXTS:
                formats.stages.update(map(stage, rows))
            if amount is not None:
                yield from map(amount, rows)

    try:
        formats.sign = decimal_sign(amounts()) or decimal
    except Usage:
        if not own:
            raise
        formats.sign = "," if table.delimiter == ";" else "."
    formats.untaken = untaken.filled()
    formats.shares = shares.found()
    formats.dates = {name: column.decide() for name, (_read, column) in columns.items()}
    formats.dates |= stamps.decide()
    if plan.entered:
        formats.dates["entered"] = entered.decide()
    return formats
