"""An exchange rate: what one unit of a currency is worth in another."""

from __future__ import annotations

from funnelcli.i18n import N_, NN_
from funnelcli.nouns.field import Ask, field
from funnelcli.nouns.noun import Noun, Says
from funnelcli.nouns.record import Record
from funnelcli.nouns.types import DATE, ID, TEXT, Type
from funnelcli.values.exchange import rate_text

# Stored times 10^8.
RATE = Type("RATE", asked="", reads="rate", take=rate_text)


class ExchangeRate(Record):
    """What one unit of ``currency`` is worth in ``base`` from a day on, as a decimal number."""

    id: int = field("Id", ID, "r.id")
    currency: str = field("Currency", TEXT, "r.currency")
    base: str = field("In", TEXT, "r.base")
    valid_from: str = field(
        "From", DATE, Ask("r.valid_from", "from", sort=""), shown=lambda row: row.valid_from
    )
    rate: str = field("Rate", RATE)


EXCHANGE_RATE = Noun(
    "exchange_rate",
    ExchangeRate,
    query="exchange_rates",
    alias="r",
    order="r.currency, r.base, r.valid_from DESC",
    says=Says(
        N_("There is no exchange rate {name}."),
        N_("No exchange rates yet: funnel exchange set USD 0.92"),
        N_("Removed exchange rate {id}"),
        NN_("Remove {n} exchange rate?", "Remove {n} exchange rates?"),
    ),
    command="exchange list",
)
