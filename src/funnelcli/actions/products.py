"""Products: what there is to sell, and what it costs from which day on."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from funnelcli import config
from funnelcli.db import rows
from funnelcli.errors import Refused, Usage
from funnelcli.i18n import _
from funnelcli.ids import new_id
from funnelcli.nouns import naming
from funnelcli.nouns.product import PRODUCT
from funnelcli.plain import NamedTuple
from funnelcli.text import search_key
from funnelcli.values import dates, daytext

FIELDS = PRODUCT.editable


class Price(NamedTuple):
    """What a product costs from ``valid_from`` (ISO date) on: ``price`` net and own ``cost`` in
    minor units of ``currency`` a unit, ``vat`` in hundredths of a percent."""

    valid_from: str
    price: int
    cost: int | None
    currency: str
    vat: int


class Sold(NamedTuple):
    """A product as it is sold on a day."""

    id: int
    sku: str
    name: str
    unit: str
    price: Price


def add(
    conn: sqlite3.Connection,
    sku: str,
    name: str,
    price: Price,
    *,
    unit: str = "piece",
    valid_from: str | None = None,
    valid_until: str | None = None,
    notes: str | None = None,
) -> int:
    """Put a product on file with its first price; its id.

    Raises Usage without sku or name and for a validity that ends before it starts, Refused for a
    sku that is taken.
    """
    sku, name = sku.strip(), name.strip()
    if not sku or not name:
        raise Usage(
            _("A product needs a number and a name."),
            _('Write it like: funnel product add SOL-10 "Solar roof 10 kW" --price 12500 --vat 19'),
        )
    _check_free(conn, sku)
    _check_validity(valid_from, valid_until)
    row: rows.Row = {
        "public_id": new_id(),
        "sku": sku,
        "name": name,
        "search": search_key(f"{name} {sku}"),
        "unit": unit.strip() or "piece",
        "valid_from": valid_from,
        "valid_until": valid_until,
        "notes": notes,
        "recorded_at": dates.now(),
    }
    product_id = rows.insert(conn, "product", row)
    set_price(conn, product_id, price)
    return product_id


def _check_free(conn: sqlite3.Connection, sku: str) -> None:
    row = conn.execute("SELECT id, name FROM product WHERE sku = ?", (sku,)).fetchone()
    if row is not None:
        raise Refused(
            _("{name} has the number {sku} already.").format(name=row[1], sku=sku),
            _(
                "`funnel product edit {id} --help` shows how it is changed, `funnel product price`"
                " changes its price."
            ).format(id=row[0]),
        )


def _check_validity(start: str | None, end: str | None) -> None:
    if start is not None and end is not None and end < start:
        raise Usage(
            _("The validity ends on {end}, before it starts on {start}.").format(
                end=daytext.day(end), start=daytext.day(start)
            ),
            _("Give a later --until, or an earlier --from."),
        )


def set_price(conn: sqlite3.Connection, product_id: int, price: Price) -> bool:
    """Let ``price`` hold from its day on, until the next one in the history; whether that
    differs from what held on that day before."""
    held = price_on(conn, product_id, price.valid_from)
    if held is not None and held[1:] == price[1:]:
        return False
    conn.execute(
        "INSERT INTO product_price (product_id, valid_from, price, cost, currency, vat,"
        " recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (product_id, valid_from)"
        " DO UPDATE SET price = excluded.price, cost = excluded.cost,"
        " currency = excluded.currency, vat = excluded.vat, recorded_at = excluded.recorded_at",
        (product_id, *price, dates.now()),
    )
    return True


def in_currency(price: Price, currency: str) -> Price:
    """``price`` with the same amounts in ``currency``. Raises Usage where that has no decimals for
    them."""
    from funnelcli.values.money import same_amount

    cost = price.cost
    return price._replace(
        price=same_amount(price.price, price.currency, currency),
        cost=cost if cost is None else same_amount(cost, price.currency, currency),
        currency=currency,
    )


def usual_vat() -> int:
    """The rate of VAT of the setting, in hundredths of a percent. Raises Usage without one."""
    from funnelcli.values.numbers import percent

    usual = config.get("vat")
    if usual is None:
        raise Usage(
            _("--vat is missing."),
            _("Give it with --vat, or once for all: funnel config set vat 19"),
        )
    return percent(str(usual), "--vat")


def price_on(conn: sqlite3.Connection, product_id: int, day: str) -> Price | None:
    """The price that holds on ``day`` (ISO), None where none does yet."""
    row = conn.execute(
        "SELECT valid_from, price, cost, currency, vat FROM product_price"
        " WHERE product_id = ? AND valid_from <= ? ORDER BY valid_from DESC LIMIT 1",
        (product_id, day),
    ).fetchone()
    return row and Price(*row)


def sold_on(conn: sqlite3.Connection, product_id: int, day: str) -> Sold:
    """The product as it is sold on ``day`` (ISO).

    Raises Refused when it is not valid on that day or has no price yet, NotFound.
    """
    row = conn.execute(
        "SELECT id, sku, name, unit, valid_from, valid_until FROM product WHERE id = ?",
        (product_id,),
    ).fetchone()
    if row is None:
        raise naming.missing(PRODUCT, str(product_id))
    _id, sku, name, unit, start, end = row
    if start is not None and day < start:
        raise Refused(
            _("{name} ({sku}) is sold from {start} on, not on {day}.").format(
                name=name, sku=sku, start=daytext.day(start), day=daytext.day(day)
            ),
            _("`funnel product edit {id} --from DATE` changes that.").format(id=product_id),
        )
    if end is not None and day > end:
        raise Refused(
            _("{name} ({sku}) was sold until {end}, not on {day}.").format(
                name=name, sku=sku, end=daytext.day(end), day=daytext.day(day)
            ),
            _("`funnel product edit {id} --until DATE` changes that.").format(id=product_id),
        )
    price = price_on(conn, product_id, day)
    if price is None:
        raise Refused(
            _("{name} ({sku}) has no price on {day}.").format(
                name=name, sku=sku, day=daytext.day(day)
            ),
            _("`funnel product price {id} AMOUNT --from DATE` gives it one.").format(id=product_id),
        )
    return Sold(product_id, sku, name, unit, price)


def edit(conn: sqlite3.Connection, product_id: int, changes: Mapping[str, str | None]) -> list[str]:
    """Change columns of FIELDS; the names of those that differ now.

    Raises like :func:`add`, and NotFound.
    """
    before = rows.read(conn, "product", FIELDS, product_id)
    if before is None:
        raise naming.missing(PRODUCT, str(product_id))
    changed = [name for name, value in changes.items() if before[name] != value]
    after = {**before, **changes}
    if "sku" in changed:
        _check_free(conn, after["sku"])
    for name in ("sku", "name", "unit"):
        if not (after[name] or "").strip():
            raise Usage(
                _("{field} cannot be empty.").format(field=name), _("Give it another text.")
            )
    _check_validity(after["valid_from"], after["valid_until"])
    if changed:
        after["search"] = search_key(f"{after['name']} {after['sku']}")
        rows.update(conn, "product", product_id, after)
    return changed


def remove(conn: sqlite3.Connection, product_ids: Sequence[int]) -> None:
    """Remove products with their prices; the lines of offers keep their texts and amounts.

    Raises NotFound when one of them does not exist.
    """
    for product_id in product_ids:
        if not rows.delete(conn, "product", product_id):
            raise naming.missing(PRODUCT, str(product_id))
