"""Which column may be a field that no column is called like, by what its cells hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from funnelcli.actions.importing.cells import Cells
from funnelcli.actions.importing.fields import NoColumn, as_mapped
from funnelcli.formats.dates import read_dates
from funnelcli.i18n import _
from funnelcli.patterns import re, regex

# Of fewer cells than this something else is told.
_MOST = 0.6
_AMOUNT = regex(r"[^\w]*(?:[A-Za-z]{3} ?)?-?[\d.,'’  ]*\d(?: ?(?:[^\w\s]|[A-Za-z]{3}))?")
_CODE = regex(r"[\w./#-]*\d[\w./#-]*|[A-Z]{2,6}")
_WORDS = regex(r"[^\W\d_]{2}")
_PERSON = regex(r"[^\W\d_][\w.'’-]*(?: [\w.'’-]+){1,3}")
_ADDRESS = regex(r"[^@\s]+@[^@\s]+\.\w+")


def _is_date(cell: str) -> bool:
    return bool(read_dates(cell)[0])


def _is_amount(cell: str) -> bool:
    return _AMOUNT.fullmatch(cell) is not None and not _is_date(cell)


def _is_code(cell: str) -> bool:
    fraction = re.fullmatch(r"\d+[.,]\d+", cell)
    return _CODE.fullmatch(cell) is not None and not (fraction or _is_date(cell))


def is_text(cell: str) -> bool:
    """Whether a cell is words, and no number, date, address or code."""
    digits = sum(map(str.isdigit, cell))
    return bool(_WORDS.search(cell)) and "@" not in cell and digits * 3 < len(cell)


def _is_person(cell: str) -> bool:
    return _PERSON.fullmatch(cell) is not None


def is_address(cell: str) -> bool:
    """Whether a cell has an e-mail address in it."""
    return _ADDRESS.search(cell) is not None


# What the cells of a field are like, and whether each row has one of its own.
_KINDS: tuple[tuple[str, Callable[[str], bool], bool], ...] = (
    ("sku number key", _is_code, True),
    ("price net value cost", _is_amount, False),
    ("at opened closed", _is_date, False),
    ("email", is_address, True),
    ("person", _is_person, True),
    ("name title subject contact deal", is_text, True),
    ("stage status", is_text, False),
)
_HOLDS = {name: (holds, own) for names, holds, own in _KINDS for name in names.split()}


def column_for(name: str, columns: Sequence[str], seen: Cells) -> str | None:
    """The one of these columns whose cells speak most for the field; None where those of none
    do."""
    holds, own = _HOLDS[name]

    def speaks(column: str) -> float:
        cells = seen.cells(column)
        share = seen.share(column, holds)
        if share < _MOST:
            return 0.0
        different = len(set(cells)) / len(cells)
        return share + (different if own else 1 - different) + len(cells) / max(seen.rows, 1)

    best = max(columns, key=speaks, default=None)
    return best if best is not None and speaks(best) else None


def proposing(error: NoColumn, seen: Cells) -> NoColumn:
    """The error, with the columns that the fields may be, where each can be one."""
    left, found = list(error.columns), list[str]()
    for name in ("person", "email", "name") if error.who else error.fields:
        column = column_for(name, left, seen) if name in _HOLDS else None
        if column is not None:
            left.remove(column)
            field = as_mapped("name" if name == "person" else name)
            found.append(f'--map {field}="{column}"')
            if error.who:
                break
    if len(found) == (1 if error.who else len(error.fields)):
        error.hint = _("Say which, if it is so: {maps}").format(maps=" ".join(found))
    return error
