"""Which columns a list shows: ``--columns title,value``, ``--columns=+notes,-contact``.

A column is named by its key in JSON, by its heading in either language or another name that it
has in files, or by a part of these that no other has.
"""

from __future__ import annotations

from funnelcli.render.columns import (
    OWN,
    data_columns,
    members,
    piped_columns,
    table_columns,
    with_clocks,
    with_currencies,
)
from funnelcli.render.model import Column, Listing, Page, Picture
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from funnelcli.errors import Usage
    from funnelcli.render.model import Block, Result
    from funnelcli.render.output import Output

_SIGNS = ("+", "-")
_RECORDS = ("json", "jsonl", "csv", "tsv", "xlsx")
"""The formats that hold whole records; the others show tables."""
_OBJECTS = ("json", "jsonl")


def columns_chosen(result: Result, output: Output, named: str | None, usual: str = "") -> Result:
    """``result`` with the columns that ``named`` lists, the text of ``--columns``; else, where a
    table is shown, with those of the setting ``usual``.

    Formats that hold records take the names as their fields, in ``output``. Raises Usage for a
    column that is not there, for what has no columns, and where fields are chosen as well.
    """
    form = output.named
    if named is None and (not usual or form in _RECORDS or output.fields or output.format == "ids"):
        return result
    listing = result.main if isinstance(result, Page) else result
    if not isinstance(listing, Listing) or form in listing.texts:
        if named is None:
            return result
        raise _no_columns()
    if output.fields:
        raise _twice()
    piped = form is None and not output.on_screen
    table = piped_columns(listing.columns) if piped else table_columns(listing.columns)
    shown = [column.key for column in table]
    if usual:
        shown = chosen_keys(_everything(listing.columns), usual, shown, strict=False) or shown
    if form in _OBJECTS:
        own = {column.key: column for column in listing.columns}
        known = [
            Column(
                member.name,
                own[member.key].title if member.key in own else "",
                heard="" if member.name not in own else own[member.name].heard,
            )
            for member in members(listing.columns)
        ]
        known += [column for column in data_columns(listing.columns) if column.key.startswith(OWN)]
    elif form in _RECORDS:
        known = data_columns(listing.columns)
    else:
        known = _everything(listing.columns)
        if piped:
            known = [column for column in known if column.kind != "bar"]
    there = {column.key for column in known}
    shown = [key for key in shown if key in there]
    keys = shown if named is None else chosen_keys(known, named, shown)
    if isinstance(result, Page) and form in _OBJECTS:
        return _within(result, listing, keys)
    if form in _RECORDS or piped:
        output.fields = keys
        return result if isinstance(result, Listing) or form in _RECORDS else listing
    by_key = {column.key: column for column in known}
    narrowed = listing._replace(
        columns=[by_key[key]._replace(table=True, typed=False, drop=0) for key in keys]
    )
    return _shown(result, listing, narrowed) if isinstance(result, Page) else narrowed


def chosen_keys(
    columns: Sequence[Column], text: str, shown: Sequence[str], *, strict: bool = True
) -> list[str]:
    """The keys that ``text`` names, in its order; where every name has a sign, those ``shown``
    with the ones behind "+" and without the ones behind "-".

    Raises Usage for a name that no column has or several, unless it is not ``strict``, and where no
    column is left.
    """
    words = [word.strip() for word in text.split(",")]
    words = [word for word in words if word.strip("+- ")]
    keys = list(shown) if words and all(word[0] in _SIGNS for word in words) else []
    for word in words:
        key = _key(columns, word.lstrip("+-").strip(), strict=strict)
        if key is None:
            if strict:
                raise _unknown(columns, word.lstrip("+-").strip())
            continue
        if word[0] == "-":
            keys = [other for other in keys if other != key]
        elif key not in keys:
            keys.append(key)
    if strict and not keys:
        raise _none_left(columns)
    return keys


def spelled(columns: Sequence[Column], text: str) -> str:
    """``text`` as a setting keeps it: the columns by their keys. Raises Usage as
    :func:`chosen_keys` does."""
    known = _everything(columns)
    chosen_keys(known, text, [column.key for column in table_columns(columns)])
    words = [word.strip() for word in text.split(",")]
    return ",".join(
        (word[0] if word[0] in _SIGNS else "") + str(_key(known, word.lstrip("+-").strip()))
        for word in words
        if word.strip("+- ")
    )


def _everything(columns: Sequence[Column]) -> list[Column]:
    return with_clocks(with_currencies(columns))


def _key(columns: Sequence[Column], word: str, *, strict: bool = True) -> str | None:
    """The key of the column that ``word`` names; of several with one heading that which lists
    show. Raises Usage where it may be several, unless it is not ``strict``."""
    if any(column.key == word for column in columns):
        return word
    from funnelcli.i18n import every
    from funnelcli.values.choosing import fitting, several

    wanted = _plain(word)
    shown = sorted(columns, key=lambda column: not column.table)
    for column in shown:
        if wanted in {_plain(column.key), *map(_plain, every(column.title))} - {""}:
            return column.key
    for column in shown:
        if wanted and wanted in map(_plain, column.heard.split(",")):
            return column.key
    entries = [(column.key, *every(column.title)) for column in shown]
    found = fitting(entries, word)
    meant = {entry[1:] or entry: entry for entry in reversed(entries) if entry[0] in found}
    if len(meant) > 1 and strict:
        raise several(word, [(*entry, entry[0], entry[0])[:3] for entry in meant.values()])
    return next((entry[0] for entry in meant.values()), None) if len(meant) < 2 else None


def _plain(name: str) -> str:
    from funnelcli.text import fold

    return "".join(char for char in fold(name) if char.isalnum())


def _within(page: Page, listing: Listing, keys: list[str]) -> Result:
    """The page whose data has the rows of ``listing`` with these members alone; without any such
    data the rows themselves."""
    own = [column.key for column in listing.columns]
    columns = [column for column in listing.columns if column.key in keys]
    columns.sort(key=lambda column: keys.index(column.key))
    data: dict[str, Any] = dict(page.data) if isinstance(page.data, dict) else {}
    for name, item in data.items():
        if isinstance(item, Listing) and [column.key for column in item.columns] == own:
            data[name] = item._replace(columns=columns)
            return page._replace(data=data, main=listing._replace(columns=columns))
    return listing._replace(columns=columns)


def _shown(page: Page, listing: Listing, narrowed: Listing) -> Page:
    """The page with ``narrowed`` where it shows ``listing``, drawn or not; where it shows the rows
    in several tables, in their place."""
    blocks: list[Block] = []
    found = False
    for block in page.blocks:
        here = block is listing or (isinstance(block, Picture) and block.piped is listing)
        found = found or here
        blocks.append(narrowed if here else block)
    return page._replace(blocks=blocks if found else [narrowed], main=narrowed)


# What is wrong ----------------------------------------------------------------------------------


def _unknown(columns: Sequence[Column], word: str) -> Usage:
    from difflib import get_close_matches

    from funnelcli.errors import Usage
    from funnelcli.i18n import _, every

    called = _called(columns)
    meant = {_plain(name): column.key for column in columns for name in every(column.title)}
    meant.update({_plain(column.key): column.key for column in columns})
    close = dict.fromkeys(meant[name] for name in get_close_matches(_plain(word), meant, 2, 0.7))
    hint = _("The columns are: {names}.").format(names=", ".join(called.values()))
    if close:
        names = _(" or ").join(called[key] for key in close)
        hint = _("Did you mean {names}?").format(names=names) + " " + hint
    return Usage(_("There is no column {name}.").format(name=word), hint)


def _none_left(columns: Sequence[Column]) -> Usage:
    from funnelcli.errors import Usage
    from funnelcli.i18n import _

    return Usage(
        _("No column is left."),
        _("The columns are: {names}.").format(names=", ".join(_called(columns).values())),
    )


def _called(columns: Sequence[Column]) -> dict[str, str]:
    """What is told of the columns, by key: the key, to somebody who speaks German the heading; of
    several with one heading, with the key behind it for all but that which the heading names."""
    from funnelcli.i18n import _, pick

    headings: dict[str, str] = {}
    for column in sorted(columns, key=lambda column: not column.table):
        if column.title:
            headings.setdefault(_(column.title), column.key)
    german = {
        column.key: _(column.title)
        + ("" if headings[_(column.title)] == column.key else f" ({column.key})")
        for column in columns
        if column.title
    }
    return {column.key: pick(column.key, german.get(column.key, "")) for column in columns}


def _no_columns() -> Usage:
    from funnelcli.errors import Usage
    from funnelcli.i18n import _

    return Usage(
        _("There are no rows here of which columns could be chosen."),
        _("--json=FIELDS chooses parts of a page."),
    )


def _twice() -> Usage:
    from funnelcli.errors import Usage
    from funnelcli.i18n import _

    return Usage(
        _("--columns and the fields of a format both choose columns."),
        _("Give the names once: --csv --columns title,value."),
    )
