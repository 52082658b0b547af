"""A saved filter: what ``@name`` stands for, and in which lists."""

from __future__ import annotations

from funnelcli.i18n import N_, NN_
from funnelcli.nouns import words
from funnelcli.nouns.field import Ask, field
from funnelcli.nouns.noun import Noun, Says
from funnelcli.nouns.record import Record
from funnelcli.nouns.types import ID, INSTANT, LONG, TEXT, Type, one_of

KIND = one_of("KIND", words.FILTERED, offers="FILTERED")


class SavedFilter(Record):
    """A filter with a name; ``nouns`` are the kinds of records that it is for."""

    id: int = field("Id", ID, "f.id")
    public_id: str = field("Public id", table=False)
    name: str = field("Name", TEXT, "f.name", shown=lambda saved: f"@{saved.name}")
    text: str = field("Filter", TEXT, Ask("f.text", sort="-"), flex=True)
    nouns: list[str] = field(
        "For",
        Type("KIND", "tags", "tag", "list", choices=words.FILTERED, take=str.split),
        Ask(
            "EXISTS (SELECT 1 FROM json_each('[\"' || replace(f.nouns, ' ', '\",\"') || '\"]') AS j"
            " WHERE j.value = {param})",
            "for",
            sort="-",
        ),
        shown=lambda saved: ", ".join(KIND.name(noun) for noun in saved.nouns),
        drop=1,
    )
    script: str | None = field("Script", LONG, table=False)
    recorded_at: int = field("Saved", INSTANT, "f.recorded_at", table=False)


SAVED_FILTER = Noun(
    "saved_filter",
    SavedFilter,
    query="saved_filters",
    alias="f",
    order="f.name",
    says=Says(
        N_("There is no saved filter {name}."),
        N_("No saved filters: funnel filter save hot 'stage:offer.. value:>10k'"),
        N_("Removed the filter @{name}"),
        NN_("Remove {n} saved filter?", "Remove {n} saved filters?"),
    ),
    search=["search_key(f.name)", "search_key(f.text)"],
    command="filter list",
)
