"""The output formats: one row a format.

The shared options of the commands, the endings of ``-o FILE``, the help and the writing follow
from this table.
"""

from __future__ import annotations

from importlib import import_module

from funnelcli.i18n import N_
from funnelcli.plain import NamedTuple
from funnelcli.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class Format(NamedTuple):
    """One format that results are written in."""

    name: str
    """The option without its hyphens, and the ending of a file without its point."""
    help: str
    """What the option does: an English message id."""
    writer: str
    """``module:function`` in this package, imported when it is used. The function takes the
    result, the Output and the stream, of bytes where ``binary``, and returns the number of rows,
    None where the result has none."""
    fields: bool = False
    """Whether ``--name=FIELDS`` chooses fields."""
    commands: str = "r"
    """Which commands have the option, as letters of Verb.shares: those that read lists and pages
    ("r"), those that change ("w"), lists of contacts ("v"), of what has a day ("c"). None: there is
    no option, only an ending."""
    ending: bool = True
    """Whether the ending of a file stands for it."""
    binary: bool = False
    """Whether it is no text; then it is not for a terminal."""
    document: bool = False
    """Whether people read it: days are written as their locale does."""

    def write(self) -> Callable[..., int | None]:
        """The function that writes it."""
        module, _colon, function = self.writer.partition(":")
        found: Any = getattr(import_module(f"funnelcli.render.{module}"), function)
        return found  # type: ignore[no-any-return]


FORMATS: dict[str, Format] = {
    form.name: form
    for form in (
        Format(
            "json",
            N_(
                "Print JSON; --json=FIELDS chooses fields. Amounts are those of CSV;"
                " in …_minor they are whole cents."
            ),
            "objects:write_json",
            fields=True,
            commands="rw",
        ),
        Format("jsonl", N_("Print JSON, one record a line."), "objects:write_jsonl"),
        Format(
            "csv",
            N_("Print CSV with a header; --csv=FIELDS chooses."),
            "delimited:write_csv",
            fields=True,
        ),
        Format(
            "tsv",
            N_("Print tab-separated text with a header."),
            "delimited:write_tsv",
            fields=True,
        ),
        Format(
            "xlsx",
            N_("Write an Excel file, into a pipe or with -o; --xlsx=FIELDS chooses."),
            "workbook:write_xlsx",
            fields=True,
            binary=True,
        ),
        Format("md", N_("Print a Markdown table."), "markdown:write_md", document=True),
        Format("html", N_("Print an HTML page."), "webpage:write_html", document=True),
        Format(
            "pdf",
            N_("Write a PDF, into a pipe or with -o."),
            "pdf:write_pdf",
            binary=True,
            document=True,
        ),
        Format(
            "svg",
            N_("Print a picture as SVG: a report's chart, else the screen."),
            "documents:write_svg",
            document=True,
        ),
        Format(
            "vcf",
            N_("Print contact cards (vCard 4.0)."),
            "documents:write_vcf",
            commands="v",
        ),
        Format(
            "ics",
            N_("Print a calendar; what has no time of day is all-day."),
            "documents:write_ics",
            commands="c",
        ),
        Format("ids", N_("Print the ids alone."), "delimited:write_ids", ending=False),
        Format("txt", "", "documents:write_text", commands="", document=True),
    )
}


def format_of(name: str) -> Format:
    """The format of that name. Raises Usage where there is none."""
    if name in FORMATS:
        return FORMATS[name]
    from funnelcli.errors import Usage
    from funnelcli.i18n import _

    raise Usage(
        _("There is no format {name}.").format(name=name),
        _("The formats are: {names}.").format(names=", ".join(FORMATS)),
    )


def ending_of(path: str) -> str:
    """The ending of a file's name, in lower case and without its point."""
    from os.path import splitext

    return splitext(path)[1].lower().removeprefix(".")


def endings() -> list[str]:
    """The endings of files that stand for a format, each with its point."""
    return [f".{form.name}" for form in FORMATS.values() if form.ending]


def known_endings(letters: str = "") -> str:
    """The same as a sentence; with the ``letters`` of a command those that it writes."""
    from funnelcli.i18n import _

    known = [
        f".{form.name}"
        for form in FORMATS.values()
        if form.ending and (not letters or not form.commands or set(form.commands) & set(letters))
    ]
    return _("Known endings are: {endings}.").format(endings=" ".join(known))


def choose_format(path: str) -> str:
    """The format that the ending of ``path`` stands for. Raises Usage for any other ending."""
    ending = ending_of(path)
    if f".{ending}" in endings():
        return ending
    from funnelcli.errors import Usage
    from funnelcli.i18n import _

    raise Usage(
        _("The ending of {path} names no format.").format(path=path),
        known_endings(),
    )
