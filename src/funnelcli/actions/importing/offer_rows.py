"""Importing offers and quotes: one row each, or one row a line of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from funnelcli import config
from funnelcli.actions import offer_lines, standing
from funnelcli.actions.importing.about import first_id
from funnelcli.actions.importing.catalogue import Catalogue
from funnelcli.actions.importing.fields import NoColumn, Plan, matched
from funnelcli.actions.importing.links import Links, Named
from funnelcli.actions.importing.moments import BadRowError, moment_of
from funnelcli.actions.importing.products import Formats
from funnelcli.actions.importing.ways import folded
from funnelcli.db import rows
from funnelcli.errors import FunnelError
from funnelcli.formats.columns import CellError, is_blank
from funnelcli.formats.table import Row
from funnelcli.i18n import _, ngettext
from funnelcli.ids import new_id
from funnelcli.plain import NamedTuple
from funnelcli.typed import Any
from funnelcli.values import dates
from funnelcli.values.money import check_currency, parse_cell
from funnelcli.values.numbers import percent, quantity
from funnelcli.values.rounding import half_up
from funnelcli.values.totals import WHOLE

ALIASES: Mapping[str, Sequence[str]] = {
    "number": (
        *("number", "offer number", "quote number", "quote id", "offer no", "quote no", "nummer"),
        *("angebotsnummer", "angebot nr", "angebotsnr", "hs quote number", "proposal number"),
    ),
    "version": ("version", "v."),
    "status": ("status", "offer status", "quote status", "quote stage", "angebotsstatus"),
    "date": (
        *("date", "sent at", "sent on", "created at", "created date", "quote date", "offer date"),
        *("create date", "angebotsdatum", "datum", "erstellt am", "versendet am", "created time"),
    ),
    "decided": ("decided at", "accepted on", "accepted date", "signed on", "angenommen am"),
    "valid_until": (
        *("valid until", "expiration date", "expires", "expiry date", "valid till", "until"),
        *("gültig bis", "ablaufdatum", "bindefrist"),
    ),
    "currency": ("currency", "currency code", "currency iso code", "währung"),
    "net": (
        *("net", "subtotal", "sub total", "amount", "quote amount", "total price", "total"),
        *("grand total", "value", "netto", "nettobetrag", "summe", "betrag", "angebotssumme"),
    ),
    "text": (
        *("product name", "product", "line item", "line description", "item", "description"),
        *("position", "artikel", "bezeichnung", "produkt", "leistung"),
    ),
    "title": ("title", "quote title", "quote name", "name", "subject", "titel", "betreff"),
    "quantity": ("quantity", "qty", "menge", "anzahl"),
    "unit": ("unit", "einheit"),
    "price": ("unit price", "price", "sales price", "einzelpreis", "preis", "stückpreis"),
    "discount": ("discount", "discount %", "discount percent", "rabatt", "rabatt %"),
    "vat": ("vat", "vat rate", "tax rate", "mwst", "ust", "mwst satz", "steuersatz"),
    # What the VAT comes to.
    "tax": ("tax amount", "total tax", "vat amount", "mwst betrag", "ust betrag", "steuerbetrag"),
    "notes": ("notes", "note", "comments", "bemerkung", "notiz"),
    "deal_key": (
        *("deal id", "opportunity id", "associated deal ids", "associated deal id", "deal key"),
    ),
    "deal": (
        *("deal", "deal name", "deal title", "opportunity", "opportunity name", "projekt"),
        *("associated deal", "geschäft", "potential name"),
    ),
}
FIELDS = tuple(ALIASES)
DATE_FIELDS = ("date", "decided", "valid_until")
AMOUNTS = ("net", "price", "tax")
_WORDS = {
    "draft": "draft|in preparation|needs review|in review|pending|pending approval|new|entwurf"
    "|in arbeit|in bearbeitung|in prüfung|created",
    "sent": "sent|presented|published|approved|approval not needed|open|delivered|on hold|expired"
    "|versendet|gesendet|versandt|offen|vorgelegt|abgelaufen|viewed|pending signature|negotiation",
    "accepted": "accepted|signed|won|closed won|confirmed|angenommen|unterschrieben|beauftragt"
    "|bestätigt|esigned|paid",
    "declined": "declined|rejected|denied|lost|closed lost|cancelled|canceled|abgelehnt|storniert"
    "|verloren",
    "revised": "revised|superseded|overwritten|überarbeitet|ersetzt",
}
_STATUS = {folded(word): key for key, words in _WORDS.items() for word in words.split("|")}
# An offer goes one way.
_ORDER = ("draft", "sent", "revised", "declined", "accepted")


def plan(header: list[str], maps: Sequence[str], key: str | None = None) -> Plan:
    """Which column is which field; the column of ids is the number where no other is. Raises Usage
    unless each offer has a number, a deal and an amount."""
    made = matched(header, maps, ALIASES, None if key is None else key)
    if "number" not in made.reads and key is not None:
        made = matched(header, [*maps, f"number={key}"], ALIASES)
    missing = [name for name in ("number",) if name not in made.reads]
    if not {"deal_key", "deal"} & made.reads.keys():
        missing.append("deal")
    if not {"net", "price"} & made.reads.keys():
        missing.append("net")
    if missing:
        raise NoColumn(missing, made.untaken or header)
    return made


class _Line(NamedTuple):
    """A row, read: what it says of its offer, and of one line of it; ``lacking`` is why no new
    offer can be made of it, else ""."""

    line: int
    number: str
    version: int
    status: str
    date: int | None
    decided: int | None
    until: str | None
    currency: str
    notes: str
    deal_id: int
    fields: dict[str, Any]
    lacking: str


class Importer:
    """An import of offers under way: gathered by their numbers, written at the end. ``left`` counts
    those that say other amounts than are on file, and stay."""

    def __init__(self, conn: sqlite3.Connection, made: Plan, formats: Formats, origin: str) -> None:
        self.added = self.updated = self.unchanged = 0
        self.left = 0
        self._conn = conn
        self._catalogue = Catalogue(conn)
        self._reads = made.reads
        self._formats = formats
        self._links = Links(conn, origin)
        self._offers: dict[tuple[str, int], list[_Line]] = {}
        self._locale = str(config.get("locale"))

    def take(self, batch: Sequence[Row]) -> list[tuple[Row, str]]:
        """Read a batch of rows; those that are not kept, with the reasons."""
        bad = [(row, row.problem) for row in batch if row.problem]
        good: list[tuple[Row, Named]] = []
        for row in batch:
            if not row.problem:
                named = Named(deal_key=first_id(self._text("deal_key", row)))
                named.deal = self._text("deal", row)
                good.append((row, named))
        self._links.load([named for _row, named in good])
        for row, named in good:
            try:
                one = self._read(row, self._links.deal_of(named))
            except BadRowError as error:
                bad.append((row, str(error)))
            except FunnelError as error:
                bad.append((row, error.message.rstrip(".")))
            else:
                self._offers.setdefault((one.number, one.version), []).append(one)
        return bad

    def _text(self, name: str, row: Row) -> str:
        read = self._reads.get(name)
        text = " ".join(read(row.cells).split()) if read is not None else ""
        return "" if is_blank(text) else text

    def _read(self, row: Row, deal_id: int) -> _Line:
        number = self._text("number", row)
        if not number:
            raise BadRowError(_("no number"))
        said = self._text("status", row)
        status = _STATUS.get(folded(said)) if said else "sent"
        if status is None:
            raise BadRowError(_("“{text}” is no status of an offer").format(text=said))
        version = self._text("version", row)
        if version and not version.isdecimal():
            raise BadRowError(_("“{text}” is no version").format(text=version))
        (usual,) = self._conn.execute(
            "SELECT currency FROM deal WHERE id = ?", (deal_id,)
        ).fetchone()
        currency = check_currency(self._text("currency", row) or usual)
        fields: dict[str, Any] = {
            "text": self._text("text", row) or self._text("title", row) or number,
            "quantity": 1000,
            "unit": "piece",
            "discount": 0,
        }
        name = "price" if self._text("price", row) else "net"
        amount = self._text(name, row)
        if not amount:
            raise BadRowError(_("no price"))
        money = parse_cell(amount, self._formats.signs[name], currency)
        if money.minor < 0:
            raise BadRowError(_("no price"))
        fields["price"] = money.minor
        if name == "price":
            if text := self._text("quantity", row):
                fields["quantity"] = quantity(text, self._locale)
            if text := self._text("discount", row):
                fields["discount"] = percent(text, "discount")
        if text := self._text("unit", row):
            fields["unit"] = self._catalogue.unit(text)
        lacking = ""
        rate = self._text("vat", row) or config.get("vat")
        if name == "net" and not self._text("vat", row) and (text := self._text("tax", row)):
            tax = parse_cell(text, self._formats.signs["tax"], currency)
            fields["vat"] = _rate(money.minor, tax.minor, rate)
            if fields["vat"] is None:
                lacking = _(
                    "it has several rates of VAT, which its lines say and no list: `funnel export"
                    " all` takes them along"
                )
        elif rate is not None:
            fields["vat"] = percent(str(rate), "VAT")
        else:
            lacking = _("no rate of VAT: `funnel config set vat PERCENT` says it")
        until = self._day("valid_until", row)
        return _Line(
            row.line,
            number,
            int(version or 1),
            status,
            self._instant("date", row),
            self._instant("decided", row),
            until,
            money.currency,
            self._text("notes", row),
            deal_id,
            fields,
            lacking,
        )

    def _cell(self, name: str, row: Row) -> Any:
        text = self._text(name, row)
        if not text:
            return None
        try:
            return self._formats.dates[name].parse(text)
        except CellError as error:
            raise BadRowError(str(error).rstrip(".")) from None

    def _day(self, name: str, row: Row) -> str | None:
        moment = self._cell(name, row)
        return None if moment is None else moment[0].isoformat()

    def _instant(self, name: str, row: Row) -> int | None:
        moment = self._cell(name, row)
        if moment is None:
            return None
        at, day, _timed = moment_of(*moment)
        if dates.is_future(at):
            raise BadRowError(_("{day} has not come yet").format(day=day))
        return at

    def finish(self) -> dict[int, str]:
        """Write the offers; the reasons for rows that do not fit, by their lines."""
        bad: dict[int, str] = {}
        for (number, version), lines in self._offers.items():
            try:
                self._one(number, version, lines)
            except BadRowError as error:
                bad |= dict.fromkeys((one.line for one in lines), str(error))
            except FunnelError as error:
                bad |= dict.fromkeys((one.line for one in lines), error.message.rstrip("."))
        return bad

    def _one(self, number: str, version: int, lines: Sequence[_Line]) -> None:
        first = lines[0]
        if any(one.deal_id != first.deal_id or one.currency != first.currency for one in lines):
            raise BadRowError(_("its rows name several deals or currencies"))
        status, decided = self._standing(first)
        found = self._conn.execute(
            "SELECT id, deal_id, status, created_at, sent_at FROM offer"
            " WHERE number = ? AND version = ?",
            (number, version),
        ).fetchone()
        if found is None:
            self._add(number, version, lines, status, decided)
            return
        offer_id, deal_id, held, created_at, sent_at = found
        if deal_id != first.deal_id:
            raise BadRowError(_("the number {number} is another deal's").format(number=number))
        changes: rows.Row = {}
        if _ORDER.index(status) > _ORDER.index(held) and held in ("draft", "sent"):
            changes["status"] = status
            if sent_at is None and status != "draft":
                changes["sent_at"] = sent_at = max(created_at, first.date or created_at)
            if status in ("accepted", "declined"):
                changes["decided_at"] = max(created_at, sent_at or 0, decided or dates.now())
        rows.update(self._conn, "offer", offer_id, changes)
        if changes:
            self.updated += 1
            return
        self.unchanged += 1
        (net,) = self._conn.execute("SELECT net FROM offer WHERE id = ?", (offer_id,)).fetchone()
        self.left += self._net(lines) not in (None, net)

    def _net(self, lines: Sequence[_Line]) -> int | None:
        """What the rows say the offer comes to, where each says an amount alone."""
        plain = all(one.fields["quantity"] == 1000 and not one.fields["discount"] for one in lines)
        return sum(one.fields["price"] for one in lines) if plain else None

    def _standing(self, first: _Line) -> tuple[str, int | None]:
        """The status, and when it was decided: nothing comes of an offer whose deal is lost."""
        deal = standing.state(self._conn, first.deal_id)
        (closed_at,) = self._conn.execute(
            "SELECT closed_at FROM deal WHERE id = ?", (first.deal_id,)
        ).fetchone()
        if deal.status == "lost" and first.status in ("draft", "sent"):
            return "declined", closed_at
        return first.status, first.decided or closed_at

    def _add(
        self,
        number: str,
        version: int,
        lines: Sequence[_Line],
        status: str,
        decided: int | None,
    ) -> None:
        first = lines[0]
        if lacking := next((one.lacking for one in lines if one.lacking), ""):
            raise BadRowError(lacking)
        at = first.date if first.date is not None else dates.now()
        if decided is not None:
            at = min(at, decided)
        offer_id = rows.insert(
            self._conn,
            "offer",
            {
                "public_id": new_id(),
                "number": number,
                "version": version,
                "deal_id": first.deal_id,
                "currency": first.currency,
                "valid_until": first.until,
                "note": first.notes or None,
                "created_at": at,
                "recorded_at": dates.now(),
            },
        )
        for one in lines:
            offer_lines.add_line(self._conn, offer_id, one.fields)
        changes: rows.Row = {}
        if status != "draft":
            changes = {"status": status, "sent_at": at}
        if status in ("accepted", "declined"):
            changes["decided_at"] = max(at, decided if decided is not None else at)
        rows.update(self._conn, "offer", offer_id, changes)
        self.added += 1

    def lines(self) -> list[str]:
        """What else there is to say."""
        if not self.left:
            return []
        text = ngettext(
            "{n} offer comes to another amount on file, and stays as it is",
            "{n} offers come to other amounts on file, and stay as they are",
            self.left,
        )
        return [text.format(n=self.left)]


def _rate(net: int, tax: int, usual: Any) -> int | None:
    """The one rate of VAT (hundredths of a percent) at which ``net`` has just this ``tax``, the
    ``usual`` one before others and a whole percentage before a broken one; None where there is
    none."""
    if tax < 0 or tax > net:
        return None
    near = tax * WHOLE // net if net else 0
    broken = range(max(near - 1, 0), near + 3)
    whole = sorted({100 * round(one / 100) for one in broken})
    first = [] if usual is None else [percent(str(usual), "VAT")]
    rates = (*first, *whole, *broken)
    return next((one for one in rates if half_up(net * one, WHOLE) == tax), None)
