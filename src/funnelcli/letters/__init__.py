"""Letters: an offer as Markdown and as a page to print, from templates that users can replace.

A template of the same name in the folder ``templates`` beside ``config.toml`` stands before the
one that is shipped; so does a ``words.toml``. The words of a letter are its own, not those of
the interface: it speaks the language of whoever gets it.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from funnelcli import config, toml
from funnelcli.errors import Failed, Usage
from funnelcli.i18n import _
from funnelcli.text import printed
from funnelcli.values.localenames import plain

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

FOLDER = os.path.dirname(__file__)
TEMPLATES = {"html": "offer.html.j2", "md": "offer.md.j2", "words": "words.toml"}
SENDER = ("name", "street", "town", "person", "phone", "email", "web", "tax_id", "bank")

_MD = re.compile(r"([\\`*_{}\[\]<>|~])")
_MD_START = re.compile(r"^(\s*)([#+>-]|\d+[.)])(?=\s|$)")


def own_folder() -> str:
    """Where the user's own templates are."""
    return os.path.join(config.config_dir(), "templates")


def shipped(name: str) -> str:
    """The text of a shipped template: one of TEMPLATES."""
    with open(os.path.join(FOLDER, TEMPLATES[name]), encoding="utf-8") as file:
        return file.read()


def texts(lang: str) -> dict[str, Any]:
    """The words of a letter in ``lang`` ("en" or "de"), as they are where the user's locale is; the
    user's own before the shipped ones.

    Raises Failed where the user's file cannot be read.
    """
    known = toml.loads(shipped("words"))
    there = plain(locale_for(lang))
    words: dict[str, Any] = {**known[lang], **known.get(there, {})}
    path = os.path.join(own_folder(), TEMPLATES["words"])
    try:
        read = toml.load(path)
        own: dict[str, Any] = {}
        for name in (lang, there):
            own |= _like(words, read.get(name, {}), name)
    except FileNotFoundError:
        return words
    except (OSError, ValueError) as error:
        raise Failed(
            _("{path} cannot be read: {error}.").format(path=path, error=error),
            _("Mend the file, or move it out of the way."),
        ) from error
    # Where somebody has a word of their own for several, the shipped one for one is not theirs.
    mine = own.get("units", {})
    one = {**words["unit"], **mine, **own.get("unit", {})}
    return {**words, **own, "units": {**words["units"], **mine}, "unit": one}


def _like(words: Any, own: Any, name: str) -> Any:
    """The user's ``own`` words where they are of the kind of the shipped ones: a text for a text, a
    table for a table. Raises ValueError."""
    if isinstance(words, dict) != isinstance(own, dict) or not isinstance(own, dict | str):
        wanted = _("a table") if isinstance(words, dict) else _("a text")
        raise ValueError(_("{name} is not {wanted}").format(name=name, wanted=wanted))
    if isinstance(own, dict):
        for key, word in own.items():
            _like(words.get(key, "" if isinstance(word, str) else word), word, f"{name}.{key}")
    return own


def locale_for(lang: str) -> str:
    """How numbers and dates are written in ``lang``: as the user's locale has it where that is
    of this language."""
    locale = str(config.get("locale"))
    if locale.lower().startswith(lang):
        return locale
    return {"de": "de_DE", "en": "en_GB"}[lang]


def sender() -> dict[str, str]:
    """Who the letter is from, by the settings sender_name, sender_street and so on."""
    return {name: config.get(f"sender_{name}") or "" for name in SENDER}


def markdown(text: object) -> str:
    """``text`` on one line, so that Markdown shows it as it is."""
    line = _MD.sub(r"\\\1", " ".join(str(text).split()))
    return _MD_START.sub(_escaped_start, line)


def _escaped_start(found: re.Match[str]) -> str:
    mark = found[2]
    return found[1] + (mark[:-1] + "\\" + mark[-1] if mark[:-1].isdigit() else "\\" + mark)


def markdown_text(text: object) -> str:
    """The same line by line; a line break stays one."""
    return "\\\n".join(
        markdown(line) if line.strip() else "" for line in str(text).split("\n")
    ).replace("\\\n\\\n", "\n\n")


def _printed(value: Any) -> Any:
    """What a letter has of a value, whatever is in the texts."""
    return printed(value) if isinstance(value, str) else value


def _environment(kind: str) -> SandboxedEnvironment:
    from jinja2 import FileSystemLoader, StrictUndefined

    from funnelcli.letters.bounds import Sandbox

    made = Sandbox(
        loader=FileSystemLoader([own_folder(), FOLDER]),
        autoescape=kind == "html",
        undefined=StrictUndefined,
        finalize=_printed,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["md"] = markdown
    made.filters["md_text"] = markdown_text
    return made


def render(kind: str, values: dict[str, Any]) -> str:
    """The letter as ``kind``: "html" or "md".

    Raises Failed, with the file and line, where a template of the user's own has a mistake.
    """
    from jinja2 import TemplateError, TemplateSyntaxError

    from funnelcli.letters.bounds import bounded

    name = TEMPLATES[kind]
    try:
        with bounded():
            return _environment(kind).get_template(name).render(values)
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        place = f"{name}:{error.lineno}" if isinstance(error, TemplateSyntaxError) else name
        raise Failed(
            _("The template {place} cannot be used: {error}.").format(place=place, error=error),
            _("Mend it in {folder}; `funnel offer template {kind}` prints the shipped one.").format(
                folder=own_folder(), kind=kind
            ),
        ) from error


def check_language(lang: str) -> str:
    """The language of a letter that ``lang`` names. Raises Usage for one that letters do not
    speak."""
    from funnelcli import i18n

    if lang.lower()[:2] not in i18n.LANGUAGES:
        raise Usage(
            _("{value} is no language that funnel speaks.").format(value=lang),
            _("Write en or de."),
        )
    return lang.lower()[:2]
