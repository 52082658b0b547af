"""Customer care: how often to be in touch, satisfaction, referrals, complaints."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from funnelcli.actions import contacts, standing
from funnelcli.db import rows
from funnelcli.errors import Refused, Usage
from funnelcli.i18n import _
from funnelcli.ids import new_id
from funnelcli.nouns import naming
from funnelcli.nouns.noun import Noun
from funnelcli.nouns.words import choose
from funnelcli.typed import Any
from funnelcli.values import dates, daytext
from funnelcli.values.spans import in_days, in_months, read_span

SCALES = {"nps": (0, 10), "csat": (1, 5)}
MOST_DAYS = 3650


def read_interval(text: str) -> str:
    """How often to be in touch, as a span: "90d", "6w", "3m", "monthly" or plain days. Raises
    Usage.
    """
    word = text.strip()
    if word.isascii() and word.isdecimal() and len(word) <= 4:
        return f"{word}d"
    span = read_span(word)
    if span is None:
        raise Usage(
            _("{value} is no interval.").format(value=text), _("Write it like 90d, 6w or 3m.")
        )
    return span


def plan(conn: sqlite3.Connection, contact_id: int, every: str, starts_on: str) -> None:
    """Be in touch with a contact once in a span ("90d", "3m": calendar months), counted from the
    last real contact, or from ``starts_on`` (a plain date) until there was one.

    Raises Usage for what is no interval of 1 to 3650 days, Refused for a contact that is not to be
    contacted, NotFound for none.
    """
    every = read_interval(every)
    every_days = in_days(every)
    if not 1 <= every_days <= MOST_DAYS:
        raise Usage(
            _("{value} is no number of days.").format(value=every_days),
            _("Write a whole number from 1 to 3650."),
        )
    naming.check(conn, contact=contact_id)
    (name, barred) = conn.execute(
        "SELECT name, do_not_contact FROM contact WHERE id = ?", (contact_id,)
    ).fetchone()
    if barred:
        raise Refused(
            _("{name} does not want to be contacted.").format(name=name),
            _("`funnel contact edit {id} --may-contact` lifts that.").format(id=contact_id),
        )
    conn.execute(
        "INSERT INTO care_plan (contact_id, every_days, every_months, starts_on, recorded_at)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (contact_id) DO UPDATE SET"
        " every_days = excluded.every_days, every_months = excluded.every_months,"
        " starts_on = excluded.starts_on",
        (contact_id, every_days, in_months(every), starts_on, dates.now()),
    )


def unplan(conn: sqlite3.Connection, contact_id: int) -> None:
    """Plan no further care of a contact. Raises Refused when none is planned."""
    if conn.execute("DELETE FROM care_plan WHERE contact_id = ?", (contact_id,)).rowcount == 0:
        raise Refused(
            _("No care is planned for this contact."),
            _("`funnel care set CONTACT --every 90d` plans it."),
        )


def score(
    conn: sqlite3.Connection,
    contact_id: int,
    kind: str,
    value: int,
    day: str,
    *,
    comment: str | None = None,
    deal_id: int | None = None,
) -> int:
    """Record how satisfied a contact was on a plain date; the id of the record.

    ``kind`` is "nps" (0 to 10: would they recommend us) or "csat" (1 to 5: how satisfied). Raises
    Usage for another kind, a score off the scale or a day to come, NotFound for a contact or a deal
    that does not exist.
    """
    kind = choose(dict.fromkeys(SCALES, ""), kind, "--kind")
    naming.check(conn, contact=contact_id, deal=deal_id)
    low, high = SCALES[kind]
    if not low <= value <= high:
        raise Usage(
            _("{value} is no score: {kind} goes from {low} to {high}.").format(
                value=value, kind=kind, low=low, high=high
            ),
            _("--kind says which scale it is on: nps or csat."),
        )
    row: rows.Row = {
        "public_id": new_id(),
        "contact_id": contact_id,
        "deal_id": deal_id,
        "kind": kind,
        "score": value,
        "comment": comment,
        "scored_on": _past(day),
        "recorded_at": dates.now(),
    }
    return rows.insert(conn, "satisfaction", row)


def _past(day: str) -> str:
    standing.check_day(day, _("Give a day that has come."))
    return day


def refer(
    conn: sqlite3.Connection,
    referrer_id: int,
    day: str,
    *,
    name: str | None = None,
    existing_id: int | None = None,
    emails: Sequence[str] = (),
    phones: Sequence[str] = (),
    deal_id: int | None = None,
    note: str | None = None,
) -> int:
    """Record that a contact named somebody on a plain date; the id of who was named.

    With ``name`` that is a new contact, with the source "referral"; with ``existing_id`` one on
    file, whose source and referrer are kept where they are known. Raises Usage, Refused for
    oneself and for a referral that is on record, NotFound for a contact or a deal that does not
    exist.
    """
    _past(day)
    naming.check(conn, contact=referrer_id, deal=deal_id)
    naming.check(conn, contact=existing_id)
    if existing_id is None:
        referred_id = contacts.add(
            conn,
            name or "",
            fields={"source": "referral", "referred_by_id": referrer_id},
            emails=emails,
            phones=phones,
            at=min(dates.now(), dates.parse_when(day)),
        )
    else:
        referred_id = existing_id
        if referred_id == referrer_id:
            raise Refused(_("Nobody refers themselves."), _("Name another contact."))
        conn.execute(
            "UPDATE contact SET source = coalesce(source, 'referral'),"
            " referred_by_id = coalesce(referred_by_id, ?) WHERE id = ?",
            (referrer_id, referred_id),
        )
        contacts.add_details(conn, referred_id, emails=emails, phones=phones)
    cursor = conn.execute(
        "INSERT INTO referral (public_id, referrer_id, referred_id, deal_id, referred_on, note,"
        " recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (new_id(), referrer_id, referred_id, deal_id, day, note, dates.now()),
    )
    if cursor.rowcount == 0:
        raise Refused(
            _("That referral is on record already."),
            _("`funnel contact show {id}` lists them.").format(id=referrer_id),
        )
    return referred_id


def complain(
    conn: sqlite3.Connection,
    contact_id: int,
    text: str,
    day: str,
    *,
    deal_id: int | None = None,
) -> int:
    """Record a complaint of a plain date; its id. Raises Usage without words, for a day to come,
    NotFound for a contact or a deal that does not exist."""
    if not text.strip():
        raise Usage(
            _("A complaint needs words."),
            _('Write it like: funnel care complain mueller "delivered too late"'),
        )
    naming.check(conn, contact=contact_id, deal=deal_id)
    row: rows.Row = {
        "public_id": new_id(),
        "contact_id": contact_id,
        "deal_id": deal_id,
        "text": text.strip(),
        "raised_on": _past(day),
        "recorded_at": dates.now(),
    }
    return rows.insert(conn, "complaint", row)


def resolve(conn: sqlite3.Connection, complaint_id: int, day: str, how: str) -> None:
    """Record how a complaint was put right on a plain date.

    Raises Usage without words or for a day to come; Refused when it was already, or was raised
    later; NotFound.
    """
    naming.check(conn, complaint=complaint_id)
    (raised_on, resolved_on) = conn.execute(
        "SELECT raised_on, resolved_on FROM complaint WHERE id = ?", (complaint_id,)
    ).fetchone()
    if resolved_on is not None:
        raise Refused(
            _("The complaint was put right on {day}.").format(day=daytext.day(resolved_on)),
            _("`funnel undo` takes back the last command."),
        )
    if _past(day) < raised_on:
        raise Refused(
            _("The complaint was made on {day}, after that.").format(day=daytext.day(raised_on)),
            _("Give a later day."),
        )
    if not how.strip():
        raise Usage(_("How was it put right?"), _("Say it in a few words."))
    conn.execute(
        "UPDATE complaint SET resolution = ?, resolved_on = ? WHERE id = ?",
        (how.strip(), day, complaint_id),
    )


def remove(conn: sqlite3.Connection, noun: Noun[Any], ids: Sequence[int]) -> None:
    """Remove scores or complaints. Raises NotFound for one that is not there."""
    for record_id in ids:
        if not rows.delete(conn, noun.table, record_id):
            raise naming.missing(noun, str(record_id))
