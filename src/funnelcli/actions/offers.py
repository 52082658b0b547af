"""Offers: begun, sent, decided, revised. Every version is a row of its own.

Their lines and amounts are in :mod:`funnelcli.actions.offer_lines`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import timedelta

from funnelcli import config
from funnelcli.actions import log, standing
from funnelcli.actions.offer_lines import State, day_of, draft, refresh, reprice, state
from funnelcli.db import rows
from funnelcli.errors import Refused, Usage
from funnelcli.i18n import _
from funnelcli.ids import new_id
from funnelcli.nouns.offer import OFFER
from funnelcli.text import END
from funnelcli.values import dates, daytext
from funnelcli.values.currencies import check_currency

FIELDS = OFFER.editable


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
    columns of FIELDS. Raises Refused for a deal that is closed or a number that is taken or was
    once, Usage for a validity that is over already, an instant to come and what is no currency.
    """
    deal = _open_deal(conn, deal_id)
    standing.check_instant(at)
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
    elif number.strip() in _removed_numbers(conn):
        raise Refused(
            _("The number {number} was that of an offer that was removed.").format(
                number=number.strip()
            ),
            _("Leave --number out for the next free one."),
        )
    currency = deal.currency if currency is None else check_currency(currency)
    given = dict(fields or {})
    _check_until(given.get("valid_until"), day.isoformat())
    return _insert(
        conn,
        {
            **given,
            "number": number.strip(),
            "version": 1,
            "deal_id": deal_id,
            "currency": currency,
            "created_at": at,
        },
    )


def _open_deal(conn: sqlite3.Connection, deal_id: int) -> standing.DealState:
    deal = standing.state(conn, deal_id)
    if deal.status != "open":
        raise standing.closed(deal)
    return deal


def _next_number(conn: sqlite3.Connection, at: int) -> str:
    from funnelcli.values.numbering import next_number

    def taken(start: str) -> list[str]:
        found = conn.execute(
            "SELECT number FROM offer WHERE number >= ? AND number < ? AND version = 1",
            (start, start + END),
        )
        return [number for (number,) in found] + _removed_numbers(conn)

    return next_number(str(config.get("offer_number")), dates.local_date(at), taken)


def _removed_numbers(conn: sqlite3.Connection) -> list[str]:
    """The numbers of offers that were removed: a customer may have them on paper. One whose making
    was undone never was."""
    found = conn.execute(
        "SELECT DISTINCT json_extract(j.before, '$.number') FROM journal AS j"
        " LEFT JOIN command AS k ON k.id = j.command_id"
        " WHERE j.table_name = 'offer' AND j.op = 'delete' AND coalesce(k.kind, 'do') <> 'undo'"
        " UNION SELECT number FROM offer_past"
    )
    return [number for (number,) in found]


def _check_until(until: object, day: str) -> None:
    if until is not None and str(until) < day:
        raise Usage(
            _("The offer would hold until {until}, before its own day, {day}.").format(
                until=daytext.day(str(until)), day=daytext.day(day)
            ),
            _("Give a later day with --until."),
        )


def _insert(conn: sqlite3.Connection, row: Mapping[str, str | int | None]) -> int:
    own: rows.Row = {"public_id": new_id(), "recorded_at": dates.now()}
    return rows.insert(conn, "offer", {**row, **own})


def edit(
    conn: sqlite3.Connection, offer_id: int, changes: Mapping[str, str | int | None]
) -> list[str]:
    """Change columns of FIELDS of a draft; the names of those that differ now. Its lines keep
    their amounts in another currency.

    Raises Refused where a line's product is priced in another one than that, Usage where it has
    no decimals for an amount, and for a validity that is over already.
    """
    offer = draft(conn, offer_id)
    before = rows.read(conn, "offer", FIELDS, offer_id)
    assert before is not None
    changed = {name: value for name, value in changes.items() if before[name] != value}
    if "valid_until" in changed:
        _check_until(changes["valid_until"], day_of(offer))
    if "currency" in changed:
        reprice(conn, offer, str(changed["currency"]))
    rows.update(conn, "offer", offer_id, changed)
    if changed.keys() & {"discount", "currency"}:
        refresh(conn, offer_id)
    return list(changed)


# What becomes of it -----------------------------------------------------------------------------


def send(conn: sqlite3.Connection, offer_id: int, at: int, until: str | None = None) -> State:
    """Send a draft; the deal's value follows its net amount.

    It holds until ``until``, else the day its draft says, else as many days as the setting
    offer_days. Raises Refused for an offer without lines, a closed deal, and an instant before
    the offer was begun; Usage for a validity that is over already.
    """
    offer = draft(conn, offer_id)
    deal = _open_deal(conn, offer.deal_id)
    _check_after(offer.created_at, standing.check_instant(at))
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
                when=daytext.moment(earlier)
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
    _check_after(offer.sent_at or offer.created_at, standing.check_instant(at))
    return offer


def accept(conn: sqlite3.Connection, offer_id: int, at: int, note: str | None = None) -> State:
    """The customer has taken a sent offer.

    Raises Refused unless it was sent, and when it had expired on that day.
    """
    offer = _sent(conn, offer_id, at)
    if offer.expired(dates.local_date(at).isoformat()):
        raise Refused(
            _("The offer {number} held until {day}.").format(
                number=offer.name, day=daytext.day(offer.valid_until or "")
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
    rows.update(conn, "offer", offer_id, {"status": status, "decided_at": at, "note": note})


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
    _check_after(offer.sent_at or offer.created_at, standing.check_instant(at))
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
