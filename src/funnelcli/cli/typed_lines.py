"""Lines of commands as a batch takes them: as one types them, as an array of words, or as an object
that names a command with its arguments and options."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping

from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.typed import Any

LONGEST = 1 << 20
"""Bytes of a line; a longer one is some mistake."""
_MEMBERS = ("command", "args", "options")
_OF_THE_SHELL = ("|", "||", "&&", "&", ";", ">", ">>", "<", "<<")


def is_command(raw: bytes) -> bool:
    """Whether a line is one to be carried out: neither empty nor a comment."""
    return raw.strip()[:1] not in (b"", b"#")


def words_of(raw: bytes) -> list[str]:
    """The words of a line's command, without ``funnel``. Raises Usage for what is none."""
    if len(raw) > LONGEST:
        raise Usage(
            _("The line is longer than {n} bytes.").format(n=LONGEST), _("Is a line break missing?")
        )
    if b"\0" in raw:
        raise Usage(_("The line holds a NUL character."), _("Is the file text?"))
    try:
        text = raw.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise Usage(_("The line is not UTF-8."), _("Save the file as UTF-8.")) from None
    words = _of_json(text) if text[0] in "{[" else of_shell(text)
    return words[1:] if words[:1] == ["funnel"] else words


def _of_json(text: str) -> list[str]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Usage(
            _("The line is not valid JSON."), _("Write one object or one array a line.")
        ) from None
    if isinstance(found, dict):
        return words_from(found)
    return [_word(word) for word in found]


def words_from(found: Mapping[str, Any]) -> list[str]:
    """The words of an object: its command, its options, then its arguments behind ``--``, so that
    none of them is taken for an option. Raises Usage for members that it does not have."""
    unknown = [name for name in found if name not in _MEMBERS]
    command = found.get("command")
    if unknown or not command or not isinstance(command, str | list):
        raise Usage(
            _("The object needs a member “command”, and may have “args” and “options”."),
            _('Like {"command": "deal edit", "args": ["12"], "options": {"value": "15k"}}.'),
        )
    words = command.split() if isinstance(command, str) else [_word(word) for word in command]
    options, args = found.get("options") or {}, found.get("args")
    if not isinstance(options, dict):
        raise Usage(_("“options” is to be an object."), _('Like {"value": "15k"}.'))
    for name, value in options.items():
        words += _option(name, value)
    if args is None or args == []:
        return words
    return [*words, "--", *(_word(arg) for arg in (args if isinstance(args, list) else [args]))]


def _option(name: str, value: Any) -> list[str]:
    """The words of an option: false and null leave it out, true is a flag, a list repeats it."""
    flag = name.lstrip("-").replace("_", "-")
    if value is None or value is False:
        return []
    if isinstance(value, list):
        return [word for item in value for word in _option(name, item)]
    if value is True:
        return [f"--{flag}" if len(flag) > 1 else f"-{flag}"]
    return [f"--{flag}={_word(value)}"] if len(flag) > 1 else [f"-{flag}", _word(value)]


def _word(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Usage(
            _("{value} is no word of a command.").format(value=json.dumps(value)[:100]),
            _("Write texts and numbers."),
        )
    return str(value)


def of_shell(text: str, hint: str = "") -> list[str]:
    """The words of a text as a shell would take it, without what a shell does. Raises Usage, with
    a ``hint`` in place of that for the lines of a batch."""
    try:
        words = shlex.split(_uncommented(text))
    except ValueError:
        raise Usage(
            _("A quotation mark is not closed."), _("Put a backslash before one that is meant.")
        ) from None
    odd = next((word for word in words if word in _OF_THE_SHELL), None)
    if odd is not None:
        raise Usage(
            _("No shell reads the line: “{word}” means nothing.").format(word=odd),
            hint or _("Write one command a line, or JSON where the word itself is meant."),
        )
    return words


def _uncommented(text: str) -> str:
    """``text`` up to a ``#`` that begins a word and stands in no quotation marks."""
    if "#" not in text:
        return text
    quote, before = "", " "
    for place, char in enumerate(text):
        if quote:
            quote = "" if char == quote and (before != "\\" or quote == "'") else quote
        elif char in "'\"" and before != "\\":
            quote = char
        elif char == "#" and before.isspace():
            return text[:place]
        before = char
    return text
