"""The address of a database on a server: ``postgresql://anna@host:5432/sales?sslmode=verify-full``.

A password never stands in it, for a command line is seen by others and kept in histories.
"""

from __future__ import annotations

import os
from ipaddress import ip_address
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.patterns import regex
from funnelcli.plain import NamedTuple
from funnelcli.typed import Any

SERVICE = "funnel"
"""What the keyring has the passwords of databases under."""
# Whoever writes a password writes it before the last @; it is not shown in what is said of it.
_SECRET = regex(r"(//[^/:@]*):.*@", "s")
_IN_WORDS = regex(r"(password\s*=\s*).+", "s")
_SECRETS = ("password", "sslpassword")
# What encrypts, whatever the server has to say to it.
_ENCRYPTED = ("require", "verify-ca", "verify-full")
# What may say it for all to read.
_PLAIN = ("disable", "allow", "prefer")
# What a service says of how it is reached, beside who, where and which database.
_OF_SERVICES = ("hostaddr", "sslmode", "sslrootcert")
# Seconds until a server that does not answer is given up, on this machine too.
_PATIENCE = 10
# Seconds until a connection over a network that has gone silent is.
_USUAL = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}


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
            raise no_address(text) from error
        options = dict(parse_qsl(parts.query))
        if parts.password is not None or any(name in options for name in _SECRETS):
            raise Usage(
                _("A password does not belong in the address: others see it."),
                _("`funnel db password` puts it into the keyring; or use ~/.pgpass, PGPASSWORD."),
            )
        service = _service(options)

        def said(name: str, written: str) -> str:
            """What the address says by a word of its own or behind the ?, else the service."""
            # Several ports, one a host, stay as they are.
            if not written and (name != "port" or options.get(name, "").isdigit()):
                written = options.pop(name, "")
            return written or ("" if name in options else service.get(name, ""))

        user = said("user", unquote(parts.username or ""))
        host = said("host", unquote(parts.hostname or ""))
        number = said("port", str(port or ""))
        database = said("dbname", unquote(parts.path.lstrip("/")))
        if not database:
            raise Usage(_("{text} names no database.").format(text=text), _example())
        for name in _OF_SERVICES:
            if name in service:
                options.setdefault(name, service[name])
        return cls(user, host, int(number) if number.isdigit() else None, database, options)

    @property
    def place(self) -> str:
        """Where the server is: what the address says, else the environment as libpq reads it."""
        return (
            self.options.get("hostaddr")
            or os.environ.get("PGHOSTADDR")
            or self.host
            or os.environ.get("PGHOST", "")
        )

    @property
    def is_local(self) -> bool:
        """Whether what is said to the server stays on this machine."""
        if not self.place and _named_service(self.options):
            # Only libpq knows where it has its own file of services, and what that says.
            return False
        return all(map(_is_own, self.place.split(",")))

    @property
    def login(self) -> str:
        """Who logs in: what the address says, else the environment or the system."""
        from getpass import getuser

        return self.user or os.environ.get("PGUSER") or getuser()

    @property
    def where(self) -> str:
        """The server and the database, by which the keyring has a password."""
        port = f":{self.port}" if self.port and self.port != 5432 else ""
        return f"{self.host or self.place}{port}/{self.database}"

    def password_file(self) -> str:
        """The sentence on how the password is kept without a keyring."""
        host = self.host or self.place or "localhost"
        parts = (host, str(self.port or 5432), self.database, self.login)
        line = ":".join(part.replace("\\", "\\\\").replace(":", "\\:") for part in parts)
        file = self.options.get("passfile") or os.environ.get("PGPASSFILE") or "~/.pgpass"
        text = _("Put it into the file {file}: {line}:PASSWORD; then chmod 600 {file}")
        return text.format(line=line, file=file)

    def parameters(self, patience: int | None = None) -> dict[str, Any]:
        """How the driver is told of it: encrypted, unless it is this machine's own, and given up
        after ``patience`` seconds, or the usual ones, unless the address or PGCONNECT_TIMEOUT says
        for how long. Raises Usage where the address or PGSSLMODE would have it unencrypted."""
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
        if "PGCONNECT_TIMEOUT" not in os.environ:
            found.setdefault("connect_timeout", patience or _PATIENCE)
        asked = self._asked()
        if not self.is_local:
            found["sslmode"] = self._encryption(asked)
            for name, value in _USUAL.items():
                found.setdefault(name, value)
        return found

    def _asked(self) -> str | None:
        """The sslmode that the address asks for, else the environment. Raises Usage."""
        name, asked = "sslmode", self.options.get("sslmode")
        if not asked:
            name, asked = "PGSSLMODE", os.environ.get("PGSSLMODE")
        if asked and asked not in (*_ENCRYPTED, *_PLAIN):
            raise Usage(
                _("There is no {setting}.").format(setting=f"{name}={asked}"),
                _("Write require or verify-full, or leave it out."),
            )
        return asked or None

    def _encryption(self, asked: str | None) -> str:
        if asked is None:
            # Where there is a certificate to hold the server's against, that is what it is for.
            return "verify-full" if self._has_root() else "require"
        if asked not in _ENCRYPTED:
            raise Usage(
                _("sslmode={mode} lets what is said to {host} be read on its way.").format(
                    mode=asked, host=self.place
                ),
                _("Write require or verify-full, or leave it out: it is encrypted then."),
            )
        return asked

    def _has_root(self) -> bool:
        named = self.options.get("sslrootcert") or os.environ.get("PGSSLROOTCERT")
        return bool(named) or os.path.exists(os.path.expanduser("~/.postgresql/root.crt"))

    def __str__(self) -> str:
        who = f"{quote(self.user, safe='')}@" if self.user else ""
        host = f"[{self.host}]" if ":" in self.host else quote(self.host, safe=",")
        port = f":{self.port}" if self.port else ""
        return f"postgresql://{who}{host}{port}/{quote(self.database)}"


def _named_service(options: dict[str, str]) -> str:
    return options.get("service") or os.environ.get("PGSERVICE", "")


def _service(options: dict[str, str]) -> dict[str, str]:
    if not (name := _named_service(options)):
        return {}
    from funnelcli.db.server.services import words

    return words(name)


def _is_own(host: str) -> bool:
    if not host or host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def no_address(text: str) -> Usage:
    """The error for what is no address."""
    return Usage(_("{text} is no address of a database.").format(text=_shown(text)), _example())


def of_another_kind(text: str) -> Usage:
    """The error for what is written as an address is, and begins otherwise than one."""
    said = _shown(text)
    return Usage(
        _("{text} is no address of a database.").format(text=said),
        _("Did you mean {name}?").format(name=f"postgresql://{said.partition('://')[2]}"),
    )


def _shown(text: str) -> str:
    """What was written, without its password."""
    return _IN_WORDS.sub(r"\1…", _SECRET.sub(r"\1:…@", text))


def _example() -> str:
    return _("For example: postgresql://anna@db.example.com/sales")
