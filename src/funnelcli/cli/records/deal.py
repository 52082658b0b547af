"""Deals: add, list, show, edit, snooze, remove."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from funnelcli import config
from funnelcli.cli import own_values
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.entries import added, each, nothing_to_change, read, since, taken_off
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.listing import lister
from funnelcli.cli.params import At, DealRef, FirstStage, Next, NextDue
from funnelcli.cli.removing import removing
from funnelcli.cli.results import (
    changed,
    edited,
    no_step_warning,
    on_file,
    opened_line,
    revocable_lines,
)
from funnelcli.cli.several import several
from funnelcli.cli.taking import Given, takes
from funnelcli.errors import Usage
from funnelcli.i18n import N_, _
from funnelcli.nouns import naming
from funnelcli.nouns.deal import DEAL
from funnelcli.nouns.extending import extended
from funnelcli.nouns.types import COMING_DATE
from funnelcli.queries import twins
from funnelcli.queries.lists import one
from funnelcli.render import Changed, Page
from funnelcli.typed import Annotated
from funnelcli.values import dates, daytext
from funnelcli.values.days import AHEAD
from funnelcli.values.nothing import is_nothing


def _amount(call: Invocation, given: Given, said: str | None, usual: str) -> tuple[int | None, str]:
    """The value that was given and its currency: that which was ``said``, else the ``usual`` one
    where it names none."""
    value = given.get("value")
    if value is None or is_nothing(value):
        return None, said or usual
    return call.money(value, usual, said=said)


def _contacts(call: Invocation, conn: sqlite3.Connection, given: Given) -> list[int]:
    """The contacts that are named, each once, the deal's own first."""
    found = each(call, conn, DEAL.fields["contact_id"], added(given, "contact_id"))
    return [*dict.fromkeys(contact for contact in found if contact is not None)]


def _joined(conn: sqlite3.Connection, deal_id: int, contact_ids: Sequence[int]) -> list[str]:
    """Give contacts a part in a deal, and say so."""
    if not contact_ids:
        return []
    from funnelcli.actions.people import join

    names = join(conn, deal_id, contact_ids)
    return [_("Takes part: {name}").format(name=name) for name in names]


@takes(DEAL.options("add"), own=(DEAL, "add"))
@gives(DEAL)
@examples(
    'funnel deal add "Solar roof" --contact mueller --value 18k --close eom',
    'funnel deal add "Solar roof" -c 7 -c "Anna Berg" --next "visit the farm" --due "fri 14:00"',
    'funnel deal add "Doors" -c 7 --process funnel --stage visit --at 2026-09-01',
    'id=$(funnel deal add "Night import" -q --no-input)',
)
def add(
    title: Annotated[str | None, Argument(metavar="TITLE", help=N_("What it is called."))] = None,
    new_contact: Annotated[
        str | None,
        Option("--new-contact", metavar="NAME", help=N_("Add its contact at once.")),
    ] = None,
    process: Annotated[
        str | None,
        Option("--process", "-p", metavar="PROCESS", help=N_("cycle, funnel or your own.")),
    ] = None,
    stage: FirstStage = None,
    next_what: Next = None,
    due: NextDue = None,
    at: At = None,
    *,
    given: Given,
) -> Changed:
    """Open a deal."""
    from funnelcli.actions import contacts, deals
    from funnelcli.cli import next_step

    call = current()
    with call.open() as conn:
        steps = next_step.planned(call, next_what, due)
        title = call.need(title, "TITLE", _("What is the deal called?"))
        process_id = naming.process_id(conn, process)
        stage_id = None if stage is None else naming.stage_id(conn, process_id, stage)
        attributes = read(call, conn, DEAL, given)
        own = own_values.read(call, conn, DEAL, given)
        minor, code = _amount(call, given, attributes.pop("currency", None), config.get("currency"))
        people = _contacts(call, conn, given)
        instant = call.when(conn, at)
        warnings: list[str] = []
        alike = [] if new_contact is None else twins.alike(conn, new_contact, (), ())
        with call.change(conn):
            if new_contact is not None:
                # How the deal came up is how they were met.
                met = {"source": attributes.get("source")}
                new_id = contacts.add(conn, new_contact, fields=met, at=instant)
                warnings += on_file(alike, new_id)
                people.append(new_id)
            deal_id = deals.add(
                conn,
                title,
                process_id=process_id,
                stage_id=stage_id,
                contact_id=people[0] if people else None,
                value=minor,
                currency=code,
                probability=attributes.pop("probability", None),
                expected_close=attributes.pop("expected_close", None),
                tags=added(given, "tags"),
                at=instant,
                attributes=attributes,
            )
            own_values.put(conn, DEAL, deal_id, own)
            follows = _joined(conn, deal_id, people[1:])
            follows += next_step.recorded(conn, steps, deal_id=deal_id, at=instant)
        line = opened_line(conn, deal_id)
        warnings += no_step_warning(call, conn, deal_id)
        return changed(conn, DEAL, deal_id, [line, *follows], warnings)


list_ = lister(
    DEAL,
    "funnel deal list stage:offer,negotiation 'value:>10k'",
    "funnel deal list is:rotten -tag:vip --sort -value",
    "funnel deal list is:open --json=id,title,value,currency",
)


@gives("pages.deal:PRINTED")
@examples("funnel deal show 12", "funnel deal show mueller --json")
def show(deal: DealRef) -> Page:
    """Show a deal."""
    from funnelcli.pages.deal import deal_page

    call = current()
    with call.open() as conn:
        deal_id = call.find(conn, DEAL, deal, write=False)
        return deal_page(conn, deal_id, call.output.locale)


@takes(DEAL.options("edit"), own=(DEAL, "edit"))
@several(DEAL)
@gives(DEAL)
@examples(
    "funnel deal edit stage:offer -tag:vip --tag autumn",
    "funnel deal edit 12 --value 15k --close +2w",
    "funnel deal edit 12 --probability 80 --tag vip",
    "funnel deal edit 12 --probability none --at 2026-11-01",
    "funnel deal edit 12 --received-on yesterday",
    "funnel deal edit 12 --revocable-until 2026-12-20",
)
def edit(deal: DealRef, at: At = None, *, given: Given) -> Changed:
    """Change a deal."""
    from funnelcli.actions import deals, standing, withdrawal

    call = current()
    with call.open() as conn:
        deal_id = call.find(conn, DEAL, deal)
        starts = since(withdrawal.contract_day(conn, deal_id), None)
        changes = read(call, conn, DEAL, given, starts)
        if "value" in given:
            usual = standing.state(conn, deal_id).currency
            changes["value"], changes["currency"] = _amount(
                call, given, changes.get("currency"), usual
            )
        own = own_values.read(call, conn, DEAL, given)
        if not given:
            raise nothing_to_change(call)
        people = _contacts(call, conn, given)
        if "contact_id" in given:
            changes["contact_id"] = people[0] if people else None
        before = one(conn, DEAL, deal_id)
        with call.change(conn):
            names = deals.edit(
                conn,
                deal_id,
                call.when(conn, at, deal_id),
                changes,
                tags=added(given, "tags"),
                untag=taken_off(given, "tags"),
            )
            names += own_values.put(conn, DEAL, deal_id, own)
            joined = _joined(conn, deal_id, people[1:])
        name = standing.state(conn, deal_id).title
        lines = [] if joined and not names else [edited(extended(conn, DEAL), name, names)]
        lines += joined
        if "contact_id" in names and people and before.contact is not None:
            lines.append(
                _("{name} keeps a part in it; to end it: {command}").format(
                    name=before.contact,
                    command=f"funnel deal people {deal_id} remove {before.contact_id}",
                )
            )
        if {"revocable_until", "withdrawal_from"} & set(names):
            lines += revocable_lines(conn, deal_id)
        return changed(conn, DEAL, deal_id, lines)


@several(DEAL)
@gives(DEAL)
@examples("funnel deal snooze 12 --until +2w", "funnel deal snooze 12 --until none")
def snooze(
    deal: DealRef,
    until: Annotated[
        str | None, Option("--until", metavar=COMING_DATE, help=N_("When it comes back."))
    ] = None,
) -> Changed:
    """Let a deal rest."""
    from funnelcli.actions import deals, standing

    call = current()
    with call.open() as conn:
        deal_id = call.find(conn, DEAL, deal)
        day = call.date(call.need(until, "--until", _("Until when?")), AHEAD)
        if day is not None and day <= dates.today().isoformat():
            raise Usage(
                _("{day} has come already.").format(day=daytext.day(day)),
                _("Snooze until a day to come."),
            )
        with call.change(conn):
            names = deals.edit(conn, deal_id, dates.now(), {"snoozed_until": day})
        title = standing.state(conn, deal_id).title
        if not names:
            line = edited(DEAL, title, names)
        elif day is None:
            line = _("{title}: awake").format(title=title)
        else:
            line = _("{title}: snoozed until {day}").format(title=title, day=daytext.beside(day))
        return changed(conn, DEAL, deal_id, [line])


def _remove(conn: sqlite3.Connection, ids: Sequence[int]) -> None:
    from funnelcli.actions import deals

    deals.remove(conn, ids)


remove = removing(
    DEAL,
    _remove,
    "funnel deal remove 12",
    "funnel deal remove 12 13 14 --yes",
    help=N_("Ids, or words of their names."),
)
