"""The functions that a connection gives to SQL."""

from __future__ import annotations

import sqlite3
from functools import cache

from funnelcli.db.server import on_server
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any


def add(conn: sqlite3.Connection) -> None:
    """What filters, sort keys and migrations ask of text that is not stored so: its search key,
    whether that, or a long text, has a word, a tag's key, and the parts of a person's name; and how
    many working days have passed since an instant. A server has them in its schema."""
    if on_server(conn):
        return
    conn.create_function("search_key", 1, _search_key, deterministic=True)
    conn.create_function("mentions", 2, _mentions, deterministic=True)
    conn.create_function("holds", 2, _holds, deterministic=True)
    conn.create_function("tag_key", 1, _tag_key, deterministic=True)
    conn.create_function("working_days", 1, _working_days)
    conn.create_function("first_name_of", 3, _first_name, deterministic=True)
    conn.create_function("last_name_of", 3, _last_name, deterministic=True)


def _search_key(text: str | None) -> str | None:
    from funnelcli.text import search_key

    return None if text is None else search_key(text)


def _holds(key: str | None, form: str) -> bool | None:
    return None if key is None else _text().holds(key, form)


def _mentions(text: str | None, form: str) -> bool | None:
    return None if text is None else _wordsearch().mentions(text, form)


# To import them for each of a hundred thousand texts takes longer than to look into these.
@cache
def _text() -> Any:
    from funnelcli import text

    return text


@cache
def _wordsearch() -> Any:
    from funnelcli.values import wordsearch

    return wordsearch


def _tag_key(tag: str | None) -> str | None:
    from funnelcli.text import tag_key

    return None if tag is None else tag_key(tag)


def _working_days(at: int | None) -> int | None:
    from funnelcli import config
    from funnelcli.values import dates, workdays

    if at is None:
        return None
    day, today = dates.local_date(at), dates.today()
    return workdays.days_between(day, today, str(config.get("region")), config.get("state"))


def _first_name(name: str, first: str | None, last: str | None) -> str | None:
    from funnelcli.values.names import parts_of

    return parts_of(name, first, last)[0] or None


def _last_name(name: str, first: str | None, last: str | None) -> str | None:
    from funnelcli.values.names import parts_of

    return parts_of(name, first, last)[1] or None
