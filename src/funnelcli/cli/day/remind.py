"""Reminders of what is due now, for a timer of the system."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress

from funnelcli import config, files
from funnelcli.actions.calendar_file import calendar_file
from funnelcli.actions.reminding import due, told
from funnelcli.actions.reminding.due import Reminder
from funnelcli.cli.commands import examples, gives
from funnelcli.cli.declaring import Option
from funnelcli.cli.disclosing import note
from funnelcli.cli.invocation import Invocation, current
from funnelcli.db.disclosed import Members
from funnelcli.db.server import whole
from funnelcli.errors import Failed, FunnelError, Usage, reason
from funnelcli.i18n import N_, _
from funnelcli.nouns import words
from funnelcli.nouns.types import DURATION, REMIND_WAY
from funnelcli.patterns import regex
from funnelcli.queries.agenda import SOURCES, noun_of
from funnelcli.render import Column, Listing, Text
from funnelcli.typed import Annotated
from funnelcli.values import dates
from funnelcli.values.reader import Reading, read_by

NOTIFICATION, MAIL = "notification", "mail"
REMINDERS = (
    Column("day", "Day", "date", clock="starts", appointment=True),
    Column("starts", "Time", table=False),
    Column("kind", "Kind", names=lambda kind: _(SOURCES[kind].word), drop=1),
    Column("id", "Id", "id", drop=2, whose=lambda row: noun_of(row["kind"])),
    Column("what", "What", flex=True),
    Column("whom", "Whom", flex=True),
    Column("deal", "Deal", table=False),
    Column("phone", "Phone", drop=3),
    Column("contact_id", "Contact id", "id", table=False),
    Column("command", "Command", typed=True, solid=True, drop=4),
)
_STAMP = regex("^DTSTAMP:.*$", "m")


@gives(REMINDERS)
@examples(
    "funnel remind",
    "funnel remind --by mail --ahead 30m",
    "funnel remind --ics ~/public/funnel.ics -q",
    "funnel remind --install",
    "funnel remind --dry-run",
)
def remind(
    by: Annotated[
        list[str] | None,
        Option("--by", metavar=REMIND_WAY, help=N_("notification or mail; may be repeated.")),
    ] = None,
    ics: Annotated[
        str | None,
        Option(
            "--ics",
            metavar="FILE",
            help=N_("Keep a calendar file fresh, which calendars subscribe to."),
        ),
    ] = None,
    ahead: Annotated[
        str | None,
        Option(
            "--ahead",
            metavar=DURATION.called("TIME"),
            help=N_("How long before an appointment; else the setting remind_ahead."),
        ),
    ] = None,
    again: Annotated[bool, Option("--again", help=N_("Also what was told already."))] = False,
    install: Annotated[
        bool,
        Option("--install", help=N_("Print what runs it every few minutes; nothing else.")),
    ] = False,
    set_password: Annotated[
        bool,
        Option("--set-password", help=N_("Put the mail server's password into the keyring.")),
    ] = False,
    dry_run: Annotated[
        bool, Option("--dry-run", "-n", help=N_("Say what is due; tell nobody."))
    ] = False,
    quiet: Annotated[bool, Option("--quiet", "-q", help=N_("Print nothing."))] = False,
) -> Listing | Text | None:
    """Tell what is due now, each thing once."""
    call = current()
    ways = list(dict.fromkeys(words.choose(words.REMIND_WAY, one, "--by") for one in by or ()))
    minutes = dates.parse_duration(ahead) if ahead is not None else config.get("remind_ahead")
    if ics is not None:
        call.check_output(ics)
    if install:
        return Text(_timer(call, ways, ics, ahead))
    if set_password:
        _keep_password(call)
        return None
    if ics is None and not ways:
        ways = config.get("remind_by").split(",")
    if ics is not None and not dry_run:
        _refresh(call, ics)
    with call.read() as conn:
        found = due.due(conn, minutes)
    shown, problem = _told(found, ways, again=again, dry_run=dry_run)
    if problem is not None:
        raise problem
    if quiet:
        return None
    listed = found if not ways else [one for one in found if one.key in shown]
    return Listing(
        REMINDERS,
        [{name: getattr(one, name) for name in _NAMES} for one in listed],
        empty=_("Nothing is due now that was not told."),
    )


_NAMES = tuple(column.key for column in REMINDERS)


def _told(
    found: list[Reminder], ways: Iterable[str], *, again: bool, dry_run: bool
) -> tuple[set[str], FunnelError | None]:
    """Tell each way what was not told that way; the keys of what was, and what kept the last way
    that failed from it: the others go on."""
    keys = [one.key for one in found]
    shown: set[str] = set()
    problem: FunnelError | None = None
    for way in ways:
        if dry_run:
            shown |= set(keys) - (set() if again else told.seen(way, keys))
            continue
        try:
            person = Reading(config.get("locale"))
            with told.told(way, keys, again=again) as new, read_by(person):
                untold = set(new)
                some = [one for one in found if one.key in untold]
                if some:
                    _tell(way, some)
                shown |= untold
        except FunnelError as error:
            problem = error
    return shown, problem


def _tell(way: str, some: list[Reminder]) -> None:
    if way == MAIL:
        from funnelcli.actions.reminding import mail

        title, _text = due.summed_up(some)
        if len(some) == 1:
            title = some[0].title
        mail.send(f"funnel: {title}", "\n\n".join(f"{one.title}\n{one.body}" for one in some))
        return
    from funnelcli.actions.reminding.notification import notify

    if len(some) > due.ONE_BY_ONE:
        notify(*due.summed_up(some))
        return
    for one in some:
        notify(one.title, one.body)


def _refresh(call: Invocation, path: str) -> None:
    """Write the calendar file, unless it says the same already, so that no calendar has to read it
    anew."""
    with call.read() as conn:
        text, contacts = calendar_file(conn)
    with suppress(OSError, UnicodeDecodeError), open(path, encoding="utf-8", newline="") as file:
        if _STAMP.sub("", file.read()) == _STAMP.sub("", text):
            return
    try:
        with files.replacing_text(path) as out:
            out.write(text)
    except OSError as error:
        raise Failed(
            _("{path} cannot be written: {error}.").format(path=path, error=reason(error)),
            _("Check the name and the permissions."),
        ) from error
    note(call, path, Members(contacts))


def _timer(call: Invocation, ways: list[str], ics: str | None, ahead: str | None) -> str:
    from funnelcli.actions.reminding import timers

    line = [*timers.program(), "remind", "--quiet"]
    for way in ways:
        line += ["--by", way]
    if ics is not None:
        line += ["--ics", os.path.abspath(ics)]
    if ahead is not None:
        line += ["--ahead", ahead]
    if call.db is not None:
        line += ["--db", whole(call.db)]
    return timers.text(line)


def _keep_password(call: Invocation) -> None:
    from funnelcli.actions.reminding.mail import SERVICE
    from funnelcli.cli.asking_passwords import ask_password

    user, host = config.get("smtp_user"), config.get("smtp_host")
    if not user or not host:
        raise Usage(
            _("The mail server and its user are not named yet."),
            _("funnel config set smtp_host mail.example.com, and smtp_user"),
        )
    ask_password(call, SERVICE, user, host)
