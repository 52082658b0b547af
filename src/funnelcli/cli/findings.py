"""How what is wrong with a database is shown."""

from __future__ import annotations

from funnelcli.render import Column

FINDINGS = (
    Column("where", "Where"),
    Column("problem", "What is wrong", flex=True),
    Column("repairable", "Can be mended", "flag"),
)
