"""The funnel of a process, now or on a past day."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Annotated, Any

import typer

from funnelcli import config
from funnelcli.cli.commands import examples, filter_words
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.params import Words
from funnelcli.errors import FunnelError, Usage
from funnelcli.i18n import N_, _
from funnelcli.nouns import naming, words
from funnelcli.pages.drawn_funnel import closing_lines, draw, money, shared
from funnelcli.queries.funnel import Funnel, StageRow, funnel
from funnelcli.render import Block, Column, Line, Listing, Page, Picture, Prose, human
from funnelcli.values import dates

if TYPE_CHECKING:
    from funnelcli.reports.model import ChartSpec


def _money_cell(*, weighted: bool) -> Any:
    return lambda row: " / ".join(money(row["amounts"], config.get("locale"), weighted=weighted))


FUNNEL = (
    Column("position", "No", "int", drop=7),
    Column("stage", "Key", drop=7),
    Column("name", "Stage", flex=True),
    Column("phase", "Phase", drop=6, names=lambda key: words.read(words.PHASE, key)),
    Column("deals", "Deals", "int"),
    Column("value", "Value", "money", shown=_money_cell(weighted=False)),
    Column("weighted", "Weighted", "money", shown=_money_cell(weighted=True)),
    Column("currency", "Currency", table=False),
    Column("reached", "Reached", "int"),
    Column("share", "Share", "share"),
    Column("bar", "", "bar", data=False),
)


@examples(
    "funnel show",
    "funnel show funnel --as-of 2026-09-30",
    "funnel show cycle tag:vip source:referral -o funnel.svg",
)
def show(
    words: Words = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help=N_("As it stood at the end of that day.")),
    ] = None,
) -> Page:
    """Show the funnel."""
    call = current()
    given = filter_words(words)
    at = None
    if as_of is not None:
        from funnelcli.reports.scope import end_of_day

        at = end_of_day(as_of)
    with call.read() as conn:
        process_id, rest = _process(conn, given)
        found = funnel(conn, process_id, now=dates.now(), at=at, filters=rest)
    return funnel_page(call, found, filtered=bool(rest), past=as_of is not None)


def _process(conn: sqlite3.Connection, given: list[str]) -> tuple[int, list[str]]:
    """The process that the first word names, and the filter words behind it."""
    if given and ":" not in given[0] and not given[0].startswith("-"):
        try:
            return naming.process_id(conn, given[0]), given[1:]
        except FunnelError as error:
            raise Usage(
                error.message, error.hint + " " + _("Filters come after it, like tag:vip.")
            ) from error
    return naming.process_id(conn, config.get("process")), given


def rows_of(found: Funnel) -> list[dict[str, Any]]:
    """A row a stage and currency, for data and piped output."""
    rows = []
    for stage in found.stages:
        amounts: list[Any] = sorted(stage.amounts, key=lambda amount: amount.currency)
        for amount in amounts or [None]:
            rows.append(_row(stage, amount, found.entered))
    return rows


def _row(stage: StageRow, amount: Any, entered: int) -> dict[str, Any]:
    share = stage.reached / stage.base if stage.reached is not None and stage.base else None
    drawn = stage.reached / entered if stage.reached is not None and entered else None
    return {
        "position": stage.position,
        "stage": stage.key,
        "name": stage.name,
        "phase": stage.phase,
        "deals": stage.deals,
        "amounts": [] if amount is None else [amount],
        "value": 0 if amount is None else amount.value,
        "weighted": 0 if amount is None else amount.weighted,
        "currency": config.get("currency") if amount is None else amount.currency,
        "reached": stage.reached,
        "share": share,
        "bar": drawn,
    }


def funnel_page(call: Invocation, found: Funnel, *, filtered: bool, past: bool) -> Page:
    """The funnel as a picture with its closing lines, and as rows."""
    title = found.name
    if past:
        title += " · " + _("as of {when}").format(
            when=dates.local(found.as_of).strftime("%Y-%m-%d %H:%M")
        )
    chart = chart_of(found, title, call.output.locale)
    listing = Listing(FUNNEL, rows_of(found), title=title, chart=chart)
    blocks: list[Block] = [picture(call, found, title, listing)]
    notes = closing_lines(found, call.output.locale)
    rule = _("Reached: came as far as the stage or further, lost deals included; n = {n}.")
    notes.append(rule.format(n=human.number(found.entered, call.output.locale)))
    if any(stage.kind == "post" and stage.reached for stage in found.stages):
        notes.append(_("Shares after the sale are of the deals that came to the sale."))
    if filtered:
        notes.append(_("Filtered by what the deals are today."))
    notes.append(_("Time zone: {zone}.").format(zone=dates.zone_name()))
    blocks.append(Prose("\n".join(notes)))
    return Page(blocks, data_of(found), listing)


def picture(call: Invocation, found: Funnel, title: str, listing: Listing) -> Picture:
    """The funnel drawn, under its title."""
    from funnelcli.render.bars import blocks_fit

    bars = blocks_fit(getattr(call.output.stdout, "encoding", "utf-8"))

    def lines(width: int, _colour: bool) -> list[Line]:
        head: Line = [(title, "strong")]
        return [head, *draw(found, width, call.output.locale, bars=bars)]

    return Picture(lines, listing)


def chart_of(found: Funnel, title: str, locale: str) -> ChartSpec | None:
    """The funnel as a chart: how many deals came as far as each stage."""
    from funnelcli.reports.model import ChartSpec, Point, Series

    if not found.entered:
        return None
    points = [
        Point(stage.name, stage.reached, note=shared(stage, locale))
        for stage in found.stages
        if stage.reached is not None
    ]
    note = _("n = {n}; time zone {zone}.").format(
        n=human.number(found.entered, locale), zone=dates.zone_name()
    )
    return ChartSpec("funnel", title, [Series(_("Deals"), points)], note=note)


def data_of(found: Funnel) -> dict[str, Any]:
    """The funnel as ``--json`` prints it: amounts in minor units, a list a stage."""
    closed = found.closed
    return {
        "process": found.process,
        "name": found.name,
        "as_of_at": found.as_of,
        "zone": dates.zone_name(),
        "rule": "reached",
        "entered": found.entered,
        "stages": [
            {
                "position": stage.position,
                "stage": stage.key,
                "name": stage.name,
                "phase": stage.phase,
                "kind": stage.kind,
                "deals": stage.deals,
                "amounts": stage.amounts,
                "reached": stage.reached,
                "base": stage.base,
            }
            for stage in found.stages
        ],
        "closed": closed,
    }
