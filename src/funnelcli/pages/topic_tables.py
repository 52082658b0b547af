"""What the program puts into a page of help for ``{name}``: what follows from the declarations, and
what stands in the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

from funnelcli import config
from funnelcli.i18n import _, pick
from funnelcli.nouns import NOUNS, declared
from funnelcli.nouns.also import flag_names
from funnelcli.queries import catalogue_names
from funnelcli.queries import processes as stored
from funnelcli.render.output_formats import FORMATS

Row = tuple[str, str]


def rows(name: str, conn: sqlite3.Connection | None) -> Iterator[tuple[str, list[Row]]]:
    """What the program writes for ``{name}``: titles, each with its rows. What stands in the
    database needs one."""
    if name in _STORED:
        if conn is not None:
            yield from _STORED[name](conn)
    elif name == "filters":
        yield from _filters()
    elif name == "formats":
        formats = [(f"--{form.name}", _(form.help)) for form in FORMATS.values() if form.help]
        yield "", formats
    elif name == "settings":
        yield "", [(each.name, _(each.help)) for each in config.SETTINGS]
        yield "", [(f"{table}…", _(text)) for table, text in config.TABLES.items()]
    else:
        yield from _catalogue(name, conn)


def _filters() -> Iterator[tuple[str, list[Row]]]:
    for noun in map(declared, NOUNS):
        called = {name: pick(en, de) for name, en, de, *_more in noun.called()}
        fields = [name for name, ask, _type in noun.asked() if ask.filter]
        conditions = [f"is:{pick(flag, de)}" for flag, _en, de in flag_names(noun.flags)]
        if not fields:
            continue
        words = [pick(name, called.get(name, name)).casefold().replace(" ", "-") for name in fields]
        text = ", ".join([*dict.fromkeys(words), *(each.replace(" ", "-") for each in conditions)])
        yield "", [(f"funnel {noun.command}", text)]


def _catalogue(kind: str, conn: sqlite3.Connection | None) -> Iterator[tuple[str, list[Row]]]:
    if conn is not None:
        yield "", [*catalogue_names(conn, kind).items()]


def _stages(conn: sqlite3.Connection) -> Iterator[tuple[str, list[Row]]]:
    for process in stored.processes(conn):
        stages = stored.stages(conn, process.id)
        yield process.name, [(f"{stage.position} {stage.key}", stage.name) for stage in stages]


def _processes(conn: sqlite3.Connection) -> Iterator[tuple[str, list[Row]]]:
    yield "", [(process.key, process.name) for process in stored.processes(conn)]


_STORED: dict[str, Callable[[sqlite3.Connection], Iterator[tuple[str, list[Row]]]]] = {
    "stages": _stages,
    "processes": _processes,
}
