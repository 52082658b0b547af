"""What settings say of lists.

``config set columns.deal-list title,value`` chooses the columns of one, ``columns.deal-list@wide``
a set of them for ``--columns @wide``, and ``sort.deal-list`` its order.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from funnelcli import config
from funnelcli.cli.commands import function_of, given
from funnelcli.cli.invocation import current
from funnelcli.cli.tree import Verb, every_command
from funnelcli.db.server import may_be_there
from funnelcli.errors import Usage
from funnelcli.filters import sorted_by
from funnelcli.i18n import _
from funnelcli.nouns.extending import extended
from funnelcli.nouns.noun import Noun
from funnelcli.render.choosing import spelled
from funnelcli.typed import Any

SET = "@"
"""Before the name of a set of columns."""


def lists() -> Iterator[tuple[str, Verb]]:
    """The lists, by the names that settings have for them. A report has other columns with every
    option, so they are chosen with it."""
    for words, verb in every_command().items():
        if "l" in verb.shares and not words.startswith("report "):
            yield words.replace(" ", "-"), verb


def checked(setting: str, text: str) -> str:
    """What the setting of a list is to say: ``text`` with its columns by their keys.

    Raises Usage for a list or a column that is not there, and for a set of columns without a name.
    """
    name, at, of = setting.removeprefix(config.COLUMNS).partition(SET)
    if at and not of.replace("-", "").replace("_", "").isalnum():
        raise Usage(
            _("“{name}” cannot be the name of a set of columns.").format(name=of),
            _("Write it like columns.deal-list@wide, with letters and digits."),
        )
    printed = given(_function(name))[""]
    noun = _extended(printed.rows) if isinstance(printed.rows, Noun) else None
    return spelled(printed.columns() if noun is None else noun.columns, text)


def checked_sort(setting: str, text: str) -> str:
    """By what the setting of a list sorts it: ``text`` with the keys by their names. Raises Usage
    for a list that is not there or is not sorted, and for a key that it does not have."""
    name = setting.removeprefix(config.SORT)
    function = _function(name)
    noun = getattr(function, "filtered", None)
    if noun is None or "sort" not in function.__annotations__:
        raise Usage(
            _("{name} has an order of its own.").format(name=name),
            _("`funnel {command} --help` shows what it takes.").format(
                command=name.replace("-", " ", 1)
            ),
        )
    noun = _extended(noun)
    keys = sorted_by(text, noun.sort_keys(), noun.called)
    return ",".join(f"{'-' if turned else ''}{key}" for key, turned in keys.items())


def _extended(noun: Noun[Any]) -> Noun[Any]:
    """A noun with the fields of one's own that the database declares for it."""
    call = current()
    if not may_be_there(call.path):
        return noun
    with call.open() as conn:
        return extended(conn, noun)


def _function(name: str) -> Any:
    """The command of a list. Raises Usage where there is none of that name."""
    known = dict(lists())
    if name not in known:
        from difflib import get_close_matches

        near = get_close_matches(name, known, 3)
        raise Usage(
            _("There is no list {name}.").format(name=name),
            _("Did you mean {name}?").format(name=" / ".join(near))
            if near
            else _("The lists are: {names}.").format(names=", ".join(known)),
        )
    return function_of(known[name])


def sets(name: str) -> dict[str, str]:
    """The sets of columns of a list: what each says, by its name."""
    start = f"{config.COLUMNS}{name}{SET}"
    found = [each for each in config.in_tables(config.COLUMNS) if each.startswith(start)]
    return {each.removeprefix(start): str(config.get(each)) for each in found}


def with_sets(name: str, text: str) -> str:
    """The text of ``--columns`` of a list with the columns of the sets that it names. Raises Usage
    for a set that is not there."""
    return ",".join(
        _set(name, word.strip()[1:]) if word.strip().startswith(SET) else word
        for word in text.split(",")
    )


@contextmanager
def of_sets(name: str, text: str) -> Iterator[None]:
    """Say of an error how the sets that the text of ``--columns`` names are changed: a column of
    theirs may be a field that was removed or hidden."""
    try:
        yield
    except Usage as error:
        named = [word.strip() for word in text.split(",") if word.strip().startswith(SET)]
        ways = [
            _("`funnel config set {name} …` saves other columns.").format(
                name=f"{config.COLUMNS}{name}{one}"
            )
            for one in named
        ]
        error.hint = " ".join((error.hint, *ways))
        raise


def _set(name: str, of: str) -> str:
    known = sets(name)
    if of in known:
        return known[of]
    from difflib import get_close_matches

    near = get_close_matches(of, known, 1) or list(known)
    raise Usage(
        _("There is no set of columns @{name}.").format(name=of),
        _("Did you mean {name}?").format(name=" / ".join(f"@{one}" for one in near))
        if near
        else _("Save one with: funnel config set columns.{list}@{name} …").format(
            list=name, name=of or "wide"
        ),
    )
