"""Offers: written, sent, decided, revised. Every version is a row of its own.

The amounts of an offer follow from its lines (:mod:`funnelcli.totals`); :func:`refresh` alone
writes them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from funnelcli import config, dates, refs
from funnelcli.actions import deals, log
from funnelcli.errors import Refused, Usage
from funnelcli.i18n import _
from funnelcli.ids import new_id
from funnelcli.totals import Line, Totals, totals

FIELDS = ("binding", "valid_until", "discount", "intro", "closing")
LINE_FIELDS = ("text", "quantity", "unit", "price", "discount", "vat")


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
        raise refs.missing(refs.OFFER, str(offer_id))
    return State(*row)


def add(
    conn: sqlite3.Connection,
    deal_id: int,
    at: int,
    *,
    number: str | None = None,
    currency: str | None = None,
    fields: Mapping[str, str | int | None] | None = None,
) -> int:
    """Begin an offer, a draft without lines, for an open deal; its id.

    Without ``number`` it gets the next free one, without ``currency`` the deal's. ``fields`` are
    columns of FIELDS. Raises Refused for a deal that is closed or a number that is taken, Usage
    for a validity that is over already and an instant to come.
    """
    deal = _open_deal(conn, deal_id)
    deals.check_instant(at)
    day = dates.local_date(at)
    if number is None:
        number = _next_number(conn, at)
    elif not number.strip():
        raise Usage(_("An offer has a number."), _("Leave --number out for the next free one."))
    elif conn.execute("SELECT 1 FROM offer WHERE number = ?", (number.strip(),)).fetchone():
        raise Refused(
            _("The number {number} is taken.").format(number=number.strip()),
            _("Leave --number out for the next free one; `funnel offer revise` makes a version."),
        )
    given = dict(fields or {})
    _check_until(given.get("valid_until"), day.isoformat())
    return _insert(
        conn,
        {
            **given,
            "number": number.strip(),
            "version": 1,
            "deal_id": deal_id,
            "currency": currency or deal.currency,
            "created_at": at,
        },
    )


def _open_deal(conn: sqlite3.Connection, deal_id: int) -> deals.DealState:
    deal = deals.state(conn, deal_id)
    if deal.status != "open":
        raise deals.closed(deal)
    return deal


def _next_number(conn: sqlite3.Connection, at: int) -> str:
    from funnelcli.numbering import next_number

    def taken(start: str) -> list[str]:
        rows = conn.execute(
            "SELECT number FROM offer WHERE number >= ? AND number < ? AND version = 1",
            (start, start + "\U0010ffff"),
        )
        return [number for (number,) in rows]

    return next_number(str(config.get("offer_number")), dates.local_date(at), taken)


def _check_until(until: object, day: str) -> None:
    if until is not None and str(until) < day:
        raise Usage(
            _("The offer would hold until {until}, before its own day, {day}.").format(
                until=until, day=day
            ),
            _("Give a later day with --until."),
        )


def _insert(conn: sqlite3.Connection, row: Mapping[str, str | int | None]) -> int:
    values = {**row, "public_id": new_id(), "recorded_at": dates.now()}
    cursor = conn.execute(
        f"INSERT INTO offer ({', '.join(values)})"
        f" VALUES ({', '.join(f':{name}' for name in values)})",
        values,
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


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


def edit(
    conn: sqlite3.Connection, offer_id: int, changes: Mapping[str, str | int | None]
) -> list[str]:
    """Change columns of FIELDS of a draft; the names of those that differ now."""
    offer = draft(conn, offer_id)
    row = conn.execute(
        f"SELECT {', '.join(FIELDS)} FROM offer WHERE id = ?", (offer_id,)
    ).fetchone()
    before = dict(zip(FIELDS, row, strict=True))
    changed = [name for name, value in changes.items() if before[name] != value]
    if "valid_until" in changed:
        _check_until(changes["valid_until"], day_of(offer))
    for name in changed:
        conn.execute(f"UPDATE offer SET {name} = ? WHERE id = ?", (changes[name], offer_id))
    if "discount" in changed:
        refresh(conn, offer_id)
    return changed


def day_of(offer: State) -> str:
    """The offer's day (ISO): the one it was sent on, before that the one it was begun on."""
    return dates.local_date(offer.sent_at or offer.created_at).isoformat()


# Lines ------------------------------------------------------------------------------------------


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
    without it) unless ``fields``, columns of LINE_FIELDS, say otherwise. Raises Refused for a
    product that is not valid on that day or is priced in another currency, Usage for a line
    without text, price or VAT.
    """
    from funnelcli.actions.products import sold_on

    offer = draft(conn, offer_id)
    line: dict[str, str | int | None] = {"quantity": 1000, "unit": "piece", "discount": 0}
    if product_id is not None:
        sold = sold_on(conn, product_id, on or day_of(offer))
        if sold.price.currency != offer.currency:
            raise Refused(
                _("{name} is priced in {one}, and the offer is in {other}.").format(
                    name=sold.name, one=sold.price.currency, other=offer.currency
                ),
                _("Write the line with --text and --price, or make the offer in {one}.").format(
                    one=sold.price.currency
                ),
            )
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
    conn.execute(
        f"INSERT INTO offer_line ({', '.join(line)})"
        f" VALUES ({', '.join(f':{name}' for name in line)})",
        line,
    )
    refresh(conn, offer_id)
    return int(position)


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
    """Change columns of LINE_FIELDS of a draft's line. Raises Usage where there is none."""
    line_id = _line_id(conn, draft(conn, offer_id), position)
    conn.execute(
        f"UPDATE offer_line SET {', '.join(f'{name} = :{name}' for name in changes)}"
        " WHERE id = :id",
        {**changes, "id": line_id},
    )
    refresh(conn, offer_id)


def remove_line(conn: sqlite3.Connection, offer_id: int, position: int) -> None:
    """Take a line out of a draft; those below it move up. Raises Usage where there is none."""
    conn.execute(
        "DELETE FROM offer_line WHERE id = ?",
        (_line_id(conn, draft(conn, offer_id), position),),
    )
    conn.execute(
        "UPDATE offer_line SET position = position - 1 WHERE offer_id = ? AND position > ?",
        (offer_id, position),
    )
    refresh(conn, offer_id)


def totals_of(conn: sqlite3.Connection, offer_id: int) -> Totals:
    """The amounts of an offer, worked out from its lines."""
    (discount,) = conn.execute("SELECT discount FROM offer WHERE id = ?", (offer_id,)).fetchone()
    rows = conn.execute(
        "SELECT quantity, price, discount, vat, list_price, cost FROM offer_line"
        " WHERE offer_id = ? ORDER BY position",
        (offer_id,),
    )
    return totals((Line(*row) for row in rows), discount)


def refresh(conn: sqlite3.Connection, offer_id: int) -> Totals:
    """Write the amounts of an offer and its lines anew. Raises Usage for a sum beyond reason."""
    from funnelcli.currencies import exponent
    from funnelcli.money import LARGEST

    offer = state(conn, offer_id)
    found = totals_of(conn, offer_id)
    if max(found.gross, found.list_net, found.cost) > LARGEST * 10 ** exponent(offer.currency):
        raise Usage(
            _("The offer {number} would come to too much.").format(number=offer.name),
            _("Amounts up to {largest} can be kept.").format(largest=LARGEST),
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


# What becomes of it -----------------------------------------------------------------------------


def send(conn: sqlite3.Connection, offer_id: int, at: int, until: str | None = None) -> State:
    """Send a draft; the deal's value follows its net amount.

    It holds until ``until``, else the day its draft says, else as many days as the setting
    offer_days. Raises Refused for an offer without lines, a closed deal, and an instant before
    the offer was begun; Usage for a validity that is over already.
    """
    offer = draft(conn, offer_id)
    deal = _open_deal(conn, offer.deal_id)
    _check_after(offer.created_at, deals.check_instant(at))
    if conn.execute("SELECT 1 FROM offer_line WHERE offer_id = ?", (offer_id,)).fetchone() is None:
        raise Refused(
            _("The offer {number} has no lines.").format(number=offer.name),
            _("`funnel offer line {id} PRODUCT` adds one.").format(id=offer_id),
        )
    day = dates.local_date(at)
    usual = (day + timedelta(days=int(config.get("offer_days")))).isoformat()
    holds = until or offer.valid_until or usual
    _check_until(holds, day.isoformat())
    conn.execute(
        "UPDATE offer SET status = 'sent', sent_at = ?, valid_until = ? WHERE id = ?",
        (at, holds, offer_id),
    )
    log.change(conn, deal.id, at, value=offer.net, currency=offer.currency)
    return state(conn, offer_id)


def off_the_list(conn: sqlite3.Connection, offer_id: int, day: str) -> list[str]:
    """Names of the products of an offer that are not sold on ``day`` (ISO)."""
    rows = conn.execute(
        "SELECT DISTINCT p.name FROM offer_line AS l JOIN product AS p ON p.id = l.product_id"
        " WHERE l.offer_id = :id AND (p.valid_from > :day OR p.valid_until < :day)"
        " ORDER BY p.name",
        {"id": offer_id, "day": day},
    )
    return [name for (name,) in rows]


def _check_after(earlier: int, at: int) -> None:
    if at < earlier:
        raise Refused(
            _("The offer has an entry of {when}, which is later.").format(
                when=dates.local(earlier).strftime("%Y-%m-%d %H:%M")
            ),
            _("Give a time after it with --at."),
        )


def _sent(conn: sqlite3.Connection, offer_id: int, at: int) -> State:
    offer = state(conn, offer_id)
    if offer.status != "sent":
        said = {
            "draft": _("The offer {number} has not been sent."),
            "accepted": _("The offer {number} has been accepted already."),
            "declined": _("The offer {number} has been declined already."),
            "revised": _("The offer {number} has a later version."),
        }
        hints = {
            "draft": _("`funnel offer send {id}` records that it was."),
            "revised": _("`funnel offer list` shows the versions."),
        }
        usual = _("`funnel offer revise {id}` makes its next version.")
        if offer.status == "accepted":
            usual = _("`funnel offer show {id}` shows it.")
        raise Refused(
            said[offer.status].format(number=offer.name),
            hints.get(offer.status, usual).format(id=offer.id),
        )
    _check_after(offer.sent_at or offer.created_at, deals.check_instant(at))
    return offer


def accept(conn: sqlite3.Connection, offer_id: int, at: int, note: str | None = None) -> State:
    """The customer has taken a sent offer.

    Raises Refused unless it was sent, and when it had expired on that day.
    """
    offer = _sent(conn, offer_id, at)
    if offer.expired(dates.local_date(at).isoformat()):
        raise Refused(
            _("The offer {number} held until {day}.").format(
                number=offer.name, day=offer.valid_until
            ),
            _(
                "`funnel offer revise {id}` renews it; one accepted in time is recorded with --at."
            ).format(id=offer.id),
        )
    _decide(conn, offer_id, "accepted", at, note)
    return state(conn, offer_id)


def decline(conn: sqlite3.Connection, offer_id: int, at: int, note: str | None = None) -> State:
    """The customer does not take a sent offer. Raises Refused unless it was sent."""
    _sent(conn, offer_id, at)
    _decide(conn, offer_id, "declined", at, note)
    return state(conn, offer_id)


def _decide(
    conn: sqlite3.Connection, offer_id: int, status: str, at: int, note: str | None
) -> None:
    conn.execute(
        "UPDATE offer SET status = ?, decided_at = ?, note = ? WHERE id = ?",
        (status, at, note, offer_id),
    )


def revise(conn: sqlite3.Connection, offer_id: int, at: int) -> State:
    """Make the next version, a draft with the same lines; this one is then revised.

    The validity is left open: it begins anew when the version is sent. Raises Refused for a
    draft, an accepted offer, a version that has a later one, and a closed deal.
    """
    offer = state(conn, offer_id)
    if offer.status == "draft":
        raise Refused(
            _("The offer {number} is a draft.").format(number=offer.name),
            _("`funnel offer line {id}` and `funnel offer edit {id}` change it.").format(
                id=offer_id
            ),
        )
    if offer.status in ("accepted", "revised"):
        _sent(conn, offer_id, at)
    _open_deal(conn, offer.deal_id)
    _check_after(offer.sent_at or offer.created_at, deals.check_instant(at))
    intro, closing, binding = conn.execute(
        "SELECT intro, closing, binding FROM offer WHERE id = ?", (offer_id,)
    ).fetchone()
    new = _insert(
        conn,
        {
            "number": offer.number,
            "version": offer.version + 1,
            "deal_id": offer.deal_id,
            "currency": offer.currency,
            "discount": offer.discount,
            "binding": binding,
            "intro": intro,
            "closing": closing,
            "created_at": at,
        },
    )
    copied = "position, product_id, text, quantity, unit, price, discount, vat, list_price, cost"
    conn.execute(
        f"INSERT INTO offer_line (offer_id, {copied}, net) SELECT ?, {copied}, net FROM offer_line"
        " WHERE offer_id = ? ORDER BY position",
        (new, offer_id),
    )
    refresh(conn, new)
    conn.execute("UPDATE offer SET status = 'revised' WHERE id = ?", (offer_id,))
    return state(conn, new)


def remove(conn: sqlite3.Connection, offer_ids: Sequence[int]) -> None:
    """Remove versions of offers with their lines. The version before becomes what it was.

    Raises NotFound when one of them does not exist, Refused for a version that has a later one.
    """
    for offer_id in offer_ids:
        offer = state(conn, offer_id)
        if conn.execute(
            "SELECT 1 FROM offer WHERE number = ? AND version > ?", (offer.number, offer.version)
        ).fetchone():
            raise Refused(
                _("The offer {number} has a later version.").format(number=offer.name),
                _("Remove the later one first."),
            )
        conn.execute("DELETE FROM offer WHERE id = ?", (offer_id,))
        conn.execute(
            "UPDATE offer SET status = CASE WHEN decided_at IS NULL THEN 'sent' ELSE 'declined' END"
            " WHERE number = ? AND version = ? AND status = 'revised'",
            (offer.number, offer.version - 1),
        )
