"""What a report is: its rows, how they were computed, its chart.

All texts are in the language spoken when the report was made. Nothing here knows how a report
looks; :mod:`funnelcli.render` and the report pages do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from funnelcli.plain import NamedTuple, Plain, made
from funnelcli.render.chart import ChartSpec
from funnelcli.render.model import Column
from funnelcli.typed import Any

Row = dict[str, Any]
"""A row of a report, by the keys of its columns."""


class Behind(NamedTuple):
    """The deals behind a row: the query whose facts they are, and the condition that they fulfil;
    ``standing`` where it is asked how things stand, of no period."""

    query: str
    condition: str
    standing: bool = False


class Report(Plain):
    """A report with all that is needed to check it.

    ``rows`` are dicts with the keys of ``columns``; a row may hold further keys, which data
    output leaves out. ``total`` is a last row set apart, or None where nothing can be added up.
    """

    name: str
    """The word after ``funnel report``."""
    title: str
    rule: str
    """How it was computed, in a sentence or two."""
    period: str
    """The period in words; empty where the report has none."""
    zone: str
    """The time zone of its days."""
    n: int
    """How many deals (or visits, contacts, scores) the figures rest on."""
    columns: Sequence[Column]
    rows: list[Row]
    total: Row | None = None
    left_out: list[str] = made(factory=list)
    """What was left out and why, a sentence each."""
    chart: ChartSpec | None = None
    explain: list[str] = made(factory=list)
    """The formulas in words with the numbers put in, a line each."""
    compare: Report | None = None
    """The same report over the period before, or as it stood at an earlier moment."""
    compared: Sequence[str] = ()
    """The keys of the columns that a comparison sets side by side."""
    keys: Sequence[str] = ()
    """The keys of the columns that say what a row is about; equal keys are the same row."""
    order: Callable[[Row], Any] | None = None
    """Where rows that there were only before come among the others; None for after them."""
    as_of: int | None = None
    """The past instant (UTC seconds) that the report shows; None for now."""
    standing: bool = False
    """Whether it shows how things stand at a moment, and no period."""
    empty: str = ""
    """What a person reads when there are no rows."""
    notes: list[str] = made(factory=list)
    """Further remarks: currencies kept apart, corrections seen, young cohorts."""
    hints: list[str] = made(factory=list)
    """What to type for more: for whoever sits at the command line, in no page for others."""
    process: str | None = None
    """The key of the process, where it is of a single one."""
    facts: str = ""
    """The query (``queries/reports``) whose facts stand behind the cells."""
    cells: dict[str, str | tuple[str, str]] = made(factory=dict)
    """For each column key the condition that its deals fulfil in the facts, or a pair of another
    query and a condition; the empty key stands for the row. Their parameters ``:cell_…`` are in
    the row's ``_cell``. A row whose deals are found in another way has it in ``_behind``."""
    unit: str = ""
    """What n counts, in the plural: deals, visits, scores."""
    extra: list[Report] = made(factory=list)
    """Tables that belong to it, such as the probabilities behind a forecast."""
