"""An offer's lines and amounts, and how it stands.

The amounts follow from the lines (:mod:`funnelcli.values.totals`); :func:`refresh` alone writes
them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from funnelcli.db import rows
from funnelcli.errors import Refused, Usage
from funnelcli.i18n import _
from funnelcli.nouns import naming
from funnelcli.nouns.offer import OFFER
from funnelcli.plain import NamedTuple
from funnelcli.values import dates
from funnelcli.values.totals import Line, Totals, totals


class State(NamedTuple):
    """What a verb needs to know of an offer before it acts; instants in UTC seconds."""

    id: int
    number: str
    version: int
    deal_id: int
    status: str
    currency: str
    valid_until: str | None
    discount: int
    created_at: int
    sent_at: int | None
    net: int

    @property
    def name(self) -> str:
        """Its number, and its version from the second on."""
        return full_number(self.number, self.version)

    def expired(self, day: str) -> bool:
        """Whether it was sent and its validity is over on ``day`` (ISO)."""
        return self.status == "sent" and self.valid_until is not None and day > self.valid_until


def full_number(number: str, version: int) -> str:
    """How an offer is called: "2026-0001", its second version "2026-0001/2"."""
    return number if version == 1 else f"{number}/{version}"


def state(conn: sqlite3.Connection, offer_id: int) -> State:
    """The offer as it stands. Raises NotFound."""
    row = conn.execute(
        "SELECT id, number, version, deal_id, status, currency, valid_until, discount,"
        " created_at, sent_at, net FROM offer WHERE id = ?",
        (offer_id,),
    ).fetchone()
    if row is None:
        raise naming.missing(OFFER, str(offer_id))
    return State(*row)


def draft(conn: sqlite3.Connection, offer_id: int) -> State:
    """The offer, which must be a draft: what has been sent stays as it was sent."""
    offer = state(conn, offer_id)
    if offer.status != "draft":
        raise Refused(
            _("The offer {number} is no draft any more.").format(number=offer.name),
            _("`funnel offer revise {id}` makes its next version, to be changed.").format(
                id=offer.id
            ),
        )
    return offer


def day_of(offer: State) -> str:
    """The offer's day (ISO): the one it was sent on, before that the one it was begun on."""
    return dates.local_date(offer.sent_at or offer.created_at).isoformat()


def add_line(
    conn: sqlite3.Connection,
    offer_id: int,
    fields: Mapping[str, str | int | None],
    *,
    product_id: int | None = None,
    on: str | None = None,
) -> int:
    """Add a line to a draft; its position, from 1.

    A product's line takes text, unit, price and VAT of the day ``on`` (ISO; the offer's own day
    without it) unless ``fields``, columns of ``offer_line``, say otherwise. Raises Refused for a
    product that is not valid on that day or is priced in another currency, Usage for a line
    without text, price or VAT.
    """
    from funnelcli.actions.products import sold_on

    offer = draft(conn, offer_id)
    line: dict[str, str | int | None] = {"quantity": 1000, "unit": "piece", "discount": 0}
    if product_id is not None:
        sold = sold_on(conn, product_id, on or day_of(offer))
        _check_priced(sold.name, sold.price.currency, offer.currency)
        line |= {
            "product_id": sold.id,
            "text": sold.name,
            "unit": sold.unit,
            "price": sold.price.price,
            "vat": sold.price.vat,
            "list_price": sold.price.price,
            "cost": sold.price.cost,
        }
    line |= fields
    for name, option in (("text", "--text"), ("price", "--price"), ("vat", "--vat")):
        if line.get(name) is None or line[name] == "":
            raise Usage(
                _("A line needs a text, a price and its VAT."),
                _("Name a product, or give {option}.").format(option=option),
            )
    (position,) = conn.execute(
        "SELECT coalesce(max(position), 0) + 1 FROM offer_line WHERE offer_id = ?", (offer_id,)
    ).fetchone()
    line |= {"offer_id": offer_id, "position": position, "net": 0}
    rows.insert(conn, "offer_line", line)
    refresh(conn, offer_id)
    return int(position)


def _check_priced(product: str, currency: str, offered: str) -> None:
    if currency != offered:
        raise Refused(
            _("{name} is priced in {one}, and the offer is in {other}.").format(
                name=product, one=currency, other=offered
            ),
            _("Write the line with --text and --price, or make the offer in {one}.").format(
                one=currency
            ),
        )


def reprice(conn: sqlite3.Connection, offer: State, currency: str) -> None:
    """Let the lines of ``offer`` say in ``currency`` the amounts that they say in its own.

    Raises Refused for a line whose product is not priced in ``currency`` on the offer's day,
    Usage for an amount that it has no decimals for.
    """
    from funnelcli.actions.products import price_on
    from funnelcli.values.money import same_amount

    lines = conn.execute(
        "SELECT l.id, l.product_id, l.text, l.price, l.list_price, l.cost FROM offer_line AS l"
        " WHERE l.offer_id = ? ORDER BY l.position",
        (offer.id,),
    ).fetchall()
    for line_id, product_id, text, *amounts in lines:
        held = product_id and price_on(conn, product_id, day_of(offer))
        if held:
            _check_priced(text, held.currency, currency)
        kept = [a if a is None else same_amount(a, offer.currency, currency) for a in amounts]
        conn.execute(
            "UPDATE offer_line SET price = ?, list_price = ?, cost = ? WHERE id = ?",
            (*kept, line_id),
        )


def _line_id(conn: sqlite3.Connection, offer: State, position: int) -> int:
    row = conn.execute(
        "SELECT id FROM offer_line WHERE offer_id = ? AND position = ?", (offer.id, position)
    ).fetchone()
    if row is None:
        raise Usage(
            _("The offer {number} has no line {n}.").format(number=offer.name, n=position),
            _("`funnel offer show {id}` shows its lines.").format(id=offer.id),
        )
    return int(row[0])


def edit_line(
    conn: sqlite3.Connection,
    offer_id: int,
    position: int,
    changes: Mapping[str, str | int | None],
) -> None:
    """Change columns of a draft's line. Raises Usage where there is none."""
    line_id = _line_id(conn, draft(conn, offer_id), position)
    rows.update(conn, "offer_line", line_id, changes)
    refresh(conn, offer_id)


def remove_line(conn: sqlite3.Connection, offer_id: int, position: int) -> None:
    """Take a line out of a draft; those below it move up. Raises Usage where there is none."""
    rows.delete(conn, "offer_line", _line_id(conn, draft(conn, offer_id), position))
    conn.execute(
        "UPDATE offer_line SET position = position - 1 WHERE offer_id = ? AND position > ?",
        (offer_id, position),
    )
    refresh(conn, offer_id)


def totals_of(conn: sqlite3.Connection, offer_id: int) -> Totals:
    """The amounts of an offer, worked out from its lines."""
    (discount,) = conn.execute("SELECT discount FROM offer WHERE id = ?", (offer_id,)).fetchone()
    return totals(reckoned_lines(conn, offer_id), discount)


def reckoned_lines(conn: sqlite3.Connection, offer_id: int) -> list[Line]:
    """What the amounts of an offer's lines follow from, in their order."""
    rows = conn.execute(
        "SELECT quantity, price, discount, vat, list_price, cost FROM offer_line"
        " WHERE offer_id = ? ORDER BY position",
        (offer_id,),
    )
    return [Line(*row) for row in rows]


def refresh(conn: sqlite3.Connection, offer_id: int) -> Totals:
    """Write the amounts of an offer and its lines anew. Raises Usage for a sum beyond reason."""
    from funnelcli.values.currencies import exponent
    from funnelcli.values.money import LARGEST, largest_text

    offer = state(conn, offer_id)
    found = totals_of(conn, offer_id)
    if max(found.gross, found.list_net, found.cost) > LARGEST * 10 ** exponent(offer.currency):
        raise Usage(
            _("The offer {number} would come to too much.").format(number=offer.name),
            _("Amounts up to {largest} can be kept.").format(largest=largest_text()),
        )
    kept = conn.execute(
        "SELECT id, net FROM offer_line WHERE offer_id = ? ORDER BY position", (offer_id,)
    ).fetchall()
    conn.executemany(
        "UPDATE offer_line SET net = ? WHERE id = ?",
        [
            (net, line_id)
            for net, (line_id, before) in zip(found.lines, kept, strict=True)
            if net != before
        ],
    )
    conn.execute(
        "UPDATE offer SET net = ?, vat = ?, gross = ?, list_net = ?, cost = ?, costed_net = ?"
        " WHERE id = ?",
        (
            found.net,
            found.vat,
            found.gross,
            found.list_net,
            found.cost,
            found.costed_net,
            offer_id,
        ),
    )
    return found
