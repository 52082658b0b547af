"""TOML from anywhere: read within bounds, whatever it is; and its strings written."""

from __future__ import annotations

import os

from funnelcli.i18n import N_, _, language
from funnelcli.patterns import regex
from funnelcli.typed import Any

MOST_CHARACTERS = 4_000_000
"""More than the longest process that anybody writes has a thousand times over."""

_LINE = regex(r"line (\d+), column (\d+)")
_ANY_MISTAKE = N_("what stands there is no TOML")
# The beginnings of what Python says.
_MISTAKES = (
    N_("Invalid statement"),
    N_("Invalid value"),
    N_("Invalid initial character for a key part"),
    N_("Expected '=' after a key"),
    N_("Expected newline or end of document"),
    N_("Expected ']]'"),
    N_("Expected ']'"),
    N_("Unterminated string"),
    N_("Unclosed array"),
    N_("Unclosed inline table"),
    N_("Cannot overwrite a value"),
    N_("Cannot declare"),
    N_("Illegal character"),
)


def quoted(text: str) -> str:
    """A TOML string; JSON's escapes are a subset of TOML's, DEL aside."""
    import json

    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def loads(text: str) -> dict[str, Any]:
    """What a TOML text states. Raises ValueError, with the reason, for what states nothing: a
    mistake, a number without end, tables within tables without end, a text that is too long."""
    if len(text) > MOST_CHARACTERS:
        raise ValueError(
            _("it is longer than {most} characters").format(most=f"{MOST_CHARACTERS:,}")
        )
    plain = _plain(text)
    if plain is not None:
        return plain
    import tomllib

    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError(_("it is nested too deeply")) from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(_told(str(error))) from None
    except ValueError:
        # What Python says of it is about Python.
        raise ValueError(_("a number in it has too many digits")) from None


def _plain(text: str) -> dict[str, Any] | None:
    """What a text states of which every line is a table, a comment, or a plain text, number, true
    or false under a plain name; None where one is anything else, or wrong.

    That is how the program writes settings, which every command reads: to load Python's reader
    takes a tenth of the time of a command.
    """
    document: dict[str, Any] = {}
    place = document
    for line in text.replace("\r\n", "\n").split("\n"):
        line = line.strip(" ")
        if not line.isprintable():
            return None
        if not line or line[0] == "#":
            continue
        if line[0] == "[":
            name, place = line[1:-1], {}
            value: Any = place if line[-1] == "]" else None
            within = document
        else:
            name, _equals, written = line.partition("=")
            name = name.rstrip(" ")
            value = _plain_value(written.lstrip(" "))
            within = place
        if value is None or name in within or not _is_plain_name(name):
            return None
        within[name] = value
    return document


def _plain_value(written: str) -> str | int | bool | None:
    if written in ("true", "false"):
        return written == "true"
    if written.isascii() and written.isdigit():
        return int(written) if written[0] != "0" and len(written) < 19 else None
    quote = written[:1]
    if quote not in ('"', "'"):
        return None
    value, closing, rest = written[1:].partition(quote)
    rest = rest.lstrip(" ")
    # A backslash means something between double quotes; three quotes begin a text of many lines.
    if not closing or (rest and rest[0] != "#") or (quote == '"' and "\\" in value):
        return None
    return value


def _is_plain_name(name: str) -> bool:
    return name.isascii() and name.replace("-", "").replace("_", "").isalnum()


def _told(said: str) -> str:
    """What Python says of a mistake, in the language spoken now."""
    if language() == "en":
        return said
    what, _bracket, where = said.rpartition(" (at ")
    told = _(next((known for known in _MISTAKES if what.startswith(known)), _ANY_MISTAKE))
    place = _LINE.match(where)
    if place is None:
        return _("{mistake} (at its end)").format(mistake=told)
    return _("{mistake} (line {line}, column {column})").format(
        mistake=told, line=place[1], column=place[2]
    )


def load(path: str) -> dict[str, Any]:
    """What the TOML file at ``path`` states. Raises OSError, also for what is no file and would be
    waited for, and ValueError."""
    if os.path.exists(path) and not os.path.isfile(path):
        raise OSError(0, _("it is no file"), path)
    with open(path, encoding="utf-8-sig", newline="") as file:
        return loads(file.read(MOST_CHARACTERS + 1))


def change(path: str, key: str, value: str | bool | int | None) -> None:
    """Set one key of the TOML file at ``path``, one in a table as "table.key"; None takes it out.
    The rest of the file stays as it was written, with its comments.

    Raises OSError, and ValueError where the file, as it is or as it would be, cannot be read.
    """
    import tomlkit

    from funnelcli import files

    try:
        # Editors on Windows write a byte order mark.
        with open(path, encoding="utf-8-sig", newline="") as file:
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
