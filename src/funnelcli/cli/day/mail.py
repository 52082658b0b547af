"""E-mail: read mailboxes, and say who waits for an answer."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from funnelcli import config
from funnelcli.actions import mail
from funnelcli.actions.directory import own_addresses
from funnelcli.actions.mail import Sorted
from funnelcli.actions.standing import check_day
from funnelcli.actions.tray import Received
from funnelcli.cli.asking_passwords import ask_password
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Argument, Option
from funnelcli.cli.invocation import Invocation, current
from funnelcli.cli.params import Limit
from funnelcli.cli.progress import Progress, progress
from funnelcli.cli.results import more_note
from funnelcli.errors import PARTLY_DONE, FunnelError, Usage
from funnelcli.formats import mail as messages
from funnelcli.formats import mailboxes
from funnelcli.formats.mailboxes import Mailbox
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns import words
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.message import MESSAGE
from funnelcli.nouns.types import PAST_DATE
from funnelcli.queries.lists import one
from funnelcli.render import Column, Listing, message, undo_hint
from funnelcli.typed import Annotated, Any
from funnelcli.values import dates

SERVICE = "funnel imap"
"""What the keyring has the passwords of mailboxes under."""
STATES = {
    "taken": N_("taken"),
    "would_take": N_("would be taken"),
    "filed": N_("filed"),
    "tray": N_("in the tray"),
}
MAIL: tuple[Column, ...] = (
    Column("id", "Id", "id"),
    Column("happened_on", "Date", "date"),
    Column("direction", "Direction", names=lambda key: words.read(words.DIRECTION, key), drop=4),
    Column("state", "State", names=lambda key: words.read(STATES, key), style=lambda r: _style(r)),
    Column("contact_id", "Contact id", "id", table=False),
    Column("contact", "Contact", flex=True),
    Column("deal_id", "Deal id", "id", table=False),
    Column("deal", "Deal", flex=True, drop=3),
    Column("subject", "Subject", flex=True),
    Column("address", "Address", flex=True, drop=5),
    Column("mailbox", "Mailbox", table=False),
    Column("why", "Why", table=False),
)


def _style(row: dict[str, Any]) -> str:
    return {"taken": "good", "filed": "good", "tray": "warn"}.get(row["state"], "")


@gives(MAIL)
@examples(
    "funnel mail ~/Maildir",
    "funnel mail imaps://you@example.com@mail.example.com --since 2026-01-01",
    "funnel mail -n",
    "funnel mail",
)
def read(
    sources: Annotated[
        list[str] | None,
        Argument(
            metavar="[MAILBOX]...",
            help=N_("A Maildir, an mbox, a folder of .eml files, or imaps://USER@HOST."),
        ),
    ] = None,
    since: Annotated[
        str | None,
        Option("--since", metavar=PAST_DATE, help=N_("Nothing older than that day.")),
    ] = None,
    known: Annotated[bool, Option("--known", help=N_("Leave out whoever is not on file."))] = False,
    again: Annotated[
        bool, Option("--again", help=N_("Read again what was read; nothing comes twice."))
    ] = False,
    set_password: Annotated[
        bool,
        Option("--set-password", help=N_("Put the mailbox's password into the keyring.")),
    ] = False,
    limit: Limit = None,
) -> tuple[Listing, int] | None:
    """Take in e-mails with contacts from a mailbox. It is only looked at: nothing in it is moved,
    marked or sent. Without one the setting mail_source names it."""
    call = current()
    named = sources or _usual()
    if set_password:
        _keep_passwords(call, named)
        return None
    day = call.date(since, PAST_DATE.lean)
    # What comes up to a later day would count as read.
    check_day(day, _("Give a day that has come."))
    first = None if day is None else date.fromisoformat(day)
    call.one_act = True
    with call.open() as conn, progress(call, "mail", unit="messages") as advance:
        reader = _Reader(call, conn, advance, first, known=known, again=again)
        for source in named:
            reader.read(source)
    return _result(call, reader, limit), PARTLY_DONE if reader.problems else 0


def _usual() -> list[str]:
    text = str(config.get("mail_source") or "")
    found = [part.strip() for part in text.split(",") if part.strip()]
    if not found:
        raise Usage(
            _("No mailbox is named."),
            _("funnel mail ~/Maildir, or for good: funnel config set mail_source ~/Maildir"),
        )
    return found


def _is_remote(source: str) -> bool:
    return source.lower().startswith(("imap://", "imaps://"))


def _keep_passwords(call: Invocation, sources: Sequence[str]) -> None:
    from funnelcli.formats import imap

    accounts = [imap.account(source) for source in sources if _is_remote(source)]
    if not accounts:
        raise Usage(
            _("Only a mailbox on a server has a password."),
            _("funnel mail imaps://you@example.com@mail.example.com --set-password"),
        )
    for where in accounts:
        ask_password(call, SERVICE, where.user, where.host)


class _Reader:
    """What reads mailboxes, lot by lot: each lot is on record whole, with how far it goes, or not
    at all, so that what breaks off goes on from there."""

    def __init__(
        self,
        call: Invocation,
        conn: sqlite3.Connection,
        advance: Progress,
        since: date | None,
        *,
        known: bool,
        again: bool,
    ) -> None:
        self.call = call
        self.conn = conn
        self.advance = advance
        self.since = since
        self.known = known
        self.again = again
        self.rows: list[dict[str, Any]] = []
        self.counts: Counter[str] = Counter()
        self.problems: list[FunnelError] = []
        self.later: list[str] = []
        """The places of those messages of the mailbox being read that are not complete yet."""
        self.owner = ""
        """Whose mailbox it is where neither settings nor the source say so, by the messages."""

    def read(self, source: str) -> None:
        """Read all mailboxes of a source; what keeps one of them from it is told in the end, unless
        nothing was read at all."""
        try:
            with _mailboxes(source, self.since) as (boxes, own):
                desk = mail.Desk(
                    self.conn,
                    own,
                    since=None if self.since is None else dates.day_start(self.since),
                )
                for box in boxes:
                    self._read(box, desk)
        except FunnelError as error:
            if not self.counts:
                raise
            self.problems.append(error)

    def _read(self, box: Mailbox, desk: mail.Desk) -> None:
        state = {} if self.again else mail.state_of(self.conn, box.source)
        self.later = []
        for items, behind in box.lots(state):
            headed = [(item, messages.head(item.data)) for item in items]
            if not desk.own or self.owner:
                self.owner = self.owner or str(state.get("owner", "")) or desk.owner(headed)
                desk.learn({self.owner} - {""})
            if self.owner:
                behind = {**behind, "owner": self.owner}
            found = [desk.sort(item, head) for item, head in headed]
            kept = [one for one in found if one.becomes == mail.TAKEN]
            new = [one for one in found if one.becomes == mail.TRAY and not self.known]
            data = {
                **box.bodies([one.item for one in kept]),
                **box.bodies([one.item for one in new], whole=True),
            }
            rows: list[dict[str, Any]] = []
            counts = Counter(one.becomes for one in found)
            with self.call.change(self.conn) as command_id:
                # In the order in which they were written, whatever that of their files is.
                for one in sorted((*kept, *new), key=lambda it: mail.happened(it.head, it.item)):
                    rows += self._take(desk, one, data.get(one.item.place) or one.item.data, counts)
                if self.later:
                    behind = {**behind, "later": [*self.later]}
                mail.remember(self.conn, box.source, behind, command_id if rows else None)
            self.rows += [{**row, "mailbox": box.source} for row in rows]
            self.counts += counts
            self.advance(len(items))

    def _take(
        self, desk: mail.Desk, one: Sorted, data: bytes, counts: Counter[str]
    ) -> list[dict[str, Any]]:
        """Put a message on record; the rows that are told of it."""
        message = messages.parsed(data)
        body = messages.body_of(message)
        if mail.is_unfinished(one.item, body):
            counts[one.becomes] -= 1
            counts[mail.LATER] += 1
            self.later.append(one.item.place)
            return []
        rows = []
        if one.becomes == mail.TRAY:
            received = desk.receive(one, body, messages.files_of(message) if body.whole else ())
            if received.state != "before":
                rows = [self._received(one, received)]
        else:
            rows = [self._row(message_id) for message_id in desk.keep(one, body)]
        if not rows:
            counts[one.becomes] -= 1
            counts[mail.BEFORE] += 1
        return rows

    def _row(self, message_id: int) -> dict[str, Any]:
        found = one(self.conn, MESSAGE, message_id)
        row = {column.key: getattr(found, column.key, None) for column in MAIL}
        if self.call.dry_run:
            return row | {"id": None, "state": "would_take"}
        return row | {"state": "taken"}

    def _received(self, one: Sorted, received: Received) -> dict[str, Any]:
        """The row of a note to oneself, or of who is not on file."""
        row: dict[str, Any] = dict.fromkeys(column.key for column in MAIL)
        return row | {
            "happened_on": dates.local_date(mail.happened(one.head, one.item)).isoformat(),
            "direction": one.direction,
            "state": "tray" if received.state == "waiting" else "filed",
            "contact_id": received.contact_id,
            "contact": self._name(received.contact_id),
            "deal_id": received.deal_id,
            "subject": one.head.subject,
            "address": one.head.sender.address,
            "why": received.why or None,
        }

    def _name(self, contact_id: int | None) -> str | None:
        return None if contact_id is None else str(one(self.conn, CONTACT, contact_id).name)


@contextmanager
def _mailboxes(source: str, since: date | None) -> Iterator[tuple[Sequence[Mailbox], list[str]]]:
    """The mailboxes of a source, and the addresses of whose it is."""
    if not _is_remote(source):
        yield mailboxes.find(source), []
        return
    from funnelcli import passwords
    from funnelcli.formats import imap

    where = imap.account(source)

    def password() -> str:
        hint = _("`funnel mail {source} --set-password` puts it there.").format(source=source)
        return passwords.read(SERVICE, where.user, where.host, hint)

    with imap.connected(where, password) as server:
        yield server.mailboxes(since), [where.user] if "@" in where.user else []


def _result(call: Invocation, reader: _Reader, limit: int | None) -> Listing:
    most = call.rows(limit)
    rows = reader.rows
    shown = rows if most is None else rows[:most]
    notes = more_note(most) if len(shown) < len(rows) else []
    said = _summary(reader.counts, sum(row["state"] in ("taken", "would_take") for row in rows))
    listing = Listing(MAIL, shown, empty=_("No new e-mail with anybody on file."))
    left = reader.counts[mail.OLD] + (reader.counts[mail.TRAY] if reader.known else 0)
    if (left or not reader.counts) and not reader.again:
        # What was left out now is behind what was read, as for years of old mail.
        said.append(_("What was read before or left out is read with --again alone."))
    listing.notes = [*notes, *said] if call.on_screen else []
    if not call.on_screen:
        message(call.output, "\n".join(said))
    for problem in reader.problems:
        message(call.output, f"{problem.message} {problem.hint}".strip())
    if call.entered and call.on_screen:
        listing.notes.append(undo_hint())
    if not own_addresses() and reader.counts:
        message(
            call.output,
            _("Whose mailbox it is was guessed; to say it: {command}").format(
                command=f"funnel config set sender_email {reader.owner or 'you@example.com'}"
            ),
        )
    return listing


def _summary(counts: Counter[str], lines: int) -> list[str]:
    """How many messages were read, in how many lines those that were taken stand, and what became
    of the others."""
    total = sum(counts.values())
    if not total:
        return []
    text = ngettext("{n} message read, {taken} taken", "{n} messages read, {taken} taken", total)
    parts = [text.format(n=total, taken=counts[mail.TAKEN])]
    if lines > counts[mail.TAKEN]:
        parts.append(_("one line for each contact: {n}").format(n=lines))
    left = (
        (counts[mail.BEFORE], _("taken before")),
        (counts[messages.LIST], _(messages.LEFT_OUT[messages.LIST])),
        (counts[messages.AUTOMATIC], _(messages.LEFT_OUT[messages.AUTOMATIC])),
        (counts[mail.TRAY], _("from people who are not on file")),
        (counts[mail.NOBODY], _("with nobody on file")),
        (counts[mail.OLD], _("too old")),
        (counts[mail.LATER], _("not complete yet")),
    )
    parts += [f"{what}: {n}" for n, what in left if n]
    return ["; ".join(parts) + "."]
