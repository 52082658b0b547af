"""Libraries that an extra of the package installs, loaded where they are needed."""

from __future__ import annotations

from importlib import import_module

from funnelcli.errors import Failed
from funnelcli.i18n import _
from funnelcli.typed import Any


def needed(module: str, extra: str, missing: str) -> Any:
    """A module that an ``extra`` installs, or one that takes it. Raises Failed, saying what is
    ``missing``, where the extra is not installed."""
    try:
        return import_module(module)
    except ImportError as error:
        hint = _("pip install 'funnelcli[{extra}]' installs it.").format(extra=extra)
        raise Failed(missing, hint) from error
