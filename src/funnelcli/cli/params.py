"""Options that commands share: how output looks, which database, whether to ask."""

from __future__ import annotations

from collections.abc import Collection

from funnelcli.cli.declaring import Argument, Option
from funnelcli.i18n import N_
from funnelcli.nouns.types import DATE, DEAL_OR_CONTACT, PAST, PROGRESS
from funnelcli.plain import NamedTuple
from funnelcli.render.output_formats import FORMATS, ending_of, endings
from funnelcli.typed import Annotated

# name -> (declarations, help, metavar or None for a flag, letters of Verb.shares; "" is for all)
_SPECS: dict[str, tuple[list[str], str, str | None, str]] = {
    **{
        form.name: ([f"--{form.name}"], form.help, "FIELDS" if form.fields else None, form.commands)
        for form in FORMATS.values()
        if form.commands
    },
    "output": (
        ["--output", "-o"],
        N_("Write to a file; its ending says the format."),
        "FILE",
        "r",
    ),
    "columns": (
        ["--columns"],
        N_("Only these columns, in this order; +NAME adds one, -NAME takes one out."),
        "COLUMNS",
        "l",
    ),
    "neutralise": (
        ["--neutralise"],
        N_("Defuse cells that a spreadsheet would run as formulas."),
        None,
        "r",
    ),
    "excel": (
        ["--excel"],
        N_("CSV for Excel: byte order mark; semicolons and decimal commas by locale."),
        None,
        "r",
    ),
    "mine": (["--mine"], N_("Only what is yours, of several users."), None, "m"),
    "quiet": (["--quiet", "-q"], N_("Print only the id; nothing on a read."), None, "w"),
    "dry_run": (["--dry-run", "-n"], N_("Say what would change, and change nothing."), None, "b"),
    "yes": (["--yes", "-y"], N_("Do not ask for confirmation."), None, "b"),
    "no_hooks": (["--no-hooks"], N_("Run none of your hooks."), None, "wb"),
    "progress": (
        ["--progress"],
        N_("How far it is, on standard error: bar, json or none."),
        PROGRESS,
        "p",
    ),
    "no_input": (["--no-input"], N_("Never ask; a missing value is an error."), None, ""),
    "no_color": (["--no-color"], N_("Print without colour."), None, ""),
    "no_pager": (["--no-pager"], N_("Do not stop after each screen."), None, ""),
    "db": (["--db"], N_("The database file."), "FILE", ""),
}
SHARED = frozenset(_SPECS)
# Options whose value is optional and comes after "=": alone they stand for all fields.
OPTIONAL_VALUE = tuple(f"--{form.name}" for form in FORMATS.values() if form.fields)


class Shared(NamedTuple):
    """A shared option, as :class:`taking.Declared` has it, with the letters of its commands."""

    name: str
    flags: list[str]
    metavar: str | None
    help: str
    of: str
    many: bool = False

    @property
    def flag(self) -> bool:
        """Whether it stands without a value."""
        return self.metavar is None


def shared(letters: str) -> list[Shared]:
    """The options that a command with these letters takes, besides its own."""
    return [
        Shared(name, flags, _metavar(name, metavar), text, of)
        for name, (flags, text, metavar, of) in _SPECS.items()
        if not of or set(of) & set(letters)
    ]


def _metavar(name: str, metavar: str | None) -> str | None:
    return f"[={metavar}]" if f"--{name}" in OPTIONAL_VALUE else metavar


def spelled_out(args: list[str]) -> list[str]:
    """``--json`` alone means every field; Click knows no option with a value left out."""
    end = args.index("--") if "--" in args else len(args)
    return [f"{arg}=" if arg in OPTIONAL_VALUE else arg for arg in args[:end]] + args[end:]


def negates(word: str) -> bool:
    """Whether a word with one minus is a filter turned round: an option with one has one letter."""
    return word == "-(" or (len(word) > 2 and word[0] == "-" and word[1] not in "-0123456789")


def misspelt(word: str, flags: Collection[str]) -> str:
    """The option of ``flags`` that a word with one minus is in a wrong spelling, rather than a
    filter turned round: -json, -ofile.csv; "" for none."""
    if f"-{word.partition('=')[0]}" in flags:
        return f"-{word}"
    if "-o" in flags and word[1] == "o" and f".{ending_of(word)}" in endings():
        return f"-o {word[2:].removeprefix('=')}"
    return ""


Words = Annotated[
    list[str] | None,
    Argument(
        metavar="[FILTER]...",
        help=N_("Filters like stage:offer value:>10k mueller."),
        show_default=False,
    ),
]
DealRef = Annotated[str, Argument(metavar="DEAL", help=N_("Its id, or words of its name."))]
ContactRef = Annotated[str, Argument(metavar="CONTACT", help=N_("Its id, or words of its name."))]
_VISIT = Argument(metavar="VISIT", help=N_("Its id, or words of the contact's name."))
VisitRef = Annotated[str, _VISIT]
VisitOrAsked = Annotated[str | None, _VISIT]
TableFile = Annotated[
    str,
    Argument(
        metavar="FILE",
        help=N_("CSV, .xlsx, .xls, .ods, JSON, or a .zip of them; - reads standard input."),
    ),
]
TomlFile = Annotated[str, Argument(metavar="FILE", help=N_("A TOML file; - is standard input."))]
DealOrContact = Annotated[
    str | None, Argument(metavar=DEAL_OR_CONTACT, help=N_("A deal, or else a contact."))
]
ForContact = Annotated[
    str | None,
    Option("--contact", "-c", metavar="CONTACT", help=N_("For a contact, not a deal.")),
]
OfferRef = Annotated[
    str,
    Argument(metavar="OFFER", help=N_("Its number, id, or words of its deal's name.")),
]
At = Annotated[
    str | None,
    Option("--at", metavar=PAST, help=N_("When it happened: yesterday, 2026-09-01 14:30.")),
]
Strict = Annotated[
    bool | None,
    Option(
        "--strict/--no-strict",
        help=N_("Whether what is missing in its stage stops it; else the setting strict."),
    ),
]
Sort = Annotated[
    str | None,
    Option("--sort", metavar="KEYS", help=N_("Sort by these; - before one turns it round.")),
]
Limit = Annotated[
    int | None,
    Option(
        "--limit",
        metavar="N",
        min=0,
        help=N_("At most so many rows; 0 for all. A terminal shows 100."),
    ),
]
Next = Annotated[
    list[str] | None,
    Option("--next", metavar="WHAT", help=N_("The next step agreed; may be repeated.")),
]
NextDue = Annotated[
    list[str] | None,
    Option("--due", "-d", metavar="DATE", help=N_("By when the next step is; of several, each.")),
]
NoRecognise = Annotated[bool, Option("--no-recognise", help=N_("Take the words as they are."))]
FirstStage = Annotated[
    str | None,
    Option("--stage", metavar="STAGE", help=N_("Where it starts; the first open one.")),
]
Note = Annotated[str | None, Option("--note", metavar="TEXT", help=N_("A note."))]
FromDay = Annotated[
    str | None,
    Option("--from", metavar=DATE, help=N_("From which day on; today without it.")),
]
