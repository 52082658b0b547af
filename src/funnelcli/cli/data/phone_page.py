"""The page for a phone in one file that needs no server."""

from __future__ import annotations

from funnelcli import encryption
from funnelcli.cli.disclosing import note
from funnelcli.cli.invocation import current
from funnelcli.db.disclosed import Members
from funnelcli.i18n import _, ngettext
from funnelcli.phone import sealed_page, shown
from funnelcli.render import message
from funnelcli.render.files import write_file
from funnelcli.values import reader


def write_page(path: str, passphrase_file: str | None) -> None:
    """Write the page with the day as it is now to the file at ``path``, encrypted with the
    passphrase in the first line of ``passphrase_file``, else with one that is typed. Raises Failed
    where there is none."""
    call = current()
    call.check_output(path)
    locale = call.output.locale
    reader.use(lambda: reader.Reading(locale, now=False))
    with call.open() as conn:
        day = shown.day(conn, locale)
        told = Members(shown.named(conn, day))
    if passphrase_file is None:
        passphrase = encryption.typed_twice(_("Name a file with one: --passphrase-file FILE."))
    else:
        passphrase = encryption.read_passphrase(passphrase_file)
    write_file(path, lambda out: out.write(sealed_page.page(day, passphrase)))
    note(call, path, told)
    people = len(day["briefs"])
    text = ngettext(
        "{path} has the day and the brief on {n} contact, encrypted.",
        "{path} has the day and the briefs on {n} contacts, encrypted.",
        people,
    )
    message(call.output, text.format(path=path, n=people))
