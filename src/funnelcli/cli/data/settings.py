"""Settings: what there is, what it is, where it comes from."""

from __future__ import annotations

import os
import shlex

from funnelcli import config
from funnelcli.cli.commands import examples, filter_words, gives, minus
from funnelcli.cli.declaring import Argument
from funnelcli.cli.invocation import current
from funnelcli.cli.results import unchanged
from funnelcli.config import reading
from funnelcli.config.names import known
from funnelcli.config.saving import save
from funnelcli.db import server
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _
from funnelcli.plain import NamedTuple
from funnelcli.render import Changed, Column, Listing, Text, message
from funnelcli.typed import Annotated

# Where a value comes from that is no file, option or variable.
ORIGINS = {"default": N_("default")}
SETTINGS = (
    Column("name", "Setting"),
    Column("value", "Value", flex=True),
    Column("origin", "Origin", drop=1, names=lambda key: _(ORIGINS.get(key, key))),
    Column("variable", "Variable", drop=3),
    Column("help", "What it is", flex=True, drop=2),
)


class Saved(NamedTuple):
    """What ``--json`` prints of a setting that was changed."""

    name: str
    value: str
    origin: str


Name = Annotated[str, Argument(metavar="SETTING", help=N_("The name of the setting."))]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


@gives(SETTINGS)
@examples("funnel config list", "funnel config list --json")
def list_() -> Listing:
    """List settings."""
    call = current()
    rows = []
    notes = [_("In {path}").format(path=config.config_dir())]
    for name in [*(setting.name for setting in config.SETTINGS), *config.in_tables()]:
        try:
            setting, value, origin = config.lookup(name)
        except Usage as error:
            # What keeps other commands from going on is what one looks for here.
            message(call.output, _("Warning: {text}").format(text=error.message))
            setting = config.setting(name)
            value, origin = config.stated(name)
        if setting.name == "db" and call.db:
            value, origin = call.db, "--db"
        rows.append(
            {
                "name": setting.name,
                "value": _text(value),
                "origin": origin,
                "variable": setting.variable,
                "help": _(setting.help),
            }
        )
    return Listing(SETTINGS, rows, notes=notes)


@examples("funnel config get currency", "funnel config get db")
def get(name: Name) -> Text:
    """Print a setting's value."""
    call = current()
    setting = known(name)
    value = call.db if setting == "db" and call.db else config.get(setting)
    return Text(_text(value) + "\n")


@gives((), data=Saved._fields)
@minus
@examples(
    "funnel config set currency CHF",
    "funnel config set language de",
    "funnel config set columns.deal-list title,value,stage",
    "funnel config set columns.contact-list +town,-phone",
    "funnel config set sort.deal-list -value",
    "funnel config set alias.hot 'deal list stage:offer.. --sort value'",
)
def set_(
    name: Name,
    value: Annotated[str, Argument(metavar="VALUE", help=N_("The setting's new value."))],
) -> Changed:
    """Change a setting."""
    name = known(name, whole=True)
    value = _checked(name, *filter_words([value]))
    if name == "process":
        value = _process(value)
    if name == "pager":
        _check_pager(value)
    if name == "db" and server.is_written_so(value):
        server.check(value)
    if name == "report_db" and (replica := reading.replica(value)) is not None:
        server.check(replica)
    before = config.saved(name)
    path, aside = save(name, value)
    now = _text(config.get(name))
    written = config.saved(name)
    if written is None:
        line = _without(name, now)
    else:
        line = _("{name} = {value}, in {path}").format(name=name, value=written, path=path)
    return Changed(
        _with_way_back(line, name, before),
        Saved(name, now, config.lookup(name).origin)._asdict(),
        warnings=_outranked(name) + _aside(aside) + _replica(name),
    )


@gives((), data=Saved._fields)
@examples("funnel config unset currency")
def unset(name: Name) -> Changed:
    """Go back to the default."""
    name = known(name, whole=True)
    before = config.saved(name)
    _path, aside = save(name, None)
    now = _text(config.get(name))
    return Changed(
        _with_way_back(_without(name, now), name, before),
        Saved(name, now, config.lookup(name).origin)._asdict(),
        warnings=_outranked(name) + _aside(aside),
    )


def _without(name: str, now: str) -> str:
    """What is said of a setting that the file says nothing of any more."""
    said = _("{name} = {value} again") if now else _("{name} has no value again")
    return said.format(name=name, value=now)


def _checked(name: str, text: str) -> str:
    """What a setting of a list, or of a command of one's own, is to say. Raises Usage."""
    if name.startswith(config.COLUMNS):
        from funnelcli.cli.list_columns import checked

        return checked(name, text)
    if name.startswith(config.SORT):
        from funnelcli.cli.list_columns import checked_sort

        return checked_sort(name, text)
    if name.startswith(config.ALIAS):
        from funnelcli.cli import aliases

        return aliases.checked(name.removeprefix(config.ALIAS), text, current().root.knows)
    return text


def _check_pager(text: str) -> None:
    """Raises Usage for a pager that is no program here. What a file says is not checked: without
    the pager that it names a screen is shown all the same."""
    from shutil import which

    from funnelcli.render.pager import NONE, USUAL

    said = reading.pager(text)
    try:
        program = shlex.split(said, posix=os.name != "nt")[:1]
    except ValueError:
        program = []
    if said not in (NONE, USUAL) and not (program and which(program[0])):
        raise Usage(
            _("There is no program {name}.").format(name=(program or [said])[0]),
            _("Write on, off, or a program like less."),
        )


def _process(text: str) -> str:
    """The key of the process that a text names in the database. Raises NotFound."""
    from funnelcli.nouns import naming

    call = current()
    with call.open() as conn:
        return naming.process_key(conn, text)


def _with_way_back(line: str, name: str, before: str | None) -> list[str]:
    """What is said of a change, and how to get back what the file said before it: settings stand
    in no database, and an undo of the last command must not depend on which one is open."""
    if config.saved(name) == before:
        return [unchanged(line)]
    command = ["config", "unset", name] if before is None else ["config", "set", name, before]
    back = _("funnel undo does not know settings; the way back: {command}")
    return [line, back.format(command=shlex.join(["funnel", *command]))]


def _aside(path: str | None) -> list[str]:
    """The warning about a file in whose place a new one was begun."""
    if path is None:
        return []
    return [_("What could not be read is kept: {path}").format(path=path)]


def _replica(name: str) -> list[str]:
    """The warning about a replica that reports cannot be read on, where it has just been set."""
    if name != "report_db":
        return []
    from funnelcli.cli.replica import examine

    found = examine(current())
    return [] if found is None or found.fault is None else [found.fault]


def _outranked(name: str) -> list[str]:
    """A warning where the environment says something else, and wins."""
    origin = config.lookup(name).origin
    if origin.startswith("FUNNEL_"):
        return [_("{variable} is set and wins over the file.").format(variable=origin)]
    return []
