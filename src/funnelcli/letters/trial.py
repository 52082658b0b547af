"""A template tried on made-up letters: mistakes show before a customer sees them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, nullcontext
from html import unescape

from funnelcli import letters, toml
from funnelcli.actions import closing as wins
from funnelcli.actions import contacts, deals, offer_lines, offers
from funnelcli.db import rows
from funnelcli.db.connection import connect
from funnelcli.db.transaction import command
from funnelcli.errors import Failed
from funnelcli.i18n import LANGUAGES, _
from funnelcli.letters import confirmation, offer, templates, withdrawal
from funnelcli.letters.kinds import CONFIRMATION, OFFER, WITHDRAWAL
from funnelcli.nouns import naming
from funnelcli.patterns import re, regex
from funnelcli.typed import Any
from funnelcli.values import dates

_SENDER = dict.fromkeys(letters.SENDER, "–")


def check(name: str, path: str) -> None:
    """Write letters with the template in the file at ``path`` in place of the one called ``name``:
    to a firm and to a consumer, with discounts and without, in every language.

    Raises Failed, with the file and line, where one of them cannot be written; where one leaves out
    its lines, its total or the law, shows what is not fetched, or has a word that none takes.
    """
    template = templates.TEMPLATES[name]
    # One that cannot be read is named before anything is made up.
    templates.read(path)
    form = "md" if template.file.endswith(".md.j2") else "html"
    words = letters.words_from(path) if name == "words" else nullcontext()
    own = {} if name == "words" else {template.file: path}
    kinds = (OFFER, CONFIRMATION, WITHDRAWAL) if name in ("words", "letter") else (template.kind,)
    if name == "words":
        _check_words(path)
    with words, closing(connect(":memory:")) as conn, command(conn, "letter check"):
        for deal_id, offer_id in _made_up(conn):
            for lang in LANGUAGES:
                for kind in kinds:
                    values = _values(conn, kind, deal_id, offer_id, lang)
                    _check_letter(name, path, letters.render(kind, form, values, own), values)


def _check_words(path: str) -> None:
    """Raise Failed for a section or a word that no letter takes. What cannot be read is told by
    whoever reads it."""
    try:
        own = toml.load(path)
    except (OSError, ValueError):
        return
    shipped = toml.loads(templates.shipped("words"))
    for section, words in own.items():
        there = shipped.get(section.partition("_")[0])
        unknown = [section] if there is None else []
        if there is not None and isinstance(words, dict):
            unknown = [f"{section}.{key}" for key in words if key not in there]
        for wrong in unknown:
            raise Failed(
                _("{path}: no letter has the word {name}.").format(path=path, name=wrong),
                _("`funnel letter export words` prints all of them."),
            )


def _check_letter(name: str, path: str, text: str, values: dict[str, Any]) -> None:
    """Raise Failed for a letter that leaves out what it is for, or shows what is not fetched."""
    wanted = [(_("the lines"), line[key]) for line in values.get("lines", ()) for key in _OF_A_LINE]
    if "gross" in values:
        wanted.append((_("the total"), values["gross"]))
    wanted += [
        (_("the text of the law"), part)
        for section in values.get("sections", ())
        for part in section["texts"]
    ]
    plain = _letters_in(unescape(_markup.sub(" ", text)))
    for what, part in wanted:
        if _letters_in(part) not in plain:
            raise Failed(
                _("{path} leaves out {what}.").format(path=path, what=what),
                _("Mend it; `funnel letter export {name}` prints the shipped one.").format(
                    name=name
                ),
            )
    for found in () if name.endswith(".md") else _fetched.finditer(text):
        address = found[1] or found[2]
        raise Failed(
            _("{path}: {address} is not shown, for letters fetch nothing.").format(
                path=path, address=address
            ),
            _("picture('name.png') shows a picture that is in the folder templates."),
        )


_OF_A_LINE = ("text", "amount")
_markup = regex(r"(?is)<(style|script)\b.*?</\1>|<!--.*?-->|<[^>]*>")
_fetched = regex(
    r"""(?i)<(?!a\b)[a-z][^>]*?\s(?:src|href|data|poster)\s*=\s*["']?\s*(?!data:|\#)([^"'\s>]+)"""
    r"""|(?:\burl\(|@import)\s*["']?\s*(?!data:|\#|url)([^"')\s]+)"""
)


def _letters_in(text: str) -> str:
    """The letters and digits of a text, in whatever way it is broken and escaped."""
    return re.sub(r"[\W_]", "", text)


def _values(
    conn: sqlite3.Connection, kind: str, deal_id: int, offer_id: int, lang: str
) -> dict[str, Any]:
    if kind == WITHDRAWAL:
        return withdrawal.values(conn, deal_id, lang, "goods", _SENDER)
    if kind == CONFIRMATION:
        return confirmation.values(conn, deal_id, lang)
    return offer.values(conn, offer_id, lang)


def _made_up(conn: sqlite3.Connection) -> Iterator[tuple[int, int]]:
    """Deals that are won, each with its offer: of a firm with discounts, and of a consumer."""
    at = dates.now()
    fields = {"street": "Ring 1", "postcode": "89073", "town": "Ulm"}
    firm = contacts.add(conn, "Weber GmbH", fields={**fields, "kind": "organisation"})
    for contact, process, discount in (
        (contacts.add(conn, "Frau Dr. Eva Roth", fields={"organisation_id": firm}), "cycle", 500),
        (contacts.add(conn, "Kim Lee", fields=fields), "funnel", 0),
    ):
        deal_id = deals.add(
            conn,
            "Solar roof",
            process_id=naming.process_id(conn, process),
            currency="EUR",
            contact_id=contact,
            at=at,
        )
        offer_id = offers.add(conn, deal_id, at, fields={"discount": discount})
        for text, vat in (("Inverter", 1900), ("Storage", 700)):
            line: rows.Row = {
                "text": text,
                "price": 123_456,
                "vat": vat,
                "discount": discount,
            }
            offer_lines.add_line(conn, offer_id, line)
        offers.send(conn, offer_id, at)
        wins.win(conn, deal_id, at)
        yield deal_id, offer_id
