"""Offers on paper: printed as letters, and mailed."""

from __future__ import annotations

from funnelcli.cli import lettering
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument
from funnelcli.cli.invocation import current
from funnelcli.cli.lettering import Draft, Language, Prices, Sent, Smtp, To
from funnelcli.cli.params import OfferRef
from funnelcli.i18n import N_
from funnelcli.letters.kinds import OFFER as LETTER
from funnelcli.letters.kinds import letter
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.offer import OFFER
from funnelcli.queries.lists import one
from funnelcli.render import Changed, Page, Sheets, Text
from funnelcli.typed import Annotated


@gives("pages.offer:LETTER")
@examples(
    "funnel offer print 2026-0001 -o offer.pdf",
    "funnel offer print 2026-0001 --lang de --html -o angebot.html",
    "funnel offer print 2026-0001 --md",
)
def print_(offer: OfferRef, lang: Language = None, prices: Prices = None) -> Text | Page | Sheets:
    """Print an offer as a letter."""
    call = current()
    checked = lettering.wanted(lang, prices)
    with call.read() as conn:
        offer_id = call.find(conn, OFFER, offer, write=False)
        found = letter(conn, LETTER, one(conn, OFFER, offer_id).deal_id, offer_id, **checked)
        call.about |= {found.contact_id or 0} - {0}
        return lettering.printed(call, conn, found)


@gives(DEAL)
@examples(
    "funnel offer mail 12",
    "funnel offer mail 2026-0001 -o draft.eml",
    "funnel offer mail mueller --to einkauf@example.com --smtp",
)
def mail(
    deal: Annotated[
        str,
        Argument(
            metavar="DEAL", help=N_("Its id, or words of its name; or the number of the offer.")
        ),
    ],
    to: To = None,
    lang: Language = None,
    prices: Prices = None,
    smtp: Smtp = False,
    sent: Sent = False,
    output: Draft = None,
) -> Changed:
    """Write a mail with an offer as PDF, and open it in the mail program. Nothing is sent without
    being asked."""
    call = current()
    with call.open() as conn:
        found = lettering.find(call, conn, LETTER, deal, lang=lang, prices=prices)
        return lettering.mailed(call, conn, found, to, smtp=smtp, sent=sent, output=output)
