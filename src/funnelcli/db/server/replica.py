"""A replica of a database on a server, which is read alone: a standby, or a logical copy."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from contextlib import closing, suppress
from functools import partial
from typing import cast

from funnelcli import folders
from funnelcli.db.schema import LATEST
from funnelcli.db.server import opening
from funnelcli.db.server.address import Address
from funnelcli.db.server.connection import ServerConnection
from funnelcli.errors import Failed
from funnelcli.i18n import _
from funnelcli.plain import NamedTuple

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


class Lag(NamedTuple):
    """How far a replica is that is behind: the last change that it has, in UTC seconds; None where
    it has had none since it was started."""

    at: int | None


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
        raise opening.no_user(conn)
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


def lag(conn: sqlite3.Connection) -> Lag | None:
    """How far a replica is that is behind what it follows; None where it has all that it can know
    of, and for a logical copy, which does not say."""
    own = cast("ServerConnection", conn)
    ((standby, connected, received, at),) = own.rows(_LAG)
    if not standby:
        return None
    until = time.monotonic() + _CATCHING_UP
    # What was received a moment ago is being replayed.
    while connected and received is not None:
        if own.rows(_REACHED, (received,))[0][0]:
            return None
        if time.monotonic() > until:
            break
        time.sleep(_LOOKED_EVERY)
    return Lag(None if at is None else int(at))


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
        address = Address.of(main)
        reach = partial(opening.reach, address, patience=_PATIENCE)
        with closing(ServerConnection(address, reach)) as asked:
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
