"""What a command hands to :mod:`funnelcli.render`: what to show, and nothing about how.

Column titles are English message ids, translated when they are shown, so that columns can be
module constants. Every other text (titles, notes, lines, prose) is already in the language
spoken now, because whoever builds it does so at the moment it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from funnelcli.plain import NamedTuple, Plain, made
from funnelcli.typed import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from funnelcli.render.chart import ChartSpec

Kind = Literal[
    "text",  # str, or an enumeration of str
    "id",  # int, never grouped
    "int",  # int, a count
    "money",  # int minor units; the currency is in the attribute that Column.currency names
    "percent",  # a number out of 100: 42.5 reads "42.5%"
    "share",  # a number out of 1: 0.425 reads "42.5%"
    "date",  # datetime.date or ISO text
    "instant",  # int seconds since 1970 in UTC
    "days",  # a number of days
    "duration",  # int minutes
    "bar",  # a number out of 1, drawn as a bar
    "tags",  # a sequence of str
    "flag",  # bool
]


Style = Literal["", "good", "bad", "warn", "dim", "strong"]

Span = tuple[str, str]
"""A piece of a line and its style word."""

Line = list[Span]


class Column(NamedTuple):
    """One column of a listing.

    ``key`` is the attribute of the row (or the key, where rows are dicts), and the name in JSON
    and CSV: a promise. A missing value is None in every kind.
    """

    key: str
    title: str
    kind: Kind = "text"
    currency: str = "currency"
    """For money: the row attribute that holds the ISO 4217 code."""
    table: bool = True
    """In tables, Markdown, HTML and piped text; otherwise only in JSON and CSV records."""
    data: bool = True
    """In JSON and CSV records; otherwise only in tables."""
    typed: bool = False
    """What a person types for the row: a page of HTML, for somebody else, goes without."""
    beside: str = ""
    """The key of the column whose earlier values these are: a page of HTML writes both into one
    cell."""
    drop: int = 0
    """On a narrow terminal columns with the highest ``drop`` go first; 0 never goes."""
    flex: bool = False
    """Names the row where a terminal is too narrow for a table, the first of them."""
    names: Callable[[Any], str] | None = None
    """How the value reads to a person; data and piped output keep the key."""
    shown: Callable[[Any], str] | None = None
    """The same from the whole row, where the value alone does not say it."""
    alone: Callable[[Any], str] | None = None
    """The same where ``shown`` leaves out what the row above says, and rows take several lines."""
    style: Callable[[Any], str] | None = None
    """From the row to a style word: good, bad, warn, dim, strong or the empty string."""
    marks: Callable[[str], Sequence[tuple[int, int]]] | None = None
    """From a line of the text to what of it stands out on a terminal: from where, to where, in
    order."""
    appointment: bool = False
    """For a date: a near one is told by its weekday, "Mo 30.11."."""
    clock: str = ""
    """For a date: the key of the time of day that belongs to it. A person reads both in one cell,
    "Mo 30.11. 10:00"; in piped text the time is a column of its own behind the day."""
    solid: bool = False
    """Never folded on a terminal: a command that is to be copied."""
    instead: str = ""
    """For a date: the key of the day that a person reads in its place, where there is one. Data and
    piped text keep the column's own."""
    whole: str = ""
    """The title where the value is the column's own in spite of ``instead``: in a workbook."""
    heard: str = ""
    """Other names that it is chosen by, with commas between them."""
    whose: Callable[[Any], str] | None = None
    """For the id where rows are of several nouns: from a row to its noun, "" where it has no id of
    its own."""
    piped: Sequence[str] = ()
    """The keys of those that say in piped text what this one says to a person alone."""


class Listing(Plain):
    """Rows under columns. ``rows`` may be an iterator, read once and never held by data output."""

    columns: Sequence[Column]
    rows: Iterable[Any]
    title: str = ""
    empty: str = ""
    """What a person reads when there are no rows."""
    notes: list[str] = made(factory=list)
    """Footnotes; for people only."""
    total: Any | None = None
    """A last row, set apart; for people only. A dict may leave columns out."""
    texts: Mapping[str, Callable[[Iterable[Any]], Iterable[str]]] = made(factory=dict)
    """By the name of a format that holds no rows but what these are of (cards, entries of a
    calendar): from the rows to the text of the file, piece by piece."""
    chart: ChartSpec | None = None
    """Drawn between the title and the rows on a terminal and in HTML; on its own in SVG."""


class Facts(Plain):
    """A record as a block of key: value, already localised."""

    title: str
    pairs: list[tuple[str, str]]


class Prose(Plain):
    """Running text, folded to the width on a terminal."""

    text: str
    title: str = ""
    hint: bool = False
    """Whether it says what to type: for whoever sits at the terminal, in nothing that is kept."""


class Picture(Plain):
    """Something drawn on a terminal; everywhere else ``piped`` stands for it.

    ``draw(width, colour)`` returns lines, each a str or a list of spans ``(text, style word)``,
    or else a Rich renderable. Lines are cheaper: they are drawn without Rich.
    """

    draw: Callable[[int, bool], Any]
    piped: Listing


Block = Listing | Facts | Prose | Picture


def kept(blocks: Sequence[Block]) -> list[Block]:
    """``blocks`` without the hints at what to type."""
    return [block for block in blocks if not (isinstance(block, Prose) and block.hint)]


def undrawn(blocks: Sequence[Block]) -> list[Listing | Facts | Prose]:
    """``blocks`` for where nothing is drawn or typed: what stands for the pictures, no hints."""
    return [block.piped if isinstance(block, Picture) else block for block in kept(blocks)]


class Page(Plain):
    """Several blocks, one below the other.

    ``data`` is what ``--json`` prints: objects, dicts, lists, and Listings inside them. An int
    whose name ends in ``_at`` is an instant and is printed as RFC 3339. ``main`` is what CSV,
    TSV and piped output print where it is one table.
    """

    blocks: list[Block]
    data: Any = None
    main: Listing | None = None
    title: str = ""
    """Heads a document (HTML, Markdown) of several blocks; a screen goes without."""
    name: str = ""
    """What ``data`` is, where text is written part by part (see :mod:`.parts`): always in a pipe,
    in CSV and TSV without a ``main``."""
    flat: Any = None
    """What stands for ``data`` there, where that has no tables of its own."""


class Changed(Plain):
    """What a write changed: one line each, and the record as it is now."""

    lines: list[str]
    record: Any = None
    """For ``--json``: a dict, an object, or a list of them; without any :data:`LINES`."""
    columns: Sequence[Column] = ()
    """How ``record`` is converted; without columns, by the types of its fields."""
    id: int | None = None
    ids: Sequence[int] = ()
    """What ``-q`` prints where a command changed several records."""
    undo: bool = True
    """Whether ``funnel undo`` takes it back: whether there is an entry of the journal, which the
    call knows and no command has to say."""
    warnings: list[str] = made(factory=list)
    differences: Listing | None = None
    """What a dry run would change, above the lines; the rows that CSV and the like hold."""


def undo_hint() -> str:
    """What a person is told on a screen of a change that can be taken back."""
    from funnelcli.i18n import _

    return _("funnel undo takes it back")


LINES = ("changed", "ids")
"""What ``--json`` prints of a change that has no record: its lines, and whose they are."""


class Text(Plain):
    """Text that is printed as it is; ``drawn`` is what a terminal shows above it, which the escape
    sequences in it may steer, and nothing else does."""

    text: str
    drawn: str = ""


class Sheets(Plain):
    """A document that is set already, a PDF."""

    data: bytes


Result = Listing | Page | Changed | Text | Sheets | None
