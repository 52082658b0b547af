"""The certificate that the server of the page shows, tried before a phone does, and read again when
it was renewed."""

from __future__ import annotations

import os
import ssl

from funnelcli.plain import NamedTuple


class Certificate(NamedTuple):
    """The files of a certificate, with those that lead to its authority, and of its key, in PEM."""

    cert: str
    key: str

    def context(self) -> ssl.SSLContext:
        """What speaks TLS with it. Raises OSError and ValueError for what is no such pair."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # A key with a passphrase would ask for it.
        made.load_cert_chain(self.cert, self.key, password="")
        return made

    def stamp(self) -> tuple[int, int]:
        """What differs when one of the files was written anew. Raises OSError."""
        return os.stat(self.cert).st_mtime_ns, os.stat(self.key).st_mtime_ns


def problem(certificate: Certificate, host: str) -> str:
    """Why a phone that asks ``host`` would not take a certificate, whoever it trusts: another name,
    a day that is over; empty where nothing speaks against it. Raises OSError and ValueError."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # The certificate itself is trusted for this, whichever authority it is by.
    client.load_verify_locations(certificate.cert)
    client.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    asks = client.wrap_bio(back, there, server_hostname=host)
    answers = certificate.context().wrap_bio(there, back, server_side=True)
    try:
        for side in (asks, answers, asks):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    except ssl.SSLCertVerificationError as error:
        return error.verify_message
    return ""


class Renewal:
    """A certificate in use, whose files are looked at now and then."""

    def __init__(self, certificate: Certificate, used: ssl.SSLContext) -> None:
        self.certificate = certificate
        self.used = used
        self.stamp = certificate.stamp()

    def look(self) -> None:
        """Show the new certificate from now on, if there is one that is whole."""
        try:
            stamp = self.certificate.stamp()
            if stamp == self.stamp:
                return
            self.certificate.context()
            self.used.load_cert_chain(*self.certificate)
            self.stamp = stamp
        except (OSError, ValueError):
            # Half of it is written, or the key does not fit yet: the old one stays.
            return
