"""Settings written to ``config.toml``."""

from __future__ import annotations

import os
from itertools import count

from funnelcli import config, files, toml
from funnelcli.errors import Failed, FunnelError, reason
from funnelcli.i18n import _


def save(name: str, text: str | None) -> tuple[str, str | None]:
    """Write a setting to ``config.toml`` (None takes it out); the path of the file, and of what was
    in its place where that could not be read.

    Raises Usage for a text that does not fit.
    """
    own = config.setting(name)
    value = None if text is None else own.read(text)
    path = config.file_path()
    try:
        os.makedirs(config.config_dir(), mode=0o700, exist_ok=True)
        # Whoever changes another setting at the same time changes the file after this.
        with files.locked(config.config_dir()):
            aside = _set_aside(path)
            toml.change(path, name, value)
    except (OSError, ValueError) as error:
        raise Failed(
            _("{path} cannot be written: {error}.").format(path=path, error=reason(error)),
            _("Check the permissions of the folder."),
        ) from error
    config.forget()
    return path, aside


def _set_aside(path: str) -> str | None:
    """Put a file that cannot be read beside its place, where it is not lost; where that is, None
    for a file in order. Raises OSError."""
    try:
        config.read_file(path)
    except FunnelError:
        names = (f"{path}.broken{number or ''}" for number in count())
        aside = next(name for name in names if not os.path.lexists(name))
        os.rename(path, aside)
        return aside
    return None
