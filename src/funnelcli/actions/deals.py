"""What happens to a deal: added, advanced, moved back, won, lost, withdrawn, reopened, edited."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from funnelcli import dates, refs
from funnelcli.actions import log
from funnelcli.actions.steps import drop_open_steps
from funnelcli.errors import NotFound, Refused, Usage
from funnelcli.i18n import _, pick
from funnelcli.ids import new_id
from funnelcli.text import search_key

# Columns that `edit` may change and that are no part of the logs.
PLAIN = ("contact_id", "source", "kind", "product", "notes", "snoozed_until", "competitor")
TERMS = ("value", "currency", "probability", "expected_close")


class DealState(NamedTuple):
    """What a verb needs to know of a deal before it acts."""

    id: int
    title: str
    process_id: int
    process: str
    withdrawal_days: int | None
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
        "SELECT d.id, d.title, p.id, p.key, p.withdrawal_days, s.id, s.name_en, s.name_de,"
        " s.position, s.kind, d.status, d.value, d.currency, d.won_on, d.revocable_until,"
        " d.lost_reason FROM deal AS d JOIN process AS p ON p.id = d.process_id"
        " JOIN stage AS s ON s.id = d.stage_id WHERE d.id = ?",
        (deal_id,),
    ).fetchone()
    if row is None:
        raise refs.missing(refs.DEAL, str(deal_id))
    values = [*row[:6], pick(row[6], row[7]), *row[8:]]
    return DealState(*values)


def check_instant(at: int) -> int:
    """``at`` itself; raises Usage when it has not come yet."""
    if at > dates.now():
        raise Usage(
            _("{when} has not come yet.").format(when=dates.local(at).strftime("%Y-%m-%d %H:%M")),
            _("--at says when something happened; what is to come is a next step with --due."),
        )
    return at


def add(
    conn: sqlite3.Connection,
    title: str,
    *,
    process_id: int,
    currency: str,
    stage_id: int | None = None,
    contact_id: int | None = None,
    value: int | None = None,
    probability: int | None = None,
    expected_close: str | None = None,
    tags: Sequence[str] = (),
    at: int | None = None,
    attributes: Mapping[str, str | int | None] | None = None,
) -> int:
    """Open a deal; its id. Without ``stage_id`` it starts in the first open stage.

    ``value`` is in minor units of ``currency``; ``attributes`` are columns of PLAIN. Raises
    Refused for a stage that only a win leads to, Usage for an instant to come.
    """
    if not title.strip():
        raise Usage(_("A deal needs a title."), _('Write it like: funnel deal add "New roof"'))
    stages = log.stages_of(conn, process_id)
    if stage_id is None:
        stage_id = min(
            (position, stage) for stage, (position, kind) in stages.items() if kind == "open"
        )[1]
    if stages[stage_id][1] in ("won", "post"):
        raise Refused(
            _("A new deal cannot start where only a win leads."),
            _("Start it in an earlier stage, then `funnel win` it; --at back-dates both."),
        )
    at = check_instant(dates.now() if at is None else at)
    deal_id = log.open_deal(
        conn,
        {
            "public_id": new_id(),
            "title": title.strip(),
            "search": search_key(title),
            "process_id": process_id,
            "contact_id": contact_id,
            **(attributes or {}),
        },
        [log.Stay(stage_id, at, None, "created")],
        [log.Terms(at, None, "open", value, currency, probability, expected_close)],
        stages,
    )
    add_tags(conn, deal_id, tags)
    return deal_id


def add_tags(conn: sqlite3.Connection, deal_id: int, tags: Sequence[str]) -> None:
    """Give the deal every tag that it does not have yet."""
    for tag in tags:
        conn.execute(
            "INSERT INTO deal_tag (deal_id, tag) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (deal_id, tag),
        )


def _stage_name(conn: sqlite3.Connection, stage_id: int) -> str:
    return pick(
        *conn.execute("SELECT name_en, name_de FROM stage WHERE id = ?", (stage_id,)).fetchone()
    )


def _forward(deal: DealState, stages: log.Stages, to: int) -> str:
    """How the log calls a move forward: a stage of the funnel in between makes it a skip."""
    end = stages[to][0]
    between = any(deal.position < place < end and of != "outside" for place, of in stages.values())
    return "skipped" if between else "advanced"


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


def advance(conn: sqlite3.Connection, deal_id: int, at: int, to: int | None = None) -> Move:
    """Take the deal one stage forward, or to the stage ``to`` in one step of the log.

    Raises Refused at the last stage, for a stage that is not ahead, into or past the won stage
    (a win needs a decision), and out of a lost deal except into a stage of the kind outside.
    """
    deal = state(conn, deal_id)
    stages = log.stages_of(conn, deal.process_id)
    order = sorted(stages, key=lambda stage: stages[stage][0])
    if to is None:
        ahead = [stage for stage in order if stages[stage][0] > deal.position]
        if deal.status == "lost":
            ahead = [stage for stage in ahead if stages[stage][1] == "outside"]
        if not ahead:
            if deal.status == "lost":
                raise closed(deal)
            raise Refused(
                _("{stage} is the last stage.").format(stage=deal.stage),
                _("`funnel deal add` opens the next deal."),
            )
        to = ahead[0]
    position, kind = stages[to]
    if to == deal.stage_id:
        raise Refused(
            _("The deal {title} is in {stage} already.").format(title=deal.title, stage=deal.stage),
            _("`funnel deal show {id}` tells its story.").format(id=deal.id),
        )
    if position < deal.position:
        raise Refused(
            _("{stage} lies behind {now}.").format(stage=_stage_name(conn, to), now=deal.stage),
            _("`funnel back {id} --to STAGE --reason TEXT` moves a deal back.").format(id=deal.id),
        )
    if deal.status == "lost" and kind != "outside":
        raise closed(deal)
    won_position = next(place for place, of in stages.values() if of == "won")
    if deal.status == "open" and position >= won_position:
        raise Refused(
            _("{stage} comes with a decision.").format(stage=_stage_name(conn, to)),
            _("Say `funnel win {id}` or `funnel lose {id} --reason REASON`.").format(id=deal.id),
        )
    log.move(conn, deal_id, to, check_instant(at), _forward(deal, stages, to))
    if kind == "post":
        _plan_milestones(conn, deal, at)
    return Move(deal, deal.stage, _stage_name(conn, to), at)


def back(
    conn: sqlite3.Connection, deal_id: int, at: int, reason: str, to: int | None = None
) -> Move:
    """Move the deal one stage back, or to ``to``, with the reason.

    Raises Usage without a reason; Refused at the first stage, for a stage ahead, and from a won
    deal back before the win (that is reopening it).
    """
    deal = state(conn, deal_id)
    if deal.status == "lost":
        raise closed(deal)
    if not reason.strip():
        raise Usage(_("Moving back needs a reason."), _("Give it with --reason."))
    stages = log.stages_of(conn, deal.process_id)
    order = sorted(stages, key=lambda stage: stages[stage][0])
    if to is None:
        behind = [stage for stage in order if stages[stage][0] < deal.position]
        if not behind:
            raise Refused(
                _("{stage} is the first stage.").format(stage=deal.stage),
                _("There is nothing to go back to."),
            )
        to = behind[-1]
    if stages[to][0] >= deal.position:
        raise Refused(
            _("{stage} does not lie behind {now}.").format(
                stage=_stage_name(conn, to), now=deal.stage
            ),
            _("`funnel advance {id} --to STAGE` moves a deal forward.").format(id=deal.id),
        )
    if deal.status == "won" and stages[to][1] not in ("won", "post"):
        raise closed(deal)
    log.move(conn, deal_id, to, check_instant(at), "moved_back", reason.strip())
    return Move(deal, deal.stage, _stage_name(conn, to), at)


def win(
    conn: sqlite3.Connection,
    deal_id: int,
    at: int,
    *,
    value: int | None = None,
    currency: str | None = None,
    revocable_until: str | None = None,
) -> Move:
    """Win the deal: into the won stage, with a value and a date.

    ``revocable_until`` is the last day of a withdrawal period (plain date). Raises Refused for
    a closed deal, Usage when the value is not known.
    """
    deal = state(conn, deal_id)
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
    log.move(conn, deal_id, won_stage, at, _forward(deal, stages, won_stage))
    log.change(
        conn,
        deal_id,
        at,
        status="won",
        value=deal.value if value is None else value,
        currency=currency or deal.currency,
    )
    conn.execute(
        "UPDATE deal SET revocable_until = ?, snoozed_until = NULL WHERE id = ?",
        (revocable_until, deal_id),
    )
    _plan_milestones(conn, deal, at)
    return Move(deal, deal.stage, _stage_name(conn, won_stage), at)


def _plan_milestones(conn: sqlite3.Connection, deal: DealState, at: int) -> None:
    """Give a won deal the milestones of its process, where that has any."""
    template = "SELECT 1 FROM milestone_template WHERE process_id = ? LIMIT 1"
    if conn.execute(template, (deal.process_id,)).fetchone() is not None:
        from funnelcli.actions.milestones import from_template

        from_template(conn, deal.id, at)


class Lost(NamedTuple):
    """A deal that was lost: at which stage, why, and how many next steps that dropped and offers
    that closed."""

    deal: DealState
    reason: str
    steps: int
    offers: int


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
    key = refs.catalogue_key(conn, "lost_reason", reason)
    (needs_note,) = conn.execute(
        "SELECT note_required FROM catalogue WHERE kind = 'lost_reason' AND key = ?", (key,)
    ).fetchone()
    if needs_note and not (note or "").strip():
        raise Usage(
            _("The reason {reason} needs a note.").format(reason=key), _("Give it with --note.")
        )
    check_instant(at)
    log.change(conn, deal_id, at, status="lost", reason=key, note=note)
    if competitor:
        conn.execute("UPDATE deal SET competitor = ? WHERE id = ?", (competitor, deal_id))
    conn.execute("UPDATE deal SET snoozed_until = NULL WHERE id = ?", (deal_id,))
    dropped = drop_open_steps(conn, deal_id, at, _("deal lost"))
    return Lost(deal, key, dropped, close_offers(conn, deal_id, at, _("deal lost")))


def close_offers(conn: sqlite3.Connection, deal_id: int, at: int, why: str) -> int:
    """Close the offers that nothing will come of, with why; how many there were."""
    cursor = conn.execute(
        "UPDATE offer SET status = 'declined', decided_at = max(?, created_at), note = ?"
        " WHERE deal_id = ? AND status IN ('draft', 'sent')",
        (at, why, deal_id),
    )
    return cursor.rowcount


def withdraw(conn: sqlite3.Connection, deal_id: int, at: int, note: str | None = None) -> Lost:
    """Reverse a win within its withdrawal period: the deal is lost, and was won.

    Raises Refused when it is not won, not revocable, or the period is over.
    """
    deal = state(conn, deal_id)
    if deal.status != "won":
        raise Refused(
            _("The deal {title} is not won.").format(title=deal.title),
            _("Only a win can be withdrawn."),
        )
    if deal.revocable_until is None:
        raise Refused(
            _("The deal {title} has no withdrawal period.").format(title=deal.title),
            _("`funnel reopen {id}` opens it again.").format(id=deal.id),
        )
    day = dates.local_date(check_instant(at)).isoformat()
    if day > deal.revocable_until:
        raise Refused(
            _("The withdrawal period ended on {day}.").format(day=deal.revocable_until),
            _("A withdrawal declared in time is recorded with --at and the day it came."),
        )
    log.change(conn, deal_id, at, status="lost", reason=log.WITHDRAWN, note=note)
    dropped = drop_open_steps(conn, deal_id, at, _("deal withdrawn"))
    closed_offers = close_offers(conn, deal_id, at, _("deal withdrawn"))
    return Lost(deal, log.WITHDRAWN, dropped, closed_offers)


def reopen(
    conn: sqlite3.Connection, deal_id: int, at: int, reason: str | None, to: int | None = None
) -> Move:
    """Open a closed deal again; everything recorded before stays.

    It comes back to ``to``, else to the open stage it was in last. Raises Refused for an open
    deal or a ``to`` that is no open stage.
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
    if stages[to][1] != "open":
        raise Refused(
            _("{stage} is no open stage.").format(stage=_stage_name(conn, to)),
            _("A deal comes back to an open stage; name one with --to."),
        )
    check_instant(at)
    log.move(conn, deal_id, to, at, "reopened", reason)
    conn.execute("UPDATE deal SET revocable_until = NULL WHERE id = ?", (deal_id,))
    log.change(conn, deal_id, at, status="open", reason=reason)
    return Move(deal, deal.stage, _stage_name(conn, to), at)


def edit(
    conn: sqlite3.Connection,
    deal_id: int,
    at: int,
    changes: Mapping[str, str | int | None],
    *,
    tags: Sequence[str] = (),
    untag: Sequence[str] = (),
) -> list[str]:
    """Change fields of a deal; the names of those that differ now, in the order given.

    The value, currency, probability and expected close go to the terms log as of ``at``; the
    rest is changed in place. Raises Refused where a won deal would lose its value.
    """
    deal = state(conn, deal_id)
    columns = ["title", *PLAIN, *TERMS]
    before = dict(
        zip(
            columns,
            conn.execute(
                f"SELECT {', '.join(columns)} FROM deal WHERE id = ?", (deal_id,)
            ).fetchone(),
            strict=True,
        )
    )
    changed = [name for name, value in changes.items() if before[name] != value]
    if deal.status == "won" and "value" in changed and changes["value"] is None:
        raise Refused(_("A won deal has a value."), _("Give another one with --value."))
    plain = {name: changes[name] for name in changed if name not in TERMS}
    if "title" in plain:
        if not str(plain["title"] or "").strip():
            raise Usage(_("A deal needs a title."), _("Give it with --title."))
        plain["search"] = search_key(str(plain["title"]))
    if plain:
        conn.execute(
            f"UPDATE deal SET {', '.join(f'{name} = :{name}' for name in plain)} WHERE id = :id",
            {**plain, "id": deal_id},
        )
    terms = {name: changes[name] for name in changed if name in TERMS}
    if terms:
        log.change(conn, deal_id, check_instant(at), **terms)
    had = {tag for (tag,) in conn.execute("SELECT tag FROM deal_tag WHERE deal_id = ?", (deal_id,))}
    if set(tags) - had or had & set(untag):
        changed.append("tags")
        add_tags(conn, deal_id, tags)
        for tag in untag:
            conn.execute("DELETE FROM deal_tag WHERE deal_id = ? AND tag = ?", (deal_id, tag))
    return changed


def remove(conn: sqlite3.Connection, deal_ids: Sequence[int]) -> None:
    """Remove deals with their logs, tags and next steps; visits stay with their contact.

    Raises NotFound when one of them does not exist.
    """
    for deal_id in deal_ids:
        # A visit must belong to somebody: without a contact it goes with its deal.
        conn.execute("DELETE FROM visit WHERE deal_id = ? AND contact_id IS NULL", (deal_id,))
        if conn.execute("DELETE FROM deal WHERE id = ?", (deal_id,)).rowcount == 0:
            raise NotFound(
                _("There is no deal {id}.").format(id=deal_id),
                _("`funnel deal list` shows what there is, with the ids."),
            )
