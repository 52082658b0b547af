"""Passwords of servers, in the system's keyring: none stands in a setting or on a command line."""

from __future__ import annotations

from funnelcli.errors import Failed
from funnelcli.extras import needed
from funnelcli.i18n import _
from funnelcli.typed import Any


def read(service: str, user: str, host: str, hint: str) -> str:
    """The password of a user of a server, which the keyring has under the name of a ``service``;
    ``hint`` says how it comes there. Raises Failed."""
    keyring = _keyring()
    try:
        found = keyring.get_password(service, f"{user}@{host}")
    except keyring.errors.KeyringError as error:
        raise _locked(error) from error
    if not found:
        raise Failed(
            _("The keyring has no password of {user} for {host}.").format(user=user, host=host),
            hint,
        )
    return str(found)


def find(service: str, user: str, host: str) -> str | None:
    """The password as :func:`read` gives it; None where the keyring has none, or there is no
    keyring. Raises Failed where it is locked."""
    try:
        import keyring
        from keyring.errors import KeyringError, NoKeyringError
    except ImportError:
        return None
    try:
        return keyring.get_password(service, f"{user}@{host}")
    except NoKeyringError:
        return None
    except KeyringError as error:
        raise _locked(error) from error


def can_keep(service: str, user: str, host: str) -> bool:
    """Whether there is a keyring that could have that password, locked or not."""
    try:
        import keyring
        from keyring.errors import KeyringError, NoKeyringError
    except ImportError:
        return False
    try:
        keyring.get_password(service, f"{user}@{host}")
    except NoKeyringError:
        return False
    except KeyringError:
        return True
    return True


def check(service: str, user: str, host: str, *, extra: str = "mail", instead: str = "") -> None:
    """Raises Failed where there is no keyring that could take that password, with what is to be
    done ``instead``."""
    keyring = _keyring(extra)
    try:
        keyring.get_password(service, f"{user}@{host}")
    except keyring.errors.KeyringError as error:
        raise _locked(error, instead) from error


def keep(service: str, user: str, host: str, secret: str, *, extra: str = "mail") -> None:
    """Put that password into the keyring, which the ``extra`` of the package reaches. Raises
    Failed."""
    keyring = _keyring(extra)
    try:
        keyring.set_password(service, f"{user}@{host}", secret)
    except keyring.errors.KeyringError as error:
        raise _locked(error) from error


def _keyring(extra: str = "mail") -> Any:
    missing = _("The system's keyring is reached by an extra that is not installed.")
    needed("keyring.errors", extra, missing)
    return needed("keyring", extra, missing)


def _locked(error: Exception, instead: str = "") -> Failed:
    from keyring.errors import NoKeyringError

    if isinstance(error, NoKeyringError):
        return Failed(
            _("This system has no keyring that passwords could be kept in."),
            instead or _("Install one, such as GNOME Keyring or KWallet."),
        )
    why = str(error).split(".")[0]
    return Failed(
        _("The keyring does not give the password: {error}.").format(error=why),
        _("Unlock it and try again."),
    )
