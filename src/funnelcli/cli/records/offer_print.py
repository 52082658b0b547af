"""Printing an offer: a letter as Markdown or as a page for the browser to print."""

from __future__ import annotations

from typing import Annotated

from funnelcli import letters
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.invocation import current
from funnelcli.cli.params import OfferRef
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _
from funnelcli.nouns.offer import OFFER
from funnelcli.pages.offer import offer_page
from funnelcli.render import Page, Text


@gives("pages.offer:LETTER")
@examples(
    "funnel offer print 2026-0001 -o offer.html",
    "funnel offer print 2026-0001 --lang de --html -o angebot.html",
    "funnel offer print 2026-0001 --md",
)
def print_(
    offer: OfferRef,
    lang: Annotated[
        str | None,
        Option(
            "--lang",
            metavar="LANGUAGE",
            help=N_("en or de; else the contact's, or the one you speak."),
        ),
    ] = None,
) -> Text | Page:
    """Print an offer as a letter."""
    from funnelcli.letters.offer import language_for, values
    from funnelcli.queries.lists import one

    call = current()
    language = None if lang is None else letters.check_language(lang)
    named = call.output.named or "md"
    kind = {"htm": "html", "markdown": "md", "txt": "md"}.get(named, named)
    if kind not in ("html", "md", "json"):
        raise Usage(
            _("A letter cannot be printed as {name}.").format(name=kind),
            _("Write a page with -o offer.html; a browser prints it to paper or PDF."),
        )
    with call.read() as conn:
        offer_id = call.find(conn, OFFER, offer, write=False)
        call.about |= {one(conn, OFFER, offer_id).contact_id or 0} - {0}
        if kind == "json":
            return offer_page(conn, offer_id, call.output.locale)
        return Text(
            letters.render(kind, values(conn, offer_id, language or language_for(conn, offer_id)))
        )


@examples(
    "funnel offer template html > ~/.config/funnel/templates/offer.html.j2",
    "funnel offer template words",
)
def template(
    name: Annotated[
        str, Argument(metavar="NAME", help=N_("html, md, or words: the words of both."))
    ],
) -> Text:
    """Print the shipped template, to be changed in the folder templates/ of your settings."""
    if name not in letters.TEMPLATES:
        raise Usage(
            _("There is no template {name}.").format(name=name),
            _("Write one of: {keys}.").format(keys=", ".join(letters.TEMPLATES)),
        )
    return Text(letters.shipped(name))
