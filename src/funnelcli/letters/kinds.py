"""The kinds of letters: what each says, in what language, and what its file is called."""

from __future__ import annotations

import sqlite3

from funnelcli import letters
from funnelcli.actions import withdrawal as period
from funnelcli.actions.attachments import safe_name
from funnelcli.letters import confirmation, offer, withdrawal
from funnelcli.letters.offer import language_for
from funnelcli.plain import NamedTuple
from funnelcli.typed import Any

OFFER, CONFIRMATION, WITHDRAWAL = "offer", "confirmation", "withdrawal"


class Letter(NamedTuple):
    """A letter: its kind (words.LETTER) and what it is about. ``offer_id`` is the offer that it
    shows, None for an instruction; ``prices`` and ``subject`` are None for the usual ones."""

    kind: str
    deal_id: int
    contact_id: int | None
    offer_id: int | None
    lang: str
    prices: str | None = None
    subject: str | None = None

    def values(self, conn: sqlite3.Connection) -> dict[str, Any]:
        """What its templates get. Raises Refused where there is nothing to write."""
        if self.kind == WITHDRAWAL:
            return withdrawal.values(conn, self.deal_id, self.lang, self.subject)
        if self.kind == CONFIRMATION:
            return confirmation.values(conn, self.deal_id, self.lang, self.prices)
        assert self.offer_id is not None
        return offer.values(conn, self.offer_id, self.lang, self.prices)

    def enclosed(self, conn: sqlite3.Connection) -> list[Letter]:
        """The letters that go along with it: with the confirmation of an order that can be
        withdrawn, the instruction."""
        if self.kind != CONFIRMATION or period.standing_of(conn, self.deal_id) is None:
            return []
        return [self._replace(kind=WITHDRAWAL, offer_id=None, prices=None)]


def letter(
    conn: sqlite3.Connection,
    kind: str,
    deal_id: int,
    offer_id: int | None,
    *,
    lang: str | None = None,
    prices: str | None = None,
    subject: str | None = None,
) -> Letter:
    """The letter of a ``kind`` about a deal; in the contact's language without ``lang``. Raises
    Refused for a confirmation of a deal that was not won with an offer."""
    if kind == CONFIRMATION:
        offer_id = confirmation.offer_of(conn, deal_id).id
    (contact_id,) = conn.execute("SELECT contact_id FROM deal WHERE id = ?", (deal_id,)).fetchone()
    language = lang or language_for(conn, contact_id)
    return Letter(kind, deal_id, contact_id, offer_id, language, prices, subject)


def file_name(kind: str, values: dict[str, Any]) -> str:
    """What a letter's PDF is called: "Auftragsbestätigung 2026-0001.pdf"."""
    if kind == WITHDRAWAL:
        return safe_name(f"{values['title']}.pdf")
    return safe_name(f"{letters.texts(values['lang'])[kind]} {values['number']}.pdf")
