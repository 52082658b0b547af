"""SQLite's dialect to PostgreSQL's: the one text of every statement, as the server takes it.

Statements are written once, as SQLite takes them. What differs by its grammar is rewritten here;
what differs by a function is a function in the program's own schema on the server
(``functions.sql``), so that functions stay as they are written.

Three things are told apart that SQLite does not tell apart: what is true from what is 1 (a
condition is made of a number by ``<> 0``, a number of a condition by a cast), a number of its own
from a whole one, and where values that are missing come in an order.
"""

from __future__ import annotations

import sqlite3

from sqlglot import exp
from sqlglot.dialects.postgres import Postgres
from sqlglot.dialects.sqlite import SQLite
from sqlglot.errors import SqlglotError
from sqlglot.generators.postgres import PostgresGenerator
from sqlglot.parsers.sqlite import SQLiteParser

from funnelcli.db.server.translation import Translation
from funnelcli.patterns import regex
from funnelcli.typed import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

# Tables whose rows have no id: what is inserted there gives none.
WITHOUT_ID = frozenset({"brought_row", "content", "moving"})
# What SQLite says behind a table's columns of how it keeps it.
_OPTIONS = regex(r"\)\s*(?:(?:STRICT|WITHOUT ROWID)\s*,?\s*)+;?\s*$", "i")
# Bounds a parameter's name in the text that the library writes.
_MARK = "\x01"


def _parameter(one: exp.Placeholder) -> str:
    """The name of a parameter; empty for one that is known by its place."""
    return one.name if one.this and one.name != "?" else ""


class _FromParser(SQLiteParser):
    """Reads functions as they are written: on the server they have the same names."""

    FUNCTIONS: ClassVar[dict[str, Any]] = {}
    FUNCTION_PARSERS = {  # noqa: RUF012
        name: parse for name, parse in SQLiteParser.FUNCTION_PARSERS.items() if name in ("CAST",)
    }


class _From(SQLite):
    Parser = _FromParser


class _ToGenerator(PostgresGenerator):
    TRANSFORMS = {  # noqa: RUF012
        **PostgresGenerator.TRANSFORMS,
        exp.Placeholder: lambda _self, one: f"{_MARK}{_parameter(one)}{_MARK}",
        exp.HexString: lambda _self, one: f"'\\x{one.name}'::bytea",
    }

    def normalize_func(self, name: str) -> str:
        return name.lower()


class _To(Postgres):
    Generator = _ToGenerator


_CONDITIONS = (
    exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.NullSafeEQ, exp.NullSafeNEQ,
    exp.Like, exp.ILike, exp.Glob, exp.Escape, exp.In, exp.Between, exp.Exists, exp.And, exp.Or,
    exp.Not, exp.Boolean,
)  # fmt: skip
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Mod, exp.BitwiseLeftShift)
AGGREGATES = frozenset(
    {"avg", "count", "group_concat", "json_group_array", "max", "min", "sum", "total"}
)
"""What makes one value of several rows."""
_TYPES = {
    "INTEGER": exp.DataType.Type.BIGINT,
    "INT": exp.DataType.Type.BIGINT,
    "REAL": exp.DataType.Type.DOUBLE,
    "FLOAT": exp.DataType.Type.DOUBLE,
    "BLOB": exp.DataType.Type.VARBINARY,
}


def parse(statement: str) -> exp.Expr:
    """The tree of a statement that is written for SQLite. Raises sqlite3.OperationalError."""
    try:
        # A remark behind the last semicolon is a statement to the parser.
        trees = [
            tree
            for tree in _From().parse(_OPTIONS.sub(")", statement))
            if tree is not None and not isinstance(tree, exp.Semicolon)
        ]
    except SqlglotError as error:
        raise sqlite3.OperationalError(f"{error}: {statement}") from error
    if len(trees) != 1:
        raise sqlite3.OperationalError("You can only execute one statement at a time.")
    return trees[0]


def translate(statement: str, temporary: frozenset[str] = frozenset()) -> Translation:
    """A statement for PostgreSQL. ``temporary`` are the tables of this connection alone, whose
    rows have no id. Raises sqlite3.OperationalError."""
    tree = parse(statement)
    target = _target(tree)
    name = target.name if target is not None else ""
    passing = isinstance(tree, exp.Create | exp.Drop) and _is_temporary(tree)
    kept = target is not None and not (passing or target.db == "temp" or name in temporary)
    inserts = isinstance(tree, exp.Insert)
    gives_id = inserts and kept and name not in WITHOUT_ID and not tree.args.get("returning")
    makes = name if passing and isinstance(tree, exp.Create) else ""
    tree = adapt(tree)
    if gives_id:
        tree.set("returning", exp.Returning(expressions=[exp.column("id")]))
    counts = isinstance(tree, exp.Insert | exp.Update | exp.Delete)
    return Translation(write(tree), kept, counts, gives_id, makes)


def adapt(tree: exp.Expr) -> exp.Expr:
    """Rewrite a tree so that PostgreSQL understands it as SQLite does."""
    # From the leaves up, so that what a node is replaced by has in it what was done below.
    for place, node in enumerate(reversed(list(tree.walk()))):
        _rewrite(node, place)
    for node in reversed(list(tree.walk())):
        _settle(node)
    for select in list(tree.find_all(exp.Select)):
        _group(select)
    return tree


def write(tree: exp.Expr) -> str:
    """A tree as PostgreSQL takes it, with ``%s`` and ``%(name)s`` for parameters."""
    parts = _To().generate(tree, comments=False).replace("%", "%%").split(_MARK)
    return "".join(
        part if place % 2 == 0 else (f"%({part})s" if part else "%s")
        for place, part in enumerate(parts)
    )


def _target(tree: exp.Expr) -> exp.Table | None:
    """The table that a statement changes, makes or drops; None where it only reads."""
    if not isinstance(
        tree, exp.Insert | exp.Update | exp.Delete | exp.Create | exp.Drop | exp.Alter
    ):
        return None
    found: exp.Table | None = tree.find(exp.Table)
    return found


def _is_temporary(tree: exp.Expr) -> bool:
    properties = tree.args.get("properties")
    if properties is not None and properties.find(exp.TemporaryProperty):
        return True
    table = tree.find(exp.Table)
    return table is not None and table.db == "temp"


def _rewrite(node: exp.Expr, place: int) -> None:
    """What is said in other words, wherever it stands."""
    match node:
        case exp.Table():
            if node.db == "temp":
                node.set("db", exp.to_identifier("pg_temp"))
            node.args.pop("indexed", None)
        case exp.Subquery() if isinstance(node.parent, exp.From | exp.Join) and not node.alias:
            node.set("alias", exp.TableAlias(this=exp.to_identifier(f"part_{place}")))
        case exp.Limit() if node.expression.sql() == "-1":
            node.pop()
        case exp.Like():
            node.replace(exp.ILike(**node.args))
        case exp.Glob() if isinstance(node.expression, exp.Literal):
            pattern = node.expression.name.replace("\\", r"\\").replace("%", r"\%")
            pattern = pattern.replace("_", r"\_").replace("*", "%").replace("?", "_")
            node.replace(exp.Like(**{**node.args, "expression": exp.Literal.string(pattern)}))
        case exp.Literal() if not node.is_string and not isinstance(node.parent, exp.Cast):
            if not node.name.isdigit():
                node.replace(exp.cast(node.copy(), exp.DataType.Type.DOUBLE))
            elif isinstance(node.parent, _ARITHMETIC) or _begins_recursion(node):
                # What a number of four bytes is multiplied by could be too much for it, and what
                # is counted on from has to be as long as what comes of it.
                node.replace(exp.cast(node.copy(), exp.DataType.Type.BIGINT))
        case exp.Cast():
            _cast(node)
        case exp.Collate() if node.expression.name.upper() == "NOCASE":
            _fold(node)
        case exp.Collate():
            node.replace(node.this.copy())
        case exp.Anonymous() if node.name.lower() == "iif":
            condition, then, other = node.expressions
            node.replace(exp.Case(ifs=[exp.If(this=condition, true=then)], default=other))
        case exp.Join() if node.kind == "CROSS" and node.args.get("on"):
            # The word is advice to SQLite alone.
            node.set("kind", None)
            if not node.args["on"].find(exp.EQ, exp.In):
                _look_up(node)
        case exp.Anonymous() if node.name.lower() == "json_array":
            node.replace(_json_array(node.expressions))
        case exp.Div() if node.expression.is_number:
            # By what is no zero.
            node.set("safe", False)
        case exp.Ordered() if _is_key(node):
            # The index of a primary key cannot have what is missing first, and nothing is.
            node.set("nulls_first", node.args.get("desc"))
        case exp.Ordered() if isinstance(node.parent, exp.IndexParameters):
            if not isinstance(node.this, exp.Column):
                node.set("this", exp.Paren(this=node.this.copy()))
        case exp.Anonymous() if node.name.lower() == "char":
            # There the word is a type's.
            node.set("this", "chr")
        case exp.JSONExtractScalar() | exp.JSONExtract():
            path = node.expression
            if isinstance(path, exp.Placeholder):
                path = exp.DPipe(this=exp.Literal.string("$."), expression=path.copy())
            else:
                path = exp.Literal.string(path.sql(dialect="sqlite").strip("'"))
            node.replace(exp.Anonymous(this="json_extract", expressions=[node.this.copy(), path]))
        case exp.In() if not node.expressions and not node.args.get("query"):
            node.replace(exp.false())
        case exp.ColumnDef():
            _type(node)
        case exp.OnConflict():
            for key in node.args.get("conflict_keys") or ():
                for ordered in key.find_all(exp.Ordered):
                    ordered.set("nulls_first", None)


def _look_up(join: exp.Join) -> None:
    """Have a table that is joined by ranges alone looked up for each row before it, as SQLite does:
    of how few rows a range has the server knows nothing, and would read the table each time."""
    table = join.this
    rows = exp.select("*").from_(table.copy()).where(join.args["on"].copy()).offset(0)
    join.set(
        "this", exp.Lateral(this=rows.subquery(), alias=exp.TableAlias(this=table.alias_or_name))
    )
    join.set("on", exp.true())


def _is_key(node: exp.Ordered) -> bool:
    """Whether what is ordered by is of the key of the table that a question is of or an index
    over."""
    column = node.this
    if isinstance(node.parent, exp.IndexParameters):
        return bool(column.name == "id")
    select = node.find_ancestor(exp.Select)
    if (
        not isinstance(column, exp.Column)
        or select is None
        or node.parent is not select.args.get("order")
    ):
        return False
    source, *joined = _sources(select)
    return (
        isinstance(source, exp.Table)
        and (column.name == "id" or source.name in WITHOUT_ID)
        and not _is_made(select, source)
        and (column.table == source.alias_or_name if column.table else not joined)
    )


def _type(node: exp.ColumnDef) -> None:
    """A column of SQLite's types in PostgreSQL's. Texts are compared byte by byte, as there."""
    if node.kind is None:
        return
    found = _TYPES.get(node.kind.this.value if hasattr(node.kind.this, "value") else "")
    if found is not None:
        node.set("kind", exp.DataType(this=found))
    elif node.kind.this == exp.DataType.Type.TEXT:
        node.set("kind", exp.DataType.build('TEXT COLLATE "C"', dialect="postgres", udt=True))


def _json_array(values: list[exp.Expr]) -> exp.Expr:
    """A text of JSON, without the spaces that the server's own function puts in."""
    made: exp.Expr = exp.Literal.string("[")
    for place, value in enumerate(values):
        json = exp.cast(exp.Anonymous(this="to_json", expressions=[value]), exp.DataType.Type.TEXT)
        text = exp.Anonymous(this="coalesce", expressions=[json, exp.Literal.string("null")])
        if place:
            made = exp.DPipe(this=made, expression=exp.Literal.string(","))
        made = exp.DPipe(this=made, expression=text)
    return exp.Paren(this=exp.DPipe(this=made, expression=exp.Literal.string("]")))


def _cast(node: exp.Cast) -> None:
    name = node.to.this.value if isinstance(node.to.this, exp.DataType.Type) else str(node.to.this)
    if isinstance(node.this, exp.Null):
        if name in _TYPES:
            node.set("to", exp.DataType(this=_TYPES[name]))
    elif name in ("INT", "BIGINT"):
        node.replace(exp.Anonymous(this="to_integer", expressions=[node.this.copy()]))
    elif name in ("BLOB", "VARBINARY"):
        # A text's bytes; a cast would read backslashes in it.
        node.replace(
            exp.Anonymous(
                this="convert_to", expressions=[node.this.copy(), exp.Literal.string("UTF8")]
            )
        )
    elif name in ("FLOAT", "REAL"):
        node.replace(exp.Anonymous(this="to_real", expressions=[node.this.copy()]))


def _settle(node: exp.Expr) -> None:
    """Have a condition where one is asked for, and a value where a value is."""
    if isinstance(node, exp.Paren) or not isinstance(node, exp.Condition | exp.Subquery):
        return
    # Parentheses are seen through, from what is in them.
    outer: exp.Expr = node
    while isinstance(outer.parent, exp.Paren):
        outer = outer.parent
    wanted = _wants_condition(outer)
    if wanted is None or isinstance(node, exp.Null):
        return
    if wanted and not isinstance(node, _CONDITIONS):
        if isinstance(node, exp.Literal) and not node.is_string:
            node.replace(exp.Boolean(this=node.name != "0"))
        else:
            node.replace(
                exp.NEQ(this=exp.Paren(this=node.copy()), expression=exp.Literal.number(0))
            )
    elif not wanted and isinstance(node, _CONDITIONS):
        node.replace(exp.cast(exp.Paren(this=node.copy()), exp.DataType.Type.INT))


def _wants_condition(node: exp.Expr) -> bool | None:
    """Whether a condition is asked for where this stands; None where it does not matter."""
    parent, key = node.parent, node.arg_key
    match parent:
        case exp.And() | exp.Or() | exp.Not() | exp.Having() | exp.Filter() if key in (
            "this",
            "expression",
        ):
            return not (isinstance(parent, exp.Filter) and key == "this")
        case exp.Where():
            return True
        case exp.Is() if isinstance(parent.expression, exp.Boolean):
            return True
        case exp.Join():
            return key == "on" or None
        case exp.If():
            # The words of CASE x WHEN are values.
            simple = isinstance(parent.parent, exp.Case) and parent.parent.this is not None
            return key == "this" and not simple
        case exp.CheckColumnConstraint() | exp.Check():
            return True
        case exp.ILike() | exp.Escape() if isinstance(node, exp.ILike | exp.Escape):
            return None
        case exp.Update() | exp.OnConflict() if key == "expressions":
            # What stands left of an assignment's equals sign is no comparison.
            return None
        case exp.OnConflict() if key == "where":
            return True
        case exp.From() | exp.CTE() | exp.Union() | exp.Create() | exp.Table() | exp.Schema():
            return None
        case exp.IndexParameters():
            return key == "where" or None
        case None:
            return None
    return False


def _group(select: exp.Select) -> None:
    """Group by what hangs on the columns that are grouped by, too: SQLite gives the value of any
    row of the group, PostgreSQL asks for it to be said that all have the same."""
    group = select.args.get("group")
    if group is None:
        return
    shown = {one.alias_or_name: one.unalias() for one in select.selects}
    grouped = [_named_by(one, select, shown) for one in group.expressions]
    have = {*group.expressions, *grouped}
    sources = {source.alias_or_name: source for source in _sources(select)}
    # The key of a table that lies there says all of its rows.
    whole = {
        one.table
        for one in grouped
        if isinstance(one, exp.Column)
        and one.name == "id"
        and isinstance(sources.get(one.table), exp.Table)
        and not _is_made(select, sources[one.table])
    }
    parts = [one for one in shown.values() if one not in have]
    parts += [part for key in ("having", "order") if (part := select.args.get(key))]
    for part in parts:
        for column in part.find_all(exp.Column):
            if (
                column not in have
                and column.table not in whole
                and not (part.arg_key in ("having", "order") and column.name in shown)
                and (column.table in sources if column.table else within(column, select))
                and not gathered(column, select)
                and not _is_part(column, have, select)
            ):
                have.add(column.copy())
                group.append("expressions", column.copy())


def _begins_recursion(node: exp.Literal) -> bool:
    """Whether a number is a column of a common table that asks itself."""
    shown = node.parent.parent if isinstance(node.parent, exp.Alias) else node.parent
    made = shown.find_ancestor(exp.With) if isinstance(shown, exp.Select) else None
    return made is not None and bool(made.args.get("recursive"))


def _fold(node: exp.Collate) -> None:
    """Have small and capital letters be one where a text is sorted, or compared with another."""
    parent = node.parent
    node.replace(exp.Lower(this=node.this.copy()))
    if isinstance(parent, exp.Predicate) and isinstance(parent, exp.Binary):
        for side in ("this", "expression"):
            if not isinstance(other := parent.args[side], exp.Lower):
                parent.set(side, exp.Lower(this=other))
    elif isinstance(parent, exp.In):
        parent.set("expressions", [exp.Lower(this=one) for one in parent.expressions])


def grouped_by(select: exp.Select, columns: Collection[str]) -> list[exp.Expr]:
    """What a question is grouped by, as it is written and as what that stands for: a name that is
    given to something shown, unless one of the ``columns`` has it."""
    group = select.args.get("group")
    if group is None:
        return []
    shown = {
        one.alias_or_name: one.unalias()
        for one in select.selects
        if one.alias_or_name not in columns
    }
    return [*group.expressions, *(_named_by(one, select, shown) for one in group.expressions)]


def _named_by(node: exp.Expr, select: exp.Select, shown: dict[str, exp.Expr]) -> exp.Expr:
    """What is grouped by: a column that is shown may be named, or said by its place."""
    if _is_plain(node):
        return shown.get(node.name, node)
    if node.is_int:
        place = int(node.name)
        if 1 <= place <= len(select.selects):
            return select.selects[place - 1].unalias()
    return node


def _is_part(column: exp.Column, of: Collection[exp.Expr], select: exp.Select) -> bool:
    """Whether a column stands within something that is grouped by."""
    node = column.parent
    while node is not None and node is not select:
        if node in of:
            return True
        node = node.parent
    return False


def _is_plain(node: exp.Expr) -> bool:
    return isinstance(node, exp.Column) and not node.table


def _sources(select: exp.Select) -> Iterator[exp.Expr]:
    if found := select.args.get("from_"):
        yield found.this
    for join in select.args.get("joins") or ():
        yield join.this


def _is_made(select: exp.Select, table: exp.Expr) -> bool:
    """Whether a name is that of a common table and no table of the schema."""
    node: exp.Expr | None = select
    while node is not None:
        if (made := node.args.get("with_")) and any(
            one.alias == table.name for one in made.expressions
        ):
            return True
        node = node.parent
    return False


def within(column: exp.Expr, select: exp.Select) -> bool:
    """Whether a column stands in a question itself, not in one within it."""
    return column.find_ancestor(exp.Select) is select


def gathered(column: exp.Expr, select: exp.Select) -> bool:
    """Whether a column stands in what makes one value of many rows."""
    node = column.parent
    while node is not None and node is not select:
        if is_aggregate(node):
            return True
        if isinstance(node, exp.Filter) and not isinstance(node.parent, exp.Window):
            return True
        node = node.parent
    return False


def is_aggregate(node: exp.Expr) -> bool:
    """Whether this makes one value of many rows."""
    return (
        isinstance(node, exp.Anonymous)
        and node.name.lower() in AGGREGATES
        and len(node.expressions) <= (2 if node.name.lower() == "group_concat" else 1)
        and not isinstance(node.parent, exp.Window)
    )
