"""Mail on its way: through the system's own ``sendmail``, or a server by SMTP; and the reminders
that go this way."""

from __future__ import annotations

import os
import shutil
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from functools import partial

from funnelcli import config, passwords
from funnelcli.actions.reminding.programs import SECONDS, run
from funnelcli.errors import Failed, Refused, Usage, reason
from funnelcli.i18n import _
from funnelcli.text import printed
from funnelcli.values import dates

SERVICE = "funnel smtp"
"""What the keyring has the password under."""
# Where it lies, which the path of a user, or of cron, often does not name.
_USUAL = ("/usr/sbin/sendmail", "/usr/lib/sendmail", "/usr/bin/sendmail")


def send(subject: str, text: str) -> None:
    """Send a mail to whom the settings say. Raises Usage where they do not say enough, Refused
    where a password would go out in the clear, Failed where it cannot be sent."""
    deliver(
        _message(printed(subject), printed(text)),
        _("What was not sent is tried again at the next time."),
    )


def deliver(message: EmailMessage, hint: str) -> None:
    """Send a mail to its one addressee. Raises Refused where a password would go out in the clear,
    Failed, with ``hint``, where it cannot be sent."""
    if config.get("smtp_host"):
        _by_smtp(message, hint)
    else:
        _by_sendmail(message, hint)


def _message(subject: str, text: str) -> EmailMessage:
    to = str(config.get("mail_to") or config.get("sender_email") or "")
    if not to:
        raise Usage(
            _("Nobody is named to whom the mail goes."),
            _("funnel config set mail_to you@example.com"),
        )
    sender = str(config.get("mail_from") or to)
    message = EmailMessage()
    message["Subject"] = " ".join(subject.split())
    message["From"] = address(sender, "funnel")
    message["To"] = address(to)
    stamp(message, sender)
    # So that no out-of-office note answers it.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text + "\n", cte="quoted-printable")
    return message


def stamp(message: EmailMessage, sender: str) -> None:
    """Say when a mail is sent, and give it an id of the domain of ``sender``."""
    message["Date"] = format_datetime(dates.local(dates.now()))
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].strip("> ") or None)


def address(text: str, name: str = "") -> Address:
    """An e-mail address, as ``name``. Raises Usage."""
    try:
        return Address(display_name=name, addr_spec=text.strip())
    except (ValueError, IndexError) as error:
        raise Usage(
            _("“{value}” is no e-mail address.").format(value=text),
            _("Write it like you@example.com."),
        ) from error


def _by_sendmail(message: EmailMessage, hint: str) -> None:
    program = str(config.get("sendmail") or "") or shutil.which("sendmail") or ""
    program = program or next((one for one in _USUAL if os.access(one, os.X_OK)), "")
    if not program:
        raise Failed(
            _("There is no sendmail here."),
            _("Name a mail server: funnel config set smtp_host mail.example.com"),
        )
    to = message["To"].addresses[0].addr_spec
    run([program, "-i", "--", to], partial(_failed, hint), data=message.as_bytes())


def _by_smtp(message: EmailMessage, hint: str) -> None:
    host, port = str(config.get("smtp_host")), int(config.get("smtp_port"))
    user, how = str(config.get("smtp_user") or ""), str(config.get("smtp_security"))
    if user and how == "none":
        raise Refused(
            _("Without encryption no password is sent to {host}.").format(host=host),
            _("funnel config set smtp_security starttls"),
        )
    secret = ""
    if user:
        secret = passwords.read(
            SERVICE, user, host, _("funnel remind --set-password puts it there.")
        )
    try:
        with _connected(host, port, tls=how == "tls") as server:
            if how == "starttls":
                server.starttls(context=ssl.create_default_context())
            if user:
                server.login(user, secret)
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise _failed(hint, f"{host}:{port}", _said(error)) from error


def _connected(host: str, port: int, *, tls: bool) -> smtplib.SMTP:
    if tls:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
    return smtplib.SMTP(host, port, timeout=SECONDS)


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        return printed(f"{error.smtp_code} {text}").splitlines()[0]
    return printed(reason(error)).splitlines()[0]


def _failed(hint: str, by: str, why: str) -> Failed:
    return Failed(
        _("The mail could not be sent: {program}: {error}.").format(
            program=by, error=why.rstrip(".")
        ),
        hint,
    )
