"""The prices of a product."""

from __future__ import annotations

import sqlite3

from funnelcli import queries
from funnelcli.nouns.product import Price


def prices(conn: sqlite3.Connection, product_id: int) -> list[Price]:
    """The price history of a product, the first price first."""
    return list(queries.run(conn, "product_prices", Price, {"id": product_id}))
