"""Visits: the one-line log, and the whole report."""

from __future__ import annotations

import sqlite3
from typing import Annotated, Any

import typer

from funnelcli import config, dates, refs, words
from funnelcli.actions import steps, visits
from funnelcli.cli.columns import VISITS
from funnelcli.cli.commands import examples, filter_words
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.moves import no_step_warning
from funnelcli.cli.notes import edited, more_note
from funnelcli.cli.params import Limit, Sort, Words
from funnelcli.errors import NotFound, Usage
from funnelcli.i18n import N_, _, ngettext
from funnelcli.queries import lists, records
from funnelcli.render import Block, Changed, Facts, Listing, Page

VisitRef = Annotated[
    str, typer.Argument(metavar="VISIT", help=N_("Its id, or words of the contact's name."))
]
Deal = Annotated[
    str | None,
    typer.Option("--deal", "-D", metavar="DEAL", help=N_("The deal it was about; none for none.")),
]
At = Annotated[
    str | None,
    typer.Option("--at", metavar="WHEN", help=N_("When it was: yesterday 15:00; now without it.")),
]
Minutes = Annotated[
    str | None,
    typer.Option("--duration", "-t", metavar="TIME", help=N_("How long it took: 45m, 1h30.")),
]
Outcome = Annotated[
    str | None,
    typer.Option(
        "--outcome", metavar="OUTCOME", help=N_("met, phone_instead, not_met or declined.")
    ),
]
Channel = Annotated[
    str | None,
    typer.Option("--channel", metavar="CHANNEL", help=N_("on_site, phone, video, email or fair.")),
]
Type = Annotated[
    str | None,
    typer.Option("--type", metavar="TYPE", help=N_("first, follow_up, service or cold.")),
]
Next = Annotated[
    str | None, typer.Option("--next", metavar="WHAT", help=N_("The next step agreed."))
]
Due = Annotated[
    str | None, typer.Option("--due", "-d", metavar="DATE", help=N_("By when the next step is."))
]
Field = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="FIELD=TEXT",
        help=N_("A field of the report, may be repeated: goal, agreed, needs, mood …"),
    ),
]
_CHOICES = {
    "type": words.VISIT_TYPE,
    "channel": words.CHANNEL,
    "outcome": words.OUTCOME,
    "goal_reached": words.GOAL_REACHED,
}
_TEXTS = tuple(
    name
    for name in visits.FIELDS
    if name not in _CHOICES
    and name not in ("mood", "travel_minutes", "kilometres", "expenses", "expenses_currency")
)


def _report(call: Invocation, given: dict[str, str]) -> dict[str, Any]:
    """The report's columns from what was written; raises Usage for what does not fit."""
    fields: dict[str, Any] = {}
    for name, text in given.items():
        if text in ("", "none"):
            fields[name] = None
            if name == "expenses":
                fields["expenses_currency"] = None
        elif name in _CHOICES:
            fields[name] = words.choose(_CHOICES[name], text, name)
        elif name == "travel_minutes":
            fields[name] = dates.parse_duration(text)
        elif name == "expenses":
            fields["expenses"], fields["expenses_currency"] = call.money(text)
        elif name in ("mood", "kilometres"):
            fields[name] = _whole(name, text, 5 if name == "mood" else None)
        elif name in _TEXTS:
            fields[name] = call.long_text(text)
        else:
            raise _unknown(name)
    return fields


def _whole(name: str, text: str, highest: int | None) -> int:
    lowest = 1 if highest else 0
    if text.isdecimal() and lowest <= int(text) <= (highest or 100_000):
        return int(text)
    raise Usage(
        _("{name} cannot be {value}.").format(name=name, value=text),
        _("Write a whole number from 1 to 5.") if highest else _("Write a whole number."),
    )


def _unknown(name: str) -> Usage:
    import difflib

    known = [*_CHOICES, *_TEXTS, "mood", "travel_minutes", "kilometres", "expenses"]
    near = difflib.get_close_matches(name, known, 1)
    hint = (
        _("Did you mean {name}?").format(name=near[0])
        if near
        else _("The fields are: {names}.").format(names=", ".join(known))
    )
    return Usage(_("A report has no field {name}.").format(name=name), hint)


def _pairs(field: list[str] | None, **options: str | None) -> dict[str, str]:
    """What ``--set`` and the named options say, by the report's column."""
    given = {}
    for pair in field or ():
        name, equals, text = pair.partition("=")
        if not equals:
            raise Usage(
                _("{pair} sets nothing.").format(pair=pair),
                _('Write it like --set "agreed=sample by Friday".'),
            )
        given[name.strip().replace("-", "_")] = text
    return given | {name: text for name, text in options.items() if text is not None}


def _whom(
    call: Invocation, conn: sqlite3.Connection, contact: str, deal: str | None
) -> tuple[int | None, int | None]:
    """The contact and the deal of a visit. The contact's one open deal is the deal; several are
    a question; a name that only a deal has is that deal's contact."""
    deal_id = None
    try:
        contact_id: int | None = call.find(conn, refs.CONTACT, contact)
    except NotFound:
        if contact.strip().lstrip("#").isdigit():
            raise
        deal_id = call.find(conn, refs.DEAL, contact)
        contact_id = None
    if deal == "none":
        return contact_id, None
    if deal is not None:
        return contact_id, call.find(conn, refs.DEAL, deal)
    if deal_id is None and contact_id is not None:
        deal_id = visits.open_deal_of(conn, contact_id)
    return contact_id, deal_id


def _changed(
    conn: sqlite3.Connection, visit_id: int, lines: list[str], warnings: list[str]
) -> Changed:
    return Changed(lines, lists.visit(conn, visit_id), VISITS, id=visit_id, warnings=warnings)


def _record(
    contact: str | None,
    given: dict[str, str],
    *,
    deal: str | None,
    at: str | None,
    duration: str | None,
    next_what: str | None,
    due: str | None,
) -> Changed:
    """Record a visit, and the next step agreed at it."""
    call = current()
    if due is not None and next_what is None:
        raise Usage(_("--due goes with --next."), _("Say what comes next with --next."))
    with call.open() as conn:
        contact = call.need(contact, "CONTACT", _("Whom did you visit?"))
        contact_id, deal_id = _whom(call, conn, contact, deal)
        fields = _report(call, given)
        minutes = None if duration is None else dates.parse_duration(duration)
        day = call.date(due)
        instant = call.when(conn, at)
        starts = dates.local(instant).strftime("%H:%M") if at and ":" in at else None
        with call.change(conn):
            visit_id = visits.add(
                conn,
                contact_id=contact_id,
                deal_id=deal_id,
                at=instant,
                starts=starts,
                minutes=minutes,
                fields=fields,
            )
            visit = lists.visit(conn, visit_id)
            if next_what is not None:
                steps.add(
                    conn,
                    next_what,
                    due=day,
                    deal_id=deal_id,
                    contact_id=None if deal_id else visit.contact_id,
                    visit_id=visit_id,
                )
        line = _("Visit {id}: {contact}, {outcome}, {day}").format(
            id=visit_id,
            contact=visit.contact or visit.deal,
            outcome=words.read(words.OUTCOME, visit.outcome),
            day=visit.happened_on,
        )
        lines = [line + (f" · {visit.deal}" if visit.deal and visit.contact else "")]
        if next_what is not None:
            lines.append(
                _("Next: {what}, due {day}").format(what=next_what, day=day)
                if day
                else _("Next: {what}").format(what=next_what)
            )
        warnings = _several_deals(conn, visit) + (
            no_step_warning(conn, deal_id) if deal_id is not None else []
        )
        if visit.late:
            warnings.append(_("The report is written more than 24 hours after the visit."))
        return _changed(conn, visit_id, lines, warnings)


def _several_deals(conn: sqlite3.Connection, visit: records.Visit) -> list[str]:
    """A warning where a contact has several open deals and none was named."""
    if visit.deal_id is not None or visit.contact_id is None:
        return []
    (deals,) = conn.execute(
        "SELECT count(*) FROM deal WHERE contact_id = ? AND status = 'open'", (visit.contact_id,)
    ).fetchone()
    if deals < 2:
        return []
    return [
        _("{contact} has {n} open deals: funnel visit edit {id} --deal DEAL").format(
            contact=visit.contact, n=deals, id=visit.id
        )
    ]


@examples(
    'funnel log mueller "likes the roof, worried about the price"',
    'funnel log mueller "not there" --outcome not_met',
    'funnel log 7 "asked for an offer" --next "send offer" --due fri -t 45m',
)
def log(
    contact: Annotated[
        str | None, typer.Argument(metavar="CONTACT", help=N_("Its id, or words of its name."))
    ] = None,
    said: Annotated[
        str | None,
        typer.Argument(metavar="WORDS", help=N_("What was said; - reads standard input.")),
    ] = None,
    deal: Deal = None,
    outcome: Outcome = None,
    channel: Channel = None,
    type_: Type = None,
    duration: Minutes = None,
    next_what: Next = None,
    due: Due = None,
    field: Field = None,
    at: At = None,
) -> Changed:
    """Log a visit."""
    given = _pairs(field, said=said, outcome=outcome, channel=channel, type=type_)
    return _record(
        contact, given, deal=deal, at=at, duration=duration, next_what=next_what, due=due
    )


@examples(
    'funnel visit add mueller --type first --goal "win the roof" --goal-reached partly',
    'funnel visit add 7 --at "yesterday 14:00" -t 1h --set "competitor=Roof & Sun" --set mood=4',
)
def add(
    contact: Annotated[
        str | None, typer.Argument(metavar="CONTACT", help=N_("Its id, or words of its name."))
    ] = None,
    deal: Deal = None,
    at: At = None,
    duration: Minutes = None,
    type_: Type = None,
    channel: Channel = None,
    outcome: Outcome = None,
    met: Annotated[
        str | None, typer.Option("--met", metavar="TEXT", help=N_("Who was met."))
    ] = None,
    occasion: Annotated[
        str | None, typer.Option("--occasion", metavar="TEXT", help=N_("What it was for."))
    ] = None,
    goal: Annotated[
        str | None, typer.Option("--goal", metavar="TEXT", help=N_("What you wanted."))
    ] = None,
    goal_reached: Annotated[
        str | None,
        typer.Option("--goal-reached", metavar="ANSWER", help=N_("yes, partly or no.")),
    ] = None,
    said: Annotated[
        str | None, typer.Option("--said", metavar="TEXT", help=N_("What was said."))
    ] = None,
    agreed: Annotated[
        str | None, typer.Option("--agreed", metavar="TEXT", help=N_("Who does what by when."))
    ] = None,
    next_what: Next = None,
    due: Due = None,
    field: Field = None,
) -> Changed:
    """Record a visit."""
    given = _pairs(
        field,
        type=type_,
        channel=channel,
        outcome=outcome,
        met=met,
        occasion=occasion,
        goal=goal,
        goal_reached=goal_reached,
        said=said,
        agreed=agreed,
    )
    return _record(
        contact, given, deal=deal, at=at, duration=duration, next_what=next_what, due=due
    )


@examples(
    "funnel visit list date:this-week",
    "funnel visit list outcome:met is:late --json",
    "funnel visit list date:-90d --csv -o visits.csv",
)
def list_(words: Words = None, sort: Sort = None, limit: Limit = None) -> Listing:
    """List visits."""
    call = current()
    most = call.rows(limit)
    with call.read() as conn:
        rows, more = lists.only(
            lists.visits(
                conn, filter_words(words), order=sort, limit=None if most is None else most + 1
            ),
            most,
        )
    return Listing(
        VISITS,
        rows,
        empty=_("No visits. `funnel log` logs one."),
        notes=more_note(most) if more else [],
    )


@examples("funnel visit show 5", "funnel visit show 5 --md")
def show(visit: VisitRef) -> Page:
    """Show a report."""
    call = current()
    with call.open() as conn:
        found = lists.visit(conn, call.find(conn, refs.VISIT, visit, write=False))
    title = _("{contact}, {day}").format(contact=found.contact or found.deal, day=found.happened_on)
    pairs = [(_(column.title), _shown(found, column.key)) for column in VISITS[2:]]
    blocks: list[Block] = [Facts(title, [pair for pair in pairs if pair[1]])]
    data = {column.key: getattr(found, column.key) for column in VISITS}
    return Page(blocks, data, Listing(VISITS, [found]))


def _shown(visit: records.Visit, key: str) -> str:
    """A field of the report as a person reads it; nothing for the ids and empty ones."""
    value = getattr(visit, key)
    if value is None or key in ("contact_id", "deal_id", "happened_at", "expenses_currency"):
        return ""
    if key in _CHOICES:
        return words.read(_CHOICES[key], value)
    if key in ("minutes", "travel_minutes"):
        return dates.format_duration(value)
    if key == "expenses":
        from funnelcli.money import format_money

        return format_money(value, visit.expenses_currency or "", config.get("locale"))
    if key == "late":
        return _("yes") if value else ""
    if key == "recorded_at":
        return dates.local(value).strftime("%Y-%m-%d %H:%M")
    return str(value)


@examples(
    'funnel visit edit 5 --set "agreed=sample by Friday" --set mood=4',
    "funnel visit edit 5 --outcome phone_instead --at 2026-11-20",
)
def edit(
    visit: VisitRef,
    deal: Deal = None,
    at: At = None,
    duration: Minutes = None,
    outcome: Outcome = None,
    channel: Channel = None,
    type_: Type = None,
    field: Field = None,
) -> Changed:
    """Change a report."""
    call = current()
    with call.open() as conn:
        visit_id = call.find(conn, refs.VISIT, visit)
        given = _pairs(field, outcome=outcome, channel=channel, type=type_)
        changes = _report(call, given)
        if deal is not None:
            changes["deal_id"] = None if deal == "none" else call.find(conn, refs.DEAL, deal)
        if at is not None:
            changes["happened_at"] = dates.parse_when(at)
            changes["starts"] = (
                dates.local(changes["happened_at"]).strftime("%H:%M") if ":" in at else None
            )
        if duration is not None:
            changes["minutes"] = dates.parse_duration(duration)
        if not changes:
            raise Usage(
                _("Nothing to change."), _("`funnel visit edit --help` lists what can be changed.")
            )
        with call.change(conn):
            names = visits.edit(conn, visit_id, changes)
        found = lists.visit(conn, visit_id)
        name = _("{contact}, {day}").format(
            contact=found.contact or found.deal, day=found.happened_on
        )
        return _changed(conn, visit_id, [edited(name, names)], [])


@examples("funnel visit remove 5")
def remove(
    visit: Annotated[
        list[str], typer.Argument(metavar="VISIT...", help=N_("Ids, or words of names."))
    ],
) -> Changed:
    """Remove visits."""
    call = current()
    with call.open() as conn:
        ids = list(dict.fromkeys(call.find(conn, refs.VISIT, text) for text in visit))
        if len(ids) > 2:
            text = ngettext("Remove {n} visit?", "Remove {n} visits?", len(ids))
            call.confirm(text.format(n=len(ids)))
        with call.change(conn):
            visits.remove(conn, ids)
    return Changed([_("Removed visit {id}").format(id=i) for i in ids], ids=ids)
