"""Calls: whether somebody may be called, and what follows from how a call ended."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from funnelcli import config
from funnelcli.actions import contacts, outside, steps, visit_report
from funnelcli.actions.recognising.planned import Planned
from funnelcli.actions.recognising.raised import Raised
from funnelcli.errors import Failed, Refused, Usage
from funnelcli.i18n import _
from funnelcli.nouns import naming
from funnelcli.nouns.words import choose
from funnelcli.plain import NamedTuple
from funnelcli.values import dates, daytext, dialling
from funnelcli.values.dates import Due

# How a call ended, and what that is as a visit's outcome: whoever was not spoken to was not met.
OUTCOMES = {
    "reached": "met",
    "no_answer": "not_met",
    "callback": "not_met",
    "not_interested": "declined",
    "wrong_number": "not_met",
    "do_not_call": "declined",
}
# The person was on the line.
ON_THE_LINE = ("reached", "not_interested", "do_not_call")


# The lost reason that an objection of a kind is, where somebody is not interested for it.
LOST_FOR = {
    "price": "price",
    "budget": "no_budget",
    "competitor": "competitor",
    "status_quo": "status_quo",
    "authority": "no_authority",
    "time": "timing",
    "product": "missing_feature",
}


class Called(NamedTuple):
    """What was put on record of a call, and how many calls to its person were dropped."""

    recorded: visit_report.Recorded
    dropped: int


def when(text: str) -> Due:
    """When to call back, as people write it. Raises Usage for a time that lies behind."""
    due = dates.parse_due(text)
    now = dates.local(dates.now())
    if due < Due(now.date().isoformat(), due.starts and f"{now:%H:%M}"):
        raise Usage(_("“{text}” lies behind.").format(text=text), _("Say when to call: fri 14:00."))
    return due


def check(conn: sqlite3.Connection, contact_id: int, at: int) -> None:
    """Raise Refused, saying why, unless the contact may be called at ``at`` (UTC seconds).

    Never with do-not-contact, nor once consent for phone was withdrawn and not given anew;
    with the setting require_consent only while consent for phone stands. Raises NotFound for a
    contact that does not exist.
    """
    naming.check(conn, contact=contact_id)
    on = dates.local_date(at).isoformat()
    name, blocked, standing, withdrawn = conn.execute(
        "SELECT c.name, c.do_not_contact, sum(k.given_on <= :day AND (k.withdrawn_on IS NULL"
        " OR k.withdrawn_on > :day)), max(k.withdrawn_on) FROM contact AS c"
        " LEFT JOIN contact_consent AS k ON k.contact_id = c.id AND k.channel = 'phone'"
        " WHERE c.id = :id GROUP BY c.id",
        {"id": contact_id, "day": on},
    ).fetchone()
    if blocked:
        raise Refused(
            _("{name} is not to be contacted.").format(name=name),
            _("`funnel contact edit {id} --may-contact` lifts that.").format(id=contact_id),
        )
    if standing:
        return
    given = _("Consent is recorded with: funnel contact consent {id} phone --how TEXT").format(
        id=contact_id
    )
    if withdrawn is not None and withdrawn <= on:
        raise Refused(
            _("{name} withdrew the consent for phone on {day}.").format(
                name=name, day=daytext.day(withdrawn)
            ),
            given,
        )
    if config.get("require_consent"):
        raise Refused(
            _("{name} has given no consent for phone, and the setting asks for it.").format(
                name=name
            ),
            given,
        )


def record(
    conn: sqlite3.Connection,
    *,
    contact_id: int,
    deal_id: int | None,
    ended: str,
    at: int,
    minutes: int | None = None,
    fields: Mapping[str, str | int | None] | None = None,
    callback: Due | None = None,
    planned: Sequence[Planned] = (),
    raised: Sequence[Raised] = (),
    call_list: str | None = None,
    number: str | None = None,
) -> Called:
    """Record a call at ``at`` (UTC seconds) that ``ended`` as a key of OUTCOMES. It belongs to the
    saved filter named ``call_list``, without one to that from which the callback was agreed that it
    is; ``number`` is the one that was dialled.

    Callbacks that were due are done, unless nobody answered. A callback becomes a next step, a
    wrong number is taken off the contact (without ``number`` its first; it stays in the note), and
    whoever does not want to be called is not to be contacted, with the consent for phone withdrawn
    and every open call dropped; none is planned. Raises Usage for a callback without a time, or one
    that lies behind, and for another outcome; NotFound for a contact or a deal that does not exist.
    """
    ended = choose(dict.fromkeys(OUTCOMES, ""), ended, "--outcome")
    naming.check(conn, contact=contact_id, deal=deal_id)
    if (ended == "callback") != (callback is not None):
        raise Usage(
            _("A callback needs a time, and only a callback has one."),
            _('Write it like --outcome callback --callback "fri 14:00".'),
        )
    day = dates.local_date(at).isoformat()
    if callback is not None and callback.day < day:
        raise Usage(
            _("The callback on {day} lies before the call.").format(day=daytext.day(callback.day)),
            _("Give a later day."),
        )
    row = dict(fields or {})
    row |= {"channel": "phone", "outcome": OUTCOMES[ended], "call_outcome": ended}
    row["call_list"] = call_list or _list_of_callback(conn, contact_id, day)
    if ended == "wrong_number":
        row["said"] = _without_number(conn, contact_id, number, row.get("said"))
    dropped = 0
    if ended == "do_not_call":
        dropped = steps.drop_calls(conn, contact_id, at, _("not to be contacted"))
        planned = [step for step in planned if steps.kind_of(step.what) != "call"]
    recorded = visit_report.record(
        conn,
        contact_id=contact_id,
        deal_id=deal_id,
        at=at,
        starts=dates.local(at).strftime("%H:%M"),
        minutes=minutes,
        fields=row,
        planned=planned,
        raised=raised,
        settled=() if ended == "no_answer" else ("call",),
    )
    if callback is not None:
        steps.add(
            conn,
            _("call back"),
            due=callback.day,
            starts=callback.starts,
            deal_id=deal_id,
            contact_id=None if deal_id is not None else contact_id,
            visit_id=recorded.visit_id,
            kind="call",
        )
    if ended == "do_not_call":
        block(conn, contact_id, day)
    return Called(recorded, dropped)


def block(conn: sqlite3.Connection, contact_id: int, day: str) -> None:
    """Put on record that a contact does not want to be contacted any more: as of a ``day`` (ISO
    text) the consent for phone is withdrawn, and every open call is dropped."""
    contacts.edit(conn, contact_id, {"do_not_contact": 1})
    standing = conn.execute(
        "SELECT max(given_on) FROM contact_consent WHERE contact_id = ?"
        " AND channel = 'phone' AND withdrawn_on IS NULL",
        (contact_id,),
    ).fetchone()[0]
    if standing is not None:
        contacts.withdraw_consent(conn, contact_id, "phone", max(standing, day))


def _list_of_callback(conn: sqlite3.Connection, contact_id: int, day: str) -> str | None:
    """The list from which a callback was agreed that is due by a ``day`` (ISO text): the latest."""
    row = conn.execute(
        "SELECT v.call_list FROM step AS n JOIN visit AS v ON v.id = n.visit_id"
        " WHERE v.contact_id = ? AND n.kind = 'call' AND n.status = 'open' AND n.due <= ?"
        " AND v.call_outcome = 'callback' AND v.call_list IS NOT NULL ORDER BY n.id DESC LIMIT 1",
        (contact_id, day),
    ).fetchone()
    return None if row is None else str(row[0])


def numbers(conn: sqlite3.Connection, contact_id: int) -> list[str]:
    """A contact's phone numbers, in their order."""
    rows = conn.execute(
        "SELECT phone FROM contact_phone WHERE contact_id = ? ORDER BY position, id", (contact_id,)
    )
    return [phone for (phone,) in rows]


def dial(conn: sqlite3.Connection, contact_id: int, phone: str) -> str:
    """Have a contact's number dialled as the setting ``dial`` says, as a tel: link without it; what
    was dialled. An extension that the way takes no notice of is said beside it.

    Raises Refused and NotFound as :func:`check` does, Usage for what is no number, Failed where
    nothing dials.
    """
    check(conn, contact_id, dates.now())
    number, extension = dialling.number_of(phone)
    link, words = dialling.words_of(config.get("dial") or dialling.USUAL, phone)
    wrong = outside.started(words) if words else ""
    if wrong or (link and not outside.opens(link)):
        what = _("{program}: {error}").format(program=words[0], error=wrong) if words else link
        raise Failed(
            _("{number} was not dialled: {what}.").format(number=number, what=what),
            _("How to dial is a setting: funnel config set dial PROGRAM"),
        )
    if extension and "ext=" not in link:
        return _("{number}, extension {extension}").format(number=number, extension=extension)
    return number


def _without_number(
    conn: sqlite3.Connection, contact_id: int, number: str | None, said: str | int | None
) -> str | int | None:
    """Take the contact's number off, the first without one; the note with it."""
    row = conn.execute(
        "SELECT id, phone FROM contact_phone WHERE contact_id = ?"
        " ORDER BY phone IS NOT ?, position, id LIMIT 1",
        (contact_id, number),
    ).fetchone()
    if row is None:
        return said
    conn.execute("DELETE FROM contact_phone WHERE id = ?", (row[0],))
    wrong = _("wrong number {phone}").format(phone=row[1])
    return f"{said}; {wrong}" if said else wrong
