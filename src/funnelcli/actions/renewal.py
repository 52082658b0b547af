"""The next turn of the cycle: a new deal that follows on a won one."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from funnelcli.actions import deals, standing
from funnelcli.errors import Refused
from funnelcli.i18n import _
from funnelcli.values import daytext

KINDS = ("renewal", "repeat", "upsell")


def renew(
    conn: sqlite3.Connection,
    deal_id: int,
    at: int,
    *,
    kind: str = "repeat",
    title: str | None = None,
    value: int | None = None,
    currency: str | None = None,
    expected_close: str | None = None,
    stage_id: int | None = None,
    attributes: Mapping[str, str | int | None] | None = None,
) -> int:
    """Open a deal with the same contacts, product and process that follows on a won one; its id.

    The value is that of the last one unless another is given, in minor units of ``currency``; the
    source is "existing_customer". Raises Refused for a deal that is not won and for a time before
    its win; the rest as :func:`deals.add` does.
    """
    deal = standing.state(conn, deal_id)
    if deal.status != "won":
        raise Refused(
            _("The deal {title} is not won.").format(title=deal.title),
            _("Only a won deal has a next turn; `funnel deal add` opens another one."),
        )
    contact_id, product, won_at = conn.execute(
        "SELECT contact_id, product, won_at FROM deal WHERE id = ?", (deal_id,)
    ).fetchone()
    if at < won_at:
        raise Refused(
            _("The deal {title} was won on {day}, which is later.").format(
                title=deal.title, day=daytext.day(deal.won_on or "")
            ),
            _("Give a later time with --at."),
        )
    new_id = deals.add(
        conn,
        title or deal.title,
        process_id=deal.process_id,
        stage_id=stage_id,
        contact_id=contact_id,
        value=deal.value if value is None else value,
        currency=currency or deal.currency,
        expected_close=expected_close,
        at=at,
        attributes={
            "kind": kind,
            "previous_deal_id": deal_id,
            "product": product,
            "source": "existing_customer",
            **(attributes or {}),
        },
    )
    conn.execute(
        "INSERT INTO deal_contact (deal_id, contact_id, role, note)"
        " SELECT ?, contact_id, role, note FROM deal_contact WHERE deal_id = ? ORDER BY id",
        (new_id, deal_id),
    )
    return new_id
