"""Which filter ``@name`` stands for, in the lists of which records."""

from __future__ import annotations

import sqlite3

from funnelcli.errors import NotFound, Usage
from funnelcli.i18n import _
from funnelcli.nouns import words

# The tables of the nouns that are called otherwise.
TABLES = {
    "file": "attachment",
    "plan": "care_plan",
    "score": "satisfaction",
    "tray": "tray_note",
}


def key_of(text: str) -> str:
    """The name of a saved filter as it is kept, of what somebody has written."""
    return text.strip().removeprefix("@").lower()


def find(conn: sqlite3.Connection, name: str) -> tuple[int, str, str, list[str]]:
    """The id, the name, the text and the nouns of the saved filter ``name``, with an "@" or
    without. Raises NotFound with the likely one."""
    row = conn.execute(
        "SELECT id, name, text, nouns FROM saved_filter WHERE name = ?", (key_of(name),)
    ).fetchone()
    if row is None:
        said = _("There is no saved filter @{name}.").format(name=key_of(name))
        raise NotFound(said, _hint(conn, name))
    return row[0], row[1], row[2], row[3].split()


def text_for(conn: sqlite3.Connection, table: str, name: str) -> tuple[str, str]:
    """The name and the text of the saved filter that filter words of a table's records use. Raises
    Usage where there is none, and for one that is for others."""
    try:
        _id, key, text, nouns = find(conn, name)
    except NotFound as error:
        said = _("To search for the word itself, put a colon before it.")
        raise Usage(error.message, f"{error.hint} {said}") from None
    if table not in (TABLES.get(noun, noun) for noun in nouns):
        kinds = ", ".join(words.read(words.FILTERED, noun) for noun in nouns)
        raise Usage(
            _("@{name} is a filter for other records: {kinds}.").format(name=key, kinds=kinds),
            _("`funnel filter edit {name} --for …` says for which.").format(name=key),
        )
    return key, text


def _hint(conn: sqlite3.Connection, name: str) -> str:
    """What may have been meant, or how one sees what there is."""
    from difflib import get_close_matches

    names = [known for (known,) in conn.execute("SELECT name FROM saved_filter ORDER BY name")]
    if not names:
        return _("`funnel filter save` saves one.")
    close = get_close_matches(key_of(name), names, 1)
    if close:
        return _("Did you mean {name}?").format(name=f"@{close[0]}")
    return _("`funnel filter list` shows them.")
