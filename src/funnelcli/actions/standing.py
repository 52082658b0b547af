"""How a deal stands: what every verb needs to know of it before it acts, and what it may not do."""

from __future__ import annotations

import sqlite3

from funnelcli.errors import Refused, Usage
from funnelcli.i18n import _, pick
from funnelcli.nouns import naming
from funnelcli.nouns.deal import DEAL
from funnelcli.plain import NamedTuple
from funnelcli.values import dates, daytext


class DealState(NamedTuple):
    """What a verb needs to know of a deal before it acts."""

    id: int
    title: str
    process_id: int
    process: str
    stage_id: int
    stage: str
    position: int
    kind: str
    status: str
    value: int | None
    currency: str
    won_on: str | None
    revocable_until: str | None
    lost_reason: str | None


class Move(NamedTuple):
    """A deal that moved: names of the stages in the language spoken."""

    deal: DealState
    before: str
    after: str
    at: int


def state(conn: sqlite3.Connection, deal_id: int) -> DealState:
    """The deal as it stands. Raises NotFound."""
    row = conn.execute(
        "SELECT d.id, d.title, p.id, p.key, s.id, s.name_en, s.name_de,"
        " s.position, s.kind, d.status, d.value, d.currency, d.won_on, d.revocable_until,"
        " d.lost_reason FROM deal AS d JOIN process AS p ON p.id = d.process_id"
        " JOIN stage AS s ON s.id = d.stage_id WHERE d.id = ?",
        (deal_id,),
    ).fetchone()
    if row is None:
        raise naming.missing(DEAL, str(deal_id))
    values = [*row[:5], pick(row[5], row[6]), *row[7:]]
    return DealState(*values)


def stage_name(conn: sqlite3.Connection, stage_id: int) -> str:
    """The name of a stage that exists, in the language spoken now."""
    return pick(
        *conn.execute("SELECT name_en, name_de FROM stage WHERE id = ?", (stage_id,)).fetchone()
    )


def closed(deal: DealState) -> Refused:
    """The refusal to do to a closed deal what only an open one is for."""
    if deal.status == "won":
        return Refused(
            _("The deal {title} is won.").format(title=deal.title),
            _("`funnel reopen {id}` opens it again.").format(id=deal.id),
        )
    return Refused(
        _("The deal {title} is lost.").format(title=deal.title),
        _("`funnel reopen {id}` opens it again.").format(id=deal.id),
    )


def check_instant(at: int) -> int:
    """``at`` itself; raises Usage when it has not come yet."""
    if at > dates.now():
        raise Usage(
            _("{when} has not come yet.").format(when=daytext.moment(at)),
            _("--at says when something happened; what is to come is a next step with --due."),
        )
    return at


def check_day(day: str | None, hint: str) -> None:
    """Raises Usage, with the ``hint``, for a day (ISO) of what has happened that has not come
    yet."""
    if day is not None and day > dates.today().isoformat():
        raise Usage(_("{when} has not come yet.").format(when=daytext.day(day)), hint)


def check_opened(conn: sqlite3.Connection, deal_id: int, at: int) -> None:
    """Raises Usage for an instant to come, Refused for one before the deal was opened, NotFound
    where there is no such deal."""
    check_instant(at)
    row = conn.execute("SELECT opened_at FROM deal WHERE id = ?", (deal_id,)).fetchone()
    if row is None:
        raise naming.missing(DEAL, str(deal_id))
    if at < row[0]:
        raise Refused(
            _("The deal was not open yet at {when}.").format(when=daytext.moment(at)),
            _("Give a later time with --at."),
        )


def stage_at(conn: sqlite3.Connection, deal_id: int, at: int) -> int | None:
    """The stage the deal was in at an instant, None before it was opened."""
    row = conn.execute(
        "SELECT stage_id FROM stay WHERE deal_id = ? AND entered_at <= ?"
        " AND (left_at IS NULL OR left_at > ?) ORDER BY entered_at DESC, id DESC LIMIT 1",
        (deal_id, at, at),
    ).fetchone()
    return None if row is None else int(row[0])
