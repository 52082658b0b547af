"""Milestones: what was promised with a win, and whether it is done."""

from __future__ import annotations

from funnelcli.actions import deals, milestones, standing
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.entries import nothing_to_change, read
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.listing import lister
from funnelcli.cli.params import At, DealRef
from funnelcli.cli.removing import removing
from funnelcli.cli.results import all_changed, changed, edited
from funnelcli.cli.several import several
from funnelcli.cli.taking import Given, takes
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.milestone import MILESTONE
from funnelcli.queries.lists import one
from funnelcli.queries.milestones import next_stages
from funnelcli.render import Changed
from funnelcli.typed import Annotated
from funnelcli.values import daytext

Refs = Annotated[
    list[str], Argument(metavar="MILESTONE...", help=N_("Ids, or words of their names."))
]
Ref = Annotated[str, Argument(metavar="MILESTONE", help=N_("Its id, or words of its name."))]


@takes(MILESTONE.options("add"))
@gives(MILESTONE)
@examples(
    'funnel milestone add 12 "roof inspected" --due +2w',
    'funnel milestone add mueller "meter changed"',
)
def add(
    deal: DealRef,
    name: Annotated[str | None, Argument(metavar="NAME", help=N_("What is to be done."))] = None,
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
@several(MILESTONE, only="open")
@gives(MILESTONE)
@examples(
    "funnel milestone done 3",
    "funnel milestone done 3 4 5",
    'funnel milestone done installed --at yesterday --note "without the battery"',
)
def done(milestone: Refs, at: At = None, *, given: Given) -> Changed:
    """Tick milestones off."""
    call = current()
    with call.open() as conn:
        ids = call.find_all(conn, MILESTONE, milestone, only="open")
        ahead = next_stages(conn, ids)
        on = [deal for deal, stage in ahead.items() if call.interactive and _wanted(call, stage)]
        instant = call.when(conn, at)
        with call.change(conn):
            ended = [milestones.done(conn, each, instant, given.get("note")) for each in ids]
            moves = {deal: deals.advance(conn, deal, call.when(conn, at, deal)) for deal in on}
        lines = [_("Done: {what}").format(what=each.name) for each in ended]
        # The last of a deal knows how many are left.
        for last in {each.deal_id: each for each in ended}.values():
            lines.append(_what_follows(last, moves.get(last.deal_id), ahead.get(last.deal_id)))
        return all_changed(conn, MILESTONE, ids, lines)


def _what_follows(ended: milestones.Done, move: standing.Move | None, stage: str | None) -> str:
    """The line that says what is left of a deal's milestones, or what comes after them."""
    if ended.left:
        text = ngettext("{n} milestone of {deal} left", "{n} milestones of {deal} left", ended.left)
        return text.format(n=ended.left, deal=ended.deal)
    if move is not None:
        return _("{title}: {before} → {after}").format(
            title=ended.deal, before=move.before, after=move.after
        )
    if stage is not None:
        return _("All milestones of {deal} are done; on to {stage}: funnel advance {id}").format(
            deal=ended.deal, stage=stage, id=ended.deal_id
        )
    return _("All milestones of {deal} are done").format(deal=ended.deal)


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
@several(MILESTONE)
@gives(MILESTONE)
@examples("funnel milestone edit 3 --due +1w", "funnel milestone edit 3 --not-done")
def edit(
    milestone: Ref,
    not_done: Annotated[bool, Option("--not-done", help=N_("It is not done after all."))] = False,
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
