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


def gross_lines(lines: Sequence[Line], made: Totals) -> list[int]:
    """What each line comes to with its VAT, in minor units: by rate they add up to its net and its
    VAT, as ``made`` has them. The minor units that rounding down leaves over go to the lines that
    it takes most from."""
    found = [0] * len(lines)
    for tax in made.taxes:
        mine = [place for place, line in enumerate(lines) if line.vat == tax.rate]
        left = tax.net + tax.vat
        for place in mine:
            found[place] = made.lines[place] * (WHOLE + tax.rate) // WHOLE
            left -= found[place]
        most = sorted(mine, key=lambda place: -(made.lines[place] * tax.rate % WHOLE))
        for place in most[:left]:
            found[place] += 1
    return found


def gross_price(line: Line, discount: int, amount: int) -> tuple[int, int]:
    """The price of one piece with its VAT, and how many decimals it has beyond the minor unit:
    none where the line's gross ``amount`` follows from it, else up to two."""
    exact = line.price * (WHOLE + line.vat)
    rounded = half_up(exact, WHOLE)
    if line_net(line._replace(price=rounded), discount) == amount:
        return rounded, 0
    finer = half_up(exact * 100, WHOLE)
    return (finer, 2) if finer % 10 else (finer // 10, 1)


def gross_list(lines: Iterable[Line]) -> int:
    """What lines come to at list price with VAT, without any discount."""
    rates: dict[int, int] = {}
    for line in lines:
        at_list = line.price if line.list_price is None else line.list_price
        rates[line.vat] = rates.get(line.vat, 0) + half_up(line.quantity * at_list, UNIT)
    return sum(net + half_up(net * rate, WHOLE) for rate, net in rates.items())
