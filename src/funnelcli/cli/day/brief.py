"""The brief before a visit."""

from __future__ import annotations

import sqlite3
from contextlib import suppress

from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.params import ForContact
from funnelcli.errors import NotFound, Usage
from funnelcli.i18n import N_, _
from funnelcli.nouns import naming
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.noun import Noun
from funnelcli.nouns.types import DEAL_OR_CONTACT
from funnelcli.render import Page
from funnelcli.typed import Annotated, Any
from funnelcli.values.whole import is_number


@gives("pages.brief:PRINTED")
@examples(
    "funnel brief mueller",
    "funnel brief 12 -o brief.html",
    "funnel brief --contact 7 --json",
)
def brief(
    whom: Annotated[
        str | None,
        Argument(
            metavar=DEAL_OR_CONTACT.called("[DEAL]"),
            help=N_("A contact or a deal; a number is a deal's."),
        ),
    ] = None,
    contact: ForContact = None,
) -> Page:
    """All that is to be known before a visit, on one screen."""
    from funnelcli.pages.brief import contact_brief, deal_brief

    call = current()
    short = call.output.format is None and call.on_screen
    if call.output.format is None and not short and call.output.path in (None, "-"):
        call.output.format = "txt"
    with call.read() as conn:
        locale = call.output.locale
        noun, record_id = _whom(call, conn, whom, contact)
        made = deal_brief if noun is DEAL else contact_brief
        return made(conn, record_id, locale, short=short)


def _whom(
    call: Invocation, conn: sqlite3.Connection, whom: str | None, contact: str | None
) -> tuple[Noun[Any], int]:
    """The contact, or the deal, that is meant, by its noun and id: a number is a deal's, a name a
    contact's before a deal's. Raises Usage, NotFound or Ambiguous."""
    if contact is not None:
        if whom is not None:
            raise Usage(
                _("A brief is about a deal or about a contact."), _("With --contact, name no deal.")
            )
        return CONTACT, call.find(conn, CONTACT, contact, write=False)
    text = call.which(conn, DEAL, whom)
    first, second = (DEAL, CONTACT) if is_number(text) else (CONTACT, DEAL)
    with suppress(NotFound):
        return first, call.find(conn, first, text, write=False)
    try:
        return second, call.find(conn, second, text, write=False)
    except NotFound as error:
        raise naming.missing_both(text, error.hint) from None
