"""What of a result a format writes: its blocks, the rows that stand for it, its ids."""

from __future__ import annotations

from funnelcli.render.columns import records
from funnelcli.render.model import LINES, Changed, Listing, Page, Prose, undrawn
from funnelcli.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from funnelcli.render.model import Block

    Written = Listing | Page | Changed


def blocks_of(result: Written) -> list[Block]:
    """What a document shows of a result."""
    if isinstance(result, Page):
        return result.blocks
    if isinstance(result, Listing):
        return [result]
    if result.differences is not None:
        return [result.differences, Prose("\n".join(result.lines))]
    return [listing_of(result) or Prose("\n".join(result.lines))]


def listing_of(result: Written) -> Listing | None:
    """The rows that stand for a result: a page's main listing, else the first that it shows."""
    if isinstance(result, Listing):
        return result
    if isinstance(result, Page):
        if result.main is not None:
            return result.main
        return next((block for block in undrawn(result.blocks) if isinstance(block, Listing)), None)
    if result.differences is not None:
        return result.differences
    if not result.columns or result.record is None:
        return None
    many = isinstance(result.record, list | tuple)
    return Listing(result.columns, result.record if many else [result.record])


def in_parts(result: Written) -> bool:
    """Whether text has a result part by part, with no table that stands for it."""
    return isinstance(result, Page) and bool(result.name) and result.main is None


def table_of(result: Written, fields: Sequence[str]) -> tuple[Listing, Sequence[str]]:
    """The table that CSV and the like hold, and the fields that are still to be chosen of it."""
    if isinstance(result, Page) and (result.name or result.flat):
        from funnelcli.render.parts import chosen, values

        if result.main is None:
            return (chosen(result, fields) if fields else values(result)), ()
        columns = {column.key for column in result.main.columns}
        if len(fields) == 1 and fields[0] not in columns and fields[0] in (result.flat or ()):
            return chosen(result, fields), ()
    return rows_of(result), fields


def rows_of(result: Written) -> Listing:
    """:func:`listing_of`. Raises Usage where there is none."""
    listing = None if in_parts(result) else listing_of(result)
    if listing is None:
        from funnelcli.errors import Usage
        from funnelcli.i18n import _

        raise Usage(_("There are no rows to write here."), _("Use --json, --md or --html."))
    return listing


def title_of(result: Written) -> str:
    """What heads a document; "" where its blocks have their own titles only."""
    return result.title if isinstance(result, Page) else ""


def changed_ids(changed: Changed) -> list[int]:
    """The ids of what a write changed."""
    if changed.ids:
        return list(changed.ids)
    return [] if changed.id is None else [changed.id]


def changed_record(changed: Changed) -> Any:
    """What ``--json`` prints for a write."""
    record = changed.record
    if record is None:
        return dict(zip(LINES, (changed.lines, changed_ids(changed)), strict=True))
    if not changed.columns:
        return record
    rows = record if isinstance(record, list | tuple) else [record]
    found = list(records(Listing(changed.columns, rows)))
    return found if isinstance(record, list | tuple) else found[0]
