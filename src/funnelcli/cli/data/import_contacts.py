"""Bringing people and organisations in from a file."""

from __future__ import annotations

from contextlib import ExitStack

from funnelcli.actions.importing.contact_fields import ALIASES, FIELDS
from funnelcli.actions.importing.fields import listed
from funnelcli.actions.importing.keys import key_reader
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.data.dry_run import DIFFERENCES, tried
from funnelcli.cli.data.import_files import (
    advice,
    back_up,
    brought_back,
    changes,
    command_for_rest,
    counted,
    left_alone,
    new_sources,
    newer_in_file,
    phones_unread,
    rejecting,
    say_encoding,
    say_left_out,
    say_matched,
    say_part,
    say_untaken,
)
from funnelcli.cli.data.import_files import (
    keep_rest as keep,
)
from funnelcli.cli.data.import_flow import opened
from funnelcli.cli.data.import_maps import Maps, save_map
from funnelcli.cli.data.import_options import (
    DATE_FORMAT,
    KEEP_REST,
    KEY,
    ORIGIN,
    PREFER,
    READING,
    Options,
    maps,
)
from funnelcli.cli.declaring import Argument
from funnelcli.cli.progress import progress, reading
from funnelcli.cli.taking import Given, takes
from funnelcli.errors import PARTLY_DONE
from funnelcli.i18n import N_, _, ngettext
from funnelcli.plain import NamedTuple
from funnelcli.render import Changed, message
from funnelcli.typed import TYPE_CHECKING, Annotated

if TYPE_CHECKING:
    from funnelcli.actions.importing.contacts import Summary
    from funnelcli.cli.invocation import Invocation
    from funnelcli.formats.table import Table


class Imported(NamedTuple):
    """What ``--json`` prints of an import: ``rejects`` is the file of the rows not taken, ``rest``
    the command that imports it. ``changes`` counts the updated contacts by field, ``left`` the
    rows by fields that they say otherwise than is on file and that stay; of --prefer newer
    ``newer_in_file`` and ``newer_here`` count the fields in which one side won. ``new_sources`` are
    names by their keys, ``untaken`` the filled cells of columns, or the properties of cards, that
    were not taken."""

    added: int
    updated: int
    unchanged: int
    organisations_added: int
    changes: dict[str, int]
    left: dict[str, int]
    newer_in_file: dict[str, int]
    newer_here: dict[str, int]
    rejected: int
    rejects: str | None
    rest: str | None
    new_sources: dict[str, str]
    untaken: dict[str, int]
    differences: None
    dry_run: bool


ContactsFile = Annotated[
    str,
    Argument(
        metavar="FILE",
        help=N_("vCard, CSV, .xlsx, .xls, .ods, JSON, or a .zip; - reads standard input."),
    ),
]
_KEY = KEY._replace(
    help=N_("The column with each contact's id where it comes from; ONE+OTHER for two.")
)


@takes((maps("MAP OF CONTACTS", FIELDS), _KEY, ORIGIN, PREFER, DATE_FORMAT, *READING, KEEP_REST))
@gives(DIFFERENCES, data=Imported._fields)
@examples(
    "funnel import contacts contacts.vcf",
    "funnel import contacts people.xlsx --map town=Ort --dry-run",
    "funnel import contacts crm.csv --key 'Record ID' --origin hubspot --prefer mine",
)
def contacts(file: ContactsFile, *, given: Given) -> tuple[Changed, int]:
    """Import people and organisations; who is on file is brought up to the file."""
    from funnelcli.actions.importing import contacts as importing
    from funnelcli.actions.importing import own_fields, owners, preference
    from funnelcli.actions.importing.cards import Reader
    from funnelcli.actions.importing.catalogue import Catalogue
    from funnelcli.actions.importing.cells import Cells
    from funnelcli.actions.importing.contact_fields import organisations_first, plan, survey
    from funnelcli.actions.importing.presets import at_origin
    from funnelcli.db.loading import loading
    from funnelcli.formats.cards import CardTable

    options = Options(**given)
    with opened(file, options, ALIASES, cards=True) as (call, conn, table), ExitStack() as changing:
        seen = Cells(table)
        maps_, own_maps = own_fields.apart_maps(conn, "contact", options.maps)
        options = options._replace(maps=maps_)
        columns = Maps("contacts", seen, table.name, options)
        own_maps = [*own_fields.apart_maps(conn, "contact", columns.own_maps)[1], *own_maps]
        own = columns.own
        key, whose = _key(table, columns, options)
        planned = plan(table.header, columns.maps, key, seen, own=own is not None)
        preference.take_changed(options.prefer, planned, table.header, table.name)
        owners.take(conn, planned, table.header, options.maps)
        if isinstance(table, CardTable):
            planned.untaken.pop(preference.CHANGED, None)
        keep_rest = columns.option("keep_rest", options.keep_rest)
        own_fields.take(conn, "contact", planned, table, own_maps, own_export=own is not None)
        back_up(call, conn, "contact")
        trial = changing.enter_context(tried(call, conn))
        keeper = keep(call, conn, planned, keep_rest, table, "contact")
        date_format = columns.option("date_format", options.date_format)
        with reading(call, table):
            dates, number, untaken = survey(table, planned, date_format)
        say_part(call, table)
        say_encoding(call, table)
        if isinstance(table, CardTable):
            untaken |= table.left_out
            say_left_out(call, untaken)
        else:
            columns.say(call)
            say_matched(call, planned)
            say_untaken(call, untaken)
        if own is not None and not call.output.quiet:
            message(
                call.output,
                _("An export of funnel's own: contacts are found by {column}.").format(column=own),
            )
        save_map(
            call,
            options.save_map,
            "contacts",
            table.name,
            planned,
            key=key,
            origin=whose,
            options={"date_format": date_format, "keep_rest": keep_rest},
        )
        ids = columns.of_rest(key, whose)
        source = columns.source
        with (
            rejecting(call, conn, file, table, options.rejects, ids) as reject,
            progress(call, "import", number) as advance,
            loading(
                conn,
                trial.command_id,
                own_fields.tables(planned, importing.TABLES),
                number,
                keep=importing.KEPT,
            ),
        ):
            catalogue = Catalogue(conn)
            reader = Reader(
                planned,
                dates,
                catalogue,
                key=None if key is None else key_reader(table.header, key, own is not None),
                kind="organisation" if source is not None and source.companies else "",
                keeper=keeper,
                own=own is not None,
            )
            summary = importing.import_contacts(
                conn,
                organisations_first(table, planned)
                if own is not None or isinstance(table, CardTable)
                else table.legible(),
                reader,
                catalogue,
                origin=whose,
                own=own is not None,
                prefer=options.prefer,
                sure=columns.sure,
                at_origin=None if source is None else at_origin(source.name),
                uids=isinstance(table, CardTable),
                reject=reject.add,
                progress=advance,
            )
        where = reject.path
        rest = command_for_rest(call, file, where, table, dates, None, ids=ids)
    result = _result(call, summary, where, rest, dict(untaken))
    result.warnings += owners.told(planned)
    return trial.tell(result), PARTLY_DONE if summary.rejected else 0


def _key(table: Table, columns: Maps, options: Options) -> tuple[str | None, str | None]:
    """The column of the ids, and where they come from."""
    from funnelcli.formats.cards import CardTable

    origin = options.origin
    if columns.own is not None:
        return columns.own, origin or "import"
    if options.key is None and isinstance(table, CardTable):
        return "uid", origin or "vcard"
    key = options.key or columns.key
    known = columns.source.origin if columns.source is not None else "import"
    return key, (origin or known) if key is not None else None


def _result(
    call: Invocation,
    summary: Summary,
    rejects: str | None,
    rest: str | None,
    untaken: dict[str, int],
) -> Changed:
    counts = counted(summary.added, summary.updated, summary.unchanged, summary.rejected, rejects)
    lines = [_("Contacts: {counts}").format(counts=counts)]
    if summary.organisations:
        text = ngettext(
            "{n} organisation added that people belong to",
            "{n} organisations added that people belong to",
            summary.organisations,
        )
        lines.append(text.format(n=summary.organisations))
    lines += changes(summary.changed, "contact") + newer_in_file(summary.newer_in_file, "contact")
    lines += new_sources(summary.sources)
    warnings = phones_unread(summary.unread_phones) + brought_back(summary.returned)
    warnings += left_alone(summary.left, summary.newer_here, "contact")
    record = Imported(
        added=summary.added,
        updated=summary.updated,
        unchanged=summary.unchanged,
        organisations_added=summary.organisations,
        changes=dict(summary.changed),
        left=dict(summary.left),
        newer_in_file=dict(summary.newer_in_file),
        newer_here=dict(summary.newer_here),
        rejected=summary.rejected,
        rejects=rejects,
        rest=rest,
        new_sources=summary.sources,
        untaken=untaken,
        differences=None,
        dry_run=call.dry_run,
    )
    # With -q the number of contacts added stands where an id would.
    return Changed(lines, record._asdict(), id=summary.added, warnings=warnings + advice(rest))


contacts.__dict__["more"] = lambda: listed(FIELDS)
