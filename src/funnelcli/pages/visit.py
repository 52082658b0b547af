"""A visit's report to read and to print."""

from __future__ import annotations

import sqlite3

from funnelcli.i18n import _
from funnelcli.nouns.attachment import ATTACHMENT
from funnelcli.nouns.extending import extended
from funnelcli.nouns.person import PERSON, Person
from funnelcli.nouns.printed import Printed
from funnelcli.nouns.step import STEP, Step
from funnelcli.nouns.visit import TEXTS, VISIT, Visit
from funnelcli.pages.attachment import files_listing
from funnelcli.pages.corrections import CORRECTIONS, corrections_of
from funnelcli.pages.own import own_pairs
from funnelcli.queries import attachments
from funnelcli.queries.lists import in_turn, one
from funnelcli.queries.people import who_was_there
from funnelcli.queries.visits import steps_made
from funnelcli.render import Block, Facts, Listing, Page, Prose
from funnelcli.values import dates, daytext

# What a person does not read in a report.
_HIDDEN = ("contact_id", "deal_id", "happened_at", "expenses_currency", "recorded_at", "public_id")
_FACTS = tuple(c for c in VISIT.columns[1:] if c.key not in _HIDDEN and c.key not in TEXTS)
_STEPS = tuple(column for column in STEP.columns if column.key in ("id", "due", "what", "status"))


PRINTED = Printed(data=VISIT, more=("steps", "corrections", "people", "files"), parts=True)


def _title(visit: Visit) -> str:
    return _("{contact}, {day}").format(
        contact=visit.contact or visit.deal, day=daytext.day(visit.happened_on)
    )


def _steps(conn: sqlite3.Connection, visit_id: int) -> list[Step]:
    """The next steps made at a visit, the earliest due first."""
    made = steps_made(conn, visit_id)
    return sorted(made, key=lambda step: (step.due is None, step.due or "", step.id))


def _report(
    visit: Visit, steps: list[Step], there: list[Person], title: str, locale: str
) -> list[Block]:
    """The report: facts, who of the deal's people was ``there``, a part for each text, and the next
    steps made at the visit."""
    titles = {column.key: column.title for column in VISIT.columns}
    pairs = [(_(column.title), _shown(visit, column.key, locale)) for column in _FACTS]
    short = [name for name in TEXTS if _is_short(getattr(visit, name))]
    pairs += [(_(titles[name]), getattr(visit, name)) for name in short]
    pairs += own_pairs(visit, locale)
    roles = [f"{one.name} ({one.role_name})" for one in there if one.role]
    pairs.append((_("People"), ", ".join(roles)))
    blocks: list[Block] = [Facts(title, [pair for pair in pairs if pair[1]])]
    for name in TEXTS:
        text = getattr(visit, name)
        if text and name not in short:
            blocks.append(Prose(text, _(titles[name])))
    if steps:
        blocks.append(Listing(_STEPS, steps, title=_("Next steps")))
    return blocks


def _is_short(text: str | None) -> bool:
    """Whether a text is a line among the facts rather than a part of its own."""
    return bool(text) and len(text or "") <= 60 and "\n" not in (text or "")


def _shown(visit: Visit, key: str, locale: str) -> str:
    """A field of the report as a person reads it; nothing for an empty one."""
    value = getattr(visit, key)
    if value is None:
        return ""
    if key in ("stage", "type"):
        return visit.stage_name if key == "stage" else visit.type_name
    of = VISIT.fields[key].type
    if of.choices is not None:
        return of.name(value)
    if of.reads == "duration":
        return dates.format_duration(value)
    if key == "expenses":
        from funnelcli.values.money import format_money

        return format_money(value, visit.expenses_currency or "", locale)
    if key == "late":
        written = _shown(visit, "recorded_at", locale)
        return _("written {when}").format(when=written) if value else ""
    if key == "happened_on":
        return daytext.day(value)
    if key == "recorded_at":
        return daytext.moment(value)
    return str(value)


def visit_page(conn: sqlite3.Connection, visit_id: int, locale: str) -> Page:
    """A visit's report with the next steps made at it, and its files."""
    found = one(conn, VISIT, visit_id)
    steps = _steps(conn, visit_id)
    data = found.data()
    data["steps"] = Listing(STEP.columns, steps)
    there = who_was_there(conn, found)
    blocks = _report(found, steps, there, _title(found), locale)
    corrected = corrections_of(conn, visit_id=visit_id)
    data["corrections"] = Listing(CORRECTIONS, corrected)
    data["people"] = Listing(PERSON, there)
    files = attachments.of_record(conn, "visit", visit_id)
    data["files"] = Listing(ATTACHMENT.columns, files)
    if files:
        blocks.append(files_listing(files))
    if corrected:
        blocks.append(Listing(CORRECTIONS, corrected, title=_("Corrections")))
    return Page(blocks, data, name="visit")


def printed(conn: sqlite3.Connection, visit_ids: list[int], locale: str) -> Page:
    """The reports of visits one after the other, as a document."""
    found = in_turn(conn, VISIT, visit_ids)
    blocks: list[Block] = []
    for visit in found:
        title = _("Visit report: {visit}").format(visit=_title(visit))
        there = who_was_there(conn, visit)
        blocks += _report(visit, _steps(conn, visit.id), there, title, locale)
    columns = extended(conn, VISIT).columns
    return Page(blocks, Listing(columns, found), Listing(columns, found))
