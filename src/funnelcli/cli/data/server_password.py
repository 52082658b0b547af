"""The password of a database on a server, put into the system's keyring."""

from __future__ import annotations

from funnelcli.cli.asking_passwords import ask_password
from funnelcli.cli.commands import examples
from funnelcli.cli.declaring import Argument
from funnelcli.cli.invocation import current
from funnelcli.db import server
from funnelcli.db.server.address import SERVICE, Address
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _
from funnelcli.typed import Annotated


@examples("funnel db password", "funnel db password postgresql://anna@db.example.com/sales")
def password(
    address: Annotated[
        str | None,
        Argument(metavar="ADDRESS", help=N_("Of the database; the one in use without it.")),
    ] = None,
) -> None:
    """Put the password for a database on a server into the system's keyring, where the program
    finds it. It is typed on a terminal, and never shown."""
    call = current()
    place = address or call.path
    if not server.is_address(place):
        raise Usage(
            _("{path} is no database on a server, and has no password.").format(path=place),
            _("For example: funnel db password postgresql://anna@db.example.com/sales"),
        )
    named = Address.of(place)
    ask_password(
        call,
        SERVICE,
        named.login,
        named.where,
        extra="team",
        instead=named.password_file(),
    )
