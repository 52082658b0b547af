"""Help that keeps to the screen: folded between words, in one column where two have no room."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from funnelcli.i18n import _
from funnelcli.patterns import re
from funnelcli.render.layout import cells, fold

_WIDEST = 78
_LEAST = 10
_FIRST_MOST = 30
"""The cells of the first column of a list; a longer name stands on a line of its own."""
_TEXT_LEAST = 28
"""With less room beside the names, texts stand below them."""
_INDENT = 2


class HelpText:
    """What the library's commands write their help to, by the names that they call it by."""

    def __init__(self) -> None:
        self.width = max(_LEAST, min(shutil.get_terminal_size().columns, _WIDEST))
        self.current_indent = 0
        self._written: list[str] = []

    def write(self, text: str) -> None:
        """Add text as it stands."""
        self._written.append(text)

    def getvalue(self) -> str:
        """All that was written."""
        return "".join(self._written)

    def _lines(self, text: str, indent: int, first: str = "") -> None:
        """``text`` folded, behind ``indent`` cells; the first line behind ``first`` instead."""
        room = max(_LEAST, self.width - indent)
        for number, line in enumerate(fold(re.sub(r"\s*\n\s*", " ", text), room)):
            self.write(f"{first if number == 0 and first else ' ' * indent}{line}".rstrip() + "\n")

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The usage line."""
        self._lines(f"{prefix or ''}{prog} {args}", 0)

    def write_paragraph(self) -> None:
        """An empty line, but at the beginning."""
        if self._written:
            self.write("\n")

    def write_text(self, text: str) -> None:
        """Paragraphs, which empty lines divide."""
        for number, part in enumerate(re.split(r"\n\s*\n", text)):
            if number:
                self.write("\n")
            self._lines(part, self.current_indent)

    def write_command(self, line: str) -> None:
        """A line to be typed; what of it has no room stands further in."""
        for number, part in enumerate(fold(line, self.width - self.current_indent - 2 * _INDENT)):
            self.write(f"{'':>{self.current_indent + bool(number) * 2 * _INDENT}}{part}\n")

    def write_dl(self, rows: Sequence[tuple[str, str]]) -> None:
        """Names with their texts beside them, or below where the screen is narrow."""
        indent = self.current_indent
        size = min(_FIRST_MOST, max((cells(name) for name, _text in rows), default=0))
        column = indent + size + _INDENT
        if self.width - column < _TEXT_LEAST:
            column = indent + 2 * _INDENT
            size = 0
        for name, text in rows:
            start = f"{'':>{indent}}{name}"
            if cells(name) > size or not text:
                self._lines(name, indent)
                start = ""
            if text:
                self._lines(text, column, f"{start:<{column}}" if start else "")

    def write_options(self, rows: Sequence[tuple[str, str]]) -> None:
        """Options with their texts, what the library adds to these in the language spoken."""
        self.write_dl([(name, said_besides(text)) for name, text in rows])

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """A part under its heading, indented."""
        self.write_paragraph()
        self._lines(f"{name}:", self.current_indent)
        with self.indentation():
            yield

    @contextmanager
    def indentation(self) -> Iterator[None]:
        """What is written inside stands further in."""
        self.current_indent += _INDENT
        yield
        self.current_indent -= _INDENT


def said_besides(text: str) -> str:
    """The text of an option, with what the library adds in English put into the language spoken:
    "[default: import; required]"."""
    found = re.fullmatch(r"(.*?)\s*\[([^\[\]]*)\]", text, re.DOTALL)
    if found is None:
        return text
    parts = []
    for part in found[2].split("; "):
        if part == "required":
            part = _("required")
        elif part.startswith("default: "):
            # One that is shown by another name the library puts into brackets.
            usual = re.sub(r"^\((.*)\)$", r"\1", part.removeprefix("default: "))
            part = _("default: {value}").format(value=usual)
        elif re.search(r"x|>=|<=", part) is None:
            return text
        parts.append(part)
    return f"{found[1]}  [{'; '.join(parts)}]"
