"""Handing deals over to another user."""

from __future__ import annotations

from funnelcli.actions import giving
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.invocation import current
from funnelcli.cli.results import all_changed, unchanged
from funnelcli.cli.several import several
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.members import find, name_of
from funnelcli.nouns.types import OWNER
from funnelcli.render import Changed
from funnelcli.typed import Annotated


@several(DEAL)
@gives(DEAL)
@examples(
    "funnel deal give 12 anna",
    'funnel deal give 12 13 anna --with-contact --note "speaks French"',
    "funnel deal give owner:tom is:open --to anna",
)
def give(
    deals: Annotated[
        list[str],
        Argument(
            metavar="DEAL...",
            help=N_("Ids, or words of their names; without --to the last word is the user."),
        ),
    ],
    to: Annotated[
        str | None, Option("--to", metavar=OWNER, help=N_("Who gets them: a user, or me."))
    ] = None,
    with_contact: Annotated[
        bool, Option("--with-contact", help=N_("Their contacts go along."))
    ] = False,
    note: Annotated[
        str | None, Option("--note", metavar="TEXT", help=N_("What the other has to know."))
    ] = None,
) -> Changed:
    """Hand deals over to another user."""
    call = current()
    names = deals
    if to is None and len(deals) > 1:
        *names, to = deals
    with call.open() as conn:
        to = call.need(to, "--to", _("Who gets them?"))
        member = find(conn, to)
        ids = call.find_all(conn, DEAL, names)
        with call.change(conn):
            given = [
                giving.give(conn, each, member, with_contact=with_contact, note=note or "")
                for each in ids
            ]
        receiver = name_of(conn, member.key)
        lines = [_line(one, receiver) for one in given]
        return all_changed(conn, DEAL, ids, lines)


def _line(one: giving.Given, receiver: str) -> str:
    """What became of a deal, in one line."""
    if one.same and not (one.steps or one.contact):
        return unchanged(one.title)
    line = _("{title}: now with {name}").format(title=one.title, name=receiver)
    if one.steps:
        steps = ngettext("{n} open step", "{n} open steps", one.steps).format(n=one.steps)
        line += f", {steps}"
    return f"{line}, {one.contact}" if one.contact else line
