"""Asking for the password of a server, which goes into the keyring alone."""

from __future__ import annotations

from funnelcli.cli.invocation import Invocation
from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.render import message


def ask_password(
    call: Invocation,
    service: str,
    user: str,
    host: str,
    *,
    extra: str = "mail",
    instead: str = "",
) -> None:
    """Ask for a password at the terminal and put it into the keyring. Raises Usage where nobody
    can be asked, Failed where the keyring does not take it; where there is none before anything is
    asked, with what is to be done ``instead``."""
    from getpass import getpass

    from funnelcli import passwords

    if not call.interactive:
        raise Usage(_("A password is typed on a terminal."), _("Run it there."))
    passwords.check(service, user, host, extra=extra, instead=instead)
    try:
        secret = getpass(_("Password of {user} for {host}: ").format(user=user, host=host))
    except EOFError:
        raise KeyboardInterrupt from None
    if not secret:
        raise KeyboardInterrupt
    passwords.keep(service, user, host, secret, extra=extra)
    message(call.output, _("The keyring has it."))
