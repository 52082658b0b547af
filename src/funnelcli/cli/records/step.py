"""Next steps: say what comes next, list, tick off, change."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from funnelcli.actions import steps
from funnelcli.cli import next_step
from funnelcli.cli.coercion import check_words
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.entries import deal_or_contact, nothing_to_change, read
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.listing import lister
from funnelcli.cli.params import At, DealOrContact, ForContact, Next, NextDue
from funnelcli.cli.removing import removing
from funnelcli.cli.results import (
    all_changed,
    changed,
    edited,
    ended_lines,
    no_step_warning,
    recognised_lines,
    unreachable_warning,
)
from funnelcli.cli.several import several
from funnelcli.cli.taking import Given, takes
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _
from funnelcli.nouns import words
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.members import MINE, name_of
from funnelcli.nouns.step import STEP, Step
from funnelcli.queries.lists import one
from funnelcli.queries.steps import last_step_of
from funnelcli.render import Changed, Facts, Listing, Page
from funnelcli.typed import Annotated, Any
from funnelcli.values import dates, daytext, spans
from funnelcli.values.nothing import is_nothing

StepRefs = Annotated[
    list[str], Argument(metavar="STEP...", help=N_("Ids, or words of what is to be done."))
]
StepRef = Annotated[
    str, Argument(metavar="STEP", help=N_("Its id, or words of what is to be done."))
]


def _moment(call: Invocation, fields: dict[str, Any], due: str | None) -> None:
    """Put the day that ``due`` names into ``fields``, and the time of day (HH:MM) that stands
    beside it. Raises Usage where another one was given."""
    if due is None:
        return
    when = call.due(due)
    fields["due"] = None if when is None else when.day
    if when is None or when.starts is None:
        return
    if fields.setdefault("starts", when.starts) != when.starts:
        raise Usage(_("--due and --time name two times."), _("Give the time once."))


def _fields(call: Invocation, conn: sqlite3.Connection, given: Given) -> dict[str, Any]:
    """What was given; --due may name the time of day as well."""
    due = given.get("due")
    fields = read(call, conn, STEP, {name: given[name] for name in given if name != "due"})
    _moment(call, fields, due)
    return fields


def _when(step: Step) -> str:
    """When a step is due, as its line says it."""
    text = daytext.due(step.due, step.starts)
    if step.minutes:
        text += ", " + dates.format_duration(step.minutes)
    if step.every:
        text += ", " + spans.how_often(step.every)
    return text


def _line(step: Step) -> str:
    """A step in one line."""
    owner = step.deal or step.contact or ""
    line = _("Step {id}: {what}, for {owner}").format(id=step.id, what=step.what, owner=owner)
    if step.due is not None:
        line += ", " + _("due {day}").format(day=_when(step))
    return line


@takes(STEP.options("add"))
@gives(STEP)
@examples(
    'funnel next 12 "call back" --due fri',
    'funnel next mueller "visit the farm" --due "fri 14:00" --for 1h',
    'funnel next 12 "ask how it runs" --due mon --every 2w',
    'funnel next --contact "eva roth" "birthday card" --due 12.03.',
)
def next_(
    of: DealOrContact = None,
    what: Annotated[str | None, Argument(metavar="WHAT", help=N_("What is to be done."))] = None,
    contact: ForContact = None,
    at: At = None,
    *,
    given: Given,
) -> Changed:
    """Say what comes next."""
    call = current()
    with call.open() as conn:
        deal_id: int | None = None
        contact_id: int | None = None
        if contact is not None:
            if what is not None:
                raise Usage(
                    _("A step is for a deal or for a contact."),
                    _("With --contact, write alone what is to be done."),
                )
            check_words(f"funnel {call.verb}", of or "")
            contact_id, what = call.find(conn, CONTACT, contact), of
        else:
            deal_id, contact_id = deal_or_contact(call, conn, of, only="not lost")
        what = call.need(what, "WHAT", _("What comes next?"))
        if is_nothing(what):
            raise Usage(
                _("“{what}” is nothing to be done.").format(what=what),
                _("Write what comes next; `funnel deal snooze` lets a deal rest."),
            )
        fields = _fields(call, conn, given)
        recognised = steps.kind_of(what) if "kind" not in fields else None
        instant = call.when(conn, at)
        with call.change(conn):
            step_id = steps.add(
                conn,
                what,
                due=fields.get("due"),
                deal_id=deal_id,
                contact_id=contact_id,
                at=instant,
                kind=recognised or fields.get("kind") or "task",
                starts=fields.get("starts"),
                minutes=fields.get("minutes"),
                every=fields.get("every"),
                owner_id=fields.get("owner_id", MINE),
            )
        lines = [_line(one(conn, STEP, step_id))]
        if recognised is not None:
            lines += recognised_lines(conn, [f"--kind {recognised}"])
        return changed(conn, STEP, step_id, lines, unreachable_warning(conn, [step_id]))


def _calendar(conn: sqlite3.Connection, rows: Iterable[Step]) -> Iterable[str]:
    from funnelcli.formats.calendar import write
    from funnelcli.queries.calendar import of_steps

    return [write(of_steps(conn, [step.id for step in rows if step.due is not None]))]


list_ = lister(
    STEP,
    "funnel step list due:..today is:open",
    "funnel step list is:overdue",
    "funnel step list mueller --json",
    "funnel step list is:open -o steps.ics",
    texts={"ics": _calendar},
)


@gives(STEP)
@examples("funnel step show 5")
def show(step: StepRef) -> Page:
    """Show a step."""
    call = current()
    with call.open() as conn:
        found = one(conn, STEP, call.find(conn, STEP, step, write=False))
        owner = name_of(conn, found.owner)
    facts = Facts(
        found.what,
        [
            pair
            for pair in (
                (_("Due"), _when(found)),
                (_("Kind"), words.read(words.STEP_KIND, found.kind)),
                (_("Deal"), found.deal or ""),
                (_("Contact"), found.contact or ""),
                (_("Owner"), owner),
                (_("Status"), words.read(words.STEP_STATUS, found.status)),
                (_("Outcome"), found.outcome or ""),
            )
            if pair[1]
        ],
    )
    return Page([facts], found.data(), Listing(STEP.columns, [found]), name="step")


@several(STEP, only="open")
@gives(STEP)
@examples(
    "funnel step done 5",
    "funnel step done kind:call due:..yesterday --dropped --yes",
    "funnel step done 5 6 9",
    'funnel step done "call back" --outcome "wants a second offer" --next "send it" --due fri',
)
def done(
    step: StepRefs,
    outcome: Annotated[
        str | None, Option("--outcome", metavar="TEXT", help=N_("What came of it."))
    ] = None,
    dropped: Annotated[bool, Option("--dropped", help=N_("It is not needed any more."))] = False,
    next_what: Next = None,
    due: NextDue = None,
    at: At = None,
) -> Changed:
    """Tick steps off."""
    call = current()
    with call.open() as conn:
        ids = call.find_all(conn, STEP, step, only="open")
        following = next_step.planned(call, next_what, due)
        if following and len(ids) > 1:
            raise Usage(_("--next goes with one step."), _("Tick the others off apart."))
        instant = call.when(conn, at)
        if not following and call.interactive and len(ids) == 1:
            following = next_step.planned(call, *_ask_next(call, conn, ids[0]))
        with call.change(conn):
            status = "dropped" if dropped else "done"
            ended = [steps.end(conn, each, status, instant, outcome) for each in ids]
            lines = ended_lines(ended)
            if dropped:
                lines = [_("Dropped: {what}").format(what=each.what) for each in ended]
            deal_id = ended[0].deal_id
            contact_id = None if deal_id else one(conn, STEP, ids[0]).contact_id
            lines += next_step.recorded(conn, following, deal_id=deal_id, contact_id=contact_id)
        warnings: list[str] = []
        for last in {each.deal_id: each for each in ended}.values():
            if last.deal_id is not None and last.deal_open and last.left == 0:
                warnings += no_step_warning(call, conn, last.deal_id, again=True)
        return all_changed(conn, STEP, ids, lines, warnings)


def _ask_next(
    call: Invocation, conn: sqlite3.Connection, step_id: int
) -> tuple[list[str], list[str]]:
    """Ask for the deal's next step when this is its last; nothing said is nothing planned."""
    title = last_step_of(conn, step_id)
    if title is None:
        return [], []
    what = call.ask(_("What comes next for {title}? (empty: nothing)").format(title=title))
    if not what:
        return [], []
    due = call.ask(_("By when?"))
    return [what], [due] if due else []


@takes(STEP.options("edit"))
@several(STEP, only="open")
@gives(STEP)
@examples(
    "funnel step edit 5 --due +1w",
    'funnel step edit 5 --what "call again" --kind call',
    "funnel step edit 5 --time 15:30 --for 45m",
    "funnel step edit 5 --every none",
)
def edit(step: StepRef, *, given: Given) -> Changed:
    """Change a step."""
    call = current()
    if not given:
        raise nothing_to_change(call)
    with call.open() as conn:
        step_id = call.find(conn, STEP, step, only="open")
        changes = _fields(call, conn, given)
        if "what" in changes:
            changes["what"] = call.need(changes["what"], "--what", _("What is to be done?"))
        with call.change(conn):
            names = steps.edit(conn, step_id, changes)
        now = one(conn, STEP, step_id)
        lines = [edited(STEP, now.what, names)]
        if not {"due", "starts", "minutes", "every"}.isdisjoint(names):
            lines.append(_line(now))
        return changed(conn, STEP, step_id, lines)


remove = removing(
    STEP, steps.remove, "funnel step remove 5", help=N_("Ids, or words of the steps.")
)
