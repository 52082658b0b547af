"""Catalogues of one's own: list, show, add, change, hide, merge, remove; and whole files of
entries."""

from __future__ import annotations

import sqlite3

from funnelcli.actions import catalogues
from funnelcli.cli.commands import examples, filter_words, filtered, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.entries import added, nothing_to_change, read, taken_off
from funnelcli.cli.invocation import current
from funnelcli.cli.listing import listing
from funnelcli.cli.params import Limit, Sort, TomlFile, Words
from funnelcli.cli.removing import REMOVED, removal
from funnelcli.cli.results import changed, edited_lines, within
from funnelcli.cli.taking import Given, takes
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _, every, language, ngettext, pick
from funnelcli.nouns import words
from funnelcli.nouns.catalogue import ENTRY, KEY, KIND
from funnelcli.nouns.placeholders import placeholder
from funnelcli.pages.catalogue import entry_page
from funnelcli.processes import catalogues as files
from funnelcli.processes.catalogues import Entry
from funnelcli.queries.lists import in_turn, one
from funnelcli.render import Changed, Listing, Page, Text
from funnelcli.typed import Annotated, Any

Kind = Annotated[
    str,
    Argument(
        metavar=KIND, help=N_("source, lost_reason, objection, unit, visit_type or effort_kind.")
    ),
]
Key = Annotated[str, Argument(metavar=KEY, help=N_("Its key or name."))]
Position = Annotated[
    int | None,
    Option("--position", metavar="N", min=1, help=N_("Its place among the others, from 1.")),
]

# The heading of the name that the list shows.
_NAME = N_("Name")


def _kind(text: str) -> str:
    return words.choose(words.CATALOGUE, text, "KIND")


def _as_filter(word: str) -> str:
    """A word that is the name of a catalogue as the filter of that."""
    found = words.called(words.CATALOGUE, word)
    return f"kind:{found}" if found else word


def _as_sort(text: str) -> str:
    """What --sort says, with that of the language spoken for the name that is shown."""
    shown = {name.casefold() for name in every(_NAME)}
    keys = [key.strip() for key in text.split(",")]
    return ",".join(
        f"{'-' * key.startswith('-')}{language()}"
        if key.removeprefix("-").casefold() in shown
        else key
        for key in keys
    )


@gives(ENTRY)
@filtered(ENTRY)
@examples(
    "funnel catalogue list",
    "funnel catalogue list lost_reason",
    "funnel catalogue list kind:source is:unused",
)
def list_(words: Words = None, sort: Sort = None, limit: Limit = None) -> Listing:
    """List the entries of the catalogues."""
    return listing(ENTRY, [*map(_as_filter, filter_words(words))], sort and _as_sort(sort), limit)


@gives(ENTRY)
@examples("funnel catalogue show lost_reason price", "funnel catalogue show objection price --json")
def show(kind: Kind, key: Key) -> Page:
    """Show an entry of a catalogue."""
    with current().read() as conn:
        found = catalogues.find(conn, _kind(kind), key)
        return entry_page(conn, catalogues.id_of(conn, found.kind, found.key))


@takes(ENTRY.options("add"))
@gives(ENTRY)
@examples(
    'funnel catalogue add source "trade journal"',
    'funnel catalogue add lost_reason --key moved_away --en "moved away" --de verzogen',
    'funnel catalogue add visit_type --en "site survey" --de Aufmaß --counts-as presentation',
    "funnel catalogue add mine.toml",
)
def add(
    kind: Annotated[
        str,
        Argument(
            metavar=KIND,
            help=N_("The catalogue, like source or lost_reason; or a TOML file of entries."),
        ),
    ],
    name: Annotated[
        str | None,
        Argument(
            metavar="NAME", help=N_("What it is called, in a language of which no option says it.")
        ),
    ] = None,
    position: Position = None,
    *,
    given: Given,
) -> Changed:
    """Add an entry, or those of a file."""
    call = current()
    if kind == "-" or kind.lower().endswith(".toml"):
        if given or position is not None or name is not None:
            raise Usage(
                _("A file says all of its entries itself."), _("Leave the other options out.")
            )
        return _add_file(kind)
    of = _kind(kind)
    with call.open() as conn:
        if name is not None or not given.keys() & {"name_en", "name_de"}:
            given = {**given, **_named(call, name, given)}
        entry = _with(call, conn, Entry(of, "", "", ""), given)
        en, de = entry.name_en or entry.name_de, entry.name_de or entry.name_en
        with call.change(conn):
            entry_id = catalogues.add(conn, entry._replace(name_en=en, name_de=de), position)
            found = one(conn, ENTRY, entry_id)
        line = _("{kind}: {name} ({key})").format(
            kind=words.read(words.CATALOGUE, of), name=found.name, key=found.key
        )
        return Changed([line], found, ENTRY.columns, id=entry_id)


def _named(call: Any, name: str | None, given: Given) -> Given:
    """The name that is given without an option, else asked for: that in the language spoken now,
    or in the other one."""
    at = next((one for one in (f"name_{language()}", "name_en") if one not in given), "name_de")
    if at in given:
        raise Usage(
            _("The entry has a name in both languages already: {name} is one too many.").format(
                name=name
            ),
            _("Leave it out, or --en or --de."),
        )
    if name is None:
        name = call.need(None, pick("--en", "--de"), _("What is it called?"))
    elif not name.strip():
        raise Usage(
            _("{name} is empty.").format(name=placeholder("NAME")), _("An entry needs a name.")
        )
    return {at: name}


def _add_file(file: str) -> Changed:
    call = current()
    entries = files.read_file(file)
    with call.open() as conn:
        with call.change(conn):
            put = files.put(conn, entries)
            ids = [catalogues.id_of(conn, entry.kind, entry.key) for entry in entries]
            found = in_turn(conn, ENTRY, ids)
        lines = [
            text.format(
                keys=", ".join(f"{words.read(words.CATALOGUE, of)} {key}" for of, key in keys)
            )
            for text, keys in (
                (_("added: {keys}"), put.added),
                (_("changed: {keys}"), put.changed),
            )
            if keys
        ]
        kept = ngettext("{n} entry unchanged", "{n} entries unchanged", len(put.unchanged))
        if put.unchanged or not lines:
            lines.append(kept.format(n=len(put.unchanged)))
        return Changed(lines, found, ENTRY.columns, ids=ids)


def _with(call: Any, conn: sqlite3.Connection, entry: Entry, given: Given) -> Entry:
    """The entry with what was given; words and answers in the language spoken now."""
    catalogues.check_options(entry.kind, given)
    for name, option in (("name_en", "--en"), ("name_de", "--de")):
        if name in given and not str(given[name]).strip():
            raise Usage(_("{name} is empty.").format(name=option), _("An entry needs a name."))
    fields = read(call, conn, ENTRY, given)
    for name in ("name_en", "name_de"):
        if name in fields and not fields[name]:
            raise Usage(_("An entry needs a name."), _("Give it with --en or --de."))
    for name in ("note_required", "hidden"):
        if name in fields:
            fields[name] = bool(fields[name])
    for name in ("key", "rate"):
        if name in fields and fields[name] is None:
            fields[name] = "" if name == "key" else "none"
    spoken = f"words_{language()}"
    off = {*taken_off(given, "words")}
    for name in ("words_en", "words_de"):
        fields[name] = tuple(word for word in getattr(entry, name) if word not in off)
    fields[spoken] = tuple(dict.fromkeys((*fields[spoken], *added(given, "words"))))
    out = {*taken_off(given, "answers")}
    answers = [pair for pair in entry.answers if out.isdisjoint(pair)]
    answers += [(text, text) for text in added(given, "answers")]
    fields["answers"] = tuple(dict.fromkeys(answers))
    return entry._replace(**fields)


@takes(ENTRY.options("edit"))
@gives(ENTRY)
@examples(
    "funnel catalogue edit lost_reason moved_away --rate broad",
    "funnel catalogue edit source fair --hidden",
    'funnel catalogue edit objection price --answer "pays for itself in 26 months"',
)
def edit(kind: Kind, key: Key, position: Position = None, *, given: Given) -> Changed:
    """Change an entry, or hide it."""
    call = current()
    if not given and position is None:
        raise nothing_to_change(call)
    with call.open() as conn:
        before = catalogues.find(conn, _kind(kind), key)
        entry = _with(call, conn, before, given)
        with call.change(conn):
            names = catalogues.edit(conn, entry, position)
        entry_id = catalogues.id_of(conn, entry.kind, entry.key)
        found = one(conn, ENTRY, entry_id)
        titles = {name: within(_(ENTRY.fields[name].title)) for name in names}
        lines = edited_lines(found.name, titles, names, found.hidden)
        return changed(conn, ENTRY, entry_id, lines)


@gives(ENTRY)
@examples("funnel catalogue merge lost_reason moved_away no_decision")
def merge(
    kind: Kind,
    old: Annotated[str, Argument(metavar=KEY.called("OLD"), help=N_("What goes."))],
    new: Annotated[str, Argument(metavar=KEY.called("NEW"), help=N_("What stands in its place."))],
) -> Changed:
    """Let another entry stand for one wherever that stood."""
    call = current()
    of = _kind(kind)
    with call.open() as conn:
        gone, stays = (catalogues.find(conn, of, text) for text in (old, new))
        names = {"old": catalogues.name_of(gone), "new": catalogues.name_of(stays)}
        if call.interactive and gone.key != stays.key:
            call.confirm(_("Let {new} stand for {old}, and take that away?").format(**names))
        with call.change(conn):
            merged = catalogues.merge(conn, gone, stays)
            entry_id = catalogues.id_of(conn, of, stays.key)
            found = one(conn, ENTRY, entry_id)
        text = ngettext(
            "{old} is {new} now, in {n} record", "{old} is {new} now, in {n} records", merged.used
        )
        lines = [text.format(**names, n=merged.used)]
        warnings = []
        if merged.rates:
            warnings.append(
                _(
                    "{old} counted in: {one}; {new} counts in: {other}. Past win rates change."
                ).format(
                    **names,
                    one=words.read(words.RATE, gone.rate),
                    other=words.read(words.RATE, stays.rate),
                )
            )
        return Changed(lines, found, ENTRY.columns, id=entry_id, warnings=warnings)


@gives((), data=REMOVED)
@examples("funnel catalogue remove lost_reason moved_away")
def remove(
    kind: Kind,
    keys: Annotated[
        list[str], Argument(metavar=KEY.called("KEY..."), help=N_("Their keys or names."))
    ],
) -> Changed:
    """Remove entries that nothing has."""
    call = current()
    of = _kind(kind)
    with call.open() as conn:
        found = [catalogues.find(conn, of, key) for key in keys]
        return removal(
            call,
            conn,
            lambda: catalogues.remove(conn, of, [each.key for each in found]),
            [_("Removed {name}").format(name=catalogues.name_of(each)) for each in found],
            question=ENTRY.remove_question(len(found)),
            own={"catalogue": len(found)},
        )


@examples("funnel catalogue export > mine.toml", "funnel catalogue export lost_reason source")
def export(
    kinds: Annotated[
        list[str] | None,
        Argument(metavar=KIND.called("[KIND]..."), help=N_("The catalogues; else all.")),
    ] = None,
) -> Text:
    """Print catalogues as TOML."""
    with current().read() as conn:
        return Text(files.to_toml(files.stored(conn, map(_kind, kinds) if kinds else files.KINDS)))


@examples("funnel catalogue check mine.toml")
def check(file: TomlFile) -> Text:
    """Check a file of entries."""
    n = len(files.read_file(file))
    text = ngettext("{file} is sound: {n} entry.", "{file} is sound: {n} entries.", n)
    return Text(text.format(file=file, n=n) + "\n")
