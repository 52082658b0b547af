"""Where the server is, and how a phone finds it."""

from __future__ import annotations

import socket
from contextlib import closing, suppress
from urllib.parse import urlsplit

from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.phone.guard import Place

LOOPBACK = "127.0.0.1"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - only with --lan
_LOCAL = ("localhost", LOOPBACK)
_USUAL = {"http": 80, "https": 443}


def lan_address() -> str:
    """The address that this computer has in the network that leads out; that of the loopback where
    there is none. Nothing is sent for it."""
    with (
        suppress(OSError),
        closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as way,
    ):
        # An address for documentation, to which nothing goes (RFC 5737).
        way.connect(("192.0.2.1", 9))
        return str(way.getsockname()[0])
    return LOOPBACK


def origin(scheme: str, host: str, port: int) -> str:
    """How a browser names the server of a page."""
    return f"{scheme}://{with_port(scheme, host, port)}"


def with_port(scheme: str, host: str, port: int) -> str:
    """A host as the header Host has it: without the port that the scheme has anyway."""
    return host if _USUAL[scheme] == port else f"{host}:{port}"


def base_of(url: str) -> str:
    """The origin that --url names. Raises Usage for what is none."""
    try:
        found = urlsplit(url.strip())
        port = found.port
    except ValueError:
        found, port = urlsplit(""), None
    good = found.scheme in _USUAL and found.hostname and found.path in ("", "/")
    if not good or found.query or found.fragment or found.username is not None:
        raise Usage(
            _("“{url}” is no address of a server.").format(url=url),
            _("Write it as the phone has it: https://laptop.example.ts.net"),
        )
    assert found.hostname is not None
    host = f"[{found.hostname}]" if ":" in found.hostname else found.hostname
    return origin(found.scheme, host, port or _USUAL[found.scheme])


def place_of(base: str, port: int, *, tls: bool, hosts: list[str]) -> Place:
    """How a server at ``port`` may be called: as ``base`` says, and by these hosts; ``tls`` where
    it speaks it itself."""
    scheme = "https" if tls else "http"
    names = [with_port(scheme, host, port) for host in dict.fromkeys((*_LOCAL, *hosts))]
    public = urlsplit(base)
    return Place(
        frozenset((*names, public.netloc)),
        frozenset((base, *(f"{scheme}://{name}" for name in names))),
        public.netloc if public.scheme == "https" and is_name(public.hostname or "") else "",
    )


def is_name(host: str) -> bool:
    """Whether a host is a name of the network's, and no address and not this computer itself."""
    return "." in host and not host.rpartition(".")[2].isdecimal() and ":" not in host


def host_of(base: str) -> str:
    """The host of an origin."""
    return urlsplit(base).hostname or ""


def is_secure(base: str) -> bool:
    """Whether a browser lets a page of this origin work without network: it came by TLS, or from
    the phone itself."""
    found = urlsplit(base)
    return found.scheme == "https" or found.hostname in _LOCAL
