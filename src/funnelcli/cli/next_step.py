"""The next steps that a command takes along, as ``--next`` and ``--due`` say it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from funnelcli.cli.invocation import Invocation
from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.typed import TYPE_CHECKING
from funnelcli.values import daytext
from funnelcli.values.nothing import is_nothing

if TYPE_CHECKING:
    from funnelcli.actions.recognising.planned import Planned
    from funnelcli.nouns.step import Step
    from funnelcli.values.dates import Due


def planned(
    call: Invocation, what: Sequence[str] | None, due: Sequence[str] | None
) -> list[Planned]:
    """The steps that were given, each with the day that was given in the same place; none for a
    word that says so.

    Raises Usage for a day without words, for other than a day each or none at all, and for that
    word beside a day or another step.
    """
    from funnelcli.actions.recognising.planned import Planned

    if not what:
        if due:
            raise Usage(_("--due goes with --next."), _("Say what comes next with --next."))
        return []
    if any(map(is_nothing, what)):
        if due or len(what) > 1:
            raise Usage(
                _("--next none says that nothing comes next."),
                _("Leave it out, or the --due and --next that say otherwise."),
            )
        return []
    if due and len(due) != len(what):
        raise Usage(
            _("--next and --due go in pairs."),
            _("Give each --next its --due; --due none where a step has no day."),
        )
    days = map(call.due, due or ["none"] * len(what))
    return [Planned(text, *(day or (None, None))) for text, day in zip(what, days, strict=True)]


def agreed(
    call: Invocation, what: Sequence[str] | None, due: Sequence[str] | None
) -> tuple[list[Planned] | None, Due | None]:
    """The steps that were given with a visit; and where that was left to what was said, None with
    the day that was given for it. Raises as :func:`planned` does."""
    if what is None and due is not None and len(due) == 1:
        return None, call.due(due[0])
    return planned(call, what, due) if what or due else None, None


def recorded(
    conn: sqlite3.Connection,
    given: Sequence[Planned],
    *,
    deal_id: int | None = None,
    contact_id: int | None = None,
    at: int | None = None,
) -> list[str]:
    """Record the steps that were given; their lines. Raises as :func:`steps.add` does."""
    from funnelcli.actions import steps

    for step in given:
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
    return step_lines(given)


def step_lines(steps: Iterable[Planned | Step]) -> list[str]:
    """A line for each next step."""
    return [
        _("Next: {what}, due {day}").format(what=step.what, day=daytext.due(step.due, step.starts))
        if step.due
        else _("Next: {what}").format(what=step.what)
        for step in steps
    ]
