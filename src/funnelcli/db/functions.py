"""The functions that a connection gives to SQL."""

from __future__ import annotations

import sqlite3


def add(conn: sqlite3.Connection) -> None:
    """What filters, sort keys and migrations ask of text that is not stored so: its search key, a
    tag's key, and the parts of a person's name."""
    conn.create_function("search_key", 1, _search_key, deterministic=True)
    conn.create_function("tag_key", 1, _tag_key, deterministic=True)
    conn.create_function("first_name_of", 3, _first_name, deterministic=True)
    conn.create_function("last_name_of", 3, _last_name, deterministic=True)


def _search_key(text: str | None) -> str | None:
    from funnelcli.text import search_key

    return None if text is None else search_key(text)


def _tag_key(tag: str | None) -> str | None:
    from funnelcli.text import tag_key

    return None if tag is None else tag_key(tag)


def _first_name(name: str, first: str | None, last: str | None) -> str | None:
    from funnelcli.values.names import parts_of

    return parts_of(name, first, last)[0] or None


def _last_name(name: str, first: str | None, last: str | None) -> str | None:
    from funnelcli.values.names import parts_of

    return parts_of(name, first, last)[1] or None
