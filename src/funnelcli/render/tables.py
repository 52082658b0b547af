"""The rows of a list on a screen: a table as wide as it is, or one row below the other."""

from __future__ import annotations

from funnelcli.render.bars import bar, blocks_fit
from funnelcli.render.columns import value
from funnelcli.render.human import beside, glued, is_number, reader, short_reader
from funnelcli.render.layout import Need, cells, fit, fold, word_need
from funnelcli.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from funnelcli.render.model import Column, Line, Listing, Span
    from funnelcli.render.screen import Screen

_BAR_CELLS = 20
_BAR_LEAST = 8
_LONG = 28
"""Text of more cells is not folded into a column as narrow as its words, but into"""
_LONG_LEAST = 14
_SHORT = 12
"""Text of so few cells, but a name, is not folded: "step overdue"."""


class _Column:
    """A column with its texts, one for each row, which are folded to its width."""

    __slots__ = ("_bars", "_right", "column", "texts", "title", "width")

    def __init__(self, column: Column, rows: list[Any], screen: Screen) -> None:
        from funnelcli.i18n import _

        self.column = column
        self.width = 0
        self.title = glued(_(column.title)) if column.title else ""
        self._right = is_number(column)
        self._bars = blocks_fit(screen.encoding)
        self.texts: list[str] = []
        if column.kind != "bar":
            read = short_reader(column, screen.locale)
            self.texts = [glued(read(row)) for row in rows]

    @property
    def empty(self) -> bool:
        """Whether no row has anything in it."""
        return self.column.kind != "bar" and not any(self.texts)

    def need(self) -> Need:
        """The room that the column needs for its texts and its title."""
        column, head, word = self.column, cells(self.title), word_need([self.title])
        if column.kind == "bar":
            return Need(max(_BAR_CELLS, head), max(_BAR_LEAST, word), column.drop)
        body = max(map(cells, self.texts), default=0)
        if column.solid or column.kind not in ("text", "tags"):
            return Need(max(head, body), max(word, body), column.drop)
        words = word_need(self.texts, 0 if column.flex else _SHORT)
        least = max(word, min(body, max(words, _LONG_LEAST * (body > _LONG))))
        return Need(max(head, body), least, column.drop)

    def stand_alone(self, rows: list[Any]) -> None:
        """Say of each row also what the one above it says."""
        if self.column.alone is not None:
            self.texts = [glued(self.column.alone(row)) for row in rows]

    def fits_more(self, rows: list[Any], room: int, screen: Screen) -> int:
        """Say of a day also its time and how far off it is, where ``room`` cells more have place
        for that; the cells that it takes."""
        column = self.column
        words = beside(column)
        if words is None:
            return 0
        whole = [glued(text) for text in map(reader(column, screen.locale), rows)]
        wordy = [
            f"{text} ({glued(word)})" if text else ""
            for text, word in zip(whole, map(words, rows), strict=True)
        ]
        for texts in (wordy, whole) if not screen.endless else (whole,):
            size = max(self.width, max(map(cells, texts), default=0))
            if size - self.width <= room and texts != self.texts:
                taken, self.width, self.texts = size - self.width, size, texts
                return taken
        return 0

    def put(self, text: str) -> str:
        """A line of the column, padded to its width."""
        room = " " * (self.width - cells(text))
        return room + text if self._right else text + room

    def heads(self) -> list[str]:
        """The lines of the title."""
        return [self.put(line) for line in fold(self.title, self.width)]

    def style(self, row: Any, *, total: bool) -> str:
        """The style word of the row's cell. What is over and done with stands back."""
        if total:
            return "strong"
        own = self.column.style(row) if self.column.style else ""
        return own or ("dim" if getattr(row, "over", False) else "")

    def spans(self, line: str, style: str) -> Line:
        """A line of a cell with what stands out in it."""
        if self.column.marks is None:
            return [(line, style)]
        pieces: Line = []
        after = 0
        for start, end in self.column.marks(line):
            if start >= after:
                pieces += [(line[after:start], style), (line[start:end], "strong")]
                after = end
        return [*pieces, (line[after:], style)]

    def lines(self, row: Any, number: int) -> list[str]:
        """The lines of the row's cell."""
        if self.column.kind == "bar":
            drawn = bar(value(row, self.column.key), self.width, ascii_only=not self._bars)
            return [drawn + " " * (self.width - len(drawn))]
        text = self.texts[number]
        if cells(text) <= self.width:
            return [self.put(text)]
        return [self.put(line) for line in fold(text, self.width)]


def table_of(
    listing: Listing, columns: Sequence[Column], rows: list[Any], screen: Screen
) -> Iterator[Line]:
    """The rows under their titles, or one below the other where a table has no room; then what
    has no room is named."""
    last = [] if listing.total is None else [listing.total]
    every = [_Column(column, rows + last, screen) for column in columns]
    needs = [column.need() for column in every]
    # Nothing vanishes with a column in which no row has anything: its room is the others' first.
    if sum(need.natural + 2 for need in needs) - 2 > screen.width:
        every = [column for column in every if not column.empty]
        needs = [column.need() for column in every]
    fitted = fit(needs, screen.width)
    # A table of which most has no room says less than its rows one below the other.
    if fitted is None or 2 * fitted[1].count(None) > len(needs):
        yield from _cards(every, rows, last, screen)
        return
    gap, widths = fitted
    table: list[_Column] = []
    for column, width in zip(every, widths, strict=True):
        if width is not None:
            column.width = width
            table.append(column)
    spare = screen.width - sum(column.width + gap for column in table) + gap
    for column in table:
        spare -= column.fits_more(rows + last, spare, screen)
    if any(cells(text) > column.width for column in table for text in column.texts):
        # Beside a row of several lines, nothing would read as one line more of it.
        for column in table:
            column.stand_alone(rows + last)
    yield from _rows(table, rows, last, gap, screen)
    hidden = [column.title for column in every if column not in table and column.title]
    if hidden:
        from funnelcli.i18n import _

        text = _("No room here for: {columns}.")
        yield from noted(text.format(columns=", ".join(hidden)), screen)


def _rows(
    table: list[_Column], rows: list[Any], last: list[Any], gap: int, screen: Screen
) -> Iterator[Line]:
    between: Span = (" " * gap, "")
    rule: Line = [
        (
            screen.sign("─", "-") * (sum(c.width for c in table) + gap * (len(table) - 1)),
            "dim",
        )
    ]

    def joined(cells_of: Iterable[Line]) -> Line:
        line: Line = []
        for spans in cells_of:
            if line:
                line.append(between)
            line += spans
        while len(line) > 1 and not line[-1][0].strip(" "):
            line.pop()
        line[-1] = (line[-1][0].rstrip(" "), line[-1][1])
        return line

    def drawn(row: Any, number: int, *, total: bool = False) -> Iterator[Line]:
        styled = [column.style(row, total=total) for column in table]
        parts = [column.lines(row, number) for column in table]
        height = max(map(len, parts))
        for place in range(height):
            yield joined(
                column.spans(part[place] if place < len(part) else column.put(""), style)
                for column, part, style in zip(table, parts, styled, strict=True)
            )

    titles = [column.heads() for column in table]
    height = max(map(len, titles))
    heads = [
        [column.put("")] * (height - len(lines)) + lines
        for column, lines in zip(table, titles, strict=True)
    ]
    if any(line.strip() for head in heads for line in head):
        for place in range(height):
            yield joined([(head[place], "strong")] for head in heads)
        yield rule
    for number, row in enumerate(rows):
        yield from drawn(row, number)
    for number, row in enumerate(last, len(rows)):
        yield rule
        yield from drawn(row, number, total=True)


def _cards(
    every: list[_Column], rows: list[Any], last: list[Any], screen: Screen
) -> Iterator[Line]:
    """Each row as its id and its name, and below them what else there is with its titles."""
    texts = [column for column in every if column.column.kind != "bar"]
    heads = [column for column in texts if column.column.kind == "id"][:1]
    heads += [column for column in texts if column.column.flex and column not in heads][:1]
    heads = heads or texts[:1]
    for column in texts:
        column.stand_alone(rows + last)
    for number, row in enumerate(rows + last):
        total = number >= len(rows)
        name = " ".join(filter(None, (column.texts[number] for column in heads)))
        style = "strong" if total or not getattr(row, "over", False) else "dim"
        yield from ([(part, style)] for part in fold(name, screen.width))
        pieces = [
            (column, column.texts[number], column.style(row, total=total))
            for column in texts
            if column not in heads and column.texts[number]
        ]
        yield from _flowing(pieces, screen)


def _flowing(pieces: Sequence[tuple[_Column, str, str]], screen: Screen) -> Iterator[Line]:
    """Texts under their titles in the order given, folded, a point between one and the next."""
    indent = "  " if screen.width > 10 else ""
    room = screen.width - len(indent)
    line: Line = [(indent, "")]
    used = 0
    for number, (column, text, style) in enumerate(pieces):
        words = [(f"{column.title}:", "dim")] if column.title else []
        marks = column.column.marks or (lambda _word: ())
        words += [(word, "strong" if marks(word) else style) for word in text.split(" ") if word]
        if number + 1 < len(pieces):
            words[-1] = (words[-1][0] + screen.sign(" ·", ","), words[-1][1])
        for word, how in words:
            for part in fold(word, room) if cells(word) > room else [word]:
                if used and used + 1 + cells(part) > room:
                    yield line
                    line, used = [(indent, "")], 0
                line.append(((" " if used else "") + part, how))
                used += bool(used) + cells(part)
    if used:
        yield line


def noted(text: str, screen: Screen) -> Iterator[Line]:
    """A line below a table, folded."""
    yield from ([(part, "dim")] for part in fold(glued(text), screen.width))
