"""Visits: the one-line log, and the whole report."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from funnelcli.actions import visit_report, visit_words, visits
from funnelcli.actions.steps import Waiting
from funnelcli.cli import next_step, own_values
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.listing import lister
from funnelcli.cli.params import ContactRef, Next, NextDue, NoRecognise
from funnelcli.cli.records.visit_fields import (
    At,
    Deal,
    Minutes,
    Objection,
    ReportField,
    apart,
    pairs,
    report_fields,
)
from funnelcli.cli.removing import removing
from funnelcli.cli.results import (
    columns_of,
    ended_lines,
    no_step_warning,
    recognised_lines,
    refusal_warning,
)
from funnelcli.cli.taking import Given, takes
from funnelcli.errors import NotFound, Usage
from funnelcli.i18n import N_, _
from funnelcli.nouns import naming
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.visit import VISIT, Visit
from funnelcli.pages.recorded import RECORDED, recorded_line
from funnelcli.queries import counts
from funnelcli.queries.lists import one
from funnelcli.render import Changed
from funnelcli.typed import Annotated, Any
from funnelcli.values import dates, daytext
from funnelcli.values.nothing import is_nothing
from funnelcli.values.whole import is_number

New = Annotated[bool, Option("--new", help=N_("Add the contact, where nobody is called so."))]


def _whom(
    call: Invocation, conn: sqlite3.Connection, contact: str, deal: str | None, *, new: bool
) -> tuple[int | None, int | None, str]:
    """The contact and the deal of a visit, and the name of whom to add where nobody is called so.

    The contact's one open deal is the deal; several are a question; a name that only a deal has is
    that deal's contact.
    """
    contact = call.which(conn, CONTACT, contact)
    contact_id = deal_id = None
    added = ""
    try:
        contact_id = call.find(conn, CONTACT, contact)
    except NotFound as error:
        if is_number(contact):
            raise
        try:
            deal_id = call.find(conn, DEAL, contact)
        except NotFound:
            if not (new or _to_be_added(call, contact)):
                raise naming.missing_both(
                    contact,
                    _("With --new somebody of that name is added.") + f" {error.hint}",
                ) from None
            added = contact.strip()
    if deal is not None and is_nothing(deal):
        return contact_id, None, added
    if deal is not None:
        return contact_id, call.find(conn, DEAL, deal), added
    if deal_id is None and contact_id is not None:
        deal_id = visits.open_deal_of(conn, contact_id)
    return contact_id, deal_id, added


def _to_be_added(call: Invocation, name: str) -> bool:
    """Whether somebody who is not on file is to be added, as the person at the terminal says."""
    return call.interactive and call.agrees(
        _("{name} is not on file. Add a contact of that name?").format(name=name), usual=True
    )


def _changed(
    conn: sqlite3.Connection,
    visit_id: int,
    lines: list[str],
    warnings: list[str],
    recognised: list[str],
) -> Changed:
    visit = one(conn, VISIT, visit_id)
    visit.__dict__["recognised"] = recognised
    columns = columns_of(conn, VISIT, RECORDED)
    return Changed(lines, visit, columns, id=visit_id, warnings=warnings)


def _record(
    contact: str,
    given: dict[str, str],
    *,
    deal: str | None,
    at: str | None,
    duration: str | None,
    next_what: list[str] | None,
    due: list[str] | None,
    objections: list[str] | None,
    recognise: bool,
    new: bool,
) -> Changed:
    """Record a visit with what follows from it."""
    call = current()
    with call.open() as conn:
        contact_id, deal_id, new_name = _whom(call, conn, contact, deal, new=new)
        report, own = apart(call, conn, given)
        fields = report_fields(call, conn, report)
        minutes = None if duration is None else dates.parse_duration(duration)
        agreed, day = next_step.agreed(call, next_what, due)
        follows = visit_words.follow(
            conn,
            fields,
            recognise=recognise,
            given=agreed,
            due=day,
            objections=objections,
        )
        minutes = follows.minutes if minutes is None else minutes
        instant = call.when(conn, at)
        starts = dates.local(instant).strftime("%H:%M") if at and dates.names_time(at) else None
        also, open_still = _also_done(call, conn, fields, contact_id, deal_id, instant)
        with call.change(conn):
            if new_name:
                from funnelcli.actions import contacts

                contact_id = contacts.add(conn, new_name, at=instant)
            recorded = visit_report.record(
                conn,
                contact_id=contact_id,
                deal_id=deal_id,
                at=instant,
                starts=starts,
                minutes=minutes,
                fields=fields,
                planned=follows.planned,
                raised=follows.raised,
                also=also,
            )
            own_values.put(conn, VISIT, recorded.visit_id, own)
        visit_id = recorded.visit_id
        visit = one(conn, VISIT, visit_id)
        lines = []
        if new_name:
            lines.append(_("Contact {id}: {name}").format(id=contact_id, name=visit.contact))
        lines.append(recorded_line(visit))
        recognised = follows.recognised(recorded)
        lines += ended_lines(recorded.ended)
        lines += next_step.step_lines(recorded.planned)
        lines += recognised_lines(conn, recognised, visit_id)
        warnings = [*follows.warnings, *recorded.unrecorded, *open_still]
        warnings += refusal_warning(conn, visit.contact_id, refused=follows.refused)
        warnings += _several_deals(conn, visit)
        if deal_id is not None:
            warnings += no_step_warning(call, conn, deal_id)
        if visit.late:
            warnings.append(_("The report is written more than 24 hours after the visit."))
        return _changed(conn, visit_id, lines, warnings, recognised)


def _also_done(
    call: Invocation,
    conn: sqlite3.Connection,
    fields: Mapping[str, Any],
    contact_id: int | None,
    deal_id: int | None,
    at: int,
) -> tuple[list[Waiting], list[str]]:
    """The planned visits that this one was, as the person says; and a line for each that is open
    still, where nobody can be asked or it was not this one."""
    also: list[Waiting] = []
    lines: list[str] = []
    for step in visit_report.unsettled(conn, fields, contact_id=contact_id, deal_id=deal_id, at=at):
        due = daytext.due(step.due, step.starts) or _("no day")
        asked = call.interactive and call.agrees(
            _("Was this the visit that was planned: {what} ({due})?").format(
                what=step.what, due=due
            ),
            usual=False,
        )
        if asked:
            also.append(step)
        else:
            lines.append(
                _("Still planned: {what} ({due}). If this was it: funnel step done {id}").format(
                    what=step.what, due=due, id=step.id
                )
            )
    return also, lines


def _several_deals(conn: sqlite3.Connection, visit: Visit) -> list[str]:
    """A warning where a contact has several open deals and none was named."""
    if visit.deal_id is not None or visit.contact_id is None:
        return []
    deals = counts.open_deals(conn, visit.contact_id)
    if deals < 2:
        return []
    return [
        _("{contact} has {n} open deals: funnel visit edit {id} --deal DEAL").format(
            contact=visit.contact, n=deals, id=visit.id
        )
    ]


@takes(VISIT.options("log"), own=(VISIT, "log"))
@gives(RECORDED)
@examples(
    'funnel log mueller "met, wants solar on the barn, price worry, send offer by fri"',
    'funnel log mueller "not there"',
    'funnel log "Carl New" "met at the fair, wants a quote" --new',
    'funnel log 7 "asked for an offer" --next "send offer" --due fri -t 45m',
)
def log(
    contact: ContactRef,
    said: Annotated[
        str | None,
        Argument(metavar="WORDS", help=N_("What was said; - reads standard input.")),
    ] = None,
    deal: Deal = None,
    duration: Minutes = None,
    next_what: Next = None,
    due: NextDue = None,
    objection: Objection = None,
    field: ReportField = None,
    at: At = None,
    no_recognise: NoRecognise = False,
    new: New = False,
    *,
    given: Given,
) -> Changed:
    """Log a visit."""
    said_of = {} if said is None else {"said": _words_of(said)}
    return _record(
        contact,
        pairs(field, given) | said_of,
        deal=deal,
        at=at,
        duration=duration,
        next_what=next_what,
        due=due,
        objections=objection,
        recognise=not no_recognise,
        new=new,
    )


def _words_of(said: str) -> str:
    """What was said, read from standard input for "-". Raises Usage where that is nothing."""
    text = current().long_text(said) or ""
    if not text.strip():
        raise Usage(
            _("There are no words to log."),
            _("Leave them out to log the visit alone, or write what was said."),
        )
    return text


@takes(VISIT.options("add"), own=(VISIT, "add"))
@gives(RECORDED)
@examples(
    'funnel visit add mueller --type first --goal "win the roof" --goal-reached partly',
    'funnel visit add 7 --at "yesterday 14:00" -t 1h --set "competitor=Roof & Sun" --set mood=4',
)
def add(
    contact: ContactRef,
    deal: Deal = None,
    at: At = None,
    duration: Minutes = None,
    next_what: Next = None,
    due: NextDue = None,
    objection: Objection = None,
    field: ReportField = None,
    no_recognise: NoRecognise = False,
    new: New = False,
    *,
    given: Given,
) -> Changed:
    """Record a visit."""
    return _record(
        contact,
        pairs(field, given),
        deal=deal,
        at=at,
        duration=duration,
        next_what=next_what,
        due=due,
        objections=objection,
        recognise=not no_recognise,
        new=new,
    )


list_ = lister(
    VISIT,
    "funnel visit list date:this-week",
    "funnel visit list outcome:met is:late --json",
    "funnel visit list date:-90d --csv -o visits.csv",
)

remove = removing(VISIT, visits.remove, "funnel visit remove 5", help=N_("Ids, or words of names."))
