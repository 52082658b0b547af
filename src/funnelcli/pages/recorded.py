"""What is said of a visit that was put on record; who records one does not load its page."""

from __future__ import annotations

from funnelcli.i18n import _
from funnelcli.nouns.visit import VISIT, Visit
from funnelcli.render import Column
from funnelcli.values import daytext

RECORDED = (*VISIT.columns, Column("recognised", "Recognised", "tags", table=False))
"""The columns of one, with what was recognised in its words."""


def recorded_line(visit: Visit) -> str:
    """The line of a visit that was put on record: whom, how it ended, when, about which deal."""
    line = _("Visit {id}: {contact}, {outcome}, {day}").format(
        id=visit.id,
        contact=visit.contact or visit.deal,
        outcome=VISIT.fields["outcome"].type.name(visit.outcome),
        day=daytext.day(visit.happened_on),
    )
    return line + (f" · {visit.deal}" if visit.deal and visit.contact else "")
