"""What a statement is once it is translated."""

from __future__ import annotations

from funnelcli.plain import NamedTuple


class Translation(NamedTuple):
    """A statement for the server, with its parameters as the driver takes them. ``writes`` says
    that it changes rows or tables that are kept, ``counts`` that it changes rows at all,
    ``gives_id`` that it gives the id of the row that it inserted; ``makes`` is the table of this
    connection alone that it makes, if any."""

    text: str
    writes: bool
    counts: bool
    gives_id: bool
    makes: str
