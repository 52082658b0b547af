"""The right of withdrawal: until when a customer can take back what was agreed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from funnelcli.values import dates

if TYPE_CHECKING:
    from funnelcli.actions.standing import DealState


def revocable(deal: DealState, instant: int) -> str | None:
    """The last day (ISO, in the user's zone) of the withdrawal period of a win at ``instant``
    (UTC seconds); None where the deal's process has no such period."""
    if not deal.withdrawal_days:
        return None
    # The period runs from the day after the contract (§ 355 BGB).
    return (dates.local_date(instant) + timedelta(days=deal.withdrawal_days)).isoformat()
