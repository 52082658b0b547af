"""Contacts that may be the same."""

from __future__ import annotations

from funnelcli.cli.commands import examples, filter_words, filtered, gives
from funnelcli.cli.declaring import Option
from funnelcli.cli.invocation import current
from funnelcli.cli.params import Limit, Words
from funnelcli.cli.results import more_note
from funnelcli.i18n import N_, _
from funnelcli.nouns.contact import CONTACT
from funnelcli.render import Column, Listing
from funnelcli.typed import Annotated

_WHY = {
    "email": N_("the same address"),
    "phone": N_("the same number"),
    "mailbox": N_("the same mailbox of the house"),
    "name": N_("the same name"),
    "alphabet": N_("the same name in another alphabet"),
    "nickname": N_("another form of the given name"),
    "initials": N_("an initial for a given name"),
    "spelling": N_("nearly the same name"),
    "double": N_("the same name with one more"),
    "organisation": N_("the same organisation"),
    "town": N_("the same town"),
    "birthday": N_("the same birthday"),
}
# Pairs that score less are not listed unless somebody asks for them.
LEAST = 75
DUPLICATES = (
    Column("score", "Score", "int"),
    Column("id", "Id", "id"),
    Column("name", "Name", flex=True),
    Column("other_id", "Other id", "id"),
    Column("other_name", "Other name", flex=True),
    Column(
        "reasons",
        "Why",
        "tags",
        flex=True,
        shown=lambda pair: ", ".join(_(_WHY[key]) for key in pair.reasons),
    ),
)


@gives(DUPLICATES)
@filtered(CONTACT)
@examples(
    "funnel contact duplicates",
    "funnel contact duplicates town:köln --min-score 60",
    "funnel contact duplicates --csv -o duplicates.csv",
)
def duplicates(
    words: Words = None,
    least: Annotated[
        int,
        Option("--min-score", metavar="N", min=0, max=100, help=N_("How sure, of 100, at least.")),
    ] = LEAST,
    limit: Limit = None,
) -> Listing:
    """List contacts that may be the same."""
    from funnelcli.queries import lists
    from funnelcli.queries.duplicates import pairs

    call = current()
    most = call.rows(limit)
    conn = call.hold()
    given = filter_words(words)
    only = {row.id for row in lists.listed(conn, CONTACT, given)} if given else None
    found = pairs(conn, least, only)
    notes = more_note(most) if most is not None and len(found) > most else []
    if found:
        first = found[0]
        notes.append(
            _("To make one of two: funnel contact merge {id} {other}").format(
                id=first.id, other=first.other_id
            )
        )
    return Listing(
        DUPLICATES, found[:most], empty=_("No contacts seem to be the same."), notes=notes
    )
