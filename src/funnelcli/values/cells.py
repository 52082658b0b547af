"""Cells of text tables that spreadsheets open: what would run as a formula, defused and back.

A spreadsheet takes a cell for a formula by its first sign, some of them also behind blanks,
line ends or a byte order mark that they drop. See OWASP, CSV Injection.
"""

from __future__ import annotations

from collections.abc import Iterable

from funnelcli.patterns import regex

BETWEEN = " ::: "
"""What values of one cell are joined with that may have commas and semicolons in them."""
# Signs that begin a formula, in Latin and in full width, and the apostrophes, blanks and marks
# that may stand before them; a cell's first tab or line end counts for itself.
_BEFORE = "'\\s\ufeff"
_SIGNS = "-=+@\uff0d\uff1d\uff0b\uff20"
_PARTING = ",;\r\n"
_SEVERAL = regex(f"[{_PARTING}]")
_FORMULA = regex(f"[{_BEFORE}]*[{_SIGNS}]|'*[\t\r\n]")
_NEUTRALISED = regex(f"'(?:[{_BEFORE}]*(?:[{_SIGNS}]|\\Z)|[\t\r\n])")


def joined(values: Iterable[str], comma: str = ",") -> str:
    """Values as one cell that :func:`apart` takes apart: with commas between them, or where one has
    such a sign in it, with ``:::``, which stands behind one alone as well."""
    found = list(values)
    if any(sign in value for value in found for sign in _PARTING):
        return BETWEEN.join(found if len(found) > 1 else (*found, "")).rstrip()
    return comma.join(found)


def apart(cell: str) -> list[str]:
    """The values of a cell that are joined with ``:::``, else with commas or semicolons."""
    parts = cell.split(BETWEEN.strip()) if BETWEEN.strip() in cell else _SEVERAL.split(cell)
    return [part.strip() for part in parts if part.strip()]


def neutralise(cell: str) -> str:
    """``cell`` so that no spreadsheet runs it as a formula: an apostrophe before it.

    A cell that has apostrophes there already gets one more, so that :func:`unneutralise` gives
    back exactly what was written, whatever it was.
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unneutralise(cell: str) -> str:
    """``cell`` without the apostrophe that :func:`neutralise`, or a spreadsheet, put before it."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell, 1) else cell


def may_be_neutralised(text: str) -> bool:
    """Whether a piece of a table may hold a neutralised cell, or the beginning of one."""
    return _NEUTRALISED.search(text) is not None
