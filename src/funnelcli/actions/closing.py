"""How a deal ends: won, lost, withdrawn, and opened again."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from funnelcli.actions import log, log_cache, withdrawal
from funnelcli.actions.deals import plan_milestones, way_forward
from funnelcli.actions.standing import DealState, Move, check_instant, closed, stage_name, state
from funnelcli.actions.steps import drop_open_steps
from funnelcli.db import bulk
from funnelcli.errors import Refused, Usage
from funnelcli.i18n import _
from funnelcli.nouns import naming
from funnelcli.plain import NamedTuple
from funnelcli.typed import Any
from funnelcli.values import dates, daytext
from funnelcli.values.currencies import check_currency


def win(
    conn: sqlite3.Connection,
    deal_id: int,
    at: int,
    *,
    value: int | None = None,
    currency: str | None = None,
) -> Move:
    """Win the deal: into the won stage, with a value, a date, and the withdrawal period of its
    process.

    Raises Refused for a closed deal, Usage when the value is not known and for what is no currency.
    """
    deal = state(conn, deal_id)
    currency = None if currency is None else check_currency(currency)
    if deal.status != "open":
        raise closed(deal)
    if value is None and deal.value is None:
        raise Usage(
            _("A win needs a value, and {title} has none.").format(title=deal.title),
            _("Give it with --value."),
        )
    stages = log.stages_of(conn, deal.process_id)
    won_stage = next(stage for stage, (_position, kind) in stages.items() if kind == "won")
    check_instant(at)
    log.move(conn, deal_id, won_stage, at, way_forward(deal.position, stages, won_stage))
    terms: dict[str, Any] = {}
    if currency is not None:
        terms["currency"] = currency
    if value is not None:
        terms |= {"value": value, "currency": currency or deal.currency}
    elif log.terms_at(conn, deal_id, at).value is None:
        terms |= {"value": deal.value, "currency": deal.currency}
    log.change(conn, deal_id, at, status="won", **terms)
    conn.execute("UPDATE deal SET snoozed_until = NULL WHERE id = ?", (deal_id,))
    withdrawal.begin(conn, deal_id)
    plan_milestones(conn, deal, at)
    return Move(deal, deal.stage, stage_name(conn, won_stage), at)


class Lost(NamedTuple):
    """A deal that was lost: at which stage, why, and how many next steps that dropped and offers
    that closed."""

    deal: DealState
    reason: str
    steps: int
    offers: int


def lost_reason(conn: sqlite3.Connection, reason: str, note: str | None) -> str:
    """The key of a reason of the catalogue. Raises Usage for one that is unknown, or that needs a
    note and has none."""
    key = naming.catalogue_key(conn, "lost_reason", reason)
    (needs_note,) = conn.execute(
        "SELECT note_required FROM catalogue WHERE kind = 'lost_reason' AND key = ?", (key,)
    ).fetchone()
    if needs_note and not (note or "").strip():
        raise Usage(
            _("The reason {reason} needs a note.").format(reason=key), _("Give it with --note.")
        )
    return key


def lose(
    conn: sqlite3.Connection,
    deal_id: int,
    at: int,
    reason: str,
    *,
    note: str | None = None,
    competitor: str | None = None,
) -> Lost:
    """Lose an open deal for a reason of the catalogue; its open next steps are dropped and its
    open offers closed.

    Raises Usage for an unknown reason and for "other" without a note, Refused for a deal that
    is closed or not in an open stage.
    """
    deal = state(conn, deal_id)
    if deal.status != "open":
        raise closed(deal)
    if deal.kind != "open":
        raise Refused(
            _("{stage} is no stage that a deal can be lost from.").format(stage=deal.stage),
            _("Advance it first, or `funnel deal remove {id}`.").format(id=deal.id),
        )
    key = lost_reason(conn, reason, note)
    check_instant(at)
    log.change(conn, deal_id, at, status="lost", reason=key, note=note)
    if competitor:
        conn.execute("UPDATE deal SET competitor = ? WHERE id = ?", (competitor, deal_id))
    conn.execute("UPDATE deal SET snoozed_until = NULL WHERE id = ?", (deal_id,))
    dropped = drop_open_steps(conn, {deal_id: at}, _("deal lost"))
    return Lost(deal, key, dropped, close_offers(conn, {deal_id: at}, _("deal lost")))


def close_offers(conn: sqlite3.Connection, deals: Mapping[int, int], why: str) -> int:
    """Close the offers of deals that nothing will come of, of each as of an instant (UTC seconds),
    with why; how many there were."""
    cursor = conn.execute(
        "UPDATE offer SET status = 'declined', decided_at = max(w.at, offer.created_at), note = ?"
        f" FROM ({bulk.PAIRS.format('deal_id', 'at')}) AS w"
        " WHERE offer.deal_id = w.deal_id AND offer.status IN ('draft', 'sent')",
        (why, bulk.pairs(deals)),
    )
    return cursor.rowcount


def withdraw(
    conn: sqlite3.Connection,
    deal_id: int,
    at: int,
    note: str | None = None,
    *,
    sent: str | None = None,
    late: bool = False,
) -> Lost:
    """Reverse a win within its withdrawal period: the deal is lost, and was won.

    It came at the instant ``at`` and was ``sent`` on that day (ISO), else on the day it came;
    ``late`` takes one that was sent after the period. Raises Refused when the deal is not won, not
    revocable, or the period is over; Usage for a day that does not fit.
    """
    deal = state(conn, deal_id)
    if deal.status != "won":
        raise Refused(
            _("The deal {title} is not won.").format(title=deal.title),
            _("Only a win can be withdrawn."),
        )
    came = dates.local_date(check_instant(at)).isoformat()
    sent = came if sent is None else sent
    if sent > came:
        raise Usage(
            _("It came on {came} and cannot have been sent on {sent}.").format(
                came=daytext.day(came), sent=daytext.day(sent)
            ),
            _("--at says when it came, --sent when it was sent."),
        )
    ended = withdrawal.check_sent(conn, deal, sent)
    if ended is not None and not late:
        raise Refused(
            _("The withdrawal period ended on {day}.").format(day=daytext.day(ended)),
            _("What counts is when it was sent: --sent DATE. With --yes it is taken all the same."),
        )
    conn.execute("UPDATE deal SET withdrawal_sent_on = ? WHERE id = ?", (sent, deal_id))
    log.change(conn, deal_id, at, status="lost", reason=log_cache.WITHDRAWN, note=note)
    dropped = drop_open_steps(conn, {deal_id: at}, _("deal withdrawn"))
    closed_offers = close_offers(conn, {deal_id: at}, _("deal withdrawn"))
    return Lost(deal, log_cache.WITHDRAWN, dropped, closed_offers)


def reopen(
    conn: sqlite3.Connection, deal_id: int, at: int, reason: str | None, to: int | None = None
) -> Move:
    """Open a closed deal again; everything recorded before stays.

    It comes back to ``to``, else to the open stage it was in last. Raises Refused for an open
    deal or a ``to`` that is no open stage, NotFound for one of another process.
    """
    deal = state(conn, deal_id)
    if deal.status == "open":
        raise Refused(
            _("The deal {title} is open.").format(title=deal.title),
            _("`funnel deal show {id}` tells its story.").format(id=deal.id),
        )
    stages = log.stages_of(conn, deal.process_id)
    if to is None:
        stays, _terms = log.read(conn, deal_id)
        been = [stay.stage_id for stay in stays if stages[stay.stage_id][1] == "open"]
        opens = sorted(
            (position, stage) for stage, (position, kind) in stages.items() if kind == "open"
        )
        to = been[-1] if been else opens[-1][1]
    if to not in stages:
        raise naming.no_stage(conn, deal.process_id, to)
    if stages[to][1] != "open":
        raise Refused(
            _("{stage} is no open stage.").format(stage=stage_name(conn, to)),
            _("A deal comes back to an open stage; name one with --to."),
        )
    check_instant(at)
    log.move(conn, deal_id, to, at, "reopened", reason)
    withdrawal.end(conn, deal_id)
    log.change(conn, deal_id, at, status="open", reason=reason)
    return Move(deal, deal.stage, stage_name(conn, to), at)
