"""What the name of a service stands for, by the files in which libpq looks it up: where a server is
has to be known before anything is said to it."""

from __future__ import annotations

import os
from contextlib import suppress


def words(name: str) -> dict[str, str]:
    """The words of a service; none where it is in neither file."""
    for path in _files():
        with suppress(OSError), open(path, encoding="utf-8", errors="replace") as file:
            if found := _under(name, file.read()):
                return found
    return {}


def _files() -> list[str]:
    own = os.environ.get("PGSERVICEFILE") or os.path.expanduser("~/.pg_service.conf")
    folder = os.environ.get("PGSYSCONFDIR")
    return [own, *([os.path.join(folder, "pg_service.conf")] if folder else [])]


def _under(name: str, text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    inside = False
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            inside = line == f"[{name}]"
        elif inside and not line.startswith("#"):
            word, sign, value = line.partition("=")
            if sign:
                found.setdefault(word, value)
    return found
