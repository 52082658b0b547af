"""Next steps: say what comes next, list, tick off, change."""

from __future__ import annotations

import sqlite3
from typing import Annotated

import typer

from funnelcli.actions import steps
from funnelcli.cli.columns import STEPS
from funnelcli.cli.commands import examples, filter_words
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.listing import listing
from funnelcli.cli.notes import edited, ended_lines, recognised_lines
from funnelcli.cli.params import At, Limit, Sort, Words
from funnelcli.errors import NotFound, Usage
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns import naming, words
from funnelcli.queries import lists, records
from funnelcli.render import Changed, Facts, Listing, Page
from funnelcli.values import dates, spans
from funnelcli.values.datewords import split_time

StepRef = Annotated[
    str, typer.Argument(metavar="STEP", help=N_("Its id, or words of what is to be done."))
]
Due = Annotated[
    str | None,
    typer.Option("--due", "-d", metavar="DATE", help=N_("fri, +3d, 24.11.2026, fri 14:00.")),
]
Time = Annotated[
    str | None, typer.Option("--time", metavar="TIME", help=N_("At what time of the day: 14:00."))
]
For = Annotated[
    str | None, typer.Option("--for", metavar="DURATION", help=N_("How long it takes: 1h, 45m."))
]
Kind = Annotated[
    str | None,
    typer.Option("--kind", "-k", metavar="KIND", help=N_("task, call or visit.")),
]
Every = Annotated[
    str | None,
    typer.Option(
        "--every",
        metavar="INTERVAL",
        help=N_("Again and again: 2w, monthly. What is done makes the next."),
    ),
]
_OPEN = "r.status = 'open'"


def _changed(
    conn: sqlite3.Connection, step_id: int, lines: list[str], warnings: list[str] | None = None
) -> Changed:
    return Changed(lines, lists.step(conn, step_id), STEPS, id=step_id, warnings=warnings or [])


def _for(
    call: Invocation, conn: sqlite3.Connection, text: str, contact: bool
) -> tuple[int | None, int | None]:
    """The deal or the contact that a next step is for: a deal if one is called so."""
    if contact:
        return None, call.find(conn, naming.CONTACT, text)
    try:
        return call.find(conn, naming.DEAL, text, where="r.status <> 'lost'"), None
    except NotFound:
        if text.strip().lstrip("#").isdigit():
            raise
        return None, call.find(conn, naming.CONTACT, text)


def _moment(call: Invocation, due: str | None, time: str | None) -> tuple[str | None, str | None]:
    """The day and the time of day (HH:MM) that --due and --time name; --due may have both."""
    clock = None
    if due is not None and due.lower() not in ("none", ""):
        due, found = split_time(due)
        clock = None if found is None else found.strftime("%H:%M")
        due = due or "today"
    if time is not None and time.lower() not in ("none", ""):
        clock = dates.parse_time(time).strftime("%H:%M")
    return call.date(due), clock


def _when(step: records.Step) -> str:
    """When a step is due, as its line says it."""
    text = f"{step.due or ''} {step.starts or ''}".strip()
    if step.minutes:
        text += ", " + dates.format_duration(step.minutes)
    if step.every:
        text += ", " + _("every {interval}").format(interval=spans.in_words(step.every))
    return text


@examples(
    'funnel next 12 "call back" --due fri',
    'funnel next mueller "visit the farm" --due "fri 14:00" --for 1h',
    'funnel next 12 "ask how it runs" --due mon --every 2w',
    'funnel next --contact "eva roth" "birthday card" --due 12.03.',
)
def next_(
    of: Annotated[
        str | None, typer.Argument(metavar="DEAL", help=N_("A deal, or else a contact."))
    ] = None,
    what: Annotated[
        str | None, typer.Argument(metavar="WHAT", help=N_("What is to be done."))
    ] = None,
    due: Due = None,
    time: Time = None,
    duration: For = None,
    kind: Kind = None,
    every: Every = None,
    contact: Annotated[
        str | None,
        typer.Option("--contact", "-c", metavar="CONTACT", help=N_("For a contact, not a deal.")),
    ] = None,
    at: At = None,
) -> Changed:
    """Say what comes next."""
    call = current()
    with call.open() as conn:
        if contact is not None:
            of, what = contact, what or of
        of = call.need(of, "DEAL", _("For which deal?"))
        deal_id, contact_id = _for(call, conn, of, contact is not None)
        what = call.need(what, "WHAT", _("What comes next?"))
        day, starts = _moment(call, due, time)
        recognised = steps.kind_of(what) if kind is None else None
        instant = call.when(conn, at)
        with call.change(conn):
            step_id = steps.add(
                conn,
                what,
                due=day,
                deal_id=deal_id,
                contact_id=contact_id,
                at=instant,
                kind=recognised or words.choose(words.STEP_KIND, kind or "task", "--kind"),
                starts=starts,
                minutes=None if duration is None else dates.parse_duration(duration),
                every=None if every is None else steps.read_every(every),
            )
        step = lists.step(conn, step_id)
        owner = step.deal or step.contact or ""
        line = _("Step {id}: {what}, for {owner}").format(id=step_id, what=step.what, owner=owner)
        if day is not None:
            line += ", " + _("due {day}").format(day=_when(step))
        lines = [line]
        if recognised is not None:
            lines += recognised_lines([f"--kind {recognised}"])
        return _changed(conn, step_id, lines)


@examples(
    "funnel step list due:..today is:open",
    "funnel step list is:overdue",
    "funnel step list mueller --json",
)
def list_(words: Words = None, sort: Sort = None, limit: Limit = None) -> Listing:
    """List steps."""
    return listing(
        STEPS,
        lists.steps,
        filter_words(words),
        sort,
        limit,
        empty=_("No steps. `funnel next` adds one."),
    )


@examples("funnel step show 5")
def show(step: StepRef) -> Page:
    """Show a step."""
    call = current()
    with call.open() as conn:
        found = lists.step(conn, call.find(conn, naming.STEP, step, write=False))
    facts = Facts(
        found.what,
        [
            pair
            for pair in (
                (_("Due"), _when(found)),
                (_("Kind"), words.read(words.STEP_KIND, found.kind)),
                (_("Deal"), found.deal or ""),
                (_("Contact"), found.contact or ""),
                (_("Status"), words.read(words.STEP_STATUS, found.status)),
                (_("Outcome"), found.outcome or ""),
            )
            if pair[1]
        ],
    )
    listing = Listing(STEPS, [found])
    data = {column.key: getattr(found, column.key) for column in STEPS}
    return Page([facts], data, listing)


@examples(
    "funnel step done 5",
    'funnel step done "call back" --outcome "wants a second offer" --next "send it" --due fri',
)
def done(
    step: StepRef,
    outcome: Annotated[
        str | None, typer.Option("--outcome", metavar="TEXT", help=N_("What came of it."))
    ] = None,
    dropped: Annotated[
        bool, typer.Option("--dropped", help=N_("It is not needed any more."))
    ] = False,
    next_what: Annotated[
        str | None, typer.Option("--next", metavar="WHAT", help=N_("What comes next."))
    ] = None,
    due: Due = None,
    at: At = None,
) -> Changed:
    """Tick a step off."""
    call = current()
    if due is not None and next_what is None:
        raise Usage(_("--due goes with --next."), _("Say what comes next with --next."))
    with call.open() as conn:
        step_id = call.find(conn, naming.STEP, step, where=_OPEN)
        day, starts = _moment(call, due, None)
        instant = call.when(conn, at)
        if next_what is None and call.interactive:
            next_what, day = _ask_next(call, conn, step_id)
        with call.change(conn):
            ended = steps.end(conn, step_id, "dropped" if dropped else "done", instant, outcome)
            lines = ended_lines([ended])
            if dropped:
                lines = [_("Dropped: {what}").format(what=ended.what)]
            if next_what:
                found = lists.step(conn, step_id)
                contact_id = None if ended.deal_id else found.contact_id
                new_id = steps.add(
                    conn,
                    next_what,
                    due=day,
                    deal_id=ended.deal_id,
                    contact_id=contact_id,
                    kind=steps.kind_of(next_what) or "task",
                    starts=starts,
                )
                lines.append(_("Step {id}: {what}").format(id=new_id, what=next_what))
        warnings = []
        if ended.deal_open and ended.left == 0 and not next_what:
            warnings.append(
                _('{title} has no next step: funnel next {id} "..." --due DATE').format(
                    title=ended.deal_title, id=ended.deal_id
                )
            )
        return _changed(conn, step_id, lines, warnings)


def _ask_next(
    call: Invocation, conn: sqlite3.Connection, step_id: int
) -> tuple[str | None, str | None]:
    """Ask for the deal's next step when this is its last; nothing said is nothing planned."""
    row = conn.execute(
        "SELECT d.title FROM step AS n JOIN deal AS d ON d.id = n.deal_id"
        " WHERE n.id = ? AND d.status = 'open' AND n.every IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM step AS m"
        " WHERE m.deal_id = d.id AND m.status = 'open' AND m.id <> n.id)",
        (step_id,),
    ).fetchone()
    if row is None:
        return None, None
    what = call.ask(_("What comes next for {title}? (empty: nothing)").format(title=row[0]))
    if not what:
        return None, None
    return what, call.date(call.ask(_("By when?")) or None)


@examples(
    "funnel step edit 5 --due +1w",
    'funnel step edit 5 --what "call again" --kind call',
    "funnel step edit 5 --time 15:30 --for 45m",
    "funnel step edit 5 --every none",
)
def edit(
    step: StepRef,
    what: Annotated[
        str | None, typer.Option("--what", metavar="TEXT", help=N_("What is to be done."))
    ] = None,
    due: Due = None,
    time: Time = None,
    duration: For = None,
    kind: Kind = None,
    every: Every = None,
) -> Changed:
    """Change a step."""
    call = current()
    if all(value is None for value in (what, due, time, duration, kind, every)):
        raise Usage(_("Nothing to change."), _("Give --what, --due, --time or another option."))
    with call.open() as conn:
        step_id = call.find(conn, naming.STEP, step, where=_OPEN)
        changes: dict[str, str | int | None] = {}
        if what is not None:
            changes["what"] = call.need(what, "--what", _("What is to be done?"))
        day, starts = _moment(call, due, time)
        if due is not None:
            changes["due"] = day
        if time is not None or starts is not None:
            changes["starts"] = starts
        if duration is not None:
            none = duration.lower() in ("none", "")
            changes["minutes"] = None if none else dates.parse_duration(duration)
        if kind is not None:
            changes["kind"] = words.choose(words.STEP_KIND, kind, "--kind")
        if every is not None:
            none = every.lower() in ("none", "")
            changes["every"] = None if none else steps.read_every(every)
        with call.change(conn):
            names = steps.edit(conn, step_id, changes)
        return _changed(conn, step_id, [edited(lists.step(conn, step_id).what, names)])


@examples("funnel step remove 5")
def remove(
    step: Annotated[
        list[str], typer.Argument(metavar="STEP...", help=N_("Ids, or words of the steps."))
    ],
) -> Changed:
    """Remove steps."""
    call = current()
    with call.open() as conn:
        ids = list(dict.fromkeys(call.find(conn, naming.STEP, text) for text in step))
        if len(ids) > 2:
            text = ngettext("Remove {n} step?", "Remove {n} steps?", len(ids))
            call.confirm(text.format(n=len(ids)))
        with call.change(conn):
            steps.remove(conn, ids)
    return Changed([_("Removed step {id}").format(id=i) for i in ids], ids=ids)
