"""The next step that a command takes along, as ``--next`` and ``--due`` say it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import TYPE_CHECKING

from funnelcli.cli.invocation import Invocation
from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.values import daytext

if TYPE_CHECKING:
    from funnelcli.actions.recognising.steps import Planned


def planned(call: Invocation, what: str | None, due: str | None) -> Planned | None:
    """The step that was given; None where none was. Raises Usage for a day without words."""
    from funnelcli.actions.recognising.steps import Planned

    if what is None:
        if due is not None:
            raise Usage(_("--due goes with --next."), _("Say what comes next with --next."))
        return None
    when = call.due(due)
    return Planned(what, None) if when is None else Planned(what, *when)


def recorded(
    conn: sqlite3.Connection,
    step: Planned | None,
    *,
    deal_id: int | None = None,
    contact_id: int | None = None,
    at: int | None = None,
) -> list[str]:
    """Record the step that was given, if any; its lines. Raises as :func:`steps.add` does."""
    from funnelcli.actions import steps

    if step is None:
        return []
    steps.add(
        conn,
        step.what,
        due=step.due,
        starts=step.starts,
        deal_id=deal_id,
        contact_id=contact_id,
        at=at,
        kind=steps.kind_of(step.what) or "task",
    )
    return step_lines([step])


def step_lines(steps: Iterable[Planned]) -> list[str]:
    """A line for each next step."""
    return [
        _("Next: {what}, due {day}").format(what=step.what, day=daytext.due(step.due, step.starts))
        if step.due
        else _("Next: {what}").format(what=step.what)
        for step in steps
    ]
