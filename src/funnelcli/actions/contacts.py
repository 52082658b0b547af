"""Contacts: people and organisations, how to reach them, what they consented to."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence

from funnelcli import config
from funnelcli.actions import tags as tagging
from funnelcli.actions.columns import check_columns
from funnelcli.actions.members import check_disposal
from funnelcli.db import bulk, rows
from funnelcli.errors import Refused, Usage
from funnelcli.i18n import _
from funnelcli.ids import new_id
from funnelcli.nouns import naming
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.members import my_id
from funnelcli.nouns.words import CONSENT_CHANNEL, choose
from funnelcli.text import search_key
from funnelcli.typed import Any
from funnelcli.values import dates, daytext, names
from funnelcli.values.nothing import is_nothing
from funnelcli.values.phones import Phone, read_phone, region_of

FIELDS = ("kind", *CONTACT.editable)
# The parts of a name, which only people have.
NAME_PARTS = ("first_name", "last_name")
PARTS = ("salutation", "academic_title", *NAME_PARTS)


def add(
    conn: sqlite3.Connection,
    name: str,
    *,
    fields: Mapping[str, str | int | None] | None = None,
    emails: Sequence[str] = (),
    phones: Sequence[str] = (),
    tags: Sequence[str] = (),
    at: int | None = None,
    external: tuple[str, str] | None = None,
) -> int:
    """Add a contact; its id. ``fields`` are columns of FIELDS, ``external`` is (origin, id). What
    a person's name says beside the name goes into its fields; see :func:`recognised`.

    Raises Usage for an empty name, a malformed e-mail address or a word that is none of a column's,
    Refused when the external id is taken, or an organisation is given the parts of a name, NotFound
    for an organisation, a referrer or an owner that does not exist.
    """
    if not name.strip():
        raise Usage(_("A contact needs a name."), _('Write it like: funnel contact add "Eva Roth"'))
    check_columns(conn, CONTACT, fields or {})
    origin, external_id = external or (None, None)
    now = dates.now()
    values: rows.Row = dict(fields or {})
    name, found = _named(name, values)
    values |= found
    values |= _corrections(name, values)
    row: rows.Row = {
        "public_id": new_id(),
        "name": name,
        "search": search_key(name),
        "external_origin": origin,
        "external_id": external_id,
        "created_at": now if at is None else at,
        "recorded_at": now,
        "owner_id": my_id(conn),
        **values,
    }
    try:
        contact_id = rows.insert(conn, "contact", row)
    except sqlite3.IntegrityError as error:
        if "external" not in str(error):
            raise
        raise Refused(
            _("A contact with the id {id} of {origin} is on file already.").format(
                id=external_id, origin=origin
            ),
            _("Edit that one, or give another --external-id."),
        ) from error
    add_details(conn, contact_id, emails=emails, phones=phones, tags=tags)
    return contact_id


def recognised(name: str, given: Collection[str]) -> dict[str, str]:
    """The fields that a person's name says beside the name, but for those in ``given``: salutation
    and academic title before it, and the last name where "García Márquez, Ana" shows it."""
    parts = names.read(name)
    found: dict[str, str] = {}
    if parts.salutation:
        found["salutation"] = names.salutation_key(parts.salutation)
    if parts.title:
        found["academic_title"] = parts.title
    if parts.last != names.read(parts.name).last and "first_name" not in given:
        found["last_name"] = parts.last
    return {field: text for field, text in found.items() if field not in given}


def as_person(name: str, fields: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """A person's name and fields as they are kept."""
    parts = names.read(name)
    if parts.name == name and fields.keys().isdisjoint(NAME_PARTS):
        return name, dict(fields)
    kept, found = _named(name, fields)
    values: dict[str, Any] = {**fields, **found}
    values |= _corrections(kept, values)
    return kept, {field: text for field, text in values.items() if text is not None}


def _named(name: str, fields: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """A contact's name as it is kept, and what was recognised in it."""
    if fields.get("kind") == "organisation":
        if any(fields.get(part) is not None for part in PARTS):
            raise Refused(
                _("{name} is an organisation: only people have such names and titles.").format(
                    name=name.strip()
                ),
                _("Add the person as a contact of its own, with --org."),
            )
        return name.strip(), {}
    kept = names.read(name).name
    # Blanks within a name that is kept whole stay as they are.
    return (name.strip() if kept == " ".join(name.split()) else kept), recognised(name, fields)


def _corrections(name: str, fields: Mapping[str, Any]) -> dict[str, str | None]:
    """First and last name as they are kept: None where they are as the name says, so that they go
    on following it."""
    first, last = fields.get("first_name"), fields.get("last_name")
    if last == names.parts_of(name, None, None)[1]:
        last = None
    if first == names.parts_of(name, None, last)[0]:
        first = None
    found = {"first_name": first, "last_name": last}
    return {field: value for field, value in found.items() if value != fields.get(field)}


def phones_of(written: Sequence[str], country: str | None = None) -> list[Phone]:
    """Phone numbers as they are kept; without + they are of the ``country`` of an address, else of
    the one in the settings."""
    region = region_of(country, config.get("region"))
    return [read_phone(phone, region) for phone in written]


def numbers_of(written: Sequence[str], country: str | None = None) -> list[str]:
    """The same without what else is known of them."""
    return [phone.number for phone in phones_of(written, country)]


def country_of(
    conn: sqlite3.Connection, country: str | None, organisation_id: int | None
) -> str | None:
    """The country that a contact's numbers are of: its own, else its organisation's."""
    if country or organisation_id is None:
        return country
    row = conn.execute("SELECT country FROM contact WHERE id = ?", (organisation_id,)).fetchone()
    return None if row is None else row[0]


def _country(conn: sqlite3.Connection, contact_id: int) -> str | None:
    row = conn.execute(
        "SELECT country, organisation_id FROM contact WHERE id = ?", (contact_id,)
    ).fetchone()
    return None if row is None else country_of(conn, *row)


def add_details(
    conn: sqlite3.Connection,
    contact_id: int,
    *,
    emails: Sequence[str] = (),
    phones: Sequence[str] = (),
    tags: Sequence[str] = (),
    country: str | None = None,
) -> None:
    """Add the e-mail addresses, phone numbers and tags that are not on file. Numbers without + are
    of ``country``, else of the contact's own or its organisation's, else of the settings'. Raises
    Usage for what is no address, and for a number that says that there is none."""
    for phone in phones:
        if not phone.strip() or is_nothing(phone):
            raise Usage(
                _("“{number}” is no phone number.").format(number=phone),
                _(
                    "Write it like +49 30 123456; `funnel contact edit … --no-phone NUMBER` takes"
                    " one off."
                ),
            )
    if phones and not country:
        country = _country(conn, contact_id)
    for table, column, values in (
        ("contact_email", "email", [check_email(email) for email in emails]),
        ("contact_phone", "phone", numbers_of(phones, country)),
    ):
        add_reached(conn, table, column, [(contact_id, value) for value in values])
    tagging.add(conn, "contact", contact_id, tags)


def add_reached(
    conn: sqlite3.Connection, table: str, column: str, reached: Sequence[tuple[int, str]]
) -> list[int]:
    """Add e-mail addresses or phone numbers, as they are kept in a ``column``, each with the id of
    its contact, behind those that the contact has; the contacts of those that were not on file."""
    if not reached:
        return []
    had: dict[int, list[str]] = {contact_id: [] for contact_id, _value in reached}
    for contact_id, value in conn.execute(
        f"SELECT contact_id, {column} FROM {table} WHERE contact_id {bulk.AMONG}",
        (str([*had]),),
    ):
        had[contact_id].append(value)
    added = []
    for contact_id, value in reached:
        held = had[contact_id]
        if value not in held:
            held.append(value)
            added.append((contact_id, len(held), value))
    bulk.insert(conn, table, ("contact_id", "position", column), added)
    return [contact_id for contact_id, _position, _value in added]


def _remove_details(
    conn: sqlite3.Connection, contact_id: int, *, emails: Sequence[str], phones: Sequence[str]
) -> None:
    """Take e-mail addresses and phone numbers off a contact; numbers without + also as ones of the
    settings' country, for the address may be younger than they."""
    numbers = numbers_of(phones, _country(conn, contact_id)) + numbers_of(phones) if phones else []
    for table, column, values in (
        ("contact_email", "email", [email.strip().lower() for email in emails]),
        ("contact_phone", "phone", numbers),
    ):
        for value in values:
            conn.execute(
                f"DELETE FROM {table} WHERE contact_id = ? AND {column} = ?", (contact_id, value)
            )


DETAILS = {
    "emails": "SELECT email FROM contact_email WHERE contact_id = ? ORDER BY position",
    "phones": "SELECT phone FROM contact_phone WHERE contact_id = ? ORDER BY position",
    "tags": "SELECT tag FROM contact_tag WHERE contact_id = ? ORDER BY tag",
}


def change_details(
    conn: sqlite3.Connection,
    contact_id: int,
    more: Mapping[str, Sequence[str]],
    fewer: Mapping[str, Sequence[str]],
) -> list[str]:
    """Add details to a contact and take some off, by their names in DETAILS; the names of those
    that differ now."""

    def held() -> dict[str, list[tuple[str]]]:
        found = DETAILS.items()
        return {name: conn.execute(sql, (contact_id,)).fetchall() for name, sql in found}

    before = held()
    given = {name: more.get(name, ()) for name in DETAILS}
    add_details(conn, contact_id, emails=given["emails"], phones=given["phones"])
    _remove_details(
        conn, contact_id, emails=fewer.get("emails", ()), phones=fewer.get("phones", ())
    )
    tagging.change(conn, "contact", contact_id, given["tags"], fewer.get("tags", ()))
    return [name for name, now in held().items() if before[name] != now]


def check_email(text: str) -> str:
    """The address in lower case; raises Usage when it cannot be one.

    Only the shape is checked (one @ with something on both sides, a dot after it, no blanks):
    more would refuse addresses that mail servers accept.
    """
    email = text.strip()
    name, at, domain = email.rpartition("@")
    plain = not any(letter.isspace() or letter in "<>,;" for letter in email)
    if not (name and at and plain and "." in domain.strip(".") and "@" not in name):
        raise Usage(
            _("{email} is no e-mail address.").format(email=text),
            _("Write it like eva@example.com."),
        )
    return email.lower()


def edit(
    conn: sqlite3.Connection, contact_id: int, changes: Mapping[str, str | int | None]
) -> list[str]:
    """Change columns of FIELDS; the names of those that differ now. A new name is read like that
    of a new contact; first and last name follow it unless they were set. The open calls to whoever
    is not to be contacted any more are dropped.

    Raises Usage for an empty name and a word that is none of a column's, Refused for a contact that
    would belong to itself, an organisation that is given the parts of a name, and another owner of
    somebody else's contact, NotFound for a contact or an owner that does not exist.
    """
    before = fields_of(conn, [contact_id]).get(contact_id)
    if before is None:
        raise naming.missing(CONTACT, str(contact_id))
    check_columns(conn, CONTACT, changes)
    changed = differing(contact_id, before, changes)
    write(conn, {contact_id: changed})
    return [name for name in changed if name != "search"]


def fields_of(conn: sqlite3.Connection, contact_ids: Sequence[int]) -> dict[int, rows.Row]:
    """The columns of FIELDS of contacts, by their ids."""
    found = conn.execute(
        f"SELECT id, {', '.join(FIELDS)} FROM contact WHERE id {bulk.AMONG}",
        (str(contact_ids),),
    )
    return {who: dict(zip(FIELDS, values, strict=True)) for who, *values in found}


def differing(
    contact_id: int, before: rows.Row, changes: Mapping[str, str | int | None]
) -> rows.Row:
    """The columns that :func:`edit` changes in a contact whose columns of FIELDS are ``before``,
    for :func:`write`. Raises Usage for an empty name, and Refused, as that does."""
    wanted: rows.Row = dict(changes)
    if "name" in wanted and not str(wanted["name"] or "").strip():
        raise Usage(_("A contact needs a name."), _("Give it with --name."))
    name, found = _named(
        str(wanted.get("name", before["name"])), {"kind": before["kind"], **wanted}
    )
    if "name" in wanted:
        wanted |= {"name": name, **found}
    if before["kind"] == "person" and wanted.keys() & {"name", "first_name", "last_name"}:
        wanted |= _corrections(str(wanted.get("name", before["name"])), {**before, **wanted})
    changed = {field: value for field, value in wanted.items() if before[field] != value}
    if "name" in changed:
        changed["search"] = search_key(name)
    if contact_id in (changed.get("organisation_id"), changed.get("referred_by_id")):
        raise Refused(
            _("A contact cannot belong to itself, nor refer itself."), _("Name another contact.")
        )
    return changed


def write(conn: sqlite3.Connection, changes: Mapping[int, rows.Row]) -> None:
    """Change columns of contacts, by their ids. Raises Refused for another owner of somebody else's
    contact."""
    given = [who for who, changed in changes.items() if "owner_id" in changed]
    check_disposal(conn, "contact", given)
    bulk.update_each(conn, "contact", changes)
    for who, changed in changes.items():
        if changed.get("do_not_contact"):
            from funnelcli.actions import steps

            steps.drop_calls(conn, who, dates.now(), _("not to be contacted"))


def consent(
    conn: sqlite3.Connection, contact_id: int, channel: str, *, given_on: str, how: str
) -> None:
    """Record consent for a channel (post, phone, email), given on a plain date, and how; one that
    stands already with that day and those words is not recorded again. Raises Usage for another
    channel, NotFound for a contact that does not exist."""
    channel = choose(CONSENT_CHANNEL, channel, "CHANNEL")
    naming.check(conn, contact=contact_id)
    given = (contact_id, channel, given_on, how)
    stands = conn.execute(
        "SELECT 1 FROM contact_consent WHERE contact_id = ? AND channel = ? AND given_on = ?"
        " AND how = ? AND withdrawn_on IS NULL",
        given,
    ).fetchone()
    if stands is None:
        conn.execute(
            "INSERT INTO contact_consent (contact_id, channel, given_on, how, recorded_at)"
            " VALUES (?, ?, ?, ?, ?)",
            (*given, dates.now()),
        )


def withdraw_consent(conn: sqlite3.Connection, contact_id: int, channel: str, on: str) -> None:
    """End every consent that stands for a channel as of a plain date.

    Raises Refused when none stands, or it was given later; Usage and NotFound as :func:`consent`
    does.
    """
    channel = choose(CONSENT_CHANNEL, channel, "CHANNEL")
    naming.check(conn, contact=contact_id)
    standing = "contact_id = ? AND channel = ? AND withdrawn_on IS NULL"
    row = conn.execute(
        f"SELECT max(given_on) FROM contact_consent WHERE {standing}", (contact_id, channel)
    ).fetchone()
    if row[0] is None:
        raise Refused(
            _("No consent for {channel} is on file.").format(channel=channel),
            _("`funnel contact show` lists the consents."),
        )
    if on < row[0]:
        raise Refused(
            _("The consent was given on {day}, after that.").format(day=daytext.day(row[0])),
            _("Give a later day."),
        )
    conn.execute(
        f"UPDATE contact_consent SET withdrawn_on = ? WHERE {standing}", (on, contact_id, channel)
    )


def remove(conn: sqlite3.Connection, contact_ids: Sequence[int]) -> None:
    """Remove contacts with their visits, next steps and notes; deals stay, without them.

    Raises NotFound when one of them does not exist, Refused where one is somebody else's.
    """
    check_disposal(conn, "contact", contact_ids)
    for contact_id in contact_ids:
        if not rows.delete(conn, "contact", contact_id):
            raise naming.missing(CONTACT, str(contact_id))
