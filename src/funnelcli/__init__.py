"""The pipeline tracker for people who sell and live in a terminal."""

from __future__ import annotations

# A shell waits for its completion and its prompt: what is loaded for these does without ``typing``,
# which takes longer than all of it. A name of its own says the same to a checker of types.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from funnelcli.models import open_session as open_session

__version__ = "0.1.0"
__all__ = ["__version__", "open_session"]


def __getattr__(name: str) -> Any:
    # SQLModel costs more than a whole command may take, so the Python interface loads on use.
    if name == "open_session":
        from funnelcli.models import open_session

        return open_session
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
