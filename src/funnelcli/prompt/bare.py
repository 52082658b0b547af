"""Settings for the answers that are given before the program is loaded: completion, status.

They are found where :mod:`funnelcli.config` finds them, but a file that cannot be read is passed
over in silence, and nothing else of the program is imported.
"""

from __future__ import annotations

import os

from funnelcli import folders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Reading is only held up while another process tidies its log away.
BUSY_SECONDS = 0.25
# A server is asked for no longer than that.
SERVER_SECONDS = 1.0


class Settings:
    """The settings of ``config.toml`` and of the environment, as text."""

    def __init__(self) -> None:
        self._file: dict[str, Any] | None = None

    def setting(self, name: str) -> str:
        """A setting's text in config.toml; empty where it is not there."""
        value = self._read().get(name, "")
        return value if isinstance(value, str) else ""

    def table(self, name: str) -> dict[str, str]:
        """The texts of a table of config.toml."""
        found = self._read().get(name, {})
        texts = found if isinstance(found, dict) else {}
        return {key: text for key, text in texts.items() if isinstance(text, str)}

    def _read(self) -> dict[str, Any]:
        if self._file is None:
            self._file = {}
            folder = os.environ.get("FUNNEL_CONFIG_DIR") or folders.config_folder()
            path = os.path.join(folder, "config.toml")
            if os.path.exists(path):
                from funnelcli import toml

                try:
                    self._file = toml.load(path)
                except (OSError, ValueError):
                    self._file = {}
        return self._file

    def language(self) -> str:
        """The language of messages, as two letters."""
        variable = os.environ.get("FUNNEL_LANGUAGE") or os.environ.get("FUNNEL_LANG")
        given = variable or self.setting("language")
        if not given:
            names = map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))
            given = next(filter(None, names), "")
        return given[:2].lower()

    def database(self) -> str:
        """The path of the database, whether it is there or not."""
        path = os.environ.get("FUNNEL_DB") or self.setting("db")
        return path or os.path.join(folders.data_folder(), "funnel.db")
