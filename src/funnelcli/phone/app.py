"""The answers that the page is given, by Starlette."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import anyio
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router

from funnelcli.actions.delivered import LONGEST
from funnelcli.actions.incoming import NO_VISIT
from funnelcli.db.connection import connect
from funnelcli.db.transaction import read_only
from funnelcli.errors import FunnelError, NotFound, Refused
from funnelcli.i18n import language
from funnelcli.nouns import words
from funnelcli.phone import devices, shown
from funnelcli.phone.delivery import Change, deliver, notes_of
from funnelcli.phone.files import File, all_files, made, with_worker
from funnelcli.phone.guard import API, PAIR, App, Denied, Guard, Log, Place
from funnelcli.phone.words import both
from funnelcli.typed import Any, TypeVar
from funnelcli.values import dates

T = TypeVar("T")

PATIENCE = 5.0
"""For so many seconds a phone waits for the database; what it sent is taken all the same, and known
when it is sent again."""
# So many seconds a day that nothing was changed in is the same.
_FRESH = 300


class Desk:
    """The database, asked by one thread that reads and one that writes: another program that writes
    holds up the notes, and not the briefs."""

    def __init__(self, db: str) -> None:
        self.db = db
        self.readers = ThreadPoolExecutor(1, "phone-reads")
        self.writers = ThreadPoolExecutor(1, "phone-writes")

    async def read(self, ask: Callable[[sqlite3.Connection], T]) -> T:
        """What ``ask`` finds in one snapshot of the database."""

        def look(conn: sqlite3.Connection) -> T:
            with read_only(conn):
                return ask(conn)

        return await self.open(look, write=False)

    async def open(self, do: Callable[[sqlite3.Connection], T], *, write: bool) -> T:
        """What ``do`` makes of a connection, whose transactions are its own."""

        def work() -> T:
            with closing(connect(self.db)) as conn:
                return do(conn)

        return await self._done(self.writers if write else self.readers, work)

    async def _done(self, pool: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        waiting = asyncio.get_running_loop().run_in_executor(pool, work)
        try:
            with anyio.fail_after(PATIENCE):
                return await asyncio.shield(waiting)
        except TimeoutError:
            # Nobody waits for it any more; what it raises then is of no interest.
            waiting.add_done_callback(lambda done: done.cancelled() or done.exception())
            raise Denied("busy") from None
        except NotFound:
            raise Denied("missing") from None
        except (FunnelError, sqlite3.Error) as error:
            if _is_busy(error) or _is_busy(error.__cause__):
                raise Denied("busy") from None
            raise


def _is_busy(error: BaseException | None) -> bool:
    """Whether an error says that others have the database."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def application(db: str, place: Place, locale: str, log: Log, change: Change) -> App:
    """The page and its answers about a database, guarded; ``change`` enters what a phone sends."""
    desk = Desk(db)
    files = with_worker({**all_files(), "/words.json": made(_json(both()), "application/json")})

    async def owner(key: str) -> devices.Device | None:
        found = await anyio.to_thread.run_sync(devices.holder, db, key)
        if found is not None and found.revoked_at is not None:
            raise Denied("withdrawn")
        if found is not None:
            await anyio.to_thread.run_sync(devices.seen, found)
        return found

    async def file(request: Request) -> Response:
        return _sent(request, files[request.scope["path"]])

    async def pair(request: Request) -> Response:
        asked = _object(request)
        code, name = asked.get("code"), asked.get("name", "")
        if not isinstance(code, str) or not isinstance(name, str) or len(name) > 1000:
            raise Denied("malformed")
        try:
            key = await anyio.to_thread.run_sync(devices.pair, db, code, name)
        except Refused as error:
            raise Denied("key", f"{error.message} {error.hint}") from None
        device = await anyio.to_thread.run_sync(devices.holder, db, key)
        called = "" if device is None else device.name
        return _answer({"key": key, "device": called, "language": language()})

    kept: list[tuple[object, dict[str, Any]]] = []

    async def day(request: Request) -> Response:
        # Of a large database a day takes a while to gather, and each look at the page asks for it.
        stamp = (_stamp(db), dates.today(), dates.now() // _FRESH)
        found = next((known for at, known in kept if at == stamp), None)
        if found is None:
            found = await desk.read(lambda conn: shown.day(conn, locale))
            kept[:] = [(stamp, found)]
        now = dates.iso_instant(dates.now())
        return _answer({**found, "asOf": now, "device": request.scope["device"].name})

    async def brief(request: Request) -> Response:
        contact = request.path_params["contact"]
        return _answer(await desk.read(lambda conn: shown.brief(conn, contact, locale)))

    async def search(request: Request) -> Response:
        text = request.query_params.get("q", "")[:200]
        found = await desk.open(lambda conn: shown.search(conn, text), write=False)
        return _answer({"hits": found})

    async def recognise(request: Request) -> Response:
        asked = _object(request)
        text, outcome = asked.get("text"), asked.get("outcome")
        if not isinstance(text, str) or len(text) > LONGEST:
            raise Denied("malformed")
        if outcome not in (None, NO_VISIT, *words.OUTCOME):
            raise Denied("malformed")
        return _answer(await desk.read(lambda conn: shown.recognised(conn, text, outcome)))

    async def notes(request: Request) -> Response:
        sent = notes_of(_object(request))
        name = request.scope["device"].name
        done = await desk.open(lambda conn: deliver(conn, sent, name, change), write=True)
        return _answer({"results": done})

    routes = [
        *(Route(path, file) for path in files),
        Route(PAIR, pair, methods=["POST"]),
        Route(f"{API}day", day),
        Route(f"{API}brief/{{contact}}", brief),
        Route(f"{API}search", search),
        Route(f"{API}recognise", recognise, methods=["POST"]),
        Route(f"{API}notes", notes, methods=["POST"]),
    ]
    # A parameter stands for whatever follows the last slash.
    methods = {
        route.path.partition("{")[0]: "GET" if "GET" in (route.methods or ()) else "POST"
        for route in routes
    }
    return Guard(Router(routes, redirect_slashes=False), place, methods, owner, log)


def _stamp(db: str) -> tuple[tuple[int, int] | None, ...]:
    """What differs after every change of a database, whoever made it."""
    found: list[tuple[int, int] | None] = []
    for path in (db, f"{db}-wal"):
        try:
            at = os.stat(path)
            found.append((at.st_mtime_ns, at.st_size))
        except OSError:
            found.append(None)
    return tuple(found)


def _object(request: Request) -> dict[str, Any]:
    """What a request says: an object of JSON. Raises Denied."""
    try:
        found = json.loads(request.scope["body"].decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Denied("malformed") from None
    if not isinstance(found, dict):
        raise Denied("malformed")
    return found


def _no_number(_name: str) -> None:
    raise ValueError


def _json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def _answer(data: Any) -> Response:
    return Response(_json(data), media_type="application/json")


def _sent(request: Request, file: File) -> Response:
    headers = {"etag": file.tag, "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == file.tag:
        return Response(status_code=304, headers=headers)
    return Response(file.data, media_type=file.media_type, headers=headers)
