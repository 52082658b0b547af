"""What an import says when it is done: numbers, and what to mind."""

from __future__ import annotations

from funnelcli.cli.data.import_files import (
    advice,
    brought_back,
    changes,
    counted,
    left_alone,
    new_sources,
    newer_in_file,
    phones_unread,
)
from funnelcli.cli.invocation import Invocation
from funnelcli.i18n import _, ngettext
from funnelcli.plain import NamedTuple
from funnelcli.render import Changed
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from funnelcli.actions.importing.deals import Summary
    from funnelcli.actions.importing.ways import Ways

# Unknown stages that are shown, the commonest first.
_SHOWN = 10


class Imported(NamedTuple):
    """What ``--json`` prints of an import: ``rejects`` is the file of the rows not taken,
    ``rest`` the command that imports it. ``changes`` counts the updated deals by field, ``left``
    the rows by fields that they say otherwise than is on file and that stay; of --prefer newer
    ``newer_in_file`` and ``newer_here`` count the fields in which one side won. ``new_sources`` are
    names by their keys, ``unmapped`` counts the rows of unknown stages, ``untaken`` the filled
    cells of columns that were not taken, ``new_process`` is the key of a process that was made."""

    added: int
    updated: int
    unchanged: int
    changes: dict[str, int]
    left: dict[str, int]
    newer_in_file: dict[str, int]
    newer_here: dict[str, int]
    rejected: int
    skipped: int
    rejects: str | None
    rest: str | None
    contacts_added: int
    contacts_completed: int
    steps_dropped: int
    offers_closed: int
    estimated_openings: int
    new_sources: dict[str, str]
    unmapped: dict[str, int]
    skipped_lines: int
    untaken: dict[str, int]
    new_process: str | None
    differences: None
    dry_run: bool


def result(
    call: Invocation,
    summary: Summary,
    ways: Ways,
    rejects: str | None,
    rest: str | None,
    skipped: int,
    opened_default: bool,
    untaken: dict[str, int],
    new_process: str | None,
) -> Changed:
    """The numbers as lines for people, and as one object for scripts."""
    counts = counted(summary.added, summary.updated, summary.unchanged, summary.rejected, rejects)
    lines = [_("Deals: {counts}").format(counts=counts)]
    if summary.skipped:
        text = ngettext(
            "{n} row left out, being in a stage that is skipped",
            "{n} rows left out, being in stages that are skipped",
            summary.skipped,
        )
        lines.append(text.format(n=summary.skipped))
    lines += changes(summary.changed, "deal") + newer_in_file(summary.newer_in_file, "deal")
    if summary.steps_dropped:
        text = ngettext("{n} open step dropped", "{n} open steps dropped", summary.steps_dropped)
        lines.append(text.format(n=summary.steps_dropped))
    if summary.offers_closed:
        text = ngettext("{n} open offer closed", "{n} open offers closed", summary.offers_closed)
        lines.append(text.format(n=summary.offers_closed))
    if summary.contacts_added:
        lines.append(_("Contacts: {n} added").format(n=summary.contacts_added))
    if summary.contacts_completed:
        text = ngettext(
            "{n} detail added to contacts on file",
            "{n} details added to contacts on file",
            summary.contacts_completed,
        )
        lines.append(text.format(n=summary.contacts_completed))
    lines += new_sources(summary.sources)
    if skipped:
        text = ngettext(
            "{n} line above or below the table skipped",
            "{n} lines above or below the table skipped",
            skipped,
        )
        lines.append(text.format(n=skipped))
    return Changed(
        lines,
        Imported(
            added=summary.added,
            updated=summary.updated,
            unchanged=summary.unchanged,
            changes=summary.changed,
            left=summary.left,
            newer_in_file=summary.newer_in_file,
            newer_here=summary.newer_here,
            rejected=summary.rejected,
            skipped=summary.skipped,
            rejects=rejects,
            rest=rest,
            contacts_added=summary.contacts_added,
            contacts_completed=summary.contacts_completed,
            steps_dropped=summary.steps_dropped,
            offers_closed=summary.offers_closed,
            estimated_openings=summary.estimated,
            new_sources=summary.sources,
            unmapped=dict(ways.unmapped),
            skipped_lines=skipped,
            untaken=untaken,
            new_process=new_process,
            differences=None,
            dry_run=call.dry_run,
        )._asdict(),
        # With -q the number of deals added stands where an id would.
        id=summary.added,
        warnings=_warnings(call, summary, ways, opened_default) + advice(rest),
    )


def _warnings(call: Invocation, summary: Summary, ways: Ways, opened_default: bool) -> list[str]:
    found = []
    if summary.untitled:
        text = ngettext(
            "{n} deal without a title is called after its product, contact or key",
            "{n} deals without a title are called after their product, contact or key",
            summary.untitled,
        )
        found.append(text.format(n=summary.untitled))
    if summary.from_close:
        text = ngettext(
            "{n} closed deal without an opening date counts from its close",
            "{n} closed deals without an opening date count from their close",
            summary.from_close,
        )
        found.append(text.format(n=summary.from_close))
    rest = summary.estimated - summary.from_close
    if rest and not opened_default and call.dry_run:
        text = ngettext(
            "{n} deal without an opening date would count from today; another day:"
            " --opened-default DATE",
            "{n} deals without an opening date would count from today; another day:"
            " --opened-default DATE",
            rest,
        )
        found.append(text.format(n=rest))
    elif rest and not opened_default:
        text = ngettext(
            "{n} deal without an opening date counts from today; to give another day,"
            " `funnel undo` and import again: --opened-default DATE",
            "{n} deals without an opening date count from today; to give another day,"
            " `funnel undo` and import again: --opened-default DATE",
            rest,
        )
        found.append(text.format(n=rest))
    if summary.other_days:
        text = ngettext(
            "{n} deal on file was opened or closed on another day than its row says;"
            " its history was left as it is; `funnel deal log ID` lists the entries,"
            " `funnel deal correct ID ENTRY --at DAY` puts one right",
            "{n} deals on file were opened or closed on another day than their rows say;"
            " their history was left as it is; `funnel deal log ID` lists the entries,"
            " `funnel deal correct ID ENTRY --at DAY` puts one right",
            summary.other_days,
        )
        found.append(text.format(n=summary.other_days))
    if summary.unclear:
        text = ngettext(
            "{n} person was left out of a deal, several being called so: {names};"
            " `funnel deal people DEAL add CONTACT` says who it is",
            "{n} people were left out of deals, several being called so: {names};"
            " `funnel deal people DEAL add CONTACT` says who it is",
            summary.unclear.total(),
        )
        names = ", ".join(sorted(summary.unclear))
        found.append(text.format(n=summary.unclear.total(), names=names))
    if summary.unknown_ids:
        text = ngettext(
            "{n} row names contacts or organisations by ids that are not on file, and was kept"
            " without them: import it again when they are there",
            "{n} rows name contacts or organisations by ids that are not on file, and were kept"
            " without them: import them again when they are there",
            summary.unknown_ids,
        )
        found.append(text.format(n=summary.unknown_ids))
    left = {name: n for name, n in summary.left.items() if name not in ("opened", "closed")}
    found += left_alone(left, summary.newer_here, "deal")
    found += phones_unread(summary.unread_phones) + brought_back(summary.returned)
    return found + unmapped(ways)


def unmapped(ways: Ways) -> list[str]:
    """What to mind of stages: those of --map-stage that no row has, and those that nobody knows,
    with lines to copy."""
    found = [_("No row has “{text}” of --map-stage").format(text=text) for text in ways.unused()]
    for text, n in ways.unmapped.most_common(_SHOWN):
        rows = ngettext("{n} row", "{n} rows", n).format(n=n)
        stage = ways.guess(text) or _("STAGE")
        found.append(
            _("“{text}” is no stage here ({rows}): --map-stage {word}").format(
                text=text, rows=rows, word=_quoted(f"{text}={stage}")
            )
        )
    if ways.unmapped:
        found.append(
            _("STAGE is one of: {stages}.").format(stages=", ".join([*ways.keys, "won", "lost"]))
        )
    return found


def _quoted(word: str) -> str:
    import shlex

    return shlex.quote(word)
