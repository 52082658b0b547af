"""A replica of a database on a server, which is read alone: a standby, or a logical copy."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial

from funnelcli import folders
from funnelcli.db.schema import LATEST
from funnelcli.db.server import opening, sentences
from funnelcli.db.server.address import Address
from funnelcli.db.server.connection import ServerConnection
from funnelcli.errors import Failed
from funnelcli.i18n import _, ngettext
from funnelcli.plain import NamedTuple
from funnelcli.typed import Any, cast

# Seconds until one that does not answer is given up: what is asked of it can be asked elsewhere.
_PATIENCE = 3
# Seconds for which a standby may be at what it has received already before it is called behind,
# and between two looks.
_CATCHING_UP, _LOOKED_EVERY = 0.3, 0.02
# Seconds for which a replica that was found to be one is taken to be it.
_SURE_FOR = 24 * 60 * 60
# Whether it is a standby; whether it is connected to what it follows; what it has received, and the
# last of the time of what it has replayed. Who may not see the connection sees that there is one.
_LAG = """
SELECT
    pg_is_in_recovery(), EXISTS (SELECT 1 FROM pg_stat_wal_receiver),
    pg_last_wal_receive_lsn()::text,
    floor(extract(epoch FROM pg_last_xact_replay_timestamp()))::bigint
"""
_REACHED = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"
# Of the subscriptions of a logical copy: whether all run, when what they are at was sent, up to
# when they are through with all that was sent, and whether that is as far as wanted; NULLs where
# there are none. A server that has sent all says so, and again every half minute.
_SUBSCRIPTIONS = """
SELECT
    bool_and(f.last_msg_send_time IS NOT NULL), max(f.last_msg_send_time)::text,
    floor(extract(epoch FROM min(f.latest_end_time)))::bigint,
    bool_and(f.latest_end_time >= {sent})
FROM pg_stat_subscription AS f JOIN pg_subscription AS s ON s.oid = f.subid
WHERE f.relid IS NULL
    AND s.subdbid = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
"""
# The tables of a logical copy that are still copied.
_MISSING = """
SELECT count(*) FROM pg_subscription_rel AS r JOIN pg_class AS c ON c.oid = r.srrelid
WHERE c.relnamespace = to_regnamespace('funnel') AND r.srsubstate IN ('i', 'd')
"""
_LAST = "SELECT coalesce(max(id), 0) FROM journal"


class Lag(NamedTuple):
    """How far a replica is that is behind: the last moment of which it has all, in UTC seconds;
    None where it has had nothing since it was started. A logical copy ``follows`` as long as its
    subscription runs, and does not know the moment without; one that has none follows nothing."""

    at: int | None
    follows: bool = True


def connect(place: str) -> ServerConnection:
    """Open a replica by its address; nothing is made in it, and nothing changed.

    Raises sqlite3.OperationalError where it cannot be opened, Failed and Refused for what is no
    replica of a database of this version, and Usage for what is no address.
    """
    address = Address.of(place)
    conn = ServerConnection(address, partial(opening.reach, address, patience=_PATIENCE))
    try:
        _check(conn)
    except BaseException:
        conn.close()
        raise
    return conn


def _check(conn: ServerConnection) -> None:
    """Raises Failed and Refused for what reports cannot be read from."""
    state = opening.state(conn)
    if not state.open_to_user:
        raise sentences.no_user(conn.user, conn.address)
    if not state.there or state.half:
        raise Failed(
            _("There is no database of funnel at {address}.").format(address=conn.address),
            _("Check its name: `funnel config get report_db`."),
        )
    version = conn.look()
    if version > LATEST:
        raise opening.newer(version)
    if version < LATEST:
        raise Failed(
            _("{address} is older than this funnel (schema {version}).").format(
                address=conn.address, version=version
            ),
            _("A standby gets there by itself; the tables of a logical copy are to be made anew."),
        )
    ((missing,),) = conn.rows(_MISSING)
    if missing:
        raise Failed(
            ngettext(
                "{address} is still being filled: {n} table is not all there.",
                "{address} is still being filled: {n} tables are not all there.",
                missing,
            ).format(address=conn.address, n=missing),
            _("It is read as soon as all is there."),
        )


def lag(conn: sqlite3.Connection, main: str) -> Lag | None:
    """How far a replica is that is behind what it follows; None where it has all that it can know
    of. Of a copy that nothing keeps up to date, as a backup that was brought back, the database at
    the address ``main`` knows whether it is behind."""
    own = cast("ServerConnection", conn)
    ((standby, connected, received, at),) = own.rows(_LAG)
    if not standby:
        return _lag_of_copy(own, main)
    if (
        connected
        and received is not None
        and _waited(lambda: own.rows(_REACHED, (received,))[0][0])
    ):
        return None
    return Lag(None if at is None else int(at))


def _waited(reached: Callable[[], object]) -> bool:
    """Whether what was received a moment ago, which is being replayed, is soon reached."""
    until = time.monotonic() + _CATCHING_UP
    while not reached():
        if time.monotonic() > until:
            return False
        time.sleep(_LOOKED_EVERY)
    return True


def _lag_of_copy(conn: ServerConnection, main: str) -> Lag | None:
    """As :func:`lag`, of a database that is written by subscriptions, or by none."""
    ((runs, sent, *_rest),) = conn.rows(_SUBSCRIPTIONS.format(sent="f.last_msg_send_time"))
    if not runs:
        lags = runs is not None or _is_older(conn, main)
        return Lag(None, follows=False) if lags else None

    def state() -> tuple[Any, ...]:
        return conn.rows(_SUBSCRIPTIONS.format(sent="%s::timestamptz"), (sent,))[0]

    if _waited(lambda: state()[3]):
        return None
    runs, _sent, at, _reached = state()
    return Lag(None if at is None else int(at), follows=bool(runs))


def _is_older(conn: ServerConnection, main: str) -> bool:
    """Whether the database at the address ``main`` has entries in its journal that a copy has not;
    where it cannot be asked, that is not known."""
    try:
        with _asked(main) as asked:
            ((there,),) = asked.rows(_LAST)
    except sqlite3.Error:
        return False
    ((here,),) = conn.rows(_LAST)
    return bool(here < there)


def _asked(main: str) -> closing[ServerConnection]:
    """A connection to the database at the address ``main``, which is given up soon."""
    address = Address.of(main)
    reach = partial(opening.reach, address, patience=_PATIENCE)
    return closing(ServerConnection(address, reach))


def is_of(conn: sqlite3.Connection, main: str, *, anew: bool = False) -> bool:
    """Whether what is read is a replica of the database at the address ``main``, or that itself.
    That is asked once a day, or ``anew``, for a replica is to spare it; what cannot be asked is
    not taken for another one."""
    known = _known(cast("ServerConnection", conn))
    mark = os.path.join(
        folders.cache_folder(),
        f"replica-{hashlib.sha256(f'{main} {known}'.encode()).hexdigest()[:32]}",
    )
    with suppress(OSError):
        if not anew and time.time() - os.stat(mark).st_mtime < _SURE_FOR:
            return True
    try:
        with _asked(main) as asked:
            other = _known(asked)
    except sqlite3.Error:
        return True
    if other == known:
        with suppress(OSError):
            os.makedirs(os.path.dirname(mark), mode=0o700, exist_ok=True)
            os.close(os.open(mark, os.O_CREAT | os.O_WRONLY, 0o600))
            os.utime(mark)
    return other == known


def _known(conn: ServerConnection) -> str:
    """What a database is known by, which its replicas have with all that it has."""
    ((known,),) = conn.rows("SELECT known FROM text_indexes")
    return str(known)
