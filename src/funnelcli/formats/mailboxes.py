"""Mailboxes on the disk: Maildir, mbox, folders of .eml files. They are only read."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256

from funnelcli.errors import Failed, NotFound, Usage, reason
from funnelcli.formats.mail import moment
from funnelcli.i18n import _
from funnelcli.patterns import re, regex
from funnelcli.plain import NamedTuple
from funnelcli.typed import Any, Protocol

LOT = 500
"""So many messages are read, and put on record, at once."""
LARGEST = 1 << 19
"""More of a message is not read: what somebody writes stands before what is attached."""
WHOLE = 1 << 25
"""So much is read of one whose attachments are wanted, too."""
State = Mapping[str, Any]
"""How far a mailbox was read: nothing, for one that never was. Under "later" whoever reads it may
add the places of messages in files of their own that are to be given once more."""
# What is thrown away, no mail, or not written to the end.
_LEFT = (
    *("trash", "deleted", "papierkorb", "gelöscht", "bin", "junk", "spam", "drafts", "draft"),
    *("entwürfe", "entwurf", "templates", "vorlagen", "outbox", "postausgang", "deleted items"),
    *("deleted messages", "gelöschte elemente", "gelöschte objekte"),
    *("junk e-mail", "junk-e-mail", "unerwünschte werbung", "unsent messages"),
)
_SENT = ("sent", "sent items", "sent messages", "sent mail", "gesendet", "gesendete elemente",
         "gesendete objekte")  # fmt: skip
# The line that begins a message of an mbox: whose it was, and when it came.
_FROM = re.compile(rb"^From \S.*\d\d:\d\d")
# When it came, as that line has it: in UTC where no other offset stands before or behind the year.
_CAME = regex(
    r"([A-Z][a-z]{2}) +(\d\d?) +(\d\d:\d\d(?::\d\d)?)(?: [A-Z]+)?(?: ([+-]\d{4}))? (\d{4})"
    r"(?: ([+-]\d{4}))?"
)
_TAIL = 4096
_MAILDIR = ("cur", "new")


class Item(NamedTuple):
    """A message of a mailbox: what it is called there, when it came (UTC seconds, None where
    nothing says it), whether it lies among what was sent, its bytes, or at least its headers, and
    whether it may still be written to."""

    place: str
    received: int | None
    sent: bool
    data: bytes
    fresh: bool = False


class Mailbox(Protocol):
    """A mailbox: ``source`` is what it is known by; it is asked for its messages, lot by lot, since
    a state, each lot with the state behind it, and for the bytes of some of a lot, or of these with
    what is attached."""

    source: str

    def lots(self, since: State) -> Iterator[tuple[list[Item], State]]: ...

    def bodies(self, items: Sequence[Item], *, whole: bool = False) -> Mapping[str, bytes]: ...


def is_left(name: str) -> bool:
    """Whether a folder of that name has no mail that counts."""
    return name.lower() in _LEFT


def is_sent(name: str) -> bool:
    """Whether a folder of that name has what was sent."""
    return name.lower() in _SENT


class _Local:
    """What mailboxes on the disk have in common: a message is read whole at once."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.source = os.path.abspath(path)

    def bodies(self, items: Sequence[Item], *, whole: bool = False) -> Mapping[str, bytes]:
        """The bytes of messages by their places; of a file for several what was read already."""
        return {item.place: item.data for item in items}


class Files(_Local):
    """Messages in files of their own, of a Maildir's folder or with the ending .eml. Those that
    were there when it was read last are not read again: the system keeps when a name came."""

    def __init__(self, path: str, *, maildir: bool, sent: bool) -> None:
        super().__init__(path)
        self._maildir = maildir
        self._sent = sent

    def lots(self, since: State) -> Iterator[tuple[list[Item], State]]:
        """The messages that came since then, the oldest first."""
        last, seen = int(since.get("changed", 0)), {*since.get("names", ())}
        later = {os.path.basename(place) for place in since.get("later", ())}
        found = sorted(
            (changed, path)
            for changed, path in self._names()
            if changed > last
            or (changed == last and os.path.basename(path) not in seen)
            or os.path.basename(path) in later
        )
        for start in range(0, len(found), LOT):
            lot = found[start : start + LOT]
            items = [item for _changed, path in lot if (item := self._item(path)) is not None]
            before, last = last, max(last, lot[-1][0])
            # Others may come within what is one instant for the system.
            at_last = {os.path.basename(path) for changed, path in lot if changed == last}
            seen = at_last | (seen if last == before else set())
            yield items, {"changed": last, "names": sorted(seen)}

    def bodies(self, items: Sequence[Item], *, whole: bool = False) -> Mapping[str, bytes]:
        """The bytes of messages by their places."""
        found = dict(super().bodies(items))
        for item in items if whole else ():
            if len(item.data) == LARGEST:
                with suppress(OSError), open(item.place, "rb") as file:
                    found[item.place] = file.read(WHOLE)
        return found

    def _names(self) -> Iterator[tuple[int, str]]:
        """When each came, and its path."""
        folders = [os.path.join(self.path, sub) for sub in _MAILDIR] if self._maildir else []
        for folder in folders or [self.path]:
            try:
                entries = [*os.scandir(folder)]
            except OSError as error:
                raise _unreadable(folder, error) from error
            for entry in entries:
                if self._counts(entry.name):
                    with suppress(OSError):
                        changed = entry.stat(follow_symlinks=False).st_ctime_ns
                        if entry.is_file(follow_symlinks=False):
                            yield changed, entry.path

    def _counts(self, name: str) -> bool:
        if name.startswith("."):
            return False
        if not self._maildir:
            return name.lower().endswith(".eml")
        # Drafts, and what was thrown away, by the marks behind the name.
        flags = re.search(r"[:;!]2,(\w*)$", name)
        return flags is None or not {"D", "T"} & {*flags[1]}

    def _item(self, path: str) -> Item | None:
        try:
            with open(path, "rb") as file:
                data = file.read(LARGEST)
                there = os.fstat(file.fileno())
        except FileNotFoundError:
            return None  # another program has moved it meanwhile
        except OSError as error:
            raise _unreadable(path, error) from error
        return Item(path, int(there.st_mtime), self._sent, data, fresh=not self._maildir)


class Mbox(_Local):
    """Messages in one file behind each other. What was read, and still stands as it was, is not
    read again; a last message to which somebody still writes is left for the next time."""

    def __init__(self, path: str, *, sent: bool) -> None:
        super().__init__(path)
        self._sent = sent

    def lots(self, since: State) -> Iterator[tuple[list[Item], State]]:
        """The messages behind what was read."""
        try:
            with open(self.path, "rb") as file:
                yield from self._lots(file, since)
        except OSError as error:
            raise _unreadable(self.path, error) from error

    def _lots(self, file: Any, since: State) -> Iterator[tuple[list[Item], State]]:
        before = os.fstat(file.fileno())
        start = int(since.get("read", 0))
        if start and _tail(file, start) != since.get("tail"):
            start = 0
        file.seek(start)
        items: list[Item] = []
        done = start
        for item, end in self._messages(file, start, before.st_size):
            last = end >= before.st_size
            if last and self._is_written(before):
                break
            items.append(item)
            done = end
            if len(items) == LOT and not last:
                yield items, self._state(file, done)
                items = []
        if done > start or items:
            yield items, self._state(file, done)

    def _state(self, file: Any, end: int) -> State:
        place = file.tell()
        state = {"read": end, "tail": _tail(file, end)}
        file.seek(place)
        return state

    def _is_written(self, before: os.stat_result) -> bool:
        after = os.stat(self.path)
        changed = (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns)
        return changed or os.path.exists(f"{self.path}.lock")

    def _messages(self, file: Any, start: int, size: int) -> Iterator[tuple[Item, int]]:
        """Each message with where it ends."""
        lines: list[bytes] = []
        held, begins, place, blank = 0, start, start, True
        received: int | None = None
        for line in file:
            if blank and line.startswith(b"From ") and _FROM.match(line):
                if begins < place:
                    yield self._item(begins, received, lines), place
                lines, held, begins, received = [], 0, place, _came(line)
            elif held < LARGEST:
                lines.append(line[1:] if line.startswith(b">") and _is_quoted(line) else line)
                held += len(line)
            blank = not line.strip()
            place += len(line)
            if place >= size:
                break
        if begins < place:
            yield self._item(begins, received, lines), place

    def _item(self, begins: int, received: int | None, lines: list[bytes]) -> Item:
        return Item(f"{self.path}:{begins}", received, self._sent, b"".join(lines))


def _tail(file: Any, end: int) -> str:
    file.seek(max(0, end - _TAIL))
    return sha256(file.read(min(_TAIL, end))).hexdigest()


def _came(line: bytes) -> int | None:
    """When the message behind such a line came."""
    # From eva@example.com Mon Nov 23 10:00:00 2026
    match = _CAME.search(line.decode("ascii", "replace"))
    if match is None:
        return None
    month, day, clock, before, year, behind = match.groups()
    return moment(f"{day} {month} {year} {clock} {before or behind or '+0000'}")


def _is_quoted(line: bytes) -> bool:
    return line.lstrip(b">").startswith(b"From ")


def _unreadable(path: str, error: OSError) -> Failed:
    return Failed(
        _("{path} cannot be read: {error}.").format(path=path, error=reason(error)),
        _("Nothing of it was taken; the rest is on record."),
    )


def find(path: str) -> list[Mailbox]:
    """The mailboxes at a path: a Maildir with its folders, a file of messages, a folder of .eml
    files or of mailboxes. Raises NotFound where there is nothing, Usage where it is none."""
    path = os.path.expanduser(path)
    if not os.path.lexists(path):
        raise NotFound(
            _("There is no mailbox {path}.").format(path=path),
            _("Name a Maildir, an mbox, a folder of .eml files, or imaps://you@mail.example.com."),
        )
    if os.path.isfile(path):
        if path.lower().endswith(".eml"):
            return [_One(path)]
        if _is_mbox(path, empty=True):
            return [Mbox(path, sent=is_sent(_name(path)))]
        raise Usage(
            _("{path} is no mailbox.").format(path=path),
            _("An mbox begins with a line “From …”; a message alone ends in .eml."),
        )
    found = [*_within(path)]
    if not found:
        # A folder to which the first message is still to come.
        return [Files(path, maildir=False, sent=False)]
    return found


class _One(Files):
    """A single .eml file."""

    def __init__(self, path: str) -> None:
        super().__init__(path, maildir=False, sent=False)

    def _names(self) -> Iterator[tuple[int, str]]:
        with suppress(OSError):
            yield os.stat(self.path).st_ctime_ns, self.path


def _within(folder: str) -> Iterator[Mailbox]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise _unreadable(folder, error) from error
    names = {entry.name for entry in entries}
    maildir = names.issuperset(_MAILDIR)
    sent = is_sent(_name(folder))
    if maildir:
        yield Files(folder, maildir=True, sent=sent)
    elif any(name.lower().endswith(".eml") for name in names):
        yield Files(folder, maildir=False, sent=sent)
    for entry in entries:
        name = _name(entry.path)
        if is_left(name) or (maildir and entry.name in (*_MAILDIR, "tmp")):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _within(entry.path)
        elif entry.is_file(follow_symlinks=False) and _is_mbox(entry.path):
            yield Mbox(entry.path, sent=is_sent(name))


def _name(path: str) -> str:
    """The name of a folder of mail: a Maildir's have a dot before it, an mbox may have an
    ending."""
    name = os.path.basename(os.path.abspath(path)).lstrip(".")
    for ending in (".mbox", ".mbx", ".sbd"):
        name = name.removesuffix(ending)
    return re.split(r"[./]", name)[-1]


def _is_mbox(path: str, *, empty: bool = False) -> bool:
    stem, ending = os.path.splitext(os.path.basename(path))
    if ending.lower() not in ("", ".mbox", ".mbx") and not empty:
        return False
    if stem.startswith(".") and not empty:
        return False
    try:
        with open(path, "rb") as file:
            first = file.readline(1000)
    except OSError as error:
        raise _unreadable(path, error) from error
    return bool(_FROM.match(first)) or (empty and not first)
