"""Which programs are there for an event, and whether each may be run.

They lie in the folder ``hooks`` of the configuration directory and nowhere else: a database that
somebody sends brings none with it.
"""

from __future__ import annotations

import os
import stat

from funnelcli import config
from funnelcli.db.server import beside
from funnelcli.i18n import _
from funnelcli.nouns.words import HOOK_EVENT
from funnelcli.plain import NamedTuple

BEFORE, AFTER = "before", "after"
MOMENTS = (BEFORE, AFTER)
# What editors, packagers and version control leave beside a file.
_LEFT = (".sample", ".bak", ".orig", ".rej", ".swp", ".tmp", ".part", ".disabled", "~")
# What Windows runs by itself; the others need a program, see :mod:`.running`.
_RUN_BY_WINDOWS = (".exe", ".com", ".bat", ".cmd", ".py", ".pyw", ".ps1")
_WRITABLE = stat.S_IWGRP | stat.S_IWOTH


class Hook(NamedTuple):
    """A program: its file name, when it is run, for which event ("" where its name says none that
    there is), and why it is not run, "" where nothing speaks against it."""

    name: str
    path: str
    moment: str
    event: str
    problem: str = ""


def all_hooks(database: str) -> list[Hook]:
    """All that lie there, in the order of their names. ``database`` is the path of the one that is
    worked on."""
    return [checked(hook, database) for hook in named()]


def named() -> list[Hook]:
    """All that lie there by their names alone, in that order."""
    try:
        with os.scandir(config.hooks_dir()) as entries:
            names = sorted(entry.name for entry in entries if not entry.is_dir())
    except OSError:
        return []
    return [
        Hook(name, os.path.join(config.hooks_dir(), name), *_said(name))
        for name in names
        if name.partition("-")[0] in MOMENTS and not name.endswith(_LEFT)
    ]


def _said(name: str) -> tuple[str, str]:
    """When a hook is run, and for which event: ``before-deal-won``, ``after-deal-won.py``,
    ``after-deal-won-20-chat.sh``."""
    moment, _dash, rest = name.partition("-")
    for event in HOOK_EVENT:
        if rest.startswith(event) and rest[len(event) : len(event) + 1] in ("", ".", "-"):
            return moment, event
    return moment, ""


def checked(hook: Hook, database: str) -> Hook:
    """The hook with why it may not be run."""
    return hook._replace(problem=_problem(hook, database))


def _problem(hook: Hook, database: str) -> str:
    if not hook.event:
        return _("its name says no event that there is")
    path = os.path.realpath(hook.path)
    try:
        found = os.stat(path)
    except OSError:
        return _("there is no such file")
    if not stat.S_ISREG(found.st_mode):
        return _("it is no file")
    if os.path.dirname(path) == os.path.dirname(os.path.realpath(beside(database))):
        return _("it lies beside the database")
    if os.name == "nt":
        known = path.lower().endswith(_RUN_BY_WINDOWS)
        return "" if known else _("Windows runs no file with this ending")
    # Whoever may write to a folder may put another file in the place of this one.
    for place in (path, os.path.dirname(path), config.hooks_dir(), config.config_dir()):
        problem = _unsafe(place)
        if problem:
            return problem
    return "" if os.access(path, os.X_OK) else _("it is not executable: chmod +x")


def _unsafe(path: str) -> str:
    """Why a file or a folder may be somebody else's doing."""
    found = os.stat(path)
    if found.st_uid not in (os.geteuid(), 0):
        return _("{path} is another user's").format(path=path)
    if found.st_mode & _WRITABLE:
        return _("others may write to {path}: chmod go-w").format(path=path)
    return ""
