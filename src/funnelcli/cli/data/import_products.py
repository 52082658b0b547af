"""Bringing a price list in from a file."""

from __future__ import annotations

from funnelcli import config
from funnelcli.actions.importing.fields import listed
from funnelcli.actions.importing.products import FIELDS
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.data.dry_run import DIFFERENCES
from funnelcli.cli.data.import_flow import Imported, Importer, Seen, run
from funnelcli.cli.data.import_options import (
    CURRENCY,
    DATE_FORMAT,
    DECIMAL,
    FROM,
    KEEP_REST,
    READING,
    VAT,
    Options,
    maps,
)
from funnelcli.cli.invocation import current
from funnelcli.cli.params import TableFile
from funnelcli.cli.taking import Given, takes
from funnelcli.i18n import N_, _
from funnelcli.render import Changed
from funnelcli.values import dates

_KEEP = KEEP_REST._replace(
    help=N_("Keep the columns that have no field: fields, a field of your own each.")
)


@takes(
    (maps("MAP OF PRODUCTS", FIELDS), FROM, CURRENCY, VAT, DATE_FORMAT, DECIMAL, *READING, _KEEP)
)
@gives(DIFFERENCES, data=(*Imported._fields, "prices"))
@examples(
    "funnel import products prices.csv",
    "funnel import products liste.csv --map price='VK netto' --map cost='EK' --vat 19",
    "funnel import products prices-2027.csv --from 2027-01-01 --dry-run",
)
def products(file: TableFile, *, given: Given) -> tuple[Changed, int]:
    """Import a price list; an article that is on file is brought up to its row."""
    from funnelcli.actions.importing import products as importing
    from funnelcli.values.money import check_currency
    from funnelcli.values.numbers import percent

    options = Options(**given)
    day = current().date(options.from_) or dates.today().isoformat()
    made: list[importing.Importer] = []

    def make(seen: Seen) -> Importer:
        currency = seen.columns.option("currency", options.currency)
        usual = check_currency(currency) if currency else str(config.get("currency"))
        vat = seen.columns.option("vat", options.vat) or config.get("vat")
        rate = None if vat is None else percent(str(vat), "--vat")
        reader = importing.Reader(seen.planned, seen.formats, usual)
        made.append(importing.Importer(seen.conn, reader, day=day, vat=rate))
        return made[0]

    result, code = run(
        "products",
        file,
        options,
        importing,
        make,
        _("Products: {counts}"),
        table_name="product",
        own_of="product",
        saved=("currency", "vat"),
    )
    # How many articles have another price.
    result.record = {**(result.record or {}), "prices": made[0].prices}
    return result, code


products.__dict__["more"] = lambda: listed(FIELDS)
