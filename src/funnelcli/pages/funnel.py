"""The funnel of a process as it is shown: drawn, and as rows."""

from __future__ import annotations

from funnelcli import config
from funnelcli.i18n import _
from funnelcli.nouns import words
from funnelcli.nouns.printed import Printed
from funnelcli.pages.drawn_funnel import closing_lines, draw, money, shared
from funnelcli.plain import NamedTuple
from funnelcli.queries import exchange
from funnelcli.queries.funnel import Funnel, StageRow
from funnelcli.render import Block, Column, Line, Listing, Page, Picture, Prose, human
from funnelcli.typed import TYPE_CHECKING, Any
from funnelcli.values import dates, daytext

if TYPE_CHECKING:
    from funnelcli.render.chart import ChartSpec


def _money_cell(*, weighted: bool) -> Any:
    return lambda row: " / ".join(money(row["amounts"], config.get("locale"), weighted=weighted))


FUNNEL = (
    Column("position", "No", "int", drop=7),
    Column("stage", "Key", typed=True, drop=7),
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


class FunnelData(NamedTuple):
    """The funnel as ``--json`` prints it: amounts are a list a stage, one a currency."""

    process: str
    name: str
    as_of_at: int
    zone: str
    rule: str
    entered: int
    stages: list[dict[str, Any]]
    closed: dict[str, Any]


PRINTED = Printed(FUNNEL, FunnelData._fields)


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


def funnel_page(
    found: Funnel, locale: str, encoding: str, *, filtered: bool = False, past: bool = False
) -> Page:
    """The funnel as a picture with its closing lines, and as rows; ``encoding`` is that of the
    screen, ``filtered`` says that some deals do not count, ``past`` that it is as of a past
    moment."""
    title = found.name
    if past:
        title += " · " + _("as of {when}").format(when=daytext.moment(found.as_of))
    chart = chart_of(found, title, locale)
    listing = Listing(FUNNEL, rows_of(found), title=title, chart=chart)
    blocks: list[Block] = [picture(found, title, listing, locale, encoding)]
    notes = closing_lines(found, locale)
    rule = _("Reached: came as far as the stage or further, lost deals included; n = {n}.")
    notes.append(rule.format(n=human.number(found.entered, locale)))
    if any(stage.kind == "post" and stage.reached for stage in found.stages):
        notes.append(_("Shares after the sale are of the deals that came to the sale."))
    if found.rates.steps:
        notes.append(exchange.exchanged_note(found.rates, found.rates.steps))
    if apart := exchange.apart_note(found.rates, found.currencies):
        notes.append(apart)
    if filtered:
        notes.append(_("Filtered by what the deals are today."))
    notes.append(_("Time zone: {zone}.").format(zone=dates.zone_name()))
    blocks.append(Prose("\n".join(notes)))
    data = data_of(found)._asdict()
    # The rows of the funnel have a line a currency, where JSON has a list in each stage.
    flat = {**data, "stages": listing}
    return Page(blocks, data, listing, name="funnel", flat=flat)


def picture(found: Funnel, title: str, listing: Listing, locale: str, encoding: str) -> Picture:
    """The funnel drawn, under its title."""
    from funnelcli.render.bars import blocks_fit

    bars = blocks_fit(encoding)

    def lines(width: int, _colour: bool) -> list[Line]:
        head: Line = [(title, "strong")]
        return [head, *draw(found, width, locale, bars=bars)]

    return Picture(lines, listing)


def chart_of(found: Funnel, title: str, locale: str) -> ChartSpec | None:
    """The funnel as a chart: how many deals came as far as each stage."""
    from funnelcli.render.chart import ChartSpec, Point, Series

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


def data_of(found: Funnel) -> FunnelData:
    """The funnel for ``--json``."""
    return FunnelData(
        process=found.process,
        name=found.name,
        as_of_at=found.as_of,
        zone=dates.zone_name(),
        rule="reached",
        entered=found.entered,
        stages=[
            {
                "position": stage.position,
                "stage": stage.key,
                "name": stage.name,
                "phase": stage.phase,
                "kind": stage.kind,
                "deals": stage.deals,
                "amounts": [amount.data() for amount in stage.amounts],
                "reached": stage.reached,
                "base": stage.base,
            }
            for stage in found.stages
        ],
        closed={
            **found.closed._asdict(),
            "won_amounts": [amount.data() for amount in found.closed.won_amounts],
        },
    )
