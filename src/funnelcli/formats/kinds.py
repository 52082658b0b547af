"""What a file is, by its content: its name may lie."""

from __future__ import annotations

import zipfile
import zlib

from funnelcli.errors import Usage
from funnelcli.i18n import N_, _
from funnelcli.patterns import re
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import BinaryIO

TEXT, JSON, WORKBOOK, ARCHIVE, CARDS, CALENDAR, DATABASE = (
    *("text", "json", "workbook", "archive", "cards", "calendar", "database"),
)

# More than any export of a person's; what unpacks to more would only fill the disk.
LARGEST = 1 << 30
_HEAD = 8192
_SQLITE = b"SQLite format 3\0"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
# The streams of an OLE file by which one knows what it is; their names are in UTF-16.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORKBOOKS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_JSON = re.compile(rb'\{\s*(?:"|\})|\[\s*[\[{\]]')
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
# What else there is, with what to do about it.
_AS_XLSX = N_("Save it as .xlsx or CSV in the program that made it.")
_AS_CSV = N_("Export the records as CSV or .xlsx from the program that has them.")
_OTHERS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", N_("{name} is a PDF document."), _AS_CSV),
    (b"\x1f\x8b", N_("{name} is packed with gzip."), N_("Unpack it first: gunzip FILE")),
    (b"Rar!", N_("{name} is a RAR archive."), N_("Unpack it first.")),
    (b"7z\xbc\xaf", N_("{name} is a 7z archive."), N_("Unpack it first.")),
    (b"\x89PNG", N_("{name} is a picture."), _AS_CSV),
    (b"\xff\xd8\xff", N_("{name} is a picture."), _AS_CSV),
)
_PAGE = re.compile(rb"\s*(?:<!--.*?-->\s*)?<(?:!doctype html|html|head|table|meta)\b", re.I | re.S)
# What reading a damaged archive raises.
DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError),
    *(OSError, RuntimeError, ValueError),
)
_XML = re.compile(rb"\s*<\?xml")


def kind_of(file: BinaryIO, name: str) -> str:
    """What ``file`` (seekable) holds: TEXT, JSON, WORKBOOK, ARCHIVE, CARDS, CALENDAR or
    DATABASE.

    Raises Usage for what no import takes: a document, a picture, an encrypted workbook.
    """
    file.seek(0)
    head = file.read(_HEAD)
    if head.startswith(_ZIP):
        return _zipped(file, name)
    if head.startswith(_OLE):
        return _ole(file, name)
    if head.startswith(_SQLITE):
        return DATABASE
    for begins, what, way in _OTHERS:
        if head.startswith(begins):
            raise Usage(_(what).format(name=name), _(way))
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _PAGE.match(start):
        raise Usage(_("{name} is a web page, whatever its ending.").format(name=name), _(_AS_XLSX))
    if _XML.match(start):
        raise Usage(_("{name} is an XML file.").format(name=name), _(_AS_XLSX))
    if _JSON.match(start):
        return JSON
    plain = _plain(start)
    if plain.startswith(b"BEGIN:VCARD"):
        return CARDS
    if plain.startswith(b"BEGIN:VCALENDAR"):
        return CALENDAR
    return TEXT


def _plain(start: bytes) -> bytes:
    """The first letters of a text in capitals, UTF-16 among them."""
    return (
        start[:64].removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").replace(b"\0", b"").upper()
    )


def _zipped(file: BinaryIO, name: str) -> str:
    """Whether a zip is a workbook, or an archive of files."""
    broken = Usage(
        _("{name} is a broken archive or workbook: it may not have been copied whole.").format(
            name=name
        ),
        _("Export it again, or copy it once more."),
    )
    try:
        with zipfile.ZipFile(file) as archive:
            names = {info.filename for info in archive.infolist()}
            total = sum(info.file_size for info in archive.infolist())
            kind = archive.open("mimetype").read(99) if "mimetype" in names else b""
    except DAMAGED:
        raise broken from None
    if total > LARGEST:
        raise Usage(
            _("{name} unpacks to more than {size} GiB.").format(name=name, size=LARGEST >> 30),
            _("Export a part of it, or unpack it and import the file you mean."),
        )
    if "xl/workbook.xml" in names or kind.startswith(_ODS):
        return WORKBOOK
    if "xl/workbook.bin" in names or any(one.startswith("Index/") for one in names):
        raise Usage(_("{name} is a workbook of another kind.").format(name=name), _(_AS_XLSX))
    if "[Content_Types].xml" in names or kind:
        raise Usage(_("{name} is a document, not a table.").format(name=name), _(_AS_CSV))
    return ARCHIVE


def _ole(file: BinaryIO, name: str) -> str:
    file.seek(0)
    # The directory may lie anywhere; nobody's old workbook is larger.
    data = file.read(64 << 20)
    if _ENCRYPTED in data:
        raise Usage(
            _("{name} is encrypted.").format(name=name),
            _("Save it without a password, then import it."),
        )
    if not any(stream in data for stream in _WORKBOOKS):
        raise Usage(_("{name} is a document, not a table.").format(name=name), _(_AS_CSV))
    return WORKBOOK
