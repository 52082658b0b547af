"""What happens to a deal: added, advanced, moved back, edited, removed; ``closing`` has its end."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from funnelcli.actions import log, log_cache
from funnelcli.actions import tags as tagging
from funnelcli.actions.columns import check_columns
from funnelcli.actions.members import check_disposal
from funnelcli.actions.standing import DealState, Move, check_instant, closed, stage_name, state
from funnelcli.db import bulk, rows
from funnelcli.errors import Refused, Usage
from funnelcli.i18n import _
from funnelcli.ids import new_id
from funnelcli.nouns import naming
from funnelcli.nouns.deal import DEAL
from funnelcli.text import search_key
from funnelcli.values import dates

# Columns that `edit` may change and that are no part of the logs.
PLAIN = (
    *("contact_id", "source", "kind", "product", "notes", "snoozed_until", "competitor"),
    "owner_id",
)
TERMS = ("value", "currency", "probability", "expected_close")


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
    Refused for a stage that only a win leads to, Usage for an instant to come, for what is no
    currency and for a word that is none of a column's, NotFound for a process, a contact or a user
    that does not exist, and a stage of another process.
    """
    if not title.strip():
        raise Usage(_("A deal needs a title."), _('Write it like: funnel deal add "New roof"'))
    stages = log.stages_of(conn, process_id)
    if not stages:
        raise naming.no_process(conn, str(process_id))
    check_columns(
        conn, DEAL, {"contact_id": contact_id, "currency": currency, **(attributes or {})}
    )
    if stage_id is None:
        stage_id = min(
            (position, stage) for stage, (position, kind) in stages.items() if kind == "open"
        )[1]
    if stage_id not in stages:
        raise naming.no_stage(conn, process_id, stage_id)
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
        [log_cache.Stay(stage_id, at, None, "created")],
        [log_cache.Terms(at, None, "open", value, currency, probability, expected_close)],
        stages,
    )
    tagging.check(tags)
    tagging.add_to_new(conn, "deal", [(deal_id, tags)])
    return deal_id


def way_forward(position: int, stages: log_cache.Stages, to: int) -> str:
    """How the log calls a move forward from a position: a stage of the funnel in between makes it a
    skip."""
    end = stages[to][0]
    between = any(position < place < end and of != "outside" for place, of in stages.values())
    return "skipped" if between else "advanced"


def advance(conn: sqlite3.Connection, deal_id: int, at: int, to: int | None = None) -> Move:
    """Take the deal one stage forward, or to the stage ``to`` in one step of the log.

    Raises Refused at the last stage, for a stage that is not ahead, into or past the won stage
    (a win needs a decision), and out of a lost deal except into a stage of the kind outside;
    NotFound for a deal that does not exist, and a stage of another process.
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
    if to not in stages:
        raise naming.no_stage(conn, deal.process_id, to)
    position, kind = stages[to]
    if to == deal.stage_id:
        raise Refused(
            _("The deal {title} is in {stage} already.").format(title=deal.title, stage=deal.stage),
            _("`funnel deal show {id}` tells its story.").format(id=deal.id),
        )
    if position < deal.position:
        raise Refused(
            _("{stage} lies behind {now}.").format(stage=stage_name(conn, to), now=deal.stage),
            _("`funnel back {id} --to STAGE --reason TEXT` moves a deal back.").format(id=deal.id),
        )
    if deal.status == "lost" and kind != "outside":
        raise closed(deal)
    won_position = next(place for place, of in stages.values() if of == "won")
    if deal.status == "open" and position >= won_position:
        raise Refused(
            _("{stage} comes with a decision.").format(stage=stage_name(conn, to)),
            _("Say `funnel win {id}` or `funnel lose {id} --reason REASON`.").format(id=deal.id),
        )
    log.move(conn, deal_id, to, check_instant(at), way_forward(deal.position, stages, to))
    if kind == "post":
        plan_milestones(conn, deal, at)
    return Move(deal, deal.stage, stage_name(conn, to), at)


def plan_milestones(conn: sqlite3.Connection, deal: DealState, at: int) -> None:
    """Give a won deal the milestones of its process, where that has any."""
    template = "SELECT 1 FROM milestone_template WHERE process_id = ? LIMIT 1"
    if conn.execute(template, (deal.process_id,)).fetchone() is not None:
        from funnelcli.actions.milestones import from_template

        from_template(conn, deal.id, at)


def back(
    conn: sqlite3.Connection, deal_id: int, at: int, reason: str, to: int | None = None
) -> Move:
    """Move the deal one stage back, or to ``to``, with the reason.

    Raises Usage without a reason; Refused at the first stage, for a stage ahead, and from a won
    deal back before the win (that is reopening it); NotFound as :func:`advance` does.
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
    if to not in stages:
        raise naming.no_stage(conn, deal.process_id, to)
    if stages[to][0] >= deal.position:
        raise Refused(
            _("{stage} does not lie behind {now}.").format(
                stage=stage_name(conn, to), now=deal.stage
            ),
            _("`funnel advance {id} --to STAGE` moves a deal forward.").format(id=deal.id),
        )
    if deal.status == "won" and stages[to][1] not in ("won", "post"):
        raise closed(deal)
    log.move(conn, deal_id, to, check_instant(at), "moved_back", reason.strip())
    return Move(deal, deal.stage, stage_name(conn, to), at)


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
    rest is changed in place. Who was its contact keeps a part in it.

    Raises Refused where a won deal would lose its value, or one that is not won would get a
    withdrawal period; Usage for a word that is none of a column's, and for what is no currency;
    NotFound for a deal, and a new contact or owner, that does not exist.
    """
    # A list of deals, which shares a file with their edit, does without.
    from funnelcli.actions import withdrawal

    deal = state(conn, deal_id)
    before = rows.read(conn, "deal", ("title", *PLAIN, *TERMS), deal_id)
    assert before is not None
    then = log.terms_at(conn, deal_id, at)._asdict() if changes.keys() & set(TERMS) else {}
    changed = [
        name
        for name, value in changes.items()
        if name not in withdrawal.FIELDS
        and (before[name] != value or then.get(name, value) != value)
    ]
    if "owner_id" in changed:
        check_disposal(conn, "deal", [deal_id])
    if deal.status == "won" and "value" in changed and changes["value"] is None:
        raise Refused(_("A won deal has a value."), _("Give another one with --value."))
    check_columns(conn, DEAL, {name: changes[name] for name in changed})
    plain = {name: changes[name] for name in changed if name not in TERMS}
    if "title" in plain and not str(plain["title"] or "").strip():
        raise Usage(_("A deal needs a title."), _("Give it with --title."))
    if right := {name: changes[name] for name in withdrawal.FIELDS if name in changes}:
        other = withdrawal.edit(conn, deal_id, right)
        if "revocable_until" in right and "revocable_until" in other:
            withdrawal.put_on_record(conn, deal, right["revocable_until"])
        changed += other
    change_plain(conn, {deal_id: plain}, {deal_id: before["contact_id"]})
    terms = {name: changes[name] for name in changed if name in TERMS}
    if "value" in terms:
        terms["currency"] = changes.get("currency", deal.currency)
    if terms:
        log.change(conn, deal_id, check_instant(at), **terms)
    if tagging.change(conn, "deal", deal_id, tags, untag):
        changed.append("tags")
    return changed


def change_plain(
    conn: sqlite3.Connection,
    changes: Mapping[int, Mapping[str, str | int | None]],
    contacts: Mapping[int, int | None],
) -> None:
    """Change columns of deals in place, by their ids, which no log has; who was their contact, as
    ``contacts`` say, keeps a part in them."""
    searched = {
        deal_id: {**plain, "search": search_key(str(plain["title"]))} if "title" in plain else plain
        for deal_id, plain in changes.items()
    }
    bulk.update_each(conn, "deal", searched)
    if former := {
        deal_id: contacts[deal_id] for deal_id, plain in changes.items() if "contact_id" in plain
    }:
        from funnelcli.actions.people import keep_former

        keep_former(conn, former)


def remove(conn: sqlite3.Connection, deal_ids: Sequence[int]) -> None:
    """Remove deals with their logs, tags, next steps and notes; visits and effort stay with their
    contact.

    Raises NotFound when one of them does not exist, Refused where one is somebody else's.
    """
    check_disposal(conn, "deal", deal_ids)
    for deal_id in deal_ids:
        # A visit must belong to somebody: without a contact it goes with its deal. So does effort.
        for table in ("visit", "effort"):
            conn.execute(
                f"DELETE FROM {table} WHERE deal_id = ? AND contact_id IS NULL", (deal_id,)
            )
        if not rows.delete(conn, "deal", deal_id):
            raise naming.missing(DEAL, str(deal_id))
