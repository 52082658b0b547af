"""The arithmetic of an offer, in integers.

Each line is rounded once, half up, on the currency's minor unit, after both its own discount and
that of the whole offer; the discount of the whole offer thus lies in the lines, and every total
is a sum of rounded lines. VAT is worked out once a rate, on the net sum of that rate. The gross
amount is the net sum and these taxes.

Quantities are in thousandths, prices in minor units of one currency, discounts and rates of VAT
in hundredths of a percent (1900 is 19 %).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

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
        at_list = line.price if line.list_price is None else line.list_price
        list_net += half_up(line.quantity * at_list, UNIT)
        if line.cost is not None:
            cost += half_up(line.quantity * line.cost, UNIT)
            costed_net += net
    taxes = tuple(
        Tax(rate, net, half_up(net * rate, WHOLE)) for rate, net in sorted(rates.items())[::-1]
    )
    net = sum(nets)
    vat = sum(tax.vat for tax in taxes)
    return Totals(tuple(nets), net, taxes, vat, net + vat, list_net, cost, costed_net)
