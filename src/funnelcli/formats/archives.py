"""Archives (.zip) of files that imports take."""

from __future__ import annotations

import os
import tempfile
import zipfile

from funnelcli.errors import FunnelError, Usage
from funnelcli.formats.kinds import (
    ARCHIVE,
    CALENDAR,
    DAMAGED,
    DATABASE,
    LARGEST,
    kind_of,
)
from funnelcli.i18n import _
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import BinaryIO

    from funnelcli.formats.table import Table

_CHUNK = 1 << 20
# More files than any program packs into an export.
_MOST = 1000


def members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files of an archive that somebody put there."""
    return [
        info
        for info in archive.infolist()[:_MOST]
        if not info.is_dir()
        and "__MACOSX" not in info.filename
        and not os.path.basename(info.filename).startswith(".")
        and info.file_size
    ]


def unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> BinaryIO:
    """One file of an archive, in a temporary file.

    Raises Usage where it is encrypted, damaged, or larger than it says.
    """
    if info.flag_bits & 1:
        raise Usage(
            _("{name} is encrypted.").format(name=name),
            _("Unpack it with its password, then import the file."),
        )
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the table closes it
    try:
        left = LARGEST
        with archive.open(info) as packed:
            while chunk := packed.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise zipfile.BadZipFile(_("too large"))
                file.write(chunk)
    except DAMAGED as error:
        file.close()
        raise Usage(
            _("{name} of the archive is damaged: {reason}.").format(
                name=info.filename, reason=str(error).rstrip(".")
            ),
            _("Export it again, or copy it once more."),
        ) from error
    except BaseException:
        file.close()
        raise
    return file


def open_archive(
    file: BinaryIO,
    name: str,
    wanted: str | None,
    opened: Callable[[BinaryIO, str], Table],
    known: Callable[[Sequence[str]], int],
) -> Table:
    """The table in an archive: in the file ``wanted`` (its name, with or without its ending), else
    in the one whose columns ``known`` counts most of; ``opened`` opens one.

    Raises Usage where there is no such file, or none that holds a table.
    """
    best: tuple[int, Table] | None = None
    names: list[str] = []
    problem: FunnelError | None = None
    with file, zipfile.ZipFile(file) as archive:
        infos = members(archive)
        chosen = [info for info in infos if wanted is not None and _is(info.filename, wanted)]
        for info in chosen or infos:
            try:
                table = _opened(_tabular(archive, info, name), info.filename, opened)
            except FunnelError as error:
                problem = problem or error
                continue
            names.append(info.filename)
            count = known(table.header)
            if best is None or count > best[0]:
                if best is not None:
                    best[1].close()
                best = count, table
            else:
                table.close()
    if best is None:
        if problem is not None and len(infos) == 1:
            raise problem
        raise Usage(
            _("{name} has no table in it.").format(name=name),
            _("It has: {names}.").format(names=", ".join(info.filename for info in infos[:20])),
        )
    table = best[1]
    if wanted is not None and not chosen and not table.part:
        table.close()
        raise Usage(
            _("{name} has no file {wanted}.").format(name=name, wanted=wanted),
            _("It has: {names}.").format(names=", ".join(info.filename for info in infos[:20])),
        )
    if len(infos) > 1 and not table.part:
        table.part, table.parts = table.name, names
    return table


def _opened(file: BinaryIO, name: str, opened: Callable[[BinaryIO, str], Table]) -> Table:
    """The table in a file, which is closed where there is none."""
    try:
        return opened(file, name)
    except BaseException:
        file.close()
        raise


def _tabular(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> BinaryIO:
    """A file of the archive that can hold a table."""
    file = unpacked(archive, info, name)
    try:
        kind = kind_of(file, info.filename)
    except BaseException:
        file.close()
        raise
    if kind in (ARCHIVE, CALENDAR, DATABASE):
        file.close()
        raise Usage(
            _("{name} is no table.").format(name=info.filename),
            _("Unpack the archive, and import the file you mean."),
        )
    return file


def _is(filename: str, wanted: str) -> bool:
    base = os.path.basename(filename)
    names = (filename, base, os.path.splitext(base)[0])
    return wanted.casefold() in (one.casefold() for one in names)
