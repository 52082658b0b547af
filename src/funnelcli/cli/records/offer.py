"""Offers: write, send, decide, revise, print."""

from __future__ import annotations

import sqlite3
from typing import Annotated

import typer

from funnelcli.actions import offer_lines, offers, standing
from funnelcli.cli.commands import examples, filter_words
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.listing import listing
from funnelcli.cli.notes import edited
from funnelcli.cli.params import At, DealRef, Limit, Sort, Words
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns import naming
from funnelcli.pages.offer import OFFERS, offer_page
from funnelcli.queries import offers as stored
from funnelcli.render import Changed, Listing, Page
from funnelcli.values.money import format_money
from funnelcli.values.numbers import percent

Ref = Annotated[
    str,
    typer.Argument(metavar="OFFER", help=N_("Its number, id, or words of its deal's name.")),
]
Until = Annotated[
    str | None, typer.Option("--until", metavar="DATE", help=N_("The last day it holds; or none."))
]
Discount = Annotated[
    str | None,
    typer.Option("--discount", metavar="PERCENT", help=N_("Off the whole offer, line by line.")),
]
Intro = Annotated[
    str | None,
    typer.Option("--intro", metavar="TEXT", help=N_("What stands above the lines; or none.")),
]
Closing = Annotated[
    str | None,
    typer.Option("--closing", metavar="TEXT", help=N_("What stands below the totals; or none.")),
]
Binding = Annotated[
    bool | None,
    typer.Option("--binding/--non-binding", help=N_("Whether you are bound to it; else not.")),
]
Note = Annotated[
    str | None, typer.Option("--note", metavar="TEXT", help=N_("What was said about it."))
]


def find(
    call: Invocation, conn: sqlite3.Connection, text: str, *, write: bool = True, where: str = "1"
) -> int:
    """The offer that ``text`` names: by its number, which means its latest version, by number
    and version ("2026-0001/2"), else as every record is named."""
    word = text.strip()
    number, slash, version = word.rpartition("/")
    row = conn.execute(
        "SELECT id FROM offer WHERE number = ? ORDER BY version DESC LIMIT 1", (word,)
    ).fetchone()
    if row is None and slash and version.isdecimal():
        row = conn.execute(
            "SELECT id FROM offer WHERE number = ? AND version = ?", (number, int(version))
        ).fetchone()
    return int(row[0]) if row else call.find(conn, naming.OFFER, text, write=write, where=where)


def changed(
    conn: sqlite3.Connection,
    offer_id: int,
    lines: list[str],
    warnings: list[str] | None = None,
) -> Changed:
    """The result of a write on an offer, with the record as it is now."""
    return Changed(
        lines, stored.offer(conn, offer_id), OFFERS, id=offer_id, warnings=warnings or []
    )


def amounts_of(call: Invocation, offer: stored.Offer) -> str:
    """Net and gross in one phrase."""
    locale = call.output.locale
    return _("{net} net, {gross} gross").format(
        net=format_money(offer.net, offer.currency, locale),
        gross=format_money(offer.gross, offer.currency, locale),
    )


def _fields(
    call: Invocation,
    *,
    until: str | None,
    discount: str | None,
    intro: str | None,
    closing: str | None,
    binding: bool | None,
) -> dict[str, str | int | None]:
    fields: dict[str, str | int | None] = {}
    if until is not None:
        fields["valid_until"] = call.date(until)
    if discount is not None:
        fields["discount"] = percent(discount, "--discount")
    for name, text in (("intro", intro), ("closing", closing)):
        if text is not None:
            fields[name] = None if text == "none" else call.long_text(text)
    if binding is not None:
        fields["binding"] = int(binding)
    return fields


@examples(
    "funnel offer add 12",
    'funnel offer add mueller --until eom --intro "as discussed on Friday:"',
    "funnel offer add 12 --number A-17 --discount 3",
)
def add(
    deal: DealRef,
    number: Annotated[
        str | None,
        typer.Option("--number", metavar="NUMBER", help=N_("Its number; else the next free one.")),
    ] = None,
    until: Until = None,
    discount: Discount = None,
    currency: Annotated[
        str | None, typer.Option("--currency", metavar="CODE", help=N_("Else the deal's."))
    ] = None,
    intro: Intro = None,
    closing: Closing = None,
    binding: Binding = None,
    at: At = None,
) -> Changed:
    """Begin an offer for a deal."""
    from funnelcli.values.money import check_currency

    call = current()
    with call.open() as conn:
        deal_id = call.find(conn, naming.DEAL, deal, where="r.status = 'open'")
        fields = _fields(
            call, until=until, discount=discount, intro=intro, closing=closing, binding=binding
        )
        code = check_currency(currency) if currency else None
        with call.change(conn):
            offer_id = offers.add(
                conn,
                deal_id,
                call.when(conn, at),
                number=number,
                currency=code,
                fields=fields,
            )
        offer = stored.offer(conn, offer_id)
        line = _("Offer {number} for {deal}; funnel offer line {number} PRODUCT adds to it").format(
            number=offer.name, deal=offer.deal
        )
        return changed(conn, offer_id, [line])


@examples(
    "funnel offer edit 2026-0001 --discount 5 --until eom",
    "funnel offer edit 2026-0001 --binding",
)
def edit(
    offer: Ref,
    until: Until = None,
    discount: Discount = None,
    intro: Intro = None,
    closing: Closing = None,
    binding: Binding = None,
) -> Changed:
    """Change a draft."""
    call = current()
    with call.open() as conn:
        offer_id = find(call, conn, offer, where="r.status = 'draft'")
        changes = _fields(
            call, until=until, discount=discount, intro=intro, closing=closing, binding=binding
        )
        if not changes:
            raise Usage(
                _("Nothing to change."), _("`funnel offer edit --help` lists what can be changed.")
            )
        with call.change(conn):
            names = offers.edit(conn, offer_id, changes)
        return changed(conn, offer_id, [edited(stored.offer(conn, offer_id).name, names)])


@examples(
    "funnel offer list is:open",
    "funnel offer list status:expired --sort -net",
    "funnel offer list mueller is:current --json",
)
def list_(words: Words = None, sort: Sort = None, limit: Limit = None) -> Listing:
    """List offers."""
    return listing(
        OFFERS,
        stored.offers,
        filter_words(words),
        sort,
        limit,
        empty=_("No offers. `funnel offer add DEAL` begins one."),
    )


@examples("funnel offer show 2026-0001", "funnel offer show 2026-0001/1 --json")
def show(offer: Ref) -> Page:
    """Show an offer."""
    call = current()
    with call.open() as conn:
        return offer_page(call, conn, find(call, conn, offer, write=False))


@examples("funnel offer send 2026-0001", "funnel offer send 2026-0001 --at yesterday --until +14d")
def send(offer: Ref, until: Until = None, at: At = None) -> Changed:
    """Record that an offer was sent; the deal's value follows it."""
    call = current()
    with call.open() as conn:
        offer_id = find(call, conn, offer, where="r.status = 'draft'")
        deal_id = offer_lines.state(conn, offer_id).deal_id
        holds = call.date(until)
        with call.change(conn):
            sent = offers.send(conn, offer_id, call.when(conn, at, deal_id), holds)
        found = stored.offer(conn, offer_id)
        lines = [
            _("{number} sent: {amounts}, until {day}").format(
                number=found.name, amounts=amounts_of(call, found), day=found.valid_until
            )
        ]
        day = offer_lines.day_of(sent)
        warnings = [
            _("{name} is not sold on {day} any more, or not yet.").format(name=name, day=day)
            for name in offers.off_the_list(conn, offer_id, day)
        ]
        return changed(conn, offer_id, lines, warnings)


@examples(
    "funnel offer accept 2026-0001",
    'funnel offer accept 2026-0001 --win --at yesterday --note "signed on the phone"',
)
def accept(
    offer: Ref,
    win: Annotated[bool, typer.Option("--win", help=N_("Win the deal with it."))] = False,
    note: Note = None,
    at: At = None,
) -> Changed:
    """Record that an offer was accepted."""
    call = current()
    with call.open() as conn:
        offer_id = find(call, conn, offer, where="r.status = 'sent'")
        before = offer_lines.state(conn, offer_id)
        with call.change(conn):
            instant = call.when(conn, at, before.deal_id)
            offers.accept(conn, offer_id, instant, note)
            lines = [_("{number} accepted").format(number=before.name)]
            if win:
                lines += _win(conn, before, instant)
        return changed(conn, offer_id, lines)


def _win(conn: sqlite3.Connection, offer: offer_lines.State, instant: int) -> list[str]:
    """Win the offer's deal for its net amount."""
    from funnelcli.actions import closing
    from funnelcli.actions.withdrawal import revocable
    from funnelcli.cli.day.moves import revocable_line

    deal = standing.state(conn, offer.deal_id)
    until = revocable(deal, instant)
    move = closing.win(
        conn,
        offer.deal_id,
        instant,
        value=offer.net,
        currency=offer.currency,
        revocable_until=until,
    )
    told = _("{title}: {before} → {after}").format(
        title=move.deal.title, before=move.before, after=move.after
    )
    return [told, *revocable_line(deal.id, until)]


@examples('funnel offer decline 2026-0001 --note "too late"')
def decline(offer: Ref, note: Note = None, at: At = None) -> Changed:
    """Record that an offer was declined."""
    call = current()
    with call.open() as conn:
        offer_id = find(call, conn, offer, where="r.status = 'sent'")
        deal_id = offer_lines.state(conn, offer_id).deal_id
        with call.change(conn):
            offers.decline(conn, offer_id, call.when(conn, at, deal_id), note)
        number = stored.offer(conn, offer_id).name
        return changed(conn, offer_id, [_("{number} declined").format(number=number)])


@examples("funnel offer revise 2026-0001", "funnel offer revise 2026-0001 --discount 5")
def revise(
    offer: Ref,
    discount: Discount = None,
    until: Until = None,
    at: At = None,
) -> Changed:
    """Make the next version of an offer."""
    call = current()
    with call.open() as conn:
        old_id = find(call, conn, offer)
        deal_id = offer_lines.state(conn, old_id).deal_id
        changes = _fields(
            call, until=until, discount=discount, intro=None, closing=None, binding=None
        )
        with call.change(conn):
            new = offers.revise(conn, old_id, call.when(conn, at, deal_id))
            if changes:
                offers.edit(conn, new.id, changes)
        found = stored.offer(conn, new.id)
        told = _("{number} is a draft: {amounts}").format(
            number=found.name, amounts=amounts_of(call, found)
        )
        return changed(conn, new.id, [told])


@examples("funnel offer remove 2026-0001")
def remove(
    offer: Annotated[
        list[str], typer.Argument(metavar="OFFER...", help=N_("Their numbers or ids."))
    ],
) -> Changed:
    """Remove offers."""
    call = current()
    with call.open() as conn:
        ids = list(dict.fromkeys(find(call, conn, text) for text in offer))
        lines = [_("Removed offer {number}").format(number=stored.offer(conn, i).name) for i in ids]
        if len(ids) > 2:
            text = ngettext("Remove {n} offer?", "Remove {n} offers?", len(ids))
            call.confirm(text.format(n=len(ids)))
        with call.change(conn):
            offers.remove(conn, ids)
    return Changed(lines, ids=ids)
