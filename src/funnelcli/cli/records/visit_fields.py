"""A visit's report on the command line: its fields, read from options, templates and notes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from funnelcli import config
from funnelcli.actions.recognise import Planned, Raised
from funnelcli.cli.entries import one
from funnelcli.cli.invocation import Invocation
from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.nouns import naming
from funnelcli.nouns.visit import REPORT, VISIT, Visit
from funnelcli.values import dates


def report_fields(
    call: Invocation, conn: sqlite3.Connection, given: Mapping[str, str]
) -> dict[str, Any]:
    """The report's columns from what was written; raises Usage for what does not fit."""
    fields: dict[str, Any] = {}
    for name, text in given.items():
        if name not in REPORT:
            raise _unknown(name)
        field = VISIT.fields[name]
        if text in ("", "none"):
            fields[name] = None
            if name == "expenses":
                fields["expenses_currency"] = None
        elif name == "expenses":
            fields["expenses"], fields["expenses_currency"] = call.money(text)
        else:
            fields[name] = one(call, conn, field, text)
    return fields


def _unknown(name: str) -> Usage:
    import difflib

    near = difflib.get_close_matches(name, REPORT, 1)
    hint = (
        _("Did you mean {name}?").format(name=near[0])
        if near
        else _("The fields are: {names}.").format(names=", ".join(REPORT))
    )
    return Usage(_("A report has no field {name}.").format(name=name), hint)


def pairs(field: list[str] | None, options: Mapping[str, str]) -> dict[str, str]:
    """What ``--set`` and the named options say, by the report's column."""
    given: dict[str, str] = {}
    for pair in field or ():
        name, equals, text = pair.partition("=")
        if not equals:
            raise Usage(
                _("{pair} sets nothing.").format(pair=pair),
                _('Write it like --set "agreed=sample by Friday".'),
            )
        given[name.strip().replace("-", "_")] = text
    return {**given, **options}


class Followed:
    """What follows from a visit: next steps, objections, and the options (as typed) that would
    have said what was recognised in its words."""

    __slots__ = ("planned", "raised", "recognised", "warnings")

    def __init__(
        self,
        planned: list[Planned],
        raised: list[Raised],
        recognised: list[str],
        warnings: list[str],
    ) -> None:
        self.planned = planned
        self.raised = raised
        self.recognised = recognised
        self.warnings = warnings


def follow(
    conn: sqlite3.Connection,
    fields: dict[str, Any],
    *,
    recognise: bool,
    next_what: str | None,
    due: str | None,
    objections: Iterable[str] | None = None,
    today: date | None = None,
) -> Followed:
    """What was given with options, and for the rest what the words say. An outcome that they
    say goes into ``fields``. ``due`` is ISO text; days in the words are reckoned from ``today``,
    the present day without it. Raises Usage for --due without a next step.
    """
    planned: list[Planned] = []
    raised: list[Raised] = []
    recognised: list[str] = []
    warnings: list[str] = []
    if next_what is not None and next_what != "none":
        planned = [Planned(next_what, due)]
    if objections is not None:
        kinds = [
            naming.catalogue_key(conn, "objection", kind) for kind in objections if kind != "none"
        ]
        raised = [Raised(kind, fields.get("objections") or kind) for kind in kinds]
    said = fields.get("said")
    if recognise and said:
        from funnelcli.actions.visit_report import read_note

        found = read_note(conn, said, today or dates.today())
        if "outcome" not in fields:
            if found.outcome is not None:
                fields["outcome"] = found.outcome
                recognised.append(f"--outcome {found.outcome}")
            elif found.unsure:
                warnings.append(
                    _("The words say {outcomes}: set it with --outcome.").format(
                        outcomes=_(" and ").join(found.unsure)
                    )
                )
        if next_what is None:
            planned = [step._replace(due=due or step.due) for step in found.steps]
            recognised += [_step_option(step) for step in planned]
        if objections is None:
            raised = list(found.objections)
            recognised += [f"--objection {item.kind}" for item in raised]
    if due is not None and not planned:
        raise Usage(_("--due goes with --next."), _("Say what comes next with --next."))
    return Followed(planned, raised, recognised, warnings)


def _step_option(step: Planned) -> str:
    import shlex

    option = f"--next {shlex.quote(step.what)}"
    return option + (f" --due {step.due}" if step.due else "")


def step_lines(planned: Iterable[Planned]) -> list[str]:
    """A line for each next step."""
    return [
        _("Next: {what}, due {day}").format(what=step.what, day=step.due)
        if step.due
        else _("Next: {what}").format(what=step.what)
        for step in planned
    ]


def shown(visit: Visit, key: str) -> str:
    """A field of the report as a person reads it; nothing for an empty one."""
    value = getattr(visit, key)
    if value is None:
        return ""
    of = VISIT.fields[key].type
    if of.choices is not None:
        return of.name(value)
    if of.reads == "duration":
        return dates.format_duration(value)
    if key == "expenses":
        from funnelcli.values.money import format_money

        return format_money(value, visit.expenses_currency or "", config.get("locale"))
    if key == "late":
        return _("written {when}").format(when=shown(visit, "recorded_at")) if value else ""
    if key == "recorded_at":
        return dates.local(value).strftime("%Y-%m-%d %H:%M")
    return str(value)
