"""Bringing in files whatever they hold: looked at, shown, and imported together."""

from __future__ import annotations

import os
import shlex
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from funnelcli import config, queries
from funnelcli.cli.commands import examples, function_of, gives
from funnelcli.cli.data import import_databases
from funnelcli.cli.data.dry_run import DIFFERENCES, Trial
from funnelcli.cli.data.import_files import FIELDS_OF_ONES_OWN, back_up, check_free, check_rest
from funnelcli.cli.data.import_hints import explained, in_full
from funnelcli.cli.data.import_maps import say_saved
from funnelcli.cli.data.import_options import (
    CLOSED_DEFAULT,
    DECIMAL,
    ENCODING,
    KEEP_REST,
    MAP_FILE,
    NEW_PROCESS,
    OPENED_DEFAULT,
    PREFER,
    PROCESS,
    SAVE_MAP,
    Options,
)
from funnelcli.cli.data.import_stages import ask_stages, check_one_process, say_new_process
from funnelcli.cli.declaring import Argument
from funnelcli.cli.invocation import current
from funnelcli.cli.progress import reading
from funnelcli.cli.taking import Given, called, takes
from funnelcli.cli.tree import TREE, Verb, Verbs
from funnelcli.errors import PARTLY_DONE, FunnelError, NotFound, Usage
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns import naming
from funnelcli.render import Changed, message
from funnelcli.typed import TYPE_CHECKING, Annotated, Any

if TYPE_CHECKING:
    from typing import BinaryIO

    from funnelcli.actions.importing.looking import Found
    from funnelcli.actions.importing.new_process import Made, Stages
    from funnelcli.cli.invocation import Invocation


# The kinds (see funnelcli.actions.importing.looking) whose records have notes and tags.
_WITH_NOTES = ("companies", "contacts", "deals")
# Those whose records have amounts.
_WITH_AMOUNTS = ("deals", "products", "offers")


@takes(
    (
        *(ENCODING, DECIMAL, PREFER, PROCESS, NEW_PROCESS, OPENED_DEFAULT, CLOSED_DEFAULT),
        *(MAP_FILE, SAVE_MAP, KEEP_REST),
    )
)
@gives(DIFFERENCES, data=("files", "new_process", "differences", "dry_run"))
@examples(
    "funnel import export.csv",
    "funnel import companies.csv contacts.csv deals.csv --dry-run",
    "funnel import deals.csv history.csv --new-process 'Solar roofs'",
    "funnel import export.zip --keep-rest notes --prefer newer -y",
)
def files(
    paths: Annotated[
        list[str],
        Argument(
            metavar="FILE...",
            help=N_(
                "Tables, workbooks, cards, calendars, archives, databases; - reads standard input."
            ),
        ),
    ],
    *,
    given: Given,
) -> tuple[Changed, int]:
    """Say what files hold, show their first rows, and import them in one go, or nothing."""
    from funnelcli.actions.importing import looking, preference, presets
    from funnelcli.actions.processes import put

    call = current()
    options = Options(**given)
    check_one_process(options)
    check_rest(options.keep_rest)
    preference.check(options.prefer)
    check_free(options.save_map)
    if paths[0].isalpha() and not os.path.lexists(paths[0]):
        raise NotFound(
            _("There is no file {name}.").format(name=paths[0]),
            _("`funnel import --help` lists what can be imported."),
        )
    paths = _without_rejects(call, paths)
    with tempfile.TemporaryDirectory() as folder, call.open() as conn, ExitStack() as copies:
        holding = [
            (_ready(call, copies, path, name), name) for path, name in _unpacked(paths, folder)
        ]
        made = None
        if options.new_process is None:
            found = _look(call, conn, holding, options)
        else:
            made = _new_process(call, conn, holding, options)
            say_new_process(call, made)
            with call.trial(conn):
                process_id = put(conn, made.process).process_id
                found = _look(call, conn, holding, options, process_id, made)
        stages: dict[str, list[str]] = {}
        for one in found:
            _show(call, one, options)
            if one.ways is not None and made is None:
                # Asked before the transaction begins, so that nobody waits for the answer.
                stages[one.path] = ask_stages(call, one.ways, one.words)
        text = ngettext("Import {n} file?", "Import {n} files?", len(found))
        call.confirm(text.format(n=len(found)))
        filled = (one for one in ("deal", "contact", "product") if queries.has_rows(conn, one))
        back_up(call, conn, next(filled, "deal"))
        results: list[tuple[Found, Changed, int]] = []
        maps = os.path.join(folder, "maps.toml")
        with call.together(conn) as command_id:
            if made is not None:
                put(conn, made.process)
            for one in found:
                if one.kind == looking.DATABASE:
                    prefer = str(given.get("prefer", preference.NEWER))
                    results.append((one, import_databases.bring(conn, one.path, prefer), 0))
                    continue
                if one.kind == looking.NOTHING:
                    none = {"added": 0, "updated": 0, "unchanged": 0}
                    results.append((one, Changed([_("{n} added").format(n=0)], none, id=0), 0))
                    continue
                map_stage = stages.get(one.path)
                call.part = one.name if len(found) > 1 else ""
                results.append((one, *_import(call, one, map_stage, options, maps, made)))
            if options.save_map is not None and os.path.exists(maps):
                presets.copy(maps, options.save_map)
                say_saved(call, options.save_map)
            trial = Trial(call, command_id)
            trial.look(conn)
    result, code = _result(call, results, made)
    return trial.tell(result), code


def _without_rejects(call: Invocation, paths: list[str]) -> list[str]:
    """The files without the rejected rows of earlier imports, which a pattern like *.csv takes
    along; those alone are meant."""
    from funnelcli.formats.rejects import is_rejects

    left_out = [path for path in paths if is_rejects(path)]
    if not left_out or len(left_out) == len(paths):
        return paths
    if not call.output.quiet:
        text = ngettext(
            "Left out, having the rejected rows of an earlier import: {files}. To import them,"
            " name that file alone.",
            "Left out, having the rejected rows of earlier imports: {files}. To import them, name"
            " those files alone.",
            len(left_out),
        )
        message(call.output, text.format(files=", ".join(left_out)))
    return [path for path in paths if path not in left_out]


def _ready(call: Invocation, copies: ExitStack, path: str, name: str) -> str:
    """Where a file is read: of a database that is a copy of it."""
    from funnelcli.formats import kinds
    from funnelcli.formats.tabular import open_file

    file, _name = open_file(path)
    with file:
        kind = kinds.kind_of(file, name)
    if kind != kinds.DATABASE:
        return path
    return copies.enter_context(import_databases.ready(call, path, name))


def _new_process(
    call: Invocation,
    conn: sqlite3.Connection,
    holding: list[tuple[str, str]],
    options: Options,
) -> Made:
    """The process that the stages of the files make. Raises Usage where they make none."""
    from funnelcli.actions.importing import looking, new_process

    assert options.new_process is not None
    stages = new_process.Stages()
    found = _look(call, conn, holding, options, stages=stages)
    if all(one.kind != looking.DEALS for one in found):
        raise Usage(
            _("None of the files has deals, which a new process is for."),
            _("Import them without --new-process."),
        )
    return stages.process(conn, options.new_process)


def _look(
    call: Invocation,
    conn: sqlite3.Connection,
    holding: list[tuple[str, str]],
    options: Options,
    process_id: int | None = None,
    made: Made | None = None,
    stages: Stages | None = None,
) -> list[Found]:
    """What the files hold, in the order in which they are to be imported: into the process that
    was ``made``, if one was; ``stages`` take those of the files into account."""
    from funnelcli.actions.importing import looking, presets
    from funnelcli.cli.data import own_lists
    from funnelcli.formats import kinds
    from funnelcli.formats.records import NoRecords
    from funnelcli.formats.tabular import open_file, open_table

    if process_id is None:
        process_id = naming.process_id(conn, options.process)
    currency = str(config.get("currency"))
    maps = presets.sections(options.map_file) if options.map_file is not None else []
    encoding = options.encoding
    found: list[Found] = []
    for path, name in holding:
        file, _name = open_file(path)
        with file:
            kind = kinds.kind_of(file, name)
        if kind == kinds.CALENDAR:
            found.append(looking.Found(path, name, looking.CALENDAR))
            continue
        if kind == kinds.DATABASE:
            columns = import_databases.counted(path)
            found.append(looking.Found(path, name, looking.DATABASE, "funnel", columns=columns))
            continue
        try:
            table = open_table(path, encoding=encoding, known=looking.known, cards=True, name=name)
        except NoRecords:
            found.append(looking.Found(path, name, looking.NOTHING))
            continue
        with table:
            if kind == kinds.CARDS:
                number = sum(1 for _row in table.rows())
                one = looking.Found(path, name, looking.CONTACTS, program="vCard", rows=number)
                found.append(one)
            else:
                try:
                    saved = presets.fitting(maps, name, table.header)
                    if saved is None:
                        own_lists.check(table)
                    prefer = options.prefer
                    with reading(call, table):
                        one = looking.look(
                            *(conn, table, path, process_id, currency, prefer, saved),
                            maps_of_stages=made.maps if made is not None else (),
                            stages=stages,
                        )
                except FunnelError as error:
                    if isinstance(error, looking.Unplanned):
                        explained(error, _command(path, name, error.kind, options))
                    if len(holding) > 1 and path == name:
                        leave = _("Or leave {name} out, and the others are imported without it.")
                        if name not in error.message:
                            error.message = f"{name}: {error.message}"
                        error.hint += "\n" + leave.format(name=name)
                    raise
                found.append(one)
    return sorted(found, key=lambda one: looking.ORDER.index(one.kind))


def _unpacked(paths: list[str], folder: str) -> Iterator[tuple[str, str]]:
    """The files themselves, with their names: what archives have, and standard input, are written
    into the folder, so that they can be read again."""
    from funnelcli.formats import kinds, records
    from funnelcli.formats.tabular import open_file

    for number, path in enumerate(paths):
        file, name = open_file(path)
        with file:
            kind = kinds.kind_of(file, name)
            place = os.path.join(folder, str(number))
            if kind == kinds.ARCHIVE:
                yield from _members(file, name, place)
            elif kind == kinds.JSON and (found := records.arrays(file)):
                # What one object has of several kinds, each as a file of its own.
                os.makedirs(place)
                for n, array in enumerate(found):
                    target = os.path.join(place, f"{n}.json")
                    records.write_array(file, array, target)
                    yield target, f"{name}/{array}"
            elif path == "-" or not os.path.isfile(path):
                yield _copied(file, os.path.join(folder, f"{number}-input")), name
            else:
                yield path, path


def _members(file: BinaryIO, name: str, place: str) -> Iterator[tuple[str, str]]:
    """The files of an archive, each written into a folder of its own within ``place``, with their
    names."""
    from funnelcli.formats import kinds
    from funnelcli.formats.archives import members, unpacked

    with zipfile.ZipFile(file) as archive:
        infos = members(archive)
        if not infos:
            raise Usage(
                _("{name} has no table in it.").format(name=name),
                _("Export it again, or copy it once more."),
            )
        for number, info in enumerate(infos):
            folder = os.path.join(place, str(number))
            os.makedirs(folder)
            target = os.path.join(folder, os.path.basename(info.filename))
            with unpacked(archive, info, name) as one:
                if kinds.kind_of(one, info.filename) == kinds.ARCHIVE:
                    # Of its files one would be taken for all.
                    raise Usage(
                        _("{name} is no table.").format(name=info.filename),
                        _("Unpack the archive, and import the file you mean."),
                    )
                _copied(one, target)
            yield target, f"{name}/{info.filename}"


def _copied(file: BinaryIO, target: str) -> str:
    """Write all that a file holds to ``target``; that."""
    import shutil

    file.seek(0)
    with open(target, "wb") as out:
        shutil.copyfileobj(file, out)
    return target


def _show(call: Invocation, one: Found, options: Options) -> None:
    """Say what a file holds, and show its first rows as they would be stored."""
    from funnelcli.actions.importing import looking, preference

    if call.output.quiet:
        return
    whats = {
        looking.COMPANIES: _("organisations"),
        looking.CONTACTS: _("contacts"),
        looking.DEALS: _("deals"),
        looking.PRODUCTS: _("a price list"),
        looking.STAGES: _("the history of deals"),
        looking.ACTIVITIES: _("activities"),
        looking.STEPS: _("next steps"),
        looking.OFFERS: _("offers"),
        looking.CALENDAR: _("a calendar"),
        looking.DATABASE: _("a database"),
        looking.NOTHING: _("no records"),
    }
    facts = [whats[one.kind], one.program, one.written]
    if one.rows:
        facts.append(ngettext("{n} row", "{n} rows", one.rows).format(n=one.rows))
    lines = [f"{one.name}: {', '.join(filter(None, facts))}"]
    if one.saved is not None:
        lines.append("  " + _("columns by {path}").format(path=options.map_file))
    if one.columns:
        lines.append("  " + ", ".join(one.columns))
    if one.key:
        lines.append("  " + _("found again by {column}").format(column=one.key))
    if one.unused:
        text = _("not taken: {columns}")
        if _keeps_rest(one.kind, options.keep_rest):
            text = {
                "notes": _("kept in the notes: {columns}"),
                "tags": _("kept as tags: {columns}"),
                "fields": _("kept as fields of your own: {columns}"),
            }[str(options.keep_rest)]
        lines.append("  " + text.format(columns=", ".join(one.unused)))
    others = (looking.PRODUCTS, looking.OFFERS, looking.ACTIVITIES, looking.STEPS)
    if options.prefer != preference.FILE and one.kind in others:
        lines.append("  " + _("--prefer is for deals and contacts: here the file counts"))
    lines += ["  · " + ", ".join(row) for row in one.first]
    message(call.output, "\n".join(lines))


def _import(
    call: Invocation,
    one: Found,
    stages: list[str] | None,
    options: Options,
    maps: str,
    made: Made | None,
) -> tuple[Changed, int]:
    """Import a file by the command for its kind, into the process that was ``made``, if one was;
    the map that is to be saved of it goes into the file ``maps``."""
    from funnelcli.actions.importing import looking

    words: dict[str, Any] = {**_shared(options, one.kind)}
    if one.kind == looking.COMPANIES:
        words["maps"] = ["kind==organisation"]
    if made is not None and one.kind in (looking.DEALS, looking.STAGES):
        words["process"] = made.process.key
        stages = made.maps
    if stages:
        words["map_stage"] = stages
    command = _command(one.path, one.name, one.kind, options)
    again = list(command)
    if made is not None and "process" in words:
        command += ["--process", made.process.key]
        # Undo takes the process away as well; only deals make one.
        again += ["--new-process", made.process.name_en] if one.kind == looking.DEALS else []
    command += [word for text in stages or () for word in ("--map-stage", text)]
    if one.kind == looking.CALENDAR:
        words["new"] = True
        command.append("--new")
    else:
        words["save_map"] = maps if options.save_map is not None else None
        if one.saved is not None:
            words["map_file"] = options.map_file
            command += ["--map-file", str(options.map_file)]
            again += ["--map-file", str(options.map_file)]
    words = {name: value for name, value in words.items() if value is not None}
    whole = call.args
    with _as(call, one, command, again) as verb:
        # The tree says which command that is, as it does for whoever types it.
        done = called(function_of(_verbs()[verb]), one.path, **words)
    result, code = done if isinstance(done, tuple) else (done, 0)
    # Most speak of rows that were not taken, for whose file there is a command; what is to be
    # undone first was all of it.
    rest = shlex.split((result.record or {}).get("rest") or "")[1:] or command
    result.warnings = [
        in_full(whole if "--opened-default" in text else rest, text) for text in result.warnings
    ]
    return result, code


def _verbs() -> dict[str, Verb]:
    group = TREE["import"]
    assert isinstance(group, Verbs)
    return group.verbs


def _command(path: str, name: str, kind: str, options: Options) -> list[str]:
    """The command for one file, without the program's name. What was read from a copy is named as
    it was given: a file of an archive by the archive and ``--sheet``."""
    from funnelcli.actions.importing import looking

    words = ["import", looking.CONTACTS if kind == looking.COMPANIES else kind]
    if path == name:
        words.append(path)
    elif name == _("standard input"):
        words.append("-")
    else:
        archive = next((one for one in _parents(name) if os.path.isfile(one)), None)
        words += [name] if archive is None else [archive, "--sheet", name[len(archive) + 1 :]]
    words += ["--map", "kind==organisation"] if kind == looking.COMPANIES else []
    for option, value in _shared(options, kind).items():
        words += [f"--{option.replace('_', '-')}", value]
    return words


def _shared(options: Options, kind: str) -> dict[str, str]:
    """The options that hold for all files, as far as they do for this kind."""
    from funnelcli.actions.importing import looking

    found = {"encoding": options.encoding} if kind != "ics" else {}
    if _keeps_rest(kind, options.keep_rest):
        found["keep_rest"] = options.keep_rest
    if kind in _WITH_AMOUNTS:
        found["decimal"] = options.decimal
    if kind in _WITH_NOTES:
        found["prefer"] = options.prefer
    if kind == looking.DEALS:
        defaults = {"opened_default": options.opened_default}
        found |= defaults | {"closed_default": options.closed_default}
    if kind in (looking.DEALS, looking.STAGES):
        found |= {"process": options.process}
    return {name: value for name, value in found.items() if value not in (None, "file")}


def _keeps_rest(kind: str, where: str | None) -> bool:
    """Whether records of a kind keep the columns that have no field, where that was asked for."""
    return where is not None and (
        kind in _WITH_NOTES or (kind == "products" and where == FIELDS_OF_ONES_OWN)
    )


def _parents(path: str) -> Iterator[str]:
    while (parent := os.path.dirname(path)) not in ("", path):
        yield parent
        path = parent


@contextmanager
def _as(call: Invocation, one: Found, command: list[str], again: list[str]) -> Iterator[str]:
    """Let the ``command`` for one file, whose verb this gives, take itself for the one that was
    called; ``again`` is that which does so where nothing of this one is left."""
    words = call.args
    # Beside a copy nobody would find them.
    piped = one.name == _("standard input")
    call.beside = "" if one.path == one.name else "-" if piped else os.path.basename(one.name)
    call.args, call.again = command, again
    try:
        yield command[1]
    except FunnelError as error:
        raise explained(error, again) from error
    finally:
        call.args, call.again, call.beside, call.part = words, (), "", ""


def _result(
    call: Invocation, results: list[tuple[Found, Changed, int]], made: Made | None
) -> tuple[Changed, int]:
    lines: list[str] = []
    warnings: list[str] = []
    records: list[dict[str, Any]] = []
    for one, done, _code in results:
        lines += [f"{one.name}: {line}" for line in done.lines]
        warnings += [f"{one.name}: {text}" for text in done.warnings]
        about = {"file": one.name, "kind": one.kind, "program": one.program}
        records.append({**about, **(done.record or {})})
    added = sum(int(done.id or 0) for _one, done, _code in results)
    code = PARTLY_DONE if any(code for _one, _done, code in results) else 0
    key = made.process.key if made is not None else None
    whole = {"files": records, "new_process": key, "differences": None, "dry_run": call.dry_run}
    return Changed(lines, whole, id=added, warnings=warnings), code
