"""Letters to customers, as the commands about them have them in common: what is named, printed,
mailed."""

from __future__ import annotations

import os
import sqlite3

from funnelcli import letters
from funnelcli.actions.outside import opens
from funnelcli.cli.declaring import Option
from funnelcli.cli.disclosing import note as disclose
from funnelcli.cli.invocation import Invocation
from funnelcli.cli.results import changed
from funnelcli.db.disclosed import Members
from funnelcli.errors import Refused, Usage
from funnelcli.i18n import N_, _
from funnelcli.letters.kinds import CONFIRMATION, OFFER, WITHDRAWAL, Letter, letter
from funnelcli.letters.sent import record, send
from funnelcli.nouns import words
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.offer import OFFER as OFFERS
from funnelcli.nouns.placeholders import placeholder
from funnelcli.nouns.types import PRICES, SUBJECT
from funnelcli.pages.offer import offer_page
from funnelcli.queries.lists import one
from funnelcli.queries.offers import numbered, of_deal
from funnelcli.render import Changed, Page, Sheets, Text, message
from funnelcli.typed import TYPE_CHECKING, Annotated
from funnelcli.values import dates
from funnelcli.values.moneyformat import money_text

if TYPE_CHECKING:
    from funnelcli.letters.mail import Mail

Language = Annotated[
    str | None,
    Option(
        "--lang", metavar="LANGUAGE", help=N_("en or de; else the contact's, or the one you speak.")
    ),
]
Prices = Annotated[
    str | None,
    Option(
        "--prices",
        metavar=PRICES,
        help=N_("gross or net; else gross for consumers, who belong to no organisation."),
    ),
]
Subject = Annotated[
    str | None,
    Option(
        "--of",
        metavar=SUBJECT,
        help=N_("What is sold, for an instruction; else as the deal's period begins."),
    ),
]
To = Annotated[
    str | None,
    Option("--to", metavar="ADDRESS", help=N_("To whom; else the contact's first address.")),
]
Smtp = Annotated[
    bool,
    Option("--smtp", help=N_("Send it now, as reminders are sent; asks before it does.")),
]
Sent = Annotated[bool, Option("--sent", help=N_("Put on record that it was sent."))]
Draft = Annotated[
    str | None,
    Option("--output", "-o", metavar="FILE", help=N_("Write the draft to a file.")),
]


def wanted(lang: str | None, prices: str | None) -> dict[str, str | None]:
    """What ``--lang`` and ``--prices`` ask for. Raises Usage."""
    return {
        "lang": None if lang is None else letters.check_language(lang),
        "prices": None if prices is None else words.choose(words.PRICES, prices, "--prices"),
    }


def find(
    call: Invocation,
    conn: sqlite3.Connection,
    kind: str,
    text: str,
    *,
    lang: str | None,
    prices: str | None = None,
    subject: str | None = None,
) -> Letter:
    """The letter of a ``kind`` about what ``text`` names: a deal, or an offer by its number."""
    if subject is not None and kind != WITHDRAWAL:
        raise Usage(_("--of is for a withdrawal instruction."), _("Leave it out."))
    # A number alone is the id of a deal, however offers are numbered.
    offer_id = None if not text or text.strip().isdecimal() else numbered(conn, text)
    if offer_id is not None:
        deal_id = one(conn, OFFERS, offer_id).deal_id
    else:
        deal_id = call.find(conn, DEAL, text, write=False)
        offer_id = _last_offer(conn, deal_id) if kind == OFFER else None
    found = letter(
        conn,
        kind,
        deal_id,
        offer_id,
        **wanted(lang, prices),
        subject=None if subject is None else words.choose(words.SUBJECT, subject, "--of"),
    )
    call.about |= {found.contact_id or 0} - {0}
    return found


def _last_offer(conn: sqlite3.Connection, deal_id: int) -> int:
    """The offer of a deal that is written about: the last that holds. Raises Refused without any,
    Usage where several are open."""
    offers = of_deal(conn, deal_id)
    if not offers:
        raise Refused(
            _("The deal {title} has no offer.").format(title=one(conn, DEAL, deal_id).title),
            _("`funnel offer add {id}` begins one.").format(id=deal_id),
        )
    standing = [each for each in offers if not each.over] or offers[-1:]
    if len(standing) > 1:
        raise Usage(
            _("The deal {title} has several offers: {numbers}.").format(
                title=standing[0].deal, numbers=", ".join(each.name for each in standing)
            ),
            _("Name one by its number."),
        )
    return standing[0].id


def printed(call: Invocation, conn: sqlite3.Connection, found: Letter) -> Text | Page | Sheets:
    """A letter as what is asked for: Markdown, a page, PDF, or its offer's data."""
    named = call.output.named or "md"
    form = {"htm": "html", "markdown": "md", "txt": "md"}.get(named, named)
    if form not in ("html", "md", "pdf", "json") or (form == "json" and found.offer_id is None):
        raise Usage(
            _("A letter cannot be printed as {name}.").format(name=form),
            _("Write -o FILE.pdf, or a page with -o FILE.html."),
        )
    if form == "json":
        assert found.offer_id is not None
        return offer_page(conn, found.offer_id, call.output.locale)
    values = found.values(conn)
    if form == "pdf":
        return Sheets(letters.paper(found.kind, values))
    return Text(letters.render(found.kind, form, values))


def say_difference(call: Invocation, conn: sqlite3.Connection, found: Letter) -> None:
    """Warn of a confirmation whose offer does not come to what the deal was won for."""
    if found.kind != CONFIRMATION or found.offer_id is None:
        return
    deal, offer = one(conn, DEAL, found.deal_id), one(conn, OFFERS, found.offer_id)
    if deal.value is not None and (deal.value, deal.currency) != (offer.net, offer.currency):
        text = _("{title} was won for {value}, and the offer {number} comes to {net} net.").format(
            title=deal.title,
            value=money_text(deal.value, deal.currency),
            number=offer.name,
            net=money_text(offer.net, offer.currency),
        )
        message(call.output, _("Warning: {text}").format(text=text))


def mailed(
    call: Invocation,
    conn: sqlite3.Connection,
    found: Letter,
    to: str | None,
    *,
    smtp: bool,
    sent: bool,
    output: str | None,
) -> Changed:
    """A letter as a mail: sent where that was said twice, else a draft that is opened, or written
    to ``output``."""
    from funnelcli.letters.mail import write

    if smtp and (output is not None or sent):
        raise Usage(
            _("--smtp sends the mail, so there is no draft."),
            _("Leave --smtp out for a draft; what was sent by --smtp is on record without --sent."),
        )
    address = to or _address(conn, found)
    # A draft is written as it will be when it is sent: of this day, with its validity.
    with call.trial(conn):
        send(conn, found, dates.now())
        written = write(conn, found, address)
    if smtp:
        return _sent(call, conn, found, written)
    lines = []
    if output is not None or not sent:
        path = _draft(call, written, output)
        lines.append(_("Draft to {address}: {path}").format(address=written.to, path=path))
        if output is None and not call.dry_run:
            if not opens(path):
                lines.append(_("The system has no program that opens it."))
            elif not sent and call.interactive:
                sent = call.agrees(_("Was it sent?"), usual=False)
    if not sent:
        lines.append(_("Once it is sent, the same command with --sent puts that on record."))
        return Changed(lines, undo=False)
    with call.change(conn):
        lines += record(conn, found, written, dates.now())
    return _changed(conn, found, lines)


def _draft(call: Invocation, written: Mail, output: str | None) -> str:
    """Write a draft to ``output``, else to where it is opened from; its path."""
    from funnelcli.actions.attachments import place, safe_name
    from funnelcli.letters.mail import draft
    from funnelcli.render.files import write_file

    call.check_output(output)
    path = output or os.path.join(place(), safe_name(f"{written.subject}.eml"))
    if not call.dry_run:
        data = draft(written)
        write_file(path, lambda out: out.write(data), binary=True)
        if output is not None and call.about:
            disclose(call, path, Members(call.about))
    return path


def _sent(call: Invocation, conn: sqlite3.Connection, found: Letter, written: Mail) -> Changed:
    """Send a mail, once somebody has said so, and put it on record."""
    from funnelcli.actions.reminding.mail import deliver, stamp
    from funnelcli.letters.mail import sender_address

    if not sender_address():
        raise Usage(
            _("Nobody is named from whom the mail comes."),
            _("funnel config set sender_email you@example.com"),
        )
    if not call.yes and not call.dry_run:
        if not call.interactive:
            raise Usage(
                _("Nobody is here to say that the mail is to be sent."),
                _("Say it with --yes."),
            )
        names = ", ".join(file.name for file in written.files)
        question = _("Send “{subject}” to {address}, with {files}?").format(
            subject=written.subject, address=written.to, files=names
        )
        if not call.agrees(question, usual=False):
            call.declined = True
            return Changed([_("Nothing was sent.")], undo=False)
    stamp(written.message, sender_address())
    with call.change(conn):
        lines = record(conn, found, written, dates.now())
        # What may still be refused is refused before the mail goes out.
        call.look()
        if not call.dry_run:
            deliver(written.message, _("Nothing was sent, and nothing is on record."))
    return _changed(conn, found, lines)


def _changed(conn: sqlite3.Connection, found: Letter, lines: list[str]) -> Changed:
    return changed(conn, DEAL, found.deal_id, lines)


def _address(conn: sqlite3.Connection, found: Letter) -> str:
    """The first address of the contact that a letter goes to."""
    emails = [] if found.contact_id is None else one(conn, CONTACT, found.contact_id).emails
    if not emails:
        raise Refused(
            _("There is no e-mail address to write to."),
            _("Give one with --to, or put it on file: funnel contact edit {id} --email …").format(
                id=found.contact_id or placeholder("CONTACT")
            ),
        )
    return emails[0]
