"""The arithmetic of an offer, in integers.

Each line is rounded once, half up, on the currency's minor unit, after both its own discount and
that of the whole offer; the discount of the whole offer thus lies in the lines, and every total
is a sum of rounded lines. VAT is worked out once a rate, on the net sum of that rate. The gross
amount is the net sum and these taxes.

Quantities are in thousandths, prices in minor units of one currency, discounts and rates of VAT
in hundredths of a percent (1900 is 19 %).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from funnelcli.plain import NamedTuple
from funnelcli.values.rounding import half_up

WHOLE = 10_000
"""A hundred per cent, in hundredths of a percent."""
UNIT = 1_000
"""One piece, in thousandths."""


class Line(NamedTuple):
    """What a line's amounts follow from. ``list_price`` is None where the line has no product,
    ``cost`` where it is not known."""

    quantity: int
    price: int
    discount: int
    vat: int
    list_price: int | None = None
    cost: int | None = None

    def at_list(self) -> int:
        """What the line comes to at list price, net."""
        price = self.price if self.list_price is None else self.list_price
        return half_up(self.quantity * price, UNIT)


class Tax(NamedTuple):
    """One rate of VAT: the net sum of its lines and the tax on it, in minor units."""

    rate: int
    net: int
    vat: int


class Totals(NamedTuple):
    """The sums of an offer, in minor units."""

    lines: tuple[int, ...]
    """The net amount of each line."""
    net: int
    taxes: tuple[Tax, ...]
    """By rate, the highest first."""
    vat: int
    gross: int
    list_net: int
    """What the lines come to at list price, without any discount."""
    cost: int
    """The own cost of the lines whose cost is known."""
    costed_net: int
    """What the lines whose cost is known are sold for."""


def line_net(line: Line, discount: int = 0) -> int:
    """The net amount of a line less its own discount and that of the whole offer."""
    exact = line.quantity * line.price * (WHOLE - line.discount) * (WHOLE - discount)
    return half_up(exact, UNIT * WHOLE * WHOLE)


def totals(lines: Iterable[Line], discount: int = 0) -> Totals:
    """All amounts of an offer with ``discount`` on the whole of it."""
    nets: list[int] = []
    rates: dict[int, int] = {}
    list_net = cost = costed_net = 0
    for line in lines:
        net = line_net(line, discount)
        nets.append(net)
        rates[line.vat] = rates.get(line.vat, 0) + net
        list_net += line.at_list()
        if line.cost is not None:
            cost += half_up(line.quantity * line.cost, UNIT)
            costed_net += net
    taxes = tuple(
        Tax(rate, net, half_up(net * rate, WHOLE)) for rate, net in sorted(rates.items())[::-1]
    )
    net = sum(nets)
    vat = sum(tax.vat for tax in taxes)
    return Totals(tuple(nets), net, taxes, vat, net + vat, list_net, cost, costed_net)


class Gross(NamedTuple):
    """What a consumer reads of a line."""

    amount: int
    """What it comes to with its VAT, in minor units."""
    price: int
    """One piece with its VAT, with ``more`` decimals beyond the minor unit."""
    more: int
    follows: bool
    """Whether the amount is the quantity times this price less the discounts, rounded half up."""


def gross_lines(lines: Sequence[Line], made: Totals, discount: int = 0) -> list[Gross]:
    """The lines with their VAT, ``discount`` being that of the whole offer: by rate the amounts add
    up to the net sum and its VAT, as ``made`` has them, and none is off by a whole minor unit.

    The minor units that rounding down leaves over go where prices need the fewest decimals for it,
    and among those where the prices stay closest to the exact ones.
    """
    found = [Gross(0, 0, 0, follows=True)] * len(lines)
    for tax in made.taxes:
        left = tax.net + tax.vat
        dearer: list[tuple[int, int, int, Gross]] = []
        for place, line in enumerate(lines):
            if line.vat != tax.rate:
                continue
            down, rest = divmod(made.lines[place] * (WHOLE + tax.rate), WHOLE)
            found[place], off = _priced(line, discount, down)
            left -= down
            if rest:
                up, up_off = _priced(line, discount, down + 1)
                decimals = _decimals(up) - _decimals(found[place])
                dearer.append((decimals, up_off - off, place, up))
        for _more, _off, place, up in sorted(dearer)[:left]:
            found[place] = up
    return found


_MORE = 4
"""How many decimals beyond the minor unit a price has at most."""
_OFF = 2
"""How many minor units a price may be from the exact one; a part of a piece can need more."""


def _decimals(line: Gross) -> int:
    return line.more if line.follows else _MORE + 1


def _priced(line: Line, discount: int, amount: int) -> tuple[Gross, int]:
    """A line that comes to ``amount``, with the price of one piece that says so in the fewest
    decimals, and how far that price is from the exact one, in minor units by WHOLE * 10**_MORE.
    Where none that is close says so, it is the exact one, with two decimals more at most."""
    exact = line.price * (WHOLE + line.vat)
    part = line.quantity * (WHOLE - line.discount) * (WHOLE - discount)
    for more in range(_MORE + 1):
        fine = 10**more
        whole = UNIT * WHOLE * WHOLE * fine
        price = half_up(exact * fine, WHOLE)
        comes_to = half_up(price * part, whole)
        # Else the closest price that does: the least that is enough, or the most that is not more.
        if comes_to < amount and part:
            price = -((1 - 2 * amount) * whole // (2 * part))
        elif comes_to > amount:
            price = -(-(2 * amount + 1) * whole // (2 * part)) - 1
        off = abs(price * WHOLE - exact * fine) * 10 ** (_MORE - more)
        if off <= _OFF * WHOLE * 10**_MORE and half_up(price * part, whole) == amount:
            return Gross(amount, price, more, follows=True), off
    price, more = half_up(exact * 100, WHOLE), 2
    while more and price % 10 == 0:
        price, more = price // 10, more - 1
    return Gross(amount, price, more, follows=False), 0


def gross_list(lines: Iterable[Line]) -> int:
    """What lines come to at list price with VAT, without any discount."""
    rates: dict[int, int] = {}
    for line in lines:
        rates[line.vat] = rates.get(line.vat, 0) + line.at_list()
    return sum(net + half_up(net * rate, WHOLE) for rate, net in rates.items())
