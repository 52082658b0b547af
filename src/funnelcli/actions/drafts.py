"""Where unfinished texts lie: in the folder ``drafts`` beside the database."""

from __future__ import annotations

import os

from funnelcli.db.server import beside


def folder(path: str) -> str:
    """The folder of the drafts of the database at ``path``."""
    return os.path.join(os.path.dirname(beside(path)), "drafts")


def start(path: str, noun: str = "") -> str:
    """What the paths of a noun's drafts begin with, before the record's id; of all drafts of the
    database without one."""
    stem = os.path.splitext(os.path.basename(beside(path)))[0]
    return os.path.join(folder(path), f"{stem}-{noun}-" if noun else f"{stem}-")
