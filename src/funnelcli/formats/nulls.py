"""Cells by which other programs say that there is nothing: of databases, spreadsheets, statistics
and people."""

from __future__ import annotations

_MARKERS = frozenset(
    (
        *("NULL", "null", "(null)", "<null>", "[null]", "\\N", "nil", "None", "NONE"),
        *("NaN", "nan", "NaT", "<NA>", "NA", "N/A", "n/a", "N/a", "N.A.", "n.a.", "n. a."),
        *("#N/A", "#NA", "#NV", "#NULL!", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!"),
        *("#WERT!", "#BEZUG!", "#ZAHL!", "#NULL", "(blank)", "(empty)", "(leer)"),
        *("-", "--", "---", "–", "—", "k. A.", "k.A.", "k. a.", "k.a.", "keine Angabe"),
    )
)
_LONGEST = max(map(len, _MARKERS)) + 4


def filled(cell: str) -> str:
    """The cell, "" where it says that there is nothing. As they are written: Null is a name."""
    return "" if len(cell) <= _LONGEST and cell.strip() in _MARKERS else cell
