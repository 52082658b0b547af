"""Letters: offers, order confirmations and withdrawal instructions, as Markdown, as a page to print
and as PDF, from templates that users can replace (:mod:`.templates`).

The words of a letter are its own, not those of the interface: it speaks the language of whoever
gets it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from string import Formatter

from funnelcli import config, toml
from funnelcli.errors import Failed, Usage
from funnelcli.i18n import _
from funnelcli.letters import templates
from funnelcli.patterns import re, regex
from funnelcli.typed import TYPE_CHECKING, Any
from funnelcli.values.localenames import plain

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

SENDER = (
    *("name", "street", "town", "person", "phone", "email", "web", "tax_id", "bank"),
    *("register", "directors"),
)
# What begins like the number that the EU gives a trader, or Switzerland.
_VAT_ID = regex(r"(?i)\s*(CHE[-\s]?\d|[A-Z]{2}\s?U?\s?\d)")

_words_path: str | None = None

_MD = regex(r"([\\`*_{}\[\]<>|~])")
_MD_START = regex(r"^(\s*)([#+>-]|\d+[.)])(?=\s|$)")


def texts(lang: str) -> dict[str, Any]:
    """The words of a letter in ``lang`` ("en" or "de"), as they are where the user's locale is; the
    user's own before the shipped ones.

    Raises Failed where the user's file cannot be read.
    """
    known = toml.loads(templates.shipped("words"))
    there = plain(locale_for(lang))
    words: dict[str, Any] = {**known[lang], **known.get(there, {})}
    path = _words_path or templates.own_path("words")
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


@contextmanager
def words_from(path: str) -> Iterator[None]:
    """Take the user's own words from another file inside the block."""
    global _words_path
    _words_path = path
    try:
        yield
    finally:
        _words_path = None


def _like(words: Any, own: Any, name: str) -> Any:
    """The user's ``own`` words where they are of the kind of the shipped ones: a text for a text, a
    table for a table. Raises ValueError."""
    if isinstance(words, dict) != isinstance(own, dict) or not isinstance(own, dict | str):
        wanted = _("a table") if isinstance(words, dict) else _("a text")
        raise ValueError(_("{name} is not {wanted}").format(name=name, wanted=wanted))
    if isinstance(own, dict):
        for key, word in own.items():
            _like(words.get(key, "" if isinstance(word, str) else word), word, f"{name}.{key}")
    else:
        for wrong in sorted(_blanks(own) - _known_blanks(name.rpartition(".")[2], words)):
            raise ValueError(
                _("{name} does not know {blank}").format(name=name, blank=f"{{{wrong}}}")
            )
    return own


def _blanks(text: str) -> set[str]:
    """What is filled into a text of words.toml. Raises ValueError where a brace is not closed."""
    return {blank for _text, blank, _form, _as in Formatter().parse(text) if blank is not None}


def _known_blanks(key: str, shipped: str) -> set[str]:
    if key.startswith(("salutation", "address")):
        return {"name", "last_name", "salutation", "titles", "title"}
    return {"day"} if "binding" in key else _blanks(shipped)


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


def foot(t: dict[str, Any]) -> list[str]:
    """What the law wants below a letter (§ 35a GmbHG, § 80 AktG), and where to pay to: a line each,
    as the settings have them."""
    said = sender()
    tax = t["vat_id" if _VAT_ID.match(said["tax_id"]) else "tax_number"]
    lines = [
        said["register"],
        said["directors"] and f"{t['directors']}: {said['directors']}",
        said["tax_id"] and f"{tax}: {said['tax_id']}",
        said["bank"] and f"{t['bank']}: {said['bank']}",
    ]
    return [line for line in lines if line]


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


def _environment(form: str, own: Mapping[str, str]) -> SandboxedEnvironment:
    from jinja2 import ChoiceLoader, FileSystemLoader, FunctionLoader, StrictUndefined

    from funnelcli.letters.bounds import Sandbox

    def given(name: str) -> tuple[str, str, None] | None:
        return (templates.read(own[name]), own[name], None) if name in own else None

    folders = FileSystemLoader([templates.own_folder(), templates.FOLDER])
    made = Sandbox(
        loader=ChoiceLoader([FunctionLoader(given), folders]),
        autoescape=form == "html",
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["md"] = markdown
    made.filters["md_text"] = markdown_text
    made.globals["picture"] = templates.picture
    return made


def render(
    kind: str, form: str, values: Mapping[str, Any], own: Mapping[str, str] | None = None
) -> str:
    """The letter of a ``kind`` ("offer") as ``form``: "html" or "md". ``own`` are paths of
    templates that stand before those of the same file name.

    Raises Failed, with the file and line, where a template of the user's own has a mistake.
    """
    from jinja2 import TemplateNotFound

    from funnelcli.letters.bounds import LONGEST_LETTER, MISTAKES, TooMuch, bounded

    name = f"{kind}.{form}.j2"
    try:
        with bounded():
            text = _environment(form, own or {}).get_template(name).render(values)
            if len(text) > LONGEST_LETTER:
                raise TooMuch(_("it writes too much"))
            return text
    except MISTAKES as error:
        why = str(error).rstrip(".")
        if isinstance(error, TemplateNotFound):
            why = _("there is no template {name}").format(name=error.name)
        raise Failed(
            _("The template {place} cannot be used: {error}.").format(
                place=_place(error, (own or {}).get(name, name)), error=why
            ),
            _("Mend it; `funnel letter export {name}` prints the shipped one.").format(
                name=kind if form == "html" else f"{kind}.{form}"
            ),
        ) from error


def _place(error: BaseException, name: str) -> str:
    """The file of a template and the line in it that an error is of: the innermost that it went
    through, as Jinja writes it into the trace."""
    from jinja2 import TemplateSyntaxError

    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename or error.name or name}:{error.lineno}"
    place, trace = name, error.__traceback__
    while trace is not None:
        if "__jinja_exception__" in trace.tb_frame.f_globals:
            place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def paper(kind: str, values: Mapping[str, Any]) -> bytes:
    """The letter as PDF; set more tightly where that has it end on its first page. Raises like
    :func:`render`, and Failed where the extra is not installed."""
    from funnelcli.render.pdf import document

    return document(
        render(kind, "html", {**values, "pdf": True}),
        lambda: render(kind, "html", {**values, "pdf": "tight"}),
    )


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
