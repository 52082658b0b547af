"""Filters that have a name, for ``@name`` in filter words."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from funnelcli.actions import saved_filters
from funnelcli.cli.commands import examples, filter_words, filtered, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.entries import nothing_to_change
from funnelcli.cli.invocation import current
from funnelcli.cli.listing import lister
from funnelcli.cli.removing import REMOVED, removal
from funnelcli.cli.results import changed, edited
from funnelcli.errors import Usage
from funnelcli.filters.expression import written
from funnelcli.filters.language import keyed
from funnelcli.i18n import N_, _
from funnelcli.nouns import declared
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.extending import extended
from funnelcli.nouns.saved import find
from funnelcli.nouns.saved_filter import KIND, SAVED_FILTER
from funnelcli.nouns.words import FILTERED, choose
from funnelcli.pages.saved_filter import PRINTED, saved_filter_page
from funnelcli.queries.lists import one
from funnelcli.queries.saved_filters import fitting, users
from funnelcli.render import Changed, Page
from funnelcli.typed import Annotated
from funnelcli.values.nothing import is_nothing

# So many nouns are offered where a text is a filter for others.
_FEW = 3
Ref = Annotated[str, Argument(metavar="@NAME", help=N_("Its name."))]
For = Annotated[
    list[str] | None,
    Option("--for", metavar=KIND, help=N_("For which records; may be repeated. Without: deals.")),
]
Script = Annotated[
    str | None,
    Option(
        "--script",
        metavar="FILE",
        help=N_("What is said when its contacts are called: text with {{ name }}; or none."),
    ),
]


def _script(file: str | None, nouns: Sequence[str]) -> str | None:
    """The script in the file that --script names, "" for none. Raises Usage for one that cannot be
    filled in, and for a filter that nobody is called from."""
    if file is None or is_nothing(file):
        return None if file is None else ""
    if "contact" not in nouns:
        raise Usage(
            _("Only a filter for contacts has a script: nobody else is called."),
            _("Save it with --for contact."),
        )
    from funnelcli.letters import script
    from funnelcli.processes.reading import read_text

    text = read_text(file).removeprefix("\ufeff")
    script.check(text)
    return text


def _nouns(given: Sequence[str] | None) -> list[str]:
    """The nouns that --for names, each once."""
    return [*dict.fromkeys(choose(FILTERED, text, "--for") for text in given or ())]


def _text(conn: sqlite3.Connection, words: Sequence[str], nouns: Sequence[str]) -> str:
    """The text that the words of the line are. Raises Usage where they ask nothing."""
    fields = extended(conn, declared(nouns[0])).filters(conn)
    text = written(words, lambda word: keyed(word, fields))
    if not text:
        raise Usage(
            _("The filter is empty."),
            _("Write it like: funnel filter save hot 'stage:offer.. value:>10k'"),
        )
    return text


@gives(SAVED_FILTER)
@filtered(DEAL)
@examples(
    "funnel filter save hot 'stage:offer.. value:>10k'",
    "funnel filter save cold '-@hot is:rotten'",
    "funnel filter save near town:köln tag:vip --for contact",
    "funnel filter save fair tag:fair-2026 --for contact --script fair.md",
)
def save(
    name: Ref,
    words: Annotated[
        list[str],
        Argument(metavar="FILTER...", help=N_("The filter, as a list takes it.")),
    ],
    for_: For = None,
    script: Script = None,
) -> Changed:
    """Save a filter under a name."""
    call = current()
    nouns = _nouns(for_) or ["deal"]
    with call.open() as conn:
        said = _script(script, nouns)
        with call.change(conn):
            text = _text(conn, filter_words(words), nouns)
            try:
                saved_id = saved_filters.save(conn, name, text, nouns, said or None)
            except Usage as error:
                if not for_:
                    error.hint = " ".join(filter(None, (_meant(conn, text), error.hint)))
                raise
        saved = one(conn, SAVED_FILTER, saved_id)
        line = _("@{name}, for {kinds}: {text}").format(
            name=saved.name, kinds=KIND.names(saved.nouns), text=saved.text
        )
        return changed(conn, SAVED_FILTER, saved_id, [line])


def _meant(conn: sqlite3.Connection, text: str) -> str:
    """The hint for whose records a text is a filter that is none for deals."""
    nouns = saved_filters.meant(conn, text)
    if not 0 < len(nouns) <= _FEW:
        return ""
    options = " / ".join(f"--for {noun}" for noun in nouns)
    return _("For other records it would be a filter: {options}.").format(options=options)


list_ = lister(SAVED_FILTER, "funnel filter list", "funnel filter list for:contact")


@gives(PRINTED)
@examples("funnel filter show hot", "funnel filter show @hot --json")
def show(name: Ref) -> Page:
    """Show a saved filter."""
    with current().open() as conn:
        saved_id, key, _said, nouns = find(conn, name)
        problem, fits = "", {}
        try:
            fits = fitting(conn, key, nouns)
        except Usage as error:
            problem = f"{error.message} {error.hint}".strip()
        used_by = [user for _id, user, *_rest in users(conn, key)]
        return saved_filter_page(one(conn, SAVED_FILTER, saved_id), fits, used_by, problem)


@gives(SAVED_FILTER)
@filtered(DEAL)
@examples(
    "funnel filter edit hot 'stage:offer.. value:>20k'",
    "funnel filter edit hot --name big",
    "funnel filter edit near --for contact --for visit",
    "funnel filter edit near --script call.md",
)
def edit(
    name: Ref,
    words: Annotated[
        list[str] | None,
        Argument(metavar="[FILTER]...", help=N_("What it asks from now on.")),
    ] = None,
    new_name: Annotated[
        str | None, Option("--name", metavar="NAME", help=N_("What it is called."))
    ] = None,
    for_: For = None,
    script: Script = None,
) -> Changed:
    """Change a saved filter."""
    call = current()
    nouns = _nouns(for_)
    if not (words or nouns or new_name is not None or script is not None):
        raise nothing_to_change(call)
    with call.open() as conn:
        with call.change(conn):
            _id, key, _said, were = find(conn, name)
            text = _text(conn, filter_words(words), nouns or were) if words else None
            saved_id, names = saved_filters.edit(
                conn,
                key,
                new_name=new_name,
                text=text,
                nouns=nouns,
                script=_script(script, nouns or were),
            )
        saved = one(conn, SAVED_FILTER, saved_id)
        return changed(
            conn, SAVED_FILTER, saved_id, [edited(SAVED_FILTER, f"@{saved.name}", names)]
        )


@gives((), data=REMOVED)
@examples("funnel filter remove hot")
def remove(
    names: Annotated[list[str], Argument(metavar="@NAME...", help=N_("Their names."))],
) -> Changed:
    """Remove saved filters."""
    call = current()
    with call.open() as conn:
        found = {saved_id: key for saved_id, key, *_rest in (find(conn, name) for name in names)}
        said = [SAVED_FILTER.removed(one(conn, SAVED_FILTER, saved_id)) for saved_id in found]
        return removal(
            call,
            conn,
            lambda: saved_filters.remove(conn, [*found.values()]),
            said,
            question=SAVED_FILTER.remove_question(len(found)),
            own={"saved_filter": len(found)},
            ids=[*found],
        )
