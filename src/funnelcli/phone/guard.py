"""What stands before the page and its answers: who may ask what, how much, how often.

It is an application around the application (ASGI): what it refuses, nothing behind it sees. Each
refusal has a code, which the page knows, and leaves a line in the log that names no key, no text
and no path but those that there are.
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping

from funnelcli.i18n import N_, _
from funnelcli.plain import NamedTuple
from funnelcli.typed import Any
from funnelcli.values import dates

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Log = Callable[[str], None]

LARGEST = 256 * 1024
"""So many bytes a request has at most."""
HEAD = 16 * 1024
"""So many of them its headers have."""
PATIENCE = 20.0
"""After so many seconds the whole of a request must be here."""
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self';"
    " img-src 'self' data:; connect-src 'self'; manifest-src 'self'; worker-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "permissions-policy": "accelerometer=(), autoplay=(), camera=(), display-capture=(),"
    " encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(),"
    " microphone=(), midi=(), payment=(), picture-in-picture=(), publickey-credentials-get=(),"
    " screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()",
    "x-robots-tag": "noindex, nofollow",
}
"""What every answer says of itself."""
_HSTS = "max-age=31536000"
API = "/api/"
PAIR = "/api/pair"


class Code(NamedTuple):
    """A refusal: the status of HTTP, and what a person is told (English)."""

    status: int
    text: str


CODES = {
    "key": Code(401, N_("This phone is not paired, or no longer.")),
    "withdrawn": Code(401, N_("The key of this phone was withdrawn.")),
    "host": Code(421, N_("This server is not called so.")),
    "origin": Code(403, N_("Another page has no business here.")),
    "missing": Code(404, N_("There is no such thing here.")),
    "method": Code(405, N_("That cannot be done here.")),
    "slow": Code(408, N_("The request took too long to come.")),
    "large": Code(413, N_("That is more than is taken at once.")),
    "type": Code(415, N_("Only JSON is taken.")),
    "malformed": Code(400, N_("That is not what the page would send.")),
    "rate": Code(429, N_("That was too often. Wait a moment.")),
    "busy": Code(503, N_("The database is busy. Nothing is lost: try again in a moment.")),
    "failed": Code(500, N_("Something went wrong. Nothing is lost: try again later.")),
}
_AFTER = {"rate": "30", "busy": "5"}


class Denied(Exception):
    """A request that is refused, by a key of :data:`CODES`; ``text`` says it more closely."""

    def __init__(self, code: str, text: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.text = text


class Bucket:
    """How often something may be done by each of many: ``most`` times at once, and again at
    ``each`` so many seconds. Of those who ask the last thousand are known."""

    _KNOWN = 1000

    def __init__(self, most: int, each: float) -> None:
        self.most = most
        self.each = each
        self.left: OrderedDict[object, tuple[float, float]] = OrderedDict()

    def take(self, who: object, clock: float) -> bool:
        """Do it once at ``clock``, in seconds that only go on; whether that may be."""
        left, at = self.left.pop(who, (float(self.most), clock))
        left = min(float(self.most), left + (clock - at) / self.each)
        allowed = left >= 1
        self.left[who] = (left - 1 if allowed else left, clock)
        while len(self.left) > self._KNOWN:
            self.left.popitem(last=False)
        return allowed


class Place(NamedTuple):
    """How the server is called: by these hosts, as the header Host has them, for pages of these
    origins; ``secured`` is the host at which a browser is to ask by TLS alone from now on, empty
    where it may not be bound so: an address, and this computer, have other servers too."""

    hosts: frozenset[str]
    origins: frozenset[str]
    secured: str = ""


class Guard:
    """The application, guarded. ``paths`` are those that there are, with their methods; one that
    ends in a slash stands for what follows it. ``owner`` gives what is known of who has a key, None
    for nobody; it raises :class:`Denied` for a key that was withdrawn."""

    def __init__(
        self,
        app: App,
        place: Place,
        paths: Mapping[str, str],
        owner: Callable[[str], Awaitable[Any]],
        log: Log,
    ) -> None:
        self.app = app
        self.place = place
        self.paths = paths
        self.owner = owner
        self.log = log
        # Ten wrong keys at once from an address, and one a minute: a right one is never held up.
        self.wrong = Bucket(10, 60)
        self.pairings = Bucket(10, 60)
        self.asked = Bucket(120, 0.5)
        self.loads = Bucket(240, 0.25)
        # Whoever is refused without end does not fill a disk.
        self.lines = Bucket(200, 1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            return
        known = self._known(str(scope["path"]))
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message = {**message, "headers": self._headers(message["headers"], scope)}
            await send(message)

        try:
            await self._let_in(scope, known, receive, sending)
        except Denied as denied:
            self._tell(scope, denied.code, known)
            await _refuse(denied, sending)
        except Exception as error:
            # What went wrong may quote what was sent: its kind is all that is written down.
            self._tell(scope, f"failed {type(error).__name__}", known)
            if begun:
                raise
            await _refuse(Denied("failed"), sending)

    def _known(self, path: str) -> str:
        """Which of the paths that there are one that is asked for is; "" for none."""
        if path in self.paths:
            return path
        head = path[: path.rfind("/") + 1]
        return head if head in self.paths and head != "/" else ""

    async def _let_in(self, scope: Scope, known: str, receive: Receive, send: Send) -> None:
        headers = _headers_of(scope)
        clock = asyncio.get_running_loop().time()
        address = (scope.get("client") or ("",))[0]
        if headers.get("host", "").lower() not in self.place.hosts:
            raise Denied("host")
        if not self.loads.take(address, clock):
            raise Denied("rate")
        if sum(len(name) + len(value) for name, value in scope["headers"]) > HEAD:
            raise Denied("large")
        if not known or len(scope["path"]) > 200 or len(scope.get("query_string", b"")) > 2000:
            raise Denied("missing")
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        if method != self.paths[known]:
            raise Denied("method")
        if not known.startswith(API):
            await self.app(scope, receive, send)
            return
        self._check_origin(headers)
        if known == PAIR:
            if not self.pairings.take(address, clock):
                raise Denied("rate")
        else:
            scope["device"] = await self._owner(headers, address, clock)
            if not self.asked.take(scope["device"].id, clock):
                raise Denied("rate")
        if method == "POST":
            if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
                raise Denied("type")
            scope["body"] = await _body(headers, receive)
        await self.app(scope, receive, send)

    def _check_origin(self, headers: Mapping[str, str]) -> None:
        """Raises Denied where another page asks. What is no browser sends neither header."""
        origin = headers.get("origin")
        if origin is not None and origin.lower() not in self.place.origins:
            raise Denied("origin")
        if headers.get("sec-fetch-site", "same-origin") != "same-origin":
            raise Denied("origin")

    async def _owner(self, headers: Mapping[str, str], address: str, clock: float) -> Any:
        """Who has the key of a request. Raises Denied."""
        kind, _blank, key = headers.get("authorization", "").partition(" ")
        found = None
        if kind.lower() == "bearer" and 20 <= len(key) <= 100:
            found = await self.owner(key)
        if found is None:
            if not self.wrong.take(address, clock):
                raise Denied("rate")
            raise Denied("key")
        return found

    def _headers(
        self, headers: Iterable[tuple[bytes, bytes]], scope: Scope
    ) -> list[tuple[bytes, bytes]]:
        """The headers of an answer, with those that every one has."""
        own = dict(HEADERS)
        if self.place.secured and (b"host", self.place.secured.encode()) in scope["headers"]:
            own["strict-transport-security"] = _HSTS
        given = list(headers)
        if scope["path"].startswith(API):
            given = [(name, value) for name, value in given if name != b"cache-control"]
            own["cache-control"] = "no-store"
        return [*given, *((name.encode(), value.encode()) for name, value in own.items())]

    def _tell(self, scope: Scope, what: str, known: str) -> None:
        if not self.lines.take("", asyncio.get_running_loop().time()):
            return
        address = (scope.get("client") or ("-",))[0]
        device = scope.get("device")
        whose = f" device={device.id}" if device is not None else ""
        method = scope["method"] if scope["method"] in ("GET", "HEAD", "POST") else "OTHER"
        at = dates.iso_instant(dates.now())
        self.log(f"{at} refused {what} {method} {known or '-'} from={address}{whose}")


def _headers_of(scope: Scope) -> dict[str, str]:
    """The headers of a request by name. Raises Denied where one that counts is there twice."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        key = name.decode("latin-1")
        if key in found and key in ("host", "origin", "authorization", "content-length"):
            raise Denied("malformed")
        found[key] = value.decode("latin-1").strip()
    return found


async def _body(headers: Mapping[str, str], receive: Receive) -> bytes:
    """What a request brings. Raises Denied for more than is taken, or what does not come."""
    length = headers.get("content-length", "")
    if length.isascii() and length.isdecimal() and int(length[:12]) > LARGEST:
        raise Denied("large")
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(PATIENCE):
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Denied("slow")
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > LARGEST:
                    raise Denied("large")
                more = message.get("more_body", False)
    except TimeoutError:
        raise Denied("slow") from None
    return b"".join(parts)


async def _refuse(denied: Denied, send: Send) -> None:
    code = CODES[denied.code]
    text = denied.text or _(code.text)
    body = json.dumps({"error": {"code": denied.code, "message": text}}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        # What was not read of a request must not be taken for the next one.
        (b"connection", b"close"),
    ]
    if denied.code == "key":
        headers.append((b"www-authenticate", b"Bearer"))
    if denied.code in _AFTER:
        headers.append((b"retry-after", _AFTER[denied.code].encode()))
    await send({"type": "http.response.start", "status": code.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
