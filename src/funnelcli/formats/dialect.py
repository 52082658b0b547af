"""How a text table is written: its encoding, line ends, delimiter, and where its header is.

The encoding is never guessed from letter frequencies: detectors read cp1252 files wrongly more
often than not. It is the byte order mark, else UTF-8 if the whole file is, else cp1252, unless the
words of the file cannot be words in it and are in another.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import islice
from math import ceil

from funnelcli.errors import Failed, Usage
from funnelcli.i18n import _
from funnelcli.patterns import re, regex
from funnelcli.typed import TYPE_CHECKING
from funnelcli.values.cells import may_be_neutralised

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

# Ties go to the first: a comma stands in prose and amounts more often than the others do.
DELIMITERS = ("\t", ";", "|", ",")
SAMPLE_CHARS = 1 << 18
SAMPLE_RECORDS = 200
CHUNK = 1 << 18

# The longer marks first: UTF-16's little-endian mark begins UTF-32's.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# Tried where cp1252 makes no words of the file: what DOS, the Macintosh and Windows wrote.
_OTHERS = ("cp1251", "cp850", "mac-roman", "cp1250", "iso8859-2", "koi8-r", "cp1253")
# Words of Poland may be accents alone: Żółć. Those of the west have three in a row at most.
_WESTERN = ("cp1252", "cp850", "mac-roman")
_WORD = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
_MOST_WORDS = 20_000
# What stands between letters in good text.
_WITHIN = frozenset("’‘–—·…ªº\xad\xa0")
# What draws boxes, and signs that nobody types.
_NO_TEXT = frozenset((*map(chr, range(0x2500, 0x25A0)), *"¤¯‗¸¨"))
# Control characters but white space, and what stands for bytes that were lost.
CONTROL = regex("[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd]")

LATIN_1 = "funnelcli-latin-1"
AS_READ = "funnelcli-as-read"
LONE_CR = regex("\r(?!\n)")
_SEP_LINE = regex(r"sep=(.)\s*", "i")
# How the header of a rejects file ends, whatever stands in the rows below it.
_REJECTS = regex(r"(.)_line\1_reason$", "m")


def _as_latin_1(error: UnicodeError) -> tuple[str, int]:
    """The five bytes that cp1252 leaves undefined stand for themselves, as browsers read them."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error(LATIN_1, _as_latin_1)


def _as_read(error: UnicodeError) -> tuple[str | bytes, int]:
    """For what cannot be written in a file's encoding: bytes that stood for themselves when they
    were read do so again, all else is spelt out."""
    if isinstance(error, UnicodeDecodeError):
        return _as_latin_1(error)
    assert isinstance(error, UnicodeEncodeError)
    text = error.object[error.start : error.end]
    if error.encoding == "charmap" and all("\x80" <= c < "\xa0" for c in text):
        return text.encode("latin-1"), error.end
    return text.encode("ascii", "backslashreplace").decode("ascii"), error.end


codecs.register_error(AS_READ, _as_read)


@dataclass(frozen=True, slots=True)
class Encoding:
    """A file's encoding, whether it was inferred from the file's words, and what its text holds
    that needs care row by row."""

    name: str
    errors: str = "strict"
    apostrophes: bool = False
    nuls: bool = False
    controls: bool = False
    inferred: bool = False


@dataclass(slots=True)
class Layout:
    """Where the table is in the text. ``header_end`` is the header's last physical line."""

    delimiter: str
    skip_blanks: bool
    header: list[str]
    header_end: int
    preamble: list[tuple[int, str]] = field(default_factory=list)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(CHUNK):
        yield chunk


def _scan(file: BinaryIO, encoding: str, errors: str = "strict") -> Encoding:
    """Decode the whole file; raises UnicodeError whose ``reason`` ends in the line number."""
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    apostrophes = nuls = controls = False
    lines = 1

    def decode(chunk: bytes, *, final: bool) -> str:
        try:
            return decoder.decode(chunk, final)
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode(encoding, "replace").count("\n")
            raise _NotInEncodingError(lines + before) from error

    for chunk in _chunks(file):
        text = decode(chunk, final=False)
        apostrophes = apostrophes or may_be_neutralised(text)
        nuls = nuls or "\0" in text
        controls = controls or CONTROL.search(text) is not None
        lines += text.count("\n")
    decode(b"", final=True)
    return Encoding(encoding, errors, apostrophes, nuls, controls)


class _NotInEncodingError(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def _mostly_utf8(file: BinaryIO) -> bool:
    """Whether more characters beyond ASCII are good UTF-8 than are not.

    In a real cp1252 file hardly any are: an umlaut is followed by a plain letter.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    good = bad = 0
    for chunk in _chunks(file):
        text = decoder.decode(chunk)
        wrong = text.count("\ufffd")
        bad += wrong
        good += len(text) - len(text.encode("ascii", "ignore")) - wrong
    return good > bad


def find_encoding(file: BinaryIO, name: str, given: str | None) -> Encoding:
    """The encoding of ``file`` (seekable, from its start), checked over all of it.

    Raises Usage if ``given`` is unknown or does not fit, if the file is UTF-16
    without a mark, or if it is UTF-8 but for a few bytes.
    """
    file.seek(0)
    head = file.read(4096)
    marked = next((codec for mark, codec in _MARKS if head.startswith(mark)), None)
    if given is not None:
        return _given(file, name, given, marked)
    if marked is not None:
        return _strict(file, name, marked)
    if head.count(0) * 4 > len(head):
        raise Usage(
            _("{name} holds NUL bytes; it is UTF-16 without a mark, or no text.").format(name=name),
            _("If it is UTF-16, say --encoding utf-16-le (or utf-16-be)."),
        )
    try:
        return _scan(file, "utf-8")
    except _NotInEncodingError as error:
        if _mostly_utf8(file):
            raise Usage(
                _("Line {line} of {name} is not UTF-8, though most of the file is.").format(
                    line=error.line, name=name
                ),
                _("Mend that line, or say --encoding cp1252 to read all of it so."),
            ) from None
    name = _fitting(file)
    found = _scan(file, name, LATIN_1 if name == "cp1252" else "replace")
    return replace(found, inferred=True)


def _fitting(file: BinaryIO) -> str:
    """The encoding in which the file's words are words: cp1252, unless another breaks less than a
    quarter as many."""
    words: Counter[bytes] = Counter()
    for chunk in _chunks(file):
        words.update(_WORD.findall(chunk))
        if len(words) > _MOST_WORDS:
            break
    broken = {
        name: sum(n * _broken(word.decode(name, "replace"), name) for word, n in words.items())
        for name in ("cp1252", *_OTHERS)
    }
    best = min(broken, key=lambda name: broken[name])
    return best if broken[best] * 4 < broken["cp1252"] else "cp1252"


def _broken(word: str, encoding: str) -> bool:
    """Whether no word is written so: with a control character or a sign between letters, a capital
    within small letters, letters of two scripts, more accents in a row than its languages
    have, or what draws boxes."""
    most = 3 if encoding in _WESTERN else 4
    accents = 0
    latin = any(c < "\u0250" for c in word if c.isalpha())
    for at, c in enumerate(word):
        before, after = word[at - 1 : at] if at else "", word[at + 1 : at + 2]
        accents = accents + 1 if "\x7f" < c < "\u0250" and c.isalpha() else 0
        if accents > most or CONTROL.match(c) or c in _NO_TEXT:
            return True
        # In Greek an s is written so at the end of a word, and nowhere else.
        if (c == "ς" and after.isalpha()) or (c == "σ" and not after):
            return True
        if c.isascii():
            if c.isupper() and before and not before.isascii() and before.islower():
                return True
        elif c.isalpha():
            if latin and c >= "\u0250":
                return True
            if c.isupper() and at and (before.islower() or after.islower()):
                return True
        elif before.isalpha() and after.isalpha() and c not in _WITHIN:
            return True
    return False


def _given(file: BinaryIO, name: str, given: str, marked: str | None) -> Encoding:
    unknown = Usage(
        _("There is no encoding {encoding}.").format(encoding=given),
        _("Use for example utf-8, cp1252, iso-8859-15 or utf-16."),
    )
    try:
        b"a".decode(given, "replace")  # Refuses what turns no bytes into text, such as base64.
        codec = codecs.lookup(given).name
    except (LookupError, ValueError):
        raise unknown from None
    if codec == "utf-8":
        codec = "utf-8-sig" if marked == "utf-8-sig" else codec
    try:
        return _strict(file, name, codec)
    except (AttributeError, LookupError, TypeError, UnicodeError):
        # Codecs such as idna and punycode decode labels, not files.
        raise unknown from None


def _strict(file: BinaryIO, name: str, codec: str) -> Encoding:
    try:
        return _scan(file, codec)
    except _NotInEncodingError as error:
        raise Usage(
            _("Line {line} of {name} is not {encoding}.").format(
                line=error.line, name=name, encoding=codec.removesuffix("-sig")
            ),
            _("Say the right one with --encoding, for example cp1252."),
        ) from None


def line_ends(sample: str) -> str:
    """The ``newline`` argument for reading: "" where a lone CR ends rows, else "\\n".

    With "\\n" a stray CR stays inside its row, where it is noticed, and does not split it.
    """
    for match in re.finditer("\r\n|\n|\r", sample):
        if sample.count('"', 0, match.start()) % 2 == 0:
            return "" if match.group() == "\r" else "\n"
    return "\n"


Record = tuple[int, int, list[str]]


def _records(sample: str, newline: str, delimiter: str, skip_blanks: bool) -> list[Record]:
    """(first line, last line, cells) of the sample's records that are not empty."""
    reader = csv.reader(
        io.StringIO(sample, newline=newline), delimiter=delimiter, skipinitialspace=skip_blanks
    )
    found: list[Record] = []
    last = 0
    for cells in islice(reader, SAMPLE_RECORDS):
        if filled(cells):
            found.append((last + 1, reader.line_num, cells))
        last = reader.line_num
    return found


def filled(cells: list[str]) -> int:
    return sum(1 for cell in cells if cell.strip("\ufeff").strip())


def usual_width(records: list[Record]) -> int:
    """The commonest number of cells, records of one cell left out unless all are such."""
    counts = Counter(len(cells) for _first, _last, cells in records if len(cells) > 1)
    return max(counts, key=lambda n: (counts[n], n)) if counts else 1


def _share(records: list[Record], width: int) -> float:
    """How many records have ``width`` cells, preamble and footer left out of the count."""
    at = [i for i, record in enumerate(records) if len(record[2]) == width]
    return round(len(at) / (at[-1] - at[0] + 1), 1)


def header_at(records: list[Record], width: int) -> int:
    """The first record that is filled like a header.

    The last columns may be without names, or rows may end in a comma that the header lacks;
    so neither must the header be whole, nor is a column counted that no record fills.
    """
    used = max(
        max((i for i, cell in enumerate(cells, 1) if cell.strip()), default=1)
        for _f, _l, cells in records
    )
    need = max(1, ceil(min(width, used) * 2 / 3))
    return next((i for i, record in enumerate(records) if filled(record[2]) >= need), 0)


def find_layout(sample: str, newline: str, name: str, given: str | None, cut: bool) -> Layout:
    """Delimiter and header from the first records. ``cut``: the file goes on after the sample.

    Raises Usage if there is no header, or ``given`` is no delimiter.
    """
    if newline:
        sample = LONE_CR.sub(" ", sample)
    announced = _SEP_LINE.fullmatch(sample.lstrip("\ufeff").split("\n", 1)[0])
    if given is None and announced and announced[1] in DELIMITERS:
        given = announced[1]
    if given is None and (rejects := _REJECTS.search(sample.replace("\r", ""))):
        given = rejects[1]
    best: tuple[tuple[bool, float, int, bool], str, bool, list[Record]] | None = None
    for delimiter in DELIMITERS if given is None else (given,):
        for skip_blanks in (False, True):
            try:
                records = _records(sample, newline, delimiter, skip_blanks)
            except csv.Error as error:
                raise Failed(
                    _("{name} cannot be read as a table: {reason}.").format(
                        name=name, reason=error
                    ),
                    _("Look for a quotation mark that is never closed."),
                ) from error
            if cut and len(records) > 1 and len(records) < SAMPLE_RECORDS:
                records.pop()
            if not records:
                raise Usage(
                    _("{name} is empty.").format(name=name),
                    _("The first row must name the columns."),
                )
            width = usual_width(records)
            first = len(records[0][2])
            share = _share(records, width)
            if given is None and (width < 2 or (first < 2 and (width < 3 or share < 0.9))):
                continue
            rank = (first == width, share, width, not skip_blanks)
            if best is None or rank > best[0]:
                best = rank, delimiter, skip_blanks, records
    if best is None:  # One column.
        best = (True, 1.0, 1, True), ",", False, _records(sample, newline, ",", False)
    rank, delimiter, skip_blanks, records = best
    if announced:
        records = records[1:] or records
    at = header_at(records, rank[2])
    preamble = [
        (first, delimiter.join(cells).strip("\ufeff \r\n")) for first, _l, cells in records[:at]
    ]
    return Layout(delimiter, skip_blanks, records[at][2], records[at][1], preamble)
