"""Changing a report: with options, or whole, in the user's editor."""

from __future__ import annotations

import sqlite3

from funnelcli.actions import visit_report, visits
from funnelcli.actions.report_fields import HEADER, labels
from funnelcli.cli import own_values
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Option
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.next_step import step_lines
from funnelcli.cli.params import VisitOrAsked
from funnelcli.cli.records import visit_fields
from funnelcli.cli.records.visit_fields import At, Deal, Minutes, ReportField
from funnelcli.cli.results import edited
from funnelcli.cli.several import several
from funnelcli.cli.taking import Given, takes
from funnelcli.errors import FunnelError, NotFound, Usage
from funnelcli.i18n import N_, _
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.extending import extended
from funnelcli.nouns.visit import TEXTS, VISIT, Visit
from funnelcli.queries.lists import one
from funnelcli.render import Changed
from funnelcli.typed import Annotated, Any
from funnelcli.values import dates, daytext
from funnelcli.values.nothing import is_nothing


@several(VISIT)
@takes(VISIT.options("edit"), own=(VISIT, "edit"))
@gives(VISIT)
@examples(
    "funnel visit edit 5",
    'funnel visit edit 5 --set "agreed=sample by Friday" --set mood=4',
    "funnel visit edit contact:mueller date:-7d.. --set mood=4",
    "funnel visit edit 5 --contact mueller --at 2026-11-20",
    "funnel visit edit 5 --continue",
)
def edit(
    visit: VisitOrAsked = None,
    contact: Annotated[
        str | None,
        Option("--contact", "-c", metavar="CONTACT", help=N_("With whom it was.")),
    ] = None,
    deal: Deal = None,
    at: At = None,
    duration: Minutes = None,
    field: ReportField = None,
    resume: Annotated[
        bool, Option("--continue", help=N_("Go on with a text that was not saved."))
    ] = False,
    *,
    given: Given,
) -> Changed:
    """Change a report; without options in the editor of VISUAL or EDITOR."""
    call = current()
    with call.open() as conn:
        report = visit_fields.pairs(field, given)
        options = report or any(value is not None for value in (contact, deal, at, duration))
        if resume and options:
            raise Usage(_("--continue goes without other options."), _("Leave them out."))
        visit_id = _visit(call, conn, visit, resume=resume)
        if not options and call.filtered:
            raise Usage(
                _("All that a filter finds cannot be edited as one text."),
                _("Say with options what changes."),
            )
        if not options:
            return _in_editor(call, conn, visit_id, resume=resume)
        report, own = visit_fields.apart(call, conn, report)
        changes = visit_fields.report_fields(call, conn, report)
        changes |= _moments(at, duration)
        if contact is not None:
            contact_id = call.find(conn, CONTACT, contact)
            changes |= _whom(conn, visit_id, contact_id, changes.get("happened_at"))
        if deal is not None:
            changes["deal_id"] = None if is_nothing(deal) else call.find(conn, DEAL, deal)
        return _save(call, conn, visit_id, changes, own)


def _visit(call: Invocation, conn: sqlite3.Connection, visit: str | None, *, resume: bool) -> int:
    """The visit that is meant; with ``resume`` and no name the one with an unfinished text."""
    if visit is not None or not resume:
        return call.find(conn, VISIT, call.which(conn, VISIT, visit))
    from funnelcli.actions.drafts import folder
    from funnelcli.cli.editing import unfinished

    found = unfinished(call, "visit")
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFound(
            _("There is no unfinished text in {folder}.").format(folder=folder(call.path)),
            _("Begin one: funnel visit edit VISIT"),
        )
    raise Usage(
        _("There are several unfinished texts."),
        _("Name one of the visits: {ids}.").format(ids=", ".join(map(str, found))),
    )


def _whom(
    conn: sqlite3.Connection, visit_id: int, contact_id: int, at: int | None
) -> dict[str, Any]:
    """Another contact, and with it the contact's one deal that was open at the visit."""
    visit = one(conn, VISIT, visit_id)
    if contact_id == visit.contact_id:
        return {}
    deal_id = visits.deal_then(conn, contact_id, visit.happened_at if at is None else at)
    return {"contact_id": contact_id, "deal_id": deal_id}


def _moments(at: str | None, duration: str | None) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if at is not None:
        changes["happened_at"] = dates.parse_when(at)
        known = dates.names_time(at)
        changes["starts"] = dates.local(changes["happened_at"]).strftime("%H:%M") if known else None
    if duration is not None:
        changes["minutes"] = dates.parse_duration(duration) if duration else None
    return changes


def _save(
    call: Invocation,
    conn: sqlite3.Connection,
    visit_id: int,
    changes: dict[str, Any],
    own: list[own_values.Change] | None = None,
) -> Changed:
    with call.change(conn):
        names = visits.edit(conn, visit_id, changes)
        names += own_values.put(conn, VISIT, visit_id, own or [])
        planned, warnings = (
            visit_report.add_agreed(conn, visit_id) if "agreed" in names else ([], [])
        )
    found = one(conn, VISIT, visit_id)
    name = _("{contact}, {day}").format(
        contact=found.contact or found.deal, day=daytext.day(found.happened_on)
    )
    shown = [changed for changed in names if changed != "expenses_currency"]
    noun = extended(conn, VISIT)
    lines = [edited(noun, name, shown), *step_lines(planned)]
    return Changed(lines, found, noun.columns, id=visit_id, warnings=warnings)


# In the editor ------------------------------------------------------------------------------------


def template(visit: Visit, locale: str) -> str:
    """The whole report of a visit as a text to edit, its header in the words and with the days that
    the user writes."""
    from funnelcli.formats import report_text
    from funnelcli.values.moneyformat import typed

    def value(name: str) -> str:
        if name == "date":
            return f"{daytext.written(visit.happened_on, locale)} {visit.starts or ''}".strip()
        if name == "duration":
            return "" if visit.minutes is None else f"{visit.minutes} min"
        found = getattr(visit, name)
        if found is None:
            return ""
        if name == "type":
            return visit.type_name
        if name == "travel_minutes":
            return f"{found} min"
        if name == "expenses":
            return typed(found, visit.expenses_currency or "")
        of = VISIT.fields[name].type
        return of.name(found) if of.choices is not None else str(found)

    named = labels()
    whom = [visit.contact, visit.deal]
    notes = [
        " · ".join(part for part in whom if part),
        _("Lines that begin with # up here are not read. Keep the headings; what stands below"),
        _("them is the report. Under {agreed} a line makes a next step when it is written").format(
            agreed=named["agreed"]
        ),
        _("- [ ] what, by date"),
    ]
    return report_text.write(
        [(named[name], value(name)) for name in HEADER],
        [(named[name], value(name)) for name in TEXTS],
        notes,
    )


def read_changes(
    call: Invocation, conn: sqlite3.Connection, text: str, base: str
) -> dict[str, Any]:
    """The columns that a text changes against the ``base`` it was made from.

    Raises Usage that names every line that does not fit.
    """
    from funnelcli.formats import report_text

    named = labels()
    found = report_text.read(text, named, strict=True)
    before = report_text.read(base, named, strict=True)
    problems = [
        _("line {n}: {text} is no field or heading of a report").format(n=item.line, text=item.text)
        for item in found.problems
    ]
    changes: dict[str, Any] = {}
    old = {**before.header, **before.texts}
    for name, value in {**found.header, **found.texts}.items():
        if name not in named:
            problems.append(_line(found.lines[name], _("{name} is not edited here"), name))
        elif value != old.get(name, ""):
            try:
                changes |= _change(call, conn, name, value)
            except FunnelError as error:
                problems.append(
                    _("line {n}: {text}").format(n=found.lines[name], text=f"{error} {error.hint}")
                )
    if problems:
        raise Usage("\n".join([_("The report cannot be saved."), *problems]), "")
    return changes


def _line(number: int, text: str, name: str) -> str:
    return _("line {n}: {text}").format(n=number, text=text.format(name=name))


def _change(call: Invocation, conn: sqlite3.Connection, name: str, value: str) -> dict[str, Any]:
    if name == "date":
        return _moments(value, None)
    if name == "duration":
        return _moments(None, value)
    if name in TEXTS:
        return {name: value or None}
    if not value and name in ("type", "channel", "outcome"):
        raise Usage(
            _("{option} is missing.").format(option=labels()[name]), _("Every report has one.")
        )
    return visit_fields.report_fields(call, conn, {name: value})


def _in_editor(
    call: Invocation, conn: sqlite3.Connection, visit_id: int, *, resume: bool
) -> Changed:
    from funnelcli.cli.editing import draft

    visit = one(conn, VISIT, visit_id)
    locale = call.output.locale
    again = f"funnel visit edit {visit_id} --continue"
    with draft(
        call, "visit", visit_id, template(visit, locale), again=again, resume=resume
    ) as text:
        base = text.base or template(visit, locale)
        changes = text.edited(lambda written: read_changes(call, conn, written, base))
        return _save(call, conn, visit_id, changes or {})
