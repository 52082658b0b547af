"""Milestones: what was promised with a win, and whether it is done."""

from __future__ import annotations

import sqlite3
from typing import Annotated

import typer

from funnelcli.actions import deals, milestones
from funnelcli.cli.commands import examples, filter_words
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.listing import listing
from funnelcli.cli.notes import edited
from funnelcli.cli.params import At, DealRef, Limit, Sort, Words
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns import naming
from funnelcli.queries import milestones as stored
from funnelcli.render import Changed, Column, Listing
from funnelcli.values import dates


def _style(milestone: stored.Milestone) -> str:
    if milestone.done_on is not None:
        return "good"
    today = dates.today().isoformat()
    return "bad" if milestone.due is not None and milestone.due < today else ""


def _standing(milestone: stored.Milestone) -> str:
    if milestone.done_on is not None:
        return _("done {day}").format(day=milestone.done_on)
    today = dates.today()
    if milestone.due is not None and milestone.due < today.isoformat():
        days = (today - dates.parse_date(milestone.due)).days
        return ngettext("{n} day late", "{n} days late", days).format(n=days)
    return _("open")


MILESTONES: tuple[Column, ...] = (
    Column("id", "Id", "id"),
    Column("public_id", "Public id", table=False),
    Column("deal_id", "Deal id", "id", table=False),
    Column("due", "Due", "date", style=_style),
    Column("name", "Milestone", flex=True),
    Column("key", "Key", table=False),
    Column("position", "Position", "int", table=False),
    Column("deal", "Deal", flex=True, drop=2),
    Column("contact_id", "Contact id", "id", table=False),
    Column("contact", "Contact", flex=True, drop=4),
    Column("done_on", "Done", "date", table=False),
    Column("done_at", "Done at", "instant", table=False),
    Column("note", "Note", flex=True, drop=3),
    Column("standing", "Standing", data=False, drop=1, shown=_standing, style=_style),
)
Ref = Annotated[str, typer.Argument(metavar="MILESTONE", help=N_("Its id, or words of its name."))]
Due = Annotated[
    str | None, typer.Option("--due", "-d", metavar="DATE", help=N_("By when; none for no day."))
]
Note = Annotated[str | None, typer.Option("--note", metavar="TEXT", help=N_("A note."))]


def _changed(
    conn: sqlite3.Connection,
    milestone_id: int,
    lines: list[str],
    warnings: list[str] | None = None,
) -> Changed:
    found = stored.milestone(conn, milestone_id)
    return Changed(lines, found, MILESTONES, id=milestone_id, warnings=warnings or [])


@examples(
    'funnel milestone add 12 "roof inspected" --due +2w',
    'funnel milestone add mueller "meter changed"',
)
def add(
    deal: DealRef,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help=N_("What is to be done."))
    ] = None,
    due: Due = None,
    note: Note = None,
) -> Changed:
    """Add a milestone."""
    call = current()
    with call.open() as conn:
        deal_id = call.find(conn, naming.DEAL, deal)
        name = call.need(name, "NAME", _("What is to be done?"))
        day = call.date(due)
        with call.change(conn):
            milestone_id = milestones.add(conn, deal_id, name, due=day, note=note)
        found = stored.milestone(conn, milestone_id)
        line = _("Milestone {id}: {name}, for {deal}").format(
            id=milestone_id, name=found.name, deal=found.deal
        )
        if day is not None:
            line += ", " + _("due {day}").format(day=day)
        return _changed(conn, milestone_id, [line])


@examples(
    "funnel milestone done 3",
    'funnel milestone done installed --at yesterday --note "without the battery"',
)
def done(milestone: Ref, note: Note = None, at: At = None) -> Changed:
    """Tick a milestone off."""
    call = current()
    with call.open() as conn:
        milestone_id = call.find(conn, naming.MILESTONE, milestone, where="r.done_on IS NULL")
        ahead = _next_stage(conn, milestone_id)
        on = ahead is not None and call.interactive and _wanted(call, ahead)
        instant = call.when(conn, at)
        move = None
        with call.change(conn):
            ended = milestones.done(conn, milestone_id, instant, note)
            if on:
                move = deals.advance(conn, ended.deal_id, call.when(conn, at, ended.deal_id))
        lines = [_("Done: {what}").format(what=ended.name)]
        if ended.left:
            text = ngettext(
                "{n} milestone of {deal} left", "{n} milestones of {deal} left", ended.left
            )
            lines.append(text.format(n=ended.left, deal=ended.deal))
        elif move is not None:
            lines.append(
                _("{title}: {before} → {after}").format(
                    title=ended.deal, before=move.before, after=move.after
                )
            )
        elif ahead is not None:
            lines.append(
                _("All milestones of {deal} are done; on to {stage}: funnel advance {id}").format(
                    deal=ended.deal, stage=ahead, id=ended.deal_id
                )
            )
        else:
            lines.append(_("All milestones of {deal} are done").format(deal=ended.deal))
        return _changed(conn, milestone_id, lines)


def _next_stage(conn: sqlite3.Connection, milestone_id: int) -> str | None:
    """The name of the stage to move on to when this is the last open milestone of a deal that is
    in a stage after its win; None where there is none."""
    from funnelcli.i18n import pick

    row = conn.execute(
        "SELECT n.name_en, n.name_de FROM milestone AS m JOIN deal AS d ON d.id = m.deal_id"
        " JOIN stage AS s ON s.id = d.stage_id AND s.kind = 'post'"
        " JOIN stage AS n ON n.process_id = d.process_id AND n.position > s.position"
        " WHERE m.id = ? AND d.status = 'won' AND m.done_on IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM milestone AS o WHERE o.deal_id = d.id AND o.done_on IS NULL"
        " AND o.id <> m.id) ORDER BY n.position LIMIT 1",
        (milestone_id,),
    ).fetchone()
    return None if row is None else pick(*row)


def _wanted(call: Invocation, stage: str) -> bool:
    question = _("That was the last one. On to {stage}?").format(stage=stage)
    return call.agrees(question, usual=False)


@examples(
    "funnel milestone list is:late",
    "funnel milestone list due:..eom is:open",
    "funnel milestone list mueller --json",
)
def list_(words: Words = None, sort: Sort = None, limit: Limit = None) -> Listing:
    """List milestones."""
    return listing(
        MILESTONES,
        stored.milestones,
        filter_words(words),
        sort,
        limit,
        empty=_("No milestones. Winning a deal makes those of its process."),
    )


@examples("funnel milestone edit 3 --due +1w", "funnel milestone edit 3 --not-done")
def edit(
    milestone: Ref,
    name: Annotated[
        str | None, typer.Option("--name", metavar="TEXT", help=N_("What is to be done."))
    ] = None,
    due: Due = None,
    note: Note = None,
    not_done: Annotated[
        bool, typer.Option("--not-done", help=N_("It is not done after all."))
    ] = False,
) -> Changed:
    """Change a milestone."""
    call = current()
    with call.open() as conn:
        milestone_id = call.find(conn, naming.MILESTONE, milestone)
        changes: dict[str, str | None] = {}
        if name is not None:
            changes["name"] = name.strip()
        if due is not None:
            changes["due"] = call.date(due)
        if note is not None:
            changes["note"] = None if note == "none" else note
        if not changes and not not_done:
            raise Usage(_("Nothing to change."), _("Give --name, --due, --note or --not-done."))
        with call.change(conn):
            names = milestones.edit(conn, milestone_id, changes, not_done=not_done)
        found = stored.milestone(conn, milestone_id)
        return _changed(conn, milestone_id, [edited(found.name, names)])


@examples("funnel milestone remove 3", "funnel milestone remove 3 4 5 --yes")
def remove(
    milestone: Annotated[
        list[str], typer.Argument(metavar="MILESTONE...", help=N_("Ids, or words of their names."))
    ],
) -> Changed:
    """Remove milestones."""
    call = current()
    with call.open() as conn:
        ids = list(dict.fromkeys(call.find(conn, naming.MILESTONE, text) for text in milestone))
        names = [stored.milestone(conn, one).name for one in ids]
        if len(ids) > 2:
            text = ngettext("Remove {n} milestone?", "Remove {n} milestones?", len(ids))
            call.confirm(text.format(n=len(ids)))
        with call.change(conn):
            milestones.remove(conn, ids)
    return Changed(
        [
            _("Removed milestone {id}: {name}").format(id=i, name=name)
            for i, name in zip(ids, names, strict=True)
        ],
        ids=ids,
    )
