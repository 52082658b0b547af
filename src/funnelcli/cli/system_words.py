"""What the operating system says of a file, in the language of the person.

Its words come with an error, in English unless the C library is told otherwise; they stand inside
the program's own sentences, so they are put into German where these are shown.
"""

from __future__ import annotations

import errno
import os

from funnelcli.errors import FunnelError
from funnelcli.i18n import N_, _, language

_WORDS = {
    errno.ENOENT: N_("there is no such file or folder"),
    errno.EACCES: N_("it may not be opened"),
    errno.EPERM: N_("that is not allowed"),
    errno.EEXIST: N_("it is there already"),
    errno.ENOTDIR: N_("that is no folder"),
    errno.EISDIR: N_("that is a folder"),
    errno.ENOTEMPTY: N_("the folder is not empty"),
    errno.ENOSPC: N_("the disk is full"),
    errno.EROFS: N_("the disk can only be read"),
    errno.EIO: N_("the disk fails"),
    errno.ENAMETOOLONG: N_("the name is too long"),
    errno.ELOOP: N_("too many links lead on"),
    errno.EBUSY: N_("another program holds it"),
    errno.ENOEXEC: N_("that is no program"),
    errno.EBADF: N_("it is closed"),
    errno.EADDRINUSE: N_("another program uses it"),
}


def in_words(text: str) -> str:
    """``text`` with what the system said in it told in German to who speaks it."""
    if language() == "en":
        return text
    for number, words in _WORDS.items():
        said = os.strerror(number)
        text = text.replace(f"[Errno {number}] {said}", _(words)).replace(said, _(words))
    return text


def told(error: FunnelError) -> str:
    """An error in the midst of a conversation: what is wrong, and below it what to do."""
    return in_words(f"{error.message}\n{error.hint}".strip())
