"""Deals: add, list, show, edit, snooze, remove."""

from __future__ import annotations

import sqlite3
from typing import Annotated, Any

import typer

from funnelcli import config
from funnelcli.actions import contacts, deals
from funnelcli.cli.columns import DEALS
from funnelcli.cli.commands import examples, filter_words
from funnelcli.cli.day.moves import changed
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.listing import listing
from funnelcli.cli.notes import edited, no_step_warning
from funnelcli.cli.params import At, DealRef, Limit, Sort, Tags, Untags, Words
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns import naming, words
from funnelcli.queries import lists
from funnelcli.render import Changed, Listing, Page
from funnelcli.values import dates

Contact = Annotated[
    str | None,
    typer.Option("--contact", "-c", metavar="CONTACT", help=N_("Its main contact, by id or name.")),
]
Value = Annotated[
    str | None,
    typer.Option("--value", "-v", metavar="AMOUNT", help=N_("12500, 12.500,00 €, USD 12k.")),
]
Currency = Annotated[
    str | None, typer.Option("--currency", metavar="CODE", help=N_("Its currency, like EUR."))
]
Probability = Annotated[
    str | None,
    typer.Option(
        "--probability", metavar="PERCENT", help=N_("Instead of the stage's own; none for that.")
    ),
]
Close = Annotated[
    str | None, typer.Option("--close", metavar="DATE", help=N_("The expected close."))
]
Source = Annotated[
    str | None, typer.Option("--source", metavar="SOURCE", help=N_("Where it came from."))
]
Kind = Annotated[
    str | None,
    typer.Option("--kind", metavar="KIND", help=N_("new, repeat, upsell or renewal.")),
]
Product = Annotated[
    str | None, typer.Option("--product", metavar="TEXT", help=N_("What it is about."))
]
Notes = Annotated[
    str | None, typer.Option("--notes", metavar="TEXT", help=N_("Notes; - reads standard input."))
]


def _percent(text: str | None) -> int | None:
    if text is None or text == "none":
        return None
    from funnelcli.values.numbers import whole_percent

    value = whole_percent(text)
    if value is None:
        raise Usage(
            _("{value} is no probability.").format(value=text),
            _("Write a whole percentage from 0 to 100."),
        )
    return value


def _amount(
    call: Invocation, value: str | None, currency: str | None, default: str
) -> tuple[int | None, str]:
    from funnelcli.values.money import check_currency

    code = check_currency(currency) if currency else default
    if value is None or value == "none":
        return None, code
    return call.money(value, code)


def _common(
    call: Invocation,
    conn: sqlite3.Connection,
    *,
    contact: str | None,
    source: str | None,
    kind: str | None,
    product: str | None,
    notes: str | None,
) -> dict[str, str | int | None]:
    """The plain columns that were given; "none" empties one."""
    given: dict[str, str | int | None] = {}
    if contact is not None:
        given["contact_id"] = (
            None if contact == "none" else call.find(conn, naming.CONTACT, contact)
        )
    if source is not None:
        given["source"] = None if source == "none" else naming.catalogue_key(conn, "source", source)
    if kind is not None:
        given["kind"] = words.choose(words.DEAL_KIND, kind, "--kind")
    if product is not None:
        given["product"] = None if product == "none" else product
    if notes is not None:
        given["notes"] = None if notes == "none" else call.long_text(notes)
    return given


@examples(
    'funnel deal add "Solar roof" --contact mueller --value 18k --close eom',
    'funnel deal add "Doors" -c 7 --process funnel --stage visit --at 2026-09-01',
    'id=$(funnel deal add "Night import" -q --no-input)',
)
def add(
    title: Annotated[
        str | None, typer.Argument(metavar="TITLE", help=N_("What it is called."))
    ] = None,
    contact: Contact = None,
    new_contact: Annotated[
        str | None,
        typer.Option("--new-contact", metavar="NAME", help=N_("Add its contact at once.")),
    ] = None,
    value: Value = None,
    currency: Currency = None,
    process: Annotated[
        str | None,
        typer.Option("--process", "-p", metavar="PROCESS", help=N_("cycle, funnel or your own.")),
    ] = None,
    stage: Annotated[
        str | None,
        typer.Option("--stage", metavar="STAGE", help=N_("Where it starts; the first open one.")),
    ] = None,
    close: Close = None,
    probability: Probability = None,
    source: Source = None,
    kind: Kind = None,
    product: Product = None,
    notes: Notes = None,
    tag: Tags = None,
    at: At = None,
) -> Changed:
    """Open a deal."""
    call = current()
    with call.open() as conn:
        title = call.need(title, "TITLE", _("What is the deal called?"))
        process_id = naming.process_id(conn, process or config.get("process"))
        stage_id = None if stage is None else naming.stage_id(conn, process_id, stage)
        minor, code = _amount(call, value, currency, config.get("currency"))
        attributes = _common(
            call, conn, contact=contact, source=source, kind=kind, product=product, notes=notes
        )
        expected = call.date(close)
        percent = _percent(probability)
        instant = call.when(conn, at)
        with call.change(conn):
            contact_id = attributes.pop("contact_id", None)
            if new_contact is not None:
                contact_id = contacts.add(conn, new_contact, at=instant)
            assert contact_id is None or isinstance(contact_id, int)
            deal_id = deals.add(
                conn,
                title,
                process_id=process_id,
                stage_id=stage_id,
                contact_id=contact_id,
                value=minor,
                currency=code,
                probability=percent,
                expected_close=expected,
                tags=tag or (),
                at=instant,
                attributes=attributes,
            )
        state = deals.state(conn, deal_id)
        line = _("Deal {id}: {title}, in {stage}").format(
            id=deal_id, title=state.title, stage=state.stage
        )
        return changed(call, conn, deal_id, [line], no_step_warning(conn, deal_id))


@examples(
    "funnel deal list stage:offer,negotiation 'value:>10k'",
    "funnel deal list is:rotten -tag:vip --sort -value",
    "funnel deal list is:open --json=id,title,value,currency",
)
def list_(words: Words = None, sort: Sort = None, limit: Limit = None) -> Listing:
    """List deals."""
    return listing(
        DEALS,
        lists.deals,
        filter_words(words),
        sort,
        limit,
        empty=_("No deals. `funnel deal add` opens one."),
    )


@examples("funnel deal show 12", "funnel deal show mueller --json")
def show(deal: DealRef) -> Page:
    """Show a deal."""
    from funnelcli.pages import deal as deal_page

    call = current()
    with call.open() as conn:
        deal_id = call.find(conn, naming.DEAL, deal, write=False)
        return deal_page.deal_page(call, conn, deal_id)


@examples(
    "funnel deal edit 12 --value 15k --close +2w",
    "funnel deal edit 12 --probability 80 --tag vip",
    "funnel deal edit 12 --probability none --at 2026-11-01",
)
def edit(
    deal: DealRef,
    title: Annotated[
        str | None, typer.Option("--title", metavar="TEXT", help=N_("What it is called."))
    ] = None,
    contact: Contact = None,
    value: Value = None,
    currency: Currency = None,
    close: Close = None,
    probability: Probability = None,
    source: Source = None,
    kind: Kind = None,
    product: Product = None,
    notes: Notes = None,
    tag: Tags = None,
    untag: Untags = None,
    at: At = None,
) -> Changed:
    """Change a deal."""
    call = current()
    with call.open() as conn:
        deal_id = call.find(conn, naming.DEAL, deal)
        changes: dict[str, Any] = dict(
            _common(
                call, conn, contact=contact, source=source, kind=kind, product=product, notes=notes
            )
        )
        if title is not None:
            changes["title"] = title.strip()
        if value is not None or currency is not None:
            minor, code = _amount(call, value, currency, deals.state(conn, deal_id).currency)
            changes["currency"] = code
            if value is not None:
                changes["value"] = minor
        if close is not None:
            changes["expected_close"] = call.date(close)
        if probability is not None:
            changes["probability"] = _percent(probability)
        if not changes and not tag and not untag:
            raise Usage(
                _("Nothing to change."), _("`funnel deal edit --help` lists what can be changed.")
            )
        with call.change(conn):
            names = deals.edit(
                conn,
                deal_id,
                call.when(conn, at, deal_id),
                changes,
                tags=tag or (),
                untag=untag or (),
            )
        name = deals.state(conn, deal_id).title
        return changed(call, conn, deal_id, [edited(name, names)])


@examples("funnel deal snooze 12 --until +2w", "funnel deal snooze 12 --until none")
def snooze(
    deal: DealRef,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help=N_("When it comes back."))
    ] = None,
) -> Changed:
    """Let a deal rest."""
    call = current()
    with call.open() as conn:
        deal_id = call.find(conn, naming.DEAL, deal)
        day = call.date(call.need(until, "--until", _("Until when?")))
        if day is not None and day <= dates.today().isoformat():
            raise Usage(
                _("{day} has come already.").format(day=day), _("Snooze until a day to come.")
            )
        with call.change(conn):
            deals.edit(conn, deal_id, dates.now(), {"snoozed_until": day})
        title = deals.state(conn, deal_id).title
        line = (
            _("{title}: awake").format(title=title)
            if day is None
            else _("{title}: snoozed until {day}").format(title=title, day=day)
        )
        return changed(call, conn, deal_id, [line])


@examples("funnel deal remove 12", "funnel deal remove 12 13 14 --yes")
def remove(
    deal: Annotated[
        list[str], typer.Argument(metavar="DEAL...", help=N_("Ids, or words of their names."))
    ],
) -> Changed:
    """Remove deals."""
    call = current()
    with call.open() as conn:
        ids = list(dict.fromkeys(call.find(conn, naming.DEAL, text) for text in deal))
        lines = [
            _("Removed deal {id}: {title}").format(id=i, title=deals.state(conn, i).title)
            for i in ids
        ]
        if len(ids) > 2:
            text = ngettext("Remove {n} deal?", "Remove {n} deals?", len(ids))
            call.confirm(text.format(n=len(ids)))
        with call.change(conn):
            deals.remove(conn, ids)
    return Changed(lines, ids=ids)
