"""A letter as a mail: its text, and the letter itself as PDF."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from email.message import EmailMessage

from funnelcli import config, letters
from funnelcli.actions.reminding.mail import address
from funnelcli.letters.kinds import Letter, file_name
from funnelcli.plain import NamedTuple


class File(NamedTuple):
    """A letter that is set: its kind, the name of its file, and the PDF."""

    kind: str
    name: str
    data: bytes


class Mail(NamedTuple):
    """A mail that is written: ``subject`` is what it is called, too."""

    message: EmailMessage
    subject: str
    to: str
    files: Sequence[File]


def sender_address() -> str:
    """The address that mail to customers comes from; "" where the settings name none."""
    return str(config.get("sender_email") or config.get("mail_from") or "")


def write(conn: sqlite3.Connection, letter: Letter, to: str) -> Mail:
    """The mail that takes a letter, and what goes along with it, to the address ``to``.

    Raises Usage for what is no address, Refused where there is nothing to write, Failed where a
    template has a mistake or PDF cannot be written.
    """
    message = EmailMessage()
    said = letters.sender()
    if sender_address():
        message["From"] = address(sender_address(), said["person"] or said["name"])
    message["To"] = address(to)
    values = letter.values(conn)
    t = values["t"]
    subject = " ".join(str(values["title"]).split())
    message["Subject"] = subject
    enclosed = letter.enclosed(conn)
    said_of_it = [t[f"mail_{letter.kind}"].format(number=values["number"])]
    said_of_it += [t["mail_instruction"] for _one in enclosed]
    under = [said["person"], said["name"], said["street"], said["town"], said["phone"]]
    parts = [
        values["salutation"],
        *said_of_it,
        t["regards"],
        "\n".join(dict.fromkeys(line for line in under if line)),
        "\n".join(values["foot"]),
    ]
    text = "\n\n".join(part for part in parts if part)
    message.set_content(text + "\n", cte="quoted-printable")
    files = [_set(letter, values)]
    files += [_set(one, one.values(conn)) for one in enclosed]
    for file in files:
        message.add_attachment(file.data, maintype="application", subtype="pdf", filename=file.name)
    return Mail(message, subject, message["To"].addresses[0].addr_spec, files)


def _set(letter: Letter, values: dict[str, object]) -> File:
    return File(letter.kind, file_name(letter.kind, values), letters.paper(letter.kind, values))


def draft(mail: Mail) -> bytes:
    """The mail as a file that mail programs open to be looked over and sent."""
    del mail.message["X-Unsent"]
    mail.message["X-Unsent"] = "1"
    return mail.message.as_bytes()
