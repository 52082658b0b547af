"""The platform's folders for the program's settings and data.

On Linux they are where the XDG base directory specification has them, and in its plain case that
is two lines, while platformdirs takes longer to load than a shell prompt may wait; it answers for
every other case and platform.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from platformdirs.api import PlatformDirsABC

NAME = "funnel"


def config_folder() -> str:
    """The folder of the user's settings."""
    return _plain("XDG_CONFIG_HOME", ".config") or _platform().user_config_dir


def data_folder() -> str:
    """The folder of the user's data."""
    return _plain("XDG_DATA_HOME", ".local/share") or _platform().user_data_dir


def state_folder() -> str:
    """The folder of what the program remembers beside its data."""
    return _plain("XDG_STATE_HOME", ".local/state") or _platform().user_state_dir


def cache_folder() -> str:
    """The folder of what the program could make again."""
    return _plain("XDG_CACHE_HOME", ".cache") or _platform().user_cache_dir


def _platform() -> PlatformDirsABC:
    from platformdirs import PlatformDirs

    return PlatformDirs(NAME, appauthor=False)


def _plain(variable: str, below_home: str) -> str | None:
    if sys.platform != "linux" or "ANDROID_DATA" in os.environ:
        return None
    base = os.environ.get(variable) or os.path.join(os.environ.get("HOME", ""), below_home)
    # What is relative or oddly spaced is for platformdirs to judge.
    return os.path.join(base, NAME) if base[0] == "/" and base == base.strip() else None
