"""The page for the phone: its server, and the phones that may ask it."""

from __future__ import annotations

import gc
import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.invocation import Invocation, current
from funnelcli.errors import Ambiguous, Candidate, Failed, Usage
from funnelcli.extras import needed
from funnelcli.i18n import N_, _
from funnelcli.nouns import words
from funnelcli.phone import devices
from funnelcli.phone import place as places
from funnelcli.phone.certificates import Certificate, problem
from funnelcli.render import Changed, Column, Listing, Text, folded, message
from funnelcli.render.screen import wants_colour
from funnelcli.typed import Annotated, Any
from funnelcli.values import reader

PORT = 8635
STATE = {"paired": N_("paired"), "revoked": N_("revoked")}
DEVICES = (
    Column("id", "Id", "id"),
    Column("name", "Device", flex=True),
    Column("state", "State", names=lambda key: words.read(STATE, key)),
    Column("paired_at", "Paired", "instant"),
    Column("seen_at", "Last asked", "instant"),
    Column("revoked_at", "Revoked", "instant", drop=1),
)
Url = Annotated[
    str | None,
    Option("--url", metavar="URL", help=N_("How phones reach it: https://laptop.example.ts.net …")),
]


def _needed(name: str) -> Any:
    """A module of the extra. Raises Failed."""
    missing = _("The page for the phone is an extra that is not installed.")
    return needed(name, "phone", missing)


@examples(
    "funnel phone",
    "funnel phone --page ~/Sync/funnel.html",
    "funnel phone --cert laptop.crt --key laptop.key --lan --url https://laptop.example.ts.net:8635",
)
def serve(
    lan: Annotated[
        bool, Option("--lan", help=N_("Answer the network, not this computer alone."))
    ] = False,
    port: Annotated[
        int, Option("--port", metavar="N", min=0, max=65535, help=N_("The port."))
    ] = PORT,
    cert: Annotated[
        str | None,
        Option("--cert", metavar="FILE", help=N_("The certificate for https, as PEM.")),
    ] = None,
    key: Annotated[str | None, Option("--key", metavar="FILE", help=N_("Its key, as PEM."))] = None,
    url: Url = None,
    log: Annotated[
        str | None,
        Option("--log", metavar="FILE", help=N_("Write what was refused to this file, too.")),
    ] = None,
    page: Annotated[
        str | None,
        Option(
            "--page",
            metavar="FILE",
            help=N_(
                "Write the page to this file instead, encrypted, for a phone without a server."
            ),
        ),
    ] = None,
    passphrase_file: Annotated[
        str | None,
        Option(
            "--passphrase-file",
            metavar="FILE",
            help=N_("Where the passphrase of --page stands, in the first line."),
        ),
    ] = None,
) -> None:
    """Serve the page."""
    if page is not None:
        given = {
            "--cert": cert,
            "--key": key,
            "--url": url,
            "--log": log,
            "--lan": lan or None,
            "--port": None if port == PORT else port,
        }
        for option in (option for option, value in given.items() if value is not None):
            text = _("{option} is for the server, and --page needs none.")
            raise Usage(text.format(option=option), _("Leave it out."))
        _needed("cryptography.hazmat.primitives.ciphers.aead")
        _needed("funnelcli.cli.data.phone_page").write_page(page, passphrase_file)
        return
    if passphrase_file is not None:
        raise Usage(_("--passphrase-file goes with --page."), _("Name the page with --page FILE."))
    serving = _needed("funnelcli.phone.serving")
    application = _needed("funnelcli.phone.app").application
    _needed("segno")
    call = current()
    certificate = _certificate(cert, key)
    with call.open():
        pass
    host = places.EVERYWHERE if lan else places.LOOPBACK
    try:
        at = socket.create_server((host, port))
    except OSError as error:
        raise Failed(
            # Python adds to what the system says of it.
            _("Port {port} cannot be used: {error}.").format(
                port=port, error=os.strerror(error.errno or 0)
            ),
            _("Name another one with --port, or end what uses it."),
        ) from error
    port = at.getsockname()[1]
    own = [places.lan_address(), *_names()] if lan else []
    scheme = "http" if certificate is None else "https"
    base = places.base_of(url) if url else places.origin(scheme, (own or ["localhost"])[0], port)
    place = places.place_of(base, port, tls=certificate is not None, hosts=own)
    locale = call.output.locale
    reader.use(lambda: reader.Reading(locale, now=False))
    # A server lives long; a command does not.
    gc.enable()
    devices.serve(call.path, base)

    def ready() -> None:
        message(call.output, _("The page is at {url} – Ctrl-C ends it.").format(url=base))
        _warn(call, base, certificate, lan=lan)
        _invite(call, base)

    written = _Log(call, log)
    try:
        app = application(call.path, place, locale, written.line, partial(_change, call))
        serving.serve(app, at, written.line, certificate=certificate, ready=ready)
    finally:
        at.close()
        written.close()


@contextmanager
def _change(call: Invocation, conn: sqlite3.Connection, phone: str) -> Iterator[int]:
    """One entry of the journal, with the hooks that watch it, for what a phone has sent."""
    sent = Invocation(["phone", phone], call.output, db=call.db, no_input=True, verb="phone")
    with sent.change(conn) as command_id:
        yield command_id


def _certificate(cert: str | None, key: str | None) -> Certificate | None:
    """The files of --cert and --key, tried. Raises Usage and Failed."""
    if cert is None and key is None:
        return None
    if cert is None or key is None:
        raise Usage(_("--cert and --key go together."), _("Name the file of each."))
    certificate = Certificate(cert, key)
    try:
        certificate.context()
    except (OSError, ValueError) as error:
        raise Failed(
            _("{cert} and {key} are no certificate and its key: {error}.").format(
                cert=cert, key=key, error=_why(error)
            ),
            _("Both are files in PEM, the key without a passphrase."),
        ) from error
    return certificate


def _why(error: OSError | ValueError) -> object:
    """What is wrong with a file of a certificate, without the number that Python puts before it."""
    return getattr(error, "reason", None) or getattr(error, "strerror", None) or error


def _names() -> list[str]:
    """What this computer is called in its network."""
    name = socket.gethostname().lower()
    return [name, f"{name}.local"] if name and "." not in name else [name]


def _warn(call: Invocation, base: str, certificate: Certificate | None, *, lan: bool) -> None:
    """Say what does not work, and who can read along, without TLS or with a certificate that does
    not fit."""
    odd = "" if certificate is None else problem(certificate, places.host_of(base))
    if odd:
        text = _(
            "Warning: phones will not take the certificate for {url}: {reason}. Say with --url how"
            " they reach it, by a name that it has."
        )
        message(call.output, text.format(url=base, reason=odd.rstrip(".")))
    if lan and certificate is None:
        text = _(
            "Warning: without https everybody in this network can read along, the key of the phone"
            " too. Use it in a network that is yours alone; docs/phone.md shows ways to https."
        )
        message(call.output, text)
    if not places.is_secure(base):
        text = _(
            "Over plain http the phone does not install the page, keeps nothing, and cannot be used"
            " without network: browsers allow that with https alone."
        )
        message(call.output, text)


def _invite(call: Invocation, base: str) -> None:
    """Show the first phone how to be paired; nothing secret goes where nobody sits."""
    paired = [one for one in devices.listed(call.path) if one.revoked_at is None]
    if not paired and call.output.stderr.isatty():
        code = _code(call, base)
        call.output.stderr.write(code.drawn + code.text)
        call.output.stderr.flush()
    else:
        message(call.output, _("`funnel phone pair` shows the code for a phone."))


@examples("funnel phone pair")
def pair(url: Url = None) -> Text:
    """Show the code for a phone."""
    call = current()
    base = places.base_of(url) if url else devices.base(call.path)
    _needed("segno")
    if base is None:
        raise Usage(
            _("Nobody has served the page yet."),
            _("Begin with `funnel phone`, or name the server with --url."),
        )
    return _code(call, base)


def _code(call: Invocation, base: str) -> Text:
    """The QR code, for a terminal, and the link of a new pairing key."""
    import io

    link = f"{base}/#k={devices.pairing_key(call.path)}"
    drawn = io.StringIO()
    _needed("segno").make(link, error="l", micro=False).terminal(drawn, compact=True, border=2)
    lines = drawn.getvalue().rstrip("\n").split("\n")
    if wants_colour(call.output.color):
        # Light on dark, whatever the terminal's own colours are.
        lines = [f"\x1b[97;40m{line}\x1b[0m" for line in lines]
    said = _("Scan it with the phone within ten minutes; it is good once. Or open there:")
    text = "\n".join([*folded(said, call.output), link])
    return Text(f"{text}\n", "".join(f"{line}\n" for line in lines))


@gives(DEVICES)
@examples("funnel phone devices", "funnel phone devices --json")
def devices_() -> Listing:
    """List phones."""
    rows = [_row(device) for device in devices.listed(current().path)]
    empty = _("No phone is paired. `funnel phone` begins.")
    return Listing(DEVICES, rows, empty=empty)


def _row(device: devices.Device) -> dict[str, Any]:
    state = "paired" if device.revoked_at is None else "revoked"
    return {**device._asdict(), "state": state}


@gives(DEVICES)
@examples("funnel phone revoke 2", "funnel phone revoke iPhone --json")
def revoke(
    phones: Annotated[
        list[str],
        Argument(metavar="DEVICE...", help=N_("Phones, by id or by what they are called.")),
    ],
) -> Changed:
    """Withdraw the keys of phones."""
    call = current()
    there = devices.listed(call.path)
    ids = [_named(there, text) for text in phones]
    gone = devices.revoke(call.path, ids)
    lines = [
        _("{name} (phone {id}) is let in no longer; what it keeps goes when it asks next.").format(
            name=device.name, id=device.id
        )
        for device in gone
    ]
    rows = [_row(device) for device in gone]
    return Changed(lines, rows[0] if len(rows) == 1 else rows, DEVICES, ids=[d.id for d in gone])


def _named(there: list[devices.Device], text: str) -> int:
    """The id of the phone that is meant. Raises NotFound and Ambiguous."""
    wanted = text.strip()
    if wanted.isdecimal() and any(device.id == int(wanted) for device in there):
        return int(wanted)
    fits = [device for device in there if device.name.casefold() == wanted.casefold()]
    standing = [device for device in fits if device.revoked_at is None]
    fits = standing or fits
    if not fits:
        raise devices.unknown(text)
    if len(fits) > 1:
        raise Ambiguous(
            _("{name} fits {count} records.").format(name=text, count=len(fits)),
            _("Use its id."),
            [Candidate(device.id, device.name) for device in fits],
        )
    return fits[0].id


class _Log:
    """Where it is written what was refused: to the terminal, and to a file where one is named."""

    def __init__(self, call: Invocation, path: str | None) -> None:
        self.call = call
        self.file = None
        if path is None:
            return
        call.check_output(path)
        try:
            handle = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        except OSError as error:
            raise Failed(
                _("{path} cannot be written: {error}.").format(path=path, error=error.strerror),
                _("Check the name and the permissions."),
            ) from error
        self.file = os.fdopen(handle, "a", encoding="utf-8", buffering=1)

    def line(self, text: str) -> None:
        """Write a line."""
        message(self.call.output, text)
        if self.file is not None:
            self.file.write(text + "\n")

    def close(self) -> None:
        """Let go of the file."""
        if self.file is not None:
            self.file.close()
