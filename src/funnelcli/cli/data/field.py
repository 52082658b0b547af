"""Fields of one's own: declare, list, show, change, remove."""

from __future__ import annotations

import sqlite3

from funnelcli.actions import fields
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.entries import nothing_to_change
from funnelcli.cli.invocation import current
from funnelcli.cli.own_names import taken
from funnelcli.cli.results import edited_lines, within
from funnelcli.errors import Refused, Usage
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns import declared, naming, words
from funnelcli.nouns.own import flag_of, word_of
from funnelcli.nouns.printed import Printed
from funnelcli.nouns.types import OWN_FIELD, one_of
from funnelcli.queries.fields import Declaration, called_otherwise, declared_fields
from funnelcli.render import Block, Changed, Facts, Listing, Page
from funnelcli.typed import Annotated, Any
from funnelcli.values.choosing import plain
from funnelcli.values.nothing import is_nothing

NOUN = one_of("NOUN", words.FIELD_NOUN)
TYPE = one_of("TYPE", words.FIELD_TYPE)
Of = Annotated[
    str, Argument(metavar=NOUN, help=N_("What has it: contact, deal, visit or product."))
]
Field = Annotated[str, Argument(metavar=OWN_FIELD, help=N_("Its key or its name."))]
Name = Annotated[
    str | None, Option("--name", metavar="TEXT", help=N_("What it is called; else its key."))
]
NameDe = Annotated[
    str | None, Option("--name-de", metavar="TEXT", help=N_("What it is called in German."))
]
ValuesDe = Annotated[
    str | None,
    Option("--values-de", metavar="WORDS", help=N_("Their German names, in the same order.")),
]
RequiredIn = Annotated[
    str | None,
    Option(
        "--required-in",
        metavar="STAGE",
        help=N_("The stage that no deal leaves without it; none for no stage."),
    ),
]
OfProcess = Annotated[
    str | None, Option("--process", "-p", metavar="PROCESS", help=N_("The stage's process."))
]
PRINTED = Printed(data=tuple(column.key for column in Declaration.columns()), parts=True)


@gives(Declaration)
@examples(
    "funnel field add deal region --type choice --values north,south",
    'funnel field add deal budget --type money --name-de "Budget" --required-in offer',
    'funnel field add contact "Customer number"',
    "funnel field add visit interests --type choices --values solar,service",
)
def add(
    noun: Of,
    name: Annotated[
        str, Argument(metavar="NAME", help=N_("What it is called; its key is made of it."))
    ],
    kind: Annotated[
        str,
        Option(
            "--type",
            "-t",
            metavar=TYPE,
            help=N_(
                "What it holds: text, number, money, date, yes_no, choice, choices, link, contact."
            ),
        ),
    ] = "text",
    values: Annotated[
        str | None,
        Option("--values", metavar="WORDS", help=N_("What can be chosen, with commas between.")),
    ] = None,
    values_de: ValuesDe = None,
    called: Name = None,
    name_de: NameDe = None,
    required_in: RequiredIn = None,
    process: OfProcess = None,
) -> Changed:
    """Declare a field."""
    call = current()
    with call.open() as conn:
        of = _noun(noun)
        fields.check_name(name)
        key = fields.key_of(name)
        english = called or (name.strip() if name.strip() != key else _spoken(key))
        german = name_de or english
        _check_free(of, key, (english, german))
        kind = words.choose(words.FIELD_TYPE, kind, "--type")
        choices = fields.choices_of(values or "", values_de or "")
        stage_id = _stage(conn, required_in, process)
        with call.change(conn):
            field_id = fields.add(
                conn, of, key, kind, (english, german), choices=choices, stage_id=stage_id
            )
        (found,) = declared_fields(conn, field_id=field_id)
        line = _("Field {name} of {noun}: {how}").format(
            name=found.name, noun=words.read(words.FIELD_NOUN, of), how=_how_to_give(found)
        )
        return Changed([line], found, Declaration.columns(), id=field_id)


def _how_to_give(field: Declaration) -> str:
    option = flag_of(word_of(declared(field.noun), field.key))
    return f"funnel {field.noun} edit … {option} …"


@gives(Declaration)
@examples("funnel field list", "funnel field list deal --json")
def list_(
    noun: Annotated[
        str | None,
        Argument(metavar=NOUN, help=N_("What has it: contact, deal, visit or product.")),
    ] = None,
) -> Listing:
    """List the fields."""
    call = current()
    with call.read() as conn:
        found = declared_fields(conn, noun=None if noun is None else _noun(noun))
    empty = _("No fields of your own. `funnel field add` declares one.")
    return Listing(Declaration.columns(), found, empty=empty, notes=called_otherwise(found))


@gives(PRINTED)
@examples("funnel field show deal region", "funnel field show deal region --json")
def show(noun: Of, field: Field) -> Page:
    """Show a field."""
    call = current()
    with call.read() as conn:
        (found,) = declared_fields(conn, field_id=fields.find(conn, _noun(noun), field))
    pairs = [
        (_("Of"), words.read(words.FIELD_NOUN, found.noun)),
        (_("Key"), found.key),
        (_("Type"), words.read(words.FIELD_TYPE, found.type)),
        (_("Values"), ", ".join(found.choice_names)),
        (_("Name"), found.name_en),
        (_("German name"), found.name_de if found.name_de != found.name_en else ""),
        (_("Required in"), found.stage_name),
        (_("Hidden"), _("yes") if found.hidden else ""),
        (_("Records"), str(found.used)),
        (_("Given by"), _how_to_give(found)),
    ]
    blocks: list[Block] = [Facts(found.name, [pair for pair in pairs if pair[1]])]
    return Page(blocks, found.data(), name="field")


@gives(Declaration)
@examples(
    "funnel field edit deal region --name-de Gebiet --required-in offer",
    "funnel field edit deal region --values west --no-value south",
    "funnel field edit deal region --merge north=south",
    "funnel field edit deal region --hidden",
)
def edit(
    noun: Of,
    field: Field,
    called: Name = None,
    name_de: NameDe = None,
    values: Annotated[
        str | None,
        Option(
            "--values", metavar="WORDS", help=N_("More to choose from, or other names of these.")
        ),
    ] = None,
    values_de: ValuesDe = None,
    no_value: Annotated[
        list[str] | None,
        Option("--no-value", metavar="CHOICE", help=N_("Take a value away that none has.")),
    ] = None,
    required_in: RequiredIn = None,
    process: OfProcess = None,
    merge: Annotated[
        list[str] | None,
        Option("--merge", metavar="OLD=NEW", help=N_("Let a value stand wherever another stood.")),
    ] = None,
    hidden: Annotated[
        bool | None,
        Option("--hidden/--shown", help=N_("Whether it is kept, but not shown any more.")),
    ] = None,
) -> Changed:
    """Change a field."""
    call = current()
    given = (called, name_de, values, no_value, required_in, merge, hidden)
    if all(one is None for one in given):
        raise nothing_to_change(call)
    with call.open() as conn:
        of = _noun(noun)
        field_id = fields.find(conn, of, field)
        (before,) = declared_fields(conn, field_id=field_id)
        changes: dict[str, Any] = {
            "name_en": called,
            "name_de": name_de or (called if before.name_de == before.name_en else None),
            "hidden": None if hidden is None else int(hidden),
        }
        changes = {name: value for name, value in changes.items() if value is not None}
        if required_in is not None:
            changes["stage_id"] = _stage(conn, required_in, process)
        if {"name_en", "name_de"} & changes.keys():
            names = changes.get("name_en", before.name_en), changes.get("name_de", before.name_de)
            _check_free(of, before.key, names)
        choices = fields.choices_of(values or "", values_de or "")
        if choices and before.type not in fields.WITH_CHOICES:
            raise Refused(
                _("{name} has no values to choose from.").format(name=before.name),
                _("Give the type choice or choices."),
            )
        with call.change(conn):
            changed = fields.edit(conn, field_id, changes)
            if fields.add_choices(conn, field_id, choices):
                changed.append("values")
            lines = [_merged(conn, field_id, text) for text in merge or []]
            changed += ["values"] * len(lines)
            for text in no_value or []:
                fields.drop_choice(conn, field_id, text)
                changed.append("values")
        (found,) = declared_fields(conn, field_id=field_id)
        titles = {key: within(title) for key, title in _titles().items()}
        edited = edited_lines(found.name, titles, changed, found.hidden)
        return Changed([*edited, *lines], found, Declaration.columns(), id=field_id)


def _merged(conn: sqlite3.Connection, field_id: int, text: str) -> str:
    """Let a value of a field stand for another, as OLD=NEW says; the line about it."""
    old, equals, new = text.partition("=")
    if not (equals and old.strip() and new.strip()):
        raise Usage(
            _("“{text}” does not say which value is which.").format(text=text),
            _("Write --merge OLD=NEW."),
        )
    gone, stays, n = fields.merge_choice(conn, field_id, old, new)
    line = ngettext("{old} is {new} now, in {n} record", "{old} is {new} now, in {n} records", n)
    return line.format(old=gone, new=stays, n=n)


def _titles() -> dict[str, str]:
    """What can be changed of a field, by the names that the actions have."""
    return {
        "name_en": _("Name"),
        "name_de": _("German name"),
        "stage_id": _("Required in"),
        "values": _("Values"),
    }


@gives((), data=("changed", "warnings", "noun", "key", "values"))
@examples("funnel field remove deal region", "funnel field remove deal region --yes")
def remove(noun: Of, field: Field) -> Changed:
    """Remove a field with its values."""
    call = current()
    with call.open() as conn:
        of = _noun(noun)
        field_id = fields.find(conn, of, field)
        (found,) = declared_fields(conn, field_id=field_id)
        if found.used:
            text = ngettext(
                "Remove the field {name}, and the value of {n} record with it?",
                "Remove the field {name}, and the values of {n} records with it?",
                found.used,
            )
            hint = _("`funnel field edit {noun} {key} --hidden` keeps them.")
            question = f"{text.format(name=found.name, n=found.used)} {hint}"
            call.confirm(question.format(noun=of, key=found.key))
        with call.change(conn):
            fields.remove(conn, field_id)
        line = ngettext(
            "Removed the field {name}, with {n} value",
            "Removed the field {name}, with {n} values",
            found.used,
        ).format(name=found.name, n=found.used)
        data = {
            "changed": [line],
            "warnings": [],
            "noun": of,
            "key": found.key,
            "values": found.used,
        }
        return Changed([line], data)


def _noun(text: str) -> str:
    return words.choose(words.FIELD_NOUN, text, "NOUN")


def _spoken(key: str) -> str:
    """The name that a key makes: "tax_id" is "Tax id"."""
    return key.replace("_", " ").capitalize()


def _stage(conn: sqlite3.Connection, text: str | None, process: str | None) -> int | None:
    if text is None or is_nothing(text):
        return None
    process_id = naming.process_id(conn, process)
    return naming.stage_id(conn, process_id, text)


def _check_free(noun: str, key: str, names: tuple[str, str]) -> None:
    """Raises Refused for a key or a name that means something else of these records."""
    means = taken(noun)
    for name in (key, *names):
        if plain(name) in means:
            raise Refused(
                _("{name} is a field of the program, or an option.").format(name=name),
                _("Choose another name."),
            )
