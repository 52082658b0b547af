"""A saved filter's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from funnelcli.i18n import _
from funnelcli.nouns.printed import Printed
from funnelcli.nouns.saved_filter import KIND, SAVED_FILTER, SavedFilter
from funnelcli.render import Block, Facts, Page, Prose

PRINTED = Printed(data=SAVED_FILTER, more=("fits", "used_by"), parts=True)


def saved_filter_page(
    found: SavedFilter, fits: Mapping[str, int], used_by: Sequence[str], problem: str
) -> Page:
    """What it asks, of which records, and how many of each fit now; ``problem`` says why it cannot
    be asked."""
    counts = ", ".join(f"{KIND.name(noun)}: {count}" for noun, count in fits.items())
    pairs = [
        (_("Filter"), found.text),
        (_("For"), KIND.names(found.nouns)),
        (_("Fits now"), counts or problem),
        (_("Used by"), ", ".join(f"@{name}" for name in used_by)),
        (_("Public id"), found.public_id),
    ]
    blocks: list[Block] = [Facts(f"@{found.name}", [pair for pair in pairs if pair[1]])]
    if found.script:
        blocks.append(Prose(found.script, _("Script")))
    data = {**found.data(), "fits": dict(fits), "used_by": list(used_by)}
    return Page(blocks, data, name="filter")
