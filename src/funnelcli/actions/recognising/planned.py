"""A next step, whoever names it: a note, an option or a line of a file."""

from __future__ import annotations

from funnelcli.plain import NamedTuple


class Planned(NamedTuple):
    """A next step; ``due`` is a plain date as ISO text, None where none is named; ``starts`` the
    time of day as HH:MM, where one is."""

    what: str
    due: str | None
    starts: str | None = None
