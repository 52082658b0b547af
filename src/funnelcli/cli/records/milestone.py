"""Milestones: what was promised with a win, and whether it is done."""

from __future__ import annotations

from typing import Annotated

import typer

from funnelcli.actions import deals, milestones
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.entries import nothing_to_change, read
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.listing import lister
from funnelcli.cli.params import At, DealRef
from funnelcli.cli.removing import removing
from funnelcli.cli.results import changed, edited
from funnelcli.cli.taking import Given, takes
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.milestone import MILESTONE
from funnelcli.queries.lists import one
from funnelcli.queries.milestones import next_stage
from funnelcli.render import Changed
from funnelcli.values import daytext

Ref = Annotated[str, typer.Argument(metavar="MILESTONE", help=N_("Its id, or words of its name."))]


@takes(MILESTONE.options("add"))
@gives(MILESTONE)
@examples(
    'funnel milestone add 12 "roof inspected" --due +2w',
    'funnel milestone add mueller "meter changed"',
)
def add(
    deal: DealRef,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help=N_("What is to be done."))
    ] = None,
    *,
    given: Given,
) -> Changed:
    """Add a milestone."""
    call = current()
    with call.open() as conn:
        deal_id = call.find(conn, DEAL, deal)
        name = call.need(name, "NAME", _("What is to be done?"))
        fields = read(call, conn, MILESTONE, given)
        with call.change(conn):
            milestone_id = milestones.add(conn, deal_id, name, **fields)
        found = one(conn, MILESTONE, milestone_id)
        line = _("Milestone {id}: {name}, for {deal}").format(
            id=milestone_id, name=found.name, deal=found.deal
        )
        if found.due is not None:
            line += ", " + _("due {day}").format(day=daytext.day(found.due))
        return changed(conn, MILESTONE, milestone_id, [line])


@takes(MILESTONE.options("done"))
@gives(MILESTONE)
@examples(
    "funnel milestone done 3",
    'funnel milestone done installed --at yesterday --note "without the battery"',
)
def done(milestone: Ref, at: At = None, *, given: Given) -> Changed:
    """Tick a milestone off."""
    call = current()
    with call.open() as conn:
        milestone_id = call.find(conn, MILESTONE, milestone, only="open")
        ahead = next_stage(conn, milestone_id)
        on = ahead is not None and call.interactive and _wanted(call, ahead)
        instant = call.when(conn, at)
        move = None
        with call.change(conn):
            ended = milestones.done(conn, milestone_id, instant, given.get("note"))
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
        return changed(conn, MILESTONE, milestone_id, lines)


def _wanted(call: Invocation, stage: str) -> bool:
    question = _("That was the last one. On to {stage}?").format(stage=stage)
    return call.agrees(question, usual=False)


list_ = lister(
    MILESTONE,
    "funnel milestone list is:late",
    "funnel milestone list due:..eom is:open",
    "funnel milestone list mueller --json",
)


@takes(MILESTONE.options("edit"))
@gives(MILESTONE)
@examples("funnel milestone edit 3 --due +1w", "funnel milestone edit 3 --not-done")
def edit(
    milestone: Ref,
    not_done: Annotated[
        bool, typer.Option("--not-done", help=N_("It is not done after all."))
    ] = False,
    *,
    given: Given,
) -> Changed:
    """Change a milestone."""
    call = current()
    with call.open() as conn:
        milestone_id = call.find(conn, MILESTONE, milestone)
        changes = read(call, conn, MILESTONE, given)
        if not changes and not not_done:
            raise nothing_to_change(call)
        with call.change(conn):
            names = milestones.edit(conn, milestone_id, changes, not_done=not_done)
        found = one(conn, MILESTONE, milestone_id)
        return changed(conn, MILESTONE, milestone_id, [edited(MILESTONE, found.name, names)])


remove = removing(
    MILESTONE,
    milestones.remove,
    "funnel milestone remove 3",
    "funnel milestone remove 3 4 5 --yes",
    help=N_("Ids, or words of their names."),
)
