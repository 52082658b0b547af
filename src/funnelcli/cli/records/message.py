"""E-mails on record: list, show, say what they are about, settle, remove."""

from __future__ import annotations

from funnelcli.actions import messages as mail
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.invocation import current
from funnelcli.cli.listing import lister
from funnelcli.cli.removing import removing
from funnelcli.cli.results import all_changed, changed, edited
from funnelcli.cli.several import several
from funnelcli.i18n import N_, _
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.message import MESSAGE, Message
from funnelcli.nouns.types import record
from funnelcli.pages.message import message_page, message_title
from funnelcli.queries.lists import one
from funnelcli.render import Changed, Page
from funnelcli.typed import Annotated
from funnelcli.values.nothing import is_nothing

Ref = Annotated[
    str,
    Argument(metavar=record("MESSAGE", "message"), help=N_("Its id, or words of its subject.")),
]
Refs = Annotated[
    list[str],
    Argument(
        metavar=record("MESSAGE", "message").called("MESSAGE..."),
        help=N_("Their ids, or words of their subjects."),
    ),
]

list_ = lister(
    MESSAGE,
    "funnel mail list contact:brandt",
    "funnel mail list direction:in date:this-week",
    "funnel mail list deal:roof --sort date",
    "funnel mail list is:owed",
)


@gives(MESSAGE)
@examples("funnel mail show 3", 'funnel mail show "roof plan" --json')
def show(message: Ref) -> Page:
    """Show an e-mail with its exchange."""
    call = current()
    with call.open() as conn:
        return message_page(conn, call.find(conn, MESSAGE, message, write=False))


@gives(MESSAGE)
@examples("funnel mail edit 3 --deal solar", "funnel mail edit 3 --deal none")
def edit(
    message: Ref,
    deal: Annotated[
        str | None,
        Option("--deal", metavar=record("DEAL", "deal"), help=N_("The deal; none for no deal.")),
    ] = None,
) -> Changed:
    """Say which deal an e-mail, and its whole exchange, is about."""
    call = current()
    with call.open() as conn:
        message_id = call.find(conn, MESSAGE, message)
        name = call.need(deal, "--deal", _("Which deal is it about?"))
        deal_id = None if is_nothing(name) else call.find(conn, DEAL, name)
        with call.change(conn):
            names = ["deal"] if mail.edit(conn, message_id, deal_id) else []
        found: Message = one(conn, MESSAGE, message_id)
        return changed(conn, MESSAGE, message_id, [edited(MESSAGE, message_title(found), names)])


@several(MESSAGE)
@gives(MESSAGE)
@examples("funnel mail done 3", 'funnel mail done "thank you"')
def done(messages: Refs) -> Changed:
    """Say that e-mails need no answer: `funnel owed` leaves their exchanges out until somebody
    writes in them again."""
    call = current()
    with call.open() as conn:
        ids = call.find_all(conn, MESSAGE, messages)
        with call.change(conn):
            mail.settle(conn, ids)
        lines = [
            _("{name}: needs no answer").format(name=message_title(one(conn, MESSAGE, each)))
            for each in ids
        ]
        return all_changed(conn, MESSAGE, ids, lines)


remove = removing(
    MESSAGE,
    mail.remove,
    "funnel mail remove 3",
    help=N_("Ids, or words of the e-mails."),
)
