"""An objection's page."""

from __future__ import annotations

from funnelcli.i18n import _
from funnelcli.nouns.objection import OBJECTION, Objection
from funnelcli.render import Facts, Listing, Page
from funnelcli.values import daytext


def objection_page(found: Objection) -> Page:
    """What was said against it, and what was answered."""
    pairs = [
        (_("Deal"), found.deal),
        (_("Stage"), found.stage_name),
        (_("Raised"), daytext.day(found.raised_on)),
        (_("Meant"), _("genuine") if found.genuine else _("pretext")),
        (_("Wording"), found.wording or ""),
        (_("Answer"), found.answer or ""),
        (_("Standing"), found.standing),
        (_("Public id"), found.public_id),
    ]
    title = found.kind_name + " · " + _("objection {id}").format(id=found.id)
    facts = Facts(title, [pair for pair in pairs if pair[1]])
    return Page([facts], found.data(), Listing(OBJECTION.columns, [found]), name="objection")
