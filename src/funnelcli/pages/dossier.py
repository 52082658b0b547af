"""The dossier of a contact: all that is held about it, to be handed over."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

from funnelcli.actions.dossier import Change, Dossier, Origin, gather
from funnelcli.db import personal
from funnelcli.db.command_lines import command_line
from funnelcli.i18n import N_, _, ngettext
from funnelcli.nouns import NOUNS, declared, words
from funnelcli.nouns.contact import CONTACT
from funnelcli.nouns.counted import GONE
from funnelcli.nouns.heads import HEADS, KEYS
from funnelcli.nouns.offer import OfferLine
from funnelcli.nouns.printed import Printed
from funnelcli.pages.contact import facts
from funnelcli.pages.own import own_pairs
from funnelcli.patterns import regex
from funnelcli.plain import NamedTuple
from funnelcli.queries import contacts
from funnelcli.queries.lists import one
from funnelcli.render import Block, Column, Listing, Page, Prose
from funnelcli.typed import Any
from funnelcli.values import dates, daytext, reader

PRINTED = Printed(
    data=(
        *("contact", "as_of", "rows", "origins", "changes", "mentions", "disclosures"),
        *("kept", "copies", "drafts"),
    ),
    parts=True,
)
# What the tables are called that are no records by themselves.
_PARTS = {
    "contact_email": N_("E-mail"),
    "contact_former": N_("Contacts that were merged into it"),
    "contact_phone": N_("Phone"),
    "contact_tag": N_("Tags"),
    "correction": N_("Corrections"),
    "deal_former": N_("Deals that were merged into its deals"),
    "deal_tag": N_("Tags of its deals"),
    "field_value": N_("Fields of one's own"),
    "inbox_note": N_("Notes that the inbox took"),
    "offer_line": N_("Lines of its offers"),
    "stay": N_("Stages of its deals"),
    "terms": N_("What was agreed in its deals"),
}
# What stands in the facts.
_SAID = ("contact", "contact_email", "contact_phone", "contact_tag")
_INSTANTS = ("stage_since", "valid_from", "valid_to")
_MONEY = frozenset(("currency", "expenses_currency"))
_DAY = regex(r"\d{4}-\d\d-\d\d")
# What is no key, though it tells of no person.
_FREE = ("question", "unit")
# What says nothing to whom the dossier is for.
_OWN = ("id", "position", "public_id")


def when(name: str) -> Callable[[Any], str]:
    """How a person reads an instant of a row."""

    def shown(row: Any) -> str:
        value = row[name] if isinstance(row, dict) else getattr(row, name)
        return "" if value is None else daytext.moment(value)

    return shown


class _Of(NamedTuple):
    table: str
    id: int


def _record(row: Any) -> str:
    title = ngettext(*GONE[row.table], 1).format(n="") if row.table in GONE else ""
    return f"{title or table_title(row.table, 1)} {row.id}".strip()


DISCLOSURES = (
    Column("id", "Id", "id", table=False),
    Column("at", "When", "instant", shown=when("at")),
    Column("command", "Command", shown=lambda row: f"funnel {row.command}"),
    Column("path", "File", flex=True),
    Column(
        "contacts",
        "Contacts",
        "int",
        # Whose the rows are that an import rejected is not known.
        shown=lambda row: _("all") if row.contacts is None else str(row.contacts or _("unknown")),
    ),
)
LOG = Printed(DISCLOSURES)
KEPT = (
    Column("table", "What", shown=_record),
    Column("id", "Id", "id", table=False),
    Column("until", "Kept until", "date"),
)
# What is locked away of a contact that was forgotten.
SEALED = ("contact", "deal", "contract", "offer", "lines")
WHOLE = Printed(data=SEALED, parts=True)
ORIGINS = (
    Column("at", "When", "instant", shown=when("at")),
    Column("table", "What", shown=lambda row: table_title(row.table, row.rows)),
    Column("command", "Command", flex=True, shown=lambda row: command_line(row.verb, row.args)),
)
CHANGES = (
    Column("at", "When", "instant", shown=when("at")),
    Column("table", "What", shown=_record),
    Column("words", "Before", "tags", flex=True, shown=lambda row: "; ".join(row.words)),
    Column("command", "Command", flex=True, shown=lambda row: command_line(row.verb, row.args)),
)
OWN = (
    Column("table", "What", shown=lambda row: _record(_Of(row["table"], row["id"]))),
    Column("name", "Field", flex=True),
    Column("text", "Value", flex=True),
)
MENTIONS = (
    Column("table", "What", shown=_record),
    Column("text", "Text", flex=True),
)


def table_title(table: str, rows: int) -> str:
    """What so many rows of a table are called."""
    if table in GONE:
        return ngettext(*GONE[table], rows).format(n=rows)
    return _(_PARTS[table]) if table in _PARTS else table


def dossier_page(conn: sqlite3.Connection, path: str, contact_id: int) -> Page:
    """All that is held about a contact in the database at ``path`` and the files beside it."""
    contact = one(conn, CONTACT, contact_id)
    found = gather(conn, path, contact_id)
    blocks: list[Block] = [facts(conn, contact, contacts.consents(conn, contact_id))]
    if contact.notes:
        blocks.append(Prose(contact.notes, _("Notes")))
    blocks += [_held(table, found) for table in found.rows if table not in _SAID]
    for title, columns, rows in (
        (_("Where it came from"), ORIGINS, found.origins),
        (_("Whom it was given to"), DISCLOSURES, found.disclosures),
        (_("What the law keeps until a day"), KEPT, found.kept),
        (_("Named in texts about others"), MENTIONS, found.mentions),
        (
            _("How it was before, as the journal keeps it"),
            CHANGES,
            _told_once(found.changes),
        ),
    ):
        if rows:
            blocks.append(Listing(columns, rows, title=title))
    for title, names in ((_("Copies with it"), found.copies), (_("Drafts"), found.drafts)):
        if names:
            blocks.append(Prose("\n".join(names), title))
    return Page(blocks, _data(contact_id, found), title=_("Dossier"), name="dossier")


def _told_once(changes: list[Change]) -> list[Change]:
    """The changes by which words went: not those that left all words of their record as they
    were."""
    after: dict[tuple[str, int], list[str]] = {}
    told = []
    for change in changes:
        record = (change.table, change.id)
        if change.words and after.get(record) != change.words:
            told.append(change)
        after[record] = change.words
    return told


def _held(table: str, found: Dossier) -> Listing:
    rows = found.rows[table]
    title_ = table_title(table, len(rows))
    if table == "offer_line":
        return Listing(OfferLine.columns(), found.records[table], title=title_)
    if table == "field_value":
        return Listing(OWN, [*_own(found)], title=title_)
    if table in found.records:
        noun = next(noun for noun in map(declared, NOUNS) if noun.table == table)
        return Listing(noun.columns, found.records[table], title=title_)
    columns = [column for column in _columns(table, rows) if column.table]
    return Listing(columns, rows, title=title_)


def _own(found: Dossier) -> Iterator[dict[str, Any]]:
    """What the records have in fields of one's own."""
    for table, records in found.records.items():
        for record in records:
            for name, text in own_pairs(record, reader.locale()):
                yield {
                    "table": table,
                    "id": getattr(record, "id", None),
                    "name": name,
                    "text": text,
                }


def _columns(table: str, rows: list[dict[str, Any]]) -> list[Column]:
    """The columns of the rows of a table: what is a key of the program's own, or empty, is for
    programs alone."""
    known = _known_columns()
    formal = personal.FORMAL.get(table, "").split()
    columns = []
    for name in rows[0]:
        if name == "search":
            continue  # other columns in other letters
        values = [row[name] for row in rows if row[name] is not None]
        like = known.get(name)
        title = HEADS.get(name, like.title if like else name)
        names = _named(table, name)
        shown, kind, flex = None, "text", False
        currency = "currency"
        if like and like.kind == "money" and _MONEY & {*rows[0]}:
            kind = "money"
            currency = like.currency if like.currency in rows[0] else "currency"
        elif values and isinstance(values[0], int):
            kind = "flag" if like and like.kind == "flag" else "int"
            if name.endswith("_at") or name in _INSTANTS:
                kind, shown = "instant", when(name)
        elif values and all(_DAY.fullmatch(value) for value in values):
            kind = "date"
        else:
            flex = name not in formal
        told = bool(values) and name not in _OWN and not name.endswith(("_id", "_minor"))
        told = told and (kind != "text" or flex or names is not None or name in _FREE)
        columns.append(
            Column(name, title, kind, currency, table=told, flex=flex, shown=shown, names=names)  # type: ignore[arg-type]
        )
    return columns


def _named(table: str, name: str) -> Callable[[Any], str] | None:
    """What reads the keys of a column."""
    choices = KEYS.get(name) or KEYS.get(f"{table}.{name}")
    if choices is None:
        return None
    return lambda key: words.read(choices, key) if key in choices else str(key or "")


def _known_columns() -> dict[str, Column]:
    """The columns of the nouns, by their names."""
    return {column.key: column for noun in map(declared, NOUNS) for column in noun.columns}


def _data(contact_id: int, found: Dossier) -> dict[str, Any]:
    return {
        "contact": contact_id,
        "as_of": dates.iso_instant(dates.now()),
        "rows": {
            table: Listing(OWN, [*_own(found)])
            if table == "field_value"
            else Listing(_columns(table, rows), rows)
            for table, rows in found.rows.items()
        },
        "origins": [_told(origin, origin.verb, origin.args) for origin in found.origins],
        "changes": [_told(change, change.verb, change.args) for change in found.changes],
        "mentions": [mention._asdict() for mention in found.mentions],
        "disclosures": Listing(DISCLOSURES, found.disclosures),
        "kept": Listing(KEPT, found.kept),
        "copies": found.copies,
        "drafts": found.drafts,
    }


def _told(entry: Origin | Change, verb: str, args: list[str]) -> dict[str, Any]:
    """What a command did, for a program."""
    told = {"command": command_line(verb, args), **entry._asdict()}
    del told["verb"], told["args"]
    if isinstance(entry, Change):
        told["before"] = Listing(_columns(entry.table, [entry.before]), [entry.before])
        del told["words"]
    return {**told, "at": None if entry.at is None else dates.iso_instant(entry.at)}


def sealed_page(content: dict[str, Any]) -> Page:
    """What was locked away of a contact that was forgotten."""
    blocks: list[Block] = []
    data: dict[str, Any] = dict.fromkeys(SEALED, ())
    for table, found in content.items():
        rows = found if isinstance(found, list) else [found]
        name = "offer_line" if table == "lines" else table
        if rows:
            lines = name == "offer_line"
            columns = [*OfferLine.columns()] if lines else _columns(name, rows)
            told = [column for column in columns if column.table]
            blocks.append(Listing(told, rows, title=table_title(name, len(rows))))
            data[table] = Listing(columns, rows)
    return Page(blocks, data, name="kept")
