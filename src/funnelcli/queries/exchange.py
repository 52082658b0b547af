"""What is said beside amounts of several currencies: which were exchanged, which have no rate."""

from __future__ import annotations

from collections.abc import Iterable

from funnelcli.i18n import _
from funnelcli.values import daytext
from funnelcli.values.exchange_sql import Rates


def unrated(rates: Rates, currencies: Iterable[str]) -> list[str]:
    """Those of ``currencies``, in which amounts are once they are exchanged, that stand apart for
    want of a rate; a single one needs none. One whose rates begin after the day that counts is
    named with their first day: "USD before Oct 1, 2026"."""
    found = set(currencies)
    if len(found) < 2:
        return []
    return [
        _("{currency} before {day}").format(
            currency=currency, day=daytext.day(rates.steps[currency][0][0])
        )
        if currency in rates.steps
        else currency
        for currency in sorted(found - {rates.base})
    ]


def apart_note(rates: Rates, currencies: Iterable[str]) -> str:
    """What to say of sums that are kept apart; empty where none is."""
    if others := unrated(rates, currencies):
        return _(
            "No exchange rate to {base} is stored for {currencies}: kept apart, not added up."
        ).format(base=rates.base, currencies=", ".join(others))
    return ""


def exchanged_note(rates: Rates, currencies: Iterable[str]) -> str:
    """What to say of sums of which those in ``currencies`` were exchanged."""
    return _(
        "Amounts in {currencies} are converted to {base} with the stored rate of the day,"
        " closed deals with that of their close."
    ).format(base=rates.base, currencies=", ".join(sorted(currencies)))
