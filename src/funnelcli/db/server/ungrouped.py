"""What of a question in SQLite's words a server answers otherwise, and how SQLite is asked for it.

A column that is neither grouped by nor gathered has in SQLite the value of some row of the group,
beside one ``min()`` or ``max()`` that of the row with it. Where all such rows agree, as they mostly
do, that is one answer; where they do not, it is left to chance.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlglot import exp

from funnelcli.db.server.translating import (
    AGGREGATES,
    gathered,
    grouped_by,
    is_aggregate,
    parse,
    within,
)
from funnelcli.patterns import re, regex
from funnelcli.plain import NamedTuple

# Functions that a server knows as SQLite has them; of all others SQLite itself is asked.
_SAME = AGGREGATES | {
    *("abs", "coalesce", "date", "datetime", "ifnull", "iif", "instr", "julianday", "length"),
    *("lower", "ltrim", "nullif", "replace", "round", "rtrim", "strftime", "substr", "time"),
    *("trim", "upper", "row_number", "rank", "dense_rank", "lag", "lead", "first_value"),
    *("last_value", "ntile"),
}
# What gives a text of a number, or is compared with one, in SQLite's way; and changes of a date
# that a server does not know.
_SPELT = regex(
    r"\|\||\bstrftime\s*\(|\bcurrent_(?:date|time|timestamp)\b"
    r"|'\s*(?:weekday|unixepoch|julianday|auto|utc|localtime|subsec)\b"
)
# A column that is a condition by itself: whether a text is one, SQLite says by its number.
_CONDITION = regex(
    r"\b(?:where|and|or|not|when|having|on)\s+(?!(?:not|null|true|false|exists)\b)[a-z_][\w.]*"
    r"\s*(?:$|[),;]|(?:and|or|then|group|order|limit|union|except|intersect)\b)"
)
# What a bracket stands behind that is no function, where a statement is looked at as a text.
_WORDS = {
    *("all", "and", "as", "by", "case", "cast", "else", "exists", "filter", "from", "in", "not"),
    *("on", "or", "over", "select", "then", "union", "when", "where"),
}
# A text that a number could be compared with, which SQLite does by what a column is taken for.
_NUMBER = regex(r"'\s*[-+]?[\d.]+(?:e[-+]?\d+)?\s*'")


class Bare(NamedTuple):
    """Where a column stands in a statement, from one place to another, that is neither grouped by
    nor gathered; the ``min`` or ``max`` whose row it is of with what that is of, if any; and what
    it is called where it is shown by itself."""

    start: int
    end: int
    way: str
    of: str
    shown: str


class Needs(NamedTuple):
    """What of a statement is SQLite's alone: whether values are among it, of functions and of
    comparisons; whether rows are gathered anywhere; and the bare columns, or that all columns are
    bare (``*``)."""

    values: bool
    gathers: bool
    bare: list[Bare]
    all_bare: bool


def needs(statement: str, columns: Collection[str]) -> Needs:
    """What of a statement only SQLite answers, which names views with these columns. Raises
    sqlite3.OperationalError for what is none."""
    said = statement.lower()
    called = set(re.findall(r"(\w+)\s*\(", said)) - _WORDS
    numbers = any(one.search(said) is not None for one in (_NUMBER, _SPELT, _CONDITION))
    plain = called <= _SAME - AGGREGATES and not numbers
    if plain and not any(word in said for word in ("group", "glob", "->")):
        return Needs(False, False, [], False)
    tree = parse(statement)
    other = any(one.name.lower() not in _SAME for one in tree.find_all(exp.Anonymous))
    other = other or tree.find(exp.JSONExtract, exp.JSONExtractScalar, exp.Glob) is not None
    gathering = [
        (one, made)
        for one in tree.find_all(exp.Select)
        if (made := _gathered_in(one)) or one.args.get("group") is not None
    ]
    return Needs(
        other or numbers,
        bool(gathering),
        [bare for one, made in gathering for bare in _bare(one, made, columns)],
        any(
            isinstance(shown, exp.Star) or isinstance(shown.args.get("this"), exp.Star)
            for one, _made in gathering
            for shown in one.selects
        ),
    )


def _parts(select: exp.Select) -> list[exp.Expr]:
    """What has values of groups, where there are any."""
    others = (select.args.get(key) for key in ("having", "order"))
    return [*select.selects, *(part for part in others if part is not None)]


def _gathered_in(select: exp.Select) -> dict[str, exp.Anonymous]:
    """What makes one value of many rows in a question itself."""
    return {
        one.sql(): one
        for part in _parts(select)
        for one in part.find_all(exp.Anonymous)
        if is_aggregate(one) and within(one, select)
    }


def _bare(
    select: exp.Select, made: dict[str, exp.Anonymous], columns: Collection[str]
) -> Iterator[Bare]:
    extremes = [one for one in made.values() if one.name.lower() in ("min", "max")]
    way = of = ""
    if len(extremes) == 1 and not isinstance(extremes[0].parent, exp.Filter):
        (one,) = extremes
        way, of = one.name.lower(), one.expressions[0].sql(dialect="sqlite")
    # What is shown by itself keeps its name, and is sorted by that.
    aliases = {one.alias_or_name for one in select.selects if not isinstance(one, exp.Anonymous)}
    have = grouped_by(select, columns)
    for part in _parts(select):
        for column in part.find_all(exp.Column):
            if (
                not within(column, select)
                or isinstance(column.this, exp.Star)
                or gathered(column, select)
                or any(column == one or _holds(one, column, select) for one in have)
                or (part.arg_key in ("having", "order") and _is_said(column, aliases))
            ):
                continue
            first = column.args.get("table") or column.this
            shown = column.name if column.parent is select and part is column else ""
            yield Bare(first.meta["start"], column.this.meta["end"] + 1, way, of, shown)


def _is_said(column: exp.Column, aliases: Collection[str]) -> bool:
    """Whether a name is that of something that is shown."""
    return not column.table and column.name in aliases


def _holds(one: exp.Expr, column: exp.Column, select: exp.Select) -> bool:
    """Whether a column stands within what is grouped by."""
    node = column.parent
    while node is not None and node is not select:
        if node == one:
            return True
        node = node.parent
    return False
