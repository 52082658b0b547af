"""A template tried on made-up letters: mistakes show before a customer sees them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, nullcontext
from typing import Any

from funnelcli import letters
from funnelcli.actions import closing as wins
from funnelcli.actions import contacts, deals, offer_lines, offers
from funnelcli.db import rows
from funnelcli.db.connection import connect
from funnelcli.db.transaction import command
from funnelcli.i18n import LANGUAGES
from funnelcli.letters import confirmation, offer, templates, withdrawal
from funnelcli.letters.kinds import CONFIRMATION, OFFER, WITHDRAWAL
from funnelcli.nouns import naming
from funnelcli.values import dates

_SENDER = dict.fromkeys(letters.SENDER, "–")


def check(name: str, path: str) -> None:
    """Write letters with the template in the file at ``path`` in place of the one called ``name``:
    to a firm and to a consumer, with discounts and without, in every language.

    Raises Failed, with the file and line, where one of them cannot be written.
    """
    template = templates.TEMPLATES[name]
    # One that cannot be read is named before anything is made up.
    templates.read(path)
    form = "md" if template.file.endswith(".md.j2") else "html"
    words = letters.words_from(path) if name == "words" else nullcontext()
    own = {} if name == "words" else {template.file: path}
    kinds = (OFFER, CONFIRMATION, WITHDRAWAL) if name in ("words", "letter") else (template.kind,)
    with words, closing(connect(":memory:")) as conn, command(conn, "letter check"):
        for deal_id, offer_id in _made_up(conn):
            for lang in LANGUAGES:
                for kind in kinds:
                    letters.render(kind, form, _values(conn, kind, deal_id, offer_id, lang), own)


def _values(
    conn: sqlite3.Connection, kind: str, deal_id: int, offer_id: int, lang: str
) -> dict[str, Any]:
    if kind == WITHDRAWAL:
        return withdrawal.values(conn, deal_id, lang, "goods", _SENDER)
    if kind == CONFIRMATION:
        return confirmation.values(conn, deal_id, lang)
    return offer.values(conn, offer_id, lang)


def _made_up(conn: sqlite3.Connection) -> Iterator[tuple[int, int]]:
    """Deals that are won, each with its offer: of a firm with discounts, and of a consumer."""
    at = dates.now()
    fields = {"street": "Ring 1", "postcode": "89073", "town": "Ulm"}
    firm = contacts.add(conn, "Weber GmbH", fields={**fields, "kind": "organisation"})
    for contact, process, discount in (
        (contacts.add(conn, "Frau Dr. Eva Roth", fields={"organisation_id": firm}), "cycle", 500),
        (contacts.add(conn, "Kim Lee", fields=fields), "funnel", 0),
    ):
        deal_id = deals.add(
            conn,
            "Solar roof",
            process_id=naming.process_id(conn, process),
            currency="EUR",
            contact_id=contact,
            at=at,
        )
        offer_id = offers.add(conn, deal_id, at, fields={"discount": discount})
        for vat in (1900, 700):
            line: rows.Row = {
                "text": "Solar roof",
                "price": 123_456,
                "vat": vat,
                "discount": discount,
            }
            offer_lines.add_line(conn, offer_id, line)
        offers.send(conn, offer_id, at)
        wins.win(conn, deal_id, at)
        yield deal_id, offer_id
