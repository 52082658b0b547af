"""The address of a database on a server: ``postgresql://anna@host:5432/sales?sslmode=verify-full``.

A password never stands in it, for a command line is seen by others and kept in histories.
"""

from __future__ import annotations

import os
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from funnelcli.errors import Usage
from funnelcli.i18n import _

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Address(NamedTuple):
    """Who (the name of the login; empty for the system's), where, and which database."""

    user: str
    host: str
    port: int | None
    database: str
    options: dict[str, str]

    @classmethod
    def of(cls, text: str) -> Address:
        """Read an address. Raises Usage where it is none, or has a password in it."""
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError as error:
            raise Usage(
                _("{text} is no address of a database.").format(text=text), _example()
            ) from error
        if parts.password is not None:
            raise Usage(
                _("A password does not belong in the address: others see it."),
                _("Put it into the keyring, ~/.pgpass or PGPASSWORD."),
            )
        database = unquote(parts.path.lstrip("/"))
        if not database:
            raise Usage(_("{text} names no database.").format(text=text), _example())
        options = dict(parse_qsl(parts.query))
        host = unquote(parts.hostname or "") or options.pop("host", "")
        return cls(unquote(parts.username or ""), host, port, database, options)

    @property
    def is_local(self) -> bool:
        """Whether what is said to the server stays on this machine."""
        return not self.host or self.host.startswith("/") or self.host in _LOOPBACK

    def parameters(self) -> dict[str, Any]:
        """How the driver is told of it: encrypted, unless it is this machine's own."""
        found: dict[str, Any] = {
            "dbname": self.database,
            "application_name": "funnel",
            "client_encoding": "utf8",
            **self.options,
        }
        if self.user:
            found["user"] = self.user
        if self.host:
            found["host"] = self.host
        if self.port:
            found["port"] = self.port
        if not self.is_local:
            found.setdefault("sslmode", os.environ.get("PGSSLMODE", "require"))
        return found

    def __str__(self) -> str:
        who = f"{self.user}@" if self.user else ""
        port = f":{self.port}" if self.port else ""
        return f"postgresql://{who}{self.host}{port}/{self.database}"


def _example() -> str:
    return _("For example: postgresql://anna@db.example.com/sales")
