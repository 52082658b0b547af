"""What has to be kept, and of whom nothing has to be kept any more."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from funnelcli import config
from funnelcli.nouns.contact import CONTACT, Contact
from funnelcli.nouns.extending import chosen
from funnelcli.nouns.rules import KEPT_CONTRACT_UNTIL, KEPT_OFFER, KEPT_OFFER_UNTIL, STALE
from funnelcli.plain import NamedTuple
from funnelcli.queries.lists import some
from funnelcli.typed import Any
from funnelcli.values import dates


class Kept(NamedTuple):
    """A contract or an offer that the law keeps ``until`` a day, a plain date as ISO text."""

    table: str
    id: int
    until: str


def _values() -> dict[str, Any]:
    return {
        "keep_contracts": config.get("keep_contracts"),
        "keep_offers": config.get("keep_offers"),
        "today": dates.today().isoformat(),
    }


def kept(conn: sqlite3.Connection, contacts: Iterable[int]) -> list[Kept]:
    """What has to be kept of contacts: their contracts, and the offers of deals that were won, by
    the settings ``keep_contracts`` and ``keep_offers``."""
    rows = conn.execute(
        "SELECT what, id, until FROM ("
        f"SELECT 'contract' AS what, k.id, {KEPT_CONTRACT_UNTIL} AS until FROM contract AS k"
        " JOIN deal AS d ON d.id = k.deal_id"
        " WHERE d.contact_id IN (SELECT value FROM json_each(:ids))"
        f" UNION ALL SELECT 'offer', o.id, {KEPT_OFFER_UNTIL} FROM offer AS o"
        " JOIN deal AS d ON d.id = o.deal_id"
        f" WHERE d.contact_id IN (SELECT value FROM json_each(:ids)) AND {KEPT_OFFER}"
        ") WHERE until >= :today ORDER BY what, id",
        {"ids": json.dumps([*contacts]), **_values()},
    )
    return [Kept(*row) for row in rows]


def stale(
    conn: sqlite3.Connection, since: int, filters: Sequence[str], limit: int | None
) -> Iterator[Contact]:
    """The contacts with whom nothing was since an instant in UTC seconds, of whom nothing is open
    and nothing has to be kept; those that pass the filter words, the longest silent first. Raises
    Usage."""
    where, values = chosen(conn, CONTACT, filters).sql()
    return some(
        conn,
        CONTACT,
        {**values, **_values(), "since": since},
        where=f"({where}) AND {STALE}",
        order="last_contact_at, c.created_at, c.id",
        limit=limit,
    )
