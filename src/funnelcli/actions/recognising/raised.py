"""An objection, whoever names it: a note or an option."""

from __future__ import annotations

from funnelcli.plain import NamedTuple


class Raised(NamedTuple):
    """An objection: its key in the catalogue, the part of the note that says it, and whether it is
    meant, or but a pretext."""

    kind: str
    wording: str
    genuine: bool = True
