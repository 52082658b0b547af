"""A result written to a file, and what is said where the system refuses."""

from __future__ import annotations

import os

from funnelcli.typed import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_T = TypeVar("_T")


def write_file(path: str, write: Callable[[Any], _T], *, binary: bool = False) -> _T:
    """Let ``write`` fill the file at ``path``, readable by its owner only: with text in UTF-8, or
    with bytes where ``binary``.

    The file appears when it is whole, or stays as it was (:mod:`funnelcli.files`). A device or a
    pipe is written directly. Raises Failed where the system refuses.
    """
    from funnelcli import files

    target = os.path.realpath(path)
    try:
        if os.path.isdir(target):
            raise IsADirectoryError(21, os.strerror(21))
        if os.path.exists(target) and not os.path.isfile(target):
            with open(target, "wb") if binary else files.text(target) as out:
                return write(out)
        with (
            files.replacing(target) as beside,
            open(beside, "wb") if binary else files.text(beside) as out,
        ):
            return write(out)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _failed(path, os.path.dirname(target), error) from error


def _failed(path: str, folder: str, error: OSError) -> Exception:
    import errno

    from funnelcli.errors import Failed
    from funnelcli.i18n import _

    if not os.path.isdir(folder):
        return Failed(
            _("There is no folder {folder}.").format(folder=folder),
            _("Create it first, or choose another place with -o."),
        )
    if error.errno == errno.EISDIR:
        return Failed(
            _("{path} is a folder.").format(path=path),
            _("Name a file in it."),
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Failed(
            _("{path} may not be written.").format(path=path),
            _("Choose a folder of your own with -o."),
        )
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Failed(
            _("The disk is full; {path} is as it was.").format(path=path),
            _("Free some space and try again."),
        )
    return Failed(
        _("{path} could not be written: {reason}.").format(
            path=path, reason=error.strerror or error
        ),
        _("Choose another place with -o."),
    )
