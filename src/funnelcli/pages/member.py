"""A user's page."""

from __future__ import annotations

from funnelcli.i18n import _
from funnelcli.nouns.member import MEMBER, Member
from funnelcli.nouns.printed import Printed
from funnelcli.render import Facts, Page
from funnelcli.values import daytext

PRINTED = Printed(data=MEMBER, more=("me",), parts=True)


def member_page(found: Member, me: bool) -> Page:
    """What a user may do and has; ``me`` says whether they are who asks."""
    shown = {column.key: column for column in MEMBER.columns}
    role = shown["role"].names
    assert role is not None
    pairs = [
        (_("Key"), _("{key}, that is you").format(key=found.key) if me else found.key),
        (_("Role"), role(found.role)),
        (_("E-mail"), found.email or ""),
        (_("Open deals"), str(found.deals)),
        (_("Contacts"), str(found.contacts)),
        (_("Open steps"), str(found.steps)),
        (_("Created"), daytext.moment(found.recorded_at)),
        (_("Public id"), found.public_id),
    ]
    data = {**found.data(), "me": me}
    return Page([Facts(found.name, [pair for pair in pairs if pair[1]])], data, name="user")
