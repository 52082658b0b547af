"""TOML from anywhere: read within bounds, whatever it is; and its strings written."""

from __future__ import annotations

import os
from typing import Any

from funnelcli.i18n import _

MOST_CHARACTERS = 4_000_000
"""More than the longest process that anybody writes has a thousand times over."""


def quoted(text: str) -> str:
    """A TOML string; JSON's escapes are a subset of TOML's, DEL aside."""
    import json

    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def loads(text: str) -> dict[str, Any]:
    """What a TOML text states. Raises ValueError, with the reason, for what states nothing: a
    mistake, a number without end, tables within tables without end, a text that is too long."""
    import tomllib

    if len(text) > MOST_CHARACTERS:
        raise ValueError(
            _("it is longer than {most} characters").format(most=f"{MOST_CHARACTERS:,}")
        )
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError(_("it is nested too deeply")) from None
    except tomllib.TOMLDecodeError:
        raise
    except ValueError:
        # What Python says of it is about Python.
        raise ValueError(_("a number in it has too many digits")) from None


def load(path: str) -> dict[str, Any]:
    """What the TOML file at ``path`` states. Raises OSError, also for what is no file and would be
    waited for, and ValueError."""
    if os.path.exists(path) and not os.path.isfile(path):
        raise OSError(0, _("it is no file"), path)
    with open(path, encoding="utf-8", newline="") as file:
        return loads(file.read(MOST_CHARACTERS + 1))


def change(path: str, key: str, value: str | bool | int | None) -> None:
    """Set one key of the TOML file at ``path``, one in a table as "table.key"; None takes it out.
    The rest of the file stays as it was written, with its comments.

    Raises OSError, and ValueError where the file, as it is or as it would be, cannot be read.
    """
    import tomlkit

    from funnelcli import files

    try:
        with open(path, encoding="utf-8", newline="") as file:
            text = file.read()
    except FileNotFoundError:
        text = ""
    wanted = loads(text)
    document = tomlkit.parse(text)
    table, _point, name = key.rpartition(".")
    for there in (wanted, document):
        place = there.setdefault(table, {}) if table else there
        if value is None:
            place.pop(name, None)
        else:
            place[name] = value
        if table and not place:
            del there[table]
    written = tomlkit.dumps(document)
    if loads(written) != wanted:
        raise ValueError(_("it cannot be changed without a loss"))
    with files.replacing_text(path) as out:
        out.write(written)
