"""What writes hand back, and the lines that several commands say."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from funnelcli import config
from funnelcli.cli.invocation import Invocation
from funnelcli.i18n import _, language, ngettext
from funnelcli.nouns import words
from funnelcli.nouns.extending import extended
from funnelcli.nouns.noun import Noun
from funnelcli.nouns.placeholders import placeholder
from funnelcli.nouns.record import Record
from funnelcli.patterns import re
from funnelcli.queries.counts import reachable, unreachable
from funnelcli.queries.deals import stepless
from funnelcli.queries.lists import in_turn, one
from funnelcli.render import Changed, Column
from funnelcli.render.columns import OWN
from funnelcli.typed import TYPE_CHECKING, Any
from funnelcli.values import daytext

if TYPE_CHECKING:
    from funnelcli.actions.closing import Lost
    from funnelcli.actions.steps import Ended

# What is recognised beside names and days, by the option that takes it.
_TYPED = {
    "--outcome": {**words.CALL_OUTCOME, **words.OUTCOME},
    "--channel": words.CHANNEL,
    "--kind": words.STEP_KIND,
    "--salutation": words.SALUTATION,
}


# Of so many deals each is told of.
_FEW = 3


def more_note(most: int | None) -> list[str]:
    """The footnote of a list that a screen cuts."""
    return [_("The first {n}; --limit 0 shows all.").format(n=most)]


def opened_line(conn: sqlite3.Connection, deal_id: int) -> str:
    """The line of a deal that was opened."""
    from funnelcli.actions import standing

    state = standing.state(conn, deal_id)
    return _("Deal {id}: {title}, in {stage}").format(
        id=deal_id, title=state.title, stage=state.stage
    )


def columns_of(conn: sqlite3.Connection, noun: Noun[Any], more: Sequence[Column]) -> list[Column]:
    """What :func:`changed` shows of a record that has ``more`` columns than its noun."""
    own = extended(conn, noun).columns[len(noun.columns) :]
    return [*more, *own]


def changed(
    conn: sqlite3.Connection,
    noun: Noun[Any],
    record_id: int,
    lines: list[str],
    warnings: Sequence[str] = (),
) -> Changed:
    """The result of a write: its lines, and the record as it is now."""
    noun = extended(conn, noun)
    record = one(conn, noun, record_id)
    return Changed(lines, record, noun.columns, id=record_id, warnings=list(warnings))


def all_changed(
    conn: sqlite3.Connection,
    noun: Noun[Any],
    ids: Sequence[int],
    lines: list[str],
    warnings: Sequence[str] = (),
) -> Changed:
    """The result of a write to one record, as :func:`changed` has it, or to several."""
    if len(ids) == 1:
        return changed(conn, noun, ids[0], lines, warnings)
    return each_changed(conn, noun, ids, lines, warnings)


def each_changed(
    conn: sqlite3.Connection,
    noun: Noun[Any],
    ids: Sequence[int],
    lines: list[str],
    warnings: Sequence[str] = (),
) -> Changed:
    """The result of a write to all records that something fits, however many: a list of them."""
    noun = extended(conn, noun)
    records = in_turn(conn, noun, ids)
    return Changed(lines, records, noun.columns, ids=ids, warnings=list(warnings))


def edited(noun: Noun[Any] | type[Record], name: str, names: list[str]) -> str:
    """The line of a record that was edited, with the titles of its fields."""
    if not names:
        return unchanged(name)
    return changed_line(name, [_title(noun, field) for field in names])


def changed_line(name: str, titles: Iterable[str]) -> str:
    """The line of a record in which what has these titles was changed."""
    return _("{name}: changed {fields}").format(name=name, fields=", ".join(dict.fromkeys(titles)))


def edited_lines(name: str, titles: Mapping[str, str], names: list[str], hidden: bool) -> list[str]:
    """The lines of something that can be hidden: whether it is now, and which of the other
    ``names`` were changed, by their ``titles``."""
    lines = []
    if "hidden" in names:
        text = _("{name}: hidden") if hidden else _("{name}: shown again")
        lines.append(text.format(name=name))
    others = [titles[each] for each in names if each != "hidden"]
    if others:
        lines.append(changed_line(name, others))
    return lines or [unchanged(name)]


def unchanged(name: str) -> str:
    """The line of a record that is as it was."""
    return _("{name}: nothing changed").format(name=name)


def _title(noun: Noun[Any] | type[Record], name: str) -> str:
    """What a field is called within a sentence: its title, or that of what an id points to, of the
    day that an instant lies on. What names the record has the title of all of it."""
    read = re.sub("_at$", "_on", name.removesuffix("_id"))
    fields = noun.fields if isinstance(noun, Noun) else noun.declared
    if name.startswith(OWN):
        return fields[name].title if name in fields else name.removeprefix(OWN)
    if name == "name":
        return within(_("Name"))
    title = next((_(fields[each].title) for each in (read, name) if each in fields), "")
    return within(title) or read.replace("_", " ")


def within(title: str) -> str:
    """A title within a sentence: English writes it small, but for letters that stand for words."""
    small = language() == "en" and not title[1:2].isupper()
    return title[:1].lower() + title[1:] if small else title


def unless_same(call: Invocation, line: str) -> str:
    """What a write says, or that it was on file like that."""
    return unchanged(line) if call.as_it_was else line


def unrated_note(currencies: list[str]) -> list[str]:
    """The footnote on amounts that no exchange rate brings together with the others."""
    if not currencies:
        return []
    text = _(
        "No exchange rate to {base} is stored for {currencies}: their amounts are compared as they"
        " are and sorted apart."
    )
    return [text.format(base=config.get("currency"), currencies=", ".join(currencies))]


def on_file(alike: Sequence[tuple[int, str]], contact_id: int) -> list[str]:
    """A warning of each contact that may be the same as the one just written."""
    return [
        _("Contact {id}, {name}, is on file already; if it is the same: {command}").format(
            id=other, name=known, command=f"funnel contact merge {other} {contact_id}"
        )
        for other, known in alike
    ]


def no_step_warning(
    call: Invocation, conn: sqlite3.Connection, deal_id: int, *, again: bool = False
) -> list[str]:
    """The flag of an open deal that nobody will do anything for, snoozed ones aside: raised once a
    day, and ``again`` where its last step has just ended."""
    from funnelcli.actions import reminders

    title = stepless(conn, deal_id)
    if title is None or (reminders.was_said(conn, deal_id) and not again):
        return []
    if call.entry is not None:
        reminders.note(conn, deal_id, call.entry)
    return [
        _('{title} has no next step: funnel next {id} "..." --due DATE').format(
            title=title, id=deal_id
        )
    ]


def dropped_calls(dropped: int) -> list[str]:
    """The line about calls that were planned to somebody who is not to be contacted any more."""
    if not dropped:
        return []
    text = ngettext("{n} open call dropped", "{n} open calls dropped", dropped)
    return [text.format(n=dropped)]


def unreachable_warning(conn: sqlite3.Connection, step_ids: Iterable[int]) -> list[str]:
    """The warning about steps that no agenda shows, for they are for somebody who is not to be
    contacted."""
    return [
        _("{name} is not to be contacted: no agenda shows the step.").format(name=name)
        for name in unreachable(conn, step_ids)
    ]


def refusal_warning(
    conn: sqlite3.Connection, contact_id: int | None, *, refused: bool
) -> list[str]:
    """What is proposed where words say that a contact does not want to be contacted any more, and
    that is not on record."""
    if not refused or contact_id is None:
        return []
    name = reachable(conn, contact_id)
    if name is None:
        return []
    return [
        _(
            "The words say that {name} does not want to be contacted any more. To record that:"
            " funnel contact edit {id} --do-not-contact"
        ).format(name=name, id=contact_id)
    ]


def recognised_lines(
    conn: sqlite3.Connection, recognised: list[str], visit_id: int | None = None
) -> list[str]:
    """The line that shows what was recognised, as options that can be given instead; of a visit
    also how what is wrong of it is put right."""
    if not recognised:
        return []
    told = recognised if language() == "en" else [_as_typed(conn, item) for item in recognised]
    lines = [_("Recognised: {options}").format(options=" ".join(told))]
    if visit_id is not None and any(option.startswith("--set ") for option in recognised):
        text = _("To put it right: funnel visit edit {id} --set FIELD=TEXT")
        lines.append(text.format(id=visit_id))
    return lines


def _as_typed(conn: sqlite3.Connection, option: str) -> str:
    """An option with the word for its value, which the option takes as well as the key."""
    import shlex

    from funnelcli.nouns.visit import VISIT
    from funnelcli.queries import catalogue_names

    flag, _blank, value = option.partition(" ")
    if flag == "--set":
        name, equals, text = shlex.split(value)[0].partition("=")
        return f"{flag} {shlex.quote(_(VISIT.fields[name].title) + equals + text)}"
    if flag == "--objection":
        pretext, colon, kind = value.rpartition(":")
        name = catalogue_names(conn, "objection").get(kind, kind)
        return f"{flag} {shlex.quote(pretext + colon + name)}"
    table = _TYPED.get(flag, {})
    return f"{flag} {shlex.quote(words.read(table, value))}" if value in table else option


def ended_lines(ended: Iterable[Ended]) -> list[str]:
    """The lines of steps that are done, and of those that they have made."""
    lines = []
    for step in ended:
        lines.append(_("Done: {what}").format(what=step.what))
        if step.next_id is not None:
            lines.append(
                _("Step {id}: {what}, due {day}").format(
                    id=step.next_id,
                    what=step.what,
                    day=daytext.due(step.next_due, step.next_starts),
                )
            )
    return lines


def work_after_win(conn: sqlite3.Connection, deal_id: int) -> list[str]:
    """The lines that name what is to be done for a deal that was just won: the confirmation of the
    order, its milestones, and the next steps that are still open."""
    from funnelcli.queries import milestones, offers, steps

    lines = []
    if any(one.sent_at is not None and not one.over for one in offers.of_deal(conn, deal_id)):
        lines.append(
            _("Confirm the order: funnel letter mail confirmation {id}").format(id=deal_id)
        )
    ahead = [one.name for one in milestones.of_deal(conn, deal_id) if one.done_on is None]
    if ahead:
        lines.append(_("Milestones: {names}").format(names=", ".join(ahead)))
    for step in steps.open_steps(conn, deal_id):
        lines.append(_("Step {id} is still open: {what}").format(id=step.id, what=step.what))
    return lines


def revocable_lines(conn: sqlite3.Connection, deal_id: int) -> list[str]:
    """The lines that say until when a win can be withdrawn, why so, and what would change it."""
    from funnelcli.actions import withdrawal

    now = withdrawal.standing_of(conn, deal_id)
    if now is None:
        return []
    if now.until is None:
        lines = [
            _("Won, revocable; {why}: funnel deal edit {id} --received-on DATE").format(
                why=withdrawal.told(now), id=deal_id
            )
        ]
    else:
        text = _("Won, revocable until {day} ({why}): funnel withdraw {id} if the customer does.")
        lines = [text.format(day=daytext.day(now.until), why=withdrawal.told(now), id=deal_id)]
    if now.uninstructed:
        lines.append(
            _("Record when the customer was instructed: {command}").format(
                command=placeholder(withdrawal.instruction_command(deal_id, now.contract_id))
            )
        )
    return lines


def moved_lines(conn: sqlite3.Connection, command_id: int, after: int = 0) -> list[str]:
    """The lines about wins that can be withdrawn until another day since a command that did not
    name them, after an entry of it: of a few each, of many how many there are."""
    from funnelcli.actions import withdrawal

    moved = withdrawal.moved(conn, command_id, after)
    if len(moved) > _FEW:
        text = ngettext(
            "{n} win can be withdrawn until another day: funnel deal list is:revocable",
            "{n} wins can be withdrawn until another day: funnel deal list is:revocable",
            len(moved),
        )
        return [text.format(n=len(moved))]
    return [line for deal_id in moved for line in revocable_lines(conn, deal_id)]


def lost_lines(conn: sqlite3.Connection, lost: Lost) -> list[str]:
    """What is said of a deal that was just lost."""
    from funnelcli import queries

    reasons = queries.catalogue_names(conn, "lost_reason")
    line = _("{title}: lost in {stage}, {reason}").format(
        title=lost.deal.title, stage=lost.deal.stage, reason=reasons[lost.reason]
    )
    return [line, *dropped_lines(lost)]


def dropped_lines(lost: Lost) -> list[str]:
    """What a lost deal took with it."""
    lines = []
    if lost.steps:
        text = ngettext("{n} open step dropped", "{n} open steps dropped", lost.steps)
        lines.append(text.format(n=lost.steps))
    if lost.offers:
        text = ngettext("{n} open offer closed", "{n} open offers closed", lost.offers)
        lines.append(text.format(n=lost.offers))
    return lines
