"""Offers: their versions, and the lines of each."""

from __future__ import annotations

from funnelcli.i18n import N_, NN_
from funnelcli.nouns import words
from funnelcli.nouns.dated import Dated
from funnelcli.nouns.field import Ask, Option, contact_name, deal_title, derived, field
from funnelcli.nouns.noun import Naming, Noun, Says, noted, spoken
from funnelcli.nouns.record import Record
from funnelcli.nouns.rules import OFFER_STATUS
from funnelcli.nouns.types import (
    AMOUNT,
    COMING_DATE,
    COUNT,
    CURRENCY,
    DATE,
    FLAG,
    HUNDREDTHS,
    ID,
    INSTANT,
    LONG,
    QUANTITY,
    TEXT,
    UNIT,
    one_of,
    record,
)

# The exchange rate of an offer is that of its deal: of its close, else today's.
_DAY = "coalesce(d.won_on, d.closed_on)"
_STYLES = {"accepted": "good", "declined": "bad", "expired": "bad", "sent": "warn"}


class Offer(Record):
    """A version of an offer; ``discount``, the one on the whole, is out of 100."""

    id: int = field("Id", ID, "o.id")
    public_id: str = field("Public id", table=False)
    number: str = field(
        "Number",
        TEXT.called("NUMBER"),
        "o.number",
        option=Option("--number", N_("Its number; else the next free one."), on="add"),
    )
    version: int = field("V.", COUNT, Ask("o.version"), drop=8)
    deal_id: int = field("Deal id", record("DEAL", "deal"), table=False)
    deal: str = deal_title(drop=2)
    contact_id: int | None = field("Contact id", record("CONTACT", "contact"), table=False)
    contact: str | None = contact_name()
    status: str = field(
        "Status",
        one_of("STATUS", words.OFFER_STATUS),
        Ask(OFFER_STATUS),
        style=lambda offer: _STYLES.get(offer.status, ""),
    )
    binding: bool = field(
        "Binding",
        FLAG,
        option=Option("--binding/--non-binding", N_("Whether you are bound to it; else not.")),
        table=False,
    )
    net: int = field("Net", AMOUNT, Ask("o.net", currency="o.currency", day=_DAY))
    vat: int = field("VAT", AMOUNT, table=False)
    gross: int = field("Gross", AMOUNT, Ask("o.gross", currency="o.currency", day=_DAY), drop=3)
    currency: str = field(
        "Currency",
        CURRENCY,
        Ask("o.currency"),
        option=Option("--currency", N_("Else the deal's.")),
        table=False,
    )
    discount: int | float = field(
        "Discount",
        HUNDREDTHS,
        option=Option("--discount", N_("Off the whole offer, line by line."), on="add edit revise"),
        table=False,
    )
    list_net: int = field("At list price", AMOUNT, table=False)

    @derived("Concession", AMOUNT, drop=6)
    def concession(self) -> int:
        """What it gives away against the list price, in minor units; below zero where it asks
        for more."""
        return self.list_net - self.net

    cost: int = field("Cost", AMOUNT, table=False)
    costed_net: int = field("Net with known cost", AMOUNT, table=False)

    @derived("Margin", AMOUNT, drop=7)
    def margin(self) -> int | None:
        """What is left of the lines whose own cost is known, in minor units; None without any."""
        return self.costed_net - self.cost if self.cost or self.costed_net else None

    line_count: int = field("Lines", COUNT, table=False)
    valid_until: str | None = field(
        "Until",
        DATE,
        Ask("o.valid_until", "until"),
        option=Option(
            "--until",
            N_("The last day it holds; or none."),
            on="add edit send revise",
            type=COMING_DATE,
        ),
    )
    intro: str | None = field(
        "Intro",
        LONG,
        option=Option("--intro", N_("What stands above the lines; or none.")),
        table=False,
    )
    closing: str | None = field(
        "Closing text",
        LONG,
        option=Option("--closing", N_("What stands below the totals; or none.")),
        table=False,
    )
    note: str | None = field(
        "Note",
        TEXT,
        option=Option("--note", N_("What was said about it."), on="accept decline"),
        table=False,
    )
    created_at: int = field("Begun", INSTANT, Ask("o.created_at", "created"), table=False)
    sent_at: int | None = field("Sent", INSTANT, Ask("o.sent_at", "sent"), drop=5)
    decided_at: int | None = field("Decided", INSTANT, Ask("o.decided_at", "decided"), table=False)

    @property
    def name(self) -> str:
        """Its number, and its version from the second on."""
        return self.number if self.version == 1 else f"{self.number}/{self.version}"

    @property
    def over(self) -> bool:
        """Whether it was declined, or another version stands for it."""
        return self.status in ("declined", "revised")

    @property
    def status_name(self) -> str:
        """How the status reads to a person."""
        return words.read(words.OFFER_STATUS, self.status)


class OfferLine(Record):
    """A line; ``quantity`` is the number itself, ``discount`` and ``vat`` are out of 100."""

    position: int = field("Line", COUNT)
    product_id: int | None = field("Product id", record("PRODUCT", "product"), table=False)
    sku: str | None = field("Number", drop=5)
    text: str = field("Text", flex=True)
    quantity: int | float = field("Quantity", QUANTITY, drop=2)
    unit: str = field("Unit", UNIT, table=False)
    price: int = field("Price", AMOUNT, drop=1)
    discount: int | float = field("Discount", HUNDREDTHS, drop=3)
    vat: int | float = field("VAT", HUNDREDTHS, drop=4)
    net: int = field("Net", AMOUNT)
    list_price: int | None = field("List price", AMOUNT, table=False)
    cost: int | None = field("Cost", AMOUNT, table=False)
    currency: str = field("Currency", table=False)


OFFER = Noun(
    "offer",
    Offer,
    query="offers",
    alias="o",
    order="o.id DESC",
    dated=[
        Dated("valid_until", N_("offer {what} runs out"), ahead=True, show="offer show"),
    ],
    named=Naming(
        "(SELECT d.search FROM deal AS d WHERE d.id = r.deal_id)",
        "r.number || ' v' || r.version || ' · ' ||"
        " (SELECT d.title FROM deal AS d WHERE d.id = r.deal_id)"
        f" || ' · ' || {spoken('r.status')}",
        number="number",
        only={"draft": "r.status = 'draft'", "sent": "r.status = 'sent'"},
    ),
    says=Says(
        N_("No offer is called {name}."),
        N_("No offers. `funnel offer add DEAL` begins one."),
        N_("Removed offer {name}"),
        NN_("Remove {n} offer?", "Remove {n} offers?"),
        absent=N_("There is no offer {name}."),
    ),
    flags={
        "open": f"{OFFER_STATUS} IN ('draft', 'sent')",
        "expired": f"{OFFER_STATUS} = 'expired'",
        "current": "o.status <> 'revised'",
        "binding": "o.binding = 1",
    },
    search=["replace(lower(o.number), '-', ' ')", "d.search", "coalesce(c.search, '')"],
    beside=[noted("o.note")],
)
