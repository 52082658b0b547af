"""The server of the page: uvicorn, within bounds, until it is told to end."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from funnelcli.phone.certificates import Certificate, Renewal
from funnelcli.phone.guard import HEAD, App, Log
from funnelcli.typed import Any
from funnelcli.values import dates

CONNECTIONS = 100
"""So many may be open at once."""
EACH = 25
"""So many of them from one address; a proxy on this computer may have all."""
HEAD_SECONDS = 10.0
"""After so many seconds the head of the first request of a connection must be here."""
_IDLE_SECONDS = 15
# In tenths of a second.
_LOOK = 600
_END_SECONDS = 10


class _Impatient(H11Protocol):
    """A connection that is closed where nothing is asked on it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait."""
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        theirs = [getattr(one, "client", None) for one in self.connections]
        held = sum(client is not None and client[0] == address for client in theirs)
        if held > EACH and not address.startswith("127."):
            transport.close()
        self.loop.call_later(HEAD_SECONDS, self._close_unasked)

    def _close_unasked(self) -> None:
        asked: object = self.cycle
        if asked is None and not self.transport.is_closing():
            self.transport.close()


class _Handler(logging.Handler):
    """What the server itself complains of, as a line of the log: no more than its kind."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self.log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        kind = record.exc_info[0] if record.exc_info else None
        said = kind.__name__ if kind is not None else str(record.msg).split("\n", 1)[0]
        self.log(f"{dates.iso_instant(dates.now())} server {said}")


class _Server(uvicorn.Server):
    """A server that says when it answers, and for which an interrupt is the way to end."""

    def __init__(
        self, made: uvicorn.Config, ready: Callable[[], None], certificate: Certificate | None
    ) -> None:
        super().__init__(made)
        self.ready = ready
        self.certificate = certificate
        self.renewal: Renewal | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        if self.certificate is not None and self.config.ssl is not None:
            self.renewal = Renewal(self.certificate, self.config.ssl)
        if self.started:
            self.ready()

    async def on_tick(self, counter: int) -> bool:
        """Look after what changes meanwhile, ten times a second; whether to end."""
        if self.renewal is not None and counter % _LOOK == 0:
            self.renewal.look()
        return await super().on_tick(counter)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End when told, and do not raise it anew: that is how it is meant to end."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        names = ("SIGINT", "SIGTERM", "SIGBREAK")
        heard = [getattr(signal, name) for name in names if hasattr(signal, name)]
        before = {one: signal.signal(one, self.handle_exit) for one in heard}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)


def serve(
    app: App,
    at: socket.socket,
    log: Log,
    *,
    certificate: Certificate | None = None,
    ready: Callable[[], None],
    made: Callable[[Any], None] = lambda server: None,
) -> None:
    """Answer on a socket until an interrupt or SIGTERM, by TLS with the files of a ``certificate``
    and its key. ``ready`` is called when it answers; ``made`` gets the server, whose
    ``should_exit`` ends it."""
    cert, key = certificate or (None, None)
    settings = uvicorn.Config(
        app,
        http=_Impatient,
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=_END_SECONDS,
        h11_max_incomplete_event_size=HEAD,
        ssl_certfile=cert,
        ssl_keyfile=key,
    )
    handler = _Handler(log)
    logger = logging.getLogger("uvicorn.error")
    logger.addHandler(handler)
    logger.propagate = False
    # What a broken connection complains of is of no interest.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    server = _Server(settings, ready, certificate)
    made(server)
    try:
        with suppress(KeyboardInterrupt):
            asyncio.run(server.serve(sockets=[at]))
    finally:
        logger.removeHandler(handler)
