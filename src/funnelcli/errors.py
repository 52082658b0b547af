"""What can go wrong, in the user's words.

An error is one sentence of what is wrong, one of what to do, and an exit code. Every module
raises these; one handler in :mod:`funnelcli.cli` prints them.
"""

from __future__ import annotations

from funnelcli.i18n import N_

# The exit code of a command that took what it could and says what it left: rows of an import, notes
# of a folder. It is no error, for the rest is done.
PARTLY_DONE = 6
INTERRUPTED = 130


def reason(error: Exception) -> str:
    """What an error says: of a file the system's words alone, without their number and its name;
    of one that a user can mend what is wrong alone."""
    if isinstance(error, FunnelError):
        return error.message
    return getattr(error, "strerror", None) or str(error)


class FunnelError(Exception):
    """An error that a user caused or can mend.

    ``code`` is the stable name that ``--json`` prints; ``exit_code`` is what the process
    returns. Subclasses fix both.
    """

    code = "failed"
    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Failed(FunnelError):
    """Input, output or the database failed."""


class Usage(FunnelError):
    """A bad option or a bad value."""

    code = "usage"
    exit_code = 2


class Refused(FunnelError):
    """A rule of the trade forbids it."""

    code = "refused"
    exit_code = 3


class NotFound(FunnelError):
    """No such record."""

    code = "not_found"
    exit_code = 4


class Candidate:
    """A record that an ambiguous name could mean."""

    __slots__ = ("id", "label")

    def __init__(self, id_: int, label: str) -> None:
        self.id = id_
        self.label = label


class Ambiguous(FunnelError):
    """The name fits several records; ``candidates`` lists them, at most twenty."""

    code = "ambiguous"
    exit_code = 5

    def __init__(self, message: str, hint: str, candidates: list[Candidate]) -> None:
        super().__init__(message, hint)
        self.candidates = candidates


# What each exit code says (English); the docs' table is made from it.
EXIT_CODES: dict[int, str] = {
    0: N_("done; that nothing was found is no error"),
    Failed.exit_code: N_("failed: a file, a stream or the database"),
    Usage.exit_code: N_("a command, an option or a value that does not fit"),
    Refused.exit_code: N_("a rule of the trade forbids it; nothing was changed"),
    NotFound.exit_code: N_("no such record"),
    Ambiguous.exit_code: N_("the name fits several records, which are listed"),
    PARTLY_DONE: N_("done in part: what could not be taken is named, and where it is"),
    INTERRUPTED: N_("interrupted (Ctrl-C); nothing is half done, and what stays stored is said"),
}
