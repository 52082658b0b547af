"""What the program's records are: each noun declared once, and the rules and words about them."""

from __future__ import annotations

from collections.abc import Iterator

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from funnelcli.nouns.noun import Noun

# Where each noun is declared.
_DECLARED = {
    "contact": "contact:CONTACT",
    "deal": "deal:DEAL",
    "visit": "visit:VISIT",
    "step": "step:STEP",
    "note": "note:NOTE",
    "product": "product:PRODUCT",
    "offer": "offer:OFFER",
    "objection": "objection:OBJECTION",
    "contract": "contract:CONTRACT",
    "milestone": "milestone:MILESTONE",
    "plan": "care:PLAN",
    "score": "care:SCORE",
    "complaint": "care:COMPLAINT",
    "referral": "care:REFERRAL",
    "effort": "effort:EFFORT",
    "rate": "effort:RATE",
    "overhead": "effort:OVERHEAD",
    "target": "target:TARGET",
    "exchange_rate": "exchange_rate:EXCHANGE_RATE",
    "file": "attachment:ATTACHMENT",
    "tray": "tray:TRAY",
    "message": "message:MESSAGE",
    "owed": "message:OWED_MAIL",
    "filter": "saved_filter:SAVED_FILTER",
    "catalogue": "catalogue:ENTRY",
    "user": "member:MEMBER",
}
NOUNS = tuple(_DECLARED)


def declared(name: str) -> Noun[Any]:
    """The noun of that name."""
    from importlib import import_module

    module, _colon, constant = _DECLARED[name].partition(":")
    found: Noun[Any] = getattr(import_module(f"funnelcli.nouns.{module}"), constant)
    return found


def keyed() -> Iterator[tuple[str, str]]:
    """The tables with a column ``search``, each with the SQL of what that is made of."""
    for name in NOUNS:
        found = declared(name)
        if found.named is not None and found.named.keyed:
            yield found.table, found.named.keyed
