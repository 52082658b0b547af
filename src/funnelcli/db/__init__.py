"""The database: opening it, migrating it, the journal, copies of it, its health."""

from __future__ import annotations

from funnelcli.db.connection import connect
from funnelcli.db.transaction import command, read_only

__all__ = ["command", "connect", "read_only"]
