"""An exchange rate: what one unit of a currency is worth in another."""

from __future__ import annotations

from funnelcli.nouns.record import Record
from funnelcli.render.model import Column
from funnelcli.values.exchange import rate_text


class ExchangeRate(Record):
    """What one unit of ``currency`` is worth in ``base`` from a day on, as a decimal number."""

    id: int
    currency: str
    base: str
    valid_from: str
    rate: str

    def complete(self) -> None:
        """The number that is stored times 10^8."""
        self.rate = rate_text(int(self.rate))


RATES = (
    Column("id", "Id", "id"),
    Column("currency", "Currency"),
    Column("base", "In"),
    Column("valid_from", "From", "date", shown=lambda row: row.valid_from),
    Column("rate", "Rate"),
)
