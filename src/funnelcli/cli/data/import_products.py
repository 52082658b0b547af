"""Bringing a price list in from a file."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import typer

from funnelcli import config
from funnelcli.actions.importing.fields import known_columns, listed, mapping
from funnelcli.actions.importing.products import FIELDS
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.data.import_files import (
    Currency,
    DateFormat,
    Decimal,
    Delimiter,
    Encoding,
    Rejects,
    Sheet,
    advice,
    back_up,
    check_free,
    check_text,
    command_for_rest,
    counted,
    progress_bar,
    rejecting,
    say_encoding,
    say_matched,
    say_part,
    say_untaken,
)
from funnelcli.cli.invocation import current
from funnelcli.cli.params import TableFile
from funnelcli.errors import PARTLY_DONE
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns.types import DATE
from funnelcli.render import Changed
from funnelcli.values import dates, daytext


class Imported(NamedTuple):
    """What ``--json`` prints of an import: ``rejects`` is the file of the rows not taken,
    ``rest`` the command that imports it, ``prices`` counts articles whose price has changed,
    ``untaken`` the filled cells of columns that were not taken."""

    added: int
    updated: int
    unchanged: int
    rejected: int
    rejects: str | None
    rest: str | None
    prices: int
    untaken: dict[str, int]
    dry_run: bool


@gives((), data=Imported._fields)
@examples(
    "funnel import products prices.csv",
    "funnel import products liste.csv --map price='VK netto' --map cost='EK' --vat 19",
    "funnel import products prices-2027.csv --from 2027-01-01 --dry-run",
)
def products(
    file: TableFile,
    maps: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar=mapping("MAP OF PRODUCTS", FIELDS),
            help=N_("Which column is which field; FIELD==TEXT for one text."),
        ),
    ] = None,
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar=DATE, help=N_("The day new prices hold from; else today.")),
    ] = None,
    currency: Currency = None,
    vat: Annotated[
        str | None,
        typer.Option("--vat", metavar="PERCENT", help=N_("Of articles whose row names no rate.")),
    ] = None,
    date_format: DateFormat = None,
    decimal: Decimal = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    sheet: Sheet = None,
    rejects: Rejects = None,
) -> tuple[Changed, int]:
    """Import a price list; an article that is on file is brought up to its row."""
    from funnelcli.actions.importing import products as importing
    from funnelcli.actions.importing.cells import Cells
    from funnelcli.formats.tabular import open_table
    from funnelcli.values.money import check_currency
    from funnelcli.values.numbers import percent

    call = current()
    for text in maps or ():
        check_text(text)
    check_free(rejects)
    usual = check_currency(currency) if currency else str(config.get("currency"))
    rate = vat if vat is not None else config.get("vat")
    default_rate = None if rate is None else percent(str(rate), "--vat")
    day = call.date(from_) or dates.today().isoformat()
    with (
        call.open() as conn,
        open_table(
            file,
            encoding=encoding,
            delimiter=delimiter,
            sheet=sheet,
            known=known_columns(importing.ALIASES),
        ) as table,
    ):
        own = Cells(table).own_key(None) is not None
        planned = importing.plan(table.header, maps or [], own=own)
        formats = importing.survey(table, planned, date_format, decimal)
        say_part(call, table)
        say_encoding(call, table)
        say_matched(call, planned)
        say_untaken(call, formats.untaken)
        back_up(call, conn, "product")
        with (
            call.change(conn),
            rejecting(call, file, table, rejects) as reject,
            progress_bar(call, formats.rows) as progress,
        ):
            summary = importing.import_products(
                conn,
                table.legible(),
                importing.Reader(planned, formats, usual),
                day=day,
                vat=default_rate,
                reject=reject.add,
                progress=progress,
            )
        where = reject.path
        sign = next(iter(formats.signs.values()), None)
        rest = command_for_rest(call, file, where, table, formats.dates, sign)
    counts = counted(summary.added, summary.updated, summary.unchanged, summary.rejected, where)
    lines = [_("Products: {counts}").format(counts=counts)]
    if summary.prices:
        text = ngettext(
            "{n} other price from {day} on", "{n} other prices from {day} on", summary.prices
        )
        lines.append(text.format(n=summary.prices, day=daytext.day(day)))
    record = Imported(
        added=summary.added,
        updated=summary.updated,
        unchanged=summary.unchanged,
        rejected=summary.rejected,
        rejects=where,
        rest=rest,
        prices=summary.prices,
        untaken=formats.untaken,
        dry_run=call.dry_run,
    )
    # With -q the number of products added stands where an id would.
    result = Changed(lines, record._asdict(), id=summary.added, warnings=advice(rest))
    return result, PARTLY_DONE if summary.rejected else 0


products.__dict__["more"] = lambda: listed(FIELDS)
