"""The options of imports, each declared once, and what was given of them."""

from __future__ import annotations

from collections.abc import Iterable

from funnelcli.actions.importing.fields import mapping
from funnelcli.i18n import N_
from funnelcli.nouns.types import DATE, PAST_DATE
from funnelcli.plain import NamedTuple


class Option(NamedTuple):
    """An option of imports as :func:`funnelcli.cli.taking.takes` has it."""

    name: str
    flags: tuple[str, ...]
    metavar: str
    help: str
    many: bool = False
    flag: bool = False


ORIGIN = Option("origin", ("--origin",), "NAME", N_("Whose ids those are."))
DATE_FORMAT = Option(
    *("date_format", ("--date-format",), "FORMAT"),
    N_("How dates are written: DD.MM.YYYY, MM/DD/YYYY, excel."),
)
DATE_FORMATS = DATE_FORMAT._replace(metavar="[FIELD=]FORMAT", many=True)
CURRENCY = Option("currency", ("--currency",), "CODE", N_("Of amounts that name none."))
DECIMAL = Option("decimal", ("--decimal",), "SIGN", N_("The decimal sign of the amounts."))
ENCODING = Option("encoding", ("--encoding",), "NAME", N_("The file's encoding, like cp1252."))
DELIMITER = Option("delimiter", ("--delimiter",), "SIGN", N_("What separates cells; or tab."))
SHEET = Option(
    *("sheet", ("--sheet",), "NAME"),
    N_("The sheet of a workbook, by name or number, or the file of an archive."),
)
PRESET = Option(
    *("preset", ("--preset",), "NAME"),
    N_("Read it as an export of this program, like hubspot; none for none."),
)
MAP_FILE = Option("map_file", ("--map-file",), "FILE", N_("The columns as this file has them."))
SAVE_MAP = Option(
    "save_map", ("--save-map",), "FILE", N_("Write down which column is which field.")
)
PREFER = Option(
    *("prefer", ("--prefer",), "HOW"),
    N_(
        "file: what it says replaces what differs; mine: it only fills in; newer: of each"
        " field what was changed later."
    ),
)
KEEP_REST = Option(
    *("keep_rest", ("--keep-rest",), "HOW"),
    N_(
        "Keep the columns that have no field: notes, a line each; tags, a tag each; fields, a field"
        " of your own each."
    ),
)
REJECTS = Option(
    *("rejects", ("--rejects",), "FILE"),
    N_("Where rows that are not taken go; else beside the file."),
)
KEY = Option(
    *("key", ("--key",), "COLUMN"),
    N_("The column with each row's id, so that a second import updates; ONE+OTHER for two."),
)
MAP_STAGE = Option(
    *("map_stage", ("--map-stage",), "TEXT=STAGE"),
    N_("What a stage or status of the file is here: a stage, open, won, lost, or skip."),
    many=True,
)
PROCESS = Option("process", ("--process",), "PROCESS", N_("The deals' process."))
NEW_PROCESS = Option(
    *("new_process", ("--new-process",), "NAME"),
    N_("Make a process of the file's stages, in their order, and import into it."),
)
OPENED_DEFAULT = Option(
    *("opened_default", ("--opened-default",), PAST_DATE),
    N_("When deals were opened whose row does not say it; else now."),
)
CLOSED_DEFAULT = Option(
    *("closed_default", ("--closed-default",), PAST_DATE),
    N_("When deals were won or lost whose row does not say it."),
)
FROM = Option("from_", ("--from",), DATE, N_("The day new prices hold from; else today."))
VAT = Option("vat", ("--vat",), "PERCENT", N_("Of articles whose row names no rate."))

# What all imports of tables take.
READING = (ENCODING, DELIMITER, SHEET, PRESET, MAP_FILE, SAVE_MAP, REJECTS)
_MAP_HELP = N_("Which column is which field; FIELD==TEXT for one text.")


def maps(offers: str, fields: Iterable[str], help_: str = _MAP_HELP) -> Option:
    """``--map`` for these fields; ``offers`` names what completion offers."""
    return Option("maps", ("--map",), mapping(offers, fields), help_, many=True)


class Options(NamedTuple):
    """What was given of the options."""

    maps: tuple[str, ...] | list[str] = ()
    map_stage: tuple[str, ...] | list[str] = ()
    key: str | None = None
    origin: str | None = None
    prefer: str = "file"
    process: str | None = None
    new_process: str | None = None
    currency: str | None = None
    vat: str | None = None
    from_: str | None = None
    date_format: str | list[str] | None = None
    decimal: str | None = None
    opened_default: str | None = None
    closed_default: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    preset: str | None = None
    map_file: str | None = None
    save_map: str | None = None
    rejects: str | None = None
    keep_rest: str | None = None
