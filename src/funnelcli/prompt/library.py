"""Which SQLite a command uses: Python's own, or SQLCipher's where what it opens is encrypted.

It is chosen before anything of the program is loaded, for it cannot be changed afterwards.
"""

from __future__ import annotations

import os
import sys

from funnelcli import encryption
from funnelcli.prompt.bare import Settings

# What may open an encrypted file, or make one, beside a database that is not.
_COMMANDS = frozenset({"encrypt", "restore"})
# What opens others than the one in use, which it names: db move, db check --against.
_NAMING = ("move", "--against")


def choose(args: list[str]) -> None:
    """Take SQLCipher's where these arguments ask for it, and it is installed."""
    # A second command in one process goes on with what the first one took.
    if "sqlite3" in sys.modules:
        return
    if not _COMMANDS.isdisjoint(args) or any(map(encryption.is_encrypted, _databases(args))):
        encryption.take()


def _databases(args: list[str]) -> list[str]:
    """The database in use, and the words of a command that may name others."""
    others = args if any(arg.startswith(_NAMING) for arg in args) else []
    return [
        _database(args),
        *(os.path.expanduser(arg.removeprefix("--against=")) for arg in others),
    ]


def _database(args: list[str]) -> str:
    if args[:2] == ["__complete", "--"]:
        args = args[2:]
    for number, arg in enumerate(args):
        if arg == "--":
            break
        if arg.startswith("--db="):
            return os.path.expanduser(arg.removeprefix("--db="))
        if arg == "--db" and number + 1 < len(args):
            return os.path.expanduser(args[number + 1])
    return Settings().database()
