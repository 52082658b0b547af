"""Questions in SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, nullcontext
from itertools import chain, islice

from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.invocation import current
from funnelcli.db.server import may_be_there
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _
from funnelcli.nouns.types import PATH
from funnelcli.render import Column, Listing
from funnelcli.typed import Annotated, Any

# The kind of a column is told by so many of its values.
_LOOKED_AT = 100

VIEWS = (
    Column("view", "View"),
    Column("about", "What it has", flex=True),
    Column("columns", "Columns", "tags", flex=True),
)


@gives(VIEWS)
@examples(
    "funnel sql \"SELECT stage, count(*), sum(value) FROM deals WHERE status = 'open' GROUP BY 1\"",
    "funnel sql --views",
    "funnel sql --file report.sql --csv -o report.csv",
)
def sql(
    statement: Annotated[
        str | None,
        Argument(metavar="[SQL]", help=N_("A SELECT; - reads standard input.")),
    ] = None,
    file: Annotated[
        str | None, Option("--file", metavar=PATH, help=N_("Read it from a file."))
    ] = None,
    views: Annotated[
        bool, Option("--views", help=N_("List what can be asked for, with its columns."))
    ] = False,
) -> Listing:
    """Ask the database in SQL. Nothing can be changed by it: it reads views, whose columns are
    those of --json, with amounts in major units and days as ISO dates."""
    from funnelcli.db.connection import reader
    from funnelcli.queries import views as asked

    call = current()
    if views:
        there = may_be_there(call.path)
        with call.read() if there else nullcontext() as conn:
            own = {name: asked.own_columns(conn, name) if conn else [] for name in asked.NAMES}
        rows = [
            {
                "view": name,
                "about": asked.describe(name),
                "columns": (*asked.columns(name), *own[name]),
            }
            for name in asked.NAMES
        ]
        return Listing(VIEWS, rows)
    text = call.long_text(file or statement) if file in (None, "-") else _text(file)
    if not text or not text.strip():
        raise Usage(
            _("There is no SELECT."), _("`funnel sql --views` lists what can be asked for.")
        )
    with call.read():
        # The file is made, or brought up to date.
        pass
    names, found = asked.ask(call.keep(closing(reader(call.path))), text)
    first = list(islice(found, _LOOKED_AT))
    columns = [
        Column(name if name else f"c{n}", name, _kind(name, [row[n] for row in first]))
        for n, name in enumerate(names)
    ]
    return Listing(columns, _rows(columns, chain(first, found)), empty=_("No rows."))


def _text(file: str) -> str:
    with open(file, encoding="utf-8-sig") as source:
        return source.read()


def _rows(columns: Sequence[Column], rows: Iterator[tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
    keys = [column.key for column in columns]
    return (dict(zip(keys, row, strict=True)) for row in rows)


def _kind(name: str, values: Sequence[Any]) -> Any:
    """What a person reads of a column: numbers grouped, unless they are ids."""
    some = [value for value in values if value is not None]
    if not some or not all(isinstance(value, int | float) for value in some):
        return "text"
    return "id" if name == "id" or name.endswith("_id") else "int"
