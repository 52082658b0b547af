"""The right of withdrawal: until when a customer can take back what was agreed.

A deal's period follows from its process's rule (:mod:`funnelcli.values.withdrawal`) and from what
is on record: when its contract was signed, goods were received, the customer was instructed.
Whatever changes one of these puts the last day anew, but for one that was put by hand.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import date

from funnelcli import config
from funnelcli.actions import standing
from funnelcli.db import bulk, rows
from funnelcli.db.transaction import sorting_on_disk
from funnelcli.errors import Refused, Usage
from funnelcli.i18n import _
from funnelcli.nouns import naming
from funnelcli.plain import NamedTuple
from funnelcli.values import daytext, spans
from funnelcli.values.withdrawal import Rule, last_day

# Columns of a deal that `win` and `deal edit` set.
FIELDS = ("revocable_until", "withdrawal_from", "received_on")
_NONE: rows.Row = dict.fromkeys((*FIELDS, "withdrawal_sent_on"))
_RULE = ", ".join(f"p.withdrawal_{name}" for name in Rule._fields)


class Standing(NamedTuple):
    """What a deal's period of withdrawal follows from; days as ISO text.

    ``begins`` is a key of words.WITHDRAWAL_FROM, ``until`` None while goods are not received;
    ``contract_on`` is the day of the contract, else of the win.
    """

    rule: Rule | None
    begins: str
    until: str | None
    contract_on: str
    received_on: str | None
    instructed_on: str | None
    contract_id: int | None

    @property
    def since(self) -> str | None:
        """The day whose event starts the period; None while goods are not received."""
        if self.begins != "receipt":
            return self.contract_on
        return None if self.received_on is None else max(self.contract_on, self.received_on)

    @property
    def uninstructed(self) -> bool:
        """Whether the period is the long one, for want of an instruction."""
        rule = self.rule
        return (
            self.begins != "set"
            and rule is not None
            and rule.uninstructed_months is not None
            and self.instructed_on is None
        )


def rule_of(conn: sqlite3.Connection, process_id: int) -> Rule | None:
    """The right of withdrawal that a process gives; None where a win is final."""
    row = conn.execute(f"SELECT {_RULE} FROM process AS p WHERE p.id = ?", (process_id,)).fetchone()
    return None if row[0] is None else Rule(*row)


def standing_of(conn: sqlite3.Connection, deal_id: int) -> Standing | None:
    """What the period of withdrawal of a deal that was won follows from; None where the deal has no
    such right."""
    row = conn.execute(
        f"SELECT {_RULE}, d.withdrawal_from, d.revocable_until, coalesce("
        "(SELECT min(k.signed_on) FROM contract AS k WHERE k.deal_id = d.id), d.won_on),"
        " d.received_on,"
        " (SELECT min(k.instruction_on) FROM contract AS k WHERE k.deal_id = d.id),"
        " (SELECT min(k.id) FROM contract AS k WHERE k.deal_id = d.id)"
        " FROM deal AS d JOIN process AS p ON p.id = d.process_id"
        " WHERE d.id = ? AND d.withdrawal_from IS NOT NULL",
        (deal_id,),
    ).fetchone()
    if row is None:
        return None
    rule, stated = row[: len(Rule._fields)], row[len(Rule._fields) :]
    return Standing(None if rule[0] is None else Rule(*rule), *stated)


def contract_day(conn: sqlite3.Connection, deal_id: int) -> str | None:
    """The day (ISO) that a deal's contract was made on, else the one it was won on; None for a deal
    that has neither."""
    query = (
        "SELECT coalesce((SELECT min(k.signed_on) FROM contract AS k WHERE k.deal_id = d.id),"
        " d.won_on) FROM deal AS d WHERE d.id = ?"
    )
    row = conn.execute(query, (deal_id,)).fetchone()
    return None if row is None else row[0]


def instructed(conn: sqlite3.Connection, deal_id: int) -> bool:
    """Whether it is on record that the customer was instructed on the right."""
    query = "SELECT 1 FROM contract WHERE deal_id = ? AND instruction_on IS NOT NULL"
    return conn.execute(query, (deal_id,)).fetchone() is not None


def begin(conn: sqlite3.Connection, deal_id: int) -> None:
    """Give a deal that is won now the right of withdrawal that its process gives, or none."""
    rule = rule_of(conn, standing.state(conn, deal_id).process_id)
    if rule is not None:
        rows.update(conn, "deal", deal_id, {"withdrawal_from": rule.begins})
        refresh(conn, deal_id)


def end(conn: sqlite3.Connection, *deal_ids: int) -> None:
    """Take away from deals that are opened again what their wins brought along."""
    bulk.update(conn, "deal", [*_NONE], [(deal_id, *_NONE.values()) for deal_id in deal_ids])


def refresh(conn: sqlite3.Connection, deal_id: int) -> None:
    """Put a deal's last day anew from what is on record; one that was put by hand stays, and so
    does that of a deal which is not won or has no rule. Raises NotFound."""
    naming.check(conn, deal=deal_id)
    (status,) = conn.execute("SELECT status FROM deal WHERE id = ?", (deal_id,)).fetchone()
    now = standing_of(conn, deal_id) if status == "won" else None
    if now is None or now.begins == "set" or now.rule is None:
        return
    until = None
    if now.since is not None:
        begun = date.fromisoformat(now.since)
        told = None if now.instructed_on is None else date.fromisoformat(now.instructed_on)
        until = last_day(now.rule, begun, told, config.get("state")).isoformat()
    if until != now.until:
        rows.update(conn, "deal", deal_id, {"revocable_until": until})


def moved(conn: sqlite3.Connection, command_id: int, after: int = 0) -> list[int]:
    """The deals that were won before a command of the journal and are, whose last day it moved
    after an entry of it (by its id)."""
    with sorting_on_disk(conn):
        rows_found = conn.execute(
            "SELECT d.id FROM (SELECT min(id) AS id FROM journal"
            " WHERE command_id = ? AND id > ? AND table_name = 'deal' GROUP BY row_id) AS first"
            " JOIN journal AS j ON j.id = first.id JOIN deal AS d ON d.id = j.row_id"
            " WHERE d.status = 'won' AND json_extract(j.before, '$.status') = 'won'"
            " AND (json_extract(j.before, '$.revocable_until') IS NOT d.revocable_until"
            " OR json_extract(j.before, '$.withdrawal_from') IS NOT d.withdrawal_from)"
            " ORDER BY d.id",
            (command_id, after),
        ).fetchall()
    return [row[0] for row in rows_found]


def edit(
    conn: sqlite3.Connection, deal_id: int, changes: Mapping[str, str | int | None]
) -> list[str]:
    """Change FIELDS of a won deal; the names of those that differ now.

    A ``revocable_until`` is put by hand, and None takes the right away; what the period begins with
    brings back what follows from the rule. The receipt of goods begins it. Raises Refused for a
    deal that is not won or, with no rule to reckon by, for what begins a period; Usage for a
    receipt to come and a last day before the contract's.
    """
    deal = standing.state(conn, deal_id)
    if deal.status != "won":
        raise Refused(
            _("The deal {title} is not won.").format(title=deal.title),
            _("A withdrawal period belongs to a win."),
        )
    received = changes.get("received_on")
    assert received is None or isinstance(received, str)
    standing.check_day(received, _("--received-on says when the goods were received."))
    before = rows.read(conn, "deal", FIELDS, deal_id)
    assert before is not None
    row: rows.Row = dict(changes)
    if "revocable_until" in changes:
        if changes.get("withdrawal_from") is not None:
            raise Usage(
                _("--{one} and --{other} cannot both be.").format(
                    one="revocable-until", other="withdrawal-from"
                ),
                _("A last day that was put by hand begins with nothing."),
            )
        row["withdrawal_from"] = None if changes["revocable_until"] is None else "set"
    elif (
        "withdrawal_from" not in changes
        and changes.get("received_on") is not None
        and before["withdrawal_from"] == "contract"
    ):
        row["withdrawal_from"] = "receipt"
    begins = row.get("withdrawal_from")
    if begins in ("contract", "receipt") and rule_of(conn, deal.process_id) is None:
        raise Refused(
            _("The process {key} has no rule of withdrawal.").format(key=deal.process),
            _("Put the last day with --revocable-until."),
        )
    if "withdrawal_from" in row and begins is None:
        row["revocable_until"] = None
    rows.update(conn, "deal", deal_id, row)
    refresh(conn, deal_id)
    after = rows.read(conn, "deal", FIELDS, deal_id)
    assert after is not None
    now = standing_of(conn, deal_id)
    if now is not None and now.until is not None and now.until < now.contract_on:
        raise Usage(
            _("The contract was made on {day}, after {named}.").format(
                day=daytext.day(now.contract_on), named=daytext.day(now.until)
            ),
            _("The period ends on that day at the earliest."),
        )
    return [name for name in FIELDS if before[name] != after[name]]


def put_on_record(
    conn: sqlite3.Connection, before: standing.DealState, until: str | int | None
) -> None:
    """Put on record that the last day of a win, as it stood ``before``, is put right by hand; one
    that there was not is no correction."""
    if before.revocable_until is None:
        return
    from funnelcli.actions.correction_record import record

    (won_at,) = conn.execute("SELECT won_at FROM deal WHERE id = ?", (before.id,)).fetchone()
    was = before.revocable_until
    record(conn, won_at, "won", "revocable_until", was, until, deal_id=before.id)


def check_sent(conn: sqlite3.Connection, deal: standing.DealState, sent: str) -> str | None:
    """Whether a withdrawal of a won deal counts that was sent on the day ``sent`` (ISO): None where
    it does, the last day of the period where that was over.

    It counts when it was sent, not when it came (§ 355 I BGB). Raises Refused for a win that cannot
    be withdrawn, Usage for a day before the contract's.
    """
    now = standing_of(conn, deal.id)
    if now is None:
        raise Refused(
            _("The deal {title} has no withdrawal period.").format(title=deal.title),
            _("`funnel reopen {id}` opens it again.").format(id=deal.id),
        )
    if sent < now.contract_on:
        raise Usage(
            _("The contract was made on {day}, after {named}.").format(
                day=daytext.day(now.contract_on), named=daytext.day(sent)
            ),
            _("A withdrawal comes after it; give the day it was sent with --sent."),
        )
    return now.until if now.until is not None and sent > now.until else None


def instruction_command(deal_id: int, contract_id: int | None) -> str:
    """The command that records when the customer was instructed."""
    if contract_id is None:
        from funnelcli.actions import criteria

        return criteria.COMMANDS["withdrawal_instruction"].format(id=deal_id)
    return f"funnel contract edit {contract_id} --instruction-on DATE"


def told(now: Standing) -> str:
    """What the last day follows from, in the language spoken now."""
    rule = now.rule
    if now.begins == "set" or rule is None:
        return _("put by hand")
    if now.since is None:
        return _("the period begins when the goods are received")
    # What was handed over before the contract begins nothing.
    by_receipt = now.begins == "receipt" and now.since == now.received_on
    days = spans.in_words(f"{rule.days}d")
    if now.uninstructed:
        months = spans.in_words(f"{rule.uninstructed_months}m")
        span = _("{months} and {days}").format(months=months, days=days)
        if by_receipt:
            text = _("no instruction on record: {span} from the receipt of the goods on {day}")
        else:
            text = _("no instruction on record: {span} from the contract of {day}")
        return text.format(span=span, day=daytext.day(now.since))
    late = rule.uninstructed_months is not None and (now.instructed_on or "") > now.since
    if late:
        text = _("{span} from the instruction of {day}")
    elif by_receipt:
        text = _("{span} from the receipt of the goods on {day}")
    else:
        text = _("{span} from the contract of {day}")
    return text.format(span=days, day=daytext.day((now.instructed_on if late else now.since) or ""))
