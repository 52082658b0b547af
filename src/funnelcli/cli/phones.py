"""What is said of telephone numbers that were given."""

from __future__ import annotations

from collections.abc import Sequence

from funnelcli.i18n import _
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from funnelcli.values.phones import Phone


def unread_phones(found: Sequence[Phone]) -> list[str]:
    """A warning of each number that is kept as it was written, and of each remark left out."""
    unread = [
        _("“{number}” is kept as it is written: it lacks digits, or has too many.").format(
            number=phone.number
        )
        for phone in found
        if not phone.read
    ]
    return unread + [
        _("{number} is kept without “{remark}”.").format(number=phone.number, remark=phone.remark)
        for phone in found
        if phone.remark
    ]
