"""Users: the people who share a database, and what each may do."""

from __future__ import annotations

from funnelcli.i18n import N_, NN_
from funnelcli.nouns import words
from funnelcli.nouns.field import Ask, Option, field
from funnelcli.nouns.noun import Noun, Says
from funnelcli.nouns.record import Record
from funnelcli.nouns.types import COUNT, ID, INSTANT, NAME, TEXT, one_of


class Member(Record):
    """A user; ``deals``, ``contacts`` and ``steps`` are how many they have, of deals and steps the
    open ones."""

    id: int = field("Id", ID, "u.id", table=False)
    public_id: str = field("Public id", table=False)
    key: str = field(
        "Key",
        TEXT.called("KEY"),
        "u.key",
        option=Option("--key", N_("The name that they log in with."), on="edit"),
    )
    name: str = field(
        "Name",
        NAME,
        Ask("search_key(u.name)", sort="search_key(u.name)", folded=True),
        option=Option("--name", N_("Their name; without it the key.")),
        flex=True,
    )
    email: str | None = field(
        "E-mail",
        TEXT.called("ADDRESS"),
        Ask("u.email"),
        option=Option("--email", N_("Their e-mail address.")),
        drop=2,
    )
    role: str = field(
        "Role",
        one_of("ROLE", words.MEMBER_ROLE),
        Ask("u.role"),
        option=Option(
            "--role", N_("owner, seller or reader: what they may do. The first is an owner.")
        ),
    )
    deals: int = field("Open deals", COUNT, drop=1)
    contacts: int = field("Contacts", COUNT, drop=1)
    steps: int = field("Open steps", COUNT, drop=1)
    recorded_at: int = field("Created", INSTANT, "u.recorded_at", table=False)


MEMBER = Noun(
    "member",
    Member,
    query="members",
    alias="u",
    order="u.key",
    says=Says(
        N_("There is no user {name}."),
        N_("No users: the database is yours alone. `funnel user add` adds one."),
        N_("Removed the user {key}"),
        NN_("Remove {n} user?", "Remove {n} users?"),
    ),
    search=["search_key(u.key)", "search_key(u.name)", "search_key(coalesce(u.email, ''))"],
    command="user list",
)
