"""Importing a price list: new articles are added, known ones brought up to their row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from funnelcli.actions import products
from funnelcli.actions.importing.catalogue import Catalogue
from funnelcli.actions.importing.fields import NoColumn, Plan, Untaken, heard, matched
from funnelcli.actions.importing.moments import BadRowError
from funnelcli.db.bulk import batches
from funnelcli.errors import FunnelError, Usage
from funnelcli.formats.columns import CellError, DateColumn, DateFormat, is_blank
from funnelcli.formats.tabular import Row, Table
from funnelcli.i18n import _, ngettext
from funnelcli.nouns.product import PRODUCT
from funnelcli.plain import NamedTuple
from funnelcli.typed import Any
from funnelcli.values import daytext
from funnelcli.values.money import check_currency, decimal_sign, parse_cell
from funnelcli.values.numbers import percent

ALIASES = heard(PRODUCT)
FIELDS = tuple(ALIASES)
DATE_FIELDS = ("valid_from", "valid_until", "price_since")
AMOUNTS = ("price", "cost")


class Formats(NamedTuple):
    """How a list's columns are written, how many rows it has, and the columns that are not taken
    with how many filled cells they have."""

    dates: dict[str, DateFormat]
    signs: dict[str, str | None]
    rows: int
    untaken: dict[str, int]


def plan(
    header: list[str], maps: Sequence[str], key: str | None = None, *, own: bool = False
) -> Plan:
    """Which column is which field, ``own`` an export of this program.

    Raises Usage unless number, name and price have one."""
    made = matched(header, maps, ALIASES, key, own=own)
    missing = [name for name in ("sku", "name", "price") if name not in made.reads]
    if missing:
        raise NoColumn(missing, made.untaken or header)
    return made


def survey(
    table: Table,
    made: Plan,
    date_format: str | None,
    decimal: str | None,
    fields: tuple[Sequence[str], Sequence[str]] = (DATE_FIELDS, AMOUNTS),
) -> Formats:
    """Decide how dates and amounts, ``fields``, are written, from every row; see the import of
    deals."""
    days, amounts = fields
    if decimal not in (None, ".", ","):
        raise Usage(
            _("“{sign}” is no decimal sign.").format(sign=decimal), _("Write --decimal . or ,")
        )
    columns = {
        name: DateColumn(made.names[name], date_format) for name in days if name in made.reads
    }
    rows = 0
    untaken = Untaken(made)
    for batch in batches(table.rows()):
        rows += len(batch)
        sound = [row.cells for row in batch if not row.problem]
        untaken.add(sound)
        for name, column in columns.items():
            column.add_all(map(made.reads[name], sound))

    def cells(name: str) -> Iterator[str]:
        for row in table.rows():
            if not row.problem:
                yield made.reads[name](row.cells)

    signs = {name: decimal or decimal_sign(cells(name)) for name in amounts if name in made.reads}
    # One list has one decimal sign: a column that shows none is written like the other.
    shown = next((sign for sign in signs.values() if sign), None)
    return Formats(
        {name: column.decide() for name, column in columns.items()},
        {name: sign or shown for name, sign in signs.items()},
        rows,
        untaken.filled(),
    )


class Entry(NamedTuple):
    """A row of a list; None and "" where it says nothing."""

    sku: str
    name: str
    unit: str
    price: int
    currency: str
    cost: int | None
    vat: int | None
    plain: dict[str, str]
    own: Sequence[Any] = ()


class Reader:
    """Reads rows. ``currency`` holds where a row names none."""

    def __init__(self, made: Plan, formats: Formats, currency: str) -> None:
        self._reads = made.reads
        self._formats = formats
        self._currency = currency
        self.own = made.own

    def _text(self, name: str, cells: Sequence[str]) -> str:
        read = self._reads.get(name)
        return " ".join(read(cells).split()) if read is not None else ""

    def read(self, cells: Sequence[str]) -> Entry:
        """What a row says. Raises BadRowError with the reason."""
        sku, name = self._text("sku", cells), self._text("name", cells)
        if not sku:
            raise BadRowError(_("no number"))
        if not name:
            raise BadRowError(_("no name"))
        try:
            named = self._text("currency", cells)
            price, currency = self._amount("price", cells, check_currency(named or self._currency))
            if price is None:
                raise BadRowError(_("no price"))
            cost, other = self._amount("cost", cells, currency)
            if cost is not None and other != currency:
                raise BadRowError(
                    _("the price is in {one}, the cost in {other}").format(
                        one=currency, other=other
                    )
                )
            rate = self._text("vat", cells)
            vat = percent(rate, "VAT") if rate else None
        except Usage as error:
            raise BadRowError.of(error) from None
        plain = {"notes": self._text("notes", cells)}
        for field in DATE_FIELDS:
            plain[field] = self._date(field, cells)
        return Entry(
            sku,
            name,
            self._text("unit", cells),
            price,
            currency,
            cost,
            vat,
            {key: text for key, text in plain.items() if text},
            () if self.own is None else self.own.read(cells),
        )

    def _amount(self, name: str, cells: Sequence[str], currency: str) -> tuple[int | None, str]:
        text = self._text(name, cells)
        if not text:
            return None, currency
        amount = parse_cell(text, self._formats.signs[name], currency)
        return amount.minor, amount.currency

    def _date(self, name: str, cells: Sequence[str]) -> str:
        text = self._text(name, cells)
        if is_blank(text):
            return ""
        try:
            day = self._formats.dates[name].parse(text)[0]
        except CellError as error:
            raise BadRowError(str(error).rstrip(".")) from None
        return day.isoformat()


class Importer:
    """An import of a price list under way: the articles of its rows are added, or those with their
    number brought up to them. ``prices`` of the updated have another price.

    A new price holds from the day that the row says of it, else from the row's first day, if that
    is one to come, else from ``day`` (ISO).
    ``vat`` (hundredths of a percent) holds where neither the row nor the article on file names a
    rate. What a row leaves empty stays as it is on file.
    """

    def __init__(
        self, conn: sqlite3.Connection, reader: Reader, *, day: str, vat: int | None
    ) -> None:
        self.added = self.updated = self.unchanged = self.prices = 0
        self._conn = conn
        self._catalogue = Catalogue(conn)
        self._reader = reader
        self._day = day
        self._vat = vat
        self._lines: dict[str, int] = {}

    def take(self, batch: Sequence[Row]) -> list[tuple[Row, str]]:
        """Take a batch of rows; those that are not kept, with the reasons."""
        bad: list[tuple[Row, str]] = []
        for row in batch:
            try:
                if row.problem:
                    raise BadRowError(row.problem)
                entry = self._reader.read(row.cells)
                if entry.sku in self._lines:
                    raise BadRowError(
                        _("the number {sku} is that of line {line} too").format(
                            sku=entry.sku, line=self._lines[entry.sku]
                        )
                    )
                self._take(entry)
            except BadRowError as error:
                bad.append((row, str(error)))
            except FunnelError as error:
                bad.append((row, error.message.rstrip(".")))
            else:
                self._lines[entry.sku] = row.line
        if self._reader.own is not None:
            self._reader.own.flush()
        return bad

    def finish(self) -> dict[int, str]:
        """Nothing is left for the end."""
        return {}

    def lines(self) -> list[str]:
        """What else there is to say."""
        if not self.prices:
            return []
        text = ngettext(
            "{n} other price from {day} on", "{n} other prices from {day} on", self.prices
        )
        return [text.format(n=self.prices, day=daytext.day(self._day))]

    def _take(self, entry: Entry) -> None:
        """One row; what cannot be kept is refused before anything of it is written."""
        start, stated = entry.plain.get("valid_from"), entry.plain.pop("price_since", None)
        found = self._conn.execute("SELECT id FROM product WHERE sku = ?", (entry.sku,)).fetchone()
        since = max(self._day, stated or start or "") if found else stated or start or self._day
        held = products.price_on(self._conn, found[0], since) if found else None
        rate = entry.vat if entry.vat is not None else held.vat if held else self._vat
        if rate is None:
            raise BadRowError(
                _(
                    "no rate of VAT; for good: `funnel config set vat PERCENT`;"
                    " for this list: --vat PERCENT"
                )
            )
        cost = entry.cost
        if cost is None and held is not None and held.currency == entry.currency:
            cost = held.cost
        price = products.Price(since, entry.price, cost, entry.currency, rate)
        own = self._reader.own
        if found is None:
            product_id = products.add(
                self._conn,
                entry.sku,
                entry.name,
                price,
                unit=self._catalogue.unit(entry.unit) if entry.unit else "piece",
                valid_from=start,
                valid_until=entry.plain.get("valid_until"),
                notes=entry.plain.get("notes"),
            )
            if own is not None:
                own.add(product_id, entry.own)
            self.added += 1
            return
        changes: dict[str, Any] = {"name": entry.name, **entry.plain}
        if entry.unit:
            changes["unit"] = self._catalogue.unit(entry.unit)
        changed = products.edit(self._conn, found[0], changes)
        new_price = products.set_price(self._conn, found[0], price)
        self.prices += new_price
        if own is not None:
            changed += own.bring_up(found[0], entry.own, lambda _name, _held: True)[0]
        if changed or new_price:
            self.updated += 1
        else:
            self.unchanged += 1
