"""The pipeline tracker for people who sell and live in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from funnelcli.models import open_session as open_session

__version__ = "0.1.0"
__all__ = ["__version__", "open_session"]


def __getattr__(name: str) -> Any:
    # SQLModel costs more than a whole command may take, so the Python interface loads on use.
    if name == "open_session":
        from funnelcli.models import open_session

        return open_session
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
