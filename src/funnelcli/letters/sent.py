"""What is put on record of a letter that went out: a note, the PDF itself, and what follows."""

from __future__ import annotations

import os
import sqlite3

from funnelcli.actions import attachments, contracts, notes, offers, standing, withdrawal
from funnelcli.actions.offer_lines import state
from funnelcli.i18n import _
from funnelcli.letters.kinds import OFFER, WITHDRAWAL, Letter
from funnelcli.letters.mail import File, Mail
from funnelcli.nouns.placeholders import placeholder
from funnelcli.values import dates


def record(conn: sqlite3.Connection, letter: Letter, mail: Mail, at: int) -> list[str]:
    """Put on record that a letter was sent at the instant ``at`` (UTC seconds); what is told of it.

    An offer that was a draft is sent; the contract of the deal, made for a won one that has
    none, has from then on the day of the instruction. Raises Refused where the offer cannot be
    sent.
    """
    send(conn, letter, at)
    text = _("Mailed to {address}: {subject}").format(address=mail.to, subject=mail.subject)
    notes.add(conn, text, deal_id=letter.deal_id, at=at)
    lines = [text]
    contract = conn.execute(
        "SELECT id, instruction_on FROM contract WHERE deal_id = ? ORDER BY id LIMIT 1",
        (letter.deal_id,),
    ).fetchone()
    told = any(file.kind == WITHDRAWAL for file in mail.files)
    won = standing.state(conn, letter.deal_id).status == "won"
    if told and contract is None and won:
        fields = {"instruction_on": dates.local_date(at).isoformat()}
        contract = (contracts.add(conn, letter.deal_id, fields), fields["instruction_on"])
        lines.append(
            _("The day of the instruction is on the contract: `funnel contract show {id}`.").format(
                id=contract[0]
            )
        )
    elif told and contract is None:
        lines.append(
            _("Record when the customer was instructed: {command}").format(
                command=placeholder(withdrawal.instruction_command(letter.deal_id, None))
            )
        )
    elif told and contract[1] is None:
        contracts.edit(conn, contract[0], {"instruction_on": dates.local_date(at).isoformat()})
    for file in mail.files:
        if file.kind == OFFER:
            _keep(conn, file, "offer_id", letter.offer_id)
        elif contract is not None:
            _keep(conn, file, "contract_id", contract[0])
        else:
            _keep(conn, file, "deal_id", letter.deal_id)
    return lines


def send(conn: sqlite3.Connection, letter: Letter, at: int) -> None:
    """Send the offer that a letter shows, where it is a draft. Raises Refused where it cannot be
    sent."""
    if letter.kind != OFFER or letter.offer_id is None:
        return
    if state(conn, letter.offer_id).status == "draft":
        offers.send(conn, letter.offer_id, at)


def _keep(conn: sqlite3.Connection, file: File, column: str, record_id: int | None) -> None:
    """Add what was sent to the files of a record, unless it is there."""
    assert record_id is not None
    path = os.path.join(attachments.place(), file.name)
    with open(path, "wb") as out:
        out.write(file.data)
    source = attachments.look(path)
    there = f"SELECT 1 FROM attachment WHERE {column} = ? AND digest = ?"
    if conn.execute(there, (record_id, source.digest)).fetchone() is None:
        attachments.add(conn, source, column, record_id)
