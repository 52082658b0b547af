"""Files written whole or not at all."""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")


def write_file(path: str, write: Callable[[IO[Any]], _T], *, binary: bool = False) -> _T:
    """Let ``write`` fill the file at ``path``, in UTF-8 or as bytes, readable by its owner only.

    The file is written beside its place and moved there when it is complete, so that an old one
    stays as it was until then, and stays where anything fails. A device or a pipe is written
    directly. Raises Failed where the system refuses.
    """
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    try:
        if os.path.isdir(target):
            raise IsADirectoryError(21, os.strerror(21))
        if os.path.exists(target) and not os.path.isfile(target):
            with _opened(target, binary) as out:
                return write(out)
        return _replace(target, folder, write, binary)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _failed(path, folder, error) from error


def _opened(file: str | int, binary: bool) -> IO[Any]:
    if binary:
        return open(file, "wb")
    return open(file, "w", encoding="utf-8", errors="backslashreplace", newline="\n")


def _replace(target: str, folder: str, write: Callable[[IO[Any]], _T], binary: bool) -> _T:
    from tempfile import mkstemp

    handle, beside = mkstemp(prefix=".", suffix=".part", dir=folder)
    try:
        with _opened(handle, binary) as out:
            result = write(out)
            out.flush()
            os.fsync(handle)
        os.replace(beside, target)
    except BaseException:
        os.unlink(beside)
        raise
    return result


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
