"""What changed between two days, or two entries of the history."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from itertools import islice

from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.params import Limit
from funnelcli.cli.whose import Of, which
from funnelcli.errors import Usage
from funnelcli.i18n import N_, NN_, _, ngettext
from funnelcli.nouns.heads import TITLES, happened, title
from funnelcli.nouns.printed import Printed
from funnelcli.patterns import regex
from funnelcli.plain import NamedTuple
from funnelcli.render import Block, Column, Listing, Page, Prose
from funnelcli.typed import TYPE_CHECKING, Annotated, Any
from funnelcli.values import dates, daytext
from funnelcli.values.days import BACK
from funnelcli.values.money import format_money
from funnelcli.values.moneyformat import Minor

if TYPE_CHECKING:
    from funnelcli.queries.between import Between, Fate, Span

# Changes that a screen shows, unless --limit says otherwise.
SHOWN = 20
_NUMBERS = regex(r"#?(\d{1,15})?\s*(\.\.)?\s*#?(\d{1,15})?")
# The first number that may be a year.
_NO_YEAR = 999
_FATES: Mapping[str, tuple[str, str]] = {
    "new": NN_("{n} new deal", "{n} new deals"),
    "moved": NN_("{n} moved", "{n} moved"),
    "won": NN_("{n} won", "{n} won"),
    "lost": NN_("{n} lost", "{n} lost"),
    "reopened": NN_("{n} reopened", "{n} reopened"),
    "removed": NN_("{n} removed", "{n} removed"),
}


class Kind(NamedTuple):
    """How many records of a table came, changed and went."""

    kind: str
    new: int
    changed: int
    removed: int


KINDS = (
    Column("kind", "Kind", names=title),
    Column("new", "New", "int"),
    Column("changed", "Changed", "int"),
    Column("removed", "Removed", "int"),
)
DIFFERENCES = (
    Column("kind", "Kind", names=title),
    Column("id", "Id", "id", drop=2),
    Column("record", "Record", flex=True),
    Column("change", "Change", table=False),
    Column("field", "Field", table=False),
    Column(
        "what",
        "Change",
        data=False,
        piped=("change", "field"),
        shown=lambda row: row.title if row.field is not None else happened(row.change),
    ),
    Column("old", "Old", shown=lambda row: row.old_text, style=lambda _row: "dim"),
    Column("new", "New", shown=lambda row: row.new_text),
)
PRINTED = Printed(data=("first", "last", "from_at", "to_at", "kinds", "deals", "differences"))


@gives(PRINTED)
@examples(
    "funnel diff yesterday",
    "funnel diff 2026-11-02..2026-11-06",
    "funnel diff 5..9",
    "funnel diff last-week deal 3 --json",
)
def diff(
    period: Annotated[
        str,
        Argument(
            metavar="PERIOD",
            help=N_("Days, like 2026-11-02..2026-11-06, or ids in `funnel history`: 5..9."),
        ),
    ],
    record: Of = None,
    limit: Limit = None,
) -> Page:
    """Say what changed in a period: records that came, changed and went, and what became of deals,
    as the database was before it and is behind it."""
    from funnelcli.db.journal import reach
    from funnelcli.queries.between import Between

    call = current()
    conn = call.hold()
    only = which(call, conn, record) if record else None
    found = _span(conn, period)
    blocks: list[Block] = []
    data: dict[str, Any] = dict.fromkeys(PRINTED.data_fields())
    data.update(kinds=[], deals={}, differences=[])
    if found is None:
        text = _("Nothing was changed in that time.")
        return Page([Prose(" ".join([text, *reach(conn)]))], data, name="diff")
    between = Between(conn, found.entries, call.output.locale, only)
    kinds = [
        Kind(table, *(between.kinds[table][name] for name in ("new", "changed", "removed")))
        for table in (*(one for one in TITLES if one in between.kinds), *_others(between))
    ]
    heading = _("From command {first} ({since}) to {last} ({until})").format(
        first=found.first,
        since=daytext.moment(found.since),
        last=found.last,
        until=daytext.moment(found.until),
    )
    blocks.append(Prose(heading))
    sentence = _fates(between.fates, call.output.locale)
    if sentence:
        blocks.append(Prose(sentence))
    blocks.append(Listing(KINDS, kinds, empty=_("Nothing is different.")))
    most = call.rows(limit, SHOWN)
    listed: Listing | None = None
    if kinds:
        listed = _listed(call, between, most)
        blocks.append(listed)
    data.update(
        first=found.first,
        last=found.last,
        from_at=found.since,
        to_at=found.until,
        kinds=Listing(KINDS, kinds),
        deals={
            name: {
                "deals": fate.deals,
                "values": [
                    {"value": Minor(value, code), "currency": code}
                    for code, value in sorted(fate.values.items())
                ],
            }
            for name, fate in between.fates.items()
        },
        differences=Listing(DIFFERENCES, islice(between, limit or None)),
    )
    return Page(blocks, data, main=listed, title=_("What changed"), name="diff")


def _listed(call: Invocation, between: Between, most: int | None) -> Listing:
    if not call.on_screen:
        return Listing(DIFFERENCES, islice(between, most))
    some = list(islice(between, None if most is None else most + 1))
    notes = []
    if most is not None and len(some) > most:
        notes = [_("The first {n}; --limit 0 shows all.").format(n=most)]
    return Listing(DIFFERENCES, some[:most], title=_("What changed"), notes=notes)


def _others(between: Between) -> list[str]:
    return sorted(table for table in between.kinds if table not in TITLES)


def _span(conn: sqlite3.Connection, text: str) -> Span | None:
    """The commands that a period stands for: ids of the history, else days."""
    from funnelcli.queries import between

    found = _NUMBERS.fullmatch(text.strip())
    if found and (found[1] or found[3]):
        first = int(found[1] or 1)
        last = int(found[3]) if found[3] else None if found[2] else first
        if last is not None and last < first:
            raise Usage(
                _("{text} ends before it begins.").format(text=text.strip()),
                _("Write it the other way round: {text}").format(text=f"{last}..{first}"),
            )
        # "2026" is a year where there are not so many commands.
        if max(first, last or 0) <= max(between.last_command(conn), _NO_YEAR):
            return between.of_commands(conn, first, last)
    since, until = dates.parse_range(text, BACK)
    return between.of_days(
        conn,
        None if since is None else dates.day_start(since),
        None if until is None else dates.day_start(until),
    )


def _fates(fates: Mapping[str, Fate], locale: str) -> str:
    """What became of deals, in a sentence; "" for nothing."""
    told = []
    for name, fate in fates.items():
        if not fate.deals:
            continue
        text = ngettext(*_FATES[name], fate.deals).format(n=fate.deals)
        amounts = ", ".join(
            format_money(value, code, locale) for code, value in sorted(fate.values.items())
        )
        told.append(f"{text} ({amounts})" if amounts else text)
    return _("Deals: {what}").format(what=", ".join(told)) if told else ""
