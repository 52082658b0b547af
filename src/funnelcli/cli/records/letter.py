"""Letters to customers: print them, mail them, and the templates that they are made from."""

from __future__ import annotations

import os

from funnelcli.cli import lettering
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.invocation import current
from funnelcli.cli.lettering import Draft, Language, Prices, Sent, Smtp, Subject, To
from funnelcli.cli.params import DealRef
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _
from funnelcli.letters import templates
from funnelcli.nouns import words
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.types import LETTER
from funnelcli.render import Changed, Column, Listing, Page, Sheets, Text
from funnelcli.typed import Annotated

Kind = Annotated[str, Argument(metavar=LETTER, help=N_("Which letter."))]
Template = Annotated[
    str,
    Argument(
        metavar="NAME", help=N_("Its name, or that of its file; `funnel letter list` lists them.")
    ),
]
File = Annotated[str, Argument(metavar="FILE", help=N_("A file with a template."))]
As = Annotated[
    str | None,
    Option("--as", metavar="NAME", help=N_("Which template it is; else as the file is called.")),
]
TEMPLATES = (
    Column("name", "Key"),
    Column("title", "What it is", names=lambda title: _(title), flex=True),
    Column("file", "File", drop=1),
    Column("own", "Your own", "flag"),
    Column("path", "Path", table=False),
)


@gives("pages.offer:LETTER")
@examples(
    "funnel letter print confirmation 12 -o order.pdf",
    "funnel letter print withdrawal mueller --of goods -o withdrawal.pdf",
    "funnel letter print offer 2026-0001 --lang de --html -o angebot.html",
)
def print_(
    letter: Kind,
    deal: DealRef,
    lang: Language = None,
    prices: Prices = None,
    subject: Subject = None,
) -> Text | Page | Sheets:
    """Print a letter about a deal: its offer, the confirmation of its order, or the instruction on
    withdrawal."""
    call = current()
    kind = words.choose(words.LETTER, letter, "LETTER")
    with call.read() as conn:
        found = lettering.find(call, conn, kind, deal, lang=lang, prices=prices, subject=subject)
        lettering.say_difference(call, conn, found)
        return lettering.printed(call, conn, found)


@gives(DEAL)
@examples(
    "funnel letter mail confirmation 12",
    "funnel letter mail withdrawal mueller --of services -o draft.eml",
    "funnel letter mail confirmation 12 --smtp",
)
def mail(
    letter: Kind,
    deal: DealRef,
    to: To = None,
    lang: Language = None,
    prices: Prices = None,
    subject: Subject = None,
    smtp: Smtp = False,
    sent: Sent = False,
    output: Draft = None,
) -> Changed:
    """Write a mail with a letter as PDF, and open it in the mail program. Nothing is sent without
    being asked."""
    call = current()
    kind = words.choose(words.LETTER, letter, "LETTER")
    with call.open() as conn:
        found = lettering.find(call, conn, kind, deal, lang=lang, prices=prices, subject=subject)
        lettering.say_difference(call, conn, found)
        return lettering.mailed(call, conn, found, to, smtp=smtp, sent=sent, output=output)


@gives(TEMPLATES)
@examples("funnel letter list")
def list_() -> Listing:
    """List the templates of letters, and which of them are your own."""
    rows = [
        {
            "name": name,
            "title": one.title,
            "file": one.file,
            "own": templates.is_own(name),
            "path": templates.own_path(name),
        }
        for name, one in templates.TEMPLATES.items()
    ]
    return Listing(TEMPLATES, rows)


@examples("funnel letter export offer -o offer.html.j2", "funnel letter export words")
def export(
    name: Template,
    output: Annotated[
        str | None,
        Option("--output", "-o", metavar="FILE", help=N_("A new file, instead of printing it.")),
    ] = None,
) -> Text:
    """Print a shipped template, to be changed and used."""
    call = current()
    call.check_output(output)
    # It may be one that somebody has changed already.
    if output is not None and os.path.isfile(output):
        from funnelcli.actions.attachments import taken

        raise taken(output)
    call.output.path = output
    return Text(templates.shipped(templates.known(name)))


@examples("funnel letter check offer.html.j2", "funnel letter check neu.j2 --as offer")
def check(file: File, name: As = None) -> Changed:
    """Try a template on made-up letters, and say in what file and line a mistake is."""
    from funnelcli.letters.trial import check as tried

    template = templates.known(name or file)
    tried(template, file)
    title = _(templates.TEMPLATES[template].title)
    return Changed([_("{file} is sound: {title}").format(file=file, title=title)], undo=False)


@examples(
    "funnel letter use offer.html.j2",
    "funnel letter use neu.j2 --as offer",
    "funnel letter use offer --shipped",
)
def use(
    file: Annotated[
        str, Argument(metavar="FILE", help=N_("A file with a template; a name to go back."))
    ],
    name: As = None,
    shipped: Annotated[
        bool, Option("--shipped", help=N_("Go back to the shipped template."))
    ] = False,
) -> Changed:
    """Check a template and write letters with it from now on. The one before is kept beside it."""
    from funnelcli.letters.trial import check as tried

    template = templates.known(name or file)
    title = _(templates.TEMPLATES[template].title)
    if shipped:
        before = templates.leave(template)
        if before is None:
            raise Usage(
                _("No template of your own is in use for it: {title}.").format(title=title),
                _("`funnel letter list` shows which are."),
            )
        line = _("The shipped template is in use: {title}").format(title=title)
    else:
        tried(template, file)
        before = templates.install(template, templates.read(file))
        line = _("Your own template is in use: {title}").format(title=title)
    lines = [line] + ([_("The one before: {path}").format(path=before)] if before else [])
    return Changed(lines, undo=False)
