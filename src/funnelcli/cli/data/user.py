"""The users who share a database: add, list, show, change, remove."""

from __future__ import annotations

from funnelcli.actions import users as accounts
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument
from funnelcli.cli.entries import nothing_to_change, read
from funnelcli.cli.invocation import current
from funnelcli.cli.listing import lister
from funnelcli.cli.removing import REMOVED, removal
from funnelcli.cli.results import changed, edited
from funnelcli.cli.taking import Given, takes
from funnelcli.i18n import N_, _
from funnelcli.nouns.member import MEMBER
from funnelcli.nouns.members import find, me
from funnelcli.nouns.types import OWNER
from funnelcli.pages.member import PRINTED, member_page
from funnelcli.queries.lists import one
from funnelcli.render import Changed, Page
from funnelcli.typed import Annotated

Ref = Annotated[str, Argument(metavar=OWNER, help=N_("Their key or name, or me."))]


@takes(MEMBER.options("add"))
@gives(MEMBER)
@examples(
    'funnel user add anna --name "Anna Berg" --email anna@example.com',
    "funnel user add tom --role reader",
)
def add(
    key: Annotated[
        str | None,
        Argument(metavar="KEY", help=N_("The name that they log in with, in the system.")),
    ] = None,
    *,
    given: Given,
) -> Changed:
    """Add a user."""
    call = current()
    with call.open() as conn:
        key = call.need(key, "KEY", _("What is the name that they log in with?"))
        fields = read(call, conn, MEMBER, given)
        with call.change(conn):
            member_id = accounts.add(conn, key, **fields)
        found = one(conn, MEMBER, member_id)
        line = _("User {name} ({key}): {role}").format(
            name=found.name, key=found.key, role=_role(found.role)
        )
        return changed(conn, MEMBER, member_id, [line])


def _role(key: str) -> str:
    return MEMBER.fields["role"].type.name(key)


list_ = lister(MEMBER, "funnel user list", "funnel user list role:seller --sort=-deals")


@gives(PRINTED)
@examples("funnel user show anna", "funnel user show me --json")
def show(user: Ref) -> Page:
    """Show a user."""
    with current().read() as conn:
        found = find(conn, user)
        return member_page(one(conn, MEMBER, found.id), found == me(conn))


@takes(MEMBER.options("edit"))
@gives(MEMBER)
@examples("funnel user edit tom --role seller", 'funnel user edit anna --name "Anna Berg-Roth"')
def edit(user: Ref, *, given: Given) -> Changed:
    """Change a user."""
    call = current()
    if not given:
        raise nothing_to_change(call)
    with call.open() as conn:
        member_id = find(conn, user).id
        fields = read(call, conn, MEMBER, given)
        with call.change(conn):
            names = accounts.edit(conn, member_id, fields)
        line = edited(MEMBER, one(conn, MEMBER, member_id).name, names)
        return changed(conn, MEMBER, member_id, [line])


@gives((), data=REMOVED)
@examples("funnel user remove tom")
def remove(
    users: Annotated[
        list[str], Argument(metavar=OWNER.called("USER..."), help=N_("Their keys or names."))
    ],
) -> Changed:
    """Remove users; what they had is nobody's then."""
    call = current()
    with call.open() as conn:
        ids = [*dict.fromkeys(find(conn, user).id for user in users)]
        return removal(
            call,
            conn,
            lambda: accounts.remove(conn, ids),
            [MEMBER.removed(one(conn, MEMBER, member_id)) for member_id in ids],
            question=MEMBER.remove_question(len(ids)),
            own={"member": len(ids)},
            ids=ids,
        )
