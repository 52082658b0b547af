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


def _read(rate: str) -> str:
    """A rate with the decimal sign of the locale."""
    from funnelcli import config
    from funnelcli.values.moneyformat import number_signs

    return rate.replace(".", number_signs(config.get("locale"))[0])


class ExchangeRate(Record):
    """What one unit of ``currency`` is worth in ``base`` from a day on, as a decimal number."""

    id: int = field("Id", ID, "r.id")
    currency: str = field("Currency", TEXT, "r.currency")
    base: str = field("In", TEXT, "r.base")
    valid_from: str = field("Valid from", DATE, Ask("r.valid_from", "from"))
    rate: str = field("Rate", RATE, names=lambda rate: _read(rate))


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
